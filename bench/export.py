"""Measure exports of every hit, beside a loop that writes what SQLite's full-text search finds.

`python -m bench.export FOLDER --pages N [--engine NAME]` makes a workspace once and keeps it;
`python -m bench.export --peer FOLDER WORD jsonl|csv [--no-snippets]` runs the peer alone.
"""

import argparse
import csv
import hashlib
import io
import json
import random
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from archiver.analysis.lexicon import german_words
from archiver.corpus import Corpus
from archiver.index import build
from archiver.model import (
    Capture,
    CrawlCounts,
    CrawlStart,
    Document,
    Exchange,
    Page,
    Recording,
    UrlRecord,
    UrlUpdate,
)
from archiver.urls import origin_of, url_key
from bench.material import documents, extraction, page_count, page_texts
from bench.measuring import Options, Ran, archiver, run
from bench.table import Line

SECTION = "export"
WORD = "Bürgerbeteiligung"
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_SETTINGS = """\
[index]
engine = "{engine}"
[[site]]
name = "bench"
seeds = ["http://forum.example/"]
"""
_COLUMNS = ("id", "title", "url", "session", "held_on", "topic", "page", "captured_at", "sha256")


def measure(options: Options) -> Iterator[Line]:
    """Yield hits a second of processor time, and the peak of memory, of each format and engine."""
    texts = marked(page_texts(options, page_count(options)))
    peer_at = options.new_folder("export/peer")
    build_peer(texts, peer_at)
    for engine in ("whoosh", "tantivy"):
        workspace = options.new_folder(f"export/{engine}")
        make_workspace(workspace, texts, engine)
        for name in ("jsonl", "csv"):
            for more in ((), ("--no-snippets",)):
                ours = _export(workspace, name, more)
                theirs = run([sys.executable, "-m", "bench.export", "--peer", peer_at, WORD, name,
                              *more])  # fmt: skip
                yield from _lines(
                    f"{engine}: {name}{', no text' * bool(more)}", texts, ours, theirs
                )


def _lines(what: str, texts: Sequence[str], ours: Ran, theirs: Ran) -> Iterator[Line]:
    said = f"{len(texts):,} hit"
    if said not in ours.err:
        yield Line(SECTION, what, f"not {said}s: {ours.err.strip()}", is_wrong=True)
        return
    rates = (len(texts) / ran.cpu_seconds for ran in (ours, theirs))
    yield Line(SECTION, what, next(rates), "hits/s CPU", "FTS5 and a loop", next(rates))
    if ours.largest_mib:
        yield Line(SECTION, f"{what}: peak memory", ours.largest_mib, "MiB")


def _export(workspace: Path, name: str, more: Sequence[str]) -> Ran:
    target = workspace / f"hits.{name}"
    words = ("-w", workspace, "export", WORD, "-o", target, "--overwrite")
    return run(archiver(*words, *more), is_watched=True)


def marked(texts: Sequence[str], *, seed: int = 28) -> list[str]:
    """Return the texts with the word that is asked for put between two words of each."""
    chance = random.Random(seed)
    made = []
    for text in texts:
        blanks = [at for at, sign in enumerate(text) if sign == " "]
        at = chance.choice(blanks)
        made.append(f"{text[:at]} {WORD}{text[at:]}")
    return made


def make_workspace(folder: Path, texts: list[str], engine: str) -> None:
    """Make a workspace whose corpus holds a file for every twenty pages."""
    (folder / "archiver.toml").write_text(_SETTINGS.format(engine=engine), encoding="utf-8")
    rows = documents(texts)
    with Corpus.open(folder / "corpus") as corpus:
        store = corpus.crawl_store("bench")
        crawl = store.begin_crawl(CrawlStart("bench", "bench", "bench", "obey", "{}", _AT))
        held: list[tuple[Document, tuple[Page, ...]]] = []
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            captures = store.record([_recording(document) for document, _ in part])
            held += [
                (_captured(document, capture), pages)
                for (document, pages), capture in zip(part, captures, strict=True)
            ]
            corpus.save_extractions(
                (document.payload_digest, document.extractor, extraction(document, pages))
                for document, pages in held[start:]
            )
        store.finish_crawl(crawl, "finished", CrawlCounts(), None, _AT)
        corpus.save_documents([document for document, _ in held])
    with build(folder / "index", engine=engine, lexicon=german_words) as writer:
        for document, pages in held:
            writer.put(document, pages)


