"""How well German compounds are split: precision and recall of places, on a labelled list of words.

The words of towns stand in data/compounds.txt, with a mark at each place where a word must or may
be split.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from archiver.analysis import Lexicon, fold, german_words
from archiver.analysis.compounds import cuts
from bench.floors import Found, Measure, digest_of

SECTION = "compounds"
WORDS = Path(__file__).parent / "data" / "compounds.txt"
_MARK = re.compile("([|·])")


class Word(NamedTuple):
    """A folded word, the places where it must be split and those where it may be."""

    text: str
    must: frozenset[int]
    may: frozenset[int]


def read_word(marked: str) -> Word:
    """Read a word with its marks.

    >>> read_word("Grün|flächen·amt")
    Word(text='gruenflaechenamt', must=frozenset({5}), may=frozenset({13}))
    """
    text = ""
    places: dict[str, set[int]] = {"|": set(), "·": set()}
    for piece in _MARK.split(marked):
        if piece in places:
            places[piece].add(len(text))
        else:
            text += fold(piece)
    return Word(text, frozenset(places["|"]), frozenset(places["·"]))


def words() -> list[Word]:
    """Read the labelled list."""
    lines = WORDS.read_text("utf-8").splitlines()
    return [read_word(line) for line in lines if line and not line.startswith("#")]


def measure() -> Iterator[Found]:
    """Yield the share of splits that are right, and of the places to split that are found."""
    lexicon = Lexicon.of(german_words())
    right = wrong = missed = 0
    more, less = [], []
    labelled = words()
    for word in labelled:
        found = set(cuts(word.text, lexicon))
        right += len(found & word.must)
        wrong += len(found - word.must - word.may)
        missed += len(word.must - found)
        if found - word.must - word.may:
            more.append(f"{word.text}: split at {sorted(found - word.must - word.may)}")
        if word.must - found:
            less.append(f"{word.text}: not split at {sorted(word.must - found)}")
    for what, score, failures in (
        ("precision", right / (right + wrong), more),
        ("recall", right / (right + missed), less),
    ):
        yield Measure(
            SECTION,
            "labelled list",
            what,
            score,
            digest_of(WORDS),
            peers=f"{len(labelled)} words",
            failures=tuple(failures),
        )
