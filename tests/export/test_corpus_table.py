"""The corpus as a table: whole or not at all, counted, its fields documented."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from archiver.errors import ExportError, UsageError
from archiver.export.corpus import DOCUMENT_FIELDS, DocumentRow, write_documents
from archiver.export.manifest import Provenance, check_files

HARD = '=1+1; "Zitat"\r\nÜmläut\t🌳\x00\fneue Seite'


def row(number: int = 1, text: str | None = "Der Radweg.") -> DocumentRow:
    return DocumentRow(
        doc_id=f"d{number}",
        capture_id="c0ffee",
        site="musterstadt",
        kind="session",
        role=None,
        session=(28, 29),
        held_on="2011-10",
        topics=("Wege | Plätze", "Grün"),
        group=(),
        title=HARD,
        url="https://forum.example/28",
        captured_at=datetime(2026, 11, 20, 3, 14, 7, tzinfo=UTC),
        media="text/html",
        language="de",
        pages=1,
        status="ok",
        payload_sha256="ab12" * 16,
        extractor="1-a",
        text=text,
    )


def test_json_lines_hold_every_field_as_it_was(tmp_path: Path, provenance: Provenance) -> None:
    target = tmp_path / "t.jsonl"
    manifest = write_documents([row(), row(2, HARD)], target, provenance=provenance, expected=2)
    first, second = map(json.loads, target.read_text().splitlines())
    assert tuple(first) == DOCUMENT_FIELDS
    assert (first["title"], first["session"], second["text"]) == (HARD, [28, 29], HARD)
    assert (manifest.format, manifest.written, manifest.expected) == ("documents-jsonl", 2, 2)
    assert check_files(manifest, tmp_path) == ()


def test_csv_and_parquet_have_the_fields_chosen(tmp_path: Path, provenance: Provenance) -> None:
    names = ("session", "held_on", "topics", "title")
    for suffix in ("csv", "parquet"):
        target = tmp_path / f"t.{suffix}"
        write_documents([row()], target, provenance=provenance, expected=1, names=names)
    [cells] = csv.DictReader(io.StringIO((tmp_path / "t.csv").read_bytes().decode(), newline=""))
    assert cells == {
        "session": "28 | 29", "held_on": "2011-10", "topics": "Wege \\| Plätze | Grün",
        "title": HARD,
    }  # fmt: skip
    [typed] = pq.read_table(tmp_path / "t.parquet").to_pylist()
    assert typed == {
        "session": [28, 29], "held_on": "2011-10", "topics": ["Wege | Plätze", "Grün"],
        "title": HARD,
    }  # fmt: skip


@pytest.mark.parametrize("came", [0, 1, 3])
def test_too_few_or_too_many_leave_nothing(
    tmp_path: Path, provenance: Provenance, came: int
) -> None:
    with pytest.raises(ExportError, match=f"{came} of 2 documents came, so nothing was written"):
        write_documents([row()] * came, tmp_path / "t.csv", provenance=provenance, expected=2)
    assert list(tmp_path.iterdir()) == []


def test_an_error_on_the_way_leaves_nothing(tmp_path: Path, provenance: Provenance) -> None:
    def broken() -> Iterator[DocumentRow]:
        yield row()
        raise OSError("the archive's disk fails")

    for suffix in ("jsonl", "csv", "parquet"):
        with pytest.raises(OSError, match="disk fails"):
            write_documents(broken(), tmp_path / f"t.{suffix}", provenance=provenance, expected=2)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_and_an_unknown_suffix_are_refused(
    tmp_path: Path, provenance: Provenance
) -> None:
    (tmp_path / "t.csv").write_text("mine")
    with pytest.raises(ExportError, match="exists already"):
        write_documents([row()], tmp_path / "t.csv", provenance=provenance, expected=1)
    with pytest.raises(UsageError, match="the suffix tells no table – write one of"):
        write_documents([row()], tmp_path / "t.docx", provenance=provenance, expected=1)


def test_every_field_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    section = page.partition("## The corpus as a table")[2].partition("\n## ")[0]
    for name in DOCUMENT_FIELDS:
        assert f"| `{name}` |" in section
