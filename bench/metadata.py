"""Score the general readers on labelled wordings: session, dates, previous, topic, role.

    python -m bench.metadata --cases FILE.jsonl [--failures]

Each case is a JSON line with `id`, `kind`, `text`, `where` and `expect` (session, special, dates,
previous, topic, role). A field counts when it is exactly as labelled.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from archiver.model import MISSING_YEAR, DateSpan, Place, Reading
from archiver.sites.readers import Clue, read_clues

PLACES: dict[str, Place] = {
    "title": "title",
    "heading": "heading",
    "text": "text",
    "link": "link_text",
    "file": "file_name",
    "url": "url",
    "list": "list_entry",
}
CORE = ("session", "dates", "previous")  # must all be right for a case to count as read
FIELDS = ("session", "special", "dates", "previous", "topic", "role", "core")


def as_labelled(case: dict[str, Any]) -> dict[str, Any]:
    """Read one case's text at its place and put the readings into the labels' form."""
    readings = read_clues([Clue(case["text"], PLACES[case["where"]])], today=date(2026, 11, 22))
    own = [one for one in readings if one.about == "sitting"]
    dates = [one for one in readings if one.field == "date" and one.about != "previous"]
    earlier = [one for one in readings if one.about == "previous"]
    # This sitting's own dates first, then in order of the text.
    dates.sort(key=lambda one: one.about != "sitting")
    return {
        "session": _values(own, "session"),
        "special": next(iter(_values(own, "special")), None),
        "dates": [_date(one) | {"sitting": one.about == "sitting"} for one in dates],
        "previous": {
            "session": _values(earlier, "session"),
            "dates": [_date(one) for one in earlier if one.field == "date"],
        },
        "topic": next(iter(_values(own, "topic")), None),
        "role": next(iter(_values(own, "role")), None),
    }


def _values(readings: Sequence[Reading], field: str) -> list[Any]:
    return [one.value for one in readings if one.field == field]


def _date(reading: Reading) -> dict[str, Any]:
    span = reading.value
    assert isinstance(span, DateSpan)
    return {
        "from": _worded(span.start),
        "to": _worded(span.end) if span.end else None,
        "missing": ["year"] if span.is_year_missing else [],
        "precision": span.precision,
    }


def _worded(day: date) -> str:
    return f"{0 if day.year == MISSING_YEAR else day.year:04}-{day.month:02}-{day.day:02}"


def judge(case: dict[str, Any]) -> dict[str, tuple[bool, Any, Any]]:
    """Compare a case with its labels: field → (is right, expected, read)."""
    read, expect = as_labelled(case), dict(case["expect"])
    expect.setdefault("previous", {"session": [], "dates": []})
    judged = {
        field: (read[field] == expect.get(field), expect.get(field), read[field])
        for field in FIELDS
        if field != "core"
    }
    is_core = all(judged[field][0] for field in CORE)
    return judged | {"core": (is_core, None, None)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the scores, and with --failures each field that is not as labelled."""
    parser = argparse.ArgumentParser(prog="bench.metadata", description=__doc__)
    parser.add_argument("--cases", type=Path, required=True, help="labelled wordings, JSON lines")
    parser.add_argument("--failures", action="store_true", help="list what is not as labelled")
    options = parser.parse_args(arguments)
    lines = options.cases.read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines if line.startswith("{")]
    right: Counter[tuple[str, str]] = Counter()
    total: Counter[str] = Counter()
    for case in cases:
        judged = judge(case)
        for group in (case["kind"], "all"):
            total[group] += 1
            right.update((group, field) for field in FIELDS if judged[field][0])
        if options.failures:
            for field, (is_right, expected, read) in judged.items():
                if not is_right and field != "core":
                    print(f"{case['id']} {field} [{case['where']}] {case['text']!r}")
                    print(f"    expected {expected}\n    read     {read}")
    print(f"{'kind':5}{'cases':>6}" + "".join(f"{field:>10}" for field in FIELDS))
    for group in sorted(total):
        shares = (
            f"{right[group, field]:>5}{right[group, field] / total[group]:>5.0%}"
            for field in FIELDS
        )
        print(f"{group:5}{total[group]:>6}" + "".join(shares))
    return 0


if __name__ == "__main__":
    sys.exit(main())
