"""Find on one page what a leaf of the query means: for snippets, NEAR, ADJ and `~n`.

The same analysis as the index's, with offsets, so that every engine shows the same. Pure: no I/O.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol, TypeAlias

from archiver.analysis import Analyzer, Term

Stretch: TypeAlias = tuple[int, int]
"""Places of the first and the last word, counted from 0 on the page."""


class Occurrence(NamedTuple):
    """Characters `start` to `end` of the page's text; `why` when it is not plain."""

    start: int
    end: int
    why: str = ""


class Places(Protocol):
    """Where words and stems stand on a page."""

    def of_word(self, word: str) -> Sequence[int]:
        """Return the places of a folded word, ascending."""

    def of_stem(self, stem: str) -> Sequence[Stretch]:
        """Return the places of the tokens with a stem, ascending."""


class IndexedPlaces:
    """Places of words as the index gives them, without the page's text.

    `forms` gives the words of each stem.
    """

    def __init__(
        self, words: Mapping[str, Sequence[int]], forms: Mapping[str, frozenset[str]]
    ) -> None:
        self._words = words
        self._forms = forms

    def of_word(self, word: str) -> Sequence[int]:
        """Return the places of a folded word, ascending."""
        return self._words.get(word, ())

    def of_stem(self, stem: str) -> Sequence[Stretch]:
        """Return the places of the words with a stem, ascending."""
        present = self._forms[stem].intersection(self._words)
        return sorted((place, place) for word in present for place in self._words[word])


