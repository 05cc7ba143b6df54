"""What an answer to the request for robots.txt means, and for how long."""

import codecs

import pytest

from archiver.crawl.robots import (
    RobotsAnswer,
    RobotsRules,
    after_answer,
    has_last_good,
    is_closed,
    must_fetch,
)
from archiver.model import HostRecord

DAY = 86_400.0
AGENT = "forum-archiver/0.1 (+http://forum.example/)"
FRESH = HostRecord("http://forum.example:80")
GOOD = after_answer(FRESH, RobotsAnswer(200, b"User-agent: *\nDisallow: /a\n"), 0.0, AGENT).host


@pytest.mark.parametrize(
    ("answer", "state", "closed"),
    [
        (RobotsAnswer(200, b""), "ok", False),
        (RobotsAnswer(204), "ok", False),
        (RobotsAnswer(404), "allow_all", False),
        (RobotsAnswer(410), "allow_all", False),
        (RobotsAnswer(401), "allow_all", False),
        (RobotsAnswer(403), "allow_all", False),
        (RobotsAnswer(404, is_lost=True), "allow_all", False),
        (RobotsAnswer(429), "unreachable", True),
        (RobotsAnswer(500), "unreachable", True),
        (RobotsAnswer(503), "unreachable", True),
        (RobotsAnswer(None, detail="no answer in time"), "unreachable", True),
    ],
)
def test_what_an_answer_means(answer, state, closed):
    host = after_answer(FRESH, answer, 0.0, AGENT).host
    assert host.robots_state == state
    assert is_closed(host, 0.0) is closed


def test_a_good_copy_is_asked_for_again_after_a_day():
    assert not must_fetch(GOOD, DAY - 1)
    assert must_fetch(GOOD, DAY)


def test_a_copy_from_the_future_is_asked_for_again():
    assert must_fetch(GOOD, -2 * DAY)


@pytest.mark.parametrize(("days", "holds"), [(1, True), (29, True), (31, False)])
def test_the_last_good_copy_holds_for_thirty_days(days, holds):
    host = after_answer(GOOD, RobotsAnswer(500), days * DAY, AGENT).host
    assert has_last_good(host, days * DAY) is holds
    assert is_closed(host, days * DAY) is not holds
    assert RobotsRules(host.robots_body, AGENT).forbids("http://forum.example/a")


def test_pauses_grow_and_a_good_answer_ends_them():
    host, waits = FRESH, []
    for _ in range(8):
        outcome = after_answer(host, RobotsAnswer(503), 0.0, AGENT)
        host = outcome.host
        waits.append(outcome.retry_in_s)
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert after_answer(host, RobotsAnswer(404), 0.0, AGENT).host.errors == 0


def test_a_retry_after_is_kept():
    assert after_answer(FRESH, RobotsAnswer(503, retry_after="900"), 0.0, AGENT).retry_in_s == 900


def test_after_a_network_error_the_next_run_asks_at_once():
    host = after_answer(FRESH, RobotsAnswer(None, detail="no answer in time"), 5.0, AGENT).host
    assert must_fetch(host, 5.0)


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_door_is_worth_a_warning(status):
    (note,) = after_answer(FRESH, RobotsAnswer(status), 0.0, AGENT).notes
    assert note == ("robots_warning", f"robots.txt answers {status}; everything is allowed")


@pytest.mark.parametrize(
    ("delay", "kept", "notes"),
    [(b"3", 3.0, 0), (b"86400", 30.0, 1), (b"-1", None, 0), (b"x", None, 0)],
)
def test_crawl_delay_is_honoured_up_to_thirty_seconds(delay, kept, notes):
    body = b"User-agent: *\nCrawl-delay: " + delay
    outcome = after_answer(FRESH, RobotsAnswer(200, body), 0.0, AGENT)
    assert outcome.host.crawl_delay_s == kept
    assert len(outcome.notes) == notes


@pytest.mark.parametrize(
    ("body", "forbidden"),
    [
        (b"User-agent: *\nDisallow: /a", True),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /a", True),
        ("User-agent: *\r\nDisallow: /a".encode("utf-16"), True),
        (codecs.BOM_UTF16_BE + "User-agent: *\nDisallow: /b".encode("utf-16-be"), False),
        (b"User-agent: *\r\nDisallow: /\r\nAllow: /a\r\n", False),
        (b"User-agent: *\rDisallow: /a\r", True),
        (b"User-agent: other\nDisallow: /", False),
        (b"User-agent: Forum-Archiver\nDisallow: /a\n\nUser-agent: *\nAllow: /", True),
        (b"User-agent: forum-archiver\nAllow: /\n\nUser-agent: *\nDisallow: /", False),
        (b"User-agent: *\nDisallow: /*.pdf$\nDisallow: /A", False),
        (b"User-agent: *\nDisallow:", False),
        (b"<html><body>Disallow: /a</body></html>", False),
        (bytes(range(256)), False),
        (b"User-agent: *\nDisallow: /a\xff\xfe", False),
        (b"#" * 500 * 1024 + b"\nUser-agent: *\nDisallow: /", False),
        (b"", False),
        (None, False),
    ],
)
def test_what_is_forbidden(body, forbidden):
    assert RobotsRules(body, AGENT).forbids("http://forum.example/a") is forbidden


def test_only_the_first_500_kib_count():
    body = b"User-agent: *\nDisallow: /a\n" + b"# filler\n" * 1_200_000
    host = after_answer(FRESH, RobotsAnswer(200, body), 0.0, AGENT).host
    assert len(host.robots_body or b"") == 500 * 1024
    assert RobotsRules(host.robots_body, AGENT).forbids("http://forum.example/a")
