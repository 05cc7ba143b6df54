"""Judge the dates of one clue by one another: which is the letter head, which year is meant.

What one date says alone is judged in contexts.py. Pure: no I/O.
"""

import re
from collections.abc import Sequence

from archiver.model import About
from archiver.sites.contexts import SIGNED, Contexts
from archiver.sites.periods import span_of
from archiver.sites.sittings import find_sitting_words
from archiver.sites.spotted import SpottedDate, SpottedNumber
from archiver.sites.wording import COVER, cover_codes

_COUNTED_IN = re.compile(r"\d\s*/\s*(?P<year>(?:19|20)\d\d)$")

Judged = tuple[SpottedDate, About]


def judge_together(
    dates: Sequence[Judged], numbers: Sequence[tuple[SpottedNumber, About]], contexts: Contexts
) -> list[Judged]:
    """Judge the dates of one clue by one another: letter heads, and years of numbers.

    `dates` and `numbers` are those of the clue with what each is about, in order of place.
    """
    dates = _without_letter_heads(dates, numbers, contexts)
    return _with_years(dates, numbers, contexts.text)


def _without_letter_heads(
    dates: Sequence[Judged], numbers: Sequence[tuple[SpottedNumber, About]], contexts: Contexts
) -> list[Judged]:
    """Turn a date that ends a line above the sitting's own into a letter head.

    "Auenfurt      12.03.2014 / Niederschrift über die 25. Sitzung / am Dienstag, dem 25. Februar":
    a weekday, an hour, "am" or the sitting's number beside it tell which one is the sitting's.
    """
    if contexts.place not in ("first_lines", "heading", "text") or "\n" not in contexts.text:
        return list(dates)
    own = [number.start for number, about in numbers if about == "sitting"]
    sure: list[SpottedDate] = []
    for one, about in dates:
        before, after = contexts.around(one.start, one.end)
        is_beside = any(one.start - len(before) <= at < one.end + len(after) for at in own)
        is_led = re.search(r"(?:\b(?:am|vom|den|dem)|:)\s*$", before) is not None
        is_timed = COVER in cover_codes(contexts.text[one.start : one.end + 16])
        is_day = about == "sitting" and one.span.precision == "day"
        if is_day and (one.weekday is not None or is_beside or is_led or is_timed):
            sure.append(one)
    judged: list[Judged] = []
    for one, about in dates:
        line_end = contexts.text.find("\n", one.end)
        lead = contexts.text[contexts.text.rfind("\n", 0, one.start) + 1 : one.start]
        is_alone = line_end >= 0 and SIGNED.fullmatch(contexts.text, one.end, line_end) is not None
        is_head = about == "sitting" and is_alone and one not in sure and bool(sure)
        if is_head and one.start < sure[0].start and not find_sitting_words(lead):
            about = "published" if one.span.start != sure[0].span.start else about
        judged.append((one, about))
    return judged


def _with_years(
    dates: Sequence[Judged], numbers: Sequence[tuple[SpottedNumber, About]], text: str
) -> list[Judged]:
    """Add the year of a number within it: `Protokoll Nr. 2/2015`; not beside a day of that year."""
    days = {
        one.span.start.year
        for one, about in dates
        if about == "sitting" and one.span.precision == "day"
    }
    ends = {number.end for number, about in numbers if about == "sitting"}
    dates = [  # "1. Sitzung 2013 am 31. Januar 2013"
        (one, about)
        for one, about in dates
        if one.rule != "year" or one.span.start.year not in days or one.start - 1 not in ends
    ]
    found = []
    for number, about in numbers:
        year = _COUNTED_IN.search(text[number.start : number.end])
        if about != "sitting" or year is None or int(year["year"]) in days:
            continue
        start = number.start + year.start("year")
        span = span_of(int(year["year"]), 1, 12, "year")
        found.append((SpottedDate(start, number.end, span, "number's year"), about))
    return sorted([*dates, *found], key=lambda judged: judged[0].start)
