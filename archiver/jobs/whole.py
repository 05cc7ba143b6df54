"""Writes a small file whole or not at all: beside its place, then renamed into it."""

import os
from contextlib import suppress
from pathlib import Path

from archiver.errors import StorageError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, over one that is there; raise StorageError, and then leave all as it was.

    Two writers at once do not mix: the last one's content stands.
    """
    beside = path.with_name(f".{path.name}.{os.urandom(4).hex()}.new")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):  # gone by then, unless something failed
            beside.unlink()
