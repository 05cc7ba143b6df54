"""Exporting, citing, showing, concordances, statistics, checking, batches: on the sample forum."""

import contextlib
import csv
import doctest
import io
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import bagit
import bibtexparser
import openpyxl
import pyarrow.parquet as pq
import pytest
import rispy
from warcio.archiveiterator import ArchiveIterator

import archiver as package
from archiver.cli import run
from archiver.corpus import Corpus
from archiver.demo.server import SampleServer
from archiver.errors import ExportError
from archiver.export import FORMATS
from archiver.jobs.export import export_hits
from archiver.jobs.holdings import open_holdings
from archiver.jobs.places import find_place
from archiver.jobs.question import Question
from archiver.model import Answer
from archiver.workspace import find_workspace
from tests.conftest import ROOT, Archiver, Outcome, index_sample

QUERY = ("Bürgerbeteiligung", "--session", "28")


class Inside(Archiver):
    """Runs the command line in this process: the same code, without a start for each command."""

    def __call__(self, *arguments: str, expect: int | None = 0, **environment: str) -> Outcome:
        assert not environment
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(["-w", str(self.folder), *arguments])
            out.flush()
            err.flush()
        texts = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]  # a BytesIO
        outcome = Outcome(code, *texts)
        assert expect is None or outcome.code == expect, f"{arguments}: {outcome}"
        return outcome


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Archiver:
    folder = tmp_path_factory.mktemp("export") / "forum"
    folder.mkdir()
    archiver = Archiver(folder)
    with SampleServer() as server:
        seed = f"{server.base_url.rstrip('/')}/"
        archiver(
            "init", ".", "--name", "sample-forum", "--profile", "sample-forum", "--seed", seed,
            "--allow", server.address, "--delay", "0",
        )  # fmt: skip
        archiver("crawl")
        index_sample(archiver, tmp_path_factory, "sample-forum")
    return Inside(folder)


@pytest.fixture(scope="module")
def hits(forum: Archiver) -> list[dict[str, Any]]:
    return forum("export", *QUERY, "-o", "-", "--format", "jsonl").jsonl


@pytest.fixture(scope="module")
def pdf(hits: list[dict[str, Any]]) -> dict[str, Any]:
    return next(hit for hit in hits if hit["media"] == "application/pdf" and hit["match"])


def without_time(content: bytes) -> bytes:
    return re.sub(rb"20\d\d-\d\d-\d\dT[\d:.]+Z", b"TIME", content)


