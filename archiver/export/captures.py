"""Hits as the captures they were found in: WARC and WACZ, written by whoever holds the records.

Knows neither corpus nor files; names captures and titles, and refuses what cannot be masked.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from archiver.errors import ExportError
from archiver.export.record import HitRecord, parse_hit_id

__all__ = ["CaptureWriter", "Writable", "put_captures"]


class Writable(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object:
        """Write all of `data`."""


class CaptureWriter(Protocol):
    """What copies captures with their requests, metadata and originals. Called here only.

    Both read `capture_ids` to its end, in any number of turns, write each capture once, and raise
    DamagedRecordError for one that cannot be read back.
    """

    def write_warc(self, out: Writable, name: str, capture_ids: Iterable[str], at: datetime) -> int:
        """Write a compressed WARC file of that name; return the number of captures."""

    def write_wacz(
        self, out: Writable, capture_ids: Iterable[str], at: datetime, titles: Mapping[str, str]
    ) -> int:
        """Write a WACZ file, pages named by `titles` (by URL), which fills while ids are read."""


def put_captures(
    records: Iterable[HitRecord],
    out: Writable,
    writer: CaptureWriter,
    *,
    format_name: str,
    name: str,
    at: datetime,
) -> None:
    """Write the captures of all hits as `warc` or `wacz`, each once.

    Raises ExportError for a masked record, because archived bytes cannot be masked.
    """
    titles: dict[str, str] = {}

    def capture_ids() -> Iterator[str]:
        for record in records:
            if record.redactions:
                raise ExportError(
                    f"{format_name} holds the archived bytes, which cannot be masked",
                    remedy="leave --redact out, or choose another format",
                )
            titles.setdefault(record.final_url, record.title)
            yield parse_hit_id(record.hit_id).capture_id

    if format_name == "wacz":
        writer.write_wacz(out, capture_ids(), at, titles)
    else:
        writer.write_warc(out, name, capture_ids(), at)
