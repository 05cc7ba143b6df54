"""Exports every hit of a query: searched, joined to records, written whole with its manifest."""

import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from archiver import SOFTWARE, __version__
from archiver.amounts import counted
from archiver.analysis import ANALYSIS_VERSION
from archiver.errors import ExportError, UsageError
from archiver.export import format_of, write
from archiver.export.captures import CaptureWriter
from archiver.export.concordance import Kwic, context_needed
from archiver.export.fields import select_fields
from archiver.export.manifest import Manifest, Provenance
from archiver.export.output import check_name
from archiver.export.record import HitRecord
from archiver.export.redaction import Redaction
from archiver.index import SCHEMA_VERSION
from archiver.jobs.holdings import Holdings, Projection, open_holdings, say_nothing
from archiver.jobs.question import Question
from archiver.model import Answer, Document, Hit
from archiver.search import FoundPage, Stream
from archiver.workspace import Workspace

_OF_THE_TEXT = {"snippet_left", "match", "snippet_right", "char_start", "char_end"}


def export_hits(
    workspace: Workspace,
    question: Question,
    target: str,
    *,
    format: str | None = None,  # noqa: A002  the field's word
    fields: str | None = None,
    redact: Sequence[Redaction] = (),
    overwrite: bool = False,
    with_snippets: bool = True,
    kwic: Kwic | None = None,
    now: datetime | None = None,
    tell: Callable[[Answer], None] = say_nothing,
) -> Manifest:
    """Write all hits of a question to `target` (a path, or "-"), with the manifest beside it.

    In the format `kwic` every place is a hit, in the others every page. Without snippets no text
    is read, and a hit id names the beginning of its page. `tell` gets totals and remarks before
    anything is written. Raises QueryError, GenerationError,
    UsageError, and ExportError when the output cannot be written whole; then nothing is left.
    """
    check_name(target)
    chosen = format_of(target, format)
    if not with_snippets and not chosen.has_fields:
        raise UsageError(f"{chosen.name} shows the text found – leave --no-snippets out")
    if not with_snippets and fields is None:
        fields = ",".join(name for name in select_fields(None) if name not in _OF_THE_TEXT)
    is_kwic = chosen.name == "kwic"
    kwic = kwic or Kwic()
    with open_holdings(workspace) as holdings:
        found: Stream[tuple[Document, Hit]] | Stream[FoundPage]
        if is_kwic:
            found = pages = holdings.pages(question)
        else:
            found = hits = holdings.hits(question, with_snippets=with_snippets)
        tell(found.answer)
        projection = Projection(
            normalised=found.normalised,
            exported_at=now or datetime.now(UTC),
            redact=tuple(redact),
            context=context_needed(kwic) if is_kwic else None,
            with_snippets=with_snippets,
            with_digests=chosen.has_fields and "warc_digest" in select_fields(fields),
        )
        records: Iterable[HitRecord]
        expected: int | Callable[[], int]
        if is_kwic:
            records = places = _Counted(
                holdings.occurrences(question, projection, pages), found.total
            )
            expected = places.count
        else:
            records, expected = holdings.records(question, projection, hits), found.total
        return write(
            records,
            target if target == "-" else Path(target),
            expected=expected,
            provenance=provenance(holdings, question, found.normalised, projection.exported_at),
            format=chosen.name,
            fields=fields,
            redact=redact,
            overwrite=overwrite,
            citing=holdings.citing,
            kwic=kwic if is_kwic else None,
            archive=holdings,
            captures=_exporter(holdings, question, found.normalised, projection.exported_at)
            if chosen.has_captures
            else None,
        )


def _exporter(
    holdings: Holdings, question: Question, normalised: str, exported_at: datetime
) -> CaptureWriter:
    """Return what copies captures; its file's id is made from what is exported and when.

    So the same export at the same time gives the same bytes.
    """
    asked = f"{normalised} {question} {holdings.index.generation} {exported_at.isoformat()}"
    exporter = holdings.corpus.exporter(SOFTWARE)
    return replace(exporter, new_id=lambda: uuid5(NAMESPACE_URL, asked))


class _Counted:
    """Counts the places of a concordance where they are found, and the pages they stand on."""

    def __init__(self, places: "Iterator[tuple[int, HitRecord | None]]", pages: int) -> None:
        self._places = places
        self._expected_pages = pages
        self._pages = 0
        self._found = 0

    def __iter__(self) -> Iterator[HitRecord]:
        for page, record in self._places:
            self._pages = page
            if record is not None:
                self._found += 1
                yield record
        if self._pages != self._expected_pages:
            raise ExportError(
                f"{self._pages} of {counted(self._expected_pages, 'page')} came, "
                "so nothing was written – run the same command again"
            )

    def count(self) -> int:
        """Return how many places there were; known when all have been read."""
        return self._found


def provenance(
    holdings: Holdings, question: Question, normalised: str, exported_at: datetime
) -> Provenance:
    """Say where an export's records come from: question, generation, state, versions."""
    state = holdings.corpus.status()
    newest = state.newest_capture_at
    asked = {
        "within": (question.within, "document"),
        "any": ("true" if question.any_word else "", ""),
        "sort": (question.sort, "relevance"),
        "versions": (question.versions, "current"),
    }
    return Provenance(
        query=question.query,
        normalised=normalised,
        generation=holdings.index.generation,
        exported_at=exported_at,
        filters={
            **question.filters,
            **{name: value for name, (value, usual) in asked.items() if value != usual},
        },
        corpus_state={
            "captures": str(state.captures),
            "newest_capture_at": newest.isoformat() if newest else "",
        },
        versions={
            "forum-archiver": __version__,
            "analysis": str(ANALYSIS_VERSION),
            "index": str(SCHEMA_VERSION),
            "python": platform.python_version(),
        },
    )
