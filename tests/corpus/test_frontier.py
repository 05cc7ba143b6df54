"""The frontier as the crawl sees it through the store."""

from archiver.corpus import Corpus
from archiver.model import CrawlCounts, CrawlStore, Event, HostRecord, UrlUpdate
from tests.corpus.making import (
    HOST,
    SITE,
    START,
    candidate,
    crawl_start,
    exchange,
    later,
    link,
    not_modified,
    recording,
    url_record,
)

NOW = START.timestamp()
NOBODY: frozenset[str] = frozenset()


def begun(corpus: Corpus, site: str = SITE) -> CrawlStore:
    store: CrawlStore = corpus.crawl_store(site)
    store.begin_crawl(crawl_start(site=site))
    return store


def test_unknown_urls_are_queued_once(corpus: Corpus) -> None:
    store = begun(corpus)
    assert store.add([candidate("/a"), candidate("/b"), candidate("/a")]) == 2
    assert store.add([candidate("/a")]) == 0
    assert store.counts_by_state() == {"queued": 2}


def test_an_excluded_url_keeps_its_reason(corpus: Corpus) -> None:
    store = begun(corpus)
    store.add([candidate("/x", exclude_reason="outside the scope: /x")])
    row = store.url(HOST + "/x")
    assert row is not None
    assert (row.state, row.exclude_reason) == ("excluded", "outside the scope: /x")


def test_a_url_excluded_in_an_earlier_crawl_is_queued_when_it_may_now_be_fetched(
    corpus: Corpus,
) -> None:
    begun(corpus).add([candidate("/x", exclude_reason="outside the scope")])
    store = begun(corpus)
    store.add([candidate("/x")])
    row = store.url(HOST + "/x")
    assert row is not None
    assert (row.state, row.exclude_reason) == ("queued", None)


def test_a_url_excluded_in_this_crawl_stays_so_however_often_it_is_linked(corpus: Corpus) -> None:
    store = begun(corpus)
    store.add([candidate("/x")])
    store.lease(1, NOW, NOBODY)
    refused = UrlUpdate(state="excluded", exclude_reason="robots.txt says no")
    store.record([recording("/x", exchange=None, update=refused)])
    store.record(
        [recording("/", candidates=(candidate("/x"), candidate(HOST + "/x?utm_source=a")))]
    )
    row = store.url(HOST + "/x")
    assert row is not None
    assert row.state == "excluded"


def test_leases_go_by_priority_then_depth_then_order_of_finding(corpus: Corpus) -> None:
    store = begun(corpus)
    store.add(
        [
            candidate("/deep", depth=3),
            candidate("/second", depth=1),
            candidate("/third", depth=1),
            candidate("/urgent", depth=5, priority=10),
        ]
    )
    leased = store.lease(3, NOW, NOBODY)
    assert [row.url for row in leased] == [HOST + "/urgent", HOST + "/second", HOST + "/third"]
    assert {row.state for row in leased} == {"leased"}
    assert [row.url for row in store.lease(9, NOW, NOBODY)] == [HOST + "/deep"]


def test_a_url_is_not_leased_before_its_time_or_while_its_host_is_busy(corpus: Corpus) -> None:
    store = begun(corpus)
    store.add([candidate("/a"), candidate("http://other.example/")])
    busy = frozenset({"http://forum.example:80"})
    assert [row.url for row in store.lease(9, NOW, busy)] == ["http://other.example/"]
    later_on = UrlUpdate(state="queued", not_before=NOW + 60, attempts=1)
    store.record([recording("/a", exchange=None, update=later_on)])
    assert store.lease(9, NOW, NOBODY) == []
    assert store.next_queued_at() == NOW + 60
    assert [row.attempts for row in store.lease(9, NOW + 60, NOBODY)] == [1]
    assert store.next_queued_at() is None


def test_released_urls_and_those_of_a_killed_crawl_can_be_leased_again(corpus: Corpus) -> None:
    store = begun(corpus)
    store.add([candidate("/a"), candidate("/b")])
    store.lease(2, NOW, NOBODY)
    store.release([HOST + "/a"])
    assert [row.url for row in store.lease(2, NOW, NOBODY)] == [HOST + "/a"]
    assert store.counts_by_state() == {"leased": 2}
    again = begun(corpus)
    assert again.counts_by_state() == {"queued": 2}


def test_a_crawl_that_was_killed_was_cut_off_at_its_last_visit(corpus: Corpus) -> None:
    store = begun(corpus)
    for path, at in (("/a", 5.0), ("/b", 9.0)):
        store.record([recording(path, update=UrlUpdate(state="idle", last_fetched_at=NOW + at))])
    again = corpus.crawl_store(SITE)
    assert again.cut_off_at() == NOW + 9.0
    crawl = again.begin_crawl(crawl_start(later(1)))
    assert corpus.crawl_store(SITE).cut_off_at() is None  # killed before it had visited anything
    again.finish_crawl(crawl, "interrupted", CrawlCounts(), "stopped on request", later(2))
    assert corpus.crawl_store(SITE).cut_off_at() is None


def test_idle_urls_are_queued_when_they_are_due(corpus: Corpus) -> None:
    store = begun(corpus)
    for path, due in (("/soon", 10.0), ("/late", 1000.0)):
        idle = UrlUpdate(state="idle", due_at=NOW + due)
        store.record([recording(path, update=idle)])
    assert store.revisit(NOW) == 0
    assert store.revisit(NOW + 10) == 1
    assert [row.url for row in store.lease(9, NOW + 10, NOBODY)] == [HOST + "/soon"]


