"""The child process that reads foreign bytes: limits itself, then answers task after task.

Started by `archiver.extract.sandbox` as `python -m archiver.extract.child`; speaks frames of
`archiver.extract.task` on its standard input and output. It opens no network connection, writes
no file, and ends when its input ends.
"""

import contextlib
import os
import resource
import sys
from typing import Any, BinaryIO

from archiver.codec import from_json, to_json
from archiver.errors import ExtractionError
from archiver.extract.settings import ExtractSettings
from archiver.extract.task import LENGTHS, OUT_OF_MEMORY, Failure, Reply, Request, frame_head

_FORBIDDEN = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")


def main() -> int:
    """Limit the process, greet, and answer until the input ends; return the exit code."""
    source, sink = _take_pipes()
    settings = from_json(_read_frame(source)[0], ExtractSettings)
    _limit(settings)
    sink.write(frame_head(b'{"ready":true}', 0))
    sink.flush()
    while True:
        try:
            header, payload = _read_frame(source)
        except EOFError:
            return 0
        except MemoryError:
            return OUT_OF_MEMORY
        reply = _answer(from_json(header, Request), payload, settings)
        del payload
        body = _encode(reply, settings)
        sink.write(frame_head(body, 0))
        sink.flush()
        if reply.is_worn:
            return 0


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Move the pipes away from fd 0, 1, 2, so that no library's print can disturb the frames."""
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    return os.fdopen(source, "rb", buffering=1 << 16), os.fdopen(sink, "wb")


def _read_frame(source: BinaryIO) -> tuple[bytes, bytes]:
    """Read one frame; raise EOFError when the parent is gone."""
    head = source.read(LENGTHS.size)
    if len(head) < LENGTHS.size:
        raise EOFError
    header_length, payload_length = LENGTHS.unpack(head)
    header = source.read(header_length)
    payload = source.read(payload_length)
    if len(payload) < payload_length:
        raise EOFError
    return header, payload


def _limit(settings: ExtractSettings) -> None:
    """Set the limits that hold for the process's whole life, and forbid network use."""
    sys.setrecursionlimit(2_000)
    sys.addaudithook(_forbid)
    memory = settings.memory_mb * 1024 * 1024
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        # A system that knows no such limit, or a stricter one already set, is no reason to stop.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def _forbid(event: str, _arguments: Any) -> None:
    """Refuse network calls: a reader of documents has none to make."""
    if event in _FORBIDDEN:
        raise PermissionError(f"{event} is not allowed while reading foreign bytes")


def _renew_cpu(settings: ExtractSettings) -> None:
    """Grant the CPU seconds of one more task; the kernel ends the process beyond them."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(usage.ru_utime + usage.ru_stime + settings.cpu_s) + 1
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))


def _answer(request: Request, payload: bytes, settings: ExtractSettings) -> Reply:
    """Do what is asked; every exception becomes a failure with its words."""
    _renew_cpu(settings)
    try:
        if request.what == "links":
            from archiver.extract.links import read_links

            url, passwords = request.url or "", settings.passwords
            return Reply(links=read_links(payload, request.media_type, url, passwords=passwords))
        from archiver.extract.reading import extract_own, read_attached

        if request.what == "attached":
            inside = read_attached(
                payload, request.number, request.media_type, request.profile, settings
            )
            return Reply(attached=inside)
        return Reply(
            extraction=extract_own(
                payload,
                media_type=request.media_type,
                charset=request.charset,
                profile=request.profile,
                settings=settings,
                pdf_text=request.pdf_text,
            )
        )
    except MemoryError:
        detail = f"needs more than {settings.memory_mb} MB"
        return Reply(failure=Failure("memory", detail), is_worn=True)
    except ExtractionError as error:
        return Reply(failure=Failure("error", str(error)))
    except RecursionError:
        return Reply(failure=Failure("error", "nested too deeply"), is_worn=True)
    except Exception as error:  # noqa: BLE001 - parsers of foreign bytes raise anything
        detail = f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]
        return Reply(failure=Failure("error", detail), is_worn=True)


def _encode(reply: Reply, settings: ExtractSettings) -> bytes:
    """Encode the answer, or say that it is too large or not text."""
    try:
        body = to_json(reply)
    except MemoryError:
        return to_json(Reply(failure=Failure("memory", "answer does not fit"), is_worn=True))
    except ValueError as error:
        return to_json(Reply(failure=Failure("error", f"unwritable text: {error}"[:300])))
    if len(body) > settings.output_mb * 1024 * 1024:
        detail = f"gives more than {settings.output_mb} MB of text"
        return to_json(Reply(failure=Failure("limit", detail), is_worn=True))
    return body


if __name__ == "__main__":
    sys.exit(main())
