"""CSL-JSON rendered by another program (citeproc-py), in a German and an English style of ours."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc import formatter as formatters
from citeproc.source.json import CiteProcJSON

from archiver.codec import from_json
from archiver.export.bibliography import encode_csl_json
from archiver.export.citation import Citing, Publication
from archiver.export.record import HitRecord

STYLES = Path(__file__).parent / "styles"
TOWN = Citing(
    sites={
        "musterstadt": Publication(
            "Stadtgespräch", author="Stadt Musterstadt, Planungsamt", publisher="Stadt Musterstadt"
        )
    },
    archive="Stadtgespräch-Archiv (WARC)",
)


def unknown(item: CitationItem) -> None:
    raise AssertionError(f"{item.key} is not in the bibliography")


def rendered(records: list[HitRecord], style: str, locale: str) -> tuple[list[str], list[str]]:
    """Return what stands in the text and in the bibliography."""
    items = from_json(b"".join(encode_csl_json(records, TOWN)), list[dict[str, Any]])
    chosen = CitationStylesStyle(str(STYLES / f"{style}.csl"), locale=locale, validate=False)
    bibliography = CitationStylesBibliography(chosen, CiteProcJSON(items), formatters.plain)
    citations = [Citation([CitationItem(item["id"])]) for item in items]
    for citation in citations:
        bibliography.register(citation)
    notes = [str(bibliography.cite(citation, unknown)) for citation in citations]
    return notes, [str(entry) for entry in bibliography.bibliography()]


def test_a_file_in_the_german_style(record: HitRecord) -> None:
    notes, entries = rendered([record], "nachweis", "de-DE")
    told = (
        "„Dokumentation Stadtgespräch #28“, Stadtgespräch, Nr. 28, Dokumentation, 14.10.2011, "
        "S. 7, https://forum.example/pdf/gespraech28.pdf, archiviert am 20.11.2026, "
        "Stadtgespräch-Archiv (WARC)."
    )
    assert notes == [told]
    assert entries == [f"Stadt Musterstadt, {told}"]


def test_a_web_page_in_the_german_style(web_record: HitRecord) -> None:
    [note], _ = rendered([web_record], "nachweis", "de-DE")
    assert note == (
        "„28. Stadtgespräch: Grün in der Stadt“, Stadtgespräch, 14.10.2011, "
        "https://forum.example/gespraech/28, archiviert am 20.11.2026."
    )


def test_a_file_in_the_english_style(record: HitRecord) -> None:
    notes, entries = rendered([record], "source", "en-US")
    assert notes == ["(Stadt Musterstadt, Planungsamt, 2011, p. 7)"]
    assert entries == [
        (
            "Stadt Musterstadt, Planungsamt (2011). Dokumentation Stadtgespräch #28. "
            "Stadtgespräch, no. 28, 14 October 2011, p. 7. "
            "https://forum.example/pdf/gespraech28.pdf, archived "
            "2026-11-20, Stadtgespräch-Archiv (WARC), musterstadt-20261120-00003.warc.gz@1843221; "
            f"urn:uuid:11111111-2222-3333-4444-555555555555; sha256:{'ab12' * 16}."
        )
    ]


def test_a_web_page_in_the_english_style(web_record: HitRecord) -> None:
    notes, entries = rendered([web_record], "source", "en-US")
    assert notes == ["(Stadt Musterstadt, Planungsamt, 2011)"]
    assert entries == [
        (
            "Stadt Musterstadt, Planungsamt (2011). 28. Stadtgespräch: Grün in der Stadt. "
            "Stadtgespräch, 14 October 2011. https://forum.example/gespraech/28, "
            "archived 2026-11-20."
        )
    ]


@pytest.mark.parametrize(
    ("held_on", "told"),
    [
        ("2011-10", "Stadtgespräch, October 2011. http"),
        ("2011", "Stadtgespräch, 2011. http"),
        (None, "Stadtgespräch. http"),
    ],
)
def test_a_date_is_no_more_precise_than_it_is_known(
    web_record: HitRecord, held_on: str | None, told: str
) -> None:
    [entry] = rendered([dataclasses.replace(web_record, held_on=held_on)], "source", "en-US")[1]
    assert told in entry


def test_every_hit_has_an_entry_of_its_own(record: HitRecord, web_record: HitRecord) -> None:
    other = dataclasses.replace(record, page=12, page_label="10")
    notes, entries = rendered([record, web_record, other, other], "nachweis", "de-DE")
    assert len(notes) == len(entries) == 4
    assert ["S. 7" in note for note in notes] == [True, False, False, False]
    assert ["S. 10" in note for note in notes] == [False, False, True, True]
