"""Answers that tools read differently – chunked, packed, odd header bytes – are still theirs."""

import gzip
from pathlib import Path

import pytest

from tests.conftest import Archiver
from tests.crawl.server import raw_server
from tests.interop.conftest import Archived
from tests.interop.environments import environment
from tests.interop.test_index_lines import lines_of, theirs
from tests.interop.test_replay import playing, set_up

pytestmark = pytest.mark.interop

HTML = b"Content-Type: text/html; charset=utf-8\r\n"
HOME = b'<h1>Forum</h1><a href="/packed">1</a><a href="/latin">2</a><a href="/open">3</a>'
PACKED = gzip.compress(b"<h1>1. Sitzung</h1>", mtime=0)
BODIES = {
    "/": HOME,
    "/packed": PACKED,
    "/latin": b"<h1>2. Sitzung</h1>",
    "/open": b"<h1>3. Sitzung</h1>",
}


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    parts = [b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:half], body[half:])]
    return (
        b"HTTP/1.1 200 OK\r\n"
        + HTML
        + b"Transfer-Encoding: chunked\r\n\r\n"
        + b"".join([*parts, b"0\r\n\r\n"])
    )


ANSWERS = {
    "/": chunked(HOME),
    "/packed": b"HTTP/1.1 200 OK\r\n" + HTML
    + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PACKED) + PACKED,
    "/latin": b"HTTP/1.1 200 Sch\xf6n\r\n" + HTML
    + b"X-Ort: M\xfchle\r\nContent-Length: 19\r\n\r\n" + BODIES["/latin"],
    "/open": b"HTTP/1.0 200 OK\r\n" + HTML + b"\r\n" + BODIES["/open"],
}  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Archived:
    archiver = Archiver(tmp_path_factory.mktemp("odd"))
    with raw_server() as server:
        server.answers = {path: [answer] for path, answer in ANSWERS.items()}
        archiver("init", ".", "--seed", server.url("/"), "--allow", server.address,
                 "--delay", "0")  # fmt: skip
        archiver("crawl", expect=None)
    archived = Archived(archiver)
    paths = {"/" + c.url.split("/", 3)[3] for c in archived.captures if c.status == 200}
    assert paths == set(BODIES)
    return archived


def test_checkers_accept_them(odd: Archived) -> None:
    for path in odd.warc_files:
        assert environment("warcio")("warcio", "check", path).code == 0
        assert environment("fastwarc")("fastwarc", "check", "-p", path).code == 0


def test_their_lines_differ_by_the_digest_of_what_was_chunked_or_malformed_only(
    odd: Archived, tmp_path: Path
) -> None:
    odd.archiver("corpus", "export", str(tmp_path / "index.cdxj"))
    ours, others = (
        lines_of((tmp_path / "index.cdxj").read_text()),
        lines_of(theirs(*odd.warc_files).out),
    )
    assert set(ours) == set(others)
    differing = {
        (ours[at][2]["url"].split("/", 3)[3], name)
        for at in ours
        for name in set(ours[at][2]) | set(others[at][2])
        if ours[at][2].get(name) != others[at][2].get(name)
    }
    # Those records state no payload digest: ours is the catalogue's, theirs made while indexing.
    assert differing == {("", "digest"), ("latin", "digest")}
    assert [line[:2] for line in ours.values()] == [line[:2] for line in others.values()]


def test_they_are_replayed_byte_for_byte(odd: Archived, tmp_path: Path) -> None:
    set_up(tmp_path, odd, "odd")
    with playing(tmp_path) as player:
        for capture in odd.captures:
            if capture.status == 200:
                body = BODIES["/" + capture.url.split("/", 3)[3]]
                assert odd.payload(capture) == body
                assert player.get("odd", capture) == (200, body), capture.url
