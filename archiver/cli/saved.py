"""`archiver saved`: searches kept by name, and what is new in them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from archiver.amounts import counted
from archiver.cli.completion import offer
from archiver.cli.output import SCHEMA_VERSION, fields_of, json_option, print_json, print_table
from archiver.cli.query import QueryCommand, build_query, query_options
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode, LockedError, NoGenerationError
from archiver.jobs.question import FILTERS

if TYPE_CHECKING:
    from archiver.jobs.changes import Alert
    from archiver.model import Answer
    from archiver.workspace import Workspace


@click.group()
def saved() -> None:
    """Keep searches by name, and see what is new in them.

    \b
    archiver saved add radwege Radweg ODER Fahrradweg
    archiver search query:radwege --date 2012
    archiver saved alerts
    """


@saved.command(cls=QueryCommand)
@click.argument("name")
@query_options
@click.option("--overwrite", is_flag=True, help="Replace the search of that name.")
@click.pass_obj
def add(
    terminal: Terminal,
    /,
    name: str,
    words: tuple[str, ...],
    overwrite: bool,
    **filters: tuple[str, ...],
) -> None:
    """Save a search under a name; from now on its hits are watched.

    \b
    archiver saved add radwege Radweg ODER Fahrradweg
    archiver saved add haushalt-neu Haushalt --date -90d

    It is written to saved.toml, where it can also be edited. In other queries `query:NAME` stands
    for it.
    """
    from archiver.jobs.alerts import raise_alerts
    from archiver.jobs.saved import add_saved, check_name

    check_name(name)
    query = build_query(words, {field: filters[field] for field in FILTERS})
    workspace = terminal.open()
    answer = _tried(workspace, query)
    add_saved(workspace, name, query, overwrite=overwrite)
    found = "nothing is indexed yet" if answer is None else f"{counted(answer.total, 'page')} now"
    terminal.tell(f"saved {name}: {printable(query)} ({found})")
    for note in answer.notes if answer is not None else ():
        terminal.tell(f"note: {printable(note)}")
    if answer is not None:
        now = datetime.now(UTC)
        try:
            raise_alerts(workspace, [name], now=now, today=now.astimezone().date())
        except LockedError:
            terminal.tell("the run under way will note its hits")


@saved.command(name="list")
@json_option
@click.pass_obj
def list_(terminal: Terminal, as_json: bool) -> None:
    """List the saved searches.

    \b
    archiver saved list
    """
    from archiver.jobs.saved import saved_searches

    known = saved_searches(terminal.open())
    if as_json:
        searches = [{"name": name, "query": query} for name, query in known.items()]
        print_json({"schema": SCHEMA_VERSION, "searches": searches})
    elif known:
        print_table(list(known.items()), ("name", "query"), numeric=set(), say=terminal.say)
    else:
        terminal.tell("no saved searches yet; make one with: archiver saved add NAME QUERY")


@saved.command()
@click.argument("name", shell_complete=offer("saved"))
@json_option
@click.pass_obj
def show(terminal: Terminal, name: str, as_json: bool) -> None:
    """Show a saved search, and the news of it since it was saved.

    \b
    archiver saved show radwege
    """
    from archiver.jobs.alerts import kept_news

    workspace = terminal.open()
    query = _named(workspace, (name,))[name]
    news = kept_news(workspace, name)
    if as_json:
        print_json({"schema": SCHEMA_VERSION, "name": name, "query": query, "news": news})
        return
    terminal.say(f"{terminal.style(name, bold=True)}  {printable(query)}")
    with terminal.paging():
        for alert in news:
            print_alert(terminal, alert)
    if not news:
        terminal.tell("nothing new since it was saved")


@saved.command()
@click.argument("name", shell_complete=offer("saved"))
@click.pass_obj
def remove(terminal: Terminal, name: str) -> None:
    """Forget a saved search and its alerts.

    \b
    archiver saved remove radwege
    """
    from archiver.jobs.alerts import forget_alerts
    from archiver.jobs.saved import remove_saved

    workspace = terminal.open()
    remove_saved(workspace, name)
    forget_alerts(workspace, name)
    terminal.tell(f"removed {name}")


@saved.command()
@click.argument("names", nargs=-1, metavar="[NAME]…", shell_complete=offer("saved"))
@click.option("--atom", is_flag=True, help="Print the news kept of one search as an Atom feed.")
@json_option
@click.pass_obj
def alerts(terminal: Terminal, names: tuple[str, ...], atom: bool, as_json: bool) -> ExitCode:
    """Tell what is new, changed or vanished in saved searches.

    \b
    archiver saved alerts
    archiver saved alerts radwege --json
    archiver saved alerts radwege --atom > radwege.atom

    `archiver run` does the same at its end. An index that has not changed since says nothing.
    alerts/NAME.atom in the workspace is a feed of the news. E-mail addresses and telephone numbers
    are masked; what was withdrawn is not told of.
    """
    from archiver.jobs.alerts import feed_of, raise_alerts

    if atom and (as_json or len(names) != 1):
        raise click.UsageError("--atom is for one NAME, and not with --json")
    workspace = terminal.open()
    known = _named(workspace, names)
    now = datetime.now(UTC)
    found, warnings = raise_alerts(workspace, names, now=now, today=now.astimezone().date())
    for warning in warnings:
        click.echo(f"warning: {printable(warning)}", err=True)
    if atom:
        click.echo(feed_of(workspace, names[0]) or "", nl=False)
    elif as_json:
        print_json({"schema": SCHEMA_VERSION, "alerts": [fields_of(alert) for alert in found]})
    else:
        with terminal.paging():
            for alert in found:
                print_alert(terminal, alert)
        if not known:
            terminal.tell("no saved searches yet; make one with: archiver saved add NAME QUERY")
        elif not found:
            terminal.tell("nothing new")
    return ExitCode.PARTLY if warnings else ExitCode.OK


def print_alert(terminal: Terminal, alert: "Alert") -> None:
    """Print what is new in one saved search."""
    from archiver.jobs.feed import headline

    terminal.say(terminal.style(printable(alert.line()), bold=True))
    for kind, hit in alert.told:
        terminal.say(f"  {kind:<9}{printable(headline(hit))}")
        terminal.say(f"           {terminal.style(printable(hit.url), fg='cyan')}")
        if hit.snippet:
            terminal.say(f"           …{printable(hit.snippet)}…")


def _tried(workspace: "Workspace", query: str) -> "Answer | None":
    """Ask once, so that a wrong query is told before it is saved; None without an index."""
    from archiver.jobs.saved import saved_searches
    from archiver.query import parse
    from archiver.search import search

    today = datetime.now().astimezone().date()
    parse(query, today=today)
    try:
        with workspace.open_index() as index, workspace.open_texts() as texts:
            return search(
                index,
                query,
                read_page=texts.page_text,
                today=today,
                limit=1,
                facets=False,
                saved=saved_searches(workspace),
            )
    except NoGenerationError:
        return None


def _named(workspace: "Workspace", names: tuple[str, ...]) -> dict[str, str]:
    """Return the named saved searches, or all; raise UsageError for an unknown one."""
    import difflib

    from archiver.errors import UsageError
    from archiver.jobs.saved import saved_searches

    known = dict(saved_searches(workspace))
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            listed = ", ".join(known) or "none"
            raise UsageError(f"no saved search {name!r}{hint}; known: {listed}")
    return {name: known[name] for name in names or known}
