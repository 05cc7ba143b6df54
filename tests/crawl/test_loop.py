"""The whole loop against a scripted site and a clock that only sleeping moves."""

import gzip
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from archiver.crawl import SiteCrawl, crawl_many
from archiver.errors import ConfigError, StorageError
from archiver.model import Capture, LinkReading, Recording
from archiver.sites.profile import PageRule
from tests.crawl.world import (
    HOME,
    MISSING,
    Answer,
    MemoryStore,
    World,
    fails,
    moved,
    page,
    site,
    tagged,
)

ROBOTS = HOME + "robots.txt"
SITEMAP = HOME + "sitemap.xml"
A, B, C = HOME + "a", HOME + "b", HOME + "c"


def robots(text: str) -> Answer:
    return Answer(body=text.encode(), headers=(("content-type", "text/plain"),))


def sitemap(*urls: str, index: bool = False) -> bytes:
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    entries = "".join(f"<{inner}><loc>{url}</loc></{inner}>" for url in urls)
    return f'<?xml version="1.0"?><{outer}>{entries}</{outer}>'.encode()


def pages_asked(world: World) -> list[str]:
    return [url for url in world.fetch.asked if url not in {ROBOTS, SITEMAP}]


class TestOneRun:
    def test_every_page_is_fetched_once_and_the_run_is_finished(self):
        world = World({HOME: page("/a", "/b"), A: page("/b", "/"), B: page("/a#part")})
        report = world.crawl()
        assert (report.state, report.reason) == ("finished", None)
        assert world.fetch.asked == [ROBOTS, HOME, SITEMAP, A, B]
        assert report.counts.new == 3
        assert report.counts.requests == 5
        assert world.store.finished == ("finished", None)
        assert sorted(c.url for c in world.store.captures) == sorted(world.fetch.asked)

    def test_links_and_media_type_are_recorded_with_the_page(self):
        world = World({HOME: page("/a")})
        world.crawl()
        capture = next(c for c in world.store.captures if c.url == HOME)
        assert capture.media_type == "text/html"
        assert [link.url for link in world.store.links[capture.capture_id]] == [A]

    def test_a_site_without_seeds_is_a_wrong_profile(self):
        world = World({}, profile=replace(site(), seeds=()))
        with pytest.raises(ConfigError, match="has no seeds"):
            world.crawl()

    def test_pages_of_sittings_come_before_other_pages(self):
        profile = replace(site(), pages={"session": PageRule(url="/sitzung-")})
        script = {HOME: page("/a", "/sitzung-2"), A: page(), HOME + "sitzung-2": page()}
        world = World(script, profile=profile)
        world.crawl()
        assert pages_asked(world) == [HOME, HOME + "sitzung-2", A]
        assert world.row(HOME + "sitzung-2").role == "session"

    def test_progress_is_told(self):
        world = World({HOME: page("/a"), A: page()})
        seen: list[int] = []
        world.around = replace(world.around, on_progress=lambda p: seen.append(p.counts.new))
        world.crawl()
        assert seen[-1] == 2

    def test_an_unreadable_page_is_kept_and_noted(self):
        broken = Answer(
            body=b"no gzip", headers=(("content-type", "text/html"), ("content-encoding", "gzip"))
        )
        world = World({HOME: page("/a"), A: broken})
        assert world.crawl().state == "finished"
        assert world.row(A).state == "idle"
        assert world.store.notes("parse_error")[0].startswith("links not read: broken compression")

    def test_a_compressed_page_is_read(self):
        packed = Answer(
            body=gzip.compress(page("/b").body),
            headers=(("content-type", "text/html"), ("content-encoding", "gzip")),
        )
        world = World({HOME: page("/a"), A: packed, B: page()})
        world.crawl()
        assert B in world.fetch.asked

    def test_a_compressed_page_that_breaks_off_is_read_so_far(self):
        packed = gzip.compress(page("/a").body + bytes(range(256)) * 400)
        headers = (("content-type", "text/html"), ("content-encoding", "gzip"))
        world = World({HOME: Answer(body=packed[:-10], headers=headers), A: page()})
        assert world.crawl().state == "finished"
        assert pages_asked(world) == [HOME, A]

    def test_what_a_pdf_links_is_asked_for_and_the_pdf_keeps_its_type(self):
        body = b"%PDF-1.4\n" + page("/b").body
        pdf = Answer(body=body, headers=(("content-type", "text/html"),))
        world = World({HOME: page("/a.pdf"), HOME + "a.pdf": pdf, B: page()})
        world.crawl()
        capture = next(c for c in world.store.captures if c.url.endswith(".pdf"))
        assert capture.media_type == "application/pdf"
        assert [link.url for link in world.store.links[capture.capture_id]] == [B]
        assert B in world.fetch.asked

    @pytest.mark.parametrize(
        ("reading", "media_type"),
        [
            (LinkReading(failure="crashed"), "application/pdf"),
            (LinkReading(media_type="message/rfc822"), "message/rfc822"),
        ],
    )
    def test_the_reader_knows_best_what_holds_the_sign_of_a_pdf(self, reading, media_type):
        answer = Answer(body=b"%PDF-1.4", headers=(("content-type", "text/plain"),))
        world = World({HOME: answer})
        world.around = replace(world.around, read_links=lambda *_: reading)
        world.crawl()
        (capture,) = (c for c in world.store.captures if c.url == HOME)
        assert capture.media_type == media_type

    def test_a_pdf_on_another_host_leads_no_further(self):
        file = "http://files.example/minutes.pdf"
        pdf = Answer(body=b"%PDF-1.4\n" + page("http://files.example/plan.pdf").body)
        world = World({HOME: page(file), file: pdf})
        world.crawl()
        assert "http://files.example/plan.pdf" not in world.fetch.asked


