"""Killed anywhere and started again, a crawl ends as an undisturbed one."""

import random
import time
from pathlib import Path

import pytest

from archiver.demo.server import SampleServer
from tests.conftest import Archiver
from tests.test_whole_way import captured, new_forum


def killed_crawl(server: SampleServer, folder: Path, chance: random.Random) -> Archiver:
    """Crawl, kill -9 once or more on the way, and crawl on to the end."""
    folder.mkdir()
    archiver = new_forum(server, folder)
    for _ in range(chance.randint(1, 3)):
        process = archiver.start("crawl")
        before = len(server.requests)
        # Some time after the first request, so that it dies at work and not while starting.
        deadline = time.monotonic() + 30
        wanted = before + chance.randint(1, 60)
        while process.poll() is None and time.monotonic() < deadline:
            if len(server.requests) >= wanted:
                break
            time.sleep(0.002)
        time.sleep(chance.random() * 0.05)
        process.kill()
        process.wait()
    archiver("crawl")
    return archiver


def check_rounds(tmp_path: Path, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    with SampleServer() as server:
        (tmp_path / "undisturbed").mkdir()
        undisturbed = new_forum(server, tmp_path / "undisturbed")
        undisturbed("crawl")
        expected = captured(undisturbed)
        assert len(expected) > 100
        for number in range(rounds):
            archiver = killed_crawl(server, tmp_path / f"round-{number}", chance)
            assert captured(archiver) == expected, f"round {number}, seed {seed}"
            assert not list((archiver.folder / "corpus" / "warc").glob("*.open"))


def test_a_crawl_killed_anywhere_ends_with_the_same_captures(tmp_path: Path) -> None:
    check_rounds(tmp_path, rounds=8, seed=28)


@pytest.mark.soak
def test_two_hundred_killed_crawls(tmp_path: Path) -> None:
    check_rounds(tmp_path, rounds=200, seed=2011)
