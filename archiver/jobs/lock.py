"""The kernel lock that keeps two runs on one workspace apart.

The lock is the kernel's (flock): it is gone when its holder dies, however it dies. The file's
content only tells a person who holds it and since when.
"""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archiver.codec import from_json, to_json
from archiver.errors import LockedError, StorageError


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Who holds the workspace: process id, host, command, since when (UTC)."""

    pid: int
    host: str
    command: str
    since: datetime


@contextmanager
def locked(path: Path, *, command: str, now: datetime | None = None) -> Iterator[None]:
    """Hold the workspace's lock; raise LockedError at once when another run holds it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageError(f"cannot open the lock {path}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(f"the workspace is locked by {_holder(path)}") from None
        except OSError as error:  # a network share without locks
            raise StorageError(
                f"cannot lock {path}: {error.strerror}",
                remedy="keep the workspace on a disk that knows locks (flock)",
            ) from error
        holder = LockHolder(os.getpid(), socket.gethostname(), command, now or datetime.now(UTC))
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, to_json(holder), 0)
        except OSError as error:
            raise StorageError(f"cannot write the lock {path}: {error.strerror}") from error
        yield
    finally:
        os.close(handle)


def _holder(path: Path) -> str:
    try:
        holder = from_json(path.read_bytes(), LockHolder)
    except (OSError, ValueError):
        return "another run that is just starting"
    since = holder.since.astimezone().strftime("%d.%m.%Y %H:%M:%S")
    return f"'{holder.command}' (process {holder.pid} on {holder.host}) since {since}"
