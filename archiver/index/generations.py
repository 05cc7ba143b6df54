"""Generations of the index: built beside the live one, swapped by an atomic rename.

    index/CURRENT                     name of the live generation's folder
    index/.lock                       held while one is built
    index/generations/<n>-<id>/       index.json documents.sqlite lexicon engine/…
    index/generations/.building-…     thrown away by the next build

Readers never see a half-built one. Opening unpickles engine files, so a folder is opened only if
we wrote it and nothing was put into it: it belongs to this user, nobody else may write to it,
index.json names the folder's own inode, and lists every file with its size. A copy of the folder is
therefore refused; the index is derived, so it is built anew. Knows files only, no engine.
"""

import fcntl
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from archiver.errors import (
    DamagedGenerationError,
    LockedError,
    NoGenerationError,
    StorageError,
)

MARKER = "forum-archiver index generation"
FORMAT = 1
_KEPT = 2  # the live one, and the one before as long as that is whole
_BUILDING = ".building-"
_CACHEDIR_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This index is derived from the corpus and can always be rebuilt.\n"
    "# See https://bford.info/cachedir/\n"
)


@dataclass(frozen=True, slots=True)
class Versions:
    """What must be equal for a generation to be changed instead of built from nothing."""

    engine: str
    engine_version: str
    analysis: int
    schema: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A generation's index.json.

    `files` maps each path to its size in bytes and SHA-256. `inode` is that of the folder.
    """

    generation: str
    versions: Versions
    has_lexicon: bool
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    inode: int = 0
    marker: str = MARKER
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation's folder whose files are all there."""

    folder: Path
    manifest: Manifest

    def verify(self) -> None:
        """Read every file; raise DamagedGenerationError naming the first that changed."""
        for name, (_, digest) in self.manifest.files.items():
            if _sha256(self.folder / name) != digest:
                raise DamagedGenerationError(f"{self.folder / name}: changed since it was written")


def live(index: Path) -> Generation:
    """Return the live generation; raise NoGenerationError, or DamagedGenerationError."""
    try:
        name = (index / "CURRENT").read_text("ascii").strip()
    except FileNotFoundError:
        raise NoGenerationError(f"{index}: nothing has been indexed yet") from None
    except (OSError, ValueError) as error:
        raise DamagedGenerationError(f"{index / 'CURRENT'}: cannot be read ({error})") from error
    if not name or "/" in name or name.startswith("."):
        raise DamagedGenerationError(f"{index / 'CURRENT'}: names no generation")
    return check(index / "generations" / name)


def previous(index: Path) -> Iterator[Generation]:
    """Yield the other whole generations, newest first."""
    current = None
    with suppress(OSError, ValueError):
        current = (index / "CURRENT").read_text("ascii").strip()
    for folder in reversed(_folders(index)):
        if folder.name != current:
            with suppress(DamagedGenerationError):
                yield check(folder)


def check(folder: Path) -> Generation:
    """Return a generation if we wrote it and no file is missing, added, or of another size.

    Raises DamagedGenerationError. Nothing is unpickled, no engine file read.
    """
    try:
        own = _own_folder(folder)
        path = folder / "index.json"
        manifest = _read_manifest(path)
        if manifest.inode != own.st_ino:
            raise DamagedGenerationError(f"{folder}: was not written here")
        found = {name: os.lstat(folder / name) for name in _names(folder) if name != path.name}
    except OSError as error:
        raise DamagedGenerationError(f"{folder}: cannot be read ({error.strerror})") from error
    for name, status in found.items():
        if not stat.S_ISREG(status.st_mode) or name not in manifest.files:
            raise DamagedGenerationError(f"{folder / name}: does not belong here")
    for name, (size, _) in manifest.files.items():
        if name not in found:
            raise DamagedGenerationError(f"{folder / name}: is missing")
        if found[name].st_size != size:
            raise DamagedGenerationError(
                f"{folder / name}: has {found[name].st_size} bytes, not {size}"
            )
    return Generation(folder, manifest)


