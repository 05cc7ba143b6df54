"""The table of commands, and the group that loads each one's module when it is called."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver import __version__
from archiver.errors import ExitCode

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("archiver.cli.crawl:init", "Make a workspace that can be crawled at once."),
    "crawl": ("archiver.cli.crawl:crawl", "Fetch what is new into the corpus."),
    "index": ("archiver.cli.crawl:index", "Extract texts and bring the index up to date."),
    "run": ("archiver.cli.scheduled:run", "Crawl what is due and index it, as a scheduled job."),
    "schedule": ("archiver.cli.scheduled:schedule", "Print units for systemd, or a line for cron."),
    "search": ("archiver.cli.search:search", "Search by words, session, date and topic."),
    "show": ("archiver.cli.cite:show", "Show the page of a hit as it was archived."),
    "like": ("archiver.cli.like:like", "Show documents and sittings like a document."),
    "open": ("archiver.cli.cite:open_hit", "Open the link to a hit's page."),
    "saved": ("archiver.cli.saved:saved", "Keep searches by name; see what is new in them."),
    "kwic": ("archiver.cli.concordance:kwic", "Show every place of the words in its context."),
    "stats": ("archiver.cli.statistics:stats", "Count places by sitting, time and topic."),
    "cite": ("archiver.cli.cite:cite", "Cite a hit, or make a record for a reference manager."),
    "export": ("archiver.cli.export:export", "Write all hits of a query to a file."),
    "verify": ("archiver.cli.verify:verify", "Check the archive, WARC files, or an export."),
    "sessions": ("archiver.cli.look:sessions", "List the sittings: number, date, topic, files."),
    "documents": ("archiver.cli.look:documents", "List every document with fields and evidence."),
    "extract": ("archiver.cli.look:extract", "Show what is read from files of your own."),
    "check": ("archiver.cli.archive:check", "Show what is missing, dead, unread, contradictory."),
    "history": ("archiver.cli.archive:history", "Show a document's versions and visits."),
    "diff": ("archiver.cli.archive:diff", "Show what changed in a document's text."),
    "import": ("archiver.cli.archive:import_", "Take WARC and WACZ files of other crawlers in."),
    "corpus": ("archiver.cli.archive:corpus", "Rebuild the catalogue; export the corpus."),
    "withdraw": ("archiver.cli.archive:withdraw", "Take something out of view, reversibly."),
    "erase": ("archiver.cli.erase:erase", "Take something out of the archive for good."),
    "site": ("archiver.cli.site:site", "Write, try and check how a site is read."),
    "status": ("archiver.cli.look:status", "Show what the workspace holds and the last run."),
    "config": ("archiver.cli.config:config", "Show the settings that hold; check all files."),
    "doctor": ("archiver.cli.doctor:doctor", "Check program, libraries, workspace and disk."),
    "help": ("archiver.cli.help:help_", "Explain the query language, or a command."),
    "completion": ("archiver.cli.completion:completion", "Print what completes words in a shell."),
    "demo": ("archiver.cli.demo:demo", "Serve the sample forum and walk the whole way."),
}

_EXIT_CODES = """\b
Exit codes:
  0  done                     10  no workspace
  1  search: no hit           11  locked by another run
  2  error                   130  interrupted
  3  done, but some failed   143  terminated"""


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List all commands in the order of the flow."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        name = args[0]
        if name not in COMMANDS and not ctx.resilient_parsing:
            import difflib

            near = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"no command {name!r}{hint}", ctx=ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Offer commands and options without importing any command."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [
            CompletionItem(name, help=text)
            for name, (_, text) in COMMANDS.items()
            if name.startswith(incomplete)
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EXIT_CODES,
)
@click.option(
    "-w",
    "--workspace",
    type=click.Path(path_type=Path),
    help="The workspace's folder (else ARCHIVER_WORKSPACE, the working directory, its parents).",
)
@click.option(
    "--color/--no-color", default=None, help="Colours always or never (else on a terminal)."
)
@click.option(
    "--pager/--no-pager", default=None, help="Long answers through a pager (else on a terminal)."
)
@click.option("--utc", is_flag=True, help="Show times in UTC, not in local time.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no summary.")
@click.version_option(__version__, prog_name="archiver", message="%(prog)s %(version)s")
@click.pass_context
def archiver(
    ctx: click.Context,
    workspace: Path | None,
    color: bool | None,
    pager: bool | None,
    utc: bool,
    quiet: bool,
) -> ExitCode | None:
    """Archive the records of citizen forums and search them by session, date and topic.

    \b
    archiver init forum --seed https://forum.example/ && cd forum
    archiver crawl && archiver index
    archiver search Bürgerbeteiligung --session 20..30 --date 2011..2012
    archiver export Bürgerbeteiligung -o hits.csv
    """
    from archiver.cli.terminal import Terminal

    ctx.obj = Terminal(workspace=workspace, color=color, is_quiet=quiet, pages=pager, is_utc=utc)
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
    return None


def misplaced(option: str) -> str | None:
    """Return what to say of an option of `archiver` itself that stands behind a command.

    >>> misplaced("-w"), misplaced("--limit")
    ('-w stands before the command: archiver -w …', None)
    """
    for parameter in archiver.params:
        if option in (*parameter.opts, *parameter.secondary_opts):
            more = "" if isinstance(parameter, click.Option) and parameter.is_flag else " …"
            return f"{option} stands before the command: archiver {option}{more}"
    return None
