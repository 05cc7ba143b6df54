"""PDF files through pdfium: lines with places, labels, outline, metadata, page pictures.

With `pdfium_links` and `pdfium_tree` the one place that knows pypdfium2. Child process only.
"""

import contextlib
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from ctypes import c_ushort
from dataclasses import dataclass, replace
from typing import Any

from archiver.errors import ExtractionError
from archiver.extract.accents import settle_accents, with_marks
from archiver.extract.attached import MAX_FILES
from archiver.extract.lines import Line, PageLines, PasswordNeededError, PdfFile
from archiver.extract.pdfium_tree import TaggedHeadings, is_tagged
from archiver.extract.repair import repair
from archiver.extract.settings import ExtractSettings

_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_LINE_BREAK = re.compile("\r\n|[\r\n]|[\ufffe\x02](?:\r\n)?")
_MAX_PAGE_CHARACTERS = 1_000_000
_MAX_OUTLINE = 5_000
_MAX_ANNOTATIONS = 10_000  # of a page
_MAX_NAME = 200
_MAX_PIXELS = 40_000_000
_WIDE_LETTER = 0.46  # of the line's height; running text has about 0.37
_GAP_HEIGHTS = 1.0  # of the line's height; the spaces of justified text stay below
_MAX_GAPS = 40
_MAX_MISSES = 5  # lines looked at in vain before the narrower ones are left alone
_Box = tuple[float, float, float, float]  # left, bottom, right, top
_Ends = tuple[_Box | None, _Box | None]  # of the first and last letter


def read_file(data: bytes, settings: ExtractSettings, passwords: Sequence[str]) -> PdfFile:
    """Read text, labels, outline or tagged headings of all pages, metadata and names of files.

    Raises PasswordNeededError, or ExtractionError when pdfium cannot open the file.
    """
    document = open_document(data, passwords)
    try:
        count = min(len(document), settings.max_pages)
        warnings = []
        if count < len(document):
            warnings.append(f"only the first {count} of {len(document)} pages were read")
        outline = _outline(document, count)
        attachments = _attachments(document)
        wanted = _Wanted(
            headings=TaggedHeadings() if not outline and is_tagged(document) else None,
            files=b"/FileAttachment" in data or b"/EmbeddedFile" in data,
            found=attachments,
        )
        pages = tuple(_read_page(document, index, settings, wanted) for index in range(count))
        if wanted.headings is not None and wanted.headings.is_exhausted:
            pages = tuple(replace(page, headings=()) for page in pages)
        metadata = tuple(
            (name, repair(value).strip())
            for name, value in document.get_metadata_dict(skip_empty=True).items()
        )
        return PdfFile(pages, outline, metadata, tuple(warnings), tuple(attachments))
    finally:
        document.close()


@dataclass(slots=True)
class _Wanted:
    """What is looked for on each page beside its text; `found` collects names of files."""

    headings: TaggedHeadings | None
    files: bool
    found: list[str]


def _attachments(document: Any) -> list[str]:
    """Name the files inside the file."""
    from pypdfium2 import PdfiumError

    names = []
    for index in range(min(document.count_attachments(), MAX_FILES)):
        with contextlib.suppress(PdfiumError):
            names.append(repair(document.get_attachment(index).get_name())[:_MAX_NAME])
    return names


def _annotated_files(page: Any) -> Iterator[str]:
    """Name the files that are attached to places of a page."""
    from pypdfium2 import PdfAttachment, PdfiumError, raw

    for number in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        try:
            if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_FILEATTACHMENT:
                file = raw.FPDFAnnot_GetFileAttachment(annotation)
                if file:
                    with contextlib.suppress(PdfiumError):
                        yield repair(PdfAttachment(file, page.pdf).get_name())[:_MAX_NAME]
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def without_password(data: bytes, passwords: Sequence[str]) -> bytes:
    """Return a file deciphered, otherwise as it is; raise as `read_file` does."""
    import io

    from pypdfium2 import raw

    document = open_document(data, passwords)
    try:
        target = io.BytesIO()
        document.save(target, flags=raw.FPDF_REMOVE_SECURITY)
        return target.getvalue()
    finally:
        document.close()


def render_page(data: bytes, index: int, dpi: int, passwords: Sequence[str]) -> bytes:
    """Return a page as a grey picture (PGM, Netpbm) of at most 40 million pixels."""
    document = open_document(data, passwords)
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


