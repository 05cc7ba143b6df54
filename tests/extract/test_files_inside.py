"""Files inside PDF files: read as further pages, cited by their own name, each only for itself."""

import io
import zipfile

import pypdf
import pytest
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from archiver.extract import ExtractSettings, Sandbox, Task, extract
from archiver.model import Extraction
from tests.extract.samples import archive, column, operator_flood, pdf
from tests.extract.test_broken_files import flipped, swapped, truncated

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
READERS = pytest.mark.parametrize("reader", ["pdfium", "pypdf"])


def document(text: str) -> bytes:
    body = f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>'
    return archive(word__document_dot_xml=f"{body}</w:body></w:document>")


def holding(*files: tuple[str, bytes], around: bytes | None = None, password: str = "") -> bytes:
    """Put files into a PDF, "Protokoll der Runde" when none is given."""
    around = around or pdf(column("Protokoll der Runde"))
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(around))
    for name, data in files:
        writer.add_attachment(name, data)
    if password:
        writer.encrypt("", password, algorithm="RC4-128")
    return written(writer)


def written(writer: pypdf.PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def read(data: bytes, **settings: object) -> Extraction:
    return extract(data, settings=ExtractSettings(**settings))  # type: ignore[arg-type]


def labels(found: Extraction) -> list[tuple[int, str | None, str]]:
    return [(page.number, page.label, page.text) for page in found.pages]


@READERS
def test_files_inside_are_further_pages_with_labels_of_their_own(reader: str) -> None:
    plan = pdf(column("Lageplan Nord"), column("Lageplan Süd"))
    found = read(
        holding(("plan.pdf", plan), ("notiz.txt", b"Rasen"), ("brief.docx", document("Gruss"))),
        pdf_text=reader,
    )
    assert labels(found) == [
        (1, None, "Protokoll der Runde"),
        (2, "Anlage brief.docx", "Gruss"),
        (3, "Anlage notiz.txt", "Rasen"),
        (4, "Anlage plan.pdf, S. 1", "Lageplan Nord"),
        (5, "Anlage plan.pdf, S. 2", "Lageplan Süd"),
    ]
    assert [(one.name, one.first_page, one.page_count) for one in found.attachments] == [
        ("brief.docx", 2, 1),
        ("notiz.txt", 3, 1),
        ("plan.pdf", 4, 2),
    ]
    assert found.warnings == ()


def test_a_file_inside_is_known_by_its_own_digest_and_size() -> None:
    one = read(holding(("notiz.txt", b"Rasen"))).attachments[0]
    assert one.size == 5
    assert one.payload_digest == (
        "sha256:18725a3104abcdc082f00a9eb929644688dbe6ddac25e31385aa674af49a318f"
    )


def test_a_name_that_says_it_is_an_annex_is_not_called_one_twice() -> None:
    found = read(holding(("Anlage 3.txt", b"Rasen")))
    assert found.pages[1].label == "Anlage 3.txt"


def test_printed_page_labels_of_a_file_inside_are_kept() -> None:
    plan = pdf(column("Vorwort"), catalog="/PageLabels << /Nums [0 << /S /r /St 3 >>] >>")
    assert read(holding(("plan.pdf", plan))).pages[1].label == "Anlage plan.pdf, S. iii"


def test_the_file_itself_tells_session_and_date_not_what_it_holds() -> None:
    found = read(holding(("alt.txt", b"Protokoll der 99. Sitzung am 01.02.2003")))
    assert not [one for one in found.readings if one.field in ("session", "date")]


def test_words_in_a_file_inside_make_an_empty_file_readable() -> None:
    found = read(holding(("notiz.txt", b"Rasen"), around=pdf([])))
    assert (found.status, found.reason) == ("ok", None)


@READERS
def test_files_attached_to_a_place_on_a_page_are_read(reader: str) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(column("Protokoll"))))
    stream = DecodedStreamObject()
    stream.set_data(b"Rasen")
    stream[NameObject("/Type")] = NameObject("/EmbeddedFile")
    specification = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Filespec"),
            NameObject("/UF"): TextStringObject("Ablage/Notiz Süd.txt"),
            NameObject("/EF"): DictionaryObject({NameObject("/F"): writer._add_object(stream)}),
        }
    )
    annotation = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/FileAttachment"),
            NameObject("/Rect"): ArrayObject([NumberObject(n) for n in (10, 10, 30, 30)]),
            NameObject("/FS"): writer._add_object(specification),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])
    found = read(written(writer), pdf_text=reader)
    assert labels(found)[1:] == [(2, "Anlage Notiz Süd.txt", "Rasen")]


def test_an_encrypted_file_that_opens_without_password_gives_what_it_holds() -> None:
    assert labels(read(holding(("a.txt", b"Rasen"), password="geheim")))[1:] == [
        (2, "Anlage a.txt", "Rasen")
    ]


def test_files_in_files_are_read_two_deep_and_no_deeper() -> None:
    third = holding(("tief.txt", b"zu tief"), around=pdf(column("Drittes")))
    second = holding(("drei.pdf", third), around=pdf(column("Zweites")))
    found = read(holding(("zwei.pdf", second)))
    assert [page.label for page in found.pages] == [
        None,
        "Anlage zwei.pdf, S. 1",
        "Anlage zwei.pdf › drei.pdf, S. 1",
    ]
    assert [(one.name, one.reason) for one in found.attachments] == [
        ("zwei.pdf", None),
        ("zwei.pdf › drei.pdf", None),
        ("zwei.pdf › drei.pdf › tief.txt", "not read: deeper than 2 files in files"),
    ]


