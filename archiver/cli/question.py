"""What commands share that ask for all hits of a query: its options, read into a Question."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from archiver.cli.query import build_query, query_options
from archiver.jobs.question import FILTERS, Question

if TYPE_CHECKING:
    from archiver.model.results import Versions

F = TypeVar("F", bound=Callable[..., Any])

_SORTS = ["relevance", "date", "-date", "session"]


def question_options(command: F) -> F:
    """Add the query's words, the filters, --any and --within."""
    for option in (
        click.option(
            "--within",
            type=click.Choice(["page", "document", "session"]),
            default="document",
            show_default=True,
            help="Where all words must stand together.",
        ),
        click.option(
            "--any", "any_word", is_flag=True, help="One word suffices; the more the better."
        ),
    ):
        command = option(command)
    return query_options(command)


def version_options(command: F) -> F:
    """Add --all-versions and --first."""
    for option in (
        click.option(
            "--first",
            is_flag=True,
            help="The earliest version of each document with a hit, by date of capture.",
        ),
        click.option(
            "--all-versions", is_flag=True, help="Search what documents said earlier, too."
        ),
    ):
        command = option(command)
    return command


def chosen_versions(options: dict[str, Any]) -> "Versions":
    """Read --all-versions and --first, and take them out of `options`."""
    is_all, is_first = options.pop("all_versions", False), options.pop("first", False)
    return "first" if is_first else "all" if is_all else "current"


def sort_option(command: F) -> F:
    """Add --sort: the order of the pages found."""
    return click.option(
        "--sort", type=click.Choice(_SORTS), default="relevance", show_default=True
    )(command)


def question(words: tuple[str, ...], options: dict[str, Any]) -> Question:
    """Read words and options; takes what it reads out of `options`. Raises UsageError."""
    filters = {name: options.pop(name) for name in FILTERS}
    return Question(
        query=build_query(words, filters),
        today=datetime.now().astimezone().date(),
        within=options.pop("within"),
        any_word=options.pop("any_word"),
        sort=options.pop("sort", "relevance"),
        versions=chosen_versions(options),
        filters={name: " ".join(values) for name, values in filters.items() if values},
    )
