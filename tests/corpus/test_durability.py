"""What was reported as stored survives kills, full disks and torn files, and nothing else does."""

import errno
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archiver.corpus import Corpus, CorpusOptions
from archiver.corpus.warcfile import RawFile, create_raw
from archiver.errors import DamagedRecordError, StorageError
from archiver.model import Recording
from tests.corpus.making import HOST, SITE, crawl_start, exchange, later, no_counts, recording

ROOT = Path(__file__).parent.parent.parent


def batch(first: int, size: int = 4) -> list[Recording]:
    return [
        recording(f"/{n}", exchange(f"/{n}", b"Seite %d " % n * 50))
        for n in range(first, first + size)
    ]


def urls_of(corpus: Corpus) -> list[str]:
    return [capture.url for capture in corpus.captures()]


def assert_all_readable(corpus: Corpus) -> None:
    for capture in corpus.captures():
        with corpus.read_payload(capture.capture_id) as file:
            assert len(file.read()) == capture.payload_size


def responses_in(folder: Path) -> list[str]:
    """Return the record ids of responses and revisits that warcio finds in all files."""
    found = []
    for path in sorted((folder / "warc").iterdir()):
        with path.open("rb") as file:
            found += [
                record.rec_headers.get_header("WARC-Record-ID")
                for record in ArchiveIterator(file)
                if record.rec_type in {"response", "revisit"}
            ]
    return found


def test_killed_writers_lose_nothing_they_reported(tmp_path: Path) -> None:
    reported: dict[str, str] = {}
    chance = random.Random(7)
    for run in range(10):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.corpus.writer", str(tmp_path), str(run * 100_000)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(chance.randrange(7, 150))]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        whole = [line.decode().split() for line in lines if line.endswith(b"\n")]
        reported |= dict(whole)
    with Corpus.open(tmp_path) as corpus:
        captures = {capture.capture_id: capture.url for capture in corpus.captures()}
        assert reported.items() <= captures.items()
        assert len(set(captures.values())) == len(captures)
        assert_all_readable(corpus)
        assert len(responses_in(tmp_path)) == len(captures)
        assert not list((tmp_path / "warc").glob("*.open"))
        assert list(corpus.verify(deep=True)) == []


