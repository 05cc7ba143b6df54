"""Small decisions: pauses, intervals, scope of hosts, content codings, sitemaps, batches."""

import asyncio
import gzip
import io
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.crawl.frontier import (
    AnswerFacts,
    Decision,
    after_answer,
    after_failure,
    next_interval_s,
    validators,
)
from archiver.crawl.links import Finder, Found, Visit
from archiver.crawl.politeness import delay_s, pause_s, retry_after_s
from archiver.crawl.recorder import Recorder
from archiver.crawl.scope import Scope
from archiver.crawl.sitemaps import read_sitemap
from archiver.errors import ConfigError
from archiver.model import Link, LinkReading, Recording, UrlRecord, UrlUpdate
from tests.crawl.world import site

DAY = 86_400.0
NOW = 1_000_000.0


def row(**changes: object) -> UrlRecord:
    fields: dict[str, object] = {
        "key": "http://forum.example/a",
        "url": "http://forum.example/a",
        "origin": "http://forum.example:80",
        "depth": 1,
        "role": "page",
        "priority": 10,
        "via_key": None,
        "via_url": None,
        "hops": "L",
        "state": "leased",
    }
    return UrlRecord(**(fields | changes))  # type: ignore[arg-type]


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("0", 0.0),
            ("3", 3.0),
            (" 3 ", 3.0),
            ("604800", 604_800.0),
            ("604801", None),
            ("1e3", None),
            ("３", None),
            ("-3", None),
            ("Mon, 12 Jan 1970 13:47:40 GMT", 60.0),
            ("Monday, 12-Jan-70 13:47:40 GMT", 60.0),
            ("Mon Jan 12 13:47:40 1970", 60.0),
            ("Mon, 12 Jan 1970 13:45:40 GMT", None),
            ("Mon, 12 Jan 9999 13:45:40 GMT", None),
            ("Mon, 99 Jan 1970 99:99:99 GMT", None),
            ("later", None),
            ("", None),
            (None, None),
        ],
    )
    def test_seconds_and_dates(self, value, seconds):
        assert retry_after_s(value, NOW) == seconds

    @given(st.text(max_size=60), st.floats(0, 4e9))
    def test_whatever_stands_there_the_pause_is_from_a_minute_to_an_hour(self, value, now):
        assert 60 <= pause_s(value, 0, now) <= 3600

    @given(st.floats(0, 1e6), st.floats(0, 1))
    def test_the_delay_stays_within_its_bounds(self, duration, jitter):
        assert 2.0 <= delay_s(duration, jitter=jitter) <= 37.5


class TestFrontier:
    @pytest.mark.parametrize(
        ("interval", "changed", "expected"),
        [
            (None, True, DAY),
            (None, False, DAY),
            (4 * DAY, True, 2 * DAY),
            (4 * DAY, False, 6 * DAY),
            (DAY, True, DAY),
            (80 * DAY, False, 90 * DAY),
        ],
    )
    def test_the_interval_adapts(self, interval, changed, expected):
        assert next_interval_s(row(interval_s=interval), is_changed=changed) == expected

    @pytest.mark.parametrize("role", ["seed", "overview", "sitemap"])
    def test_what_lists_others_is_due_in_every_run(self, role):
        facts = AnswerFacts(status=200, payload_digest="sha256:1")
        assert after_answer(row(role=role), facts, NOW).update.due_at == NOW
        assert after_answer(row(), facts, NOW).update.due_at == NOW + DAY

    def test_a_request_is_conditional_only_with_the_whole_payload_at_hand(self):
        known = {"etag": '"x"', "last_payload_digest": "sha256:1"}
        assert validators(row(**known, has_whole_payload=True)) == ('"x"', None)
        assert validators(row(**known)) == (None, None)
        assert validators(row(**known, has_whole_payload=True, visits=9)) == (None, None)

    def test_a_304_nobody_asked_for_is_a_failure(self):
        decision = after_answer(row(), AnswerFacts(status=304, payload_digest="sha256:1"), NOW)
        assert decision.outcome == "retried"

    def test_validators_that_ceased_are_forgotten(self):
        facts = AnswerFacts(status=200, payload_digest="sha256:2")
        assert after_answer(row(etag='"x"'), facts, NOW).update.etag == ""

    def test_what_cannot_mend_soon_is_not_retried(self):
        assert after_failure(row(), "tls", "why", NOW).outcome == "failed"

    @pytest.mark.parametrize("kind", ["timeout", "refused", "connection", "malformed_http"])
    def test_what_may_mend_is_retried(self, kind):
        assert after_failure(row(), kind, "why", NOW).outcome == "retried"

    def test_a_blocked_address_is_excluded_with_the_reason(self):
        decision = after_failure(row(), "blocked_address", "why", NOW)
        assert (decision.update.state, decision.update.exclude_reason) == ("excluded", "why")

    @pytest.mark.parametrize("status", [401, 403, 451])
    def test_three_refusals_in_a_row_end_a_page(self, status):
        facts = AnswerFacts(status=status, payload_digest="sha256:1")
        assert after_answer(row(misses=1), facts, NOW).update.state == "idle"
        assert after_answer(row(misses=2), facts, NOW).update.state == "dead"


