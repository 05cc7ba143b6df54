"""Read dates in file names and URLs, where hyphens and underscores part everything.

Only what such names add to plain wordings; a post's date in the path (/2017/03/15/) is told by
its rule. Pure: no I/O.
"""

import re
from datetime import date

from archiver.model import MISSING_YEAR, DateSpan, Place
from archiver.sites.periods import span_of
from archiver.sites.spotted import SpottedDate, century_of
from archiver.sites.vocabulary import MONTHS, any_of

POST_DATE = "post date in the path"

_POST = re.compile(
    r"/(?P<y>(?:19|20)\d\d)/(?P<m>0[1-9]|1[0-2])(?:/(?P<d>0[1-9]|[12]\d|3[01]))?(?=/)"
)
# In folders of events the path tells the event's day, not when a post was written.
_EVENTS = re.compile(
    r"/(?:sitzungs?|veranstaltungs)?-?(?:termine?|kalender|veranstaltung(?:en)?|events?|sitzung(?:en)?)$",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    r"(?<![0-9])(?P<y>(?:19|20)\d\d)(?P<s>[-_. ]?)(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![0-9])"
)
_DAY_FIRST = re.compile(
    r"(?<![0-9])(?P<d>\d{1,2})(?P<s>[-_. ]?)(?P<m>\d{1,2})(?P=s)(?P<y>(?:19|20)\d\d)(?![0-9])"
)
_SHORT = re.compile(
    r"(?<![0-9])(?<!\d[-_])(\d{1,2})(?P<s>[-_])(\d{1,2})(?P=s)(\d\d)(?![0-9]|[-_]\d)"
)
_SIX_DIGITS = re.compile(r"(?<![0-9a-zA-Z])(\d\d)(\d\d)(\d\d)(?![0-9])")
_WORDED = re.compile(
    rf"(?<![0-9])(?P<d>\d{{1,2}})[-_.]+(?P<m>{any_of(MONTHS)})[-_.]+(?P<y>(?:19|20)\d\d)(?![0-9])",
    re.IGNORECASE,
)
_YEAR_AND_MONTH = re.compile(
    r"(?<![0-9])(?P<y>(?:19|20)\d\d)[-_](?P<m>0[1-9]|1[0-2])(?![0-9]|[-_.]\d)"
)


# "buergerwerkstatt-vom-28-11": the year is not said
_NO_YEAR = re.compile(r"(?<=[-_](?:vom|den)[-_])(?P<d>\d{1,2})[-_](?P<m>\d{1,2})(?![0-9]|[-_]\d)")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find_path_dates(text: str, place: Place, *, today: date | None = None) -> list[SpottedDate]:
    """Find the dates of a file name or URL that plain wordings do not have.

    Four-digit years decide by their place. Two-digit ones: with hyphens the year comes first
    (`14-04-02`), with underscores the day (`26_1_17`), unless only the other order is possible.
    An impossible date (`2016-0-17`) is none, nor are its parts: it is left out.

    >>> [str(d.span.start) for d in find_path_dates("26-10-2023-sitzung-4380", "url")]
    ['2023-10-26']
    >>> [str(d.span.start) for d in find_path_dates("14-04-02.pdf", "file_name")]
    ['2014-04-02']
    >>> [str(d.span.start) for d in find_path_dates("26_1_17.pdf", "file_name")]
    ['2017-01-26']
    """
    found: list[SpottedDate] = []
    taken: list[tuple[int, int]] = []

    def add(match: re.Match[str], on: date | None, rule: str, end: int | None = None) -> None:
        span = (match.start(), match.end() if end is None else end)
        if any(start < span[1] and span[0] < stop for start, stop in taken):
            return
        taken.append(span)
        if on is not None:
            found.append(SpottedDate(*span, DateSpan(on), rule))

    if place == "url":
        for match in _POST.finditer(text):
            year, month = int(match["y"]), int(match["m"])
            if match["d"]:
                is_event = _EVENTS.search(text[: match.start()]) is not None
                rule = "day in the path" if is_event else POST_DATE
                add(match, _day(year, month, int(match["d"])), rule)
            else:
                taken.append(match.span())
                found.append(
                    SpottedDate(*match.span(), span_of(year, month, 1, "month"), POST_DATE)
                )
    for match in _YEAR_FIRST.finditer(text):
        if match["s"] == "" and len(match["m"] + match["d"]) < 4:
            continue
        add(match, _day(int(match["y"]), int(match["m"]), int(match["d"])), "year first")
    for match in _DAY_FIRST.finditer(text):
        if match["s"] == "" and len(match["m"] + match["d"]) < 4:
            continue
        add(match, _day(int(match["y"]), int(match["m"]), int(match["d"])), "day first")
    for match in _WORDED.finditer(text):
        add(match, _day(int(match["y"]), MONTHS[match["m"].lower()], int(match["d"])), "worded")
    for match in _SHORT.finditer(text):
        add(match, _short(match, today, year_first=match["s"] == "-"), "two-digit year")
    for match in _NO_YEAR.finditer(text):
        add(match, _day(MISSING_YEAR, int(match["m"]), int(match["d"])), "day without a year")
    for match in _SIX_DIGITS.finditer(text):
        on = _short(match, today, year_first=True)
        if on is not None and on.year >= 1990:
            add(match, on, "six digits")
    for match in _YEAR_AND_MONTH.finditer(text):
        if not any(start < match.end() and match.start() < stop for start, stop in taken):
            taken.append(match.span())
            span = span_of(int(match["y"]), int(match["m"]), 1, "month")
            found.append(SpottedDate(*match.span(), span, "year and month"))
    return found


def _short(match: re.Match[str], today: date | None, *, year_first: bool) -> date | None:
    """Read three short numbers in the likelier order, or in the other when only that is a date.

    A day later than five years from now is not one a sitting was held on.
    """
    numbers = [group for group in match.groups() if group and group.isdigit()]
    first, month, last = numbers
    for year, day in (
        ((first, last), (last, first)) if year_first else ((last, first), (first, last))
    ):
        if len(year) == 2:
            on = _day(century_of(year, today), int(month), int(day))
            if on is not None and on.year >= 1985:
                return on
    return None
