"""Saved searches, and what a new generation of the index changes in their hits."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import feedparser
import pytest

from archiver.errors import ConfigError, UsageError
from archiver.jobs.changes import Known, compare
from archiver.jobs.saved import add_saved, read_saved, remove_saved, saved_searches
from archiver.workspace import create_workspace, find_workspace
from tests.changing_site import Site
from tests.conftest import Archiver

ATOM = "{http://www.w3.org/2005/Atom}"


class TestSaved:
    @pytest.fixture
    def workspace(self, tmp_path: Path) -> Any:
        return create_workspace(tmp_path / "w", seed="http://forum.example/")

    def test_what_was_saved_is_read_back(self, workspace: Any) -> None:
        add_saved(workspace, "radwege", 'Radweg ODER "neue Mitte" \\ #28')
        add_saved(workspace, "a-1", "Haushalt")
        assert dict(saved_searches(workspace)) == {
            "radwege": 'Radweg ODER "neue Mitte" \\ #28',
            "a-1": "Haushalt",
        }

    def test_comments_and_order_survive(self, workspace: Any) -> None:
        text = (
            "# ours\n\n[search.b]\n# of b\nquery = 'B'\n\n# of a\n[search.a]\nquery = 'A'  # why\n"
        )
        workspace.saved_path.write_text(text)
        add_saved(workspace, "c", "C")
        remove_saved(workspace, "b")
        assert workspace.saved_path.read_text() == (
            "# ours\n\n# of a\n[search.a]\nquery = 'A'  # why\n\n[search.c]\nquery = \"C\"\n"
        )

    def test_a_name_in_use_needs_overwrite(self, workspace: Any) -> None:
        add_saved(workspace, "rad", "Radweg")
        add_saved(workspace, "rad", "Radweg")
        with pytest.raises(UsageError, match=r"already: Radweg – .*--overwrite"):
            add_saved(workspace, "rad", "Fahrrad")
        add_saved(workspace, "rad", "Fahrrad", overwrite=True)
        assert dict(saved_searches(workspace)) == {"rad": "Fahrrad"}

    @pytest.mark.parametrize("name", ["", "Rad", "rad weg", "../x", "radweg.", "ä", "a" * 65])
    def test_a_wrong_name_is_refused(self, workspace: Any, name: str) -> None:
        with pytest.raises(UsageError, match="no name of a saved search"):
            add_saved(workspace, name, "Radweg")
        assert not workspace.saved_path.exists()

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("[search.rad]\nqery = 'x'", "unknown key `search.rad.qery`: did you mean `query`"),
            ("[serch.rad]\nquery = 'x'", "unknown key `serch`: did you mean `search`"),
            ("[search.Rad]\nquery = 'x'", "'Rad' is no name"),
            ("[search.rad]\nquery = ' '", "search.rad.query`: is empty"),
            ("[search.rad]\nquery = 3", "].query`: expected `str`"),
            ("format = 2", "format"),
            ("search = ", "not valid TOML"),
        ],
    )
    def test_a_wrong_file_is_refused_with_its_key(self, text: str, told: str) -> None:
        with pytest.raises(ConfigError) as caught:
            read_saved(text, source="saved.toml")
        assert "saved.toml" in str(caught.value)
        assert told in str(caught.value)

    def test_a_file_written_another_way_is_not_broken(self, workspace: Any) -> None:
        text = "search = { rad = { query = 'Radweg' } }\n"
        workspace.saved_path.write_text(text)
        with pytest.raises(ConfigError, match="edit it"):
            remove_saved(workspace, "rad")
        assert workspace.saved_path.read_text() == text


def known(payload: str, *pages: int) -> Known:
    return Known(
        capture_id="c",
        payload=payload,
        extractor="1",
        sessions=(28,),
        held_on=None,
        title="Protokoll",
        url="http://forum.example/28.pdf",
        is_pdf=True,
        pages=dict.fromkeys(pages),
    )


class TestCompare:
    TEXTS: ClassVar = {
        "old": {1: "eins", 2: "zwei", 3: "drei"},
        "new": {1: "eins", 2: "neu", 4: "drei"},
    }

    def read(self, of: Known, page: int) -> str | None:
        return self.TEXTS.get(of.payload, {}).get(page)

    def test_documents_come_and_go(self) -> None:
        found = compare({"a": known("old", 1, 2)}, {"b": known("new", 1)}, self.read)
        assert found == ([("b", 1)], [], [("a", 1), ("a", 2)])

    def test_a_page_is_changed_when_its_words_are(self) -> None:
        found = compare({"a": known("old", 1, 2)}, {"a": known("new", 1, 2)}, self.read)
        assert found == ([], [("a", 2)], [])

    def test_a_page_read_anew_from_the_same_bytes_is_not_changed(self) -> None:
        assert compare({"a": known("x", 1)}, {"a": known("x", 1)}, self.read) == ([], [], [])

    def test_a_page_that_moved_within_its_document_is_not_told_of(self) -> None:
        found = compare({"a": known("old", 1, 3)}, {"a": known("new", 1, 4)}, self.read)
        assert found == ([], [], [])

    def test_words_no_longer_kept_count_as_changed(self) -> None:
        found = compare({"a": known("lost", 1)}, {"a": known("new", 1)}, self.read)
        assert found == ([], [("a", 1)], [])


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    site.page(1, "Der Radweg an der Schule wird breiter. Fragen an radweg@town.example.")
    site.page(2, "Über den Radweg am Markt wurde gesprochen.")
    site.page(3, "Der Haushalt wurde beschlossen.")
    yield site
    site.close()


@pytest.fixture
def forum(site: Site, tmp_path: Path) -> Archiver:
    archiver = Archiver(tmp_path)
    archiver(
        "init", ".", "--seed", f"http://{site.address}/", "--allow", site.address, "--delay", "0"
    )
    archiver("crawl")
    archiver("index")
    return archiver


def entries(feed: bytes) -> list[str]:
    return [str(e.findtext(f"{ATOM}title")) for e in ET.fromstring(feed).iter(f"{ATOM}entry")]


def test_news_of_a_saved_search_from_run_to_run(forum: Archiver, site: Site) -> None:
    hook = forum.folder / "told.json"
    script = forum.folder / "hook.sh"
    script.write_text(f"#!/bin/sh\ncat > {hook}\n")
    script.chmod(0o755)
    with (forum.folder / "archiver.toml").open("a") as config:
        config.write(f'\n[notify]\ncommand = ["{script}"]\n')
    forum("saved", "add", "radwege", "Radweg", "ODER", "Fahrradweg")
    feed = forum.folder / "alerts" / "radwege.atom"
    assert entries(feed.read_bytes()) == []
    assert forum("saved", "alerts").out == ""

    site.page(2, "Über den Radweg am Markt wurde heftig gestritten.")
    site.page(4, "Neue Radwege sind geplant; Auskunft: plan@town.example, Tel. 0999 51-2345.")
    site.page(1, "Die Schule bekommt ein Dach.")
    # The run asks what is due; `crawl` asks everything.
    forum("crawl")
    outcome = forum("run")
    assert "radwege: 1 new, 1 changed, 1 vanished; 2 pages now" in outcome.out
    assert "plan@town.example" not in outcome.out
    record = json.loads(hook.read_text())
    [alert] = record["alerts"]
    assert (alert["new_count"], alert["changed_count"], alert["vanished_count"]) == (1, 1, 1)
    assert alert["new"][0]["url"] == f"http://{site.address}/4.html"
    assert "[E-Mail]" in alert["new"][0]["snippet"]
    assert alert["changed"][0]["url"] == f"http://{site.address}/2.html"
    assert alert["vanished"][0]["url"] == f"http://{site.address}/1.html"
    kept = max((forum.folder / "corpus" / "runs").iterdir())
    [counted] = json.loads(kept.read_text())["alerts"]
    assert (counted["new_count"], counted["new"]) == (1, [])

    told = [kind.partition(":")[0] for kind in entries(feed.read_bytes())]
    assert sorted(told) == ["changed", "new", "vanished"]
    assert b"plan@" not in feed.read_bytes()
    assert "2345" not in feed.read_text()

    before = feed.read_bytes(), (forum.folder / "alerts" / "radwege.json").read_bytes()
    again = forum("run")
    assert "radwege" not in again.out
    assert forum("saved", "alerts", "--json").json["alerts"] == []
    assert before == (feed.read_bytes(), (forum.folder / "alerts" / "radwege.json").read_bytes())
    assert forum("saved", "alerts", "radwege", "--atom").out.encode() == feed.read_bytes()

    hit = forum("saved", "show", "radwege", "--json").json["news"][0]["new"][0]["hit_id"]
    assert "Neue »Radwege« sind geplant" in forum("show", hit).out


def test_feed_readers_take_the_feed(forum: Archiver, site: Site) -> None:
    forum("saved", "add", "radwege", "Radweg")
    site.page(4, 'Ein Radweg & <b>"mehr"</b> \x0c\u202e.', title="Rad & <Weg> \x1b[31m")
    forum("crawl")
    forum("run")
    path = forum.folder / "alerts" / "radwege.atom"
    read = feedparser.parse(path.read_bytes())
    assert (read.bozo, read.version) == (False, "atom10")
    assert (read.feed.title, bool(read.feed.updated_parsed)) == ("radwege: Radweg", True)
    [entry] = read.entries
    assert entry.link == f"http://{site.address}/4.html"
    assert entry.id.startswith("urn:uuid:")
    assert [tag.term for tag in entry.tags] == ["new"]
    assert "Radweg" in entry.summary
    forum("run")
    again = feedparser.parse(path.read_bytes())
    assert [one.id for one in again.entries] == [entry.id]


def test_what_is_withdrawn_vanishes_from_alerts_and_is_not_told_of(
    forum: Archiver, site: Site
) -> None:
    forum("saved", "add", "radwege", "Radweg")
    site.page(4, "Ein Radweg durch den Garten von Frau Muster.")
    forum("crawl")
    forum("run")
    folder = forum.folder / "alerts"
    assert [e.partition(":")[0] for e in entries((folder / "radwege.atom").read_bytes())] == ["new"]
    forum("withdraw", f"http://{site.address}/4.html", "--reason", "names a person", expect=None)
    assert entries((folder / "radwege.atom").read_bytes()) == []
    assert all("4.html" not in path.read_text() for path in folder.iterdir())
    assert "4.html" not in forum("saved", "alerts").out
    assert "4.html" not in forum("saved", "show", "radwege").out
    assert "4.html" not in forum("run").out


def test_a_saved_search_is_part_of_other_queries(forum: Archiver, site: Site) -> None:
    forum("saved", "add", "radwege", "Radweg")
    found = forum("search", "query:radwege", "--session", "2", "--json").json
    assert [group["document"]["sessions"] for group in found["groups"]] == [[2]]
    rows = forum("export", "query:radwege", "-o", "-", "--format", "jsonl").jsonl
    assert len(rows) == 2
    assert "known: radwege" in forum("search", "query:radweg", expect=2).err
    assert forum("stats", "query:radwege", "--json").json["total"]["pages"] == 2
    assert forum("saved", "list", "--json").json["searches"] == [
        {"name": "radwege", "query": "Radweg"}
    ]
    forum("saved", "remove", "radwege")
    assert not list((forum.folder / "alerts").glob("radwege.*"))
    assert forum("saved", "list", "--json").json["searches"] == []


def test_wrong_queries_and_changed_ones(forum: Archiver) -> None:
    assert "sitzung" in forum("saved", "add", "x", "sizung:3", expect=2).err
    assert "no saved search `y`" in forum("saved", "add", "x", "query:y", expect=2).err
    assert not (forum.folder / "saved.toml").exists()

    # Changed by hand, a search begins anew.
    forum("saved", "add", "thema", "Radweg")
    path = forum.folder / "saved.toml"
    path.write_text(path.read_text().replace("Radweg", "Haushalt"))
    assert forum("saved", "alerts").out == ""

    # A wrong one warns, and the others go on.
    with path.open("a") as file:
        file.write("\n[search.schlecht]\nquery = 'Rad ODER'\n")
    outcome = forum("saved", "alerts", expect=3)
    assert "warning: saved search schlecht: ODER has nothing after it" in outcome.err
    assert find_workspace(forum.folder).alerts_folder.joinpath("thema.json").exists()
