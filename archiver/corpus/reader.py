"""Read WARC files record by record, from any offset, in bounded memory, past damage.

Takes plain and gzip files, of our own and of others. Only reads; judging is for conformance.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archiver.corpus.warc import CHUNK, RECORD_END, Head, parse_fields

MAX_HEAD = 256 * 1024
_MAGIC = b"\x1f\x8b\x08"


class BrokenRecordError(Exception):
    """What is wrong with the bytes at hand; becomes a finding or a DamagedRecordError.

    `head` is the record's, where that much can be read.
    """

    def __init__(self, what: str, head: Head | None = None) -> None:
        super().__init__(what)
        self.head = head


class Stream:
    """Bytes read in order with a push-back buffer: what members and plain files have in common."""

    def __init__(self, file: BinaryIO, offset: int, step: int = CHUNK) -> None:
        self.file = file
        self._step = step
        self._buffer = bytearray()
        self.offset = offset
        file.seek(offset)

    def _more(self) -> bytes:
        raise NotImplementedError

    def read(self, size: int) -> bytes:
        """Return `size` bytes, fewer only at the end; raises BrokenRecordError."""
        while len(self._buffer) < size:
            piece = self._more()
            if not piece:
                break
            self._buffer += piece
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def read_line(self, limit: int) -> bytes:
        """Return a line with its end; raises BrokenRecordError when it is longer than `limit`."""
        start = 0
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if start > limit:
                raise BrokenRecordError(f"a line longer than {limit} bytes")
            piece = self._more()
            if not piece:
                end = len(self._buffer) - 1
                break
            self._buffer += piece
        if end + 1 > limit:
            raise BrokenRecordError(f"a line longer than {limit} bytes")
        return self.read(end + 1)

    @property
    def is_at_end(self) -> bool:
        """Tell whether nothing follows."""
        if not self._buffer:
            self._buffer += self._more()
        return not self._buffer

    @property
    def position(self) -> int:
        """Offset in the file just behind what was read; only meaningful between records."""
        raise NotImplementedError


class PlainStream(Stream):
    """An uncompressed file."""

    def _more(self) -> bytes:
        return self.file.read(self._step)

    @property
    def position(self) -> int:
        """Offset in the file of what is read next."""
        return self.file.tell() - len(self._buffer)


class MemberStream(Stream):
    """One gzip member, decompressed piece by piece; ends with the member."""

    def __init__(self, file: BinaryIO, offset: int, step: int = CHUNK) -> None:
        super().__init__(file, offset, step)
        self._unpacker = zlib.decompressobj(31)

    def _more(self) -> bytes:
        while not self._unpacker.eof:
            feed = self._unpacker.unconsumed_tail or self.file.read(self._step)
            if not feed:
                raise BrokenRecordError("the gzip member ends early")
            try:
                piece = self._unpacker.decompress(feed, self._step)
            except zlib.error as error:
                raise BrokenRecordError(f"gzip: {error}") from error
            if piece:
                return piece
        return b""

    @property
    def position(self) -> int:
        """Offset in the file behind the member, once it is at its end."""
        return self.file.tell() - len(self._unpacker.unused_data)


@dataclass(slots=True)
class Record:
    """One record while the stream stands at its block; read the block before going on.

    `offset` is where it begins in the file: its gzip member, or its version line. `left` counts
    the bytes of the block not yet read.
    """

    head: Head
    stream: Stream
    offset: int
    left: int
    is_finished: bool = False

    def block(self) -> Iterator[bytes]:
        """Yield the (rest of the) block in pieces; raises BrokenRecordError."""
        while self.left:
            piece = self.stream.read(min(self.left, CHUNK))
            if not piece:
                raise BrokenRecordError(f"the record ends {self.left} bytes early")
            self.left -= len(piece)
            yield piece

    def finish(self) -> None:
        """Pass over what is left and check the record's end; raises BrokenRecordError."""
        for _ in self.block():
            pass
        if self.stream.read(len(RECORD_END)) != RECORD_END:
            raise BrokenRecordError("the record does not end with two line breaks")
        self.is_finished = True


