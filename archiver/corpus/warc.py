"""The WARC 1.1 format (ISO 28500:2017): heads, fields, record ids, one gzip member a record.

Writes bytes exactly as handed in and streams large blocks; must not know the catalogue.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Protocol

VERSION = "WARC/1.1"
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
HTTP_RESPONSE = "application/http;msgtype=response"
HTTP_REQUEST = "application/http;msgtype=request"
WARC_FIELDS = "application/warc-fields"

CHUNK = 64 * 1024
RECORD_END = b"\r\n\r\n"
_GZIP_WINDOW = 16  # added to zlib's window bits for a gzip wrapper
_BREAKS = re.compile(r"[\x00-\x1f\x7f]+")
_UUID_URN = re.compile(
    r"<?urn:uuid:([0-9a-fA-F]{8})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?"
    r"[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}>?"
)

Fields = Sequence[tuple[str, str]]


class Writable(Protocol):
    """Where record bytes go."""

    def write(self, data: bytes, /) -> object:
        """Write all of `data` or raise OSError."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a binary file: a record's content, or a part of one."""

    file: BinaryIO
    start: int
    length: int

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in pieces; raises ValueError when the file is shorter than said."""
        self.file.seek(self.start)
        left = self.length
        while left:
            piece = self.file.read(min(left, CHUNK))
            if not piece:
                raise ValueError(f"{left} bytes of the block are missing")
            left -= len(piece)
            yield piece


def capture_id_of(record_id: str) -> str:
    """Return the short id of a capture, made from its record id: the same after a rebuild.

    The first 16 hex digits of the record's UUID, or of the SHA-256 of an id of another form.

    >>> capture_id_of("<urn:uuid:9F2C6E1A-7B3D-4C55-8E10-0123456789AB>")
    '9f2c6e1a7b3d4c55'
    >>> capture_id_of("<http://forum.example/records/1>")
    '8af8b406c9fd4407'
    """
    found = _UUID_URN.fullmatch(record_id.strip())
    if found:
        return "".join(found.groups()).lower()
    return hashlib.sha256(record_id.encode()).hexdigest()[:16]


def warc_date(moment: datetime) -> str:
    """Write an aware moment as WARC-Date with microseconds.

    >>> warc_date(datetime(2026, 5, 4, 12, 0, 0, 120, tzinfo=UTC))
    '2026-05-04T12:00:00.000120Z'
    """
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def parse_warc_date(text: str) -> datetime:
    """Read a WARC-Date of any precision from year to nanoseconds; raises ValueError.

    >>> parse_warc_date("2026-05-04T12:00:00Z").isoformat()
    '2026-05-04T12:00:00+00:00'
    >>> parse_warc_date("2026-05-04T12:00:00.123456789Z").microsecond
    123456
    """
    if len(text) == len("2026-05-04T12:00:00.000120Z"):  # our own form
        return datetime.fromisoformat(text)
    whole, _, fraction = text.strip().removesuffix("Z").partition(".")
    padded = whole + "0001-01-01T00:00:00"[len(whole) :]
    moment = datetime.strptime(padded, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    if fraction:
        if not fraction.isdecimal():
            raise ValueError(f"not a WARC-Date: {text!r}")
        moment = moment.replace(microsecond=int(fraction[:6].ljust(6, "0")))
    return moment


def field_lines(fields: Fields) -> bytes:
    r"""Write named fields as lines; line breaks and control characters become one space.

    >>> field_lines([("via", "http://forum.example/"), ("anchor", "Protokoll\n der 3. Sitzung")])
    b'via: http://forum.example/\r\nanchor: Protokoll  der 3. Sitzung\r\n'
    """
    # Forty lines are written for each visit: asked together, whether they are plain costs a third.
    if not "".join([value for _, value in fields]).isprintable():
        fields = [(name, _BREAKS.sub(" ", value)) for name, value in fields]
    lines = "".join([f"{name}: {value}\r\n" for name, value in fields])
    return lines.encode("utf-8", "surrogateescape")


def record_head(
    kind: str, record_id: str, date: str, fields: Fields, content_type: str | None, length: int
) -> bytes:
    """Write a record's head up to and with its empty line."""
    named = [("WARC-Type", kind), ("WARC-Record-ID", record_id), ("WARC-Date", date), *fields]
    if content_type is not None:
        named.append(("Content-Type", content_type))
    named.append(("Content-Length", str(length)))
    return VERSION.encode() + b"\r\n" + field_lines(named) + b"\r\n"


def write_member(out: Writable, head: bytes, block: bytes | Iterable[bytes], level: int) -> None:
    """Write one record as one gzip member; a block handed as pieces is never whole in memory."""
    if isinstance(block, bytes):
        content = head + block + RECORD_END
        packer = _packer(level, len(content))
        out.write(packer.compress(content) + packer.flush())
        return
    packer = _packer(level)
    out.write(packer.compress(head))
    for piece in block:
        out.write(packer.compress(piece))
    out.write(packer.compress(RECORD_END) + packer.flush())


def _packer(level: int, size: int | None = None) -> "zlib._Compress":
    # Small records get a small window: setting up the full one costs three times as much as
    # compressing 500 bytes, and two records of each group are that small.
    if size is not None and size <= 1 << 12:
        return zlib.compressobj(level, zlib.DEFLATED, _GZIP_WINDOW + 12, 5)
    if size is not None and size <= 1 << 13:
        return zlib.compressobj(level, zlib.DEFLATED, _GZIP_WINDOW + 13, 6)
    if size is not None and size <= 1 << 14:
        return zlib.compressobj(level, zlib.DEFLATED, _GZIP_WINDOW + 14, 7)
    return zlib.compressobj(level, zlib.DEFLATED, _GZIP_WINDOW + 15, 8)


def digest_of(pieces: Iterable[bytes]) -> str:
    """Return "sha256:" and lower-case hex of the pieces together.

    >>> digest_of([b"a", b"bc"])[:23]
    'sha256:ba7816bf8f01cfea'
    """
    total = hashlib.sha256()
    for piece in pieces:
        total.update(piece)
    return "sha256:" + total.hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """A record's head as read: version line, fields in order, all of it as raw bytes."""

    version: str
    fields: tuple[tuple[str, str], ...]
    raw: bytes

    def get(self, name: str) -> str | None:
        """Return the first value of a field, whatever the case of its name, or None."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), None)

    @property
    def kind(self) -> str:
        """WARC-Type in lower case, or nothing."""
        return (self.get("WARC-Type") or "").lower()

    @property
    def record_id(self) -> str:
        """WARC-Record-ID, or nothing."""
        return self.get("WARC-Record-ID") or ""

    @property
    def target(self) -> str:
        """WARC-Target-URI without the angle brackets that some tools put around it."""
        return (self.get("WARC-Target-URI") or "").removeprefix("<").removesuffix(">")

    @property
    def length(self) -> int:
        """Content-Length; raises ValueError when it is missing or no number."""
        text = self.get("Content-Length")
        if text is None or not text.isascii() or not text.isdecimal():
            raise ValueError(f"Content-Length is {text!r}")
        return int(text)


def parse_fields(text: bytes) -> tuple[tuple[str, str], ...]:
    r"""Read named fields, folded lines joined; lines without a colon are passed over.

    >>> parse_fields(b"via:\r\n http://forum.example/\r\nanchor: a\r\n  b\r\n")
    (('via', 'http://forum.example/'), ('anchor', 'a b'))
    """
    fields: list[tuple[str, str]] = []
    for line in text.decode("utf-8", "surrogateescape").split("\n"):
        line = line.removesuffix("\r")
        if line[:1] in {" ", "\t"} and fields:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {line.strip()}".strip())
            continue
        name, colon, value = line.partition(":")
        if colon:
            fields.append((name.strip(), value.strip()))
    return tuple(fields)
