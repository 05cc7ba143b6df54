"""Every wording of the tables is read exactly as it says, and nothing more."""

from datetime import date
from typing import Any

import pytest

from archiver.model import MISSING_YEAR, DateSpan, Place, Reading
from archiver.sites.readers import Clue, read_clues
from tests.sites.councils import COUNCILS
from tests.sites.occasions import OCCASIONS
from tests.sites.variants import VARIANTS
from tests.sites.wordings import ALL

PLACES: dict[str, Place] = {
    "title": "title",
    "heading": "heading",
    "text": "text",
    "link": "link_text",
    "list": "list_entry",
    "file": "file_name",
    "url": "url",
}
CASES = [
    pytest.param(text, where, expect, id=f"{table}: {text[:60]}")
    for table, cases in (ALL | COUNCILS | VARIANTS | OCCASIONS).items()
    for text, where, expect in cases
]


def said(text: str, where: str) -> dict[str, Any]:
    readings = read_clues([Clue(text, PLACES[where])], today=date(2026, 11, 22))
    own = [one for one in readings if one.about == "sitting"]
    dates = [one for one in readings if one.field == "date" and one.about != "previous"]
    previous = [one for one in readings if one.about == "previous"]
    return {
        "session": [one.value for one in own if one.field == "session"],
        "special": first(own, "special"),
        "dates": [(*worded(one), one.about) for one in dates],
        "previous": [one.value for one in previous if one.field == "session"],
        "previous_dates": [worded(one)[0] for one in previous if one.field == "date"],
        "topic": first(own, "topic"),
        "role": first(own, "role"),
    }


def first(readings: list[Reading], field: str) -> Any:
    return next((one.value for one in readings if one.field == field), None)


def worded(reading: Reading) -> tuple[str, str | None, str]:
    span = reading.value
    assert isinstance(span, DateSpan)
    start, end = (
        f"{0 if d.year == MISSING_YEAR else d.year:04}-{d.month:02}-{d.day:02}" if d else None
        for d in (span.start, span.end)
    )
    assert start is not None
    return start, end, span.precision


@pytest.mark.parametrize(("text", "where", "expect"), CASES)
def test_a_wording_is_read_as_it_says(text: str, where: str, expect: dict[str, Any]) -> None:
    nothing: dict[str, Any] = {
        "session": [],
        "special": None,
        "dates": [],
        "previous": [],
        "previous_dates": [],
        "topic": None,
        "role": None,
    }
    assert said(text, where) == nothing | expect


def test_there_are_enough_wordings_to_mean_something() -> None:
    assert len(CASES) >= 1_000
