"""`archiver site`: profiles are written, listed, tried on archived pages, checked by cases."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import Archiver

PAGE = """<html lang="de"><head><title>Lindental</title></head><body>
<h1>Treffen 12: Ein Dach für den Markt</h1><p class="wann">Dienstag, den 3. Mai 2011</p>
</body></html>"""
PROFILE = """
name = "lindental"
[pages.session]
select = ".wann"
[fields]
session = [{ select = "h1", pattern = 'Treffen (\\d+)' }]
date = [{ select = ".wann" }]
topic = [{ select = "h1", pattern = ':\\s*(?P<value>.+)' }]
"""
READ = {
    "kind": "session",
    "sessions": [12],
    "held_on": "2011-05-03",
    "topics": ["Ein Dach für den Markt"],
}


@pytest.fixture
def archiver(tmp_path: Path) -> Archiver:
    found = Archiver(tmp_path)
    found("init", ".", "--seed", "http://lindental.example/")
    return found


def write_profile(archiver: Archiver, case: str = "design-2011") -> Path:
    """Write the profile with one golden case; return the case's folder."""
    sites = archiver.folder / "sites"
    folder = sites / "lindental" / "cases" / case
    folder.mkdir(parents=True)
    (sites / "lindental.toml").write_text(PROFILE, encoding="utf-8")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    (folder / "meta.json").write_text('{"url": "http://lindental.example/treffen/12"}')
    return folder


class TestNew:
    def test_a_new_profile_is_valid_as_it_stands_and_says_what_comes_next(
        self, archiver: Archiver
    ) -> None:
        outcome = archiver("site", "new", "lindental", "--seed", "http://lindental.example/a")
        path = Path(outcome.out.strip())
        assert path == archiver.folder / "sites" / "lindental.toml"
        written = tomllib.loads(path.read_text("utf-8"))
        assert written == {"name": "lindental", "seeds": ["http://lindental.example/a"]}
        assert 'profile = "lindental"' in outcome.err

    def test_what_is_there_is_not_overwritten(self, archiver: Archiver) -> None:
        write_profile(archiver)
        seed = ("--seed", "http://lindental.example/")
        assert "already exists" in archiver("site", "new", "lindental", *seed, expect=2).err
        assert "no profile's name" in archiver("site", "new", "../x", *seed, expect=2).err

    def test_every_line_of_the_template_holds_when_it_is_put_in(self) -> None:
        from archiver.sites.load import load_profile
        from archiver.sites.template import new_profile_text

        text = new_profile_text("lindental", "http://lindental.example/")
        lines = [line[2:] if _is_toml(line) else line for line in text.splitlines()]
        profile = load_profile("\n".join(lines), "template")
        assert set(profile.fields) == {"session", "date", "topic", "group", "keyword"}
        assert set(profile.pages) == {"session", "overview"}
        assert (profile.first_year, profile.scope.exclude) == (2004, ("[?&]print=1",))


def _is_toml(line: str) -> bool:
    """Tell whether a comment is a key or a table that only waits to be put in."""
    return re.match(r"# (?:\[|\w+ = )", line) is not None


class TestList:
    def test_own_and_built_in_profiles_are_listed_with_their_cases(
        self, archiver: Archiver
    ) -> None:
        write_profile(archiver)
        listed = archiver("site", "list", "--json").json["profiles"]
        own = listed[0]
        assert (own["name"], own["cases"]) == ("lindental", 1)
        names = [one["name"] for one in listed]
        assert names == ["lindental", "council-tables", "sample-forum", "typo3-archive"]
        assert "built-in" in archiver("site", "list").out


