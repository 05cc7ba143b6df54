"""Text of office files and books: ZIP archives of XML, read within bounds. Pure.

Office Open XML (DOCX, PPTX, XLSX) is ECMA-376, OpenDocument (ODT, ODP, ODS) ISO/IEC 26300, EPUB a
W3C recommendation; only paragraphs, tables, slides, sheets and chapters are read. A text document
is one page, because its pages are made by the program that shows it.
"""

import io
import lzma
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from archiver.errors import ExtractionError
from archiver.extract.packed import bytes_of, inside, related, xml_of
from archiver.extract.settings import EXTRACTOR_VERSION
from archiver.extract.sheets import Sheet, read_sheets
from archiver.extract.sniff import DOCX, EPUB, ODP, ODS, PPTX, XLSX
from archiver.extract.tree import parse_html, text_of, tidy
from archiver.model import Extraction, Page

_MAX_SLIDES = 5_000  # of a presentation, chapters of a book, sheets of a table
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_OPF = "{http://www.idpf.org/2007/opf}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_WORDS = frozenset({f"{_W}t", f"{_A}t"})
_TABS = frozenset({f"{_W}tab", f"{_TEXT}tab"})
_BREAKS = frozenset({f"{_W}br", f"{_W}cr", f"{_A}br", f"{_TEXT}line-break"})
_PARAGRAPHS = frozenset({f"{_W}p", f"{_A}p", f"{_TEXT}p", f"{_TEXT}h"})
_CELLS = frozenset({f"{_W}tc", f"{_A}tc", f"{_TABLE}table-cell"})
_ROWS = frozenset({f"{_W}tr", f"{_A}tr", f"{_TABLE}table-row"})
_LEFT_OUT = frozenset(
    {f"{_W}del", f"{_W}instrText", f"{_TEXT}tracked-changes", f"{_OFFICE}annotation"}
    | {f"{_W}moveFrom", f"{_TEXT}sequence-decls"}
)


def read_office(data: bytes, media_type: str) -> Extraction:
    """Read one office file; raise ExtractionError when the archive or its XML is broken."""
    extractor = f"office {EXTRACTOR_VERSION}"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(member.flag_bits & 1 for member in archive.infolist()):
                return Extraction("encrypted", media_type, extractor, reason="needs a password")
            parts = [(tidy(text), name) for name, text in _parts(archive, media_type)]
            title, author = _metadata(archive, media_type)
    except (*_BROKEN, KeyError, OSError, ValueError, EOFError, RuntimeError) as error:
        raise ExtractionError(f"not readable as an office file ({error})") from error
    pages = tuple(
        Page(number, text, heading=name or None)
        for number, (text, name) in enumerate(parts, start=1)
    )
    has_text = any(page.text for page in pages)
    return Extraction(
        "ok" if has_text else "no_text",
        media_type,
        extractor,
        reason=None if has_text else "the file holds no text",
        title=title,
        author=author,
        pages=pages,
    )


def _parts(archive: zipfile.ZipFile, media_type: str) -> Iterator[Sheet]:
    """Give name and text of each page: one of a text document, one for each slide or sheet."""
    if media_type == DOCX:
        yield Sheet("", _text_of(xml_of(archive, "word/document.xml")))
    elif media_type == PPTX:
        for member in _slides(archive)[:_MAX_SLIDES]:
            yield Sheet("", _text_of(xml_of(archive, member)))
    elif media_type == XLSX:
        yield from read_sheets(archive)
    elif media_type == EPUB:
        for member in _chapters(archive)[:_MAX_SLIDES]:
            root = parse_html(bytes_of(archive, member).decode("utf-8", "replace"))
            yield Sheet("", "" if root is None else text_of(root))
    else:
        root = xml_of(archive, "content.xml")
        part = {ODP: f"{_DRAW}page", ODS: f"{_TABLE}table"}.get(media_type)
        for element in list(root.iter(part))[:_MAX_SLIDES] if part else [root]:
            name = element.get(f"{_TABLE}name") if media_type == ODS else ""
            yield Sheet(name or "", _text_of(element))


def _chapters(archive: zipfile.ZipFile) -> list[str]:
    """Return a book's chapters in reading order (EPUB 3.3, 5.3 and 4.2.6.3.1)."""
    package = _package_of(archive)
    root = xml_of(archive, package)
    folder = posixpath.dirname(package)
    members = {
        item.get("id"): inside(folder, unquote(item.get("href") or ""))
        for item in root.iter(f"{_OPF}item")
    }
    return [
        members[entry.get("idref")]
        for entry in root.iter(f"{_OPF}itemref")
        if entry.get("idref") in members
    ]


def _package_of(archive: zipfile.ZipFile) -> str:
    container = xml_of(archive, "META-INF/container.xml")
    path = next((e.get("full-path") for e in container.iter(f"{_CONTAINER}rootfile")), None)
    if not path:
        raise ExtractionError("the book names no package document")
    return str(path)


def _slides(archive: zipfile.ZipFile) -> list[str]:
    """Return the slides' members in the order of the presentation."""
    targets = related(archive, "ppt/presentation.xml")
    slides = xml_of(archive, "ppt/presentation.xml").iter(f"{_P}sldId")
    ids = [slide.get(f"{_R}id") for slide in slides]
    return [targets[name] for name in ids if name in targets]


def _text_of(root: Any) -> str:
    """Return paragraphs as lines; a table's row is one line, its cells parted by tabs."""
    from lxml import etree

    is_open_document = root.tag.startswith("{urn:oasis")
    pieces: list[str] = []
    in_cell = 0
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in _LEFT_OUT:
                walker.skip_subtree()
                continue
            if tag in _WORDS or (is_open_document and element.text):
                pieces.append(element.text or "")
            if tag in _TABS:
                pieces.append(" ")
            elif tag in _BREAKS:
                pieces.append(" " if in_cell else "\n")
            elif tag == f"{_TEXT}s":
                pieces.append(" ")
            in_cell += tag in _CELLS
            continue
        if tag in _PARAGRAPHS:
            pieces.append(" " if in_cell else "\n")
        elif tag in _CELLS:
            in_cell -= 1
            pieces.append("\t" if not in_cell else " ")
        elif tag in _ROWS:
            pieces.append("\n" if not in_cell else " ")
        if is_open_document and element.tail and element is not root:
            pieces.append(element.tail)
    return re.sub(r"\t+\n", "\n", "".join(pieces))


def _metadata(archive: zipfile.ZipFile, media_type: str) -> tuple[str | None, str | None]:
    """Return title and author as the file names them."""
    if media_type == EPUB:
        member = _package_of(archive)
    else:
        is_open_document = media_type.startswith("application/vnd.oasis")
        member = "meta.xml" if is_open_document else "docProps/core.xml"
    if member not in archive.namelist():
        return None, None
    root = xml_of(archive, member)
    title = next((element.text for element in root.iter(f"{_DC}title")), None)
    author = next((element.text for element in root.iter(f"{_DC}creator")), None)
    return (title or "").strip()[:500] or None, (author or "").strip()[:200] or None