def open_document(data: bytes, passwords: Sequence[str]) -> Any:
    """Open a file; raise PasswordNeededError, or ExtractionError when pdfium cannot."""
    import pypdfium2

    for password in passwords:
        try:
            return pypdfium2.PdfDocument(data, password=password or None)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) != _PASSWORD_ERROR:
                raise ExtractionError(f"not readable as PDF ({error})") from error
    raise PasswordNeededError("the file needs a password")


def _read_page(document: Any, index: int, settings: ExtractSettings, wanted: _Wanted) -> PageLines:
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
            headings = wanted.headings.of(page, textpage) if wanted.headings else ()
        finally:
            textpage.close()
        length = sum(len(line.text) for line in lines)
        has_image = length < settings.min_page_characters and _has_image(page)
        if wanted.files and len(wanted.found) < MAX_FILES:
            wanted.found += _annotated_files(page)
        label = document.get_page_label(index) or None
        return PageLines(lines, label, has_image, headings=headings)
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

    text, marks = settle_accents(text, box) if is_plain else (text, {})
    misses = 0
    parted: dict[int, list[_Span]] = {}
    spans = _spans(text)
    ends = [(box(span.begin), box(span.end - 1)) for span in spans]
    for place in _wide_first(spans, ends):
        span, first = spans[place], ends[place][0]
        assert first is not None
        cuts = _gaps(text, span, box, _GAP_HEIGHTS * (first[3] - first[1]))
        if not cuts:
            misses += 1
            if misses >= _MAX_MISSES:
                break
            continue
        misses = 0
        bounds = itertools.pairwise((span.begin - 1, *cuts, span.end))
        pieces = [_Span(low + 1, high) for low, high in bounds]
        pieces[-1] = replace(pieces[-1], ending=span.ending)
        parted[place] = pieces
    whole = [piece for place, span in enumerate(spans) for piece in parted.get(place, (span,))]
    words = [with_marks(text, span.begin, span.end, marks) + span.ending for span in whole]
    repaired = repair("\n".join(words)).split("\n") if words else []
    boxes = [
        (box(piece.begin), box(piece.end - 1)) if place in parted else ends[place]
        for place, span in enumerate(spans)
        for piece in parted.get(place, (span,))
    ]
    return tuple(_line(line.strip(), *both) for line, both in zip(repaired, boxes, strict=True))


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of a page's text; `ending` is a hyphen that pdfium took away."""

    begin: int
    end: int
    ending: str = ""


def _spans(text: str) -> list[_Span]:
    """Return the lines of a page's text, without the spaces around them and without empty ones."""
    spans: list[_Span] = []
    start = 0
    breaks = [(found.start(), found.end(), found[0]) for found in _LINE_BREAK.finditer(text)]
    for stop, following, mark in (*breaks, (len(text), len(text), "\n")):
        piece = text[start:stop]
        begin = start + len(piece) - len(piece.lstrip())
        end = start + len(piece.rstrip())
        if begin < end:
            spans.append(_Span(begin, end, "-" if mark[0] in "\ufffe\x02" else ""))
        start = following
    return spans


def _wide_first(spans: Sequence[_Span], ends: Sequence[_Ends]) -> list[int]:
    """Return the places of lines wider than their letters need, the widest first.

    Those may hold columns or cells. In a typewriter's font every letter is as wide as the first:
    there the sum tells that no space is wide.
    """
    wide: list[tuple[float, int]] = []
    for place, (span, (first, last)) in enumerate(zip(spans, ends, strict=True)):
        if first is None or last is None:
            continue
        length = span.end - span.begin
        height, width = first[3] - first[1], last[2] - first[0]
        is_even = abs(width - (first[2] - first[0]) * length) < 0.03 * width
        if not is_even and width > _WIDE_LETTER * height * length:
            wide.append((-width / (max(height, 0.1) * length), place))
    return [place for _, place in sorted(wide)]


def _gaps(text: str, span: _Span, box: Callable[[int], _Box | None], width: float) -> list[int]:
    """Return the places of the spaces in a line that are wider than `width` points."""
    found: list[int] = []
    place = text.find(" ", span.begin, span.end)
    while place >= 0 and len(found) < _MAX_GAPS:
        before, after = box(place - 1), box(place + 1)
        if before and after and after[0] - before[2] > width:
            found.append(place)
        place = text.find(" ", place + 1, span.end)
    return found


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
