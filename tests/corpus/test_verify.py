"""`verify` names what is wrong, where, and what is lost by it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archiver.corpus import Corpus
from archiver.model import Capture
from tests.corpus.making import SITE, crawl_start, exchange, later, no_counts, recording

Findings = list[tuple[int, str]]


def filled(corpus: Corpus) -> tuple[Path, list[Capture]]:
    store = corpus.crawl_store(SITE)
    crawl = store.begin_crawl(crawl_start())
    batch = [recording(f"/{n}", exchange(f"/{n}", b"Seite %d " % n * 60)) for n in range(4)]
    captures = [capture for capture in store.record(batch) if capture is not None]
    store.finish_crawl(crawl, "finished", no_counts(), None, later(1))
    return corpus.folder / "warc" / captures[0].warc_file, captures


def found(corpus: Corpus, *, deep: bool = False) -> Findings:
    return [(finding.offset, finding.what) for finding in corpus.verify(deep=deep)]


def test_an_untouched_corpus_is_clean(corpus: Corpus) -> None:
    filled(corpus)
    assert found(corpus) == []
    assert found(corpus, deep=True) == []


def test_a_file_being_written_is_no_damage(corpus: Corpus) -> None:
    store = corpus.crawl_store(SITE)
    store.begin_crawl(crawl_start())
    store.record([recording("/")])
    assert found(corpus, deep=True) == []


def test_a_flipped_byte_is_named_with_the_capture_it_harms(corpus: Corpus) -> None:
    path, captures = filled(corpus)
    content = bytearray(path.read_bytes())
    content[captures[2].offset + captures[2].length - 5] ^= 1  # in the gzip checksum
    path.write_bytes(bytes(content))
    ((offset, what),) = found(corpus)
    assert offset == captures[2].offset
    assert f"lost captures: {captures[2].capture_id}" in what


def cut(content: bytes, captures: list[Capture]) -> bytes:
    return content[: captures[3].offset + 20]


def zeros(content: bytes, captures: list[Capture]) -> bytes:
    return content + b"\0" * 4096


def junk(content: bytes, captures: list[Capture]) -> bytes:
    return content[: captures[1].offset] + b"junk" * 9 + content[captures[1].offset :]


@pytest.mark.parametrize(
    ("damage", "place", "words"),
    [
        (cut, 3, "ends early"),
        (zeros, None, "incorrect header check"),
        (junk, 1, "incorrect header check"),
    ],
)
def test_torn_padded_and_mixed_files_are_named(
    corpus: Corpus, damage: Callable[[bytes, list[Capture]], bytes], place: int | None, words: str
) -> None:
    path, captures = filled(corpus)
    content = path.read_bytes()
    path.write_bytes(damage(content, captures))
    findings = found(corpus)
    expected = len(content) if place is None else captures[place].offset
    assert findings[0][0] == expected
    assert words in findings[0][1]


def test_a_missing_and_an_unknown_file_are_named(corpus: Corpus) -> None:
    path, _ = filled(corpus)
    path.rename(path.with_name("fremd-00001.warc.gz"))
    assert [(f.file, f.what) for f in corpus.verify()] == [
        (path.name, "the file is missing"),
        ("fremd-00001.warc.gz", "the catalogue does not know this file"),
    ]


def test_a_record_replaced_by_another_is_noticed(corpus: Corpus) -> None:
    _path, captures = filled(corpus)
    one, two = captures[0], captures[1]
    with corpus._catalogue.transaction() as connection:
        connection.execute(
            "UPDATE capture SET record_id = ? WHERE capture_id = ?", (two.record_id, one.capture_id)
        )
    assert found(corpus) == []
    ((offset, what),) = found(corpus, deep=True)
    assert (offset, what) == (one.offset, f"not the record of capture {one.capture_id} stands here")
