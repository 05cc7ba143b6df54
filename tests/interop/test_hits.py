"""Other tools take the captures behind hits: checked, validated, replayed byte for byte."""

import shutil
import zipfile
from pathlib import Path

import bagit
import pytest

from archiver.model import Capture
from tests.interop.conftest import Archived
from tests.interop.environments import environment
from tests.interop.test_replay import playing

pytestmark = pytest.mark.interop

QUERY = ("Bürgerbeteiligung", "ODER", "Kontakt", "--all-versions")


@pytest.fixture(scope="module")
def exports(archived: Archived, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hits")
    for name in ("hits.warc.gz", "hits.wacz", "hits.bag.zip"):
        archived.archiver("export", *QUERY, "-o", str(folder / name))
    return folder


@pytest.fixture(scope="module")
def captures(archived: Archived) -> list[Capture]:
    """Return the captures in which the hits stand; a page that changed back is a revisit."""
    rows = archived.archiver("export", *QUERY, "-o", "-").jsonl
    wanted = {row["hit_id"].rpartition("-p")[0] for row in rows}
    found = [capture for capture in archived.captures if capture.capture_id in wanted]
    assert len(found) == len(wanted) > 10
    return found


def test_warcio_and_fastwarc_accept_the_warc_file(exports: Path) -> None:
    ran = environment("warcio")("warcio", "check", "-v", exports / "hits.warc.gz")
    assert (ran.code, "digest failed" in ran.out) == (0, False), ran.said
    ran = environment("fastwarc")("fastwarc", "check", exports / "hits.warc.gz")
    assert ran.code == 0, ran.said


def test_wacz_accepts_the_package(exports: Path) -> None:
    ran = environment("wacz")("wacz", "validate", "-f", exports / "hits.wacz")
    assert ran.code == 0, ran.said
    assert "is valid" in ran.out


def test_pywb_replays_every_capture_of_the_package(
    archived: Archived, exports: Path, captures: list[Capture], tmp_path: Path
) -> None:
    shutil.copy(exports / "hits.wacz", tmp_path)
    for words in (["init", "hits"], ["add", "hits", "--unpack-wacz", "hits.wacz"]):
        ran = environment("pywb")("wb-manager", *words, cwd=tmp_path)
        assert ran.code == 0, ran.said
    with playing(tmp_path) as player:
        for capture in captures:
            status, body = player.get("hits", capture)
            assert (status, body) == (200, archived.payload(capture)), capture


def test_bagit_accepts_the_bag_and_notices_a_flipped_byte(exports: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(exports / "hits.bag.zip") as package:
        package.extractall(tmp_path)
    bag = bagit.Bag(str(tmp_path / "bag"))
    assert bag.is_valid()
    file = next((tmp_path / "bag" / "data" / "files").iterdir())
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert not bag.is_valid()
