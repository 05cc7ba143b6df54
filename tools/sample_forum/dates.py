"""Say dates as German records say them. Pure: no I/O, no clock."""

from datetime import date

__all__ = ["MONTHS", "WEEKDAYS", "dotted", "long", "weekday_long"]

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip


def dotted(day: date) -> str:
    """Write a date in figures.

    >>> dotted(date(2004, 3, 8))
    '08.03.2004'
    """
    return f"{day.day:02}.{day.month:02}.{day.year}"


def long(day: date) -> str:
    """Write a date with the month's name.

    >>> long(date(2004, 3, 8))
    '8. März 2004'
    """
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def weekday_long(day: date) -> str:
    """Write a date with weekday and month's name.

    >>> weekday_long(date(2011, 10, 14))
    'Freitag, 14. Oktober 2011'
    """
    return f"{WEEKDAYS[day.weekday()]}, {long(day)}"
