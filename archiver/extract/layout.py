"""From the lines of PDF pages to running text: reading order, paragraphs, hyphens. Pure.

Coordinates are PDF points with the origin at the bottom left, y growing upwards.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from archiver.extract.hyphens import join_line_ends, words_of
from archiver.extract.lines import Line, PageLines
from archiver.extract.running import without_running_lines

_SENTENCE_END = re.compile(r"[.:!?…]['\"“”)\]]?$")
_BULLET = re.compile(r"^(?:[•▪▫›→✓☑·–—-]\s|\(?\d{1,2}[.)]\s|\(?[a-z]\)\s)")
_COLUMN_REACH_PT = 60


def page_texts(pages: Sequence[PageLines]) -> list[str]:
    r"""Turn pages of lines into running text, one string a page.

    >>> page_texts([PageLines((Line("Der Stadt-"), Line("teil wächst."), Line("Ende")))])
    ['Der Stadtteil\nwächst.\nEnde']
    """
    bodies = without_running_lines(pages)
    words = words_of("\n".join(line.text for line in lines) for lines in bodies)
    return [text_of(lines, words) for lines in bodies]


def text_of(lines: Sequence[Line], words: frozenset[str] = frozenset()) -> str:
    """Join lines to paragraphs, line-end hyphens resolved; each paragraph is one line."""
    if not lines:
        return ""
    texts = join_line_ends("\n".join(line.text for line in lines), words).split("\n")
    edges = _right_edges(lines)
    pieces: list[str] = []
    before: Line | None = None
    for line, text in zip(lines, texts, strict=True):
        text = text.strip()
        if text:
            if before is not None and pieces:
                is_next = continues(before, line, text, _margin(edges, before.right))
                pieces.append(" " if is_next else "\n")
            pieces.append(text)
        before = line
    return "".join(pieces)


def _right_edges(lines: Sequence[Line]) -> list[int]:
    """Return the right edges that at least two lines share, ascending."""
    counts = Counter(round(line.right) for line in lines if line.has_box)
    return sorted(edge for edge, count in counts.items() if count >= 2)


def _margin(edges: Sequence[int], right: float) -> float:
    """Return the column's right margin for a line that ends at `right`."""
    place = bisect_left(edges, right + _COLUMN_REACH_PT) - 1
    return max(right, edges[place]) if place >= 0 else right


def continues(before: Line, line: Line, text: str, margin: float) -> bool:
    """Tell whether a line goes on the paragraph of the line before it.

    It does when it follows closely below, in the same size, at about the same left edge, and the
    line before ran up to the column's right `margin`.
    """
    if not before.has_box or not line.has_box:
        return False
    height = max(before.top - before.bottom, 1.0)
    step = before.bottom - line.bottom
    if not 0 < step < 2.2 * height + 4 or not 0.6 < (line.top - line.bottom) / height < 1.7:
        return False
    if abs(line.left - before.left) > 40 or _BULLET.match(text):
        return False
    return margin - before.right < (12 if _SENTENCE_END.search(before.text) else 45)
