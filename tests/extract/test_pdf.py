"""PDF files: text in reading order, what runs along the edges, sections, passwords, damage."""

import io

import pypdf
import pytest

from archiver.errors import ExtractionError
from archiver.extract import ExtractSettings, extract
from archiver.extract.layout import text_of
from archiver.extract.lines import Line, PageLines
from archiver.extract.running import without_running_lines
from archiver.model import Extraction
from tests.extract.samples import assembled, column, operator_flood, pdf

LEFT = ("Der Stadtteil wächst seit vielen", "Jahren und braucht neue Wege", "für alle am Ufer.")
RIGHT = ("Am Markt beginnt im Frühjahr", "der Umbau der Haltestelle mit", "neuen Bänken.")


def read(data: bytes, **settings: object) -> Extraction:
    return extract(
        data,
        media_type="application/pdf",
        settings=ExtractSettings(**settings),  # type: ignore[arg-type]
    )


def texts(data: bytes, **settings: object) -> list[str]:
    return [page.text for page in read(data, **settings).pages]


@pytest.mark.parametrize("order", ["columns first", "rows first"])
def test_columns_are_read_one_after_the_other(order: str) -> None:
    left, right = column(*LEFT, x=60), column(*RIGHT, x=320)
    rows = [line for pair in zip(left, right, strict=True) for line in pair]
    payload = pdf([*left, *right] if order == "columns first" else rows)
    assert texts(payload) == [" ".join(LEFT) + "\n" + " ".join(RIGHT)]


@pytest.mark.parametrize("order", ["row by row", "cell by cell down the columns"])
def test_a_table_is_read_row_by_row(order: str) -> None:
    cells = [
        ("Sitzung", "Datum", "Ort"),
        ("12.", "14.10.2011", "Rathaus"),
        ("13.", "18.11.", "Schule"),
    ]
    placed = [
        (x, 700.0 - 20 * number, text)
        for number, row in enumerate(cells)
        for x, text in zip((60, 150, 300), row, strict=True)
    ]
    if order != "row by row":
        placed.sort(key=lambda cell: (cell[0], -cell[1]))
    assert texts(pdf(placed)) == [
        "Sitzung\tDatum\tOrt\n12.\t14.10.2011\tRathaus\n13.\t18.11.\tSchule"
    ]


def test_lines_of_a_paragraph_become_one_and_paragraphs_stay_apart() -> None:
    payload = pdf(
        [
            *column("Niederschrift", y=780),
            *column(
                "Die Sprecherin eröffnet die Sitzung und begrüßt alle, die ge-",
                "kommen sind, auch die Gäste aus Neu-Auenfurt und Ost-",
                "West. Danach folgt die Tagesordnung.",
                "TOP 1: Begrüßung",
                "TOP 2: Verkehr",
            ),
        ]
    )
    assert texts(payload) == [
        "\n".join(
            (
                "Niederschrift",
                (
                    "Die Sprecherin eröffnet die Sitzung und begrüßt alle, die gekommen sind, "
                    "auch die Gäste aus Neu-Auenfurt und Ost-West. Danach folgt die Tagesordnung."
                ),
                "TOP 1: Begrüßung",
                "TOP 2: Verkehr",
            )
        )
    ]


def test_a_word_broken_over_two_pages_stands_on_the_first() -> None:
    payload = pdf(column("Wir stärken die Bürger-"), column("beteiligung im Stadtteil."))
    assert texts(payload) == ["Wir stärken die Bürgerbeteiligung", "im Stadtteil."]


def test_running_headers_and_page_numbers_are_left_out_but_the_first_header_stays() -> None:
    names = ["eins", "zwei", "drei", "vier", "fünf"]
    pages = [
        [
            (72, 800, "Bürgerforum Auenfurt"),
            *column(f"Punkt {name}", "Es wurde lange beraten."),
            (280, 40, f"Seite {number} von 5"),
        ]
        for number, name in enumerate(names, start=1)
    ]
    found = texts(pdf(*pages))
    assert found[0] == "Bürgerforum Auenfurt\nPunkt eins\nEs wurde lange beraten."
    assert found[3] == "Punkt vier\nEs wurde lange beraten."


def test_words_that_only_happen_to_repeat_stay() -> None:
    pages = [
        PageLines((Line("Kopf", 50, 800, 90, 812), Line(text, 50, 700, 90, 712), Line("Rest")))
        for text in ("Tipp", "a", "b", "c", "Tipp", "d", "e", "f", "Tipp", "g")
    ]
    kept = [[line.text for line in lines] for lines in without_running_lines(pages)]
    assert kept[4][0] == "Tipp"


def test_a_table_of_contents_is_no_page_number() -> None:
    pages = [
        PageLines((Line(f"{number}. Punkt . . . . . . {number + 1}"), Line(name), Line(name * 3)))
        for number, name in enumerate("uvwxyz", start=1)
    ]
    assert all(len(lines) == 3 for lines in without_running_lines(pages))


def test_labels_outline_and_metadata_are_read() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(*(column(f"Seite {n}") for n in "abcd"))))
    writer.add_outline_item(title="Begrüßung", page_number=1)
    writer.add_outline_item(title="Verkehr", page_number=3)
    writer.set_page_label(page_index_from=0, page_index_to=1, style="/r")
    writer.set_page_label(page_index_from=2, page_index_to=3, style="/D")
    writer.add_metadata(
        {"/Title": "Niederschrift", "/Author": "Ada Muster", "/CreationDate": "D:20111017120000"}
    )
    buffer = io.BytesIO()
    writer.write(buffer)
    for reader in ("pdfium", "pypdf"):
        found = read(buffer.getvalue(), pdf_text=reader)
        assert [page.label for page in found.pages] == ["i", "ii", "1", "2"]
        assert [page.heading for page in found.pages] == [None, "Begrüßung", "Begrüßung", "Verkehr"]
        assert (found.title, found.author) == ("Niederschrift", "Ada Muster")
        assert str(found.published_on) == "2011-10-17"


