"""Field values and where they come from: date spans, readings, evidence, conflicts.

Pure: no I/O.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "quarter", "half", "year"]
FieldName = Literal[
    "session", "date", "topic", "group", "keyword", "kind", "role", "special", "title", "published"
]
Place = Literal[
    "correction",
    "profile",
    "title",
    "heading",
    "first_lines",
    "text",
    "meta",
    "url",
    "file_name",
    "link_text",
    "list_entry",
    "neighbour",
    "inherited",
]
About = Literal["sitting", "previous", "published", "other"]

MISSING_YEAR = 4
"""Year of a date whose year is not said; a leap year, so that 29 February has a place."""


@dataclass(frozen=True, slots=True, order=True)
class DateSpan:
    """A civil date or an inclusive range of them, as precise as it was worded.

    `start` and `end` are inclusive; `end` is None for one day. A month, quarter, half or year
    spans from its first to its last day. Where the year is not said, both carry MISSING_YEAR.
    """

    start: date
    end: date | None = None
    precision: Precision = "day"

    @property
    def is_year_missing(self) -> bool:
        """Tell whether the wording left the year open."""
        return self.start.year == MISSING_YEAR


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value was read: the rule that gave it, the words, the place.

    `url` is the page the words stand on when it is not the document's own (a link's text, an
    overview's entry); `page` the 1-based page of a PDF.
    """

    rule: str
    raw: str
    place: Place
    url: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One value read from one place.

    `value` is an int for a session, a DateSpan for date and published, else text. `confidence`
    runs from 0 to 1 and orders readings of one document. `about` keeps what belongs to another
    sitting ("previous": its number or date is named on this page), to a publication stamp or
    letter head ("published"), or to something else ("other": deadlines, events, laws) apart from
    what belongs to this sitting.
    """

    field: FieldName
    value: int | str | DateSpan
    evidence: Evidence
    confidence: float
    about: About = "sitting"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Readings of one field that contradict each other; kept and reported, never dropped."""

    field: FieldName
    chosen: Reading
    others: tuple[Reading, ...]
