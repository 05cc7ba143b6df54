"""`archiver demo`: the sample forum, and the whole way through it."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from archiver.cli.crawl import entering
from archiver.cli.terminal import Terminal
from archiver.errors import ArchiverError, ExitCode
from archiver.finding import CONFIG_NAME
from archiver.workspace import Workspace, create_workspace, find_workspace

QUERIES = (
    ("Bürgerbeteiligung", "--session", "28"),
    ("Fußgänger", "--date", "2008..2012", "--limit", "3"),
    ("Kultur", "Stadtteilzentrum", "-n", "2"),
)


@click.command()
@click.option(
    "--workspace",
    "folder",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Fill this workspace (made if it is none yet) instead of a temporary one.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The sample server's port (0: a free one)."
)
@click.option("--serve", is_flag=True, help="Only serve the sample forum until Ctrl-C.")
@click.pass_obj
def demo(terminal: Terminal, folder: Path | None, port: int | None, serve: bool) -> ExitCode:
    """Serve the sample forum on this machine and walk the whole way, showing each step.

    \b
    archiver demo
    archiver demo --workspace /tmp/forum
    archiver demo --serve --port 8028

    Nothing leaves this machine: the forum of an invented town is served on the loopback address,
    crawled, archived, extracted, indexed, searched and exported.
    """
    from archiver.demo.server import SampleServer

    with _workspace_folder(folder) as root:
        existing = (root / CONFIG_NAME).is_file()
        if port is None:
            port = _port_of(find_workspace(root)) if existing else 0
        with SampleServer(port=port) as server:
            if serve:
                terminal.say(f"the sample forum: {server.base_url}/ (Ctrl-C ends)")
                server.wait()
                return ExitCode.OK
            workspace = _workspace(root, server.base_url, server.address)
            code = _walk(terminal, workspace, server.base_url)
        if folder is not None:
            terminal.say(f"The workspace stays in {root}; ask it things of your own:")
            terminal.say(f"  {entering(folder)}archiver search Radweg --date 2009..2014")
        return code


def _walk(terminal: Terminal, workspace: Workspace, base_url: str) -> ExitCode:
    from archiver.jobs.record import crawl_line, update_line
    from archiver.jobs.run import run_crawl, run_index

    own = Terminal(workspace.root, terminal.color, terminal.is_quiet)
    began = time.monotonic()

    _step(own, f"The sample forum is served at {base_url}/")
    _step(own, "archiver crawl")
    with own.progress("crawl") as tell:
        crawled = run_crawl(workspace, tell=tell)
    for report in crawled.crawls:
        own.say(crawl_line(report))
    if crawled.exit_code not in (ExitCode.OK, ExitCode.PARTLY):
        return ExitCode(crawled.exit_code)
    _step(own, "archiver index")
    with own.progress("index") as tell:
        indexed = run_index(workspace, tell=tell)
    if indexed.update is not None:
        own.say(update_line(indexed.update))
        for unread in indexed.update.failures:
            own.say(f"  no text: {unread.url.removeprefix(base_url)} ({unread.reason})")

    _run(own, ["sessions"])
    for words in QUERIES:
        _run(own, ["search", *words])
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "hits.csv"
        _run(own, ["export", "Bürgerbeteiligung", "-o", str(target)], shown="-o hits.csv")
        lines = target.read_text(encoding="utf-8").splitlines()
        own.say(lines[0][:160] + " …")
        own.say(lines[1][:160] + " …")
    _run(own, ["status"])
    _step(own, f"Done in {time.monotonic() - began:.1f} s.")
    return ExitCode.OK


def _run(terminal: Terminal, arguments: list[str], shown: str | None = None) -> None:
    """Run a command as a user would, in this process."""
    from archiver.cli.commands import archiver

    words = [*arguments[:-2], shown] if shown else arguments
    _step(terminal, "archiver " + " ".join(words))
    result = archiver.main(
        args=["-w", str(terminal.workspace), *_colors(terminal), *arguments],
        prog_name="archiver",
        standalone_mode=False,
    )
    if isinstance(result, int) and result not in (ExitCode.OK, ExitCode.NOTHING_FOUND):
        raise ArchiverError(f"the step ended with exit code {result}")


def _colors(terminal: Terminal) -> list[str]:
    return {None: [], True: ["--color"], False: ["--no-color"]}[terminal.color]


def _step(terminal: Terminal, text: str) -> None:
    terminal.say()
    terminal.say(terminal.style(f"▶ {text}", fg="green", bold=True))


@contextmanager
def _workspace_folder(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="archiver-demo-") as temporary:
        yield Path(temporary) / "forum"


def _workspace(root: Path, base_url: str, address: str) -> Workspace:
    if (root / CONFIG_NAME).is_file():
        workspace = find_workspace(root)
        if not any(f"{base_url}/" in site.seeds for site in workspace.sites()):
            raise ArchiverError(
                f"{workspace.config_path} names no site at {base_url}/",
                remedy="choose another workspace, or the port it names with --port",
            )
        return workspace
    return create_workspace(
        root,
        seed=f"{base_url}/",
        name="sample-forum",
        profile="sample-forum",
        allow=(address,),
        delay=0,
    )


def _port_of(workspace: Workspace) -> int:
    """Return the loopback port the workspace's sample forum is known under."""
    for site in workspace.sites():
        for address in site.scope.allow:
            host, _, port = address.rpartition(":")
            if host == "127.0.0.1":
                return int(port)
    raise ArchiverError(
        f"{workspace.config_path} is no workspace of the sample forum",
        remedy="choose another folder with --workspace",
    )
