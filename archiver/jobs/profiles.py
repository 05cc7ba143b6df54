"""Site profiles at work: made, listed, tried on a page, checked by their golden cases."""

import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import cast

from archiver.config import NAMES_ARE, check_seed, is_name
from archiver.corpus import Corpus
from archiver.errors import ConfigError, UsageError
from archiver.extract import Sandbox, Task, extractor_key, read_links
from archiver.model import Document, Extraction, Kind, Source
from archiver.sites.apply import page_kind
from archiver.sites.golden import FieldResult, expected_text, judge, read_case
from archiver.sites.kinds import guess_kind
from archiver.sites.load import builtin_names, load_profile
from archiver.sites.profile import SiteProfile
from archiver.sites.readers import Clue, read_clues, resolve
from archiver.sites.resolving import Resolved
from archiver.sites.template import new_profile_text
from archiver.update.groups import group_sources, is_web_page
from archiver.update.outline import with_outline
from archiver.update.resolve import resolve_site
from archiver.update.settled import settle
from archiver.update.texts import failed, head_of
from archiver.urls import is_web_url, url_key
from archiver.workspace import Workspace, read_text


@dataclass(frozen=True, slots=True)
class ProfileEntry:
    """One profile there is: where it comes from, the sites that use it, its golden cases."""

    name: str
    origin: str
    sites: tuple[str, ...]
    cases: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What a profile reads of one page or file: a document's fields, or a lone file's."""

    what: str
    profile: str
    captured_at: datetime | None
    extraction: Extraction
    found: Document | Resolved


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One golden case with a result for each field; none when there is nothing to compare with."""

    profile: str
    case: str
    results: tuple[FieldResult, ...]
    reason: str | None = None
    is_accepted: bool = False

    @property
    def is_right(self) -> bool:
        """Tell whether every field reads as it must."""
        return self.reason is None and all(result.is_right for result in self.results)


def new_profile(workspace: Workspace, name: str, seed: str) -> Path:
    """Write a commented profile, sites/NAME.toml, and return its path.

    Raises UsageError for a name or seed that will not do and for a file that is there already.
    """
    if not is_name(name):
        raise UsageError(f"{name!r} is no profile's name – {NAMES_ARE}")
    check_seed(seed, where="--seed")
    path = workspace.sites_folder / f"{name}.toml"
    if path.exists():
        raise UsageError(f"{path} already exists – edit it, or choose another name")
    text = new_profile_text(name, seed)
    load_profile(text, str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    return path


def list_profiles(workspace: Workspace) -> list[ProfileEntry]:
    """List the workspace's own profiles and the built-in ones; an own one hides a built-in one."""
    own = sorted(path.stem for path in workspace.sites_folder.glob("*.toml"))
    used = [(site.profile, site.name) for site in workspace.settings.site]
    entries = [(name, str(workspace.sites_folder / f"{name}.toml")) for name in own]
    entries += [(name, "built-in") for name in builtin_names() if name not in own]
    return [
        ProfileEntry(
            name,
            origin,
            tuple(site for profile, site in used if profile == name),
            len(_cases(workspace, name)),
        )
        for name, origin in entries
    ]


def try_profile(workspace: Workspace, what: str, name: str | None, *, today: datetime) -> Trial:
    """Read one archived URL, or one file, as `archiver index` would with this profile.

    Without a name an archived page is read by its site's profile, a file by the general readers.
    Nothing is fetched and nothing is kept. Raises UsageError for a URL that is not archived and a
    file that cannot be read, ConfigError for a wrong profile.
    """
    profile = workspace.profile(name) if name else None
    if is_web_url(what):
        return _try_url(workspace, what, profile, today)
    path = Path(what)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{what}: cannot be read: {error.strerror} – give a file, or an archived http(s) URL"
        ) from error
    profile = profile or SiteProfile()
    with Sandbox(workspace.settings.extract) as sandbox:
        media_type, _ = mimetypes.guess_type(path.name)
        task = Task(data, media_type=media_type, profile=profile, name=path.name)
        extraction = sandbox.extract(task)
    return Trial(what, profile.name, None, extraction, _alone(extraction, path.name, profile))


def check_profiles(
    workspace: Workspace, names: tuple[str, ...] = (), *, accept: bool = False
) -> Iterator[CaseResult]:
    """Yield the golden cases of the named profiles, or of all, with a result for each field.

    With `accept` what is read now is written as what must be read. Raises UsageError for a profile
    without cases that was asked for by name, ConfigError for a wrong file.
    """
    for name in names or tuple(entry.name for entry in list_profiles(workspace)):
        cases = _cases(workspace, name)
        if not cases:
            if names:
                where = workspace.sites_folder / name / "cases"
                raise UsageError(f"no golden cases in {where} – make folders with a page.html")
            continue
        profile = workspace.profile(name)
        with Sandbox(workspace.settings.extract) as sandbox:
            for folder in cases:
                yield _check(folder, name, profile, sandbox, accept=accept)


