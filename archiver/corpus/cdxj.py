"""CDXJ, the index that replay tools read: sort keys and lines. Pure: no I/O."""

import re
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from archiver.codec import to_json
from archiver.model import Capture

_WWW = re.compile(r"^www\d*\.")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_KEPT = bytes(b for b in range(0x21, 0x7F) if b not in b"#%")
_PERCENT = ord("%")
_HEX = re.compile(rb"[0-9A-Fa-f]{2}")
_USUAL_DEPTH = 4  # escapes of escapes of escapes are undone faster one level after the other
_SESSION_FOLDER = re.compile(r"/(?:\([a-z]\([0-9a-z]{24}\)\))+/(?=[^?]+\.aspx)")
_SESSION_IDS = tuple(
    re.compile(f"^(.*){pattern}(?:&(.*))?$", re.DOTALL)
    for pattern in (
        "jsessionid=[0-9a-z]{32}",
        "phpsessid=[0-9a-z]{32}",
        "sid=[0-9a-z]{32}",
        "aspsessionid[a-z]{8}=[a-z]{24}",
        "cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt(url: str) -> str:
    """Return the sort key of a URL, as replay tools look it up.

    Host reversed, without www and default port; all in lower case; no slash at the end of the path;
    parameters sorted, session ids left out; escapes in one form. Only for sorting and looking up:
    it does not tell apart what the rules equate, such as paths that differ in case. These are the
    rules of the Wayback Machine's "sort-friendly URI reordering transform"; `make interop` holds
    them to cdxj-indexer's.

    >>> surt("https://www.Forum.example:8443/Protokolle/?b=2&a=1#oben")
    'example,forum:8443)/protokolle?a=1&b=2'
    >>> surt("http://forum.example"), surt("http://127.0.0.1/a//b/../%7Ec%20d")
    ('example,forum)/', '1,0,0,127)/a/~c%20d')
    >>> surt("http://forum.example:99999/")  # what cannot be taken apart stands for itself
    'http://forum.example:99999/'
    """
    try:
        parts = urlsplit(url.strip())
        host = _reversed_host(parts)
    except ValueError:
        return url
    path = _without_empty_steps(_one_escape(parts.path).lower())
    path = _SESSION_FOLDER.sub("/", path)
    query = _without_session(_one_escape(parts.query).lower())
    query = "&".join(sorted(query.split("&"), key=lambda pair: pair.split("=", 1)))
    return f"{host}){path.rstrip('/') or '/'}{'?' + query if query else ''}"


def _reversed_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    host = _WWW.sub("", host)
    reversed_host = host if ":" in host else ",".join(reversed(host.split(".")))
    port = parts.port
    is_named = port is not None and port != _DEFAULT_PORTS.get(parts.scheme)
    return f"{reversed_host}:{port}" if is_named else reversed_host


def _one_escape(text: str) -> str:
    """Undo all escapes, repeated ones too, then escape what must be.

    >>> _one_escape("/B%C3%BCrger/%2541%7e?")
    '/B%c3%bcrger/A~?'
    """
    raw = text.encode("utf-8", "surrogateescape")
    for _ in range(_USUAL_DEPTH):
        plain = unquote_to_bytes(raw)
        if plain == raw:
            break
        raw = plain
    else:
        raw = _without_escapes(raw)
    return "".join(chr(b) if b in _KEPT else f"%{b:02x}" for b in raw)


def _without_escapes(raw: bytes) -> bytes:
    """Undo escapes however deep they are nested, in one pass: `%2525…` would take its square.

    >>> _without_escapes(b"%" + b"25" * 9 + b"41"), _without_escapes(b"%4%31%%34%32%zz%")
    (b'A', b'AB%zz%')
    """
    done = bytearray()
    for byte in raw:
        done.append(byte)
        while len(done) > 2 and done[-3] == _PERCENT and _HEX.fullmatch(done, len(done) - 2):
            done[-3:] = bytes.fromhex(done[-2:].decode("ascii"))
    return bytes(done)


def _without_empty_steps(path: str) -> str:
    """Leave out `.`, what `..` takes back (it may be an empty step), then empty steps.

    >>> _without_empty_steps("/a//./b/../c"), _without_empty_steps("/../a")
    ('/a/c', '/../a')
    """
    steps: list[str] = []
    for step in path[1:].split("/"):
        if step == ".." and steps:
            steps.pop()
        elif step != ".":
            steps.append(step)
    return "/" + "/".join(filter(None, steps))


def _without_session(query: str) -> str:
    """Leave out parameters that name a visitor's session.

    >>> _without_session("a=1&sid=0123456789abcdef0123456789abcdef&b=2")
    'a=1&b=2'
    """
    for pattern in _SESSION_IDS:
        if found := pattern.match(query):
            query = found[1] + (found[2] or "")
    return query


def cdxj_line(capture: Capture, *, file: str, offset: int, length: int) -> str:
    """Return the line of a capture whose record stands at a place in a WARC file.

    The status is that of the record: a revisit after a 304 has none, as its block is empty.
    """
    status = None if capture.kind == "revisit_304" else capture.status
    fields = {
        "url": capture.url,
        "mime": "warc/revisit" if capture.kind.startswith("revisit") else capture.media_type,
        "status": None if status is None else str(status),
        "digest": capture.payload_digest,
        "length": str(length),
        "offset": str(offset),
        "filename": file,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    moment = f"{capture.captured_at:%Y%m%d%H%M%S}"
    return f"{surt(capture.url)} {moment} {to_json(known).decode()}"