class TestScope:
    def test_other_hosts_are_out_with_a_reason(self):
        world = World({HOME: page("http://elsewhere.example/x")})
        world.crawl()
        row = world.row("http://elsewhere.example/x")
        assert (row.state, row.exclude_reason) == ("excluded", "another host: elsewhere.example")

    def test_a_linked_file_on_another_host_is_one_hop_and_no_more(self):
        file = "http://files.example/minutes.pdf"
        world = World({HOME: page(file), file: page("/further", "/other.pdf")})
        report = world.crawl()
        assert file in world.fetch.asked
        assert "http://files.example/further" not in world.fetch.asked
        assert "http://files.example/other.pdf" not in world.fetch.asked
        assert "http://files.example/robots.txt" in world.fetch.asked
        assert report.state == "finished"

    def test_linked_files_can_be_switched_off(self):
        file = "http://files.example/minutes.pdf"
        world = World({HOME: page(file)}, profile=site(linked_files=False))
        world.crawl()
        assert world.row(file).state == "excluded"

    def test_patterns_decide_within_the_host(self):
        profile = site(HOME + "forum/", include=("/forum/",), exclude=("/forum/intern",))
        script = {HOME + "forum/": page("/a", "/forum/b", "/forum/intern", "/papers/x.pdf")}
        world = World(script, profile=profile)
        world.crawl()
        assert world.row(A).exclude_reason == "no include pattern matches"
        assert world.row(HOME + "forum/intern").exclude_reason == "exclude pattern '/forum/intern'"
        assert HOME + "forum/b" in world.fetch.asked
        assert HOME + "papers/x.pdf" in world.fetch.asked

    def test_ever_deeper_paths_end(self):
        world = World({HOME: page("/x/")})
        for depth in range(1, 9):
            path = HOME + "x/" * depth
            world.script[path] = page("x/", *(["x/x/"] if depth == 1 else []))
        report = world.crawl()
        assert HOME + "x/x/x/" in world.fetch.asked
        assert HOME + "x/x/x/x/" not in world.fetch.asked
        assert report.state == "finished"
        assert "repeats 'x' more than 3 times" in world.store.notes("trap")[0]

    def test_query_variants_of_one_path_end(self):
        world = World({HOME: page(*(f"/calendar?day={n}" for n in range(300)))})
        world.crawl()
        asked = [url for url in world.fetch.asked if "calendar" in url]
        assert len(asked) == 200
        assert world.store.counts_by_state()["excluded"] == 100

    def test_a_limit_of_urls_ends_discovery(self):
        world = World({HOME: page(*(f"/p{n}" for n in range(50)))}, profile=site(max_urls=10))
        report = world.crawl()
        assert report.state == "limit"
        assert report.reason == "10 URLs known (scope.max_urls); further ones left out"
        counts = world.store.counts_by_state()
        assert sum(counts.values()) <= 12

    def test_a_limit_of_bytes_ends_the_run(self):
        script = {HOME: page(*(f"/p{n}" for n in range(300)))}
        script |= {f"{HOME}p{n}": page(text="x" * 1000) for n in range(300)}
        world = World(script, profile=site(max_bytes=100_000))
        report = world.crawl()
        assert report.state == "limit"
        assert report.waiting > 0

    def test_a_profile_that_narrows_is_obeyed_for_what_was_queued_before(self):
        world = World({HOME: page("/a", "/b"), A: [fails("timeout"), page()], B: page()})
        world.crawl(patience_s=0.1)
        assert world.row(A).state == "queued"
        world.profile = site(exclude=("/a",))
        world.later(hours=1)
        world.crawl()
        assert world.row(A).state == "excluded"


