"""What is measured on: real German books and pages, or in a quick run texts of our own."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from archiver.demo.server import SITE
from archiver.model import Document, Extraction, Page
from bench import corpora, site
from bench.measuring import Options

DOCUMENT = 20  # pages in a document
EXTRACTOR = "bench"


def pdfs(options: Options) -> list[Path]:
    """Return PDF files; raise MissingCorpusError where the books cannot be had."""
    if options.quick:
        return sorted(SITE.rglob("*.pdf"))[:2]
    return [book.pdf for book in corpora.books()]


def page_count(options: Options) -> int:
    """Return how many pages are indexed."""
    return 120 if options.quick else 30_000 if options.full else 5_000


def page_texts(options: Options, count: int) -> list[str]:
    """Return texts of pages; raise MissingCorpusError where the books cannot be had."""
    return site.texts(count) if options.quick else corpora.pages(count)


def documents(texts: list[str]) -> list[tuple[Document, tuple[Page, ...]]]:
    """Make documents of twenty pages, with sittings, dates and topics as a forum's have them."""
    made = []
    for start in range(0, len(texts), DOCUMENT):
        number = start // DOCUMENT
        own = texts[start : start + DOCUMENT]
        pages = tuple(Page(number=i, text=text, label=str(i)) for i, text in enumerate(own, 1))
        words = own[0].split()
        document = Document(
            doc_id=f"d{number:05}",
            site="bench",
            kind="file",
            role="minutes",
            title=" ".join(words[:6]),
            urls=(f"http://forum.example/{number}.pdf",),
            captures=(f"c{number}",),
            captured_at=datetime(2026, 1, 1, tzinfo=UTC),
            media_type="application/pdf",
            payload_digest=f"sha256:{number:064x}",
            sessions=(1 + number % 60,),
            held_on=date(2004, 1, 15) + timedelta(days=91 * (number % 60)),
            date_precision="day",
            topics=(words[number % 6],),
            page_count=len(pages),
            extractor=EXTRACTOR,
        )
        made.append((document, pages))
    return made


def extraction(document: Document, pages: tuple[Page, ...]) -> Extraction:
    """Return what a corpus would keep of a document's text."""
    return Extraction("ok", document.media_type, EXTRACTOR, title=document.title, pages=pages)
