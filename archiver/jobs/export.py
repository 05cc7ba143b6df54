"""Exports every hit of a query: search, captures and texts joined to records, written whole."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from archiver import __version__
from archiver.analysis import ANALYSIS_VERSION
from archiver.corpus import Corpus
from archiver.corpus.derived import DerivedTexts
from archiver.errors import CorpusError, ExportError
from archiver.export import write
from archiver.export.manifest import Manifest, Provenance
from archiver.export.record import HitRecord, build_record
from archiver.export.redaction import Redaction
from archiver.index import SCHEMA_VERSION, Index
from archiver.model import Capture, Document, Hit, Sort, Within
from archiver.search import search, stream
from archiver.workspace import Workspace


def export_hits(
    workspace: Workspace,
    query: str,
    target: str,
    *,
    today: date,
    within: Within = "document",
    any_word: bool = False,
    sort: Sort = "relevance",
    format: str | None = None,  # noqa: A002  the field's word
    fields: str | None = None,
    redact: Sequence[Redaction] = (),
    overwrite: bool = False,
    filters: Mapping[str, str] | None = None,
) -> Manifest:
    """Write all hits of `query` to `target` (a path, or "-"), with the manifest beside it.

    Raises QueryError, GenerationError, UsageError, and ExportError when the output cannot be
    written whole; then nothing is left behind.
    """
    with (
        workspace.open_index() as index,
        workspace.open_texts() as texts,
        workspace.open_corpus(read_only=True) as corpus,
    ):
        answer = search(
            index,
            query,
            read_page=texts.page_text,
            today=today,
            within=within,
            any_word=any_word,
            limit=1,
            facets=False,
        )
        exported_at = datetime.now(UTC)
        hits = stream(
            index,
            query,
            read_page=texts.page_text,
            today=today,
            within=within,
            any_word=any_word,
            sort=sort,
        )
        state = corpus.status()
        provenance = Provenance(
            query=query,
            normalised=answer.normalised,
            generation=answer.generation,
            exported_at=exported_at,
            filters=filters or {},
            corpus_state={
                "captures": str(state.captures),
                "newest_capture_at": state.newest_capture_at.isoformat()
                if state.newest_capture_at
                else "",
            },
            versions={
                "forum-archiver": __version__,
                "analysis": str(ANALYSIS_VERSION),
                "index": str(SCHEMA_VERSION),
                "python": platform.python_version(),
            },
        )
        records = _records(
            corpus, texts, index, hits, query, answer.normalised, exported_at, tuple(redact)
        )
        return write(
            records,
            target if target == "-" else Path(target),
            expected=answer.total,
            provenance=provenance,
            format=format,
            fields=fields,
            redact=redact,
            overwrite=overwrite,
        )


def _records(
    corpus: Corpus,
    texts: DerivedTexts,
    index: Index,
    hits: Iterator[tuple[Document, Hit]],
    query: str,
    normalised: str,
    exported_at: datetime,
    redact: tuple[Redaction, ...],
) -> Iterator[HitRecord]:
    captures: dict[str, Capture] = {}
    for document, hit in hits:
        capture_id = document.captures[0]
        if capture_id not in captures:
            captures[capture_id] = _capture(corpus, capture_id)
        page = texts.page_text(document.payload_digest, document.extractor, hit.page_number)
        yield build_record(
            document,
            hit,
            captures[capture_id],
            query=query,
            normalised=normalised,
            generation=index.generation,
            exported_at=exported_at,
            page_text=page.text,
            redact=redact,
        )


def _capture(corpus: Corpus, capture_id: str) -> Capture:
    try:
        return corpus.capture(capture_id)
    except CorpusError as error:
        raise ExportError(
            f"capture {capture_id} is not in the corpus, so its hits cannot be cited",
            remedy="bring the index up to date with: archiver index",
        ) from error
