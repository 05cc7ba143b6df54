"""The judge rejects what breaks ISO 28500 and accepts what does not, ours and others'."""

import gzip
import hashlib
import os
from pathlib import Path

import pytest

from archiver.corpus import Corpus
from archiver.corpus.conformance import judge
from tests.corpus.making import SITE, crawl_start, exchange, later, no_counts, recording

ROOT = Path(__file__).parent.parent.parent
SHARED = Path(os.environ.get("ARCHIVER_SHARED_DATA", ROOT.parent / "shared" / "data")) / "warc"

ID = "<urn:uuid:00000001-0000-4000-8000-000000000001>"
OTHER_ID = "<urn:uuid:00000002-0000-4000-8000-000000000002>"
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nSitzung"


def record(
    *changes: str,
    kind: str = "response",
    block: bytes = HTTP,
    drop: tuple[str, ...] = (),
    version: str = "WARC/1.1",
    end: bytes = b"\r\n\r\n",
    newline: bytes = b"\r\n",
) -> bytes:
    """Return a record that conforms, with field lines added, replaced (same name) or dropped."""
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": ID,
        "WARC-Date": "2026-05-04T12:00:00Z",
        "WARC-Target-URI": "http://forum.example/",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    }
    if kind == "warcinfo":
        del fields["WARC-Target-URI"]
        fields["Content-Type"] = "application/warc-fields"
    extra = []
    for change in changes:
        name, _, value = change.partition(": ")
        if name in fields:
            fields[name] = value
        else:
            extra.append(change)
    lines = [version, *(f"{n}: {v}" for n, v in fields.items() if n not in drop), *extra]
    head = b"".join(line.encode("utf-8", "surrogateescape") + newline for line in lines)
    return head + newline + block + end


def remarks(tmp_path: Path, content: bytes) -> list[str]:
    path = tmp_path / "a.warc"
    path.write_bytes(content)
    return [finding.what for finding in judge(path)]


def digest_line(name: str, data: bytes, algorithm: str = "sha256") -> str:
    return f"{name}: {algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


REVISIT = ("WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",)
CONTINUED = ("WARC-Segment-Number: 2", f"WARC-Segment-Origin-ID: {OTHER_ID}")

VALID = {
    "a response": record(),
    "version 1.0": record(version="WARC/1.0"),
    "warcinfo with a file name": record("WARC-Filename: a.warc", kind="warcinfo", block=b""),
    "fields in any case": record().replace(b"WARC-Type: response", b"warc-type: RESPONSE"),
    "version in lower case": record().replace(b"WARC/1.1", b"warc/1.1"),
    "a folded field": record("X-Note: one\r\n  two"),
    "a field of no standard": record("X-Forum: Bürgerforum"),
    "several concurrent records": record(
        f"WARC-Concurrent-To: {OTHER_ID}", f"WARC-Concurrent-To: {ID}", kind="request"
    ),
    "nanoseconds": record("WARC-Date: 2026-05-04T12:00:00.123456789Z"),
    "a date of a month": record("WARC-Date: 2026-05"),
    "an IPv6 address": record("WARC-IP-Address: 2001:db8::1"),
    "right digests": record(
        digest_line("WARC-Block-Digest", HTTP), digest_line("WARC-Payload-Digest", b"Sitzung")
    ),
    "a digest in base32": record(
        "WARC-Block-Digest: sha1:"
        + __import__("base64").b32encode(hashlib.sha1(HTTP).digest()).decode()
    ),
    "a digest of unknown algorithm": record("WARC-Block-Digest: blake9:abcdef"),
    "a revisit": record(*REVISIT, f"WARC-Refers-To: {OTHER_ID}", kind="revisit"),
    "a continuation without a type": record(
        *CONTINUED, kind="continuation", drop=("Content-Type",)
    ),
    "two records": record() + record(f"WARC-Record-ID: {OTHER_ID}"),
    "an empty block without a type": record(block=b"", drop=("Content-Type",)),
}

