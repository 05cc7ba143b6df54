"""Makes exchanges and recordings by hand, as a crawl would."""

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from archiver.model import (
    Candidate,
    CrawlCounts,
    CrawlStart,
    Exchange,
    Link,
    Recording,
    UrlRecord,
    UrlUpdate,
)
from archiver.urls import origin_of, url_key

START = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)
SITE = "beispielstadt"
HOST = "http://forum.example"


def numbered_ids(first: int = 1) -> Iterator[UUID]:
    """Yield UUIDs that count up."""
    number = first
    while True:
        # The number stands in front, because capture ids are the first 16 digits.
        yield UUID(int=(number << 96) | number)
        number += 1


def crawl_start(at: datetime = START, site: str = SITE) -> CrawlStart:
    return CrawlStart(
        site=site,
        software="archiver 0",
        user_agent="archiver/0 (+http://forum.example/robot)",
        robots_policy="obey",
        config='{"delay": 2}',
        started_at=at,
    )


def digest(payload: bytes) -> str:
    return "sha256:" + hashlib.sha256(payload).hexdigest()


def chunked(payload: bytes, size: int = 100) -> bytes:
    parts = [payload[i : i + size] for i in range(0, len(payload), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def exchange(
    path: str,
    payload: bytes = b"<p>Sitzung</p>",
    *,
    status: int = 200,
    reason: str = "OK",
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),),
    is_chunked: bool = False,
    truncated: str | None = None,
    malformed: tuple[str, ...] = (),
    at: datetime = START,
    url: str | None = None,
) -> Exchange:
    framing = (
        (("Transfer-Encoding", "chunked"),)
        if is_chunked
        else (("Content-Length", str(len(payload))),)
    )
    head = f"HTTP/1.1 {status} {reason}\r\n".encode()
    head += b"".join(f"{n}: {v}\r\n".encode() for n, v in headers + framing) + b"\r\n"
    raw = head + (chunked(payload) if is_chunked else payload)
    return Exchange(
        url=url or HOST + path,
        started_at=at,
        duration_s=0.25,
        ip="192.0.2.7",
        request=f"GET {path} HTTP/1.1\r\nHost: forum.example\r\n\r\n".encode(),
        response=io.BytesIO(raw),
        response_length=len(raw),
        head_length=len(head),
        status=status,
        headers=tuple((n.lower(), v) for n, v in headers + framing),
        payload=io.BytesIO(payload) if is_chunked else None,
        payload_length=len(payload),
        payload_digest=digest(payload),
        is_chunked=is_chunked,
        truncated=truncated,
        malformed=malformed,
        reason=reason,
    )


def url_record(path: str, **changes: object) -> UrlRecord:
    url = HOST + path
    fields: dict[str, object] = {
        "key": url_key(url),
        "url": url,
        "origin": origin_of(url),
        "depth": 0,
        "role": "page",
        "priority": 0,
        "via_key": None,
        "via_url": None,
        "hops": "",
        "state": "leased",
    }
    return UrlRecord(**{**fields, **changes})  # type: ignore[arg-type]


def candidate(path: str, **changes: object) -> Candidate:
    url = path if path.startswith("http") else HOST + path
    fields: dict[str, object] = {"key": url_key(url), "url": url, "depth": 1}
    return Candidate(**{**fields, **changes})  # type: ignore[arg-type]


def link(path: str, text: str, position: int = 0, context: str = "") -> Link:
    url = path if ":" in path else HOST + path
    return Link(url=url, text=text, context=context or text, position=position)


def recording(
    path: str, answer: Exchange | None = None, *, update: UrlUpdate | None = None, **changes: object
) -> Recording:
    """Return what a crawl would record of an answer (by default a page of few words)."""
    if answer is None and "exchange" not in changes:
        answer = exchange(path, f"<p>Seite {path}</p>".encode())
    fields: dict[str, object] = {
        "record": url_record(path),
        "exchange": answer,
        "update": update
        or UrlUpdate(
            state="idle",
            visits=1,
            last_status=answer.status if answer else None,
            last_fetched_at=answer.started_at.timestamp() if answer else None,
        ),
    }
    return Recording(**{**fields, **changes})  # type: ignore[arg-type]


def not_modified(path: str, at: datetime) -> Exchange:
    return exchange(path, b"", status=304, reason="Not Modified", headers=(("ETag", '"a"'),), at=at)


def later(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def no_counts() -> CrawlCounts:
    return CrawlCounts()
