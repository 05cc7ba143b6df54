"""`archiver config`: what holds here, where it comes from, and whether it is right."""

import os

import click

from archiver.cli.output import SCHEMA_VERSION, json_option, print_json, print_table
from archiver.cli.terminal import Terminal, printable
from archiver.codec import to_json

OTHER_VARIABLES = ("ARCHIVER_WORKSPACE", "ARCHIVER_TEST_ALL")
"""Variables that are no settings of archiver.toml."""


@click.group()
def config() -> None:
    """Show the settings that hold, and check all files a person writes.

    \b
    archiver config show --origin
    archiver config check

    An option of a command comes before the environment (ARCHIVER_CRAWL_CONCURRENCY=4), that before
    archiver.toml, that before what is built in.
    """


@config.command()
@click.option("--origin", is_flag=True, help="Say where each comes from, and its variable.")
@json_option
@click.pass_obj
def show(terminal: Terminal, origin: bool, as_json: bool) -> None:
    """Show every setting as it holds here.

    \b
    archiver config show
    archiver config show --origin
    """
    from archiver.environment import settings_shown
    from archiver.workspace import read_text

    workspace = terminal.open()
    text = read_text(workspace.config_path)
    shown = list(settings_shown(workspace.settings, text, os.environ))
    if as_json:
        print_json(
            {
                "schema": SCHEMA_VERSION,
                "workspace": str(workspace.root),
                "workspace_origin": terminal.workspace_origin(),
                "settings": shown,
            }
        )
        return
    terminal.say(f"# {printable(str(workspace.config_path))} ({terminal.workspace_origin()})")
    rows = [(one.key, to_json(one.value).decode(), one.origin, one.variable or "") for one in shown]
    if origin:
        print_table(rows, ("key", "value", "from", "variable"), numeric=set(), say=terminal.say)
    else:
        for key, value, _, _ in rows:
            terminal.say(printable(f"{key} = {value}"))


@config.command()
@json_option
@click.pass_obj
def check(terminal: Terminal, as_json: bool) -> None:
    """Check archiver.toml, profiles, saved searches and corrections.

    \b
    archiver config check

    The first mistake ends it.
    """
    from archiver.environment import unknown_variables
    from archiver.jobs.saved import saved_searches

    workspace = terminal.open()
    checked = [str(workspace.config_path)]
    sites = workspace.sites()
    searches = len(saved_searches(workspace))
    if workspace.saved_path.exists():
        checked.append(str(workspace.saved_path))
    if workspace.corrections_path.exists():
        workspace.corrections()
        checked.append(str(workspace.corrections_path))
    unused = unknown_variables(os.environ, OTHER_VARIABLES)
    if as_json:
        print_json(
            {
                "schema": SCHEMA_VERSION,
                "files": checked,
                "sites": [site.name for site in sites],
                "saved_searches": searches,
                "unknown_variables": unused,
            }
        )
        return
    for path in checked:
        terminal.say(f"right: {printable(path)}")
    names = ", ".join(site.name for site in sites) or "none"
    terminal.say(f"sites: {names}; saved searches: {searches}")
    for name in unused:
        terminal.tell(f"warning: the variable {printable(name)} sets nothing")
