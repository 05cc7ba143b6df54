"""Headings of a tagged PDF: structure elements and the words marked as theirs.

Like `pdfium` it knows pypdfium2. Child process only. Asked only where a file has no bookmarks,
because to build a page's tree costs a part of what reading the page costs.
"""

import re
from collections.abc import Callable, Iterator
from ctypes import c_float, c_ushort, create_string_buffer
from functools import partial
from typing import Any

from archiver.extract.repair import repair

_HEADING = re.compile(r"H[1-6]?$")  # ISO 32000-1, 14.8.4.3.2
_MAX_ELEMENTS = 20_000
_MAX_PLACES = 3_000_000  # of a file; so many take about a second
_MAX_HOLES = 100
_MAX_DEPTH = 64
_MAX_HEADINGS = 50  # of a page
_MAX_PIECES = 200  # of a heading
_MAX_OBJECTS = 50_000
_MAX_TITLE = 300
_NAME_BYTES = 64
_TEXT_UNITS = 1_000
_SAME_LINE_PT = 2.0


def is_tagged(document: Any) -> bool:
    """Tell whether a file says that its structure is marked."""
    from pypdfium2 import raw

    return bool(raw.FPDFCatalog_IsTagged(document))


class TaggedHeadings:
    """Reads the headings of a file's pages, one page after the other.

    pdfium gives each page the whole structure, in which all but the page's own elements are holes:
    an element that holds all paragraphs has as many places on every page. So it is remembered where
    the last page's elements stood, and so much and no more is looked at: `is_exhausted` says that
    the structure is too large for that, and that headings are best told otherwise.
    """

    def __init__(self) -> None:
        self._begins: dict[tuple[int, ...], int] = {}
        self._left = _MAX_PLACES

    @property
    def is_exhausted(self) -> bool:
        """Tell whether the structure was too large to be read."""
        return self._left <= 0

    def of(self, page: Any, textpage: Any) -> tuple[str, ...]:
        """Return the headings that stand on a page, in the order of the structure."""
        from pypdfium2 import raw

        tree = None if self.is_exhausted else raw.FPDF_StructTree_GetForPage(page)
        if not tree:
            return ()
        try:
            marked = [ids for ids in self._marked_headings(tree) if ids][:_MAX_HEADINGS]
        finally:
            raw.FPDF_StructTree_Close(tree)
        if not marked:
            return ()
        pieces = _pieces(page, textpage, {one for ids in marked for one in ids})
        titles = (_title([piece for one in ids for piece in pieces.get(one, ())]) for ids in marked)
        return tuple(title for title in titles if title)

    def _marked_headings(self, tree: Any) -> Iterator[list[int]]:
        """Give for each heading of the page the ids of its marked content; loops are cut."""
        from pypdfium2 import raw

        count = raw.FPDF_StructTree_CountChildren(tree)
        roots = self._present((), count, partial(raw.FPDF_StructTree_GetChildAtIndex, tree))
        waiting = roots[::-1]
        looked = 0
        while waiting and looked < _MAX_ELEMENTS:
            path, element = waiting.pop()
            looked += 1
            if _HEADING.match(_type_of(element)):
                yield list(_marks(element))
            elif len(path) < _MAX_DEPTH:
                count = raw.FPDF_StructElement_CountChildren(element)
                child = partial(raw.FPDF_StructElement_GetChildAtIndex, element)
                children = self._present(path, count, child)
                waiting += children[::-1]

    def _present(
        self, path: tuple[int, ...], count: int, child: Callable[[int], Any]
    ) -> list[tuple[tuple[int, ...], Any]]:
        """Return the children that are no holes, with their paths, from where the last were on.

        Behind them it is looked no further than `_MAX_HOLES` holes; before them only where there
        is nothing behind.
        """
        self._left -= count + 1
        begin = self._begins.get(path, 0)
        begin = begin if begin < count else 0
        found: list[tuple[tuple[int, ...], Any]] = []
        for first, last in ((begin, count), (0, begin)):
            holes = 0
            for number in range(first, last):
                one = child(number)
                if one:
                    found.append(((*path, number), one))
                    holes = 0
                    continue
                holes += 1
                if found and holes > _MAX_HOLES:
                    break
            if found:
                self._begins[path] = found[-1][0][-1]
                return found
        return found


def _type_of(element: Any) -> str:
    """Return an element's standard type, as the file's role map gives it."""
    from pypdfium2 import raw

    buffer = create_string_buffer(_NAME_BYTES)
    length = raw.FPDF_StructElement_GetType(element, buffer, _NAME_BYTES)
    if not 2 <= length <= _NAME_BYTES:
        return ""
    return buffer.raw[: length - 2].decode("utf-16-le", "replace")


def _children(element: Any) -> list[Any]:
    from pypdfium2 import raw

    count = min(raw.FPDF_StructElement_CountChildren(element), _MAX_ELEMENTS)
    found = (raw.FPDF_StructElement_GetChildAtIndex(element, number) for number in range(count))
    return [child for child in found if child]


def _marks(heading: Any) -> Iterator[int]:
    """Give the ids of the content marked as an element's or as that of elements below it."""
    from pypdfium2 import raw

    waiting, looked = [heading], 0
    while waiting and looked < _MAX_PIECES:
        element = waiting.pop()
        looked += 1
        count = min(raw.FPDF_StructElement_CountChildren(element), _MAX_PIECES)
        for number in range(count):
            mark = raw.FPDF_StructElement_GetChildMarkedContentID(element, number)
            if mark >= 0:
                yield mark
        waiting += _children(element)[::-1]


def _pieces(page: Any, textpage: Any, wanted: set[int]) -> dict[int, list[tuple[float, str]]]:
    """Return the height and words of each text object under the wanted marks."""
    from pypdfium2 import raw

    found: dict[int, list[tuple[float, str]]] = {}
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    buffer = (c_ushort * _TEXT_UNITS)()
    for number in range(min(raw.FPDFPage_CountObjects(page), _MAX_OBJECTS)):
        item = raw.FPDFPage_GetObject(page, number)
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_TEXT:
            continue
        mark = raw.FPDFPageObj_GetMarkedContentID(item)
        if mark not in wanted:
            continue
        size = raw.FPDFTextObj_GetText(item, textpage, buffer, 2 * _TEXT_UNITS)
        if not 2 < size <= 2 * _TEXT_UNITS:
            continue
        words = bytes(memoryview(buffer)[: size // 2 - 1]).decode("utf-16-le", "replace")
        raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
        found.setdefault(mark, []).append((bottom.value, words))
    return found


def _title(pieces: list[tuple[float, str]]) -> str:
    """Put the words of a heading together; a step to another line parts them.

    >>> _title([(700.0, "TOP 3: W"), (700.2, "ege am"), (680.0, "Ufer")])
    'TOP 3: Wege am Ufer'
    """
    words, before = "", None
    for bottom, piece in pieces[:_MAX_PIECES]:
        is_new_line = before is not None and abs(bottom - before) > _SAME_LINE_PT
        words += f" {piece}" if is_new_line else piece
        before = bottom
    return " ".join(repair(words).split())[:_MAX_TITLE]
