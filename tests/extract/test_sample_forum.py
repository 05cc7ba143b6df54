"""The sample forum: what its documents are known to contain stands on their pages."""

import json
from pathlib import Path
from typing import Any

import pytest

from archiver.extract import ExtractSettings, Sandbox, Task, extract
from archiver.model import Extraction

ROOT = Path(__file__).parent.parent.parent
SITE = ROOT / "archiver" / "demo" / "site"
TRUTH = json.loads((ROOT / "tests" / "data" / "sample_truth.json").read_text("utf-8"))
DOCUMENTS = [
    document
    for document in TRUTH["documents"]
    if document.get("disk") and (SITE / document["disk"]).is_file()
]
READABLE = [
    document
    for document in DOCUMENTS
    if not document["damaged"]
    and not document["image_only"]
    and document["encrypted"] != "password"
]


def read(document: dict[str, Any], settings: ExtractSettings | None = None) -> Extraction:
    return extract((SITE / document["disk"]).read_bytes(), settings=settings)


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("reader", ["pdfium", "pypdf"])
@pytest.mark.parametrize("document", READABLE, ids=lambda document: document["path"])
def test_known_words_stand_on_their_pages(document: dict[str, Any], reader: Any) -> None:
    is_pdf = document["disk"].endswith(".pdf")
    if reader == "pypdf" and not is_pdf:
        reader = "pdfium"
    phrases = [(entry["page"], entry["text"]) for entry in document["contains"]]
    extraction = read(document, ExtractSettings(pdf_text=reader))
    pages = {page.number: one_line(page.text) for page in extraction.pages}
    missing = [
        (number, phrase)
        for number, phrase in phrases
        if one_line(phrase) not in pages.get(number or 1, "")
    ]
    assert missing == []


def test_a_damaged_pdf_is_refused_with_a_reason() -> None:
    damaged = [document for document in DOCUMENTS if document["damaged"]]
    assert damaged
    with Sandbox() as pool:
        for document in damaged:
            extraction = pool.extract(Task((SITE / document["disk"]).read_bytes()))
            assert extraction.status == "failed"
            assert (extraction.reason or "").startswith("error: not readable as PDF")


@pytest.mark.parametrize(
    "document",
    [d for d in DOCUMENTS if d["disk"].endswith(".pdf") and not d["damaged"]],
    ids=lambda document: document["path"],
)
def test_pages_labels_and_pictures_of_pdfs_are_as_known(document: dict[str, Any]) -> None:
    extraction = read(document)
    if document["encrypted"] == "password":
        assert (extraction.status, extraction.reason) == ("encrypted", "needs a password")
        return
    assert len(extraction.pages) == document["pages"]
    if document["labels"]:
        assert [page.label for page in extraction.pages] == document["labels"]
    assert (extraction.status == "image_only") == bool(document["image_only"])
