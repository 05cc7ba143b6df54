"""Joins a hit with its document, its capture and its page's text into a record.

Pure: no I/O, no search; texts and captures are handed in.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from archiver.errors import ExportError
from archiver.export.record import (
    Access,
    HitRecord,
    hit_id,
    parse_hit_id,
    sitting_date,
    sound,
)
from archiver.export.redaction import Redaction, mask_parts, mask_text
from archiver.model import Capture, Document, Hit, Snippet

__all__ = ["build_record", "shared_fields"]

_REACH = 100  # characters on each side where no snippet says how many


def build_record(
    document: Document,
    hit: Hit,
    capture: Capture,
    *,
    query: str,
    normalised: str,
    generation: str,
    exported_at: datetime,
    page_text: str,
    span: tuple[int, int] | None = None,
    context: int | None = None,
    redact: Sequence[Redaction] = (),
    access: Access = "open",
    warc_digest: str | None = None,
    is_damaged: bool = False,
    shared: Mapping[str, Any] | None = None,
) -> HitRecord:
    """Join a hit with its document, its capture and its page's text into one record.

    Without `span` the match is the one `hit.hit_id` names in the snippets (else the first), and
    the text around it is the snippet's; with `span` (start, end in the page's text) it is that
    place, which gives one record for each occurrence. `context` takes that many characters on
    each side instead of the snippet's. `redact` masks personal data here, where the whole page
    is known and no number is cut in half at a snippet's edge. `shared` is what `shared_fields`
    made of the same document, capture, query and `redact`; without it, it is made here.

    Raises ExportError when page text and hit do not fit each other: the index is then older or
    newer than the text.
    """
    if shared is None:
        shared = shared_fields(
            document,
            capture,
            query=query,
            normalised=normalised,
            generation=generation,
            exported_at=exported_at,
            redact=redact,
        )
    page = hit.page_number
    start, end, left_from, right_to = _bounds(hit, span, context, page_text)
    if page_text:
        parts = mask_parts(page_text, (left_from, start, end, right_to), tuple(redact))
        left, match, right = map(sound, parts)
    else:
        left = match = right = ""
    label, inside = hit.page_label, document.attachment_of(page)
    if label is not None and inside is not None and redact:
        label = mask_text(label, tuple(redact))
    section = hit.section
    if section is not None:
        section = sound(mask_text(section, tuple(redact)) if redact else section)
    return HitRecord(
        **shared,
        hit_id=hit.hit_id if span is None else hit_id(capture.capture_id, page, start),
        rank=hit.rank,
        score=hit.score,
        page=page,
        page_label=None if label is None else sound(label),
        section=section,
        warc_digest=warc_digest,
        snippet_left=left,
        match=match,
        snippet_right=right,
        char_start=start,
        char_end=end,
        warnings=_warnings(document, hit, capture, is_damaged=is_damaged),
        access=access,
        attachment=None if inside is None else sound(mask_text(inside.name, tuple(redact))),
    )


def shared_fields(
    document: Document,
    capture: Capture,
    *,
    query: str,
    normalised: str,
    generation: str,
    exported_at: datetime,
    redact: Sequence[Redaction] = (),
) -> dict[str, Any]:
    """Return the fields that all hits of a document share, by name."""

    def plain(text: str) -> str:
        return sound(mask_text(text, tuple(redact)) if redact else text)

    digest = capture.payload_digest or document.payload_digest
    return {
        "query": plain(query),
        "normalised": plain(normalised),
        "generation": generation,
        "exported_at": exported_at,
        "session": document.sessions,
        "held_on": sitting_date(document.held_on, document.held_until, document.date_precision),
        "topics": tuple(plain(topic) for topic in document.topics),
        "group": tuple(plain(group) for group in document.groups),
        "kind": document.kind,
        "role": document.role,
        "site": document.site,
        "title": plain(document.title),
        "media": document.media_type,
        "language": document.language,
        "url": sound(document.urls[0]),
        "final_url": sound(capture.url),
        "captured_at": capture.captured_at,
        "http_status": capture.status if capture.status is not None else document.http_status,
        "payload_sha256": digest.removeprefix("sha256:") if digest else None,
        "warc_file": capture.warc_file,
        "warc_offset": capture.offset,
        "warc_record_id": capture.record_id,
        "extractor": document.extractor,
        "redactions": tuple(dict.fromkeys(redact)),
    }


def _bounds(
    hit: Hit, span: tuple[int, int] | None, context: int | None, page_text: str
) -> tuple[int, int, int, int]:
    """Return start and end of the match, and how far the text around it reaches."""
    if span is None and not hit.snippets:
        return 0, 0, 0, min(len(page_text), _REACH if context is None else context)
    if span is not None:
        start, end = span
        if not 0 <= start <= end <= len(page_text):
            raise ExportError(
                f"hit {hit.hit_id}: the place {start}–{end} is not on a page of "
                f"{len(page_text)} characters – rebuild the index with: archiver index --rebuild"
            )
        snippet = _around(hit.snippets, start, end)
    else:
        snippet, (start, end) = _focus(hit, len(page_text))
    if snippet is not None:
        stop = snippet.start + len(snippet.text)
        if page_text[snippet.start : stop] != snippet.text:
            raise ExportError(
                f"hit {hit.hit_id}: the snippet does not stand in the page's text – rebuild the "
                "index with: archiver index --rebuild"
            )
    if context is not None or snippet is None:
        reach = _REACH if context is None else context
        return start, end, max(0, start - reach), min(len(page_text), end + reach)
    return start, end, snippet.start, snippet.start + len(snippet.text)


def _focus(hit: Hit, length: int) -> tuple[Snippet | None, tuple[int, int]]:
    """Choose the match the hit id names, else the first; an empty one without any span."""
    wanted = parse_hit_id(hit.hit_id).start
    found = [
        (snippet, (snippet.start + start, snippet.start + end))
        for snippet in hit.snippets
        for start, end in snippet.spans
    ]
    for snippet, place in found:
        if place[0] == wanted:
            return snippet, place
    if found:
        return found[0]
    if hit.snippets:
        first = hit.snippets[0]
        return first, (min(first.start, length),) * 2
    return None, (0, 0)


def _around(snippets: tuple[Snippet, ...], start: int, end: int) -> Snippet | None:
    """Return the snippet that holds the place, or None."""
    for snippet in snippets:
        if snippet.start <= start and end <= snippet.start + len(snippet.text):
            return snippet
    return None


def _warnings(
    document: Document, hit: Hit, capture: Capture, *, is_damaged: bool
) -> tuple[str, ...]:
    """List what a person should know before trusting the record."""
    said = []
    if hit.is_ocr:
        said.append("ocr")
    if document.conflicts:
        said.append("conflict")
    if capture.truncated is not None:
        said.append("truncated")
    if not document.is_current:
        said.append("old_version")
    if is_damaged:
        said.append("damaged")
    return tuple(said)
