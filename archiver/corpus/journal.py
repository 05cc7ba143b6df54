"""Files of JSON lines to which entries are only ever added, durably.

Knows lines and types; must not know what the entries mean.
"""

import os
from pathlib import Path
from typing import TypeVar

from archiver.codec import from_json, to_json
from archiver.corpus.folder import sync_folder
from archiver.errors import CorpusError, StorageError

T = TypeVar("T")


def read_entries(path: Path, kind: type[T]) -> list[T]:
    """Return the entries of a file, oldest first; none when there is no file.

    A last line without an end was cut off by a crash and never reported. Raises CorpusError for
    a line that cannot be read: passing over it could show what must not be shown.
    """
    entries = []
    for number, line in enumerate(_lines(path), 1):
        try:
            entries.append(from_json(line, kind))
        except ValueError as error:
            raise CorpusError(
                f"{path}: line {number} cannot be read: {error}", remedy="mend that line"
            ) from error
    return entries


def append_entry(path: Path, entry: object) -> None:
    """Add an entry; it is on the disk when this returns. Raises StorageError."""
    try:
        is_new = not path.exists()
        with path.open("ab") as file:
            file.truncate(sum(len(line) + 1 for line in _lines(path)))
            file.write(to_json(entry) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(path.parent)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error


def _lines(path: Path) -> list[bytes]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    return content.split(b"\n")[:-1]
