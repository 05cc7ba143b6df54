"""Serve the sample forum on this machine only: HTTP/1.1, from memory, with validators.

Never listens beyond loopback, never reads a file outside its folder, never writes.
"""

import errno
import ipaddress
import json
import socket
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, formatdate, parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import quote, unquote, urlsplit

from archiver.errors import NetworkError, UsageError

__all__ = ["BASE_URL_MARK", "SITE", "Overlay", "SampleServer"]

SITE = Path(__file__).parent / "site"
MANIFEST = "_site.json"
BASE_URL_MARK = b"{{base_url}}"  # in templates (robots.txt, sitemap.xml): this server's address
REMOVED = ".removed"  # in an overlay folder, NAME.removed takes NAME away
IDLE_SECONDS = 30
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}
OCTETS = "application/octet-stream"

# Path → other bytes, or None for a page that is gone (404), or a status such as 410 or 503.
Overlay = Mapping[str, bytes | int | None]


@dataclass(frozen=True, slots=True)
class Held:
    """One answer kept in memory; `modified_at` is None for bytes of an overlay."""

    body: bytes
    media_type: str
    etag: str
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """All that is served: path → answer, redirects, the page for what is not there."""

    files: dict[str, Held]
    redirects: dict[str, str]
    not_found: Held


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
        self._listener.content = load(self._root, self.base_url)
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
            if unchanged(laid, self.headers):
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
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", f"Date: {formatdate(usegmt=True)}"]
        if location:
            lines.append(f"Location: {location}")
        if status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
            lines.append(f"ETag: {held.etag}")
            if held.modified_at is not None:
                stamp = format_datetime(held.modified_at, usegmt=True)
                lines.append(f"Last-Modified: {stamp}")
        body = held.body
        if status is HTTPStatus.NOT_MODIFIED:
            body = b""
        else:
            lines.append(f"Content-Type: {held.media_type}")
            lines.append(f"Content-Length: {len(body)}")
        if self.close_connection:
            lines.append("Connection: close")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(head if self.command == "HEAD" else head + body)


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
    raw = target if target.startswith("/") else urlsplit(target).path
    path = unquote(raw.partition("?")[0].partition("#")[0], errors="replace")
    if not target.startswith(("/", "http://")) or not path.startswith("/"):
        return None
    if "\0" in path or "\\" in path or any(part in {".", ".."} for part in path.split("/")):
        return None
    return path


def hold(body: bytes, media_type: str, modified_at: datetime | None = None) -> Held:
    """Keep bytes with a strong validator made from them (RFC 9110, section 8.8.3)."""
    return Held(body, media_type, f'"{sha256(body).hexdigest()[:32]}"', modified_at)


EMPTY = hold(b"", "text/plain; charset=utf-8")


def load(root: Path, base_url: str) -> Content:
    """Read a folder into memory; without a manifest, every file is served at its own path."""
    manifest = root / MANIFEST
    nowhere = hold(b"not found\n", "text/plain; charset=utf-8")
    if not manifest.is_file():
        files = {}
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.resolve().is_relative_to(root.resolve()):
                served = "/" + path.relative_to(root).as_posix()
                when = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
                files[served] = hold(path.read_bytes(), media_type(served), when)
        for served in [each for each in files if each.endswith("/index.html")]:
            files[served.removesuffix("index.html")] = files.pop(served)
        return Content(files, {}, nowhere)
    told = json.loads(manifest.read_text("utf-8"))
    files = {}
    for served, entry in told["files"].items():
        body = (root / entry["disk"]).read_bytes()
        if entry.get("template"):
            body = body.replace(BASE_URL_MARK, base_url.encode())
        files[served] = hold(body, entry["type"], datetime.fromisoformat(entry["modified"]))
    return Content(files, told["redirects"], files.pop(told["not_found"], nowhere))


def media_type(path: str) -> str:
    """Return the content type for a path's ending; a folder is a page."""
    return TYPES.get(Path(path).suffix, TYPES[".html"] if path.endswith("/") else OCTETS)


def laid_over(overlay: Overlay | Path, path: str, below: Held | None) -> Held | int | None:
    """Return what the overlay makes of a path: other bytes, a status, or what lies below."""
    kind = below.media_type if below else media_type(path)
    if isinstance(overlay, Path):
        at = overlay / (path[1:] + "index.html" if path.endswith("/") else path[1:])
        if at.with_name(at.name + REMOVED).is_file():
            return int(HTTPStatus.NOT_FOUND)
        if at.is_file() and at.resolve().is_relative_to(overlay.resolve()):
            return hold(at.read_bytes(), kind)
        return below
    if path not in overlay:
        return below
    laid = overlay[path]
    if isinstance(laid, bytes):
        return hold(laid, kind)
    return int(HTTPStatus.NOT_FOUND) if laid is None else laid


def unchanged(held: Held, headers: Mapping[str, str] | Any) -> bool:
    """Say whether the visitor's copy is current (RFC 9110, section 13.2.2)."""
    wanted = headers.get("If-None-Match")
    if wanted is not None:
        tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
        return "*" in tags or held.etag in tags
    since = headers.get("If-Modified-Since")
    if since is None or held.modified_at is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return held.modified_at <= moment
