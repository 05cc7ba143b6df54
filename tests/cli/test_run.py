"""`archiver run` as a timer calls it: waits only when there is something to do."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from archiver.cli import run
from archiver.demo.server import SampleServer
from tests.conftest import Archiver, new_forum


@pytest.fixture
def forum(tmp_path: Path) -> Archiver:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<h1>28. Sitzung am 14.10.2011</h1>")
    (tmp_path / "forum").mkdir()
    with SampleServer(tmp_path / "site") as server:
        archiver = new_forum(server, tmp_path / "forum")
        archiver("run")
    return archiver


def test_jitter_is_waited_for_only_when_a_run_is_due(
    forum: Archiver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    waited: list[float] = []
    command = import_module("archiver.cli.scheduled")
    monkeypatch.setattr(command, "time", SimpleNamespace(sleep=waited.append))
    words = ["-w", str(forum.folder), "run", "--jitter", "10m"]
    assert run([*words, "--max-age", "1h"]) == 0
    assert capsys.readouterr().err == "not due yet\n"
    assert waited == []
    run(words)
    assert len(waited) == 1
    assert 0 <= waited[0] <= 600


def test_a_metrics_file_in_no_folder_is_told_before_anything_is_asked(forum: Archiver) -> None:
    before = sorted((forum.folder / "corpus" / "runs").iterdir())
    told = forum("run", "--metrics-file", "no/such/forum.prom", expect=2).err
    assert told == (
        "archiver: --metrics-file no/such/forum.prom: there is no such folder – make it first\n"
    )
    assert sorted((forum.folder / "corpus" / "runs").iterdir()) == before


def test_a_run_that_is_not_due_says_so_in_json_too(forum: Archiver) -> None:
    outcome = forum("run", "--max-age", "1h", "--json")
    assert (outcome.json, outcome.err) == (None, "not due yet\n")


def test_a_warc_file_of_the_size_that_is_set_is_followed_by_another(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    for number in range(3):
        page = f'<h1>{number}. Sitzung</h1><a href="/{number + 1}.html">weiter</a>'
        (tmp_path / "site" / f"{number or 'index'}.html").write_text(page)
    with SampleServer(tmp_path / "site") as server:
        for limit in ("1", "1000000"):
            folder = tmp_path / limit
            folder.mkdir()
            new_forum(server, folder)("crawl", ARCHIVER_CRAWL_ROTATE_BYTES=limit)
    files = {
        folder: len(list((tmp_path / folder).glob("corpus/warc/*.warc.gz")))
        for folder in ("1", "1000000")
    }
    assert files["1"] > files["1000000"] == 1
