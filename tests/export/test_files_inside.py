"""Pages of files inside a file are cited by that file's name, and never as pages of the PDF."""

from collections.abc import Callable
from dataclasses import replace

from archiver.cli.search import link, page_label
from archiver.export.bibliography import _notes
from archiver.export.citation import Citing, cite
from archiver.export.record import HitRecord
from archiver.export.report import encode_html
from archiver.jobs.changes import AlertHit, Known
from archiver.jobs.feed import headline
from archiver.model import Attachment, Document, Hit

PLAN = Attachment("plan.pdf", "application/pdf", "sha256:" + "cd34" * 16, 900, 8, 33)


def inside(document: Document) -> Document:
    return replace(document, attachments=(PLAN,))


def test_the_citation_names_the_file_inside(
    build: Callable[..., HitRecord], document: Document, hit: Hit
) -> None:
    labelled = replace(hit, page_label="Anlage plan.pdf, S. 2")
    record = build(document=inside(document), hit=labelled)
    assert (record.attachment, record.page, record.page_label) == (
        "plan.pdf",
        9,
        "Anlage plan.pdf, S. 2",
    )
    assert "14.10.2011, Anlage plan.pdf, S. 2. https://" in cite(record)
    assert not [note for note in _notes(record) if note.startswith("PDF-Seite")]
    report = b"".join(encode_html([record], Citing())).decode()
    assert "#page=9" not in report


def test_the_files_own_pages_are_cited_as_before(
    build: Callable[..., HitRecord], document: Document, hit: Hit
) -> None:
    later = replace(PLAN, first_page=30, page_count=11)
    record = build(document=replace(document, attachments=(later,)), hit=hit)
    assert record.attachment is None
    assert "S. 7 (PDF-S. 9)" in cite(record)


def test_personal_data_in_the_name_of_a_file_inside_is_masked(
    build: Callable[..., HitRecord], document: Document, hit: Hit
) -> None:
    name = "an amt@linde.example.pdf"
    mailed = replace(document, attachments=(replace(PLAN, name=name),))
    labelled = replace(hit, page_label=f"Anlage {name}, S. 2")
    record = build(document=mailed, hit=labelled, redact=("email",))
    assert "amt@" not in f"{record.attachment} {record.page_label}"


def test_search_prints_the_file_inside_and_the_address_without_a_page(
    document: Document, hit: Hit
) -> None:
    labelled = replace(hit, page_label="Anlage plan.pdf, S. 2")
    assert page_label(inside(document), labelled) == "Anlage plan.pdf, S. 2: "
    assert link(inside(document), labelled) == document.urls[0]
    assert link(document, hit) == f"{document.urls[0]}#page=9"


def test_alerts_name_the_file_inside(document: Document) -> None:
    known = Known.of(inside(document), {3: None, 9: "Anlage plan.pdf, S. 2"})
    told: list[AlertHit] = [known.hit("d28", page, {}) for page in (3, 9)]
    assert [hit.url for hit in told] == [f"{document.urls[0]}#page=3", document.urls[0]]
    assert headline(told[1]).endswith(", Anlage plan.pdf, S. 2")
    assert known.hit("d28", 3, {}).page_label is None


def test_a_mail_has_no_pages_of_its_own(
    build: Callable[..., HitRecord], document: Document, hit: Hit
) -> None:
    mail = replace(document, media_type="message/rfc822", page_count=1)
    record = build(document=mail, hit=replace(hit, page_label=None))
    assert "PDF-S." not in cite(record)
