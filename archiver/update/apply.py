"""Carries an update out: reads the corpus, extracts, resolves, writes documents and index.

The index is written last. Killed anywhere, the next update finds what is missing and goes on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from archiver.corpus import Corpus
from archiver.extract import Sandbox
from archiver.index import build
from archiver.model import Document, Extraction, Page, Source, Version
from archiver.sites.profile import SiteProfile
from archiver.update.groups import Group, group_sources
from archiver.update.report import Unread, UpdateReport
from archiver.update.resolve import pinned, resolve_site
from archiver.update.texts import Tell, extract_missing, failed, text_digest

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
    rebuild: bool = False,
    tell: Tell,
    should_stop: Callable[[], bool],
) -> UpdateReport:
    """Bring documents and index up to what the corpus holds; return what was done.

    `keys` maps each site to the key its texts are kept under, `lexicon` gives the words that
    compounds are split by. When `should_stop` says so, what was extracted is kept and the index
    stays as it was.
    """
    by_site = {profile.name: profile for profile in profiles}
    sources = [source for source in corpus.sources() if source.site in by_site]
    passing, extracted = extract_missing(
        corpus, sources, keys, by_site, sandbox, tell=tell, should_stop=should_stop
    )
    if should_stop():
        return UpdateReport(generation="", documents=0, pages=0, extracted=extracted)
    documents: list[Document] = []
    versions: list[Version] = []
    for profile in profiles:
        own = [source for source in sources if source.site == profile.name]
        groups = _groups(corpus, profile, own, keys[profile.name], passing)
        resolved = resolve_site(profile, groups, extractor=keys[profile.name], today=today)
        for group, document in zip(groups, resolved, strict=True):
            kept, new = _versioned(corpus, group, document)
            documents.append(kept)
            versions += new
    known = {document.doc_id: document for document in corpus.documents()}
    current = {document.doc_id for document in documents}
    corpus.save_documents(
        [document for document in documents if known.get(document.doc_id) != document],
        versions,
        removed=sorted(set(known) - current),
    )
    with build(
        index_folder, lexicon=lexicon, rebuild=rebuild, dead_links=len(corpus.dead_links())
    ) as writer:
        for number, document in enumerate(documents):
            tell(number, len(documents), document.title)
            writer.put(document, _pages(corpus, document))
        writer.keep_only(current)
    done = writer.done
    return UpdateReport(
        generation=done.generation,
        documents=len(documents),
        pages=sum(document.page_count for document in documents),
        extracted=extracted,
        documents_written=done.added + done.changed,
        documents_removed=done.removed,
        pages_written=done.pages,
        new_versions=len(versions),
        failures=tuple(
            Unread(document.urls[0], document.status, document.reason or document.status)
            for document in documents
            if document.status != "ok"
        ),
        notes=done.notes,
    )


def _groups(
    corpus: Corpus,
    profile: SiteProfile,
    sources: Sequence[Source],
    key: str,
    passing: Mapping[tuple[str, str], Extraction],
) -> list[Group]:
    extractions: dict[str, Extraction] = {}
    for source in sources:
        digest = source.payload_digest
        if digest not in extractions:
            found = corpus.extraction(digest, key) or passing.get((digest, key))
            extractions[digest] = found or failed(source, "error: not extracted")
    return group_sources(sources, extractions, corpus.inbound_links(profile.name))


def _versioned(corpus: Corpus, group: Group, document: Document) -> tuple[Document, list[Version]]:
    """Return the document with its version number, and the version if the main text is new.

    Only the site makes versions: the same payload is the same version, whatever a newer extractor
    reads in it. While other bytes of a page change but its text does not, the capture that
    brought the text stays the one that is cited.
    """
    history = corpus.versions(document.doc_id)
    last = history[-1] if history else None
    if last is not None and last.payload_digest == document.payload_digest:
        return replace(document, version=last.number), []
    digest = text_digest(group.extraction, document.payload_digest)
    if last is not None:
        before = corpus.extraction(last.payload_digest, document.extractor)
        held = text_digest(before, last.payload_digest) if before else last.text_digest
        if held == digest:
            document = pinned(document, last) if before else document
            return replace(document, version=last.number), []
    number = last.number + 1 if last else 1
    version = Version(
        doc_id=document.doc_id,
        number=number,
        capture_id=document.captures[0],
        captured_at=document.captured_at,
        payload_digest=document.payload_digest,
        text_digest=digest,
        status=document.status,
    )
    return replace(document, version=number), [version]


def _pages(corpus: Corpus, document: Document) -> Iterator[Page]:
    for number in range(1, document.page_count + 1):
        yield corpus.page_text(document.payload_digest, document.extractor, number)
