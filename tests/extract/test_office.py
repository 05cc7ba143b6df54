"""Office files: paragraphs, tables, slides; bombs and broken archives."""

import shutil
from pathlib import Path

import pytest

from archiver.errors import ExtractionError
from archiver.extract import ExtractSettings, extract, extractor_key
from archiver.extract.ocr import recognise_pages, turned, version
from archiver.extract.pdfium import render_page
from archiver.model import Extraction, Page
from tests.conftest import leave_out
from tests.extract.samples import archive

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SCAN = Path(__file__).parent.parent.parent / "archiver/demo/site/alt/niederschrift06.pdf"


def docx(body: str, **more: str) -> bytes:
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return archive(
        **{"[Content_Types]_dot_xml": "<x/>", "word__document_dot_xml": document, **more}
    )


def text_of(extraction: Extraction) -> list[str]:
    return [page.text for page in extraction.pages]


def test_a_docx_gives_paragraphs_rows_and_its_title() -> None:
    body = (
        "<w:p><w:r><w:t>12. </w:t></w:r><w:r><w:t>Sitzung</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Bäume</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>ja</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<w:p><w:r><w:t>Ende</w:t><w:br/><w:t>gut</w:t></w:r><w:del><w:r><w:t>weg</w:t></w:r></w:del></w:p>"
    )
    core = '<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Protokoll</dc:title></c>'
    found = extract(docx(body, docProps__core_dot_xml=core), media_type="application/zip")
    assert text_of(found) == ["12. Sitzung\nBäume\tja\nEnde\ngut"]
    assert (found.status, found.title) == ("ok", "Protokoll")
    assert found.media_type.endswith("wordprocessingml.document")


def test_a_pptx_gives_a_page_for_each_slide_in_order() -> None:
    def slide(text: str) -> str:
        return f"<p:sld {P} {A}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>"

    deck = archive(
        ppt__presentation_dot_xml=(
            f'<p:p {P} xmlns:r="{R}"><p:sldId r:id="r2"/><p:sldId r:id="r1"/></p:p>'
        ),
        ppt___rels__presentation_dot_xml_dot_rels=(
            '<R><r Id="r1" Target="slides/a.xml"/><r Id="r2" Target="/ppt/slides/b.xml"/></R>'
        ),
        ppt__slides__a_dot_xml=slide("zweite"),
        ppt__slides__b_dot_xml=slide("erste"),
    )
    assert text_of(extract(deck)) == ["erste", "zweite"]


def test_an_odt_gives_paragraphs_and_headings() -> None:
    text = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns="urn:oasis:o"'
    payload = archive(
        mimetype="application/vnd.oasis.opendocument.text",
        content_dot_xml=f"<d {text}><text:h>Forum</text:h><text:p>am<text:s/>3. <text:span>Mai"
        "</text:span> hier</text:p></d>",
    )
    assert text_of(extract(payload)) == ["Forum\nam 3. Mai hier"]


def test_entities_are_not_resolved_and_other_archives_have_no_reader() -> None:
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    document = f"{bomb}<w:document {W}><w:p><w:r><w:t>vor &b; nach</w:t></w:r></w:p></w:document>"
    found = extract(archive(word__document_dot_xml=document))
    assert "aaaa" not in "".join(text_of(found))
    assert extract(archive(irgendwas_dot_txt="x")).status == "unsupported"


def test_a_bomb_and_a_broken_archive_are_refused() -> None:
    with pytest.raises(ExtractionError, match="larger than 64 MB unpacked"):
        extract(docx("<w:p/>" + " " * (65 * 1024**2)))
    broken = bytearray(docx("<w:p><w:r><w:t>Text</w:t></w:r></w:p>" * 100))
    place = broken.find(b"word/document.xml") + 40
    broken[place : place + 20] = b"\xff" * 20
    with pytest.raises(ExtractionError, match="office file"):
        extract(bytes(broken))


@pytest.fixture
def recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tesseract in one thread, as the reading process has it: several spin more than they do."""
    if version("deu") is None:
        leave_out("Tesseract with German is not installed (Debian package tesseract-ocr-deu)")
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")


@pytest.mark.usefixtures("recogniser")
def test_a_scan_is_recognised_when_enabled() -> None:
    found = extract(SCAN.read_bytes(), settings=ExtractSettings(ocr=True))
    assert found.status == "ok"
    assert all(page.is_ocr and (page.ocr_confidence or 0) > 80 for page in found.pages)
    assert "Hochwasserschutz" in found.pages[0].text
    assert any((reading.field, reading.value) == ("session", 6) for reading in found.readings)


@pytest.mark.usefixtures("recogniser")
@pytest.mark.parametrize("degrees", [90, 180])
def test_a_scan_that_lies_on_its_side_or_head_is_turned(degrees: int) -> None:
    head, _, pixels = render_page(SCAN.read_bytes(), 0, 200, ("",)).partition(b"\n")
    width, height = (int(number) for number in head.split()[1:3])
    third = b"P5 %d %d 255\n" % (width, height // 3) + pixels[: width * (height // 3)]
    pages, warnings = recognise_pages(
        [Page(1, "", is_image_only=True)],
        lambda _: turned(third, degrees),
        ExtractSettings(ocr=True, ocr_dpi=200),
    )
    assert (warnings, "Hochwasserschutz" in pages[0].text) == ((), True)


def test_a_scan_without_recogniser_stays_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    version.cache_clear()
    try:
        found = extract(SCAN.read_bytes(), settings=ExtractSettings(ocr=True))
    finally:
        version.cache_clear()
    assert (found.status, found.reason) == ("image_only", "all 2 pages are pictures")
    assert found.warnings == ("Tesseract with language deu is not installed",)


def test_the_key_changes_with_what_shapes_the_text() -> None:
    plain = ExtractSettings()
    keys = {
        extractor_key(None, plain),
        extractor_key(None, ExtractSettings(pdf_text="pypdf")),
        extractor_key(None, ExtractSettings(ocr=True)),
        extractor_key(None, ExtractSettings(passwords=("linde",))),
    }
    assert len(keys) == 4
