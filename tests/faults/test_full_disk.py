"""A disk that is full: one clear line, nothing half-written, and all goes on after room is made."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archiver.demo.server import SampleServer
from archiver.errors import ExitCode
from tests.conftest import Archiver, Outcome, new_forum
from tests.faults.conftest import copied, files, hits
from tests.test_whole_way import captured

MIB = 1024**2


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MiB of its own, or a skip where no such thing can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount the small disk that this test fills")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m,mode=755", "tmpfs", str(folder)],
        capture_output=True, text=True,
    )  # fmt: skip
    if mounted.returncode != 0:
        pytest.skip(f"the small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def left(disk: Path, free_bytes: int) -> Iterator[None]:
    """Fill a disk but for so many bytes while the block lasts."""
    ballast = disk / "ballast"
    status = os.statvfs(disk)
    size = status.f_bavail * status.f_frsize - free_bytes
    assert size >= 0
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(size, 1))
    try:
        yield
    finally:
        ballast.unlink()


def told(outcome: Outcome) -> None:
    """One clear line that names the trouble."""
    assert outcome.code == ExitCode.ERROR, outcome
    lines = [line for line in outcome.err.splitlines() if line.startswith("archiver: ")]
    assert len(lines) == 1, outcome.err
    assert "no space left" in lines[0].lower() or "room" in lines[0] or "full" in lines[0], lines


@pytest.mark.parametrize("free_kib", [0, 300, 900])
def test_a_crawl_on_a_full_disk_loses_nothing_and_goes_on(
    server: SampleServer, forum: Archiver, disk: Path, free_kib: int
) -> None:
    (disk / "forum").mkdir()
    archiver = new_forum(server, disk / "forum")
    with left(disk, free_kib * 1024):
        told(archiver("crawl", expect=None))
    archiver("crawl")
    assert captured(archiver) == captured(forum)
    archiver("verify", "--deep")


def test_an_index_on_a_full_disk_leaves_the_old_one_and_is_built_later(
    forum: Archiver, disk: Path
) -> None:
    archiver = copied(forum, disk / "forum")
    archiver("index")
    expected = hits(archiver)
    for free_kib in (0, 256, 1024):
        with left(disk, free_kib * 1024):
            told(archiver("index", "--rebuild", expect=None))
            assert hits(archiver) == expected
    archiver("index", "--rebuild")
    assert hits(archiver) == expected
    assert not list((archiver.folder / "index" / "generations").glob(".building-*"))


@pytest.mark.parametrize(
    "words",
    [
        ["export", "Verkehr", "-o", "hits.jsonl"],
        ["export", "Verkehr", "-o", "hits.csv"],
        ["export", "Verkehr", "-o", "hits.bag.zip"],
        ["export", "Verkehr", "-o", "hits.xlsx"],
        ["export", "Verkehr", "-o", "hits.parquet"],
        ["export", "Verkehr", "-o", "hits.wacz"],
        ["corpus", "export", "texts.jsonl"],
        ["corpus", "export", "forum.wacz"],
        ["corpus", "export", "forum.warc.gz"],
        ["corpus", "export", "forum.cdxj"],
        ["corpus", "export", "files"],
    ],
    ids=lambda words: words[-1],
)
def test_an_export_to_a_full_disk_leaves_nothing(
    forum: Archiver, disk: Path, words: list[str]
) -> None:
    target = [*words[:-1], str(disk / words[-1])]
    before = files(forum.folder)
    with left(disk, 8 * 1024):
        told(forum(*target, expect=None))
        remains = [path for path in disk.rglob("*") if path.is_file() and path.name != "ballast"]
        assert remains == []
    forum(*target)
    assert (disk / words[-1]).exists()
    assert files(forum.folder) == before
