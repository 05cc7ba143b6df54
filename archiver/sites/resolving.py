"""Choose among readings: which number, date, topic a document has, and what contradicts it.

Corrections before profiles before everything else; of the rest the most trusted, where readings
from different places that agree support one another. What contradicts is kept. Pure: no I/O.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from archiver.model import (
    Conflict,
    DateSpan,
    FieldName,
    Kind,
    Place,
    Precision,
    Reading,
    Role,
)
from archiver.sites.dates import complete_year
from archiver.sites.vocabulary import WEEKDAYS

CONFLICT_FROM = 0.45  # confidence a reading needs to contradict: running text alone does not
TITLE_ALONE_FROM = 0.3
SUPPORT = 0.05  # added for each further place that says the same, at most twice
_TIERS: dict[Place, int] = {"correction": 2, "profile": 1, "neighbour": -1}
_LIST_KINDS = ("overview", "topic", "other")


@dataclass(frozen=True, slots=True)
class Resolved:
    """The fields of a document as far as readings tell them.

    `readings` are the chosen ones with their evidence; `conflicts` what contradicts them.
    `held_until` is None for one day; a month, quarter, half or year runs to its last day.
    A date whose year nothing tells is not given (its reading stays among `readings`).
    """

    sessions: tuple[int, ...] = ()
    held_on: date | None = None
    held_until: date | None = None
    date_precision: Precision | None = None
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    special: str | None = None
    role: Role | None = None
    kind: Kind | None = None
    title: str | None = None
    published_on: date | None = None
    readings: tuple[Reading, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def resolve(
    readings: Sequence[Reading],
    *,
    kind: Kind | None = None,
    neighbours: Sequence[DateSpan] = (),
) -> Resolved:
    """Choose the best reading of each field, and keep what contradicts it.

    `kind` is the kind of document if it is known otherwise: an overview or topic page names many
    sittings and has no number or date itself, unless a correction or profile says so.
    `neighbours` are the dates of neighbouring sittings, the nearest first; with the other
    readings they complete a year that is not said.
    """
    kinds = _best(readings, "kind")
    resolved_kind = kind or (_text(kinds[0]) if kinds else None)
    own = [one for one in readings if one.about == "sitting"]
    if resolved_kind in _LIST_KINDS:
        own = [
            one
            for one in own
            if one.field not in ("session", "date", "special", "role")
            or one.evidence.place in ("correction", "profile")
        ]
    chosen: list[Reading] = list(kinds[:1])
    conflicts: list[Conflict] = []

    sessions, session_conflict = _choose_sessions(own)
    spans = _completed([one for one in own if one.field == "date"], readings, neighbours)
    dates, date_conflict = _choose_dates(spans, sessions)
    topics, topic_conflict = _choose_topics(own)
    for group, conflict in (
        (sessions, session_conflict),
        (dates, date_conflict),
        (topics, topic_conflict),
    ):
        chosen += group
        conflicts += [conflict] if conflict else []
    single: dict[str, Reading | None] = {}
    for field in ("role", "special", "title", "published"):
        best = _best(readings if field == "published" else own, field)  # type: ignore[arg-type]
        single[field] = best[0] if best else None
        chosen += best[:1]
    groups, keywords = (_all(own, field) for field in ("group", "keyword"))
    chosen += [*groups, *keywords]
    span = dates[0].value if dates else None
    held = span if isinstance(span, DateSpan) and not span.is_year_missing else None
    published = single["published"].value if single["published"] else None
    return Resolved(
        sessions=tuple(sorted({one.value for one in sessions if isinstance(one.value, int)})),
        held_on=held.start if held else None,
        held_until=held.end if held else None,
        date_precision=held.precision if held else None,
        topics=tuple(_text(one) for one in topics),
        groups=tuple(_text(one) for one in groups),
        keywords=tuple(_text(one) for one in keywords),
        special=_text(single["special"]) or None,
        role=_text(single["role"]) or None,  # type: ignore[arg-type]
        kind=resolved_kind,  # type: ignore[arg-type]
        title=_text(single["title"]) or None,
        published_on=published.start
        if isinstance(published, DateSpan)
        and published.precision == "day"
        and not published.is_year_missing
        else None,
        readings=tuple(dict.fromkeys(chosen)),
        conflicts=tuple(conflicts),
    )


def _text(reading: Reading | None) -> str:
    return str(reading.value) if reading is not None else ""


def _rank(reading: Reading) -> tuple[int, float]:
    return _TIERS.get(reading.evidence.place, 0), reading.confidence


def _best(readings: Iterable[Reading], field: FieldName) -> list[Reading]:
    """Return a field's readings, the most trusted first (ties in the order given)."""
    return sorted((one for one in readings if one.field == field), key=_rank, reverse=True)


