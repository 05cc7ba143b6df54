"""Concordance lines: cut by characters or words, sorted as dictionaries do, plain TSV."""

import csv
import dataclasses
import io
from typing import get_args

import pytest

from archiver.errors import UsageError
from archiver.export.concordance import (
    Kwic,
    Unit,
    context_needed,
    encode_kwic,
    kwic_line,
    parse_sort,
    sort_lines,
)
from archiver.export.record import HitRecord


def around(record: HitRecord, left: str, node: str, right: str) -> HitRecord:
    return dataclasses.replace(record, snippet_left=left, match=node, snippet_right=right)


def test_a_window_of_characters(record: HitRecord) -> None:
    line = kwic_line(record, Kwic(window=10))
    assert (line.left, line.node, line.right) == ("sich mehr ", "Grünflächen", " am Mühlen")


def test_a_window_of_words_keeps_what_stands_between(record: HitRecord) -> None:
    cut = around(record, "Ja, wir, die Bürger-AG, fordern: ", "Wege", " – sicher, und zwar jetzt!")
    line = kwic_line(cut, Kwic(window=3, unit="words"))
    assert (line.left, line.right) == ("die Bürger-AG, fordern: ", " – sicher, und zwar")


def test_a_window_of_nothing_shows_the_node_alone(record: HitRecord) -> None:
    for unit in get_args(Unit):
        line = kwic_line(record, Kwic(window=0, unit=unit))
        assert (line.left, line.node, line.right) == ("", "Grünflächen", "")


def test_lines_are_sorted_by_the_words_around(record: HitRecord) -> None:
    lines = [
        around(record, "der ", "Weg", " Zur Schule"),
        around(record, "ein ", "Weg", " über den Bach"),
        around(record, "ein ", "Weg", " und Steg"),
        around(record, "", "Weg", ""),
        around(record, "Der ", "Weg", " am Teich"),
    ]
    by_right = [line.right for line in sort_lines(lines, Kwic(sort=("1R",)))]
    assert by_right == ["", " am Teich", " über den Bach", " und Steg", " Zur Schule"]
    by_both = [line.left + line.right for line in sort_lines(lines, Kwic(sort=("1L", "1R")))]
    assert by_both == [
        "",
        "Der  am Teich",
        "der  Zur Schule",
        "ein  über den Bach",
        "ein  und Steg",
    ]


def test_lines_are_sorted_by_the_node(record: HitRecord) -> None:
    lines = [around(record, "", node, "") for node in ("Wege", "Öfen", "ofen", "Straße")]
    assert [line.node for line in sort_lines(lines, Kwic(sort=("N",)))] == [
        "ofen",
        "Öfen",
        "Straße",
        "Wege",
    ]


def test_without_a_sort_the_order_of_the_result_stays(record: HitRecord) -> None:
    lines = [around(record, "", node, "") for node in "cab"]
    assert [line.node for line in sort_lines(iter(lines), Kwic())] == ["c", "a", "b"]


def test_the_table_has_one_line_each_and_no_quotes(record: HitRecord) -> None:
    broken = around(record, 'sagte\t"ja"\r\n', "Wege\u2028", "\x00 zur\nSchule ")
    data = b"".join(encode_kwic([broken], Kwic(window=20))).decode()
    rows = list(csv.reader(io.StringIO(data), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows == [
        ["hit_id", "session", "held_on", "title", "url", "page", "left", "node", "right"],
        [
            record.hit_id,
            "28",
            "2011-10-14",
            "Dokumentation Stadtgespräch #28",
            "https://forum.example/pdf/gespraech28.pdf",
            "7",
            'sagte "ja" ',
            "Wege ",
            " zur Schule ",
        ],
    ]


def test_enough_context_is_asked_for() -> None:
    assert context_needed(Kwic(window=40)) == 40
    assert context_needed(Kwic(window=5, unit="words")) == 320
    assert context_needed(Kwic(window=10, sort=("3R", "N"))) == 192


@pytest.mark.parametrize("wrong", ["R1", "0L", "5", "links"])
def test_a_wrong_sort_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError, match="cannot sort by"):
        parse_sort(wrong)
