"""Shared options and printers: JSON, tables, errors. Data goes to stdout, all else to stderr."""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

import click

from archiver.cli.terminal import printable, width
from archiver.errors import ArchiverError, QueryError

F = TypeVar("F", bound=Callable[..., Any])

SCHEMA_VERSION = 1
"""Version of all JSON printed; grows when a key changes its meaning or goes."""


def json_option(command: F) -> F:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(value: Any) -> None:
    """Print one value as indented JSON."""
    from archiver.codec import to_json

    click.echo(to_json(value, indent=2).decode())


def fields_of(value: Any) -> dict[str, Any]:
    """Return a dataclass as a dict of what JSON knows, so that keys can be put beside its own."""
    from archiver.codec import to_builtins

    fields = to_builtins(value)
    assert isinstance(fields, dict)
    return fields


def print_jsonl(values: Iterable[Any]) -> None:
    """Print values as JSON Lines, each as soon as it is there."""
    from archiver.codec import to_json

    for value in values:
        click.echo(to_json(value).decode())


def print_error(error: ArchiverError, *, as_json: bool) -> None:
    """Print an error on stderr: one line, or JSON where JSON was asked for."""
    if as_json:
        from archiver.codec import to_json

        body: dict[str, Any] = {
            "schema": SCHEMA_VERSION,
            "error": type(error).__name__,
            "message": error.message,
            "remedy": error.remedy or None,
            "exit_code": int(error.exit_code),
        }
        if isinstance(error, QueryError):
            body |= {"query": error.query, "position": error.position, "length": error.length}
        click.echo(to_json(body).decode(), err=True)
        return
    click.echo(f"archiver: {printable(str(error))}", err=True)
    if isinstance(error, QueryError):
        for line in error.caret().splitlines():
            click.echo(f"  {printable(line)}", err=True)


def print_table(
    rows: Sequence[Sequence[str]],
    header: Sequence[str],
    *,
    numeric: set[int],
    say: Callable[[str], None] = click.echo,
) -> None:
    """Print aligned columns; the last one takes what is left of the line.

    Cells are made safe and put on one line. `numeric` lists the columns set flush right.
    """
    table = [[" ".join(printable(cell).split()) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(header))]
    room = width() if sys.stdout.isatty() else 10_000
    for row in table:
        cells = [
            cell.rjust(widths[i]) if i in numeric else cell.ljust(widths[i])
            for i, cell in enumerate(row)
        ]
        line = "  ".join(cells).rstrip()
        say(line if len(line) <= room else line[: room - 1] + "…")


def span(start: date | None, end: date | None, precision: str | None) -> str:
    """Return a sitting's date as precisely as it is known.

    >>> span(date(2011, 10, 14), None, "day"), span(date(2012, 1, 1), date(2012, 12, 31), "year")
    ('14.10.2011', '2012')
    """
    from archiver.model.values import MISSING_YEAR

    if start is None:
        return ""
    if start.year == MISSING_YEAR:
        return f"{start:%d.%m.}" if precision == "day" else f"{start:%m.}"
    if precision == "year":
        return f"{start.year}"
    if precision == "month":
        return f"{start:%m.%Y}"
    day = f"{start:%d.%m.%Y}"
    return day if end is None or end == start else f"{day}–{end:%d.%m.%Y}"
