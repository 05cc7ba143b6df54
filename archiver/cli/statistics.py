"""`archiver stats`: how often, when, and together with what."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from archiver.amounts import counted
from archiver.cli.output import SCHEMA_VERSION, json_option, print_json, print_table
from archiver.cli.query import QueryCommand
from archiver.cli.question import question, question_options
from archiver.cli.search import tell_remarks
from archiver.cli.terminal import Terminal
from archiver.errors import UsageError

_FORMATS = {"csv": ".csv", "tsv": ".tsv", "json": ".json", "svg": ".svg"}


@click.command(cls=QueryCommand)
@question_options
@click.option("--by", "view", type=click.Choice(["session", "year", "month", "topics"]),
              default="year", show_default=True,
              help="Count by sitting or time; or pairs of topics.")  # fmt: skip
@click.option("--format", "format_name", type=click.Choice(list(_FORMATS)),
              help="What to write (else by the suffix; else a table).")  # fmt: skip
@click.option("--svg", is_flag=True, help="Write a chart: short for --format svg.")
@click.option("-o", "--output", "target", metavar="FILE", help="Where to write; - is stdout.")
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@json_option
@click.pass_obj
def stats(
    terminal: Terminal,
    /,
    words: tuple[str, ...],
    view: str,
    format_name: str | None,
    svg: bool,
    target: str | None,
    overwrite: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Count the places of the words: absolute, and for 10,000 words.

    \b
    archiver stats Radweg --by year
    archiver stats Radweg --by session -o radweg.csv
    archiver stats Radweg --by month --svg > radweg.svg
    archiver stats Kultur --by topics

    The words of all pages of the group are the measure, whether they were found or not. A page
    of two sittings counts for both. The last line (–, in files empty) has no number or date.
    """
    from archiver.export.output import writing
    from archiver.export.statistics import as_fields, encode_statistics, tables
    from archiver.jobs.statistics import statistics

    chosen = _format(format_name, target, svg=svg)
    found = statistics(
        terminal.open(), question(words, options), tell=partial(tell_remarks, terminal)
    )
    if as_json and target is None:
        print_json({"schema": SCHEMA_VERSION, **as_fields(found)})
    elif chosen is None:
        header, rows = tables(found, view)
        cells = [[_cell(value) for value in row] for row in rows]
        first_number = 2 if view == "topics" else 1
        print_table(cells, header, numeric=set(range(first_number, len(header))))
        total = found.total
        terminal.tell(
            f"{counted(total.places, 'place')} on {counted(total.pages, 'page')} "
            f"in {counted(total.documents, 'document')}; {counted(total.words, 'word')} in all"
        )
    else:
        with writing(target or "-", overwrite=overwrite) as output:
            output.write(encode_statistics(found, view, chosen))


def _format(name: str | None, target: str | None, *, svg: bool) -> str | None:
    """Return what to write, None for a table."""
    if svg and name not in (None, "svg"):
        raise UsageError(f"--svg and --format {name} contradict each other – leave one out")
    asked = "svg" if svg else name
    if target is None or target == "-":
        return asked if target is None or asked else "csv"
    from archiver.export.output import check_name

    check_name(target)
    suffix = Path(target).suffix.lower()
    told = next((known for known, its_suffix in _FORMATS.items() if suffix == its_suffix), None)
    if asked is not None:
        if told not in (None, asked):
            raise UsageError(f"{target} is a name for {told} and contradicts the format {asked}")
        return asked
    if told is None:
        raise UsageError(f"{target}: the suffix tells no format – name one: {', '.join(_FORMATS)}")
    return told


def _cell(value: object) -> str:
    if value is None or value == "":  # no words to count by; no sitting, no date
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
