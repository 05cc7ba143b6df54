"""What a PDF says of itself: its XMP packet and its Info dictionary brought together. Pure.

Where both speak and contradict each other, one is chosen by the standard's rules, and both are
kept. XML of foreign files is read without document types, entities, network, and in bounds.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from archiver.extract.repair import repair

MAX_XMP_BYTES = 1024**2
_MAX_VALUE = 1_000
_MAX_ITEMS = 100
_SAME_MOMENT = timedelta(minutes=1)
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PROPERTIES = {
    "{http://purl.org/dc/elements/1.1/}title": "dc:title",
    "{http://purl.org/dc/elements/1.1/}creator": "dc:creator",
    "{http://purl.org/dc/elements/1.1/}description": "dc:description",
    "{http://purl.org/dc/elements/1.1/}subject": "dc:subject",
    "{http://purl.org/dc/elements/1.1/}language": "dc:language",
    "{http://purl.org/dc/elements/1.1/}date": "dc:date",
    "{http://ns.adobe.com/pdf/1.3/}Keywords": "pdf:Keywords",
    "{http://ns.adobe.com/xap/1.0/}CreateDate": "xmp:CreateDate",
    "{http://ns.adobe.com/xap/1.0/}ModifyDate": "xmp:ModifyDate",
    "{http://ns.adobe.com/xap/1.0/}MetadataDate": "xmp:MetadataDate",
    "{http://www.aiim.org/pdfa/ns/id/}part": "pdfaid:part",
    "{http://www.aiim.org/pdfa/ns/id/}conformance": "pdfaid:conformance",
}
_PROGRAM = re.compile(r"^(?:Microsoft (?:Office )?\w+|OpenOffice\S*|Word) - ")
_FILE_ENDING = re.compile(
    r"\.(?:docx?|odt|rtf|pdf|indd|qxd|pptx?|odp|xlsx?|pub|cdr)$", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"^(?:untitled|unbenannt|ohne titel|dokument|document|präsentation|presentation|title|titel|"
    r"microsoft \w+|folie|slide|layout|druck|scan|\W*)[ _-]?\d*$",
    re.IGNORECASE,
)
_PDF_DATE = re.compile(
    r"^(?:D:)?(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)?(\d\d)?)?(?:([+-])(\d\d)'?(\d\d)?)?"
)
_XMP_DATE = re.compile(
    r"^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(?:([+-])(\d\d):?(\d\d)|Z)?)?"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What counts of a file's metadata, and all that was said as (name, value).

    `titles` starts with the one that counts; a contradicting one follows.
    """

    titles: tuple[str, ...] = ()
    author: str | None = None
    language: str | None = None
    created_on: date | None = None
    keywords: str | None = None
    said: tuple[tuple[str, str], ...] = ()


def bring_together(
    xmp: Mapping[str, str], info: Mapping[str, str], *, is_pdf_2: bool = False
) -> Metadata:
    """Choose between an XMP packet and an Info dictionary.

    XMP counts (ISO 32000-2, 14.3.3: but for two dates the dictionary is deprecated), unless in
    files before PDF 2.0 the dictionary was changed after the packet: then a program wrote last
    that knows no XMP (XMP specification, part 3: compare ModDate with MetadataDate).

    >>> found = bring_together({"dc:title": "Bericht"}, {"Title": "Vorlage", "Author": "Amt"})
    >>> found.titles, found.author
    (('Bericht', 'Vorlage'), 'Amt')
    >>> later = {"Title": "Vorlage", "ModDate": "D:20240501120000Z"}
    >>> bring_together({"dc:title": "Alt", "xmp:MetadataDate": "2023-01-01"}, later).titles
    ('Vorlage', 'Alt')
    """
    is_info_newer = not is_pdf_2 and _is_info_newer(xmp, info)

    def both(name: str, *properties: str) -> list[str]:
        said = [value for one in properties if (value := xmp.get(one))][:1]
        said = [*([info[name]] if info.get(name) else []), *said][:: 1 if is_info_newer else -1]
        return list(dict.fromkeys(said))

    titles = (document_title(title) for title in both("Title", "dc:title"))
    created = [
        day
        for said in both("CreationDate", "xmp:CreateDate", "dc:date")
        if (moment := moment_of(said)) is not None and (day := moment.date())
    ]
    languages = xmp.get("dc:language", "").split("; ")
    spoken = _LANGUAGE.match(languages[0]) if len(languages) == 1 else None
    conformance = xmp.get("pdfaid:part", "") + xmp.get("pdfaid:conformance", "").lower()
    said = [(f"XMP {name}", value) for name, value in xmp.items() if "pdfaid" not in name]
    said += [("PDF/A", conformance)] if conformance else []
    said += [(f"Info {name}", value[:_MAX_VALUE]) for name, value in info.items() if value]
    return Metadata(
        titles=tuple(dict.fromkeys(title for title in titles if title)),
        author=next(iter(both("Author", "dc:creator")), None),
        language=spoken[0].lower() if spoken else None,
        created_on=next(iter(created), None),
        keywords=next(iter(both("Keywords", "pdf:Keywords", "dc:subject")), None),
        said=tuple(said),
    )


