"""Serve the sample forum on this machine only: HTTP/1.1, from memory, with validators.

Never listens beyond loopback, never reads a file outside its folder, never writes.
"""

import errno
import ipaddress
import socket
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import quote, unquote, urlsplit

from archiver.demo.content import EMPTY, Content, Held, Overlay, laid_over, load
from archiver.errors import NetworkError, UsageError

__all__ = ["SITE", "Overlay", "SampleServer"]

SITE = Path(__file__).parent / "site"
IDLE_SECONDS = 30
MAX_FIELDS = 100  # header lines of a request


class SampleServer:
    """Serve a folder on loopback while the `with` block lasts.

    `root` is a folder made by tools/sample_forum (default: the sample forum) or any folder of
    files without a manifest. `port` 0 takes a free one. `overlay` – a mapping, or a folder laid
    out like the site – is consulted at every request, so changing it changes the site at once.
    `requests` lists (method, target, status) in the order of answering.

    Raises UsageError for a host beyond loopback, NetworkError when the port is taken.
    """

    def __init__(
        self,
        root: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        overlay: Overlay | Path | None = None,
    ) -> None:
        self.overlay: Overlay | Path = {} if overlay is None else overlay
        self.requests: list[tuple[str, str, int]] = []
        self._root = SITE if root is None else root
        self._host, self._port = loopback(host), port
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Begin to listen, in a thread of its own; return self."""
        try:
            family = Listener6 if ":" in self._host else Listener
            self._listener = family((self._host, self._port), Handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise NetworkError(f"cannot listen on {self._host}: {error.strerror}") from error
            raise NetworkError(
                f"port {self._port} on {self._host} is already in use",
                remedy="choose another port, or 0 for a free one",
            ) from error
        self._port = self._listener.server_address[1]
        self._listener.site = self
        try:
            self._listener.content = load(self._root, self.base_url)
        except BaseException:
            self._listener.server_close()
            raise
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening, end open connections, wait for their threads."""
        if self._listener is None or self._thread is None:
            return
        self._listener.shutdown()
        self._listener.hang_up()
        self._thread.join()
        self._listener.server_close()
        self._listener = self._thread = None

    def wait(self) -> None:
        """Serve until interrupted (for a terminal)."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(0.5)

    @property
    def address(self) -> str:
        """Return HOST:PORT, as `--allow` takes it."""
        return f"[{self._host}]:{self._port}" if ":" in self._host else f"{self._host}:{self._port}"

    @property
    def base_url(self) -> str:
        """Return the address as URL, without a slash at its end."""
        return f"http://{self.address}"


class Listener(ThreadingHTTPServer):
    """The listening socket; remembers open connections so that `stop` can end them."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 128
    site: SampleServer
    content: Content

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Bind without the reverse look-up that HTTPServer does; nothing here asks a resolver."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection, then serve it in its thread."""
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every open connection, so that its thread ends too."""
        with self._guard:
            for each in self._open:
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other side was quicker

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over visitors that hang up; show everything else."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Listener6(Listener):
    """The same on ::1."""

    address_family = socket.AF_INET6


class Handler(BaseHTTPRequestHandler):
    """Answer one connection's requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server_version = "sample-forum"
    sys_version = ""

    raw_requestline: bytes  # set by http.server
    fields: dict[str, str]  # the request's header, names in lower case

    def parse_request(self) -> bool:
        """Read request line and header; http.server's e-mail parser takes most of the time."""
        self.command, self.path, self.request_version = "", "", self.protocol_version
        self.requestline = self.raw_requestline.decode("latin-1").rstrip("\r\n")
        self.close_connection = True
        words = self.requestline.split()
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            self.send_error(HTTPStatus.BAD_REQUEST)
            return False
        self.command, self.path, self.request_version = words
        self.fields = {}
        for _ in range(MAX_FIELDS):
            line = self.rfile.readline(65537)
            if line in {b"\r\n", b"\n", b""}:
                break
            name, _, value = line.decode("latin-1").partition(":")
            self.fields[name.strip().lower()] = value.strip()
        else:
            self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return False
        asked = self.fields.get("connection", "").lower()
        self.close_connection = asked == "close" or (
            self.request_version == "HTTP/1.0" and asked != "keep-alive"
        )
        return True

    def do_GET(self) -> None:
        """Answer with the file, a redirect, 304 or 404."""
        self.answer()

    def do_HEAD(self) -> None:
        """Answer as GET does, without the body."""
        self.answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Stay quiet; `requests` keeps the record."""

    def answer(self) -> None:
        """Decide and send."""
        content = cast("Listener", self.server).content
        path = local_path(self.path)
        if path is None:
            return self.send(HTTPStatus.BAD_REQUEST, content.not_found)
        laid = laid_over(self.overlay(), path, content.files.get(path))
        if isinstance(laid, int):
            return self.send(HTTPStatus(laid), content.not_found)
        if laid is not None:
            if unchanged(laid, self.fields):
                return self.send(HTTPStatus.NOT_MODIFIED, laid)
            return self.send(HTTPStatus.OK, laid)
        target = content.redirects.get(path)
        if target is not None:
            return self.send(HTTPStatus.MOVED_PERMANENTLY, EMPTY, location=quote(target))
        return self.send(HTTPStatus.NOT_FOUND, content.not_found)

    def overlay(self) -> Overlay | Path:
        """Return the overlay as it is now."""
        return cast("Listener", self.server).site.overlay

    def send(self, status: HTTPStatus, held: Held, location: str = "") -> None:
        """Write status, headers and body in one piece."""
        cast("Listener", self.server).site.requests.append((self.command, self.path, int(status)))
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\nDate: {now()}\r\n".encode()
        if location:
            head += f"Location: {location}\r\n".encode()
        if status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
            head += held.validators
        if status is not HTTPStatus.NOT_MODIFIED:
            head += held.content
        if self.close_connection:
            head += b"Connection: close\r\n"
        bodiless = self.command == "HEAD" or status is HTTPStatus.NOT_MODIFIED
        self.wfile.write(head + b"\r\n" + (b"" if bodiless else held.body))


def now() -> str:
    """Return the Date header's value, made once a second."""
    return written(int(time.time()))


