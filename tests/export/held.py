"""A scripted archive: one file's bytes and one page's text for every capture."""

import dataclasses
import hashlib
from dataclasses import dataclass, field

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

    def cited(self, record: HitRecord) -> HitRecord:
        """Return the record with the digest of this archive's file."""
        digest = hashlib.sha256(self.payload or b"").hexdigest()
        return dataclasses.replace(record, payload_sha256=digest)
