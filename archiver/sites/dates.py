"""Read civil dates and ranges of them in German wordings, each as precise as it is worded.

Says which stretches of a text are dates and what they mean, not whose date it is (contexts.py).
Months, quarters, halves and years stand in periods.py, dates of file names and URLs in
paths.py. Pure: no I/O.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from archiver.model import MISSING_YEAR, DateSpan, Place
from archiver.sites.figures import ordinal_of, roman_of
from archiver.sites.paths import find_path_dates
from archiver.sites.periods import find_periods
from archiver.sites.spotted import SpottedDate, century_of
from archiver.sites.vocabulary import MONTH, MONTHS, WEEKDAY, WEEKDAYS
from archiver.sites.wording import COVER, cover, cover_codes, is_path

_NOT_IN_NUMBER = r"(?<![\d§])(?<![\d.][.:])(?<!\d[,/–-])"
_CONNECTOR = (
    r"\s*(?:,?\s*(?:und|sowie|oder|bzw\.|bis(?:\s+(?:zum|einschließlich|einschl\.|inkl\.))*)"
    r"|-|–|/|,|&|\+)\s*"
)
_WEEKDAY = rf"(?:\b(?P<weekday>{WEEKDAY})\.?,?\s*(?:(?:den|dem|d\.|der)\s*)?)?"
_WORDED_YEAR = (
    r"(?:,?\s*(?P<year>\d{4}(?!\d)|[´’'`]\d\d(?!\d)|(?<!\n)\d\d(?![\d.:]*\d|\s?(?:Uhr|%|€|"
    rf"{COVER})|\.?\s?{MONTH})))?"
)
_ITEM = re.compile(
    r"(?=\d|\b[mdfs][oira])" + _WEEKDAY + r"(?:"  # the same, only sooner
    # 27. April 09, 12 November 2024, 12. Aug. 2014, 25. März, 23ten Oktober
    rf"(?<![\d.,:])(?P<day>0?[1-9]|[12]\d|3[01])(?:\s?\.|s?te[nrsm]?(?=\s))?\s?(?P<month>{MONTH})"
    + _WORDED_YEAR
    # 26.VI.1994, 3. V. 09
    + r"|(?<![\d.,])(?P<day6>\d{1,2})\s?\.\s?(?P<month6>(?-i:[IVX]{1,4}))\s?\.\s?"
    r"(?P<year6>\d{4}|\d\d)(?![\d]|[.,]\d)"
    # 14.10.2011, 24. 7. 2000, 26.03.15, 10.10.201 (cut)
    r"|(?P<day2>(?<!\d)(?<!\d[.,])\d{1,2})\s?\.\s?(?P<month2>\d{1,2})"
    r"(?:\s?\.\s?(?P<year2>\d{4}|[´’'`]?\d\d|\d{3})(?![\d]|[.,]\d)|\s?\.(?![\d]|\s\d\d\d?(?:\D|$)|\s\d+\.))"
    # 26.4 without the last dot, only after a date word
    r"|(?<=\bam )(?P<day3>\d{1,2})\.(?P<month3>\d{1,2})(?![\d.:]|\s?(?:%|€))"
    # 27. (of "27.-30. Mai"): a bare day, only before another item
    rf"|(?<![\d.,#])(?P<day4>0?[1-9]|[12]\d|3[01])\s?\.(?={_CONNECTOR}(?:{WEEKDAY},?\s*)?\d{{1,2}}\s?\.)"
    r"|(?<![\d.,#])(?P<day5>0?[1-9]|[12]\d|3[01])(?=(?:[-–/]|\s?bis\s)(?:[12]\d|3[01]|0?[1-9])\s?\."
    rf"\s?(?:{MONTH}|\d{{1,2}}\.))"
    r")",
    re.IGNORECASE,
)
# "am ersten Juli 2005"
_SPELLED = re.compile(
    rf"\b(?:am|vom|zum|de[nmr]|bis)\s(?P<day>[^\W\d_]{{3,24}}te[nr]?)\s(?P<month>{MONTH})(?!-)"
    + _WORDED_YEAR,
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_CONNECTING = re.compile(_CONNECTOR, re.IGNORECASE)
_FIXED = re.compile(
    r"(?=\d)(?:(?<![\w./-])(?:"
    r"(?P<y>(?:19|20)\d\d)(?P<s>[-/])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d/-])"
    r"|(?P<d2>\d{1,2})/(?P<m2>\d{1,2})/(?P<y2>(?:19|20)\d\d|\d\d)(?![\d/])"
    r"|(?P<d3>\d{1,2})-(?P<m3>\d{1,2})-(?P<y3>(?:19|20)\d\d)(?![\d-]))"
    r"|(?<=[A-Za-z]\.)(?P<y4>(?:19|20)\d\d)-(?P<m4>\d\d)-(?P<d4>\d\d)(?![\d-]))"
)
_DATE_WORD = re.compile(
    rf"(?:\b(?:am|vom|v\.|den|dem|zum|bis|ab|seit|von|datum|termine?|stand|wann|aktualisiert|erstellt|"
    rf"geändert|veröffentlicht|{WEEKDAY})"
    r"|(?:sitzung|forum|runde|versammlung|treffen|protokoll|niederschrift|einladung)(?:en|s)?"
    r"|\b(?:19|20)\d\d(?=[:\n]))"
    r"[\s.:,(]*$",
    re.IGNORECASE,
)
_CODE_WORD = re.compile(
    r"(?:\b(?:TOP|Punkt|Ziffer|Ziff\.?|Kapitel|Kap\.|Abschnitt|Abs\.|Nr\.?|Nummer|Abb\.?|Tab\.?|"
    r"Abbildung|Tabelle|Seite|S\.|Teil|Version|Anlage|Art\.|Artikel|DIN|v)|§)\s*:?\s*$",
    re.IGNORECASE,
)
_LEADS = re.compile(r"\s*[:\n]\s*(?:jeweils\s+)?(?:(?:am|vom|den)\s+)?")
_LEADS_ENTRY = re.compile(r"[\s·:|,–-]+(?:\d{1,3}\.?\s+)?(?:(?:am|vom|den)\s+)?")
_HOUR_AFTER = re.compile(rf"[\s,|–-]*(?:um|ab|von|gegen)?\s?{COVER}")
# "14.10. bis 16.10.", "14.10. d. J.": a day without its year may stand alone like this
_DAY_ALONE = re.compile(
    r"\s*(?:$|(?:d\.\s?J\.|dieses Jahres)|"
    rf"{_CONNECTOR}(?:{WEEKDAY},?\s*)?\d{{1,2}}\s?\.\s?\d{{1,2}}\.)"
)
# "3 14.05. Neue Wege", with the year of the list in front: a row begins with its number
_ROW_LEAD = re.compile(r"\W*(?:(?:19|20)\d\d\W+)?(?:\d{1,3}\.?\s+)?")
_BEGINS_SECTION = re.compile(r"\s*[A-ZÄÖÜ][a-zäöüß]")


@dataclass(slots=True)
class _Item:
    """One day of a list of days, as far as it is worded; None where a later one completes it."""

    start: int
    end: int
    day: int
    month: int | None
    year: int | None
    weekday: str | None
    is_short: bool = False  # two-digit year or none, digits only: needs a date word


def find_dates(
    text: str, place: Place = "text", *, today: date | None = None
) -> tuple[SpottedDate, ...]:
    """Find every date of a tidied text, in order of place.

    Clock times, sizes, paragraphs and paper numbers are none; an impossible date is left out
    together with its parts. Where the year is not said, the span carries MISSING_YEAR.

    >>> [str(found.span.start) for found in find_dates("am 16.5.2019 um 16.30 Uhr")]
    ['2019-05-16']
    >>> [(found.span.start.day, found.span.end) for found in find_dates("5. bis 8. April 2011")]
    [(5, datetime.date(2011, 4, 8))]
    """
    covered = cover_codes(text)
    found: list[SpottedDate] = []
    if is_path(place):
        found += find_path_dates(covered, place, today=today)
        covered = cover(covered, tuple((one.start, one.end) for one in found))
    seen: list[tuple[int, int]] = []
    for one, span in _find_fixed(covered, today):
        seen.append(span)
        if one is not None:
            found.append(one)
    covered = cover(covered, tuple(seen))
    items = sorted(_find_items(covered, place, today), key=lambda item: item.start)
    covered = cover(covered, tuple((item.start, item.end) for item in items))
    for group in _grouped(items, covered):
        found += _spans_of(group, covered)
    # "Protokoll_Juni_2014": the underscore parts words in names of files
    words = covered.replace("_", " ") if is_path(place) else covered
    found += find_periods(words, place, today=today)
    return tuple(_with_leading_year(sorted(found, key=lambda one: one.start), text, place))


def _with_leading_year(
    found: Sequence[SpottedDate], text: str, place: Place
) -> Iterator[SpottedDate]:
    """Give days the year in front of them: "Termine 2012: 14. Februar, 20. März".

    A list's entry may begin with the year of its heading and its own number: "2012 · 3 20.03.".
    """
    leading: int | None = None
    for at, one in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else None
        if one.rule == "year" and following is not None and following.span.is_year_missing:
            begins_entry = place == "list_entry" and not text[: one.start].strip(" ·|")
            leads = _LEADS_ENTRY if begins_entry else _LEADS
            if leads.fullmatch(text, one.end, following.start):
                leading = one.span.start.year
                continue  # it is part of each of the days
        elif not one.span.is_year_missing:
            leading = None
        span = _in_year(one.span, leading) if leading and one.span.is_year_missing else None
        yield replace(one, span=span) if span else one


def _find_fixed(
    text: str, today: date | None
) -> Iterator[tuple[SpottedDate | None, tuple[int, int]]]:
    """Find ISO dates and those with slashes or hyphens (day first, as in German)."""
    for match in _FIXED.finditer(text):
        parts = match.groupdict()
        for suffix, rule in (
            ("", "iso date"),
            ("2", "slashes"),
            ("3", "hyphens"),
            ("4", "iso date"),
        ):
            year = parts["y" + suffix]
            if year is None:
                continue
            if (
                suffix == "2"
                and len(year) == 2
                and not _DATE_WORD.search(text[max(0, match.start() - 40) : match.start()])
            ):
                yield None, match.span()
                continue
            on = civil_date(
                century_of(year, today), int(parts["m" + suffix]), int(parts["d" + suffix])
            )
            spotted = on and SpottedDate(match.start(), match.end(), DateSpan(on), rule)
            yield spotted or None, match.span()


def _find_items(text: str, place: Place, today: date | None) -> Iterator[_Item]:
    for match in _SPELLED.finditer(text) if "te" in text else ():
        day = ordinal_of(match["day"])
        if day is not None:
            month = MONTHS[match["month"].rstrip(".").lower()]
            year = _year_of(match["year"], today) or MISSING_YEAR
            yield _Item(match.start("day"), match.end(), day, month, year, None)
    for match in _ITEM.finditer(text) if _DIGIT.search(text) else ():
        item = _read_item(match, today)
        if item.is_short and not _is_date_here(text, match, place):
            continue
        yield item


def _read_item(match: re.Match[str], today: date | None) -> _Item:
    parts = match.groupdict()
    key = next(k for k in ("", "2", "3", "4", "5", "6") if parts["day" + k])
    worded, digits = parts["month"], parts["month2"] or parts["month3"]
    month = MONTHS[worded.rstrip(".").lower()] if worded else None
    month = int(digits) if digits else roman_of(parts["month6"] or "") or month
    year_text = parts.get("year" + key) or ""
    year = _year_of(year_text, today)
    short = bool(digits) and len(year_text) in (0, 2)
    if year is None and month is not None:
        year = MISSING_YEAR
    day = int(parts["day" + key])
    return _Item(match.start(), match.end(), day, month, year, parts["weekday"], short)


def _year_of(worded: str | None, today: date | None) -> int | None:
    """Return the year of "2011", "11" or "’11"; None of nothing and of one cut short: "201"."""
    digits = (worded or "").lstrip("´’'`")
    return century_of(digits, today) if len(digits) in (2, 4) else None


def _is_date_here(text: str, match: re.Match[str], place: Place) -> bool:
    """Tell whether `26.03.15` or `28.11.` is a date here, not a code or a section's number."""
    if match["weekday"] or match["day3"]:
        return True
    before = text[max(0, match.start() - 40) : match.start()]
    after = text[match.end() : match.end() + 20]
    if _CODE_WORD.search(before):
        return False
    if _DATE_WORD.search(before):
        return True
    if re.search(_CONNECTOR + r"$", before) and re.search(r"\d\.\s*\S{1,5}\s*$", before):
        return True  # a member of a list; an unread first member does not help it
    is_row = place == "list_entry" and _ROW_LEAD.fullmatch(before) is not None
    begins = (
        not before.strip(" \n")
        or is_row
        or before.rstrip(" ").endswith(("\n", "(", "|", "–", "-", ",", "_", "·"))
    )
    is_padded = len(match["day2"]) == 2 and (match["day2"][0] == "0" or int(match["day2"]) > 12)
    if begins and is_padded and place == "text" and _DAY_ALONE.match(after):
        return True
    if not begins or (place == "text" and match["year2"] is None):
        connects = re.match(_CONNECTOR + r"(?:\d{1,2}\s?\.\s?){2}(?:\d{4}|\d\d(?!\d))", after)
        return connects is not None
    if place == "text":
        return _HOUR_AFTER.match(after) is not None or not after.strip()
    two_digit_year = match["year2"] is not None
    is_padded = is_padded or len(match["day2"]) == len(match["month2"]) == 2  # "11.12. Markt"
    return two_digit_year or is_padded or not _BEGINS_SECTION.match(after)


