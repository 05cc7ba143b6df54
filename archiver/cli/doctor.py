"""`archiver doctor`: what is wrong here, and what to do about it."""

import os

import click

from archiver.cli.config import OTHER_VARIABLES
from archiver.cli.output import SCHEMA_VERSION, json_option, print_json
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode


@click.command()
@click.option("--deep", is_flag=True, help="Read every file of the index.")
@json_option
@click.pass_obj
def doctor(terminal: Terminal, deep: bool, as_json: bool) -> ExitCode:
    """Check Python, libraries, optional programs, workspace, disk and index.

    \b
    archiver doctor
    archiver doctor --deep --json

    Nothing is changed. Exit code 3 when something is wrong. The WARC files are checked by
    `archiver verify`.
    """
    from archiver.jobs.doctor import examine

    checks = list(examine(terminal.open, os.environ, own_variables=OTHER_VARIABLES, deep=deep))
    wrong = sum(check.state == "wrong" for check in checks)
    if as_json:
        print_json({"schema": SCHEMA_VERSION, "wrong": wrong, "checks": checks})
        return ExitCode.PARTLY if wrong else ExitCode.OK
    colors = {"ok": "green", "note": "yellow", "wrong": "red"}
    for check in checks:
        state = terminal.style(f"{check.state:<6}", fg=colors[check.state])
        terminal.say(f"{state} {check.subject}: {printable(check.found)}")
        if check.state != "ok" and check.remedy:
            terminal.say(f"       → {printable(check.remedy)}")
    terminal.tell("nothing is wrong" if not wrong else f"{wrong:,} wrong")
    return ExitCode.PARTLY if wrong else ExitCode.OK
