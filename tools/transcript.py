"""Run the commands of the README's transcript on the sample forum, and compare or rewrite them.

`python -m tools.transcript` writes what the program answers today; tests/test_readme.py fails when
the README says something else. What differs from run to run (port, ids, times) is masked.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from archiver.demo.server import SampleServer

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PORT = "127.0.0.1:8028"  # the port of the repository's own workspace
_BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
_VARYING = re.compile(r"generation [0-9a-f]{12}")


def written(readme: str) -> str:
    """Return the transcript as the README has it."""
    match = _BLOCK.search(readme)
    assert match is not None, "README.md has no console block"
    return match[0]


def masked(transcript: str) -> str:
    """Return a transcript without what differs from run to run."""
    return _VARYING.sub("generation …", transcript)


def answered(transcript: str) -> str:
    """Run the transcript's commands in a fresh workspace; return them with their answers."""
    commands = [line[2:] for line in transcript.splitlines() if line.startswith("$ ")]
    with SampleServer() as server, tempfile.TemporaryDirectory() as folder:
        seed = f"{server.base_url}/"
        for words in (
            ["init", ".", "--name", "sample-forum", "--profile", "sample-forum",
             "--seed", seed, "--allow", server.address, "--delay", "0"],
            ["crawl"],
            ["index"],
        ):  # fmt: skip
            _run(words, folder)
        parts = []
        for command in commands:
            program, *words = shlex.split(command)
            assert program == "archiver", command
            parts.append(f"$ {command}\n{_run(words, folder)}")
        return "\n".join(parts).replace(server.address, PORT)


def _run(words: list[str], folder: str) -> str:
    outcome = subprocess.run(
        [sys.executable, "-m", "archiver", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    text = outcome.stdout.decode()
    assert outcome.returncode in (0, 1), text
    return text


def main() -> None:
    """Rewrite the README's transcript."""
    readme = README.read_text(encoding="utf-8")
    transcript = answered(written(readme))
    README.write_text(_BLOCK.sub(lambda _: transcript, readme, count=1), encoding="utf-8")


if __name__ == "__main__":
    main()
