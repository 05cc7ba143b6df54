"""Other tools' checkers accept what we write: WARC files of crawls and exports, WACZ."""

from pathlib import Path

import pytest

from tests.interop.conftest import Archived
from tests.interop.environments import environment

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def warc_files(archived: Archived, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return every WARC file of three crawls, and one written by an export."""
    exported = tmp_path_factory.mktemp("exported") / "forum.warc.gz"
    archived.archiver("corpus", "export", str(exported))
    return [*archived.warc_files, exported]


def test_warcio_accepts_every_file(warc_files: list[Path]) -> None:
    warcio = environment("warcio")
    for path in warc_files:
        ran = warcio("warcio", "check", "-v", path)
        assert ran.code == 0, ran.said
        assert "digest pass" in ran.out
        assert "digest failed" not in ran.out


def test_warcio_notices_a_flipped_byte(warc_files: list[Path], tmp_path: Path) -> None:
    """Without this the test above might check nothing."""
    content = bytearray(warc_files[0].read_bytes())
    content[len(content) // 2] ^= 1
    broken = tmp_path / "broken.warc.gz"
    broken.write_bytes(content)
    assert environment("warcio")("warcio", "check", broken).code != 0


def test_fastwarc_accepts_every_file(warc_files: list[Path]) -> None:
    fastwarc = environment("fastwarc")
    for path in warc_files:
        ran = fastwarc("fastwarc", "check", path)
        assert ran.code == 0, ran.said
        assert "verified successfully" in ran.said


def test_fastwarc_doubts_no_payload_but_those_that_stand_elsewhere(
    archived: Archived, tmp_path: Path
) -> None:
    """A revisit states the digest of the payload it refers to; FastWARC digests its own block."""
    elsewhere = {c.record_id for c in archived.captures if c.kind.startswith("revisit")}
    doubted, accepted = set(), set()
    for path in archived.warc_files:
        environment("fastwarc")("fastwarc", "check", "-p", "-o", tmp_path / "told", path)
        for line in (tmp_path / "told").read_text().splitlines():
            identity, _, verdict = line.partition(">: ")
            assert verdict.startswith(("OK", "NO_DIGEST")), line
            {"FAIL": doubted, "OK": accepted}.get(verdict.rpartition("_")[2], set()).add(
                f"{identity}>"
            )
    assert doubted <= elsewhere
    assert len(accepted) > 100


def test_wacz_accepts_an_exported_package(archived: Archived, tmp_path: Path) -> None:
    package = tmp_path / "forum.wacz"
    archived.archiver("corpus", "export", str(package))
    ran = environment("wacz")("wacz", "validate", "-f", package)
    assert ran.code == 0, ran.said
    assert "is valid" in ran.out


def test_wacz_refuses_a_package_with_another_byte(archived: Archived, tmp_path: Path) -> None:
    package = tmp_path / "forum.wacz"
    archived.archiver("corpus", "export", str(package))
    content = package.read_bytes()
    at = content.index(b'"title":"Pages"')
    package.write_bytes(content.replace(b'"title":"Pages"', b'"title":"Paged"', 1))
    assert package.read_bytes()[at : at + 15] == b'"title":"Paged"'
    assert environment("wacz")("wacz", "validate", "-f", package).code != 0
