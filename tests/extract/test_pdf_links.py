"""Links of PDF files: addresses of annotations with the words under them, line and page."""

import io
import random

import pypdf
import pytest
from pypdf.annotations import Link as Annotation
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from archiver.extract import ExtractSettings, Sandbox, read_links
from archiver.model import Link
from tests.extract.samples import column, pdf

URL = "http://forum.example/12/minutes.pdf"
LINES = column("Niederschrift", "Siehe Anlage 3: Lageplan vom Ufer.", "Mehr im Archiv.")
SECOND = (72, 720, 300, 737)  # around the second line


def linking(*links: tuple[int, str, tuple[float, float, float, float]], pages: int = 1) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(*[LINES] * pages)))
    for page, url, rect in links:
        writer.add_annotation(page, Annotation(rect=rect, url=url))
    return written(writer)


def written(writer: pypdf.PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def links(data: bytes, url: str = URL) -> tuple[Link, ...]:
    reading = read_links(data, "application/pdf", url)
    assert (reading.media_type, reading.failure) == ("application/pdf", None)
    return reading.links


def test_a_link_has_its_words_its_line_and_its_page() -> None:
    data = linking((1, "http://forum.example/plan.pdf", (107, 720, 208, 737)), pages=2)
    assert links(data) == (
        Link(
            "http://forum.example/plan.pdf",
            "Anlage 3: Lageplan",
            "Siehe Anlage 3: Lageplan vom Ufer.",
            0,
            page=2,
        ),
    )


def test_relative_addresses_count_from_the_file() -> None:
    found = links(linking((0, "../plan.pdf", SECOND), (0, "www.linde.example/x", SECOND)))
    assert [link.url for link in found] == [
        "http://forum.example/plan.pdf",
        "http://www.linde.example/x",
    ]


def test_mail_scripts_and_places_in_the_file_are_no_links() -> None:
    odd = ("mailto:amt@linde.example", "javascript:alert(1)", "#seite2", "tel:0999")
    assert links(linking(*((0, url, SECOND) for url in odd))) == ()


def test_a_link_over_two_lines_is_one() -> None:
    data = pdf(column("Siehe den langen Lage-", "plan vom Ufer."))
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    for rect in ((168, 735, 220, 752), (70, 720, 97, 737)):
        writer.add_annotation(0, Annotation(rect=rect, url="/plan.pdf"))
    [link] = links(written(writer))
    assert link.text == "Lageplan"
    assert link.context == "Siehe den langen Lageplan vom Ufer."


def test_words_that_are_the_address_say_nothing_of_the_target() -> None:
    data = pdf(column("http://forum.example/plan.pdf"))
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    url = "http://forum.example/plan.pdf"
    writer.add_annotation(0, Annotation(rect=(70, 735, 400, 752), url=url))
    [link] = links(written(writer))
    assert (link.text, link.context) == ("", url)


def test_a_link_to_another_file_beside_this_one_is_read() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(LINES)))
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/GoToR"), NameObject("/F"): TextStringObject("plan.pdf")}
    )
    annotation = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/Rect"): ArrayObject([NumberObject(n) for n in SECOND]),
            NameObject("/A"): action,
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])
    assert [link.url for link in links(written(writer))] == ["http://forum.example/12/plan.pdf"]


def test_a_file_without_addresses_has_no_links() -> None:
    assert links(pdf(LINES)) == ()


@pytest.mark.parametrize("data", [b"%PDF-1.7\n/URI", b"%PDF-1.7\n/URI trailer << /Root 1 0 R >>"])
def test_a_broken_file_is_a_failure_with_its_reason(data: bytes) -> None:
    reading = read_links(data, "text/html", URL)
    assert (reading.links, reading.media_type) == ((), "application/pdf")
    assert (reading.failure or "").startswith("not readable as PDF")


def test_a_file_with_a_password_says_so() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(linking((0, "/plan.pdf", SECOND))))
    writer.encrypt("linde", algorithm="RC4-128")
    data = written(writer)
    assert read_links(data, None, URL).failure == "the file needs a password"
    with Sandbox(ExtractSettings(passwords=("linde",))) as pool:
        [link] = pool.read_links(data, "application/pdf", URL).links
    assert link.url == "http://forum.example/plan.pdf"


def test_broken_files_end_in_links_or_a_reason() -> None:
    data, dice = (
        linking(*((n % 3, f"/{n}.pdf", SECOND) for n in range(30)), pages=3),
        random.Random(7),
    )
    with Sandbox(ExtractSettings(memory_mb=512, cpu_s=10, wall_s=10)) as pool:
        assert len(pool.read_links(data, "application/pdf", URL).links) == 30
        for _ in range(100):
            broken = bytearray(data[: dice.randrange(len(data))] if dice.random() < 0.3 else data)
            for _ in range(dice.randint(1, 30)):
                broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
            found = pool.read_links(bytes(broken), "application/pdf", URL)
            assert not (found.failure or "").startswith(("timeout", "memory"))
