"""The whole way on the sample forum, served over HTTP: what a new user does, in order."""

import json
import shutil
from pathlib import Path

import pytest

from archiver.demo.server import SITE, SampleServer
from tests.conftest import Archiver, new_forum

__all__ = ["captured", "new_forum"]


@pytest.fixture(scope="module")
def server(sample_server: SampleServer) -> SampleServer:
    return sample_server


@pytest.fixture(scope="module")
def forum(sample_forum: Archiver) -> Archiver:
    return sample_forum


@pytest.fixture
def copy(forum: Archiver, tmp_path: Path) -> Archiver:
    shutil.copytree(forum.folder, tmp_path / "forum", ignore=shutil.ignore_patterns("index"))
    archiver = Archiver(tmp_path / "forum")
    archiver("index")  # an index is bound to its place; a copied workspace builds its own
    return archiver


def last_run(archiver: Archiver) -> dict:
    runs = sorted((archiver.folder / "corpus" / "runs").glob("*.json"))
    return json.loads(runs[-1].read_text())


def captured(archiver: Archiver) -> set[tuple[str, int, str]]:
    """Every capture as URL, status, payload digest – whatever the order it was made in."""
    from archiver.corpus import Corpus

    with Corpus.open(archiver.folder / "corpus", read_only=True) as corpus:
        found = [(c.url, c.status, c.payload_digest) for c in corpus.captures()]
    assert len(found) == len(set(found))
    return set(found)


class TestSearch:
    def test_finds_web_pages_and_pdf_pages_of_one_session(self, forum: Archiver) -> None:
        answer = forum("search", "Bürgerbeteiligung", "--session", "28", "--json").json
        documents = [group["document"] for group in answer["groups"]]
        assert {d["media_type"] for d in documents} >= {"text/html", "application/pdf"}
        assert all(28 in d["sessions"] for d in documents)
        assert {d["held_on"] for d in documents} == {"2011-10-14"}
        assert all(d["topics"] for d in documents)
        pdf = next(g for g in answer["groups"] if g["document"]["media_type"] == "application/pdf")
        assert all(hit["page_number"] >= 1 for hit in pdf["hits"])

    def test_prints_session_date_and_a_link_to_the_pdf_page(self, forum: Archiver) -> None:
        out = forum("search", "Bürgerbeteiligung", "--session", "28").out
        assert "#28  14.10.2011" in out
        assert ".pdf#page=" in out
        assert "»" in out

    def test_transcribed_umlauts_find_the_same_pages(self, forum: Archiver) -> None:
        with_umlaut = forum("search", "Bürgerbeteiligung", "--json").json
        without = forum("search", "Buergerbeteiligung", "--json").json
        assert with_umlaut["total"] == without["total"] > 0

    def test_says_what_it_could_not_search_when_nothing_is_found(self, forum: Archiver) -> None:
        outcome = forum("search", "Zwiebelfischgräte", expect=1)
        assert outcome.out == ""
        assert "searched" in outcome.err
        assert "scanned" in outcome.err

    def test_a_dash_word_leaves_pages_out(self, forum: Archiver) -> None:
        every = forum("search", "Verkehr", "--json").json["total"]
        fewer = forum("search", "Verkehr", "-Radverkehr", "--json").json["total"]
        assert 0 < fewer < every

    def test_ranges_of_sessions_and_dates_narrow_the_answer(self, forum: Archiver) -> None:
        answer = forum("search", "--session", "20..22", "--json", "--limit", "100").json
        assert answer["total"] > 0
        assert all({20, 21, 22} & set(g["document"]["sessions"]) for g in answer["groups"])
        year = forum("search", "--date", "2011", "--json", "--limit", "100").json
        assert year["total"] > 0
        assert all(g["document"]["held_on"].startswith("2011") for g in year["groups"])


