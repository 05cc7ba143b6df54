"""Know a line whose day is a sitting's although no sitting's word stands in it: fields of forms.

Pure: no I/O.
"""

import re

from archiver.model import Place
from archiver.sites.spotted import SpottedDate

# A form's field for the day: "Sitzungstermin: Mittwoch, 6. Dezember"
_DATE_FIELD = re.compile(
    r"(?:^|\n|\s)(?:Datum(?:\s*/\s*(?:Uhrzeit|Zeit))?|Termin|Tag|Wann|Sitzungs(?:termin|datum|tag))\s*:\s*$"
)
# "Mittwoch, 17. Juni 2009, 19 Uhr, Mehrzweckhalle": a line that tells when and where to meet
_HOUR_BEHIND = re.compile(
    r"[\s,|/–-]*(?:(?:um|ab|von)\s)?(?:ca\.\s)?\d{1,2}(?:[.:]\d\d)?\s?(?:Uhr|[–-])"
)
_APPOINTMENT_LINES = 6
# A line that names the paper by its day: "Protokoll vom 04.02.14"
_PAPER_OF_DAY = re.compile(
    r"(?:^|\n)\W*(?:[^\W\d_]+-?)?(?:Protokoll|Niederschrift)\s+(?:vom|v\.)\s*$", re.IGNORECASE
)


def is_days_line(text: str, place: Place, spotted: SpottedDate, before: str) -> bool:
    """Tell whether a day stands in a form's field, alone behind a paper's word, or with an hour.

    `before` are the words of the same sentence in front of the day.

    >>> from datetime import date
    >>> from archiver.model import DateSpan
    >>> day = SpottedDate(0, 24, DateSpan(date(2009, 6, 17)), "day", weekday=2)
    >>> is_days_line("Mittwoch, 17. Juni 2009, 19 Uhr, Turnhalle", "first_lines", day, "")
    True
    """
    if _DATE_FIELD.search(before) is not None or _names_paper(text, spotted):
        return True
    return place == "first_lines" and _is_appointment(text, spotted)


def _names_paper(text: str, spotted: SpottedDate) -> bool:
    """Tell whether a line holds nothing but a paper's word and its day."""
    rest = text[spotted.end :].partition("\n")[0].strip(" .")
    lead = text[max(0, spotted.start - 60) : spotted.start]
    return (not rest or rest[0] in ",(") and _PAPER_OF_DAY.search(lead) is not None


def _is_appointment(text: str, spotted: SpottedDate) -> bool:
    """Tell whether one of the first lines begins with a day and the hour behind it."""
    if spotted.weekday is None or text.count("\n", 0, spotted.start) >= _APPOINTMENT_LINES:
        return False
    lead = text[text.rfind("\n", 0, spotted.start) + 1 : spotted.start].strip(" •·*–-")
    is_led = lead.lower() in ("", "am", "wann:", "termin:", "zeit:", "zeitpunkt:")
    return is_led and _HOUR_BEHIND.match(text, spotted.end) is not None
