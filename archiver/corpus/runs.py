"""Run records: one JSON file for each run of a command that writes, whatever is in it."""

from datetime import UTC, datetime
from pathlib import Path

from archiver.codec import from_json
from archiver.corpus.folder import write_durably
from archiver.errors import CorpusError, StorageError


class Runs:
    """The folder of run records."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, record: bytes | str, at: datetime) -> Path:
        """Write a record durably under a name that sorts by time and is never used twice.

        Raises CorpusError when it is no JSON object, StorageError when the disk fails.
        """
        content = record.encode() if isinstance(record, str) else record
        try:
            from_json(content, dict[str, object])
        except ValueError as error:
            raise CorpusError(f"a run record must be a JSON object: {error}") from error
        stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            number = 0
            while (path := self._folder / f"{stamp}-{number:02}.json").exists():
                number += 1
            write_durably(path, content)
        except OSError as error:
            raise StorageError(f"{self._folder}: {error.strerror}") from error
        return path

    def newest(self, limit: int | None = None) -> list[dict[str, object]]:
        """List records, newest first; one that cannot be read says so under "unreadable"."""
        names = sorted((path for path in self._folder.glob("*.json")), reverse=True)
        found: list[dict[str, object]] = []
        for path in names[:limit]:
            try:
                found.append(from_json(path.read_bytes(), dict[str, object]))
            except (ValueError, OSError) as error:
                found.append({"file": path.name, "unreadable": str(error)})
        return found
