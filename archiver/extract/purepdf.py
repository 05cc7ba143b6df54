"""PDF files through pypdf: what reads when pdfium fails, or when settings ask for it.

With `purepdf_parts` the one place that knows pypdf. Slower, and without places of lines. Child
process only.
"""

import contextlib
import re
import signal
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from archiver.errors import ExtractionError
from archiver.extract.lines import Line, PageLines, PasswordNeededError, PdfFile
from archiver.extract.repair import repair
from archiver.extract.settings import ExtractSettings

_MAX_OUTLINE = 5_000
_MAPS_TO_SPACE = re.compile(rb"<[0-9A-Fa-f]{2,8}>\s*<0020>")
_GLUED_LETTERS = 11  # German running text has about 6
_FIELDS = {
    "/Title": "Title",
    "/Author": "Author",
    "/Subject": "Subject",
    "/Keywords": "Keywords",
    "/CreationDate": "CreationDate",
    "/ModDate": "ModDate",
}


def read_file(data: bytes, settings: ExtractSettings, passwords: Sequence[str]) -> PdfFile:
    """Read text, labels, outline and metadata of all pages.

    Raises PasswordNeededError, or ExtractionError when pypdf cannot open the file.
    """
    import io
    import logging

    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not any(reader.decrypt(password) for password in passwords):
            raise PasswordNeededError("the file needs a password")
        total = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ExtractionError(f"not readable as PDF ({_words(error)})") from error
    count = min(total, settings.max_pages)
    warnings = []
    if count < total:
        warnings.append(f"only the first {count} of {total} pages were read")
    labels = _labels(reader, total)
    pages = tuple(_read_page(reader, index, labels[index], settings) for index in range(count))
    if are_words_glued(line.text for page in pages for line in page.lines):
        warnings.append("words run together: pypdf does not see the spaces of this file")
    return PdfFile(pages, _outline(reader, count), _metadata(reader), tuple(warnings))


def are_words_glued(texts: Iterable[str]) -> bool:
    """Tell whether words are far longer than any language has them, by their mean length.

    pypdf may lose the spaces of files that make them by moving instead of writing.

    >>> are_words_glued(["Daslässtsichmeistensleichtklären, WerfenSieeinenBlickindieDatei"])
    True
    >>> are_words_glued(["Das lässt sich meistens leicht klären."]), are_words_glued([])
    (False, False)
    """
    lengths = [len(word) for text in texts for word in text.split()]
    return bool(lengths) and sum(lengths) / len(lengths) > _GLUED_LETTERS


def _read_page(reader: Any, index: int, label: str | None, settings: ExtractSettings) -> PageLines:
    """Read one page within its time; a page that cannot be read costs only itself."""
    try:
        with page_clock(settings.page_s):
            page = reader.pages[index]
            _forget_false_spaces(page)
            text = repair(page.extract_text())
            lines = tuple(Line(line.strip()) for line in text.split("\n") if line.strip())
            has_image = len(text.strip()) < settings.min_page_characters and _has_image(page)
        return PageLines(lines, label, has_image)
    except TimeoutError:
        return PageLines((), label, problem=f"not read within {settings.page_s:g} s")
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - pypdf raises anything on foreign bytes
        return PageLines((), label, problem=f"cannot be read ({_words(error)})")


def _forget_false_spaces(page: Any) -> None:
    """Tell pypdf of fonts that have no space, so that gaps between letters become spaces.

    It takes the width of glyph 32, whatever that is in the font, for the width of a space, and
    most gaps for too narrow. A width of 0 means none (ISO 32000-1, 9.6.2 and 9.7.4).
    """
    from pypdf.errors import PyPdfError
    from pypdf.generic import ArrayObject, NameObject, NumberObject

    none = [NumberObject(32), ArrayObject([NumberObject(0)])]
    try:
        for reference in page["/Resources"].get_object()["/Font"].get_object().values():
            font = reference.get_object()
            if "/ToUnicode" not in font:
                continue
            if _MAPS_TO_SPACE.search(font["/ToUnicode"].get_object().get_data()):
                continue
            place = 32 - int(font.get("/FirstChar", 0))
            if "/Widths" in font and 0 <= place < len(font["/Widths"].get_object()):
                font["/Widths"].get_object()[place] = NumberObject(0)
            for below in font.get("/DescendantFonts", ArrayObject()).get_object():
                descendant = below.get_object()
                widths = descendant.get("/W", ArrayObject()).get_object()
                if list(widths[-2:]) != none:
                    descendant[NameObject("/W")] = ArrayObject([*widths, *none])
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, PyPdfError):
        return  # a font like this is read as it is


@contextlib.contextmanager
def page_clock(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the block after so many seconds of computing."""

    def ring(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _has_image(page: Any) -> bool:
    with contextlib.suppress(Exception):
        resources = page["/Resources"].get_object()
        for item in resources.get("/XObject", {}).values():
            if item.get_object().get("/Subtype") in ("/Image", "/Form"):
                return True
    return False


def _labels(reader: Any, total: int) -> list[str | None]:
    """Return the printed labels; without any in the file there are none."""
    with contextlib.suppress(Exception):
        if "/PageLabels" in reader.trailer["/Root"].get_object():
            labels = list(reader.page_labels)
            if len(labels) == total:
                return [label or None for label in labels]
    return [None] * total


def _metadata(reader: Any) -> tuple[tuple[str, str], ...]:
    with contextlib.suppress(Exception):
        found = reader.metadata or {}
        return tuple(
            (name, repair(str(found[key])).strip())
            for key, name in _FIELDS.items()
            if found.get(key)
        )
    return ()


def _outline(reader: Any, count: int) -> tuple[tuple[int, str], ...]:
    """Read the bookmarks as (0-based page, title), ordered by page."""
    found: list[tuple[int, str]] = []
    with contextlib.suppress(Exception):
        waiting = list(reader.outline)
        while waiting and len(found) < _MAX_OUTLINE:
            entry = waiting.pop(0)
            if isinstance(entry, list):
                waiting[:0] = entry
                continue
            index = reader.get_destination_page_number(entry)
            title = " ".join(repair(str(entry.title)).split())
            if index is not None and 0 <= index < count and title:
                found.append((index, title[:300]))
    return tuple(sorted(found, key=lambda entry: entry[0]))


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
