"""Where things lie in the corpus folder, and what the folder says of itself.

Knows paths and durable writing; must not know what is inside the files.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archiver.codec import from_json, to_json
from archiver.errors import CorpusError, StorageError

FORMAT = 1
"""Version of the folder's layout; independent of the program's version."""

OPEN_SUFFIX = ".open"
ERASING_SUFFIX = ".erasing"
WARC_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.warc\.gz")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What corpus.json says: format version, identity, when it was made."""

    format: int
    uuid: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of a corpus folder."""

    root: Path

    @property
    def manifest(self) -> Path:
        """The file that makes the folder a corpus."""
        return self.root / "corpus.json"

    @property
    def catalogue(self) -> Path:
        """The SQLite catalogue."""
        return self.root / "catalogue.sqlite"

    @property
    def warc(self) -> Path:
        """The folder of WARC files."""
        return self.root / "warc"

    @property
    def texts(self) -> Path:
        """The derived texts."""
        return self.root / "derived" / "text.sqlite"

    @property
    def runs(self) -> Path:
        """The folder of run records."""
        return self.root / "runs"

    @property
    def withdrawn(self) -> Path:
        """The list of what was taken out of view."""
        return self.root / "withdrawn.jsonl"

    @property
    def erased(self) -> Path:
        """The ledger of what was erased for good."""
        return self.root / "erased.jsonl"

    @property
    def lock(self) -> Path:
        """The lock file of a run; taken and released by `jobs`."""
        return self.root / ".lock"

    def warc_file(self, name: str) -> Path:
        """Return the path of a WARC file, closed or still open.

        Raises CorpusError for a name that is not a plain file name.
        """
        if not WARC_NAME.fullmatch(name):
            raise CorpusError(f"not a WARC file name of this corpus: {name!r}")
        closed = self.warc / name
        still_open = self.warc / (name + OPEN_SUFFIX)
        return still_open if not closed.exists() and still_open.exists() else closed

    def warc_names(self) -> list[str]:
        """List the WARC files present by their final names, sorted."""
        if not self.warc.is_dir():
            return []
        names = {path.name.removesuffix(OPEN_SUFFIX) for path in self.warc.iterdir()}
        return sorted(name for name in names if WARC_NAME.fullmatch(name))


def read_manifest(layout: Layout) -> Manifest | None:
    """Read corpus.json; None when there is none.

    Raises CorpusError when it is unreadable or of a newer format.
    """
    try:
        text = layout.manifest.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"{layout.manifest}: {error.strerror}") from error
    try:
        manifest = from_json(text, Manifest)
    except ValueError as error:
        raise CorpusError(
            f"{layout.manifest}: not readable: {error}",
            remedy="restore it, or rebuild with: archiver corpus rebuild",
        ) from error
    if manifest.format > FORMAT:
        raise CorpusError(
            f"{layout.root}: made by a newer archiver (corpus format {manifest.format}, "
            f"this one knows {FORMAT})",
            remedy="update archiver",
        )
    return manifest


def write_manifest(layout: Layout, *, created_at: datetime, uuid: str) -> Manifest:
    """Make the folders and corpus.json; raises StorageError when the disk refuses."""
    manifest = Manifest(FORMAT, uuid, created_at.astimezone(UTC))
    try:
        for folder in (layout.root, layout.warc, layout.texts.parent, layout.runs):
            folder.mkdir(parents=True, exist_ok=True)
        write_durably(layout.manifest, to_json(manifest, indent=2) + b"\n")
    except OSError as error:
        raise StorageError(f"{layout.root}: cannot make the corpus: {error.strerror}") from error
    return manifest


def write_durably(path: Path, content: bytes) -> None:
    """Write a file so that after a crash it is there whole or not at all. Raises OSError."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable (fsync of the directory). Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
