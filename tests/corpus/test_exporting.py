"""Captures go out byte for byte, with what they need, whole or not at all."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archiver.corpus import Corpus
from archiver.corpus.conformance import judge
from archiver.corpus.exporting import Exporter
from archiver.errors import DamagedRecordError, ExportError
from archiver.model import Capture
from tests.corpus.making import (
    HOST,
    SITE,
    START,
    crawl_start,
    exchange,
    later,
    no_counts,
    recording,
)
from tests.corpus.test_importing import links


def filled(corpus: Corpus) -> list[Capture]:
    store = corpus.crawl_store(SITE)
    crawl = store.begin_crawl(crawl_start())
    pdf = exchange("/a.pdf", b"%PDF-1.7 x", headers=(("Content-Type", "application/pdf"),))
    batch = [
        recording("/a", exchange("/a", b"<p>Eins</p>")),
        recording("/B?y=2&x=1", exchange("/B?y=2&x=1", b"<p>Eins</p>", at=later(1))),
        recording("/a.pdf", pdf),
    ]
    captures = [capture for capture in store.record(batch) if capture is not None]
    store.finish_crawl(crawl, "finished", no_counts(), None, later(1))
    return captures


def exporter(corpus: Corpus) -> Exporter:
    return corpus.exporter("archiver 0")


def test_a_revisit_goes_out_with_its_original(corpus: Corpus, tmp_path: Path) -> None:
    _, revisit, _ = filled(corpus)
    target = tmp_path / "out.warc.gz"
    assert exporter(corpus).warc(target, [revisit.capture_id], START) == 2
    assert list(judge(target)) == []
    with target.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds == [
        "warcinfo", "response", "request", "metadata", "revisit", "request", "metadata"
    ]  # fmt: skip


def test_cdxj_lines_are_sorted_and_tell_the_place(corpus: Corpus) -> None:
    page, revisit, pdf = filled(corpus)
    lines = exporter(corpus).cdxj(SITE)
    assert [line.split(" ")[:2] for line in lines] == [
        ["example,forum)/a", "20260504120000"],
        ["example,forum)/a.pdf", "20260504120000"],
        ["example,forum)/b?x=1&y=2", "20260504130000"],
    ]
    fields = [json.loads(line.split(" ", 2)[2]) for line in lines]
    assert fields[0]["offset"] == str(page.offset)
    assert fields[1]["filename"] == pdf.warc_file
    assert (fields[2]["mime"], fields[2]["digest"]) == ("warc/revisit", revisit.payload_digest)


def test_a_wacz_has_index_pages_and_digests(corpus: Corpus, tmp_path: Path) -> None:
    captures = filled(corpus)
    target = tmp_path / "out.wacz"
    ids = [capture.capture_id for capture in captures]
    assert exporter(corpus).wacz(target, ids, START, {HOST + "/a": "Sitzung 1"}) == 3
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        package = json.loads(archive.read("datapackage.json"))
        assert package["wacz_version"] == "1.1.1"
        for resource in package["resources"]:
            import hashlib

            content = archive.read(resource["path"])
            assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
            assert resource["bytes"] == len(content)
        index = gzip.decompress(archive.read("indexes/index.cdx.gz")).decode().splitlines()
        assert len(index) == 3
        warc = archive.read("archive/data.warc.gz")
        for line in index:
            place = json.loads(line.split(" ", 2)[2])
            start = int(place["offset"])
            member = gzip.decompress(warc[start : start + int(place["length"])])
            assert f"WARC-Target-URI: {place['url']}\r\n".encode() in member
        pages = [json.loads(line) for line in archive.read("pages/pages.jsonl").splitlines()]
    assert pages[1]["title"] == "Sitzung 1"


def test_what_went_out_can_be_imported_elsewhere(corpus: Corpus, tmp_path: Path) -> None:
    captures = filled(corpus)
    target = tmp_path / "out.wacz"
    exporter(corpus).wacz(target, [c.capture_id for c in captures], START, {})
    with Corpus.open(tmp_path / "other") as other:
        report = other.import_files([target], site="x", read_links=links, software="archiver 0")
        assert (report.captures, report.findings) == (3, [])
        assert {c.capture_id for c in other.captures()} == {c.capture_id for c in captures}


def test_files_are_named_by_capture_never_by_url(corpus: Corpus, tmp_path: Path) -> None:
    page, _, pdf = filled(corpus)
    folder = tmp_path / "files"
    assert exporter(corpus).files(folder, [page.capture_id, pdf.capture_id]) == 2
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{page.capture_id}.html", f"{pdf.capture_id}.pdf", "captures.jsonl"}
    assert (folder / f"{pdf.capture_id}.pdf").read_bytes() == b"%PDF-1.7 x"
    with pytest.raises(ExportError, match="not empty"):
        exporter(corpus).files(folder, [])


def test_a_damaged_record_leaves_no_half_export(corpus: Corpus, tmp_path: Path) -> None:
    captures = filled(corpus)
    path = corpus.folder / "warc" / captures[0].warc_file
    content = bytearray(path.read_bytes())
    content[captures[2].offset + 60] ^= 1
    path.write_bytes(bytes(content))
    (tmp_path / "out").mkdir()
    ids = [capture.capture_id for capture in captures]
    with pytest.raises(DamagedRecordError):
        exporter(corpus).warc(tmp_path / "out" / "x", ids, START)
    with pytest.raises(DamagedRecordError):
        exporter(corpus).wacz(tmp_path / "out" / "x", ids, START, {})
    with pytest.raises(DamagedRecordError):
        exporter(corpus).files(tmp_path / "out" / "x", ids)
    assert list((tmp_path / "out").iterdir()) == []
