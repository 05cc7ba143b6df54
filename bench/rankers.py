"""Others that rank the same test sets: SQLite FTS5 as it comes, plain Whoosh with its German stems.

Each gets title and text of every document, and the bare words of every question.
"""

import re
import sqlite3
import warnings
from pathlib import Path

from bench.peers import build_whoosh
from bench.relevance import DEPTH, Rank, TestSet

_WORD = re.compile(r"\w+")


def fts5(test: TestSet, *, any_word: bool) -> Rank:
    """Rank by FTS5's own BM25 over the tokenizer unicode61."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE page USING fts5(id UNINDEXED, title, text)")
    rows = [(doc, _title(test, doc), text) for doc, text in test.docs.items()]
    database.executemany("INSERT INTO page VALUES (?, ?, ?)", rows)
    joint = " OR " if any_word else " AND "

    def rank(question: str) -> list[str]:
        words = joint.join(f'"{word}"' for word in _WORD.findall(question))
        found = database.execute(
            "SELECT id FROM page WHERE page MATCH ? ORDER BY rank LIMIT ?", (words, DEPTH)
        )
        return [row[0] for row in found]

    return rank


def whoosh(test: TestSet, folder: Path, *, any_word: bool) -> Rank:
    """Rank by Whoosh's BM25F over its German analyzer, the index built in the empty `folder`."""
    build_whoosh((f"{_title(test, doc)}\n{text}" for doc, text in test.docs.items()), folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its regular expressions
        from whoosh.index import open_dir
        from whoosh.qparser import AndGroup, OrGroup, QueryParser
    index = open_dir(str(folder))
    parser = QueryParser("text", index.schema, group=OrGroup if any_word else AndGroup)
    ids = list(test.docs)
    searcher = index.searcher()

    def rank(question: str) -> list[str]:
        words = " ".join(_WORD.findall(question.lower()))
        return [ids[int(hit["page"])] for hit in searcher.search(parser.parse(words), limit=DEPTH)]

    return rank


def _title(test: TestSet, doc: str) -> str:
    """Return a document's title; a set without titles has ids there, which are no words."""
    title = test.titles.get(doc, doc)
    return "" if title == doc else title
