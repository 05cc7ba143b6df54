"""What the finders spot in a text: a stretch, its meaning, the rule that saw it. Pure: no I/O."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from archiver.model import DateSpan

HIGHEST = 999  # no body of this kind has met more often within one count
TWO_NUMBERS = "two numbers after"  # rule: the second is no year
UNDER_TITLE = "day under the title"  # rule: news are published then, sittings are held


@dataclass(frozen=True, slots=True)
class SpottedDate:
    """A date in a text: `start` and `end` are offsets; `weekday` (Monday 0) if it was worded."""

    start: int
    end: int
    span: DateSpan
    rule: str
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class SpottedNumber:
    """A session's number in a text, beside the sitting's word that ends at `noun_end`.

    `strength` from 0 to 1 says how surely the wording names a session. `noun_end` is the end of
    the whole phrase, `start` its beginning (number or noun, whichever comes first).
    """

    start: int
    end: int
    number: int
    rule: str
    strength: float


def spot_numbers(
    start: int, end: int, numbers: Sequence[int], rule: str, strength: float
) -> Iterator[SpottedNumber]:
    """Yield the numbers of one phrase that a sitting can have.

    >>> [one.number for one in spot_numbers(0, 9, [0, 7, 2011], "ordinal before", 0.9)]
    [7]
    """
    for number in numbers:
        if 1 <= number <= HIGHEST:
            yield SpottedNumber(start, end, number, rule, strength)


def century_of(year: str, today: date | None) -> int:
    """Return a four-digit year; of two digits the one that is at most five years ahead.

    >>> century_of("89", date(2026, 1, 1)), century_of("15", None), century_of("2004", None)
    (1989, 2015, 2004)
    """
    if len(year) > 2:
        return int(year)
    ahead = (today.year if today else 2030) % 100 + 5
    return int(year) + (2000 if int(year) <= ahead else 1900)


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """A topic as literal text, with the rule that found it and how sure that is (0 to 1)."""

    text: str
    rule: str
    strength: float