class TestSecondRun:
    def test_an_unchanged_site_gives_no_version_and_reindexes_nothing(self, copy: Archiver) -> None:
        before = forum_generation(copy)
        copy("crawl")
        counts = last_run(copy)["crawls"][0]["counts"]
        assert (counts["new"], counts["changed"]) == (0, 0)
        copy("index")
        update = last_run(copy)["update"]
        assert (update["new_versions"], update["pages_written"]) == (0, 0)
        assert (update["documents_removed"], update["extracted"]) == (0, 0)
        assert forum_generation(copy) == before

    def test_one_changed_page_gives_exactly_one_version(
        self, server: SampleServer, copy: Archiver
    ) -> None:
        path = session_28_path(copy)
        original = (SITE / path.lstrip("/")).read_bytes()
        changed = original.replace(b"</h1>", b"</h1><p>Nachtrag: die Zwiebelfischgr\xc3\xa4te.</p>")
        assert changed != original
        server.overlay[path] = changed
        try:
            copy("crawl")
            copy("index")
        finally:
            del server.overlay[path]
        counts = last_run_with(copy, "crawls")["crawls"][0]["counts"]
        update = last_run(copy)["update"]
        assert (counts["new"], counts["changed"]) == (0, 1)
        assert update["new_versions"] == 1
        assert update["documents_written"] == 1
        assert copy("search", "Zwiebelfischgräte", "--json").json["documents"] == 1

    def test_a_page_that_vanished_is_still_found(
        self, server: SampleServer, copy: Archiver
    ) -> None:
        path = session_28_path(copy)
        server.overlay[path] = None
        try:
            for _ in range(4):
                copy("crawl", expect=None)
        finally:
            del server.overlay[path]
        copy("index")
        answer = copy("search", "Bürgerbeteiligung", "--session", "28", "--json").json
        assert any(g["document"]["urls"][0].endswith(path) for g in answer["groups"])

    def test_rebuilding_the_index_gives_the_same_hits(self, copy: Archiver) -> None:
        before = copy("search", "Verkehr", "--json").json
        shutil.rmtree(copy.folder / "index")
        copy("index")
        after = copy("search", "Verkehr", "--json").json
        assert after == before


def forum_generation(archiver: Archiver) -> str:
    return str(archiver("search", "Verkehr", "--json").json["generation"])


def session_28_path(archiver: Archiver) -> str:
    documents = archiver("documents", "--jsonl").jsonl
    page = next(d for d in documents if d["kind"] == "session" and d["sessions"] == [28])
    return "/" + page["urls"][0].split("/", 3)[3]


def last_run_with(archiver: Archiver, key: str) -> dict:
    runs = sorted((archiver.folder / "corpus" / "runs").glob("*.json"), reverse=True)
    records = (json.loads(run.read_text()) for run in runs)
    return next(record for record in records if record.get(key))


class TestLookingIn:
    def test_sessions_lists_number_date_topic_and_gaps(self, forum: Archiver) -> None:
        listed = forum("sessions", "--json").json
        rows = listed["sessions"]
        row = next(r for r in rows if r["sessions"] == [28])
        assert row["held_on"] == "2011-10-14"
        assert row["topics"]
        assert row["files"] >= 1
        assert listed["missing"]
        assert "28" in forum("sessions").out

    def test_documents_carry_their_evidence(self, forum: Archiver) -> None:
        documents = forum("documents", "--jsonl").jsonl
        page = next(d for d in documents if d["kind"] == "session" and d["sessions"] == [28])
        evidence = [r["evidence"] for r in page["readings"] if r["field"] == "session"]
        assert any("28" in e["raw"] for e in evidence)
        assert all(e["rule"] and e["place"] for e in evidence)

    def test_files_inherit_from_the_page_that_links_them(self, forum: Archiver) -> None:
        documents = forum("documents", "--jsonl").jsonl
        files = [d for d in documents if d["kind"] == "file"]
        assert len(files) >= 20
        dated = [d for d in files if d["held_on"]]
        assert len(dated) >= 0.8 * len(files)

    def test_extract_reads_a_local_file_through_the_same_sandbox(
        self, forum: Archiver, tmp_path: Path
    ) -> None:
        page = tmp_path / "seite.html"
        page.write_text("<h1>12. Stadtgespräch am 3. Mai 2014: Neue Bänke</h1><p>Text.</p>")
        [result] = forum("extract", str(page), "--jsonl").jsonl
        values = {r["field"]: r["value"] for r in result["readings"] if r["about"] == "sitting"}
        assert values["session"] == 12
        assert values["date"]["start"] == "2014-05-03"

    def test_status_counts_what_there_is(self, forum: Archiver) -> None:
        status = forum("status", "--json").json
        assert status["captures"] > 60
        assert status["documents"] > 50
        assert "captures" in forum("status").out


class TestExport:
    def test_writes_every_hit_with_a_manifest(self, forum: Archiver, tmp_path: Path) -> None:
        target = tmp_path / "hits.jsonl"
        forum("export", "Verkehr", "-o", str(target))
        rows = [json.loads(line) for line in target.read_text().splitlines()]
        manifest = json.loads((tmp_path / "hits.jsonl.manifest.json").read_text())
        total = forum("search", "Verkehr", "--json").json["total"]
        assert len(rows) == manifest["written"] == manifest["expected"] == total
        assert all(row["payload_sha256"] and row["warc_file"] for row in rows)

    def test_refuses_to_overwrite(self, forum: Archiver, tmp_path: Path) -> None:
        target = tmp_path / "hits.csv"
        target.write_text("mine")
        outcome = forum("export", "Verkehr", "-o", str(target), expect=2)
        assert "exists" in outcome.err
        assert target.read_text() == "mine"
