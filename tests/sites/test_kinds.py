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
