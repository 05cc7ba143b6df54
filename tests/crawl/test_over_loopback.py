"""The whole way over real sockets: fetcher, loop and corpus, killed and started again."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.corpus import Corpus
from archiver.crawl import CrawlOptions, Surroundings, crawl
from archiver.model import CrawlReport, CrawlStore
from archiver.sites.profile import SiteProfile
from tests.crawl.server import RawServer, raw_server
from tests.crawl.world import MemoryStore, read_links, site

ROOT = Path(__file__).parent.parent.parent
PAGES = 150


@pytest.fixture
def server() -> Iterator[RawServer]:
    with raw_server() as running:
        yield running


def run(profile: SiteProfile, store: CrawlStore, **options: object) -> CrawlReport:
    around = Surroundings(
        user_agent="archiver-test/1",
        software="archiver",
        read_links=read_links,
        options=CrawlOptions(**options),  # type: ignore[arg-type]
    )
    return crawl(profile, store, around)


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def forum(path: str) -> bytes:
    """Answer as a forum whose page n links to pages 2n+1 and 2n+2, and to the first ten."""
    number = int(path[2:]) if path[2:].isdigit() else -1
    if path in {"/robots.txt", "/sitemap.xml"}:
        return answer(b"", status="404 Not Found")
    links = [n for n in (2 * number + 1, 2 * number + 2, *range(10)) if 0 <= n < PAGES]
    anchors = "".join(f'<a href="/p{n}">Sitzung {n}</a>' for n in links)
    body = f"<html><body>Seite {number}{anchors}</body></html>".encode()
    return answer(body, "Content-Type: text/html", f'ETag: "{number}"')


def own(server: RawServer, *seeds: str) -> SiteProfile:
    return site(*(seeds or (server.url("/"),)), allow=(server.address,))


def test_the_corpus_holds_what_the_server_sent(server: RawServer, tmp_path: Path) -> None:
    server.dynamic = forum
    profile = own(server)
    with Corpus.open(tmp_path) as corpus:
        report = run(profile, corpus.crawl_store("forum"))
        assert (report.state, report.counts.new) == ("finished", PAGES + 1)
        captures = list(corpus.captures())
        assert len(captures) == len({capture.url for capture in captures}) == PAGES + 3
        for capture in captures:
            sent = forum(capture.url.removeprefix(f"http://{server.address}"))
            with corpus.read_record(capture.capture_id) as record:
                assert sent in record.read()
    assert server.connections == 1


def test_a_second_run_over_an_unchanged_site_finds_nothing_new(
    server: RawServer, tmp_path: Path
) -> None:
    server.dynamic = forum
    profile = own(server)
    with Corpus.open(tmp_path) as corpus:
        run(profile, corpus.crawl_store("forum"))
        server.requests.clear()
        report = run(profile, corpus.crawl_store("forum"), revisit="all")
        assert report.state == "finished"
        assert (report.counts.new, report.counts.changed) == (0, 0)
        assert report.counts.unchanged == PAGES + 1
        pages = [each for each in server.requests if b"/sitemap.xml" not in each]
        assert all(b"If-None-Match" in each for each in pages)
        assert len(pages) == PAGES + 1


@pytest.mark.parametrize(
    "chance", [0, 1, 2, *(pytest.param(n, marks=pytest.mark.soak) for n in range(3, 70))]
)
def test_a_crawl_killed_again_and_again_ends_with_every_page_once(
    server: RawServer, tmp_path: Path, chance: int
) -> None:
    server.dynamic = forum
    command = [sys.executable, "-m", "tests.crawl.crawler", str(tmp_path), server.address]
    draw = random.Random(chance)
    for _ in range(3):
        killed_after = len(server.requests) + draw.randrange(1, 40)
        process = subprocess.Popen(command, cwd=ROOT)
        while len(server.requests) < killed_after and process.poll() is None:
            time.sleep(0.001)
        process.kill()
        process.wait()
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    with Corpus.open(tmp_path, read_only=True) as corpus:
        urls = Counter(
            capture.url.removeprefix(f"http://{server.address}") for capture in corpus.captures()
        )
        findings = list(corpus.verify(deep=True))
    pages = [path for path in urls if path.startswith("/p")]
    assert sorted(pages) == sorted(f"/p{n}" for n in range(PAGES))
    assert {path: count for path, count in urls.items() if count > 1} == {}
    assert findings == []


def test_nothing_leads_to_a_server_inside(server: RawServer) -> None:
    with raw_server() as inside:
        port = inside.port
        forms = [
            f"http://127.0.0.1:{port}/",
            f"http://127.0.0.1:{port}/minutes.pdf",
            f"http://localhost:{port}/minutes.pdf",
            f"http://2130706433:{port}/minutes.pdf",
            f"http://0177.0.0.1:{port}/minutes.pdf",
            f"http://0x7f.1:{port}/minutes.pdf",
            f"http://[::1]:{port}/minutes.pdf",
            f"http://[::ffff:127.0.0.1]:{port}/minutes.pdf",
            f"http://{server.address}@127.0.0.1:{port}/minutes.pdf",
            f"http://127.0.0.1:{port}%2f@{server.address}/minutes.pdf",
        ]
        anchors = "".join(f'<a href="{form}">x</a>' for form in forms)
        hops = "".join(f'<a href="/hop{n}">x</a>' for n in range(len(forms)))

        def outside(path: str) -> bytes:
            if path == "/robots.txt":
                return answer(f"Sitemap: http://127.0.0.1:{port}/s.xml\n".encode())
            if path.startswith("/hop"):
                return answer(b"", f"Location: {forms[int(path[4:])]}", status="302 Found")
            return answer(f"<html>{anchors}{hops}</html>".encode(), "Content-Type: text/html")

        server.dynamic = outside
        store = MemoryStore()
        report = run(own(server), store)
        assert report.state == "finished"
        assert report.counts.redirected == len(forms)
        assert inside.connections == 0


def test_a_robots_redirect_does_not_lead_inside(server: RawServer) -> None:
    with raw_server() as inside:
        target = f"http://127.0.0.1:{inside.port}/robots.txt"

        def outside(path: str) -> bytes:
            if path == "/robots.txt":
                return answer(b"", f"Location: {target}", status="301 Moved Permanently")
            return answer(b"<html></html>", "Content-Type: text/html")

        server.dynamic = outside
        report = run(own(server), MemoryStore())
        assert report.state == "failed"
        assert "nor allowed by the profile" in (report.reason or "")
        assert inside.connections == 0


def test_a_server_that_is_not_there_is_told_in_one_line(server: RawServer) -> None:
    server.stop()
    report = run(own(server), MemoryStore(), first_patience_s=0.1)
    assert report.state == "failed"
    assert "refuses connections" in (report.reason or "")
    assert "\n" not in (report.reason or "")
