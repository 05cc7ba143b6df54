"""One run over one site: its tasks – lanes, reading, recording – and how they end.

Decides nothing about URLs; the steps are told in `loop`.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from time import monotonic

from archiver.codec import to_json
from archiver.crawl import robots
from archiver.crawl.asking import Asker, StoreThread
from archiver.crawl.hosts import NEVER, Host
from archiver.crawl.links import Finder, Visit, must_read
from archiver.crawl.ports import CrawlProgress
from archiver.crawl.reading import Reading
from archiver.crawl.recorder import Recorder, Visited
from archiver.crawl.rules import RulesKeeper
from archiver.crawl.scope import Scope
from archiver.crawl.surroundings import SiteCrawl, Surroundings, http_fetch
from archiver.crawl.tally import SeedState, Tally
from archiver.crawl.visit import Visitor
from archiver.errors import ConfigError, StorageError
from archiver.model import (
    Candidate,
    CrawlReport,
    CrawlStart,
    Recording,
    UrlRecord,
    UrlUpdate,
)
from archiver.urls import is_web_url

LEASE_FAST = 128
LEASE_POLITE = 8
POLL_S = 0.2
DRY_S = 1.0
RESUME_WINDOW_S = 12 * 3600.0


_Lane = deque[UrlRecord]
"""The leased URLs of one host, visited one after the other."""


class Run:
    """One crawl of one site: its tasks and what they share."""

    def __init__(
        self,
        crawl: SiteCrawl,
        around: Surroundings,
        hosts: dict[str, Host],
        slots: asyncio.Semaphore,
        store_thread: ThreadPoolExecutor,
        read_thread: ThreadPoolExecutor,
    ) -> None:
        self._site = crawl.site
        self._store = crawl.store
        self._around = around
        self._options = around.options
        self._hosts = hosts
        self._lease = LEASE_FAST if crawl.site.politeness.delay == 0 else LEASE_POLITE
        loop = asyncio.get_running_loop()
        self._in_store = StoreThread(lambda work: loop.run_in_executor(store_thread, work))
        self._scope = Scope(crawl.site)
        self._finder = Finder(self._scope)
        self._tally = Tally()
        self._fetch = crawl.fetch or http_fetch(crawl.site, around)
        asker = Asker(
            store=crawl.store,
            in_store=self._in_store,
            fetch=self._fetch,
            tally=self._tally,
            clock=around.clock,
            sleep=around.sleep,
            jitter=around.jitter,
            slots=slots,
            is_stopping=self._is_stopping,
            requested=self._count_requests,
        )
        delay = crawl.site.politeness.delay
        sitemaps = around.options.sitemaps
        rules = RulesKeeper(
            asker, self._scope, self._finder, around.user_agent, delay, sitemaps=sitemaps
        )
        self._visitor = Visitor(asker, rules, self._scope, self._finder, delay)
        self._recorder = Recorder(self._record, self._recorded, self._is_idle)
        self._lanes: dict[str, _Lane] = {}
        self._lane_tasks: set[asyncio.Task[None]] = set()
        self._reading = Reading(
            store=crawl.store,
            in_store=self._in_store,
            finder=self._finder,
            read_links=around.read_links,
            thread=read_thread,
            most_urls=crawl.site.scope.max_urls,
            hand_on=self._add,
            is_more_coming=lambda: self._requests > 0,
            done=self._recorder.look,
        )
        self._requests = 0
        self._dry_until = 0.0
        self._wake = asyncio.Event()
        self._limit: str | None = None
        self._is_stopped = False
        self._deadline = around.monotonic() + (self._options.time_limit_s or NEVER)
        self._origins: set[str] = set()
        self._retries_at: list[float] = []

    async def run(self) -> CrawlReport:
        """Crawl until nothing is left to do, and report."""
        started_at = self._around.clock()
        if not self._site.seeds:
            raise ConfigError(f"site {self._site.name!r} has no seeds")
        start = CrawlStart(
            site=self._site.name,
            software=self._around.software,
            user_agent=self._around.user_agent,
            robots_policy=robots.POLICY,
            config=to_json({"site": self._site, "options": self._options}).decode(),
            started_at=started_at,
        )
        cut_off_at = await self._in_store(self._store.cut_off_at)
        crawl_id = await self._in_store(self._store.begin_crawl, start)
        try:
            await self._prepare(cut_off_at)
            async with asyncio.TaskGroup() as group:
                recording = group.create_task(self._recorder.run())
                reading = group.create_task(self._reading.run())
                await self._schedule(group)
                await self._drain()
                self._recorder.finish()
                reading.cancel()
                await recording
            await self._settle()
        except BaseExceptionGroup as errors:
            raise first_of(errors) from None
        finally:
            self._reading.drop()
            await self._fetch.aclose()
        return await self._finish(crawl_id, started_at)

    # -- beginning and end

    async def _prepare(self, cut_off_at: float | None) -> None:
        """Add the seeds, queue what is due. A run that was killed is first brought to its end."""
        counts = await self._in_store(self._store.counts_by_state)
        self._tally.known_at_start = counts.get("idle", 0)
        queued_at = await self._in_store(self._store.next_queued_at)
        is_resuming = queued_at is not None and queued_at <= self._now()
        if cut_off_at is not None and cut_off_at > self._now() - RESUME_WINDOW_S:
            is_resuming = True  # killed behind its last page, or while it waited
        seeds: list[Candidate] = []
        for seed in self._site.seeds:
            if is_web_url(seed):
                candidate = self._scope.seed(seed)
                seeds.append(candidate)
                state = SeedState(candidate.url, trouble=candidate.exclude_reason)
                self._tally.seeds[candidate.key] = state
            else:
                self._tally.seeds[seed] = SeedState(seed, trouble="is not an http or https URL")
        self._finder.admit(seeds)
        await self._in_store(self._store.add, seeds)
        due_before = self._now()
        if is_resuming:  # what the killed run has visited is not visited again
            due_before -= RESUME_WINDOW_S
        elif self._options.revisit == "all":
            due_before = NEVER
        await self._in_store(self._store.revisit, due_before)
        for key, state in self._tally.seeds.items():
            row = await self._in_store(self._store.url, key)
            if row is not None and row.state == "idle" and row.last_fetched_at is not None:
                state.is_fetched = True  # by the run that was killed
        await self._reading.count_urls()

    async def _drain(self) -> None:
        """Let requests under way end, and what they brought be read."""
        if self._lane_tasks:
            _, late = await asyncio.wait(
                self._lane_tasks,
                timeout=self._options.stop_grace_s if self._is_stopping() else None,
            )
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        await self._reading.join()

    async def _settle(self) -> None:
        """Mark what vanished, unless too much did; let seeds be asked at once next time."""
        marks: list[Recording] = []
        if self._options.accept_gone or not self._tally.is_relaunched:
            marks = self._tally.marks()
        now = self._now()
        for key in self._tally.seeds:
            row = await self._in_store(self._store.url, key)
            if row is not None and row.state == "queued" and row.attempts:
                update = UrlUpdate(state="idle", attempts=0, not_before=0.0, due_at=now)
                marks.append(Recording(record=row, exchange=None, update=update))
        if marks:
            await self._in_store(self._store.record, marks)
        await self._in_store(self._store.add, self._finder.too_deep())

    async def _finish(self, crawl_id: str, started_at: datetime) -> CrawlReport:
        now = self._now()
        counts = await self._in_store(self._store.counts_by_state)
        waiting = counts.get("queued", 0)
        own = [self._hosts[origin] for origin in sorted(self._origins)]
        closed = [host.closed_because for host in own if host.is_closed(now)]
        ending = self._tally.ending(
            is_stopped=self._is_stopped,
            limit=self._limit or self._reading.url_limit,
            accept_gone=self._options.accept_gone,
            waiting=waiting,
            closed=[because for because in closed if because],
        )
        finished_at = self._around.clock()
        await self._in_store(
            self._store.finish_crawl,
            crawl_id,
            ending.state,
            self._tally.counts,
            ending.reason,
            finished_at,
        )
        return CrawlReport(
            crawl_id=crawl_id,
            site=self._site.name,
            state=ending.state,
            started_at=started_at,
            finished_at=finished_at,
            counts=self._tally.counts,
            reason=ending.reason,
            warnings=tuple(self._tally.warnings),
            waiting=waiting,
        )

    # -- leasing and lanes

    async def _schedule(self, group: asyncio.TaskGroup) -> None:
        """Keep the lanes supplied until the frontier is dry, a stop or a limit."""
        while not self._is_stopping():
            self._wake.clear()
            if await self._supply(group):
                continue
            if self._lanes or not self._is_idle() or not self._recorder.is_empty:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await self._wake.wait()
            elif not await self._wait_for_due():
                return

    def _is_supply_due(self) -> bool:
        held = sum([len(lane) for lane in self._lanes.values()])
        return held < self._lease // 2 and monotonic() >= self._dry_until

    async def _supply(self, group: asyncio.TaskGroup) -> bool:
        """Lease URLs when the lanes run low; tell whether any came."""
        if not self._is_supply_due():
            return False
        limit = self._lease
        now = self._now()
        busy = {origin for origin, host in self._hosts.items() if host.is_closed(now)}
        busy |= {origin for origin, lane in self._lanes.items() if len(lane) > limit // 4}
        leased = await self._in_store(self._store.lease, limit, now, frozenset(busy))
        if len(leased) < limit:  # nothing more before the next commit, or before its time
            self._dry_until = monotonic() + DRY_S
        for record in leased:
            lane = self._lanes.get(record.origin)
            if lane is None:
                lane = self._lanes[record.origin] = _Lane()
                task = group.create_task(self._drive(record.origin, lane))
                self._lane_tasks.add(task)
                task.add_done_callback(self._lane_tasks.discard)
            lane.append(record)
        return bool(leased)

    async def _drive(self, origin: str, lane: _Lane) -> None:
        """Visit the URLs of one host until none is left, the host closes, or a stop."""
        try:
            host = await self._host(origin)
            while lane and not self._is_stopping():
                await self._recorder.room()
                visit = await self._visitor.visit(lane[0], host)
                if visit is None:
                    break
                lane.popleft()
                if self._is_supply_due():
                    self._wake.set()
                if must_read(visit) or visit.decision.keeps_links:
                    await self._reading.put(visit)
                else:
                    self._add(visit, self._finder.recording(visit, None, None))
        finally:
            del self._lanes[origin]
            if lane:
                with suppress(StorageError):  # a killed crawl's leases are given back anyway
                    await self._give_back(origin, lane)
            self._dry_until = 0.0
            self._wake.set()
            self._recorder.look()

    async def _give_back(self, origin: str, lane: _Lane) -> None:
        """Queue again what was leased and not visited; until the host opens, if that is known."""
        host = self._hosts.get(origin)
        if host is None or not host.is_closed(self._now()) or host.closed_until == NEVER:
            await self._in_store(self._store.release, [record.key for record in lane])
            return
        update = UrlUpdate(state="queued", not_before=host.closed_until)
        waiting = [Recording(record=each, exchange=None, update=update) for each in lane]
        await self._in_store(self._store.record, waiting)

    async def _host(self, origin: str) -> Host:
        host = self._hosts.get(origin)
        if host is None:
            record = await self._in_store(self._store.host, origin)
            host = self._hosts.setdefault(
                origin,
                Host(
                    record,
                    user_agent=self._around.user_agent,
                    profile_delay_s=self._site.politeness.delay,
                ),
            )
        self._origins.add(origin)
        return host

    async def _wait_for_due(self) -> bool:
        """Wait until something may be fetched; False when nothing is, or too far ahead."""
        queued_at = await self._in_store(self._store.next_queued_at)
        if queued_at is None:
            return False
        now = self._now()
        self._retries_at = [each for each in self._retries_at if each > now]
        closures = [self._hosts[origin].closed_until for origin in self._origins]
        moments = [each for each in (*closures, *self._retries_at, queued_at) if each > now]
        options = self._options
        patience = options.patience_s if self._tally.has_fetched else options.first_patience_s
        wait = min(moments, default=now) - now
        if wait > patience:
            return False
        until = now + wait
        while (left := until - self._now()) > 0 and not self._is_stopping():
            await self._around.sleep(min(left, POLL_S))
        self._dry_until = 0.0
        return True

    # -- recording

    def _add(self, visit: Visit, recording: Recording) -> None:
        self._recorder.add(recording, visit.decision, is_urgent=visit.is_urgent)

    async def _record(self, recordings: Sequence[Recording]) -> None:
        await self._in_store(self._store.record, recordings)

    def _recorded(self, batch: Sequence[Visited]) -> None:
        for recording, decision in batch:
            self._tally.visited(recording, decision)
            if decision.outcome == "retried" and decision.update.not_before is not None:
                self._retries_at.append(decision.update.not_before)
        if self._tally.counts.bytes_received >= self._site.scope.max_bytes:
            self._limit = f"{self._site.scope.max_bytes} bytes received (scope.max_bytes)"
        if self._around.on_progress is not None:
            known, url = self._reading.known_urls, batch[-1][0].record.url
            progress = CrawlProgress(self._site.name, self._tally.counts, known, url)
            self._around.on_progress(progress)
        self._dry_until = 0.0
        self._wake.set()

    # -- asked by the others

    def _now(self) -> float:
        return self._around.clock().timestamp()

    def _is_stopping(self) -> bool:
        if self._around.stop.is_set():
            self._is_stopped = True
        elif self._limit is None and self._around.monotonic() > self._deadline:
            self._limit = f"time limit of {self._options.time_limit_s:g} s reached"
        return self._is_stopped or self._limit is not None

    def _is_idle(self) -> bool:
        return not self._requests and self._reading.is_idle

    def _count_requests(self, change: int) -> None:
        self._requests += change


def first_of(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the error that made a group of tasks end."""
    first = errors.exceptions[0]
    return first_of(first) if isinstance(first, BaseExceptionGroup) else first
