"""The judge rejects what breaks ISO 28500 and accepts what does not, ours and others'."""

import base64
import gzip
import hashlib
import os
from pathlib import Path

import pytest

from archiver.corpus import Corpus
from archiver.corpus.conformance import Finding, judge
from archiver.corpus.warc import digest_of
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
    if kind in {"warcinfo", "metadata"}:
        fields["Content-Type"] = "application/warc-fields"
    if kind == "request":
        fields["Content-Type"] = "application/http; msgtype=request"
    if kind == "warcinfo":
        del fields["WARC-Target-URI"]
    if kind == "continuation":
        del fields["Content-Type"]
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


def findings(tmp_path: Path, content: bytes) -> list[Finding]:
    path = tmp_path / "a.warc"
    path.write_bytes(content)
    return list(judge(path))


def remarks(tmp_path: Path, content: bytes) -> list[str]:
    return [finding.what for finding in findings(tmp_path, content)]


def digest_line(name: str, data: bytes, algorithm: str = "sha256") -> str:
    return f"{name}: {algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


REVISIT = (
    "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
    "WARC-Payload-Digest: " + digest_of([b"Sitzung"]),
)
CONTINUED = ("WARC-Segment-Number: 2", f"WARC-Segment-Origin-ID: {OTHER_ID}")
LOOKUP = b"20260504120000\r\nforum.example.\t300\tIN\tA\t192.0.2.1\r\n"


def base32(data: bytes) -> str:
    return base64.b32encode(data).decode()


def lower_case(content: bytes) -> bytes:
    """Lower all of a head but its Content-Length, which has no case, and the block."""
    head, _, block = content.partition(b"\r\n\r\n")
    return head.lower() + b"\r\n\r\n" + block


def upper_case(content: bytes) -> bytes:
    head, _, block = content.partition(b"\r\n\r\n")
    return head.upper() + b"\r\n\r\n" + block


def folded(content: bytes) -> bytes:
    """Put every value on a line of its own, as RFC 2822 allows."""
    head, _, block = content.partition(b"\r\n\r\n")
    return head.replace(b": ", b": \r\n ") + b"\r\n\r\n" + block


def lonely(kind: str) -> bytes:
    """Return a head that says nothing but its type."""
    return f"WARC/1.1\r\nWARC-Type: {kind}\r\n\r\n\r\n\r\n".encode()


