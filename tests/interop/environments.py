"""Environments of foreign tools, one each, so that neither their licences nor their needs mix.

Made once below .cache/interop from the hash-pinned list beside this file, and anew when it changes.
A list is pinned anew with `uv pip compile --universal --python-version 3.11 --generate-hashes
--no-emit-index-url --no-annotate --no-header`, from the tool's name (for FastWARC `fastwarc[cli]`,
for whoosh3 also `pytest` and `hypothesis`, with `-c requirements-dev.lock`).
builds.txt holds what builds sources.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

from tests.conftest import leave_out

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
CACHE = ROOT / ".cache" / "interop"


@dataclass(frozen=True)
class Ran:
    """What a tool left."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Tool:
    """A tool's environment and how to call what is in it."""

    folder: Path

    def path(self, name: str) -> str:
        return str(self.folder / "bin" / name)

    def __call__(self, name: str, *arguments: str | Path, cwd: Path | None = None) -> Ran:
        ran = subprocess.run(
            [self.path(name), *map(str, arguments)],
            cwd=cwd,
            env=quiet_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=300,
        )
        return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def quiet_environment(**more: str) -> dict[str, str]:
    """Return an environment that leads a tool nowhere but to this machine."""
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    kept.pop("PYTHONPATH", None)
    return {**kept, "PYTHONWARNINGS": "ignore", **more}


@cache
def environment(name: str, *, libraries: bool = False) -> Tool:
    """Return a tool's environment; skip without it, or fail where everything must be tested.

    With `libraries` it also holds the project's own libraries, but none that the tool replaces.
    """
    lists = [HERE / "builds.txt"]
    if libraries:
        lists.append(without(ROOT / "requirements.lock", "whoosh"))
    lists.append(HERE / f"{name}.txt")
    state = hashlib.sha256(b"".join(path.read_bytes() for path in lists))
    state.update(f"{sys.version_info[:2]} {sys.executable}".encode())
    folder = CACHE / name
    stamp = folder / "state"
    if stamp.is_file() and stamp.read_text() == state.hexdigest():
        return Tool(folder)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        run([sys.executable, "-m", "venv", str(folder)])
        for path in lists:
            run([
                str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-q",
                "install", "--require-hashes", "--no-build-isolation", "--no-compile",
                "-r", str(path),
            ])  # fmt: skip
    except subprocess.SubprocessError as error:
        missing(name, error)
    stamp.write_text(state.hexdigest())
    return Tool(folder)


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=900, stdin=subprocess.DEVNULL)


def missing(name: str, error: subprocess.SubprocessError) -> NoReturn:
    said = getattr(error, "stderr", None) or b""
    lines = said.decode(errors="replace").strip().splitlines() or [str(error)]
    leave_out(f"{name} cannot be installed from {name}.txt ({lines[-1]})")


def without(lock: Path, name: str) -> Path:
    """Write a copy of a lock file that lacks one distribution; return its path."""
    text = lock.read_text()
    shorter = re.sub(rf"(?m)^{name}==.*\n(?: .*\n)*", "", text)
    assert shorter != text
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / f"{lock.stem}-without-{name}.txt"
    path.write_text(shorter)
    return path
