"""`archiver search`: one answer, for people or as JSON."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from archiver.amounts import counted
from archiver.cli.output import SCHEMA_VERSION, fields_of, json_option, print_json, span
from archiver.cli.query import QueryCommand, build_query
from archiver.cli.question import chosen_versions, question_options, sort_option, version_options
from archiver.cli.terminal import Terminal, printable
from archiver.errors import ExitCode, UsageError
from archiver.jobs.question import FILTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.model.documents import Document
    from archiver.model.results import Answer, Coverage, DocumentHits, Hit, Snippet

_NUMBERS_SHOWN = 8  # of missing sittings
_OF_ONE_QUERY = {
    "all_versions": "--all-versions",
    "first": "--first",
    "sort": "--sort",
    "offset": "--offset",
    "facets": "--facets",
    "ids": "--ids",
    "explain": "--explain",
}


@click.command(cls=QueryCommand)
@question_options
@sort_option
@version_options
@click.option("-n", "--limit", type=click.IntRange(1, 1000), default=10, show_default=True,
              help="Documents on one page of the answer.")  # fmt: skip
@click.option("--offset", type=click.IntRange(0), default=0, help="Documents passed over.")
@click.option("--facets/--no-facets", default=True, help="Count values of the fields.")
@click.option("--ids", is_flag=True, help="Show each hit's id, for cite, show and open.")
@click.option("--queries-from", type=click.Path(path_type=Path), metavar="FILE",
              help="Answer all queries of a CSV file with a column `query`.")  # fmt: skip
@click.option("--explain", is_flag=True, help="Say how the query was understood.")
@json_option
@click.pass_obj
def search(terminal: Terminal, /, words: tuple[str, ...], **options: Any) -> ExitCode:
    """Search by words, session, date and topic.

    \b
    archiver search Bürgerbeteiligung --session 28
    archiver search Radweg -Gewerbe --date 2011..2012
    archiver search '"neue Mitte" ODER Marktplatz' --sort date
    archiver search 'thema:Verkehr #20..30' --json
    archiver search --queries-from fragen.csv
    archiver search '"autofreie Mitte"' --first
    """
    from archiver.jobs.saved import saved_searches
    from archiver.search import search as answer_query
    from archiver.search.explained import explain_query

    filters = {name: options.pop(name) for name in FILTERS}
    options["versions"] = chosen_versions(options)
    queries, ids = options.pop("queries_from"), options.pop("ids")
    if queries is not None:
        if words or any(filters.values()):
            raise UsageError("the queries stand in the file – leave words and filters out")
        context = click.get_current_context()
        for name, option in _OF_ONE_QUERY.items():
            if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
                raise UsageError(f"{option} is for one query, not for a file of them")
        from archiver.cli.batch import search_all

        return search_all(
            terminal,
            queries,
            within=options["within"],
            any_word=options["any_word"],
            limit=options["limit"],
            as_json=options["as_json"],
        )
    query = build_query(words, filters)
    workspace = terminal.open()
    as_json, explain = options.pop("as_json"), options.pop("explain")
    today = datetime.now().astimezone().date()
    with workspace.open_index() as index, workspace.open_texts() as texts:
        answer = answer_query(
            index,
            query,
            read_page=texts.page_text,
            today=today,
            saved=saved_searches(workspace),
            **options,
        )
        explained = explain and explain_query(
            index,
            query,
            today=today,
            within=options["within"],
            any_word=options["any_word"],
            saved=saved_searches(workspace),
        )
    if as_json:
        told = {"explained": explained.splitlines()} if explained else {}
        print_json({"schema": SCHEMA_VERSION, **fields_of(answer), **told})
    else:
        shows_capture = options["versions"] != "current"
        with terminal.paging():
            _print_answer(terminal, answer, explained or "", ids=ids, shows_capture=shows_capture)
    return ExitCode.OK if answer.total else ExitCode.NOTHING_FOUND


def _print_answer(
    terminal: Terminal, answer: Answer, explained: str, *, ids: bool, shows_capture: bool
) -> None:
    if explained:
        terminal.tell(f"understood as: {printable(answer.normalised)}")
        for line in explained.splitlines():
            terminal.tell(f"  {printable(line)}")
    tell_remarks(terminal, answer)
    if not answer.total:
        return
    if not answer.groups:
        terminal.tell(f"there are {counted(answer.documents, 'document')} only – a lower --offset")
    for group in answer.groups:
        _print_group(
            terminal, group, ids=ids, shows_capture=shows_capture, shows_why=bool(explained)
        )
    for facet in answer.facets:
        shown = facet.values[:12]
        more = f" … {len(facet.values) - 12} more" if len(facet.values) > 12 else ""
        values = ", ".join(f"{printable(v.value)} ({v.count})" for v in shown)
        terminal.say(terminal.style(f"{facet.field}: ", bold=True) + values + more)
    pages = counted(answer.total, "page")
    terminal.tell(
        f"{pages} in {counted(answer.documents, 'document')}"
        f" · {coverage_line(answer.coverage)} · generation {answer.generation[:12]}"
    )


def tell_remarks(terminal: Terminal, answer: Answer) -> None:
    """Tell what a person should know of an answer; without a hit, why, and what to ask instead."""
    for remark in remarks(answer):
        terminal.tell(remark)
    if not answer.total:
        terminal.tell(coverage_line(answer.coverage))


def remarks(answer: Answer) -> Iterator[str]:
    """Yield the remarks on an answer, a line each; without a hit, what to ask instead, too."""
    for note in answer.notes:
        yield f"note: {printable(note)}"
    if answer.total:
        return
    yield f"no hit for: {printable(answer.normalised)}"
    if answer.suggestions:
        yield f"did you mean: {', '.join(map(printable, answer.suggestions))}"
    for wider in answer.widenings:
        options = " --any" * wider.any_word
        options += f" --within {wider.within}" * (wider.within != "document")
        found = f"{counted(wider.total, 'page')} in {counted(wider.documents, 'document')}"
        yield f"try: archiver search {printable(quote(wider.query))}{options}  ({found})"


def _print_group(
    terminal: Terminal,
    group: DocumentHits,
    *,
    ids: bool,
    shows_capture: bool,
    shows_why: bool,
) -> None:
    document = group.document
    terminal.say(terminal.style(heading(document), bold=True))
    what = document.role or document.kind
    pages = (
        f", {group.matching_pages} of {counted(document.page_count, 'page')}"
        if document.media_type == "application/pdf"
        else ""
    )
    terminal.say(f"  {printable(document.title)} ({what}{pages})")
    if not document.is_current or shows_capture:
        age = "" if document.is_current else ", changed since"
        captured = terminal.moment(document.captured_at)
        terminal.say(f"  version {document.version}, captured {captured}{age}")
    for hit in group.hits:
        terminal.say("  " + terminal.style(link(document, hit), fg="cyan"))
        if ids:
            terminal.say(f"    {printable(hit.hit_id)}")
        label = page_label(document, hit)
        for snippet in hit.snippets:
            terminal.say(f"    {label}{_marked(terminal, snippet)}")
            for why in dict.fromkeys(filter(None, snippet.why)) if shows_why else ():
                terminal.say(f"      found by {printable(why)}")
        for around in hit.around:
            terminal.say(f"    found by its {printable(around)}")
    terminal.say()


def heading(document: Document) -> str:
    """Return session, date and topic in one line, as far as they are known."""
    parts = []
    if document.sessions:
        parts.append("#" + "+".join(map(str, document.sessions)))
    if document.held_on:
        days = [span(document.held_on, document.held_until, document.date_precision)]
        parts.append(", ".join(days + [span(day, None, "day") for day in document.also_on]))
    parts.append("; ".join(document.topics) or document.title)
    return "  ".join(printable(part) for part in parts)


def link(document: Document, hit: Hit) -> str:
    """Return the link that opens the hit's page."""
    return printable(document.page_url(hit.page_number))


