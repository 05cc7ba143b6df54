"""`archiver import`, `corpus`, `withdraw`, `history`, `diff`, `check`: keeping the archive."""

from pathlib import Path

import click

from archiver.amounts import counted
from archiver.cli.output import SCHEMA_VERSION, fields_of, json_option, print_json, print_table
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode, UsageError


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--site", metavar="NAME", help="The site they are of (else the only one).")
@json_option
@click.pass_obj
def import_(
    terminal: Terminal, paths: tuple[Path, ...], site: str | None, as_json: bool
) -> ExitCode:
    """Take WARC and WACZ files of other crawlers into the corpus.

    \b
    archiver import crawl-2015.warc.gz
    archiver import *.wacz --site my-forum

    Digests are computed anew; what is odd is told and kept, what is damaged is left out (exit code
    3). A second import of the same files changes nothing.
    """
    from archiver.jobs.archive import import_files

    taken = import_files(terminal.open(), paths, site=site)
    if as_json:
        print_json({"schema": SCHEMA_VERSION, **fields_of(taken)})
    else:
        for finding in taken.findings:
            terminal.say(printable(finding))
        terminal.tell(
            f"{counted(taken.captures, 'capture')} taken from {counted(taken.files, 'file')}; "
            f"{taken.known:,} here already; {counted(taken.passed_over, 'record')} passed over"
            + (f"; {taken.left_out:,} damaged and left out" if taken.left_out else "")
        )
        if taken.captures:
            terminal.tell("next: archiver index")
    return ExitCode.PARTLY if taken.left_out else ExitCode.OK


@click.group()
def corpus() -> None:
    """Rebuild the catalogue from the WARC files; export the corpus.

    \b
    archiver corpus export forum.wacz
    archiver corpus rebuild
    """


@corpus.command()
@json_option
@click.pass_obj
def rebuild(terminal: Terminal, as_json: bool) -> None:
    """Make the catalogue anew from the WARC files alone.

    \b
    archiver corpus rebuild

    Captures, files, links, documents and versions come back equal; the queue is made anew. What has
    no record (timings, attempts, refusals) is listed as lost.
    """
    from archiver.jobs.archive import rebuild_catalogue

    rebuilt = rebuild_catalogue(terminal.open())
    if as_json:
        print_json({"schema": SCHEMA_VERSION, **fields_of(rebuilt)})
        return
    for finding in rebuilt.findings:
        terminal.say(printable(finding))
    terminal.tell(
        f"{counted(rebuilt.captures, 'capture')} from {counted(rebuilt.files, 'WARC file')}"
    )
    terminal.tell("lost: " + "; ".join(rebuilt.lost))
    terminal.tell("next: archiver index")


@corpus.command("export")
@click.argument("target", type=click.Path(path_type=Path))
@click.argument("urls", nargs=-1, metavar="[URL]…")
@click.option("--site", "sites", multiple=True, metavar="NAME", help="Only this site.")
@click.option("--no-text", is_flag=True, help="Tables: without the texts.")
@click.option("--whole-text", is_flag=True,
              help="Tables: web pages also with their menus and footers.")  # fmt: skip
@click.option("--redact", metavar="KINDS", help="Tables: mask personal data: email, phone.")
@click.option("--overwrite", is_flag=True, help="Tables: replace an existing file.")
@click.pass_obj
def export_(
    terminal: Terminal,
    target: Path,
    urls: tuple[str, ...],
    sites: tuple[str, ...],
    no_text: bool,
    whole_text: bool,
    redact: str | None,
    overwrite: bool,
) -> None:
    """Write the corpus or some URLs: WARC, WACZ, CDXJ, files, a table.

    \b
    archiver corpus export forum.wacz
    archiver corpus export forum.warc.gz --site my-forum
    archiver corpus export index.cdxj
    archiver corpus export files/ https://forum.example/28.html
    archiver corpus export texts.jsonl                  each document with its text
    archiver corpus export sittings.csv --no-text       session, date, topic, address

    The suffix tells what is written. Tables (.jsonl, .csv, .excel.csv, .tsv, .parquet) hold current
    documents as they are searched, with a manifest beside them.
    """
    from archiver.export.corpus import FORMATS

    if str(target) == "-" or target.name.lower().endswith(tuple(FORMATS)):
        from archiver.export.redaction import parse_redactions
        from archiver.jobs.corpus_table import export_documents

        manifest = export_documents(
            terminal.open(),
            target,
            sites=sites,
            urls=urls,
            with_text=not no_text,
            with_whole_text=whole_text,
            redact=() if redact is None else parse_redactions(redact),
            overwrite=overwrite,
        )
        terminal.tell(f"{counted(manifest.written, 'document')} written to {target}")
        return
    if no_text or whole_text or redact or overwrite:
        raise UsageError("--no-text, --whole-text, --redact and --overwrite are for tables")
    from archiver.jobs.archive import export_corpus

    count = export_corpus(terminal.open(), target, sites=sites, urls=urls)
    terminal.tell(f"{counted(count, 'capture')} written to {target}")


