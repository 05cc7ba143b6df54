"""References for Zotero, Citavi, EndNote, pandoc, LaTeX: RIS, CSL-JSON, BibLaTeX. Pure: no I/O.

`issued` is the date of the sitting, `accessed` that of the capture. A file is a report with the
archive and the place in it; a web page has no archive fields in Zotero, so they stand in its
note. Keys are ASCII and unique within an export. Nothing from a document can end a field or
begin another one: values stand on one line and are escaped as the format wants.

Sources: the RIS tags as Zotero reads them (its translator RIS.js), the CSL-JSON schema
csl-data.json, the BibLaTeX manual 3.x (entry types @report and @online).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from typing import Any

from archiver.codec import to_json
from archiver.export.citation import (
    Citing,
    encode_citations,
    is_web_page,
    one_line,
    page_field,
    role_in_german,
    session_in_german,
)
from archiver.export.record import HitRecord

__all__ = [
    "STYLES",
    "Citing",
    "biblatex",
    "citation_key",
    "csl_item",
    "encode_biblatex",
    "encode_citations",
    "encode_csl_json",
    "encode_ris",
    "ris",
]

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe"})
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        '"': r"\textquotedbl{}",  # babel's German makes a bare one part of an umlaut
    }
)
_KEY_LENGTH = 60


def encode_ris(records: Iterable[HitRecord], citing: Citing) -> Iterator[bytes]:
    """Write RIS records (UTF-8, CRLF as the format has it)."""
    for record, key in _keyed(records):
        yield ris(record, key, citing).encode()


def encode_csl_json(records: Iterable[HitRecord], citing: Citing) -> Iterator[bytes]:
    """Write one CSL-JSON array, one item a line."""
    lead = b"[\n"
    for record, key in _keyed(records):
        yield lead + to_json(csl_item(record, key, citing))
        lead = b",\n"
    yield b"[]\n" if lead == b"[\n" else b"\n]\n"


def encode_biblatex(records: Iterable[HitRecord], citing: Citing) -> Iterator[bytes]:
    """Write BibLaTeX entries (UTF-8)."""
    for record, key in _keyed(records):
        yield biblatex(record, key, citing).encode()


STYLES: dict[str, Callable[[Iterable[HitRecord], Citing], Iterator[bytes]]] = {
    "citation": encode_citations,
    "ris": encode_ris,
    "csl-json": encode_csl_json,
    "biblatex": encode_biblatex,
}
"""Every way to cite, by the name of its format."""


def citation_key(record: HitRecord) -> str:
    """Make a key people can type: site, sitting, role or kind, page. ASCII, without blanks."""
    number = "-".join(map(str, record.session))
    parts = [_ascii(record.site) + number, _ascii(role_in_german(record.role) or record.kind)]
    if not is_web_page(record):
        parts.append(f"p{record.page}")
    return "-".join(filter(None, parts))


def _keyed(records: Iterable[HitRecord]) -> Iterator[tuple[HitRecord, str]]:
    """Give each record a key of its own: a second one of a kind gets -2, and so on."""
    used: dict[str, int] = {}
    for record in records:
        base = citation_key(record)
        key = base
        while key in used:
            used[base] += 1
            key = f"{base}-{used[base]}"
        used[key] = 1
        yield record, key


def _ascii(text: str) -> str:
    """Reduce a name to ASCII letters, digits and hyphens.

    >>> _ascii("Bürgerforum  Groß-Beispiel & Söhne")
    'buergerforum-gross-beispiel-soehne'
    """
    plain = unicodedata.normalize("NFKD", text.lower().translate(_UMLAUTS))
    letters = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_KEY_LENGTH].rstrip("-")


def csl_item(record: HitRecord, key: str, citing: Citing) -> dict[str, Any]:
    """Return the CSL-JSON item of one place."""
    publication = citing.publication(record.site)
    is_page = is_web_page(record)
    captured = record.captured_at.astimezone(UTC)
    notes = [f"Capture: {captured:%Y-%m-%dT%H:%M:%SZ}", *_notes(record)]
    if is_page:
        place = (f"Archive: {citing.archive}", f"Archive Location: {_location(record)}")
        notes = [*place, *notes]
    item: dict[str, Any] = {
        "id": key,
        "type": "webpage" if is_page else "report",
        "title": one_line(record.title),
        "genre": one_line(role_in_german(record.role)),
        "author": [{"literal": one_line(publication.author)}] if publication.author else None,
        "publisher": one_line(publication.publisher or ""),
        "publisher-place": one_line(publication.place or ""),
        "container-title" if is_page else "collection-title": one_line(publication.name),
        "number": None if is_page else ", ".join(map(str, record.session)),
        "issued": {"date-parts": _date_parts(record.held_on)} if record.held_on else None,
        "page": one_line(page_field(record)),
        "language": record.language,
        "URL": one_line(record.url),
        "accessed": {"date-parts": [[captured.year, captured.month, captured.day]]},
        "archive": None if is_page else one_line(citing.archive),
        "archive_location": None if is_page else _location(record),
        "keyword": ", ".join(map(one_line, record.topics)),
        "note": "\n".join(map(one_line, notes)),
    }
    return {name: value for name, value in item.items() if value}


def ris(record: HitRecord, key: str, citing: Citing) -> str:
    """Return the RIS record of one place, with its closing blank line."""
    publication = citing.publication(record.site)
    is_page = is_web_page(record)
    captured = record.captured_at.astimezone(UTC)
    location = _location(record)
    notes = [f"Capture: {captured:%Y-%m-%dT%H:%M:%SZ}", *_notes(record)]
    if is_page:
        # DB and AN are no fields of a web page there.
        notes = [f"Archive: {citing.archive}", f"Archive Location: {location}", *notes]
    lines = [
        ("TY", "ELEC" if is_page else "RPRT"),
        ("ID", key),
        ("TI", record.title),
        ("AU", publication.author),
        ("PY", (record.held_on or "")[:4]),
        ("DA", _ris_date(record.held_on)),
        ("T2", publication.name),
        ("SN", None if is_page else ", ".join(map(str, record.session))),
        ("M3", role_in_german(record.role)),
        ("PB", publication.publisher),
        ("CY", publication.place),
        ("SP", page_field(record)),
        ("LA", record.language),
        ("UR", record.url),
        ("Y2", f"{captured:%Y/%m/%d}"),
        ("DB", None if is_page else citing.archive),
        ("AN", None if is_page else location),
        # A semicolon would make two keywords of one.
        *(("KW", topic.replace(";", ",")) for topic in record.topics),
        *(("N1", note) for note in notes),
    ]
    written = [f"{tag}  - {line}" for tag, text in lines if text and (line := one_line(text))]
    return "\r\n".join([*written, "ER  - ", "", ""])


def biblatex(record: HitRecord, key: str, citing: Citing) -> str:
    """Return the BibLaTeX entry of one place: @report for a file, @online for a web page."""
    publication = citing.publication(record.site)
    is_page = is_web_page(record)
    captured = record.captured_at.astimezone(UTC)
    session = session_in_german(record.session)
    series = ", ".join(filter(None, (publication.name, session)))
    institution = publication.publisher or publication.name
    author = _latex(publication.author or "")
    archived = f"{citing.archive}, {_location(record)}, Capture {captured:%Y-%m-%dT%H:%M:%SZ}"
    fields = {
        # A second pair of braces keeps a body's name from being split at its comma.
        "author": f"{{{author}}}" if author else "",
        "title": _latex(record.title),
        "titleaddon": _latex(series),
        "type": "" if is_page else _latex(role_in_german(record.role) or "Datei"),
        "organization" if is_page else "institution": _latex(institution),
        "location": "" if is_page else _latex(publication.place or ""),
        "number": "" if is_page else ", ".join(map(str, record.session)),
        "date": record.held_on or "",
        "pages": _latex(page_field(record)),
        "language": _latex(record.language),
        "url": _bare_url(record.url),
        "urldate": f"{captured:%Y-%m-%d}",
        "keywords": ", ".join(_keyword(topic) for topic in record.topics),
        "note": _latex("; ".join(_notes(record))),
        "addendum": _latex(archived),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    head = f"@{'online' if is_page else 'report'}{{{key},"
    return "\n".join([head, *lines, "}", "", ""])


def _location(record: HitRecord) -> str:
    """Name the record in the archive: file and byte offset, record id, digest."""
    parts = [f"{record.warc_file}@{record.warc_offset}", record.warc_record_id.strip("<>")]
    if record.payload_sha256:
        parts.append(f"sha256:{record.payload_sha256}")
    return one_line("; ".join(parts))


def _notes(record: HitRecord) -> list[str]:
    """Say what has no field of its own: the place, the PDF's page, the words found."""
    notes = [f"Fundstelle: {record.hit_id}"]
    is_own = record.attachment is None
    if is_own and record.page_label is not None and record.page_label != str(record.page):
        notes.append(f"PDF-Seite: {record.page}")
    quote = one_line(record.snippet_left + record.match + record.snippet_right)
    if quote:
        notes.append(f"Zitat: „{quote}“")
    return notes