class TestExport:
    def test_count_written_is_count_expected_is_count_read_back(
        self, forum: Archiver, tmp_path: Path
    ) -> None:
        total = forum("search", *QUERY, "--json").json["total"]
        for name in ("h.csv", "h.tsv", "h.json", "h.jsonl", "h.ris", "h.xlsx", "h.parquet",
                     "h.bag.zip", "h.warc.gz", "h.wacz", "h.zip", "h.html", "h.bib"):  # fmt: skip
            forum("export", *QUERY, "-o", str(tmp_path / name))
            manifest = json.loads((tmp_path / f"{name}.manifest.json").read_text())
            assert manifest["written"] == manifest["expected"] == total, name
        with (tmp_path / "h.csv").open(newline="", encoding="utf-8") as stream:
            assert len(list(csv.DictReader(stream))) == total
        assert len(rispy.loads((tmp_path / "h.ris").read_text())) == total
        assert openpyxl.load_workbook(tmp_path / "h.xlsx")["hits"].max_row == total + 1
        assert pq.read_table(tmp_path / "h.parquet").num_rows == total
        assert len(bibtexparser.parse_file(str(tmp_path / "h.bib")).entries) == total
        assert (tmp_path / "h.html").read_text().count("<article ") == total
        with zipfile.ZipFile(tmp_path / "h.zip") as package:
            assert sum(name.startswith("texts/") for name in package.namelist()) == total
        captures = {row["hit_id"].rpartition("-p")[0] for row in map(
            json.loads, (tmp_path / "h.jsonl").read_text().splitlines())}  # fmt: skip
        with zipfile.ZipFile(tmp_path / "h.wacz") as package:
            warc = io.BytesIO(package.read("archive/data.warc.gz"))
            pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()]
        assert {page["id"] for page in pages[1:]} == captures
        assert all(page["title"] for page in pages)
        for stream in (io.BytesIO((tmp_path / "h.warc.gz").read_bytes()), warc):
            kinds = [record.rec_type for record in ArchiveIterator(stream)]
            assert kinds.count("response") == kinds.count("request") == len(captures)

    def test_a_bag_is_valid_for_the_library_of_the_library_of_congress(
        self, forum: Archiver, tmp_path: Path
    ) -> None:
        forum("export", *QUERY, "-o", str(tmp_path / "h.bag.zip"))
        with zipfile.ZipFile(tmp_path / "h.bag.zip") as package:
            package.extractall(tmp_path / "unpacked")
        bag = bagit.Bag(str(tmp_path / "unpacked" / "bag"))
        assert bag.is_valid()
        [hits] = (tmp_path / "unpacked").rglob("hits.jsonl")
        hits.write_text(hits.read_text()[:-1])
        assert not bag.is_valid()

    @pytest.mark.parametrize("name", FORMATS)
    def test_the_same_moment_gives_the_same_bytes(
        self, forum: Archiver, tmp_path: Path, name: str
    ) -> None:
        workspace = find_workspace(forum.folder)
        question = Question(query="Bürgerbeteiligung session:28", today=date(2026, 11, 22))
        now = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
        written = []
        for folder in (tmp_path / "a", tmp_path / "b"):
            folder.mkdir()
            export_hits(workspace, question, str(folder / "hits"), format=name, now=now)
            written.append((folder / "hits").read_bytes())
        assert written[0] == written[1]

    def test_a_second_export_differs_by_its_time_only(
        self, forum: Archiver, tmp_path: Path
    ) -> None:
        for name in ("jsonl", "csv", "kwic.tsv", "bib"):
            first, second = (tmp_path / f"{n}.{name}" for n in "ab")
            for target in (first, second):
                forum("export", *QUERY, "-o", str(target))
            assert without_time(first.read_bytes()) == without_time(second.read_bytes())

    def test_a_rebuilt_index_gives_the_same_hits(
        self, forum: Archiver, hits: list[dict[str, Any]], tmp_path: Path
    ) -> None:
        shutil.copytree(forum.folder, tmp_path / "forum", ignore=shutil.ignore_patterns("index"))
        copy = Inside(tmp_path / "forum")
        copy("index", "--rebuild")
        again = copy("export", *QUERY, "-o", "-", "--format", "jsonl").jsonl
        assert {hit["hit_id"] for hit in again} == {hit["hit_id"] for hit in hits}

    def test_names_the_site_and_the_digest_its_record_states(
        self, forum: Archiver, pdf: dict[str, Any]
    ) -> None:
        assert pdf["warc_digest"] == f"sha256:{pdf['payload_sha256']}"
        out = forum("export", *QUERY, "-o", "-", "--format", "csl-json").json
        assert {item["publisher"] for item in out} == {"Stadt Auenfurt"}

    def test_profile_and_fields_choose_columns(self, forum: Archiver) -> None:
        out = forum(
            "export", *QUERY, "-o", "-", "--format", "csv", "--profile", "brief",
            "--fields", "site",
        ).out  # fmt: skip
        header = out.splitlines()[0].split(",")
        assert (header[0], header[-1], len(header)) == ("hit_id", "site", 14)

    def test_without_snippets_no_text_goes_out(self, forum: Archiver) -> None:
        rows = forum("export", *QUERY, "-o", "-", "--format", "jsonl", "--no-snippets").jsonl
        assert rows
        assert not any("match" in row for row in rows)
        assert all(row["hit_id"].endswith("-0") for row in rows)

    def test_the_list_of_fields_needs_no_query(self, forum: Archiver) -> None:
        assert forum("export", "--fields", "?").out.startswith("hit_id")

    def test_a_withdrawn_file_is_withheld_and_counted(
        self, forum: Archiver, pdf: dict[str, Any], tmp_path: Path
    ) -> None:
        shutil.copytree(forum.folder, tmp_path / "forum")
        with Corpus.open(tmp_path / "forum" / "corpus") as corpus:
            corpus.withdraw("url", pdf["final_url"], reason="names of minors")
        copy = Inside(tmp_path / "forum")
        copy("index", "--rebuild", expect=None)
        workspace = find_workspace(tmp_path / "forum")
        question = Question(query="Bürgerbeteiligung session:28", today=date(2026, 11, 22))
        manifest = export_hits(workspace, question, str(tmp_path / "h.jsonl"))
        assert pdf["final_url"] not in (tmp_path / "h.jsonl").read_text()
        assert manifest.written + manifest.withheld == manifest.expected
        with open_holdings(workspace) as holdings, pytest.raises(ExportError, match="withdrawn"):
            find_place(holdings, pdf["hit_id"], today=date(2026, 11, 22))

    @pytest.mark.parametrize("name", ["jsonl", "csv", "bag", "wacz", "kwic"])
    def test_what_was_withdrawn_since_the_index_was_built_does_not_go_out(
        self, forum: Archiver, pdf: dict[str, Any], tmp_path: Path, name: str
    ) -> None:
        shutil.copytree(forum.folder, tmp_path / "forum")
        copy = Inside(tmp_path / "forum")
        copy("index", "--rebuild", expect=None)
        with Corpus.open(tmp_path / "forum" / "corpus") as corpus:
            corpus.withdraw("url", pdf["final_url"], reason="names of minors")
        target = tmp_path / "hits"
        copy("export", *QUERY, "-o", str(target), "--format", name)
        manifest = json.loads((tmp_path / "hits.manifest.json").read_text())
        assert manifest["written"] + manifest["withheld"] == manifest["expected"]
        content = target.read_bytes()
        if name in ("bag", "wacz"):
            with zipfile.ZipFile(target) as package:
                content = b"".join(map(package.read, package.namelist()))
        assert pdf["final_url"].encode() not in content
        assert pdf["payload_sha256"].encode() not in content


