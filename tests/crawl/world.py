"""A small world to crawl in: a store in memory, a scripted fetch, a clock that sleeping moves."""

import asyncio
import hashlib
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from archiver.crawl import CrawlOptions, FetchFailure, Surroundings, crawl
from archiver.crawl.ports import FailureKind
from archiver.model import (
    Candidate,
    Capture,
    CrawlCounts,
    CrawlReport,
    CrawlStart,
    CrawlState,
    Event,
    Exchange,
    HostRecord,
    Link,
    LinkReading,
    Recording,
    UrlRecord,
)
from archiver.sites.profile import Politeness, Scope, SiteProfile
from archiver.urls import origin_of, url_key

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOME = "http://forum.example/"
_HREF = re.compile(rb'<a href="([^"]*)">([^<]*)</a>')


class Clock:
    """A clock that stands still until somebody sleeps."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class MemoryStore:
    """The frontier and the captures as plain dictionaries; the contract in its shortest form."""

    def __init__(self) -> None:
        self.rows: dict[str, UrlRecord] = {}
        self.hosts: dict[str, HostRecord] = {}
        self.captures: list[Capture] = []
        self.bytes_of: dict[str, bytes] = {}
        self.links: dict[str, tuple[Link, ...]] = {}
        self.events: list[Event] = []
        self.batches: list[int] = []
        self.start: CrawlStart | None = None
        self.finished: tuple[CrawlState, str | None] | None = None
        self._decided: set[str] = set()

    def cut_off_at(self) -> float | None:
        if self.start is None or self.finished is not None:
            return None
        began_at = self.start.started_at.timestamp()
        visits = [row.last_fetched_at for row in self.rows.values() if row.last_fetched_at]
        return max((each for each in visits if each >= began_at), default=None)

    def begin_crawl(self, start: CrawlStart) -> str:
        self.start, self.finished, self._decided = start, None, set()
        for key, row in self.rows.items():
            if row.state == "leased":
                self.rows[key] = replace(row, state="queued")
        return "crawl-1"

    def finish_crawl(
        self,
        crawl_id: str,
        state: CrawlState,
        counts: CrawlCounts,
        reason: str | None,
        at: datetime,
    ) -> None:
        self.finished = (state, reason)

    def add(self, candidates: Sequence[Candidate]) -> int:
        before = len(self.rows)
        for candidate in candidates:
            self._meet(candidate)
        return len(self.rows) - before

    def _meet(self, candidate: Candidate) -> None:
        row = self.rows.get(candidate.key)
        is_out = candidate.exclude_reason is not None
        if row is not None:
            if row.state == "excluded" and not is_out and candidate.key not in self._decided:
                self.rows[candidate.key] = replace(row, state="queued", exclude_reason=None)
            return
        via = self.rows.get(candidate.via_key or "")
        self._decided.add(candidate.key)
        self.rows[candidate.key] = UrlRecord(
            key=candidate.key,
            url=candidate.url,
            origin=origin_of(candidate.url),
            depth=candidate.depth,
            role=candidate.role,
            priority=candidate.priority,
            via_key=candidate.via_key,
            via_url=via.url if via else None,
            hops=candidate.hops,
            state="excluded" if is_out else "queued",
            exclude_reason=candidate.exclude_reason,
        )

    def revisit(self, site_keys_due_before: float) -> int:
        due = [
            key
            for key, row in self.rows.items()
            if row.state == "idle" and row.due_at is not None and row.due_at <= site_keys_due_before
        ]
        for key in due:
            self.rows[key] = replace(self.rows[key], state="queued", not_before=0.0, attempts=0)
        return len(due)

    def lease(self, limit: int, now: float, busy_origins: frozenset[str]) -> list[UrlRecord]:
        ready = [
            row
            for row in self.rows.values()
            if row.state == "queued" and row.not_before <= now and row.origin not in busy_origins
        ]
        ready.sort(key=lambda row: (-row.priority, row.depth))
        leased = [replace(row, state="leased") for row in ready[:limit]]
        self.rows.update({row.key: row for row in leased})
        return leased

    def release(self, keys: Sequence[str]) -> None:
        for key in keys:
            if self.rows[key].state == "leased":
                self.rows[key] = replace(self.rows[key], state="queued")

    def next_queued_at(self) -> float | None:
        return min(
            (row.not_before for row in self.rows.values() if row.state == "queued"), default=None
        )

    def url(self, key: str) -> UrlRecord | None:
        return self.rows.get(key)

    def host(self, origin: str) -> HostRecord:
        return self.hosts.get(origin, HostRecord(origin))

    def save_host(self, host: HostRecord) -> None:
        self.hosts[host.origin] = host

    def knows_payload(self, digest: str) -> bool:
        return any(capture.payload_digest == digest for capture in self.captures)

    def links_of(self, capture_id: str) -> tuple[Link, ...]:
        return self.links.get(capture_id, ())

    def record(self, recordings: Sequence[Recording]) -> list[Capture | None]:
        self.batches.append(len(recordings))
        return [self._record(recording) for recording in recordings]

    def _record(self, recording: Recording) -> Capture | None:
        key = recording.record.key
        row = self.rows[key]
        for candidate in recording.candidates:
            self._meet(candidate)
        if recording.redirect_to is not None:
            self._meet(recording.redirect_to)
        changes = {
            name: value
            for name in recording.update.__slots__
            if (value := getattr(recording.update, name)) is not None
        }
        if recording.update.state != "excluded":
            changes["exclude_reason"] = None
        self._decided.add(key)
        row = replace(row, **changes)
        capture = None
        if recording.exchange is not None:
            capture = self._capture(recording, recording.exchange)
            is_whole = 200 <= recording.exchange.status < 300 and not recording.exchange.truncated
            row = replace(row, last_capture_id=capture.capture_id)
            if is_whole:
                digest = recording.exchange.payload_digest
                row = replace(row, last_payload_digest=digest, has_whole_payload=True)
        self.rows[key] = row
        self.events += recording.events
        return capture

    def _capture(self, recording: Recording, exchange: Exchange) -> Capture:
        number = f"c{len(self.captures) + 1}"
        exchange.response.seek(0)
        self.bytes_of[number] = exchange.response.read()
        before = recording.record.last_capture_id
        links = recording.links
        self.links[number] = self.links.get(before or "", ()) if links is None else links
        capture = Capture(
            capture_id=number,
            url=exchange.url,
            kind="revisit_304" if exchange.status == 304 else "response",
            captured_at=exchange.started_at,
            status=exchange.status,
            media_type=recording.media_type,
            payload_digest=exchange.payload_digest,
            payload_size=exchange.payload_length,
            warc_file="memory",
            offset=0,
            length=exchange.response_length,
            record_id=number,
            truncated=exchange.truncated,
        )
        self.captures.append(capture)
        return capture

    def note(self, events: Sequence[Event]) -> None:
        self.events += events

    def counts_by_state(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for row in self.rows.values():
            counts[row.state] = counts.get(row.state, 0) + 1
        return counts

    def urls(self, *states: str) -> list[str]:
        """Return the URLs in these states, sorted."""
        return sorted(row.url for row in self.rows.values() if row.state in states)

    def notes(self, kind: str) -> list[str]:
        """Return what was noted under a kind."""
        return [event.detail for event in self.events if event.kind == kind]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the scripted fetch answers: a status with headers and body, or a failure."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("content-type", "text/html"),)
    failure: FailureKind | None = None
    duration_s: float = 0.1
    truncated: str | None = None


def page(*links: str, text: str = "Sitzung") -> Answer:
    """Make a page with links."""
    return Answer(body=_html(links, text))


def tagged(*links: str, text: str = "Sitzung") -> Answer:
    """Make a page with links and an ETag, for conditional requests."""
    body = _html(links, text)
    etag = f'"{hashlib.sha256(body).hexdigest()[:8]}"'
    return Answer(body=body, headers=(("content-type", "text/html"), ("etag", etag)))


def _html(links: Sequence[str], text: str) -> bytes:
    anchors = "".join(f'<a href="{link}">{link}</a>' for link in links)
    return f"<html><body><p>{text}</p>{anchors}</body></html>".encode()


def moved(to: str, status: int = 302) -> Answer:
    """Make a redirect."""
    return Answer(status=status, headers=(("location", to),))


def fails(kind: FailureKind) -> Answer:
    """Make a failure."""
    return Answer(failure=kind)


MISSING = Answer(status=404, body=b"not here")
Script = dict[str, "Answer | list[Answer]"]


@dataclass(slots=True)
class ScriptedFetch:
    """Answer from a script: a list is used up one by one, its last entry stays.

    URLs that are not in the script answer 404. A matching ETag answers 304.
    """

    script: Script
    clock: Clock
    asked: list[str] = field(default_factory=list)
    asked_at: list[float] = field(default_factory=list)
    conditional: list[str] = field(default_factory=list)
    before: Callable[[str], None] | None = None
    under_way: int = 0
    most_under_way: int = 0

    async def __call__(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Exchange:
        self.asked.append(url)
        self.asked_at.append(self.clock().timestamp())
        if etag or last_modified:
            self.conditional.append(url)
        if self.before is not None:
            self.before(url)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        entry = self.script.get(url, MISSING)
        answer = entry
        if isinstance(entry, list):
            answer = entry.pop(0) if len(entry) > 1 else entry[0]
        assert isinstance(answer, Answer)
        if answer.failure is not None:
            raise FetchFailure(answer.failure, f"scripted {answer.failure}")
        if etag is not None and ("etag", etag) in answer.headers:
            answer = replace(answer, status=304, body=b"")
        return exchange_of(url, answer, self.clock())

    async def aclose(self) -> None:
        """Nothing to close."""


def exchange_of(url: str, answer: Answer, at: datetime) -> Exchange:
    """Make the exchange of an answer as a real fetch would."""
    lines = [f"HTTP/1.1 {answer.status} Scripted"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode()
    return Exchange(
        url=url,
        started_at=at,
        duration_s=answer.duration_s,
        ip="203.0.113.7",
        request=b"GET / HTTP/1.1\r\n\r\n",
        response=io.BytesIO(head + answer.body),
        response_length=len(head) + len(answer.body),
        head_length=len(head),
        status=answer.status,
        headers=answer.headers,
        payload=None,
        payload_length=len(answer.body),
        payload_digest=f"sha256:{hashlib.sha256(answer.body).hexdigest()}",
        truncated=answer.truncated,
    )


def read_links(payload: bytes, content_type: str | None, url: str) -> LinkReading:
    """Read the links of the world's own simple pages."""
    from urllib.parse import urljoin

    links = tuple(
        Link(urljoin(url, href.decode()), text.decode(), "", position)
        for position, (href, text) in enumerate(_HREF.findall(payload))
    )
    media_type = "application/pdf" if payload.startswith(b"%PDF-") else "text/html"
    return LinkReading(links=links, media_type=media_type, charset="utf-8")


