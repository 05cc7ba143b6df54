"""The bytes of a WARC file in order: as they stand, out of gzip members, out of zstd frames.

One member or frame a record, as the standards ask (ISO 28500, annex D; "Zstandard compression for
WARC files" of the IIPC, with its dictionary in a frame before all others). Knows no records.
"""

import zlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import BinaryIO

from archiver.coding import CodingError, NoDecoderError, ZstdFrame
from archiver.corpus.warc import CHUNK, Head
from archiver.errors import CorpusError

_GZIP_MARK = b"\x1f\x8b\x08"
_ZSTD_MARK = b"\x28\xb5\x2f\xfd"
_DICTIONARY_MARK = b"\x5d\x2a\x4d\x18"
_MAX_DICTIONARY = 16 * 1024**2
_SKIPPED_AT_MOST = 16  # frames before the first record: a dictionary, perhaps some more
_ZSTD_WINDOW = 27  # 128 MiB, the largest that is read without being asked for


class BrokenRecordError(Exception):
    """What is wrong with the bytes at hand; becomes a finding or a DamagedRecordError.

    `head` is the record's, where that much can be read.
    """

    def __init__(self, what: str, head: Head | None = None) -> None:
        super().__init__(what)
        self.head = head


class Stream(ABC):
    """Bytes read in order with a push-back buffer: what members and plain files have in common."""

    def __init__(self, file: BinaryIO, offset: int, step: int = CHUNK) -> None:
        self.file = file
        self._step = step
        self._buffer = bytearray()
        self.offset = offset
        file.seek(offset)

    @abstractmethod
    def _more(self) -> bytes:
        """Return the next bytes, none at the end; raises BrokenRecordError."""

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
    @abstractmethod
    def position(self) -> int:
        """Offset in the file just behind what was read; only meaningful between records."""


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


class FrameStream(Stream):
    """One zstd frame, decompressed piece by piece; ends with the frame."""

    def __init__(
        self, file: BinaryIO, offset: int, step: int = CHUNK, dictionary: bytes = b""
    ) -> None:
        super().__init__(file, offset, step)
        try:
            self._frame = ZstdFrame(window_log=_ZSTD_WINDOW, dictionary=dictionary)
        except CodingError as error:
            raise BrokenRecordError(str(error)) from error

    def _more(self) -> bytes:
        while not self._frame.is_ended:
            feed = self.file.read(self._step) if self._frame.needs_input else b""
            if not feed and self._frame.needs_input:
                raise BrokenRecordError("the zstd frame ends early")
            try:
                piece = self._frame.decompress(feed, self._step)
            except CodingError as error:
                raise BrokenRecordError(f"zstd: {error}") from error
            if piece:
                return piece
        return b""

    @property
    def position(self) -> int:
        """Offset in the file behind the frame, once it is at its end."""
        return self.file.tell() - len(self._frame.rest)


@dataclass(frozen=True, slots=True)
class Packing:
    """How a file's records are packed: what a record begins with, and a dictionary for all."""

    mark: bytes
    dictionary: bytes = b""

    def open(self, file: BinaryIO, offset: int, step: int = CHUNK) -> Stream:
        """Return the bytes from `offset` on, unpacked if need be, `step` bytes at a time."""
        if self.mark == _ZSTD_MARK:
            return FrameStream(file, offset, step, self.dictionary)
        return (MemberStream if self.mark == _GZIP_MARK else PlainStream)(file, offset, step)


PLAIN = Packing(b"WARC/1.")
GZIP = Packing(_GZIP_MARK)


def packing_of(file: BinaryIO) -> Packing:
    """Tell by its first bytes how a file is packed.

    Raises CorpusError for a file packed with zstd without its library, or with a dictionary that
    cannot be read.
    """
    file.seek(0)
    start = file.read(8)
    if start[:2] == _GZIP_MARK[:2]:
        return GZIP
    if start[:4] not in (_ZSTD_MARK, _DICTIONARY_MARK):
        return PLAIN
    name = getattr(file, "name", "a file")
    try:
        is_first = start[:4] == _DICTIONARY_MARK
        dictionary = _dictionary(file, int.from_bytes(start[4:], "little")) if is_first else b""
        ZstdFrame(window_log=_ZSTD_WINDOW, dictionary=dictionary)
    except NoDecoderError as error:
        raise CorpusError(
            f"{name}: packed with zstd, which cannot be read without forum-archiver[codings]",
            remedy="pip install 'forum-archiver[codings]', or unpack it first: zstd -d",
        ) from error
    except CodingError as error:
        raise CorpusError(f"{name}: its zstd dictionary cannot be read: {error}") from error
    return Packing(_ZSTD_MARK, dictionary)


def first_bytes(file: BinaryIO, count: int) -> bytes:
    """Return what a file begins with, unpacked.

    Raises BrokenRecordError for a broken beginning, CorpusError as `packing_of` does.
    """
    packing, offset, start = packing_of(file), 0, b""
    for _ in range(_SKIPPED_AT_MOST):
        stream = packing.open(file, offset)
        start = stream.read(count)
        if start or packing is PLAIN:
            break
        offset = stream.position
    return start


def _dictionary(file: BinaryIO, length: int) -> bytes:
    """Return the dictionary the file stands at, unpacked if it is a frame itself."""
    if length > _MAX_DICTIONARY:
        raise CodingError(f"it is larger than {_MAX_DICTIONARY >> 20} MB")
    raw = file.read(length)
    if not raw.startswith(_ZSTD_MARK):
        return raw
    frame = ZstdFrame(window_log=_ZSTD_WINDOW)
    unpacked = frame.decompress(raw, _MAX_DICTIONARY)
    if not frame.is_ended:
        raise CodingError("it breaks off, or is too large")
    return unpacked
