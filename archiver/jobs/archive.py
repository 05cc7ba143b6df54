"""Works on the corpus itself: import, rebuild, export, withdraw; under the lock where it writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from archiver import SOFTWARE
from archiver.corpus import Corpus
from archiver.corpus.decisions import Decisions
from archiver.errors import CorpusError, UsageError
from archiver.extract import Sandbox
from archiver.jobs.lock import locked
from archiver.jobs.whole import write_whole
from archiver.model.documents import current_id
from archiver.urls import is_web_url, url_key
from archiver.workspace import Workspace

ExportForm = Literal["warc", "wacz", "cdxj", "files"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: counts, and a line for each thing that was odd or damaged.

    `left_out` counts what was damaged; what was only odd is kept.
    """

    files: int
    captures: int
    known: int
    passed_over: int
    findings: tuple[str, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found, and what the WARC files could not give back."""

    files: int
    captures: int
    documents: int
    findings: tuple[str, ...]
    lost: tuple[str, ...]


def import_files(workspace: Workspace, paths: Sequence[Path], *, site: str | None) -> Taken:
    """Take WARC and WACZ files of other crawlers in as captures of a site.

    Without a name the workspace's only site is meant. Raises UsageError, CorpusError, LockedError.
    """
    profiles = workspace.sites((site,) if site else ())
    if len(profiles) != 1:
        names = ", ".join(profile.name for profile in profiles) or "none"
        raise UsageError(f"which site are the files of? name one with --site: {names}")
    with (
        locked(workspace.lock_path, command="archiver import"),
        workspace.open_corpus() as corpus,
        Sandbox(workspace.settings.extract) as sandbox,
    ):
        report = corpus.import_files(
            paths, site=profiles[0].name, read_links=sandbox.read_links, software=SOFTWARE
        )
    return Taken(
        files=report.files,
        captures=report.captures,
        known=report.known,
        passed_over=report.passed_over,
        findings=tuple(f"{f.file} at {f.offset}: {f.what}" for f in report.findings),
        left_out=report.left_out,
    )


def rebuild_catalogue(workspace: Workspace) -> Rebuilt:
    """Make the catalogue anew from the WARC files. Raises LockedError, StorageError."""
    with (
        locked(workspace.lock_path, command="archiver corpus rebuild"),
        Sandbox(workspace.settings.extract) as sandbox,
    ):
        report = Corpus.rebuild(workspace.corpus_folder, sandbox.read_links)
    return Rebuilt(
        files=report.files,
        captures=report.captures,
        documents=report.documents_kept,
        findings=tuple(f"{f.file} at {f.offset}: {f.what}" for f in report.findings),
        lost=report.lost,
    )


def form_of(target: Path) -> ExportForm:
    """Return the form an export's name asks for; a name without a suffix is a folder.

    >>> form_of(Path("forum.wacz")), form_of(Path("forum.warc.gz")), form_of(Path("forum"))
    ('wacz', 'warc', 'files')
    """
    name = target.name.lower()
    for suffix, form in ((".warc.gz", "warc"), (".wacz", "wacz"), (".cdxj", "cdxj")):
        if name.endswith(suffix):
            return form  # type: ignore[return-value]  # the literals stand in the line above
    if "." in name:
        raise UsageError(
            f"{target}: the suffix tells no form – write .warc.gz, .wacz, .cdxj, .jsonl, .csv, "
            ".tsv, .parquet, or a folder's name"
        )
    return "files"


def export_corpus(
    workspace: Workspace, target: Path, *, sites: tuple[str, ...], urls: tuple[str, ...]
) -> int:
    """Write the corpus, or the captures of some sites or URLs; return how many records.

    Withdrawn captures are left out. Raises ExportError, UsageError for an unknown URL or a target
    that is there already.
    """
    form = form_of(target)
    if target.exists():
        raise UsageError(f"{target}: exists already – choose another name")
    now = datetime.now(UTC)
    names = {profile.name for profile in workspace.sites(sites)}
    with workspace.open_corpus(read_only=True) as corpus:
        exporter = corpus.exporter(SOFTWARE)
        if form == "cdxj":
            lines = [line for name in sorted(names) for line in exporter.cdxj(name)]
            write_whole(target, "".join(f"{line}\n" for line in sorted(lines)).encode())
            return len(lines)
        ids = list(_chosen(corpus, names, urls))
        if form == "warc":
            return exporter.warc(target, ids, now)
        if form == "wacz":
            visible = Decisions.read(corpus.folder).visible(corpus.documents())
            titles = {url: d.title for d in visible for url in d.urls}
            return exporter.wacz(target, ids, now, titles)
        whole = [i for i in ids if (c := corpus.capture(i)).payload_digest and c.payload_size]
        return exporter.files(target, whole)


def withdraw(
    workspace: Workspace, what: str, *, reason: str, ticket: str | None, undo: bool
) -> str:
    """Take a URL, a payload (sha256:…) or a capture's payload out of view, or bring it back.

    A document's id stands for its first URL; one that is out of view has none any more.
    Returns the words for what was decided. The caller brings the index up to date in the same
    breath. Raises CorpusError, LockedError, UsageError.
    """
    with (
        locked(workspace.lock_path, command="archiver withdraw"),
        workspace.open_corpus() as corpus,
    ):
        decide = corpus.restore if undo else corpus.withdraw
        document = corpus.document(current_id(what))
        what = what if document is None else document.urls[0]
        if is_web_url(what):
            if not undo and next(corpus.captures(url=what), None) is None:
                raise UsageError(
                    f"{what} was never captured", remedy="archiver documents lists all"
                )
            entry = decide("url", what, reason=reason, ticket=ticket)
        elif what.lower().startswith("sha256:"):
            if not undo:
                corpus.examine("payload", what.lower())  # raises where nothing of it is held
            entry = decide("payload", what.lower(), reason=reason, ticket=ticket)
        else:
            digest = corpus.capture(what).payload_digest
            if digest is None:
                raise CorpusError(f"capture {what} has no payload")
            entry = decide("payload", digest, reason=reason, ticket=ticket)
    return f"{'restored' if undo else 'withdrawn'}: {entry.value}"


def _chosen(corpus: Corpus, sites: set[str], urls: tuple[str, ...]) -> Iterable[str]:
    if not urls:
        for site in sorted(sites):
            for capture in corpus.captures(site=site):
                if corpus.withdrawal_of(capture.capture_id) is None:
                    yield capture.capture_id
        return
    for url in urls:
        found = [c for c in corpus.captures(url=url) if not corpus.withdrawal_of(c.capture_id)]
        if not found:
            raise UsageError(f"{url_key(url)} has no capture that may be shown")
        yield from (capture.capture_id for capture in found)
