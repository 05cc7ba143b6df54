"""Read months, quarters, halves, years and ranges of them in German wordings. Pure: no I/O.

Works on text in which full dates and codes are covered already (dates.py, wording.py).
"""

import calendar
import re
from collections.abc import Callable
from datetime import date

from archiver.model import MISSING_YEAR, DateSpan, Place, Precision
from archiver.sites.figures import ordinal_of, roman_of
from archiver.sites.spotted import SpottedDate, century_of
from archiver.sites.vocabulary import MONTH, MONTH_BEGINS, MONTH_STEMS, MONTHS
from archiver.sites.wording import COVER, cover, folded

_YEAR = r"(?P<year>(?:19|20)\d\d)(?![\d]|[.,]\d)"
_COUNT = r"(?P<count>[1-4]\.|I{1,3}V?\.?|IV\.?|erste[nsr]?|zweite[nsr]?|dritte[nsr]?|vierte[nsr]?)"
_OF_YEAR = r"(?:\s*(?:des\s+Jahres\s+|im\s+Jahr\s+|/)?" + _YEAR + r")?"

_MONTHS = re.compile(
    rf"(?=\b{MONTH_BEGINS})"
    rf"\b(?P<m1>{MONTH})(?:\s?{_YEAR.replace('year', 'y1')})?\s?(?:bis|-|–|/|und)\s?"
    rf"(?P<m2>{MONTH})(?:(?:\s|,)*{_YEAR})?",
    re.IGNORECASE,
)
_MONTH = re.compile(
    rf"(?=\b(?:{MONTH_BEGINS}|im|an|mi|en|se|ab|bi))"
    rf"(?:\b(?P<word>im(?: Monat)?|Anfang|Mitte|Ende|seit|ab|bis)\s+)?\b(?P<month>{MONTH})"
    rf"(?:(?:\s|,|/|-|_)*(?:{_YEAR}|[´’'`](?P<short>\d\d)(?!\d)))?",
    re.IGNORECASE,
)
_MONTH_DIGITS = re.compile(
    r"(?=[01])"
    r"(?<![\d.,/§-])(?<!\d )(?<!Nr\. )(?<!Nr\.)(?<!NR\. )(?<!Nr )(?P<month>0[1-9]|1[0-2])(?:\.|"
    r"(?<=0\d)/|(?<=1[0-2])/)"
    r"(?P<year>(?:19|20)\d\d)(?![\d]|[.,/]\d)"
)
_QUARTER = re.compile(rf"\b{_COUNT}\s*(?:Quartals?|Vierteljahr(?:es)?)\b{_OF_YEAR}")
_QUARTER_SHORT = re.compile(rf"\b(?:Q\s?(?P<count>[1-4])|(?P<count2>[1-4])\s?Q)\s*[/ -]?\s*{_YEAR}")
_HALF = re.compile(
    rf"\b(?P<count>[12]\.|erste[nsr]?|zweite[nsr]?|II?\.)\s*(?:Halbjahre?s?|Jahreshälfte)\b{_OF_YEAR}"
)
_SHORT_NAME = 3  # letters
_SEASON = re.compile(
    r"\b(?:(?:Früh|Spät|Hoch)?(?:jahr|sommer|herbst)|Frühling|Sommer|Herbst|Winter)\s" + _YEAR
)
_YEARS = re.compile(
    r"(?=[12])"
    r"(?<![\w.,/-])(?P<from>(?:19|20)\d\d)\s*(?:-|–|/|bis(?: Ende)?)\s*"
    r"(?P<to>(?:19|20)\d\d|\d\d(?!\.\s))"
    r"(?![\w]|[.,/-]\d)"
)
_LONE_YEAR = re.compile(
    rf"(?=[12])"
    rf"(?<![\d§#{COVER}])(?<!\d[.,/–-])(?<![A-Za-z0-9][/-])(?P<year>1[789]\d\d|20\d\d)"
    r"(?![\d%€]|er\b|[.,:]\d|[/-]\d|\s?(?:%|€|Stück|Einwohner|Bürger|Menschen|Personen|Teilnehm|"
    r"Besucher|Unterschriften|Wohnungen|Stimmen|Haushalte|Exemplare|Bäume|Mitglieder|Mark\b|DM\b))"
)
_SHORT_YEAR = re.compile(r"(?<!\w)[´’‘'`](?P<year>\d\d)(?![\w´’'`]|[.,]\d)")
_YEAR_WORD = re.compile(
    r"(?:\b(?:im|in|seit|von|vom|bis|ab|um|vor|nach|jahre?s?|anfang|mitte|ende|anno|frühjahr|frühling|"
    r"sommer|herbst|winter|jahrgang|des|der|den|stand)|[(–-])\s*$",
    re.IGNORECASE,
)
# "wurde 1904 angelegt", "das 1898 von der Stadt errichtete Bad"
_BUILT = re.compile(
    r"\s+(?:(?:von|durch|als|in|im|auf|an|am|nach|zum|zur|neu)\s[^.;\n]{0,40}?)?"
    r"(?:gebaut|erbaut|errichtet|gegründet|angelegt|eröffnet|eingeweiht|erweitert|umgebaut|abgerissen|"
    r"entstanden|zerstört|gestiftet|geweiht|aufgestellt|gepflanzt|eingemeindet|erworben|gekauft)"
    r"(?:e[nrs]?)?(?!\w)"
)
_NUMBERED_BEFORE = re.compile(
    r"(?:sitzung|plenum|runde|versammlung|treffen|nr\.|nummer)\s*:?\s*$"
    r"|(?:zeitung|zeitschrift|blatt|magazin|heft|ausgabe|kurier|anzeiger|bote)\s*$",
    re.IGNORECASE,
)
_ISSUE_BEFORE = re.compile(r"(?:\d\s*[/-]\s*|\b(?:Nr|No)\.?\s*)$")


