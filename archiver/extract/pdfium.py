"""PDF files through pdfium: lines with places, labels, outline, metadata, page pictures.

The one place that knows pypdfium2. Child process only.
"""

import itertools
import re
from collections.abc import Callable, Sequence
from ctypes import c_ushort
from typing import Any

from archiver.errors import ExtractionError
from archiver.extract.lines import Line, PageLines, PasswordNeededError, PdfFile
from archiver.extract.repair import repair
from archiver.extract.settings import ExtractSettings

_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_LINE_BREAK = re.compile("\r\n|[\r\n]|[\ufffe\x02](?:\r\n)?")
_MAX_PAGE_CHARACTERS = 1_000_000
_MAX_OUTLINE = 5_000
_MAX_PIXELS = 40_000_000
_WIDE_LETTER = 0.46  # of the line's height; running text has about 0.37
_GAP_HEIGHTS = 1.0  # of the line's height; the spaces of justified text stay below
_MAX_GAPS = 40
_Box = tuple[float, float, float, float]  # left, bottom, right, top


def read_file(data: bytes, settings: ExtractSettings, passwords: Sequence[str]) -> PdfFile:
    """Read text, labels, outline and metadata of all pages.

    Raises PasswordNeededError, or ExtractionError when pdfium cannot open the file.
    """
    document = _open(data, passwords)
    try:
        count = min(len(document), settings.max_pages)
        warnings = []
        if count < len(document):
            warnings.append(f"only the first {count} of {len(document)} pages were read")
        pages = tuple(_read_page(document, index, settings) for index in range(count))
        metadata = tuple(
            (name, repair(value).strip())
            for name, value in document.get_metadata_dict(skip_empty=True).items()
        )
        return PdfFile(pages, _outline(document, count), metadata, tuple(warnings))
    finally:
        document.close()


def render_page(data: bytes, index: int, dpi: int, passwords: Sequence[str]) -> bytes:
    """Return a page as a grey picture (PGM, Netpbm) of at most 40 million pixels."""
    document = _open(data, passwords)
    try:
        page = document[index]
        width, height = page.get_size()
        scale = dpi / 72
        pixels = max(1.0, width * height * scale * scale)
        scale *= min(1.0, (_MAX_PIXELS / pixels) ** 0.5)
        bitmap = page.render(scale=scale, grayscale=True)
        head = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height)
        view = memoryview(bitmap.buffer)
        rows = (
            view[row * bitmap.stride : row * bitmap.stride + bitmap.width]
            for row in range(bitmap.height)
        )
        return head + b"".join(rows)
    finally:
        document.close()


def _open(data: bytes, passwords: Sequence[str]) -> Any:
    import pypdfium2

    for password in passwords:
        try:
            return pypdfium2.PdfDocument(data, password=password or None)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) != _PASSWORD_ERROR:
                raise ExtractionError(f"not readable as PDF ({error})") from error
    raise PasswordNeededError("the file needs a password")


def _read_page(document: Any, index: int, settings: ExtractSettings) -> PageLines:
    """Read one page; a page that cannot be read costs only itself."""
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError as error:
        return PageLines((), problem=f"cannot be loaded ({error})")
    try:
        textpage = page.get_textpage()
        try:
            lines = _lines(textpage)
        finally:
            textpage.close()
        length = sum(len(line.text) for line in lines)
        has_image = length < settings.min_page_characters and _has_image(page)
        return PageLines(lines, document.get_page_label(index) or None, has_image)
    except pypdfium2.PdfiumError as error:
        return PageLines((), problem=f"cannot be read ({error})")
    finally:
        page.close()