INVALID = {
    "an empty file": (b"", "no WARC record"),
    "no WARC file": (b"RIFF....WAVE", "no WARC record begins here"),
    "an unknown version": (record(version="WARC/9.9"), "the version is"),
    "empty lines before": (b"\r\n\r\n" + record(), "no WARC record begins here"),
    "garbage behind": (record() + b"garbage\r\n", "no WARC record begins here"),
    "bare line feeds": (record(newline=b"\n"), "does not end with CR LF"),
    "no end": (record(end=b""), "two line breaks"),
    "one line break at the end": (record(end=b"\r\n"), "two line breaks"),
    "a length too long": (record("Content-Length: 9999"), "ends"),
    "a length too short": (record("Content-Length: 5"), "two line breaks"),
    "a length that is no number": (record("Content-Length: many"), "Content-Length is 'many'"),
    "a negative length": (record("Content-Length: -5"), "Content-Length is '-5'"),
    "no length": (record(drop=("Content-Length",)), "Content-Length is None"),
    "no type": (record(drop=("WARC-Type",)), "WARC-Type is missing"),
    "no id": (record(drop=("WARC-Record-ID",)), "WARC-Record-ID is missing"),
    "no date": (record(drop=("WARC-Date",)), "WARC-Date is missing"),
    "no target": (record(drop=("WARC-Target-URI",)), "WARC-Target-URI is missing"),
    "no content type": (record(drop=("Content-Type",)), "Content-Type is missing"),
    "an odd type": (record(kind="monkeys"), "unknown to the standard"),
    "an empty field": (record("WARC-IP-Address: "), "WARC-IP-Address is empty"),
    "a field twice": (record("WARC-Filename: a", "WARC-Filename: b", kind="warcinfo"), "2 times"),
    "a line without a colon": (record("nonsense"), "no named field"),
    "an id without brackets": (record(f"WARC-Record-ID: {ID[1:-1]}"), "not well-formed"),
    "an id that is no URI": (record("WARC-Record-ID: <zaphod>"), "not well-formed"),
    "a date in words": (record("WARC-Date: blue monday"), "WARC-Date is not well-formed"),
    "a month 13": (record("WARC-Date: 2026-13-04T12:00:00Z"), "WARC-Date is not well-formed"),
    "a local date": (record("WARC-Date: 2026-05-04T12:00:00+02:00"), "WARC-Date is not"),
    "a fraction in 1.0": (
        record("WARC-Date: 2026-05-04T12:00:00.5Z", version="WARC/1.0"),
        "not of the form",
    ),
    "a target that is no URI": (record("WARC-Target-URI: bad_uri"), "not well-formed"),
    "spaces in the target": (record("WARC-Target-URI: http://a.example/b c"), "not well-formed"),
    "an address of letters": (record("WARC-IP-Address: a.b.c.d"), "not well-formed"),
    "a media type of one word": (record("Content-Type: gif\\image"), "not well-formed"),
    "a digest without a value": (record("WARC-Block-Digest: sha1:"), "not well-formed"),
    "a digest without an algorithm": (record("WARC-Block-Digest: :ABC"), "not well-formed"),
    "a digest of the wrong length": (record("WARC-Block-Digest: sha256:abcd"), "not well-formed"),
    "a wrong block digest": (
        record(digest_line("WARC-Block-Digest", b"other")),
        "the block does not have the digest",
    ),
    "a wrong payload digest": (
        record(digest_line("WARC-Payload-Digest", b"other")),
        "the payload does not have the digest",
    ),
    "a repeated id": (record() + record(), "the record id was used before"),
    "a target in warcinfo": (
        record(kind="warcinfo").replace(b"\r\nWARC-D", b"\r\nWARC-Target-URI: http://a/\r\nWARC-D"),
        "not allowed in a warcinfo",
    ),
    "a file name in a response": (record("WARC-Filename: a.warc"), "not allowed in a response"),
    "a profile in a response": (record(*REVISIT), "not allowed in a response"),
    "an original of a response": (record(f"WARC-Refers-To: {ID}"), "not allowed in a response"),
    "a total length in a response": (record("WARC-Segment-Total-Length: 5"), "not allowed"),
    "concurrent in a conversion": (
        record(f"WARC-Concurrent-To: {ID}", kind="conversion"),
        "not allowed in a conversion",
    ),
    "an address in a conversion": (
        record("WARC-IP-Address: 192.0.2.1", kind="conversion"),
        "not allowed in a conversion",
    ),
    "a warcinfo of a warcinfo": (
        record(f"WARC-Warcinfo-ID: {OTHER_ID}", kind="warcinfo", block=b""),
        "not allowed in a warcinfo",
    ),
    "a warcinfo of another type": (
        record("Content-Type: application/octet-stream", kind="warcinfo"),
        "should be application/warc-fields",
    ),
    "a revisit without a profile": (record(kind="revisit"), "WARC-Profile is missing"),
    "a continuation without a number": (
        record(kind="continuation"),
        "WARC-Segment-Number is missing",
    ),
    "a continuation with number 1": (
        record("WARC-Segment-Number: 1", CONTINUED[1], kind="continuation"),
        "must be 2 or more",
    ),
    "a response with number 2": (record("WARC-Segment-Number: 2"), "must be 1"),
    "a number in words": (record("WARC-Segment-Number: one"), "not well-formed"),
    "a head that is not UTF-8": (record("X-Forum: \udcfc"), "not UTF-8"),
    "an unknown truncation": (record("WARC-Truncated: boredom"), "unknown reason"),
}