def test_a_visit_changes_only_what_it_says(corpus: Corpus) -> None:
    store = begun(corpus)
    first = UrlUpdate(
        state="idle", etag='"a"', last_modified="yesterday", visits=1, last_status=200
    )
    store.record([recording("/a", update=first)])
    store.record([recording("/a", exchange=None, update=UrlUpdate(state="queued", attempts=2))])
    row = store.url(HOST + "/a")
    assert row is not None
    assert (row.etag, row.last_modified, row.visits, row.attempts) == ('"a"', "yesterday", 1, 2)


def test_a_row_knows_its_parent_and_its_payload(corpus: Corpus) -> None:
    store = begun(corpus)
    page = recording("/", candidates=(candidate("/a", via_key=HOST + "/", hops="L"),))
    (capture,) = store.record([page])
    assert capture is not None
    child = store.url(HOST + "/a")
    parent = store.url(HOST + "/")
    assert child is not None
    assert parent is not None
    assert (child.via_key, child.via_url, child.hops) == (HOST + "/", HOST + "/", "L")
    assert not child.has_whole_payload
    assert parent.has_whole_payload
    assert parent.last_payload_digest == capture.payload_digest
    assert parent.last_capture_id == capture.capture_id


def test_a_truncated_page_and_an_error_page_are_no_whole_payload(corpus: Corpus) -> None:
    store = begun(corpus)
    store.record(
        [
            recording("/cut", exchange("/cut", b"halb", truncated="length")),
            recording("/none", exchange("/none", b"fehlt", status=404, reason="Not Found")),
        ]
    )
    for path in ("/cut", "/none"):
        row = store.url(HOST + path)
        assert row is not None
        assert not row.has_whole_payload


def test_a_redirect_target_becomes_a_row_of_its_own(corpus: Corpus) -> None:
    store = begun(corpus)
    moved = exchange("/old", b"", status=301, reason="Moved", headers=(("Location", "/new"),))
    (capture,) = store.record([recording("/old", moved, redirect_to=candidate("/new"))])
    assert capture is not None
    assert capture.redirect_to == HOST + "/new"
    assert [row.url for row in store.lease(9, NOW, NOBODY)] == [HOST + "/new"]


def test_links_of_an_unchanged_page_are_those_of_its_last_capture(corpus: Corpus) -> None:
    store = begun(corpus)
    links = (link("/a", "Protokoll"), link("/b", "Einladung", 1))
    page = exchange("/", b"<p>Liste</p>")
    store.record([recording("/", page, links=links)])
    (by_304,) = store.record([recording("/", not_modified("/", later(1)))])
    again = exchange("/", b"<p>Liste</p>", at=later(2))
    (by_payload,) = store.record([recording("/", again)])
    changed = exchange("/", b"<p>neu</p>", at=later(3))
    (by_change,) = store.record([recording("/", changed)])
    assert by_304 is not None
    assert by_payload is not None
    assert by_change is not None
    assert store.links_of(by_304.capture_id) == links
    assert store.links_of(by_payload.capture_id) == links
    assert store.links_of(by_change.capture_id) == ()


def test_knows_payload_only_when_it_is_held_whole(corpus: Corpus) -> None:
    store = begun(corpus)
    whole, cut = exchange("/a", b"ganz"), exchange("/b", b"halb", truncated="time")
    store.record([recording("/a", whole), recording("/b", cut)])
    assert store.knows_payload(whole.payload_digest)
    assert not store.knows_payload(cut.payload_digest)


def test_robots_txt_can_be_recorded_beside_the_queue(corpus: Corpus) -> None:
    store = begun(corpus)
    robots = exchange("/robots.txt", b"User-agent: *\n", headers=(("Content-Type", "text/plain"),))
    (capture,) = store.record(
        [recording("/robots.txt", robots, record=url_record("/robots.txt", role="robots"))]
    )
    assert capture is not None
    row = store.url(HOST + "/robots.txt")
    assert row is not None
    assert (row.role, row.state) == ("robots", "idle")
    assert corpus.sources() == []


def test_a_host_is_remembered(corpus: Corpus) -> None:
    store = begun(corpus)
    assert store.host("http://forum.example:80") == HostRecord("http://forum.example:80")
    host = HostRecord(
        "http://forum.example:80",
        next_allowed_at=5.5,
        last_duration_s=0.2,
        errors=1,
        robots_state="ok",
        robots_body=b"User-agent: *",
        robots_fetched_at=1.0,
        robots_expires_at=2.0,
        crawl_delay_s=3.0,
    )
    store.save_host(host)
    assert store.host("http://forum.example:80") == host


def test_sites_of_one_corpus_do_not_see_each_others_urls(corpus: Corpus) -> None:
    one, two = begun(corpus, "eins"), begun(corpus, "zwei")
    one.add([candidate("/a")])
    two.add([candidate("/a")])
    assert len(one.lease(9, NOW, NOBODY)) == 1
    assert two.counts_by_state() == {"queued": 1}


def test_events_are_kept(corpus: Corpus) -> None:
    store = begun(corpus)
    store.note([Event(START, "retry", "connection refused", HOST + "/a")])
    gone = UrlUpdate(state="dead")
    event = Event(later(1), "timeout", "no answer in 30 s", HOST + "/")
    store.record([recording("/", exchange=None, update=gone, events=(event,))])
    assert [(item.kind, item.detail) for item in corpus.events()] == [
        ("retry", "connection refused"),
        ("timeout", "no answer in 30 s"),
    ]
