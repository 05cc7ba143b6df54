"""The commands that the documentation shows are run, and what it must hold is there."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from archiver.cli.commands import archiver
from archiver.demo.server import SampleServer
from tests.conftest import READY, ROOT, Archiver, index_sample
from tests.ready import program
from tools.manpages import commands, described, manual_pages

DOCS = ROOT / "docs"
OURS = (
    "administrators.md", "archivists.md", "faq.md", "first-steps.md", "index.md",
    "researchers.md", "tools.md",
)  # fmt: skip
_BLOCK = re.compile(
    r"(?:<!-- (?P<mark>run|not run: [^>]+) -->\n)?```sh\n(?P<text>.*?)```", re.DOTALL
)


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    mark: str | None
    text: str

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line}"


def blocks() -> list[Block]:
    found = []
    for path in sorted(DOCS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            line = text.count("\n", 0, match.start("text"))
            found.append(Block(path.name, line, match["mark"], match["text"]))
    return found


BLOCKS = blocks()
RUN = [block for block in BLOCKS if block.mark == "run"]


def test_every_block_of_our_pages_is_run_or_says_why_not() -> None:
    assert [block.name for block in BLOCKS if block.page in OURS and block.mark is None] == []
    assert len(RUN) > 20


class Shell:
    """Runs shell commands in one workspace of the sample forum."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def __call__(self, script: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["sh", "-e"],
            input=script,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    root = tmp_path_factory.mktemp("docs")
    archiver = root / "bin" / "archiver"
    archiver.parent.mkdir()
    archiver.write_text(program(READY.address()))
    archiver.chmod(0o755)
    workspace = root / "my-forum"
    workspace.mkdir()
    run = Archiver(workspace)
    with SampleServer() as server:
        run(
            "init", ".", "--name", "sample-forum", "--profile", "sample-forum",
            "--seed", f"{server.base_url}/", "--allow", server.address, "--delay", "0",
        )  # fmt: skip
        run("crawl")
        index_sample(run, tmp_path_factory, "sample-forum")
        groups = run("search", "Bürgerbeteiligung", "--session", "28", "--json").json["groups"]
        environment = {
            **os.environ,
            "PATH": f"{archiver.parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HIT": groups[0]["hits"][0]["hit_id"],
            "URL": groups[0]["document"]["urls"][0],
        }
        yield Shell(workspace, environment)


@pytest.mark.parametrize("block", RUN, ids=[block.name for block in RUN])
def test_the_commands_of_a_page_run(shell: Shell, block: Block) -> None:
    done = shell(block.text)
    # 3 is "done, but": the sample forum has dead links and scans, and a withdrawal takes sittings.
    assert done.returncode in (0, 3), f"{block.text}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr


ALL = list(commands())


@pytest.mark.parametrize(("name", "command", "context"), ALL, ids=[name for name, _, _ in ALL])
def test_every_command_and_option_is_documented(
    name: str, command: click.Command, context: click.Context
) -> None:
    first, examples, _ = described(command)
    assert first.endswith(".")
    assert any("archiver " in example for example in examples)
    reference = (DOCS / "cli.md").read_text(encoding="utf-8")
    section = reference if command is archiver else reference.partition(f"# {name}\n")[2]
    page = (DOCS / "man" / f"{name.replace(' ', '-')}.1").read_text(encoding="utf-8")
    for option in command.get_params(context):
        if isinstance(option, click.Option):
            assert option.help or isinstance(option.type, click.Choice), option.name
            for word in option.opts:
                assert word in section
                assert word.replace("-", "\\-") in page


def test_manual_pages_hold_nothing_that_roff_would_eat() -> None:
    for name, page in manual_pages().items():
        for line in page.splitlines():
            assert not line.startswith("'"), name
            if line.startswith("."):
                assert re.match(r"\.(\\\"|TH|SH|PP|TP|B|BR|nf|fi)( |$)", line), (name, line)


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    missing = [path.name for path in DOCS.glob("*.md") if f": {path.name}" not in navigation]
    assert missing == []


def test_every_exit_code_and_error_is_listed() -> None:
    from archiver import errors

    listed = (DOCS / "errors.md").read_text(encoding="utf-8")
    for name in errors.__all__:
        if name != "ExitCode":
            assert f"| `{name}` |" in listed
