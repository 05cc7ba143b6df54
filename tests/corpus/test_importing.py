"""WARC and WACZ files of other crawlers become captures; what is damaged is named and left out."""

import base64
import gzip
import hashlib
import os
import sys
import zipfile
from pathlib import Path

import pytest

from archiver.corpus import Corpus
from archiver.corpus.conformance import judge
from archiver.corpus.importing import ImportReport
from archiver.errors import CorpusError
from archiver.model import LinkReading
from tests.corpus.making import HOST, digest
from tests.corpus.test_rebuild import contents, read_links

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ROOT = Path(__file__).parent.parent.parent
SHARED = Path(os.environ.get("ARCHIVER_SHARED_DATA", ROOT.parent / "shared" / "data")) / "warc"
HOME = b'<h1>Forum</h1><a href="/a">Sitzung 1</a>'


def links(payload: bytes, content_type: str | None, url: str) -> LinkReading:
    return read_links(payload, content_type or "", url)


def sha1_of(payload: bytes) -> str:
    """Return a digest as most other crawlers state it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(payload).digest()).decode()


def record(kind: str, number: int, url: str, http: bytes, *fields: str) -> bytes:
    """Return a WARC 1.0 record as another crawler writes it."""
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:0000000{number}-1111-4111-8111-111111111111>",
        f"WARC-Date: 2020-03-0{number}T10:00:00Z",
        f"WARC-Target-URI: {url}",
        *fields,
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(http)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + http + b"\r\n\r\n"


def foreign(path: Path, *, compressed: bool = True) -> Path:
    """Write what another crawler would: a page, a redirect, a chunked page, a copy as revisit."""
    html = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    moved = b"HTTP/1.1 302 Found\r\nLocation: /a\r\n\r\n"
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nSitzung\r\n0\r\n\r\n"
    stated = f"WARC-Payload-Digest: {sha1_of(HOME)}"
    profile = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    records = [
        record("response", 1, HOST + "/", html + HOME, stated),
        record("response", 2, HOST + "/alt", moved),
        record("response", 3, HOST + "/a", chunked),
        record("revisit", 4, HOST + "/kopie", html, stated, profile),
    ]
    path.write_bytes(b"".join(gzip.compress(item) if compressed else item for item in records))
    return path


def take(corpus: Corpus, *paths: Path) -> ImportReport:
    return corpus.import_files(paths, site="fremd", read_links=links, software="archiver 0")


def text_of(corpus: Corpus, url: str) -> bytes:
    capture = corpus.capture_at_url(url)
    assert capture is not None
    with corpus.read_payload(capture.capture_id) as file:
        return file.read()


@pytest.mark.parametrize("compressed", [True, False])
def test_a_foreign_file_becomes_captures(
    corpus: Corpus, tmp_path: Path, *, compressed: bool
) -> None:
    report = take(corpus, foreign(tmp_path / "a.warc.gz", compressed=compressed))
    assert (report.files, report.captures, report.findings) == (1, 4, [])
    assert text_of(corpus, HOST + "/") == HOME
    assert text_of(corpus, HOST + "/a") == b"Sitzung"
    assert text_of(corpus, HOST + "/kopie") == HOME
    sources = {source.url: source for source in corpus.sources("fremd")}
    assert set(sources) == {HOST + "/", HOST + "/a", HOST + "/kopie"}
    assert sources[HOST + "/a"].aliases == (HOST + "/alt",)
    assert sources[HOST + "/a"].payload_digest == digest(b"Sitzung")
    assert next((link.from_url, link.to_url) for link in corpus.inbound_links()) == (
        HOST + "/",
        HOST + "/a",
    )
    assert list(corpus.verify(deep=True)) == []


@pytest.mark.parametrize(
    ("location", "target"),
    [
        (b"/Gr\xf6\xdfe", HOST + "/Gr%F6%DFe"),
        ("/Größe".encode(), HOST + "/Gr%C3%B6%C3%9Fe"),
        (b"/weiter\x85", HOST + "/weiter%85"),
        (b"http://[::1/", None),
        (b"ftp://forum.example/", None),
    ],
)
def test_a_foreign_redirect_leads_where_browsers_go(
    corpus: Corpus, tmp_path: Path, location: bytes, target: str | None
) -> None:
    path = tmp_path / "a.warc.gz"
    moved = b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n\r\n"
    path.write_bytes(gzip.compress(record("response", 1, HOST + "/", moved)))
    assert take(corpus, path).captures == 1
    (capture,) = corpus.captures()
    assert capture.redirect_to == target


def test_the_links_of_a_foreign_pdf_are_read(corpus: Corpus, tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    pdf = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" + HOME
    path.write_bytes(gzip.compress(record("response", 1, HOST + "/a.pdf", pdf)))
    take(corpus, path)
    assert [link.to_url for link in corpus.inbound_links()] == [HOST + "/a"]


def frames(path: Path, target: Path, dictionary: str) -> Path:
    """Pack the records of a file as zstd frames, with a dictionary before them as the IIPC says."""
    records = [gzip.decompress(b"\x1f\x8b" + member) for member in members(path)]
    known, head = None, b""
    if dictionary != "none":
        known = zstd.train_dict(
            [b"WARC/1.0\r\nWARC-Type: response %d" % n * 9 for n in range(999)], 999
        )
        content = known.dict_content if dictionary == "plain" else zstd.compress(known.dict_content)
        head = b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content
    target.write_bytes(head + b"".join(zstd.compress(one, zstd_dict=known) for one in records))
    return target


def members(path: Path) -> list[bytes]:
    """Return the gzip members of a file without their first two bytes."""
    return path.read_bytes().split(b"\x1f\x8b")[1:]


@pytest.mark.parametrize("dictionary", ["none", "plain", "packed"])
def test_a_file_of_zstd_frames_is_taken_in_as_one_of_gzip_members(
    tmp_path: Path, dictionary: str
) -> None:
    packed = foreign(tmp_path / "a.warc.gz")
    with Corpus.open(tmp_path / "gzip") as corpus:
        take(corpus, packed)
    with Corpus.open(tmp_path / "zstd") as corpus:
        report = take(corpus, frames(packed, tmp_path / "a.warc.zst", dictionary))
        assert (report.files, report.captures, report.findings) == (1, 4, [])
        assert list(corpus.verify(deep=True)) == []
    assert [c[1:] for c in captures_in(tmp_path / "zstd")] == [
        c[1:] for c in captures_in(tmp_path / "gzip")
    ]
    assert list(judge(tmp_path / "a.warc.zst")) == []


def captures_in(folder: Path) -> list[tuple[str, ...]]:
    """Return file, id, URL and digest of all captures."""
    with Corpus.open(folder, read_only=True) as corpus:
        return [
            (c.warc_file, c.capture_id, c.url, c.payload_digest or "") for c in corpus.captures()
        ]


def test_a_broken_zstd_frame_costs_only_itself(corpus: Corpus, tmp_path: Path) -> None:
    path = frames(foreign(tmp_path / "a.warc.gz"), tmp_path / "a.warc.zst", "none")
    content = bytearray(path.read_bytes())
    content[content.index(b"\x28\xb5\x2f\xfd", 1) + 20] ^= 0xFF  # in the second record
    path.write_bytes(content)
    report = take(corpus, path)
    assert (report.captures, report.left_out) == (3, 1)


def test_without_the_library_a_zstd_file_is_refused_with_what_to_do(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = frames(foreign(tmp_path / "a.warc.gz"), tmp_path / "a.warc.zst", "plain")
    for name in ("compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(
        CorpusError, match=r"packed with zstd.*pip install 'forum-archiver\[codings"
    ):
        take(corpus, path)


def test_a_second_import_changes_nothing(corpus: Corpus, tmp_path: Path) -> None:
    path = foreign(tmp_path / "a.warc.gz")
    take(corpus, path)
    before = sorted(p.name for p in (corpus.folder / "warc").iterdir())
    report = take(corpus, path)
    assert (report.files, report.captures, report.known) == (0, 0, 4)
    assert sorted(p.name for p in (corpus.folder / "warc").iterdir()) == before


def test_imported_captures_survive_a_rebuild(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "c") as corpus:
        take(corpus, foreign(tmp_path / "a.warc.gz"))
    before = contents(tmp_path / "c")
    Corpus.rebuild(tmp_path / "c", links)
    assert contents(tmp_path / "c") == before


def test_imported_urls_are_not_queued_for_a_crawl(corpus: Corpus, tmp_path: Path) -> None:
    take(corpus, foreign(tmp_path / "a.warc.gz"))
    store = corpus.crawl_store("fremd")
    assert store.counts_by_state() == {"idle": 4}
    assert store.revisit(10**12) == 0


def test_imported_urls_are_not_queued_by_a_rebuild_either(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "c") as corpus:
        take(corpus, foreign(tmp_path / "a.warc.gz"))
    Corpus.rebuild(tmp_path / "c", links)
    with Corpus.open(tmp_path / "c") as corpus:
        store = corpus.crawl_store("fremd")
        assert store.counts_by_state() == {"idle": 4}
        assert store.revisit(10**12) == 0
        assert corpus.would_be_asked("fremd") == []


def test_a_folder_is_told_apart_from_a_failing_disk(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is a folder – name the files in it"):
        take(corpus, tmp_path)


def test_a_wacz_is_imported_from_its_archive_folder(corpus: Corpus, tmp_path: Path) -> None:
    inner = foreign(tmp_path / "a.warc.gz")
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as archive:
        archive.write(inner, "archive/data.warc.gz")
        archive.writestr("datapackage.json", "{}")
        archive.writestr("archive/../../evil.txt", "no")
    assert take(corpus, tmp_path / "a.wacz").captures == 4


def test_a_partly_damaged_file_is_judged_alike_each_time(corpus: Corpus, tmp_path: Path) -> None:
    path = foreign(tmp_path / "a.warc", compressed=False)
    undated = record("response", 5, HOST + "/e", b"HTTP/1.1 200 OK\r\n\r\ne").replace(
        b"2020-03-05T10:00:00Z", b"gestern"
    )
    nameless = record("response", 6, HOST + "/f", b"HTTP/1.1 200 OK\r\n\r\nf").replace(
        b"WARC-Record-ID", b"X-Record-ID"
    )
    again = record("response", 1, HOST + "/", b"HTTP/1.1 200 OK\r\n\r\nHOME")
    path.write_bytes(path.read_bytes() + undated + nameless + again + b"garbage")
    first = take(corpus, path)
    assert (first.files, first.captures, first.known, first.left_out) == (1, 4, 0, 3)
    kept = [finding.what for finding in first.findings if finding.what.startswith("left out")]
    assert kept == [
        "left out: a capture whose WARC-Date is 'gestern'",
        "left out: a capture without WARC-Record-ID",
        "left out: no WARC record begins here but b'garbage'",
    ]
    before = list(corpus.captures()), sorted((corpus.folder / "warc").iterdir())
    second = take(corpus, path)
    assert (second.files, second.captures, second.known, second.left_out) == (0, 0, 4, 3)
    assert second.findings == first.findings
    assert (list(corpus.captures()), sorted((corpus.folder / "warc").iterdir())) == before
    assert list(corpus.verify(deep=True)) == []


def test_what_a_foreign_file_claims_of_its_payloads_is_not_believed(
    corpus: Corpus, tmp_path: Path
) -> None:
    html = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HOME
    notes = (
        b"payload-digest: sha256:" + b"0" * 64 + b"\r\npayload-length: 7\r\nhead-length: 1\r\n"
        b"fetchTimeMs: soon\r\nattempt: -1\r\ndepth: deep\r\nhopsFromSeed: L\r\n"
    )
    concurrent = "WARC-Concurrent-To: <urn:uuid:00000001-1111-4111-8111-111111111111>"
    path = tmp_path / "a.warc"
    path.write_bytes(
        record("response", 1, HOST + "/", html)
        + record("metadata", 2, HOST + "/", notes, concurrent).replace(
            b"application/http; msgtype=response", b"application/warc-fields"
        )
    )
    assert take(corpus, path).left_out == 0
    (capture,) = corpus.captures()
    assert (capture.payload_digest, capture.payload_size) == (digest(HOME), len(HOME))
    with corpus.read_payload(capture.capture_id) as payload:
        assert payload.read() == HOME


def test_a_damaged_record_is_named_and_left_out(corpus: Corpus, tmp_path: Path) -> None:
    path = foreign(tmp_path / "a.warc.gz")
    content = path.read_bytes()
    path.write_bytes(content[:-30])
    report = take(corpus, path)
    assert report.captures == 3
    assert ["left out" in finding.what for finding in report.findings] == [True]
    assert take(corpus, path).files == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"no archive", "neither a WARC nor a WACZ"),
        ("a.warc.zst", b"\x28\xb5\x2f\xfd\x00", "neither a WARC nor a WACZ"),
        ("a.warc.zst", b"\x5d\x2a\x4d\x18\x02\x00\x00\x00xx", "its zstd dictionary cannot be read"),
        ("a.warc.zst", b"\x5d\x2a\x4d\x18\xff\xff\xff\xff", "larger than 16 MB"),
        ("a.arc", b"filedesc://a.arc 0.0.0.0", "an ARC file"),
        ("a.arc.gz", gzip.compress(b"filedesc://a.arc 0.0.0.0", mtime=0), "an ARC file"),
        ("a.warc.gz", b"\x1f\x8b\x08broken", "neither a WARC nor a WACZ"),
    ],
)
def test_other_files_are_refused(
    corpus: Corpus, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorpusError, match=words):
        take(corpus, tmp_path / name)


def test_a_zip_bomb_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/a.warc", b"\0" * 10_000_000)
    with pytest.raises(CorpusError, match="beyond measure"):
        take(corpus, tmp_path / "a.wacz")


def test_a_missing_file_is_named(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="there is no such file"):
        take(corpus, tmp_path / "none.warc")


@pytest.mark.parametrize(
    ("name", "captures", "sources", "odd"),
    [
        ("lab-generated/valid.wacz", 9, 6, 0),
        ("lab-generated/torn_mid.warc.gz", 10, 6, 23),
        ("lab-generated/torn-response.warc.gz", 200, 200, 1),
        ("warcio/example.warc.gz", 2, 1, 0),
        ("warcio/example-iana.org-chunked.warc", 1, 1, 0),
        ("wget-1.21.3/loop-00000.warc.gz", 7, 5, 0),
        ("wget-1.21.3/loop-dedup.warc.gz", 2, 0, 2),
    ],
)
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs sample WARC files: ARCHIVER_SHARED_DATA")
def test_files_of_other_tools_are_imported(
    corpus: Corpus, name: str, captures: int, sources: int, odd: int
) -> None:
    report = take(corpus, SHARED / name)
    assert (report.captures, len(corpus.sources()), len(report.findings)) == (
        captures,
        sources,
        odd,
    )
    assert list(corpus.verify(deep=True)) == []
