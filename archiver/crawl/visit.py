"""One visit: robots.txt, the host's turn, the request, the decision. Sends through `Fetch` only."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from archiver.coding import CodingError, decoded
from archiver.crawl import robots
from archiver.crawl.frontier import (
    MAX_RETRIES,
    REDIRECTS,
    AnswerFacts,
    Decision,
    after_answer,
    after_failure,
    failed,
    refused,
    set_aside,
    validators,
)
from archiver.crawl.hosts import Host
from archiver.crawl.links import Finder, Visit
from archiver.crawl.politeness import MAX_DELAY_S
from archiver.crawl.ports import EVENT_OF_FAILURE, Clock, FailureKind, Fetch, FetchFailure, Sleep
from archiver.crawl.scope import PRIORITY, Scope
from archiver.crawl.tally import Tally
from archiver.model import (
    Candidate,
    CrawlStore,
    Event,
    Exchange,
    Recording,
    UrlRecord,
    UrlUpdate,
)
from archiver.urls import joined, origin_of

SLICE_S = 0.25
LONGEST_TURN_S = 2 * MAX_DELAY_S
NEVER = float("inf")
MAX_FAILURES_IN_A_ROW = 10
MAX_SPELLINGS = 5  # of one page that redirects from each to the next
MAX_SITEMAPS = 50  # that one robots.txt names

P = ParamSpec("P")
T = TypeVar("T")


class StoreThread:
    """Run store methods one at a time in a worker thread, for the store may wait for the disk."""

    def __init__(self, run: Callable[[Callable[[], object]], Awaitable[object]]) -> None:
        self._run = run

    async def __call__(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call one method; its errors come back here."""
        box: list[T] = []
        await self._run(lambda: box.append(method(*args, **kwargs)))
        return box[0]


