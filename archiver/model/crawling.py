"""What crawl and corpus say to each other: the frontier's rows, exchanges, recordings, captures.

`crawl` decides and fetches, `corpus` stores; neither imports the other. The store keeps the
frontier in the catalogue, so that a capture and what follows from it are committed together.
Pure: no I/O (an `Exchange` carries open spooled files, made and closed by the crawl).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Literal, Protocol

from archiver.model.documents import Link

UrlState = Literal["queued", "leased", "idle", "excluded", "dead", "gone"]
UrlRole = Literal["seed", "overview", "session", "topic", "file", "page", "robots", "sitemap"]
CaptureKind = Literal["response", "revisit_payload", "revisit_304", "imported"]
CrawlState = Literal["running", "finished", "partial", "interrupted", "limit", "failed"]
EventKind = Literal[
    "retry",
    "rate_limited",
    "robots_denied",
    "robots_unreachable",
    "robots_warning",
    "out_of_scope",
    "blocked_address",
    "truncated",
    "timeout",
    "connection",
    "tls",
    "malformed_http",
    "parse_error",
    "trap",
    "gone",
    "limit",
]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A URL met for the first time or again, with the decision about it.

    `key` is the dedupe key (`urls.url_key`), `url` what the page said, made safe to send.
    `exclude_reason` is None when it may be fetched, else the reason a person can read.
    """

    key: str
    url: str
    depth: int
    role: UrlRole = "page"
    priority: int = 0
    via_key: str | None = None
    hops: str = ""
    exclude_reason: str | None = None


@dataclass(frozen=True, slots=True)
class UrlRecord:
    """One row of the frontier as the crawl sees it when it leases the URL.

    Epoch seconds (UTC) for `not_before`, `due_at`, `last_fetched_at`. `last_payload_digest` and
    `has_whole_payload` tell whether a conditional request is allowed.
    """

    key: str
    url: str
    origin: str
    depth: int
    role: UrlRole
    priority: int
    via_key: str | None
    via_url: str | None
    hops: str
    state: UrlState
    exclude_reason: str | None = None
    not_before: float = 0.0
    attempts: int = 0
    misses: int = 0
    visits: int = 0
    etag: str | None = None
    last_modified: str | None = None
    last_status: int | None = None
    last_capture_id: str | None = None
    last_payload_digest: str | None = None
    has_whole_payload: bool = False
    last_fetched_at: float | None = None
    last_changed_at: float | None = None
    interval_s: float | None = None
    due_at: float | None = None


@dataclass(frozen=True, slots=True)
class UrlUpdate:
    """The state a URL gets after a visit; fields left None keep their value."""

    state: UrlState
    exclude_reason: str | None = None
    not_before: float | None = None
    attempts: int | None = None
    misses: int | None = None
    visits: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    last_status: int | None = None
    last_fetched_at: float | None = None
    last_changed_at: float | None = None
    interval_s: float | None = None
    due_at: float | None = None


@dataclass(frozen=True, slots=True)
class HostRecord:
    """What is remembered of a host (scheme://host:port) between runs.

    `robots_state` is "ok", "allow_all" (4xx), "unreachable" (429, 5xx, network), or None before
    the first fetch. Epoch seconds throughout.
    """

    origin: str
    next_allowed_at: float = 0.0
    last_duration_s: float | None = None
    errors: int = 0
    robots_state: str | None = None
    robots_body: bytes | None = None
    robots_fetched_at: float | None = None
    robots_expires_at: float | None = None
    crawl_delay_s: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a URL and has no record in the WARC, with its reason."""

    at: datetime
    kind: EventKind
    detail: str
    key: str | None = None


@dataclass(slots=True)
class Exchange:
    """One request and its answer, as bytes on the wire.

    `response` holds the raw answer above TLS as received (status line, headers, chunk framing;
    1xx interim answers cut), of which the first `head_length` bytes are the head. `payload` holds
    the body after transfer decoding (the same file position 0; may be the tape itself from
    `payload_offset` on when the answer was not chunked: then `payload` is None). Headers are
    parsed leniently, names lower-case. `truncated` follows WARC-Truncated ("length", "time",
    "disconnect"). `malformed` lists what was odd on the wire.
    """

    url: str
    started_at: datetime
    duration_s: float
    ip: str | None
    request: bytes
    response: BinaryIO
    response_length: int
    head_length: int
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: BinaryIO | None
    payload_length: int
    payload_digest: str
    is_chunked: bool = False
    truncated: str | None = None
    malformed: tuple[str, ...] = ()
    http_version: str = "1.1"
    reason: str = ""

    def header(self, name: str) -> str | None:
        """Return the first header of that lower-case name, or None."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    def read_payload(self, limit: int | None = None) -> bytes:
        """Read the payload (at most `limit` bytes) from its spooled file."""
        if self.payload is not None:
            self.payload.seek(0)
            return self.payload.read(-1 if limit is None else limit)
        self.response.seek(self.head_length)
        return self.response.read(-1 if limit is None else limit)

    def close(self) -> None:
        """Close the spooled files."""
        self.response.close()
        if self.payload is not None:
            self.payload.close()


