"""The seams of the crawl: what it is handed, and how a fetch fails. Pure: no I/O.

`Fetch` is called by `asking` only; `fetch.HttpFetch` is the real one, tests pass a scripted one.
`ReadLinks` is called in a worker thread, one call at a time; the real one asks a child process.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, Protocol

from archiver.model import CrawlCounts, EventKind, Exchange, LinkReading

FailureKind = Literal[
    "dns", "refused", "timeout", "tls", "blocked_address", "connection", "malformed_http"
]
EVENT_OF_FAILURE: dict[FailureKind, EventKind] = {
    "dns": "connection",
    "refused": "connection",
    "timeout": "timeout",
    "tls": "tls",
    "blocked_address": "blocked_address",
    "connection": "connection",
    "malformed_http": "malformed_http",
}


class FetchFailure(Exception):  # noqa: N818 – an outcome that the crawl records, not an error of ours
    """No answer came: why, as a kind to decide by and a line for a person."""

    def __init__(self, kind: FailureKind, detail: str) -> None:
        super().__init__(detail)
        self.kind: FailureKind = kind
        self.detail = detail


class Fetch(Protocol):
    """Ask for one URL. Redirects are not followed, nothing is retried."""

    async def __call__(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Exchange:
        """Return the exchange, to be closed by the caller; raise FetchFailure when none came.

        `etag` and `last_modified`, as the server gave them, make the request conditional.
        """

    async def aclose(self) -> None:
        """Close all connections."""


ReadLinks = Callable[[bytes, str | None, str], LinkReading]
"""(payload without content coding, Content-Type header, URL) → links; never raises on content."""

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]


def utc_now() -> datetime:
    """Return the present instant, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class CrawlProgress:
    """Where a crawl stands, for a progress line; `url` is the one visited last."""

    site: str
    counts: CrawlCounts
    waiting: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """How one run behaves. Durations in seconds.

    `revisit` "due" asks again for known pages whose interval has passed, "all" for every known
    page. `hosts_at_once` bounds requests under way; a host only ever gets one at a time.
    `patience_s` is the longest wait for something to become due before the run ends as
    "partial", `first_patience_s` the same while nothing at all has been fetched, so that a wrong
    address is told soon. `stop_grace_s` is what a running request still gets after a stop.
    `accept_gone` switches the relaunch guard off for a site that really was cleared out.
    """

    revisit: Literal["due", "all"] = "due"
    hosts_at_once: int = 4
    time_limit_s: float | None = None
    patience_s: float = 900.0
    first_patience_s: float = 20.0
    stop_grace_s: float = 10.0
    accept_gone: bool = False
    sitemaps: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Limits of one fetch: seconds and bytes."""

    connect_s: float = 10.0
    idle_s: float = 30.0
    total_s: float = 900.0
    head_bytes: int = 100 * 1024
    body_bytes: int = 100 * 1024**2
    grace_s: float = field(default=1.0)  # silence that ends an answer which contradicts itself
