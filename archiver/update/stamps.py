"""The day a page was published, where lists repeat it beside the link to the page.

A list of news gives the day of the message, not of the sitting it tells of; the page knows which
of both it is. Pure: no I/O.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from archiver.model import DateSpan, Evidence, Place, Reading
from archiver.sites.spotted import UNDER_TITLE

_OWN: frozenset[Place] = frozenset({"title", "heading", "first_lines", "correction", "profile"})
_MARK_TRUST = 0.45
_OF_LINKS: frozenset[Place] = frozenset({"list_entry", "link_text"})


def told_as_published(readings: Sequence[Reading], published_on: date | None) -> list[Reading]:
    """Return the readings; the page's own day of publication is none of its sitting in a list.

    `published_on` is what the page's marks say; it is added as a reading. No day is taken from a
    list when the page itself tells no other: then a sitting's page may bear the sitting's day
    where news bear their own.
    """
    stamps = {
        one.value.start for one in readings if isinstance(one.value, DateSpan) and _is_stamp(one)
    }
    if published_on is not None:
        evidence = Evidence("page's own mark", published_on.isoformat(), "meta")
        mark = Reading("published", DateSpan(published_on), evidence, _MARK_TRUST, "published")
        readings = [*readings, mark]
        stamps.add(published_on)
    if not stamps or not any(_tells_other_day(one, stamps) for one in readings):
        return list(readings)
    return [
        replace(one, about="published")
        if one.field == "date" and one.evidence.place in _OF_LINKS and _day(one) in stamps
        else one
        for one in readings
    ]


def _is_stamp(reading: Reading) -> bool:
    """Tell whether the page itself says, in words, that it was published that day."""
    is_own = reading.evidence.place in _OWN or reading.evidence.place == "meta"
    is_plain = reading.evidence.rule != UNDER_TITLE and _day(reading) is not None
    return reading.field == "published" and is_own and is_plain


def _tells_other_day(reading: Reading, stamps: set[date]) -> bool:
    is_own = reading.field == "date" and reading.evidence.place in _OWN
    day = _day(reading)
    return is_own and reading.about == "sitting" and day is not None and day not in stamps


def _day(reading: Reading) -> date | None:
    span = reading.value
    return span.start if isinstance(span, DateSpan) and span.precision == "day" else None
