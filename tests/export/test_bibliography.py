"""References: golden ones, and what other programs' readers make of them."""

import dataclasses
import json
import re

import pytest
import rispy  # type: ignore[import-untyped]  # ships no types
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.export.bibliography import (
    citation_key,
    csl_item,
    encode_biblatex,
    encode_citations,
    encode_csl_json,
    encode_ris,
)
from archiver.export.citation import Citing, Publication, cite, one_line
from archiver.export.record import HitRecord

CITING = Citing(
    sites={
        "musterstadt": Publication(
            "Forum Musterstadt",
            author="Stadt Musterstadt, Planungsamt",
            publisher="Stadt Musterstadt",
            place="Musterstadt",
        )
    },
    archive="Forum-Archiv Musterstadt (WARC)",
)
LOCATION = (
    "musterstadt-20261120-00003.warc.gz@1843221; "
    "urn:uuid:11111111-2222-3333-4444-555555555555; sha256:" + "ab12" * 16
)
QUOTE = "Die Gruppe wünscht sich mehr Grünflächen am Mühlenteich und sichere Wege zur Schule."
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    [
        "TY  - JOUR\r\nER  - \r\n",
        "a\nER  - \nTY  - BOOK\nTI  - b",
        "}, url = {http://evil.example}",
        "@book{x, title={y}}\n",
        r"\input{/etc/passwd} $x^2$ 50% & Co_KG #28 ~ ^ \\",
        "{unbalanced",
        '"Anführung" „deutsch“',
    ]
)
same_fixture = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_a_file_is_cited_with_printed_and_pdf_page(record: HitRecord) -> None:
    assert cite(record, CITING) == (
        "Forum Musterstadt, 28. Sitzung: Dokumentation, 14.10.2011, S. 7 (PDF-S. 9). "
        "https://forum.example/pdf/gespraech28.pdf, archiviert am 20.11.2026 (03:14 UTC), "
        "sha256:ab12ab12ab12…"
    )


def test_a_web_page_is_cited_by_its_title_without_a_page(web_record: HitRecord) -> None:
    assert cite(web_record, CITING) == (
        "Forum Musterstadt, 28. Sitzung: 28. Stadtgespräch: Grün in der Stadt, 14.10.2011. "
        "https://forum.example/gespraech/28, archiviert am 20.11.2026 (03:14 UTC), "
        "sha256:ab12ab12ab12…"
    )


def test_a_citation_says_what_is_not_known(record: HitRecord) -> None:
    bare = dataclasses.replace(
        record, session=(), held_on=None, page_label=None, role="slides", payload_sha256=None
    )
    assert cite(bare) == (
        "musterstadt: Präsentation „Dokumentation Stadtgespräch #28“, o. D., PDF-S. 9. "
        "https://forum.example/pdf/gespraech28.pdf, archiviert am 20.11.2026 (03:14 UTC)"
    )


@pytest.mark.parametrize(
    ("label", "page", "worded"),
    [("9", 9, "S. 9."), ("iv", 4, "S. iv (PDF-S. 4)."), (None, 9, "PDF-S. 9.")],
)
def test_pages_are_worded_by_label_and_number(
    record: HitRecord, label: str | None, page: int, worded: str
) -> None:
    assert f", {worded} https" in cite(dataclasses.replace(record, page_label=label, page=page))


@pytest.mark.parametrize(
    ("media", "worded", "field"),
    [
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation",
         "14.10.2011, Folie 9. https", "9"),
        ("application/vnd.oasis.opendocument.spreadsheet", "14.10.2011, Blatt 9. https", "9"),
        ("application/epub+zip", "14.10.2011, Kapitel 9. https", "9"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         "14.10.2011. https", None),
        ("text/rtf", "14.10.2011. https", None),
        ("message/rfc822", "14.10.2011. https", None),
    ],
)  # fmt: skip
def test_only_a_pdf_has_pages_of_a_pdf(
    record: HitRecord, media: str, worded: str, field: str | None
) -> None:
    other = dataclasses.replace(record, media=media, page_label=None, page=9)
    assert worded in cite(other)
    [item] = json.loads(b"".join(encode_csl_json([other], CITING)))
    assert item.get("page") == field
    assert (b"SP  - 9" in b"".join(encode_ris([other], CITING))) == (field is not None)
    assert (b"pages = {9}" in b"".join(encode_biblatex([other], CITING))) == (field is not None)


