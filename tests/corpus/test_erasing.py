"""What is erased is on no disk any more, and stays away whatever brings it back."""

import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from archiver.corpus import Corpus, CorpusOptions
from archiver.corpus.reader import Record, read_records
from archiver.corpus.warc import parse_fields
from archiver.errors import CorpusError
from archiver.model import Extraction, Page, Recording, UrlUpdate
from tests.corpus.making import (
    HOST,
    SITE,
    START,
    candidate,
    crawl_start,
    digest,
    exchange,
    later,
    link,
    no_counts,
    not_modified,
    recording,
    url_record,
)
from tests.corpus.test_importing import links

SECRET = b"<p>Teilnehmerliste: Erna Beispiel, Otto Muster</p>"
HOME = b'<p>Forum</p><a href="/liste">Liste</a>'
OTHER = b"<p>Protokoll der 3. Sitzung</p>"
LIST = HOST + "/liste"


def crawl(corpus: Corpus, hours: float, *batch: Recording) -> list[str | None]:
    store = corpus.crawl_store(SITE)
    crawl_id = store.begin_crawl(crawl_start(later(hours)))
    captures = store.record(batch)
    store.finish_crawl(crawl_id, "finished", no_counts(), None, later(hours + 1))
    return [capture.capture_id if capture else None for capture in captures]


def two_crawls(corpus: Corpus) -> list[str | None]:
    """A page with names, a copy of it elsewhere, a file before and behind; then all again."""
    first = crawl(
        corpus,
        0,
        recording("/", exchange("/", HOME), links=(link("/liste", "Liste"),)),
        recording("/liste", exchange("/liste", SECRET, is_chunked=True),
                  links=(link("/anhang", "Anhang der Liste"),)),
        recording("/a", exchange("/a", OTHER)),
        recording("/kopie", exchange("/kopie", SECRET)),
    )  # fmt: skip
    second = crawl(
        corpus,
        24,
        recording("/liste", not_modified("/liste", later(24))),
        recording("/a", not_modified("/a", later(24))),
        recording("/b", exchange("/b", OTHER, at=later(24))),
    )
    return first + second


def erase(corpus: Corpus, url: str = LIST) -> None:
    doomed = corpus.examine("url", url)
    corpus.erase(doomed, reason="names of minors", ticket="2026/17")


def state(corpus: Corpus) -> list[tuple[str, str, str | None]]:
    return [(c.capture_id, c.url, c.payload_digest) for c in corpus.captures()]


def readable(corpus: Corpus) -> list[tuple[str, bytes]]:
    found = []
    for capture in corpus.captures():
        with corpus.read_payload(capture.capture_id) as payload:
            found.append((capture.url, payload.read()))
    return found


def bytes_on_disk(folder: Path) -> bytes:
    """All bytes below a folder, those of WARC files unpacked."""
    total = b""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.name.endswith(".warc.gz"):
            for item in read_records(path):
                assert isinstance(item, Record)
                total += item.head.raw + b"".join(item.block())
        else:
            total += path.read_bytes()
    return total


def tombstones(folder: Path) -> list[dict[str, str]]:
    found = []
    for path in sorted((folder / "warc").glob("*.warc.gz")):
        for item in read_records(path):
            assert isinstance(item, Record)
            if item.head.kind == "metadata":
                notes = dict(parse_fields(b"".join(item.block())))
                if "erased-at" in notes:
                    found.append(notes)
    return found


def test_an_erased_page_is_on_the_disk_no_more_under_any_url(corpus: Corpus) -> None:
    ids = two_crawls(corpus)
    key = "html 1"
    text = Extraction("ok", "text/html", key, pages=(Page(1, "Teilnehmerliste: Erna Beispiel"),))
    corpus.save_extractions([(digest(SECRET), key, text)])
    before = dict(readable(corpus))
    erase(corpus)
    assert [row[0] for row in state(corpus)] == [ids[0], ids[2], ids[5], ids[6]]
    assert readable(corpus) == [
        (HOST + "/", HOME), (HOST + "/a", OTHER), (HOST + "/a", OTHER),
        (HOST + "/b", OTHER),
    ]  # fmt: skip
    assert before[LIST] == SECRET
    folder = corpus.folder
    corpus.close()
    content = bytes_on_disk(folder)
    for words in (b"Teilnehmerliste", b"Beispiel", b"Anhang der Liste"):
        assert words not in content
    with Corpus.open(folder) as again:
        assert list(again.verify(deep=True)) == []
        assert again.is_index_to_be_purged


