"""Choose a document's days among readings: a year completed, the surest day, its neighbours' days.

Knows nothing of the other fields but where the chosen number stands. Pure: no I/O.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from archiver.model import MISSING_YEAR, Conflict, DateSpan, Reading
from archiver.sites.dates import complete_year
from archiver.sites.ranking import (
    CONFLICT_FROM,
    SUPPORT,
    conflict_of,
    may_be_chosen,
    rank,
    source_of,
)
from archiver.sites.vocabulary import WEEKDAYS

YEAR_COMPLETED = "year completed"  # ends the rule of a date whose year something else told
BESIDE_NUMBER = 0.06  # added to a date that stands where the chosen number stands


def first_span(readings: Sequence[Reading]) -> DateSpan | None:
    """Return the value of the first reading, if it is a span of days."""
    value = readings[0].value if readings else None
    return value if isinstance(value, DateSpan) else None


def _weekday_of(raw: str) -> int | None:
    first = raw.replace(",", " ").split(" ")[0].strip(" .").lower()
    return WEEKDAYS.get(first)


def completed(
    dates: Sequence[Reading], all_readings: Sequence[Reading], neighbours: Sequence[DateSpan]
) -> list[Reading]:
    """Give dates without a year the one that other readings or the neighbours tell."""
    known = [
        one.value
        for one in sorted(all_readings, key=rank, reverse=True)
        if isinstance(one.value, DateSpan)
        and not one.value.is_year_missing
        and (
            one.about in ("sitting", "published")
            or one.evidence.place in ("url", "list_entry", "inherited", "heading", "title")
        )
    ]
    result = []
    for one in dates:
        span = one.value
        if isinstance(span, DateSpan) and span.is_year_missing:
            day = (span.start.month, span.start.day)
            same = [
                k for k in known if k.precision == "day" and (k.start.month, k.start.day) == day
            ]
            weekday = _weekday_of(one.evidence.raw)
            whole = complete_year(span, [*same, *known, *neighbours], weekday=weekday)
            if whole is not None:
                rule = f"{one.evidence.rule}, {YEAR_COMPLETED}"
                confidence = round(one.confidence * 0.95, 3)
                evidence = replace(one.evidence, rule=rule)
                one = replace(one, value=whole, evidence=evidence, confidence=confidence)
        result.append(one)
    return result


def days_of_all(
    chosen: list[Reading], spans: Sequence[Reading], sessions: Sequence[Reading]
) -> list[Reading]:
    """Return the days of all sittings that share a document, the first sitting's first.

    "9. und 10. Sitzung am 19.10.2017 und 16.11.2017": as many days as numbers, at one place.
    """
    numbers = {one.value for one in sessions}
    if len(numbers) < 2 or not chosen:
        return chosen
    days: dict[date, Reading] = {}
    for one in spans:
        span = one.value
        if isinstance(span, DateSpan) and source_of(one) == source_of(chosen[0]):
            if span.end is not None or span.precision != "day" or span.is_year_missing:
                return chosen
            days.setdefault(span.start, one)
    if len(days) != len(numbers):
        return chosen
    return [days[day] for day in sorted(days)]


def _yearless(span: DateSpan) -> DateSpan:
    end = span.end.replace(year=MISSING_YEAR) if span.end else None
    return replace(span, start=span.start.replace(year=MISSING_YEAR), end=end)


def _overlap(first: DateSpan, second: DateSpan) -> bool:
    """Tell whether two spans can mean the same: they share a day, years apart if one has none."""
    if first.is_year_missing != second.is_year_missing:
        first, second = _yearless(first), _yearless(second)
    first_end, second_end = first.end or first.start, second.end or second.start
    return first.start <= second_end and second.start <= first_end


def _more_exact(ordered: Sequence[Reading], spans: Mapping[Reading, DateSpan]) -> Reading:
    """Return the best reading, or the one day that all others name within its month or year.

    "Runde im September" above, "am 4. September 2018" below: both say the same.
    """
    best = ordered[0]
    span = spans[best]
    if span.precision == "day" or span.is_year_missing or rank(best)[0] > 0:
        return best
    end = span.end or span.start
    days = [
        one
        for one in ordered
        if spans[one].precision == "day" and span.start <= spans[one].start <= end
    ]
    return days[0] if len({spans[one] for one in days}) == 1 else best


def _may_be_written(digits: str, span: DateSpan) -> bool:
    """Tell whether six digits of a file's name can mean a day, whichever way it was read.

    >>> _may_be_written("130917", DateSpan(date(2017, 9, 13)))
    True
    """
    if len(digits) != 6 or not digits.isdigit():
        return False
    return digits in {span.start.strftime(order) for order in ("%d%m%y", "%y%m%d", "%m%d%y")}


def choose_dates(
    dates: Sequence[Reading], sessions: Sequence[Reading]
) -> tuple[list[Reading], Conflict | None]:
    """Choose the date; one that stands where the chosen number stands is preferred."""
    spans = {
        one: one.value for one in dates if isinstance(one.value, DateSpan) and may_be_chosen(one)
    }
    if not spans:
        return [], None
    sources = {source_of(one) for one in sessions}

    def weight(reading: Reading) -> tuple[int, float]:
        tier, confidence = rank(reading)
        span = spans[reading]
        agreeing = {source_of(one) for one, other in spans.items() if other.start == span.start}
        confidence += SUPPORT * min(2, len(agreeing) - 1)
        confidence += BESIDE_NUMBER if source_of(reading) in sources else 0.0
        confidence -= 0.3 if span.is_year_missing else 0.0
        confidence -= 0.25 if span.precision == "year" else 0.0
        return tier, confidence

    ordered = sorted(spans, key=weight, reverse=True)
    best = _more_exact(ordered, spans)
    others: dict[tuple[str, str | None, int | None], Reading] = {}
    for one in ordered[1:]:
        # A place that names several days contradicts only if none of them is the chosen one.
        here = (span for other, span in spans.items() if source_of(other) == source_of(one))
        if one.confidence < CONFLICT_FROM or any(_overlap(spans[best], span) for span in here):
            continue
        if _may_be_written(one.evidence.raw, spans[best]):
            continue
        others.setdefault(source_of(one), one)
    return [best], conflict_of(best, list(others.values()))