class TestFailures:
    def test_an_existing_file_stays(self, forum: Archiver, tmp_path: Path) -> None:
        target = tmp_path / "hits.csv"
        target.write_text("mine")
        outcome = forum("export", *QUERY, "-o", str(target), expect=2)
        assert len(outcome.err.splitlines()) == 1
        assert "exists already" in outcome.err
        assert target.read_text() == "mine"

    def test_a_full_disk_is_one_line(self, forum: Archiver) -> None:
        if not Path("/dev/full").exists():
            pytest.fail("/dev/full is needed")
        outcome = forum("export", *QUERY, "-o", "/dev/full", "--format", "csv", expect=2)
        assert outcome.err == (
            "archiver: /dev/full: cannot be written: no space left – make room, then export again\n"
        )

    def test_a_folder_that_is_not_there_is_one_line(self, forum: Archiver, tmp_path: Path) -> None:
        outcome = forum("export", *QUERY, "-o", str(tmp_path / "no" / "h.csv"), expect=2)
        assert "the folder does not exist – make it first" in outcome.err

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["export", "Radweg", "-o", "."], "is a folder – name a file in it"),
            (["export", "Radweg", "-o", "no/"], "is a folder – name a file in it"),
            (["export", "Radweg", "-o", ""], "the output has no name"),
            (["export", "Radweg", "-o", "h.csv", "--format", "ris"], "contradicts the format ris"),
            (["export", "Radweg", "-o", "h.csv", "--format", "odt"], "unknown format 'odt'"),
            (["export", "Radweg", "-o", "h.odt"], "the suffix tells no format"),
            (["export", "Radweg", "-o", "h.csv", "--fields", "pagee"], "did you mean 'page'"),
            (["export", "Radweg", "-o", "h.ris", "--profile", "brief"], "--profile out"),
            (["export", "Radweg", "-o", "h.csv", "--redact", ""], "nothing is named to redact"),
            (["export", "Radweg", "-o", "h.csv", "--redact", "names"], "cannot redact 'names'"),
            (["export", "Radweg", "-o", "h.wacz", "--redact", "phone"], "cannot be masked"),
            (["export", "Radweg", "-o", "h.ris", "--no-snippets"], "leave --no-snippets out"),
            (["kwic", "Radweg", "-o", "k.csv"], "contradicts the format kwic"),
            (["kwic", "Radweg", "--sort", "9X"], "cannot sort by '9X'"),
            (["kwic", "Radweg", "--redact", ""], "nothing is named to redact"),
            (["stats", "Radweg", "-o", "s.csv", "--svg"], "contradicts the format svg"),
            (["stats", "Radweg", "--svg", "--format", "csv"], "contradict each other"),
            (["stats", "Radweg", "-o", "."], "is a folder"),
            (["cite", "x-p1-0", "--style", "mla"], "'citation', 'ris', 'csl-json', 'biblatex'"),
        ],
        ids=lambda part: " ".join(part) if isinstance(part, list) else "",
    )
    def test_wrong_words_are_one_line_and_leave_nothing(
        self,
        forum: Archiver,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        words: list[str],
        told: str,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        outcome = forum(*words, expect=2)
        assert told in outcome.err
        assert (outcome.out, len(outcome.err.splitlines())) == ("", 1)
        assert list(tmp_path.iterdir()) == []

    def test_without_an_output_says_what_to_do(self, forum: Archiver) -> None:
        assert "-o FILE" in forum("export", "Radweg", expect=2).err

    @pytest.mark.parametrize("arguments", [("export", "-o", "-", "--format", "csv"), ("kwic",)])
    def test_a_closed_pipe_is_no_error(self, forum: Archiver, arguments: tuple[str, ...]) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "archiver", *arguments, "der"],
            cwd=forum.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        with process.stderr:
            err = process.stderr.read().decode()
        assert (process.wait(60), err) == (0, "")

    @pytest.mark.parametrize("command", ["cite", "show", "open"])
    @pytest.mark.parametrize(
        ("hit", "message"),
        [
            ("nonsense", "is no hit id – it looks like CAPTURE-p9-120"),
            ("0123456789abcdef-p1-0", "capture 0123456789abcdef is not in this archive"),
        ],
    )
    def test_an_unknown_hit_is_one_line(
        self, forum: Archiver, command: str, hit: str, message: str
    ) -> None:
        outcome = forum(command, hit, expect=2)
        assert (outcome.out, len(outcome.err.splitlines())) == ("", 1)
        assert message in outcome.err

    def test_a_page_that_the_document_does_not_have_is_one_line(
        self, forum: Archiver, pdf: dict[str, Any]
    ) -> None:
        hit = f"{pdf['hit_id'].rpartition('-p')[0]}-p999-0"
        assert "has no text on page 999" in forum("cite", hit, expect=2).err