class PageText:
    """One page's text, analysed as far as it is asked for."""

    def __init__(self, text: str, language: str, analyzer: Analyzer) -> None:
        self.text = text
        self._language = language
        self._analyzer = analyzer

    @cached_property
    def words(self) -> list[Term]:
        """The terms of `exact`; a word's place is its index."""
        return self._analyzer.exact(self.text)

    def stems(self, wanted: frozenset[str]) -> dict[str, list[Term]]:
        """Return the tokens with a wanted stem, of their own or of a part, by stem, in order."""
        found: dict[str, list[Term]] = {}
        for term in self._analyzer.stems_among(self.text, self._language, wanted):
            found.setdefault(term.term, []).append(term)
        return found

    @cached_property
    def _starts(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, word in enumerate(self._analyzer.exact_words(self.text)):
            found.setdefault(word, []).append(place)
        return found

    def of_word(self, word: str) -> Sequence[int]:
        """Return the places of a folded word, ascending."""
        return self._places.get(word, ())

    def of_stem(self, stem: str) -> Sequence[Stretch]:
        """Return the places of the tokens with a stem, ascending."""
        return [
            (self._place(term.start), self._place(term.end - 1))
            for term in self.stems(frozenset((stem,))).get(stem, ())
        ]

    def _place(self, offset: int) -> int:
        """Return the place of the word at an offset of the text."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def at(self, stretches: Iterable[Stretch]) -> list[Occurrence]:
        """Return the characters of stretches of words."""
        asked = list(stretches)
        if not asked:
            return []
        places = {place for stretch in asked for place in stretch}
        words = self._analyzer.exact_at(self.text, places)
        return [Occurrence(words[first].start, words[last].end) for first, last in asked]


class Pattern(Protocol):
    """What a leaf looks for on a page."""

    @property
    def words(self) -> frozenset[str]:
        """The folded words whose places decide."""

    @property
    def stems(self) -> frozenset[str]:
        """The stems whose words' places decide."""

    def places(self, page: Places) -> list[Stretch]:
        """Return where it stands, ascending; empty when the page does not match."""

    def find(self, page: PageText) -> list[Occurrence]:
        """Return the characters to mark, ascending."""


class Stems(NamedTuple):
    """A word in all its forms: an alternative counts when all its stems are on the page.

    With `is_any`, each stem counts for itself. `typed` is the word as it was asked for.
    """

    alternatives: tuple[tuple[str, ...], ...]
    is_any: bool = False
    words: frozenset[str] = frozenset()
    typed: str = ""

    @property
    def stems(self) -> frozenset[str]:
        """The stems of all alternatives."""
        return frozenset(stem for alternative in self.alternatives for stem in alternative)

    def places(self, page: Places) -> list[Stretch]:
        """Return the places of the alternatives that count."""
        found: set[Stretch] = set()
        for alternative in self.alternatives:
            places = [page.of_stem(stem) for stem in alternative]
            if self.is_any or all(places):
                found.update(*places)
        return sorted(found)

    def find(self, page: PageText) -> list[Occurrence]:
        """Return the tokens of the alternatives that count, each once, plain before part.

        Parts of the word count only on a page without the whole word.
        """
        tokens = page.stems(self.stems)
        whole = {a[0] for a in self.alternatives if len(a) == 1 and a[0] in tokens}
        best: dict[tuple[int, int], Occurrence] = {}
        for alternative in self.alternatives:
            if not (self.is_any or all(stem in tokens for stem in alternative)):
                continue
            for stem in alternative:
                if whole and stem not in whole:
                    continue
                is_part = len(alternative) > 1 and stem not in whole
                for term in tokens.get(stem, ()):
                    why = self._why(stem, term.part_of, is_part=is_part)
                    known = best.get((term.start, term.end))
                    if known is None or (known.why and not why):
                        best[term.start, term.end] = Occurrence(term.start, term.end, why)
        return sorted(best.values())

    def _why(self, stem: str, token: str | None, *, is_part: bool) -> str:
        """Say what of the token matched what of the typed word, "" when it is plain."""
        wholes = [word for word in (token, self.typed if is_part else None) if word]
        return f"{stem}, part of {' and of '.join(wholes)}" if wholes else ""


class Words(NamedTuple):
    """Any of these folded words."""

    words: frozenset[str]
    stems: frozenset[str] = frozenset()

    def places(self, page: Places) -> list[Stretch]:
        """Return the places of the words."""
        return sorted((place, place) for word in self.words for place in page.of_word(word))

    def find(self, page: PageText) -> list[Occurrence]:
        """Return the words' characters."""
        return page.at(self.places(page))


class InOrder(NamedTuple):
    """Two or more folded words in this order with at most `between` other words among them."""

    terms: tuple[str, ...]
    between: int = 0
    stems: frozenset[str] = frozenset()

    @property
    def words(self) -> frozenset[str]:
        """The folded words."""
        return frozenset(self.terms)

    def places(self, page: Places) -> list[Stretch]:
        """Return for each possible last word the shortest stretch that holds them all."""
        rows = [page.of_word(term) for term in self.terms]
        longest = len(self.terms) - 1 + self.between
        shortest: dict[int, int] = {}  # last → first; later firsts are nearer
        for first in rows[0]:
            last = _nearest_end(first, rows[1:])
            if last is None:
                break
            if last - first <= longest:
                shortest[last] = first
        return sorted((first, last) for last, first in shortest.items())

    def find(self, page: PageText) -> list[Occurrence]:
        """Return the stretches' characters."""
        return page.at(self.places(page))


def _nearest_end(place: int, following: Sequence[Sequence[int]]) -> int | None:
    """Return the place of the last of the words, each taken as soon as it comes."""
    for places in following:
        index = bisect_right(places, place)
        if index == len(places):
            return None
        place = places[index]
    return place


class Either(NamedTuple):
    """Different ways to say one thing."""

    parts: tuple[Pattern, ...]

    @property
    def words(self) -> frozenset[str]:
        """The folded words of all parts."""
        return frozenset().union(*(part.words for part in self.parts))

    @property
    def stems(self) -> frozenset[str]:
        """The stems of all parts."""
        return frozenset().union(*(part.stems for part in self.parts))

    def places(self, page: Places) -> list[Stretch]:
        """Return the places of all parts."""
        return sorted({stretch for part in self.parts for stretch in part.places(page)})

    def find(self, page: PageText) -> list[Occurrence]:
        """Return the characters of all parts."""
        return sorted({found for part in self.parts for found in part.find(page)})


class Chain(NamedTuple):
    """Parts that each lie at most `distance` words from the next; with `is_ordered` after it."""

    parts: tuple[Pattern, ...]
    distance: int
    is_ordered: bool

    @property
    def words(self) -> frozenset[str]:
        """The folded words of all parts."""
        return frozenset().union(*(part.words for part in self.parts))

    @property
    def stems(self) -> frozenset[str]:
        """The stems of all parts."""
        return frozenset().union(*(part.stems for part in self.parts))

    def places(self, page: Places) -> list[Stretch]:
        """Return the places of all parts that belong to a whole chain."""
        rows = [part.places(page) for part in self.parts]
        for index in range(1, len(rows)):
            rows[index] = self._near(rows[index], rows[index - 1], is_after=True)
        for index in range(len(rows) - 2, -1, -1):
            rows[index] = self._near(rows[index], rows[index + 1], is_after=False)
        return sorted({stretch for row in rows for stretch in row}) if all(rows) else []

    def _near(self, row: list[Stretch], other: list[Stretch], *, is_after: bool) -> list[Stretch]:
        """Keep what lies near enough to something of the neighbouring part."""
        starts = [first for first, _ in other]
        ends = sorted(last for _, last in other)
        kept = []
        for first, last in row:
            is_near = False
            if is_after or not self.is_ordered:  # the other one ends before this one begins
                is_near = _has_between(ends, first - self.distance, first - 1)
            if not is_near and (not is_after or not self.is_ordered):
                is_near = _has_between(starts, last + 1, last + self.distance)
            if is_near:
                kept.append((first, last))
        return kept

    def find(self, page: PageText) -> list[Occurrence]:
        """Return the characters of all parts that belong to a whole chain."""
        return page.at(self.places(page))


def _has_between(numbers: list[int], low: int, high: int) -> bool:
    """Tell whether an ascending list has a number from low to high."""
    index = bisect_right(numbers, low - 1)
    return index < len(numbers) and numbers[index] <= high
