"""The catalogue made anew from the WARC files alone is the one that was lost."""

import re
from pathlib import Path

import pytest

from archiver.corpus import Corpus, CorpusOptions
from archiver.model import Document, Link, LinkReading, Recording, UrlRecord, UrlUpdate, Version
from tests.corpus.making import (
    HOST,
    SITE,
    START,
    candidate,
    crawl_start,
    exchange,
    later,
    no_counts,
    not_modified,
    recording,
    url_record,
)

LINK = re.compile(rb'<a href="([^"]+)">([^<]*)</a>')


def read_links(payload: bytes, content_type: str | None, url: str) -> LinkReading:
    """Read links as simply as can be; the crawl of these tests does it the same way."""
    assert content_type is not None
    links = tuple(
        Link(HOST + href.decode(), text.decode(), text.decode(), position)
        for position, (href, text) in enumerate(LINK.findall(payload))
    )
    return LinkReading(links)


def page(
    path: str,
    html: bytes,
    hours: float = 0,
    *,
    is_chunked: bool = False,
    record: UrlRecord | None = None,
) -> Recording:
    answer = exchange(path, html, at=later(hours), is_chunked=is_chunked)
    links = read_links(html, "text/html", HOST + path).links
    return recording(path, answer, links=links, record=record or url_record(path))


def crawled(folder: Path, rotate_at: int = 1024**3) -> None:
    """Two crawls of a small site with all that can happen."""
    with Corpus.open(
        folder, options=CorpusOptions(now=lambda: START, rotate_at=rotate_at)
    ) as corpus:
        store = corpus.crawl_store(SITE)
        crawl = store.begin_crawl(crawl_start())
        home = b'<h1>Forum</h1><a href="/a">Sitzung 1</a> <a href="/a.pdf">Protokoll</a>'
        moved = exchange("/alt", b"", status=301, reason="Moved", headers=(("Location", "/a"),))
        cut = exchange("/gross", b"halb", truncated="length")
        robots = exchange(
            "/robots.txt", b"User-agent: *", headers=(("Content-Type", "text/plain"),)
        )
        store.record(
            [
                recording("/robots.txt", robots, record=url_record("/robots.txt", role="robots")),
                page("/", home),
                page("/a", b"<p>Sitzung 1</p>", record=url_record("/a", via_key=HOST + "/",
                     via_url=HOST + "/", hops="L", depth=1, role="session"), is_chunked=True),
            ]
        )  # fmt: skip
        pdf = exchange("/a.pdf", b"%PDF" * 99, headers=(("Content-Type", "application/pdf"),))
        store.record(
            [
                recording("/a.pdf", pdf, media_type="application/pdf", links=()),
                recording("/alt", moved, redirect_to=candidate("/a")),
                recording("/gross", cut),
                recording(
                    "/weg",
                    exchange("/weg", b"fort", status=410),
                    update=UrlUpdate("gone", last_status=410),
                ),
                recording("/k?sid=1", record=url_record("/k?sid=1", key=HOST + "/k")),
            ]
        )
        store.finish_crawl(crawl, "finished", no_counts(), None, later(1))
        crawl = store.begin_crawl(crawl_start(later(24)))
        store.record(
            [
                recording("/", not_modified("/", later(25))),
                page("/kopie", home, 25),
                page("/a", b"<p>Sitzung 1, neu</p>", 26),
                recording("/a.pdf", exchange("/a.pdf", b"%PDF" * 99, at=later(26))),
            ]
        )
        store.finish_crawl(crawl, "finished", no_counts(), None, later(27))


