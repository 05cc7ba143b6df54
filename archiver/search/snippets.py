"""Cut snippets around the matched places of a page. Pure: no I/O, no engine."""

import re
from collections.abc import Sequence

from archiver.model import Snippet
from archiver.search.patterns import Occurrence, PageText, Pattern

WIDTH = 220
"""Characters of a snippet, about."""

_MAX_SNIPPETS = 2
_MARGIN = 70
_SPACE = re.compile(r"\s+")


def find_all(page: PageText, patterns: Sequence[Pattern]) -> list[tuple[Occurrence, int]]:
    """Return all occurrences with the index of their pattern, by their start."""
    found = [(o, index) for index, pattern in enumerate(patterns) for o in pattern.find(page)]
    return sorted(found, key=lambda pair: (pair[0].start, -pair[0].end, pair[1]))


def snippets(page: PageText, patterns: Sequence[Pattern]) -> tuple[Snippet, ...]:
    """Return at most two snippets that show most of the patterns; the page's beginning if none.

    Words are not cut, snippets do not overlap, spans are marked in `Snippet.spans`.
    """
    text = page.text
    found = find_all(page, patterns)
    if not found:
        start, end = _whole_words(text, 0, min(len(text), WIDTH))
        return (Snippet(text[start:end], start, ()),) if text[start:end].strip() else ()
    windows: list[tuple[int, int]] = []
    shown: set[int] = set()
    for _ in range(_MAX_SNIPPETS):
        best = _best_window(found, windows, shown)
        if best is None:
            break
        first, last = best
        shown |= {index for o, index in found if first <= o.start < last}
        start = max(0, first - _MARGIN)
        windows.append(_whole_words(text, start, min(len(text), max(last, start + WIDTH))))
    windows = _apart(sorted(windows))
    return tuple(_snippet(text, start, end, found) for start, end in windows)


def _best_window(
    found: list[tuple[Occurrence, int]], taken: list[tuple[int, int]], shown: set[int]
) -> tuple[int, int] | None:
    """Return the first extent that shows most of the patterns not shown yet."""
    best: tuple[int, int] | None = None
    best_value = (0, 0)
    patterns = {index for _, index in found}
    most = (len(patterns - shown), len(patterns))
    for at, (first, _) in enumerate(found):
        if any(start <= first.start < end for start, end in taken):
            continue
        limit = first.start + WIDTH - _MARGIN
        seen: set[int] = set()
        end = first.end
        for occurrence, index in found[at : at + 50]:
            if occurrence.end > limit and seen:
                break
            seen.add(index)
            end = max(end, min(occurrence.end, first.start + 3 * WIDTH))
        value = (len(seen - shown), len(seen))
        if value > best_value and (not shown or value[0]):
            best, best_value = (first.start, end), value
            if value == most:
                break
    return best


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends to blanks nearby, so that no word is cut."""
    if start > 0:
        space = _SPACE.search(text, start, start + 30)
        start = space.end() if space else start
    if end < len(text):
        space = _SPACE.search(text, end, end + 30)
        end = space.start() if space else end
    return start, end


def _apart(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join windows that overlap."""
    joined: list[tuple[int, int]] = []
    for start, end in windows:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _snippet(text: str, start: int, end: int, found: list[tuple[Occurrence, int]]) -> Snippet:
    spans: list[tuple[int, int]] = []
    why: list[str] = []
    for occurrence, _ in found:
        left, right = max(occurrence.start, start) - start, min(occurrence.end, end) - start
        if left >= right or (spans and left < spans[-1][1]):
            continue
        spans.append((left, right))
        why.append(occurrence.why)
    return Snippet(text[start:end], start, tuple(spans), tuple(why) if any(why) else ())
