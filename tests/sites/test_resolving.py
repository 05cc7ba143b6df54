"""The best reading of each field is chosen, and contradictions are kept."""

from dataclasses import replace
from datetime import date

from archiver.model import DateSpan, Evidence, Place, Reading
from archiver.sites.readers import Clue, read_clues, resolve

PAGE = "https://forum.example/12"
LIST = "https://forum.example/archiv"


def settled(field: str, value: object, place: Place = "correction") -> Reading:
    return Reading(field, value, Evidence("said", str(value), place), 1.0)  # type: ignore[arg-type]


def test_a_sitting_is_put_together_from_heading_and_line_below() -> None:
    resolved = resolve(
        read_clues(
            [
                Clue("12. Forum – Forum Lindental", "title"),
                Clue("12. Forum", "heading"),
                Clue("12. Forum\n3. Mai 2011 · Leise Straßen\nZwanzig Gäste kamen.", "first_lines"),
            ]
        ),
        kind="session",
    )
    assert resolved.sessions == (12,)
    assert (resolved.held_on, resolved.held_until, resolved.date_precision) == (
        date(2011, 5, 3),
        None,
        "day",
    )
    assert resolved.topics == ("Leise Straßen",)
    assert resolved.conflicts == ()


def test_the_heading_under_a_sitting_is_its_topic_and_a_section_farther_down_is_not() -> None:
    clues = [
        Clue("12. Forum", "heading"),
        Clue("Leise Straßen", "heading"),
        Clue("12. Forum\nLeise Straßen\nZwanzig Gäste kamen.", "first_lines"),
    ]
    assert resolve(read_clues(clues)).topics == ("Leise Straßen",)
    far = [
        clues[0],
        clues[1],
        Clue("12. Forum\nEs kamen zwanzig Gäste.\nSie saßen.", "first_lines"),
    ]
    assert resolve(read_clues(far)).topics == ()


def test_minutes_keep_their_own_number_beside_the_one_they_approve() -> None:
    text = (
        "Auenfurt, den 12.05.2011\nNiederschrift\nüber die 12. Sitzung des Beirats\nam 03.05.2011\n"
        "TOP 1: Genehmigung der Niederschrift über die 11. Sitzung am 05.04.2011\n"
        "Nächste Sitzung: 07.06.2011"
    )
    readings = read_clues([Clue(text, "first_lines", page=1)])
    resolved = resolve(readings, kind="file")
    assert resolved.sessions == (12,)
    assert resolved.held_on == date(2011, 5, 3)
    assert resolved.published_on == date(2011, 5, 12)
    assert resolved.role == "minutes"
    assert resolved.conflicts == ()
    assert [r.value for r in readings if r.field == "session" and r.about == "previous"] == [11]


def test_two_sittings_of_one_wording_are_no_contradiction() -> None:
    clue = Clue("9. und 10. Sitzung am 19.10.2017 und 16.11.2017", "heading")
    resolved = resolve(read_clues([clue, Clue("10. Sitzung", "link_text", LIST)]), kind="session")
    assert resolved.sessions == (9, 10)
    assert resolved.held_on == date(2017, 10, 19)
    assert resolved.conflicts == ()


def test_a_list_that_says_another_number_is_kept_as_a_conflict() -> None:
    clues = [
        Clue("Protokoll 2. Sitzung", "link_text", LIST),
        Clue("Niederschrift über die 1. Sitzung am 3. Mai 2011", "first_lines", page=1),
    ]
    resolved = resolve(read_clues(clues), kind="file")
    assert resolved.sessions == (1,)
    (conflict,) = resolved.conflicts
    assert (conflict.field, conflict.chosen.value) == ("session", 1)
    assert [(o.value, o.evidence.url, o.evidence.raw) for o in conflict.others] == [
        (2, LIST, "2. Sitzung")
    ]


def test_a_title_and_a_url_that_differ_by_a_day_are_a_conflict() -> None:
    clues = [
        Clue("Bürgerrunde am 16. März 2011", "title"),
        Clue("https://forum.example/15-03-2011-buergerrunde", "url"),
    ]
    resolved = resolve(read_clues(clues), kind="session")
    assert resolved.held_on == date(2011, 3, 16)
    assert [c.field for c in resolved.conflicts] == ["date"]