def _grouped(items: Sequence[_Item], text: str) -> Iterator[list[_Item]]:
    """Put items together that a connector joins."""
    group: list[_Item] = []
    for item in items:
        if group and not _CONNECTING.fullmatch(text[group[-1].end : item.start]):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _spans_of(group: Sequence[_Item], text: str) -> Iterator[SpottedDate]:
    """Complete the items from right to left and join ranges and consecutive days."""
    days: list[tuple[_Item, date]] = []
    month: int | None = None
    year: int | None = None
    for item in reversed(group):
        month = item.month or month
        if item.month and item.year == MISSING_YEAR and year and year != MISSING_YEAR and days:
            # "28. Dezember bis 3. Januar 2012" begins in the year before
            item.year = year - (days[-1][1].month < item.month)
        elif item.year:
            year = item.year
        on = civil_date(item.year or year, month, item.day)
        if on is None:
            continue
        days.append((item, on))
    days.reverse()
    at = 0
    while at < len(days):
        first, on = days[at]
        last, until = first, None
        while at + 1 < len(days):
            following, next_on = days[at + 1]
            link = text[last.end : following.start].strip(" ,\n").lower()
            consecutive = (next_on - (until or on)).days == 1
            if not (consecutive or link.startswith(("bis", "-", "–"))):
                break
            if next_on < on and next_on.year != MISSING_YEAR:
                break
            last, until = following, next_on
            at += 1
        rule = "day" if until is None else "range of days"
        yield SpottedDate(
            first.start,
            last.end,
            DateSpan(on, until),
            rule,
            weekday=WEEKDAYS.get((first.weekday or "").lower().rstrip(".")),
        )
        at += 1


