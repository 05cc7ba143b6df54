"""Clocks and processes: rounds in turn, medians, and the memory of a process and its children."""

import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.corpora import CACHE

ROOT = Path(__file__).parent.parent
_MIB = 1024 * 1024
_SAMPLE_S = 0.01


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured: `quick` runs everything small, on texts of our own; `full` 30,000 pages."""

    folder: Path
    quick: bool = False
    full: bool = False
    scrapy: bool = False

    def new_folder(self, name: str) -> Path:
        """Make an empty folder for one run."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path


@dataclass(frozen=True, slots=True)
class Ran:
    """A process that has ended. Memory in MiB, 0 unless watched.

    `largest_mib` is the peak of the process that needed most, `together_mib` the highest sum over
    all processes at one moment, shared pages counted once. `cpu_seconds` is the
    processor's time.
    """

    seconds: float
    code: int
    out: str
    err: str
    largest_mib: float = 0.0
    together_mib: float = 0.0
    cpu_seconds: float = 0.0


class FailedRunError(Exception):
    """A command ended with an unexpected exit code; the message has its last words."""


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    expect: Sequence[int] = (0,),
    is_watched: bool = False,
) -> Ran:
    """Run a command to its end; raise FailedRunError unless it ends with an expected code."""
    words = [str(word) for word in command]
    with subprocess.Popen(
        words,
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        spent = _cpu_of_children()
        began = time.perf_counter()
        watcher = _Watcher(process.pid) if is_watched else None
        out, err = process.communicate()
        seconds = time.perf_counter() - began
    largest, together = watcher.stop() if watcher else (0.0, 0.0)
    if process.returncode not in expect:
        [last] = (err.strip() or out.strip() or "nothing said").splitlines()[-1:]
        name = " ".join(Path(word).name for word in words[:3])
        raise FailedRunError(f"{name} … ended with {process.returncode}: {last:.100}")
    cpu = _cpu_of_children() - spent
    return Ran(seconds, process.returncode, out, err, largest, together, cpu)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def environment() -> Mapping[str, str]:
    """Return the environment of every measured process: byte code is kept, as after installing."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and name != "ARCHIVER_WORKSPACE"
    }
    return own | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode")}


def archiver(*arguments: str | Path) -> list[str | Path]:
    """Return the command line that runs our command, as installed if it is."""
    script = Path(sys.executable).with_name("archiver")
    return (
        [script, *arguments] if script.exists() else [sys.executable, "-m", "archiver", *arguments]
    )


def in_turn(rounds: int, measured: Mapping[str, Callable[[], float]]) -> dict[str, float]:
    """Measure each once a round, so that a busy machine hits all alike; return the medians."""
    figures: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(rounds):
        for name, measure in measured.items():
            figures[name].append(measure())
    return {name: statistics.median(values) for name, values in figures.items()}


def seconds_of(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def size_of(folder: Path) -> float:
    """Return the size of all files below a folder in MiB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / _MIB


def machine() -> str:
    """Describe this machine in one line."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, load {load}"
    )


class _Watcher:
    """Samples the memory of a process and its descendants from /proc until stopped."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._is_over = threading.Event()
        self._largest = self._together = 0.0
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> tuple[float, float]:
        self._is_over.set()
        self._thread.join()
        return self._largest, self._together

    def _watch(self) -> None:
        while not self._is_over.wait(_SAMPLE_S):
            own, shared = 0.0, 0.0
            for pid in descendants(self._pid):
                resident, common, peak = _memory_of(pid)
                self._largest = max(self._largest, peak)
                own += resident - common
                shared = max(shared, common)
            self._together = max(self._together, own + shared)


def descendants(pid: int) -> list[int]:
    """Return a process and all its descendants; those that have ended are left out."""
    found = [pid]
    for parent in found:
        try:
            for task in (Path("/proc") / str(parent) / "task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:  # it has just ended
            continue
    return found


def _memory_of(pid: int) -> tuple[float, float, float]:
    """Return resident, shared and peak memory in MiB; VmHWM is of this program alone.

    A child's ru_maxrss would not do: it starts with the peak of the process that forked it.
    """
    try:
        lines = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0, 0.0, 0.0
    kib = {
        name: int(value.split()[0])
        for name, _, value in (line.partition(":") for line in lines)
        if name in ("VmRSS", "VmHWM", "RssFile", "RssShmem")
    }
    common = kib.get("RssFile", 0) + kib.get("RssShmem", 0)
    return kib.get("VmRSS", 0) / 1024, common / 1024, kib.get("VmHWM", 0) / 1024
