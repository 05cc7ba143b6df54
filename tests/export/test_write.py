"""The stage's face: format by name, counts that must hold, manifest, what must not go out."""

import dataclasses
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archiver.errors import ExportError, UsageError
from archiver.export import FORMATS, format_of, write
from archiver.export.manifest import Provenance, check_files, decode_manifest
from archiver.export.record import HitRecord
from tests.export.held import Held


def test_writes_records_and_the_manifest_beside(
    tmp_path: Path, record: HitRecord, provenance: Provenance
) -> None:
    target = tmp_path / "hits.csv"
    manifest = write([record, record], target, expected=2, provenance=provenance, fields="page,url")
    assert target.read_bytes() == (
        b"page,url\r\n"
        b"9,https://forum.example/pdf/gespraech28.pdf\r\n"
        b"9,https://forum.example/pdf/gespraech28.pdf\r\n"
    )
    content = (tmp_path / "hits.csv.manifest.json").read_bytes()
    assert decode_manifest(content) == manifest
    assert json.loads(content) == {
        "manifest_version": 1,
        "record_version": 1,
        "format": "csv",
        "fields": ["page", "url"],
        "query": "Grünfläche",
        "normalised": "grünfläche",
        "filters": {"session": "20..30"},
        "generation": "g1",
        "corpus_state": {"captures": "64"},
        "exported_at": "2026-11-22T09:30:00Z",
        "expected": 2,
        "written": 2,
        "withheld": 0,
        "redactions": [],
        "files": [
            {
                "name": "hits.csv",
                "size": 100,
                "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
                "media_type": "text/csv",
            }
        ],
        "versions": {"archiver": "0.1.0"},
    }


@pytest.mark.parametrize("came", [0, 1, 3])
def test_too_few_or_too_many_hits_leave_nothing(
    tmp_path: Path, record: HitRecord, provenance: Provenance, came: int
) -> None:
    with pytest.raises(ExportError, match=f"{came} of 2 hits came, so nothing was written"):
        write([record] * came, tmp_path / "hits.jsonl", expected=2, provenance=provenance)
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_search_leaves_nothing(
    tmp_path: Path, record: HitRecord, provenance: Provenance
) -> None:
    def broken() -> Iterator[HitRecord]:
        yield record
        raise OSError("the archive's disk fails")

    with pytest.raises(OSError, match="the archive's disk fails"):
        write(broken(), tmp_path / "hits.jsonl", expected=2, provenance=provenance)
    assert list(tmp_path.iterdir()) == []


def test_withdrawn_hits_are_withheld_and_counted(
    tmp_path: Path, record: HitRecord, provenance: Provenance
) -> None:
    hidden = dataclasses.replace(record, access="withdrawn", match="verborgen")
    known = dataclasses.replace(provenance, withheld=3)
    manifest = write([record, hidden], tmp_path / "hits.csv", expected=2, provenance=known)
    assert (manifest.expected, manifest.written, manifest.withheld) == (2, 1, 4)
    assert "verborgen" not in (tmp_path / "hits.csv").read_text()


def test_an_index_that_changes_meanwhile_is_noticed(
    tmp_path: Path, record: HitRecord, provenance: Provenance
) -> None:
    other = dataclasses.replace(record, generation="g2")
    with pytest.raises(ExportError, match="the index changed while the export ran"):
        write([record, other], tmp_path / "hits.csv", expected=2, provenance=provenance)
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_was_not_masked_does_not_go_out(
    tmp_path: Path, record: HitRecord, provenance: Provenance
) -> None:
    with pytest.raises(ExportError, match="phone was not masked"):
        write([record], tmp_path / "a.csv", expected=1, provenance=provenance, redact=("phone",))
    assert list(tmp_path.iterdir()) == []


def test_masked_records_go_out_and_the_query_is_masked_too(
    tmp_path: Path, build: Callable[..., HitRecord], provenance: Provenance
) -> None:
    asked = dataclasses.replace(provenance, query="beispiel@musterstadt.example")
    record = build(redact=("email", "phone"), context=200, query=asked.query)
    target = tmp_path / "hits.jsonl"
    manifest = write(
        [record], target, expected=1, provenance=asked, redact=("phone", "email", "phone")
    )
    assert manifest.query == "[E-Mail]"
    assert manifest.redactions == ("phone", "email")
    row = json.loads(target.read_text())
    assert row["snippet_right"].endswith("Tel. [Telefon], [E-Mail].")
    assert row["query"] == "[E-Mail]"
    assert row["redactions"] == ["email", "phone"]


def test_stdout_gets_json_lines_and_no_manifest(record: HitRecord, provenance: Provenance) -> None:
    stdout = io.BytesIO()
    manifest = write([record], "-", expected=1, provenance=provenance, stdout=stdout)
    assert json.loads(stdout.getvalue())["match"] == "Grünflächen"
    assert manifest.files[0].name == "-"


