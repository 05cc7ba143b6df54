"""The command line: parse, call one function, present.

One module holds one group of commands; `commands.py` loads them when they are first needed, so
that `archiver search` starts without crawler, parsers and PDF libraries.
"""

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click
from click.exceptions import NoArgsIsHelpError

from archiver.cli.commands import archiver
from archiver.errors import ArchiverError, ExitCode, UsageError

COMPLETE = "_ARCHIVER_COMPLETE"
"""Set by the shell functions that `archiver completion` prints."""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code; every error is one line, never a traceback."""
    if argv is None:
        _speak_utf8()
    for stream in (sys.stdout, sys.stderr):
        # Documents hold every character there is; a C locale must not stop the answer.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    arguments = list(sys.argv[1:] if argv is None else argv)
    if COMPLETE in os.environ:
        complete(arguments)
    code = run(arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
    sys.exit(int(code))


def print_error(error: ArchiverError, *, as_json: bool) -> None:
    """Print an error; what prints is loaded only then."""
    from archiver.cli import output

    output.print_error(error, as_json=as_json)


def _speak_utf8() -> None:
    """Begin again in UTF-8 mode where Python takes words and file names for ASCII.

    So it does in the C locale with its own remedies (PEP 538, PEP 540) switched off: a query's
    umlauts would be no letters, and no file with one could be named.
    """
    if sys.getfilesystemencoding() == "ascii" and not sys.flags.utf8_mode:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    as_json = bool({"--json", "--jsonl"} & set(arguments))
    try:
        result = archiver.main(args=arguments, prog_name="archiver", standalone_mode=False)
        return int(result) if isinstance(result, int) else ExitCode.OK
    except NoArgsIsHelpError as error:
        # A group of commands called without one: what it can do is the answer.
        click.echo(error.message)
        return ExitCode.OK
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "archiver"
        hint = f"see: {command} --help"
        print_error(UsageError(error.format_message(), remedy=hint), as_json=as_json)
        return ExitCode.ERROR
    except click.ClickException as error:
        print_error(UsageError(error.format_message()), as_json=as_json)
        return ExitCode.ERROR
    except ArchiverError as error:
        print_error(error, as_json=as_json)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        print_error(ArchiverError("interrupted"), as_json=as_json)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return ExitCode.OK
    except SystemExit as end:
        if end.code != 1:
            raise
        # Click ends so when a pipe is closed (`| head`), which is no error.
        _forget_stdout()
        return ExitCode.OK


def complete(arguments: list[str]) -> NoReturn:
    """Answer a shell that completes a word; whatever is wrong, it is told nothing."""
    code = 0
    with open(os.devnull, "w") as nothing, contextlib.redirect_stderr(nothing):  # noqa: PTH123  no path
        try:
            archiver.main(args=arguments, prog_name="archiver", standalone_mode=False)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except Exception:  # noqa: BLE001  a message would stand in the middle of what is typed
            code = 1
        with contextlib.suppress(OSError):
            sys.stdout.flush()
    sys.exit(code)


def _forget_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush says nothing either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
