"""Odd surroundings: a closed pipe, no home, the C locale, a folder that is gone, python -O."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Archiver
from tests.faults.conftest import hits


def command(*arguments: str, python: tuple[str, ...] = ()) -> list[str]:
    return [sys.executable, *python, "-m", "archiver", *arguments]


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "ARCHIVER_WORKSPACE": str(folder)}


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "Verkehr", "--limit", "100"),
        ("search", "Verkehr", "--json", "--limit", "100"),
        ("documents", "--jsonl"),
        ("sessions",),
        ("kwic", "Verkehr"),
        ("export", "Verkehr", "-o", "-", "--format", "jsonl"),
        ("--help",),
    ],
    ids=" ".join,
)
def test_a_reader_that_stops_reading_is_no_error(
    forum: Archiver, arguments: tuple[str, ...]
) -> None:
    with subprocess.Popen(
        command(*arguments),
        env=environment(forum.folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode()
    assert process.returncode == 0, said
    for word in ("Traceback", "Broken", "Exception", "error"):
        assert word not in said


@pytest.mark.parametrize(
    "surroundings",
    [
        {"LC_ALL": "C", "LANG": "C"},
        {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"},
        {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"},
        {"HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent", "TERM": "dumb"},
        {"PYTHONOPTIMIZE": "2"},
        {"TZ": "Pacific/Kiritimati"},
    ],
    ids=lambda surroundings: next(iter(surroundings)),
)
def test_surroundings_do_not_change_the_answer(
    forum: Archiver, surroundings: dict[str, str]
) -> None:
    assert hits(forum, **surroundings) == hits(forum)
    out = forum("search", "Bürgerbeteiligung", "--session", "28", **surroundings).out
    assert "»Bürgerbeteiligung«" in out


def test_words_and_file_names_have_umlauts_where_python_knows_ascii_only(
    forum: Archiver, tmp_path: Path
) -> None:
    ascii_only = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    target = tmp_path / "Bürger über Grünes.jsonl"
    forum("export", "thema:Bürgerbeteiligung", "-o", str(target), **ascii_only)
    assert "Bürgerbeteiligung" in target.read_text("utf-8")
    forum("verify", str(target), **ascii_only)
    none = forum("search", "Müßiggängerei", expect=1, **ascii_only)
    assert "no hit for: Müßiggängerei" in none.err
    missing = forum("verify", str(tmp_path / "Öde.csv"), expect=2, **ascii_only)
    assert "Öde.csv: cannot be read" in missing.err


def test_nothing_of_the_environment_is_needed(forum: Archiver) -> None:
    ran = subprocess.run(
        command("search", "Bürgerbeteiligung", "--session", "28"),
        env={"PYTHONPATH": str(ROOT)},
        cwd=forum.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    assert "»Bürgerbeteiligung«" in ran.stdout.decode()


def test_a_crawl_and_an_index_need_no_home_no_locale_and_no_assertions(
    copy: Archiver, tmp_path: Path
) -> None:
    bare = {"HOME": "/nonexistent", "LC_ALL": "C", "PYTHONOPTIMIZE": "1"}
    copy("crawl", **bare)
    copy("index", **bare)
    copy("export", "Bürgerbeteiligung", "-o", str(tmp_path / "hits.csv"), **bare)
    assert "Bürgerbeteiligung" in (tmp_path / "hits.csv").read_text("utf-8")


def test_a_working_directory_that_is_gone(forum: Archiver, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()

    def run_there(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        enter = "import os, sys; os.rmdir(os.getcwd()); os.execv(sys.argv[1], sys.argv[1:])"
        gone.mkdir(exist_ok=True)
        kept = {k: v for k, v in environment(forum.folder).items() if k != "ARCHIVER_WORKSPACE"}
        return subprocess.run(
            [sys.executable, "-c", enter, *command(*arguments)],
            cwd=gone, env={**kept, **more}, stdin=subprocess.DEVNULL, capture_output=True,
            text=True,
        )  # fmt: skip

    found = run_there("search", "Verkehr", ARCHIVER_WORKSPACE=str(forum.folder))
    assert found.returncode == 0, found.stderr
    lost = run_there("search", "Verkehr")
    assert lost.returncode == 10
    assert lost.stderr.count("\n") == 1
    assert "Traceback" not in lost.stderr
