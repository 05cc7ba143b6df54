"""Measure building and querying on any set of texts, each engine of ours beside three peers.

    python -m bench.index_speed --docs docs.jsonl --engine whoosh --engine tantivy

`docs.jsonl` holds {"id", "title", "text"}, one line a page; without it pages are recombined from
Debian's German manuals (`--pages`). Every index is built in a process of its own. "Bare" is what
the engine takes to find and score all matching pages (ours), or ten and their exact number (peers,
and ours as "ten best"); "whole" is our answer with groups, facets, snippets and exact totals.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from archiver import codec
from archiver.analysis import german_words
from archiver.index import Index, build
from archiver.model import Document, Page
from archiver.search import search
from bench import corpora
from bench.measuring import machine, run, seconds_of, size_of
from bench.peers import WhooshSearcher, build_whoosh
from bench.query import KINDS, TODAY, drawn, plan, quantile
from bench.table import number, table

OURS = ("whoosh", "tantivy")
PEERS = ("plain-whoosh", "raw-tantivy", "fts5")
HEADINGS = ("index", "pages/s", "MiB", "peak MiB", *(f"{k}, p50/p95 ms" for k in KINDS))


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the file of texts."""

    id: str | int
    text: str
    title: str | None = None


Ask: TypeAlias = Callable[[str, str], object]
"""A query of ours and its kind, to whatever the answer is."""


def rows_of(docs: Path) -> Iterator[tuple[str, str, str]]:
    """Yield id, title and text of each record."""
    with docs.open("rb") as lines:
        for line in lines:
            row = codec.from_json(line, _Row)
            yield str(row.id), row.title or "", row.text


def build_ours(docs: Path, folder: Path, engine: str) -> None:
    """Build a generation, every record a document of one page."""
    with build(folder, engine=engine, lexicon=german_words) as writer:
        for name, title, text in rows_of(docs):
            document = Document(
                doc_id=name,
                site="bench",
                kind="other",
                title=title,
                urls=(f"https://bench.example/{name}",),
                captures=(name,),
                captured_at=datetime(2026, 1, 1, tzinfo=UTC),
                media_type="text/html",
                payload_digest=name,
                page_count=1,
            )
            writer.put(document, [Page(number=1, text=text)])


def build_fts5(docs: Path, folder: Path) -> None:
    """Build a table of SQLite's full-text search with its tokenizer unicode61."""
    with closing(sqlite3.connect(folder / "fts5.sqlite")) as database, database:
        database.execute("CREATE VIRTUAL TABLE page USING fts5(id UNINDEXED, title, text)")
        database.executemany("INSERT INTO page VALUES (?, ?, ?)", rows_of(docs))