def span_of(year: int, first: int, months: int, precision: Precision) -> DateSpan:
    """Return the span of so many months from the first day of month `first`.

    >>> span_of(2012, 1, 6, "half").end
    datetime.date(2012, 6, 30)
    """
    last = first + months - 1
    ends_in, last = year + (last - 1) // 12, (last - 1) % 12 + 1
    end = date(ends_in, last, calendar.monthrange(ends_in, last)[1])
    return DateSpan(date(year, first, 1), end, precision)


def find_periods(
    text: str, place: Place = "text", *, today: date | None = None
) -> list[SpottedDate]:
    """Find months, quarters, halves and years.

    A month without a year counts only after "im", "Anfang", "Mitte" or "Ende". A bare number is
    a year from 1945 on, an older or round one (2000) only after a word that wants a year.

    >>> [(str(p.span.start), p.span.precision) for p in find_periods("im ersten Halbjahr 2012")]
    [('2012-01-01', 'half')]
    """
    found: list[SpottedDate] = []
    lowered = folded(text)
    readers: tuple[
        tuple[re.Pattern[str], tuple[str, ...], Callable[..., tuple[DateSpan, str] | None]], ...
    ] = (
        (_QUARTER, ("quartal", "viertel"), _quarter),
        (_QUARTER_SHORT, ("q",), _quarter),
        (_HALF, ("halbjahr", "jahreshälfte"), _half),
        (_MONTHS, MONTH_STEMS, _month_range),
        (_MONTH, MONTH_STEMS, _month),
        (_MONTH_DIGITS, ("0", "1"), _month),
        (_YEARS, ("19", "20"), _year_range),
        (_SEASON, ("jahr", "sommer", "herbst", "winter", "frühling"), _season),
        (_LONE_YEAR, ("1", "20"), _year),
        (_SHORT_YEAR, tuple("´’‘'`"), _short_year),
    )
    for pattern, needed, read in readers:
        if not any(word in lowered for word in needed):
            continue
        spotted = []
        for match in pattern.finditer(text):
            reading = read(match, text, place, today)
            if reading is not None:
                start = match.start()
                spotted.append(SpottedDate(start, match.end(), reading[0], reading[1]))
        text = cover(text, tuple((one.start, one.end) for one in spotted))
        found += spotted
    return found


def _count_of(word: str) -> int:
    bare = word.rstrip(".")
    return int(bare) if bare.isdigit() else roman_of(bare) or ordinal_of(bare) or 0