@dataclass(frozen=True, slots=True)
class Recording:
    """One visit and all that follows from it: stored as one WARC group and one transaction.

    `exchange` is None when no answer came (network error): then only the frontier changes.
    `links` is None when the page is unchanged and the links of its last capture are reused.
    """

    record: UrlRecord
    exchange: Exchange | None
    update: UrlUpdate
    links: tuple[Link, ...] | None = None
    candidates: tuple[Candidate, ...] = ()
    redirect_to: Candidate | None = None
    events: tuple[Event, ...] = ()
    media_type: str | None = None
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """One URL at one moment, with the place of its record.

    `capture_id` is made from the WARC record id, so that a rebuilt catalogue has the same ids.
    `offset` and `length` are bytes in the (compressed) WARC file. `payload_digest` is
    "sha256:" + hex of the body after transfer decoding; for a revisit that of the payload
    referred to.
    """

    capture_id: str
    url: str
    kind: CaptureKind
    captured_at: datetime
    status: int | None
    media_type: str | None
    payload_digest: str | None
    payload_size: int | None
    warc_file: str
    offset: int
    length: int
    record_id: str
    charset: str | None = None
    content_encoding: str | None = None
    ip: str | None = None
    truncated: str | None = None
    is_malformed: bool = False
    refers_to: str | None = None
    redirect_to: str | None = None


@dataclass(frozen=True, slots=True)
class CrawlStart:
    """What a crawl says of itself when it begins."""

    site: str
    software: str
    user_agent: str
    robots_policy: str
    config: str  # JSON of all settings that shaped the crawl
    started_at: datetime


@dataclass(slots=True)
class CrawlCounts:
    """Outcomes counted while a crawl runs; every visited URL falls into exactly one."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    redirected: int = 0
    missing: int = 0  # 404 and other client errors
    gone: int = 0
    failed: int = 0
    refused_by_robots: int = 0
    excluded: int = 0
    retried: int = 0
    truncated: int = 0
    requests: int = 0
    bytes_received: int = 0


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """How a crawl ended, for the run record and the summary line."""

    crawl_id: str
    site: str
    state: CrawlState
    started_at: datetime
    finished_at: datetime
    counts: CrawlCounts
    reason: str | None = None
    warnings: tuple[str, ...] = ()
    waiting: int = 0  # URLs still queued, for a later run


class CrawlStore(Protocol):
    """What the crawl's loop needs of the corpus. Called by `crawl.loop` only.

    Implemented by `corpus.store`; tests pass an in-memory one. Every method raises StorageError
    when the disk fails and then leaves the last committed state in place.
    """

    def cut_off_at(self) -> float | None:
        """Tell when the last crawl was cut off: its latest visit, in epoch seconds (UTC).

        None when it came to its end, or was killed before it had visited anything. Asked before
        `begin_crawl`.
        """

    def begin_crawl(self, start: CrawlStart) -> str:
        """Open a crawl, return its id; URLs left leased by a killed crawl become queued."""

    def finish_crawl(
        self,
        crawl_id: str,
        state: CrawlState,
        counts: CrawlCounts,
        reason: str | None,
        at: datetime,
    ) -> None:
        """Close the crawl's WARC file (fsync, digest, rename) and write its final state."""

    def add(self, candidates: Sequence[Candidate]) -> int:
        """Insert unknown URLs (queued, or excluded with reason); return how many were new."""

    def revisit(self, site_keys_due_before: float) -> int:
        """Queue idle URLs whose `due_at` has come; return how many."""

    def lease(self, limit: int, now: float, busy_origins: frozenset[str]) -> list[UrlRecord]:
        """Take up to `limit` queued URLs whose time has come, of hosts not in `busy_origins`.

        Order: priority (high first), depth, insertion. One UPDATE … RETURNING.
        """

    def release(self, keys: Sequence[str]) -> None:
        """Give leased URLs back unvisited (stop requested)."""

    def next_queued_at(self) -> float | None:
        """Return when the earliest queued URL may be fetched, or None when none is queued."""

    def url(self, key: str) -> UrlRecord | None:
        """Return one frontier row."""

    def host(self, origin: str) -> HostRecord:
        """Return what is remembered of a host, fresh if unknown."""

    def save_host(self, host: HostRecord) -> None:
        """Remember a host's state; durable before the next request to it matters."""

    def knows_payload(self, digest: str) -> bool:
        """Tell whether a payload is already held whole."""

    def links_of(self, capture_id: str) -> tuple[Link, ...]:
        """Return the links recorded for a capture (or the one it refers to)."""

    def record(self, recordings: Sequence[Recording]) -> list[Capture | None]:
        """Store visits durably: WARC groups, fsync, then one transaction. Order is kept."""

    def note(self, events: Sequence[Event]) -> None:
        """Write events that belong to no recording."""

    def counts_by_state(self) -> dict[str, int]:
        """Count the frontier's rows by state."""


MAX_LINK_BYTES = 20 * 1024**2
"""A larger payload is not read for links: when crawled, when imported, when rebuilt."""


@dataclass(frozen=True, slots=True)
class LinkReading:
    """What the child process read from one payload for the crawl: links, or why none."""

    links: tuple[Link, ...] = ()
    media_type: str | None = None
    charset: str | None = None
    failure: str | None = None
    warnings: tuple[str, ...] = field(default=())
