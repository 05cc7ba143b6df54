"""Answer a query: parse, find, group, cut snippets, count facets. Composition; writes nothing.

    text ─ query.parse ─▶ tree ─ settle, lower ─▶ plan ─ evaluate (index) ─▶ pages ─▶ groups, facets

Pages' texts are handed in as `read_page(payload_digest, extractor, page_number)`, so that search
knows the index and nothing of the corpus.
"""

from archiver.search.answer import concord, locate, places_on, search, stream
from archiver.search.finder import FoundPage, ReadPage, Stream

__all__ = ["FoundPage", "ReadPage", "Stream", "concord", "locate", "places_on", "search", "stream"]