def _quarter(
    match: re.Match[str], text: str, place: Place, today: date | None
) -> tuple[DateSpan, str] | None:
    parts = match.groupdict()
    count = _count_of(parts.get("count") or parts.get("count2") or "")
    if not 1 <= count <= 4:
        return None
    year = int(parts["year"] or MISSING_YEAR)
    return span_of(year, 3 * count - 2, 3, "quarter"), "quarter"


def _half(
    match: re.Match[str], text: str, place: Place, today: date | None
) -> tuple[DateSpan, str] | None:
    count = _count_of(match["count"])
    return span_of(int(match["year"] or MISSING_YEAR), 6 * count - 5, 6, "half"), "half year"


def _month_range(
    match: re.Match[str], text: str, place: Place, today: date | None
) -> tuple[DateSpan, str] | None:
    first, last = (MONTHS[match[k].rstrip(".").lower()] for k in ("m1", "m2"))
    if not match["year"]:
        # "November bis Januar": only names in full, because "Mai" and "Jan" are people's too
        names = [match[key].lower() for key in ("m1", "m2")]
        are_long = min(map(len, names)) > _SHORT_NAME
        # "von Mai bis Juli", not "von Mai bis Jan wartete er"
        is_led = text[: match.start()].endswith("von ") and " bis " in match[0]
        is_led = is_led and all(len(name) > _SHORT_NAME or name == "mai" for name in names)
        if not match["y1"] and (are_long or is_led):
            ends = span_of(MISSING_YEAR, last, 1, "month").end
            return DateSpan(date(MISSING_YEAR, first, 1), ends, "month"), "months without a year"
        return None
    year = int(match["year"])
    begins_in = int(match["y1"] or (year if first <= last else year - 1))
    months = 12 * (year - begins_in) + last - first + 1
    return (span_of(begins_in, first, months, "month"), "months") if 0 < months <= 60 else None


def _month(
    match: re.Match[str], text: str, place: Place, today: date | None
) -> tuple[DateSpan, str] | None:
    parts = match.groupdict()
    worded = match["month"].rstrip(".").lower()
    month = int(worded) if worded.isdigit() else MONTHS[worded]
    year = parts["year"] or parts.get("short")
    if worded.isdigit() and _NUMBERED_BEFORE.search(text[: match.start()][-30:]):
        return None  # "Sitzung 12/2021" is the twelfth of a year, "Stadtblatt 04/2012" an issue
    if year is None:
        if (parts.get("word") or "").lower() not in ("im", "im monat", "anfang", "mitte", "ende"):
            return None
        if len(worded) < 3 or not match["month"][:1].isupper():
            return None
        return span_of(MISSING_YEAR, month, 1, "month"), "month without a year"
    return span_of(century_of(year, today), month, 1, "month"), "month"


def _year_range(
    match: re.Match[str], text: str, place: Place, today: date | None
) -> tuple[DateSpan, str] | None:
    first = int(match["from"])
    last = int(match["to"]) if len(match["to"]) == 4 else first // 100 * 100 + int(match["to"])
    if not first < last <= first + 80:
        return None
    return DateSpan(date(first, 1, 1), date(last, 12, 31), "year"), "years"


def _season(
    match: re.Match[str], text: str, place: Place, today: date | None
) -> tuple[DateSpan, str] | None:
    return span_of(int(match["year"]), 1, 12, "year"), "year"


def _year(
    match: re.Match[str], text: str, place: Place, today: date | None
) -> tuple[DateSpan, str] | None:
    year = int(match["year"])
    before = text[max(0, match.start() - 20) : match.start()]
    if _ISSUE_BEFORE.search(before):
        return None
    is_told = _YEAR_WORD.search(before) or _BUILT.match(text, match.end())
    if (year < 1945 or year % 1000 == 0) and not is_told:
        return None
    return span_of(year, 1, 12, "year"), "year"


def _short_year(
    match: re.Match[str], text: str, place: Place, today: date | None
) -> tuple[DateSpan, str] | None:
    return span_of(century_of(match["year"], today), 1, 12, "year"), "year in short"
