"""Choose among readings: which number, date, topic a document has, and what contradicts it.

Corrections before profiles before everything else; of the rest the most trusted, where readings
from different places that agree support one another. What contradicts is kept. Pure: no I/O.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

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
from archiver.sites.dating import choose_dates, completed, days_of_all, first_span
from archiver.sites.ranking import (
    CONFLICT_FROM,
    SUPPORT,
    best_of,
    conflict_of,
    may_be_chosen,
    rank,
    source_of,
)
from archiver.sites.spotted import UNDER_TITLE

_OF_PAGE_NAME: frozenset[Place] = frozenset({"correction", "profile", "title", "heading"})
_LIST_KINDS = ("overview", "topic", "other")
_WEAK_TOPIC_RULES = ("title alone", "beside number or date")


@dataclass(frozen=True, slots=True)
class Resolved:
    """The fields of a document as far as readings tell them.

    `readings` are the chosen ones with their evidence; `conflicts` what contradicts them.
    `held_until` is None for one day; a month, quarter, half or year runs to its last day.
    `also_on` are the days of the further sittings that share the document.
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
    also_on: tuple[date, ...] = ()


def resolve(
    readings: Sequence[Reading],
    *,
    kind: Kind | None = None,
    neighbours: Sequence[DateSpan] = (),
    neighbours_first: bool = False,
) -> Resolved:
    """Choose the best reading of each field, and keep what contradicts it.

    `kind` is the kind of document if it is known otherwise; without it a reading of field "kind"
    tells it. Overview, topic and other pages name sittings that are not theirs: number, date and
    special kind they get from corrections only, groups also from profile, title and heading.
    Only files have a role.
    `neighbours` are the dates of neighbouring sittings, the nearest first; with the other
    readings they complete a year that is not said; `neighbours_first` says that they know better.

    >>> resolve(()).sessions
    ()
    """
    readings, denied = _without_denied(readings)
    kinds = best_of(readings, "kind")
    kind = kind or (cast("Kind", kinds[0].value) if kinds else None)
    own = [
        one
        for one in readings
        if one.about == "sitting" and one.field != "kind" and _counts(one, kind)
    ]
    own = _without_muddled_entries(own)
    sessions, session_conflict = _choose_sessions(own)
    spans = completed(
        [one for one in own if one.field == "date"],
        readings if not neighbours_first else (),
        neighbours,
    )
    dates, date_conflict = choose_dates(spans, sessions)
    dates = days_of_all(dates, spans, sessions)
    topics, topic_conflict = _choose_topics(own, kind)
    role, special, title = (
        best_of(own, field)[:1]
        for field in cast("tuple[FieldName, ...]", ("role", "special", "title"))
    )
    stamps = (one for one in readings if _tells_publication(one, kind))
    published = best_of(stamps, "published")[:1]
    groups, keywords = _all(own, "group"), _all(own, "keyword")
    held = first_span(dates)
    if held is not None and held.is_year_missing:
        held = None
    stamp = first_span(published)
    chosen = [*kinds[:1], *sessions, *dates, *topics, *role, *special, *title, *published]
    return Resolved(
        sessions=tuple(sorted({one.value for one in sessions if isinstance(one.value, int)})),
        held_on=held.start if held else None,
        held_until=held.end if held else None,
        date_precision=held.precision if held else None,
        topics=tuple(str(one.value) for one in topics),
        groups=tuple(str(one.value) for one in groups),
        keywords=tuple(str(one.value) for one in keywords),
        special=str(special[0].value) if special else None,
        role=cast("Role", role[0].value) if role else None,
        kind=kind,
        title=str(title[0].value) if title else None,
        published_on=stamp.start if stamp and stamp.precision == "day" else None,
        readings=tuple(dict.fromkeys([*chosen, *groups, *keywords, *denied])),
        conflicts=tuple(c for c in (session_conflict, date_conflict, topic_conflict) if c),
        also_on=tuple(one.value.start for one in dates[1:] if isinstance(one.value, DateSpan)),
    )


def _without_denied(readings: Sequence[Reading]) -> tuple[Sequence[Reading], list[Reading]]:
    """Leave out the fields of which a correction says that there is nothing; return those too."""
    denied = [one for one in readings if one.evidence.place == "correction" and one.value == ""]
    fields = {one.field for one in denied}
    return [one for one in readings if one.field not in fields], denied


def _counts(reading: Reading, kind: Kind | None) -> bool:
    """Tell whether a reading may speak for a document of this kind."""
    place, field = reading.evidence.place, reading.field
    if place == "correction" or kind is None:
        return True
    if kind in _LIST_KINDS and field in ("session", "date", "special"):
        return False  # a profile's rule for the heading meets every page, not only sittings
    if place == "profile":
        return True
    if field == "role":
        return kind == "file"
    if kind not in _LIST_KINDS:
        return True
    if field in ("topic", "group"):
        strong = place in _OF_PAGE_NAME
        return strong and (kind == "topic" or field == "group")
    return True


