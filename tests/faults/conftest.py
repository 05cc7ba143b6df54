"""What the fault tests share: copies of the sample forum to break, and how to look at them."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archiver.demo.server import SampleServer
from tests.conftest import Archiver

PATIENCE_SECONDS = 120  # for a process to get somewhere on a busy machine; no measure of speed


@pytest.fixture(scope="session")
def server(sample_server: SampleServer) -> SampleServer:
    return sample_server


@pytest.fixture(scope="session")
def forum(sample_forum: Archiver) -> Archiver:
    """The sample forum, crawled and indexed; whoever damages it mends it."""
    return sample_forum


@pytest.fixture
def copy(forum: Archiver, tmp_path: Path) -> Archiver:
    """The forum without its index, to break."""
    return copied(forum, tmp_path / "forum")


@pytest.fixture
def indexed(copy: Archiver) -> Archiver:
    """The forum with an index, to break."""
    copy("index")
    return copy


def copied(forum: Archiver, folder: Path) -> Archiver:
    """Copy a workspace but for its index, which is bound to its place."""
    shutil.copytree(forum.folder, folder, ignore=shutil.ignore_patterns("index"))
    return Archiver(folder)


def wait_until(is_so: Callable[[], object]) -> None:
    """Wait for something another process does; fail when it never comes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.005)


def hits(archiver: Archiver, **environment: str) -> list[str]:
    """Return what a search finds, in order, whichever generation answered."""
    answer = archiver("search", "Verkehr", "--json", "--limit", "100", **environment).json
    return [hit["hit_id"] for group in answer["groups"] for hit in group["hits"]]


def files(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of change of every file below a folder.

    Not of what readers of SQLite use among themselves and which holds no data.
    """
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
        and not path.name.endswith("-shm")
        and not (path.name.endswith("-wal") and path.stat().st_size == 0)
    }