def _captured(document: Document, capture: Capture | None) -> Document:
    assert capture is not None
    assert capture.payload_digest is not None
    return replace(document, captures=(capture.capture_id,), payload_digest=capture.payload_digest)


def _recording(document: Document) -> Recording:
    """Return what a crawl would have recorded of the document's file."""
    url = document.urls[0]
    payload = f"%PDF-1.7 {document.doc_id}".encode()
    headers = (("content-type", "application/pdf"), ("content-length", str(len(payload))))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    head = f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode()
    answer = Exchange(
        url=url,
        started_at=_AT,
        duration_s=0.1,
        ip="192.0.2.7",
        request=b"GET / HTTP/1.1\r\nHost: forum.example\r\n\r\n",
        response=io.BytesIO(head + payload),
        response_length=len(head + payload),
        head_length=len(head),
        status=200,
        headers=headers,
        payload=None,
        payload_length=len(payload),
        payload_digest=f"sha256:{hashlib.sha256(payload).hexdigest()}",
    )
    record = UrlRecord(
        key=url_key(url), url=url, origin=origin_of(url), depth=1, role="file", priority=0,
        via_key=None, via_url=None, hops="", state="leased",
    )  # fmt: skip
    return Recording(record, answer, UrlUpdate("idle"), media_type="application/pdf")


def build_peer(texts: list[str], folder: Path) -> None:
    """Put the pages into a table of SQLite's full-text search, what is known of them beside."""
    columns = ", ".join(f"{name} UNINDEXED" for name in _COLUMNS)
    with closing(sqlite3.connect(folder / "fts5.sqlite")) as database, database:
        database.execute(f"CREATE VIRTUAL TABLE found USING fts5({columns}, text)")
        database.executemany(
            f"INSERT INTO found VALUES ({', '.join('?' * (len(_COLUMNS) + 1))})",
            (
                (document.doc_id, document.title, document.urls[0], document.sessions[0],
                 str(document.held_on), document.topics[0], page.number,
                 document.captured_at.isoformat(), document.payload_digest, page.text)
                for document, pages in documents(texts)
                for page in pages
            ),
        )  # fmt: skip


def run_peer(folder: Path, word: str, name: str, *, with_snippets: bool) -> None:
    """Write every hit with Python's own json and csv, best first."""
    columns = [*_COLUMNS]
    if with_snippets:
        columns.append(f"snippet(found, {len(_COLUMNS)}, '', '', '…', 30)")
    names = [*_COLUMNS, *(["snippet"] if with_snippets else [])]
    query = f"SELECT {', '.join(columns)} FROM found WHERE found MATCH ? ORDER BY rank"
    with (
        closing(sqlite3.connect(folder / "fts5.sqlite")) as database,
        (folder / f"hits.{name}").open("w", encoding="utf-8", newline="") as file,
    ):
        rows = database.execute(query, (word,))
        if name == "csv":
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows(rows)
        else:
            for row in rows:
                line = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
                file.write(f"{line}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a workspace, or run the peer."""
    parser = argparse.ArgumentParser(prog="bench.export", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("word", nargs="?", default=WORD)
    parser.add_argument("form", nargs="?", choices=["jsonl", "csv"], default="jsonl")
    parser.add_argument("--pages", type=int, default=5_000)
    parser.add_argument("--engine", default="whoosh")
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--no-snippets", action="store_true")
    wanted = parser.parse_args(arguments)
    if wanted.peer:
        run_peer(wanted.folder, wanted.word, wanted.form, with_snippets=not wanted.no_snippets)
        return 0
    texts = marked(page_texts(Options(wanted.folder), wanted.pages))
    wanted.folder.mkdir(parents=True, exist_ok=True)
    make_workspace(wanted.folder, texts, wanted.engine)
    return 0


if __name__ == "__main__":
    sys.exit(main())
