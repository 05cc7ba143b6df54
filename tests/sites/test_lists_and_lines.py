"""Entries of lists, rows of days, names of files and lines of forms as papers bear them."""

from datetime import date

import pytest

from archiver.model import DateSpan, Place, Reading
from archiver.sites.readers import Clue, read_clues


def own(text: str, place: Place) -> list[Reading]:
    return [one for one in read_clues([Clue(text, place)]) if one.about == "sitting"]


def days(text: str, place: Place) -> list[date]:
    spans = [one.value for one in own(text, place) if one.field == "date"]
    return [span.start for span in spans if isinstance(span, DateSpan)]


def said(text: str, place: Place, field: str) -> list[object]:
    return [one.value for one in own(text, place) if one.field == field]


@pytest.mark.parametrize(
    ("entry", "day", "topic"),
    [
        ("2007 · 3 08.05. Neue Linde", date(2007, 5, 8), "Neue Linde"),
        ("2007 12.03.: Steg am Weiher", date(2007, 3, 12), "Steg am Weiher"),
        ("2007 · 8. Mai Neue Linde", date(2007, 5, 8), "Neue Linde"),
    ],
)
def test_an_entry_s_day_is_in_the_year_above_it(entry: str, day: date, topic: str) -> None:
    assert days(entry, "list_entry") == [day]
    assert said(entry, "list_entry", "topic") == [topic]


def test_a_year_in_an_entry_is_no_other_day_s() -> None:
    assert days("Haushalt 2007, 8. Mai 2008", "list_entry") == [date(2008, 5, 8)]


@pytest.mark.parametrize(
    "text",
    [
        "Die Runde tagte am 13.02.2018, 29.05.2018 und 11.09.2018.",
        "Termine 2014: 20. Mai, 15. Juli, 16. September",
    ],
)
def test_three_days_in_a_row_are_a_year_s_and_not_a_paper_s(text: str) -> None:
    assert days(f"Bericht\n{text}", "first_lines") == []


def test_two_days_in_a_row_are_those_of_a_paper() -> None:
    assert len(days("9. und 10. Runde\n13.02.2018 und 29.05.2018", "first_lines")) == 2


@pytest.mark.parametrize(
    "name", ["doc_1203.pdf", "scan0012.pdf", "Dokument 3", "20150312_0001.pdf", "download (2)"]
)
def test_what_a_machine_calls_a_file_is_no_topic(name: str) -> None:
    assert said(name, "link_text", "topic") == []


@pytest.mark.parametrize(
    ("entry", "topic"),
    [
        ("Bei der 7. Runde am 3. Mai 2012, ging es um Spielplätze.", "Spielplätze"),
        ("7. Runde, 3. Mai 2012 · Spielplä… weiter", None),
        ("7. Runde, 3. Mai 2012 · … gut besucht · Spielplätze", "Spielplätze"),
        ("7. Runde, 3. Mai 2012. Den Plan können Sie hier als Datei herunterladen", None),
    ],
)
def test_sentences_and_what_is_cut_are_no_topics(entry: str, topic: str | None) -> None:
    assert said(entry, "list_entry", "topic") == ([topic] if topic else [])


def test_a_day_with_its_hour_in_the_first_lines_is_as_sure_as_beside_a_sitting() -> None:
    (sure,) = own("Mittwoch, 17. Juni 2009, 19 Uhr, Turnhalle\nAlle waren da.", "first_lines")
    (bare,) = own("Am Mittwoch, 17. Juni 2009, war Regen.\nAlle waren da.", "first_lines")
    assert sure.confidence > 0.72 > bare.confidence


def test_minutes_alone_in_their_line_bear_the_sitting_s_number() -> None:
    assert said("Dorfrat\nProtokoll 3/2011\nTermin: 9.6.2011", "first_lines", "session") == [3]
    assert said("Laut Protokoll 3/2011 war Regen", "first_lines", "session") == []


def test_a_two_digit_year_does_not_begin_the_next_line() -> None:
    text = "Protokoll vom 3. April\n22. Runde, 3. April"
    assert said(text, "first_lines", "session") == [22]


def test_the_local_agenda_is_none_of_a_sitting_and_a_vermerk_is_minutes() -> None:
    assert said("agenda21_forum.pdf", "file_name", "role") == []
    assert said("Ergebnisvermerk", "link_text", "role") == ["minutes"]


def test_what_must_be_called_off_is_cancelled_also_within_a_text() -> None:
    text = "Die für den 5. Mai 2021 geplante 14. Runde muss leider entfallen.\nNeuer Termin folgt."
    assert said(text, "first_lines", "special") == ["cancelled"]


def test_a_heading_below_a_sentence_is_no_topic_of_the_sitting_above() -> None:
    def is_heading_s(one: Reading) -> bool:
        return one.field == "topic" and one.evidence.place == "heading"

    clues = [Clue("5. Runde", "heading"), Clue("Neue Wege", "heading")]
    under = [*clues, Clue("5. Runde\nNeue Wege\nAlle kamen.", "first_lines")]
    below = [*clues, Clue("5. Runde\nEs kamen alle aus dem Viertel.\nNeue Wege", "first_lines")]
    (sure,) = [one for one in read_clues(under) if is_heading_s(one)]
    (weak,) = [one for one in read_clues(below) if is_heading_s(one)]
    assert sure.confidence > 0.6 > weak.confidence


def test_a_short_word_ends_a_topic_without_its_full_stop() -> None:
    assert said("Thema: Jung und Alt.", "first_lines", "topic") == ["Jung und Alt"]
    assert said("Thema: Ausbau der Hafenstr.", "first_lines", "topic") == ["Ausbau der Hafenstr."]
