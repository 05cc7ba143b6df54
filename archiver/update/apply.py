"""Carries an update out: reads the corpus, extracts, resolves, writes documents and index.

The index is written last. Killed anywhere, the next update finds what is missing and goes on.
"""

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from archiver.corpus import Corpus
from archiver.corpus.decisions import INDEXED, decisions_mark, indexed_mark
from archiver.extract import Sandbox
from archiver.index import IndexWriter, build
from archiver.index.generations import purge
from archiver.model import Document, Extraction, Page, Source, Version
from archiver.sites.corrections import Correction
from archiver.sites.profile import SiteProfile
from archiver.update.chosen import Chosen
from archiver.update.groups import Group, group_sources
from archiver.update.remembered import Remembered
from archiver.update.report import Unread, UpdateReport
from archiver.update.resolve import resolve_site
from archiver.update.settled import settle, unknown_targets
from archiver.update.texts import Tell, extract_missing, failed, head_of
from archiver.update.unchanged import fingerprint, mark_of
from archiver.update.versions import HeadOf, current, earlier, lineage

Lexicon = Callable[[], Iterable[str]]


def update(
    corpus: Corpus,
    index_folder: Path,
    profiles: Sequence[SiteProfile],
    *,
    keys: Mapping[str, str],
    sandbox: Sandbox,
    today: date,
    lexicon: Lexicon | None,
    corrections: Sequence[Correction] = (),
    rebuild: bool = False,
    engine: str | None = None,
    tell: Tell,
    should_stop: Callable[[], bool],
) -> UpdateReport:
    """Bring documents and index up to what the corpus holds; return what was done.

    `keys` maps each site to the key its texts are kept under, `lexicon` gives the words that
    compounds are split by, `corrections` are what a person has settled. When `should_stop` says
    so, what was extracted is kept and the index stays as it was, also in the midst of its building.
    """
    decided = decisions_mark(corpus.folder)  # before anything is read
    by_site = {profile.name: profile for profile in profiles}
    sources = [source for source in corpus.sources() if source.site in by_site]
    past = [source for source in corpus.past_sources() if source.site in by_site]
    passing, extracted = extract_missing(
        corpus, [*sources, *past], keys, by_site, sandbox, tell=tell, should_stop=should_stop
    )
    if should_stop():
        return UpdateReport(extracted=extracted)
    sites = [
        _Site(
            profile,
            [source for source in sources if source.site == profile.name],
            [source for source in past if source.site == profile.name],
            keys[profile.name],
            passing,
        )
        for profile in profiles
    ]
    documents, older, new_versions = _resolve_all(
        corpus, sites, corrections=corrections, today=today
    )
    # An index that is only changed would keep the words of what was erased in its files.
    is_purging = corpus.is_index_to_be_purged
    try:
        with build(
            index_folder,
            lexicon=lexicon,
            engine=engine,
            rebuild=rebuild or is_purging,
            dead_links=len(corpus.dead_links()),
            read_page=lambda document, number: _page(corpus, document, number),
        ) as writer:
            written = _put(writer, corpus, [*documents, *older], tell, should_stop)
    except _Stopped:
        return UpdateReport(extracted=extracted, new_versions=new_versions)
    if is_purging:
        purge(index_folder)
        corpus.index_purged()
    done = writer.done
    corpus.set_derived_mark(INDEXED, indexed_mark(done.generation, decided))
    return UpdateReport(
        generation=done.generation,
        documents=len(documents),
        pages=sum(document.page_count for document in documents),
        extracted=extracted,
        documents_written=written,
        documents_removed=done.removed,
        pages_written=done.pages,
        new_versions=new_versions,
        failures=tuple(
            Unread(document.urls[0], document.status, document.reason or document.status)
            for document in documents
            if document.status != "ok"
        ),
        notes=(*done.notes, *_notes(sources, corrections)),
    )


class _Stopped(Exception):  # noqa: N818  no error: it takes a build back
    """The update was asked to stop while the index was being built."""


def _put(
    writer: IndexWriter,
    corpus: Corpus,
    documents: Sequence[Document],
    tell: Tell,
    should_stop: Callable[[], bool],
) -> int:
    """Bring the index to exactly these documents; return how many current ones had changed."""
    written = 0
    for number, document in enumerate(documents):
        if should_stop():
            raise _Stopped
        tell(number, len(documents), document.title)
        is_written = writer.put(document, _pages(corpus, document))
        written += is_written and document.is_current
    writer.keep_only({document.doc_id for document in documents})
    return written


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Let Python not look for cycles: among all documents of a site it takes a sixth of the time.

    Sources, links, drafts and documents hold no cycles; what is no longer needed goes at once.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Site:
    """What is archived of one site: now, before, under which key its texts are kept.

    `passing` are extractions that are not kept, by (payload digest, key).
    """

    profile: SiteProfile
    sources: list[Source]
    past: list[Source]
    key: str
    passing: Mapping[tuple[str, str], Extraction]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one site's sources make up, and the mark by which that is known again."""

    documents: list[Document]
    older: list[Document]
    versions: dict[str, tuple[Version, ...]]
    mark: str


