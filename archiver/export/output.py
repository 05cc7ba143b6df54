"""Writes an export whole or not at all: beside its target, then renamed; `-` is stdout.

Knows files, not formats. An existing file is refused unless overwriting is wished; a full disk, a
folder that cannot be written, an interruption leave nothing behind. What a killed export left
beside its target is swept away by the next one.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from archiver.errors import ExportError, UsageError

__all__ = ["STDOUT", "Create", "Output", "check_name", "create_part", "writing"]

STDOUT = "-"

Create = Callable[[Path], BinaryIO]
"""Make a new file, never an existing one, and open it for writing."""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}


def create_part(path: Path) -> BinaryIO:
    """Create a file and hold a kernel lock on it, so that others see its writer lives."""
    stream = path.open("xb")
    fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    return stream


def check_name(target: str) -> None:
    """Refuse what names no file before anything else is asked of its name; raise UsageError."""
    if not target:
        raise UsageError("the output has no name – write -o FILE, or -o - for stdout")
    if target != STDOUT and (target.endswith(("/", os.sep)) or Path(target).is_dir()):
        raise UsageError(f"{target}: is a folder – name a file in it")


class Output:
    """One export being written: its bytes are counted and digested on the way."""

    def __init__(self, target: str, stream: BinaryIO) -> None:
        self._target = target
        self._stream = stream
        self._digest = hashlib.sha256()
        self.size = 0
        self.beside: dict[str, bytes] = {}

    @property
    def sha256(self) -> str:
        """The SHA-256 of what was written so far, as hex."""
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Write bytes; raise ExportError when they cannot be written, BrokenPipeError as is."""
        with _told(self._target):
            self._stream.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    def add_beside(self, name: str, content: bytes) -> None:
        """Have a small file appear together with the export, in the same folder."""
        self.beside[name] = content


@contextmanager
def writing(
    target: str | Path,
    *,
    overwrite: bool = False,
    create: Create = create_part,
    stdout: BinaryIO | None = None,
) -> Iterator[Output]:
    """Open an output; on leaving without an error it stands whole under its name.

    `target` is a path or `-`. Devices and pipes are written straight. Raises ExportError with one
    clear line; a closed pipe stays a BrokenPipeError, because to `| head` it is no error.
    """
    name = str(target)
    if name == STDOUT:
        pipe = stdout if stdout is not None else sys.stdout.buffer
        yield Output("stdout", pipe)
        with _told("stdout"):
            pipe.flush()
        return
    path = Path(target)
    if _is_device(path):
        with _told(name):
            stream = path.open("wb")
        try:
            yield Output(name, stream)
            with _told(name):
                stream.flush()
        finally:
            with suppress(OSError):
                stream.close()
        return
    _check_target(path, name, overwrite=overwrite)
    with _told(name):
        part = _Part(path, name, create)
    try:
        yield part.output
        with _told(name):
            part.publish(overwrite=overwrite)
    finally:
        part.sweep()


class _Part:
    """The files beside the target that become the export by being renamed."""

    def __init__(self, path: Path, name: str, create: Create) -> None:
        self._path = path
        self._name = name
        self._create = create
        self._streams: list[BinaryIO] = []
        self._paths: list[Path] = []
        # A digest instead of the name: a part's name must not be longer than its target's may be.
        digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()
        self._stem = f".archiver-{digest[:12]}-"
        try:
            self.output = Output(name, self._new())
            self._sweep_stale()
        except BaseException:
            self.sweep()
            raise

    def _new(self) -> BinaryIO:
        part = self._path.with_name(f"{self._stem}{secrets.token_hex(4)}.part")
        stream = self._create(part)
        self._streams.append(stream)
        self._paths.append(part)
        return stream

    def _sweep_stale(self) -> None:
        """Remove parts of killed exports to this target; refuse when one is still written."""
        for other in self._path.parent.glob(f"{self._stem}*.part"):
            if other in self._paths:
                continue
            with suppress(FileNotFoundError), other.open("rb") as stream:
                try:
                    fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise ExportError(
                        f"{self._name}: another export is writing this file – wait for it to end"
                    ) from error
                other.unlink()

    def publish(self, *, overwrite: bool) -> None:
        """Make everything durable, then give it its name: what stands beside first.

        So whoever sees the export sees its manifest; a mismatch shows by the digest.
        """
        for content in self.output.beside.values():
            self._new().write(content)
        for stream in self._streams:
            stream.flush()
            os.fsync(stream.fileno())
        data, *rest = self._paths
        made = []
        try:
            for part, name in zip(rest, self.output.beside, strict=True):
                final = self._path.with_name(name)
                part.replace(final)
                made.append(final)
            if overwrite:
                data.replace(self._path)
            else:
                _link(data, self._path, self._name)
        except BaseException:
            for final in made:
                final.unlink(missing_ok=True)
            raise
        _sync_folder(self._path.parent)

    def sweep(self) -> None:
        """Close and remove what was not renamed."""
        for stream in self._streams:
            with suppress(OSError, ValueError):
                stream.close()
        for part in self._paths:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _is_device(path: Path) -> bool:
    """Tell whether the target is a device or a pipe, which cannot be renamed onto."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _check_target(path: Path, name: str, *, overwrite: bool) -> None:
    """Refuse a folder, a link, and an existing file that is not to be overwritten."""
    with _told(name):
        if path.is_dir():
            raise ExportError(f"{name}: is a folder – name a file in it")
        if path.is_symlink():
            raise ExportError(f"{name}: is a link – name the file itself")
        if path.exists() and not overwrite:
            raise _exists(name)


def _exists(name: str) -> ExportError:
    return ExportError(f"{name}: exists already – choose another name, or add --overwrite")


def _link(part: Path, final: Path, name: str) -> None:
    """Give the part its final name unless somebody took it meanwhile."""
    try:
        os.link(part, final)
    except FileExistsError as error:
        raise _exists(name) from error
    except OSError:
        # File systems without hard links (FAT, some network shares).
        if os.path.lexists(final):
            raise _exists(name) from None
        part.replace(final)
    else:
        part.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the new names durable; file systems that cannot are left alone."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn an operating system's error into one line: what, where, what to do."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno in _NO_ROOM:
            why, remedy = "no space left", "make room, then export again"
        elif error.errno in _NO_RIGHT:
            why, remedy = "no right to write there", "choose another folder"
        elif error.errno in (errno.ENOENT, errno.ENOTDIR):
            why, remedy = "the folder does not exist", "make it first"
        else:
            why, remedy = (error.strerror or type(error).__name__), "nothing was written"
        raise ExportError(f"{name}: cannot be written: {why}", remedy=remedy) from error
