"""The judge of WARC files, ours and others': whether a file keeps to ISO 28500 (WARC 1.0, 1.1).

Checks structure (one gzip member a record, ends, lengths), heads, unique record ids, block and
payload digests. Streams; goes on after damage. Knows nothing of the catalogue.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from archiver.corpus.heads import Remark, Severity, judge_head
from archiver.corpus.payload import (
    MAX_HTTP_HEAD,
    dechunk,
    head_end,
    header,
    parse_http_head,
    spool,
)
from archiver.corpus.reader import Broken, Record, read_records
from archiver.corpus.streams import BrokenRecordError, PlainStream, first_bytes
from archiver.corpus.warc import CHUNK


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


_ALGORITHMS: dict[str, Callable[[], _Hash]] = {
    "md5": lambda: hashlib.md5(usedforsecurity=False),
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
}
_WITHOUT_PAYLOAD = frozenset({"revisit", "warcinfo", "metadata"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: in which file, at which offset (bytes, of the record), what.

    "recommended" is what the standard only advises (a Content-Type); all else is an "error".
    `clause` is that of ISO 28500:2017 (WARC 1.1) which asks for it, where one does.
    """

    file: str
    offset: int
    what: str
    severity: Severity = "error"
    record_id: str | None = None
    clause: str | None = None


def looks_like_warc(path: Path) -> bool:
    """Tell whether a file is a WARC file by its name or its first bytes.

    Raises OSError, and CorpusError as `streams.packing_of` does.
    """
    name = path.name.lower().removesuffix(".open").removesuffix(".gz").removesuffix(".zst")
    if name.endswith(".warc"):
        return True
    with path.open("rb") as file:
        try:
            start = first_bytes(file, 5)
        except BrokenRecordError:
            return False
    return start.upper() == b"WARC/"


def judge(path: Path) -> Iterator[Finding]:
    """Yield what is wrong with a WARC file; nothing when it conforms. Raises OSError.

    An id that is used twice is only told of: whether it is unique "for its period of intended
    use" (5.2) is not for a single file to say, and concatenated files repeat theirs.
    """
    judging = Judge(repeated="recommended")
    count = 0
    for item in read_records(path):
        remarks: Iterable[Remark] = ()
        if isinstance(item, Record):
            remarks = judging.record(item)
        elif item.head is not None:
            remarks = judge_head(item.head)
        count += item.head is not None
        for remark in remarks:
            yield finding_of(path.name, item, remark)
        if isinstance(item, Broken):
            what = f"{item.what} (unreadable up to byte {item.end})"
            yield Finding(path.name, item.offset, what, clause="4")
    if not count:
        yield Finding(path.name, 0, "there is no WARC record in it", clause="4")


def finding_of(file: str, item: Record | Broken, remark: Remark) -> Finding:
    """Return a remark on a record with its place."""
    identity = item.head.record_id if item.head else None
    return Finding(file, item.offset, remark.what, remark.severity, identity or None, remark.clause)


class Judge:
    """Judges the records of one file in turn; remembers ids and places.

    `repeated` is how much an id used twice weighs.
    """

    def __init__(self, repeated: Severity = "error") -> None:
        self._repeated = repeated
        self._ids: set[str] = set()
        self._last_offset = -1

    def record(self, record: Record) -> list[Remark]:
        """Return what is wrong with a record; reads its block.

        What makes the rest of it unreadable is left to the reader, which reports it as broken.
        """
        remarks = list(judge_head(record.head))
        if not isinstance(record.stream, PlainStream):
            if record.offset == self._last_offset:
                what = "the gzip member holds more than one record"
                remarks.append(Remark("error", what, "annex: record-at-time compression"))
            self._last_offset = record.offset
        identity = record.head.record_id
        if identity in self._ids:
            what = "the record id was used before in this file"
            remarks.append(Remark(self._repeated, what, "5.2"))
        elif identity:
            self._ids.add(identity)
        with suppress(BrokenRecordError):
            remarks += _judge_digests(record)
        return remarks