def _resolve_all(
    corpus: Corpus, sites: Sequence[_Site], *, corrections: Sequence[Correction], today: date
) -> tuple[list[Document], list[Document], int]:
    """Resolve the documents of all sites and bring the catalogue up to them.

    Returns the current documents, the earlier versions of them, and how many versions are new.
    """
    known = {document.doc_id: document for document in corpus.documents()}
    told: dict[str, tuple[Version, ...]] = defaultdict(tuple)
    for version in corpus.versions():
        told[version.doc_id] += (version,)
    with _no_search_for_cycles():
        outcomes = [
            _resolve(
                corpus,
                _held(site.profile, known, told),
                site,
                corrections=corrections,
                today=today,
            )
            for site in sites
        ]
    documents = [document for outcome in outcomes for document in outcome.documents]
    older = [document for outcome in outcomes for document in outcome.older]
    versions = {doc_id: own for one in outcomes for doc_id, own in one.versions.items()}
    new_versions = _save(corpus, documents, versions, known, told)
    for site, outcome in zip(sites, outcomes, strict=True):
        corpus.set_derived_mark(_mark_name(site.profile), outcome.mark)
    return documents, older, new_versions


def _resolve(
    corpus: Corpus,
    held: _Outcome,
    site: _Site,
    *,
    corrections: Sequence[Correction],
    today: date,
) -> _Outcome:
    """Resolve a site's documents, or take those held when nothing they follow from has changed."""
    profile = site.profile
    read = _reader(corpus, site.key, site.passing)
    states: dict[str, list[Source]] = defaultdict(list)
    for source in site.past:
        states[source.url].append(source)
    stamp = fingerprint(
        profile,
        [*site.sources, *site.past],
        key=site.key,
        today=today,
        corrections=corrections,
        passing=site.passing,
    )
    mark = mark_of(stamp, held.documents, held.versions)
    if mark == corpus.derived_mark(_mark_name(profile)):
        primaries = {source.url: source for source in site.sources}
        for document in held.documents:
            if before := states.get(document.urls[0]):
                states_of = [*before, primaries[document.urls[0]]]
                held.older.extend(
                    earlier(document, lineage(document.doc_id, states_of, read), read)
                )
        return replace(held, mark=mark)
    groups = _groups(corpus, profile, site.sources, read)
    memory, chosen = Remembered(corpus), Chosen(profile.name, corpus)
    resolved = resolve_site(
        profile,
        groups,
        extractor=site.key,
        today=today,
        corrections=settle(groups, corrections),
        memory=memory,
        chosen=chosen,
    )
    memory.keep()
    chosen.keep()
    made = _Outcome([], [], {}, "")
    for group, document in zip(groups, resolved, strict=True):
        primary = group.primary
        line = lineage(document.doc_id, [*states.get(primary.url, ()), primary], read)
        made.versions[document.doc_id] = line.versions
        made.documents.append(current(document, line))
        made.older.extend(earlier(document, line, read))
    return replace(made, mark=mark_of(stamp, made.documents, made.versions))


def _held(
    profile: SiteProfile,
    known: Mapping[str, Document],
    told: Mapping[str, tuple[Version, ...]],
) -> _Outcome:
    """Return the documents and versions the catalogue holds of a site, in the order of ids."""
    ids = sorted(doc_id for doc_id, one in known.items() if one.site == profile.name)
    versions = {doc_id: told.get(doc_id, ()) for doc_id in ids}
    return _Outcome([known[doc_id] for doc_id in ids], [], versions, "")


def _mark_name(profile: SiteProfile) -> str:
    return f"resolved {profile.name}"


def _save(
    corpus: Corpus,
    documents: Sequence[Document],
    versions: Mapping[str, tuple[Version, ...]],
    known: Mapping[str, Document],
    told: Mapping[str, tuple[Version, ...]],
) -> int:
    """Write what is not in the catalogue yet; return how many versions are new to it.

    `known` and `told` are the documents and versions that the catalogue holds.
    """
    rewritten = [doc_id for doc_id, own in versions.items() if told.get(doc_id, ()) != own]
    corpus.save_documents(
        [document for document in documents if known.get(document.doc_id) != document],
        [version for doc_id in rewritten for version in versions[doc_id]],
        removed=sorted({*known, *told}.difference(versions)),
        rewritten=rewritten,
    )
    captures = {doc_id: {v.capture_id for v in told.get(doc_id, ())} for doc_id in rewritten}
    return sum(
        version.capture_id not in captures[doc_id]
        for doc_id in rewritten
        for version in versions[doc_id]
    )


def _reader(corpus: Corpus, key: str, passing: Mapping[tuple[str, str], Extraction]) -> HeadOf:
    """Return what gives the head of a source's extraction, whether it is kept or not."""
    heads: dict[str, Extraction] = {}

    def read(source: Source) -> Extraction:
        digest = source.payload_digest
        if digest not in heads:
            found = head_of(corpus, key, digest) or passing.get((digest, key))
            heads[digest] = found or failed(source, "error: not extracted")
        return heads[digest]

    return read


def _groups(
    corpus: Corpus, profile: SiteProfile, sources: Sequence[Source], read: HeadOf
) -> list[Group]:
    extractions: dict[str, Extraction] = {}
    for source in sources:
        if source.payload_digest not in extractions:
            extractions[source.payload_digest] = read(source)
    return group_sources(sources, extractions, corpus.inbound_links(profile.name))


def _notes(sources: Sequence[Source], corrections: Sequence[Correction]) -> Iterator[str]:
    for target in unknown_targets(sources, corrections):
        yield f"corrections.toml: nothing is archived under {target}"


def _pages(corpus: Corpus, document: Document) -> Iterator[Page]:
    for number in range(1, document.page_count + 1):
        yield _page(corpus, document, number)


def _page(corpus: Corpus, document: Document, number: int) -> Page:
    return corpus.page_text(document.payload_digest, document.extractor, number)