class TestScope:
    @pytest.mark.parametrize(
        ("url", "reason"),
        [
            ("http://forum.example/a", None),
            ("https://www.forum.example/a", None),
            ("http://forum.example:443/a", None),
            ("http://forum.example:8080/a", "port 8080"),
            ("http://sub.forum.example/a", "another host: sub.forum.example"),
            ("http://two.example/a", None),
            ("http://me:pw@forum.example/a", "user name in the URL"),
            ("http://forum.example/" + "a/" * 21, "more than 20 path segments"),
            ("http://forum.example/" + "x" * 2001, "longer than 2000 characters"),
        ],
    )
    def test_in_or_out_with_a_reason(self, url, reason):
        candidate = Scope(site(hosts=("two.example",))).link(url, row())
        assert candidate is not None
        if reason is None:
            assert candidate.exclude_reason is None
        else:
            assert reason in (candidate.exclude_reason or "")

    @pytest.mark.parametrize(
        "url", ["mailto:a@forum.example", "javascript:x()", "tel:1", "http://", "#top", "data:,x"]
    )
    def test_what_is_no_web_address_is_no_candidate(self, url):
        assert Scope(site()).link(url, row()) is None

    def test_too_deep_is_out(self):
        candidate = Scope(site(max_depth=3)).link("http://forum.example/b", row(depth=3))
        assert candidate is not None
        assert candidate.exclude_reason == "deeper than 3 links from a seed"

    def test_what_was_met_too_deep_first_is_in_on_a_shorter_way(self):
        finder = Finder(Scope(site(max_depth=3)))
        update = UrlUpdate(state="idle")
        decision = Decision(outcome="new", update=update, reads_links=True)

        def met(depth: int, *names: str) -> list[tuple[str, str | None]]:
            links = [Link(f"http://forum.example/{name}", name, name, 0) for name in names]
            visit = Visit(row(depth=depth), None, decision, datetime(2026, 11, 23, tzinfo=UTC))
            found = finder.recording(visit, Found(LinkReading(tuple(links))), None).candidates
            return [(candidate.url[-1], candidate.exclude_reason) for candidate in found]

        assert met(3, "b", "c") == []
        assert met(1, "b", "d") == [("b", None), ("d", None)]
        assert [(one.url[-1], one.exclude_reason) for one in finder.too_deep()] == [
            ("c", "deeper than 3 links from a seed")
        ]

    @pytest.mark.parametrize(
        ("url", "role"),
        [
            ("http://forum.example/a.pdf", "file"),
            ("http://forum.example/a.PDF?dl=1", "file"),
            ("http://forum.example/get?file=a.docx", "file"),
            ("http://forum.example/pdf/", "page"),
        ],
    )
    def test_files_are_told_by_their_names(self, url, role):
        candidate = Scope(site()).link(url, row())
        assert candidate is not None
        assert candidate.role == role

    def test_a_host_beyond_ascii_may_be_named_as_it_is_written(self):
        scope = Scope(site(hosts=("Bürger.example",)))
        candidate = scope.link("http://bürger.example/a", row())
        assert candidate is not None
        assert candidate.url == "http://xn--brger-kva.example/a"
        assert candidate.exclude_reason is None

    def test_session_parameters_do_not_tell_pages_apart(self):
        scope = Scope(site(drop_parameters=("sid",)))
        urls = ["http://forum.example/a", "http://forum.example/a?SID=1&PHPSESSID=2#x"]
        keys = {candidate.key for url in urls if (candidate := scope.link(url, row()))}
        assert keys == {"http://forum.example/a"}

    def test_a_wrong_pattern_is_told(self):
        with pytest.raises(ConfigError, match=r"exclude: '\(' is not a regular expression"):
            Scope(site(exclude=("(",)))


