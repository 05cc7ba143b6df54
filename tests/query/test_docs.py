"""Every example of docs/query-language.md means what the page says."""

import re
from datetime import date
from pathlib import Path

import pytest

from archiver.errors import QueryError
from archiver.query import parse, print_query
from archiver.query.fields import FIELDS, VALUES

TODAY = date(2026, 3, 31)
PAGE = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(query|error)\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = [
    tuple(part.strip() for part in line.split(" → "))
    for kind, block in BLOCKS
    if kind == "query"
    for line in block.splitlines()
]
ERRORS = [
    case.strip("\n").split("\n")
    for kind, block in BLOCKS
    if kind == "error"
    for case in block.strip("\n").split("\n\n")
]


@pytest.mark.parametrize(("typed", "normalised"), EXAMPLES)
def test_an_example_means_its_right_side(typed, normalised):
    tree = parse(typed, today=TODAY).tree
    assert print_query(tree) == normalised
    assert parse(normalised, today=TODAY).tree == tree


@pytest.mark.parametrize(("typed", "caret", "message"), ERRORS)
def test_an_error_is_shown_as_it_comes(typed, caret, message):
    with pytest.raises(QueryError) as caught:
        parse(typed, today=TODAY)
    assert caught.value.caret() == f"{typed}\n{caret}"
    assert str(caught.value) == message


def test_every_field_and_value_is_named():
    assert len(EXAMPLES) > 60
    for field in FIELDS:
        assert f"`{field}`" in PAGE
    for values in VALUES.values():
        for value in values:
            assert re.search(rf"\b{value}\b", PAGE), value
