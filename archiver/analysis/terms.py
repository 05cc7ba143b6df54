"""What analysis gives: tokens and terms, with offsets into the original text. Pure: no I/O."""

from typing import NamedTuple


class Token(NamedTuple):
    """A word as written (NFC), with its (start, end) character offsets in the text."""

    text: str
    start: int
    end: int


class Term(NamedTuple):
    """What goes into an index field, with the offsets of the token it came from.

    `part_of` is the token as written when the term is only a part of it (a part of a compound,
    a piece of "Stadtteil-Kultur"), else None.
    """

    term: str
    start: int
    end: int
    part_of: str | None = None
