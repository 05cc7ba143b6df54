"""`archiver verify FILE…` judges WARC and WACZ files of any tool, where no workspace is."""

import gzip
import hashlib
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.errors import ExitCode
from archiver.export.manifest import Manifest, WrittenFile, encode_manifest
from tests.conftest import Archiver
from tests.corpus.test_conformance import INVALID, OTHER_ID, VALID, record

GOOD = VALID["two records"]
BAD = record("WARC-Date: gestern") + record(f"WARC-Record-ID: {OTHER_ID}", "WARC-Filename: a")


@pytest.fixture
def nowhere(tmp_path: Path) -> Archiver:
    (tmp_path / "good.warc").write_bytes(GOOD)
    (tmp_path / "bad.warc.gz").write_bytes(gzip.compress(BAD[: BAD.index(b"WARC/1.1", 9)]))
    (tmp_path / "bad.warc").write_bytes(BAD)
    (tmp_path / "notes.txt").write_text("keine Sitzung\n")
    (tmp_path / "notes.bin").write_bytes(b"keine Sitzung")
    return Archiver(tmp_path)


def test_a_file_that_conforms_is_accepted_without_a_workspace(nowhere: Archiver) -> None:
    outcome = nowhere("verify", "good.warc")
    assert outcome.out == ""
    assert outcome.err == "files that conform: 1 of 1\n"


def test_each_thing_wrong_is_one_line_with_offset_and_clause(nowhere: Archiver) -> None:
    outcome = nowhere("verify", "good.warc", "bad.warc", "bad.warc.gz", expect=ExitCode.PARTLY)
    second, clause = BAD.index(b"WARC/1.1", 9), " [ISO 28500, 5.17]"
    assert outcome.out.splitlines() == [
        "bad.warc at 0: WARC-Date is not well-formed: 'gestern' [ISO 28500, 5.4]",
        f"bad.warc at {second}: WARC-Filename is not allowed in a response record" + clause,
        "bad.warc.gz at 0: WARC-Date is not well-formed: 'gestern' [ISO 28500, 5.4]",
    ]
    assert outcome.err == "files that conform: 1 of 3\n"


def test_what_is_only_recommended_is_told_and_is_no_error(nowhere: Archiver) -> None:
    (nowhere.folder / "twice.warc").write_bytes(record() + record())
    outcome = nowhere("verify", "twice.warc")
    assert "(recommended) [ISO 28500, 5.2]" in outcome.out


def test_findings_as_json(nowhere: Archiver) -> None:
    found = nowhere("verify", "good.warc", "bad.warc", "--json", expect=ExitCode.PARTLY).json
    assert (found["schema"], found["errors"], found["wrong"]) == (1, 2, 1)
    assert [(file["file"], file["errors"]) for file in found["files"]] == [
        ("good.warc", 0),
        ("bad.warc", 2),
    ]
    assert found["files"][1]["findings"][0] == {
        "file": "bad.warc",
        "offset": 0,
        "what": "WARC-Date is not well-formed: 'gestern'",
        "severity": "error",
        "record_id": "<urn:uuid:00000001-0000-4000-8000-000000000001>",
        "clause": "5.4",
    }


@pytest.mark.parametrize("name", ["an empty file", "no WARC file", "text", "no slash"])
def test_a_file_that_only_bears_the_name_of_a_warc_file_is_rejected(
    nowhere: Archiver, name: str
) -> None:
    (nowhere.folder / "other.warc").write_bytes(INVALID[name][0])
    outcome = nowhere("verify", "other.warc", expect=ExitCode.PARTLY)
    assert "no WARC record" in outcome.out