def test_citations_stand_one_a_line(record: HitRecord) -> None:
    broken = dataclasses.replace(record, role=None, title="Zwei\nZeilen\u202e \x1b[31m")
    lines = b"".join(encode_citations([broken, record], CITING)).decode().splitlines()
    assert len(lines) == 2
    assert "Zwei Zeilen [31m" in lines[0]


def test_a_file_is_a_report_in_csl_json(record: HitRecord) -> None:
    [item] = json.loads(b"".join(encode_csl_json([record], CITING)))
    assert item == {
        "id": "musterstadt28-dokumentation-p9",
        "type": "report",
        "title": "Dokumentation Stadtgespräch #28",
        "genre": "Dokumentation",
        "author": [{"literal": "Stadt Musterstadt, Planungsamt"}],
        "publisher": "Stadt Musterstadt",
        "publisher-place": "Musterstadt",
        "collection-title": "Forum Musterstadt",
        "number": "28",
        "issued": {"date-parts": [[2011, 10, 14]]},
        "page": "7",
        "language": "de",
        "URL": "https://forum.example/pdf/gespraech28.pdf",
        "accessed": {"date-parts": [[2026, 11, 20]]},
        "archive": "Forum-Archiv Musterstadt (WARC)",
        "archive_location": LOCATION,
        "keyword": "Grün in der Stadt, Wege, Plätze",
        "note": (
            "Capture: 2026-11-20T03:14:07Z\n"
            "Fundstelle: c0ffee-p9-62\n"
            "PDF-Seite: 9\n"
            "Zitat: „Die Gruppe wünscht sich mehr Grünflächen am Mühlenteich und sichere Wege "
            "zur Schule.“"
        ),
    }


def test_a_web_pages_archive_stands_in_its_note(web_record: HitRecord) -> None:
    item = csl_item(web_record, "k", CITING)
    assert item["type"] == "webpage"
    assert item["container-title"] == "Forum Musterstadt"
    assert item["note"].startswith(
        f"Archive: Forum-Archiv Musterstadt (WARC)\nArchive Location: {LOCATION}\nCapture: "
    )
    assert not {"archive", "archive_location", "page", "number"} & item.keys()


def test_a_span_of_dates_is_kept(record: HitRecord) -> None:
    two_days = dataclasses.replace(record, held_on="2011-10-14/2011-10-15")
    assert csl_item(two_days, "k", CITING)["issued"] == {
        "date-parts": [[2011, 10, 14], [2011, 10, 15]]
    }


def test_ris_as_zotero_and_citavi_read_it(record: HitRecord) -> None:
    assert b"".join(encode_ris([record], CITING)).decode() == "\r\n".join(
        [
            "TY  - RPRT",
            "ID  - musterstadt28-dokumentation-p9",
            "TI  - Dokumentation Stadtgespräch #28",
            "AU  - Stadt Musterstadt, Planungsamt",
            "PY  - 2011",
            "DA  - 2011/10/14",
            "T2  - Forum Musterstadt",
            "SN  - 28",
            "M3  - Dokumentation",
            "PB  - Stadt Musterstadt",
            "CY  - Musterstadt",
            "SP  - 7",
            "LA  - de",
            "UR  - https://forum.example/pdf/gespraech28.pdf",
            "Y2  - 2026/11/20",
            "DB  - Forum-Archiv Musterstadt (WARC)",
            f"AN  - {LOCATION}",
            "KW  - Grün in der Stadt",
            "KW  - Wege, Plätze",
            "N1  - Capture: 2026-11-20T03:14:07Z",
            "N1  - Fundstelle: c0ffee-p9-62",
            "N1  - PDF-Seite: 9",
            f"N1  - Zitat: „{QUOTE}“",
            "ER  - ",
            "",
            "",
        ]
    )


def test_ris_of_a_web_page_keeps_the_archive_in_notes(web_record: HitRecord) -> None:
    text = b"".join(encode_ris([web_record], CITING)).decode()
    [entry] = rispy.loads(text.replace("\r\n", "\n"))
    assert entry["type_of_reference"] == "ELEC"
    assert "name_of_database" not in entry
    assert "accession_number" not in entry
    assert entry["notes"][:2] == [
        "Archive: Forum-Archiv Musterstadt (WARC)",
        f"Archive Location: {LOCATION}",
    ]


