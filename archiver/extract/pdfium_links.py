"""Links of a PDF: annotations that lead to an address, with the words under them. Child only.

Like `pdfium` it knows pypdfium2. Addresses that are only printed are no links.
"""

import re
from collections.abc import Iterator, Sequence
from ctypes import byref, c_int, c_ushort, create_string_buffer
from dataclasses import dataclass
from typing import Any

from archiver.extract.pdfium import open_document
from archiver.extract.repair import repair

MAX_PAGES = 5_000
_MAX_OF_A_PAGE = 5_000
_MAX_QUADS = 20
_MAX_ADDRESS_BYTES = 8_000
_TEXT_UNITS = 600
_WORDS = 300
_SAME_LINE = 0.6  # of a rectangle's height
_ADDRESS = re.compile(r"(?:https?:|www\.|mailto:)\S*$", re.IGNORECASE)
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})  # taken away at a line's end
_Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True, slots=True)
class PdfLink:
    """One link: the address as the file has it, the words under it, its line, its page (from 1).

    `words` are empty where they are the address itself.
    """

    address: str
    words: str
    line: str
    page: int


def may_have_links(data: bytes) -> bool:
    """Tell without opening it whether a PDF may lead anywhere: most have no addresses at all.

    Dictionaries may lie in packed object streams; where there are none, the key stands there.
    """
    return b"/URI" in data or b"/GoToR" in data or b"/ObjStm" in data


def links_of(data: bytes, passwords: Sequence[str]) -> Iterator[PdfLink]:
    """Give the links of all pages, by page and then as the file has them.

    A link broken over lines, which many programs write as two, is one. Raises
    PasswordNeededError, or ExtractionError when pdfium cannot open the file.
    """
    from pypdfium2 import PdfiumError

    document = open_document(data, passwords)
    try:
        for index in range(min(len(document), MAX_PAGES)):
            try:
                page = document[index]
            except PdfiumError:
                continue  # costs only itself; extraction says so
            try:
                yield from _links_on(document, page, index + 1)
            finally:
                page.close()
    finally:
        document.close()


def _links_on(document: Any, page: Any, number: int) -> Iterator[PdfLink]:
    from pypdfium2 import PdfiumError

    found: list[tuple[str, list[_Box]]] = []
    for address, boxes in _annotations(document, page):
        if found and found[-1][0] == address:
            found[-1][1].extend(boxes)
        else:
            found.append((address, boxes))
    if not found:
        return
    try:
        textpage = page.get_textpage()
    except PdfiumError:
        yield from (PdfLink(address, "", "", number) for address, _ in found)
        return
    try:
        width = page.get_width()
        for address, boxes in found:
            words = _joined([_text_in(textpage, box) for box in boxes[:_MAX_QUADS]])
            lines = dict.fromkeys(
                _text_in(textpage, (0.0, box[1], width, box[3])) for box in boxes[:_MAX_QUADS]
            )
            words = "" if _is_address(words, address) else words
            yield PdfLink(address, words, _joined(list(lines)), number)
    finally:
        textpage.close()


def _annotations(document: Any, page: Any) -> Iterator[tuple[str, list[_Box]]]:
    """Give the address and rectangles of each link annotation that leads out of the file."""
    from pypdfium2 import raw

    place, link = c_int(0), raw.FPDF_LINK()
    for _ in range(_MAX_OF_A_PAGE):
        if not raw.FPDFLink_Enumerate(page, byref(place), byref(link)):
            return
        action = raw.FPDFLink_GetAction(link)
        address = _address_of(document, action) if action else ""
        if address:
            yield address, _boxes_of(link)


def _address_of(document: Any, action: Any) -> str:
    """Return where an action leads: a URI, or another file beside this one (12.6.4.7 and .3)."""
    from pypdfium2 import raw

    kind = raw.FPDFAction_GetType(action)
    buffer = create_string_buffer(_MAX_ADDRESS_BYTES)
    if kind == raw.PDFACTION_URI:
        size = raw.FPDFAction_GetURIPath(document, action, buffer, _MAX_ADDRESS_BYTES)
    elif kind == raw.PDFACTION_REMOTEGOTO:
        size = raw.FPDFAction_GetFilePath(action, buffer, _MAX_ADDRESS_BYTES)
    else:
        return ""
    if not 1 < size <= _MAX_ADDRESS_BYTES:
        return ""
    address = buffer.raw[: size - 1].decode("utf-8", "replace").strip()
    if kind == raw.PDFACTION_REMOTEGOTO:
        address = address.replace("\\", "/")
        return "" if address.startswith("/") or ":" in address else address
    return f"http://{address}" if address[:4].lower() == "www." else address


def _boxes_of(link: Any) -> list[_Box]:
    """Return a link's rectangles: one for each line, where the file says them."""
    from pypdfium2 import raw

    quad, found = raw.FS_QUADPOINTSF(), list[_Box]()
    for number in range(min(raw.FPDFLink_CountQuadPoints(link), _MAX_QUADS)):
        if raw.FPDFLink_GetQuadPoints(link, number, byref(quad)):
            across = (quad.x1, quad.x2, quad.x3, quad.x4)
            upwards = (quad.y1, quad.y2, quad.y3, quad.y4)
            found.append((min(across), min(upwards), max(across), max(upwards)))
    box = raw.FS_RECTF()
    if not found and raw.FPDFLink_GetAnnotRect(link, byref(box)):
        found.append((box.left, box.bottom, box.right, box.top))
    return found


def _text_in(textpage: Any, box: _Box) -> str:
    """Return the words of a rectangle, its edges drawn in lest it takes from the next line."""
    from pypdfium2 import raw

    left, bottom, right, top = box
    inset = (top - bottom) * (1 - _SAME_LINE) / 2
    buffer = (c_ushort * _TEXT_UNITS)()
    count = raw.FPDFText_GetBoundedText(
        textpage, left, top - inset, right, bottom + inset, buffer, _TEXT_UNITS
    )
    units = bytes(memoryview(buffer)[: max(0, min(count, _TEXT_UNITS))])
    text = units.decode("utf-16-le", "replace").rstrip("\x00").translate(_HYPHENS)
    return " ".join(repair(text).split())


def _is_address(words: str, address: str) -> bool:
    """Tell whether words are only an address, broken over lines or not.

    >>> _is_address("https://forum. example/a", "https://forum.example/a")
    True
    >>> _is_address("Anlage 3", "https://forum.example/a"), _is_address("", "https://f.example/")
    (False, False)
    """
    bare = words.replace(" ", "").rstrip("/.,")
    return _ADDRESS.match(words) is not None or ("." in bare and bare in address)


def _joined(pieces: list[str]) -> str:
    """Put the lines of a link together; a hyphen at a line's end goes before a small letter.

    >>> _joined(["Anlage 3: Lage-", "plan", ""]), _joined(["Ost-", "West"])
    ('Anlage 3: Lageplan', 'Ost-West')
    """
    words = ""
    for piece in filter(None, pieces):
        if words.endswith("-"):
            words = words[:-1] + piece if piece[0].islower() else words + piece
        else:
            words = f"{words} {piece}" if words else piece
    return words[:_WORDS]
