"""Split German compounds into known words, or leave them whole.

A word is split only when known words and linking elements cover all of it: a part is never taken
from inside a word that is not covered whole, so "gut" does not lie in "Gütersloh" and "gang" not
in "Übergang" (prepositions are no parts). Words are folded; parts have at least four letters, but
for a few of three that towns build many words with: "bau-" at the beginning, "-amt" at the end.
Pure: no I/O; the lexicon is given.

The lexicon knows three kinds of words: "verkehrs" can stand anywhere, "schul-" only before
another part, "-weg" and its forms behind one, also at the end of known words. All are there with
their inflected forms, so that the linking elements es, n, en, er, e are mostly in them already; s
is tried behind whole words.
"""

from typing import Protocol

MIN_PART = 4
SHORT_PART = 3
MAX_WORD = 60
MAX_PARTS = 5
MAX_SPANS = 8

_LONGEST_FORM = 7  # "-aemtern"
_WHOLE = frozenset({"moderat"})  # though "-rat" is at its end


class Words(Protocol):
    """A set of known words, folded."""

    def __contains__(self, word: str, /) -> bool: ...


def split(word: str, lexicon: Words) -> list[str]:
    """Return the parts of a compound in order, at least two, or [] when it is no compound.

    Of several ways the one with the fewest parts is taken, then the one whose shortest part is
    the longest. A known word is no compound, but for those with one of the short words of three
    letters at an end, which say what it is about.

    >>> words = {"stadt", "teil", "kultur", "beteiligung", "buerger", "schul-", "garten"}
    >>> split("stadtteilkultur", words), split("schulgarten", words), split("kultur", words)
    (['stadt', 'teil', 'kultur'], ['schul', 'garten'], [])
    >>> split("buergerbeteiligungskultur", words), split("gartenzwerg", words)
    (['buerger', 'beteiligung', 'kultur'], [])
    >>> split("bezirksamt", {"bezirk", "-amt"}), split("stadtrat", {"stadt", "stadtrat", "-rat"})
    (['bezirk', 'amt'], ['stadt', 'rat'])
    """
    return [part for part, _, _ in _cut(word, lexicon)]


def cuts(word: str, lexicon: Words) -> list[int]:
    """Return the places between the letters where a compound is split, ascending.

    >>> cuts("buergerbeteiligungskultur", {"beteiligung", "buerger", "kultur"})
    [7, 19]
    """
    return [start for _, start, _ in _cut(word, lexicon)[1:]]


def all_parts(word: str, lexicon: Words) -> list[str]:
    """Return the parts of a compound, and neighbouring parts together, for the index.

    >>> all_parts("stadtteilkultur", {"stadt", "teil", "kultur"})
    ['stadt', 'teil', 'kultur', 'stadtteil', 'teilkultur']
    """
    parts = _cut(word, lexicon)
    count = len(parts)
    found = [part for part, _, _ in parts]
    for size in range(2, count):
        for first in range(count - size + 1):
            last = first + size - 1
            found.append(word[parts[first][1] : parts[last][1] + len(parts[last][0])])
    return found[: count + MAX_SPANS]


def _cut(word: str, lexicon: Words) -> list[tuple[str, int, int]]:
    """Return (part, start, end with its linking element) of each part, [] when not covered."""
    size = len(word)
    if not 2 * SHORT_PART <= size <= MAX_WORD or not word.isalpha():
        return []
    if word in lexicon:
        return _cut_known(word, lexicon)
    lasts = [at for at in range(MIN_PART, size - MIN_PART + 1) if word[at:] in lexicon]
    if f"{word[:SHORT_PART]}-" in lexicon and word[SHORT_PART:] in lexicon:
        lasts.insert(0, SHORT_PART)
    if f"-{word[-SHORT_PART:]}" in lexicon:
        lasts.append(size - SHORT_PART)
    return _covered(word, lasts, lexicon) if lasts else []


def _covered(word: str, lasts: list[int], lexicon: Words) -> list[tuple[str, int, int]]:
    """Cover a word with parts, the last of which begins at one of `lasts`; [] when impossible."""
    size = len(word)
    # best[end]: (parts, -shortest part, cuts) of the best way to cover word[:end]
    best: dict[int, tuple[int, int, list[tuple[str, int, int]]]] = {0: (0, -size, [])}
    for start in range(lasts[-1] + 1):
        reached = best.get(start)
        if reached is None or reached[0] == MAX_PARTS:
            continue
        count, shortest, cuts = reached
        ends = [*range(start + MIN_PART, lasts[-1] + 1)]
        if start == 0 and f"{word[:SHORT_PART]}-" in lexicon:
            ends.insert(0, SHORT_PART)
        if start in lasts:
            ends.append(size)
        for end in ends:
            part = word[start:end]
            if end < size and part not in lexicon and f"{part}-" not in lexicon:
                if part[-1] != "s" or len(part) == MIN_PART or part[:-1] not in lexicon:
                    continue
                part = part[:-1]
            rank = (count + 1, max(shortest, -len(part)), [*cuts, (part, start, end)])
            if end not in best or rank[:2] < best[end][:2]:
                best[end] = rank
    covered = best.get(size)
    return covered[2] if covered is not None else []


def _cut_known(word: str, lexicon: Words) -> list[tuple[str, int, int]]:
    """Cut a short word off the end or the beginning of a known one: "stadt|rat", "bau|gebiet"."""
    size = len(word)
    if word in _WHOLE:
        return []
    for at in range(size - SHORT_PART, max(SHORT_PART, size - _LONGEST_FORM) - 1, -1):
        if f"-{word[at:]}" not in lexicon:
            continue
        first = word[:at]
        if first not in lexicon and f"{first}-" not in lexicon and first[-1] == "s":
            first = first[:-1]
        if first in lexicon or f"{first}-" in lexicon:
            return [(first, 0, at), (word[at:], at, size)]
    if f"{word[:SHORT_PART]}-" in lexicon and word[SHORT_PART:] in lexicon:
        return [(word[:SHORT_PART], 0, SHORT_PART), (word[SHORT_PART:], SHORT_PART, size)]
    return []