VALID = {
    "a response": record(),
    "version 1.0": record(version="WARC/1.0"),
    "the draft 0.18": record(version="WARC/0.18"),
    "the draft 0.17": record(version="WARC/0.17"),
    "warcinfo with a file name": record("WARC-Filename: a.warc", kind="warcinfo", block=b""),
    "warcinfo with an odd file name": record(
        "WARC-Filename: Bürger forum.warc.gz", kind="warcinfo", block=b"software: a/1\r\n"
    ),
    "a file name as an encoded word": record(
        "WARC-Filename: =?UTF-8?Q?B=C3=BCrger.warc?=", kind="warcinfo", block=b""
    ),
    "fields in any case": record().replace(b"WARC-Type: response", b"warc-type: RESPONSE"),
    "version in lower case": record().replace(b"WARC/1.1", b"warc/1.1"),
    "all in lower case": lower_case(record(version="WARC/1.0")),
    "all in upper case": upper_case(record(version="WARC/1.0")),
    "a folded field": record("X-Note: one\r\n  two"),
    "every field folded": folded(record(*CONTINUED, kind="continuation")),
    "no blank behind the colons": record(block=b"").replace(b": ", b":"),
    "a field of no standard": record("X-Forum: Bürgerforum"),
    "a field of no standard twice": record("X-Forum: eins", "x-forum: zwei"),
    "several concurrent records": record(
        f"WARC-Concurrent-To: {OTHER_ID}", f"WARC-Concurrent-To: {ID}", kind="request"
    ),
    "a metadata record that stands alone": record(
        f"WARC-Refers-To: {OTHER_ID}", f"WARC-Concurrent-To: {OTHER_ID}",
        "WARC-IP-Address: 192.0.2.1", f"WARC-Warcinfo-ID: {OTHER_ID}",
        kind="metadata", block=b"via: http://forum.example/\r\n", drop=("WARC-Target-URI",),
    ),
    "nanoseconds": record("WARC-Date: 2026-05-04T12:00:00.123456789Z"),
    "a leap second": record("WARC-Date: 2016-12-31T23:59:60Z"),
    "a date of a month": record("WARC-Date: 2026-05"),
    "a date of a minute": record("WARC-Date: 2026-05-04T12:00Z"),
    "29 February": record("WARC-Date: 2024-02-29T12:00:00Z"),
    "an IPv6 address": record("WARC-IP-Address: 2001:db8::1"),
    "a target in brackets, as 1.0 says": record("WARC-Target-URI: <http://forum.example/>"),
    "an id that is a URL": record("WARC-Record-ID: <http://forum.example/records/1>"),
    "right digests": record(
        digest_line("WARC-Block-Digest", HTTP), digest_line("WARC-Payload-Digest", b"Sitzung")
    ),
    "a digest in upper case": record(
        f"WARC-Block-Digest: SHA256:{hashlib.sha256(HTTP).hexdigest().upper()}"
    ),
    "a digest in base32": record(f"WARC-Block-Digest: sha1:{base32(hashlib.sha1(HTTP).digest())}"),
    "a digest in base32 with padding": record(
        f"WARC-Block-Digest: md5:{base32(hashlib.md5(HTTP).digest())}"
    ),
    "a digest in base64": record(
        "WARC-Block-Digest: sha1:" + base64.b64encode(hashlib.sha1(HTTP).digest()).decode()
    ),
    "a digest of unknown algorithm": record("WARC-Block-Digest: blake9:abcdef"),
    "a revisit": record(*REVISIT, f"WARC-Refers-To: {OTHER_ID}", kind="revisit"),
    "a revisit without a block": record(
        *REVISIT, kind="revisit", block=b"", drop=("Content-Type",)
    ),
    "a revisit of another profile": record(
        "WARC-Profile: http://forum.example/profiles/diff", kind="revisit"
    ),
    "a truncated response": record("WARC-Truncated: disconnect"),
    "the first segment": record("WARC-Segment-Number: 1"),
    "a continuation without a type": record(*CONTINUED, kind="continuation"),
    "the last segment": record(*CONTINUED, "WARC-Segment-Total-Length: 99", kind="continuation"),
    "a conversion": record(
        f"WARC-Refers-To: {OTHER_ID}", "Content-Type: text/plain", kind="conversion"
    ),
    "a DNS lookup": record(
        "WARC-Target-URI: dns:forum.example", "Content-Type: text/dns", kind="resource",
        block=LOOKUP,
    ),
    "a DNS lookup as a response": record(
        "WARC-Target-URI: dns:forum.example", "Content-Type: text/dns", block=LOOKUP
    ),
    "no message type": record("Content-Type: application/http"),
    "a message type of one's own": record("Content-Type: application/http; msgtype=custom"),
    "an answer that is no HTTP": record(block=b"\x00\xff no head at all"),
    "two records": record() + record(f"WARC-Record-ID: {OTHER_ID}"),
    "an empty block without a type": record(block=b"", drop=("Content-Type",)),
}  # fmt: skip

ADVISED = {
    "no content type": (record(drop=("Content-Type",)), "5.6", "Content-Type is missing"),
    "a warcinfo of another type": (
        record("Content-Type: application/octet-stream", kind="warcinfo"),
        "6.2",
        "should be application/warc-fields",
    ),
    "an odd type": (record(kind="monkeys"), "5.5", "unknown to the standard"),
    "an unknown truncation": (record("WARC-Truncated: boredom"), "5.15", "unknown reason"),
    "a repeated id": (record() + record(), "5.2", "the record id was used before"),
    "a profile in a response": (record(REVISIT[0]), "5.18", "means nothing in a response"),
    "a payload digest in metadata": (
        record(REVISIT[1], kind="metadata"),
        "5.9",
        "means nothing in a metadata",
    ),
    "an identified type in warcinfo": (
        record("WARC-Identified-Payload-Type: text/plain", kind="warcinfo"),
        "5.19",
        "means nothing in a warcinfo",
    ),
    "a type in a continuation": (
        record(*CONTINUED, "Content-Type: text/plain", kind="continuation"),
        "5.6",
        "means nothing in a continuation",
    ),
}

