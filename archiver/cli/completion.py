"""`archiver completion`: the shell's own completion, with values from the live index.

What completes a word reads two small files and never opens an engine; whatever is wrong, it offers
nothing. It repairs nothing and writes nothing.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import click

from archiver.errors import UsageError

Offer = Callable[[click.Context, click.Parameter, str], list[str]]
_SHELLS = ("bash", "zsh", "fish")
_OFFERED = 200
_SHORT = 3  # letters; words of a topic up to this say little


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    """Print what completes commands, options and values in a shell.

    \b
    eval "$(archiver completion bash)"                     in ~/.bashrc
    eval "$(archiver completion zsh)"                      in ~/.zshrc
    archiver completion fish > ~/.config/fish/completions/archiver.fish

    Session numbers, topics, groups, sites and names of saved searches come from the workspace.
    """
    from click.shell_completion import get_completion_class

    from archiver.cli.commands import archiver

    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"no completion for {shell}")
    click.echo(kind(archiver, {}, "archiver", "_ARCHIVER_COMPLETE").source())


def offer(field: str) -> Offer:
    """Return what completes values of a field: session, topic, group, site … or saved."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        try:
            return _offered(field, ctx.find_root().params.get("workspace"), incomplete)
        except Exception:  # noqa: BLE001  a half-typed line is no place for an error
            return []

    return complete


def _offered(field: str, folder: Path | None, incomplete: str) -> list[str]:
    from archiver.finding import INDEX_FOLDER, find_folder

    head, dots, rest = incomplete.rpartition("..") if field == "session" else ("", "", incomplete)
    values: Iterable[str]
    if field == "site":
        from archiver.workspace import find_workspace

        values = (entry.name for entry in find_workspace(folder).settings.site)
    elif field == "saved":
        from archiver.jobs.saved import saved_searches
        from archiver.workspace import find_workspace

        values = saved_searches(find_workspace(folder))
    else:
        values = _indexed(find_folder(folder) / INDEX_FOLDER, field)
    found = [f"{head}{dots}{v}" for v in values if v.casefold().startswith(rest.casefold())]
    return found[:_OFFERED]


def _indexed(index_folder: Path, field: str) -> list[str]:
    """Return the values of a field in the live generation; topics and groups word by word.

    A shell splits what it is offered at blanks.
    """
    from archiver.index.documents import Documents
    from archiver.index.generations import live

    documents = Documents(live(index_folder).folder / "documents.sqlite")
    try:
        values = list(documents.coded(field).values)
    finally:
        documents.close()
    if field == "session":
        return sorted(values, key=int)
    if field in ("topic", "group"):
        words = {word.strip("()„“\"'.,:;!?") for value in values for word in value.split()}
        return sorted(word for word in words if len(word) > _SHORT and word.isalnum())
    return sorted(values)
