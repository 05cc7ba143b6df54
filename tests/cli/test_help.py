"""`archiver help`, `like` and `search --explain` on the command line."""

import re
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from archiver.cli.search import coverage_line
from archiver.model import Coverage
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


def test_no_line_about_a_command_is_cut(tmp_path: Path) -> None:
    for group in ("corpus", "saved", "site", "config"):
        shown = Archiver(tmp_path)(group, "--help").out
        assert not [
            line for line in shown.splitlines() if line.endswith("..") and "Usage" not in line
        ], group


def test_an_unknown_option_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    told = Archiver(tmp_path)("search", "Rad", "--sesion", "3", expect=2).err
    assert told == (
        "archiver: no option '--sesion'; did you mean '--session'? – see: archiver search --help\n"
    )
    told = Archiver(tmp_path)("crawl", "--xyzzy", expect=2).err
    assert told == "archiver: no option '--xyzzy' – see: archiver crawl --help\n"


def test_the_coverage_counts_what_it_does_not_name() -> None:
    few = Coverage(
        sessions_known=1, sessions_missing=(2,), documents=1, pages=1, files=0,
        image_only_files=0, image_only_pages=0, unreadable_files=0, dead_links=1,
    )  # fmt: skip
    assert coverage_line(few) == (
        "searched 1 numbered sitting, 1 document, 1 page; missing #2; 1 dead link"
    )
    many = coverage_line(replace(few, sessions_missing=tuple(range(2, 12)), dead_links=0))
    assert many.endswith("; missing #2, #3, #4, #5, #6, #7, #8, #9 and 2 more")


def test_a_page_of_the_answer_beyond_its_end_says_so(sample_forum: Archiver) -> None:
    beyond = sample_forum("search", "Skatepark", "--offset", "999", "--no-facets")
    assert re.match(r"there are \d+ documents only – a lower --offset\n", beyond.err)


def test_a_version_that_is_not_there_is_answered_with_those_that_are(
    sample_forum: Archiver,
) -> None:
    url = sample_forum("documents", "--jsonl").jsonl[0]["urls"][0]
    told = sample_forum("diff", url, "1", "2", expect=2).err
    assert told == f"archiver: {url} has only version 1\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["search", "Rad", "-w", "/srv"], "-w stands before the command: archiver -w … (the word"),
        (["search", "Rad", "-q"], "-q stands before the command: archiver -q (the word itself:"),
        (["search", "Rad", "--utc"], "--utc stands before the command: archiver --utc – see:"),
        (["crawl", "--no-color"], "--no-color stands before the command: archiver --no-color –"),
        (["status", "-w", "x"], "-w stands before the command: archiver -w … – see: archiver st"),
    ],
)
def test_an_option_of_the_whole_program_says_where_it_stands(
    tmp_path: Path, words: list[str], told: str
) -> None:
    assert Archiver(tmp_path)(*words, expect=2).err.startswith(f"archiver: {told}")
