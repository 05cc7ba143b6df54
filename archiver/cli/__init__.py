"""The command line: parse, call one function, present.

One module holds one group of commands; `commands.py` loads them when they are first needed, so
that `archiver search` starts without crawler, parsers and PDF libraries.
"""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click
from click.exceptions import NoArgsIsHelpError, NoSuchOption

from archiver.cli.commands import archiver, misplaced
from archiver.errors import ArchiverError, ExitCode, UsageError

COMPLETE = "_ARCHIVER_COMPLETE"
"""Set by the shell functions that `archiver completion` prints."""
_UNWRITABLE = (errno.EBADF, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC)


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code; every error is one line, never a traceback."""
    if argv is None:
        _speak_utf8()
    _stand_in_for_closed_streams()
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
    except OSError as error:
        code = _cannot_write(error, as_json=False)
    sys.exit(int(code))


def _stand_in_for_closed_streams() -> None:
    """Open what was closed at the start (`>&-`) and is None in Python.

    Writing to such a stdout fails and is told; stderr is lost, for nobody wanted it.
    """
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(_Closed()))
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115  open until the end


class _Closed(io.RawIOBase):
    """A stream that is closed for whoever started the program."""

    def writable(self) -> bool:
        """Tell that writing may be tried."""
        return True

    def write(self, _: object) -> int:
        """Fail as the system does."""
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def _cannot_write(error: OSError, *, as_json: bool) -> ExitCode:
    """Tell that the answer could not be written; what is left of it is let go."""
    _forget_stdout()
    print_error(ArchiverError(f"stdout: cannot be written: {error.strerror}"), as_json=as_json)
    return ExitCode.ERROR


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
        print_error(UsageError(_wrong_words(error), remedy=hint), as_json=as_json)
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
    except OSError as error:
        if error.filename is None and error.errno in _UNWRITABLE:
            return _cannot_write(error, as_json=as_json)
        # Whoever opens a file says what it is for; this is the net below them all.
        where = f"{os.fsdecode(error.filename)}: " if error.filename is not None else ""
        what = error.strerror or type(error).__name__
        print_error(ArchiverError(f"{where}{what}"), as_json=as_json)
        return ExitCode.ERROR
    except SystemExit as end:
        if end.code != 1:
            raise
        # Click ends so when a pipe is closed (`| head`), which is no error.
        _forget_stdout()
        return ExitCode.OK


def _wrong_words(error: click.UsageError) -> str:
    """Return what is wrong; of an unknown option the nearest one, as of an unknown command."""
    if not isinstance(error, NoSuchOption):
        return error.format_message().removesuffix(".")
    if (words := misplaced(error.option_name)) is not None:
        return words
    near = f"; did you mean {error.possibilities[0]!r}?" if error.possibilities else ""
    return f"no option {error.option_name!r}{near}"


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
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, sys.stdout.fileno())
    except io.UnsupportedOperation:  # it was closed at the start
        sys.stdout = os.fdopen(nothing, "w")
