"""The head of an answer: status line, headers, and how the body will end. Pure: no I/O.

Read as leniently as browsers do; whatever a strict reader would have refused is told.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from archiver.urls import escaped_bytes

Headers = tuple[tuple[str, str], ...]
Framing = Literal["none", "length", "chunked", "until_close", "guess"]

_STATUS = re.compile(rb"(?i:HTTP)/(?P<version>[^ \t]*)(?P<gap>[ \t]*)(?P<rest>.*)", re.DOTALL)
# What strict servers send: nothing to be lenient about, so nothing to look for line by line.
_STRICT = re.compile(
    rb"HTTP/(?P<version>1\.[01]) (?P<code>[0-9]{3}) (?P<reason>[ -~]*)\r\n"
    rb"(?P<headers>(?:[!#-'*+\-.0-9A-Z^_`a-z|~]+:[\t -~]*\r\n)*)\r\n"
)
_CODE = re.compile(rb"(?P<code>[0-9]{3})(?![0-9])(?P<reason>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Head:
    """Status line and headers, names lower-case; `length` counts its bytes with the blank line."""

    status: int
    reason: str
    version: str
    headers: Headers
    length: int
    oddities: tuple[str, ...] = ()

    def all(self, name: str) -> list[str]:
        """Return every value of a lower-case name."""
        return [value for key, value in self.headers if key == name]


def decode_header(raw: bytes) -> str:
    """Decode header bytes: UTF-8 where it is valid, else Latin-1, which always is.

    >>> decode_header("Größe".encode()), decode_header("Größe".encode("latin-1"))
    ('Größe', 'Größe')
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def parse_head(raw: bytes) -> Head:
    r"""Read a head as leniently as browsers do (RFC 9112 section 4 and 5 where it is kept).

    A status line without a number counts as 200, as in Chromium's net stack.

    >>> head = parse_head(b"HTTP/1.1 200\nServer:x\nno colon here\n\n")
    >>> head.status, head.headers, head.oddities[0]
    (200, (('server', 'x'),), 'lines end in LF only')
    """
    strict = _STRICT.fullmatch(raw)
    return lenient_head(raw) if strict is None else _strict_head(strict, len(raw))


def lenient_head(raw: bytes) -> Head:
    """Read a head line by line and note what is odd in it."""
    odd: list[str] = []
    body = raw.lstrip(b"\r\n")
    if len(body) != len(raw):
        odd.append("blank line before the status line")
    lines = body.split(b"\n")
    if any(line and not line.endswith(b"\r") for line in lines[:-1]):
        odd.append("lines end in LF only")
    status, reason, version = _status_line(lines[0].rstrip(b"\r"), odd)
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        line = line.rstrip(b"\r")
        if not line:
            continue
        if line[:1] in b" \t":
            odd.append("folded header")
            if headers:
                name, value = headers[-1]
                headers[-1] = (name, f"{value} {decode_header(line).strip()}".strip())
            continue
        raw_name, colon, raw_value = line.partition(b":")
        if not colon:
            odd.append("header line without colon")
            continue
        if raw_name != raw_name.rstrip():
            odd.append("space before the colon")
        if not line.isascii():
            odd.append("header bytes beyond ASCII")
        if b"\0" in line or b"\r" in line:
            odd.append("control character in a header")
        name = decode_header(raw_name).strip().lower()
        if not name:
            odd.append("header without a name")
            continue
        decoded = escaped_bytes if name == "location" else decode_header
        headers.append((name, decoded(raw_value).strip(" \t")))
    return Head(status, reason, version, tuple(headers), len(raw), tuple(dict.fromkeys(odd)))


def _strict_head(found: re.Match[bytes], length: int) -> Head:
    fields = [line.partition(":") for line in found["headers"].decode("ascii").split("\r\n")]
    headers = tuple([(name.lower(), value.strip(" \t")) for name, colon, value in fields if colon])
    reason, version = found["reason"].decode("ascii"), found["version"].decode("ascii")
    return Head(int(found["code"]), reason.strip(), version, headers, length)


def parse_cut_head(raw: bytes) -> Head:
    """Read a head that breaks off: its whole lines only."""
    whole = raw[: raw.rfind(b"\n") + 1] or raw
    return replace(parse_head(whole), length=len(raw))


def _status_line(line: bytes, odd: list[str]) -> tuple[int, str, str]:
    match = _STATUS.fullmatch(line)
    if match is None:  # cannot be: the reader only comes here after seeing "HTTP/"
        odd.append("no status line")
        return 200, "", "1.1"
    version = decode_header(match["version"])
    if not line.startswith(b"HTTP/"):
        odd.append("protocol name not in capitals")
    if version not in {"1.0", "1.1"}:
        odd.append(f"HTTP version {version!r}")
    code = _CODE.fullmatch(match["rest"])
    if code is None:
        odd.append("status line without a status code")
        return 200, decode_header(match["rest"]).strip(), version
    if not code["reason"]:
        odd.append("no reason phrase")
    elif not code["reason"].startswith(b" ") or match["gap"] != b" ":
        odd.append("wrong spaces in the status line")
    return int(code["code"]), decode_header(code["reason"]).strip(), version


def framing_of(head: Head) -> tuple[Framing, int, tuple[str, ...]]:
    """Decide how the body ends: (framing, length in bytes, what is odd about it).

    "guess" means the answer contradicts itself: read until the other side closes or is silent.
    """
    if head.status in {204, 304}:
        return "none", 0, ()
    odd: list[str] = []
    lengths = [part.strip() for value in head.all("content-length") for part in value.split(",")]
    codings = [part.strip().lower() for v in head.all("transfer-encoding") for part in v.split(",")]
    codings = [coding for coding in codings if coding not in {"", "identity"}]
    if codings:
        if lengths:
            odd.append("Content-Length beside Transfer-Encoding")
        if codings != ["chunked"]:
            odd.append(f"transfer coding {', '.join(codings)}")
        return ("chunked" if "chunked" in codings else "until_close"), 0, tuple(odd)
    if not lengths:
        return "until_close", 0, ()
    if any(not (value.isascii() and value.isdigit()) or len(value) > 18 for value in lengths):
        return "guess", 0, ("invalid Content-Length",)
    if len({int(value) for value in lengths}) > 1:
        return "guess", 0, ("differing Content-Length",)
    if len(lengths) > 1:
        odd.append("repeated Content-Length")
    return "length", int(lengths[0]), tuple(odd)
