"""The hit record: values where they belong, offsets that hold, dates as precise as known."""

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest

from archiver.errors import ExportError, UsageError
from archiver.export.fields import FULL, describe_fields, fields_table, project, select_fields
from archiver.export.joining import build_record
from archiver.export.record import HitRecord, parse_hit_id
from archiver.model import Capture, Conflict, Document, Evidence, Hit, Reading, Snippet

Build = Callable[..., HitRecord]


def test_a_record_holds_what_is_needed_to_cite_and_to_find_again(record: HitRecord) -> None:
    shown = project(record, [name for name in FULL if name not in ("captured_at", "exported_at")])
    assert shown == {
        "hit_id": "c0ffee-p9-62",
        "rank": 1,
        "score": 7.25,
        "query": "Grünfläche",
        "normalised": "grünfläche",
        "generation": "g1",
        "session": (28,),
        "held_on": "2011-10-14",
        "topics": ("Grün in der Stadt", "Wege, Plätze"),
        "group": ("AG Umwelt",),
        "kind": "file",
        "role": "documentation",
        "site": "musterstadt",
        "title": "Dokumentation Stadtgespräch #28",
        "media": "application/pdf",
        "language": "de",
        "url": "https://forum.example/pdf/gespraech28.pdf",
        "final_url": "https://forum.example/pdf/gespraech28-final.pdf",
        "page": 9,
        "page_label": "7",
        "section": "3. Ergebnisse der Arbeitsgruppen",
        "http_status": 200,
        "payload_sha256": "ab12" * 16,
        "warc_digest": None,
        "warc_file": "musterstadt-20261120-00003.warc.gz",
        "warc_offset": 1_843_221,
        "warc_record_id": "<urn:uuid:11111111-2222-3333-4444-555555555555>",
        "snippet_left": "Die Gruppe wünscht sich mehr ",
        "match": "Grünflächen",
        "snippet_right": " am Mühlenteich und sichere Wege zur Schule.",
        "char_start": 62,
        "char_end": 73,
        "extractor": "pdfium 1",
        "warnings": (),
        "access": "open",
        "redactions": (),
        "attachment": None,
    }


def test_offsets_count_characters_of_the_page(record: HitRecord, page_text: str) -> None:
    assert page_text[record.char_start : record.char_end] == record.match == "Grünflächen"


def test_a_span_makes_a_record_of_another_occurrence(build: Build, page_text: str) -> None:
    start = page_text.index("Schule")
    other = build(span=(start, start + 6), context=4)
    assert (other.snippet_left, other.match, other.snippet_right) == ("zur ", "Schule", ".\nRü")
    assert other.hit_id == f"c0ffee-p9-{start}"


def test_a_hit_without_matched_words_has_an_empty_match(build: Build, hit: Hit) -> None:
    found_by_field = dataclasses.replace(hit, hit_id="c0ffee-p9-0", snippets=())
    record = build(hit=found_by_field)
    assert (record.snippet_left, record.match, record.char_start) == ("", "", 0)
    assert record.snippet_right.startswith("3. Ergebnisse")
    assert len(record.snippet_right) == 100


def test_a_text_that_does_not_fit_the_hit_is_refused(build: Build) -> None:
    with pytest.raises(ExportError, match="snippet does not stand in the page's text – rebuild"):
        build(page_text="Ein ganz anderer Text.")


def test_a_place_beyond_the_page_is_refused(build: Build) -> None:
    with pytest.raises(ExportError, match="9000–9004 is not on a page"):
        build(span=(9000, 9004))


def test_warnings_name_what_lowers_trust(
    build: Build, document: Document, capture: Capture, hit: Hit
) -> None:
    evidence = Evidence(rule="title", raw="28", place="title")
    conflict = Conflict("session", Reading("session", 28, evidence, 1.0), ())
    record = build(
        document=dataclasses.replace(document, conflicts=(conflict,), is_current=False),
        capture=dataclasses.replace(capture, truncated="length"),
        hit=dataclasses.replace(hit, is_ocr=True),
    )
    assert record.warnings == ("ocr", "conflict", "truncated", "old_version")


