"""Killed (-9) anywhere, index and export leave what was there, and the next run ends well."""

import random
import time
from pathlib import Path

import pytest

from archiver.demo.server import SITE, SampleServer
from tests.conftest import Archiver
from tests.faults.conftest import copied, files, hits

PAGE = "/kontakt.html"


def kill_somewhere(archiver: Archiver, chance: random.Random, seconds: float, *words: str) -> bool:
    """Start a command, kill it after some part of the time it took once; say if it was at work."""
    with archiver.start(*words) as process:
        time.sleep(chance.random() * seconds)
        was_at_work = process.poll() is None
        process.kill()
    return was_at_work


def duration(archiver: Archiver, *words: str) -> float:
    started = time.monotonic()
    archiver(*words)
    return time.monotonic() - started


def check_index(server: SampleServer, archiver: Archiver, rounds: int, seed: int) -> None:
    """Change a page, kill the update of the index, search, let it end; time and again."""
    chance = random.Random(seed)
    usual = duration(archiver, "index", "--rebuild")
    expected, kills = hits(archiver), 0
    original = (SITE / PAGE.lstrip("/")).read_bytes()
    try:
        for number in range(rounds):
            words = f"<p>{'Verkehr ' * (number % 5 + 1)}{number}</p>".encode()
            server.overlay = {PAGE: original.replace(b"</h1>", b"</h1>" + words)}
            archiver("crawl")
            rebuild = ["--rebuild"] if number % 2 else []
            kills += kill_somewhere(archiver, chance, usual, "index", *rebuild)
            answered = hits(archiver)
            archiver("index", *rebuild)
            updated = hits(archiver)
            # The old index or the new one, as a whole; the killed run may just have ended.
            assert answered in (expected, updated), f"round {number}, seed {seed}"
            expected = updated
            assert not list((archiver.folder / "index" / "generations").glob(".building-*"))
    finally:
        server.overlay = {}
    assert kills > rounds // 4 or rounds < 20
    archiver("index", "--rebuild")
    assert hits(archiver) == expected
    archiver("verify", "--deep")


def check_export(archiver: Archiver, folder: Path, rounds: int, seed: int) -> None:
    """Kill exports of all forms; a target is whole or not there, and nothing else has changed."""
    chance = random.Random(seed)
    forms = [
        ["export", "Verkehr", "-o", "hits.jsonl"],
        ["export", "Verkehr", "-o", "hits.csv"],
        ["export", "Verkehr", "-o", "hits.bag.zip"],
        ["corpus", "export", "forum.wacz"],
        ["corpus", "export", "forum.warc.gz"],
    ]
    targets = [[*words[:-1], str(folder / words[-1])] for words in forms]
    before = files(archiver.folder)
    whole, usual = {}, {}
    for words in targets:
        target = Path(words[-1])
        usual[words[-1]] = duration(archiver, *words)
        whole[words[-1]] = target.stat().st_size
        clear(folder)
    kills = 0
    for number in range(rounds):
        words = chance.choice(targets)
        target = Path(words[-1])
        kills += kill_somewhere(archiver, chance, usual[words[-1]], *words)
        if target.exists():
            # Moments of writing and fresh ids may take some bytes more or less.
            assert abs(target.stat().st_size - whole[words[-1]]) < 200, f"round {number}: {words}"
        left = {path.name for path in folder.iterdir()} - {target.name}
        assert all(name.startswith(".") or "manifest" in name for name in left), left
        clear(folder, keep_hidden=True)
        archiver(*words)
        clear(folder)
    assert kills > rounds // 4 or rounds < 20
    assert files(archiver.folder) == before


def check_verify(archiver: Archiver, rounds: int, seed: int) -> None:
    """Kill checks of the archive; they change nothing, and the next one finds it whole."""
    chance = random.Random(seed)
    before = files(archiver.folder)
    usual = duration(archiver, "verify", "--deep")
    for _ in range(rounds):
        kill_somewhere(archiver, chance, usual, "verify", "--deep")
        assert files(archiver.folder) == before
    archiver("verify", "--deep")


def clear(folder: Path, *, keep_hidden: bool = False) -> None:
    for path in folder.iterdir():
        if not (keep_hidden and path.name.startswith(".")):
            path.unlink()


def test_an_index_killed_anywhere_leaves_the_old_one_answering(
    server: SampleServer, copy: Archiver
) -> None:
    check_index(server, copy, rounds=2, seed=28)


def test_an_export_killed_anywhere_leaves_no_part_in_its_place(
    forum: Archiver, tmp_path: Path
) -> None:
    check_export(forum, tmp_path, rounds=6, seed=28)


def test_a_check_killed_anywhere_changes_nothing(forum: Archiver) -> None:
    check_verify(forum, rounds=4, seed=28)


@pytest.mark.soak
def test_two_hundred_killed_checks(forum: Archiver) -> None:
    check_verify(forum, rounds=200, seed=2011)


@pytest.mark.soak
def test_two_hundred_killed_indexes(server: SampleServer, forum: Archiver, tmp_path: Path) -> None:
    check_index(server, copied(forum, tmp_path / "forum"), rounds=200, seed=2011)


@pytest.mark.soak
def test_two_hundred_killed_exports(forum: Archiver, tmp_path: Path) -> None:
    check_export(forum, tmp_path, rounds=200, seed=2011)
