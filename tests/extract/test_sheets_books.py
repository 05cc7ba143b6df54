"""Workbooks, books, RTF and tables of plain text: what people see in them is read."""

import pytest

from archiver.errors import ExtractionError
from archiver.extract import extract
from archiver.model import Extraction
from tests.extract.samples import archive

S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
BOOK = f'<workbook {S} {R}><sheets><sheet name="Termine" r:id="a"/></sheets></workbook>'
RELATIONS = '<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/></Relationships>'
STYLES = (
    f'<styleSheet {S}><numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/>'
    '<numFmt numFmtId="165" formatCode="0.0 &quot;days&quot;"/></numFmts><cellXfs>'
    '<xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="165"/></cellXfs>'
    "</styleSheet>"
)
STRINGS = f"<sst {S}><si><t>Sitzung</t></si><si><r><t>Grüne </t></r><r><t>Höfe</t></r></si></sst>"


def workbook(rows: str, book: str = BOOK) -> Extraction:
    members = {
        "xl__workbook_dot_xml": book,
        "xl___rels__workbook_dot_xml_dot_rels": RELATIONS,
        "xl__styles_dot_xml": STYLES,
        "xl__sharedStrings_dot_xml": STRINGS,
        "xl__worksheets__sheet1_dot_xml": f"<w {S}><sheetData>{rows}</sheetData></w>",
    }
    return extract(archive(**members))


def test_a_workbook_is_read_sheet_by_sheet_row_by_row() -> None:
    found = workbook(
        '<row><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row><row/>'
        '<row><c r="A3"><v>12</v></c><c r="B3" t="inlineStr"><is><t>im Saal</t></is></c></row>'
    )
    assert (found.status, found.extractor.split()[0]) == ("ok", "office")
    assert [(page.heading, page.text) for page in found.pages] == [
        ("Termine", "Sitzung\tGrüne Höfe\n12\tim Saal")
    ]


@pytest.mark.parametrize(
    ("cell", "seen"),
    [
        ('<c s="1"><v>40830</v></c>', "14.10.2011"),
        ('<c s="2"><v>40830.75</v></c>', "14.10.2011 18:00"),
        ('<c s="2"><v>0.5</v></c>', "12:00"),
        ('<c s="3"><v>40830</v></c>', "40830"),
        ('<c s="0"><v>40830</v></c>', "40830"),
        ('<c s="1"><v>1e300</v></c>', "1e300"),
        ('<c t="s"><v>99</v></c><c><v>1</v></c>', "1"),
    ],
)
def test_days_are_written_as_dates_only_where_the_sheet_shows_dates(cell: str, seen: str) -> None:
    assert workbook(f"<row>{cell}</row>").pages[0].text.strip() == seen


def test_days_may_be_counted_from_1904() -> None:
    book = BOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    assert workbook('<row><c s="1"><v>39368</v></c></row>', book).pages[0].text == "14.10.2011"


def test_cells_far_to_the_right_are_left_out() -> None:
    assert (
        workbook('<row><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>').pages[0].text == "1"
    )


def test_an_open_document_workbook_is_read_as_it_is_shown() -> None:
    table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    rows = "".join(
        f"<t:table-row>{''.join(f'<t:table-cell><x:p>{c}</x:p></t:table-cell>' for c in row)}"
        "</t:table-row>"
        for row in (("Sitzung", "Datum"), ("12.", "14.10.2011"))
    )
    content = f'<o xmlns:t="{table}" xmlns:x="{text}"><t:table t:name="Plan">{rows}</t:table></o>'
    found = extract(
        archive(
            mimetype="application/vnd.oasis.opendocument.spreadsheet",
            content_dot_xml=content.replace("<o ", '<o:o xmlns:o="urn:oasis" ').replace(
                "</o>", "</o:o>"
            ),
        )
    )
    assert [(page.heading, page.text) for page in found.pages] == [
        ("Plan", "Sitzung\tDatum\n12.\t14.10.2011")
    ]


def book(**chapters: str) -> bytes:
    items = "".join(f'<item id="{name}" href="{name}.xhtml"/>' for name in chapters)
    spine = "".join(f'<itemref idref="{name}"/>' for name in reversed(chapters))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Chronik</dc:title>'
        f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    return archive(
        mimetype="application/epub+zip",
        **{"META-INF__container_dot_xml": container, "OEBPS__book_dot_opf": package},
        **{f"OEBPS__{name}_dot_xhtml": text for name, text in chapters.items()},
    )


def test_a_books_chapters_are_pages_in_reading_order() -> None:
    found = extract(book(zwei="<p>Das Ende</p>", eins="<h1>Anfang</h1><p>am Ufer</p>"))
    assert found.title == "Chronik"
    assert [page.text for page in found.pages] == ["Anfang\nam Ufer", "Das Ende"]


def test_a_book_without_contents_fails_with_words() -> None:
    broken = archive(
        mimetype="application/epub+zip", **{"META-INF__container_dot_xml": "<container/>"}
    )
    with pytest.raises(ExtractionError, match="names no package"):
        extract(broken)


RTF = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}}{\colortbl;\red0\green0\blue0;}"
    rb"{\stylesheet{\s0 Standard;}}{\info{\title Niederschrift}{\author A. Linde}"
    rb"{\operator nobody}}{\*\generator Writer;}{\header Kopf}"
)


def rtf(body: bytes) -> str:
    found = extract(RTF + body + b"}", media_type="application/msword")
    return found.pages[0].text if found.pages else ""


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb"\pard Gr\'fc\'dfe aus dem\par Stadtteil", "Grüße aus dem\nStadtteil"),
        (rb"\uc1 H\u246?fe, \uc2 M\u228??rkte {\uc0 S\u252 d}", "Höfe, Märkte Süd"),
        (rb"\u-10179?\u-8704?", "\U0001f600"),
        (
            rb"\trowd 12.\cell 3. Mai\cell\row 13.\cell 7. Juni\cell\row",
            "12.\t3. Mai\n13.\t7. Juni",
        ),
        (rb'{\field{\*\fldinst HYPERLINK "x"}{\fldrslt hier}} steht', "hier steht"),
        (rb"a{\pict\wmetafile8 0102abcd}b{\*\unknown c}d{\object{\objdata 00}}", "abd"),
        (rb"\bin4 }}}}nach\{2\}\~und\_mit\-ten", "nach{2} und-mitten"),
        (rb"{\b fett}\b0  und {\i schr\'e4g}", "fett und schräg"),
    ],
)
def test_rtf_is_read_as_people_see_it(body: bytes, text: str) -> None:
    assert rtf(body) == text


def test_rtf_names_title_and_author() -> None:
    found = extract(RTF + b"Text}")
    assert (found.media_type, found.title, found.author) == (
        "text/rtf",
        "Niederschrift",
        "A. Linde",
    )


def test_rtf_without_words_holds_no_text() -> None:
    assert extract(RTF + b"}").status == "no_text"


@pytest.mark.parametrize("body", [b"{" * 200_000, b"}" * 200_000, b"\\" * 200_001, b"\\u" * 99_999])
def test_floods_of_rtf_are_read_through(body: bytes) -> None:
    assert extract(RTF + body + b" Ende").status in ("ok", "no_text")


def test_comma_separated_values_are_text() -> None:
    found = extract("Sitzung;Datum\n12;14.10.2011\n".encode("cp1252"), media_type="text/csv")
    assert (found.media_type, found.pages[0].text) == ("text/csv", "Sitzung;Datum\n12;14.10.2011")
