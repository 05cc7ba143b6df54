"""Text of DOCX, PPTX, ODT and ODP files: ZIP archives of XML, read within bounds. Pure.

Office Open XML is ECMA-376, OpenDocument ISO/IEC 26300; only paragraphs, tables and slides are
read. A text document is one page, because its pages are made by the program that shows it.
"""

import io
import lzma
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from archiver.errors import ExtractionError
from archiver.extract.settings import EXTRACTOR_VERSION
from archiver.extract.sniff import DOCX, ODP, ODT, PPTX
from archiver.extract.tree import tidy
from archiver.model import Extraction, Page

_MAX_MEMBER_BYTES = 64 * 1024**2
_MAX_SLIDES = 5_000
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
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
            texts = [tidy(text) for text in _texts(archive, media_type)]
            title, author = _metadata(archive, media_type)
    except (*_BROKEN, KeyError, OSError, ValueError, EOFError, RuntimeError) as error:
        raise ExtractionError(f"not readable as an office file ({error})") from error
    pages = tuple(Page(number, text) for number, text in enumerate(texts, start=1))
    has_text = any(texts)
    return Extraction(
        "ok" if has_text else "no_text",
        media_type,
        extractor,
        reason=None if has_text else "the file holds no text",
        title=title,
        author=author,
        pages=pages,
    )


def _texts(archive: zipfile.ZipFile, media_type: str) -> Iterator[str]:
    """Give the text of each page: one of a text document, one for each slide."""
    if media_type == DOCX:
        yield _text_of(_xml(archive, "word/document.xml"))
    elif media_type == PPTX:
        for member in _slides(archive)[:_MAX_SLIDES]:
            yield _text_of(_xml(archive, member))
    else:
        root = _xml(archive, "content.xml")
        slides = list(root.iter(f"{_DRAW}page"))[:_MAX_SLIDES] if media_type == ODP else [root]
        for slide in slides:
            yield _text_of(slide)


def _slides(archive: zipfile.ZipFile) -> list[str]:
    """Return the slides' members in the order of the presentation."""
    relations = _xml(archive, "ppt/_rels/presentation.xml.rels")
    targets = {relation.get("Id"): relation.get("Target") or "" for relation in relations}
    found = []
    for slide in _xml(archive, "ppt/presentation.xml").iter(f"{_P}sldId"):
        target = targets.get(slide.get(f"{_R}id"))
        if target:
            found.append(posixpath.normpath(posixpath.join("/ppt", target)).lstrip("/"))
    return found


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
    member = "meta.xml" if media_type in {ODT, ODP} else "docProps/core.xml"
    if member not in archive.namelist():
        return None, None
    root = _xml(archive, member)
    title = next((element.text for element in root.iter(f"{_DC}title")), None)
    author = next((element.text for element in root.iter(f"{_DC}creator")), None)
    return (title or "").strip()[:500] or None, (author or "").strip()[:200] or None


def _xml(archive: zipfile.ZipFile, member: str) -> Any:
    """Parse one member, never more of it than allowed, without entities or network."""
    from lxml import etree

    with archive.open(member) as stream:
        data = stream.read(_MAX_MEMBER_BYTES + 1)
    if len(data) > _MAX_MEMBER_BYTES:
        raise ExtractionError(f"{member} is larger than {_MAX_MEMBER_BYTES >> 20} MB unpacked")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(data, parser)
    if root is None:
        raise ExtractionError(f"{member} holds no XML")
    return root
