"""`archiver search --queries-from`: many queries, one line of the answer for each."""

from datetime import datetime
from pathlib import Path

import click

from archiver.cli.output import SCHEMA_VERSION, fields_of, print_json, print_table
from archiver.cli.search import remarks
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode
from archiver.model.results import Within


def search_all(
    terminal: Terminal,
    queries: Path,
    *,
    within: Within,
    any_word: bool,
    limit: int,
    as_json: bool,
) -> ExitCode:
    """Answer every query of a CSV file; exit code 3 when one of them is wrong, 1 without hits."""
    from archiver.jobs.batch import answer_all

    outcomes = list(
        answer_all(
            terminal.open(),
            queries,
            today=datetime.now().astimezone().date(),
            within=within,
            any_word=any_word,
            limit=limit,
        )
    )
    wrong = [outcome for outcome in outcomes if outcome.error is not None]
    for outcome in wrong:
        click.echo(printable(f"archiver: {queries} line {outcome.line}: {outcome.error}"), err=True)
    if as_json:
        print_json({"schema": SCHEMA_VERSION, "answers": [fields_of(one) for one in outcomes]})
    else:
        print_table(
            [
                (str(o.line), str(o.answer.total), str(o.answer.documents), o.name or o.query)
                for o in outcomes
                if o.answer is not None
            ],
            ("line", "pages", "documents", "query"),
            numeric={0, 1, 2},
        )
        for outcome in outcomes:
            for remark in remarks(outcome.answer) if outcome.answer is not None else ():
                terminal.tell(f"line {outcome.line}: {remark}")
    if wrong:
        return ExitCode.PARTLY
    has_hits = any(o.answer is not None and o.answer.total for o in outcomes)
    return ExitCode.OK if has_hits else ExitCode.NOTHING_FOUND
