"""`archiver sessions`, `documents`, `extract`, `status`: looking in."""

from datetime import date
from pathlib import Path

import click

from archiver.amounts import counted
from archiver.cli.completion import offer
from archiver.cli.output import (
    SCHEMA_VERSION,
    fields_of,
    json_option,
    print_json,
    print_jsonl,
    print_table,
    span,
)
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode
from archiver.model import DateSpan, Extraction


@click.command()
@click.argument("sites", nargs=-1, metavar="[SITE]…", shell_complete=offer("site"))
@json_option
@click.pass_obj
def sessions(terminal: Terminal, sites: tuple[str, ...], as_json: bool) -> None:
    """List the sittings: number, date, topic, files, pages; and the numbers that are missing.

    \b
    archiver sessions
    archiver sessions my-forum --json
    """
    from archiver.corpus.decisions import Decisions
    from archiver.update.sittings import missing_numbers, sittings

    workspace = terminal.open()
    names = {site.name for site in workspace.sites(sites)}
    with workspace.open_corpus(read_only=True) as corpus:
        visible = Decisions.read(corpus.folder).visible(corpus.documents())
        documents = [d for d in visible if d.site in names]
    rows = sittings(documents)
    missing = {name: missing_numbers(documents, name) for name in sorted(names)}
    if as_json:
        print_json(
            {
                "schema": SCHEMA_VERSION,
                "sessions": rows,
                "missing": [
                    {"site": name, "session": number}
                    for name, numbers in missing.items()
                    for number in numbers
                ],
            }
        )
        return
    if not rows:
        terminal.tell("no sittings yet; run: archiver crawl && archiver index")
        return
    with terminal.paging():
        print_table(
            [
                (
                    "+".join(f"#{n}" for n in row.sessions) or "–",
                    span(row.held_on, row.held_until, row.date_precision),
                    str(row.files),
                    str(row.pages),
                    "!" if row.has_conflict else "",
                    "; ".join(row.topics) or row.title,
                )
                for row in rows
            ],
            ("session", "date", "files", "pages", "?", "topic"),
            numeric={2, 3},
            say=terminal.say,
        )
    for name, numbers in missing.items():
        if numbers:
            of = f" of {name}" if len(names) > 1 else ""
            terminal.tell(f"no page found for session{of}: {', '.join(map(str, numbers))}")
    if any(row.has_conflict for row in rows):
        terminal.tell("! contradicting sources; see: archiver documents --jsonl")


@click.command()
@click.option("--jsonl", "as_jsonl", is_flag=True, help="All fields with evidence, JSON Lines.")
@click.pass_obj
def documents(terminal: Terminal, as_jsonl: bool) -> None:
    """List every document; with --jsonl with all fields, their evidence and conflicts.

    \b
    archiver documents
    archiver documents --jsonl | head -1
    """
    from archiver.corpus.decisions import Decisions

    workspace = terminal.open()
    with workspace.open_corpus(read_only=True) as corpus:
        visible = Decisions.read(corpus.folder).visible(corpus.documents())
        if as_jsonl:
            print_jsonl(visible)
            return
        listed = sorted(visible, key=lambda d: (d.site, d.held_on or date.min, d.doc_id))
    with terminal.paging():
        print_table(
            [
                (
                    d.doc_id,
                    d.role or d.kind,
                    "+".join(f"#{n}" for n in d.sessions),
                    span(d.held_on, d.held_until, d.date_precision),
                    str(d.page_count),
                    "" if d.status == "ok" else d.status,
                    d.title,
                )
                for d in listed
            ],
            ("document", "kind", "session", "date", "pages", "status", "title"),
            numeric={4},
            say=terminal.say,
        )


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Everything, JSON Lines.")
@click.pass_obj
def extract(terminal: Terminal, files: tuple[Path, ...], as_jsonl: bool) -> ExitCode:
    """Show what extraction and the general readers make of files of your own.

    \b
    archiver extract protokoll.pdf
    archiver extract *.html --jsonl

    Needs no workspace. The files are read in the same child processes as archived ones.
    """
    from archiver.jobs.files import extract_files

    some_failed = False
    for path, extraction in extract_files(files):
        some_failed = some_failed or extraction.status == "failed"
        if as_jsonl:
            print_jsonl([{"file": str(path), **fields_of(extraction)}])
        else:
            _print_extraction(terminal, path, extraction)
    return ExitCode.PARTLY if some_failed else ExitCode.OK


@click.command()
@json_option
@click.pass_obj
def status(terminal: Terminal, as_json: bool) -> None:
    """Show what the workspace holds, and how the last run went.

    \b
    archiver status
    archiver --utc status
    """
    from archiver.jobs.status import workspace_status

    found = workspace_status(terminal.open())
    if as_json:
        print_json({"schema": SCHEMA_VERSION, **fields_of(found)})
        return
    for line in found.lines(terminal.moment):
        terminal.say(printable(line))


def _print_extraction(terminal: Terminal, path: Path, extraction: Extraction) -> None:
    pages = counted(len(extraction.pages), "page")
    characters = counted(sum(len(page.text) for page in extraction.pages), "character")
    reason = f": {extraction.reason}" if extraction.reason else ""
    terminal.say(terminal.style(printable(str(path)), bold=True))
    terminal.say(
        f"  {extraction.media_type}, {extraction.status}{printable(reason)}, {pages}, {characters}"
    )
    for reading in extraction.readings:
        value = reading.value
        shown = (
            span(value.start, value.end, value.precision)
            if isinstance(value, DateSpan)
            else printable(str(value))
        )
        about = "" if reading.about == "sitting" else f" [{reading.about}]"
        terminal.say(
            f"  {reading.field}: {shown}{about}  ({reading.evidence.place}, "
            f"{reading.evidence.rule}, {reading.confidence:.2f}: "
            f"»{printable(reading.evidence.raw)[:80]}«)"
        )
    if not extraction.readings and extraction.status == "ok":
        terminal.say("  no session, date or topic read")
    for inside in extraction.attachments:
        count = counted(inside.page_count, "page")
        what = inside.reason or f"{count} from page {inside.first_page}"
        terminal.say("  inside: " + printable(f"{inside.name}, {inside.media_type}, {what}"))
