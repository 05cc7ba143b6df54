"""What PDF files say of themselves: XMP and Info dictionary, contradictions, hostile packets."""

import io
from datetime import date

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import DecodedStreamObject, NameObject

from archiver.extract import ExtractSettings, extract
from archiver.extract.metadata import bring_together, moment_of, read_xmp
from archiver.model import Extraction
from tests.extract.samples import column, pdf

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
PACKET = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">
<rdf:Description rdf:about="" xmlns:dc="{DC}" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmp:CreateDate="2024-03-05T10:20:30+01:00"
 pdfaid:part="2" pdfaid:conformance="B">
<dc:title><rdf:Alt><rdf:li xml:lang="en">Minutes</rdf:li>
<rdf:li xml:lang="x-default">Niederschrift der 12. Sitzung</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Amt für Grün</rdf:li><rdf:li>Büro Linde</rdf:li></rdf:Seq></dc:creator>
<dc:subject><rdf:Bag><rdf:li>Spielplätze</rdf:li><rdf:li>Ufer</rdf:li></rdf:Bag></dc:subject>
<dc:language><rdf:Bag><rdf:li>de-DE</rdf:li></rdf:Bag></dc:language>
<xmp:MetadataDate>2024-03-06</xmp:MetadataDate>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def with_xmp(packet: bytes, *, info: str = "", packed: bool = False, password: str = "") -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(column("Ein Text"), info=info)))
    stream = DecodedStreamObject()
    stream.set_data(packet)
    stream[NameObject("/Type")] = NameObject("/Metadata")
    stream[NameObject("/Subtype")] = NameObject("/XML")
    if packed:
        stream = stream.flate_encode()
    writer._root_object[NameObject("/Metadata")] = writer._add_object(stream)
    if password:
        writer.encrypt("", password, algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def read(data: bytes, reader: str = "pdfium") -> Extraction:
    return extract(data, settings=ExtractSettings(pdf_text=reader))  # type: ignore[arg-type]


@pytest.mark.parametrize("reader", ["pdfium", "pypdf"])
@pytest.mark.parametrize("form", [{}, {"packed": True}, {"password": "geheim"}])
def test_title_author_language_date_and_pdfa_part_are_read_from_xmp(
    reader: str, form: dict[str, object]
) -> None:
    found = read(with_xmp(PACKET, **form), reader)  # type: ignore[arg-type]
    assert (found.title, found.author) == (
        "Niederschrift der 12. Sitzung",
        "Amt für Grün; Büro Linde",
    )
    assert (found.language, found.published_on) == ("de", date(2024, 3, 5))
    assert ("PDF/A", "2b") in found.metadata
    assert ("XMP dc:subject", "Spielplätze; Ufer") in found.metadata
    values = {(one.field, one.value, one.evidence.place) for one in found.readings}
    assert ("session", 12, "meta") in values
    assert ("keyword", "Spielplätze", "meta") in values


INFO = "/Title (Niederschrift der 13. Sitzung) /ModDate (D:{}Z)"


def test_xmp_counts_and_both_are_kept_when_they_contradict() -> None:
    found = read(with_xmp(PACKET, info=INFO.format("20240306000000")))
    assert found.title == "Niederschrift der 12. Sitzung"
    assert ("Info Title", "Niederschrift der 13. Sitzung") in found.metadata
    sessions = [one.value for one in found.readings if one.field == "session"]
    assert sessions == [12, 13]


def test_a_dictionary_changed_after_the_packet_counts() -> None:
    data = with_xmp(PACKET, info=INFO.format("20250101000000"))
    assert read(data).title == "Niederschrift der 13. Sitzung"


def test_in_pdf_2_the_packet_counts_whatever_the_dictionary_says() -> None:
    data = with_xmp(PACKET, info=INFO.format("20250101000000"))
    assert data.startswith(b"%PDF-1.")
    second = b"%PDF-2.0" + data[8:]
    assert read(second).title == "Niederschrift der 12. Sitzung"


def lol(levels: int) -> bytes:
    entities = '<!ENTITY a0 "Witz">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels)
    )
    body = PACKET.decode().partition("?>")[2].replace("Minutes", f"&a{levels - 1};")
    return f"<!DOCTYPE x [{entities}]>{body}".encode()


OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("packet", "why"),
    [
        (lol(10), "metadata not read: declares a document type"),
        (OUTSIDE, "metadata not read: declares a document type"),
        (PACKET + b" " * (1 << 20), "metadata not read: larger than 1 MB"),
        (b"", None),
        (b"\x00\xff\x00", "metadata not read: no XML"),
    ],
)
def test_hostile_packets_are_left_out_and_the_text_stays(packet: bytes, why: str | None) -> None:
    found = read(with_xmp(packet, info="/Title (Bericht)"))
    assert found.pages[0].text == "Ein Text"
    assert found.title == "Bericht"
    assert found.warnings == ((why,) if why else ())


def test_a_packet_that_is_a_bomb_is_left_out_and_the_text_stays() -> None:
    found = read(with_xmp(b"<x>" + b"a" * (90 << 20), packed=True))
    assert found.pages[0].text == "Ein Text"
    assert found.warnings[0].startswith("metadata not read: ")


def test_packets_in_utf_16_are_read() -> None:
    body = PACKET.decode().partition("?>")[2]
    assert read_xmp(body.encode("utf-16"))["dc:title"] == "Niederschrift der 12. Sitzung"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(PACKET) - 1))
def test_any_bytes_in_a_packet_end_in_values_or_a_reason(junk: bytes, place: int) -> None:
    try:
        found = read_xmp(PACKET[:place] + junk + PACKET[place + len(junk) :])
    except ValueError:
        return
    bring_together(found, {"ModDate": "D:99991231235959-23'59'"})


@given(st.from_regex(r"D:[0-9]{4,20}[+-Z]?[0-9']{0,6}", fullmatch=True) | st.text(max_size=30))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    moment = moment_of(text)
    assert moment is None or moment.tzinfo is not None
