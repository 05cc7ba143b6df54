"""What every format must hold: each hit comes back, twice the same bytes, all or nothing."""

import csv
import dataclasses
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import bibtexparser
import lxml.html
import openpyxl
import pyarrow.parquet as pq
import pytest
import rispy

from archiver.errors import ExportError
from archiver.export import FORMATS, write
from archiver.export.manifest import Provenance
from archiver.export.record import HitRecord
from tests.export.held import Held
from tests.export.test_output import failing

HARD = "=1+1 \"Zitat\" 'x' Ümläut 🌳\nneue Zeile\ttab; {a} \\b"


def records_in(name: str, content: bytes) -> int:
    """Count the records of an export with a library that is not ours."""
    text = content.decode("utf-8-sig") if name not in BINARY else ""
    match name:
        case "jsonl":
            return sum(1 for line in text.splitlines() if json.loads(line))
        case "json" | "csl-json":
            return len(json.loads(text))
        case "csv":
            return len(list(csv.DictReader(io.StringIO(text, newline=""))))
        case "csv-excel":
            return len(list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";")))
        case "tsv":
            return len(list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t")))
        case "kwic":
            return len(text.splitlines()) - 1
        case "citation":
            return len(text.splitlines())
        case "ris":
            return len(rispy.loads(text))
        case "biblatex":
            return len(bibtexparser.parse_string(text).entries)
        case "html":
            return len(lxml.html.fromstring(content).findall(".//article"))
        case "xlsx":
            return int(openpyxl.load_workbook(io.BytesIO(content))["hits"].max_row) - 1
        case "parquet":
            return int(pq.read_table(io.BytesIO(content)).num_rows)
        case "texts":
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                return sum(one.startswith("texts/") for one in package.namelist())
        case "bag":
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                return len(package.read("bag/data/hits.jsonl").splitlines())
        case "warc" | "wacz":  # the scripted archive's lines, a capture each
            return len({line for line in content.decode().splitlines() if " in " in line})
    raise AssertionError(name)


BINARY = {"xlsx", "parquet", "texts", "bag", "warc", "wacz"}
TEXTS = [name for name in FORMATS if name not in {"warc", "wacz", "bag", "texts"}]


@pytest.fixture
def three(record: HitRecord, web_record: HitRecord, held: Held) -> list[HitRecord]:
    other = dataclasses.replace(
        record, hit_id="facade-p9-62", title=HARD, match=HARD, role="report"
    )
    return [held.cited(one) for one in (record, web_record, other)]


@pytest.fixture
def export(
    tmp_path: Path, three: list[HitRecord], provenance: Provenance, held: Held
) -> Callable[..., bytes]:
    def export(name: str, **changes: Any) -> bytes:
        settings: dict[str, Any] = {
            "expected": len(three),
            "provenance": provenance,
            "format": name,
            "archive": held,
            "captures": held,
            "overwrite": True,
        }
        settings |= changes
        records = settings.pop("records", three)
        target = settings.pop("target", tmp_path / "hits")
        manifest = write(records, target, **settings)
        assert manifest.written == manifest.expected == len(three)
        return target.read_bytes()

    return export


@pytest.mark.parametrize("name", FORMATS)
def test_as_many_come_back_as_were_written(export: Callable[..., bytes], name: str) -> None:
    assert records_in(name, export(name)) == 3


@pytest.mark.parametrize("name", FORMATS)
def test_twice_it_is_the_same(tmp_path: Path, export: Callable[..., bytes], name: str) -> None:
    written = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        written.append(export(name, target=folder / "hits"))
    assert written[0] == written[1]


@pytest.mark.parametrize("name", ["jsonl", "json", "csv", "csv-excel", "tsv"])
def test_a_later_export_differs_by_its_time_only(
    export: Callable[..., bytes], three: list[HitRecord], name: str
) -> None:
    later = [
        dataclasses.replace(one, exported_at=one.exported_at + timedelta(hours=1)) for one in three
    ]
    assert export(name, records=later) == export(name).replace(b"T09:30:00Z", b"T10:30:00Z")


@pytest.mark.parametrize("name", TEXTS)
def test_hard_text_survives(export: Callable[..., bytes], name: str) -> None:
    content = export(name)
    if name == "xlsx":
        rows = openpyxl.load_workbook(io.BytesIO(content))["hits"].iter_rows(values_only=True)
        assert any(HARD in row for row in rows)
        return
    if name == "parquet":
        assert pq.read_table(io.BytesIO(content)).to_pylist()[2]["title"] == HARD
        return
    text = content.decode("utf-8-sig")
    if name in ("jsonl", "json"):
        rows = json.loads(text) if name == "json" else map(json.loads, text.splitlines())
        assert [row["title"] for row in rows][2] == HARD
    elif name in ("csv", "tsv", "csv-excel"):
        sign = {"csv": ",", "tsv": "\t", "csv-excel": ";"}[name]
        cells = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=sign))
        assert cells[2]["title"] == ("'" if name == "csv-excel" else "") + HARD
    else:  # forms that keep a value on one line: the words stand there, and begin nothing new
        assert "Ümläut 🌳" in text
        assert "neue Zeile" in text
        assert records_in(name, content) == 3


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_leaves_nothing(
    tmp_path: Path, export: Callable[..., bytes], name: str
) -> None:
    for at in (1, 2, 3):
        with pytest.raises(ExportError, match="no space left – make room, then export again"):
            export(name, create=failing(at))
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FORMATS)
def test_an_error_of_the_archive_leaves_nothing(
    tmp_path: Path, export: Callable[..., bytes], three: list[HitRecord], name: str
) -> None:
    def broken() -> Iterator[HitRecord]:
        yield from three[:2]
        raise OSError("the archive's disk fails")

    with pytest.raises(OSError, match="the archive's disk fails"):
        export(name, records=broken())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FORMATS)
def test_too_few_leave_nothing(
    tmp_path: Path, export: Callable[..., bytes], three: list[HitRecord], name: str
) -> None:
    with pytest.raises(ExportError, match="2 of 3 hits came, so nothing was written"):
        export(name, records=three[:2])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FORMATS)
def test_an_existing_file_is_kept(tmp_path: Path, export: Callable[..., bytes], name: str) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(ExportError, match="mine: exists already"):
        export(name, target=tmp_path / "mine", overwrite=False)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_missing_folder_is_told(tmp_path: Path, export: Callable[..., bytes], name: str) -> None:
    with pytest.raises(ExportError, match="the folder does not exist – make it first"):
        export(name, target=tmp_path / "no" / "hits")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_closed_pipe_is_left_to_the_caller(export: Callable[..., bytes], name: str) -> None:
    reading, written = os.pipe()
    os.close(reading)
    with (
        open(written, "wb", buffering=0) as pipe,  # noqa: PTH123  a file descriptor
        pytest.raises(BrokenPipeError),
    ):
        export(name, target="-", stdout=pipe)