def test_a_month_does_not_contradict_a_day_in_it() -> None:
    clues = [
        Clue("12. Forum, Mai 2011", "link_text", LIST),
        Clue("12. Forum am 3.5.2011", "heading"),
    ]
    resolved = resolve(read_clues(clues), kind="session")
    assert (resolved.held_on, resolved.date_precision) == (date(2011, 5, 3), "day")
    assert resolved.conflicts == ()


def test_a_correction_outweighs_everything_and_settles_the_conflict() -> None:
    clues = [Clue("35. Forum", "heading"), Clue("36. Forum", "link_text", LIST)]
    readings = read_clues(clues)
    assert len(resolve(readings).conflicts) == 1
    resolved = resolve([*readings, settled("session", 36)])
    assert (resolved.sessions, resolved.conflicts) == ((36,), ())


def test_a_profile_outweighs_the_general_readers() -> None:
    readings = [
        *read_clues([Clue("Leise Straßen", "heading")]),
        settled("topic", "Lärm", "profile"),
    ]
    assert resolve(readings).topics == ("Lärm",)


def test_a_missing_year_comes_from_the_url() -> None:
    clues = [
        Clue("Bürgerrunde am 26.4.", "title"),
        Clue("https://forum.example/2016/04/20/runde/", "url"),
    ]
    assert resolve(read_clues(clues), kind="session").held_on == date(2016, 4, 26)


def test_a_missing_year_comes_from_the_neighbouring_sittings() -> None:
    readings = read_clues([Clue("3. Bürgerrunde vom 28.11.", "title")])
    assert resolve(readings, kind="session").held_on is None
    resolved = resolve(readings, kind="session", neighbours=[DateSpan(date(2016, 2, 3))])
    assert resolved.held_on == date(2015, 11, 28)
    assert resolved.readings[1].evidence.rule == "day, year completed"


def test_a_weekday_rules_a_year_out() -> None:
    readings = read_clues([Clue("Runde am Montag, den 10. November", "title")])
    spans = [DateSpan(date(2009, 11, 2)), DateSpan(date(2008, 12, 1))]
    assert resolve(readings, kind="session", neighbours=spans).held_on == date(2008, 11, 10)


def test_an_overview_has_no_number_of_its_own() -> None:
    clues = [Clue("Archiv: vom 1. Forum zum 20. Forum", "title")]
    assert resolve(read_clues(clues), kind="overview").sessions == ()
    said = [*read_clues(clues), settled("session", 4)]
    assert resolve(said, kind="overview").sessions == (4,)


def test_a_file_takes_over_what_its_page_says_unless_it_says_otherwise() -> None:
    page = read_clues([Clue("12. Forum am 3. Mai 2011: Leise Straßen", "heading")])
    handed_down = [
        replace(
            r,
            confidence=r.confidence * 0.5,
            evidence=replace(r.evidence, place="inherited", url=PAGE),
        )
        for r in page
    ]
    bare = resolve([*read_clues([Clue("Lageplan", "link_text", PAGE)]), *handed_down], kind="file")
    assert (bare.sessions, bare.held_on, bare.topics) == (
        (12,),
        date(2011, 5, 3),
        ("Leise Straßen",),
    )
    own = read_clues([Clue("Protokoll 11. Forum vom 5. April 2011", "first_lines", page=1)])
    other = resolve([*own, *handed_down], kind="file")
    assert (other.sessions, other.held_on) == ((11,), date(2011, 4, 5))


def test_a_row_of_links_to_neighbours_says_nothing_of_its_targets() -> None:
    clues = [
        Clue("12. Forum am 3. Mai 2011", "heading"),
        Clue("vorige: 5. April 2011 nächste: 7. Juni 2011", "list_entry", LIST),
    ]
    assert resolve(read_clues(clues), kind="session").conflicts == ()


def test_only_files_have_a_role() -> None:
    readings = read_clues([Clue("Protokoll", "link_text", LIST)])
    assert resolve(readings, kind="session").role is None
    assert resolve(readings, kind="file").role == "minutes"


def test_dates_before_the_first_year_are_about_something_else() -> None:
    clue = Clue("Bürgerforum: Altstadt am 3.5.1987", "heading")
    assert resolve(read_clues([clue], first_year=2004)).held_on is None


def test_the_name_of_the_series_is_no_topic() -> None:
    clue = Clue("12. Forum | Lindentaler Gespräch am Anger", "title")
    named = read_clues([clue], series=["Lindentaler Gespräch am Anger"])
    assert [r.value for r in named if r.field == "topic"] == []


