"""Split German compounds into known words, or leave them whole.

A word is split only when known words and linking elements cover all of it: a part is never taken
from inside a word that is not covered whole, so "gut" does not lie in "Gütersloh" and "gang" not
in "Übergang" (prepositions are no parts). Words are folded; parts have at least four letters.
Pure: no I/O; the lexicon is given.

The lexicon knows three kinds of words: "verkehrs" can stand anywhere, "schul-" only before
another part, and both with their inflected forms, so that the linking elements es, n, en, er, e
are mostly in them already; s is tried behind whole words.
"""

from typing import Protocol

MIN_PART = 4
MAX_WORD = 60
MAX_PARTS = 5
MAX_SPANS = 8


class Words(Protocol):
    """A set of known words, folded."""

    def __contains__(self, word: str, /) -> bool: ...


def split(word: str, lexicon: Words) -> list[str]:
    """Return the parts of a compound in order, at least two, or [] when it is no compound.

    Of several ways the one with the fewest parts is taken, then the one whose shortest part is
    the longest. A known word is no compound.

    >>> words = {"stadt", "teil", "kultur", "beteiligung", "buerger", "schul-", "garten"}
    >>> split("stadtteilkultur", words), split("schulgarten", words), split("kultur", words)
    (['stadt', 'teil', 'kultur'], ['schul', 'garten'], [])
    >>> split("buergerbeteiligungskultur", words), split("gartenzwerg", words)
    (['buerger', 'beteiligung', 'kultur'], [])
    """
    return [part for part, _, _ in _cut(word, lexicon)]


def all_parts(word: str, lexicon: Words) -> list[str]:
    """Return the parts of a compound, and neighbouring parts together, for the index.

    >>> all_parts("stadtteilkultur", {"stadt", "teil", "kultur"})
    ['stadt', 'teil', 'kultur', 'stadtteil', 'teilkultur']
    """
    cuts = _cut(word, lexicon)
    count = len(cuts)
    found = [part for part, _, _ in cuts]
    for size in range(2, count):
        for first in range(count - size + 1):
            last = first + size - 1
            found.append(word[cuts[first][1] : cuts[last][1] + len(cuts[last][0])])
    return found[: count + MAX_SPANS]


def _cut(word: str, lexicon: Words) -> list[tuple[str, int, int]]:
    """Return (part, start, end with its linking element) of each part, [] when not covered."""
    size = len(word)
    if not 2 * MIN_PART <= size <= MAX_WORD or not word.isalpha() or word in lexicon:
        return []
    # best[end]: (parts, -shortest part, cuts) of the best way to cover word[:end]
    best: dict[int, tuple[int, int, list[tuple[str, int, int]]]] = {0: (0, -size, [])}
    for start in range(size - MIN_PART + 1):
        reached = best.get(start)
        if reached is None or reached[0] == MAX_PARTS:
            continue
        count, shortest, cuts = reached
        for end in range(start + MIN_PART, size + 1):
            if size - MIN_PART < end < size:
                continue
            part = word[start:end]
            known = part in lexicon
            if not known and end < size:
                if f"{part}-" in lexicon:
                    known = True
                elif part[-1] == "s" and len(part) > MIN_PART and part[:-1] in lexicon:
                    part, known = part[:-1], True
            if not known:
                continue
            rank = (count + 1, max(shortest, -len(part)), [*cuts, (part, start, end)])
            if end not in best or rank[:2] < best[end][:2]:
                best[end] = rank
    covered = best.get(size)
    return covered[2] if covered is not None and covered[0] > 1 else []
