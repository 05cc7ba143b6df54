"""The hit record: one found place with all that is needed to cite it and to find it again.

Every format is a projection of this record; `joining` makes it of a hit. Pure: no I/O.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from archiver.errors import ExportError
from archiver.model import MISSING_YEAR, Precision

__all__ = [
    "RECORD_VERSION",
    "Access",
    "HitRecord",
    "Meaning",
    "Place",
    "hit_id",
    "parse_hit_id",
    "sitting_date",
    "sound",
]

RECORD_VERSION = 1
"""Version of the record's fields; grows when a field is renamed, removed or means another thing."""

Access = Literal["open", "withdrawn"]

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