@click.command()
@click.argument("what", metavar="DOC|URL|CAPTURE|sha256:…")
@click.option("--reason", required=True, help="Why; it is kept with the decision.")
@click.option("--ticket", metavar="ID", help="The matter it belongs to.")
@click.option("--undo", is_flag=True, help="Bring it back into view.")
@click.pass_obj
def withdraw(
    terminal: Terminal, what: str, reason: str, ticket: str | None, undo: bool
) -> ExitCode:
    """Take something out of view, everywhere and at once; --undo brings it back.

    \b
    archiver withdraw https://forum.example/liste.pdf --reason "names of minors" --ticket 2026/17
    archiver withdraw https://forum.example/liste.pdf --undo --reason "redacted by the town"

    It vanishes from search, export and documents, also after a rebuild and a new crawl. The bytes
    stay in the WARC files. A document's id stands for its first URL, which --undo wants.
    """
    from archiver.jobs.archive import withdraw as decide
    from archiver.jobs.run import run_index

    workspace = terminal.open()
    terminal.say(decide(workspace, what, reason=reason, ticket=ticket, undo=undo))
    with terminal.progress("index") as tell:
        record = run_index(workspace, tell=tell)
    return ExitCode(record.exit_code)


@click.command()
@click.argument("url", metavar="DOC|URL")
@json_option
@click.pass_obj
def history(terminal: Terminal, url: str, as_json: bool) -> None:
    """Show a document's versions and the visits to its URL.

    \b
    archiver history https://forum.example/28.html
    """
    from archiver.jobs.history import history as told

    found = told(terminal.open(), url)
    if as_json:
        print_json({"schema": SCHEMA_VERSION, **fields_of(found)})
        return
    if found.document is not None:
        terminal.say(terminal.style(printable(found.document.title), bold=True))
    print_table(
        [
            (
                str(v.number),
                terminal.moment(v.captured_at, seconds=True),
                v.capture_id,
                v.payload_digest,
            )
            for v in found.versions
        ],
        ("version", "captured at", "capture", "payload"),
        numeric={0},
    )
    terminal.say()
    print_table(
        [
            (
                terminal.moment(v.captured_at, seconds=True),
                str(v.status or "–"),
                v.kind,
                v.capture_id,
            )
            for v in found.visits
        ],
        ("visited at", "status", "kind", "capture"),
        numeric={1},
    )


@click.command()
@click.argument("url", metavar="DOC|URL")
@click.argument("first", required=False, type=int)
@click.argument("second", required=False, type=int)
@click.pass_obj
def diff(terminal: Terminal, url: str, first: int | None, second: int | None) -> None:
    """Show what changed in a document's text between two versions (else the last two).

    \b
    archiver diff https://forum.example/28.html
    archiver diff https://forum.example/28.html 1 3
    """
    from archiver.jobs.history import diff as told

    for line in told(terminal.open(), url, first, second):
        color = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        text = printable(line)
        terminal.say(terminal.style(text, fg=color) if color else text)


@click.command()
@click.argument("sites", nargs=-1, metavar="[SITE]…")
@json_option
@click.pass_obj
def check(terminal: Terminal, sites: tuple[str, ...], as_json: bool) -> None:
    """Show what is missing: numbers, files, dead links, scans, contradictions.

    \b
    archiver check
    archiver check my-forum --json
    """
    from archiver.jobs.ledger import ledger

    found = ledger(terminal.open(), sites)
    if as_json:
        print_json({"schema": SCHEMA_VERSION, **fields_of(found)})
        return
    terminal.say(
        f"{counted(found.sessions_known, 'sitting')}, {counted(found.documents, 'document')}"
    )
    for title, gaps in found.sections():
        if gaps:
            terminal.say(terminal.style(f"\n{title}: {len(gaps):,}", bold=True))
            for gap in gaps:
                terminal.say(f"  {printable(gap.where)}  {printable(gap.what)}")
    if found.withdrawn:
        terminal.say(f"\nwithdrawn from view: {found.withdrawn:,}")
