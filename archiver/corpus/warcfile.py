"""The WARC file being written: grows by committed batches, can be cut back, is closed once.

A file bears the suffix ".open" until it is closed and is never appended to afterwards. Knows
nothing of what the bytes mean.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from archiver.corpus.folder import OPEN_SUFFIX, sync_folder
from archiver.errors import LockedError, StorageError

_BUFFER = 1024 * 1024
HEADROOM = 16 * 1024 * 1024  # left free for the catalogue and the run record


class RawFile(Protocol):
    """What is needed of an unbuffered binary file; tests hand in failing ones."""

    def write(self, data: Any, /) -> int | None:
        """Write some of the bytes and return how many."""

    def truncate(self, size: int, /) -> int:
        """Cut the file."""

    def seek(self, offset: int, /) -> int:
        """Move to an offset."""

    def fileno(self) -> int:
        """Return the descriptor."""

    def close(self) -> None:
        """Close the file."""


OpenFile = Callable[[Path], RawFile]


def create_raw(path: Path) -> RawFile:
    """Create a file that must not exist yet, unbuffered."""
    return path.open("xb", buffering=0)


class WarcFile:
    """One WARC file while it is written. All methods raise StorageError when the disk fails."""

    def __init__(self, folder: Path, name: str, open_file: OpenFile = create_raw) -> None:
        self.name = name
        self.size = 0
        self.committed_size = 0
        self._folder = folder
        self._path = folder / (name + OPEN_SUFFIX)
        self._buffer = bytearray()
        self._digest = hashlib.sha256()
        self._committed_digest = self._digest.copy()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = open_file(self._path)
        except OSError as error:
            raise self._failed("create", error) from error
        lock_open_file(self._file.fileno(), self._path)

    def check_space(self, needed: int) -> None:
        """Raise StorageError unless the disk has room for `needed` bytes and some more."""
        try:
            free = shutil.disk_usage(self._folder).free
        except OSError as error:
            raise self._failed("examine the disk of", error) from error
        if free < needed + HEADROOM:
            raise StorageError(
                f"{self._folder}: {free // 1024} KiB are free, "
                f"{(needed + HEADROOM) // 1024} KiB are needed for the next record"
            )

    def write(self, data: bytes) -> None:
        """Append bytes; they may stay in memory until `sync`."""
        self._buffer += data
        self.size += len(data)
        if len(self._buffer) >= _BUFFER:
            self._flush()

    def sync(self) -> None:
        """Bring all bytes written so far to the disk (fsync)."""
        self._flush()
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._failed("write", error) from error

    def commit(self) -> None:
        """Note that the catalogue knows of all bytes written so far."""
        self.committed_size = self.size
        self._committed_digest = self._digest.copy()

    def cut_back(self) -> None:
        """Throw away what was written since the last commit."""
        self._buffer.clear()
        self.size = self.committed_size
        self._digest = self._committed_digest.copy()
        try:
            self._file.truncate(self.committed_size)
            self._file.seek(self.committed_size)
        except OSError as error:
            raise self._failed("cut back", error) from error

    def finish(self) -> str:
        """Close the file under its final name; return its SHA-256 as hex."""
        self.sync()
        try:
            self._path.rename(self._folder / self.name)
            sync_folder(self._folder)
        except OSError as error:
            raise self._failed("close", error) from error
        self.release()
        return self._digest.hexdigest()

    def release(self) -> None:
        """Let go of the file as it is; the next opening of the corpus puts it in order."""
        self._file.close()

    def remove(self) -> None:
        """Delete the file: nothing in it was ever committed."""
        self.release()
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise self._failed("remove", error) from error

    def _flush(self) -> None:
        view = memoryview(bytes(self._buffer))
        self._buffer.clear()
        self._digest.update(view)
        try:
            while view:
                written = self._file.write(view)
                if not written:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                view = view[written:]
        except OSError as error:
            raise self._failed("write", error) from error

    def _failed(self, what: str, error: OSError) -> StorageError:
        return StorageError(f"{self._path}: cannot {what} it: {error.strerror or error}")


def lock_open_file(handle: int, path: Path) -> None:
    """Claim an open WARC file for this process; raises LockedError when another one writes it.

    The claim ends with the process, however it ends.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise LockedError(f"{path}: another process is writing this file") from error


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file as hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
