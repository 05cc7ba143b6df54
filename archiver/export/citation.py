"""The formatted citation in German, and the words it is made of. Pure: no I/O.

`Forum Musterstadt, 28. Sitzung: Dokumentation, 14.10.2011, S. 7 (PDF-S. 9). URL, archiviert am
20.11.2026 (03:14 UTC), sha256:ab12…`
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC

from archiver.export.record import HitRecord, sound

__all__ = [
    "Citing",
    "Publication",
    "cite",
    "date_in_german",
    "encode_citations",
    "is_web_page",
    "one_line",
    "page_field",
    "page_in_german",
    "role_in_german",
    "session_in_german",
]

ROLES = {
    "documentation": "Dokumentation",
    "minutes": "Protokoll",
    "invitation": "Einladung",
    "agenda": "Tagesordnung",
    "slides": "Präsentation",
    "report": "Bericht",
    "attachment": "Anlage",
    "poster": "Plakat",
    "press": "Pressemitteilung",
}
# One sitting has one of each: the word alone says which file is meant.
_SINGLE = {"documentation", "minutes", "invitation", "agenda"}
_MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
# Breaks, blanks and controls, with the invisible marks that turn the writing's direction.
_GAP = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_DIGEST_DIGITS = 12
_PDF = "application/pdf"
# What the parts of files without pages are called; a text document is one part, as a web page is.
_PARTS = {
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "Folie",
    "application/vnd.oasis.opendocument.presentation": "Folie",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Blatt",
    "application/vnd.oasis.opendocument.spreadsheet": "Blatt",
    "application/epub+zip": "Kapitel",
}


@dataclass(frozen=True, slots=True)
class Publication:
    """How a site is named in citations: its name, and who stands behind it where that is known."""

    name: str
    author: str | None = None
    publisher: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Citing:
    """What citations need beside the record: the sites' names and the archive's own."""

    sites: Mapping[str, Publication] = field(default_factory=dict)
    archive: str = "Forum-Archiv (WARC)"

    def publication(self, site: str) -> Publication:
        """Return how a site is cited; by its short name when nothing else is known."""
        return self.sites.get(site) or Publication(site)


def cite(record: HitRecord, citing: Citing | None = None) -> str:
    """Return the German citation of one place, on one line."""
    publication = (citing or Citing()).publication(record.site)
    head = publication.name
    if session := session_in_german(record.session):
        head = f"{head}, {session}"
    parts = [f"{head}: {_what(record)}", date_in_german(record.held_on)]
    if page := page_in_german(record):
        parts.append(page)
    captured = record.captured_at.astimezone(UTC)
    archived = f"{record.url}, archiviert am {captured:%d.%m.%Y} ({captured:%H:%M} UTC)"
    if record.payload_sha256:
        archived += f", sha256:{record.payload_sha256[:_DIGEST_DIGITS]}…"
    return one_line(f"{', '.join(parts)}. {archived}")


def encode_citations(records: Iterable[HitRecord], citing: Citing) -> Iterator[bytes]:
    """Write one citation a line (UTF-8, LF)."""
    for record in records:
        yield f"{cite(record, citing)}\n".encode()


def is_web_page(record: HitRecord) -> bool:
    """Tell whether the record is of a web page, which has no page numbers."""
    return record.media in ("text/html", "application/xhtml+xml")


def session_in_german(session: tuple[int, ...]) -> str:
    """Word the number of the sitting.

    >>> session_in_german((28,)), session_in_german((28, 29)), session_in_german(())
    ('28. Sitzung', '28. und 29. Sitzung', '')
    """
    if not session:
        return ""
    *first, last = (f"{number}." for number in session)
    return f"{', '.join(first)} und {last} Sitzung" if first else f"{last} Sitzung"


def role_in_german(role: str | None) -> str:
    """Word the role of a file; empty when it has none.

    >>> role_in_german("minutes"), role_in_german(None)
    ('Protokoll', '')
    """
    return ROLES.get(role or "", "")


def page_in_german(record: HitRecord) -> str:
    """Word the page: the printed number first, the PDF's beside it when they differ.

    A page of a file inside the file is cited by that file's name, of slides and tables the part. A
    mail, a text document has no pages: its lines fall as the program likes that shows it.
    """
    if record.attachment is not None:
        return record.page_label or record.attachment
    if record.media != _PDF:
        part = _PARTS.get(record.media or "")
        return f"{part} {record.page}" if part else ""
    if record.page_label is None:
        return f"PDF-S. {record.page}"
    if record.page_label == str(record.page):
        return f"S. {record.page}"
    return f"S. {record.page_label} (PDF-S. {record.page})"


def page_field(record: HitRecord) -> str:
    """Return the page for a field of that name: as printed, else as counted; "" without pages."""
    if record.attachment is None and record.media != _PDF and record.media not in _PARTS:
        return ""
    return record.page_label or str(record.page)


def date_in_german(held_on: str | None) -> str:
    """Word a sitting's date as precisely as it is known; "o. D." when it is not.

    >>> date_in_german("2011-10-14"), date_in_german("2011-10-14/2011-10-15")
    ('14.10.2011', '14.–15.10.2011')
    >>> date_in_german("2011-10"), date_in_german("2011-10/2011-12"), date_in_german("2011")
    ('Oktober 2011', '4. Quartal 2011', '2011')
    >>> date_in_german("2011-10-31/2011-11-01"), date_in_german(None)
    ('31.10.–01.11.2011', 'o. D.')
    """
    if held_on is None:
        return "o. D."
    first, _, last = held_on.partition("/")
    start = first.split("-")
    if not last:
        return _one_date(start)
    end = last.split("-")
    if len(start) == len(end) == 2 and start[0] == end[0]:
        return _months(int(start[1]), int(end[1]), start[0])
    if len(start) == len(end) == 3 and start[0] == end[0]:
        day = f"{start[2]}." if start[1] == end[1] else f"{start[2]}.{start[1]}."
        return f"{day}–{_one_date(end)}"
    return f"{_one_date(start)}–{_one_date(end)}"


def _one_date(parts: list[str]) -> str:
    if len(parts) == 3:
        return ".".join(reversed(parts))
    if len(parts) == 2:
        return f"{_MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return parts[0]


def _months(first: int, last: int, year: str) -> str:
    if last - first == 2 and first % 3 == 1:
        return f"{last // 3}. Quartal {year}"
    if last - first == 5 and first % 6 == 1:
        return f"{last // 6}. Halbjahr {year}"
    return f"{_MONTHS[first - 1]}–{_MONTHS[last - 1]} {year}"


def _what(record: HitRecord) -> str:
    role = role_in_german(record.role)
    if not role:
        return record.title
    return role if record.role in _SINGLE else f"{role} „{record.title}“"


def one_line(text: str) -> str:
    r"""Put a text on one line: gaps and controls become one blank.

    >>> one_line(" Bürger\r\nforum\u202e ")
    'Bürger forum'
    """
    return _GAP.sub(" ", sound(text)).strip()