class TestRobots:
    def test_what_robots_forbids_is_not_asked(self):
        script = {
            ROBOTS: robots("User-agent: *\nDisallow: /a\n"),
            HOME: page("/a", "/b"),
            B: page(),
        }
        world = World(script)
        report = world.crawl()
        assert A not in world.fetch.asked
        assert report.counts.refused_by_robots == 1
        assert world.row(A).exclude_reason == "robots.txt forbids it"
        assert report.state == "finished"

    def test_what_robots_allows_later_is_fetched_then(self):
        script = {ROBOTS: robots("User-agent: *\nDisallow: /a\n"), HOME: page("/a"), A: page()}
        world = World(script)
        world.crawl()
        script[ROBOTS] = robots("")
        world.later(days=2)
        world.crawl()
        assert A in world.fetch.asked

    def test_a_seed_that_robots_forbids_fails_the_run_with_the_reason(self):
        world = World({ROBOTS: robots("User-agent: *\nDisallow: /\n"), HOME: page()})
        report = world.crawl()
        assert (report.state, report.reason) == (
            "failed",
            "seed http://forum.example/: robots.txt forbids it",
        )

    def test_it_is_asked_once_a_day(self):
        world = World({HOME: page()})
        world.crawl()
        world.later(hours=23)
        world.crawl()
        assert ROBOTS not in world.fetch.asked
        world.later(hours=2)
        world.crawl()
        assert ROBOTS in world.fetch.asked

    def test_unreachable_robots_close_the_host_and_the_run_says_so(self):
        world = World({ROBOTS: Answer(status=503), HOME: page()})
        report = world.crawl()
        assert report.state == "failed"
        assert report.reason == (
            "http://forum.example:80: robots.txt answers 503; the host is closed for now"
        )
        assert world.fetch.asked == [ROBOTS]
        assert world.row(HOME).state == "queued"

    def test_the_closure_outlasts_a_restart(self):
        world = World({ROBOTS: [Answer(status=503), robots("")], HOME: page()})
        world.crawl()
        assert world.crawl().state == "failed"
        assert world.fetch.asked == []
        world.later(seconds=61)
        assert world.crawl().state == "finished"

    def test_an_answer_that_cannot_be_given_to_robots_is_told_as_it_came(self):
        world = World({ROBOTS: Answer(status=304), HOME: page()})
        assert world.crawl().reason == (
            "http://forum.example:80: robots.txt answers 304; the host is closed for now"
        )

    def test_rules_that_cannot_be_read_close_the_host_with_the_reason(self):
        packed = Answer(body=b"\x1f\x9drules", headers=(("content-encoding", "compress"),))
        world = World({ROBOTS: packed, HOME: page()})
        report = world.crawl()
        assert HOME not in world.fetch.asked
        assert report.reason == (
            "http://forum.example:80: robots.txt: content coding 'compress' cannot be read; "
            "the host is closed for now"
        )

    def test_unreachable_robots_are_asked_again_with_growing_pauses(self):
        script = {ROBOTS: [Answer(status=503)] * 3 + [robots("")], HOME: page()}
        world = World(script)
        assert world.crawl(first_patience_s=1000.0).state == "finished"
        requests = zip(world.fetch.asked, world.fetch.asked_at, strict=True)
        asked = [at for url, at in requests if url == ROBOTS]
        pauses = [round(b - a) for a, b in pairwise(asked)]
        assert pauses == [60, 120, 240]

    def test_the_last_good_copy_holds_while_unreachable(self):
        script = {
            ROBOTS: [robots("User-agent: *\nDisallow: /a\n"), Answer(status=500)],
            HOME: page("/a", "/b"),
            B: page(),
        }
        world = World(script)
        world.crawl()
        world.later(days=2)
        report = world.crawl()
        assert report.state == "finished"
        assert A not in world.fetch.asked
        assert report.warnings == (
            "http://forum.example:80: robots.txt answers 500; the last good copy holds",
        )

    def test_after_thirty_days_the_copy_is_too_old(self):
        world = World({ROBOTS: [robots(""), Answer(status=500)], HOME: page()})
        world.crawl()
        world.later(days=31)
        assert world.crawl().state == "failed"

    def test_redirects_are_followed_and_each_hop_is_a_capture(self):
        script = {
            ROBOTS: moved("/r1", 301),
            HOME + "r1": moved("/r2"),
            HOME + "r2": robots("User-agent: *\nDisallow: /a\n"),
            HOME: page("/a"),
        }
        world = World(script)
        world.crawl()
        assert A not in world.fetch.asked
        urls = [capture.url for capture in world.store.captures]
        assert urls[:3] == [ROBOTS, HOME + "r1", HOME + "r2"]

    def test_a_circle_of_redirects_allows_everything_with_a_warning(self):
        world = World({ROBOTS: moved("/r1"), HOME + "r1": moved("/robots.txt"), HOME: page()})
        report = world.crawl()
        assert report.state == "finished"
        assert "in circles" in report.warnings[0]

    def test_a_page_that_robots_redirects_to_is_still_crawled_for_its_links(self):
        world = World({ROBOTS: moved("/"), HOME: page("/a"), A: page()})
        world.crawl()
        assert A in world.fetch.asked

    def test_forbidden_robots_allow_everything_with_a_warning(self):
        world = World({ROBOTS: Answer(status=403), HOME: page()})
        report = world.crawl()
        assert report.warnings == (
            "http://forum.example:80: robots.txt answers 403; everything is allowed",
        )

    def test_crawl_delay_is_kept(self):
        script = {
            ROBOTS: robots("User-agent: *\nCrawl-delay: 7\n"),
            HOME: page("/a"),
            A: page(),
        }
        world = World(script)
        world.crawl()
        steps = [b - a for a, b in pairwise(world.fetch.asked_at)]
        assert all(step >= 6.99 for step in steps)


