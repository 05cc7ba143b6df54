"""What the corpus answers about captures, sources and links."""

import gzip

import pytest

from archiver.corpus import Corpus
from archiver.errors import CorpusError, DamagedRecordError
from archiver.model import InboundLink, Recording, UrlUpdate
from tests.corpus.making import (
    HOST,
    SITE,
    candidate,
    chunked,
    crawl_start,
    digest,
    exchange,
    later,
    link,
    not_modified,
    recording,
    url_record,
)


def record(corpus: Corpus, *recordings: Recording) -> list[str]:
    store = corpus.crawl_store(SITE)
    store.begin_crawl(crawl_start())
    ids = []
    for item in recordings:
        (capture,) = store.record([item])
        ids.append(capture.capture_id if capture else "")
    return ids


def payload(corpus: Corpus, capture_id: str, **options: bool) -> bytes:
    with corpus.read_payload(capture_id, **options) as file:
        return file.read()


def redirect(path: str, target: str, hours: float = 0) -> Recording:
    answer = exchange(path, b"", status=301, reason="Moved", at=later(hours))
    return recording(path, answer, redirect_to=candidate(target))


def test_a_payload_is_read_back_also_while_the_file_is_open(corpus: Corpus) -> None:
    (capture,) = record(corpus, recording("/a", exchange("/a", b"<p>Text</p>")))
    assert payload(corpus, capture) == b"<p>Text</p>"


def test_a_chunked_payload_is_read_back_without_its_framing(corpus: Corpus) -> None:
    text = b"Stadtteil " * 500
    (capture,) = record(corpus, recording("/a", exchange("/a", text, is_chunked=True)))
    assert payload(corpus, capture) == text
    with corpus.read_record(capture) as file:
        assert file.read().endswith(chunked(text))


def test_a_compressed_payload_is_decoded_unless_asked_otherwise(corpus: Corpus) -> None:
    packed = gzip.compress(b"Gemeinderat" * 100)
    answer = exchange("/a", packed, headers=(("Content-Encoding", "gzip"),))
    (capture,) = record(corpus, recording("/a", answer))
    assert payload(corpus, capture) == b"Gemeinderat" * 100
    assert payload(corpus, capture, decode_content=False) == packed


def test_a_revisit_gives_the_payload_it_refers_to(corpus: Corpus) -> None:
    page = b"<p>gleich geblieben</p>"
    ids = record(
        corpus,
        recording("/a", exchange("/a", page)),
        recording("/a", not_modified("/a", later(1))),
        recording("/b", exchange("/b", page, at=later(2))),
    )
    assert [payload(corpus, capture) for capture in ids] == [page] * 3
    assert [corpus.capture(capture).kind for capture in ids] == [
        "response",
        "revisit_304",
        "revisit_payload",
    ]


def test_an_unknown_capture_is_an_error_in_one_line(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match="no capture 'abc'"):
        corpus.capture("abc")


def test_captures_of_a_url_are_found_in_any_spelling_oldest_first(corpus: Corpus) -> None:
    record(
        corpus,
        recording("/a?x=1&b=2", exchange("/a?x=1&b=2", b"1")),
        recording("/a?x=1&b=2", exchange("/a?x=1&b=2", b"2", at=later(1))),
        recording("/other"),
    )
    found = list(corpus.captures("HTTP://FORUM.example:80/a?b=2&x=1#oben"))
    assert [item.captured_at for item in found] == [later(0), later(1)]
    assert len(list(corpus.captures(site=SITE))) == 3


def test_the_capture_at_a_moment_is_the_newest_page_before_it(corpus: Corpus) -> None:
    first, second, _ = record(
        corpus,
        recording("/a", exchange("/a", b"1")),
        recording("/a", exchange("/a", b"2", at=later(10))),
        recording("/a", exchange("/a", b"Fehler", status=500, at=later(20))),
    )
    at = [corpus.capture_at_url(HOST + "/a", later(hours)) for hours in (-1, 5, 15)]
    assert [item.capture_id if item else None for item in at] == [None, first, second]
    newest = corpus.capture_at_url(HOST + "/a")
    assert newest is not None
    assert newest.capture_id == second


def test_a_source_is_the_newest_whole_payload_of_a_url_gone_or_not(corpus: Corpus) -> None:
    _, new, *_ = record(
        corpus,
        recording("/a", exchange("/a", b"alt")),
        recording("/a", exchange("/a", b"neu", at=later(1))),
        recording("/a", exchange("/a", b"ne", truncated="time", at=later(2))),
        recording("/a", exchange("/a", b"", status=503, at=later(3))),
        recording("/weg", exchange("/weg", b"da")),
        recording("/weg", exchange("/weg", b"", status=410), update=UrlUpdate(state="gone")),
        recording("/nie", exchange("/nie", b"", status=404)),
        recording("/leer", exchange("/leer", b"", status=204)),
    )
    source, gone = corpus.sources()
    assert (gone.url, gone.payload_digest) == (HOST + "/weg", digest(b"da"))
    assert (source.url, source.capture_id) == (HOST + "/a", new)
    assert source.payload_digest == digest(b"neu")
    assert (source.payload_size, source.media_type, source.charset) == (3, "text/html", "utf-8")
    assert (source.captured_at, source.first_captured_at) == (later(1), later(0))


