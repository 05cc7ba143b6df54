"""Every built-in profile reads its golden cases: one result a field."""

from pathlib import Path

import pytest

from archiver.sites.golden import FIELDS, judge, read_case
from archiver.sites.load import builtin, builtin_names

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.parent for path in GOLDEN.glob("*/*/page.html"))


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_golden_page_reads_as_expected(case: Path, field: str) -> None:
    meta = (case / "meta.json").read_text("utf-8")
    read = read_case(
        (case / "page.html").read_bytes(), meta, builtin(case.parent.name), source=str(case)
    )
    expected = (case / "expected.json").read_text("utf-8")
    results = {one.field: one for one in judge(read, expected, source=str(case))}
    assert results[field].read == results[field].expected


def test_every_built_in_profile_has_golden_cases() -> None:
    assert {case.parent.name for case in CASES} == set(builtin_names())
