"""How captures and their links stand in the catalogue: one row, one insert, for all who write them.

Knows columns; decides nothing.
"""

import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

from archiver.codec import from_json, to_json
from archiver.model import CaptureKind, Link

_NOT_WHOLE = frozenset({204, 205, 206})


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """One row of the table `capture`, in the order of its columns; see the schema."""

    id: int
    capture_id: str
    crawl: int | None
    url_id: int
    url: str
    kind: CaptureKind
    warc: int
    offset: int
    length: int
    group_end: int
    record_id: str
    captured_at: str
    status: int | None
    media_type: str | None
    charset: str | None
    payload_digest: str | None
    payload_size: int | None
    head_length: int
    content_encoding: str | None
    is_chunked: bool
    ip: str | None
    duration_ms: int | None
    attempt: int | None
    truncated: str | None
    malformed: str | None
    refers_to: int | None
    redirect_to: int | None
    links_from: int | None


_NAMES = tuple(field.name for field in fields(CaptureRow))
_values = attrgetter(*_NAMES)  # `astuple` copies deeply: a tenth of what a page costs
_INSERT = f"INSERT INTO capture({', '.join(_NAMES)}) VALUES({', '.join('?' * len(_NAMES))})"


def next_capture_row(connection: sqlite3.Connection) -> int:
    """Return the number the next capture gets."""
    return int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM capture").fetchone()[0])


def insert_capture(connection: sqlite3.Connection, row: CaptureRow) -> None:
    """Write a capture."""
    connection.execute(_INSERT, _values(row))


def insert_links(connection: sqlite3.Connection, capture: int, links: Sequence[Link]) -> None:
    """Keep the links of a capture as its own."""
    connection.execute(
        "INSERT INTO links(capture, count, body) VALUES(?, ?, ?)",
        (capture, len(links), _packed(to_json(tuple(links)))),
    )


def _packed(body: bytes) -> bytes:
    # A page's few links need no large window; to set one up costs more than to pack them.
    window, memory = (12, 5) if len(body) <= 1 << 13 else (15, 8)
    packer = zlib.compressobj(3, zlib.DEFLATED, window, memory)
    return packer.compress(body) + packer.flush()


def unpack_links(body: bytes) -> tuple[Link, ...]:
    """Return links kept in the catalogue."""
    return from_json(zlib.decompress(body), tuple[Link, ...])


def is_whole_page(status: int | None) -> bool:
    """Tell whether an answer of this status carries a page or file whole.

    >>> [is_whole_page(status) for status in (200, 206, 301, 404)]
    [True, False, False, False]
    """
    return status is not None and 200 <= status < 300 and status not in _NOT_WHOLE
