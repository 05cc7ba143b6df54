"""Captures taken out of view, with reason, date and ticket: the file withdrawn.jsonl.

The file is the truth, apart from catalogue and WARC files, so that what was withdrawn stays so
after a rebuild, a restored catalogue and a new crawl. Entries are only ever added.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from archiver.corpus.journal import append_entry, read_entries
from archiver.errors import CorpusError
from archiver.urls import url_key

Target = Literal["url", "payload"]
Action = Literal["withdraw", "restore"]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One entry: a URL (by its key) or a payload (by its digest) withdrawn or restored."""

    at: datetime
    action: Action
    target: Target
    value: str
    reason: str
    ticket: str | None = None


class Withdrawals:
    """What is withdrawn now. Methods raise CorpusError and StorageError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._current: dict[tuple[Target, str], Withdrawal] = {}
        self.entries: list[Withdrawal] = []
        for entry in read_entries(path, Withdrawal):
            self._apply(entry)

    def add(self, entry: Withdrawal) -> None:
        """Write an entry durably; it holds from then on.

        A URL is reduced to its key. Raises CorpusError when there is nothing to restore or no
        reason is given.
        """
        if not entry.reason.strip():
            raise CorpusError("a withdrawal needs a reason")
        if entry.action == "restore" and (entry.target, entry.value) not in self._current:
            raise CorpusError(f"{entry.value}: not withdrawn")
        append_entry(self._path, entry)
        self._apply(entry)

    def find(self, url: str, payload_digest: str | None) -> Withdrawal | None:
        """Return why a capture of a URL with a payload is out of view, or None."""
        if not self._current:
            return None
        found = self._current.get(("payload", payload_digest)) if payload_digest else None
        return found or self._current.get(("url", url_key(url)))

    @property
    def current(self) -> tuple[Withdrawal, ...]:
        """What is withdrawn, oldest first."""
        return tuple(self._current.values())

    def _apply(self, entry: Withdrawal) -> None:
        self.entries.append(entry)
        if entry.action == "withdraw":
            self._current[entry.target, entry.value] = entry
        else:
            self._current.pop((entry.target, entry.value), None)


Withdrawn = Callable[[str, str | None], Withdrawal | None]
