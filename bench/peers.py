"""Plain Whoosh, as its documentation shows it: the peer of index, query and cold start."""

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SEARCH = """\
import sys
from whoosh.index import open_dir
from whoosh.qparser import QueryParser

index = open_dir(sys.argv[1])
with index.searcher() as searcher:
    query = QueryParser("text", index.schema).parse(sys.argv[2])
    for hit in searcher.search(query, limit=10):
        print(hit["page"])
"""
"""A script that opens an index, searches one word and prints ten hits, without snippets."""


def build_whoosh(texts: Iterable[str], folder: Path, *, is_stored: bool = False) -> None:
    """Index texts with Whoosh's German analyzer in one field, its writer left as it is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its regular expressions
        from whoosh.analysis import LanguageAnalyzer
        from whoosh.fields import ID, TEXT, Schema
        from whoosh.index import create_in

    analyzer = LanguageAnalyzer("de")
    schema = Schema(page=ID(stored=True), text=TEXT(analyzer=analyzer, stored=is_stored))
    writer = create_in(str(folder), schema).writer()
    for number, text in enumerate(texts):
        writer.add_document(page=str(number), text=text)
    writer.commit()


class WhooshSearcher:
    """An opened plain index. Close it."""

    def __init__(self, folder: Path) -> None:
        from whoosh.index import open_dir
        from whoosh.qparser import QueryParser

        self._index = open_dir(str(folder))
        self._searcher = self._index.searcher()
        self._parser = QueryParser("text", self._index.schema)

    def close(self) -> None:
        """Close its files."""
        self._searcher.close()
        self._index.close()

    def parse(self, query: str) -> Any:
        """Parse a query with Whoosh's own parser."""
        return self._parser.parse(query)

    def match(self, query: Any) -> int:
        """Find and score, as a search for ten hits does; return the exact number of hits."""
        return len(self._searcher.search(query, limit=10))

    def answer(self, query: str) -> int:
        """Parse, find, cut snippets for ten hits; return the exact number of hits."""
        results = self._searcher.search(self.parse(query), limit=10)
        for hit in results:
            hit.highlights("text")
        return len(results)