def test_two_sittings_that_share_a_page_keep_both_days() -> None:
    said = "9. und 10. Sitzung des Beirates am 19.10.2017 und 16.11.2017"
    resolved = resolve(read_clues([Clue(said, "heading")]), kind="session")
    assert resolved.sessions == (9, 10)
    assert (resolved.held_on, resolved.held_until) == (date(2017, 10, 19), None)
    assert resolved.also_on == (date(2017, 11, 16),)


def test_one_sitting_has_one_day_though_its_line_names_two() -> None:
    said = "9. Sitzung des Beirates am 19.10.2017, vertagt auf den 16.11.2017"
    assert resolve(read_clues([Clue(said, "heading")]), kind="session").also_on == ()


def test_the_day_under_a_title_is_when_news_are_published_and_when_sittings_are_held() -> None:
    news = [Clue("Neue Bänke", "heading"), Clue("Neue Bänke\n2. Mai 2012\nEndlich.", "first_lines")]
    assert resolve(read_clues(news), kind="other").published_on == date(2012, 5, 2)
    sitting = [
        Clue("12. Forum", "heading"),
        Clue("12. Forum\n2. Mai 2012\nEndlich.", "first_lines"),
    ]
    resolved = resolve(read_clues(sitting), kind="session")
    assert (resolved.held_on, resolved.published_on) == (date(2012, 5, 2), None)


def test_an_invitation_s_letter_head_is_not_the_sitting_s_day() -> None:
    letter = (
        "Stadt Lindental\n1. Januar 2010\nEinladung\nwir laden ein zum 19. Stadtteilforum\n"
        "am Dienstag, 19. Januar 2010, um 18.00 Uhr"
    )
    resolved = resolve(read_clues([Clue(letter, "first_lines")]), kind="file")
    assert (resolved.sessions, resolved.held_on) == ((19,), date(2010, 1, 19))
    assert resolved.published_on == date(2010, 1, 1)


def test_the_way_to_a_neighbour_is_no_contradiction() -> None:
    clues = [
        Clue("22. Forum", "heading"),
        Clue("22. Forum\nWie beim 20. Forum angekündigt:\nZum 21. Forum", "first_lines"),
    ]
    resolved = resolve(read_clues(clues), kind="session")
    assert (resolved.sessions, resolved.conflicts) == ((22,), ())


def test_forms_of_minutes_are_read_by_their_fields() -> None:
    swiss = (
        "Ober-Auenfeld, 3. Februar 2005/ST\n"
        "Protokoll Forum Quartierkommission Nr. 118 vom 10. Januar 2005, 17.30 Uhr\n"
        "Traktanden: 1. Protokoll Quartierkommission Nr. 117 vom 8. Dezember 2004"
    )
    resolved = resolve(read_clues([Clue(swiss, "first_lines")]), kind="file")
    assert (resolved.sessions, resolved.held_on) == ((118,), date(2005, 1, 10))
    assert (resolved.published_on, resolved.conflicts) == (date(2005, 2, 3), ())
    austrian = (
        "Protokoll über die Sitzung der Bezirksvertretung des 24. Bezirks\n"
        "Datum / Uhrzeit: Mittwoch, 14. März 2018, 16:00 Uhr\nOrt der Sitzung: 24., Amtshaus"
    )
    resolved = resolve(read_clues([Clue(austrian, "first_lines")]), kind="file")
    assert (resolved.sessions, resolved.held_on) == ((), date(2018, 3, 14))
    assert resolved.topics == ()


def test_six_digits_of_a_file_s_name_contradict_no_day_they_can_mean() -> None:
    clues = [
        Clue("13. Runde am 13. September 2017", "first_lines"),
        Clue("Doku_130917.pdf", "file_name"),
    ]
    resolved = resolve(read_clues(clues), kind="file")
    assert (resolved.held_on, resolved.conflicts) == (date(2017, 9, 13), ())


def test_what_was_heard_at_a_sitting_is_not_what_its_file_is() -> None:
    text = "3. Forum Lindental: Wohnen\n06.10.2010, 18 Uhr\nBericht aus der Verwaltung"
    clues = [Clue(text, "first_lines"), Clue("Dokumentation", "link_text", LIST)]
    assert resolve(read_clues(clues), kind="file").role == "documentation"
    assert resolve(read_clues(clues[:1]), kind="file").role == "report"


def said_of_dates(text: str) -> list[tuple[str, str]]:
    readings = read_clues([Clue(text, "first_lines")])
    return [(one.evidence.raw, one.about) for one in readings if one.field == "date"]