class TestDelay:
    def test_requests_keep_their_distance(self):
        world = World({HOME: page("/a"), A: page()}, profile=site(delay=None))
        world.crawl()
        steps = [b - a for a, b in pairwise(world.fetch.asked_at)]
        assert all(1.99 <= step <= 2.5 for step in steps)
        assert len(steps) == 3

    def test_the_distance_is_kept_across_a_restart(self):
        world = World({HOME: page()}, profile=site(delay=None))
        world.crawl()
        last = world.fetch.asked_at[-1]
        world.crawl()
        assert world.fetch.asked_at[0] - last >= 1.99

    def test_a_clock_set_back_does_not_stop_the_crawl_for_days(self):
        world = World({HOME: page()}, profile=site(delay=None))
        world.crawl()
        world.later(days=-3)
        world.crawl()
        assert sum(world.clock.slept) < 60

    def test_two_hosts_are_asked_side_by_side_but_each_one_at_a_time(self):
        other = "http://other.example/"
        script = {HOME: page("/a", "/b", other), A: page(), B: page()}
        script |= {other: page("/x", "/y"), other + "x": page(), other + "y": page()}
        world = World(script, profile=site(HOME, other))
        world.crawl()
        assert world.fetch.most_under_way == 2


class TestRedirects:
    def test_each_hop_is_a_capture_and_the_target_is_read(self):
        world = World({HOME: page("/a"), A: moved("/b", 301), B: page("/c"), C: page()})
        report = world.crawl()
        assert pages_asked(world) == [HOME, A, B, C]
        assert report.counts.redirected == 1

    def test_a_circle_ends(self):
        world = World({HOME: page("/a"), A: moved("/b"), B: moved("/a")})
        assert world.crawl().state == "finished"
        assert pages_asked(world) == [HOME, A, B]

    def test_an_endless_chain_ends_after_ten(self):
        script = {HOME: page("/r0")} | {f"{HOME}r{n}": moved(f"/r{n + 1}") for n in range(30)}
        world = World(script)
        world.crawl()
        assert HOME + "r10" in world.fetch.asked
        assert HOME + "r11" not in world.fetch.asked
        assert world.row(HOME + "r11").exclude_reason == "more than 10 redirects"

    @pytest.mark.parametrize("session", ["?PHPSESSID=0a1b", ";jsessionid=0A1B"])
    def test_another_spelling_of_the_same_page_is_asked_for(self, session):
        script = {HOME: page("/a"), A: moved(A + session), A + session: page("/b"), B: page()}
        world = World(script)
        report = world.crawl()
        assert pages_asked(world) == [HOME, A, A + session, B]
        assert (report.state, report.counts.new) == ("finished", 3)
        assert [c.status for c in world.store.captures if c.url.startswith(A)] == [302, 200]
        assert world.row(A).last_status == 200

    def test_two_orders_of_parameters_are_one_page(self):
        first, second = HOME + "d?b=2&a=1", HOME + "d?a=1&b=2"
        world = World({HOME: page("/d?b=2&a=1"), first: moved("/d?a=1&b=2"), second: page()})
        assert world.crawl().counts.new == 2
        assert pages_asked(world) == [HOME, first, second]

    def test_spellings_that_lead_to_each_other_end(self):
        other = A + "?PHPSESSID=1"
        world = World({HOME: page("/a"), A: moved(other), other: moved(A)})
        assert world.crawl().state == "finished"
        assert pages_asked(world) == [HOME, A, other]
        assert world.store.notes("trap") == [f"redirects to itself: {A}"]

    def test_a_spelling_that_robots_forbids_is_not_asked(self):
        script = {
            ROBOTS: robots("User-agent: *\nDisallow: /*PHPSESSID\n"),
            HOME: page("/a"),
            A: moved(A + "?PHPSESSID=1"),
        }
        world = World(script)
        world.crawl()
        assert pages_asked(world) == [HOME, A]

    def test_a_seed_that_asks_for_a_cookie_says_so(self):
        headers = (("location", "/"), ("set-cookie", "a=1"))
        report = World({HOME: Answer(status=302, headers=headers)}).crawl()
        assert report.state == "failed"
        assert report.reason == (
            f"seed {HOME}: redirects to itself: {HOME} (with a cookie; none are sent)"
        )

    @pytest.mark.parametrize(
        ("target", "note"),
        [
            ("http://elsewhere.example/", "another host: elsewhere.example"),
            ("ftp://forum.example/x", "not http or https"),
            ("file:///etc/passwd", "not http or https"),
            ("javascript:alert(1)", "not http or https"),
            ("data:text/html,x", "not http or https"),
            ("http://127.0.0.1/", "127.0.0.1 is not a public address"),
            ("http://0x7f.1/", "a number in disguise"),
            ("http://forum.example@10.0.0.1/", "user name in the URL"),
            ("/a", "redirects to itself"),
            ("", "without a Location"),
            ("http://[::1/", "not http or https"),
        ],
    )
    def test_what_is_out_of_scope_is_noted_not_followed(self, target, note):
        world = World({HOME: page("/a"), A: moved(target)})
        assert world.crawl().state == "finished"
        assert pages_asked(world) == [HOME, A]
        assert note in (world.store.notes("out_of_scope") + world.store.notes("trap"))[0]

    def test_a_seed_that_moved_to_another_host_says_where(self):
        world = World({HOME: moved("http://new.example/", 301)})
        report = world.crawl()
        assert report.state == "failed"
        assert report.reason == (
            "seed http://forum.example/: redirects to http://new.example/: "
            "another host: new.example"
        )

    def test_a_seed_that_moved_within_the_site_is_fetched(self):
        world = World(
            {HOME: moved("https://www.forum.example/"), "https://www.forum.example/": page()}
        )
        assert world.crawl().state == "finished"


