"""Read WARC files record by record, from any offset, in bounded memory, past damage.

Takes files of our own and of others, packed as `streams` knows. Only reads; judging is for
conformance.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archiver.corpus.streams import (
    GZIP,
    PLAIN,
    BrokenRecordError,
    Packing,
    Stream,
    packing_of,
)
from archiver.corpus.warc import CHUNK, RECORD_END, Head, parse_fields

MAX_HEAD = 256 * 1024


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


def next_in(stream: Stream, offset: int) -> Record:
    """Read the head of the record the stream stands at; raises BrokenRecordError."""
    head = read_head(stream)
    return Record(head, stream, offset, length_of(head))


def open_record(
    file: BinaryIO, offset: int, *, packing: Packing = GZIP, step: int = CHUNK
) -> Record:
    """Stand at the record that begins at `offset` of an open file; raises BrokenRecordError.

    Who wants its head only takes a small `step`, so that no more is read and unpacked.
    """
    return next_in(packing.open(file, offset, step), offset)


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
    its `finish` before trusting it. Raises OSError, and CorpusError as `packing_of` does.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        packing = packing_of(file)
        offset = 0
        while offset < size:
            start = offset
            try:
                stream = packing.open(file, offset)
                while not stream.is_at_end:
                    start = stream.position if packing is PLAIN else offset
                    record = next_in(stream, start)
                    yield record
                    if not record.is_finished:
                        record.finish()
                offset = stream.position
            except BrokenRecordError as error:
                found = next_record(file, start + 1, packing)
                yield Broken(start, size if found is None else found, str(error), error.head)
                offset = size if found is None else found


def next_record(file: BinaryIO, offset: int, packing: Packing) -> int | None:
    """Find where the next readable record begins at or after `offset`; None when there is none."""
    for place in _occurrences(file, offset, packing.mark):
        try:
            open_record(file, place, packing=packing)
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
