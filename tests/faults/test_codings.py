"""Bodies in content codings that were not asked for: read within limits, or told and left out."""

import gzip
import sys
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import brotli
import pytest

from tests.conftest import ROOT, Archiver
from tests.crawl.server import RawServer, raw_server

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGE = "<html><title>Seite</title><h1>3. Sitzung</h1><p>Die {word} wird beraten.</p></html>"
TWICE = zlib.compress(PAGE.format(word="Uferpromenade").encode())


@cache  # a bomb takes half a second to fill: not when tests are collected
def bodies() -> dict[str, tuple[str, bytes]]:
    """Return what the server has: path → content coding and body."""
    return {
        "/gepackt": ("gzip", gzip.compress(PAGE.format(word="Lindenallee").encode())),
        "/doppelt": ("deflate, gzip", gzip.compress(TWICE)),
        "/beschriftet": ("utf-8", PAGE.format(word="Rathausuhr").encode()),
        "/brotli": ("br", brotli.compress(PAGE.format(word="Kastanienhof").encode())),
        "/zstd": ("zstd", zstd.compress(PAGE.format(word="Fährhaus").encode())),
        "/lzw": ("compress", b"\x1f\x9d Marktbrunnen " * 9),
        "/falsch": ("gzip", PAGE.format(word="Marktbrunnen").encode()),
        "/bombe": ("gzip", gzip.compress(b"Marktbrunnen " * 4_000_000)),
        "/stapel": ("gzip, gzip", gzip.compress(gzip.compress(b"Marktbrunnen " * 4_000_000))),
    }  # fmt: skip


@pytest.fixture
def server() -> Iterator[RawServer]:
    with raw_server() as running:
        running.dynamic = answer
        yield running


def answer(path: str) -> bytes:
    if path == "/":
        links = "".join(f'<li><a href="{each}">{each}</a>' for each in bodies())
        body = f"<html><title>Forum</title><ul>{links}</ul></html>".encode()
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + _end(body)
    if path not in bodies():
        return b"HTTP/1.1 404 Not Found\r\n" + _end(b"")
    coding, body = bodies()[path]
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {coding}\r\n"
    return head.encode() + _end(body)


def _end(body: bytes) -> bytes:
    return f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def test_what_cannot_be_decoded_is_kept_told_and_never_found(
    server: RawServer, tmp_path: Path
) -> None:
    archiver = Archiver(tmp_path)
    seed = ["--seed", server.url("/"), "--allow", server.address, "--delay", "0"]
    archiver("init", ".", *seed)
    archiver("crawl")
    assert "4 without text" in archiver("index").err
    for word in ("Lindenallee", "Uferpromenade", "Rathausuhr", "Kastanienhof", "Fährhaus"):
        assert archiver("search", word, "--json").json["documents"] == 1, word
    nothing = archiver("search", "Marktbrunnen", "--json", expect=1).json
    assert (nothing["total"], nothing["coverage"]["unreadable_files"]) == (0, 4)
    documents = archiver("documents", "--jsonl").jsonl
    failed = {d["urls"][0].removeprefix(server.url("")): d for d in documents if d["reason"]}
    assert {d["status"] for d in failed.values()} == {"failed"}
    words = {path: d["reason"].partition(": ")[2].partition(" (")[0] for path, d in failed.items()}
    broken = words.pop("/falsch")
    assert broken.startswith("broken compression: ")
    assert words == {
        "/lzw": "content coding 'compress' cannot be read",
        "/bombe": "decompresses to more than 200 times its size",
        "/stapel": "decompresses to more than 200 times its size",
    }
    assert "content coding 'compress' cannot be read" in archiver("check", expect=None).out
    archiver("verify", "--deep")


def test_what_lacks_only_a_library_is_read_when_it_is_there(
    server: RawServer, tmp_path: Path
) -> None:
    workspace, hidden = tmp_path / "forum", tmp_path / "hidden"
    workspace.mkdir()
    for name in ("brotli", "backports", "compression"):
        (hidden / name).mkdir(parents=True)
        (hidden / name / "__init__.py").write_text("raise ModuleNotFoundError(__name__)")
    without = {"PYTHONPATH": f"{hidden}:{ROOT}"}
    archiver = Archiver(workspace)
    archiver("init", ".", "--seed", server.url("/"), "--allow", server.address, "--delay", "0")
    archiver("crawl", **without)
    for _ in range(3):  # as often as one likes: it is not given up
        assert "6 without text" in archiver("index", **without).err
    told = archiver("check", expect=None, **without).out
    assert "content coding 'br' cannot be read without forum-archiver[codings]" in told
    assert "pip install 'forum-archiver[codings]', then: archiver index" in told
    archiver("search", "Kastanienhof", expect=1, **without)
    assert "4 without text" in archiver("index").err
    for word in ("Kastanienhof", "Fährhaus"):
        assert archiver("search", word, "--json").json["documents"] == 1, word
