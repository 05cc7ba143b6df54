"""Readers take any text, in time that grows with its length, and read back what they know."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.model import MISSING_YEAR, DateSpan, Place
from archiver.sites.dates import complete_year, find_dates
from archiver.sites.figures import ORDINALS
from archiver.sites.readers import Clue, read_clues, resolve

MONTHS = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
WEEKDAYS = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]
PLACES: tuple[Place, ...] = (
    "title",
    "heading",
    "first_lines",
    "text",
    "meta",
    "url",
    "file_name",
    "link_text",
    "list_entry",
)
german = st.text(
    alphabet=st.sampled_from(
        "Forum Sitzung Thema am vom 0123456789..,:/-–#§()\n„“VIX äöü Protokoll"
    ),
    max_size=400,
)
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2029, 12, 31))


@given(st.text(max_size=2000), st.sampled_from(PLACES))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_without_an_error(text: str, place: Place) -> None:
    resolve(read_clues([Clue(text, place)]))


@given(german, st.sampled_from(PLACES))
@settings(max_examples=250, deadline=None)
def test_any_heap_of_the_words_of_sittings_is_read_without_an_error(
    text: str, place: Place
) -> None:
    for reading in read_clues([Clue(text, place)]):
        assert 0 <= reading.confidence <= 1
        assert reading.evidence.place == place


@given(days)
@settings(deadline=None)
@pytest.mark.parametrize(
    "form",
    [
        "am {d.day}.{d.month}.{d.year}",
        "am {d.day:02}.{d.month:02}.{d.year}",
        "{d.day}. {d.month}. {d.year}",
        "am {d.day:02}.{d.month:02}.{yy:02}",
        "{d.day}. {month} {d.year}",
        "{d.day:02}. {month} {d.year}",
        "{d.day} {month} {d.year}",
        "{d.day}. {MONTH} {d.year}",
        "{d.day}. {month} {yy:02}",
        "{weekday}, {d.day:02}.{d.month:02}.{d.year}",
        "{weekday}, dem {d.day}. {month} {d.year}",
        "{weekday},den {d.day}. {month} {d.year}, 16.30 Uhr",
        "{wd}, {d.day:02}.{d.month:02}.{d.year}",
        "{d.year}-{d.month:02}-{d.day:02}",
        "{d.day:02}/{d.month:02}/{d.year}",
        "{d.day:02}-{d.month:02}-{d.year}",
    ],
)
def test_a_date_reads_back_from_every_form(form: str, d: date) -> None:
    month, weekday = MONTHS[d.month - 1], WEEKDAYS[d.weekday()]
    text = form.format(
        d=d, yy=d.year % 100, month=month, MONTH=month.upper(), weekday=weekday, wd=weekday[:2]
    )
    assert [one.span for one in find_dates(text, today=date(2026, 6, 1))] == [DateSpan(d)]


@given(days)
@settings(deadline=None)
@pytest.mark.parametrize(
    "form",
    [
        "protokoll-{d.year}-{d.month:02}-{d.day:02}.pdf",
        "{d.year}_{d.month:02}_{d.day:02}_protokoll.pdf",
        "{d.year}{d.month:02}{d.day:02}.pdf",
        "protokoll_{d.day:02}_{d.month:02}_{d.year}.pdf",
        "{d.day}-{d.month}-{d.year}-sitzung-4380.html",
        "Protokoll {d.day:02}.{d.month:02}.{d.year}.pdf",
    ],
)
def test_a_date_reads_back_from_every_file_name(form: str, d: date) -> None:
    spotted = find_dates(form.format(d=d), "file_name", today=date(2026, 6, 1))
    assert [one.span for one in spotted] == [DateSpan(d)]


@given(st.integers(min_value=1, max_value=199))
@pytest.mark.parametrize(
    "form",
    ["{n}. Forum", "Forum {n}", "Bürgerforum #{n}", "Sitzung Nr. {n}", "die {n}. offene Sitzung"],
)
def test_a_number_reads_back_from_every_form(form: str, n: int) -> None:
    readings = read_clues([Clue(form.format(n=n), "heading")])
    assert [one.value for one in readings if one.field == "session"] == [n]


@pytest.mark.parametrize("number", range(1, 101))
def test_every_ordinal_up_to_a_hundred_reads_back(number: int) -> None:
    stem = next(stem for stem, value in ORDINALS.items() if value == number)
    readings = read_clues([Clue(f"das {stem}e Bürgerforum", "heading")])
    assert [one.value for one in readings if one.field == "session"] == [number]


@given(days, st.integers(min_value=-100, max_value=100))
def test_a_missing_year_is_that_of_a_date_close_by(d: date, offset: int) -> None:
    near = date.fromordinal(d.toordinal() + offset)
    if (d.month, d.day) == (2, 29):
        return
    span = DateSpan(d.replace(year=MISSING_YEAR))
    assert complete_year(span, [DateSpan(near)]) == DateSpan(d)


@pytest.mark.parametrize(
    "heap",
    [
        "1." * 5_000,
        "1 " * 5_000,
        "1.1. " * 2_000,
        ". " * 5_000,
        "9" * 10_000,
        " " * 10_000,
        "und 1. " * 1_500,
        "a" * 10_000,
        "Forum " * 1_650,
        "1. Forum " * 1_100,
        "„" * 10_000,
        "(" * 10_000,
        "Protokoll " * 1_000,
        "1.1.2011 bis " * 750,
        "Thema: " * 1_400,
        "erste " * 1_650,
        "-" * 10_000,
        "A-" * 5_000,
        "\n" * 10_000,
        "AG A " * 2_000,
        "Genehmigung der " * 625,
    ],
    ids=lambda heap: repr(heap[:12]),
)
@pytest.mark.parametrize("place", ["title", "first_lines", "url"])
def test_a_long_heap_is_read_to_its_end(heap: str, place: Place) -> None:
    # A pattern that tries all ways of dividing such a heap would not come to an end.
    resolve(read_clues([Clue(heap, place)]))
