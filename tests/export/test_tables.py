"""Tables: what is written is read back equal by readers that are not ours."""

import csv
import dataclasses
import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import ExportError
from archiver.export.fields import FULL
from archiver.export.record import HitRecord
from archiver.export.tables import (
    encode_cells,
    encode_csv,
    encode_csv_excel,
    encode_json,
    encode_jsonl,
    encode_tsv,
    join_values,
    neutralise,
    read_rows,
    restore,
    split_values,
)

HOSTILE = [
    "Bürger & „Straßen“ – ÄÖÜß",
    'er sagte "ja, gern", dann; nein',
    "Zeile eins\r\nZeile zwei\nZeile drei\rvier",
    "\ttab\x00null\x07bell\x1b[31mrot\x1b[0m",
    "🌳👩‍👩‍👧 e\u0301 \u2028\u2029\u0085\u202e",
    '=HYPERLINK("http://böse.example";"Klick")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    " \u00a0-3",
    "'=1+1",
    "",
    " blank ",
    "\ufeffBOM",
]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(HOSTILE)
same_fixture = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def with_text(record: HitRecord, text: str) -> HitRecord:
    return dataclasses.replace(
        record, title=text, snippet_left=text, match=text, snippet_right=text, topics=(text, "x")
    )


def test_csv_is_as_rfc_4180_says(record: HitRecord) -> None:
    named = dataclasses.replace(record, title='Stadt "am Teich", 2011', page_label=None)
    assert (
        b"".join(encode_csv([named], ("page", "page_label", "title", "topics")))
        == (
            "page,page_label,title,topics\r\n"
            '9,,"Stadt ""am Teich"", 2011","Grün in der Stadt | Wege, Plätze"\r\n'
        ).encode()
    )


def test_tsv_ends_lines_with_lf_and_quotes_where_needed(record: HitRecord) -> None:
    named = dataclasses.replace(record, title="a\tb\rc")
    assert b"".join(encode_tsv([named], ("page", "title"))) == b'page\ttitle\n9\t"a\tb\rc"\n'


def test_json_lines_hold_one_record_each(record: HitRecord) -> None:
    [line] = list(encode_jsonl([record], ("session", "held_on", "captured_at", "page_label")))
    assert line == (
        b'{"session":[28],"held_on":"2011-10-14","captured_at":"2026-11-20T03:14:07Z",'
        b'"page_label":"7"}\n'
    )


def test_json_is_one_array_also_when_empty(record: HitRecord) -> None:
    assert json.loads(b"".join(encode_json([record, record], ("page",)))) == [{"page": 9}] * 2
    assert b"".join(encode_json([], ("page",))) == b"[]\n"


def test_csv_for_excel_opens_in_german_excel_and_calculates_nothing(record: HitRecord) -> None:
    risky = dataclasses.replace(record, title="=1+1", score=-1.5, match="\u00a0+49 999")
    assert (
        b"".join(encode_csv_excel([risky], ("score", "title", "match", "page")))
        == ("\ufeffscore;title;match;page\r\n-1,5;'=1+1;'\u00a0+49 999;9\r\n").encode()
    )


@pytest.mark.parametrize(
    "cell",
    ["=1", "+1", "-1", "@a", "\ta", "\ra", "\na", "  =1", "\u00a0@a", "\ufeff=1", "＝1", "\x00=1"],
)
def test_what_a_spreadsheet_would_calculate_is_neutralised(cell: str) -> None:
    assert neutralise(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Bürger", "a=1", "28", "'s ist so", "§ 3"])
def test_plain_cells_are_left_alone(cell: str) -> None:
    assert neutralise(cell) == cell


@given(texts)
def test_neutralising_can_be_undone(cell: str) -> None:
    assert restore(neutralise(cell)) == cell


@given(st.lists(texts.filter(bool) | st.just(" | ") | st.just("\\"), min_size=1))
def test_lists_survive_a_cell(values: list[str]) -> None:
    assert list(split_values(join_values(values))) == values


@same_fixture
@given(texts)
def test_text_survives_csv(record: HitRecord, text: str) -> None:
    data = b"".join(encode_csv([with_text(record, text)], ("title", "match")))
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert rows == [["title", "match"], [text, text]]


@same_fixture
@given(texts)
def test_text_survives_tsv(record: HitRecord, text: str) -> None:
    data = b"".join(encode_tsv([with_text(record, text)], ("title", "page")))
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter="\t"))
    assert rows == [["title", "page"], [text, "9"]]