@dataclass(slots=True)
class Visitor:
    """Visit leased URLs of one site. `is_stopping` is asked between the steps."""

    store: CrawlStore
    in_store: StoreThread
    fetch: Fetch
    scope: Scope
    finder: Finder
    tally: Tally
    user_agent: str
    profile_delay_s: float | None
    clock: Clock
    sleep: Sleep
    jitter: Callable[[], float]
    slots: asyncio.Semaphore
    is_stopping: Callable[[], bool]
    requested: Callable[[int], None]
    sitemaps: bool = True

    def now(self) -> float:
        """Return the present instant in epoch seconds."""
        return self.clock().timestamp()

    async def visit(self, record: UrlRecord, host: Host) -> Visit | None:
        """Visit a URL; None when it was not its turn: the host is closed, or a stop requested."""
        async with host.lock:
            has_rules = await self._has_rules(host)
            at = self.clock()
            now = at.timestamp()
            if host.hopeless is not None:
                return Visit(record, None, _given_up(record, host.hopeless, now), at)
            if not has_rules:
                return None
            if record.role == "robots":
                return Visit(record, None, set_aside(), at)
            reason = self.scope.still_out(record)
            if reason is not None:
                return Visit(record, None, refused(record, reason, now, "out_of_scope"), at)
            if host.rules.forbids(record.url):
                reason = "robots.txt forbids it"
                decision = refused(record, reason, now, "robots_denied", "refused_by_robots")
                return Visit(record, None, decision, at)
            if host.ready_in_s(now) > 0 and not await self._turn(host):
                return None
            return None if self.is_stopping() else await self._ask(record, host)

    async def _ask(self, record: UrlRecord, host: Host) -> Visit | None:
        """Ask for a URL, and for other spellings of it that it redirects to."""
        etag, last_modified = validators(record)
        asked = [record.url]
        while True:
            try:
                exchange = await self._request(host, asked[-1], etag, last_modified)
            except FetchFailure as failure:
                return self._unanswered(record, host, failure)
            spelling = self._other_spelling(record, exchange, host)
            if spelling is None or spelling in asked or len(asked) == MAX_SPELLINGS:
                return await self._answered(record, host, exchange, bool(etag or last_modified))
            try:
                hop = Recording(record, exchange, UrlUpdate(state=record.state), links=())
                await self.in_store(self.store.record, [hop])
            finally:
                exchange.close()
            asked.append(spelling)
            if not await self._turn(host):
                return None

    def _other_spelling(self, record: UrlRecord, exchange: Exchange, host: Host) -> str | None:
        """Return where the same page is to be had: with parameters reordered, with a session's id.

        Its key is the same, so as a URL of its own it would count as fetched already.
        """
        target = self.finder.target_of(exchange, record)
        if target is None or target.key != record.key or target.exclude_reason is not None:
            return None
        return None if host.rules.forbids(target.url) else target.url

    def _unanswered(self, record: UrlRecord, host: Host, failure: FetchFailure) -> Visit:
        decision = after_failure(
            record,
            failure.kind,
            failure.detail,
            self.now(),
            profile_delay_s=self.profile_delay_s,
        )
        if failure.kind != "blocked_address":
            self._count_failure(host, failure)
        return Visit(record, None, decision, self.clock())

    async def _answered(
        self, record: UrlRecord, host: Host, exchange: Exchange, was_conditional: bool
    ) -> Visit:
        host.failures = 0
        now = self.now()
        decision = after_answer(
            record,
            AnswerFacts(
                status=exchange.status,
                payload_digest=exchange.payload_digest,
                truncated=exchange.truncated,
                etag=exchange.header("etag"),
                last_modified=exchange.header("last-modified"),
                retry_after=exchange.header("retry-after"),
                was_conditional=was_conditional,
            ),
            now,
            refusals=host.refusals,
            profile_delay_s=self.profile_delay_s,
        )
        if decision.host_pause_s is None:
            host.refusals = 0
        else:
            host.refusals += 1
            host.pause(now + decision.host_pause_s, f"{host.record.origin} asks for a pause")
            await self.in_store(self.store.save_host, host.record)
        return Visit(record, exchange, decision, exchange.started_at, is_urgent=host.has_delay)

    def _count_failure(self, host: Host, failure: FetchFailure) -> None:
        """Leave a host alone for this run when it only ever fails."""
        host.failures += 1
        if host.failures >= MAX_FAILURES_IN_A_ROW:
            because = f"{failure.detail}, {host.failures} times in a row"
            host.close(NEVER, because)

    async def _request(
        self, host: Host, url: str, etag: str | None = None, last_modified: str | None = None
    ) -> Exchange:
        """Send one request; its start and duration set the host's next turn."""
        has_delay = host.has_delay
        if has_delay:
            # Durable before the request: a crawl killed meanwhile still keeps its distance.
            host.asked(self.now(), self.jitter())
            await self.in_store(self.store.save_host, host.record)
        duration_s: float | None = None
        async with self.slots:
            self.requested(1)
            try:
                exchange = await self.fetch(url, etag=etag, last_modified=last_modified)
                duration_s = exchange.duration_s
            finally:
                self.requested(-1)
                if has_delay:
                    host.asked(self.now(), self.jitter(), duration_s)
        if has_delay:
            await self.in_store(self.store.save_host, host.record)
        self.tally.requested(exchange)
        return exchange

    async def _turn(self, host: Host) -> bool:
        """Wait for the host's next turn; False when a stop came first, or it is far off."""
        while (wait := host.ready_in_s(self.now())) > 0:
            if wait > LONGEST_TURN_S:  # a pause that an earlier run was asked for
                until = host.record.next_allowed_at
                host.close(until, f"{host.record.origin} asks for a pause")
            if self.is_stopping() or host.is_closed(self.now()):
                return False
            await self.sleep(min(wait, SLICE_S))
        return not self.is_stopping()

    async def _has_rules(self, host: Host) -> bool:
        """Make sure that robots.txt is known and fresh; False while the host is closed."""
        now = self.now()
        if host.is_closed(now) or host.hopeless is not None:
            return False
        if robots.must_fetch(host.record, now):
            if not await self._turn(host):
                return False
            await self._ask_robots(host)
            now = self.now()
            return not robots.is_closed(host.record, now) and not host.is_closed(now)
        if robots.is_closed(host.record, now):
            host.close(
                host.record.robots_expires_at or NEVER,
                f"{host.record.origin}: robots.txt was not to be had; the host is closed for now",
            )
            return False
        return True

    async def _ask_robots(self, host: Host) -> None:
        origin = host.record.origin
        url = robots.robots_url(origin)
        record = await self._row(
            Candidate(
                key=self.scope.key_of(url),
                url=url,
                depth=0,
                role="robots",
                priority=PRIORITY["robots"],
            )
        )
        answer = await self._follow(host, record)
        outcome = robots.after_answer(
            host.record, answer, self.now(), self.user_agent, profile_delay_s=self.profile_delay_s
        )
        host.set_robots(outcome.host)
        host.asked(self.now(), self.jitter())  # its Crawl-delay counts from now on
        at = self.clock()
        events = tuple(Event(at, kind, detail, record.key) for kind, detail in outcome.notes)
        for _, detail in outcome.notes:
            self.tally.warnings[f"{origin}: {detail}"] = None
        await self.in_store(self.store.note, events)
        if self.sitemaps and outcome.retry_in_s is None:
            await self.in_store(self.store.add, self._sitemaps(host, record))
        await self.in_store(self.store.save_host, host.record)
        if outcome.retry_in_s is None:
            host.failures = 0
        elif robots.is_closed(host.record, self.now()):
            self._close(host, answer, outcome)

    def _close(
        self, host: Host, answer: robots.RobotsAnswer, outcome: robots.RobotsOutcome
    ) -> None:
        """Leave a host alone that gave no robots.txt: until later, or for the whole run."""
        assert outcome.retry_in_s is not None
        host.failures += 1
        if answer.status is None and (answer.is_final or host.failures > MAX_RETRIES):
            host.hopeless = (answer.kind, answer.detail)
            return
        host.close(self.now() + outcome.retry_in_s, f"{host.record.origin}: {outcome.notes[0][1]}")

    async def _follow(self, host: Host, record: UrlRecord) -> robots.RobotsAnswer:
        """Fetch robots.txt and up to five redirects, each recorded as a capture of its own."""
        chain = [record]
        while True:
            record = chain[-1]
            try:
                exchange = await self._request(host, record.url)
            except FetchFailure as failure:
                await self._record_robots(record, None, None, failure)
                return robots.RobotsAnswer(
                    None,
                    detail=failure.detail,
                    kind=failure.kind,
                    is_final=failure.kind in {"dns", "blocked_address", "tls"},
                )
            try:
                answer, target = self._robots_answer(exchange, chain)
                await self._record_robots(record, exchange, target, None)
            finally:
                exchange.close()
            if target is None:
                return answer
            chain.append(await self._row(target))
            await self._turn(host)

    def _robots_answer(
        self, exchange: Exchange, chain: Sequence[UrlRecord]
    ) -> tuple[robots.RobotsAnswer, Candidate | None]:
        if exchange.status not in REDIRECTS:
            body = exchange.read_payload(robots.MAX_BYTES)
            # A number that cannot stand here says nothing about the rules: as unreachable.
            status = 500 if exchange.status < 200 or exchange.status == 304 else exchange.status
            detail = f"robots.txt answers {status}"
            try:
                body = decoded(body, exchange.header("content-encoding"), limit=robots.MAX_BYTES)
            except CodingError as error:
                if 200 <= status < 300:  # rules there are, and none of them can be read
                    status, detail = 500, f"robots.txt: {error}"
            return robots.RobotsAnswer(
                status,
                body,
                detail=detail,
                retry_after=exchange.header("retry-after"),
                is_lost=300 <= status < 400,
            ), None
        lost = robots.RobotsAnswer(
            404, detail="robots.txt redirects in circles or to nowhere", is_lost=True
        )
        target = self.finder.target_of(exchange, chain[-1])
        if target is None or len(chain) > robots.MAX_REDIRECTS:
            return lost, None
        if any(target.key == record.key for record in chain):
            return lost, None
        return lost, target

    async def _record_robots(
        self,
        record: UrlRecord,
        exchange: Exchange | None,
        target: Candidate | None,
        failure: FetchFailure | None,
    ) -> None:
        now = self.clock()
        # A hop that is also a page of the site stays in the queue for its links.
        state = "idle" if record.role == "robots" else record.state
        update = UrlUpdate(state=state, visits=record.visits + 1, last_fetched_at=now.timestamp())
        events: tuple[Event, ...] = ()
        if failure is not None:
            update = UrlUpdate(state=state)
            events = (Event(now, EVENT_OF_FAILURE[failure.kind], failure.detail, record.key),)
        recording = Recording(
            record=record,
            exchange=exchange,
            update=update,
            links=(),
            redirect_to=target,
            events=events,
        )
        await self.in_store(self.store.record, [recording])

    async def _row(self, candidate: Candidate) -> UrlRecord:
        await self.in_store(self.store.add, [candidate])
        row = await self.in_store(self.store.url, candidate.key)
        assert row is not None, "a URL just added is in the frontier"
        return row

    def _sitemaps(self, host: Host, record: UrlRecord) -> list[Candidate]:
        """Name the sitemaps to fetch: those robots.txt lists, else the usual place."""
        named = list(host.rules.sitemaps)
        if not named and origin_of(record.url) in self.seed_origins:
            named = ["/sitemap.xml"]
        urls = [joined(record.url, url) for url in named[:MAX_SITEMAPS]]
        found = [self.scope.sitemap(url, record) for url in urls if url is not None]
        return self.finder.admit([candidate for candidate in found if candidate is not None])[0]

    @property
    def seed_origins(self) -> frozenset[str]:
        """Origins of the seeds."""
        return frozenset(origin_of(seed.url) for seed in self.tally.seeds.values())


def _given_up(record: UrlRecord, hopeless: tuple[FailureKind, str], now: float) -> Decision:
    kind, detail = hopeless
    if kind == "blocked_address":
        return refused(record, detail, now, "blocked_address")
    return failed(record, detail, now, EVENT_OF_FAILURE[kind])