def _lines(textpage: Any) -> tuple[Line, ...]:
    """Split a page's text at pdfium's line breaks and ask for the places of both ends.

    Asking for every character would cost more than reading the text; two a line are enough for
    columns, running headers and paragraphs.
    """
    from pypdfium2 import raw

    count = min(textpage.count_chars(), _MAX_PAGE_CHARACTERS)
    if count <= 0:
        return ()
    buffer = (c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(textpage, 0, count, buffer)
    units = bytes(memoryview(buffer)[: max(0, written - 1)])
    text = units.decode("utf-16-le", "surrogatepass")
    is_plain = len(text) == count
    place_of = raw.FS_RECTF()

    def box(place: int) -> _Box | None:
        if not is_plain:
            place = raw.FPDFText_GetCharIndexFromTextIndex(textpage, place)
        if raw.FPDFText_GetLooseCharBox(textpage, place, place_of):
            return place_of.left, place_of.bottom, place_of.right, place_of.top
        return None

    words: list[str] = []
    boxes: list[tuple[_Box | None, _Box | None]] = []

    def add(begin: int, end: int, ending: str = "") -> None:
        words.append(text[begin:end] + ending)
        boxes.append((box(begin), box(end - 1)))

    start = 0
    for end, following, is_hyphenated in _line_ends(text):
        piece = text[start:end]
        begin = start + len(piece) - len(piece.lstrip())
        end = start + len(piece.rstrip())
        start = following
        if begin >= end:
            continue
        add(begin, end, "-" if is_hyphenated else "")
        first, last = boxes[-1]
        if first and last and _may_have_gaps(first, last, end - begin):
            cuts = _gaps(text, begin, end, box, _GAP_HEIGHTS * (first[3] - first[1]))
            if cuts:
                ending = words.pop()[end - begin :]
                boxes.pop()
                for low, high in itertools.pairwise((begin - 1, *cuts, end)):
                    add(low + 1, high, ending if high == end else "")
    repaired = repair("\n".join(words)).split("\n") if words else []
    return tuple(_line(line.strip(), *ends) for line, ends in zip(repaired, boxes, strict=True))


def _may_have_gaps(first: _Box, last: _Box, length: int) -> bool:
    """Tell whether a line is wider than its letters need: columns or cells on one line.

    In a typewriter's font every letter is as wide as the first: there the sum says it all.
    """
    height, width = first[3] - first[1], last[2] - first[0]
    if abs(width - (first[2] - first[0]) * length) < 0.03 * width:
        return False
    return width > _WIDE_LETTER * height * length


def _gaps(
    text: str, begin: int, end: int, box: Callable[[int], _Box | None], width: float
) -> list[int]:
    """Return the places of the spaces in a line that are wider than `width` points."""
    found: list[int] = []
    place = text.find(" ", begin, end)
    while place >= 0 and len(found) < _MAX_GAPS:
        before, after = box(place - 1), box(place + 1)
        if before and after and after[0] - before[2] > width:
            found.append(place)
        place = text.find(" ", place + 1, end)
    return found


def _line_ends(text: str) -> list[tuple[int, int, bool]]:
    """Return for each line: its end, where the next begins, whether a hyphen ended it."""
    ends = [
        (found.start(), found.end(), found[0][0] in "\ufffe\x02")
        for found in _LINE_BREAK.finditer(text)
    ]
    return [*ends, (len(text), len(text), False)]


def _line(
    words: str,
    first: _Box | None,
    last: _Box | None,
) -> Line:
    if first is None or last is None:
        return Line(words)
    return Line(
        words, min(first[0], last[0]), min(first[1], last[1]), last[2], max(first[3], last[3])
    )


def _has_image(page: Any) -> bool:
    """Tell whether the page shows a picture, also inside a form."""
    from pypdfium2 import raw

    return (
        next(iter(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)), None) is not None
    )


def _outline(document: Any, count: int) -> tuple[tuple[int, str], ...]:
    """Read the bookmarks as (0-based page, title), ordered by page, loops cut."""
    found: list[tuple[int, str]] = []
    for number, bookmark in enumerate(document.get_toc()):
        if number >= _MAX_OUTLINE:
            break
        destination = bookmark.get_dest()
        index = destination.get_index() if destination is not None else None
        title = " ".join(repair(bookmark.get_title()).split())
        if index is not None and 0 <= index < count and title:
            found.append((index, title[:300]))
    return tuple(sorted(found, key=lambda entry: entry[0]))
