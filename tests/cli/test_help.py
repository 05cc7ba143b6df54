"""`archiver help`, `like` and `search --explain` on the command line."""

import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from archiver.query import parse
from archiver.query.fields import FIELDS
from tests.conftest import Archiver

SHORT = files("archiver.cli").joinpath("topics", "query.txt").read_text("utf-8")


def test_the_language_in_short_is_printed_without_a_workspace(tmp_path: Path) -> None:
    archiver = Archiver(tmp_path)
    assert archiver("help", "query").out.strip() == SHORT.strip()
    assert "archiver help query" in archiver("help").out
    assert "Usage: archiver export" in archiver("help", "export").out
    assert "no help on 'nothing'" in archiver("help", "nothing", expect=2).err


def examples() -> list[str]:
    lines = [line for line in SHORT.splitlines() if line.startswith("  ")]
    own = [re.split(r"\s{2,}", line.strip())[:-1] for line in lines if "archiver" not in line]
    typed = re.findall(r"archiver search '([^']+)'", SHORT)
    return [example for line in own for example in line] + typed


@pytest.mark.parametrize("example", examples())
def test_each_example_in_it_is_understood(example: str) -> None:
    assert parse(example, today=date(2026, 3, 31)).tree


def test_it_names_every_field() -> None:
    assert len(examples()) > 25
    for name, (_, others) in FIELDS.items():
        assert any(f"{typed}:" in SHORT for typed in (name, *others)), name


def test_like_and_explain_speak_of_the_sample_forum(sample_forum: Archiver) -> None:
    listed = sample_forum("search", "Skatepark", "--json").json
    document = listed["groups"][0]["document"]
    found = sample_forum("like", document["urls"][0], "-n", "3", "--json").json
    assert 0 < len(found["documents"]) <= 3
    assert document["doc_id"] not in {one["document"]["doc_id"] for one in found["documents"]}
    printed = sample_forum("like", document["doc_id"])
    assert "its telling words:" in printed.err
    assert found["documents"][0]["document"]["title"] in printed.out
    assert "no document 'x'" in sample_forum("like", "x", expect=2).err
    explained = sample_forum("search", "Skatepark -Halle", "--explain").err
    assert "  the word Skatepark, its other forms, and compounds with it" in explained