def test_days_of_the_next_sitting_of_others_decisions_and_of_rules_are_not_the_sitting_s() -> None:
    assert said_of_dates("Protokoll vom 04.02.14\nTermine\n1.4.2014 nächste Runde") == [
        ("04.02.14", "sitting"),
        ("1.4.2014", "previous"),
    ]
    assert said_of_dates("Darüber hatte der Bauausschuss am 14.08.2017 beraten.") == [
        ("14.08.2017", "other")
    ]
    assert said_of_dates("In der 3. Sitzung am 14.08.2017 beraten wir weiter.") == [
        ("14.08.2017", "sitting")
    ]
    rules = "Geschäftsordnung für die Beiräte der Stadt\nLindental\nvom 14. September 2011"
    assert said_of_dates(rules) == [("14. September 2011", "other")]


def test_minutes_named_by_their_day_alone_are_surer_than_a_day_in_running_text() -> None:
    text = "Runde Lindental\nProtokoll vom 04.02.14\nAm 3.4.2014 wird gepflanzt und gefeiert."
    assert resolve(read_clues([Clue(text, "first_lines")])).held_on == date(2014, 2, 4)


def test_the_letter_s_day_behind_a_telephone_s_number_is_not_the_sitting_s() -> None:
    head = "Bearbeiterin: Frau Gast Telefon: 24-318 Lindental, den 24.05.2013"
    assert said_of_dates(head) == [("24.05.2013", "published")]
    assert said_of_dates("Sitzung im Bürgerhaus, den 24.05.2013") == [("24.05.2013", "sitting")]


def topics_of(text: str) -> list[object]:
    return [one.value for one in read_clues([Clue(text, "first_lines")]) if one.field == "topic"]


def test_long_paragraphs_below_hide_no_topic_above() -> None:
    prose = "Die Wege am Ufer wurden lange besprochen, und viele fragten nach. " * 70
    assert topics_of(f"3. Forum Lindental: Leise Straßen\n06.10.2010\n{prose}") == ["Leise Straßen"]


def test_a_place_with_a_saint_and_who_was_there_are_no_topics() -> None:
    assert topics_of("7. Forum\nMittwoch, 21. September 2011, Gemeindesaal St. Kilian") == []
    assert topics_of("Protokoll vom 01.09.15\nAnwesend: 25 Leute, Moderation Frau Gast") == []
    assert not [r for r in read_clues([Clue("NI öff.", "link_text")]) if r.field == "topic"]
    assert topics_of("Quartiersmanagement Lindental\n25. Forum\nMittwoch, 13. September 2017") == []


def test_a_day_within_the_month_that_a_heading_names_is_meant() -> None:
    clues = [
        Clue("Runde im September 2018", "heading"),
        Clue("Bei der 23. Runde am 04.09.2018 ging es hoch her.", "first_lines"),
    ]
    resolved = resolve(read_clues(clues), kind="session")
    assert (resolved.held_on, resolved.date_precision) == (date(2018, 9, 4), "day")


def test_the_field_of_a_form_counts_the_sitting_behind_the_body_s_short_name() -> None:
    form = "Gremium:\tOrtsbeirat\nSitzungsnummer:\tOBR NL/034/2016\nSitzungstermin:\tDi, 15.03.2016"
    resolved = resolve(read_clues([Clue(form, "first_lines")]), kind="file")
    assert (resolved.sessions, resolved.held_on) == ((34,), date(2016, 3, 15))


def test_minutes_are_minutes_whatever_lines_below_say_of_others() -> None:
    text = "Protokoll vom 06.02.18\nAnwesend: 12 Leute\nProtokoll der letzten Runde ist in Ordnung"
    assert resolve(read_clues([Clue(text, "first_lines")]), kind="file").role == "minutes"
    broken = "Das Protokoll der letzten Runde\nwird genehmigt."
    assert resolve(read_clues([Clue(broken, "first_lines")]), kind="file").role is None


def test_a_council_s_system_counts_the_sitting_in_its_own_name_for_it() -> None:
    lines = "Sitzung:\nOR/012/2015\nGremium:\nOrtschaftsrat Lindental\nDatum:\n10.02.2015"
    title = Clue("Sitzung des Ortschaftsrates Lindental - 10.02.2015 - 19:00 Uhr", "heading")
    resolved = resolve(read_clues([title, Clue(lines, "first_lines")]), kind="session")
    assert (resolved.sessions, resolved.held_on) == ((12,), date(2015, 2, 10))