def contents(folder: Path) -> dict[str, object]:
    """All that a rebuild must give back, without the numbers of rows."""
    with Corpus.open(folder) as corpus:
        store = corpus.crawl_store(SITE)
        files = corpus._catalogue.rows(
            "SELECT name, kind, state, committed_size, sha256, created_at FROM warc_file ORDER BY 1"
        )
        urls = corpus._catalogue.rows(
            "SELECT u.key, u.url, u.origin, u.role, u.depth, u.hops, u.last_status, "
            "u.payload_digest, u.last_capture, (SELECT v.key FROM url v WHERE v.id = u.via) "
            "FROM url u ORDER BY u.key"
        )
        inner = corpus._catalogue.rows(
            "SELECT capture_id, head_length, is_chunked, duration_ms, attempt, malformed, "
            "group_end FROM capture ORDER BY capture_id"
        )
        return {
            "captures": list(corpus.captures()),
            "inner": [tuple(row) for row in inner],
            "links": {c.capture_id: store.links_of(c.capture_id) for c in corpus.captures()},
            "sources": corpus.sources(),
            "inbound": corpus.inbound_links(),
            "files": [tuple(row) for row in files],
            "urls": [tuple(row) for row in urls],
            "gone": store.counts_by_state().get("gone"),
            "crawls": [
                tuple(row)
                for row in corpus._catalogue.rows(
                    "SELECT crawl_id, site, software, user_agent, robots_policy, config, "
                    "started_at FROM crawl ORDER BY 1"
                )
            ],
            "versions": corpus.versions(),
            "documents": list(corpus.documents()),
        }


@pytest.mark.parametrize("rotate_at", [1024**3, 500])
def test_a_rebuilt_catalogue_equals_the_lost_one(tmp_path: Path, rotate_at: int) -> None:
    crawled(tmp_path, rotate_at=rotate_at)
    before = contents(tmp_path)
    assert len(before["links"]) == 12  # type: ignore[arg-type]
    for path in tmp_path.glob("catalogue.sqlite*"):
        path.unlink()
    report = Corpus.rebuild(tmp_path, read_links)
    assert contents(tmp_path) == before
    assert (report.captures, report.findings) == (12, ())
    assert not list(tmp_path.glob("catalogue.sqlite.*"))


def test_documents_and_versions_are_taken_over_when_they_can_be_read(tmp_path: Path) -> None:
    crawled(tmp_path)
    with Corpus.open(tmp_path) as corpus:
        (source, *_) = corpus.sources()
        document = Document(
            "d1", SITE, "session", "Sitzung", (source.url,), (source.capture_id,),
            source.captured_at, source.media_type, source.payload_digest,
        )  # fmt: skip
        version = Version(
            "d1", 1, source.capture_id, source.captured_at, source.payload_digest, "sha256:t", "ok"
        )
        corpus.save_documents([document], [version])
    before = contents(tmp_path)
    report = Corpus.rebuild(tmp_path, read_links)
    assert report.documents_kept == 1
    assert contents(tmp_path) == before


def test_a_killed_crawls_open_file_is_taken_in_up_to_its_last_whole_group(tmp_path: Path) -> None:
    with Corpus.open(tmp_path) as corpus:
        store = corpus.crawl_store(SITE)
        store.begin_crawl(crawl_start())
        store.record([recording("/a"), recording("/b")])
    (path,) = (tmp_path / "warc").glob("*.open")
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:-40])
    for name in tmp_path.glob("catalogue.sqlite*"):
        name.unlink()
    path.write_bytes(whole[:-40])
    report = Corpus.rebuild(tmp_path, read_links)
    assert report.captures == 1
    with Corpus.open(tmp_path) as corpus:
        assert [capture.url for capture in corpus.captures()] == [HOST + "/a"]
        assert list(corpus.verify(deep=True)) == []


def test_a_damaged_record_is_reported_and_the_others_are_taken_in(tmp_path: Path) -> None:
    crawled(tmp_path)
    with Corpus.open(tmp_path) as corpus:
        victim = next(c for c in corpus.captures() if c.url == HOST + "/a.pdf")
        path = tmp_path / "warc" / victim.warc_file
        count = len(list(corpus.captures()))
    content = bytearray(path.read_bytes())
    content[victim.offset + victim.length // 2] ^= 1
    path.write_bytes(bytes(content))
    report = Corpus.rebuild(tmp_path, read_links)
    assert report.captures == count - 1
    assert [(f.file, f.offset) for f in report.findings] == [(victim.warc_file, victim.offset)]
