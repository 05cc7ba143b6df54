"""A little invented forum: documents and pages for the tests of index and search."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from archiver.index import IndexWriter, build
from archiver.model import Document, Page

LEXICON = (
    "stadtteil", "kultur", "verkehr", "konzept", "mittel", "gueter", "fussgaenger", "uebergang",
    "uebergaenge", "buerger", "beteiligung", "forum",
)  # fmt: skip
TODAY = date(2026, 11, 22)


def document(doc_id: str = "d1", **changes: Any) -> Document:
    plain = Document(
        doc_id=doc_id,
        site="lindenau",
        kind="file",
        title=f"Protokoll {doc_id}",
        urls=(f"https://forum.example/{doc_id}.pdf",),
        captures=(f"c-{doc_id}",),
        captured_at=datetime(2026, 11, 1, 3, 14, tzinfo=UTC),
        media_type="application/pdf",
        payload_digest=f"sha256:{doc_id}",
        extractor="test 1",
        page_count=1,
    )
    return replace(plain, **changes)


def pages(*texts: str) -> list[Page]:
    return [Page(number=number, text=text) for number, text in enumerate(texts, 1)]


def put_all(index: Path, *documents: tuple[Document, list[Page]], **options: Any) -> IndexWriter:
    with build(index, lexicon=lambda: LEXICON, **options) as writer:
        for one, its_pages in documents:
            writer.put(one, its_pages)
        writer.keep_only({one.doc_id for one, _ in documents})
    return writer


class Texts:
    """What the corpus hands to the search: pages by digest, extractor and number."""

    def __init__(self, documents: Iterable[tuple[Document, list[Page]]]) -> None:
        self.pages = {
            (one.payload_digest, one.extractor, page.number): page
            for one, its_pages in documents
            for page in its_pages
        }
        self.read: list[tuple[str, int]] = []

    def __call__(self, payload_digest: str, extractor: str, number: int) -> Page:
        self.read.append((payload_digest, number))
        return self.pages[payload_digest, extractor, number]