def test_a_tombstone_names_date_reason_and_ticket_for_each_record(corpus: Corpus) -> None:
    two_crawls(corpus)
    erase(corpus)
    found = tombstones(corpus.folder)
    assert sorted(notes["erased-type"] for notes in found) == [
        "metadata", "metadata", "metadata", "request", "request", "request",
        "response", "revisit", "revisit",
    ]  # fmt: skip
    assert {notes["reason"] for notes in found} == {"names of minors"}
    assert {notes["ticket"] for notes in found} == {"2026/17"}
    assert {notes["erased-at"][:10] for notes in found} == {"2026-05-04"}


def test_examining_says_first_what_would_go(corpus: Corpus) -> None:
    ids = two_crawls(corpus)
    doomed = corpus.examine("url", LIST)
    assert doomed.payloads == (digest(SECRET),)
    assert [(c.capture_id, c.url) for c in doomed.captures] == [
        (ids[1], LIST), (ids[3], HOST + "/kopie"), (ids[4], LIST),
    ]  # fmt: skip
    by_capture = corpus.examine("capture", str(ids[3]))
    assert by_capture.captures == doomed.captures
    assert by_capture.urls == ()
    assert corpus.examine("payload", digest(SECRET)).captures == doomed.captures
    assert len(state(corpus)) == 7
    with pytest.raises(CorpusError, match="nothing of it is archived"):
        corpus.examine("url", HOST + "/nie")


def test_an_error_page_is_erased_alone(corpus: Corpus) -> None:
    missing = b"<p>Nicht gefunden</p>"
    ids = crawl(
        corpus,
        0,
        recording("/weg", exchange("/weg", missing, status=404)),
        recording("/fort", exchange("/fort", b"<p>Nicht da</p>", status=404)),
    )
    doomed = corpus.examine("url", HOST + "/fort")
    assert doomed.payloads == ()
    assert [c.capture_id for c in doomed.captures] == [ids[1]]


