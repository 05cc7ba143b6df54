"""Reads a user's own files through the sandbox, as archived ones are read."""

import mimetypes
from collections.abc import Iterable, Iterator
from pathlib import Path

from archiver.errors import UsageError
from archiver.extract import ExtractSettings, Sandbox, Task
from archiver.model import Extraction


def extract_files(
    paths: Iterable[Path], settings: ExtractSettings | None = None
) -> Iterator[tuple[Path, Extraction]]:
    """Yield each file with its extraction, in order; raise UsageError for one not readable."""
    with Sandbox(settings) as sandbox:
        for path in paths:
            try:
                data = path.read_bytes()
            except OSError as error:
                raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
            media_type, _ = mimetypes.guess_type(path.name)
            yield path, sandbox.extract(Task(data, media_type=media_type, name=str(path)))
