"""Generate the reference pages, and check what documentation promises.

`python -m tools.docs` writes docs/cli.md, docs/errors.md, docs/settings.md and the manual pages;
with `--check` it writes nothing and fails when one of them is stale, when a link between our pages
leads nowhere, or when a dependency has no reason in ARCHITECTURE.md.
"""

import dataclasses
import inspect
import re
import sys
import tomllib
from pathlib import Path

import click

from archiver import errors
from archiver.codec import to_json
from archiver.config import Settings, SiteEntry
from archiver.environment import Setting, settings_shown
from tools.manpages import commands, manual_pages

ROOT = Path(__file__).parent.parent
_LINK = re.compile(r"\[[^\]]*\]\((?!https?:|#|mailto:)([^)#\s]+)")


def command_reference() -> str:
    """Return docs/cli.md: every command with its help, as the program itself prints it."""
    parts = ["# Command line", "This page is generated from the program (`make format`)."]
    for name, command, context in commands():
        level = "#" * min(4, name.count(" ") + 1)
        parts += ["", *([f"{level} {name}"] if level != "#" else []), _help(command, context)]
    return "\n".join(parts) + "\n"


def _help(command: click.Command, context: click.Context) -> str:
    context.terminal_width = 88
    return f"```text\n{command.get_help(context).rstrip()}\n```"


def error_list() -> str:
    """Return docs/errors.md: exit codes, and every error with its code and remedy."""
    lines = [
        "# Errors and exit codes",
        "This page is generated from the program (`make format`).",
        "",
        "| exit code | name |",
        "|---|---|",
        *(f"| {code.value} | {code.name.lower().replace('_', ' ')} |" for code in errors.ExitCode),
        "",
        "| error | exit code | is | what to do |",
        "|---|---|---|---|",
    ]
    for name in errors.__all__:
        kind = getattr(errors, name)
        if inspect.isclass(kind) and issubclass(kind, errors.ArchiverError):
            first = (inspect.getdoc(kind) or "").splitlines()[0]
            remedy = kind.remedy or "as the message says"
            lines.append(f"| `{name}` | {kind.exit_code.value} | {first} | {remedy} |")
    return "\n".join(lines) + "\n"


def setting_list() -> str:
    """Return docs/settings.md: every key of archiver.toml with its default and variable."""
    lines = [
        "# Settings",
        "This page is generated from the program (`make format`).",
        "",
        "An option of a command comes before its environment variable, that before",
        "`archiver.toml`, that before the default. `archiver config show --origin` says what holds",
        "where you are; `archiver config check` finds mistakes. A variable's value is written as",
        "in the file, or as plain text.",
        "",
    ]
    by_table: dict[str, list[Setting]] = {}
    for setting in settings_shown(Settings(), "", {}):
        by_table.setdefault(setting.key.rpartition(".")[0], []).append(setting)
    for table, settings in by_table.items():
        about = inspect.getdoc(type(getattr(Settings(), table))) if table else None
        lines += [f"## `[{table}]`" if table else "## Outside of tables"]
        lines += [f"{paragraph}\n" for paragraph in (about or "").split("\n\n") if paragraph]
        lines += ["", "| key | default | variable |", "|---|---|---|"]
        for setting in settings:
            name = setting.key.rpartition(".")[2]
            variable = f"`{setting.variable}`" if setting.variable else ""
            value = "" if setting.value is None else f"`{to_json(setting.value).decode()}`"
            lines.append(f"| `{name}` | {value} | {variable} |")
        lines.append("")
    lines += ["## `[[site]]`", f"{inspect.getdoc(SiteEntry)}", "", "| key |", "|---|"]
    lines += [f"| `{field.name}` |" for field in dataclasses.fields(SiteEntry)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def problems() -> list[str]:
    """List dead links between our pages and dependencies without a reason."""
    found = []
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md")]
    for page in pages:
        found += [
            f"{page.relative_to(ROOT)}: link to {target} leads nowhere"
            for target in _LINK.findall(page.read_text(encoding="utf-8"))
            if not (page.parent / target).exists()
        ]
    architecture = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").lower()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {}).values()
    for requirement in [*project["dependencies"], *(r for extra in extras for r in extra)]:
        match = re.match(r"[A-Za-z0-9_.-]+", requirement)
        assert match is not None
        if f"| {match[0].lower()} " not in architecture:
            found.append(f"ARCHITECTURE.md: no line says why {match[0]} is a dependency")
    return found


def main(arguments: list[str]) -> int:
    """Write or check; return the exit code."""
    generated = {
        "docs/cli.md": command_reference(),
        "docs/errors.md": error_list(),
        "docs/settings.md": setting_list(),
        **{f"docs/man/{name}": page for name, page in manual_pages().items()},
    }
    stale = []
    for name, text in generated.items():
        path = ROOT / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if "--check" in arguments:
            stale.append(f"{name} is stale – run: make format")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    kept = {f"docs/man/{path.name}" for path in (ROOT / "docs" / "man").glob("*")}
    stale += [f"{name} is of no command – remove it" for name in sorted(kept - set(generated))]
    found = stale + problems()
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