class TestRetries:
    def test_a_failing_page_waits_its_time_while_others_are_fetched(self):
        world = World({HOME: page("/a", "/b"), A: [Answer(status=500), page()], B: page()})
        report = world.crawl()
        assert pages_asked(world) == [HOME, A, B, A]
        assert (report.state, report.counts.retried) == ("finished", 1)

    def test_after_four_retries_it_is_given_up_for_this_run(self):
        world = World({HOME: page("/a"), A: fails("timeout")})
        report = world.crawl()
        assert pages_asked(world).count(A) == 5
        assert (report.state, report.reason) == ("partial", "1 URL could not be fetched")
        assert world.row(A).state == "idle"

    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
    def test_passing_troubles_are_asked_again(self, status):
        world = World({HOME: page("/a"), A: [Answer(status=status), page()]})
        assert world.crawl().state == "finished"
        assert pages_asked(world).count(A) == 2

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 451])
    def test_plain_refusals_are_not(self, status):
        world = World({HOME: page("/a"), A: Answer(status=status)})
        report = world.crawl()
        assert pages_asked(world).count(A) == 1
        assert (report.state, report.counts.missing) == ("finished", 1)

    def test_an_answer_that_broke_off_is_asked_again(self):
        broken = Answer(body=b"<html>", truncated="disconnect")
        world = World({HOME: page("/a"), A: [broken, page("/b")], B: page()})
        report = world.crawl()
        assert pages_asked(world) == [HOME, A, A, B]
        assert report.counts.truncated == 1

    def test_what_is_too_large_is_kept_and_not_asked_again(self):
        world = World({HOME: page("/a"), A: Answer(body=b"x", truncated="length")})
        assert world.crawl().state == "finished"
        assert pages_asked(world).count(A) == 1
        assert world.row(A).has_whole_payload is False

    @pytest.mark.parametrize(
        ("value", "wait"), [("120", 120), ("10", 60), ("99999", 3600), ("-1", 60), ("soon", 60)]
    )
    def test_too_many_requests_close_the_whole_host(self, value, wait):
        refusal = Answer(status=429, headers=(("retry-after", value),))
        world = World({HOME: page("/a", "/b"), A: [refusal, page()], B: page()})
        world.crawl(patience_s=4000.0)
        at = dict(zip(world.fetch.asked, world.fetch.asked_at, strict=True))
        assert pages_asked(world)[:2] == [HOME, A]
        assert round(at[B] - at[HOME]) == wait

    def test_a_pause_beyond_our_patience_ends_the_run_and_outlasts_it(self):
        refusal = Answer(status=503, headers=(("retry-after", "3000"),))
        world = World({HOME: page("/a", "/b"), A: [refusal, page()], B: page()})
        report = world.crawl()
        assert report.state == "partial"
        assert report.reason == (
            "2 URLs wait for a later run; http://forum.example:80 asks for a pause"
        )
        world.later(minutes=10)
        again = world.crawl()
        assert (again.state, again.reason) == ("failed", "http://forum.example:80 asks for a pause")
        assert world.fetch.asked == []
        world.later(minutes=41)
        assert world.crawl().state == "finished"

    def test_a_host_that_only_fails_is_left_alone(self):
        script = {HOME: page(*(f"/p{n}" for n in range(100)))}
        script |= {f"{HOME}p{n}": fails("connection") for n in range(100)}
        world = World(script)
        report = world.crawl()
        assert len(pages_asked(world)) == 11
        assert report.state == "partial"
        assert "scripted connection, 10 times in a row" in (report.reason or "")


