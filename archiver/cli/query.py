"""What `search` and `export` share: a query from words and filter options.

Words that start with a dash and are no option ("-Gewerbe") belong to the query; they are set
aside before Click parses, which would take "-Gewerbe" for "-w erbe".
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from archiver.cli.completion import offer
from archiver.errors import UsageError
from archiver.jobs.question import FILTERS, query_of

F = TypeVar("F", bound=Callable[..., Any])

_MARK = "\0"
_JOINED = re.compile(r"-[a-z]\d+")  # -n3: a number is no word one would deny


class QueryCommand(click.Command):
    """A command whose arguments are a query; dash words are part of it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Set dash words aside, then parse."""
        return super().parse_args(ctx, self._marked(ctx, args))

    def _marked(self, ctx: click.Context, args: list[str]) -> list[str]:
        from archiver.cli.commands import misplaced

        flags: set[str] = set()
        takes_value: set[str] = set()
        for parameter in self.params:
            if isinstance(parameter, click.Option):
                names = {*parameter.opts, *parameter.secondary_opts}
                flags |= names
                if not parameter.is_flag and not parameter.count:
                    takes_value |= names
        flags |= {"-h", "--help"}
        marked: list[str] = []
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                marked += ["--", *rest]
            elif arg.partition("=")[0] in flags:
                marked.append(arg)
                if arg in takes_value:
                    marked += [value for value in [next(rest, None)] if value is not None]
            elif _JOINED.fullmatch(arg) and arg[:2] in takes_value:
                marked.append(arg)
            elif arg.startswith("-") and len(arg) > 1:
                if arg.startswith("--"):
                    # Long words with two dashes are mistyped options, not words of a query.
                    marked.append(arg)
                elif (words := misplaced(arg)) is not None:
                    # As a word to leave out it would quietly ask another question.
                    raise click.UsageError(f"{words} (the word itself: NOT {arg[1:]})", ctx=ctx)
                else:
                    marked.append(_MARK + arg)
            else:
                marked.append(arg)
        return marked


def query_options(command: F) -> F:
    """Add the query's words and the filter options."""
    described = {
        "session": "Session number or range: 28, 20..30.",
        "date": "Date of the sitting or range: 2011, 2011-10, 14.10.2011, 2011..2012.",
        "topic": "Words of the sitting's topic.",
        "group": "Working group.",
        "kind": "session, overview, topic, file, other.",
        "role": "minutes, documentation, invitation, agenda, slides, report …",
        "type": "html or pdf.",
        "site": "Name of a site.",
    }
    for name in reversed(FILTERS):
        command = click.option(
            f"--{name}",
            multiple=True,
            metavar=name.upper(),
            help=described[name],
            shell_complete=offer(name),
        )(command)
    return click.argument("words", nargs=-1)(command)


def build_query(words: tuple[str, ...], filters: dict[str, tuple[str, ...]]) -> str:
    """Join words and filters to one query text; raise UsageError when there is nothing to ask.

    >>> build_query(("Rad", "ODER", "Fuß"), {"session": ("20..30",), "topic": ("neue Mitte",)})
    '(Rad ODER Fuß) session:20..30 topic:(neue Mitte)'
    """
    text = _decoded(" ".join(word.removeprefix(_MARK) for word in words))
    query = query_of(text, filters)
    if not query:
        raise UsageError(
            "nothing to search for",
            remedy="give words or a filter, as in: archiver search Radweg --session 20..30",
        )
    return query


def _decoded(text: str) -> str:
    """Read as UTF-8 what the locale could not: in a C locale umlauts arrive as lone surrogates.

    >>> _decoded("B\\udcc3\\udcbcrger")
    'Bürger'
    """
    if text.isascii() or not any("\udc80" <= c <= "\udcff" for c in text):
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
