"""The hit record: one found place with all that is needed to cite it and to find it again.

Every format is a projection of this record. Pure: no I/O, no search; texts and captures are
handed in.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from archiver.errors import ExportError
from archiver.export.redaction import Redaction, mask_parts, mask_text
from archiver.model import MISSING_YEAR, Capture, Document, Hit, Precision, Snippet

__all__ = [
    "RECORD_VERSION",
    "Access",
    "HitRecord",
    "Meaning",
    "Place",
    "build_record",
    "hit_id",
    "parse_hit_id",
    "shared_fields",
    "sitting_date",
    "sound",
]

RECORD_VERSION = 1
"""Version of the record's fields; grows when a field is renamed, removed or means another thing."""

Access = Literal["open", "withdrawn"]

_REACH = 100  # characters on each side where no snippet says how many
_HIT_ID = re.compile(r"(?P<capture>.+)-p(?P<page>\d{1,9})-(?P<start>\d{1,12})")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a field says, with its unit; `is_brief` fields stand in the brief profile too."""

    text: str
    is_brief: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRecord:
    """One found place. The meaning of each field stands beside it and in docs/formats.md."""

    hit_id: Annotated[
        str,
        Meaning("`<capture>-p<page>-<start>`: names the place, enough to find it again", True),
    ]
    rank: Annotated[int, Meaning("place of the page in the result, counted from 1", True)]
    score: Annotated[float, Meaning("relevance; comparable within one query only")]
    query: Annotated[str, Meaning("query as typed")]
    normalised: Annotated[str, Meaning("query as understood")]
    generation: Annotated[str, Meaning("id of the index state that answered")]
    exported_at: Annotated[datetime, Meaning("when the export was begun")]
    session: Annotated[
        tuple[int, ...],
        Meaning("number of the sitting; several when sittings share a document", True),
    ]
    held_on: Annotated[
        str | None,
        Meaning(
            "civil date of the sitting, as precise as it is known: `2011-10-14`, `2011-10`, "
            "`2011`, or an inclusive span `2011-10-14/2011-10-15` (ISO 8601-2)",
            True,
        ),
    ]
    topics: Annotated[tuple[str, ...], Meaning("topics of the sitting", True)]
    group: Annotated[tuple[str, ...], Meaning("working groups, committees")]
    kind: Annotated[
        str, Meaning("kind of document: `session`, `overview`, `topic`, `file`, `other`")
    ]
    role: Annotated[
        str | None, Meaning("role of a file: `documentation`, `minutes`, `invitation` …")
    ]
    site: Annotated[str, Meaning("name of the site in the workspace")]
    title: Annotated[str, Meaning("title of the document", True)]
    media: Annotated[str, Meaning("media type, for example `application/pdf`")]
    language: Annotated[str, Meaning("language of the document (BCP 47)")]
    url: Annotated[str, Meaning("address of the document", True)]
    final_url: Annotated[str, Meaning("address that answered, after redirects")]
    page: Annotated[
        int,
        Meaning(
            "page counted from 1; 1 for a web page; pages of files inside a file follow its own",
            True,
        ),
    ]
    page_label: Annotated[
        str | None,
        Meaning(
            "page number printed in the file, when it has one; of a file inside the file its name "
            "and page (`Anlage plan.pdf, S. 3`)",
            True,
        ),
    ]
    section: Annotated[str | None, Meaning("heading above the place")]
    captured_at: Annotated[datetime, Meaning("when the bytes were fetched", True)]
    http_status: Annotated[int | None, Meaning("HTTP status of the answer")]
    payload_sha256: Annotated[
        str | None, Meaning("SHA-256 of the body after transfer decoding, 64 hex digits")
    ]
    warc_digest: Annotated[
        str | None, Meaning("digest written in the WARC record (`label:value`), when it has one")
    ]
    warc_file: Annotated[str, Meaning("name of the WARC file")]
    warc_offset: Annotated[int, Meaning("start of the record in the WARC file, in bytes")]
    warc_record_id: Annotated[str, Meaning("WARC-Record-ID of the record")]
    snippet_left: Annotated[str, Meaning("text before the match", True)]
    match: Annotated[
        str, Meaning("matched text; empty when the document was found by its fields only", True)
    ]
    snippet_right: Annotated[str, Meaning("text after the match", True)]
    char_start: Annotated[
        int, Meaning("start of the match in the page's text, in Unicode code points from 0")
    ]
    char_end: Annotated[int, Meaning("end of the match (exclusive), in the same count")]
    extractor: Annotated[str, Meaning("reader that made the text, with its version")]
    warnings: Annotated[
        tuple[str, ...],
        Meaning(
            "`ocr` recognised text, `conflict` contradicting metadata, `truncated` cut capture, "
            "`old_version` not the current content, `damaged` WARC record that cannot be read"
        ),
    ]
    access: Annotated[Access, Meaning("`open` or `withdrawn`; withdrawn hits are never written")]
    redactions: Annotated[
        tuple[str, ...], Meaning("kinds of personal data masked in this record: `email`, `phone`")
    ]
    attachment: Annotated[
        str | None,
        Meaning(
            "name of the file inside the file on whose page the place stands: embedded in a PDF, "
            "sent with a mail"
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Place:
    """The place a hit id names: capture, page (from 1), start in the page's text."""

    capture_id: str
    page: int
    start: int