def civil_date(year: int | None, month: int | None, day: int | None) -> date | None:
    """Return the date, or None when there is no such day.

    >>> civil_date(2016, 0, 17), civil_date(2015, 2, 29)
    (None, None)
    """
    try:
        return date(year or MISSING_YEAR, month or 0, day or 0)
    except ValueError:
        return None


def complete_year(
    span: DateSpan, context: Sequence[DateSpan], *, weekday: int | None = None
) -> DateSpan | None:
    """Give a span whose year is not said the year its surroundings suggest, or return None.

    `context` lists dates of the surroundings, the most trusted first: of the URL, the list's
    heading, the post, neighbouring sittings. One that spans months must contain the day; from a
    single day the nearest year is taken. `weekday` (Monday 0), if worded, must fit; a year it
    rules out is passed over.

    >>> complete_year(DateSpan(date(MISSING_YEAR, 11, 28)), [DateSpan(date(2015, 12, 3))])
    DateSpan(start=datetime.date(2015, 11, 28), end=None, precision='day')
    """
    if not span.is_year_missing:
        return span
    for known in context:
        if known.is_year_missing:
            continue
        for year in _years_near(span, known):
            whole = _in_year(span, year)
            if whole and (weekday is None or whole.start.weekday() == weekday):
                return whole
    return None


