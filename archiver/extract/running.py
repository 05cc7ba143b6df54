"""Running headers, footers and page numbers, found by comparing the pages of a file. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from archiver.extract.lines import Line, PageLines

_EDGE_LINES = 3
_TOLERANCE_PT = 3.0
_DIGITS = re.compile(r"\d+")
_NEAR_PAGES = 2
# A table of contents begins and ends its lines with numbers, too.
_LEADERS = re.compile(r"(?:\. ?){4}")
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

    An edge line runs when the same words (numbers aside) stand at the same height on three near
    pages (on both, of two or three), when most lines at its height do so, or when the number it
    begins or ends with counts the pages. Words are kept where they stand first, because they may
    be the title. Nothing runs further in than a line that does not.

    >>> pages = [PageLines((Line("Niederschrift"), Line(text), Line(f"Seite {number} von 3")))
    ...          for number, text in ((1, "eins"), (2, "zwei"), (3, "drei"))]
    >>> [[line.text for line in lines] for lines in without_running_lines(pages)]
    [['Niederschrift', 'eins'], ['zwei'], ['drei']]
    """
    if len(pages) < 2:
        return [page.lines for page in pages]
    needed = 3 if len(pages) > 3 else 2
    edges = [edge for number, page in enumerate(pages) for edge in _edges(number, page)]
    may_run = [edge for edge in edges if not _LEADERS.search(edge.line.text)]
    running = set(_repeated(may_run, needed))
    running |= set(_numbered(may_run, needed))
    running |= {edge for edge in edges if edge.line.text.strip(" -–") == pages[edge.page].label}
    running |= set(_in_the_slots_of(running, edges, needed))
    kept_first = _first_of_each(running)
    dropped: dict[int, set[int]] = defaultdict(set)
    is_open: dict[tuple[int, bool], bool] = {}
    for edge in edges:  # from the outside in
        side = (edge.page, edge.is_top)
        if edge in running and is_open.get(side, True):
            if edge not in kept_first:
                dropped[edge.page].add(edge.place)
        else:
            is_open[side] = False
    return [
        tuple(line for place, line in enumerate(page.lines) if place not in dropped[number])
        for number, page in enumerate(pages)
    ]


def _edges(number: int, page: PageLines) -> Iterator[_Edge]:
    """Give the outermost lines of a page from the outside in, by height where it is known."""
    places = list(range(len(page.lines)))
    if all(line.has_box for line in page.lines):
        places.sort(key=lambda place: -page.lines[place].bottom)
    top = places[:_EDGE_LINES]
    bottom = places[max(len(top), len(places) - _EDGE_LINES) :] if len(places) > 3 else places[1:]
    for place in top:
        yield _Edge(number, place, True, page.lines[place])
    for place in reversed(bottom):
        yield _Edge(number, place, False, page.lines[place])


def _repeated(edges: Iterable[_Edge], needed: int) -> Iterator[_Edge]:
    """Give the edge lines whose words repeat on near pages."""
    groups: dict[tuple[bool, str], list[_Edge]] = defaultdict(list)
    for edge in edges:
        words = _words(edge.line)
        if _LETTERS.search(words):
            groups[edge.is_top, words].append(edge)
    for group in groups.values():
        level = _level_of(group, needed)
        if level is None:
            continue
        run: list[_Edge] = []
        for edge in group:
            if abs(edge.line.bottom - level) > _TOLERANCE_PT:
                continue
            if run and edge.page - run[-1].page > _NEAR_PAGES:
                if len(run) >= needed:
                    yield from run
                run = []
            run.append(edge)
        if len(run) >= needed:
            yield from run


def _words(line: Line) -> str:
    """Return a line's words as they are compared: lower case, numbers made equal."""
    return _DIGITS.sub("#", line.text.casefold()).strip()


def _first_of_each(running: Iterable[_Edge]) -> set[_Edge]:
    """Return the first of each wording that does not count pages: it may be the title."""
    first: dict[str, _Edge] = {}
    texts: dict[str, set[str]] = defaultdict(set)
    for edge in sorted(running, key=lambda edge: (edge.page, edge.place)):
        words = _words(edge.line)
        first.setdefault(words, edge)
        texts[words].add(edge.line.text)
    return {
        edge
        for words, edge in first.items()
        if edge.is_top and _LETTERS.search(words) and len(texts[words]) == 1
    }


def _in_the_slots_of(
    running: Collection[_Edge], edges: Sequence[_Edge], needed: int
) -> Iterator[_Edge]:
    """Give the outermost lines at a height where most outermost lines run: chapters' headers."""
    outermost = {(edge.page, edge.is_top): edge for edge in reversed(edges) if edge.line.has_box}
    slots: dict[tuple[bool, int], list[_Edge]] = defaultdict(list)
    for (_, is_top), edge in outermost.items():
        slots[is_top, round(edge.line.bottom)].append(edge)
    for slot in slots.values():
        if len(slot) >= needed and 2 * sum(edge in running for edge in slot) >= len(slot):
            yield from slot


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
