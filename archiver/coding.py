"""Content codings undone in a stream, within limits, also stacked. Pure: no I/O.

gzip and deflate always; brotli and zstd where their libraries are installed (the extra `codings`).
The archive keeps payloads as they came. Servers are asked for identity, but some compress anyway,
and browsers, whose captures are imported, ask for brotli. What cannot be undone is told with its
reason, and never taken for the page itself.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

MAX_DECODED_BYTES = 200 * 1024**2
MAX_RATIO = 200
_FREE_BYTES = 1024**2  # below this size no ratio is a bomb
_STEP = 64 * 1024
_ZSTD_WINDOW = 23  # RFC 9659: as a content coding, no window is larger than 8 MiB
# What careless servers name and browsers pass over: nothing was done to the bytes.
_MEANINGLESS = frozenset(
    {"", "identity", "none", "binary", "8bit", "7bit", "utf-8", "utf8", "iso-8859-1", "text/html"}
)


class CodingError(ValueError):
    """A coding that is unknown, broken, or blows up beyond the limits."""


class NoDecoderError(CodingError):
    """A coding whose library is not installed: once it is, the same bytes can be read."""


def names_of(codings: str | None) -> list[str]:
    """Return the codings of a Content-Encoding header that changed the bytes, in order.

    >>> names_of("GZIP, identity,br"), names_of("utf-8"), names_of(None)
    (['gzip', 'br'], [], [])
    """
    names = [part.strip().lower() for part in (codings or "").split(",")]
    return [name for name in names if name not in _MEANINGLESS]


def undone(
    pieces: Iterable[bytes],
    codings: str | None,
    *,
    limit: int = MAX_DECODED_BYTES,
    is_cut_allowed: bool = False,
) -> Iterator[bytes]:
    """Undo a Content-Encoding header's codings piece by piece, the last applied first.

    Raises NoDecoderError for brotli and zstd without their libraries, CodingError for any other
    unknown coding, for more than `limit` bytes or MAX_RATIO times the size at any of them, and for
    broken data – unless `is_cut_allowed`, which gives what stands before the break, if anything
    does.
    """
    stream = iter(pieces)
    for name in reversed(names_of(codings)):
        undo = _UNDO.get(name)
        if undo is None:
            raise CodingError(f"content coding {name!r} cannot be read")
        stream = undo(stream, limit, is_cut_allowed)
    return stream


def decoded(data: bytes, codings: str | None, *, limit: int = MAX_DECODED_BYTES) -> bytes:
    """Undo the codings of bytes in hand; raises CodingError as `undone` does.

    >>> import gzip
    >>> decoded(gzip.compress(b"Niederschrift"), "GZIP"), decoded(b"plain", None)
    (b'Niederschrift', b'plain')
    """
    return b"".join(undone([data], codings, limit=limit))


def inflated(
    pieces: Iterable[bytes], *, limit: int = MAX_DECODED_BYTES, is_cut_allowed: bool = False
) -> Iterator[bytes]:
    """Inflate gzip, zlib or raw deflate data piece by piece; raise CodingError beyond limits."""
    return _inflated(pieces, limit, is_cut_allowed)


class _Meter:
    """Counts what goes into a decoder and what comes out; raises CodingError beyond limits."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken = 0
        self.given = 0

    def took(self, piece: bytes) -> None:
        self._taken += len(piece)

    def gave(self, out: bytes) -> bytes:
        self.given += len(out)
        if self.given > self._limit:
            raise CodingError(f"more than {self._limit} bytes when decompressed")
        if self.given > _FREE_BYTES and self.given > MAX_RATIO * self._taken:
            raise CodingError(f"decompresses to more than {MAX_RATIO} times its size")
        return out


def _inflated(pieces: Iterable[bytes], limit: int, is_cut_allowed: bool) -> Iterator[bytes]:
    machine, first = None, True
    meter = _Meter(limit)
    start = b""
    for piece in pieces:
        meter.took(piece)
        if first and len(start + piece) < 2:  # too little to tell the format by
            start += piece
            continue
        piece, start = start + piece, b""
        while piece:
            if machine is None:
                machine = zlib.decompressobj(_window(piece) if first else zlib.MAX_WBITS | 16)
                first = False
            try:
                out = machine.decompress(piece, _STEP)
            except zlib.error as error:
                if is_cut_allowed and meter.given:
                    return
                raise CodingError(f"broken compression: {error}") from error
            if machine.eof:  # another gzip member may follow; anything else is padding
                piece = machine.unused_data
                machine = None
                if not piece.startswith(b"\x1f\x8b"):
                    piece = b""
            else:
                piece = machine.unconsumed_tail
            if meter.gave(out):
                yield out
    if (machine is not None or start) and not (is_cut_allowed and meter.given):
        raise CodingError("compressed data breaks off")


