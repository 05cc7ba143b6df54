"""`archiver verify`: whether the archive, or what was exported from it, is still what it was."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.output import SCHEMA_VERSION, fields_of, json_option, print_json
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from archiver.corpus.conformance import Finding

_STATUSES = ("same", "moved", "changed", "gone")


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]…")
@click.option("--deep", is_flag=True, help="Read every record of the archive, not only digests.")
@json_option
@click.pass_obj
def verify(terminal: Terminal, files: tuple[Path, ...], deep: bool, as_json: bool) -> ExitCode:
    """Check the archive; or WARC and WACZ files of any tool; or that an export's quotes stand.

    \b
    archiver verify                the WARC files against their digests
    archiver verify --deep         every record of every file
    archiver verify *.warc.gz      any files against the WARC standard; needs no workspace
    archiver verify hits.csv       an exported file, or its manifest

    A file of any tool is judged by ISO 28500 (WARC 1.0 and 1.1): each line names the offset, what
    is wrong, and the clause. What the standard only recommends is told and is no error.

    A row of an export is the same; moved (the text stands elsewhere); changed (other bytes, or the
    quote is not in them); or gone (no longer held, or withdrawn). Exit code 3 when anything
    differs or is wrong.
    """
    if not files:
        return _verify_corpus(terminal, deep=deep, as_json=as_json)
    if deep:
        raise UsageError("--deep is for the archive – leave it out, or leave the file out")
    from archiver.jobs.judging import are_archives

    if are_archives(files):
        return _verify_archives(terminal, files, as_json=as_json)
    return _verify_export(terminal, files[0], as_json=as_json)


def _verify_archives(terminal: Terminal, paths: tuple[Path, ...], *, as_json: bool) -> ExitCode:
    from archiver.jobs.judging import judge_archive

    judged: list[dict[str, object]] = []
    wrong = total = 0
    for path in paths:
        errors = 0
        findings: list[Finding] = []
        for finding in judge_archive(path):
            errors += finding.severity == "error"
            if as_json:
                findings.append(finding)
                continue
            place = str(path.parent / finding.file)
            terminal.say(f"{printable(place)} at {finding.offset}: {_judgement(finding)}")
        total += errors
        wrong += bool(errors)
        judged.append({"file": str(path), "errors": errors, "findings": findings})
    if as_json:
        print_json({"schema": SCHEMA_VERSION, "errors": total, "wrong": wrong, "files": judged})
    else:
        terminal.tell(f"files that conform: {len(paths) - wrong:,} of {len(paths):,}")
    return ExitCode.PARTLY if wrong else ExitCode.OK


def _judgement(finding: "Finding") -> str:
    """Say in one line what is wrong, how much it weighs, and who says so."""
    advice = "" if finding.severity == "error" else " (recommended)"
    clause = f" [ISO 28500, {finding.clause}]" if finding.clause else ""
    return f"{printable(finding.what)}{advice}{clause}"


def _verify_corpus(terminal: Terminal, *, deep: bool, as_json: bool) -> ExitCode:
    with terminal.open().open_corpus(read_only=True) as corpus:
        findings = list(corpus.verify(deep=deep))
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        print_json({"schema": SCHEMA_VERSION, "deep": deep, "errors": errors, "findings": findings})
    else:
        for finding in findings:
            terminal.say(f"{finding.file} at {finding.offset}: {_judgement(finding)}")
        terminal.tell("the archive is whole" if not errors else f"{errors:,} wrong")
    return ExitCode.PARTLY if errors else ExitCode.OK


def _verify_export(terminal: Terminal, path: Path, *, as_json: bool) -> ExitCode:
    from archiver.jobs.verify_export import ExportCheck, find_export

    export = find_export(path)
    check = ExportCheck(terminal.open(), export)
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
