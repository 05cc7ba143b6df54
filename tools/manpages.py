"""Manual pages from the command line itself: one for the program, one for each command."""

import re
from collections.abc import Iterator

import click

from archiver import __version__
from archiver.cli.commands import archiver
from archiver.errors import ExitCode

_MEANINGS = {
    ExitCode.OK: "done",
    ExitCode.NOTHING_FOUND: "search: no hit",
    ExitCode.ERROR: "error",
    ExitCode.PARTLY: "done, but some sources failed",
    ExitCode.NO_WORKSPACE: "no workspace",
    ExitCode.LOCKED: "locked by another run",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.TERMINATED: "terminated",
}


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield every command, groups too, with its whole name and its context."""
    context = click.Context(
        archiver, info_name="archiver", max_content_width=88, help_option_names=["-h", "--help"]
    )
    yield "archiver", archiver, context
    yield from _below(archiver, "archiver", context)


def _below(
    group: click.Group, name: str, context: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None
        below = click.Context(command, info_name=word, parent=context, max_content_width=88)
        yield f"{name} {word}", command, below
        if isinstance(command, click.Group):
            yield from _below(command, f"{name} {word}", below)


def manual_pages() -> dict[str, str]:
    """Return file name → page in roff (man(7)) of every command."""
    found = {}
    for name, command, context in commands():
        found[f"{name.replace(' ', '-')}.1"] = _page(name, command, context)
    return found


def _page(name: str, command: click.Command, context: click.Context) -> str:
    title = name.replace(" ", "-")
    first, examples, rest = described(command)
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [
        '.\\" Generated from the program (make format).',
        f'.TH "{title.upper()}" "1" "" "forum-archiver {__version__}" "User Commands"',
        ".SH NAME",
        f"{_roff(title)} \\- {_roff(first.rstrip('.'))}",
        ".SH SYNOPSIS",
        f".B {_roff(name)}",
        _roff(usage),
        ".SH DESCRIPTION",
        _roff(first),
    ]
    for paragraph in rest:
        lines += [".PP", _roff(paragraph)]
    if examples:
        lines += [".SH EXAMPLES", ".nf", *map(_roff, examples), ".fi"]
    options = [p for p in command.get_params(context) if isinstance(p, click.Option)]
    shown = [record for option in options if (record := option.get_help_record(context))]
    if shown:
        lines.append(".SH OPTIONS")
        for names, text in shown:
            lines += [".TP", f".B {_roff(names)}", _roff(text) or "\\&"]
    if isinstance(command, click.Group):
        lines.append(".SH COMMANDS")
        for word, text in _listed(command, context):
            lines += [".TP", f".B {_roff(word)}", _roff(text)]
    lines += [".SH EXIT STATUS"]
    for code in ExitCode:
        lines += [".TP", f".B {code.value}", _roff(_MEANINGS[code])]
    if name == "archiver":
        lines += [".SH ENVIRONMENT", ".TP", ".B ARCHIVER_WORKSPACE", "The workspace's folder."]
        lines += [".TP", ".B ARCHIVER_TABLE_KEY"]
        lines += ["A setting of archiver.toml, such as ARCHIVER_CRAWL_CONCURRENCY."]
        lines += [".TP", ".B NO_COLOR, CLICOLOR_FORCE", "No colours, or colours in a pipe too."]
        lines += [".TP", ".B PAGER", "What long answers are shown with on a terminal."]
    else:
        lines += [".SH SEE ALSO", ".BR archiver (1)"]
    return "\n".join(lines) + "\n"


def described(command: click.Command) -> tuple[str, list[str], list[str]]:
    """Return a command's first sentence, its examples, and its other paragraphs."""
    paragraphs = re.split(r"\n\s*\n", (command.help or "").strip())
    first, examples, rest = " ".join(paragraphs[0].split()), [], []
    for paragraph in paragraphs[1:]:
        if paragraph.lstrip().startswith("\b"):
            examples += [line.strip() for line in paragraph.replace("\b", "").strip().splitlines()]
        else:
            rest.append(" ".join(paragraph.split()))
    return first, examples, rest


def _listed(group: click.Group, context: click.Context) -> Iterator[tuple[str, str]]:
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None
        yield word, command.get_short_help_str(limit=200)


def _roff(text: str) -> str:
    """Escape what roff would read as its own.

    >>> _roff(".dot -x \\\\ 'q")
    "\\\\&.dot \\\\-x \\\\e 'q"
    """
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped
