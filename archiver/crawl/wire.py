"""Answers on the wire: keep every byte, read head and body leniently. No sockets.

An `AnswerReader` is fed what arrives. It writes the raw answer to a spooled tape (interim 1xx
answers cut), decodes chunks beside it, and notes in `oddities` whatever a strict reader would
have refused. Framing follows RFC 9112 where the answer does, and browsers where it does not.
"""

import hashlib
import re
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Literal, cast

from archiver.crawl.heads import Head, framing_of, parse_cut_head, parse_head

MAX_HEAD_BYTES = 100 * 1024
SPOOL_BYTES = 1024 * 1024
MAX_CHUNK_LINE_BYTES = 16 * 1024

_HEAD_END = re.compile(rb"\n\r?\n")
_CHUNK_START = re.compile(rb"[ \t]*[0-9A-Fa-f]{0,16}[ \t]*(?:\r|;.*)?", re.DOTALL)
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")


def spooled() -> BinaryIO:
    """Open a temporary file that stays in memory up to SPOOL_BYTES, then goes to disk."""
    return cast("BinaryIO", SpooledTemporaryFile(max_size=SPOOL_BYTES))


class AnswerReader:
    """Read one answer from bytes as they arrive; limits end it, nothing makes it raise.

    `feed` takes bytes, `end` says that no more come: "close" by the other side, "time" when a
    limit passed. Afterwards `head` is None when not even a status line came. `is_complete` tells
    that no more bytes are needed, `is_guessing` that the end can only be told by silence,
    `is_reusable` that the connection may carry another request.
    """

    def __init__(self, *, max_body_bytes: int, max_head_bytes: int = MAX_HEAD_BYTES) -> None:
        self.tape = spooled()
        self.tape_length = 0
        self.payload: BinaryIO | None = None
        self.payload_length = 0
        self.head: Head | None = None
        self.is_complete = False
        self.is_guessing = False
        self.is_chunked = False
        self.truncated: str | None = None
        self.received = 0
        self._digest = hashlib.sha256()
        self._odd: dict[str, None] = {}
        self._buffer = bytearray()
        self._scanned = 0
        self._interim = 0
        self._max_body = max_body_bytes
        self._max_head = max_head_bytes
        self._left = 0
        self._state: Literal[
            "head", "length", "until_close", "size", "data", "data_end", "trailer", "drain"
        ] = "head"
        self._chunks = 0

    @property
    def oddities(self) -> tuple[str, ...]:
        """What a strict reader would have refused, in order of appearance."""
        return tuple(self._odd)

    @property
    def payload_digest(self) -> str:
        """sha256 of the body after transfer decoding, as "sha256:" + hex."""
        return f"sha256:{self._digest.hexdigest()}"

    @property
    def is_reusable(self) -> bool:
        """Tell whether the connection may carry another request."""
        head = self.head
        if head is None or not self.is_complete or self.truncated or self._odd:
            return False
        options = {part.strip().lower() for v in head.all("connection") for part in v.split(",")}
        if self._state == "until_close" or "close" in options:
            return False
        return head.version == "1.1" or "keep-alive" in options

    def feed(self, data: bytes) -> None:
        """Take what arrived."""
        self.received += len(data)
        if self._state == "head":
            self._buffer += data
            self._read_head()
        else:
            self._read_body(data)

    def end(self, cause: Literal["close", "time"]) -> None:
        """Say that no more bytes come, and why."""
        if self.is_complete:
            return
        if self._state == "head" and self._buffer:
            self._end_in_head()
        if self.head is None:
            return
        whole = self.is_guessing or (self._state == "until_close" and cause == "close")
        if self._state == "trailer" and cause == "close":
            self._odd["no blank line after the last chunk"] = None
        elif not whole and self.truncated is None:
            self.truncated = "disconnect" if cause == "close" else "time"
        self.is_complete = True

    def close(self) -> None:
        """Close the spooled files."""
        self.tape.close()
        if self.payload is not None:
            self.payload.close()

    def _read_head(self) -> None:
        buffer = self._buffer
        while True:
            skipped = 0
            if not buffer.startswith(b"HTTP/"):
                start = bytes(buffer[: self._max_head]).lstrip(b"\r\n")[:5].upper()
                if not b"HTTP/".startswith(start):
                    self._begin_headless()
                    return
                skipped = len(buffer) - len(buffer.lstrip(b"\r\n"))
            found = _HEAD_END.search(buffer, max(skipped, self._scanned - 3))
            if found is None:
                self._scanned = len(buffer)
                if len(buffer) > self._max_head:
                    self._cut_head()
                return
            if found.end() > self._max_head:
                self._cut_head()
                return
            raw = bytes(buffer[: found.end()])
            head = parse_head(raw)
            del buffer[: found.end()]
            self._scanned = 0
            if 100 <= head.status < 200 and head.status != 101:
                self._interim += len(raw)
                if self._interim > self._max_head:
                    self._odd["endless interim answers"] = None
                    self._begin(head, raw)
                    self._finish("length")
                    return
                continue
            self._begin(head, raw)
            return

    def _begin(self, head: Head, raw: bytes) -> None:
        self.head = head
        self._odd.update(dict.fromkeys(head.oddities))
        self._write_tape(raw)
        framing, self._left, odd = framing_of(head)
        self._odd.update(dict.fromkeys(odd))
        rest = bytes(self._buffer)
        self._buffer.clear()
        if framing == "none" or (framing == "length" and self._left == 0):
            self._state = "drain"
            self._complete_with(rest)
            return
        if framing == "chunked":
            self._state, self.is_chunked, self.payload = "size", True, spooled()
        elif framing == "length":
            self._state = "length"
        else:
            self._state, self.is_guessing = "until_close", framing == "guess"
        if rest:
            self._read_body(rest)

    def _begin_headless(self) -> None:
        """Take an answer without any head as HTTP/0.9: all of it is body."""
        self.head = Head(200, "", "0.9", (), 0)
        self._odd["no head (HTTP/0.9)"] = None
        self._state = "until_close"
        rest = bytes(self._buffer)
        self._buffer.clear()
        self._read_body(rest)

    def _cut_head(self) -> None:
        raw = bytes(self._buffer[: self._max_head])
        self.head = parse_cut_head(raw)
        self._odd.update(dict.fromkeys(self.head.oddities))
        self._odd[f"head larger than {self._max_head} bytes"] = None
        self._write_tape(raw)
        self._finish("length")

    def _end_in_head(self) -> None:
        """Keep a head that broke off, if at least its status line came."""
        raw = bytes(self._buffer)
        if b"\n" in raw.lstrip(b"\r\n"):
            self.head = parse_cut_head(raw)
            self._odd.update(dict.fromkeys(self.head.oddities))
            self._odd["head broke off"] = None
            self._write_tape(raw)

    def _read_body(self, data: bytes) -> None:
        if self.is_chunked:
            self._write_tape(data)
            self._buffer += data
            self._read_chunks()
        elif self._state == "length":
            body, surplus = data[: self._left], data[self._left :]
            self._left -= len(body)
            self._take(body)
            if self._left == 0 and not self.is_complete:
                self._complete_with(surplus)
        else:
            self._take(data)
        if not self.is_complete and self.tape_length > 2 * self._max_body + self._max_head:
            self._finish("length")

    def _complete_with(self, surplus: bytes) -> None:
        """End here; bytes beyond the announced end are kept, and more of them awaited."""
        if not surplus:
            self.is_complete = True
            return
        self._odd["bytes after the end of the answer"] = None
        self._state, self.is_guessing = "drain", True
        if not self.is_chunked:  # else it is on the tape already
            self._take(surplus)
        if not surplus.strip(b"\r\n"):
            self.is_complete = True

    def _take(self, data: bytes) -> None:
        """Write body bytes that are their own payload to the tape."""
        room = self._max_body - self.payload_length
        if len(data) > room:
            data = data[:room]
            self._finish("length")
        self._write_tape(data)
        self._digest.update(data)
        self.payload_length += len(data)

    def _take_chunk(self, data: bytes) -> None:
        assert self.payload is not None
        room = self._max_body - self.payload_length
        if len(data) > room:
            data = data[:room]
            self._finish("length")
        self.payload.write(data)
        self._digest.update(data)
        self.payload_length += len(data)

    def _write_tape(self, data: bytes) -> None:
        self.tape.write(data)
        self.tape_length += len(data)

    def _finish(self, truncated: str) -> None:
        self.truncated = truncated
        self.is_complete = True

    def _read_chunks(self) -> None:
        at = 0
        while not self.is_complete and (after := self._read_chunk(at)) is not None:
            at = after
        del self._buffer[:at]

    def _read_chunk(self, at: int) -> int | None:
        """Read on from a place in the buffer; return the next, or None until more bytes come."""
        buffer = self._buffer
        if self._state == "data":
            piece = bytes(buffer[at : at + self._left])
            self._take_chunk(piece)
            self._left -= len(piece)
            if self._left == 0:
                self._state = "data_end"
            return at + len(piece) if piece else None
        if self._state == "data_end":
            return self._read_chunk_end(at)
        if self._state in {"size", "trailer"}:
            return self._read_chunk_line(at)
        rest = bytes(buffer[at:])
        if self._state == "until_close":  # it never was chunked: raw bytes are the payload
            self._take_chunk(rest)
        return len(buffer) if rest else None  # else chunks went wrong: only the tape goes on

    def _read_chunk_end(self, at: int) -> int | None:
        following = bytes(self._buffer[at : at + 2])
        if len(following) < 2 and following in {b"", b"\r"}:
            return None
        self._state = "size"
        if following == b"\r\n":
            return at + 2
        self._odd["no CRLF after a chunk"] = None
        return at + following.startswith(b"\n")

    def _read_chunk_line(self, at: int) -> int | None:
        """Read a chunk's size, or a line of the trailer behind the last chunk."""
        buffer = self._buffer
        end = buffer.find(b"\n", at)
        if end < 0:
            rest = bytes(buffer[at : at + MAX_CHUNK_LINE_BYTES + 1])
            is_size = self._state == "trailer" or _CHUNK_START.fullmatch(rest)
            if len(rest) <= MAX_CHUNK_LINE_BYTES and is_size:
                return None
            self._give_up_chunks()
            return at
        line = bytes(buffer[at:end])
        if self._state == "size":
            return self._read_size(line, at, end + 1)
        if line.rstrip(b"\r"):
            return end + 1
        self._complete_with(bytes(buffer[end + 1 :]))
        return len(buffer)

    def _read_size(self, line: bytes, at: int, after: int) -> int:
        if not line.endswith(b"\r"):
            self._odd["chunk size ends in LF only"] = None
        text = line.rstrip(b"\r").partition(b";")[0]
        if text != text.strip(b" \t"):
            self._odd["space around a chunk size"] = None
        match = _CHUNK_SIZE.fullmatch(text.strip(b" \t"))
        if match is None:
            self._give_up_chunks()
            return at
        self._chunks += 1
        self._left = int(match[0], 16)
        self._state = "data" if self._left else "trailer"
        return after

    def _give_up_chunks(self) -> None:
        """Go on without chunk sizes: all raw if none was good, else the payload ends here."""
        self._odd["bad chunk size"] = None
        self.is_guessing = True
        if self._chunks:
            self._state, self.truncated = "drain", "disconnect"
        else:
            self._state = "until_close"
