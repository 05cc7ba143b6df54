"""What was withdrawn stays out of view, whatever happens to the catalogue afterwards."""

from pathlib import Path

import pytest

from archiver.corpus import Corpus
from archiver.errors import CorpusError
from archiver.model import Recording
from tests.corpus.making import (
    HOST,
    SITE,
    START,
    crawl_start,
    digest,
    exchange,
    later,
    link,
    recording,
)
from tests.corpus.making import no_counts as none
from tests.corpus.test_importing import links

PAGE = b"<p>Liste der Teilnehmer</p>"


def crawled(corpus: Corpus, *batch: Recording) -> list[str]:
    store = corpus.crawl_store(SITE)
    crawl = store.begin_crawl(crawl_start())
    captures = [capture.capture_id for capture in store.record(batch) if capture is not None]
    store.finish_crawl(crawl, "finished", none(), None, later(1))
    return captures


def urls(corpus: Corpus) -> list[str]:
    return [source.url for source in corpus.sources()]


def test_a_withdrawn_url_is_in_no_source_link_or_export(corpus: Corpus, tmp_path: Path) -> None:
    ids = crawled(
        corpus,
        recording("/namen", exchange("/namen", PAGE), links=(link("/a", "Protokoll"),)),
        recording("/a"),
    )
    corpus.withdraw("url", HOST + "/namen#top", reason="names of private people", ticket="T-7")
    assert urls(corpus) == [HOST + "/a"]
    assert corpus.inbound_links() == []
    assert corpus.capture_at_url(HOST + "/namen") is None
    entry = corpus.withdrawal_of(ids[0])
    assert entry is not None
    assert (entry.reason, entry.ticket, entry.at) == ("names of private people", "T-7", START)
    for attempt in (corpus.read_payload, corpus.read_record):
        with pytest.raises(CorpusError, match="withdrawn on 2026-05-04: names of private people"):
            attempt(ids[0])
    with pytest.raises(CorpusError, match="withdrawn"):
        corpus.exporter("archiver 0").warc(tmp_path / "x.warc.gz", ids, START)
    assert not (tmp_path / "x.warc.gz").exists()


def test_a_withdrawn_payload_is_out_of_view_under_every_url(corpus: Corpus) -> None:
    crawled(corpus, recording("/1", exchange("/1", PAGE)), recording("/2", exchange("/2", PAGE)))
    corpus.withdraw("payload", digest(PAGE), reason="court order")
    assert urls(corpus) == []


def test_a_payload_stays_in_view_where_only_its_first_url_is_withdrawn(corpus: Corpus) -> None:
    _, second = crawled(
        corpus, recording("/1", exchange("/1", PAGE)), recording("/2", exchange("/2", PAGE))
    )
    corpus.withdraw("url", HOST + "/1", reason="moved")
    assert urls(corpus) == [HOST + "/2"]
    with corpus.read_payload(second) as file:
        assert file.read() == PAGE


def test_withdrawn_stays_withdrawn_after_reopening_rebuild_and_a_new_crawl(tmp_path: Path) -> None:
    with Corpus.open(tmp_path) as corpus:
        crawled(corpus, recording("/namen", exchange("/namen", PAGE)))
        corpus.withdraw("url", HOST + "/namen", reason="private")
    Corpus.rebuild(tmp_path, links)
    with Corpus.open(tmp_path) as corpus:
        assert urls(corpus) == []
        crawled(corpus, recording("/namen", exchange("/namen", PAGE + b"2", at=later(24))))
        assert urls(corpus) == []


def test_a_restored_url_is_in_view_again_and_both_decisions_are_kept(corpus: Corpus) -> None:
    crawled(corpus, recording("/a"))
    corpus.withdraw("url", HOST + "/a", reason="mistake")
    corpus.restore("url", HOST + "/a", reason="was a mistake")
    assert urls(corpus) == [HOST + "/a"]
    lines = (corpus.folder / "withdrawn.jsonl").read_text().splitlines()
    assert ['"withdraw"' in lines[0], '"restore"' in lines[1]] == [True, True]
    with pytest.raises(CorpusError, match="not withdrawn"):
        corpus.restore("url", HOST + "/a", reason="again")


def test_a_withdrawal_needs_a_reason(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match="needs a reason"):
        corpus.withdraw("url", HOST + "/a", reason=" ")


def test_a_list_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    with Corpus.open(tmp_path):
        pass
    (tmp_path / "withdrawn.jsonl").write_text("{broken\n")
    with pytest.raises(CorpusError, match="line 1 cannot be read"):
        Corpus.open(tmp_path, read_only=True)


def test_an_entry_cut_off_by_a_crash_is_none(tmp_path: Path) -> None:
    with Corpus.open(tmp_path) as corpus:
        corpus.withdraw("url", HOST + "/a", reason="private")
    path = tmp_path / "withdrawn.jsonl"
    path.write_bytes(path.read_bytes() + b'{"at":"2026-')
    with Corpus.open(tmp_path) as corpus:
        corpus.withdraw("url", HOST + "/b", reason="private")
    with Corpus.open(tmp_path, read_only=True) as corpus:
        assert [entry.value for entry in corpus.withdrawals()] == [HOST + "/a", HOST + "/b"]
