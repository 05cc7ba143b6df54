"""Killed anywhere and started again, a crawl ends as an undisturbed one."""

import random
import shutil
import time
from pathlib import Path

import pytest

from archiver.corpus import Corpus
from archiver.demo.server import SampleServer
from tests.conftest import Archiver
from tests.test_whole_way import new_forum

PAGES = 48


def small_site(folder: Path) -> Path:
    """Write pages that lead to one another, some of one content, some to pages there are not."""
    folder.mkdir()
    (folder / "index.html").write_text('<a href="/0.html">Anfang</a>')
    for number in range(PAGES):
        targets = [2 * number + 1, 2 * number + 2, number + 7]
        links = "".join(f'<a href="/{n}.html">Seite {n}</a> ' for n in targets if n < PAGES)
        text = f"<h1>Seite {number}</h1>{links}<a href='/fehlt-{number // 8}.html'>Anlage</a>"
        text += "<p>Die Sitzung beginnt.</p>" * number
        if number % 5 == 4:  # revisits: what is met again is held already
            text = "<h1>Diese Seite wird überarbeitet</h1>"
        (folder / f"{number}.html").write_text(text)
    return folder


def killed_crawl(server: SampleServer, archiver: Archiver, chance: random.Random) -> bool:
    """Crawl, kill -9 once or more on the way, and crawl on to the end; False: it ended before."""
    for _ in range(chance.choice((1, 1, 1, 2))):
        process = archiver.start("crawl")
        before = len(server.requests)
        # Some time after the first request, so that it dies at work and not while starting.
        deadline = time.monotonic() + 30
        wanted = before + chance.randint(1, PAGES - 8)
        while process.poll() is None and time.monotonic() < deadline:
            if len(server.requests) >= wanted:
                break
            time.sleep(0.002)
        time.sleep(chance.random() * 0.05)
        process.kill()
        process.wait()
        if has_ended(archiver):  # it was quicker than its killer
            return False
    archiver("crawl")
    return True


def has_ended(archiver: Archiver) -> bool:
    """Tell whether nothing is left to ask, so that a further crawl would be a second one."""
    with Corpus.open(archiver.folder / "corpus", read_only=True) as corpus:
        states = corpus.status().urls_by_state
    return not (states.get("queued") or states.get("leased"))


def captured_pages(archiver: Archiver) -> list[tuple[str, int, str]]:
    """Return all captures but those of robots.txt, which whoever begins may ask for again."""
    with Corpus.open(archiver.folder / "corpus", read_only=True) as corpus:
        found = [(c.url, c.status, c.payload_digest) for c in corpus.captures()]
    assert any(url.endswith("/robots.txt") for url, _, _ in found)
    return sorted(each for each in found if not each[0].endswith("/robots.txt"))


def check_rounds(
    tmp_path: Path, rounds: int, seed: int, site: Path | None = None, least: int = 100
) -> None:
    chance = random.Random(seed)
    with SampleServer(site) as server:
        (tmp_path / "undisturbed").mkdir()
        undisturbed = new_forum(server, tmp_path / "undisturbed")
        undisturbed("crawl")
        expected = captured_pages(undisturbed)
        assert len(expected) > least
        resumed = 0
        for number in range(rounds):
            archiver = Archiver(tmp_path / f"round-{number}")
            archiver.folder.mkdir()
            shutil.copy(undisturbed.folder / "archiver.toml", archiver.folder)
            is_resumed = killed_crawl(server, archiver, chance)
            assert captured_pages(archiver) == expected, f"round {number}, seed {seed}"
            if is_resumed:
                assert not list((archiver.folder / "corpus" / "warc").glob("*.open"))
            resumed += is_resumed
            shutil.rmtree(archiver.folder)
    assert 2 * resumed > rounds


def test_a_crawl_killed_anywhere_ends_with_the_same_captures(tmp_path: Path) -> None:
    # A small site, so that most of a round is the killing; the soak rounds take the sample forum.
    check_rounds(tmp_path, rounds=20, seed=28, site=small_site(tmp_path / "site"), least=40)


@pytest.mark.soak
def test_two_hundred_killed_crawls(tmp_path: Path) -> None:
    check_rounds(tmp_path, rounds=200, seed=2011)