def _own_folder(folder: Path) -> os.stat_result:
    """Refuse a folder that is a link, another user's, or open to other writers."""
    status = os.lstat(folder)
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise DamagedGenerationError(f"{folder}: is not a folder that only you can write to")
    return status


def _read_manifest(path: Path) -> Manifest:
    try:
        data: Any = json.loads(path.read_bytes())
        if data["marker"] != MARKER or data["format"] != FORMAT:
            raise ValueError("of another program or version")
        data["versions"] = Versions(**data["versions"])
        data["files"] = {
            name: (int(size), digest) for name, (size, digest) in data["files"].items()
        }
        return Manifest(**data)
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedGenerationError(f"{path}: not a manifest of ours ({error})") from error


def _names(folder: Path) -> Iterator[str]:
    """Yield the paths of all files below a folder, links as themselves."""
    for root, folders, files in os.walk(folder):
        for name in files + [f for f in folders if (Path(root) / f).is_symlink()]:
            yield str((Path(root) / name).relative_to(folder))


def _folders(index: Path) -> list[Path]:
    """Return the finished generations' folders, oldest first."""
    with suppress(FileNotFoundError):
        names = sorted((index / "generations").iterdir())
        return [path for path in names if path.name[:1].isdigit()]
    return []


@contextmanager
def building(index: Path) -> Iterator[Path]:
    """Hold the lock and give an empty folder to build in; it is gone afterwards unless `swap`ped.

    Raises LockedError when another process builds, StorageError when the disk does not let us.
    """
    with _storage_errors(index):
        generations = index / "generations"
        generations.mkdir(parents=True, exist_ok=True)
        tag = index / "CACHEDIR.TAG"
        if not tag.exists():
            tag.write_text(_CACHEDIR_TAG, "ascii")
        with (index / ".lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LockedError(f"{index}: the index is being built by another process") from None
            for left in generations.glob(f"{_BUILDING}*"):
                shutil.rmtree(left, ignore_errors=True)
            folder = generations / f"{_BUILDING}{os.getpid()}"
            folder.mkdir(mode=0o700)
            folder.chmod(0o700)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _storage_errors(index: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{index}: cannot write the index ({error.strerror})") from error


def swap(index: Path, folder: Path, manifest: Manifest) -> Generation:
    """Finish a built folder, make it the live generation, remove those no longer needed."""
    from concurrent.futures import ThreadPoolExecutor  # here, because searching starts no thread

    names = sorted(_names(folder))
    with ThreadPoolExecutor(2) as two:  # digests are made outside the interpreter's lock
        files = dict(zip(names, two.map(lambda name: _describe(folder / name), names), strict=True))
    manifest = Manifest(
        generation=manifest.generation,
        versions=manifest.versions,
        has_lexicon=manifest.has_lexicon,
        files=files,
        inode=folder.stat().st_ino,
    )
    (folder / "index.json").write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
    for name in (*files, "index.json"):
        _sync(folder / name)
    for path in (folder / "engine", folder):
        if path.is_dir():
            _sync(path)
    last = max((int(f.name.partition("-")[0]) for f in _folders(index)), default=0)
    final = index / "generations" / f"{last + 1:06}-{manifest.generation[:12]}"
    folder.rename(final)
    _sync(final.parent)
    current = index / "CURRENT"
    beside = index / ".CURRENT.new"
    beside.write_text(final.name + "\n", "ascii")
    _sync(beside)
    beside.replace(current)
    _sync(index)
    for old in _folders(index)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return Generation(final, manifest)


def purge(index: Path) -> None:
    """Remove every generation but the live one, so that nothing older is on the disk.

    Raises LockedError, StorageError.
    """
    with building(index), _storage_errors(index):
        folder = live(index).folder
        for old in _folders(index):
            if old != folder:
                shutil.rmtree(old)


def _describe(path: Path) -> tuple[int, str]:
    return path.stat().st_size, _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
