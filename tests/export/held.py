"""A scripted archive: one file's bytes and one page's text for every capture."""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from archiver.export.captures import Writable
from archiver.export.record import HitRecord


@dataclass
class Held:
    text: str
    payload: bytes | None = b"%PDF-1.7 invented"
    read: list[str] = field(default_factory=list)

    def read_payload(self, capture_id: str) -> bytes | None:
        self.read.append(capture_id)
        return self.payload

    def page_text(self, capture_id: str, page: int) -> str | None:
        return self.text

    def write_warc(self, out: Writable, name: str, capture_ids: Iterable[str], at: datetime) -> int:
        """Write a line for each capture, with the file's name and time."""
        ids = list(dict.fromkeys(capture_ids))
        out.write("".join(f"{one} in {name} at {at.isoformat()}\n" for one in ids).encode() * 2)
        return len(ids)

    def write_wacz(
        self, out: Writable, capture_ids: Iterable[str], at: datetime, titles: Mapping[str, str]
    ) -> int:
        """Write a line for each capture, and one for each title."""
        count = self.write_warc(out, "data.warc.gz", capture_ids, at)
        out.write("".join(f"{url}: {title}\n" for url, title in titles.items()).encode())
        return count

    def cited(self, record: HitRecord) -> HitRecord:
        """Return the record with the digest of this archive's file."""
        digest = hashlib.sha256(self.payload or b"").hexdigest()
        return dataclasses.replace(record, payload_sha256=digest)
