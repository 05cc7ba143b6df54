"""Recognition of pages that are only pictures, with the Tesseract command. Child process only.

The one place that knows Tesseract (https://tesseract-ocr.github.io). Where it is not installed,
pages stay pictures and are counted as such.
"""

import re
import shutil
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from archiver.extract.layout import text_of
from archiver.extract.lines import Line
from archiver.extract.repair import repair
from archiver.extract.settings import ExtractSettings
from archiver.model import Page

_COLUMNS = 12  # of Tesseract's table: level, page, block, par, line, word, box, conf, text
_WORD_LEVEL = "5"
_VERSION_S = 20.0
_DOUBTFUL = 60.0  # mean confidence; pages that lie on their side have about 25, upright ones 90
_ROTATE = re.compile(r"^Rotate: (\d+)", re.MULTILINE)


@lru_cache(maxsize=8)
def version(language: str) -> str | None:
    """Return the installed version, or None where Tesseract or the language is missing."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        languages = _run([program, "--list-langs"], b"", _VERSION_S).split()
        said = _run([program, "--version"], b"", _VERSION_S).split()
    except (OSError, subprocess.SubprocessError):
        return None
    if not set(language.split("+")) <= set(languages):
        return None
    return said[1] if len(said) > 1 else "unknown"


def recognise_pages(
    pages: Sequence[Page], render: Callable[[int], bytes], settings: ExtractSettings
) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    """Give the pages that are pictures their recognised text; return pages and warnings.

    `render` makes a page's picture (PGM) from its 0-based index.
    """
    if version(settings.ocr_language) is None:
        return tuple(pages), (f"Tesseract with language {settings.ocr_language} is not installed",)
    program = shutil.which("tesseract") or "tesseract"
    command = [program, "stdin", "stdout", "-l", settings.ocr_language]
    command += ["--dpi", str(settings.ocr_dpi), "tsv"]
    deadline = time.monotonic() + settings.ocr_s
    done: list[Page] = []
    warnings: list[str] = []
    for page in pages:
        if not page.is_image_only:
            done.append(page)
            continue
        if time.monotonic() > deadline:
            warnings.append(f"page {page.number}: not recognised, {settings.ocr_s:g} s are over")
            done.append(page)
            continue
        try:
            table = _recognised(command, render(page.number - 1), settings)
        except (OSError, subprocess.SubprocessError) as error:
            warnings.append(f"page {page.number}: not recognised ({type(error).__name__})")
            done.append(page)
            continue
        text, confidence = text_of_table(table, settings.ocr_dpi)
        done.append(
            replace(
                page,
                text=text,
                is_image_only=not text,
                is_ocr=bool(text),
                ocr_confidence=confidence if text else None,
            )
        )
    return tuple(done), tuple(warnings)


def _recognised(command: list[str], picture: bytes, settings: ExtractSettings) -> str:
    """Recognise a picture; turned upright when it gives little sense as it lies.

    All of it within a page's time; what it does not suffice for is left.
    """
    deadline = time.monotonic() + settings.ocr_page_s
    table = _run(command, picture, settings.ocr_page_s)
    confidence = text_of_table(table, settings.ocr_dpi)[1]
    if confidence >= _DOUBTFUL:
        return table
    try:
        looking = [*command[:3], "--psm", "0", "-l", "osd"]
        said = _run(looking, picture, deadline - time.monotonic())
        found = _ROTATE.search(said)
        if found is None or found[1] not in ("90", "180", "270"):
            return table
        other = _run(command, turned(picture, int(found[1])), deadline - time.monotonic())
    except (OSError, subprocess.SubprocessError):  # too few letters to tell, or no data for it
        return table
    return other if text_of_table(other, settings.ocr_dpi)[1] > confidence else table


def turned(picture: bytes, degrees: int) -> bytes:
    r"""Turn a grey picture (PGM) clockwise by 90, 180 or 270 degrees.

    >>> turned(b"P5 2 1 255\nab", 90), turned(b"P5 2 1 255\nab", 180)
    (b'P5 1 2 255\nab', b'P5 2 1 255\nba')
    >>> turned(b"P5 2 2 255\nabcd", 90), turned(b"P5 2 2 255\nabcd", 270)
    (b'P5 2 2 255\ncadb', b'P5 2 2 255\nbdac')
    """
    head, _, pixels = picture.partition(b"\n")
    width, height = (int(number) for number in head.split()[1:3])
    if degrees == 180:
        return head + b"\n" + pixels[::-1]
    columns = [pixels[column::width] for column in range(width)]
    rows = [column[::-1] for column in columns] if degrees == 90 else columns[::-1]
    return b"P5 %d %d 255\n" % (height, width) + b"".join(rows)


def text_of_table(table: str, dpi: int = 300) -> tuple[str, float]:
    r"""Read Tesseract's table of words: running text, and the mean confidence.

    >>> head = "level\tpage\tblock\tpar\tline\tword\tl\tt\tw\th\tconf\ttext\n"
    >>> rows = "5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t96\tStadt-\n5\t1\t1\t1\t2\t1\t0\t9\t9\t9\t90\tteil\n"
    >>> text_of_table(head + rows)
    ('Stadtteil', 93.0)
    """
    words: dict[tuple[str, ...], list[list[str]]] = defaultdict(list)
    for row in table.split("\n"):
        cells = row.rstrip("\r").split("\t", _COLUMNS - 1)
        if len(cells) == _COLUMNS and cells[0] == _WORD_LEVEL and cells[11].strip():
            words[tuple(cells[1:5])].append(cells)
    lines = [_line(cells, 72 / dpi) for cells in words.values()]
    confidences = [float(cells[10]) for line in words.values() for cells in line]
    mean = round(sum(confidences) / len(confidences), 1) if confidences else 0.0
    return text_of(lines), mean


def _line(words: Sequence[Sequence[str]], scale: float) -> Line:
    """Put the words of one line together; Tesseract counts pixels downwards."""
    left = min(float(cells[6]) for cells in words)
    right = max(float(cells[6]) + float(cells[8]) for cells in words)
    top = min(float(cells[7]) for cells in words)
    bottom = max(float(cells[7]) + float(cells[9]) for cells in words)
    text = repair(" ".join(cells[11].strip() for cells in words))
    return Line(text, left * scale, -bottom * scale, right * scale, -top * scale)


def _run(command: list[str], data: bytes, timeout_s: float) -> str:
    """Run Tesseract on bytes; the child's own limits hold for it too."""
    done = subprocess.run(  # noqa: S603 - a fixed command, found on the path
        command,
        input=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=timeout_s,
        check=True,
    )
    return done.stdout.decode("utf-8", "replace")
