"""Files of other tools go through the command line: whole ones in, broken ones told by name.

They lie outside the repository, in the folder ARCHIVER_SHARED_DATA names (else ../shared/data),
and are read in place.
"""

import os
from pathlib import Path

import pytest

from archiver.errors import ExitCode
from tests.conftest import Archiver
from tests.interop.environments import ROOT

SHARED = Path(os.environ.get("ARCHIVER_SHARED_DATA", ROOT.parent / "shared" / "data")) / "warc"

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(
        not SHARED.is_dir(),
        reason=f"{SHARED} is not there (ARCHIVER_SHARED_DATA names the sample WARC files)",
    ),
]

WHOLE = {  # file: captures it holds
    "lab-generated/conversion-same-uri-later-date.warc.gz": 0,
    "lab-generated/exact-bytes-chunked-no-payload-digest.warc.gz": 9,
    "lab-generated/exact-bytes-chunked-spec-digest.warc.gz": 10,
    "lab-generated/index-cdxj-only.wacz": 9,
    "lab-generated/resource-urn-text.warc.gz": 0,
    "lab-generated/revisit-r1.warc.gz": 2,
    "lab-generated/revisit-r2.warc.gz": 1,
    "lab-generated/revisit-r3.warc.gz": 1,
    "lab-generated/revisit-r4.warc.gz": 1,
    "lab-generated/revisit-r5.warc.gz": 1,
    "lab-generated/revisit-r6.warc.gz": 1,
    "lab-generated/valid.wacz": 9,
    "warcio/example-iana.org-chunked.warc": 1,
    "warcio/example-resource.warc.gz": 1,
    "warcio/example-wget-bad-target-uri.warc.gz": 1,
    "warcio/example.warc": 2,
    "warcio/example.warc.gz": 2,
    "warcio/post-test.warc.gz": 3,
    "wget-1.21.3/loop-00000.warc.gz": 7,
    "wget-1.21.3/loop-meta.warc.gz": 0,
}
BROKEN = {  # file: captures that are saved, and what is said
    "lab-generated/junk.warc.gz": (10, "left out: gzip"),
    "lab-generated/torn-response.warc.gz": (200, "the gzip member ends early"),
    "lab-generated/torn.warc.gz": (10, "the gzip member ends early"),
    "lab-generated/torn_mid.warc.gz": (10, "left out: gzip"),
    "lab-generated/zeros.warc.gz": (10, "left out: gzip"),
    "warcio/example-bad-non-chunked.warc.gz": (2, "more than one record"),
    "warcio/example-bad.warc.gz.bad": (3, "more than one record"),
    "warcio/example-digest.warc": (0, "the payload does not have the digest"),
    "warcio/example-space-in-target-uri.warc.gz": (0, "WARC-Target-URI is not well-formed"),
    "warcio/example-trunc.warc": (0, "the block does not have the digest"),
    "warcio/example-wrong-chunks.warc.gz": (0, "the record ends 1270 bytes early"),
    "wget-1.21.3/loop-dedup.warc.gz": (2, "the block does not have the digest"),
}
FOREIGN = {  # file: what is said of a file that is no WARC
    "warcio/bad.arc": "an ARC file",
    "warcio/example-space-in-url.arc": "an ARC file",
    "warcio/example.arc": "an ARC file",
    "warcio/example.arc.gz": "an ARC file",
    "wget-1.21.3/loop.cdx": "neither a WARC nor a WACZ",
}


@pytest.fixture
def archiver(tmp_path: Path) -> Archiver:
    made = Archiver(tmp_path)
    made("init", ".", "--seed", "http://127.0.0.1:1/", "--allow", "127.0.0.1:1")
    return made


def test_every_file_of_the_set_is_tried() -> None:
    names = {str(p.relative_to(SHARED)) for p in SHARED.rglob("*") if p.is_file()}
    assert names - {"SOURCES.md"} == {*WHOLE, *BROKEN, *FOREIGN}


def test_whole_files_come_in_once(archiver: Archiver) -> None:
    """Nine captures of the package with another index are known from the first package."""
    first = archiver("import", *(str(SHARED / name) for name in WHOLE), "--json").json
    assert first["captures"] + first["known"] == sum(WHOLE.values())
    assert first["findings"] == []
    second = archiver("import", *(str(SHARED / name) for name in WHOLE), "--json").json
    assert (second["captures"], second["known"]) == (0, sum(WHOLE.values()))
    archiver("verify", "--deep")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_and_its_whole_records_are_saved(
    archiver: Archiver, name: str
) -> None:
    captures, words = BROKEN[name]
    outcome = archiver("import", str(SHARED / name), "--json", expect=None)
    found = outcome.json["findings"]
    is_damaged = any("left out" in finding for finding in found)
    assert outcome.code == (ExitCode.PARTLY if is_damaged else ExitCode.OK)
    assert outcome.json["captures"] == captures
    assert any(words in finding for finding in found)
    again = archiver("import", str(SHARED / name), "--json", expect=outcome.code).json
    assert (again["captures"], again["known"], again["findings"]) == (0, captures, found)
    archiver("verify", "--deep")


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_that_is_no_warc_is_refused(archiver: Archiver, name: str) -> None:
    outcome = archiver("import", str(SHARED / name), expect=ExitCode.ERROR)
    assert FOREIGN[name] in outcome.err
    assert not list((archiver.folder / "corpus").glob("warc/*"))
