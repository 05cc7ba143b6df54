"""Undo content codings within limits, for reading links and sitemaps. Pure: no I/O.

The archive keeps payloads as they came. Servers are asked for identity, but some compress anyway.
"""

import zlib
from collections.abc import Iterable, Iterator

MAX_DECODED_BYTES = 200 * 1024**2
MAX_RATIO = 200
_FREE_BYTES = 1024**2  # below this size no ratio is a bomb
_STEP = 64 * 1024


class CodingError(ValueError):
    """A coding that is unknown, broken, or blows up beyond the limits."""


def decoded(data: bytes, codings: str | None, *, limit: int = MAX_DECODED_BYTES) -> bytes:
    """Undo a Content-Encoding header's codings (gzip, deflate), the last applied first.

    Raises CodingError for others, broken data, more than `limit` bytes, or a ratio beyond
    MAX_RATIO.

    >>> import gzip
    >>> decoded(gzip.compress(b"Niederschrift"), "GZIP"), decoded(b"plain", None)
    (b'Niederschrift', b'plain')
    """
    for coding in reversed([part.strip().lower() for part in (codings or "").split(",")]):
        if coding in {"", "identity"}:
            continue
        if coding not in {"gzip", "x-gzip", "deflate"}:
            raise CodingError(f"content coding {coding!r} cannot be read")
        data = b"".join(inflated([data], limit=limit))
    return data


def inflated(pieces: Iterable[bytes], *, limit: int = MAX_DECODED_BYTES) -> Iterator[bytes]:
    """Inflate gzip, zlib or raw deflate data piece by piece; raise CodingError beyond limits."""
    machine, first, taken, given = None, True, 0, 0
    for piece in pieces:
        taken += len(piece)
        while piece:
            if machine is None:
                machine = zlib.decompressobj(_window(piece) if first else zlib.MAX_WBITS | 16)
                first = False
            try:
                out = machine.decompress(piece, _STEP)
                if machine.eof:  # another gzip member may follow; anything else is padding
                    piece = machine.unused_data
                    machine = None
                    if not piece.startswith(b"\x1f\x8b"):
                        piece = b""
                else:
                    piece = machine.unconsumed_tail
            except zlib.error as error:
                raise CodingError(f"broken compression: {error}") from error
            given += len(out)
            if given > limit:
                raise CodingError(f"more than {limit} bytes when decompressed")
            if given > _FREE_BYTES and given > MAX_RATIO * taken:
                raise CodingError(f"decompresses to more than {MAX_RATIO} times its size")
            if out:
                yield out
    if first:
        return
    if machine is not None:
        raise CodingError("compressed data breaks off")


def _window(start: bytes) -> int:
    if start.startswith(b"\x1f\x8b"):
        return zlib.MAX_WBITS | 16
    is_zlib = len(start) >= 2 and start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