class FailingFile:
    """A file whose n-th operation fails, as on a full or failing disk, and all after it."""

    def __init__(self, path: Path, script: "Script") -> None:
        self._file = create_raw(path)
        self._script = script

    def write(self, data: Any) -> int | None:
        if self._script.fails():
            self._file.write(bytes(data)[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._file.write(data)

    def truncate(self, size: int) -> int:
        return self._file.truncate(size)

    def seek(self, offset: int) -> int:
        return self._file.seek(offset)

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        self._file.close()


class Script:
    """Says at which write the disk is full."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.count = 0

    def fails(self) -> bool:
        self.count += 1
        return self.count == self.at

    def open(self, path: Path) -> RawFile:
        return FailingFile(path, self)


@pytest.mark.parametrize("at", range(1, 8))
def test_a_full_disk_at_any_write_loses_only_that_batch(tmp_path: Path, at: int) -> None:
    script = Script(at)
    stored: list[str] = []
    failures: list[str] = []
    with Corpus.open(tmp_path, options=CorpusOptions(open_file=script.open)) as corpus:
        store = corpus.crawl_store(SITE)
        crawl = store.begin_crawl(crawl_start())
        for first in range(0, 24, 4):
            try:
                stored += [c.url for c in store.record(batch(first)) if c is not None]
            except StorageError as error:
                failures.append(str(error))
        store.finish_crawl(crawl, "finished", no_counts(), None, later(1))
        assert urls_of(corpus) == stored
        assert_all_readable(corpus)
    assert len(failures) == (1 if at <= 6 else 0)
    assert all("No space left on device" in message for message in failures)
    assert len(stored) == 24 - 4 * len(failures)
    assert len(responses_in(tmp_path)) == len(stored)


def test_a_full_catalogue_keeps_the_last_committed_state(tmp_path: Path) -> None:
    stored: list[str] = []
    with Corpus.open(tmp_path) as corpus:
        store = corpus.crawl_store(SITE)
        store.begin_crawl(crawl_start())
        stored += [c.url for c in store.record(batch(0)) if c is not None]
        held = corpus._catalogue.row("PRAGMA page_count")
        assert held is not None
        corpus._catalogue.limit_pages(held[0] + 3)
        message = ""
        for first in range(100, 1000, 4):
            try:
                stored += [c.url for c in store.record(batch(first)) if c is not None]
            except StorageError as error:
                message = str(error)
                break
        assert "full" in message
        corpus._catalogue.limit_pages(1_000_000)
        stored += [c.url for c in store.record(batch(2000)) if c is not None]
        assert urls_of(corpus) == stored
        assert_all_readable(corpus)
    with Corpus.open(tmp_path) as corpus:
        assert urls_of(corpus) == stored
        assert len(responses_in(tmp_path)) == len(stored)


def crawl_all(corpus: Corpus, batches: int = 6) -> tuple[list[str], list[str]]:
    """Crawl, going on after each failure; return what was reported as stored, and the failures."""
    stored: list[str] = []
    failures: list[str] = []
    store = corpus.crawl_store(SITE)
    crawl = store.begin_crawl(crawl_start())
    for number in range(batches):
        for _ in range(2):  # the crawl asks again for what could not be stored
            try:
                stored += [c.url for c in store.record(batch(number * 8, 8)) if c is not None]
                break
            except StorageError as error:
                failures.append(str(error))
                corpus._catalogue.limit_pages(1_000_000)
    store.finish_crawl(crawl, "finished", no_counts(), None, later(1))
    return stored, failures


def test_a_catalogue_full_at_any_page_loses_only_what_was_not_reported(tmp_path: Path) -> None:
    room = failed = 0
    while True:  # until the whole crawl has room
        folder = tmp_path / str(room)
        with Corpus.open(folder) as corpus:
            held = corpus._catalogue.row("PRAGMA page_count")
            assert held is not None
            corpus._catalogue.limit_pages(held[0] + room)
            try:
                stored, failures = crawl_all(corpus)
            except StorageError as error:  # not even the crawl's beginning has room
                stored, failures = [], [str(error)]
        assert all("full" in message for message in failures), failures
        with Corpus.open(folder) as corpus:
            assert urls_of(corpus) == stored
            assert len(responses_in(folder)) == len(stored)
            assert list(corpus.verify(deep=True)) == []
        if not failures:
            break
        failed += 1
        room += 1
    assert len(stored) == 48
    assert failed >= 5


@pytest.mark.parametrize("at", range(1, 8))
def test_a_disk_that_fails_at_any_sync_loses_only_that_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    script = Script(at)

    def failing(handle: int) -> None:
        if script.fails():
            raise OSError(errno.EIO, "Input/output error")

    with Corpus.open(tmp_path) as corpus:
        monkeypatch.setattr("archiver.corpus.warcfile.os.fsync", failing)
        try:
            stored, failures = crawl_all(corpus)
        except StorageError as error:  # the last sync is that of the file's end
            failures = [str(error)]
            stored = urls_of(corpus)
            assert len(stored) == 48
        monkeypatch.undo()
    assert failures
    assert all("Input/output error" in message for message in failures)
    with Corpus.open(tmp_path) as corpus:
        assert urls_of(corpus) == stored
        assert len(stored) == 48
        assert len(responses_in(tmp_path)) == len(stored)
        assert list(corpus.verify(deep=True)) == []


def test_a_disk_without_room_is_noticed_before_writing(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = corpus.crawl_store(SITE)
    store.begin_crawl(crawl_start())
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1024})())
    with pytest.raises(StorageError, match="1 KiB are free"):
        store.record(batch(0))
    assert urls_of(corpus) == []


def left_open(folder: Path) -> Path:
    """Write two batches, leave the file open as a killed crawl does, return it."""
    with Corpus.open(folder) as corpus:
        store = corpus.crawl_store(SITE)
        store.begin_crawl(crawl_start())
        store.record(batch(0))
        store.record(batch(10))
    return next((folder / "warc").glob("*.open"))


@pytest.mark.parametrize("tail", [b"\x1f\x8b\x08half a member", b"\0" * 5000, b"junk"])
def test_a_tail_behind_the_committed_size_is_cut_off(tmp_path: Path, tail: bytes) -> None:
    path = left_open(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content + tail)
    with Corpus.open(tmp_path) as corpus:
        assert len(urls_of(corpus)) == 8
        assert_all_readable(corpus)
    closed = path.with_name(path.name.removesuffix(".open"))
    assert closed.read_bytes() == content


def test_a_file_shorter_than_committed_is_damage_and_the_rest_is_readable(tmp_path: Path) -> None:
    path = left_open(tmp_path)
    path.write_bytes(path.read_bytes()[:-900])
    with Corpus.open(tmp_path) as corpus:
        (damage,) = corpus.status().damaged
        assert "were committed" in damage
        captures = list(corpus.captures())
        assert len(captures) == 8
        with corpus.read_payload(captures[0].capture_id) as file:
            assert file.read().startswith(b"Seite 0")


def test_an_open_file_of_another_catalogue_is_left_alone(tmp_path: Path) -> None:
    with Corpus.open(tmp_path):
        pass
    stranger = tmp_path / "warc" / "fremd-00001.warc.gz.open"
    stranger.write_bytes(b"precious")
    with Corpus.open(tmp_path):
        pass
    assert stranger.read_bytes() == b"precious"


def test_a_file_closed_just_before_a_crash_is_found_closed(tmp_path: Path) -> None:
    path = left_open(tmp_path)
    path.rename(path.with_name(path.name.removesuffix(".open")))
    with Corpus.open(tmp_path) as corpus:
        assert corpus.status().damaged == ()
        assert_all_readable(corpus)


def test_a_crawl_never_appends_to_a_file_of_an_earlier_run(tmp_path: Path) -> None:
    left_open(tmp_path)
    with Corpus.open(tmp_path) as corpus:
        before = {path.name: path.read_bytes() for path in (tmp_path / "warc").iterdir()}
        store = corpus.crawl_store(SITE)
        store.begin_crawl(crawl_start())
        store.record(batch(20))
    for name, content in before.items():
        assert (tmp_path / "warc" / name).read_bytes() == content


def test_files_are_rotated_at_their_size(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, options=CorpusOptions(rotate_at=2000)) as corpus:
        store = corpus.crawl_store(SITE)
        crawl = store.begin_crawl(crawl_start())
        for first in range(0, 12, 4):
            store.record(batch(first))
        store.finish_crawl(crawl, "finished", no_counts(), None, later(1))
        assert [p.name[-14:] for p in sorted((tmp_path / "warc").iterdir())] == [
            "-00001.warc.gz",
            "-00002.warc.gz",
            "-00003.warc.gz",
        ]
        assert_all_readable(corpus)


def test_a_crawl_that_recorded_nothing_leaves_no_file(corpus: Corpus) -> None:
    store = corpus.crawl_store(SITE)
    crawl = store.begin_crawl(crawl_start())
    store.finish_crawl(crawl, "finished", no_counts(), None, later(1))
    assert list((corpus.folder / "warc").iterdir()) == []


def test_a_flipped_byte_harms_only_its_own_record(corpus: Corpus) -> None:
    store = corpus.crawl_store(SITE)
    crawl = store.begin_crawl(crawl_start())
    captures = [c for c in store.record(batch(0)) if c is not None]
    store.finish_crawl(crawl, "finished", no_counts(), None, later(1))
    path = corpus.folder / "warc" / captures[1].warc_file
    content = bytearray(path.read_bytes())
    content[captures[1].offset + captures[1].length // 2] ^= 0x10
    path.write_bytes(bytes(content))
    with pytest.raises(DamagedRecordError, match=rf"{path.name}: damaged record at "):
        corpus.read_payload(captures[1].capture_id)
    for capture in (captures[0], captures[2], captures[3]):
        with corpus.read_payload(capture.capture_id) as file:
            assert file.read().startswith(b"Seite")


def test_urls_a_killed_crawl_had_leased_are_queued_at_the_next_opening(tmp_path: Path) -> None:
    with Corpus.open(tmp_path) as corpus:
        store = corpus.crawl_store(SITE)
        store.begin_crawl(crawl_start())
        page = batch(0, 1)[0]
        store.record([page])
        from tests.corpus.making import candidate

        store.add([candidate("/a")])
        store.lease(1, later(0).timestamp(), frozenset())
    with Corpus.open(tmp_path) as corpus:
        row = corpus.crawl_store(SITE).url(HOST + "/a")
        assert row is not None
        assert row.state == "queued"
        status = corpus.status()
        assert status.last_crawl is not None
        assert status.last_crawl.state == "interrupted"


def test_a_body_of_100_mib_is_streamed(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.corpus.large", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.stderr == ""
    assert int(run.stdout) < 100
