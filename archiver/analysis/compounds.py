"""Split German compounds into known words, or leave them whole.

A word is split only when known words and linking elements cover all of it: a part is never taken
from inside a word that is not covered whole, so "gut" does not lie in "Gütersloh". Words are
folded. Pure: no I/O; the lexicon is given.
"""

from typing import Protocol


class Words(Protocol):
    """A set of known words, folded."""

    def __contains__(self, word: str, /) -> bool: ...


def split(word: str, lexicon: Words) -> list[str]:
    """Return the parts of a compound in order, at least two, or [] when it is no compound."""
    return []


def all_parts(word: str, lexicon: Words) -> list[str]:
    """Return the parts of a compound, and the parts of parts that are compounds themselves."""
    return []
