"""`archiver kwic`: every place of the query's words, one under the other."""

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from archiver.amounts import counted
from archiver.cli.output import SCHEMA_VERSION, json_option, print_json
from archiver.cli.query import QueryCommand
from archiver.cli.question import question, question_options, version_options
from archiver.cli.search import tell_remarks
from archiver.cli.terminal import Terminal, printable, width

if TYPE_CHECKING:
    from archiver.export.concordance import Kwic, KwicLine

_NODE = 24  # columns kept for the node when the window is fitted to the terminal
_MARGIN = 20  # columns for sitting and date


@click.command(cls=QueryCommand)
@question_options
@version_options
@click.option("--window", type=click.IntRange(0, 1000), metavar="N",
              help="Context on each side (else 40 characters, 8 words, or what fits).")  # fmt: skip
@click.option("--unit", type=click.Choice(["characters", "words"]), default="characters",
              show_default=True, help="What the window counts.")  # fmt: skip
@click.option("--sort", "places", default="", metavar="PLACES",
              help="By the words beside: 1L, 2R, N (the node), the first deciding.")  # fmt: skip
@click.option("-o", "--output", "target", metavar="FILE",
              help="Write to a file with its manifest (tab-separated); - is stdout.")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@click.option("--redact", metavar="KINDS", help="Mask personal data: email, phone.")
@click.option("--tsv", is_flag=True, help="Tab-separated on a terminal too.")
@json_option
@click.pass_obj
def kwic(
    terminal: Terminal,
    /,
    words: tuple[str, ...],
    window: int | None,
    unit: str,
    places: str,
    target: str | None,
    overwrite: bool,
    redact: str | None,
    tsv: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Show every place of the words with what stands left and right of it (KWIC).

    \b
    archiver kwic Radweg --session 20..30
    archiver kwic Radweg --sort 1L,1R --window 6 --unit words
    archiver kwic Radweg --sort 1R -o radweg.tsv       for AntConc, R, a spreadsheet

    A table on a terminal, tab-separated lines elsewhere. Words are sorted as in a German
    dictionary (DIN 5007-1).
    """
    from archiver.export.concordance import Kwic, parse_sort
    from archiver.export.redaction import parse_redactions
    from archiver.jobs.concordance import concordance
    from archiver.jobs.export import export_hits

    is_table = sys.stdout.isatty() and not tsv and not as_json and target is None
    fitting = max(20, (width() - _NODE - _MARGIN) // 2) if is_table else 40
    usual = fitting if unit == "characters" else 8
    asked = Kwic(
        window=usual if window is None else window,
        unit="words" if unit == "words" else "characters",
        sort=parse_sort(places),
    )
    masked = () if redact is None else parse_redactions(redact)
    workspace, asking = terminal.open(), question(words, options)
    tell = partial(tell_remarks, terminal)
    if is_table or as_json:
        lines = concordance(workspace, asking, asked, redact=masked, tell=tell)
        if as_json:
            print_json({"schema": SCHEMA_VERSION, "lines": [_fields(line) for line in lines]})
        else:
            with terminal.paging():
                _print_table(terminal, lines, asked)
        return
    manifest = export_hits(
        workspace,
        asking,
        target or "-",
        format="kwic",
        kwic=asked,
        redact=masked,
        overwrite=overwrite,
        tell=tell,
    )
    if target is not None:
        terminal.tell(f"{counted(manifest.written, 'line')} written to {target}")


def _print_table(terminal: Terminal, lines: "list[KwicLine]", asked: "Kwic") -> None:
    room = max((len(line.left) for line in lines), default=0)
    for line in lines:
        record = line.record
        number = "+".join(f"#{n}" for n in record.session)
        where = f"{number:<8.8}{(record.held_on or '')[:10]:<11}"
        left = printable(line.left).rjust(min(room, asked.window) if room else 0)
        node = terminal.style(printable(line.node), fg="red", bold=True)
        terminal.say(f"{where} {left} {node} {printable(line.right)}".rstrip())
    documents = len({line.record.url for line in lines})
    terminal.tell(f"{counted(len(lines), 'place')} in {counted(documents, 'document')}")


def _fields(line: "KwicLine") -> dict[str, Any]:
    record = line.record
    return {
        "hit_id": record.hit_id,
        "session": record.session,
        "held_on": record.held_on,
        "title": record.title,
        "url": record.url,
        "page": record.page,
        "page_label": record.page_label,
        "left": line.left,
        "node": line.node,
        "right": line.right,
    }
