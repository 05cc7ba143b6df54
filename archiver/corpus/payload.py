"""From a recorded HTTP answer to its payload: head and chunk framing.

Lenient, because servers are; bounded, because some are hostile. Pure but for spooled files.
"""

import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

_SPOOL = 8 * 1024 * 1024
MAX_HTTP_HEAD = 1024 * 1024

HttpHead = tuple[int | None, tuple[tuple[str, str], ...]]


def head_end(start: bytes) -> int | None:
    r"""Return the length of an HTTP head in the first bytes of an answer, None if it has no end.

    >>> head_end(b"HTTP/1.1 200 OK\r\nServer: a\r\n\r\nbody")
    30
    >>> head_end(b"HTTP/1.0 200 OK\nServer: a\n\nbody")
    27
    """
    ends = [
        at + len(mark)
        for mark in (b"\r\n\r\n", b"\n\n", b"\n\r\n")
        if (at := start.find(mark)) >= 0
    ]
    return min(ends) if ends else None


def parse_http_head(head: bytes) -> HttpHead:
    r"""Read status and headers (names lower-case) from a recorded head, bytes as Latin-1.

    >>> parse_http_head(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n")
    (404, (('content-type', 'text/html'),))
    """
    # Not by `splitlines`: in Latin-1 the byte 85, an ellipsis in Windows-1252, is a line break.
    lines = [line.removesuffix("\r") for line in head.decode("latin-1").split("\n")]
    words = lines[0].split(None, 2)
    is_status = len(words) > 1 and words[0].upper().startswith("HTTP/") and words[1].isdecimal()
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        if line[:1] in {" ", "\t"} and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if colon:
            headers.append((name.strip().lower(), value.strip(" \t")))
    return (int(words[1]) if is_status else None), tuple(headers)


def header(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """Return the first header of that lower-case name, or None."""
    return next((value for key, value in headers if key == name), None)


def media_type_of(content_type: str | None) -> tuple[str | None, str | None]:
    """Split a Content-Type into media type and charset, lower-case.

    >>> media_type_of('Text/HTML; Charset="ISO-8859-1"')
    ('text/html', 'iso-8859-1')
    """
    if not content_type:
        return None, None
    kind, *parameters = content_type.split(";")
    charset = None
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip("\"'").lower() or None
    return kind.strip().lower() or None, charset


def skip(pieces: Iterable[bytes], count: int) -> Iterator[bytes]:
    """Yield the pieces without their first `count` bytes.

    >>> b"".join(skip([b"abc", b"def"], 4))
    b'ef'
    """
    for piece in pieces:
        if count >= len(piece):
            count -= len(piece)
            continue
        yield piece[count:]
        count = 0


def dechunk(pieces: Iterable[bytes]) -> Iterator[bytes]:
    r"""Undo chunked transfer coding (RFC 9112, 7.1); what is cut off or wrong ends the payload.

    >>> b"".join(dechunk([b"4\r\nWort\r", b"\n2;x=y\r\ner\r\n0\r\n\r\n"]))
    b'Worter'
    """
    source = iter(pieces)
    buffer = bytearray()
    while True:
        while (end := buffer.find(b"\n")) < 0 and len(buffer) < 4096:
            piece = next(source, b"")
            if not piece:
                break
            buffer += piece
        size_text = bytes(buffer[: max(end, 0)]).partition(b";")[0].strip()
        try:
            left = int(size_text, 16)
        except ValueError:
            return
        if left <= 0 or size_text[:1] in {b"+", b"-"}:
            return
        del buffer[: end + 1]
        while left:
            if not buffer:
                buffer += next(source, b"")
            if not buffer:
                return
            taken = bytes(buffer[:left])
            del buffer[:left]
            left -= len(taken)
            yield taken
        while len(buffer) < 2:
            piece = next(source, b"")
            if not piece:
                return
            buffer += piece
        del buffer[: 2 if buffer[:1] == b"\r" else 1]


def spool(pieces: Iterable[bytes]) -> BinaryIO:
    """Collect pieces in a file that stays in memory while it is small; positioned at its start."""
    file = tempfile.SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 - the caller closes it
    try:
        for piece in pieces:
            file.write(piece)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return cast("BinaryIO", file)