class TestPlaces:
    def test_cites_in_german(self, forum: Archiver, pdf: dict[str, Any]) -> None:
        out = forum("cite", pdf["hit_id"]).out
        assert out.startswith("Bürgerforum Auenfurt, 28. Sitzung: ")
        assert f"sha256:{pdf['payload_sha256'][:12]}…\n" in out

    def test_cites_for_reference_managers(self, forum: Archiver, pdf: dict[str, Any]) -> None:
        [entry] = rispy.loads(forum("cite", pdf["hit_id"], "--style", "ris").out)
        assert entry["type_of_reference"] == "RPRT"
        [item] = forum("cite", pdf["hit_id"], "--style", "csl-json").json
        assert item["issued"] == {"date-parts": [[2011, 10, 14]]}
        assert forum("cite", pdf["hit_id"], "--style", "biblatex").out.startswith("@report{")

    def test_a_citation_can_be_masked(self, forum: Archiver, tmp_path: Path) -> None:
        rows = forum("export", "Telefon ODER Tel", "-o", "-", "--redact", "phone").jsonl
        hit = next(row for row in rows if "[Telefon]" in row["snippet_right"])["hit_id"]
        words = ("cite", hit, "--style", "ris", "--query", "Telefon ODER Tel")
        assert "[Telefon]" not in forum(*words).out
        assert "[Telefon]" in forum(*words, "--redact", "phone").out
        assert "cannot redact 'all'" in forum(*words, "--redact", "all", expect=2).err

    def test_shows_the_page_with_the_place_marked(
        self, forum: Archiver, pdf: dict[str, Any]
    ) -> None:
        out = forum("show", pdf["hit_id"], "--query", "Bürgerbeteiligung").out
        assert f"»{pdf['match']}«" in out
        assert "#28  14.10.2011" in out
        shown = forum("show", pdf["hit_id"], "--query", "Bürgerbeteiligung", "--json").json
        start, end = shown["span"]
        assert shown["page"]["text"][start:end] == pdf["match"]

    def test_the_words_marked_may_be_a_saved_search(
        self, forum: Archiver, pdf: dict[str, Any]
    ) -> None:
        forum("saved", "add", "beteiligung", "=Bürgerbeteiligung")
        try:
            out = forum("show", pdf["hit_id"], "--query", "query:beteiligung").out
            cited = forum(
                "cite", pdf["hit_id"], "--query", "query:beteiligung", "--style", "ris"
            ).out
        finally:
            forum("saved", "remove", "beteiligung")
        assert "»Bürgerbeteiligung«" in out
        assert out == forum("show", pdf["hit_id"], "--query", "=Bürgerbeteiligung").out
        assert "Bürgerbeteiligung" in cited
        told = forum("show", pdf["hit_id"], "--query", "query:beteiligung", expect=2).err
        assert "beteiligung" in told.splitlines()[0]

    def test_open_prints_the_link_to_the_page(self, forum: Archiver, pdf: dict[str, Any]) -> None:
        assert forum("open", pdf["hit_id"]).out == f"{pdf['url']}#page={pdf['page']}\n"

    def test_search_can_show_the_ids(self, forum: Archiver, pdf: dict[str, Any]) -> None:
        assert pdf["hit_id"] in forum("search", *QUERY, "--ids", "-n", "50").out