class TestSeeds:
    @pytest.mark.parametrize("kind", ["dns", "refused", "timeout", "tls", "connection"])
    def test_a_seed_that_cannot_be_reached_fails_the_run_with_the_reason(self, kind):
        world = World({ROBOTS: fails(kind), HOME: fails(kind)})
        report = world.crawl()
        assert report.state == "failed"
        assert f"scripted {kind}" in (report.reason or "")

    def test_a_name_that_does_not_resolve_is_told_at_once(self):
        world = World({ROBOTS: fails("dns")})
        report = world.crawl()
        assert report.reason == "seed http://forum.example/: scripted dns"
        assert world.fetch.asked == [ROBOTS]
        assert world.clock.slept == []

    def test_a_seed_of_a_refused_address_is_told(self):
        world = World({ROBOTS: fails("blocked_address")})
        report = world.crawl()
        assert (report.state, report.reason) == (
            "failed",
            "seed http://forum.example/: scripted blocked_address",
        )

    def test_a_private_seed_is_never_asked(self):
        world = World({}, profile=site("http://10.1.2.3/"))
        report = world.crawl()
        assert report.reason == "seed http://10.1.2.3/: 10.1.2.3 is not a public address"
        assert world.fetch.asked == []

    def test_a_seed_that_answers_500_is_told(self):
        world = World({HOME: Answer(status=500)})
        report = world.crawl()
        assert report.state == "failed"
        assert report.reason == "seed http://forum.example/: status 500; given up after 4 retries"

    def test_a_seed_that_is_missing_is_told(self):
        world = World({})
        assert world.crawl().reason == "seed http://forum.example/: answers 404"

    def test_a_seed_that_is_no_web_address_is_told(self):
        world = World({}, profile=site("ftp://forum.example/"))
        report = world.crawl()
        assert (report.state, report.reason) == (
            "failed",
            "seed ftp://forum.example/: is not an http or https URL",
        )

    def test_one_of_two_failing_makes_the_run_partial(self):
        world = World({HOME: page()}, profile=site(HOME, "http://gone.example/"))
        world.script["http://gone.example/robots.txt"] = fails("dns")
        report = world.crawl()
        assert report.state == "partial"
        assert (report.reason or "").startswith("seed http://gone.example/: scripted dns")

    def test_a_seed_that_failed_is_asked_again_by_the_next_run(self):
        world = World({ROBOTS: [fails("dns"), MISSING], HOME: page()})
        world.crawl()
        assert world.crawl().state == "finished"