def build_tantivy(docs: Path, folder: Path) -> None:
    """Build an index of tantivy with German stems, its writer left as it is."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("page", stored=True)
    builder.add_text_field("text", tokenizer_name="german")
    index = tantivy.Index(builder.build(), str(folder))
    index.register_tokenizer("german", _german())
    writer = index.writer()
    for count, (_, title, text) in enumerate(rows_of(docs)):
        writer.add_document(tantivy.Document(page=count, text=f"{title}\n{text}"))
    writer.commit()
    writer.wait_merging_threads()


def _german() -> Any:
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    lower = builder.filter(tantivy.Filter.lowercase())
    return lower.filter(tantivy.Filter.stemmer("german")).build()


def _build(who: str, docs: Path, folder: Path) -> None:
    match who:
        case "plain-whoosh":
            build_whoosh((f"{title}\n{text}" for _, title, text in rows_of(docs)), folder)
        case "raw-tantivy":
            build_tantivy(docs, folder)
        case "fts5":
            build_fts5(docs, folder)
        case engine:
            build_ours(docs, folder, engine)


def _ask_whoosh(folder: Path, stack: ExitStack) -> Ask:
    searcher = stack.enter_context(closing(WhooshSearcher(folder)))
    return lambda query, _: searcher.match(searcher.parse(query))


def _ask_tantivy(folder: Path) -> Ask:
    import tantivy

    index = tantivy.Index.open(str(folder))
    index.register_tokenizer("german", _german())
    searcher = index.searcher()

    def ask(query: str, _: str) -> object:
        parsed = index.parse_query(query, ["text"], conjunction_by_default=" OR " not in query)
        return searcher.search(parsed, limit=10, count=True)

    return ask


def _ask_fts5(folder: Path, stack: ExitStack) -> Ask:
    database = stack.enter_context(closing(sqlite3.connect(folder / "fts5.sqlite")))
    count = "SELECT count(*) FROM page WHERE page MATCH ?"
    best = "SELECT id FROM page WHERE page MATCH ? ORDER BY rank LIMIT 10"

    def ask(query: str, _: str) -> object:
        return database.execute(count, (query,)).fetchone(), database.execute(
            best, (query,)
        ).fetchall()

    return ask


def _asks(who: str, folder: Path, texts: Mapping[str, str], stack: ExitStack) -> dict[str, Ask]:
    """Return the ways to ask an index, by the name of their line."""
    match who:
        case "plain-whoosh":
            return {who: _ask_whoosh(folder, stack)}
        case "raw-tantivy":
            return {who: _ask_tantivy(folder)}
        case "fts5":
            return {who: _ask_fts5(folder, stack)}
    index = stack.enter_context(Index.open(folder))
    read = partial(_read, texts)
    return {
        f"ours on {who}, bare": lambda query, kind: index.match(plan(index, query, kind)),
        f"ours on {who}, ten best": lambda query, kind: index.top(plan(index, query, kind), 10),
        f"ours on {who}, whole": lambda query, _: search(index, query, read_page=read, today=TODAY),
    }


def _read(texts: Mapping[str, str], payload_digest: str, extractor: str, page: int) -> Page:
    return Page(number=page, text=texts[payload_digest])


def _times(ask: Ask, queries: Mapping[str, Sequence[str]]) -> list[str]:
    """Return median and 95th percentile of each kind, every query asked once before."""
    cells = []
    for kind, asked in queries.items():
        taken = []
        for query in asked:
            ask(query, kind)
            taken.append(1000 * seconds_of(lambda: ask(query, kind)))  # noqa: B023  # called at once
        cells.append(f"{number(quantile(taken, 50))} / {number(quantile(taken, 95))}")
    return cells


def measured(docs: Path, indexes: Sequence[str], count: int, place: Path) -> Iterator[list[str]]:
    """Yield the rows of the table, one index after the other."""
    texts = {name: text for name, _, text in rows_of(docs)}
    queries = {kind: drawn(list(texts.values()), kind, count) for kind in KINDS}
    for who in indexes:
        folder = place / who
        folder.mkdir()
        command: list[str | Path] = [sys.executable, "-m", "bench.index_speed"]
        command += ["--build", who, folder, "--docs", docs]
        built = run(command, is_watched=True)
        rate = len(texts) / float(built.out)
        figures = [number(rate), number(size_of(folder)), number(built.together_mib)]
        with ExitStack() as stack:
            for name, ask in _asks(who, folder, texts, stack).items():
                yield [name, *figures, *_times(ask, queries)]
                figures = ["", "", ""]


def _write_pages(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8") as lines:
        for page, text in enumerate(corpora.pages(count)):
            title = " ".join(text.split()[:6])
            row = {"id": f"p{page}", "title": title, "text": text}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="bench.index_speed", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--docs", type=Path, help="JSON lines: id, title, text")
    parser.add_argument("--pages", type=int, default=5_000, help="how many, without --docs")
    parser.add_argument("--engine", action="append", choices=OURS, help="may be repeated")
    parser.add_argument("--peer", action="append", choices=PEERS, help="may be repeated; else all")
    parser.add_argument("--queries", type=int, default=60, help="of each kind")
    parser.add_argument("--build", nargs=2, metavar=("INDEX", "FOLDER"), help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    if wanted.build:
        who, folder = wanted.build
        print(seconds_of(lambda: _build(who, wanted.docs, Path(folder))))
        return 0
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        docs = wanted.docs or _write_pages(Path(place) / "docs.jsonl", wanted.pages)
        print(f"{sum(1 for _ in rows_of(docs)):,} pages; {machine()}", flush=True)
        indexes = (*(wanted.engine or OURS), *(wanted.peer or PEERS))
        rows = list(measured(docs, indexes, wanted.queries, Path(place)))
    print(table(rows, HEADINGS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
