"""`archiver verify`: whether the archive, or what was exported from it, is still what it was."""

from pathlib import Path

import click

from archiver.cli.output import SCHEMA_VERSION, fields_of, json_option, print_json
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode, UsageError

_STATUSES = ("same", "moved", "changed", "gone")


@click.command()
@click.argument("export", required=False, type=click.Path(path_type=Path), metavar="[EXPORT]")
@click.option("--deep", is_flag=True, help="Read every record of the archive, not only digests.")
@json_option
@click.pass_obj
def verify(terminal: Terminal, export: Path | None, deep: bool, as_json: bool) -> ExitCode:
    """Check the archive's files; or, for each row of an export, that its quote still stands.

    \b
    archiver verify                the WARC files against their digests
    archiver verify --deep         every record of every file
    archiver verify hits.csv       an exported file, or its manifest

    A row is the same; moved (the text stands elsewhere); changed (other bytes, or the quote is
    not in them); or gone (no longer held, or withdrawn). Exit code 3 when anything differs.
    """
    if export is None:
        return _verify_corpus(terminal, deep=deep, as_json=as_json)
    if deep:
        raise UsageError("--deep is for the archive – leave it out, or leave the file out")
    return _verify_export(terminal, export, as_json=as_json)


def _verify_corpus(terminal: Terminal, *, deep: bool, as_json: bool) -> ExitCode:
    with terminal.open().open_corpus(read_only=True) as corpus:
        findings = list(corpus.verify(deep=deep))
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        print_json({"schema": SCHEMA_VERSION, "deep": deep, "errors": errors, "findings": findings})
    else:
        for finding in findings:
            advice = "" if finding.severity == "error" else " (recommended)"
            terminal.say(f"{finding.file} at {finding.offset}: {printable(finding.what)}{advice}")
        terminal.tell("the archive is whole" if not errors else f"{errors:,} wrong")
    return ExitCode.PARTLY if errors else ExitCode.OK


def _verify_export(terminal: Terminal, path: Path, *, as_json: bool) -> ExitCode:
    from archiver.jobs.verify_export import ExportCheck, find_export

    check = ExportCheck(terminal.open(), find_export(path))
    rows = []
    for row in check.rows():
        if as_json:
            rows.append(row)
        elif row.status != "same":
            reason = f": {printable(row.reason)}" if row.reason else ""
            terminal.say(f"row {row.row} {printable(row.hit_id)} {row.status}{reason}")
    if as_json:
        print_json(
            {
                "schema": SCHEMA_VERSION,
                "export": str(path),
                "counts": {status: check.counts[status] for status in _STATUSES},
                "complaints": check.complaints,
                "rows": [fields_of(row) for row in rows],
            }
        )
    else:
        for complaint in check.complaints:
            terminal.say(printable(complaint))
        terminal.say(" · ".join(f"{check.counts[status]:,} {status}" for status in _STATUSES))
    return ExitCode.PARTLY if check.differs else ExitCode.OK
