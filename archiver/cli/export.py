"""`archiver export`: every hit of a query, in a file, with its manifest."""

from datetime import datetime
from typing import Any

import click

from archiver.cli.output import json_option, print_json
from archiver.cli.query import FILTERS, QueryCommand, build_query, query_options
from archiver.cli.terminal import Terminal


@click.command(cls=QueryCommand)
@query_options
@click.option("-o", "--output", "target", metavar="FILE", required=True,
              help="Where to write; - is stdout.")  # fmt: skip
@click.option("--format", "format_name", metavar="FORMAT",
              help="jsonl, json, csv, csv-excel, tsv, kwic, citation, ris, csl-json, biblatex "
              "(else by the suffix).")  # fmt: skip
@click.option("--fields", metavar="NAMES", help="Columns by name, or brief, full; ? lists them.")
@click.option("--redact", metavar="KINDS", help="Mask personal data: email, phone.")
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@click.option("--any", "any_word", is_flag=True, help="One word suffices; the more the better.")
@click.option(
    "--within",
    type=click.Choice(["page", "document", "session"]),
    default="document",
    show_default=True,
    help="Where all words must stand together.",
)
@click.option(
    "--sort",
    type=click.Choice(["relevance", "date", "-date", "session"]),
    default="relevance",
    show_default=True,
)
@json_option
@click.pass_obj
def export(
    terminal: Terminal,
    /,
    words: tuple[str, ...],
    target: str,
    format_name: str | None,
    fields: str | None,
    redact: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Write all hits of a query to a file, with a manifest beside it.

    \b
    archiver export Bürgerbeteiligung -o hits.csv
    archiver export Radweg --session 20..30 -o hits.jsonl
    archiver export Radweg -o quellen.bib
    archiver export Radweg -o - --format citation

    All hits are written, or nothing. Each row names the capture, its SHA-256 and the place of its
    record in the WARC file.
    """
    from archiver.export.fields import describe_fields
    from archiver.export.redaction import parse_redactions
    from archiver.jobs.export import export_hits

    if fields == "?":
        terminal.say(describe_fields())
        return
    filters = {name: options.pop(name) for name in FILTERS}
    manifest = export_hits(
        terminal.open(),
        build_query(words, filters),
        target,
        today=datetime.now().astimezone().date(),
        format=format_name,
        fields=fields,
        redact=parse_redactions(redact) if redact else (),
        filters={name: " ".join(values) for name, values in filters.items() if values},
        **options,
    )
    if as_json and target != "-":
        print_json(manifest)
    else:
        plural = "" if manifest.written == 1 else "s"
        terminal.tell(f"{manifest.written:,} hit{plural} written to {target} ({manifest.format})")