class TestConcordance:
    def test_has_one_line_for_each_place(self, forum: Archiver) -> None:
        out = forum("kwic", "=Bürgerbeteiligung", "--session", "28").out
        header, *lines = [line.split("\t") for line in out.splitlines()]
        assert header[-3:] == ["left", "node", "right"]
        assert {line[-2] for line in lines} == {"Bürgerbeteiligung"}
        texts = {
            row["hit_id"].rpartition("-")[0]
            for row in forum("export", "=Bürgerbeteiligung", "--session", "28", "-o", "-").jsonl
            if row["match"]
        }
        assert {line[0].rpartition("-")[0] for line in lines} == texts
        assert len({line[0] for line in lines}) == len(lines) >= len(texts)

    def test_is_sorted_by_the_word_to_the_right(self, forum: Archiver) -> None:
        lines = forum(
            "kwic", "Forum", "--sort", "1R", "--window", "3", "--unit", "words", "--json"
        ).json["lines"]
        words = [re.findall(r"\w+", line["right"])[:1] for line in lines]
        folded = [word[0].casefold() if word else "" for word in words]
        plain = [word for word in folded if word.isascii()]
        assert plain == sorted(plain)
        assert all(len(re.findall(r"[\w-]+", line["left"])) <= 4 for line in lines)

    def test_writes_a_file_with_its_manifest(self, forum: Archiver, tmp_path: Path) -> None:
        target = tmp_path / "k.tsv"
        forum("kwic", "Radweg", "--sort", "1L,N", "-o", str(target))
        manifest = json.loads((tmp_path / "k.tsv.manifest.json").read_text())
        lines = target.read_text().splitlines()
        assert manifest["written"] == manifest["expected"] == len(lines) - 1 > 0


class TestStatistics:
    def test_places_add_up_to_the_concordance(self, forum: Archiver) -> None:
        found = forum("stats", "Radweg", "--json").json
        lines = forum("kwic", "Radweg").out.splitlines()[1:]
        assert found["total"]["places"] == len(lines)
        assert sum(row["places"] for row in found["by_year"]) == len(lines)
        for row in found["by_session"]:
            rate = round(row["places"] * 10_000 / row["words"], 3) if row["words"] else None
            assert row["per_10000"] == rate

    def test_years_are_ascending_and_have_all_words(self, forum: Archiver) -> None:
        rows = list(csv.DictReader(io.StringIO(forum("stats", "Radweg", "-o", "-").out)))
        years = [row["year"] for row in rows if row["year"]]
        assert years == sorted(years)
        assert sum(int(row["words"]) for row in rows) > 10_000

    def test_draws_a_chart(self, forum: Archiver, tmp_path: Path) -> None:
        target = tmp_path / "radweg.svg"
        forum("stats", "Radweg", "-o", str(target))
        assert ET.parse(target).getroot().tag == "{http://www.w3.org/2000/svg}svg"
        forum("stats", "Radweg", "-o", str(target), expect=2)

    def test_an_unknown_suffix_is_refused(self, forum: Archiver) -> None:
        assert (
            "the suffix tells no format"
            in forum("stats", "Radweg", "-o", "radweg.docx", expect=2).err
        )


