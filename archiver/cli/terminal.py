"""What the terminal is and wants: colour, width, pager, progress; and text made safe for it."""

import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from archiver.workspace import Workspace

Tell = Callable[[int, int, str], None]
"""Progress: done, total, what is at hand."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """The options every command shares, and how this terminal is written to."""

    workspace: Path | None = None
    color: bool | None = None
    is_quiet: bool = False
    pages: bool | None = None
    is_utc: bool = False
    _held: list[tuple[bool, str]] = field(default_factory=list, compare=False)
    _paging: list[None] = field(default_factory=list, compare=False)

    def open(self) -> "Workspace":
        """Find and open the workspace."""
        from archiver.workspace import find_workspace

        return find_workspace(self.workspace)

    def workspace_origin(self) -> str:
        """Say what names the workspace: the option, the environment, or the working directory."""
        if self.workspace is not None:
            return "-w"
        return "ARCHIVER_WORKSPACE" if os.environ.get("ARCHIVER_WORKSPACE") else "found here"

    @property
    def has_color(self) -> bool:
        """Tell whether stdout gets colours: flag, then NO_COLOR, CLICOLOR_FORCE, terminal."""
        if self.color is not None:
            return self.color
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
            return True
        return sys.stdout.isatty()

    def style(self, text: str, **style: object) -> str:
        """Colour text if this terminal wants it."""
        return click.style(text, **style) if self.has_color else text  # type: ignore[arg-type]  # click's own keywords

    def say(self, text: str = "") -> None:
        """Write a line of data to stdout."""
        if self._paging:
            self._held.append((False, text))
        else:
            click.echo(text, color=self.has_color)

    def tell(self, text: str) -> None:
        """Write a remark for people to stderr, unless quiet."""
        if self.is_quiet:
            return
        if self._paging and sys.stderr.isatty():
            self._held.append((True, text))
        else:
            click.echo(text, err=True)

    @contextmanager
    def paging(self) -> Iterator[None]:
        """Put what is said in the block through a pager, when it is longer than the terminal.

        Only on a terminal. Remarks keep their place among the data.
        """
        if self._paging or self.pages is False or not sys.stdout.isatty():
            yield
            return
        self._paging.append(None)
        try:
            yield
        finally:
            self._paging.clear()
            held, self._held[:] = list(self._held), []
            rows = sum(1 + text.count("\n") for _, text in held)
            if self.pages or rows >= shutil.get_terminal_size().lines:
                os.environ.setdefault("LESS", "FRX")
                text = "".join(f"{text}\n" for _, text in held)
                click.echo_via_pager(text, color=self.has_color)
            else:
                for is_remark, text in held:
                    click.echo(text, err=is_remark, color=None if is_remark else self.has_color)

    def moment(self, at: datetime, *, seconds: bool = False) -> str:
        """Return an instant to the minute (or second) in local time, with --utc in UTC.

        >>> from datetime import timezone
        >>> Terminal(is_utc=True).moment(datetime(2026, 11, 20, 3, 14, 7, tzinfo=timezone.utc))
        '2026-11-20 03:14 UTC'
        """
        local = at.astimezone(UTC if self.is_utc else None)
        return f"{local:%Y-%m-%d %H:%M:%S %Z}" if seconds else f"{local:%Y-%m-%d %H:%M %Z}"

    @contextmanager
    def progress(self, label: str, *, hidden: bool = False) -> Iterator[Tell]:
        """Show progress on stderr while it is a terminal; yields what the stage calls."""
        if hidden or self.is_quiet or not sys.stderr.isatty():
            yield lambda _done, _total, _what: None
            return
        with click.progressbar(
            length=1, label=label, file=sys.stderr, item_show_func=_short, width=24
        ) as bar:

            def tell(done: int, total: int, what: str) -> None:
                bar.length = max(total, done, 1)
                bar.update(done - bar.pos, what)

            yield tell


def width() -> int:
    """Return the terminal's width in columns."""
    return shutil.get_terminal_size((100, 24)).columns


def printable(text: str) -> str:
    """Neutralise control, escape and direction characters of foreign text.

    >>> printable("a\\x1b[31mred\\u202e\\tb")
    'a\\ufffd[31mred\\ufffd b'
    """
    if text.isprintable():
        return text
    return "".join(_printable(c) for c in text)


def _printable(character: str) -> str:
    if character in "\n ":
        return character
    if character.isspace() and unicodedata.category(character) in ("Zs", "Cc"):
        return " "
    # Cc control, Cf format (bidi overrides, zero width), Cs surrogates, Co private, Zl/Zp breaks.
    return "\ufffd" if unicodedata.category(character) in _UNSAFE else character


_UNSAFE = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))


def _short(what: str | None) -> str:
    return printable(what or "")[-50:]