def hit_id(capture_id: str, page: int, start: int) -> str:
    """Name a place so that it can be read and found again.

    >>> hit_id("c0ffee", 9, 120)
    'c0ffee-p9-120'
    """
    return f"{capture_id}-p{page}-{start}"


def parse_hit_id(text: str) -> Place:
    """Read a hit id back; raise ExportError when it is none.

    >>> parse_hit_id("c0ffee-p9-120")
    Place(capture_id='c0ffee', page=9, start=120)
    """
    found = _HIT_ID.fullmatch(text)
    if found is None:
        raise ExportError(f"{text[:80]!r} is no hit id – it looks like CAPTURE-p9-120")
    return Place(found["capture"], int(found["page"]), int(found["start"]))


def sitting_date(
    start: date | None, end: date | None = None, precision: Precision | None = None
) -> str | None:
    """Write a sitting's date no more precisely than it is known (ISO 8601-2, EDTF level 0).

    >>> sitting_date(date(2011, 10, 14))
    '2011-10-14'
    >>> sitting_date(date(2011, 10, 14), date(2011, 10, 15))
    '2011-10-14/2011-10-15'
    >>> sitting_date(date(2011, 10, 1), date(2011, 10, 31), "month")
    '2011-10'
    >>> sitting_date(date(2011, 10, 1), date(2011, 12, 31), "quarter")
    '2011-10/2011-12'
    >>> sitting_date(date(2011, 1, 1), date(2011, 12, 31), "year")
    '2011'
    """
    if start is None or start.year == MISSING_YEAR:
        return None
    last = end if end is not None and end > start else start
    if precision == "year":
        first_text, last_text = f"{start:%Y}", f"{last:%Y}"
    elif precision in ("month", "quarter", "half"):
        first_text, last_text = f"{start:%Y-%m}", f"{last:%Y-%m}"
        if last == start and precision != "month":
            # The end was not kept: a quarter has three months, a half-year six.
            months = 3 if precision == "quarter" else 6
            last_text = f"{start.replace(day=1) + timedelta(days=31 * (months - 1)):%Y-%m}"
    else:
        first_text, last_text = start.isoformat(), last.isoformat()
    return first_text if first_text == last_text else f"{first_text}/{last_text}"


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
    wanted = _HIT_ID.fullmatch(hit.hit_id)
    found = [
        (snippet, (snippet.start + start, snippet.start + end))
        for snippet in hit.snippets
        for start, end in snippet.spans
    ]
    for snippet, place in found:
        if wanted is not None and place[0] == int(wanted["start"]):
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


def sound(text: str) -> str:
    r"""Replace lone surrogates, which no UTF-8 file can hold, by U+FFFD.

    >>> sound("Bür\udcffger 🌳") == "Bür\ufffdger 🌳"
    True
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