@same_fixture
@given(texts)
def test_text_survives_json(record: HitRecord, text: str) -> None:
    changed = with_text(record, text)
    lines = b"".join(encode_jsonl([changed, changed], FULL))
    rows = [json.loads(line) for line in lines.removesuffix(b"\n").split(b"\n")]
    assert [row["snippet_left"] for row in rows] == [text, text]
    assert json.loads(b"".join(encode_json([changed], FULL)))[0]["topics"] == [text, "x"]


@same_fixture
@given(texts)
@pytest.mark.parametrize(
    ("name", "encode"),
    [
        ("jsonl", encode_jsonl),
        ("json", encode_json),
        ("csv", encode_csv),
        ("tsv", encode_tsv),
        ("csv-excel", encode_csv_excel),
    ],
)
def test_our_own_reader_reads_every_table(
    record: HitRecord, name: str, encode: Any, text: str
) -> None:
    changed = with_text(record, text)
    data = b"".join(encode([changed] * 2, FULL))
    rows = list(read_rows(io.BytesIO(data), name))
    assert len(rows) == 2
    for row in rows:
        assert list(row) == list(FULL)
        assert (row["title"], row["match"], str(row["page"])) == (text, text, "9")


@given(rows=st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=4))
def test_cells_are_quoted_as_the_standard_library_quotes_them(rows: list[list[str]]) -> None:
    expected = io.StringIO(newline="")
    csv.writer(expected).writerows(rows)
    assert encode_cells(rows, "csv").decode() == expected.getvalue()


@given(rows=st.lists(st.lists(texts, min_size=2, max_size=2), min_size=1, max_size=4))
def test_tab_separated_cells_survive_breaks_tabs_and_quotes(rows: list[list[str]]) -> None:
    text = io.TextIOWrapper(io.BytesIO(encode_cells(rows, "tsv")), encoding="utf-8", newline="")
    assert list(csv.reader(text, delimiter="\t")) == rows


def test_an_empty_result_is_a_header_only() -> None:
    assert b"".join(encode_csv([], ("page", "title"))) == b"page,title\r\n"
    assert list(read_rows(io.BytesIO(b"page,title\r\n"), "csv")) == []
    assert list(read_rows(io.BytesIO(b""), "csv")) == []


def test_lone_surrogates_are_replaced_in_every_table(record: HitRecord) -> None:
    broken = with_text(record, "a\ud800b")
    for encode in (encode_csv, encode_tsv, encode_csv_excel, encode_json, encode_jsonl):
        assert "a\ufffdb" in b"".join(encode([broken], FULL)).decode()


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("jsonl", b'{"a":1}\n{"a":\n', "line 2 is not a JSON object"),
        ("jsonl", b"[1]\n", "line 1 is not a JSON object"),
        ("json", b'[{"a":1}', "not an exported JSON array"),
        ("csv", b"a,b\r\n1\r\n", "line 2 has 1 cells instead of 2"),
        ("csv", b"a,b\r\n1,\xff\r\n", "cannot be read"),
        ("ris", b"", "rows of ris cannot be read back"),
    ],
)
def test_a_damaged_table_is_told_with_its_line(name: str, data: bytes, complaint: str) -> None:
    with pytest.raises(ExportError, match=complaint):
        list(read_rows(io.BytesIO(data), name))


@pytest.mark.parametrize("encode", [encode_csv, encode_tsv, encode_csv_excel, encode_jsonl])
def test_memory_does_not_grow_with_the_result(record: HitRecord, encode: Any) -> None:
    def many(count: int) -> Iterator[HitRecord]:
        for rank in range(count):
            yield dataclasses.replace(record, rank=rank)

    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in encode(many(count), FULL):
            pass
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(200)  # caches filled
    assert peak(2000) < peak(200) + 500_000  # the rows themselves are 3 MB
