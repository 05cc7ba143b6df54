"""Commands in processes of their own that need not load the program: forked from one that has.

A start of Python with what a command imports takes a third of a second, a hundred times what most
commands take. So one process, without threads, imports the program and forks for each command:
the same entry (`python -m archiver`) with streams, environment, folder and exit code of its own,
which can be killed, locked out and waited for as any other. Tests in which the start itself is
the point (locales, closed streams, terminals, the documentation's commands) start Python instead.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, NoReturn, Self

ROOT = Path(__file__).parent.parent
_AT_START = ("PYTHON", "LC_", "LANG")  # what Python reads only once, before any line of ours
_STREAMS = ("stdin", "stdout", "stderr")
_NUMBER = struct.Struct("!i")
# Loaded by commands where they are needed; none of these starts a thread.
_LOADED_LATE = ("bs4", "lxml.html", "protego", "ssl", "http.client", "sqlite3", "whoosh.index")
_LEFT_OUT = ("archiver.__main__", "archiver.extract.child", "archiver.export.parquet")


def can_take(environment: Mapping[str, str]) -> bool:
    """Tell whether a forked process sees these variables as a started one would."""
    given, own = (
        {name: value for name, value in each.items() if name.startswith(_AT_START)}
        for each in (environment, _environment())
    )
    return given == own


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


class Command:
    """A running command, with the part of Popen's ways that tests use."""

    def __init__(self, pid: int, end: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._end = end

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(timeout=0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code."""
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._end, selectors.EVENT_READ)
                if not selector.select(timeout):
                    raise subprocess.TimeoutExpired("archiver", timeout or 0.0)
            self.returncode = _number(self._end)
            self._end.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Ready:
    """The process that has loaded the program; begun when first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: str | None = None

    def start(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        streams: Sequence[int],
    ) -> Command:
        """Begin a command; `streams` are the descriptors of its three streams."""
        end = socket.socket(socket.AF_UNIX)
        end.connect(self.address())
        return Command(ask(end, arguments, str(folder), environment, streams), end)

    def address(self) -> str:
        """Return the path of the socket on which requests are taken."""
        if self._folder is None:
            self._begin()
        return f"{self._folder}/ready"

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        timeout: float,
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run a command to its end; what it says on stdout and stderr is kept."""
        deadline = time.monotonic() + timeout
        with contextlib.ExitStack() as stack:
            pipes = [os.pipe() for _ in range(2)]
            readers = [stack.enter_context(os.fdopen(pipe[0], "rb", 0)) for pipe in pipes]
            with contextlib.ExitStack() as given, Path(os.devnull).open("rb") as nothing:
                for _, writer in pipes:
                    given.callback(os.close, writer)
                streams = [nothing.fileno(), *(writer for _, writer in pipes)]
                command = self.start(arguments, folder, environment, streams)
            try:
                said = _read_all(readers, deadline)
                command.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                command.kill()
                raise
        return subprocess.CompletedProcess(arguments, command.wait(), *said)

    def end(self) -> None:
        """End it; it waits for no command that is still running."""
        if self._process is not None and self._folder is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait()
            self._process = self._folder = None

    def _begin(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="ready-")  # paths of sockets are short
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(f"{self._folder}/ready")
            listening.listen()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.ready", str(listening.fileno())],
                env=_environment(),
                stdin=subprocess.PIPE,
                pass_fds=[listening.fileno()],
            )


def ask(
    end: socket.socket,
    arguments: Sequence[str],
    folder: str,
    environment: Mapping[str, str],
    streams: Sequence[int],
) -> int:
    """Ask for a command over a connected socket; return its process's number."""
    request = json.dumps([list(arguments), folder, dict(environment)]).encode()
    socket.send_fds(end, [_NUMBER.pack(len(request))], list(streams))
    end.sendall(request)
    return _number(end)


def program(address: str) -> str:
    """Return a script that does what `archiver` does, by a process that is ready."""
    return f"""#!{sys.executable} -IS
import json, os, socket, struct, sys
number = struct.Struct("!i")
end = socket.socket(socket.AF_UNIX)
end.connect({address!r})
request = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(end, [number.pack(len(request))], [0, 1, 2])
end.sendall(request)
end.recv(4, socket.MSG_WAITALL)
for stream in 0, 1, 2:
    os.close(stream)
code = number.unpack(end.recv(4, socket.MSG_WAITALL))[0]
os._exit(code if code >= 0 else 128 - code)
"""


def _number(end: socket.socket) -> int:
    return int(_NUMBER.unpack(end.recv(_NUMBER.size, socket.MSG_WAITALL))[0])


def _read_all(readers: Sequence[BinaryIO], deadline: float) -> list[bytes]:
    said = [bytearray() for _ in readers]
    with selectors.DefaultSelector() as selector:
        for number, reader in enumerate(readers):
            selector.register(reader, selectors.EVENT_READ, number)
        while selector.get_map():
            ready = selector.select(deadline - time.monotonic())
            if not ready and time.monotonic() >= deadline:
                raise subprocess.TimeoutExpired("archiver", 0.0)
            for key, _ in ready:
                piece = os.read(key.fd, 1 << 16)
                if piece:
                    said[key.data] += piece
                else:
                    selector.unregister(key.fileobj)
    return [bytes(each) for each in said]


def main(listening: socket.socket) -> list[str]:
    """Fork for each request; return, in the forked process only, the words of its command."""
    for name in _modules():
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    running: dict[int, socket.socket] = {}
    woken, waker = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    pid = -1
    with selectors.DefaultSelector() as selector:
        for source in (0, listening, woken):
            selector.register(source, selectors.EVENT_READ)
        while pid:
            ready = [key.fileobj for key, _ in selector.select()]
            if 0 in ready:
                # Whoever needed it has closed its end, or was killed.
                shutil.rmtree(Path(listening.getsockname()).parent)
                sys.exit()
            if woken in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(woken, 1 << 10)
                _tell_ends(running)
            if listening in ready:
                end, _ = listening.accept()
                head, streams, _, _ = socket.recv_fds(end, _NUMBER.size, 3)
                if not head:  # whoever asked was ended in the middle of it
                    end.close()
                    continue
                request = end.recv(_NUMBER.unpack(head)[0], socket.MSG_WAITALL)
                pid = os.fork()
                if pid:
                    for stream in streams:
                        os.close(stream)
                    running[pid] = end
                    end.sendall(_NUMBER.pack(pid))
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for each in (listening, end, *running.values()):
        each.close()
    os.close(woken)
    os.close(waker)
    words, folder, environment = json.loads(request)
    _settle(folder, environment, streams)
    return list(words)


def _settle(folder: str, environment: Mapping[str, str], streams: Sequence[int]) -> None:
    """Take on folder, variables and streams as a process that starts with them has them."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    for number, (name, way, descriptor) in enumerate(zip(_STREAMS, "rww", streams, strict=True)):
        os.dup2(descriptor, number)
        os.close(descriptor)
        errors = "backslashreplace" if name == "stderr" else None
        stream = open(number, way, errors=errors, closefd=False)  # noqa: SIM115  open to the end
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def be(words: Sequence[str]) -> NoReturn:
    """Be `python -m archiver` with these words, and end as it does.

    But for one thing: what Python's last cleaning would take apart – every module that is loaded
    and shared with the other processes – goes with the process.
    """
    sys.argv = ["archiver", *words]
    sys.orig_argv = [sys.executable, "-m", "archiver", *words]
    code: object = 0
    try:
        runpy.run_module("archiver", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001  told and ended with, as Python does
        sys.excepthook(*sys.exc_info())
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as Python does
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code if isinstance(code, int) else 1)


def _tell_ends(running: dict[int, socket.socket]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with running.pop(pid) as end, contextlib.suppress(OSError):  # nobody may be listening
            end.sendall(_NUMBER.pack(os.waitstatus_to_exitcode(status)))


def _modules() -> list[str]:
    import archiver

    names = [each.name for each in pkgutil.walk_packages(archiver.__path__, "archiver.")]
    return [*_LOADED_LATE, *(name for name in names if name not in _LEFT_OUT)]


if __name__ == "__main__":
    be(main(socket.socket(fileno=int(sys.argv[1]))))