class TestNextRuns:
    def script(self) -> dict[str, Answer | list[Answer]]:
        return {HOME: tagged("/a"), A: tagged("/b"), B: tagged()}

    def test_an_unchanged_site_is_only_asked_conditionally(self):
        world = World(self.script())
        world.crawl()
        world.later(days=3)
        report = world.crawl(revisit="all")
        assert sorted(world.fetch.conditional) == [HOME, A, B]
        assert (report.counts.new, report.counts.changed, report.counts.unchanged) == (0, 0, 3)

    def test_a_new_link_behind_unchanged_pages_is_found(self):
        script = self.script()
        world = World(script)
        world.crawl()
        script[B] = tagged("/c")
        script[C] = tagged()
        world.later(days=3)
        report = world.crawl()
        assert C in world.fetch.asked
        assert (report.counts.changed, report.counts.new) == (1, 1)

    def test_links_of_an_unchanged_page_are_kept(self):
        world = World(self.script())
        world.crawl()
        world.later(days=3)
        world.crawl()
        newest = [c for c in world.store.captures if c.url == HOME][-1]
        assert newest.status == 304
        assert [link.url for link in world.store.links_of(newest.capture_id)] == [A]

    def test_the_same_payload_without_validators_counts_as_unchanged(self):
        world = World({HOME: page("/a"), A: page()})
        world.crawl()
        report = world.crawl(revisit="all")
        assert (report.counts.unchanged, report.counts.changed) == (2, 0)

    def test_an_unchanged_page_that_gave_no_links_is_read_once_more(self):
        world = World({HOME: page("/a"), A: page("/b"), B: page()})
        reads = world.around.read_links

        def fails_at_a(payload: bytes, content_type: str | None, url: str) -> LinkReading:
            return LinkReading(failure="crashed") if url == A else reads(payload, None, url)

        world.around = replace(world.around, read_links=fails_at_a)
        world.crawl()
        assert B not in world.fetch.asked
        world.around = replace(world.around, read_links=reads)
        report = world.crawl(revisit="all")
        assert pages_asked(world) == [HOME, A, B]
        assert (report.counts.unchanged, report.counts.new) == (2, 1)
        assert world.store.links[world.row(A).last_capture_id][0].url == B

    def test_an_unchanged_page_is_read_anew_every_tenth_time(self):
        world = World({HOME: page("/a"), A: page("/b", "/c")})
        reads, read = world.around.read_links, list[str]()

        def counting(payload: bytes, content_type: str | None, url: str) -> LinkReading:
            read.append(url)
            found = reads(payload, content_type, url)
            return replace(found, links=found.links[: read.count(url)])  # learns a link each time

        world.around = replace(world.around, read_links=counting)
        for _ in range(10):
            world.crawl(revisit="all")
        assert read.count(A) == 2
        assert C in world.fetch.asked
        assert [link.url for link in world.store.links_of(world.row(A).last_capture_id)] == [B, C]

    def test_only_seeds_are_asked_before_a_page_is_due(self):
        world = World(self.script())
        world.crawl()
        world.later(hours=1)
        world.crawl()
        assert pages_asked(world) == [HOME]

    def test_every_tenth_visit_is_unconditional(self):
        world = World({HOME: tagged()})
        conditional = []
        for _ in range(12):
            world.crawl()
            conditional.append(HOME in world.fetch.conditional)
            world.later(days=1)
        assert conditional == [False] + [True] * 8 + [False] + [True] * 2

    def test_a_page_missing_three_runs_in_a_row_is_gone(self):
        world = World({HOME: tagged("/a"), A: [tagged(), MISSING]})
        world.crawl()
        states = []
        for _ in range(3):
            world.later(days=2)
            world.crawl()
            states.append((world.row(A).state, world.row(A).misses))
        assert states == [("idle", 1), ("idle", 2), ("gone", 3)]

    def test_a_page_that_comes_back_starts_anew(self):
        world = World({HOME: tagged("/a"), A: [tagged(), MISSING, tagged()]})
        for _ in range(3):
            world.crawl()
            world.later(days=2)
        assert (world.row(A).state, world.row(A).misses) == ("idle", 0)

    def test_status_410_is_gone_at_once(self):
        world = World({HOME: tagged("/a"), A: [tagged(), Answer(status=410)]})
        world.crawl()
        world.later(days=2)
        report = world.crawl()
        assert (world.row(A).state, report.counts.gone) == ("gone", 1)

    def test_a_relaunched_site_fails_the_run_and_marks_nothing(self):
        names = [f"p{n}" for n in range(10)]
        script = {HOME: tagged(*names)}
        script |= {HOME + name: tagged(text=name) for name in names}
        world = World(script)
        world.crawl()
        script |= {HOME + name: Answer(status=410) for name in names[:5]}
        world.later(days=2)
        report = world.crawl()
        assert report.state == "failed"
        assert report.reason == (
            "5 of 13 known URLs vanished at once: the site seems to have been rebuilt; "
            "nothing was marked as gone"
        )
        assert {world.row(HOME + name).state for name in names} == {"idle"}
        world.later(days=2)
        world.crawl(accept_gone=True)
        assert {world.row(HOME + name).state for name in names[:5]} == {"gone"}

    def test_seeds_are_never_gone(self):
        world = World({HOME: [tagged(), MISSING]})
        for _ in range(5):
            world.crawl()
            world.later(days=1)
        assert world.row(HOME).state == "idle"

    def test_a_host_that_stays_closed_does_not_keep_the_rest_from_being_asked_again(self):
        file = "http://files.example/a.pdf"
        script = self.script() | {"http://files.example/robots.txt": Answer(status=503)}
        script[B] = tagged(file)
        world = World(script)
        world.crawl()
        assert world.row(file).state == "queued"
        report = world.crawl(revisit="all")
        assert report.counts.unchanged == 3


class TestSitemaps:
    def test_pages_of_the_sitemap_are_fetched(self):
        world = World({HOME: page(), SITEMAP: Answer(body=sitemap(A, "http://else.example/"))})
        world.script[A] = page()
        world.crawl()
        assert A in world.fetch.asked
        assert world.row("http://else.example/").state == "excluded"

    def test_sitemaps_named_by_robots_are_followed_through_an_index(self):
        script = {
            ROBOTS: robots(f"Sitemap: {HOME}maps.xml\n"),
            HOME: page(),
            HOME + "maps.xml": Answer(body=sitemap(HOME + "one.xml.gz", index=True)),
            HOME + "one.xml.gz": Answer(body=gzip.compress(sitemap(A))),
            A: page(),
        }
        world = World(script)
        world.crawl()
        assert A in world.fetch.asked
        assert SITEMAP not in world.fetch.asked

    def test_a_sitemap_whose_address_is_none_is_passed_over(self):
        world = World({ROBOTS: robots("Sitemap: http://[::1/maps.xml\n"), HOME: page("/a")})
        world.script[A] = page()
        assert world.crawl().state == "finished"
        assert pages_asked(world) == [HOME, A]

    def test_an_index_that_names_itself_ends(self):
        script = {HOME: page(), SITEMAP: Answer(body=sitemap(SITEMAP, index=True))}
        assert World(script).crawl().state == "finished"

    def test_a_missing_sitemap_is_no_trouble(self):
        report = World({HOME: page()}).crawl()
        assert (report.state, report.counts.missing) == ("finished", 0)

    def test_sitemaps_can_be_switched_off(self):
        world = World({HOME: page()})
        world.crawl(sitemaps=False)
        assert SITEMAP not in world.fetch.asked


