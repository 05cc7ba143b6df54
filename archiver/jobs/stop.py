"""Stopping a long command: the first signal finishes what is at hand, the second stops at once."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from archiver.errors import ExitCode


class Stop(threading.Event):
    """Set by SIGINT or SIGTERM; `exit_code` says which it was."""

    exit_code: ExitCode = ExitCode.OK


@contextmanager
def stopping() -> Iterator[Stop]:
    """Catch SIGINT and SIGTERM while the block runs; outside the main thread, catch nothing."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.exit_code = ExitCode.TERMINATED if number == signal.SIGTERM else ExitCode.INTERRUPTED
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_SIGNALS = (signal.SIGINT, signal.SIGTERM)
