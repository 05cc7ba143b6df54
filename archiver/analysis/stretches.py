"""What stands between two blanks of a text, with the terms made of it: each made once and kept.

A corpus repeats its words, so pages are put together from such stretches (`spellings.chunks`), most
of them seen before. What is kept is emptied when it has grown large. Pure: no I/O.
"""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from archiver.analysis import pieces, spellings, tokens
from archiver.analysis.folding import fold
from archiver.analysis.terms import Term

Value = TypeVar("Value")

_LIMIT = 200_000
_PLACES_LIMIT = 50_000  # some 20 MB
STRETCH = re.compile(r"\S+")
"""A stretch of a text from `spellings.joined`."""

# What most stretches are: one word or number of common letters and digits, and signs around it that
# join nothing. The general way gives the same for it and takes five times as long.
_PLAIN = re.compile("[(\\[\"'„“‚‘»«–]*([0-9A-Za-zÀ-ÖØ-öø-ÿ]+)[.,;:!?)\\]\"'“”‘’«»…–]*")


class Kept(dict[str, Value]):
    """What is made of a stretch of text or of a word, made when first asked for."""

    def __init__(self, make: Callable[[str], Value], limit: int = _LIMIT) -> None:
        super().__init__()
        self.make = make
        self.limit = limit

    def __missing__(self, chunk: str) -> Value:
        if len(self) >= self.limit:
            self.clear()
        value = self[chunk] = self.make(chunk)
        return value


class Places(Kept[tuple[Term, ...]]):
    """Terms of a stretch of text with their offsets in it."""

    def __init__(self, make: Callable[[str], list[Term]]) -> None:
        super().__init__(lambda chunk: tuple(make(chunk)), _PLACES_LIMIT)

    def of(self, text: str) -> list[Term]:
        """Return the terms of a text; once blanks inside of tokens are closed, they lie within."""
        found: list[Term] = []
        for match in STRETCH.finditer(spellings.joined(text)):
            at = match.start()
            for term, start, end, part_of in self[match.group()]:
                found.append(Term(term, at + start, at + end, part_of))
        return found


def plain_word(chunk: str) -> str:
    """Return the folded word of a stretch of text that is one plain word, else "".

    >>> plain_word("(Straße)."), plain_word("Stadtteil-Kultur")
    ('strasse', '')
    """
    match = None if "In" in chunk else _PLAIN.fullmatch(chunk)  # BürgerInnen are two words
    return pieces.folded(match[1]) if match else ""


class Sieve(dict[str, tuple[Term, ...]]):
    """The wanted ones among the terms of a stretch of text, mostly none."""

    def __init__(self, places: Places, wanted: frozenset[str]) -> None:
        super().__init__()
        self.places = places
        self.wanted = wanted
        beginnings = {_letters(word)[:2] for word in wanted}
        beginnings |= {s for s, long in spellings.SHORT.items() if long[:2] in beginnings}
        self.beginning = re.compile("|".join(map(re.escape, sorted(beginnings))))
        self.without: set[str] = set()

    def __missing__(self, chunk: str) -> tuple[Term, ...]:
        terms: tuple[Term, ...] = ()
        if self.may_hold(chunk):
            terms = tuple(term for term in self.places.make(chunk) if term.term in self.wanted)
        if terms:
            self[chunk] = terms
        else:
            if len(self.without) >= _LIMIT:
                self.without.clear()
            self.without.add(chunk)
        return terms

    def may_hold(self, chunk: str) -> bool:
        """Tell whether a wanted stem can be in a stretch, without the cost of analysing it.

        Stemming changes endings and umlauts, never the first two letters otherwise; numbers and
        days have several spellings.
        """
        folded = fold(tokens.clean(chunk))
        letters = folded
        if not folded.isalpha():
            if any(c.isdigit() or c in spellings.SIGNS for c in folded):
                return True
            letters = _letters(folded)
        if self.beginning.search(letters):
            return True
        plain = letters.replace("ae", "a").replace("oe", "o").replace("ue", "u")
        return plain != letters and self.beginning.search(plain) is not None

    def of(self, text: str) -> list[Term]:
        """Return the wanted terms of a text in order, looking at each distinct stretch once."""
        text = spellings.joined(text)
        found: list[tuple[int, tuple[Term, ...]]] = []
        for chunk in set(text.split()) - self.without:
            if terms := self[chunk]:
                found += [(at, terms) for at in _stretches(text, chunk)]
        return [
            Term(term, at + start, at + end, part_of)
            for at, terms in sorted(found)
            for term, start, end, part_of in terms
        ]


def _letters(text: str) -> str:
    return text if text.isalnum() else "".join(filter(str.isalnum, text))


def _stretches(text: str, chunk: str) -> Iterator[int]:
    """Yield where a stretch stands in a text between blanks."""
    size = len(chunk)
    at = text.find(chunk)
    while at >= 0:
        end = at + size
        if (at == 0 or text[at - 1].isspace()) and (end == len(text) or text[end].isspace()):
            yield at
        at = text.find(chunk, end)