class TestVerify:
    @pytest.fixture
    def exported(self, forum: Archiver, tmp_path: Path) -> Path:
        target = tmp_path / "hits.jsonl"
        forum("export", *QUERY, "-o", str(target))
        return target

    def test_an_untouched_export_is_the_same(self, forum: Archiver, exported: Path) -> None:
        rows = len(exported.read_text().splitlines())
        said = f"{rows} same · 0 moved · 0 changed · 0 gone\n"
        assert forum("verify", str(exported)).out == said
        assert forum("verify", f"{exported}.manifest.json").out == said

    def test_moved_changed_and_gone_are_told_apart(self, forum: Archiver, exported: Path) -> None:
        rows = [json.loads(line) for line in exported.read_text().splitlines()]
        moved, changed, gone = [row for row in rows if row["match"]][:3]
        at = moved["char_start"] + 1
        moved |= {"char_start": at, "char_end": moved["char_end"] + 1}
        changed["payload_sha256"] = "0" * 64
        gone["hit_id"] = "0123456789abcdef-p1-0"
        exported.write_text("".join(json.dumps(row) + "\n" for row in rows))
        found = forum("verify", str(exported), "--json", expect=3).json
        assert found["counts"] == {
            "same": len(rows) - 3, "moved": 1, "changed": 1, "gone": 1,
        }  # fmt: skip
        assert found["complaints"] == ["hits.jsonl: was changed since it was exported"]

    def test_parquet_is_checked_too_and_missing_columns_are_told(
        self, forum: Archiver, tmp_path: Path
    ) -> None:
        forum("export", *QUERY, "-o", str(tmp_path / "h.parquet"))
        assert " 0 moved · 0 changed · 0 gone" in forum("verify", str(tmp_path / "h.parquet")).out
        forum("export", *QUERY, "-o", str(tmp_path / "h.csv"), "--fields", "page")
        outcome = forum("verify", str(tmp_path / "h.csv"), expect=2)
        assert len(outcome.err.splitlines()) == 1
        assert "row 1 lacks hit_id" in outcome.err

    def test_what_holds_no_rows_cannot_be_checked(self, forum: Archiver, tmp_path: Path) -> None:
        target = tmp_path / "hits.ris"
        forum("export", *QUERY, "-o", str(target))
        assert "cannot be read back" in forum("verify", str(target), expect=2).err
        assert "cannot be read" in forum("verify", str(tmp_path / "no.csv"), expect=2).err

    def test_without_an_export_the_archive_is_checked(
        self, forum: Archiver, tmp_path: Path
    ) -> None:
        assert forum("verify", "--deep").err == "the archive is whole\n"
        shutil.copytree(forum.folder, tmp_path / "forum")
        copy = Inside(tmp_path / "forum")
        [warc] = (copy.folder / "corpus" / "warc").glob("*.warc.gz")
        content = bytearray(warc.read_bytes())
        content[len(content) // 2] ^= 0xFF
        warc.write_bytes(content)
        outcome = copy("verify", expect=3)
        assert outcome.out.startswith(warc.name)


class TestBatch:
    def test_a_wrong_query_is_named_with_its_line_and_the_others_go_on(
        self, forum: Archiver, tmp_path: Path
    ) -> None:
        queries = tmp_path / "q.csv"
        queries.write_text(
            "name;query;session\nRad;Radweg;\nfalsch;foo:bar;\n;Bürgerbeteiligung;28\n"
        )
        outcome = forum("search", "--queries-from", str(queries), expect=3)
        assert outcome.err.startswith(f"archiver: {queries} line 3: ")
        assert "foo" in outcome.err
        assert [line.split()[0] for line in outcome.out.splitlines()] == ["line", "2", "4"]
        answers = forum("search", "--queries-from", str(queries), "--json", expect=3).json
        single = forum("search", *QUERY, "--json").json
        assert answers["answers"][2]["answer"]["total"] == single["total"]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"words\nRadweg\n", "names no column `query`"),
            (b"", "names no column `query`"),
            (b"query\n\xff\n", "not UTF-8"),
        ],
    )
    def test_a_file_that_is_none_is_one_line(
        self, forum: Archiver, tmp_path: Path, content: bytes, message: str
    ) -> None:
        (tmp_path / "q.csv").write_bytes(content)
        outcome = forum("search", "--queries-from", str(tmp_path / "q.csv"), expect=2)
        assert message in outcome.err
        assert len(outcome.err.splitlines()) == 1

    def test_no_hits_at_all_are_exit_code_1(self, forum: Archiver, tmp_path: Path) -> None:
        (tmp_path / "q.csv").write_text("query\nZwiebelfischgräte\n")
        forum("search", "--queries-from", str(tmp_path / "q.csv"), expect=1)

    def test_words_beside_the_file_are_refused(self, forum: Archiver) -> None:
        assert "leave words" in forum("search", "Radweg", "--queries-from", "q.csv", expect=2).err


