"""Weigh readings: which of them counts more, which is sure enough, when others contradict it.

Corrections before profiles before everything else, then the more trusted. Chooses no field's
value itself. Pure: no I/O.
"""

from collections.abc import Iterable, Sequence

from archiver.model import Conflict, FieldName, Place, Reading

CONFLICT_FROM = 0.45  # confidence a reading needs to contradict: running text alone does not
CHOOSE_FROM: dict[FieldName, float] = {"session": 0.3, "date": 0.32, "topic": 0.25}
SUPPORT = 0.05  # added for each further place that says the same, at most twice
_TIERS: dict[Place, int] = {"correction": 2, "profile": 1, "neighbour": -1}


def rank(reading: Reading) -> tuple[int, float]:
    """Return the tier of the place a reading comes from, then its confidence: more is better."""
    return _TIERS.get(reading.evidence.place, 0), reading.confidence


def may_be_chosen(reading: Reading) -> bool:
    """Tell whether a reading is sure enough; what a sitting's page hands down was chosen there."""
    least = CHOOSE_FROM.get(reading.field, 0.0)
    is_settled = rank(reading)[0] > 0 or reading.evidence.place == "inherited"
    return is_settled or reading.confidence >= least


def best_of(readings: Iterable[Reading], field: FieldName) -> list[Reading]:
    """Return a field's readings, the most trusted first (ties in the order given)."""
    return sorted((one for one in readings if one.field == field), key=rank, reverse=True)


def source_of(reading: Reading) -> tuple[str, str | None, int | None]:
    """Return where a reading stands: place, URL and page."""
    evidence = reading.evidence
    return evidence.place, evidence.url, evidence.page


def conflict_of(chosen: Reading, others: Sequence[Reading]) -> Conflict | None:
    """Return what contradicts a chosen reading, or None; a correction has the last word."""
    if not others or _TIERS.get(chosen.evidence.place, 0) == 2:
        return None
    return Conflict(chosen.field, chosen, tuple(others))