def _tells_publication(reading: Reading, kind: Kind | None) -> bool:
    place = reading.evidence.place
    if reading.evidence.rule == UNDER_TITLE and kind != "other":
        return False  # on a sitting's page the day under the title is the sitting's
    if reading.field != "published" or place in ("list_entry", "inherited", "neighbour"):
        return False
    return isinstance(reading.value, DateSpan) and not reading.value.is_year_missing


def _without_muddled_entries(own: Sequence[Reading]) -> list[Reading]:
    """Leave out what an entry says of several sittings, or beside its own link's text.

    A row of links ("previous: …, next: …") names more than one; the link's own text is surer.
    """
    by_link: dict[tuple[FieldName, str | None], set[Place]] = {}
    entries: dict[tuple[FieldName, str | None], set[object]] = {}
    for one in own:
        key = (one.field, one.evidence.url)
        by_link.setdefault(key, set()).add(one.evidence.place)
        if one.evidence.place == "list_entry":
            what = one.evidence.raw if one.field == "session" else one.value
            entries.setdefault(key, set()).add(what)
    return [
        one
        for one in own
        if one.evidence.place != "list_entry"
        or one.field not in ("session", "date")
        or (
            "link_text" not in by_link[one.field, one.evidence.url]
            and len(entries[one.field, one.evidence.url]) == 1
        )
    ]


def _all(readings: Sequence[Reading], field: FieldName) -> list[Reading]:
    """Return every value of a many-valued field once; a correction or profile replaces the rest."""
    best = best_of(readings, field)
    tier = rank(best[0])[0] if best else 0
    if tier > 0:
        best = [one for one in best if rank(one)[0] == tier]
    unique: dict[str, Reading] = {}
    for one in best:
        unique.setdefault(str(one.value).casefold(), one)
    return list(unique.values())


def _choose_sessions(own: Sequence[Reading]) -> tuple[list[Reading], Conflict | None]:
    """Choose the numbers one wording names; two at once belong together.

    Readings of one place and one phrase ("9. und 10. Sitzung") are a group. Groups with the same
    numbers support one another; the best group wins.
    """
    phrases: dict[tuple[object, ...], list[Reading]] = {}
    for one in best_of(own, "session"):
        if may_be_chosen(one):
            key = (*source_of(one), one.evidence.rule, one.evidence.raw)
            phrases.setdefault(key, []).append(one)
    by_numbers: dict[frozenset[object], list[list[Reading]]] = {}
    for phrase in phrases.values():
        by_numbers.setdefault(frozenset(one.value for one in phrase), []).append(phrase)
    if not by_numbers:
        return [], None

    def weight(numbers: frozenset[object]) -> tuple[int, float]:
        said = by_numbers[numbers]
        tier, confidence = max(rank(phrase[0]) for phrase in said)
        places = {source_of(phrase[0]) for phrase in said}
        return tier, confidence + SUPPORT * min(2, len(places) - 1)

    ordered = sorted(by_numbers, key=weight, reverse=True)
    best = ordered[0]
    chosen = max(by_numbers[best], key=lambda phrase: rank(phrase[0]))
    others = [
        by_numbers[numbers][0][0]
        for numbers in ordered[1:]
        if not numbers & best and by_numbers[numbers][0][0].confidence >= CONFLICT_FROM
    ]
    return chosen, conflict_of(chosen[0], others)


def _choose_topics(
    own: Sequence[Reading], kind: Kind | None
) -> tuple[list[Reading], Conflict | None]:
    """Choose the topic; a file's own leftovers give way to the topic of the sitting's page."""

    def weight(reading: Reading) -> tuple[int, float]:
        tier, confidence = rank(reading)
        if kind == "file" and reading.evidence.place == "inherited":
            confidence = max(confidence, 0.6)
        elif kind == "file" and reading.evidence.rule == "title alone":
            confidence *= 0.6  # the file's title, not its sitting's
        elif kind == "file" and reading.evidence.rule == "beside number or date":
            confidence *= 0.8
        return tier, confidence

    topics = [one for one in own if one.field == "topic" and may_be_chosen(one)]
    best = sorted(topics, key=weight, reverse=True)
    if not best:
        return [], None
    first = best[0]
    if rank(first)[0] > 0:  # a correction or profile may give several
        same: dict[str, Reading] = {}
        for one in best:
            if one.evidence.place == first.evidence.place:
                same.setdefault(str(one.value), one)
        return list(same.values()), None
    others = [
        one
        for one in best[1:]
        if one.confidence >= CONFLICT_FROM
        and (one.evidence.rule not in _WEAK_TOPIC_RULES or one.evidence.place in _OF_PAGE_NAME)
        and one.evidence.rule != "title alone"
        and (first.evidence.place != "inherited" or "label" in one.evidence.rule)
        and not _share_words(str(one.value), str(first.value))
    ]
    return [first], conflict_of(first, others[:3])


def _share_words(one: str, other: str) -> bool:
    def words(text: str) -> set[str]:
        return {word[:6] for word in text.casefold().replace("-", " ").split() if len(word) > 3}

    one, other = one.casefold(), other.casefold()
    return one in other or other in one or bool(words(one) & words(other))
