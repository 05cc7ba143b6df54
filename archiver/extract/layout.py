"""From the lines of PDF pages to running text: reading order, paragraphs, hyphens. Pure.

Coordinates are PDF points with the origin at the bottom left, y growing upwards.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archiver.extract.hyphens import join_line_ends, words_of
from archiver.extract.lines import Line, PageLines
from archiver.extract.order import in_reading_order
from archiver.extract.running import without_running_lines

_BULLET = re.compile(r"^(?:[•▪▫›→✓☑·–—-]\s|\(?\d{1,2}[.)]\s|\(?[a-z]\)\s|TOP\s?\d)")
_BROKEN = re.compile(r"\w[-\u2010]$")
_SAME_COLUMN_PT = 40.0
_SHIFTED_PT = 4.0  # lines that begin so far apart are not set flush left
_MIDDLE_PT = 1.5  # centred lines share their middle this closely
_NEIGHBOURS = 8
_LARGER = 1.18
_MAX_HEADING = 120
_LETTERS = re.compile(r"[^\W\d_]{3}")


@dataclass(frozen=True, slots=True)
class LaidPage:
    """A page as it is read: running text, and its first line set larger than the body, if any."""

    text: str
    heading: str | None = None


def lay_out(pages: Sequence[PageLines]) -> list[LaidPage]:
    r"""Turn pages of lines into running text and headings.

    >>> lay_out([PageLines((Line("Der Stadt-"), Line("teil wächst."), Line("Ende")))])
    [LaidPage(text='Der Stadtteil wächst.\nEnde', heading=None)]
    """
    bodies = without_running_lines(pages)
    ordered = [in_reading_order(lines) for lines in bodies]
    words = words_of("\n".join(line.text for line in lines) for lines in ordered)
    headings = headings_of(ordered)
    return [
        LaidPage(text_of(lines, words), heading)
        for lines, heading in zip(across_pages(ordered), headings, strict=True)
    ]


def headings_of(pages: Sequence[Sequence[Line]]) -> list[str | None]:
    """Return for each page the first line that is set clearly larger than most of the text.

    >>> body = Line("Es wurde lange über die Wege am Ufer beraten.", 0, 0, 300, 12)
    >>> headings_of([[Line("TOP 3: Wege", 0, 30, 90, 48), body], [body]])
    ['TOP 3: Wege', None]
    """
    letters: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            if line.has_box:
                letters[_height(line)] += len(line.text)
    if not letters:
        return [None] * len(pages)
    body = letters.most_common(1)[0][0]
    return [next((line.text for line in lines if _is_heading(line, body)), None) for lines in pages]


def _height(line: Line) -> float:
    """Return a line's height in steps that hide the differences between a font's cuts."""
    return round((line.top - line.bottom) * 2) / 2


def _is_heading(line: Line, body: float) -> bool:
    is_larger = line.has_box and _height(line) >= _LARGER * body
    return is_larger and len(line.text) <= _MAX_HEADING and _LETTERS.search(line.text) is not None


def across_pages(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Complete a word that is broken over two pages on the first of them.

    >>> pages = across_pages([[Line("die Bürger-")], [Line("beteiligung wächst")]])
    >>> [[line.text for line in lines] for lines in pages]
    [['die Bürger-', 'beteiligung'], ['wächst']]
    """
    moved = [list(lines) for lines in pages]
    for before, after in itertools.pairwise(moved):
        if not before or not after or _BROKEN.search(before[-1].text) is None:
            continue
        head, _, rest = after[0].text.partition(" ")
        if head[:1].islower():
            before.append(Line(head))
            after[0] = replace(after[0], text=rest)
    return moved


def text_of(lines: Sequence[Line], words: frozenset[str] = frozenset()) -> str:
    """Join lines to paragraphs, line-end hyphens resolved; each paragraph is one line."""
    if not lines:
        return ""
    texts = join_line_ends("\n".join(line.text for line in lines), words).split("\n")
    pieces: list[str] = []
    before = -1
    for place, text in enumerate(texts):
        text = text.strip()
        if text:
            if pieces:
                pieces.append(" " if continues(lines, before, place) else "\n")
            pieces.append(text)
        before = place
    return "".join(pieces)


def continues(lines: Sequence[Line], before: int, place: int) -> bool:
    """Tell whether a line goes on the paragraph of the line before it.

    It does when it follows closely below in the same column and size, and when its first word
    would not have fitted on the line before: a break nobody needed was meant. Centred lines stand
    each for itself.
    """
    upper, lower = lines[before], lines[place]
    if not upper.has_box or not lower.has_box:
        return upper.text.endswith("-")
    if "\t" in upper.text or "\t" in lower.text:
        return False  # rows of a table
    height = max(upper.top - upper.bottom, 1.0)
    step = upper.bottom - lower.bottom
    if not 0 < step < 1.8 * height or not 0.75 < (lower.top - lower.bottom) / height < 1.35:
        return False
    if abs(lower.left - upper.left) > _SAME_COLUMN_PT:
        return False
    if upper.text.endswith("-"):
        return True
    if _BULLET.match(lower.text) or _are_centred(upper, lower):
        return False
    width = (lower.right - lower.left) / max(1, len(lower.text))
    first_word = len(lower.text.split(maxsplit=1)[0]) + 1
    return upper.right + first_word * width > _right_margin(lines, before)


def _are_centred(upper: Line, lower: Line) -> bool:
    """Tell whether two lines of a title stand centred, each for itself."""
    is_shifted = abs(upper.left - lower.left) > _SHIFTED_PT
    return is_shifted and abs(upper.left + upper.right - lower.left - lower.right) < 2 * _MIDDLE_PT


def _right_margin(lines: Sequence[Line], place: int) -> float:
    """Return how far right a line's column goes: the second longest of the lines near it.

    The longest may be a heading over several columns.
    """
    left = lines[place].left
    rights = sorted(
        line.right
        for line in lines[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS]
        if abs(line.left - left) <= _SAME_COLUMN_PT
    )
    return rights[-2] if len(rights) > 2 else rights[-1]
