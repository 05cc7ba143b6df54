"""`archiver erase`: take something out of the archive for good."""

import sys

import click

from archiver.amounts import counted
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode, UsageError


@click.command()
@click.argument("what", metavar="URL|CAPTURE|sha256:…")
@click.option("--reason", required=True, help="Why; it is kept in the ledger and the WARC file.")
@click.option("--ticket", metavar="ID", help="The matter it belongs to.")
@click.option("--yes", is_flag=True, help="Do not ask. Needed where nobody can answer.")
@click.pass_obj
def erase(terminal: Terminal, what: str, reason: str, ticket: str | None, yes: bool) -> ExitCode:
    """Take something out of the archive for good. It cannot be brought back.

    \b
    archiver erase https://forum.example/liste.pdf --reason "court order" --ticket 2026/17
    archiver erase sha256:5f1c… --reason "names of minors" --yes

    A URL goes with all its captures, and every content it had goes wherever it stands; so does the
    content of a capture. Tombstones with date, reason and ticket take its place. The ledger
    erased.jsonl keeps it away: after a rebuild, an import and a new crawl, too. Merely to hide
    something, use: archiver withdraw
    """
    from archiver.jobs.erase import erase as carry_out
    from archiver.jobs.erase import fate
    from archiver.jobs.run import run_index

    workspace = terminal.open()
    if not yes:
        found = fate(workspace, what)
        click.echo(f"to be erased: {counted(found.captures, 'capture')} under", err=True)
        for url in found.urls:
            click.echo(f"  {printable(url)}", err=True)
        for title in found.titles:
            click.echo(f"  document: {printable(title)}", err=True)
        if not sys.stdin.isatty():
            raise UsageError("nothing was erased", remedy="add --yes to erase all this for good")
        click.confirm("Erase all this for good?", abort=True, err=True)
    taken = carry_out(workspace, what, reason=reason, ticket=ticket)
    terminal.say(
        f"erased: {counted(taken.captures, 'capture')} of {counted(len(taken.urls), 'URL')}"
    )
    with terminal.progress("index") as tell:
        record = run_index(workspace, tell=tell)
    terminal.tell("copies outside remain: backups, exports, other machines")
    return ExitCode(record.exit_code)
