"""Content codings undone in a stream, within limits: gzip and deflate, also stacked. Pure: no I/O.

The archive keeps payloads as they came. Servers are asked for identity, but some compress anyway.
What cannot be undone is told with its reason, and never taken for the page itself.
"""

import zlib
from collections.abc import Iterable, Iterator

MAX_DECODED_BYTES = 200 * 1024**2
MAX_RATIO = 200
_FREE_BYTES = 1024**2  # below this size no ratio is a bomb
_STEP = 64 * 1024
_INFLATED = frozenset({"gzip", "x-gzip", "deflate"})
# What careless servers name and browsers pass over: nothing was done to the bytes.
_MEANINGLESS = frozenset(
    {"", "identity", "none", "binary", "8bit", "7bit", "utf-8", "utf8", "iso-8859-1", "text/html"}
)


class CodingError(ValueError):
    """A coding that is unknown, broken, or blows up beyond the limits."""


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

    Raises CodingError for a coding other than gzip and deflate, for more than `limit` bytes or
    MAX_RATIO times the size at any of them, and for broken data – unless `is_cut_allowed`, which
    gives what stands before the break, if anything does.
    """
    stream = iter(pieces)
    for name in reversed(names_of(codings)):
        if name not in _INFLATED:
            raise CodingError(f"content coding {name!r} cannot be read")
        stream = inflated(stream, limit=limit, is_cut_allowed=is_cut_allowed)
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
    machine, first, taken, given = None, True, 0, 0
    start = b""
    for piece in pieces:
        taken += len(piece)
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
                if is_cut_allowed and given:
                    return
                raise CodingError(f"broken compression: {error}") from error
            if machine.eof:  # another gzip member may follow; anything else is padding
                piece = machine.unused_data
                machine = None
                if not piece.startswith(b"\x1f\x8b"):
                    piece = b""
            else:
                piece = machine.unconsumed_tail
            given += len(out)
            if given > limit:
                raise CodingError(f"more than {limit} bytes when decompressed")
            if given > _FREE_BYTES and given > MAX_RATIO * taken:
                raise CodingError(f"decompresses to more than {MAX_RATIO} times its size")
            if out:
                yield out
    if (machine is not None or start) and not (is_cut_allowed and given):
        raise CodingError("compressed data breaks off")


def _window(start: bytes) -> int:
    if start.startswith(b"\x1f\x8b"):
        return zlib.MAX_WBITS | 16
    is_zlib = len(start) >= 2 and start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