def _is_info_newer(xmp: Mapping[str, str], info: Mapping[str, str]) -> bool:
    """Tell whether the dictionary was changed after the packet, as far as both say when."""
    written = moment_of(xmp.get("xmp:MetadataDate") or xmp.get("xmp:ModifyDate") or "")
    changed = moment_of(info.get("ModDate", ""))
    return bool(written and changed and changed - written > _SAME_MOMENT)


def read_xmp(packet: bytes) -> dict[str, str]:
    """Read the properties we know of an XMP packet (ISO 16684-1); raise ValueError when it is none.

    Several values of one property are joined by "; "; of languages, x-default or German counts.
    """
    from lxml import etree

    if len(packet) > MAX_XMP_BYTES:
        raise ValueError(f"larger than {MAX_XMP_BYTES >> 20} MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        root = etree.fromstring(packet.strip(b"\x00 \t\r\n"), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError("no XML") from error
    if root is None:
        raise ValueError("no XML")
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("declares a document type")
    found: dict[str, str] = {}
    for description in root.iter(f"{_RDF}Description"):
        for name, value in _values(description):
            known = _PROPERTIES.get(name)
            words = " ".join(repair(value).split())[:_MAX_VALUE]
            if known is not None and words:
                found.setdefault(known, words)
    return found


def _values(description: Any) -> Iterator[tuple[str, str]]:
    """Give the properties of a description: attributes, plain elements, lists of values."""
    yield from description.attrib.items()
    for element in description.iterchildren("*"):
        items = list(element.iterfind(f"./*/{_RDF}li"))[:_MAX_ITEMS]
        if element.find(f"{_RDF}Alt") is not None:
            by_language = {(item.get(_LANG) or "").lower(): item.text or "" for item in items}
            chosen = [name for name in ("x-default", "de-de", "de") if by_language.get(name)]
            yield element.tag, by_language[chosen[0]] if chosen else _first(by_language)
        elif items:
            yield element.tag, "; ".join(item.text.strip() for item in items if item.text)
        elif element.text:
            yield element.tag, element.text


def _first(by_language: Mapping[str, str]) -> str:
    return next((words for words in by_language.values() if words), "")


def document_title(title: str) -> str | None:
    """Return a metadata title as a person would say it; programs' own names are none.

    >>> document_title("Microsoft Word - Protokoll_12.doc"), document_title("Dokument1")
    ('Protokoll_12', None)
    >>> document_title("Niederschrift der 12. Sitzung")
    'Niederschrift der 12. Sitzung'
    """
    title = _PROGRAM.sub("", " ".join(title.split()))
    title = _FILE_ENDING.sub("", title).strip()
    return None if not title or _NO_TITLE.match(title) else title[:500]


def moment_of(text: str) -> datetime | None:
    """Read a date of PDF (ISO 32000-1, 7.9.4) or XMP (ISO 8601); without a zone it is UTC.

    >>> moment_of("D:20230709132517+02'00'"), moment_of("gestern"), moment_of("D:20231399")
    (datetime.datetime(2023, 7, 9, 13, 25, 17, tzinfo=datetime.timezone(\
datetime.timedelta(seconds=7200))), None, None)
    >>> str(moment_of("2023-07-09T13:25Z"))
    '2023-07-09 13:25:00+00:00'
    """
    found = _PDF_DATE.match(text) or _XMP_DATE.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    sign, hours, minutes = found.groups()[6:]
    with contextlib.suppress(ValueError, OverflowError):
        zone = timezone(timedelta(hours=int(hours or 0), minutes=int(minutes or 0)))
        if sign == "-":
            zone = timezone(-timedelta(hours=int(hours), minutes=int(minutes or 0)))
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    with contextlib.suppress(ValueError):  # the day counts, whatever the clock says
        return datetime(year, month, day, tzinfo=UTC)
    return None
