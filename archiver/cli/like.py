"""`archiver like`: documents and sittings that are like a document."""

import click

from archiver.cli.output import SCHEMA_VERSION, fields_of, json_option, print_json, span
from archiver.cli.search import heading
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode


@click.command()
@click.argument("document", metavar="DOC|URL")
@click.option("-n", "--limit", type=click.IntRange(1, 1000), default=10, show_default=True,
              help="Documents, and sittings, at most.")  # fmt: skip
@json_option
@click.pass_obj
def like(terminal: Terminal, document: str, limit: int, as_json: bool) -> ExitCode:
    """Show documents with the same telling words, and the sittings they belong to.

    \b
    archiver like https://forum.example/files/minutes-28.pdf
    archiver like https://forum.example/28/ --json

    Telling words are those that stand often in the document and seldom elsewhere. Sittings with a
    topic of the document come first.
    """
    from archiver.search.like import like as find_like

    workspace = terminal.open()
    with workspace.open_index() as index, workspace.open_texts() as texts:
        found = find_like(index, document, read_page=texts.page_text, limit=limit)
    if as_json:
        print_json({"schema": SCHEMA_VERSION, **fields_of(found)})
        return ExitCode.OK if found.documents else ExitCode.NOTHING_FOUND
    terminal.tell(f"like {printable(found.document.title)}")
    terminal.tell(f"its telling words: {', '.join(map(printable, found.words)) or 'none'}")
    if not found.documents:
        terminal.tell("no document has them")
        return ExitCode.NOTHING_FOUND
    with terminal.paging():
        for one in found.documents:
            terminal.say(terminal.style(heading(one.document), bold=True))
            terminal.say(f"  {printable(one.document.title)}")
            terminal.say("  " + terminal.style(printable(one.document.urls[0]), fg="cyan"))
            terminal.say(f"    {', '.join(map(printable, one.words))}")
        if found.sittings:
            terminal.say()
            terminal.say(terminal.style("Sittings", bold=True))
        for sitting in found.sittings:
            parts = [f"#{sitting.session}", span(sitting.held_on, None, sitting.date_precision)]
            parts.append("; ".join(map(printable, sitting.topics)))
            terminal.say("  " + "  ".join(part for part in parts if part))
    return ExitCode.OK
