"""`archiver help`: the query language in short, or the help of a command."""

from importlib.resources import files

import click

from archiver.cli.terminal import Terminal
from archiver.errors import UsageError

TOPICS = {"query": "What can be asked, by examples."}


@click.command("help")
@click.argument("topic", required=False)
@click.pass_context
def help_(context: click.Context, topic: str | None) -> None:
    """Explain the query language, or a command.

    \b
    archiver help query
    archiver help export
    """
    terminal: Terminal = context.obj
    group = context.parent.command if context.parent else None
    assert isinstance(group, click.Group)
    if topic is None:
        terminal.say("Topics:")
        for name, text in TOPICS.items():
            terminal.say(f"  archiver help {name:<10}{text}")
        terminal.say(f"Commands: {', '.join(group.list_commands(context))}")
        return
    if topic in TOPICS:
        text = files("archiver.cli").joinpath("topics", f"{topic}.txt").read_text("utf-8")
        with terminal.paging():
            terminal.say(text.rstrip())
        return
    command = group.get_command(context, topic)
    if command is None:
        raise UsageError(
            f"no help on {topic!r}", remedy=f"there is: {', '.join(TOPICS)}, and every command"
        )
    with click.Context(command, info_name=topic, parent=context.parent) as own:
        terminal.say(command.get_help(own))