def test_the_same_file_twice_is_read_once() -> None:
    found = read(holding(("a.txt", b"Rasen"), ("b.txt", b"Rasen")))
    assert [page.label for page in found.pages] == [None, "Anlage a.txt"]
    assert found.attachments[1].reason == "the same file as a.txt"
    assert found.warnings == ()


def test_more_than_fifty_files_inside_are_named_and_not_read() -> None:
    found = read(holding(*((f"n{n:02}.txt", f"Wort {n}".encode()) for n in range(60))))
    assert len(found.pages) == 51
    assert found.attachments[50].reason == "not read: too many files"


def test_a_bomb_inside_costs_only_itself() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"<a>" + b" " * (200 << 20))
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(column("Protokoll"))))
    writer.add_attachment("a.txt", b"Rasen")
    writer.add_attachment("b.docx", bomb.getvalue())
    writer.add_attachment("c.txt", b" " * (90 << 20))
    for page in writer.pages:
        page.compress_content_streams()
    names = writer._root_object["/Names"]["/EmbeddedFiles"]["/Names"]
    files = names[5].get_object()["/EF"]
    packed_stream = files.raw_get("/F").get_object().flate_encode(9)
    files[NameObject("/F")] = writer._add_object(packed_stream)
    files[NameObject("/UF")] = files.raw_get("/F")
    data = written(writer)
    with Sandbox(ExtractSettings(memory_mb=512, cpu_s=20, wall_s=30)) as pool:
        found = pool.extract(Task(data))
    assert labels(found) == [(1, None, "Protokoll"), (2, "Anlage a.txt", "Rasen")]
    reasons = {one.name: one.reason or "" for one in found.attachments}
    assert reasons["b.docx"] == "word/document.xml is larger than 64 MB unpacked"
    assert "Limit reached" in reasons["c.txt"] or "larger" in reasons["c.txt"]


def test_a_file_inside_that_takes_too_long_costs_only_itself() -> None:
    slow = operator_flood(1_500_000)
    data = holding(("a.txt", b"Rasen"), ("b.pdf", slow), ("c.txt", b"Kies"))
    settings = ExtractSettings(cpu_s=2, wall_s=20, page_s=60, pdf_text="pypdf")
    with Sandbox(settings) as pool:
        found = pool.extract(Task(data))
    assert [text for _, _, text in labels(found)] == ["Protokoll der Runde", "Rasen", "Kies"]
    assert (found.attachments[1].reason or "").startswith("timeout: needs more than 2 s")


def test_the_sandbox_reads_files_inside_as_is_read_without_it() -> None:
    data = holding(("a.pdf", holding(("b.txt", b"Kies"))), ("c.bin", bytes(range(32)) * 4))
    with Sandbox() as pool:
        assert pool.extract(Task(data)) == extract(data)


def test_a_name_tree_that_holds_itself_is_read_once() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(holding(("a.txt", b"Rasen"))))
    tree = writer._root_object["/Names"]["/EmbeddedFiles"]
    reference = writer._add_object(tree.get_object())
    writer._root_object["/Names"][NameObject("/EmbeddedFiles")] = reference
    tree.get_object()[NameObject("/Kids")] = ArrayObject([reference, reference])
    found = read(written(writer))
    assert [page.label for page in found.pages] == [None, "Anlage a.txt"]


def test_a_file_specification_without_bytes_says_so() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(holding(("a.txt", b"Rasen"))))
    names = writer._root_object["/Names"]["/EmbeddedFiles"]["/Names"]
    files = names[1].get_object()["/EF"]
    files[NameObject("/F")] = files[NameObject("/UF")] = NumberObject(3)
    found = read(written(writer))
    assert [(one.name, one.reason) for one in found.attachments] == [("a.txt", "names no bytes")]
    assert found.warnings == ("holds a file that is not read: a.txt (names no bytes)",)


@pytest.mark.parametrize("reader", ["pdfium", "pypdf"])
def test_broken_files_with_files_and_metadata_never_hang_and_read_the_same_twice(
    reader: str,
) -> None:
    inner = holding(("tief.txt", b"Kies"), around=pdf(column("Lageplan"), info="/Title (Plan)"))
    writer = pypdf.PdfWriter(
        clone_from=io.BytesIO(holding(("plan.pdf", inner), ("a.docx", document("Gruss"))))
    )
    packet = DecodedStreamObject()
    packet.set_data(b"<x xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>T</dc:title></x>")
    packet[NameObject("/Type")] = NameObject("/Metadata")
    writer._root_object[NameObject("/Metadata")] = writer._add_object(packet)
    data = written(writer)
    limits = ExtractSettings(memory_mb=512, cpu_s=20, wall_s=30, page_s=3, pdf_text=reader)  # type: ignore[arg-type]
    kinds = (truncated(data, len(data) // 25), flipped(data, 40, 5), swapped(data, 25, 6))
    with Sandbox(limits, children=2) as pool:
        for payloads in kinds:
            for payload in payloads:
                task = Task(payload, "application/pdf")
                found = pool.extract(task)
                assert found.status == "ok" or found.reason
                said = [found.reason or "", *(one.reason or "" for one in found.attachments)]
                assert not any(one.startswith(("timeout", "memory", "signal")) for one in said)
                assert pool.extract(task) == found
