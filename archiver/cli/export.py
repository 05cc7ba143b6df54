"""`archiver export`: every hit of a query, in a file, with its manifest."""

from functools import partial
from typing import Any

import click

from archiver.amounts import counted
from archiver.cli.output import json_option, print_json
from archiver.cli.query import QueryCommand
from archiver.cli.question import question, question_options, sort_option, version_options
from archiver.cli.search import tell_remarks
from archiver.cli.terminal import Terminal


@click.command(cls=QueryCommand)
@question_options
@version_options
@click.option("-o", "--output", "target", metavar="FILE",
              help="Where to write; - is stdout.")  # fmt: skip
@click.option("--format", "format_name", metavar="FORMAT",
              help="jsonl, json, csv, csv-excel, tsv, kwic, citation, ris, csl-json, biblatex, "
              "html, xlsx, parquet, texts, bag, warc, wacz (else by the suffix).")  # fmt: skip
@click.option("--fields", metavar="NAMES", help="Columns by name, or brief, full; ? lists them.")
@click.option("--profile", type=click.Choice(["brief", "full"]), help="Columns by a set's name.")
@click.option("--no-snippets", is_flag=True, help="No text around the match; much faster.")
@click.option("--redact", metavar="KINDS", help="Mask personal data: email, phone.")
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@sort_option
@json_option
@click.pass_obj
def export(
    terminal: Terminal,
    /,
    words: tuple[str, ...],
    target: str | None,
    format_name: str | None,
    fields: str | None,
    profile: str | None,
    no_snippets: bool,
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
        terminal.say(describe_fields().rstrip())
        return
    if target is None:
        raise click.UsageError("say where to write: -o FILE, or -o - for stdout")
    overwrite = options.pop("overwrite")
    manifest = export_hits(
        terminal.open(),
        question(words, options),
        target,
        format=format_name,
        fields=",".join(filter(None, (profile, fields))) or None,
        redact=() if redact is None else parse_redactions(redact),
        with_snippets=not no_snippets,
        overwrite=overwrite,
        tell=partial(tell_remarks, terminal),
    )
    if as_json and target != "-":
        print_json(manifest)
    else:
        terminal.tell(f"{counted(manifest.written, 'hit')} written to {target} ({manifest.format})")