def _check(
    folder: Path, name: str, profile: SiteProfile, sandbox: Sandbox, *, accept: bool
) -> CaseResult:
    def read_page(page: bytes, url: str, profile: SiteProfile) -> Resolved:
        task = Task(page, media_type="text/html", url=url, profile=profile, name=url)
        links = [link.text for link in read_links(page, "text/html", url).links]
        return _alone(sandbox.extract(task), url, profile, url=url, links=links)

    meta = read_text(folder / "meta.json")
    try:
        page = (folder / "page.html").read_bytes()
    except OSError as error:
        raise ConfigError(f"{folder / 'page.html'}: cannot be read: {error.strerror}") from error
    read = read_case(page, meta, profile, source=str(folder), read=read_page)
    expected = folder / "expected.json"
    if accept:
        try:
            expected.write_text(expected_text(read), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write {expected}: {error.strerror}") from error
    elif not expected.is_file():
        reason = "no expected.json – look at what is read, then: archiver site check --accept"
        return CaseResult(name, folder.name, (), reason)
    results = judge(read, read_text(expected), source=str(folder))
    return CaseResult(name, folder.name, tuple(results), is_accepted=accept)


def _cases(workspace: Workspace, name: str) -> list[Path]:
    folder = workspace.sites_folder / name / "cases"
    return sorted(path.parent for path in folder.glob("*/page.html"))


def _try_url(workspace: Workspace, url: str, profile: SiteProfile | None, today: datetime) -> Trial:
    with workspace.open_corpus(read_only=True) as corpus:
        known = set(workspace.profiles)
        sources = [source for source in corpus.sources() if source.site in known]
        source = _source_of(url, sources)
        if source is None:
            raise UsageError(f"{url} is not archived – crawl it first: archiver crawl")
        site = workspace.profiles[source.site]
        tried = site if profile is None else replace(profile, name=site.name)
        with Sandbox(workspace.settings.extract) as sandbox:
            extraction = with_outline(sandbox.extract(_task(corpus, source, tried)))
        key = extractor_key(site, workspace.settings.extract)
        own = [one for one in sources if one.site == site.name]
        heads = {one.payload_digest: head_of(corpus, key, one.payload_digest) for one in own}
        found = {digest: head for digest, head in heads.items() if head is not None}
        found |= {one.payload_digest: failed(one, "error: not extracted yet") for one in own
                  if one.payload_digest not in found}  # fmt: skip
        found[source.payload_digest] = replace(extraction, pages=())
        groups = group_sources(own, found, corpus.inbound_links(site.name))
    documents = resolve_site(
        tried,
        groups,
        extractor=key,
        today=today.date(),
        corrections=settle(groups, workspace.corrections()),
    )
    document = next(one for one in documents if source.url in one.urls)
    return Trial(
        url, profile.name if profile else _profile_name(workspace, site.name), source.captured_at,
        extraction, document,
    )  # fmt: skip


def _profile_name(workspace: Workspace, site: str) -> str:
    entry = next(entry for entry in workspace.settings.site if entry.name == site)
    return entry.profile or ""


def _source_of(url: str, sources: list[Source]) -> Source | None:
    key = url_key(url)
    for source in sources:
        if key in {url_key(one) for one in (source.url, source.final_url, *source.aliases)}:
            return source
    return None


def _task(corpus: Corpus, source: Source, profile: SiteProfile) -> Task:
    with corpus.read_payload(source.capture_id) as payload:
        return Task(
            payload.read(),
            media_type=source.media_type,
            charset=source.charset,
            url=source.url,
            profile=profile,
            name=source.url,
        )


def _alone(
    extraction: Extraction,
    name: str,
    profile: SiteProfile,
    *,
    url: str = "",
    links: Sequence[str] = (),
) -> Resolved:
    """Resolve a file of which nothing else is known but its URL and the texts of its links."""
    clues = [] if is_web_page(extraction) else [Clue(name, "file_name")]
    clues += [Clue(url, "url")] if url else []
    told = page_kind(url, extraction.readings, profile)
    kind: Kind = "file"
    if is_web_page(extraction) and told is not None:
        kind = cast("Kind", told.value)
    elif is_web_page(extraction):
        said = [Clue(extraction.title or "", "title")]
        said += [Clue(heading, "heading") for heading in extraction.headings]
        kind = guess_kind(said, links, url=url or None, below=extraction.readings)[0]
    readings = [one for one in extraction.readings if one.field != "kind"]
    readings += [told] if told is not None else []
    readings += read_clues(clues, first_year=profile.first_year)
    return resolve(readings, kind=kind)