def test_a_rebuild_from_a_restored_backup_erases_again(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    with Corpus.open(folder) as corpus:
        two_crawls(corpus)
    shutil.copytree(folder / "warc", tmp_path / "backup")
    with Corpus.open(folder) as corpus:
        erase(corpus)
        expected = state(corpus)
        sources, inbound = corpus.sources(), corpus.inbound_links()
    for path in (tmp_path / "backup").iterdir():
        shutil.copy(path, folder / "warc")
    for path in folder.glob("catalogue.sqlite*"):
        path.unlink()
    Corpus.rebuild(folder, links)
    assert b"Teilnehmerliste" not in bytes_on_disk(folder)
    with Corpus.open(folder) as corpus:
        assert state(corpus) == expected
        assert corpus.sources() == sources
        assert [(i.from_url, i.to_url) for i in corpus.inbound_links()] == [
            (i.from_url, i.to_url) for i in inbound
        ]
        assert list(corpus.verify(deep=True)) == []


def test_a_rebuild_of_the_rewritten_files_gives_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    with Corpus.open(folder) as corpus:
        two_crawls(corpus)
        erase(corpus)
        expected = [(c.capture_id, c.warc_file, c.offset, c.length) for c in corpus.captures()]
    for path in folder.glob("catalogue.sqlite*"):
        path.unlink()
    report = Corpus.rebuild(folder, links)
    assert report.findings == ()
    assert "addresses that were out of scope or excluded, and why" in report.lost
    with Corpus.open(folder) as corpus:
        again = [(c.capture_id, c.warc_file, c.offset, c.length) for c in corpus.captures()]
        assert again == expected


def test_before_the_restored_files_are_rewritten_nothing_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    with Corpus.open(folder) as corpus:
        two_crawls(corpus)
    shutil.copytree(folder, tmp_path / "backup")
    with Corpus.open(folder) as corpus:
        erase(corpus)
    shutil.copy(folder / "erased.jsonl", tmp_path / "backup")
    with Corpus.open(tmp_path / "backup", read_only=True) as corpus:
        assert {source.url for source in corpus.sources()} == {HOST + p for p in ("/", "/a", "/b")}
        assert not any("liste" in line for line in corpus.exporter("archiver 0").cdxj())


def test_an_erased_url_is_not_fetched_and_its_content_not_stored_again(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    with Corpus.open(folder, options=CorpusOptions(new_uuid=uuid4)) as corpus:
        two_crawls(corpus)
        erase(corpus)
        held = corpus.crawl_store(SITE).url(LIST)
        assert held is not None
        assert held.state == "excluded"
        assert held.exclude_reason is not None
        assert "names of minors" in held.exclude_reason
        store = corpus.crawl_store(SITE)
        store.begin_crawl(crawl_start(later(48)))
        store.add([candidate("/liste"), candidate("/neu")])
        copy = exchange("/neu", SECRET, at=later(48))
        found = link("/anhang", "Anhang der Liste")
        (stored,) = store.record(
            [recording("/neu", copy, links=(found,), candidates=(candidate("/anhang"),),
                       update=UrlUpdate(state="idle", visits=1, etag='"x"'))]
        )  # fmt: skip
        assert stored is None
        assert store.lease(9, later(49).timestamp(), frozenset()) != []
        record = url_record("/anhang", via_key=HOST + "/neu", via_url=HOST + "/neu", depth=2)
        (kept,) = store.record([recording("/anhang", record=record)])
        assert kept is not None
        again = store.url(LIST)
        assert again is not None
        assert again.state == "excluded"
        new = store.url(HOST + "/neu")
        assert new is not None
        assert not new.has_whole_payload
    with Corpus.open(folder) as corpus:
        assert list(corpus.verify(deep=True)) == []
    content = bytes_on_disk(folder)
    assert b"Teilnehmerliste" not in content
    assert b"Anhang der Liste" not in content
    assert [n for n in tombstones(folder) if "refused" in n] != []


def test_an_import_of_what_was_erased_is_erased_again(corpus: Corpus, tmp_path: Path) -> None:
    ids = [i for i in two_crawls(corpus) if i]
    exported = tmp_path / "forum.warc.gz"
    corpus.exporter("archiver 0").warc(exported, ids, START)
    erase(corpus)
    before = state(corpus)
    report = corpus.import_files([exported], site=SITE, read_links=links, software="archiver 0")
    assert (report.captures, report.known) == (0, 7)
    other = tmp_path / "other"
    with Corpus.open(other) as foreign:
        crawl(foreign, 0, recording("/x", exchange("/x", SECRET)), recording("/y"))
        more = tmp_path / "more.warc.gz"
        foreign.exporter("archiver 0").warc(more, [c.capture_id for c in foreign.captures()], START)
    corpus.import_files([more], site=SITE, read_links=links, software="archiver 0")
    assert [row[1] for row in state(corpus)[: len(before)] if row not in before] in (
        [], [HOST + "/y"],
    )  # fmt: skip
    assert {row[1] for row in state(corpus)} - {row[1] for row in before} == {HOST + "/y"}
    assert list(corpus.verify(deep=True)) == []
    again = corpus.import_files([more], site=SITE, read_links=links, software="archiver 0")
    assert (again.files, again.captures, again.known) == (0, 0, 2)
    folder = corpus.folder
    corpus.close()
    assert b"Teilnehmerliste" not in bytes_on_disk(folder)


def test_a_damaged_record_that_must_go_goes_with_its_stretch(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    with Corpus.open(folder) as corpus:
        two_crawls(corpus)
        victim = next(c for c in corpus.captures() if c.url == LIST)
    path = folder / "warc" / victim.warc_file
    content = bytearray(path.read_bytes())
    content[victim.offset + victim.length - 12] ^= 255
    path.write_bytes(bytes(content))
    with Corpus.open(folder) as corpus:
        erase(corpus)
        assert list(corpus.verify(deep=True)) == []
        assert len(state(corpus)) == 4


def test_erasing_while_a_crawl_writes_is_refused(corpus: Corpus) -> None:
    store = corpus.crawl_store(SITE)
    store.begin_crawl(crawl_start())
    store.record([recording("/liste", exchange("/liste", SECRET))])
    doomed = corpus.examine("url", LIST)
    with pytest.raises(CorpusError, match="a crawl is writing"):
        corpus.erase(doomed, reason="names", ticket=None)


def test_killed_at_any_step_an_erasure_is_completed_at_the_next_opening(tmp_path: Path) -> None:
    start = tmp_path / "start" / "corpus"
    with Corpus.open(start) as corpus:
        two_crawls(corpus)
    undisturbed = tmp_path / "undisturbed" / "corpus"
    shutil.copytree(start, undisturbed)
    with Corpus.open(undisturbed) as corpus:
        erase(corpus)
        expected = state(corpus)
    ends = []
    for step in range(1, 100):
        folder = tmp_path / f"step-{step}" / "corpus"
        shutil.copytree(start, folder)
        done = subprocess.run(
            [sys.executable, "-m", "tests.corpus.erasing", str(folder), LIST, str(step)],
            check=False,
        )
        ends.append(done.returncode)
        is_begun = (folder / "erased.jsonl").exists() and (folder / "erased.jsonl").read_bytes()
        with Corpus.open(folder) as corpus:
            assert list(corpus.verify(deep=True)) == [], f"killed at step {step}"
            if is_begun:
                assert state(corpus) == expected, f"killed at step {step}"
                assert corpus.is_index_to_be_purged
        if is_begun:
            assert b"Teilnehmerliste" not in bytes_on_disk(folder), f"killed at step {step}"
            assert not list((folder / "warc").glob("*.erasing"))
        shutil.rmtree(folder.parent)
        if done.returncode == 0:
            break
    assert ends[-1] == 0
    assert set(ends[:-1]) == {9}
    assert len(ends) > 10
