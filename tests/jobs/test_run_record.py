"""The record a run leaves, also of what nobody foresaw."""

import errno
from pathlib import Path

import pytest

from archiver.errors import ExitCode
from archiver.jobs.run import run_index
from archiver.update import apply
from archiver.workspace import Workspace, create_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "forum", seed="http://127.0.0.1:9/", allow=("127.0.0.1:9",))


def test_a_run_ended_by_the_system_says_so_in_its_record(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files", "corpus/derived")

    monkeypatch.setattr(apply, "update", fails)
    with pytest.raises(OSError, match="Too many open files"):
        run_index(workspace, tell=lambda *_: None)
    with workspace.open_corpus(read_only=True) as corpus:
        [record] = corpus.runs(limit=1)
    assert record["exit_code"] == ExitCode.ERROR
    assert record["error"] == "[Errno 24] Too many open files: 'corpus/derived'"
