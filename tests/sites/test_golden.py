"""Every built-in profile reads its golden cases: one result a field."""

import json
from pathlib import Path
from typing import Any

import pytest

from archiver.codec import to_json
from archiver.sites.load import builtin, builtin_names
from archiver.sites.trial import try_page

GOLDEN = Path(__file__).parent / "golden"
FIELDS = (
    "kind",
    "sessions",
    "held_on",
    "held_until",
    "topics",
    "groups",
    "keywords",
    "special",
    "conflicts",
)
CASES = sorted(path.parent for path in GOLDEN.glob("*/*/page.html"))


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_golden_page_reads_as_expected(case: Path, field: str) -> None:
    expected: dict[str, Any] = json.loads((case / "expected.json").read_text("utf-8"))
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    html = (case / "page.html").read_text("utf-8")
    resolved, _ = try_page(html, meta["url"], builtin(case.parent.name))
    nothing = None if field in ("held_on", "held_until", "special") else []
    assert json.loads(to_json(getattr(resolved, field))) == expected.get(field, nothing)


def test_every_built_in_profile_has_golden_cases() -> None:
    assert {case.parent.name for case in CASES} == set(builtin_names())