def _years_near(span: DateSpan, known: DateSpan) -> list[int]:
    """Return the years the span may lie in by a known date, likely first."""
    until = known.end or known.start
    if known.precision != "day" or (until - known.start).days > 180:
        years = range(known.start.year, min(until.year, known.start.year + 12) + 1)
        fitting = []
        for year in years:
            whole = _in_year(span, year)
            if whole and whole.start <= until and known.start <= (whole.end or whole.start):
                fitting.append(year)
        return fitting if len(fitting) == 1 or len(years) == 1 else []
    near = [
        (abs((whole.start - known.start).days), whole.start.year)
        for year in (known.start.year - 1, known.start.year, known.start.year + 1)
        if (whole := _in_year(span, year)) is not None
    ]
    return [year for days, year in sorted(near) if days <= 250]


def _in_year(span: DateSpan, year: int) -> DateSpan | None:
    """Move a span of MISSING_YEAR into a year; a range over the turn of the year ends later."""
    start = civil_date(year, span.start.month, span.start.day)
    if start is None and span.precision != "day":
        return None
    if start is None:
        return None
    if span.end is None:
        return replace(span, start=start)
    day = span.end.day
    if span.precision != "day" and (span.end.month, day) == (2, 29):
        day = 29 if civil_date(year, 2, 29) else 28
    later = (span.end.month, span.end.day) < (span.start.month, span.start.day)
    end = civil_date(year + later, span.end.month, day)
    return None if end is None else replace(span, start=start, end=end)
