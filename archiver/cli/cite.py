"""`archiver cite`, `show`, `open`: one place, named by its hit id."""

import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from archiver.cli.output import SCHEMA_VERSION, fields_of, json_option, print_json
from archiver.cli.search import heading, page_label
from archiver.cli.terminal import Terminal, printable
from archiver.errors import UsageError
from archiver.urls import is_web_url

if TYPE_CHECKING:
    from archiver.jobs.places import FoundPlace

STYLES = ("citation", "ris", "csl-json", "biblatex")

_query_option = click.option(
    "--query", default="", metavar="WORDS", help="Words that were searched for: they are marked."
)


@click.command()
@click.argument("hit_ids", nargs=-1, required=True, metavar="HIT…")
@click.option(
    "--style",
    type=click.Choice(STYLES),
    default="citation",
    show_default=True,
    help="How: a German citation, or a record for a reference manager.",
)
@_query_option
@click.option("--redact", metavar="KINDS", help="Mask personal data: email, phone.")
@json_option
@click.pass_obj
def cite(
    terminal: Terminal,
    hit_ids: tuple[str, ...],
    style: str,
    query: str,
    redact: str | None,
    as_json: bool,
) -> None:
    """Cite found places: page, date, address, time of capture, SHA-256.

    \b
    archiver cite 69fccb974dc44d37-p7-1204
    archiver cite 69fccb974dc44d37-p7-1204 --style ris > quelle.ris

    A hit id stands on each hit of `archiver search --json` and in every export.
    """
    from archiver.export.bibliography import STYLES as ENCODERS
    from archiver.export.redaction import parse_redactions
    from archiver.jobs.holdings import open_holdings
    from archiver.jobs.places import find_place, record_of

    masked = () if redact is None else parse_redactions(redact)
    with open_holdings(terminal.open()) as holdings:
        places = [find_place(holdings, one, query=query, today=_today()) for one in hit_ids]
        records = [record_of(holdings, place, query=query, redact=masked) for place in places]
        citing = holdings.citing
    encode = ENCODERS[style]
    if as_json:
        cited = [
            {"hit_id": record.hit_id, style: b"".join(encode([record], citing)).decode()}
            for record in records
        ]
        print_json({"schema": SCHEMA_VERSION, "citations": cited})
        return
    text = b"".join(encode(records, citing))
    if style == "citation" and sys.stdout.isatty():
        text = printable(text.decode()).encode()
    sys.stdout.buffer.write(text)


@click.command()
@click.argument("hit_id", metavar="HIT")
@_query_option
@click.option("--pager/--no-pager", default=None, help="Page the text (else on a terminal).")
@json_option
@click.pass_obj
def show(terminal: Terminal, hit_id: str, query: str, pager: bool | None, as_json: bool) -> None:
    """Show the page of a hit: its text as archived, the place marked.

    \b
    archiver show 69fccb974dc44d37-p7-1204
    archiver show 69fccb974dc44d37-p7-1204 --query "Radweg Schule"
    """
    from archiver.jobs.holdings import open_holdings
    from archiver.jobs.places import find_place

    with open_holdings(terminal.open()) as holdings:
        place = find_place(holdings, hit_id, query=query, today=_today())
    if as_json:
        print_json(
            {
                "schema": SCHEMA_VERSION,
                "hit_id": hit_id,
                "link": link(place),
                "span": place.span,
                "marked": place.marked,
                "page": fields_of(place.page),
                "document": fields_of(place.document),
            }
        )
        return
    if query and not place.marked:
        terminal.tell("none of these words stands on this page")
    text = "\n".join(_lines(terminal, place))
    wanted = terminal.pages if pager is None else pager
    if sys.stdout.isatty() if wanted is None else wanted:
        click.echo_via_pager(text + "\n", color=terminal.has_color)
    else:
        terminal.say(text)


@click.command(name="open")
@click.argument("hit_id", metavar="HIT")
@click.option("--print", "only_print", is_flag=True, help="Print the link, open nothing.")
@click.pass_obj
def open_hit(terminal: Terminal, hit_id: str, only_print: bool) -> None:
    """Print the link to a hit's page, and on a terminal open it in the browser.

    \b
    archiver open 69fccb974dc44d37-p7-1204
    archiver open 69fccb974dc44d37-p7-1204 --print

    The link leads to the live site, which may have changed; `archiver show` shows what was
    archived.
    """
    from archiver.jobs.holdings import open_holdings
    from archiver.jobs.places import find_place

    with open_holdings(terminal.open()) as holdings:
        place = find_place(holdings, hit_id, today=_today())
    address = link(place)
    terminal.say(printable(address))
    if not only_print and sys.stdout.isatty():
        import webbrowser

        if not webbrowser.open(address):
            terminal.tell("no browser could be opened – open the link yourself")


def link(place: "FoundPlace") -> str:
    """Return the link to a place's page; raise UsageError when it is none for a browser."""
    address = place.document.urls[0]
    if not is_web_url(address):
        raise UsageError(f"{address[:200]!r} is no web address, so it is not opened")
    return place.document.page_url(place.page.number)


def _lines(terminal: Terminal, place: "FoundPlace") -> list[str]:
    """Return what stands above the page, and its text with the places marked."""
    document, page = place.document, place.page
    label = page_label(document, place.hit).rstrip(": ")
    where = " · ".join(
        filter(None, (printable(document.title), label, printable(page.heading or "")))
    )
    captured = f"captured {terminal.moment(document.captured_at)}, {document.payload_digest}"
    return [
        terminal.style(heading(document), bold=True),
        where,
        terminal.style(printable(link(place)), fg="cyan"),
        captured,
        *([] if document.is_current else ["an older content of this document"]),
        "",
        _marked(terminal, place),
    ]


def _marked(terminal: Terminal, place: "FoundPlace") -> str:
    text = place.page.text
    pieces, position = [], 0
    for start, end in place.marked or (place.span,):
        if end <= start:
            continue
        word = printable(text[start:end])
        is_colored = terminal.has_color
        pieces.append(printable(text[position:start]))
        pieces.append(terminal.style(word, fg="red", bold=True) if is_colored else f"»{word}«")
        position = end
    return "".join([*pieces, printable(text[position:])])


def _today() -> date:
    return datetime.now().astimezone().date()