def length_of(head: Head) -> int:
    """Return the block's length; raises BrokenRecordError."""
    try:
        return head.length
    except ValueError as error:
        raise BrokenRecordError(str(error)[:200], head) from error


def is_gzip(file: BinaryIO) -> bool:
    """Tell whether the file begins as gzip."""
    file.seek(0)
    return file.read(2) == _MAGIC[:2]


def read_head(stream: Stream) -> Head:
    """Read a record's head; raises BrokenRecordError when there is none or it has no end."""
    version = stream.read_line(MAX_HEAD)
    if not version.upper().startswith(b"WARC/"):  # the standard ignores case
        raise BrokenRecordError(f"no WARC record begins here but {version[:20]!r}")
    raw = bytearray(version)
    while True:
        line = stream.read_line(MAX_HEAD)
        if not line.endswith(b"\n"):
            raise BrokenRecordError("the head of the record has no end")
        raw += line
        if len(raw) > MAX_HEAD:
            raise BrokenRecordError(f"a head longer than {MAX_HEAD} bytes")
        if line in {b"\r\n", b"\n"}:
            fields = parse_fields(bytes(raw[len(version) :]))
            return Head(version.decode("latin-1").strip(), fields, bytes(raw))


def open_stream(file: BinaryIO, offset: int, *, compressed: bool, step: int = CHUNK) -> Stream:
    """Return the bytes from `offset` on, decompressed if need be, `step` bytes at a time."""
    kind = MemberStream if compressed else PlainStream
    return kind(file, offset, step)


def next_in(stream: Stream, offset: int) -> Record:
    """Read the head of the record the stream stands at; raises BrokenRecordError."""
    head = read_head(stream)
    return Record(head, stream, offset, length_of(head))


def open_record(
    file: BinaryIO, offset: int, *, compressed: bool = True, step: int = CHUNK
) -> Record:
    """Stand at the record that begins at `offset` of an open file; raises BrokenRecordError.

    Who wants its head only takes a small `step`, so that no more is read and unpacked.
    """
    return next_in(open_stream(file, offset, compressed=compressed, step=step), offset)


@dataclass(frozen=True, slots=True)
class Broken:
    """A stretch of a file that holds no readable record; `head` where only its length is wrong."""

    offset: int
    end: int
    what: str
    head: Head | None = None


def read_records(path: Path) -> Iterator[Record | Broken]:
    """Yield the records of a file in order; after damage go on at the next record there is.

    A record found broken only behind its head is followed by a Broken with the same offset: call
    its `finish` before trusting it. Raises OSError.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        compressed = is_gzip(file)
        offset = 0
        while offset < size:
            start = offset
            try:
                stream = open_stream(file, offset, compressed=compressed)
                while not stream.is_at_end:
                    start = offset if compressed else stream.position
                    record = next_in(stream, start)
                    yield record
                    if not record.is_finished:
                        record.finish()
                offset = stream.position
            except BrokenRecordError as error:
                found = next_record(file, start + 1, compressed=compressed)
                yield Broken(start, size if found is None else found, str(error), error.head)
                offset = size if found is None else found


def next_record(file: BinaryIO, offset: int, *, compressed: bool) -> int | None:
    """Find where the next readable record begins at or after `offset`; None when there is none."""
    mark = _MAGIC if compressed else b"WARC/1."
    for place in _occurrences(file, offset, mark):
        try:
            open_record(file, place, compressed=compressed)
        except BrokenRecordError:
            continue
        return place
    return None


def _occurrences(file: BinaryIO, offset: int, mark: bytes) -> Iterator[int]:
    base = offset
    kept = b""
    while True:
        file.seek(base + len(kept))
        piece = file.read(1024 * 1024)
        window = kept + piece
        start = 0
        while (found := window.find(mark, start)) >= 0:
            yield base + found
            start = found + 1
        if not piece:
            return
        kept = window[-(len(mark) - 1) :]
        base += len(window) - len(kept)