def test_a_visit_that_found_nothing_new_leaves_the_source_as_it_was(corpus: Corpus) -> None:
    record(corpus, recording("/a", exchange("/a", b"gleich")))
    before = corpus.sources()
    record(
        corpus,
        recording("/a", not_modified("/a", later(1))),
        recording("/a", exchange("/a", b"gleich", at=later(2))),
    )
    assert corpus.sources() == before


def test_redirecting_urls_are_aliases_of_their_last_target(corpus: Corpus) -> None:
    record(
        corpus,
        redirect("/alt", "/neu"),
        redirect("/uralt", "/alt"),
        recording("/neu"),
        redirect("/kreis1", "/kreis2"),
        redirect("/kreis2", "/kreis1"),
        redirect("/ins-leere", "/nie-geholt"),
    )
    (source,) = corpus.sources()
    assert source.url == HOST + "/neu"
    assert source.aliases == (HOST + "/alt", HOST + "/uralt")


def test_a_page_that_now_redirects_is_no_source_any_more(corpus: Corpus) -> None:
    record(corpus, recording("/a"), recording("/b"), redirect("/a", "/b", hours=1))
    (source,) = corpus.sources()
    assert (source.url, source.aliases) == (HOST + "/b", (HOST + "/a",))


def test_inbound_links_come_from_the_newest_captures(corpus: Corpus) -> None:
    record(
        corpus,
        recording("/", exchange("/", b"1"), links=(link("/alt", "Altes"),)),
        recording("/", exchange("/", b"2", at=later(1)), links=(link("/a.pdf", "Protokoll 3"),)),
        recording("/", not_modified("/", later(2))),
        recording("/liste", links=(link("/a.pdf?utm_source=x", "PDF", 4, "Sitzung 3 (PDF)"),)),
        recording("/a.pdf"),
    )
    assert corpus.inbound_links() == [
        InboundLink(HOST + "/", HOST + "/a.pdf", "Protokoll 3", "Protokoll 3", 0),
        InboundLink(HOST + "/liste", HOST + "/a.pdf", "PDF", "Sitzung 3 (PDF)", 4),
    ]


def test_a_link_finds_its_target_through_the_sites_own_keys(corpus: Corpus) -> None:
    spelling = candidate("/a?sid=77", key=HOST + "/a")
    record(
        corpus,
        recording("/a", record=url_record("/a")),
        recording("/", links=(link("/a?sid=77", "Sitzung"),), candidates=(spelling,)),
    )
    assert [item.to_url for item in corpus.inbound_links()] == [HOST + "/a"]


def test_links_that_lead_to_no_web_page_are_passed_over(corpus: Corpus) -> None:
    record(corpus, recording("/", links=(link("mailto:rat@forum.example", "Post"),)))
    assert corpus.inbound_links() == []


def test_dead_links_tell_where_they_stand_and_what_was_answered(corpus: Corpus) -> None:
    lost = UrlUpdate(state="dead", last_status=None)
    record(
        corpus,
        recording("/weg", exchange("/weg", b"", status=404)),
        recording("/stumm", exchange=None, update=lost),
        recording("/", links=(link("/weg", "Altes Protokoll"), link("/stumm", "Plan", 1))),
    )
    assert [(d.from_url, d.to_url, d.text, d.status) for d in corpus.dead_links()] == [
        (HOST + "/", HOST + "/weg", "Altes Protokoll", 404),
        (HOST + "/", HOST + "/stumm", "Plan", None),
    ]


@pytest.mark.parametrize(
    ("coding", "body", "why"),
    [
        ("compress", b"\x1f\x9dSitzung", "content coding 'compress' cannot be read"),
        ("br", b"\x8bSitzung\x03", "broken compression: .*"),
        ("gzip, zstd", b"\x28\xb5\x2f\xfd", "compressed data breaks off"),
        ("gzip", b"<p>plain</p>", "broken compression: .*"),
        ("gzip", gzip.compress(bytes(30_000_000)), "decompresses to more than 200 times its size"),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(30_000_000))), "decompresses to more .*"),
    ],
)
def test_a_payload_whose_coding_cannot_be_undone_is_told_and_kept_as_it_came(
    corpus: Corpus, coding: str, body: bytes, why: str
) -> None:
    answer = exchange("/a", body, headers=(("Content-Encoding", coding),))
    (capture,) = record(corpus, recording("/a", answer))
    with pytest.raises(DamagedRecordError, match=f"forum.example/a: {why} \\(capture {capture}"):
        payload(corpus, capture)
    assert payload(corpus, capture, decode_content=False) == body


def test_all_members_of_a_compressed_payload_are_read(corpus: Corpus) -> None:
    packed = gzip.compress(b"erste Sitzung, ") + gzip.compress(b"zweite Sitzung")
    answer = exchange("/a", packed, headers=(("Content-Encoding", "gzip"),))
    (capture,) = record(corpus, recording("/a", answer))
    assert payload(corpus, capture) == b"erste Sitzung, zweite Sitzung"