@pytest.mark.parametrize("reader", ["pdfium", "pypdf"])
def test_passwords_are_tried_and_asked_for(reader: str) -> None:
    def locked(password: str) -> bytes:
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(column("Geheimes Protokoll"))))
        writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
        buffer = io.BytesIO()
        writer.write(buffer)
        return buffer.getvalue()

    assert texts(locked(""), pdf_text=reader) == ["Geheimes Protokoll"]
    assert texts(locked("linde"), pdf_text=reader, passwords=("falsch", "linde")) == [
        "Geheimes Protokoll"
    ]
    found = read(locked("linde"), pdf_text=reader)
    assert (found.status, found.reason) == ("encrypted", "needs a password")


def test_the_other_reader_helps_and_is_named() -> None:
    whole = pdf(column("Noch lesbar"))
    broken = whole.replace(b"/Type /Pages", b"/Type /Pagez").replace(b"/Count 1", b"/Count x")
    found = read(broken)
    assert found.status in {"ok", "no_text"}
    with pytest.raises(ExtractionError, match="not readable as PDF"):
        read(b"%PDF-1.7 and nothing else")


def test_a_file_without_text_is_told_from_one_of_pictures() -> None:
    assert (read(pdf([])).status, read(pdf([])).reason) == ("no_text", "no page holds text")


def test_an_operator_flood_is_quick_where_pdfium_reads() -> None:
    assert texts(operator_flood(300_000)) == ["a"]


def test_only_so_many_pages_are_read() -> None:
    found = read(pdf(*(column(f"Seite {n}") for n in "abcd")), max_pages=2)
    assert len(found.pages) == 2
    assert found.warnings == ("only the first 2 of 4 pages were read",)


def test_session_and_date_are_read_from_the_first_lines() -> None:
    found = read(pdf(column("Niederschrift", "12. Sitzung des Bürgerforums am 14.10.2011")))
    values = {(reading.field, str(reading.value)) for reading in found.readings}
    assert ("session", "12") in values
    assert all(reading.evidence.page == 1 for reading in found.readings)


def test_large_lines_give_sections_where_there_is_no_outline() -> None:
    stream = b"BT /F1 20 Tf 72 700 Td (TOP 3: Wege am Ufer) Tj ET BT /F1 11 Tf 72 660 Td "
    stream += b"(Es wurde lange beraten und dann beschlossen.) Tj ET"
    assert [page.heading for page in read(pdf(stream=stream)).pages] == ["TOP 3: Wege am Ufer"]


def with_attachment() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(column("Protokoll der Runde"))))
    writer.add_attachment("Anlage 1.xlsx", b"\x00\x01\x02\x03" * 8)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize("reader", ["pdfium", "pypdf"])
def test_files_inside_a_file_are_named(reader: str) -> None:
    found = read(with_attachment(), pdf_text=reader)
    assert found.status == "ok"
    assert found.warnings == (
        (
            "holds a file that is not read: Anlage 1.xlsx"
            " (no text reader for application/octet-stream)"
        ),
    )


def gaps_instead_of_spaces() -> bytes:
    """Write a PDF as TeX does: no space in the font, words parted by moving on."""
    content = b"BT /F1 12 Tf 72 700 Td [(Der)-300(Weg)-300(am)-300(Ufer)]TJ ET"
    letters = b"".join(b"<%02x> <%04x>\n" % (code, code) for code in range(65, 123))
    unicode = b"1 begincodespacerange <00> <ff> endcodespacerange %d beginbfchar\n%sendbfchar"
    mapping = unicode % (58, letters)
    widths = b" ".join([b"900"] + [b"500"] * 95)
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Linde /FirstChar 32 /LastChar 127 "
            b"/Widths [%s] /ToUnicode 7 0 R >>" % widths,
            b"<< >>",
            b"<< /Type /Page /Parent 2 0 R /Contents 6 0 R /Resources << /Font << /F1 3 0 R>> >>>>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(mapping), mapping),
        ]
    )


def test_gaps_are_spaces_also_where_a_font_has_none() -> None:
    assert texts(gaps_instead_of_spaces(), pdf_text="pypdf") == ["Der Weg am Ufer"]


def test_an_umlaut_drawn_as_two_glyphs_is_one_letter() -> None:
    # In old TeX fonts "ü" is a u and a dieresis; readers meet the dieresis behind the line.
    size = 12 / 1000  # Helvetica: f 278, u 556, r 333, space 278, dieresis 333
    above_u = 60 + 278 * size + (556 - 333) / 2 * size
    payload = pdf([(60, 700, "fur alle Leute"), (above_u, 700, "\xa8"), (60, 600, "Ende")])
    assert texts(payload) == ["für alle Leute\nEnde"]


def test_centred_lines_of_a_title_stand_each_for_itself() -> None:
    title = [("Einkaufen im Viertel am Lindenplatz", 36), ("Mittwoch, 18. Mai 2011, im Hause", 32)]
    width = 6.0  # of a letter, roughly; what counts is the middle
    lines = [
        Line(t, 300 - n * width / 2, 700 - 14 * i, 300 + n * width / 2, 712 - 14 * i)
        for i, (t, n) in enumerate(title)
    ]
    assert text_of(lines) == "Einkaufen im Viertel am Lindenplatz\nMittwoch, 18. Mai 2011, im Hause"
    flush = [Line(one.text, 60, one.bottom, 276, one.top) for one in lines]
    assert "\n" not in text_of(flush)