INVALID = {
    "an empty file": (b"", "4", "no WARC record"),
    "no WARC file": (b"RIFF....WAVE", "4", "no WARC record begins here"),
    "text": (b"\r\nEs war einmal\r\n\r\n", "4", "no WARC record begins here"),
    "an unknown version": (record(version="WARC/9.9"), "4", "the version is"),
    "version 0.16": (record(version="WARC/0.16"), "4", "the version is"),
    "version 1": (record(version="WARC/1"), "4", "the version is"),
    "version 1.0.1": (record(version="WARC/1.0.1"), "4", "the version is"),
    "version x.x": (record(version="WARC/x.x"), "4", "the version is"),
    "version 1.10": (record(version="WARC/1.10"), "4", "the version is"),
    "no version number": (record(version="WARC/"), "4", "the version is"),
    "no slash": (record(version="WARC"), "4", "no WARC record begins here"),
    "no version line": (record().partition(b"\r\n")[2], "4", "no WARC record begins here"),
    "a version line and no more": (b"WARC/1.1\r\n", "4", "has no end"),
    "a version alone": (b"WARC/1.1", "4", "has no end"),
    "a version and an empty line": (b"WARC/1.1\r\n\r\n", "5.5", "WARC-Type is missing"),
    "a head without an end": (b"WARC/1.1\r\nWARC-Type: resource\r\n", "4", "has no end"),
    "blanks behind the version": (record(version="WARC/1.1 "), "4", "blanks around"),
    "empty lines before": (b"\r\n\r\n" + record(), "4", "no WARC record begins here"),
    "data before": (b"data\r\n" + record(), "4", "no WARC record begins here"),
    "garbage behind": (record() + b"garbage\r\n", "4", "no WARC record begins here"),
    "garbage between": (
        record() + b"garbage\r\n" + record(f"WARC-Record-ID: {OTHER_ID}"),
        "4",
        "no WARC record begins here",
    ),
    "a third line break": (record(end=b"\r\n" * 3), "4", "no WARC record begins here"),
    "bare line feeds": (record(newline=b"\n"), "4", "does not end with CR LF"),
    "line feeds at the end": (record(end=b"\n\n"), "4", "two line breaks"),
    "no end": (record(end=b""), "4", "two line breaks"),
    "one line break at the end": (record(end=b"\r\n"), "4", "two line breaks"),
    "a length too long": (record("Content-Length: 9999"), "4", "ends"),
    "a length too short": (record("Content-Length: 5"), "4", "two line breaks"),
    "a length that is no number": (
        record("Content-Length: many"), "5.3", "Content-Length is not well-formed: 'many'"
    ),
    "a negative length": (record("Content-Length: -5"), "5.3", "Content-Length is not well-formed"),
    "an endless length": (record("Content-Length: " + "9" * 5000), "5.3", "not well-formed"),
    "no length": (record(drop=("Content-Length",)), "5.3", "Content-Length is missing"),
    "no type": (record(drop=("WARC-Type",)), "5.5", "WARC-Type is missing"),
    "no id": (record(drop=("WARC-Record-ID",)), "5.2", "WARC-Record-ID is missing"),
    "no date": (record(drop=("WARC-Date",)), "5.4", "WARC-Date is missing"),
    "no target": (record(drop=("WARC-Target-URI",)), "5.14", "WARC-Target-URI is missing"),
    **{
        f"no target in a {kind}": (
            record(*more, kind=kind, drop=("WARC-Target-URI",)),
            "5.14",
            f"WARC-Target-URI is missing in a {kind}",
        )
        for kind, more in {
            "request": (), "resource": (), "conversion": (), "revisit": REVISIT,
            "continuation": CONTINUED,
        }.items()
    },
    **{
        f"a lonely {kind}": (lonely(kind), "5.2", "WARC-Record-ID is missing")
        for kind in (
            "warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion",
            "continuation", "monkeys",
        )
    },
    **{
        f"{name} empty": (record(f"{name}: ", kind=kind), clause, f"{name} is empty")
        for name, kind, clause in (
            ("WARC-Type", "response", "5.5"),
            ("WARC-Record-ID", "response", "5.2"),
            ("WARC-Date", "response", "5.4"),
            ("Content-Length", "response", "5.3"),
            ("Content-Type", "response", "5.6"),
            ("WARC-Concurrent-To", "response", "5.7"),
            ("WARC-Block-Digest", "response", "5.8"),
            ("WARC-Payload-Digest", "response", "5.9"),
            ("WARC-IP-Address", "response", "5.10"),
            ("WARC-Refers-To", "metadata", "5.11"),
            ("WARC-Refers-To-Target-URI", "revisit", "5.12"),
            ("WARC-Refers-To-Date", "revisit", "5.13"),
            ("WARC-Target-URI", "response", "5.14"),
            ("WARC-Truncated", "response", "5.15"),
            ("WARC-Warcinfo-ID", "response", "5.16"),
            ("WARC-Filename", "warcinfo", "5.17"),
            ("WARC-Profile", "revisit", "5.18"),
            ("WARC-Identified-Payload-Type", "response", "5.19"),
            ("WARC-Segment-Number", "response", "5.20"),
            ("WARC-Segment-Origin-ID", "continuation", "5.21"),
            ("WARC-Segment-Total-Length", "continuation", "5.22"),
        )
    },
    **{
        f"{name} twice": (
            record(f"{name}: {value}", f"{name.upper()}: {value}", kind="warcinfo", block=b"")
            if name == "WARC-Filename"
            else record().replace(b"WARC-Type", f"{name}: {value}\r\n".encode() * 2 + b"WARC-Type"),
            "5.1",
            f"{name} is there",
        )
        for name, value in (
            ("WARC-Type", "response"), ("WARC-Date", "2026-05-04T12:00:00Z"),
            ("WARC-Record-ID", ID), ("Content-Length", str(len(HTTP))),
            ("Content-Type", "text/html"), ("WARC-Target-URI", "http://a.example/"),
            ("WARC-IP-Address", "192.0.2.1"), ("WARC-Block-Digest", "blake9:ab"),
            ("WARC-Payload-Digest", "blake9:ab"), ("WARC-Truncated", "time"),
            ("WARC-Warcinfo-ID", OTHER_ID), ("WARC-Segment-Number", "1"),
            ("WARC-Identified-Payload-Type", "text/html"), ("WARC-Filename", "a"),
        )
    },
    "a line without a colon": (record("nonsense"), "4", "no named field"),
    "a line without a name": (record(": resource"), "4", "no named field"),
    "a blank before the colon": (record("X-Note : one"), "4", "no named field"),
    "a folded line first": (
        record().replace(b"WARC/1.1\r\n", b"WARC/1.1\r\n  folded\r\n"), "4", "no named field"
    ),
    "a control character": (record("X-Note: \x07"), "4", "control characters"),
    "a zero byte": (record("X-Note: \x00"), "4", "control characters"),
    "a head that is not UTF-8": (record("X-Forum: \udcfc"), "4", "not UTF-8"),
    "an id without brackets": (record(f"WARC-Record-ID: {ID[1:-1]}"), "5.2", "not well-formed"),
    "an id that is no URI": (record("WARC-Record-ID: <zaphod>"), "5.2", "not well-formed"),
    "an id with a blank": (record("WARC-Record-ID: <urn:a b>"), "5.2", "not well-formed"),
    "a concurrent that is no URI": (record("WARC-Concurrent-To: zaphod"), "5.7", "not well-formed"),
    "a warcinfo id that is no URI": (record("WARC-Warcinfo-ID: <a>"), "5.16", "not well-formed"),
    "an origin that is no URI": (
        record(CONTINUED[0], "WARC-Segment-Origin-ID: one", kind="continuation"),
        "5.21",
        "not well-formed",
    ),
    "a date in words": (record("WARC-Date: blue monday"), "5.4", "WARC-Date is not well-formed"),
    "a date without a time zone": (record("WARC-Date: 2026-05-04T12:00:00"), "5.4", "not well-"),
    "a date with a blank": (record("WARC-Date: 2026-05-04 12:00:00Z"), "5.4", "not well-formed"),
    "fourteen digits": (record("WARC-Date: 20260504120000"), "5.4", "not well-formed"),
    "a month 13": (record("WARC-Date: 2026-13-04T12:00:00Z"), "5.4", "not well-formed"),
    "a 30 February": (record("WARC-Date: 2026-02-30T12:00:00Z"), "5.4", "not well-formed"),
    "hour 24": (record("WARC-Date: 2026-05-04T24:00:00Z"), "5.4", "not well-formed"),
    "a local date": (record("WARC-Date: 2026-05-04T12:00:00+02:00"), "5.4", "not well-formed"),
    "ten digits of a second": (
        record("WARC-Date: 2026-05-04T12:00:00.1234567890Z"), "5.4", "not well-formed"
    ),
    "a fraction in 1.0": (
        record("WARC-Date: 2026-05-04T12:00:00.5Z", version="WARC/1.0"), "5.4", "not of the form"
    ),
    "a date of a month in 1.0": (
        record("WARC-Date: 2026-05", version="WARC/1.0"), "5.4", "not of the form"
    ),
    "a date referred to in words": (
        record(*REVISIT, "WARC-Refers-To-Date: gestern", kind="revisit"), "5.13", "not well-formed"
    ),
    "a target that is no URI": (record("WARC-Target-URI: bad_uri"), "5.14", "not well-formed"),
    "spaces in the target": (record("WARC-Target-URI: http://a/b c"), "5.14", "not well-formed"),
    "a target referred to that is no URI": (
        record(*REVISIT, "WARC-Refers-To-Target-URI: index.html", kind="revisit"),
        "5.12",
        "not well-formed",
    ),
    "an address of letters": (record("WARC-IP-Address: a.b.c.d"), "5.10", "not well-formed"),
    "an address too large": (record("WARC-IP-Address: 192.0.2.256"), "5.10", "not well-formed"),
    "an address with a port": (record("WARC-IP-Address: 192.0.2.1:80"), "5.10", "not well-formed"),
    "a host's name as address": (record("WARC-IP-Address: localhost"), "5.10", "not well-formed"),
    "a media type of one word": (record("Content-Type: gif\\image"), "5.6", "not well-formed"),
    "a media type without a subtype": (record("Content-Type: text/"), "5.6", "not well-formed"),
    "a parameter without a value": (record("Content-Type: a/b; charset="), "5.6", "not well-"),
    "an identified type of one word": (
        record("WARC-Identified-Payload-Type: pdf"), "5.19", "not well-formed"
    ),
    "a digest without a value": (record("WARC-Block-Digest: sha1:"), "5.8", "not well-formed"),
    "a digest without an algorithm": (record("WARC-Block-Digest: :ABC"), "5.8", "not well-formed"),
    "a digest of one word": (record("WARC-Payload-Digest: monkeys!"), "5.9", "not well-formed"),
    "a digest with a blank": (record("WARC-Block-Digest: a-1; b"), "5.8", "not well-formed"),
    "a digest of the wrong length": (
        record("WARC-Block-Digest: sha256:abcd"), "5.8", "not well-formed"
    ),
    "a digest of another algorithm": (
        record(f"WARC-Block-Digest: sha1:{hashlib.md5(HTTP).hexdigest()}"),
        "5.8",
        "does not have the digest",
    ),
    "a digest in binary": (record("WARC-Block-Digest: md5:" + "01" * 64), "5.8", "not well-formed"),
    "a wrong block digest": (
        record(digest_line("WARC-Block-Digest", b"other")),
        "5.8",
        "the block does not have the digest",
    ),
    "a wrong payload digest": (
        record(digest_line("WARC-Payload-Digest", b"other")),
        "5.9",
        "the payload does not have the digest",
    ),
    "digests exchanged": (
        record(
            digest_line("WARC-Block-Digest", b"Sitzung"), digest_line("WARC-Payload-Digest", HTTP)
        ),
        "5.8",
        "the block does not have the digest",
    ),
    "a wrong digest of a resource": (
        record(digest_line("WARC-Payload-Digest", b"other"), "Content-Type: a/b", kind="resource"),
        "5.9",
        "the payload does not have the digest",
    ),
    "a target in warcinfo": (
        record(kind="warcinfo").replace(b"\r\nWARC-D", b"\r\nWARC-Target-URI: http://a/\r\nWARC-D"),
        "5.14",
        "not allowed in a warcinfo",
    ),
    **{
        f"a file name in a {kind}": (
            record("WARC-Filename: a.warc", kind=kind), "5.17", f"not allowed in a {kind}"
        )
        for kind in ("response", "resource", "request", "metadata", "conversion")
    },
    **{
        f"an original of a {kind}": (
            record(f"WARC-Refers-To: {ID}", kind=kind), "5.11", f"not allowed in a {kind}"
        )
        for kind in ("warcinfo", "response", "resource", "request", "continuation")
    },
    **{
        f"concurrent in a {kind}": (
            record(f"WARC-Concurrent-To: {ID}", kind=kind), "5.7", f"not allowed in a {kind}"
        )
        for kind in ("warcinfo", "conversion", "continuation")
    },
    **{
        f"an address in a {kind}": (
            record("WARC-IP-Address: 192.0.2.1", kind=kind), "5.10", f"not allowed in a {kind}"
        )
        for kind in ("warcinfo", "conversion", "continuation")
    },
    "a warcinfo of a warcinfo": (
        record(f"WARC-Warcinfo-ID: {OTHER_ID}", kind="warcinfo", block=b""),
        "5.16",
        "not allowed in a warcinfo",
    ),
    "what a response refers to": (
        record("WARC-Refers-To-Target-URI: http://a.example/"), "5.12", "not allowed in a response"
    ),
    "when a response refers to": (
        record("WARC-Refers-To-Date: 2026-05-04T12:00:00Z"), "5.13", "not allowed in a response"
    ),
    "a total length in a response": (
        record("WARC-Segment-Total-Length: 5"), "5.22", "not allowed in a response"
    ),
    "an origin in a response": (
        record("WARC-Segment-Number: 1", CONTINUED[1]), "5.21", "not allowed in a response"
    ),
    "a revisit without a profile": (record(kind="revisit"), "5.18", "WARC-Profile is missing"),
    "a revisit of a profile that is no URI": (
        record("WARC-Profile: hello kitty", kind="revisit"), "5.18", "not well-formed"
    ),
    "an identical payload without its digest": (
        record(REVISIT[0], kind="revisit"), "6.7.2", "WARC-Payload-Digest is missing"
    ),
    "a continuation without a number": (
        record(CONTINUED[1], kind="continuation"), "5.20", "WARC-Segment-Number is missing"
    ),
    "a continuation without an origin": (
        record(CONTINUED[0], kind="continuation"), "5.21", "WARC-Segment-Origin-ID is missing"
    ),
    "a continuation with number 1": (
        record("WARC-Segment-Number: 1", CONTINUED[1], kind="continuation"),
        "5.20",
        "must be 2 or more",
    ),
    "a response with number 2": (record("WARC-Segment-Number: 2"), "5.20", "must be 1"),
    "a response with number 0": (record("WARC-Segment-Number: 0"), "5.20", "must be 1"),
    "a number in words": (record("WARC-Segment-Number: one"), "5.20", "not well-formed"),
    "a total length in words": (
        record(*CONTINUED, "WARC-Segment-Total-Length: all", kind="continuation"),
        "5.22",
        "not well-formed",
    ),
    "a response that says it is a request": (
        record("Content-Type: application/http; msgtype=request"), "5.6", "says msgtype=request"
    ),
    "a request that says it is a response": (
        record("Content-Type: application/http;msgtype=response", kind="request"),
        "5.6",
        "says msgtype=response",
    ),
    "a DNS lookup of another type": (
        record("WARC-Target-URI: dns:a.example", "Content-Type: text/plain", kind="resource"),
        "6.4.4",
        "text/dns",
    ),
    "a gzip file of something else": (
        gzip.compress(b"Es war einmal"), "4", "no WARC record begins here"
    ),
    "a gzip member cut off": (gzip.compress(record())[:-30], "4", "ends early"),
    "a gzip member without its trailer": (gzip.compress(record())[:-8], "4", "ends early"),
    "a wrong gzip checksum": (
        gzip.compress(record())[:-8] + b"\0\0\0\0" + gzip.compress(record())[-4:], "4", "gzip:"
    ),
    "garbage behind a gzip member": (gzip.compress(record()) + b"garbage", "4", "gzip:"),
    "zeros behind a gzip member": (gzip.compress(record()) + b"\0" * 512, "4", "gzip:"),
    "two records in one gzip member": (
        gzip.compress(record() + record(f"WARC-Record-ID: {OTHER_ID}")),
        "annex: record-at-time compression",
        "more than one record",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VALID)
def test_a_conforming_file_is_accepted(tmp_path: Path, name: str) -> None:
    assert remarks(tmp_path, VALID[name]) == []


@pytest.mark.parametrize("name", INVALID)
def test_a_broken_file_is_rejected_with_the_reason(tmp_path: Path, name: str) -> None:
    content, clause, words = INVALID[name]
    found = findings(tmp_path, content)
    assert any(words in f.what and (f.severity, f.clause) == ("error", clause) for f in found), (
        found
    )


@pytest.mark.parametrize("name", ADVISED)
def test_what_the_standard_only_advises_is_told_and_accepted(tmp_path: Path, name: str) -> None:
    content, clause, words = ADVISED[name]
    [finding] = findings(tmp_path, content)
    assert words in finding.what
    assert (finding.severity, finding.clause) == ("recommended", clause)


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
