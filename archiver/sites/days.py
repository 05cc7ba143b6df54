"""Judge numbers and dates of one clue by one another: which sitting, letter head, year is meant.

What one number or date says alone is judged in contexts.py. Pure: no I/O.
"""

import re
from collections.abc import Sequence

from archiver.model import About
from archiver.sites.contexts import Contexts
from archiver.sites.periods import span_of
from archiver.sites.sittings import find_sitting_words
from archiver.sites.spotted import TWO_NUMBERS, SpottedDate, SpottedNumber, century_of
from archiver.sites.surroundings import SIGNED
from archiver.sites.wording import COVER, cover_codes

_COUNTED_IN = re.compile(r"\d\s*/\s*(?P<year>(?:19|20)?\d\d)$")

# "Aufgaben aus der 22. Sitzung", beside the number of this sitting
_TAKEN_FROM = re.compile(
    r"(?<!Bericht )(?<!Berichte )\b(?:aus|seit|nach|gegenüber) (?:de[rmn]) (?:[a-zäöüß]+ )?$"
)
# "Die 8. Runde folgt am …", "Es folgt die 8. Runde": in a sentence after this sitting's
_FOLLOWS = re.compile(
    r"\s*(?:\([^)\n]*\)\s*)?(?:folgt|schließt sich|(?:ist|sind|wird|findet)\b[^\n]{0,60}?"
    r"\b(?:geplant|vorgesehen|angesetzt|anberaumt|stattfinden|statt|beginnen)\b)"
)
_FOLLOWED = re.compile(r"\bfolgt (?:dann )?(?:am [^,\n]{4,24} )?(?:der|die|das)\s+$")
_OF_NUMBER = re.compile(r"[\s,(–-]*(?:(?:am|vom)\s+)?")

_MANY = 3
_IN_A_ROW = re.compile(r"\s*(?:,|;|/|·|und|sowie|und am|sowie am|, am)\s*")

Judged = tuple[SpottedDate, About]
JudgedNumber = tuple[SpottedNumber, About]


def judge_numbers(numbers: Sequence[JudgedNumber], contexts: Contexts) -> list[JudgedNumber]:
    """Tell the sittings that one clue only refers to from the one that it is about.

    Where a clue names several, the one that something is taken from, and one announced in a
    later sentence, are others'. `numbers` have what each says alone, in order of place.

    >>> text = "Protokoll 9. Sitzung (Punkte aus der 8. Sitzung)"
    >>> both = [(SpottedNumber(*at, "ordinal before", 0.9), "sitting")
    ...         for at in ((10, 20, 9), (37, 47, 8))]
    >>> [(one.number, about) for one, about in judge_numbers(both, Contexts.of(text, "title"))]
    [(9, 'sitting'), (8, 'previous')]
    """
    own = [one for one, about in numbers if about == "sitting"]
    if len({one.number for one in own}) < 2:
        return list(numbers)
    others = [one for one in own if _is_referred_to(one, own[0], contexts)]
    if len(others) == len(own):
        return list(numbers)
    return [(one, "previous" if one in others else about) for one, about in numbers]


def _is_referred_to(one: SpottedNumber, first: SpottedNumber, contexts: Contexts) -> bool:
    before, after = contexts.around(one.start, one.end)
    if _TAKEN_FROM.search(before):
        return True
    is_later = one.start - len(before) > first.end  # in a sentence of its own
    return is_later and bool(_FOLLOWS.match(after) or _FOLLOWED.search(before))


def number_beside(
    date: SpottedDate, numbers: Sequence[JudgedNumber], text: str
) -> tuple[SpottedNumber, About] | None:
    """Return the number that a date stands directly behind: `8. Forum (7.3.2011)`, or None."""
    for number, about in numbers:
        if number.end <= date.start and _OF_NUMBER.fullmatch(text, number.end, date.start):
            return number, about
    return None


def judge_together(
    dates: Sequence[Judged], numbers: Sequence[tuple[SpottedNumber, About]], contexts: Contexts
) -> list[Judged]:
    """Judge the dates of one clue by one another: letter heads, and years of numbers.

    `dates` and `numbers` are those of the clue with what each is about, in order of place.
    """
    if contexts.place == "first_lines":
        dates = _without_lists(dates, contexts.text)
    dates = _without_letter_heads(dates, numbers, contexts)
    return _with_years(dates, numbers, contexts.text)


def _without_lists(dates: Sequence[Judged], text: str) -> list[Judged]:
    """Turn three days and more in a row into others' days: "Termine: 20. Mai, 15. Juli und 2. Mai".

    A year's sittings are told so in reports and invitations; the paper's own day stands alone.
    """
    rows: list[list[SpottedDate]] = []
    for one, _ in dates:
        if one.span.precision != "day":
            continue
        if rows and _IN_A_ROW.fullmatch(text, rows[-1][-1].end, one.start):
            rows[-1].append(one)
        else:
            rows.append([one])
    listed = {one for row in rows if len(row) >= _MANY for one in row}
    return [
        (one, "other" if one in listed and about == "sitting" else about) for one, about in dates
    ]


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
        is_led = re.search(r"(?:\b(?:[Aa]m|[Vv]om|den|dem)|:)\s*$", before) is not None
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
        is_counted = number.rule != TWO_NUMBERS
        year = _COUNTED_IN.search(text[number.start : number.end]) if is_counted else None
        if about != "sitting" or year is None or century_of(year["year"], None) in days:
            continue
        start = number.start + year.start("year")
        span = span_of(century_of(year["year"], None), 1, 12, "year")
        found.append((SpottedDate(start, number.end, span, "number's year"), about))
    return sorted([*dates, *found], key=lambda judged: judged[0].start)
