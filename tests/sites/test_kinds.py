"""The kind of a web page is guessed from its words, its URL and its links."""

import pytest

from archiver.model import Reading
from archiver.sites.kinds import guess_kind
from archiver.sites.readers import Clue, read_clues

SITTINGS = ["1. Forum, 3.5.2011", "2. Forum, 7.6.2011", "3. Forum, 5.7.2011", "4. Forum, 6.9.2011"]


@pytest.mark.parametrize(
    ("url", "title", "headings", "links", "kind"),
    [
        ("/archiv/12.html", "12. Forum", ["12. Forum"], ["Protokoll"], "session"),
        ("/a.php?id=4", "Runde", ["Bürgerrunde am 26. Februar 2015"], [], "session"),
        ("/a.php?id=5", "Forum", ["Konstituierende Sitzung des Forums"], [], "session"),
        ("/12.html", "12. Forum", ["12. Forum"], SITTINGS, "session"),
        ("/archiv/", "Archiv", ["Archiv der Sitzungen"], SITTINGS, "overview"),
        ("/chronik.html", "Chronik", ["Was bisher geschah"], SITTINGS, "overview"),
        ("/protokolle/", "Protokolle", ["Protokolle"], ["Protokoll 3. Sitzung"], "overview"),
        ("/themen/verkehr.html", "Verkehr", ["Verkehr"], SITTINGS, "topic"),
        ("/v.html", "Verkehr", ["Verkehr", "Sitzungen zu diesem Thema"], SITTINGS, "topic"),
        ("/themen/", "Themen", ["Themen"], ["Verkehr", "Kultur"], "other"),
        ("/", "Startseite", ["Willkommen"], SITTINGS, "other"),
        ("/ag/gruen.html", "AG Grün", ["AG Grün"], SITTINGS, "other"),
        ("/impressum.html", "Impressum", ["Impressum"], [], "other"),
        ("/aktuelles/5.html", "Neue Bänke", ["Neue Bänke am Anger"], [], "other"),
        (
            "/aktuelles/2014-heft.html",
            "Auenblatt Heft 5/2014 erschienen",
            ["Auenblatt Heft 5/2014 erschienen"],
            [],
            "other",
        ),
    ],
)
def test_a_page_is_of_its_kind(
    url: str, title: str, headings: list[str], links: list[str], kind: str
) -> None:
    clues = [Clue(title, "title"), *(Clue(heading, "heading") for heading in headings)]
    guessed, evidence = guess_kind(clues, links, url=f"https://forum.example{url}")
    assert guessed == kind
    assert evidence.rule


def test_a_long_page_whose_headings_are_sittings_is_an_overview() -> None:
    headings = ["Archiv", "1. Forum am 3.5.2011", "2. Forum am 7.6.2011", "3. Forum am 5.7.2011"]
    clues = [Clue("Forum Lindental", "title"), *(Clue(one, "heading") for one in headings)]
    assert guess_kind(clues, ["Einladung"], url="http://forum.example/")[0] == "overview"


def test_a_sitting_s_page_with_teasers_of_others_is_its_own() -> None:
    headings = ["9. Forum", "1. Forum am 3.5.2011", "2. Forum am 7.6.2011", "3. Forum"]
    clues = [Clue(one, "heading") for one in headings]
    assert guess_kind(clues)[0] == "session"


def test_a_list_of_papers_of_several_sittings_is_an_overview() -> None:
    clues = [Clue("Dorfrat", "title"), Clue("Dorfrat", "heading")]
    rows = [("PDF", f"{number}. Sitzung, {number}.5.2011: Wege PDF") for number in (1, 2, 3)]
    assert guess_kind(clues, ["PDF"] * 3, entries=rows)[0] == "overview"
    assert guess_kind(clues, ["PDF"] * 3, entries=rows[:2])[0] == "other"
    bare = [("Mehr", context) for _, context in rows]
    assert guess_kind(clues, ["Mehr"] * 3, entries=bare)[0] == "other"
    plural = [Clue("Sitzungen", "title")]
    assert guess_kind(plural, ["Mehr"] * 3, entries=bare)[0] == "overview"