def test_an_existing_file_is_refused_before_the_search_begins(
    tmp_path: Path, provenance: Provenance
) -> None:
    class Never:
        def __iter__(self) -> Iterator[HitRecord]:
            raise AssertionError("must not be asked")

    (tmp_path / "hits.csv").write_text("mine")
    with pytest.raises(ExportError, match="exists already"):
        write(Never(), tmp_path / "hits.csv", expected=1, provenance=provenance)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hits.jsonl", "jsonl"),
        ("hits.json", "json"),
        ("hits.csl.json", "csl-json"),
        ("hits.csv", "csv"),
        ("hits.excel.csv", "csv-excel"),
        ("hits.tsv", "tsv"),
        ("hits.kwic.tsv", "kwic"),
        ("hits.ris", "ris"),
        ("hits.BIB", "biblatex"),
        ("hits.txt", "citation"),
        ("hits.html", "html"),
        ("hits.xlsx", "xlsx"),
        ("hits.zip", "texts"),
        ("hits.bag.zip", "bag"),
        ("hits.parquet", "parquet"),
        ("hits.warc.gz", "warc"),
        ("hits.wacz", "wacz"),
        ("-", "jsonl"),
    ],
)
def test_the_suffix_tells_the_format(name: str, expected: str) -> None:
    assert format_of(name).name == expected


def test_an_unknown_suffix_or_format_is_refused() -> None:
    with pytest.raises(UsageError, match=r"hits\.docx: the suffix tells no format – name one of"):
        format_of("hits.docx")
    with pytest.raises(UsageError, match="unknown format 'docx' – allowed: jsonl, json, csv"):
        format_of("hits.csv", "docx")


def test_a_name_and_a_format_that_contradict_each_other_are_refused() -> None:
    for name, chosen in (("hits.csv", "ris"), ("hits.json", "jsonl"), ("k.csv", "kwic")):
        with pytest.raises(UsageError, match=f"{name} is a name for .* contradicts the format"):
            format_of(name, chosen)
    for name, chosen in (
        ("hits.csv", "csv-excel"), ("k.tsv", "kwic"), ("hits.json", "csl-json"), ("b.zip", "bag"),
        ("hits", "ris"), ("hits.2011", "csv"), ("-", "wacz"),
    ):  # fmt: skip
        assert format_of(name, chosen).name == chosen


def test_fields_are_for_tables_only(record: HitRecord, provenance: Provenance) -> None:
    with pytest.raises(UsageError, match="ris has its own fields"):
        write([record], "-", expected=1, provenance=provenance, format="ris", fields="page")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_and_its_manifest_holds(
    tmp_path: Path,
    record: HitRecord,
    web_record: HitRecord,
    provenance: Provenance,
    held: Held,
    name: str,
) -> None:
    manifest = write(
        [held.cited(record), held.cited(web_record)],
        tmp_path / "hits",
        expected=2,
        provenance=provenance,
        format=name,
        archive=held,
        captures=held,
    )
    assert (tmp_path / "hits").stat().st_size > 100
    assert check_files(manifest, tmp_path) == ()


def test_a_changed_file_is_noticed_by_its_manifest(
    tmp_path: Path, record: HitRecord, provenance: Provenance
) -> None:
    manifest = write([record], tmp_path / "hits.csv", expected=1, provenance=provenance)
    (tmp_path / "hits.csv").write_text("changed")
    assert check_files(manifest, tmp_path) == ("hits.csv: was changed since it was exported",)
    (tmp_path / "hits.csv").unlink()
    assert check_files(manifest, tmp_path) == (
        "hits.csv: cannot be read: No such file or directory",
    )


def test_a_manifest_that_points_elsewhere_is_not_followed(
    tmp_path: Path, record: HitRecord, provenance: Provenance
) -> None:
    manifest = write([record], tmp_path / "hits.csv", expected=1, provenance=provenance)
    outside = dataclasses.replace(manifest.files[0], name="../hits.csv")
    assert check_files(dataclasses.replace(manifest, files=(outside,)), tmp_path) == (
        "../hits.csv: is no plain file name",
    )


def test_a_foreign_or_newer_manifest_is_refused(
    tmp_path: Path, record: HitRecord, provenance: Provenance
) -> None:
    with pytest.raises(ExportError, match="not an export's manifest"):
        decode_manifest(b'{"files":[]}')
    write([record], tmp_path / "hits.csv", expected=1, provenance=provenance)
    content = (tmp_path / "hits.csv.manifest.json").read_bytes()
    newer = content.replace(b'"manifest_version": 1', b'"manifest_version": 2')
    with pytest.raises(ExportError, match="has form 2, this program knows 1 – use a newer program"):
        decode_manifest(newer)


def test_importing_the_stage_loads_no_format() -> None:
    code = (
        "import sys, archiver.export\n"
        "print([name for name in sys.modules if name.startswith('archiver.export.')"
        " or name in ('csv', 'msgspec', 'hashlib')])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "['archiver.export.formats']\n"
