"""Checking an export against an archive that stayed, was read anew, was changed, was emptied."""

import dataclasses
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from archiver.errors import ExportError
from archiver.export.fields import FULL, select_fields
from archiver.export.record import HitRecord
from archiver.export.tables import encode_csv, encode_csv_excel, encode_jsonl, encode_tsv
from archiver.export.verify import Checked, verify_export, verify_rows

PAYLOAD = b"%PDF-1.7 invented"


@dataclass
class Archive:
    """A scripted archive of one capture."""

    pages: list[str]
    payload: bytes | None = PAYLOAD
    read: list[str] = field(default_factory=list)

    def read_payload(self, capture_id: str) -> bytes | None:
        self.read.append(capture_id)
        return self.payload if capture_id == "c0ffee" else None

    def page_text(self, capture_id: str, page: int) -> str | None:
        return self.pages[page - 1] if 1 <= page <= len(self.pages) else None


@pytest.fixture
def cited(record: HitRecord) -> HitRecord:
    return dataclasses.replace(record, payload_sha256=hashlib.sha256(PAYLOAD).hexdigest())


@pytest.fixture
def archive(page_text: str) -> Archive:
    return Archive([f"Seite {number}" for number in range(1, 9)] + [page_text])


def check(record: HitRecord, archive: Archive) -> Checked:
    data = b"".join(encode_jsonl([record], FULL))
    [outcome] = verify_export(io.BytesIO(data), "jsonl", archive)
    return outcome


def test_an_untouched_archive_says_the_same(cited: HitRecord, archive: Archive) -> None:
    assert check(cited, archive) == Checked(1, "c0ffee-p9-62", "same", "", 9, 62)


@pytest.mark.parametrize(
    ("name", "encode"),
    [("csv", encode_csv), ("tsv", encode_tsv), ("csv-excel", encode_csv_excel)],
)
def test_every_table_can_be_checked(
    cited: HitRecord, archive: Archive, name: str, encode: Any
) -> None:
    data = b"".join(encode([cited, cited], FULL))
    assert [one.status for one in verify_export(io.BytesIO(data), name, archive)] == ["same"] * 2


def test_a_quote_that_shifted_on_its_page_has_moved(
    cited: HitRecord, archive: Archive, page_text: str
) -> None:
    archive.pages[8] = "Kopfzeile\n" + page_text
    assert check(cited, archive) == Checked(
        1, "c0ffee-p9-62", "moved", "stands on page 9 at 72", 9, 72
    )


def test_a_quote_on_another_page_has_moved(
    cited: HitRecord, archive: Archive, page_text: str
) -> None:
    archive.pages[8] = "Leer"
    archive.pages[1] = page_text
    outcome = check(cited, archive)
    assert (outcome.status, outcome.page, outcome.start) == ("moved", 2, 62)


def test_the_match_alone_is_found_when_its_surroundings_changed(
    cited: HitRecord, archive: Archive
) -> None:
    archive.pages[8] = "Neu gelesen: viele Grünflächen hier."
    outcome = check(cited, archive)
    assert (outcome.status, outcome.page, outcome.start) == ("moved", 9, 19)


def test_a_quote_that_is_nowhere_has_changed(cited: HitRecord, archive: Archive) -> None:
    archive.pages[8] = "Ein anderer Text"
    outcome = check(cited, archive)
    assert (outcome.status, outcome.reason) == ("changed", "the quote is not in the text")


def test_a_capture_without_text_has_changed(cited: HitRecord) -> None:
    assert check(cited, Archive([])).reason == "the capture has no text"


def test_other_bytes_have_changed_even_if_the_quote_stands(
    cited: HitRecord, archive: Archive
) -> None:
    archive.payload = b"other"
    outcome = check(cited, archive)
    assert outcome.status == "changed"
    assert (
        outcome.reason == f"the archived bytes have sha256:{hashlib.sha256(b'other').hexdigest()}"
    )


def test_a_document_without_text_is_cited_by_its_bytes_alone(cited: HitRecord) -> None:
    found_by_its_title = dataclasses.replace(
        cited,
        hit_id="c0ffee-p1-0",
        snippet_left="", match="", snippet_right="", char_start=0, char_end=0,
    )  # fmt: skip
    assert check(found_by_its_title, Archive([])) == Checked(1, "c0ffee-p1-0", "same", "", 1, 0)
    changed = check(found_by_its_title, Archive([], payload=b"%PDF-1.7 other"))
    assert changed.status == "changed"


def test_a_capture_that_is_not_held_is_gone(cited: HitRecord, archive: Archive) -> None:
    archive.payload = None
    assert check(cited, archive) == Checked(
        1, "c0ffee-p9-62", "gone", "the capture is not held, or withdrawn"
    )


def test_masked_quotes_are_found_again(
    build: Callable[..., HitRecord], archive: Archive, page_text: str
) -> None:
    start = page_text.index("musterstadt.")
    record = build(span=(start, start + 11), context=40, redact=("email", "phone"))
    record = dataclasses.replace(record, payload_sha256=None)
    assert "[E-Mail]" in record.match
    assert check(record, archive).status == "same"
    archive.pages[8] = "Kopfzeile\n" + page_text
    moved = check(record, archive)
    assert (moved.status, moved.page, moved.start) == ("moved", 9, None)


def test_a_hit_without_matched_words_is_checked_by_its_snippet(
    build: Callable[..., HitRecord], archive: Archive
) -> None:
    record = dataclasses.replace(build(span=(0, 0), context=30), payload_sha256=None)
    assert record.match == ""
    assert check(record, archive).status == "same"
    archive.pages[8] = "anderes"
    assert check(record, archive).status == "changed"


def test_neighbouring_rows_of_a_capture_are_digested_once(
    cited: HitRecord, archive: Archive
) -> None:
    data = b"".join(encode_jsonl([cited] * 5, FULL))
    assert len(list(verify_export(io.BytesIO(data), "jsonl", archive))) == 5
    assert archive.read == ["c0ffee"]


def test_rows_without_a_place_cannot_be_checked(cited: HitRecord, archive: Archive) -> None:
    data = b"".join(encode_jsonl([cited], select_fields("brief")))
    with pytest.raises(ExportError, match=r"row 1 lacks payload_sha256, char_start.*--fields full"):
        list(verify_export(io.BytesIO(data), "jsonl", archive))


def test_a_damaged_row_is_told(cited: HitRecord, archive: Archive) -> None:
    row = dict.fromkeys(FULL, "") | {"hit_id": "c0ffee-p9-62", "char_start": "viel"}
    with pytest.raises(ExportError, match="row 1 names no place"):
        list(verify_rows([row], archive))
