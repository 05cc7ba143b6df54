"""The workspace's lock."""

import errno
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.errors import ExitCode, LockedError, StorageError
from archiver.jobs.lock import locked

NOW = datetime(2026, 11, 22, 3, 14, tzinfo=UTC)


def test_a_second_run_is_told_who_holds_the_workspace(tmp_path: Path) -> None:
    path = tmp_path / "corpus" / ".lock"
    with locked(path, command="archiver crawl", now=NOW):
        second = locked(path, command="archiver index")
        with pytest.raises(LockedError) as caught:
            second.__enter__()
    assert "'archiver crawl'" in str(caught.value)
    assert str(os.getpid()) in str(caught.value)
    assert caught.value.exit_code == ExitCode.LOCKED


def test_the_lock_is_free_again_after_the_run(tmp_path: Path) -> None:
    for _ in range(2):
        with locked(tmp_path / ".lock", command="archiver crawl", now=NOW):
            pass


def test_the_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    code = (
        "import sys, time; from pathlib import Path; from archiver.jobs.lock import locked\n"
        "with locked(Path(sys.argv[1]), command='archiver crawl'):\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) as held:
        assert held.stdout is not None
        assert held.stdout.readline() == b"held\n"
        second = locked(path, command="archiver index")
        with pytest.raises(LockedError):
            second.__enter__()
        held.send_signal(signal.SIGKILL)
    for _ in range(100):
        try:
            with locked(path, command="archiver index"):
                return
        except LockedError:
            time.sleep(0.01)
    pytest.fail("the lock outlived its holder")


def test_a_disk_that_knows_no_locks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    lock = locked(tmp_path / ".lock", command="archiver crawl")
    with pytest.raises(StorageError, match=r"cannot lock .*: No locks available – keep"):
        lock.__enter__()
