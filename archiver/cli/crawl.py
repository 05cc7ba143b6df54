"""`archiver init`, `crawl`, `index`: from a seed to a searchable index."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.amounts import counted
from archiver.cli.completion import offer
from archiver.cli.output import SCHEMA_VERSION, json_option, print_json
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode
from archiver.workspace import create_workspace

if TYPE_CHECKING:
    from archiver.jobs.plan import Planned


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--seed", required=True, metavar="URL", help="Where the crawl starts.")
@click.option("--name", metavar="NAME", help="The site's name (else made from its host).")
@click.option("--profile", metavar="NAME", help="A built-in profile, or sites/NAME.toml.")
@click.option("--allow", multiple=True, metavar="HOST:PORT",
              help="An address that may be private: your own server, an intranet.")  # fmt: skip
@click.option("--delay", type=click.FloatRange(min=0), metavar="SECONDS",
              help="Wait between two requests (else it adapts to the server).")  # fmt: skip
@click.pass_obj
def init(
    terminal: Terminal,
    path: Path,
    seed: str,
    name: str | None,
    profile: str | None,
    allow: tuple[str, ...],
    delay: float | None,
) -> None:
    """Make a workspace that can be crawled at once.

    \b
    archiver init forum --seed https://forum.example/archive/
    archiver init test --seed http://127.0.0.1:8000/ --allow 127.0.0.1:8000 --delay 0
    """
    workspace = create_workspace(
        path, seed=seed, name=name, allow=allow, delay=delay, profile=profile
    )
    terminal.say(f"made {workspace.config_path}")
    terminal.tell(f"next: {entering(path)}archiver crawl")


def entering(folder: Path) -> str:
    """Return what a person types first to work in a folder; nothing where the shell is there."""
    return "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "


@click.command()
@click.argument("sites", nargs=-1, metavar="[SITE]…", shell_complete=offer("site"))
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              help="Stop cleanly after this time; the next run goes on.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="List what would be asked; ask nothing.")
@json_option
@click.pass_obj
def crawl(
    terminal: Terminal,
    sites: tuple[str, ...],
    time_limit: float | None,
    dry_run: bool,
    as_json: bool,
) -> ExitCode:
    """Fetch what is new or changed into the corpus, all sites or the named ones.

    \b
    archiver crawl
    archiver crawl my-forum --time-limit 3600
    archiver crawl --dry-run

    The first Ctrl-C finishes the request at hand; the next run goes on there.
    """
    from archiver.jobs.record import crawl_line
    from archiver.jobs.run import run_crawl

    workspace = terminal.open()
    if dry_run:
        from archiver.jobs.plan import crawl_plan

        _print_plan(terminal, crawl_plan(workspace, sites), "asked", as_json=as_json)
        return ExitCode.OK
    with terminal.progress("crawl", hidden=as_json) as tell:
        record = run_crawl(workspace, sites, time_limit=time_limit, tell=tell)
    if as_json:
        print_json(record)
    else:
        for report in record.crawls:
            terminal.tell(crawl_line(report))
            if report.reason:
                terminal.tell(f"archiver: {printable(report.reason)}")
            for warning in report.warnings:
                terminal.tell(f"warning: {printable(warning)}")
    return ExitCode(record.exit_code)


@click.command()
@click.option("--rebuild", is_flag=True, help="Build the whole index anew.")
@click.option("--engine", type=click.Choice(["whoosh", "tantivy"]),
              help="What the index is kept with (unless archiver.toml says).")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="List what would be read; write nothing.")
@json_option
@click.pass_obj
def index(
    terminal: Terminal, rebuild: bool, engine: str | None, dry_run: bool, as_json: bool
) -> ExitCode:
    """Extract the texts of new captures and bring the index up to date.

    \b
    archiver index
    archiver index --rebuild            after damage, or to be sure
    archiver index --engine tantivy     for large archives; needs forum-archiver[fast]

    Only what changed is written, into a copy beside the live index; searching goes on meanwhile.
    """
    from archiver.jobs.record import update_line
    from archiver.jobs.run import run_index

    workspace = terminal.open()
    if dry_run:
        from archiver.jobs.plan import index_plan, why_anew

        _print_plan(terminal, index_plan(workspace), "read", as_json=as_json)
        why = why_anew(workspace)
        if why is not None and not as_json:
            terminal.tell(f"the index would be built anew: {printable(why)}")
        return ExitCode.OK
    with terminal.progress("index", hidden=as_json) as tell:
        record = run_index(workspace, rebuild=rebuild, engine=engine, tell=tell)
    if as_json:
        print_json(record)
    elif record.update is not None:
        terminal.tell(update_line(record.update))
        for warning in record.warnings:
            terminal.tell(f"warning: {printable(warning)}")
    return ExitCode(record.exit_code)


def _print_plan(
    terminal: Terminal, plan: "tuple[Planned, ...]", done: str, *, as_json: bool
) -> None:
    """Print the URLs of a plan; `done` says what would be done with them."""
    if as_json:
        print_json({"schema": SCHEMA_VERSION, "dry_run": True, "sites": plan})
        return
    for planned in plan:
        for url in planned.urls:
            terminal.say(printable(url))
        count = len(planned.urls)
        terminal.tell(f"{planned.site}: {counted(count, 'URL')} would be {done}")
