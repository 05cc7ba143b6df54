"""Making, opening and refusing corpus folders; status and run records."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from archiver.corpus import Corpus, CorpusOptions
from archiver.corpus.catalogue import migrations
from archiver.errors import CorpusError, LockedError
from tests.corpus.making import SITE, START, crawl_start, exchange, later, no_counts, recording


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_a_new_corpus_says_what_it_is(tmp_path: Path) -> None:
    made = Corpus.create(tmp_path / "corpus", now=START, uuid=UUID(int=7))
    made.close()
    said = json.loads((tmp_path / "corpus" / "corpus.json").read_text())
    assert said == {
        "format": 1,
        "uuid": "00000000-0000-0000-0000-000000000007",
        "created_at": "2026-05-04T12:00:00.123456Z",
    }
    with pytest.raises(CorpusError, match="there is a corpus here already"):
        Corpus.create(tmp_path / "corpus", now=START, uuid=UUID(int=8))


def test_a_folder_with_nothing_but_a_readme_answers_as_an_empty_corpus(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("data\n")
    with Corpus.open(tmp_path, read_only=True) as corpus:
        assert corpus.sources() == []
        assert list(corpus.captures()) == []
        assert corpus.extraction("sha256:00", "html 1") is None
        assert corpus.status().captures == 0
    assert files_in(tmp_path) == {"README.md"}


def test_opening_for_writing_makes_what_is_missing(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus"):
        pass
    assert {"corpus.json", "catalogue.sqlite", "warc", "runs"} <= files_in(tmp_path / "corpus")


def test_a_corpus_of_a_newer_format_is_refused(tmp_path: Path) -> None:
    with Corpus.open(tmp_path):
        pass
    said = json.loads((tmp_path / "corpus.json").read_text())
    (tmp_path / "corpus.json").write_text(json.dumps({**said, "format": 2}))
    for read_only in (True, False):
        with pytest.raises(CorpusError, match="newer archiver"):
            Corpus.open(tmp_path, read_only=read_only)


def test_a_catalogue_of_a_newer_schema_is_refused(corpus: Corpus) -> None:
    with corpus._catalogue.transaction() as connection:
        connection.execute("PRAGMA user_version=999")
    with pytest.raises(CorpusError, match="schema 999"):
        Corpus.open(corpus.folder, read_only=True)


def test_a_lost_catalogue_is_not_silently_replaced(tmp_path: Path) -> None:
    with Corpus.open(tmp_path) as corpus:
        store = corpus.crawl_store(SITE)
        store.begin_crawl(crawl_start())
        store.record([recording("/")])
    for path in tmp_path.glob("catalogue.sqlite*"):
        path.unlink()
    for read_only in (True, False):
        with pytest.raises(CorpusError, match="archiver corpus rebuild"):
            Corpus.open(tmp_path, read_only=read_only)


def test_a_damaged_catalogue_is_named_with_its_remedy(tmp_path: Path) -> None:
    with Corpus.open(tmp_path):
        pass
    (tmp_path / "catalogue.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(CorpusError, match=r"catalogue\.sqlite.*corpus rebuild"):
        Corpus.open(tmp_path)


def test_a_closed_corpus_is_read_without_changing_it(corpus: Corpus) -> None:
    store = corpus.crawl_store(SITE)
    crawl = store.begin_crawl(crawl_start())
    store.record([recording("/")])
    store.finish_crawl(crawl, "finished", no_counts(), None, later(1))
    corpus.close()
    precious = [corpus.folder / "catalogue.sqlite", *(corpus.folder / "warc").iterdir()]
    before = [path.read_bytes() for path in precious]
    with Corpus.open(corpus.folder, read_only=True) as reader:
        assert len(reader.sources()) == 1
    assert [path.read_bytes() for path in precious] == before


def test_a_reader_sees_what_was_committed_while_another_writes(corpus: Corpus) -> None:
    store = corpus.crawl_store(SITE)
    store.begin_crawl(crawl_start())
    store.record([recording("/", exchange("/", b"eins"))])
    with Corpus.open(corpus.folder, read_only=True) as reader:
        (source,) = reader.sources()
        with reader.read_payload(source.capture_id) as file:
            assert file.read() == b"eins"


def test_a_second_writer_is_refused_while_a_file_is_being_written(corpus: Corpus) -> None:
    store = corpus.crawl_store(SITE)
    store.begin_crawl(crawl_start())
    store.record([recording("/")])
    with pytest.raises(LockedError, match="another process is writing"):
        Corpus.open(corpus.folder)


def test_status_counts_what_is_held(corpus: Corpus) -> None:
    store = corpus.crawl_store(SITE)
    crawl = store.begin_crawl(crawl_start())
    store.record(
        [
            recording("/a"),
            recording("/b", exchange("/b", b"", status=404, at=later(1))),
        ]
    )
    store.finish_crawl(crawl, "partial", no_counts(), "stopped early", later(2))
    status = corpus.status()
    assert status.sites == (SITE,)
    assert status.urls_by_state == {"idle": 2}
    assert status.captures_by_status == {"200": 1, "404": 1}
    assert status.captures_by_kind == {"response": 2}
    assert (status.warc_files, status.warc_bytes > 500) == (1, True)
    assert (status.oldest_capture_at, status.newest_capture_at) == (START, later(1))
    assert status.last_crawl is not None
    assert (status.last_crawl.state, status.last_crawl.reason) == ("partial", "stopped early")
    assert status.damaged == ()


def test_run_records_come_back_newest_first(tmp_path: Path) -> None:
    moments = iter([START, START, START + timedelta(seconds=1)])
    with Corpus.open(tmp_path, options=CorpusOptions(now=lambda: START)):
        pass
    from archiver.corpus.runs import Runs

    runs = Runs(tmp_path / "runs")
    for number in (1, 2, 3):
        runs.save(json.dumps({"run": number}), next(moments))
    assert [item["run"] for item in runs.newest(2)] == [3, 2]
    with pytest.raises(CorpusError, match="JSON object"):
        runs.save("no", START)


def test_a_catalogue_of_an_older_schema_says_what_brings_it_up_to_date(tmp_path: Path) -> None:
    (_, first), *_ = migrations()
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as connection:
        connection.executescript(f"{first}\nPRAGMA user_version=1;")
    with pytest.raises(CorpusError, match="bring it up to date with: archiver index"):
        Corpus.open(tmp_path, read_only=True)
    Corpus.open(tmp_path).close()
    Corpus.open(tmp_path, read_only=True).close()
