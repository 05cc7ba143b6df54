"""The WARC records of a visit, read back by another program's reader (warcio)."""

import gzip
import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from archiver.corpus import Corpus
from archiver.model import Recording
from tests.corpus.making import (
    SITE,
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

Seen = list[tuple[str, dict[str, str], bytes]]


def archived(corpus: Corpus, *batches: list[Recording]) -> Path:
    """Record batches as one crawl and return its WARC file."""
    store = corpus.crawl_store(SITE)
    crawl = store.begin_crawl(crawl_start())
    for batch in batches:
        store.record(batch)
    store.finish_crawl(crawl, "finished", no_counts(), None, later(1))
    return next((corpus.folder / "warc").iterdir())


def seen_by_warcio(path: Path) -> Seen:
    with path.open("rb") as file:
        return [
            (record.rec_type, dict(record.rec_headers.headers), record.raw_stream.read())
            for record in ArchiveIterator(file, no_record_parse=True)
        ]


def is_clean_for_warcio(path: Path) -> bool:
    """Tell whether `warcio check` finds all digests right."""

    checker = Checker(SimpleNamespace(inputs=[str(path)], verbose=True))
    checker.process_all()
    return not checker.exit_value


def fields_of(block: bytes) -> dict[str, str]:
    lines = block.decode().split("\r\n")
    return dict(line.split(": ", 1) for line in lines if line)


def test_a_file_begins_with_a_warcinfo_that_says_who_wrote_it(corpus: Corpus) -> None:
    path = archived(corpus, [recording("/")])
    kind, head, block = seen_by_warcio(path)[0]
    assert kind == "warcinfo"
    assert head["WARC-Filename"] == path.name
    fields = fields_of(block)
    assert fields["software"] == "archiver 0"
    assert fields["robots"] == "obey"
    assert fields["isPartOf"] == SITE
    assert fields["crawl-config"] == '{"delay": 2}'


def test_a_page_becomes_a_response_a_request_and_a_metadata_record(corpus: Corpus) -> None:
    answer = exchange("/a", b"<p>Protokoll</p>")
    raw, request = answer.response.getvalue(), answer.request  # type: ignore[attr-defined]
    seen = seen_by_warcio(archived(corpus, [recording("/a", answer, links=())]))
    assert [kind for kind, _, _ in seen] == ["warcinfo", "response", "request", "metadata"]
    head = seen[1][1]
    assert seen[1][2] == raw
    assert head["WARC-Date"] == "2026-05-04T12:00:00.123456Z"
    assert head["WARC-Target-URI"] == "http://forum.example/a"
    assert head["WARC-IP-Address"] == "192.0.2.7"
    assert head["WARC-Payload-Digest"] == digest(b"<p>Protokoll</p>")
    assert head["WARC-Block-Digest"] == digest(raw)
    assert head["Content-Type"] == "application/http;msgtype=response"
    assert seen[2][2] == request
    assert seen[2][1]["WARC-Concurrent-To"] == head["WARC-Record-ID"]
    assert seen[3][1]["WARC-Concurrent-To"] == head["WARC-Record-ID"]


def test_metadata_tells_how_the_url_was_found(corpus: Corpus) -> None:
    parent = recording("/", links=(link("/a", "Protokoll der 3. Sitzung"),))
    child = recording(
        "/a",
        record=url_record("/a", via_key="http://forum.example/", via_url="http://forum.example/",
                          hops="L", depth=1, attempts=1),
    )  # fmt: skip
    seen = seen_by_warcio(archived(corpus, [parent], [child]))
    fields = fields_of(seen[6][2])
    assert fields["via"] == "http://forum.example/"
    assert fields["hopsFromSeed"] == "L"
    assert fields["fetchTimeMs"] == "250"
    assert fields["attempt"] == "2"
    assert fields["anchor-text"] == "Protokoll der 3. Sitzung"


def test_a_chunked_answer_keeps_its_framing_and_states_no_payload_digest(corpus: Corpus) -> None:
    answer = exchange("/c", b"Wort " * 100, is_chunked=True)
    raw = answer.response.getvalue()  # type: ignore[attr-defined]
    path = archived(corpus, [recording("/c", answer)])
    _, head, block = seen_by_warcio(path)[1]
    assert block == raw
    assert "WARC-Payload-Digest" not in head
    assert is_clean_for_warcio(path)


def test_a_payload_already_held_becomes_a_revisit_with_headers_only(corpus: Corpus) -> None:
    first = exchange("/a", b"<p>gleich</p>")
    again = exchange("/b", b"<p>gleich</p>", at=later(1))
    head_bytes = again.response.getvalue()[: again.head_length]  # type: ignore[attr-defined]
    path = archived(corpus, [recording("/a", first)], [recording("/b", again)])
    seen = seen_by_warcio(path)
    kind, head, block = seen[4]
    assert kind == "revisit"
    assert block == head_bytes
    assert head["WARC-Profile"].endswith("/1.1/revisit/identical-payload-digest")
    assert head["WARC-Refers-To"] == seen[1][1]["WARC-Record-ID"]
    assert head["WARC-Refers-To-Target-URI"] == "http://forum.example/a"
    assert head["WARC-Refers-To-Date"] == seen[1][1]["WARC-Date"]
    assert head["WARC-Payload-Digest"] == digest(b"<p>gleich</p>")
    assert head["WARC-Truncated"] == "length"
    assert is_clean_for_warcio(path)


def test_a_revisit_may_refer_to_a_response_of_the_same_batch(corpus: Corpus) -> None:
    batch = [recording("/a", exchange("/a", b"x" * 50)), recording("/b", exchange("/b", b"x" * 50))]
    store = corpus.crawl_store(SITE)
    store.begin_crawl(crawl_start())
    first, second = store.record(batch)
    assert first is not None
    assert second is not None
    assert (second.kind, second.refers_to) == ("revisit_payload", first.capture_id)


def test_a_304_becomes_a_revisit_without_block_and_keeps_its_header_lines(corpus: Corpus) -> None:
    path = archived(
        corpus,
        [recording("/a", exchange("/a", b"<p>alt</p>"))],
        [recording("/a", not_modified("/a", later(24)))],
    )
    seen = seen_by_warcio(path)
    kind, head, block = seen[4]
    assert (kind, block) == ("revisit", b"")
    assert head["Content-Length"] == "0"
    assert head["WARC-Profile"].endswith("/1.1/revisit/server-not-modified")
    assert head["WARC-Refers-To"] == seen[1][1]["WARC-Record-ID"]
    assert head["WARC-Refers-To-Date"] == "2026-05-04T12:00:00.123456Z"
    assert b"http-response-line: HTTP/1.1 304 Not Modified\r\n" in seen[6][2]
    assert b'http-response-line: ETag: "a"\r\n' in seen[6][2]
    assert is_clean_for_warcio(path)


def test_a_304_to_a_url_never_held_stays_a_response(corpus: Corpus) -> None:
    path = archived(corpus, [recording("/a", not_modified("/a", later(0)))])
    assert [kind for kind, _, _ in seen_by_warcio(path)][1] == "response"


def test_a_truncated_answer_says_why_and_is_nobodys_original(corpus: Corpus) -> None:
    cut = exchange("/a", b"halb", truncated="time")
    path = archived(corpus, [recording("/a", cut)], [recording("/b", exchange("/b", b"halb"))])
    seen = seen_by_warcio(path)
    assert seen[1][1]["WARC-Truncated"] == "time"
    assert seen[4][0] == "response"


def test_every_record_is_one_gzip_member(corpus: Corpus) -> None:
    path = archived(corpus, [recording("/a"), recording("/b")])
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        offsets = [records.get_record_offset() for _ in records]
    content = path.read_bytes()
    assert len(offsets) == 7
    assert all(content[at : at + 2] == b"\x1f\x8b" for at in offsets)


def test_odd_bytes_on_the_wire_are_kept_exactly(corpus: Corpus) -> None:
    answer = exchange("/odd", b"\x00\xff\r\n\r\nWARC/1.1\r\n")
    raw = b"HTTP/1.0 200\nX-Odd:  \xfc \nx-odd: 2\n\n" + b"\x00\xff\r\n\r\nWARC/1.1\r\n"
    answer.response, answer.response_length = io.BytesIO(raw), len(raw)
    answer.head_length = 35
    answer.malformed = ("no reason phrase",)
    path = archived(corpus, [recording("/odd", answer)])
    _, head, block = seen_by_warcio(path)[1]
    assert block == raw
    assert "WARC-Payload-Digest" not in head


@pytest.mark.parametrize("name", ["fastwarc", "warcio"])
def test_other_readers_find_all_digests_right(corpus: Corpus, name: str) -> None:
    big = b"%PDF-1.7 " + bytes(range(256)) * 4096
    pdf = exchange("/a.pdf", big, headers=(("Content-Type", "application/pdf"),))
    path = archived(corpus, [recording("/"), recording("/a.pdf", pdf)])
    if name == "warcio":
        assert is_clean_for_warcio(path)
        return
    from fastwarc.warc import ArchiveIterator as FastIterator

    with path.open("rb") as file:
        checked = [
            record.verify_block_digest(True) for record in FastIterator(file, parse_http=False)
        ]
    assert checked == [True] * 7


def test_the_other_reader_would_notice_a_wrong_digest(corpus: Corpus, tmp_path: Path) -> None:
    path = archived(corpus, [recording("/a", exchange("/a", b"<p>richtig</p>"))])
    content = gzip.decompress(path.read_bytes()).replace(b"richtig", b"falsch!")
    (tmp_path / "bad.warc").write_bytes(content)
    assert not is_clean_for_warcio(tmp_path / "bad.warc")