@pytest.mark.parametrize("name", VALID)
def test_a_conforming_file_is_accepted(tmp_path: Path, name: str) -> None:
    assert remarks(tmp_path, VALID[name]) == []


@pytest.mark.parametrize("name", INVALID)
def test_a_broken_file_is_rejected_with_the_reason(tmp_path: Path, name: str) -> None:
    content, words = INVALID[name]
    assert words in "; ".join(remarks(tmp_path, content))


def test_records_that_share_a_gzip_member_are_noticed(tmp_path: Path) -> None:
    both = gzip.compress(record() + record(f"WARC-Record-ID: {OTHER_ID}"))
    assert remarks(tmp_path, both) == ["the gzip member holds more than one record"]
    each = gzip.compress(record()) + gzip.compress(record(f"WARC-Record-ID: {OTHER_ID}"))
    assert remarks(tmp_path, each) == []


def test_a_record_spread_over_gzip_members_is_noticed(tmp_path: Path) -> None:
    whole = record()
    torn = gzip.compress(whole[:-20]) + gzip.compress(whole[-20:])
    assert "ends" in remarks(tmp_path, torn)[0]


def test_a_chunked_payload_may_have_either_digest(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b"7\r\nSitzung\r\n0\r\n\r\n"
    for data in (b"Sitzung", body):
        line = digest_line("WARC-Payload-Digest", data)
        assert remarks(tmp_path, record(line, block=head + body)) == []
    wrong = digest_line("WARC-Payload-Digest", b"anderes")
    assert len(remarks(tmp_path, record(wrong, block=head + body))) == 1


def test_damage_in_the_middle_hides_nothing_behind_it(tmp_path: Path) -> None:
    first, second = gzip.compress(record()), gzip.compress(record("WARC-Date: gestern"))
    broken = bytearray(first)
    broken[-6] ^= 1
    path = tmp_path / "a.warc.gz"
    path.write_bytes(bytes(broken) + second)
    findings = list(judge(path))
    assert [finding.offset for finding in findings] == [0, len(first)]
    assert "WARC-Date is not well-formed" in findings[1].what


def test_our_own_files_conform(corpus: Corpus) -> None:
    store = corpus.crawl_store(SITE)
    crawl = store.begin_crawl(crawl_start())
    store.record([recording("/a"), recording("/b", exchange("/b", b"x" * 999, is_chunked=True))])
    store.record([recording("/a", exchange("/a", b"", status=304, at=later(1)))])
    store.finish_crawl(crawl, "finished", no_counts(), None, later(1))
    (path,) = (corpus.folder / "warc").iterdir()
    assert list(judge(path)) == []


OTHERS = {
    "lab-generated/exact-bytes-chunked-no-payload-digest.warc.gz": True,
    "lab-generated/exact-bytes-chunked-spec-digest.warc.gz": True,
    "lab-generated/resource-urn-text.warc.gz": True,
    "lab-generated/revisit-r1.warc.gz": True,
    "lab-generated/revisit-r4.warc.gz": True,
    "lab-generated/revisit-r5.warc.gz": True,
    "lab-generated/junk.warc.gz": False,
    "lab-generated/torn.warc.gz": False,
    "lab-generated/torn_mid.warc.gz": False,
    "lab-generated/torn-response.warc.gz": False,
    "lab-generated/zeros.warc.gz": False,
    "warcio/example.warc": True,
    "warcio/example.warc.gz": True,
    "warcio/example-iana.org-chunked.warc": True,
    "warcio/example-resource.warc.gz": True,
    "warcio/post-test.warc.gz": True,
    "warcio/example-bad.warc.gz.bad": False,
    "warcio/example-bad-non-chunked.warc.gz": False,
    "warcio/example-digest.warc": False,
    "warcio/example-trunc.warc": False,
    "warcio/example-wrong-chunks.warc.gz": False,
    "warcio/example-space-in-target-uri.warc.gz": False,
    "wget-1.21.3/loop-00000.warc.gz": True,
    "wget-1.21.3/loop-dedup.warc.gz": False,
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs sample WARC files: ARCHIVER_SHARED_DATA")
def test_files_of_other_tools_are_judged_rightly(name: str) -> None:
    assert (list(judge(SHARED / name)) == []) is OTHERS[name]
