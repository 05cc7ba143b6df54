"""Exit codes, what goes to stdout and what to stderr, and JSON wherever data is printed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from archiver.cli.commands import archiver
from archiver.errors import ExitCode
from tests.cli.test_export_commands import Inside
from tests.conftest import ROOT, Archiver


@pytest.fixture(scope="module")
def forum(sample_forum: Archiver) -> Archiver:
    return Inside(sample_forum.folder)


class TestExitCodes:
    """Those of grep for a search; one list for all, printed in the help and the docs."""

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (["search", "Verkehr"], ExitCode.OK),
            (["search", "Zwiebelfischgräte"], ExitCode.NOTHING_FOUND),
            (["search", "foo:bar"], ExitCode.ERROR),
            (["search"], ExitCode.ERROR),
            (["search", "Verkehr", "--nonsense"], ExitCode.ERROR),
            (["export", "Zwiebelfischgräte", "-o", "-"], ExitCode.OK),
            (["check"], ExitCode.OK),
        ],
        ids=lambda part: " ".join(part) if isinstance(part, list) else "",
    )
    def test_are_the_documented_ones(
        self, forum: Archiver, words: list[str], code: ExitCode
    ) -> None:
        assert forum(*words, expect=None).code == code

    def test_stand_in_the_help_and_in_the_docs(self) -> None:
        shown = archiver.get_help(click.Context(archiver, info_name="archiver"))
        listed = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
        for code in ExitCode:
            assert f"{int(code)}" in shown, code
            assert f"| {int(code)} |" in listed, code


class TestStreams:
    """Data on stdout, all else on stderr."""

    @pytest.mark.parametrize(
        "words",
        [
            ["search", "Verkehr", "--json"],
            ["export", "Verkehr", "-o", "-"],
            ["corpus", "export", "-"],
            ["kwic", "Verkehr", "--json"],
            ["stats", "Verkehr", "--json"],
            ["documents", "--jsonl"],
            ["status", "--json"],
        ],
        ids=" ".join,
    )
    def test_stdout_holds_data_alone(self, forum: Archiver, words: list[str]) -> None:
        out = forum(*words).out
        rows = out.splitlines() if "--jsonl" in words or "-" in words else [out]
        assert rows
        for row in rows:
            assert json.loads(row)

    def test_remarks_go_to_stderr(self, forum: Archiver, tmp_path: Path) -> None:
        outcome = forum("export", "Verkehr", "-o", str(tmp_path / "h.csv"))
        assert outcome.out == ""
        assert "hits written to" in outcome.err
        assert "hits written to -" in forum("export", "Verkehr", "-o", "-").err
        assert forum("--quiet", "export", "Verkehr", "-o", "-").err == ""

    @pytest.mark.parametrize("words", [["search", "foo:bar"], ["export", "foo:bar", "-o", "-"]])
    def test_an_error_prints_nothing_on_stdout(self, forum: Archiver, words: list[str]) -> None:
        outcome = forum(*words, expect=2)
        assert outcome.out == ""
        assert outcome.err.startswith("archiver: ")


def leaves(
    command: click.Command, name: str, context: click.Context
) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for word in command.list_commands(context):
            below = command.get_command(context, word)
            assert below is not None
            yield from leaves(below, f"{name} {word}".strip(), click.Context(below, context, word))
    else:
        yield name, command


# They do something, or print what is no data: a text, a script, a form to fill in.
WITHOUT_DATA = {
    "init", "schedule", "open", "saved add", "saved remove", "diff", "corpus export", "withdraw",
    "erase", "site new", "help", "completion", "demo",
}  # fmt: skip


class TestJson:
    def test_every_command_that_prints_data_knows_it(self) -> None:
        for name, command in leaves(archiver, "", click.Context(archiver)):
            options = {option for one in command.params for option in one.opts}
            assert bool(options & {"--json", "--jsonl"}) == (name not in WITHOUT_DATA), name

    @pytest.mark.parametrize(
        "words",
        [
            "search Verkehr", "sessions", "check", "status", "doctor", "config show",
            "config check", "saved list", "saved alerts", "kwic Verkehr", "stats Verkehr",
            "site list", "verify",
        ],
    )  # fmt: skip
    def test_it_is_one_object_with_its_version(self, forum: Archiver, words: str) -> None:
        found = forum(*words.split(), "--json").json
        assert found["schema"] == 1

    @pytest.mark.parametrize("words", ["search foo:bar", "export foo:bar -o -", "cite x-p1-0"])
    def test_errors_are_json_too(self, forum: Archiver, words: str) -> None:
        outcome = forum(*words.split(), "--json", expect=2)
        error = json.loads(outcome.err)
        assert (outcome.out, error["schema"], error["exit_code"]) == ("", 1, 2)
        assert error["message"]


class TestStdoutThatCannotBeWritten:
    @pytest.mark.parametrize(
        "arguments", ["search Verkehr", "search Verkehr --json", "status", "--help", "--version"]
    )
    @pytest.mark.parametrize(
        ("target", "why"),
        [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")],
    )
    def test_it_is_told_in_one_line(
        self, sample_forum: Archiver, arguments: str, target: str, why: str
    ) -> None:
        if not Path("/dev/full").exists():
            pytest.skip("there is no /dev/full here")
        done = subprocess.run(
            f'"{sys.executable}" -m archiver {arguments} {target}',
            shell=True,
            cwd=sample_forum.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert f"stdout: cannot be written: {why}" in done.stderr.splitlines()[-1]
        assert "Traceback" not in done.stderr
        assert done.returncode == 2

    def test_closed_streams_do_not_stop_a_run(self, sample_forum: Archiver) -> None:
        done = subprocess.run(
            f'"{sys.executable}" -m archiver index >&- 2>&-',
            shell=True,
            cwd=sample_forum.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert done.returncode == 0