def _all(readings: Sequence[Reading], field: FieldName) -> list[Reading]:
    """Return every value of a many-valued field once; a correction or profile replaces the rest."""
    best = _best(readings, field)
    tier = _rank(best[0])[0] if best else 0
    if tier > 0:
        best = [one for one in best if _rank(one)[0] == tier]
    unique = {_text(one).casefold(): one for one in reversed(best)}
    return sorted(unique.values(), key=best.index)


def _source(reading: Reading) -> tuple[str, str | None, int | None]:
    place = reading.evidence
    return place.place, place.url, place.page


def _choose_sessions(own: Sequence[Reading]) -> tuple[list[Reading], Conflict | None]:
    """Choose the numbers one wording names; two at once belong together.

    Readings of one place and one phrase ("9. und 10. Sitzung") are a group. Groups with the same
    numbers support one another; the best group wins.
    """
    phrases: dict[tuple[object, ...], list[Reading]] = {}
    for one in _best(own, "session"):
        phrases.setdefault((*_source(one), one.evidence.rule, one.evidence.raw), []).append(one)
    if not phrases:
        return [], None
    by_numbers: dict[frozenset[object], list[list[Reading]]] = {}
    for phrase in phrases.values():
        by_numbers.setdefault(frozenset(one.value for one in phrase), []).append(phrase)

    def weight(numbers: frozenset[object]) -> tuple[int, float]:
        said = by_numbers[numbers]
        tier, confidence = max(_rank(phrase[0]) for phrase in said)
        places = {_source(phrase[0]) for phrase in said}
        return tier, confidence + SUPPORT * min(2, len(places) - 1)

    ordered = sorted(by_numbers, key=weight, reverse=True)
    best = ordered[0]
    chosen = max(by_numbers[best], key=lambda phrase: _rank(phrase[0]))
    others = [
        by_numbers[numbers][0][0]
        for numbers in ordered[1:]
        if not numbers & best and by_numbers[numbers][0][0].confidence >= CONFLICT_FROM
    ]
    return chosen, _conflict(chosen[0], others)


def _weekday_of(raw: str) -> int | None:
    first = raw.split(",", maxsplit=1)[0].split(" ", maxsplit=1)[0].strip(" .").lower()
    return WEEKDAYS.get(first)


def _completed(
    dates: Sequence[Reading], all_readings: Sequence[Reading], neighbours: Sequence[DateSpan]
) -> list[Reading]:
    """Give dates without a year the one that other readings or the neighbours tell."""
    known = [
        one
        for one in sorted(all_readings, key=_rank, reverse=True)
        if isinstance(one.value, DateSpan)
        and not one.value.is_year_missing
        and (
            one.about in ("sitting", "published")
            or one.evidence.place in ("url", "list_entry", "inherited")
        )
    ]
    trusted = [one.value for one in known if isinstance(one.value, DateSpan)]
    result = []
    for one in dates:
        if isinstance(one.value, DateSpan) and one.value.is_year_missing:
            span = one.value
            same_day = [
                k
                for k in trusted
                if k.precision == "day"
                and (k.start.month, k.start.day) == (span.start.month, span.start.day)
            ]
            weekday = _weekday_of(one.evidence.raw)
            whole = complete_year(span, [*same_day, *trusted, *neighbours], weekday=weekday)
            if whole is not None:
                evidence = replace(one.evidence, rule=f"{one.evidence.rule}, year completed")
                one = replace(
                    one, value=whole, evidence=evidence, confidence=round(one.confidence * 0.95, 3)
                )
        result.append(one)
    return result


