"""The host's turn and the request: one at a time, at a distance, its times remembered.

Sends through `Fetch` only; decides nothing about URLs.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from archiver.crawl.hosts import Host
from archiver.crawl.politeness import MAX_DELAY_S
from archiver.crawl.ports import Clock, Fetch, Sleep
from archiver.crawl.tally import Tally
from archiver.model import Candidate, CrawlStore, Exchange, UrlRecord

SLICE_S = 0.25
LONGEST_TURN_S = 2 * MAX_DELAY_S

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
class Asker:
    """Ask hosts, each in its turn. `is_stopping` is asked between the steps."""

    store: CrawlStore
    in_store: StoreThread
    fetch: Fetch
    tally: Tally
    clock: Clock
    sleep: Sleep
    jitter: Callable[[], float]
    slots: asyncio.Semaphore
    is_stopping: Callable[[], bool]
    requested: Callable[[int], None]

    def now(self) -> float:
        """Return the present instant in epoch seconds."""
        return self.clock().timestamp()

    async def turn(self, host: Host) -> bool:
        """Wait for the host's next turn; False when a stop came first, or it is far off."""
        while (wait := host.ready_in_s(self.now())) > 0:
            if wait > LONGEST_TURN_S:  # a pause that an earlier run was asked for
                until = host.record.next_allowed_at
                host.close(until, f"{host.record.origin} asks for a pause")
            if self.is_stopping() or host.is_closed(self.now()):
                return False
            await self.sleep(min(wait, SLICE_S))
        return not self.is_stopping()

    async def request(
        self, host: Host, url: str, etag: str | None = None, last_modified: str | None = None
    ) -> Exchange:
        """Send one request; its start and duration set the host's next turn.

        Raises FetchFailure when no answer came.
        """
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

    async def row(self, candidate: Candidate) -> UrlRecord:
        """Return the frontier's row of a URL that is asked for beside the queue."""
        await self.in_store(self.store.add, [candidate])
        row = await self.in_store(self.store.url, candidate.key)
        assert row is not None, "a URL just added is in the frontier"
        return row
