"""What is missing: told once each, however often it is met."""

from archiver.corpus.links import DeadLink
from archiver.jobs.ledger import DeadTarget, dead_targets
from tests.conftest import Archiver

MENU = "http://forum.example/suche"
FILE = "http://forum.example/28.pdf"


def page(number: int) -> str:
    return f"http://forum.example/{number}.html"


def test_a_menus_dead_link_is_told_once_with_the_number_of_pages_that_have_it() -> None:
    links = [DeadLink(page(number), MENU, "Suche", 404, "HTTP 404") for number in (1, 2, 2, 3)]
    links.insert(1, DeadLink(page(1), FILE, "Protokoll", None, "no answer"))
    assert dead_targets("forum", links) == [
        DeadTarget(
            "forum",
            MENU,
            "HTTP 404; linked from 3 pages, first http://forum.example/1.html",
            (page(1), page(2), page(3)),
        ),
        DeadTarget("forum", FILE, "no answer; linked from http://forum.example/1.html", (page(1),)),
    ]


def test_check_shows_each_dead_target_on_one_line(sample_forum: Archiver) -> None:
    dead = sample_forum("check", "--json").json["dead_links"]
    urls = [gap["where"] for gap in dead]
    assert len(urls) == len(set(urls)) > 0
    out = sample_forum("check").out
    assert f"links to what is gone: {len(urls)}\n" in out
    for gap in dead:
        assert len(set(gap["linked_from"])) == len(gap["linked_from"]) > 0
        assert f"  {gap['where']}  {gap['what']}\n" in out