def page_label(document: Document, hit: Hit) -> str:
    """Return the printed page and the PDF's page, as far as they differ.

    Of a page of a file inside the file, that file's name and its page there.
    """
    if hit.page_label and document.attachment_of(hit.page_number):
        return f"{printable(hit.page_label)}: "
    if document.media_type != "application/pdf":
        return ""
    if hit.page_label and hit.page_label != str(hit.page_number):
        return f"p. {printable(hit.page_label)} (PDF page {hit.page_number}): "
    return f"PDF page {hit.page_number}: "


def coverage_line(coverage: Coverage) -> str:
    """Say in one line what could and could not be searched."""
    parts = [
        "searched "
        + ", ".join(
            (
                counted(coverage.sessions_known, "numbered sitting"),
                counted(coverage.documents, "document"),
                counted(coverage.pages, "page"),
            )
        )
    ]
    if coverage.sessions_missing:
        missing = ", ".join(f"#{number}" for number in coverage.sessions_missing[:_NUMBERS_SHOWN])
        more = len(coverage.sessions_missing) - _NUMBERS_SHOWN
        parts.append(f"missing {missing}" + (f" and {more:,} more" if more > 0 else ""))
    if coverage.image_only_files:
        parts.append(f"not searchable: {counted(coverage.image_only_files, 'scanned file')}")
    if coverage.unreadable_files:
        parts.append(f"{counted(coverage.unreadable_files, 'unreadable file')}")
    if coverage.dead_links:
        parts.append(counted(coverage.dead_links, "dead link"))
    return "; ".join(parts)


def _marked(terminal: Terminal, snippet: Snippet) -> str:
    pieces, position = [], 0
    for start, end in snippet.spans:
        pieces.append(printable(snippet.text[position:start]))
        word = printable(snippet.text[start:end])
        marked = f"\u00bb{word}\u00ab"
        pieces.append(terminal.style(word, fg="red", bold=True) if terminal.has_color else marked)
        position = end
    pieces.append(printable(snippet.text[position:]))
    return "…" + " ".join("".join(pieces).split()) + "…"