def _overlap(first: DateSpan, second: DateSpan) -> bool:
    """Tell whether two spans can mean the same: one contains the other, or they share a day."""
    if first.is_year_missing != second.is_year_missing:
        first, second = (
            replace(span, start=span.start.replace(year=4), end=None)
            if span.start.month != 2 or span.start.day != 29 or span.is_year_missing
            else span
            for span in (first, second)
        )
    first_end, second_end = first.end or first.start, second.end or second.start
    return first.start <= second_end and second.start <= first_end


def _choose_dates(
    dates: Sequence[Reading], sessions: Sequence[Reading]
) -> tuple[list[Reading], Conflict | None]:
    """Choose the date; one that stands where the chosen number stands is preferred."""
    if not dates:
        return [], None
    sources = {_source(one) for one in sessions}

    def weight(reading: Reading) -> tuple[int, float]:
        tier, confidence = _rank(reading)
        span = reading.value
        assert isinstance(span, DateSpan)
        agreeing = {
            _source(other)
            for other in dates
            if isinstance(other.value, DateSpan) and other.value.start == span.start
        }
        bonus = SUPPORT * min(2, len(agreeing) - 1)
        bonus += 0.06 if _source(reading) in sources else 0.0
        bonus -= 0.3 if span.is_year_missing else 0.0
        bonus -= 0.25 if span.precision == "year" else 0.0
        return tier, confidence + bonus

    ordered = sorted(dates, key=weight, reverse=True)
    best = ordered[0]
    assert isinstance(best.value, DateSpan)
    others: list[Reading] = []
    for one in ordered[1:]:
        # A place that names several days contradicts only if none of them is the chosen one.
        here = [
            o.value for o in dates if _source(o) == _source(one) and isinstance(o.value, DateSpan)
        ]
        if one.confidence < CONFLICT_FROM or any(_overlap(best.value, span) for span in here):
            continue
        if _source(one) not in {_source(other) for other in others}:
            others.append(one)
    return [best], _conflict(best, others)


def _choose_topics(own: Sequence[Reading]) -> tuple[list[Reading], Conflict | None]:
    best = _best(own, "topic")
    if not best or best[0].confidence < TITLE_ALONE_FROM:
        return [], None
    first = best[0]
    tier = _rank(first)[0]
    if tier > 0:  # a correction or profile may give several
        same = {_text(o): o for o in reversed(best) if o.evidence.place == first.evidence.place}
        return sorted(same.values(), key=best.index), None
    others = [
        one
        for one in best[1:]
        if one.evidence.rule != "title alone"
        and one.confidence >= CONFLICT_FROM
        and not _share_words(_text(one), _text(first))
    ]
    return [first], _conflict(first, others[:3])


def _share_words(one: str, other: str) -> bool:
    def words(text: str) -> set[str]:
        return {w[:6] for w in text.casefold().replace("-", " ").split() if len(w) > 3}

    return (
        one.casefold() in other.casefold()
        or other.casefold() in one.casefold()
        or bool(words(one) & words(other))
    )


def _conflict(chosen: Reading, others: Sequence[Reading]) -> Conflict | None:
    if not others or _TIERS.get(chosen.evidence.place, 0) == 2:
        return None  # a correction has settled it
    return Conflict(chosen.field, chosen, tuple(others))
