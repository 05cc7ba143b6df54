"""`archiver corpus export` of tables: what is searched, with and without what surrounds it."""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from archiver.corpus import Corpus
from tests.cli.test_export_commands import Inside
from tests.conftest import Archiver


@pytest.fixture(scope="module")
def forum(sample_forum: Archiver) -> Archiver:
    return Inside(sample_forum.folder)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_current_document_has_a_row_with_its_text(forum: Archiver, tmp_path: Path) -> None:
    target = tmp_path / "t.jsonl"
    forum("corpus", "export", str(target), "--whole-text")
    found = rows(target)
    known = forum("documents", "--jsonl").jsonl
    assert sorted(row["doc_id"] for row in found) == sorted(one["doc_id"] for one in known)
    manifest = json.loads((tmp_path / "t.jsonl.manifest.json").read_text())
    assert manifest["written"] == manifest["expected"] == len(found) > 100
    # Sorted by the date of the sitting, those without one last.
    dates = [row["held_on"] or "~" for row in found]
    assert [d[:4] for d in dates] == sorted(d[:4] for d in dates)
    for row in found:
        if row["media"] == "application/pdf":
            assert row["whole_text"] == row["text"]
            assert row["text"].count("\f") == max(0, row["pages"] - 1)


def test_menus_stand_in_the_whole_text_only(forum: Archiver, tmp_path: Path) -> None:
    target = tmp_path / "t.jsonl"
    forum("corpus", "export", str(target), "--whole-text")
    pages = [row for row in rows(target) if row["kind"] == "session" and row["text"]]
    assert len(pages) > 20
    assert not any("Impressum" in row["text"] for row in pages)
    assert sum("Impressum" in row["whole_text"] for row in pages) > 20


def test_without_text_it_is_the_table_of_sittings(forum: Archiver, tmp_path: Path) -> None:
    for name in ("t.csv", "t.parquet"):
        forum("corpus", "export", str(tmp_path / name), "--no-text")
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as stream:
        cells = list(csv.DictReader(stream))
    typed = pq.read_table(tmp_path / "t.parquet").to_pylist()
    assert "text" not in cells[0]
    assert len(cells) == len(typed) > 100
    [sitting] = [row for row in typed if row["session"] == [28] and row["kind"] == "session"]
    assert sitting["held_on"] == "2011-10-14"
    assert [row["title"] for row in cells] == [row["title"] for row in typed]


def test_twice_it_is_the_same_and_a_pipe_gets_it_too(forum: Archiver, tmp_path: Path) -> None:
    forum("corpus", "export", str(tmp_path / "t.jsonl"))
    out = forum("corpus", "export", "-").out
    assert out == (tmp_path / "t.jsonl").read_text(encoding="utf-8")


def test_what_is_withdrawn_has_no_row(forum: Archiver, tmp_path: Path) -> None:
    shutil.copytree(forum.folder, tmp_path / "forum")
    copy = Inside(tmp_path / "forum")
    copy("index", "--rebuild", expect=None)
    url = copy("search", "Bürgerbeteiligung", "--json").json["groups"][0]["document"]["urls"][0]
    with Corpus.open(tmp_path / "forum" / "corpus") as corpus:
        corpus.withdraw("url", url, reason="names of minors")
    copy("corpus", "export", str(tmp_path / "t.jsonl"))
    assert url not in {row["url"] for row in rows(tmp_path / "t.jsonl")}


def test_personal_data_is_masked_when_asked(forum: Archiver, tmp_path: Path) -> None:
    for name, more in (("a.jsonl", ()), ("b.jsonl", ("--redact", "email,phone"))):
        forum("corpus", "export", str(tmp_path / name), *more)
    open_text, masked = ((tmp_path / name).read_text() for name in ("a.jsonl", "b.jsonl"))
    assert "[Telefon]" in masked
    assert "[Telefon]" not in open_text
    manifest = json.loads((tmp_path / "b.jsonl.manifest.json").read_text())
    assert manifest["redactions"] == ["email", "phone"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["t.docx"], "the suffix tells no form"),
        (["t.wacz", "--no-text"], "are for tables"),
        (["t.csv", "--redact", "names"], "cannot redact 'names'"),
        (["t.csv", "--site", "nowhere"], "no site 'nowhere'"),
        (["none/t.csv"], "the folder does not exist – make it first"),
    ],
)
def test_wrong_words_are_one_line(
    forum: Archiver, tmp_path: Path, words: list[str], told: str
) -> None:
    outcome = forum("corpus", "export", str(tmp_path / words[0]), *words[1:], expect=2)
    assert len(outcome.err.splitlines()) == 1
    assert told in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_read_of_the_csv_by_others_gives_the_texts(forum: Archiver, tmp_path: Path) -> None:
    forum("corpus", "export", str(tmp_path / "t.csv"))
    forum("corpus", "export", str(tmp_path / "t.jsonl"))
    csv.field_size_limit(1 << 30)
    text = (tmp_path / "t.csv").read_bytes().decode()
    cells = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["text"] for row in cells] == [row["text"] for row in rows(tmp_path / "t.jsonl")]
