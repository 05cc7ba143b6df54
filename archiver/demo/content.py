"""Hold what the sample server answers with: a folder read into memory, and what lies over it.

Knows no sockets and no requests; never reads a file outside its folder.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

__all__ = ["EMPTY", "Content", "Held", "Overlay", "laid_over", "load"]

MANIFEST = "_site.json"
BASE_URL_MARK = b"{{base_url}}"  # in templates (robots.txt, sitemap.xml): this server's address
REMOVED = ".removed"  # in an overlay folder, NAME.removed takes NAME away
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
    validators: bytes = b""  # ETag and Last-Modified as header lines
    content: bytes = b""  # Content-Type and Content-Length as header lines


@dataclass(frozen=True, slots=True)
class Content:
    """All that is served: path → answer, redirects, the page for what is not there."""

    files: dict[str, Held]
    redirects: dict[str, str]
    not_found: Held


def hold(body: bytes, media_type: str, modified_at: datetime | None = None) -> Held:
    """Keep bytes with a strong validator made from them (RFC 9110, section 8.8.3)."""
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    validators = f"ETag: {etag}\r\n"
    if modified_at is not None:
        validators += f"Last-Modified: {format_datetime(modified_at, usegmt=True)}\r\n"
    content = f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
    return Held(body, media_type, etag, modified_at, validators.encode(), content.encode())


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
