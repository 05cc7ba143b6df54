"""CDXJ, the index that replay tools read: sort keys and lines. Pure: no I/O."""

import re
from urllib.parse import urlsplit

from archiver.codec import to_json
from archiver.model import Capture

_WWW = re.compile(r"^www\d*\.")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def surt(url: str) -> str:
    """Return the sort key of a URL: host reversed, lower case, without www and default port.

    Only for sorting and looking up; it does not tell apart paths that differ in case.

    >>> surt("https://www.Forum.example:8443/Protokolle?b=2&a=1")
    'example,forum:8443)/protokolle?a=1&b=2'
    >>> surt("http://forum.example")
    'example,forum)/'
    """
    parts = urlsplit(url)
    host = _WWW.sub("", (parts.hostname or "").lower())
    reversed_host = ",".join(reversed(host.split("."))) if ":" not in host else host
    port = parts.port
    place = (
        f"{reversed_host}:{port}"
        if port and port != _DEFAULT_PORTS.get(parts.scheme)
        else (reversed_host)
    )
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{place}){parts.path or '/'}{'?' + query if query else ''}".lower()


def cdxj_line(capture: Capture, *, file: str, offset: int, length: int) -> str:
    """Return the line of a capture whose record stands at a place in a WARC file."""
    fields = {
        "url": capture.url,
        "mime": "warc/revisit" if capture.kind.startswith("revisit") else capture.media_type,
        "status": None if capture.status is None else str(capture.status),
        "digest": capture.payload_digest,
        "length": str(length),
        "offset": str(offset),
        "filename": file,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    moment = f"{capture.captured_at:%Y%m%d%H%M%S}"
    return f"{surt(capture.url)} {moment} {to_json(known).decode()}"
