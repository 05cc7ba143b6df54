"""Child processes that read foreign bytes, kept in limits and replaced when they break.

The parent never parses a payload. It knows processes, pipes and clocks, and no file format.
"""

import contextlib
import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from archiver.codec import from_json, to_json
from archiver.errors import ExtractionError
from archiver.extract.attached import Attached, with_attached
from archiver.extract.settings import ExtractSettings, PdfReader
from archiver.extract.task import LENGTHS, OUT_OF_MEMORY, Failure, Reply, Request, Task, frame_head
from archiver.model import Extraction, LinkReading

_START_S = 60.0
_CHUNK = 1 << 20
_WEAR = {"extract": 10, "attached": 10, "links": 1}  # tenths of a document
_ENVIRONMENT = ("PATH", "TESSDATA_PREFIX", "SYSTEMROOT")


class Sandbox:
    """A pool of `children` reusable child processes; a context manager, safe among threads.

    Children start when first needed. A pickled Sandbox becomes, in the process that loads it,
    that process's own pool with the same settings: so any Executor may carry `extract`.
    """

    def __init__(self, settings: ExtractSettings | None = None, *, children: int = 1) -> None:
        self.settings = settings or ExtractSettings()
        self.children = max(1, children)
        self._idle: queue.LifoQueue[_Child] = queue.LifoQueue()
        self._all = [_Child(self.settings) for _ in range(self.children)]
        for child in self._all:
            self._idle.put(child)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Callable[[ExtractSettings], "Sandbox"], tuple[ExtractSettings]]:
        return _sandbox_of_this_process, (self.settings,)

    def close(self) -> None:
        """End all children."""
        for child in self._all:
            child.stop()

    def extract(self, task: Task) -> Extraction:
        """Read one payload; a failure of any kind becomes an Extraction that says why.

        When a PDF reader crashes or runs out of memory, the other one is tried once. Each file
        inside the payload is asked for by itself, so that a bad one costs only itself; all share
        the time of one document.
        """
        clock = self._clock("extract")
        found = self._extract_own(task, clock)
        if not found.attachments:
            return found

        def ask(number: int) -> Attached | str:
            if clock.left_s <= 0:
                return "timeout: no time is left for it"
            answer = self._ask(self._request(task, "attached", number=number), task.data, clock)
            if isinstance(answer, Failure):
                return str(answer) if answer.kind != "error" else answer.detail
            assert answer.attached is not None
            return answer.attached

        return with_attached(found, ask, self.settings)

    def _extract_own(self, task: Task, clock: "_Clock") -> Extraction:
        """Read one payload; of the files inside it only the names."""
        first = self._ask_extract(task, None, clock)
        if not isinstance(first, Failure):
            return first
        if first.kind in ("signal", "memory") and b"%PDF-" in task.data[:1024]:
            other: PdfReader = "pypdf" if self.settings.pdf_text == "pdfium" else "pdfium"
            second = self._ask_extract(task, other, self._clock("extract"))
            if not isinstance(second, Failure):
                return second
        media_type = (task.media_type or "application/octet-stream").partition(";")[0].strip()
        return Extraction("failed", media_type.lower(), "none", reason=str(first))

    def read_links(self, data: bytes, content_type: str | None, url: str) -> LinkReading:
        """Read the links of one payload; `failure` says why there are none, and no media type."""
        request = Request("links", media_type=content_type, url=url)
        answer = self._ask(request, data, self._clock("links"))
        if isinstance(answer, Failure):
            return LinkReading(failure=str(answer))
        assert answer.links is not None
        return answer.links

    def extract_all(
        self, tasks: Iterable[Task], executor: Executor | None = None
    ) -> Iterator[tuple[Task, Extraction]]:
        """Read many payloads, a few at a time, and give each task with its Extraction, in order.

        `tasks` is consumed as places become free, so that it may be a generator over a corpus
        that does not fit in memory. Without an executor threads drive the children.
        """
        if executor is None:
            with ThreadPoolExecutor(self.children, "extract") as threads:
                yield from self.extract_all(tasks, threads)
            return
        waiting: deque[tuple[Task, Future[Extraction]]] = deque()
        try:
            for task in tasks:
                waiting.append((task, executor.submit(self.extract, task)))
                while len(waiting) >= 4 * self.children or (waiting and waiting[0][1].done()):
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            for _, future in waiting:
                future.cancel()

    def _ask_extract(
        self, task: Task, pdf_text: PdfReader | None, clock: "_Clock"
    ) -> Extraction | Failure:
        answer = self._ask(self._request(task, "extract", pdf_text), task.data, clock)
        if isinstance(answer, Failure):
            return answer
        assert answer.extraction is not None
        return answer.extraction

    @staticmethod
    def _request(
        task: Task,
        what: Literal["extract", "attached"],
        pdf_text: PdfReader | None = None,
        *,
        number: int = 0,
    ) -> Request:
        return Request(
            what, task.media_type, task.charset, task.url, task.profile, pdf_text, number
        )

    def _clock(self, what: str) -> "_Clock":
        settings = self.settings
        has_ocr = what != "links" and settings.ocr
        return _Clock(settings.wall_s + settings.ocr_s if has_ocr else settings.wall_s)

    def _ask(self, request: Request, data: bytes, clock: "_Clock") -> Reply | Failure:
        if len(data) > self.settings.input_mb * 1024 * 1024:
            return Failure("limit", f"larger than {self.settings.input_mb} MB")
        child = self._idle.get()
        try:
            return child.ask(request, data, clock)
        finally:
            self._idle.put(child)