def test_lone_surrogates_are_replaced(build: Build, document: Document) -> None:
    record = build(document=dataclasses.replace(document, title="Stadt\udc80gespräch 🌳"))
    assert record.title == "Stadt\ufffdgespräch 🌳"


def test_a_revisit_keeps_the_status_of_the_document(build: Build, capture: Capture) -> None:
    assert build(capture=dataclasses.replace(capture, status=None)).http_status == 200


@pytest.mark.parametrize(
    ("start", "end", "precision", "written"),
    [
        (date(2011, 10, 1), None, "quarter", "2011-10/2011-12"),
        (date(2011, 7, 1), None, "half", "2011-07/2011-12"),
        (date(2011, 7, 1), date(2011, 12, 31), "half", "2011-07/2011-12"),
        (date(2011, 2, 1), None, "month", "2011-02"),
        (date(4, 10, 14), None, "day", None),
        (None, None, None, None),
    ],
)
def test_a_date_is_written_as_precisely_as_it_is_known(
    build: Build,
    document: Document,
    start: date | None,
    end: date | None,
    precision: str | None,
    written: str | None,
) -> None:
    known = dataclasses.replace(
        document,
        held_on=start,
        held_until=end,
        date_precision=precision,  # type: ignore[arg-type]
    )
    assert build(document=known).held_on == written


def test_the_match_named_by_the_hit_id_is_chosen(build: Build, hit: Hit, page_text: str) -> None:
    wege, schule = page_text.index("Wege"), page_text.index("Schule")
    snippet = Snippet(page_text, 0, ((wege, wege + 4), (schule, schule + 6)))
    record = build(hit=dataclasses.replace(hit, hit_id=f"c0ffee-p9-{schule}", snippets=(snippet,)))
    assert record.match == "Schule"


@pytest.mark.parametrize("broken", ["", "c0ffee", "c0ffee-p9", "c0ffee-9-1", "c-p1-x"])
def test_what_is_no_hit_id_is_refused(broken: str) -> None:
    with pytest.raises(ExportError, match="is no hit id"):
        parse_hit_id(broken)


def test_a_capture_id_may_look_like_a_place() -> None:
    place = parse_hit_id("x-p1-2-p3-4")
    assert (place.capture_id, place.page, place.start) == ("x-p1-2", 3, 4)


def test_the_brief_profile_is_what_a_reader_looks_at() -> None:
    assert select_fields("brief") == (
        "hit_id",
        "rank",
        "session",
        "held_on",
        "topics",
        "title",
        "url",
        "page",
        "page_label",
        "captured_at",
        "snippet_left",
        "match",
        "snippet_right",
    )


def test_without_a_choice_all_fields_are_shown() -> None:
    assert select_fields(None) == select_fields("full") == FULL
    assert len(FULL) == 39


def test_an_unknown_field_is_refused_with_a_hint() -> None:
    with pytest.raises(UsageError, match=r"unknown field 'sesion' – did you mean 'session'\?"):
        select_fields("page,sesion")


def test_choosing_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match=r"no field is chosen – list them with: --fields \?"):
        select_fields(" , ")


def test_the_listing_names_every_field_once() -> None:
    lines = describe_fields().splitlines()
    assert [line.split()[0] for line in lines] == list(FULL)
    assert lines[0].startswith("hit_id          brief  text: ")


def test_the_table_of_fields_has_one_row_each() -> None:
    assert len(fields_table().splitlines()) == len(FULL) + 2


def test_building_takes_the_documents_digest_when_the_capture_has_none(
    document: Document, hit: Hit, capture: Capture, record: HitRecord, page_text: str
) -> None:
    again = build_record(
        document,
        hit,
        dataclasses.replace(capture, payload_digest=None),
        query=record.query,
        normalised=record.normalised,
        generation=record.generation,
        exported_at=record.exported_at,
        page_text=page_text,
    )
    assert again == record