class TestStopping:
    def big(self) -> World:
        script = {HOME: page(*(f"/p{n}" for n in range(40)))}
        return World(script | {f"{HOME}p{n}": page(text=f"page {n}") for n in range(40)})

    def test_a_stop_keeps_what_was_fetched_and_gives_the_rest_back(self):
        world = self.big()

        def stop_at(url: str) -> None:
            if url == HOME + "p7":
                world.around.stop.set()

        world.fetch.before = stop_at
        report = world.crawl()
        assert (report.state, report.reason) == ("interrupted", "stopped on request")
        assert world.fetch.asked[-1] == HOME + "p7"
        assert HOME + "p7" in [capture.url for capture in world.store.captures]
        assert world.store.urls("leased") == []
        assert report.waiting == 32
        first = list(world.fetch.asked)
        world.fetch.before = None
        world.around.stop.clear()
        assert world.crawl().state == "finished"
        assert set(first) & set(world.fetch.asked) == set()

    def test_a_stop_before_the_start_asks_nothing(self):
        world = self.big()
        world.around.stop.set()
        assert world.crawl().state == "interrupted"
        assert world.fetch.asked == []

    def test_a_time_limit_ends_the_run(self):
        world = self.big()
        world.profile = site(delay=1.0)
        report = world.crawl(time_limit_s=10.0)
        assert (report.state, report.reason) == ("limit", "time limit of 10 s reached")
        assert report.counts.new == 9
        assert report.waiting == 32

    def test_a_time_limit_that_leaves_no_time_for_the_seed_is_no_success(self):
        world = self.big()
        world.profile = site(delay=20.0)
        report = world.crawl(time_limit_s=10.0)
        assert (report.state, report.reason) == ("failed", "time limit of 10 s reached")

    @pytest.mark.parametrize("recordings", [1, 2, 3, 4, 5, 20, 42])
    def test_a_killed_crawl_ends_with_the_same_captures_as_an_undisturbed_one(self, recordings):
        undisturbed = self.big()
        undisturbed.crawl()
        world = self.big()
        world.store = DyingStore(recordings)
        with pytest.raises(StorageError):
            world.crawl()
        assert len(world.store.captures) < recordings
        assert world.crawl().state == "finished"
        urls = [capture.url for capture in undisturbed.store.captures]
        assert sorted(c.url for c in world.store.captures) == sorted(urls)

    def test_a_crawl_killed_behind_its_last_page_asks_nothing_again(self):
        world = self.big()
        world.store = EndlessStore()
        with pytest.raises(StorageError):
            world.crawl()
        assert len(world.store.captures) == 41 + 2  # and robots.txt and sitemap
        world.later(minutes=5)
        report = world.crawl(revisit="all")
        assert (report.state, world.fetch.asked) == ("finished", [])
        world.later(minutes=5)
        world.crawl(revisit="all")
        assert len(world.fetch.asked) > 40  # the one after it is a crawl of its own

    def test_a_crawl_killed_long_ago_is_not_gone_on_with(self):
        world = self.big()
        world.store = EndlessStore()
        with pytest.raises(StorageError):
            world.crawl()
        world.later(days=3)
        world.crawl(revisit="all")
        assert len(world.fetch.asked) > 40

    def test_a_failing_disk_ends_the_run_at_once(self):
        world = self.big()
        world.store = DyingStore(1, once=False)
        with pytest.raises(StorageError, match="disk full"):
            world.crawl()


class DyingStore(MemoryStore):
    """A store that fails in the batch of its n-th recording, keeping nothing of the batch."""

    def __init__(self, at: int, *, once: bool = True) -> None:
        super().__init__()
        self.left = at
        self.once = once

    def record(self, recordings: Sequence[Recording]) -> list[Capture | None]:
        was_alive = self.left > 0
        self.left -= len(recordings)
        if self.left <= 0 and (was_alive or not self.once):
            raise StorageError("disk full")
        return super().record(recordings)


class EndlessStore(MemoryStore):
    """A store that cannot write the end of its first crawl."""

    def __init__(self) -> None:
        super().__init__()
        self.deaths = 1

    def finish_crawl(self, *end: object) -> None:
        self.deaths -= 1
        if self.deaths == 0:
            raise StorageError("disk full")
        super().finish_crawl(*end)  # type: ignore[arg-type]


class TestSeveralSites:
    def test_sites_on_one_host_share_its_turn(self):
        script = {HOME + "x/": page("/x/1", "/x/2"), HOME + "y/": page("/y/1", "/y/2")}
        script |= {f"{HOME}{s}/{n}": page() for s in "xy" for n in (1, 2)}
        world = World(script)
        crawls = [
            SiteCrawl(
                site=replace(site(HOME + f"{name}/", include=(f"/{name}/",)), name=name),
                store=MemoryStore(),
                fetch=world.fetch,
            )
            for name in "xy"
        ]
        reports = crawl_many(crawls, world.around)
        assert [report.state for report in reports] == ["finished", "finished"]
        assert [report.site for report in reports] == ["x", "y"]
        assert world.fetch.most_under_way == 1
        assert world.fetch.asked.count(ROBOTS) == 1