@same_fixture
@given(title=texts, topic=texts)
def test_no_text_breaks_out_of_a_ris_field(record: HitRecord, title: str, topic: str) -> None:
    named = dataclasses.replace(record, title=title, topics=(topic,), match=topic)
    text = b"".join(encode_ris([named, named], CITING)).decode()
    entries = rispy.loads(text.replace("\r\n", "\n"))
    assert len(entries) == 2
    assert [entry.get("title", "") for entry in entries] == [one_line(title)] * 2
    wanted = one_line(topic.replace(";", ","))
    assert entries[0].get("keywords", []) == ([wanted] if wanted else [])
    assert entries[1]["id"] == "musterstadt28-dokumentation-p9-2"


def test_biblatex_of_a_file(record: HitRecord) -> None:
    risky = dataclasses.replace(record, title="Wohnen & Leben: 50 % {neu}")
    assert b"".join(encode_biblatex([risky], CITING)).decode() == (
        "@report{musterstadt28-dokumentation-p9,\n"
        "  author = {{Stadt Musterstadt, Planungsamt}},\n"
        "  title = {Wohnen \\& Leben: 50 \\% \\{neu\\}},\n"
        "  titleaddon = {Forum Musterstadt, 28. Sitzung},\n"
        "  type = {Dokumentation},\n"
        "  institution = {Stadt Musterstadt},\n"
        "  location = {Musterstadt},\n"
        "  number = {28},\n"
        "  date = {2011-10-14},\n"
        "  pages = {7},\n"
        "  language = {de},\n"
        "  url = {https://forum.example/pdf/gespraech28.pdf},\n"
        "  urldate = {2026-11-20},\n"
        "  keywords = {Grün in der Stadt, {Wege, Plätze}},\n"
        "  note = {Fundstelle: c0ffee-p9-62; PDF-Seite: 9; Zitat: „Die Gruppe wünscht sich mehr "
        "Grünflächen am Mühlenteich und sichere Wege zur Schule.“},\n"
        f"  addendum = {{Forum-Archiv Musterstadt (WARC), {LOCATION}, "
        "Capture 2026-11-20T03:14:07Z},\n"
        "}\n\n"
    )


@same_fixture
@given(title=texts)
def test_no_text_breaks_out_of_a_biblatex_field(record: HitRecord, title: str) -> None:
    named = dataclasses.replace(record, title=title, match=title, url="http://a.example/{}\\%20#x")
    text = b"".join(encode_biblatex([named, named], CITING)).decode()
    library = parse_string(text)
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == [
        "musterstadt28-dokumentation-p9",
        "musterstadt28-dokumentation-p9-2",
    ]
    assert library.entries[0].fields_dict["url"].value == "http://a.example/%7B%7D%5C%20#x"
    title_field = library.entries[0].fields_dict.get("title")
    escaped = title_field.value if title_field else ""
    undone = re.sub(
        r"\\(textbackslash|textasciicircum|textasciitilde|textquotedbl)\{\}|\\([{}$&#%_])",
        lambda found: (
            found[2]
            or {
                "textbackslash": "\\",
                "textasciicircum": "^",
                "textasciitilde": "~",
                "textquotedbl": '"',
            }[found[1]]
        ),
        escaped,
    )
    assert undone == one_line(title)


def test_another_programs_latex_reader_gets_the_title_back(record: HitRecord) -> None:
    title = "Wohnen & Leben_50 % {neu} #28 $ ~ \\ Grün"
    text = b"".join(encode_biblatex([dataclasses.replace(record, title=title)], CITING)).decode()
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert library.entries[0].fields_dict["title"].value == title


def test_keys_are_ascii_and_unique(record: HitRecord, web_record: HitRecord) -> None:
    odd = dataclasses.replace(record, site="Größe & Süd", session=(28, 29), role=None)
    assert citation_key(odd) == "groesse-sued28-29-file-p9"
    assert citation_key(web_record) == "musterstadt28-session"
    twin = dataclasses.replace(record, session=(), site="a")
    items = json.loads(b"".join(encode_csl_json([record, twin, record, record, twin], CITING)))
    assert [item["id"] for item in items] == [
        "musterstadt28-dokumentation-p9",
        "a-dokumentation-p9",
        "musterstadt28-dokumentation-p9-2",
        "musterstadt28-dokumentation-p9-3",
        "a-dokumentation-p9-2",
    ]


def test_an_empty_result_is_an_empty_list() -> None:
    assert b"".join(encode_csl_json([], CITING)) == b"[]\n"
    assert b"".join(encode_ris([], CITING)) == b""