def _window(start: bytes) -> int:
    if start.startswith(b"\x1f\x8b"):
        return zlib.MAX_WBITS | 16
    is_zlib = len(start) >= 2 and start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS


def _unbrotlied(pieces: Iterable[bytes], limit: int, is_cut_allowed: bool) -> Iterator[bytes]:
    """Undo brotli (RFC 7932); what stands behind the end of its stream is padding."""
    brotli = _library("br", "brotli")
    machine = brotli.Decompressor()
    if not hasattr(machine, "can_accept_more_data"):  # before 1.2 its output had no limit
        raise _missing("br")
    meter, is_begun = _Meter(limit), False
    for piece in pieces:
        meter.took(piece)
        is_begun = is_begun or bool(piece)
        while True:
            try:
                out = machine.process(piece, output_buffer_limit=_STEP)
            except brotli.error as error:
                if is_cut_allowed and meter.given:
                    return
                raise CodingError(f"broken compression: {error}") from error
            if meter.gave(out):
                yield out
            if machine.is_finished():
                return
            if not out and machine.can_accept_more_data():
                break
            piece = b""  # what it holds back comes without more data
    if is_begun and not (is_cut_allowed and meter.given):
        raise CodingError("compressed data breaks off")


def _unzstd(pieces: Iterable[bytes], limit: int, is_cut_allowed: bool) -> Iterator[bytes]:
    """Undo zstd (RFC 8878), frame after frame, with the window that RFC 9659 allows."""
    frame: ZstdFrame | None = None
    meter = _Meter(limit)
    for piece in pieces:
        meter.took(piece)
        while piece or (frame is not None and not frame.needs_input):
            frame = frame or ZstdFrame(window_log=_ZSTD_WINDOW)
            try:
                out = frame.decompress(piece, _STEP)
            except CodingError:
                if is_cut_allowed and meter.given:
                    return
                raise
            piece = b""
            if frame.is_ended:  # another one may follow, also one to be skipped; else it is padding
                piece, frame = frame.rest, None
                if piece[:1] != b"\x28" and not b"\x50" <= piece[:1] <= b"\x5f":
                    piece = b""
            if meter.gave(out):
                yield out
    if frame is not None and not (is_cut_allowed and meter.given):
        raise CodingError("compressed data breaks off")


class ZstdFrame:
    """Undoes one zstd frame piece by piece; a frame to be skipped gives nothing.

    Raises NoDecoderError without the library, CodingError for broken data, a window larger than
    2^`window_log` bytes, and what is no dictionary.
    """

    def __init__(self, *, window_log: int, dictionary: bytes = b"") -> None:
        zstd = _library("zstd", "compression.zstd", "backports.zstd")
        options = {zstd.DecompressionParameter.window_log_max: window_log}
        self._error = zstd.ZstdError
        try:
            known = zstd.ZstdDict(dictionary) if dictionary else None
        except ValueError as error:
            raise CodingError(f"broken compression: {error}") from error
        self._machine = zstd.ZstdDecompressor(zstd_dict=known, options=options)

    def decompress(self, data: bytes, most: int) -> bytes:
        """Take more of the frame and return at most so many bytes of what is in it."""
        try:
            return bytes(self._machine.decompress(data, most))
        except self._error as error:
            raise CodingError(f"broken compression: {error}") from error

    @property
    def needs_input(self) -> bool:
        """Tell whether nothing comes without more data."""
        return bool(self._machine.needs_input)

    @property
    def is_ended(self) -> bool:
        """Tell whether the frame is at its end."""
        return bool(self._machine.eof)

    @property
    def rest(self) -> bytes:
        """What was taken and stands behind the frame's end."""
        return bytes(self._machine.unused_data)


def _library(coding: str, *names: str) -> Any:
    for name in names:
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    raise _missing(coding)


def _missing(coding: str) -> NoDecoderError:
    return NoDecoderError(
        f"content coding {coding!r} cannot be read without forum-archiver[codings]"
    )


_UNDO: dict[str, Callable[[Iterable[bytes], int, bool], Iterator[bytes]]] = {
    "gzip": _inflated,
    "x-gzip": _inflated,
    "deflate": _inflated,
    "br": _unbrotlied,
    "zstd": _unzstd,
}