def site(*seeds: str, delay: float | None = 0.0, **scope: object) -> SiteProfile:
    """Make a profile."""
    return SiteProfile(
        name="forum",
        seeds=seeds or (HOME,),
        scope=Scope(**scope),  # type: ignore[arg-type]
        politeness=Politeness(delay=delay),
    )


@dataclass(slots=True)
class World:
    """Everything a test needs to let one site be crawled, again and again."""

    script: Script
    profile: SiteProfile = field(default_factory=site)
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: Clock = field(default_factory=Clock)
    options: CrawlOptions = field(default_factory=CrawlOptions)
    fetch: ScriptedFetch = field(init=False)
    around: Surroundings = field(init=False)

    def __post_init__(self) -> None:
        self.fetch = ScriptedFetch(self.script, self.clock)
        self.around = Surroundings(
            user_agent="archiver-test/1 (+http://forum.example/bot)",
            software="archiver 0",
            read_links=read_links,
            options=self.options,
            clock=self.clock,
            sleep=self.clock.sleep,
            jitter=lambda: 0.0,
            monotonic=lambda: self.clock().timestamp(),
        )

    def crawl(self, **changes: object) -> CrawlReport:
        """Run the crawl once; `changes` replace options for this run."""
        around = self.around
        if changes:
            around = replace(around, options=replace(self.options, **changes))  # type: ignore[arg-type]
        self.fetch.asked.clear()
        self.fetch.asked_at.clear()
        self.fetch.conditional.clear()
        return crawl(self.profile, self.store, around, fetch=self.fetch)

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.at += timedelta(**by)

    def row(self, url: str) -> UrlRecord:
        """Return the frontier's row of a URL."""
        return self.store.rows[url_key(url)]