def below(text: str) -> tuple[Reading, ...]:
    return read_clues([Clue(text, "first_lines")])


@pytest.mark.parametrize(
    ("title", "lines", "kind"),
    [
        ("Ortsrat Lindental", "Protokoll\n3. Sitzung am 22.01.2004\nThema: Wege", "session"),
        ("Tagesordnung Sitzung", "Gremium: Beirat\nDatum: Mittwoch, 07.01.2015", "session"),
        ("Sitzungskalender", "Mi 07.01.2015 Beirat\nMi 04.02.2015 Beirat", "other"),
        ("Neue Bänke", "Wie im 3. Forum am 4.5.2013 beschlossen, wird gebaut.", "other"),
        ("Kontakt", "3. Sitzung am 22.01.2004", "other"),
    ],
)
def test_a_page_whose_headings_say_nothing_is_known_by_its_first_lines(
    title: str, lines: str, kind: str
) -> None:
    assert guess_kind([Clue(title, "title")], [], below=below(lines))[0] == kind


def test_links_of_every_page_s_menu_make_no_page_an_overview() -> None:
    clues = [Clue("Protokoll der Runde vom 1. April", "heading")]
    assert guess_kind(clues, SITTINGS)[0] == "overview"
    assert guess_kind(clues, SITTINGS, menus=SITTINGS[:2])[0] == "session"
    overview = [Clue("Archiv der Sitzungen", "heading")]
    assert guess_kind(overview, SITTINGS, menus=SITTINGS)[0] == "overview"


def test_a_heading_that_leads_to_another_page_names_that_one() -> None:
    headings = ["Schlagwort: Wege", "5. Forum: Leise Straßen", "7. Forum: Radwege"]
    clues = [Clue(heading, "heading") for heading in headings]
    assert guess_kind(clues[:2], headings[1:2])[0] == "session"
    assert guess_kind(clues[:2], headings[1:2], linked_headings=headings[1:2])[0] == "other"
    assert guess_kind(clues, headings[1:], linked_headings=headings[1:])[0] == "overview"


def test_a_teaser_below_a_welcome_makes_the_start_page_no_sitting() -> None:
    clues = [Clue("Willkommen in Lindental", "heading"), Clue("9. Forum am 3.5.2011", "heading")]
    assert guess_kind(clues, url="http://forum.example/")[0] == "other"


def test_a_page_of_a_content_management_system_is_no_start_page() -> None:
    told = below("8. Forum am 14.03.2012, 18.30 Uhr, Aula\nViele kamen.")
    clues = [Clue("Leise Straßen", "heading")]
    url = "http://forum.example/index.php"
    assert guess_kind(clues, url=f"{url}?id=47", below=told)[0] == "session"
    assert guess_kind(clues, url=url, below=told)[0] == "other"


@pytest.mark.parametrize(
    ("lines", "link", "kind"),
    [
        ("Bei der 3. Runde am 03.06.2014 ging es hoch her.", "Hier das ganze Protokoll", "session"),
        ("Bei der 3. Runde am 03.06.2014 ging es hoch her.", "Download", "session"),
        ("Bei der 3. Runde am 03.06.2014 ging es hoch her.", "Lageplan", "other"),
        ("Bei der 3. Runde am 03.06.2014 und der 4. am 1. Juli 2014.", "Protokoll", "other"),
    ],
)
def test_a_post_that_hands_out_minutes_and_names_number_and_day_is_a_sitting_s_page(
    lines: str, link: str, kind: str
) -> None:
    assert guess_kind([Clue("Sommerfest", "heading")], [link], below=below(lines))[0] == kind


def test_a_title_that_names_a_sitting_without_its_number_needs_no_minutes() -> None:
    told = below("Bei der 23. Stadtteilrunde am 04.09.2018 ging es hoch her.")
    title = [Clue("Stadtteilrunde im September", "heading")]
    assert guess_kind(title, below=told)[0] == "session"
