"""Find on one page's text what a leaf of the query means: for snippets, NEAR, ADJ and `~n`.

The same analysis as the index's, with offsets, so that every engine shows the same. Pure: no I/O.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from archiver.analysis import Analyzer, Term


class Occurrence(NamedTuple):
    """Words `first` to `last` of the page, at text[start:end]; `why` when it is not plain."""

    first: int
    last: int
    start: int
    end: int
    why: str = ""


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

    @cached_property
    def _word_starts(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def stems(self) -> dict[str, list[Term]]:
        """The terms of `stem`, by term, in order."""
        return _by_term(self._analyzer.stem(self.text, self._language))

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The places of each word."""
        found: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            found.setdefault(word.term, []).append(place)
        return found

    def occurrence(self, term: Term) -> Occurrence:
        """Return where a term of `stem` stands among the words."""
        first = max(0, bisect_right(self._word_starts, term.start) - 1)
        last = max(first, bisect_right(self._word_starts, term.end - 1) - 1)
        why = f"{term.term}, part of {term.part_of}" if term.part_of else ""
        return Occurrence(first, last, term.start, term.end, why)

    def stretch(self, first: int, last: int) -> Occurrence:
        """Return the words from place `first` to place `last` as one occurrence."""
        return Occurrence(first, last, self.words[first].start, self.words[last].end)


def _by_term(terms: Iterable[Term]) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = {}
    for term in terms:
        found.setdefault(term.term, []).append(term)
    return found


class Pattern(Protocol):
    """What a leaf looks for on a page."""

    def find(self, page: PageText) -> list[Occurrence]:
        """Return all occurrences by their start; empty when the page does not match."""


@dataclass(frozen=True, slots=True)
class Stems:
    """A word in all its forms: an alternative counts when all its stems are on the page.

    With `is_any`, each stem counts for itself.
    """

    alternatives: tuple[tuple[str, ...], ...]
    is_any: bool = False

    def find(self, page: PageText) -> list[Occurrence]:
        """Return the occurrences of the alternatives that count, one a token."""
        best: dict[tuple[int, int], Occurrence] = {}
        for alternative in self.alternatives:
            if self.is_any or all(stem in page.stems for stem in alternative):
                for stem in alternative:
                    for term in page.stems.get(stem, ()):
                        occurrence = page.occurrence(term)
                        known = best.get((term.start, term.end))
                        if known is None or (known.why and not occurrence.why):
                            best[term.start, term.end] = occurrence
        return sorted(best.values(), key=lambda o: (o.start, o.end))


@dataclass(frozen=True, slots=True)
class Words:
    """Any of these folded words."""

    terms: frozenset[str]

    def find(self, page: PageText) -> list[Occurrence]:
        """Return the occurrences of the words."""
        places = sorted(p for term in self.terms for p in page.places.get(term, ()))
        return [page.stretch(place, place) for place in places]


@dataclass(frozen=True, slots=True)
class InOrder:
    """Folded words in this order with at most `between` other words among them."""

    terms: tuple[str, ...]
    between: int = 0

    def find(self, page: PageText) -> list[Occurrence]:
        """Return for each possible first word the nearest stretch that holds them all."""
        found = []
        for first in page.places.get(self.terms[0], ()):
            last = _nearest_end(first, [page.places.get(t, []) for t in self.terms[1:]])
            if last is not None and last - first - (len(self.terms) - 1) <= self.between:
                found.append(page.stretch(first, last))
        return found


def _nearest_end(place: int, following: Sequence[Sequence[int]]) -> int | None:
    """Return the place of the last of the words, each taken as soon as it comes."""
    for places in following:
        index = bisect_right(places, place)
        if index == len(places):
            return None
        place = places[index]
    return place


@dataclass(frozen=True, slots=True)
class Chain:
    """Parts that each lie at most `distance` words from the next; with `is_ordered` after it."""

    parts: tuple[Pattern, ...]
    distance: int
    is_ordered: bool

    def find(self, page: PageText) -> list[Occurrence]:
        """Return the occurrences of all parts that belong to a whole chain."""
        rows = [part.find(page) for part in self.parts]
        for index in range(1, len(rows)):
            rows[index] = [
                o for o in rows[index] if self._touches(o, rows[index - 1], is_next=True)
            ]
        for index in range(len(rows) - 2, -1, -1):
            rows[index] = [
                o for o in rows[index] if self._touches(o, rows[index + 1], is_next=False)
            ]
        if not all(rows):
            return []
        return sorted({o for row in rows for o in row}, key=lambda o: (o.start, o.end))

    def _touches(self, one: Occurrence, others: list[Occurrence], *, is_next: bool) -> bool:
        """Tell whether an occurrence of the neighbouring part is near enough."""
        for other in others:
            left, right = (other, one) if is_next else (one, other)
            if 1 <= right.first - left.last <= self.distance:
                return True
            if not self.is_ordered and 1 <= left.first - right.last <= self.distance:
                return True
        return False
