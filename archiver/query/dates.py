"""Dates as typed in a query: each atom is an interval of civil days.

`2011`, `2011-10`, `10.2011`, `2011-10-14`, `14.10.2011`, `Q4/2011`, `H1/2011`, `today`, `-30d`, and
between quotes or with points for blanks as people write it: `"14. Oktober 2011"`, `Okt.2011`.
`today` is an argument: no clock here. Pure: no I/O.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_DAY_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_DOTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_MONTH_ISO = re.compile(r"(\d{4})-(\d{1,2})")
_MONTH_DOTS = re.compile(r"(\d{1,2})[./](\d{4})")
_YEAR = re.compile(r"\d{4}")
_PART = re.compile(r"([QH])([1-4])[/-]?(\d{4})|(\d{4})[/-]?([QH])([1-4])", re.IGNORECASE)
_AGO = re.compile(r"-(\d{1,4})([dwmy])", re.IGNORECASE)
_WORDED = re.compile(r"(?:(\d{1,2})\.?\s*)?([^\W\d_]{3,9})[.\s]\s*(\d{4})")
_YEARS = re.compile(r"(\d{4})\s*[-–/]\s*(\d{4})")
_MONTHS = (
    ("januar", "january", "jänner"),
    ("februar", "february", "feber"),
    ("märz", "maerz", "march"),
    ("april",),
    ("mai", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("august",),
    ("september",),
    ("oktober", "october"),
    ("november",),
    ("dezember", "december"),
)
_SHORT_YEAR = re.compile(r"(\d{1,2}\.\d{1,2}\.)(\d{2})")
_SEASON = re.compile(r"(\d{2})(\d{2})\s*[-–/]\s*(\d{2})")
_WITHOUT_YEAR = re.compile(r"(?:(?:am|vom)\s+)?\d{1,2}\.\s*(?:\d{1,2}\.?|([^\W\d_]{3,9}))")
_WHOLE_DAY = r"\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d{1,2}-\d{1,2}"
_TWO_DAYS = re.compile(rf"({_WHOLE_DAY})\s*(?:-|–|bis)\s*({_WHOLE_DAY})")
_LISTED = re.compile(r"[\d.-]{4,10}(?:[,;/+][\d.-]{4,10})+")
_DAYS = {"today": 0, "heute": 0, "yesterday": -1, "gestern": -1, "tomorrow": 1, "morgen": 1}

FORMS = "2011, 2011-10, 2011-10-14, 14.10.2011, 10.2011, Q4/2011, heute, -30d"


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from `start` to `end`, inclusive; `is_ago` when worded as "-30d"."""

    start: date
    end: date
    is_ago: bool = False


def read_atom(text: str, today: date) -> Interval:
    """Return the interval an atom stands for; raise ValueError saying what is wrong.

    >>> day = date(2026, 3, 31)
    >>> read_atom("Q4/2011", day)
    Interval(start=datetime.date(2011, 10, 1), end=datetime.date(2011, 12, 31), is_ago=False)
    >>> read_atom("-1m", day).start
    datetime.date(2026, 2, 28)
    """
    low = text.casefold()
    if low in _DAYS:
        day = today + timedelta(days=_DAYS[low])
        return Interval(day, day)
    if match := _AGO.fullmatch(text):
        day = _ago(int(match[1]), match[2].lower(), today)
        return Interval(day, day, is_ago=True)
    if match := _DAY_ISO.fullmatch(text):
        day = _day(int(match[1]), int(match[2]), int(match[3]))
        return Interval(day, day)
    if match := _DAY_DOTS.fullmatch(text):
        day = _day(int(match[3]), int(match[2]), int(match[1]))
        return Interval(day, day)
    if match := _MONTH_ISO.fullmatch(text):
        return _months(int(match[1]), int(match[2]), 1)
    if match := _MONTH_DOTS.fullmatch(text):
        return _months(int(match[2]), int(match[1]), 1)
    if _YEAR.fullmatch(text):
        return _months(int(text), 1, 12)
    if match := _PART.fullmatch(text):
        letter, number, year = (
            (match[1], match[2], match[3]) if match[1] else (match[5], match[6], match[4])
        )
        if letter.upper() == "Q":
            return _months(int(year), 3 * int(number) - 2, 3)
        if number in "12":
            return _months(int(year), 6 * int(number) - 5, 6)
        raise ValueError(f"a year has no half {number}")
    if match := _WORDED.fullmatch(text):
        return _worded(match[1], match[2], int(match[3]))
    raise ValueError(_wrong(text) or f"a date is written like {FORMS}")


def _wrong(text: str) -> str | None:
    """Return what to write instead of a date that is worded in another way, None if unknown.

    >>> _wrong("14.10."), _wrong("2011/12")
    ('a day needs its year, as in 14.10.2011', 'write 2011-12 for the month, 2011..2012 for both')
    """
    if match := _YEARS.fullmatch(text) or _TWO_DAYS.fullmatch(text):
        return f"write a range as {match[1]}..{match[2]}"
    if match := _SHORT_YEAR.fullmatch(text):
        return f"write the year with four digits, as in {match[1]}20{match[2]}"
    if match := _SEASON.fullmatch(text):
        century, first, last = match.groups()
        months = f"write {century}{first}-{last} for the month, " if 1 <= int(last) <= 12 else ""
        return f"{months or 'write '}{century}{first}..{century}{last} for both"
    if (match := _WITHOUT_YEAR.fullmatch(text)) and (match[1] is None or _numbers(match[1])):
        return "a day needs its year, as in 14.10.2011"
    if len(_numbers(text)) == 1:
        return "a month needs its year, as in Oktober.2011"
    if _LISTED.fullmatch(text):
        return f"write several as ({' OR '.join(re.split('[,;/+]', text))})"
    return None


def _numbers(word: str) -> list[int]:
    """Return the months that a name, or its beginning, may stand for."""
    low = word.casefold()
    return [n for n, names in enumerate(_MONTHS, 1) if any(name.startswith(low) for name in names)]


def _worded(day: str | None, word: str, year: int) -> Interval:
    """Return the day or the month that is written with the month's name or its beginning."""
    numbers = _numbers(word)
    if len(numbers) != 1:
        raise ValueError(f"there is no month {word}")
    if day is None:
        return _months(year, numbers[0], 1)
    only = _day(year, numbers[0], int(day))
    return Interval(only, only)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("there is no such day in the calendar") from None


def _months(year: int, month: int, count: int) -> Interval:
    """Return `count` months from the first of `month`."""
    if not 1 <= month <= 12:
        raise ValueError("there is no such month")
    if year == 0:
        raise ValueError("there is no year 0")
    last = month + count - 1
    end = date(year, 12, 31) if last == 12 else date(year, last + 1, 1) - timedelta(days=1)
    return Interval(date(year, month, 1), end)


def _ago(count: int, unit: str, today: date) -> date:
    """Return the day `count` days, weeks, months or years before today, month ends kept."""
    try:
        if unit in "dw":
            return today - timedelta(days=count * (7 if unit == "w" else 1))
        months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
        span = _months(months // 12, months % 12 + 1, 1)
    except (OverflowError, ValueError):
        raise ValueError("that lies before the calendar begins") from None
    return min(date(span.start.year, span.start.month, min(today.day, span.end.day)), span.end)
