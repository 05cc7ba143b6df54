"""Words of the index: completion, wildcards, fuzzy words, did-you-mean. Pure: no I/O.

Works on all terms of `exact` as one text, a term a line, in order, so that the scanning is done
by regular expressions and not word by word.
"""

import re
from array import array
from collections.abc import Iterator
from itertools import pairwise

MAX_EXPANSIONS = 1_000
_FEW = 4  # question marks that may each stand for two letters
_SUGGESTIONS = 3


class Vocabulary:
    """The terms of a generation, each with its number of pages.

    >>> words = Vocabulary("kultur\\nkulturen\\nverkehr", array("I", (7, 2, 5)))
    >>> list(words.with_prefix("kultur"))
    [('kultur', 7), ('kulturen', 2)]
    >>> words.like("*er?")
    []
    >>> words.like("*hr"), words.near("kulter", 1), words.suggest("verkeer")
    (['verkehr'], ['kultur'], ['verkehr'])
    """

    def __init__(self, words: str, counts: "array[int]") -> None:
        self._words = words
        self._counts = counts
        self._list: list[str] | None = None

    @property
    def terms(self) -> list[str]:
        """All terms, ascending."""
        if self._list is None:
            self._list = self._words.split("\n") if self._words else []
        return self._list

    @property
    def size(self) -> int:
        """Number of letters of all terms: what each pattern costs."""
        return len(self._words)

    def count(self, term: str) -> int:
        """Return the number of pages of a term, 0 when it is unknown."""
        place = self._place(term)
        terms = self.terms
        return self._counts[place] if place < len(terms) and terms[place] == term else 0

    def with_prefix(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield terms that begin so, with their numbers of pages, ascending."""
        terms = self.terms
        for place in range(self._place(prefix), len(terms)):
            if not terms[place].startswith(prefix):
                return
            yield terms[place], self._counts[place]

    def like(self, pattern: str) -> list[str]:
        """Return the terms that a pattern matches: `*` any characters, `?` one."""
        return re.findall(f"(?m)^{wildcard(pattern)}$", self._words) if self._words else []

    def near(self, word: str, distance: int) -> list[str]:
        """Return the terms at most so many edits away, nearest and most frequent first."""
        found = []
        for term, edits in self._candidates(word, distance):
            found.append((edits, -self.count(term), term))
        return [term for _, _, term in sorted(found)]

    def suggest(self, word: str) -> list[str]:
        """Return at most three known terms that may have been meant by an unknown word."""
        if len(word) < 4:
            return []
        distance = 1 if len(word) < 7 else 2
        return [term for term in self.near(word, distance) if term != word][:_SUGGESTIONS]

    def _place(self, term: str) -> int:
        terms = self.terms
        low, high = 0, len(terms)
        while low < high:
            middle = (low + high) // 2
            if terms[middle] < term:
                low = middle + 1
            else:
                high = middle
        return low

    def _candidates(self, word: str, distance: int) -> Iterator[tuple[str, int]]:
        """Yield terms within the distance; a regular expression finds those worth measuring.

        Of `distance` + 1 pieces of the word one at least stays untouched, and near its place.
        """
        size = len(word)
        pieces = distance + 1
        if size < pieces:
            return
        bounds = [size * i // pieces for i in range(pieces + 1)]
        choices = []
        for start, end in pairwise(bounds):
            before = f".{{{max(0, start - distance)},{start + distance}}}"
            choices.append(f"{before}{re.escape(word[start:end])}.*")
        length = f"(?=.{{{max(1, size - distance)},{size + distance}}}$)"
        for term in re.findall(f"(?m)^{length}(?:{'|'.join(choices)})$", self._words):
            edits = edit_distance(word, term, distance)
            if edits <= distance:
                yield term, edits


def wildcard(pattern: str) -> str:
    """Return the regular expression of a pattern: `*` any characters, `?` one, on one line.

    An umlaut and ß are one, though they are folded to two letters: "m?ller" is to find Müller.
    Not in patterns of many, where each could be taken in either way.

    Each piece between stars is taken at its first place and never elsewhere (atomic groups), which
    suffices for stars and keeps hostile patterns linear.

    >>> wildcard("kult*"), wildcard("*b?u*")
    ('kult.*', '(?>.*?b(?:[aou]e|ss|.)u).*')
    """
    one = "(?:[aou]e|ss|.)" if pattern.count("?") <= _FEW else "."
    pieces = [
        "".join(one if c == "?" else re.escape(c) for c in piece) for piece in pattern.split("*")
    ]
    if len(pieces) == 1:
        return pieces[0]
    inner = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1] if piece)
    return f"{pieces[0]}{inner}.*{pieces[-1]}"


def edit_distance(left: str, right: str, limit: int) -> int:
    """Return the number of insertions, deletions, replacements and swaps of neighbours.

    Anything above `limit` may come back as `limit` + 1 (Damerau–Levenshtein, optimal alignment).

    >>> edit_distance("verkehr", "verkher", 2), edit_distance("haus", "maus", 2)
    (1, 1)
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        earlier, before = before, row
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and (not before or min(before) > limit):
            return limit + 1
    return row[-1]
