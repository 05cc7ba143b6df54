"""What all tests share: running a command as a user would, and what may be missing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings

from archiver.demo.server import SampleServer
from tests.ready import Command, Ready, can_take

ROOT = Path(__file__).parent.parent

# The same commit gets the same verdict everywhere, however busy the machine; `make soak` looks for
# what no run has seen yet.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("searching", settings.get_profile("repeatable"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@dataclass(frozen=True)
class Outcome:
    """What a command left: exit code, data, remarks."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def jsonl(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


READY = Ready()


def pytest_sessionfinish() -> None:
    READY.end()


class Archiver:
    """Runs the command line in a workspace, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, expect: int | None = 0, **environment: str) -> Outcome:
        variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        if can_take(variables):
            process = READY.run(arguments, self.folder, variables, timeout=300)
        else:
            process = subprocess.run(
                [sys.executable, "-m", "archiver", *arguments],
                cwd=self.folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=300,
            )
        outcome = Outcome(process.returncode, process.stdout.decode(), process.stderr.decode())
        assert "Traceback" not in outcome.err, outcome.err
        if expect is not None:
            assert outcome.code == expect, f"{arguments}: {outcome}"
        return outcome

    def start(self, *arguments: str) -> Command:
        variables = {**os.environ, "PYTHONPATH": str(ROOT)}
        with Path(os.devnull).open("r+b") as nothing:
            return READY.start(arguments, self.folder, variables, [nothing.fileno()] * 3)


def new_forum(server: SampleServer, folder: Path) -> Archiver:
    """Make a workspace for the sample forum in an empty folder."""
    archiver = Archiver(folder)
    seed = f"{server.base_url.rstrip('/')}/"
    archiver("init", ".", "--seed", seed, "--allow", server.address, "--delay", "0")
    return archiver


@pytest.fixture(scope="session")
def sample_server() -> Iterator[SampleServer]:
    """The sample forum over HTTP, for all tests; who overlays a page takes it back."""
    with SampleServer() as running:
        yield running


@pytest.fixture(scope="session")
def sample_forum(sample_server: SampleServer, tmp_path_factory: pytest.TempPathFactory) -> Archiver:
    """A workspace of the sample forum, crawled and indexed once; who changes it copies it."""
    archiver = new_forum(sample_server, tmp_path_factory.mktemp("sample"))
    archiver("crawl")
    index_sample(archiver, tmp_path_factory, "general")
    return archiver


def index_sample(
    archiver: Archiver, tmp_path_factory: pytest.TempPathFactory, profile: str
) -> None:
    """Index a workspace of the sample forum; its files are read once in all processes of a run.

    Every workspace gets the same bytes, and what was read of them is kept by their digest.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    known = shared / f"texts-{profile}.sqlite"
    texts = archiver.folder / "corpus" / "derived" / "text.sqlite"
    if known.exists():
        shutil.copyfile(known, texts)
    archiver("index")
    if not known.exists():
        beside = base / f"texts-{profile}.new"
        shutil.copyfile(texts, beside)
        beside.replace(known)


def require_program(name: str, package: str) -> str:
    """Return a program's path; skip without it, or fail where everything must be tested."""
    path = shutil.which(name)
    if path is None:
        leave_out(f"{name} is not installed (Debian package {package})")
    return path


def leave_out(why: str) -> NoReturn:
    """Skip a test and say why; where everything must be tested that is a failure."""
    message = f"{why}: its tests are left out"
    if os.environ.get("ARCHIVER_TEST_ALL") == "1":
        pytest.fail(message)
    pytest.skip(message)