def _date_parts(held_on: str) -> list[list[int]]:
    """Return CSL date parts.

    >>> _date_parts("2011-10-14/2011-10-15"), _date_parts("2011-10")
    ([[2011, 10, 14], [2011, 10, 15]], [[2011, 10]])
    """
    return [[int(part) for part in day.split("-")] for day in held_on.split("/")]


def _ris_date(held_on: str | None) -> str:
    """Return the first day as YYYY/MM/DD/ with what is not known left empty.

    >>> _ris_date("2011-10-14/2011-10-15"), _ris_date("2011-10"), _ris_date("2011"), _ris_date(None)
    ('2011/10/14', '2011/10//', '2011///', '')
    """
    parts = (held_on or "").partition("/")[0].split("-")
    if parts == [""]:
        return ""
    return "/".join(parts) if len(parts) == 3 else "/".join([*parts, "", "", ""][:4])


def _latex(text: str) -> str:
    r"""Escape what TeX would read as more than a letter.

    >>> _latex("Wohnen & Leben_50% {neu}")
    'Wohnen \\& Leben\\_50\\% \\{neu\\}'
    """
    return one_line(text).translate(_LATEX)


def _keyword(topic: str) -> str:
    escaped = _latex(topic)
    return f"{{{escaped}}}" if "," in escaped else escaped


def _bare_url(url: str) -> str:
    r"""Percent-encode what would end the field; BibLaTeX reads the rest of a URL verbatim.

    >>> _bare_url("http://forum.example/a{b} c")
    'http://forum.example/a%7Bb%7D%20c'
    """
    return re.sub(r"[{}\\\s\x00-\x1f]", lambda found: f"%{ord(found[0]):02X}", one_line(url))