class TestPython:
    def test_the_examples_of_the_docs_are_so(
        self, forum: Archiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(forum.folder.parent)
        page = ROOT / "docs" / "python.md"
        failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
        assert failed == 0
        assert tried > 8

    def test_gives_the_hits_of_the_command_line(
        self, forum: Archiver, hits: list[dict[str, Any]]
    ) -> None:
        with package.open(forum.folder) as opened:
            answer = opened.search("Bürgerbeteiligung session:28")
            assert isinstance(answer, Answer)
            found = [hit.hit_id for hit in opened.hits("Bürgerbeteiligung session:28")]
        assert found == [hit["hit_id"] for hit in hits]

    def test_importing_the_package_loads_nothing(self) -> None:
        code = "import sys, archiver; print([m for m in sys.modules if m.startswith('archiver.')])"
        shown = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
        )
        assert shown.stdout == "[]\n"


@pytest.mark.parametrize(
    "command",
    [
        ["search", "Skatepark", "Radwge"],
        ["kwic", "Skatepark", "Radwge"],
        ["stats", "Skatepark", "Radwge"],
        ["export", "Skatepark", "Radwge", "-o", "-", "--format", "jsonl"],
    ],
    ids=lambda command: command[0],
)
def test_every_command_says_why_it_found_nothing_and_what_would(
    forum: Archiver, command: list[str]
) -> None:
    outcome = forum(*command, expect=1 if command[0] == "search" else 0)
    nothing, hit, meant, wider, *others = outcome.err.splitlines()
    assert nothing == "note: nothing here has Radwge"
    assert hit == "no hit for: Skatepark AND Radwge"
    assert meant == "did you mean: Radwege, Radweg"
    assert wider == "try: archiver search 'Skatepark AND Radwege'  (9 pages in 3 documents)"
    assert any(line.startswith("searched ") for line in others)


def test_a_remark_on_the_query_is_told_by_exports_too(forum: Archiver) -> None:
    outcome = forum("export", "Radweg", "date:2012..2009", "-o", "-", "--format", "citation")
    assert outcome.err.startswith("note: the range 2012..2009 runs backwards and was swapped")


def test_a_batch_names_the_line_of_each_remark(forum: Archiver, tmp_path: Path) -> None:
    queries = tmp_path / "q.csv"
    queries.write_text("query\nKultur\nRadwge\n", encoding="utf-8")
    outcome = forum("search", "--queries-from", str(queries))
    assert outcome.err.splitlines()[:2] == [
        "line 3: no hit for: Radwge",
        "line 3: did you mean: Radwege, Radweg",
    ]


def test_an_explanation_is_told_in_json_and_says_why_each_place_was_found(
    forum: Archiver,
) -> None:
    asked = ("search", "Stadtteil", "-n", "1", "--no-facets", "--explain")
    (line,) = json.loads(forum(*asked, "--json").out)["explained"]
    assert line.startswith("the word Stadtteil, its other forms, and compounds with it; or all of")
    assert line.endswith(" its parts, stadt + teil")
    assert "found by stadtteil, part of " in forum(*asked, "--sort", "date").out


def test_what_stands_around_a_text_and_was_found_is_told(forum: Archiver) -> None:
    outcome = forum("search", "Hochwasserschutz", "--type", "pdf", "-n", "10")
    assert "    found by its topic: Hochwasserschutz an der Marbe" in outcome.out.splitlines()


def test_show_tells_when_none_of_the_words_stands_on_the_page(forum: Archiver) -> None:
    (hit,) = re.findall(r"\w{16}-p\d+-\d+", forum("search", "Radweg", "-n", "1", "--ids").out)[:1]
    shown = forum("show", hit, "--query", "Radweg Zeppelin", "--no-pager")
    assert "»Radweg" in shown.out
    assert shown.err == ""
    other = forum("show", hit, "--query", "Zeppelin", "--no-pager")
    assert other.err == "none of these words stands on this page\n"


@pytest.mark.parametrize(
    "option", ["--sort=date", "--offset=3", "--ids", "--explain", "--no-facets", "--first"]
)
def test_a_file_of_queries_takes_no_option_it_would_not_heed(
    forum: Archiver, tmp_path: Path, option: str
) -> None:
    queries = tmp_path / "q.csv"
    queries.write_text("query\nRadweg\n", encoding="utf-8")
    outcome = forum("search", "--queries-from", str(queries), option, expect=2)
    assert "is for one query, not for a file of them" in outcome.err