XML = '<?xml version="1.0"?>'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class TestSitemaps:
    def read(self, text: str | bytes, most: int = 100):  # type: ignore[no-untyped-def]
        data = text.encode() if isinstance(text, str) else text
        return read_sitemap(io.BytesIO(data), max_urls=most)

    def test_pages_and_further_sitemaps(self):
        page = f"{XML}<urlset {SPACE}><url><loc> http://a.example/1 </loc></url></urlset>"
        index = (
            f"{XML}<sitemapindex><sitemap><loc>http://a.example/s</loc></sitemap></sitemapindex>"
        )
        assert self.read(page).pages == ("http://a.example/1",)
        assert self.read(index).sitemaps == ("http://a.example/s",)

    def test_gzip_is_known_by_its_first_bytes(self):
        data = gzip.compress(b"<urlset><url><loc>http://a.example/1</loc></url></urlset>")
        assert self.read(data).pages == ("http://a.example/1",)

    def test_a_packed_sitemap_that_the_server_packed_again_is_read(self):
        found = read_sitemap(io.BytesIO(gzip.compress(gzip.compress(b"http://forum.example/a"))))
        assert found.pages == ("http://forum.example/a",)

    def test_plain_lists_are_read(self):
        assert self.read("http://a.example/1\r\n\nnothing\nhttp://a.example/2").pages == (
            "http://a.example/1",
            "http://a.example/2",
        )

    def test_more_urls_than_allowed_are_left_out(self):
        entries = "".join(f"<url><loc>http://a.example/{n}</loc></url>" for n in range(200))
        reading = self.read(f"<urlset>{entries}</urlset>")
        assert len(reading.pages) == 100
        assert reading.failure == "more than 100 URLs; the rest was left out"

    def test_what_came_before_an_error_is_kept(self):
        reading = self.read("<urlset><url><loc>http://a.example/1</loc></url><url>&</urlset>")
        assert reading.pages == ("http://a.example/1",)
        assert (reading.failure or "").startswith("not well-formed XML")

    def test_entities_and_document_types_are_refused(self, tmp_path):
        secret = tmp_path / "secret"
        secret.write_text("http://a.example/secret")
        text = (
            f'{XML}<!DOCTYPE u [<!ENTITY e SYSTEM "file://{secret}">]>'
            "<urlset><url><loc>&e;</loc></url></urlset>"
        )
        reading = self.read(text)
        assert reading.pages == ()
        assert reading.failure == "has a document type, which sitemaps never have"

    def test_a_bomb_ends(self):
        reading = self.read(gzip.compress(b"<urlset>" + b"<!-- %s -->" % (b" " * 500_000) * 50))
        assert "200 times its size" in (reading.failure or "")

    @given(st.binary(max_size=300))
    def test_no_bytes_make_it_fail(self, data):
        self.read(data)


class TestRecorder:
    def run(self, steps: Sequence[int], *, is_idle: bool, is_urgent: bool = False) -> list[int]:
        """Add recordings in steps, letting the recorder look in between; return batch sizes."""
        batches: list[int] = []

        async def record(recordings: Sequence[Recording]) -> None:
            batches.append(len(recordings))

        async def run() -> None:
            recorder = Recorder(record, lambda batch: None, lambda: is_idle)
            task = asyncio.create_task(recorder.run())
            update = UrlUpdate(state="idle")
            decision = Decision(outcome="new", update=update)
            for count in steps:
                for _ in range(count):
                    recorder.add(Recording(row(), None, update), decision, is_urgent=is_urgent)
                for _ in range(5):
                    await asyncio.sleep(0)
            recorder.finish()
            await task
            assert recorder.is_empty

        asyncio.run(run())
        return batches

    def test_a_batch_closes_at_64(self):
        assert self.run([70, 70, 1], is_idle=False) == [64, 64, 13]

    def test_a_batch_closes_when_nothing_else_is_under_way(self):
        assert self.run([3, 2], is_idle=True) == [3, 2]

    def test_otherwise_recordings_gather(self):
        assert self.run([3, 2], is_idle=False) == [5]

    def test_an_urgent_one_is_recorded_at_once(self):
        assert self.run([1, 1], is_idle=False, is_urgent=True) == [1, 1]
