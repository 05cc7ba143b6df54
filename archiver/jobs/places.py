"""Finds the place a hit id names and makes a record of it, for citing and showing."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from archiver.amounts import counted
from archiver.errors import CorpusError, ExportError
from archiver.export.record import HitRecord, Place, parse_hit_id
from archiver.export.redaction import Redaction
from archiver.jobs.holdings import Holdings, Projection
from archiver.jobs.question import Question
from archiver.model import Capture, Document, Hit, Page
from archiver.search import places_on

_WORD = re.compile(r"\w+(?:[-‐‑]\w+)*")
_CONTEXT = 100


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place in the archive: the document as captured then, the page, the matched stretch.

    `marked` are the places of the query's words on the page, for highlighting.
    """

    hit_id: str
    document: Document
    page: Page
    capture: Capture
    span: tuple[int, int]
    marked: tuple[tuple[int, int], ...] = ()

    @property
    def hit(self) -> Hit:
        """The place as a hit of its own, first and only."""
        return Hit(
            hit_id=self.hit_id,
            rank=1,
            score=0.0,
            page_number=self.page.number,
            page_label=self.page.label,
            section=self.page.heading,
            snippets=(),
            is_ocr=self.page.is_ocr,
        )


def find_place(holdings: Holdings, hit_id: str, *, query: str = "", today: date) -> FoundPlace:
    """Return the place a hit id names; `query` says which words are marked.

    Without a query the word that begins at the place is the match. Raises ExportError when the
    id is none, or nothing stands there; QueryError for a wrong query.
    """
    place = parse_hit_id(hit_id)
    capture = _capture(holdings, hit_id, place)
    if holdings.is_withdrawn(capture.capture_id):
        raise ExportError(f"hit {hit_id}: capture {capture.capture_id} was withdrawn from view")
    document = _document(holdings, hit_id, capture)
    try:
        page = holdings.read_page(document.payload_digest, document.extractor, place.page)
    except CorpusError as error:
        raise ExportError(
            f"hit {hit_id}: {document.title!r} has no text on page {place.page} of "
            f"{document.page_count}"
        ) from error
    if place.start > len(page.text):
        raise ExportError(
            f"hit {hit_id}: page {place.page} has only {counted(len(page.text), 'character')}",
            remedy="search again; the text may have been read anew since",
        )
    marked: tuple[tuple[int, int], ...] = ()
    if query:
        marked = places_on(
            holdings.index, query, document, page.text, today=today, saved=holdings.saved
        )
    return FoundPlace(
        hit_id, document, page, capture, _span(page.text, place.start, marked), marked
    )


def record_of(
    holdings: Holdings,
    place: FoundPlace,
    *,
    query: str = "",
    redact: tuple[Redaction, ...] = (),
) -> HitRecord:
    """Return the hit record of a place, as an export would hold it."""
    now = datetime.now(UTC)
    return holdings.record(
        Question(query=query, today=now.date()),
        Projection(normalised=query, exported_at=now, context=_CONTEXT, redact=redact),
        place.document,
        place.hit,
        place.page.text,
        place.span,
    )


def _capture(holdings: Holdings, hit_id: str, place: Place) -> Capture:
    try:
        return holdings.corpus.capture(place.capture_id)
    except CorpusError as error:
        raise ExportError(
            f"no hit {hit_id}: capture {place.capture_id} is not in this archive",
            remedy="hit ids stand in the answers of: archiver search … --json",
        ) from error


def _document(holdings: Holdings, hit_id: str, capture: Capture) -> Document:
    """Return the capture's document; of an older capture as it was then."""
    documents = holdings.index.documents
    for ordinal in documents.with_capture(capture.capture_id):
        document = documents.document(ordinal)
        if capture.payload_digest in (None, document.payload_digest):
            return replace(
                document, captures=(capture.capture_id,), captured_at=capture.captured_at
            )
        return replace(
            document,
            captures=(capture.capture_id,),
            captured_at=capture.captured_at,
            payload_digest=capture.payload_digest or document.payload_digest,
            is_current=False,
        )
    raise ExportError(
        f"hit {hit_id}: no indexed document has capture {capture.capture_id}",
        remedy="bring the index up to date with: archiver index",
    )


def _span(text: str, start: int, marked: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """Return the marked stretch at a place, else the word that begins there.

    >>> _span("Die Grünflächen", 4, ()), _span("Die Grünflächen", 4, ((4, 8),))
    ((4, 15), (4, 8))
    """
    for place in marked:
        if place[0] == start:
            return place
    word = _WORD.match(text, start)
    return (start, word.end() if word else start)
