"""Accents that a PDF draws as glyphs of their own, put onto the letters they stand above. Pure.

Old TeX fonts have no umlauts: "ü" is a u and a dieresis, each at its place. Readers of such files
find the dieresis at the end of the line, or before another word; only its place tells whose it is.
"""

from collections.abc import Callable, Iterator

Box = tuple[float, float, float, float]  # left, bottom, right, top

_MARKS = {"¨": "\u0308", "´": "\u0301", "`": "\u0300", "ˆ": "\u0302"}
_BEARERS = frozenset("aeiouyAEIOUY")
_SAME_LINE = 0.6  # of the letter's height
_OFF_CENTRE = 0.3  # of the letter's width
_BREAKS = "\r\n\ufffe\x02"


def settle_accents(text: str, box: Callable[[int], Box | None]) -> tuple[str, dict[int, str]]:
    """Return the text with stray accents blanked, and the marks of letters by their place.

    `box` tells where a character stands. An accent right before its letter is left as it is; one
    below which no letter stands, too. The text keeps its length.

    >>> boxes = {0: (0, 0, 5, 10), 1: (5, 0, 9, 10), 2: (9, 0, 11, 10), 3: (1, 0, 4, 10)}
    >>> settle_accents("ur ¨", boxes.get)
    ('ur  ', {0: '̈'})
    """
    if not any(accent in text for accent in _MARKS):
        return text, {}
    marks: dict[int, str] = {}
    blanked = list(text)
    for start, end in _lines_of(text):
        strays = [place for place in range(start, end) if text[place] in _MARKS]
        if not strays:
            continue
        letters = [
            (place, found)
            for place in range(start, end)
            if text[place] in _BEARERS and (found := box(place)) is not None
        ]
        for stray in strays:
            here = box(stray)
            bearer = _below(here, letters) if here is not None else None
            if bearer is not None and bearer != stray + 1 and bearer not in marks:
                marks[bearer] = _MARKS[text[stray]]
                blanked[stray] = " "
    return "".join(blanked), marks


def with_marks(text: str, begin: int, end: int, marks: dict[int, str]) -> str:
    """Return a stretch of the text, its letters with their marks.

    >>> with_marks("fur alle", 0, 3, {1: "\u0308"}) == "fu\u0308r"
    True
    """
    if not marks:
        return text[begin:end]
    return "".join(text[place] + marks.get(place, "") for place in range(begin, end))


def _lines_of(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for place, character in enumerate(text):
        if character in _BREAKS:
            yield start, place
            start = place + 1
    yield start, len(text)


def _below(accent: Box, letters: list[tuple[int, Box]]) -> int | None:
    """Return the place of the letter in the middle of which an accent stands, if any."""
    centre = (accent[0] + accent[2]) / 2
    best: tuple[float, int] | None = None
    for place, (left, bottom, right, top) in letters:
        if abs(bottom - accent[1]) > _SAME_LINE * (top - bottom):
            continue
        off = abs(centre - (left + right) / 2)
        if off <= _OFF_CENTRE * (right - left) and (best is None or off < best[0]):
            best = off, place
    return None if best is None else best[1]