@dataclass(slots=True)
class _Clock:
    """The time of one document, all its parts together."""

    left_s: float
    whole_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.whole_s = self.left_s


class _Child:
    """One place in the pool: a process that is started when needed and replaced when broken."""

    def __init__(self, settings: ExtractSettings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._wear = 0

    def ask(self, request: Request, data: bytes, clock: "_Clock") -> Reply | Failure:
        """Send a task and wait for the answer within what is left on its clock."""
        process = self._process or self._start()
        begun = time.monotonic()
        try:
            return self._ask(process, request, data, begun + clock.left_s)
        except TimeoutError:
            self.stop()
            return Failure("timeout", f"not read within {clock.whole_s:g} s")
        finally:
            clock.left_s -= time.monotonic() - begun

    def _ask(
        self, process: "subprocess.Popen[bytes]", request: Request, data: bytes, deadline: float
    ) -> Reply | Failure:
        """Send a task and wait for the answer; raise TimeoutError at the deadline."""
        try:
            pipe = _Pipe(process)
            pipe.write((frame_head(to_json(request), len(data)), data), deadline)
            header = pipe.read_frame(deadline, self._settings.output_mb * 1024 * 1024 + _CHUNK)
        except TimeoutError:
            raise
        except _TooLargeError:
            self.stop()
            return Failure("limit", f"gives more than {self._settings.output_mb} MB of text")
        except OSError:
            return self._obituary()
        reply = from_json(header, Reply)
        self._wear += _WEAR[request.what]
        if reply.is_worn or self._wear >= _WEAR["extract"] * self._settings.tasks_per_child:
            self.stop()
        return reply.failure or reply

    def stop(self) -> None:
        """Kill the process and whatever it started."""
        process, self._process, self._wear = self._process, None, 0
        if process is None:
            return
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _obituary(self) -> Failure:
        """Say how the process ended while it worked."""
        assert self._process is not None
        process = self._process
        try:
            code = process.wait(timeout=2.0)
        except subprocess.TimeoutExpired:
            code = 0
        self.stop()
        if code == -signal.SIGXCPU:
            return Failure("timeout", f"needs more than {self._settings.cpu_s:g} s of computing")
        if code == -signal.SIGKILL:
            return Failure("memory", "killed by the system")
        if code == OUT_OF_MEMORY:
            return Failure("memory", f"needs more than {self._settings.memory_mb} MB")
        if code < 0:
            return Failure("signal", f"reader crashed ({signal.Signals(-code).name})")
        return Failure("error", f"reader ended with code {code}")

    def _start(self) -> subprocess.Popen[bytes]:
        """Start a child without our environment, files or sockets, and wait for its greeting."""
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        environment |= {
            "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),  # noqa: PTH109
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            "OMP_THREAD_LIMIT": "1",
        }
        command = [sys.executable, "-P", "-s", "-B", "-m", "archiver.extract.child"]
        with tempfile.TemporaryFile() as complaints:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=environment,
                cwd=os.sep,
                bufsize=0,
                start_new_session=True,
            )
            self._process = process
            try:
                deadline = time.monotonic() + _START_S
                pipe = _Pipe(process)
                pipe.write((frame_head(to_json(self._settings), 0),), deadline)
                pipe.read_frame(deadline, _CHUNK)
            except OSError as error:
                self.stop()
                complaints.seek(0)
                said = complaints.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
                raise ExtractionError(
                    f"the reading process does not start: {said or error}",
                    remedy="raise memory_mb in [extract], or mend the installation",
                ) from error
        return process


class _TooLargeError(Exception):
    """An answer beyond the output cap."""


class _Pipe:
    """Timed reading and writing on a process's pipes; raises TimeoutError or OSError."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in = process.stdin.fileno()
        self._out = process.stdout.fileno()
        os.set_blocking(self._in, False)

    def write(self, parts: Iterable[bytes], deadline: float) -> None:
        """Write all parts; what the kernel does not take at once waits for room."""
        for part in parts:
            view = memoryview(part)
            while view:
                try:
                    view = view[os.write(self._in, view[:_CHUNK]) :]
                except BlockingIOError:
                    _wait(self._in, select.POLLOUT, deadline)

    def read_frame(self, deadline: float, limit: int) -> bytes:
        """Read one answer's header."""
        header_length, _ = LENGTHS.unpack(self._read(LENGTHS.size, deadline))
        if header_length > limit:
            raise _TooLargeError
        return self._read(header_length, deadline)

    def _read(self, length: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            _wait(self._out, select.POLLIN, deadline)
            piece = os.read(self._out, min(_CHUNK, length - len(parts)))
            if not piece:
                raise BrokenPipeError("the reading process ended")
            parts += piece
        return bytes(parts)


def _wait(descriptor: int, event: int, deadline: float) -> None:
    """Wait until the descriptor is ready; raise TimeoutError at the deadline."""
    poll = select.poll()
    poll.register(descriptor, event)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError


_here: dict[ExtractSettings, Sandbox] = {}
_here_lock = threading.Lock()


def _sandbox_of_this_process(settings: ExtractSettings) -> Sandbox:
    """Return the pool that a pickled Sandbox means in this process."""
    with _here_lock:
        if settings not in _here:
            _here[settings] = Sandbox(settings)
        return _here[settings]
