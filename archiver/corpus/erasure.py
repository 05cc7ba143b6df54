"""What was erased for good, with reason, date and ticket: the ledger erased.jsonl.

The ledger is written before anything else is touched and is the truth: whatever it names is out
of view at once, and is erased again wherever a rebuild, a restored backup, an import or a new
crawl brings it back. Entries are only ever added. Holds no content.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archiver.corpus.journal import append_entry, read_entries
from archiver.corpus.withdrawal import Target, Withdrawal
from archiver.errors import CorpusError
from archiver.urls import url_key


@dataclass(frozen=True, slots=True)
class Erasure:
    """One entry of the ledger.

    `urls` are keys of addresses that are never fetched again, `payloads` digests of contents that
    are never stored again, `captures` the ids of what was erased when the entry was made.
    """

    at: datetime
    reason: str
    ticket: str | None
    urls: tuple[str, ...]
    payloads: tuple[str, ...]
    captures: tuple[str, ...]

    @property
    def words(self) -> str:
        """Say it to a person who meets the address again."""
        ticket = f" ({self.ticket})" if self.ticket else ""
        return f"erased on {self.at:%Y-%m-%d}{ticket}: {self.reason}"


class Erasures:
    """The ledger. Methods raise CorpusError and StorageError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._urls: dict[str, Erasure] = {}
        self._payloads: dict[str, Erasure] = {}
        self.entries: list[Erasure] = []
        for entry in read_entries(path, Erasure):
            self._apply(entry)

    def add(self, entry: Erasure) -> None:
        """Write an entry durably; it holds from then on. Raises CorpusError without a reason."""
        if not entry.reason.strip():
            raise CorpusError("an erasure needs a reason")
        append_entry(self._path, entry)
        self._apply(entry)

    def of_key(self, key: str) -> Erasure | None:
        """Return why an address (its key) is not fetched, or None."""
        return self._urls.get(key)

    def of_payload(self, digest: str | None) -> Erasure | None:
        """Return why a payload is not stored, or None."""
        return self._payloads.get(digest) if digest else None

    def find(self, url: str, payload_digest: str | None) -> Withdrawal | None:
        """Return an erased capture's entry as what keeps it out of view meanwhile, or None."""
        if not self.entries:
            return None
        found = self.of_payload(payload_digest) or self.of_key(url_key(url))
        return None if found is None else _as_withdrawal(found)

    def of_capture(self, capture_id: str) -> Withdrawal | None:
        """Return why an erased capture is not there, or None."""
        found = next((entry for entry in self.entries if capture_id in entry.captures), None)
        return None if found is None else _as_withdrawal(found)

    def _apply(self, entry: Erasure) -> None:
        self.entries.append(entry)
        for key in entry.urls:
            self._urls.setdefault(key, entry)
        for digest in entry.payloads:
            self._payloads.setdefault(digest, entry)


def _as_withdrawal(entry: Erasure) -> Withdrawal:
    value = next(iter((*entry.urls, *entry.payloads, *entry.captures)))
    target: Target = "url" if entry.urls else "payload"
    return Withdrawal(entry.at, "withdraw", target, value, entry.reason, entry.ticket)