def _judge_digests(record: Record) -> list[Remark]:
    head = record.head
    block_digest = _Expected.of(head.get("WARC-Block-Digest"))
    payload_digest = _Expected.of(head.get("WARC-Payload-Digest"))
    if head.kind in _WITHOUT_PAYLOAD or head.get("WARC-Segment-Number"):
        payload_digest = None  # of a payload that is not, or not whole, in this record
    pieces: Iterable[bytes] = record.block()
    if block_digest is not None:
        pieces = block_digest.taking(pieces)
    wrong = []
    if payload_digest is not None and not _has_payload(
        head.kind, head.get("Content-Type"), pieces, payload_digest
    ):
        what = "the payload does not have the digest of WARC-Payload-Digest"
        wrong.append(Remark("error", what, "5.9"))
    for _ in pieces:
        pass
    if block_digest is not None and not block_digest.is_met:
        what = "the block does not have the digest of WARC-Block-Digest"
        wrong.append(Remark("error", what, "5.8"))
    return wrong


def _has_payload(
    kind: str, content_type: str | None, pieces: Iterable[bytes], expected: "_Expected"
) -> bool:
    """Tell whether the payload of a block has a digest.

    Tools disagree whether a chunked payload's digest covers the framing; both are accepted.
    """
    is_http = (content_type or "").lower().replace(" ", "").startswith("application/http")
    if not (is_http and kind in {"response", "request"}):
        expected.take(pieces)
        return expected.is_met
    with spool(pieces) as block:
        start = block.read(MAX_HTTP_HEAD)
        end = head_end(start)
        if end is None:
            end = len(start)
        expected.take(_from(block, end))
        if expected.is_met:
            return True
        _, headers = parse_http_head(start[:end])
        if "chunked" not in (header(headers, "transfer-encoding") or "").lower():
            return False
        expected.start_again()
        expected.take(dechunk(_from(block, end)))
        return expected.is_met


def _from(file: BinaryIO, offset: int) -> Iterator[bytes]:
    file.seek(offset)
    while piece := file.read(CHUNK):
        yield piece


class _Expected:
    """A stated digest and the bytes that should have it."""

    def __init__(self, algorithm: Callable[[], _Hash], wanted: frozenset[bytes]) -> None:
        self._algorithm = algorithm
        self._wanted = wanted
        self._hash = algorithm()

    @classmethod
    def of(cls, stated: str | None) -> "_Expected | None":
        """Read a stated digest; None when there is none or its algorithm is unknown."""
        name, _, text = (stated or "").partition(":")
        algorithm = _ALGORITHMS.get(name.strip().lower().replace("-", ""))
        return None if algorithm is None else cls(algorithm, frozenset(_decoded(text.strip())))

    def start_again(self) -> None:
        """Forget the bytes taken."""
        self._hash = self._algorithm()

    def take(self, pieces: Iterable[bytes]) -> None:
        """Take bytes."""
        for piece in pieces:
            self._hash.update(piece)

    def taking(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Pass bytes on and take them."""
        for piece in pieces:
            self._hash.update(piece)
            yield piece

    @property
    def is_met(self) -> bool:
        """Tell whether the bytes taken have the digest."""
        return self._hash.digest() in self._wanted


def _decoded(text: str) -> Iterator[bytes]:
    """Yield what a digest may mean: the standard leaves base16, base32 and base64 open."""
    padded = text.rstrip("=")
    readings: tuple[Callable[[], bytes], ...] = (
        lambda: bytes.fromhex(text),
        lambda: base64.b32decode(padded.upper() + "=" * (-len(padded) % 8)),
        lambda: base64.b64decode(padded + "=" * (-len(padded) % 4), altchars=b"-_"),
    )
    for reading in readings:
        try:
            yield reading()
        except (ValueError, binascii.Error):
            continue