class TestTry:
    def test_an_archived_url_shows_each_field_with_rule_and_words(
        self, sample_forum: Archiver
    ) -> None:
        url = page_url(sample_forum, "/sitzungen/2014-09-25/")
        out = sample_forum("site", "try", url).out
        lines = [line.split() for line in out.splitlines()]
        assert ["session", "36"] in [line[:2] for line in lines]
        assert "»Donnerstag, 25. September 2014«" in out
        assert "contradicts" in out
        assert "read by the general readers" in out

    def test_another_profile_may_be_tried_and_nothing_is_kept(self, sample_forum: Archiver) -> None:
        url = page_url(sample_forum, "/foren/2011/forum-28.html")
        before = sample_forum("documents", "--jsonl").out
        found = sample_forum("site", "try", url, "--profile", "sample-forum", "--json").json
        assert found["profile"] == "sample-forum"
        rules = {r["field"]: r["evidence"]["rule"] for r in found["found"]["readings"]}
        assert rules["session"] == "fields.session[0]"
        assert rules["kind"] == "pages.session.url"
        assert sample_forum("documents", "--jsonl").out == before

    def test_a_file_inherits_as_it_would_in_the_index(self, sample_forum: Archiver) -> None:
        url = page_url(sample_forum, "/dateien/2013/einladung-juni.pdf")
        found = sample_forum("site", "try", url, "--json").json["found"]
        assert (found["sessions"], found["held_on"]) == ([33], "2013-06-20")
        assert "inherited" in {r["evidence"]["place"] for r in found["readings"]}

    def test_a_url_that_is_not_archived_is_to_be_crawled_first(self, archiver: Archiver) -> None:
        outcome = archiver("site", "try", "http://lindental.example/nie", expect=2)
        assert "not archived – crawl it first: archiver crawl" in outcome.err

    def test_a_file_is_read_alone_by_the_profile_that_is_named(self, archiver: Archiver) -> None:
        page = write_profile(archiver) / "page.html"
        found = archiver("site", "try", str(page), "--profile", "lindental", "--json").json["found"]
        assert {key: found[key] for key in READ} == READ
        assert "no profile 'nie'" in archiver("site", "try", str(page), "--profile", "nie",
                                              expect=2).err  # fmt: skip

    def test_neither_file_nor_url_is_an_error_that_says_both(self, archiver: Archiver) -> None:
        outcome = archiver("site", "try", "nirgends.html", expect=2)
        assert "give a file, or an archived http(s) URL" in outcome.err


class TestCheck:
    def test_accepted_cases_hold_and_each_field_has_a_result(self, archiver: Archiver) -> None:
        folder = write_profile(archiver)
        archiver("site", "check", "lindental", "--accept")
        assert json.loads((folder / "expected.json").read_text("utf-8")) == READ
        [case] = archiver("site", "check", "lindental", "--json").json["cases"]
        assert len(case["results"]) == 9
        assert all(one["expected"] == one["read"] for one in case["results"])

    def test_a_field_that_differs_ends_with_code_three(self, archiver: Archiver) -> None:
        folder = write_profile(archiver)
        expected = {**READ, "sessions": [11]}
        (folder / "expected.json").write_text(json.dumps(expected), encoding="utf-8")
        outcome = archiver("site", "check", expect=3)
        assert "read 12, expected 11" in outcome.out
        assert "1 case, 1 wrong" in outcome.err

    def test_a_case_without_expectations_says_how_to_write_them(self, archiver: Archiver) -> None:
        write_profile(archiver)
        assert "archiver site check --accept" in archiver("site", "check", expect=3).out

    def test_wrong_files_of_a_case_are_named(self, archiver: Archiver) -> None:
        folder = write_profile(archiver)
        (folder / "expected.json").write_text('{"session": [12]}')
        assert (
            "expected.json: allowed here: kind, sessions" in archiver("site", "check", expect=2).err
        )
        (folder / "meta.json").write_text("{}")
        assert "meta.json: " in archiver("site", "check", expect=2).err
        assert "no golden cases" in archiver("site", "check", "sample-forum", expect=2).err


def page_url(archiver: Archiver, path: str) -> str:
    documents = archiver("documents", "--jsonl").jsonl
    urls = (url for document in documents for url in document["urls"])
    return next(str(url) for url in urls if str(url).endswith(path))