@lru_cache(maxsize=4)
def written(seconds: int) -> str:
    """Write an instant as HTTP does.

    >>> written(0)
    'Thu, 01 Jan 1970 00:00:00 GMT'
    """
    return formatdate(seconds, usegmt=True)


def loopback(host: str) -> str:
    """Return the address to bind, or refuse whatever is not this machine.

    >>> loopback("localhost")
    '127.0.0.1'
    """
    if host == "localhost":
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise UsageError(
        f"the sample forum is served on this machine only, not on {host}", remedy="use 127.0.0.1"
    )


def local_path(target: str) -> str | None:
    """Return the path a request asks for, or None for one that tries to climb.

    >>> local_path("/dateien/B%C3%BCrger.pdf?x=1"), local_path("http://127.0.0.1:1/a")
    ('/dateien/Bürger.pdf', '/a')
    >>> local_path("/a/%2e%2e/%2e%2e/etc/passwd"), local_path("a")
    (None, None)
    """
    try:
        raw = target if target.startswith("/") else urlsplit(target).path
    except ValueError:
        return None
    path = unquote(raw.partition("?")[0].partition("#")[0], errors="replace")
    if not target.startswith(("/", "http://")) or not path.startswith("/"):
        return None
    if "\0" in path or "\\" in path or any(part in {".", ".."} for part in path.split("/")):
        return None
    return path


def unchanged(held: Held, fields: Mapping[str, str]) -> bool:
    """Say whether the visitor's copy is current (RFC 9110, section 13.2.2)."""
    wanted = fields.get("if-none-match")
    if wanted is not None:
        tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
        return "*" in tags or held.etag in tags
    since = fields.get("if-modified-since")
    if since is None or held.modified_at is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return held.modified_at <= moment
