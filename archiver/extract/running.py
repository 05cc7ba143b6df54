"""Running headers, footers and page numbers, found by comparing the pages of a file. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archiver.extract.lines import Line, PageLines

_EDGE_LINES = 3
_TOLERANCE_PT = 3.0
_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]{3}")
_FIRST_NUMBER = re.compile(r"^\W{0,3}(?:(?:seite|page|blatt|s\.)\s*)?(\d{1,4})\b", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"\b(\d{1,4})(?:\s*(?:/|von|of|\|)\s*\d{1,4})?\W{0,3}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A line near the upper or lower edge: its page and place there."""

    page: int
    place: int
    is_top: bool
    line: Line


def without_running_lines(pages: Sequence[PageLines]) -> list[tuple[Line, ...]]:
    """Leave out what runs along the edges of the pages.

    An edge line runs when the same words (numbers aside) stand at the same height on three
    pages (on both, of two or three), or when the number it begins or ends with counts the
    pages. Words are kept where they stand first, because they may be the title.

    >>> pages = [PageLines((Line("Niederschrift"), Line(text), Line(f"Seite {number} von 3")))
    ...          for number, text in ((1, "eins"), (2, "zwei"), (3, "drei"))]
    >>> [[line.text for line in lines] for lines in without_running_lines(pages)]
    [['Niederschrift', 'eins'], ['zwei'], ['drei']]
    """
    needed = 3 if len(pages) > 3 else 2
    dropped: dict[int, set[int]] = defaultdict(set)
    if len(pages) > 1:
        edges = [edge for number, page in enumerate(pages) for edge in _edges(number, page)]
        for edge in _repeated(edges, needed):
            dropped[edge.page].add(edge.place)
        for edge in _numbered(edges, needed):
            dropped[edge.page].add(edge.place)
    for number, page in enumerate(pages):
        for edge in _edges(number, page):
            if page.label and len(pages) > 1 and edge.line.text.strip(" -–") == page.label:
                dropped[number].add(edge.place)
    return [
        tuple(line for place, line in enumerate(page.lines) if place not in dropped[number])
        for number, page in enumerate(pages)
    ]


def _edges(number: int, page: PageLines) -> Iterator[_Edge]:
    """Give the outermost lines of a page, by height where it is known."""
    places = list(range(len(page.lines)))
    if all(line.has_box for line in page.lines):
        places.sort(key=lambda place: -page.lines[place].bottom)
    top = places[:_EDGE_LINES]
    bottom = places[max(len(top), len(places) - _EDGE_LINES) :] if len(places) > 3 else places[1:]
    for place in top:
        yield _Edge(number, place, True, page.lines[place])
    for place in bottom:
        yield _Edge(number, place, False, page.lines[place])


def _repeated(edges: Iterable[_Edge], needed: int) -> Iterator[_Edge]:
    """Give the edge lines whose words repeat, save the first of each."""
    groups: dict[tuple[bool, str], list[_Edge]] = defaultdict(list)
    for edge in edges:
        words = _DIGITS.sub("#", edge.line.text.casefold()).strip()
        if _LETTERS.search(words):
            groups[edge.is_top, words].append(edge)
    for group in groups.values():
        if len(group) < needed:
            continue
        level = _level_of(group, needed)
        if level is not None:
            running = [edge for edge in group if abs(edge.line.bottom - level) <= _TOLERANCE_PT]
            is_counting = any(_DIGITS.search(edge.line.text) for edge in running)
            is_counting = is_counting and len({edge.line.text for edge in running}) > 1
            yield from running if is_counting else running[1:]


def _numbered(edges: Iterable[_Edge], needed: int) -> Iterator[_Edge]:
    """Give the edge lines that carry the number of their page."""
    groups: dict[tuple[bool, int], list[_Edge]] = defaultdict(list)
    for edge in edges:
        for pattern in (_FIRST_NUMBER, _LAST_NUMBER):
            found = pattern.search(edge.line.text)
            if found is not None:
                groups[edge.is_top, int(found[1]) - edge.page].append(edge)
    for group in groups.values():
        if len({edge.page for edge in group}) < needed:
            continue
        level = _level_of(group, needed)
        if level is not None:
            yield from (edge for edge in group if abs(edge.line.bottom - level) <= _TOLERANCE_PT)


def _level_of(group: Sequence[_Edge], needed: int) -> float | None:
    """Return the height that enough lines of the group share, or None."""
    level, _ = Counter(round(edge.line.bottom) for edge in group).most_common(1)[0]
    pages = {edge.page for edge in group if abs(edge.line.bottom - level) <= _TOLERANCE_PT}
    return level if len(pages) >= needed else None