def test_a_warc_file_is_known_by_its_content_too(nowhere: Archiver) -> None:
    (nowhere.folder / "crawl.dat").write_bytes(GOOD)
    nowhere("verify", "crawl.dat")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["none.warc"], ExitCode.ERROR, "none.warc: cannot be read: No such file"),
        (["good.warc", "none.warc"], ExitCode.ERROR, "none.warc: cannot be read: No such file"),
        (["good.warc", "notes.txt"], ExitCode.ERROR, "notes.txt: no WARC or WACZ file – name"),
        (["."], ExitCode.ERROR, "is a folder – name the files in it"),
        (["notes.bin"], ExitCode.ERROR, "notes.bin: neither a WARC or WACZ file nor an export"),
        (["--deep", "good.warc"], ExitCode.ERROR, "--deep is for the archive"),
        (["none.wacz"], ExitCode.ERROR, "none.wacz: cannot be read: No such file"),
        (["hits.csv"], ExitCode.ERROR, "hits.csv: cannot be read: No such file"),
        ([], ExitCode.NO_WORKSPACE, "archiver init"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_a_wrong_name_is_one_line(
    nowhere: Archiver, words: list[str], code: ExitCode, told: str
) -> None:
    outcome = nowhere("verify", *words, expect=code)
    assert told in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""


def wacz(path: Path, **changes: bytes | None) -> Path:
    """Write a WACZ file; `changes` replaces or leaves out a member after its list was made."""
    members = {"archive/data.warc.gz": gzip.compress(record()), "pages/pages.jsonl": b"{}\n"}
    listed = [
        {"path": name, "hash": _sha256(content), "bytes": len(content)}
        for name, content in members.items()
    ]
    members["datapackage.json"] = json.dumps({"resources": listed}).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            written = changes.get(name.rpartition("/")[2].partition(".")[0], content)
            if written is not None:
                archive.writestr(name, written)
    return path


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_a_whole_wacz_file_is_accepted(nowhere: Archiver) -> None:
    wacz(nowhere.folder / "forum.wacz")
    assert nowhere("verify", "forum.wacz").out == ""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"pages": b"[]\n"}, "forum.wacz/pages/pages.jsonl at 0: has not the digest that"),
        ({"pages": b""}, "has 0 bytes, but datapackage.json says 3"),
        ({"pages": None}, "is missing, but datapackage.json names it"),
        ({"datapackage": None}, "there is no datapackage.json in it"),
        ({"datapackage": b"{"}, "forum.wacz/datapackage.json at 0: not readable"),
        ({"data": None}, "there is no WARC file in archive/"),
        (
            {"data": gzip.compress(record("WARC-Date: gestern"))},
            "forum.wacz/archive/data.warc.gz at 0: WARC-Date is not well-formed",
        ),
    ],
    ids=["digest", "length", "missing", "no list", "torn list", "no WARC", "bad WARC"],
)
def test_what_is_wrong_in_a_wacz_file_is_named(
    nowhere: Archiver, changes: dict[str, bytes | None], told: str
) -> None:
    wacz(nowhere.folder / "forum.wacz", **changes)
    assert told in nowhere("verify", "forum.wacz", expect=ExitCode.PARTLY).out


def test_a_wacz_file_that_is_no_zip_file_is_one_line(nowhere: Archiver) -> None:
    (nowhere.folder / "forum.wacz").write_bytes(b"PK\x03\x04 torn")
    outcome = nowhere("verify", "forum.wacz", expect=ExitCode.ERROR)
    assert "a damaged or encrypted WACZ file" in outcome.err
    assert outcome.err.count("\n") == 1


def test_an_exported_file_is_also_checked_by_the_manifest_beside_it(nowhere: Archiver) -> None:
    beside = nowhere.folder / "good.warc.manifest.json"
    for digest, code in ((_sha256(GOOD), ExitCode.OK), ("sha256:" + "0" * 64, ExitCode.PARTLY)):
        file = WrittenFile(
            name="good.warc", size=len(GOOD), sha256=digest[7:], media_type="application/warc"
        )
        manifest = Manifest(
            manifest_version=1, record_version=1, format="warc", fields=(), query="Rad",
            normalised="rad", filters={}, generation="1", corpus_state={},
            exported_at=datetime(2026, 5, 4, tzinfo=UTC), expected=1, written=1, withheld=0,
            redactions=(), files=(file,), versions={},
        )  # fmt: skip
        beside.write_bytes(encode_manifest(manifest))
        outcome = nowhere("verify", "good.warc", expect=code)
        assert ("was changed since it was exported" in outcome.out) is (code != ExitCode.OK)
