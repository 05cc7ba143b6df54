"""What sittings tell of one another by their order: years that are missing, numbers that are taken.

Pure: no I/O.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from archiver.model import Conflict, DateSpan, Reading
from archiver.sites.dating import YEAR_COMPLETED
from archiver.sites.ranking import CONFLICT_FROM
from archiver.sites.resolving import resolve
from archiver.update.drafts import Draft

TAKEN = "agreed elsewhere, the heading's number is taken"
SAME_COUNT_DAYS = 150  # a number that stands on sittings farther apart is counted anew
_WITNESSES = 2  # other documents that must agree against a page's own heading


def complete_years(drafts: Mapping[str, Draft]) -> None:
    """Give sittings whose year nothing told the years of the numbers next to theirs.

    So, too, where the year that some other date of the page suggested puts a sitting before the
    one with the number below its own, or behind the one above.
    """
    dated = _sure_dates(drafts)
    numbers = sorted(dated)
    for draft in drafts.values():
        resolved = draft.resolved
        if not resolved.sessions or not numbers:
            continue
        if resolved.held_on and not _is_out_of_order(draft, dated, numbers):
            continue
        place = bisect_left(numbers, resolved.sessions[0])
        near = sorted(
            numbers[max(0, place - 2) : place + 2], key=lambda n: abs(n - resolved.sessions[0])
        )
        spans = [DateSpan(dated[number]) for number in near]
        draft.resolved = resolve(draft.readings, kind=draft.kind, neighbours=spans)
        if resolved.held_on and _is_out_of_order(draft, dated, numbers):
            draft.resolved = resolve(
                draft.readings, kind=draft.kind, neighbours=spans, neighbours_first=True
            )


def _sure_dates(drafts: Mapping[str, Draft]) -> dict[int, date]:
    """Return the dates of numbers whose year is said; where numbering restarts, of none."""
    dates: dict[int, list[date]] = defaultdict(list)
    for draft in drafts.values():
        if draft.resolved.held_on and draft.kind == "session" and not _is_year_guessed(draft):
            for number in draft.resolved.sessions:
                dates[number].append(draft.resolved.held_on)
    return {
        number: found[0]
        for number, found in dates.items()
        if (max(found) - min(found)).days < SAME_COUNT_DAYS
    }


def _is_year_guessed(draft: Draft) -> bool:
    said = next((one for one in draft.resolved.readings if one.field == "date"), None)
    return said is not None and said.evidence.rule.endswith(YEAR_COMPLETED)


def _is_out_of_order(draft: Draft, dated: Mapping[int, date], numbers: Sequence[int]) -> bool:
    """Tell whether a completed year contradicts the dates of the numbers below and above."""
    held = draft.resolved.held_on
    if held is None or not _is_year_guessed(draft):
        return False
    place = bisect_left(numbers, draft.resolved.sessions[0])
    below = [dated[number] for number in numbers[max(0, place - 1) : place]]
    above = [dated[n] for n in numbers[place : place + 2] if n > draft.resolved.sessions[-1]][:1]
    return any(on > held for on in below) or any(on < held for on in above)


def settle_numbers(drafts: Mapping[str, Draft], files: Mapping[str, Sequence[Draft]]) -> None:
    """Give a sitting the number others know it by, where its own is another sitting's.

    A heading copied from the sitting before keeps its number. It gives way when that number stands
    on a page of another date, and two other documents – overviews that link the page, files it
    links (`files`, by doc_id) – agree on one that no page bears and that fits between its
    neighbours' dates. The heading's number stays as a conflict; a correction is never overruled.
    """
    holders: dict[int, list[Draft]] = defaultdict(list)
    for draft in drafts.values():
        if draft.kind == "session":
            for number in draft.resolved.sessions:
                holders[number].append(draft)
    for draft in list(drafts.values()):
        chosen = _own_number(draft)
        if chosen is None or not _is_taken(draft, holders[chosen]):
            continue
        for reading in _agreed(draft, files.get(draft.group.doc_id, ())):
            agreed = int(str(reading.value))
            if not holders[agreed] and _fits(draft, agreed, holders):
                _renumber(draft, reading)
                holders[chosen].remove(draft)
                holders[agreed].append(draft)
                break


def _own_number(draft: Draft) -> int | None:
    """Return the one number that is not settled by hand, None for all others."""
    if draft.kind != "session":
        return None
    resolved = draft.resolved
    if len(resolved.sessions) != 1 or resolved.held_on is None:
        return None
    said = next(r for r in resolved.readings if r.field == "session")
    return None if said.evidence.place == "correction" else resolved.sessions[0]


def _is_taken(draft: Draft, holders: Sequence[Draft]) -> bool:
    """Tell whether another sitting of another date bears the number, and nothing disputes it."""
    return any(
        other is not draft
        and other.resolved.held_on not in (None, draft.resolved.held_on)
        and not any(conflict.field == "session" for conflict in other.resolved.conflicts)
        for other in holders
    )


def _agreed(draft: Draft, files: Sequence[Draft]) -> list[Reading]:
    """Return a reading for each number on which enough other documents agree."""
    witnesses: dict[int, dict[str, Reading]] = defaultdict(dict)
    for name, reading in _said_elsewhere(draft, files):
        if isinstance(reading.value, int) and reading.confidence >= CONFLICT_FROM:
            witnesses[reading.value].setdefault(name, reading)
    return [
        max(said.values(), key=lambda reading: reading.confidence)
        for said in witnesses.values()
        if len(said) >= _WITNESSES
    ]


def _said_elsewhere(draft: Draft, files: Sequence[Draft]) -> Iterator[tuple[str, Reading]]:
    for reading in draft.readings:
        is_sittings = reading.field == "session" and reading.about == "sitting"
        if is_sittings and reading.evidence.place in ("link_text", "list_entry"):
            yield reading.evidence.url or "", reading
            for link in draft.group.inbound:  # each wording is read once, wherever it stands
                if reading.evidence.raw in link.text:
                    yield link.from_url, reading
    for file in files:
        for reading in file.resolved.readings:
            if reading.field == "session" and reading.evidence.place == "first_lines":
                url = file.group.primary.url
                yield url, replace(reading, evidence=replace(reading.evidence, url=url))


def _fits(draft: Draft, number: int, holders: Mapping[int, Sequence[Draft]]) -> bool:
    """Tell whether a sitting's date lies between those of the numbers before and after."""
    held = draft.resolved.held_on
    assert held is not None
    dates = {
        at: [d.resolved.held_on for d in holders.get(at, ()) if d is not draft]
        for at in (number - 1, number + 1)
    }
    earlier = [on for on in dates[number - 1] if on is not None]
    later = [on for on in dates[number + 1] if on is not None]
    return all(on <= held for on in earlier) and all(on >= held for on in later)


def _renumber(draft: Draft, agreed: Reading) -> None:
    resolved = draft.resolved
    old = [r for r in resolved.readings if r.field == "session"]
    evidence = replace(agreed.evidence, rule=f"{agreed.evidence.rule}; {TAKEN}")
    chosen = replace(agreed, evidence=evidence)
    kept = tuple(c for c in resolved.conflicts if c.field != "session")
    draft.resolved = replace(
        resolved,
        sessions=(int(str(chosen.value)),),
        readings=(chosen, *(r for r in resolved.readings if r not in old)),
        conflicts=(Conflict("session", chosen, tuple(old)), *kept),
    )
