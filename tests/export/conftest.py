"""An invented forum's document, capture, page and hit, and records made of them."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from archiver.export.joining import build_record
from archiver.export.manifest import Provenance
from archiver.export.record import HitRecord
from archiver.model import Capture, Document, Hit, Snippet
from tests.export.held import Held

PAGE_TEXT = (
    "3. Ergebnisse der Arbeitsgruppen\n"
    "Die Gruppe wünscht sich mehr Grünflächen am Mühlenteich und sichere Wege zur Schule.\n"
    "Rückfragen an Frau Beispiel, Tel. 0999/51-2345, beispiel@musterstadt.example."
)
START = PAGE_TEXT.index("Grünflächen")
EXPORTED_AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def held() -> Held:
    return Held(text=PAGE_TEXT)


@pytest.fixture
def page_text() -> str:
    return PAGE_TEXT


@pytest.fixture
def document() -> Document:
    return Document(
        doc_id="d28",
        site="musterstadt",
        kind="file",
        title="Dokumentation Stadtgespräch #28",
        urls=("https://forum.example/pdf/gespraech28.pdf",),
        captures=("c0ffee",),
        captured_at=datetime(2026, 11, 20, 3, 14, 7, tzinfo=UTC),
        media_type="application/pdf",
        payload_digest="sha256:" + "ab12" * 16,
        role="documentation",
        sessions=(28,),
        held_on=date(2011, 10, 14),
        date_precision="day",
        topics=("Grün in der Stadt", "Wege, Plätze"),
        groups=("AG Umwelt",),
        page_count=40,
        extractor="pdfium 1",
    )


@pytest.fixture
def capture() -> Capture:
    return Capture(
        capture_id="c0ffee",
        url="https://forum.example/pdf/gespraech28-final.pdf",
        kind="response",
        captured_at=datetime(2026, 11, 20, 3, 14, 7, tzinfo=UTC),
        status=200,
        media_type="application/pdf",
        payload_digest="sha256:" + "ab12" * 16,
        payload_size=123_456,
        warc_file="musterstadt-20261120-00003.warc.gz",
        offset=1_843_221,
        length=99_000,
        record_id="<urn:uuid:11111111-2222-3333-4444-555555555555>",
    )


@pytest.fixture
def hit() -> Hit:
    begin = PAGE_TEXT.index("Die Gruppe")
    text = PAGE_TEXT[begin : PAGE_TEXT.index("\nRückfragen")]
    start = START - begin
    return Hit(
        hit_id=f"c0ffee-p9-{START}",
        rank=1,
        score=7.25,
        page_number=9,
        page_label="7",
        section="3. Ergebnisse der Arbeitsgruppen",
        snippets=(Snippet(text=text, start=begin, spans=((start, start + 11),)),),
    )


@pytest.fixture
def build(document: Document, hit: Hit, capture: Capture) -> Callable[..., HitRecord]:
    def build(**changes: Any) -> HitRecord:
        settings: dict[str, Any] = {
            "query": "Grünfläche",
            "normalised": "grünfläche",
            "generation": "g1",
            "exported_at": EXPORTED_AT,
            "page_text": PAGE_TEXT,
        }
        settings |= changes
        return build_record(
            settings.pop("document", document),
            settings.pop("hit", hit),
            settings.pop("capture", capture),
            **settings,
        )

    return build


@pytest.fixture
def record(build: Callable[..., HitRecord]) -> HitRecord:
    return build()


@pytest.fixture
def web_record(record: HitRecord) -> HitRecord:
    return dataclasses.replace(
        record,
        hit_id="decade-p1-4",
        kind="session",
        role=None,
        title="28. Stadtgespräch: Grün in der Stadt",
        media="text/html",
        url="https://forum.example/gespraech/28",
        page=1,
        page_label=None,
    )


@pytest.fixture
def provenance() -> Provenance:
    return Provenance(
        query="Grünfläche",
        normalised="grünfläche",
        generation="g1",
        exported_at=EXPORTED_AT,
        filters={"session": "20..30"},
        corpus_state={"captures": "64"},
        versions={"archiver": "0.1.0"},
    )
