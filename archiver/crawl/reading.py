"""Read fetched payloads a few at a time beside the crawl, and hand on what they said.

Asks the child process from a thread, so that the next request is on the wire meanwhile. Decides
nothing about URLs.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from archiver.crawl.asking import StoreThread
from archiver.crawl.links import Finder, Found, Visit, must_read, read
from archiver.crawl.ports import ReadLinks
from archiver.model import CrawlStore, Link, Recording

READ_TOGETHER = 16
_WORTH_A_THREAD = 8
_GATHER_S = 0.005


@dataclass(slots=True)
class Reading:
    """The visits whose payloads are to be read, in order.

    `hand_on` takes each with its recording, `is_more_coming` tells whether a request is under way,
    `done` is called when a batch was read. Run `run()` as a task until cancelled.
    """

    store: CrawlStore
    in_store: StoreThread
    finder: Finder
    read_links: ReadLinks
    thread: ThreadPoolExecutor
    most_urls: int
    hand_on: Callable[[Visit, Recording], None]
    is_more_coming: Callable[[], bool]
    done: Callable[[], None]
    url_limit: str | None = None
    _queue: asyncio.Queue[Visit] = field(default_factory=lambda: asyncio.Queue(2 * READ_TOGETHER))
    _under_way: int = 0
    _known: int = 0
    _admitted: int = 0

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing waits or is being read."""
        return not self._under_way and self._queue.empty()

    @property
    def known_urls(self) -> int:
        """How many URLs that may be fetched are known by now."""
        return self._known + self.finder.admitted - self._admitted

    async def count_urls(self) -> None:
        """Count anew from the store."""
        counts = await self.in_store(self.store.counts_by_state)
        self._known = sum(counts.values()) - counts.get("excluded", 0)
        self._admitted = self.finder.admitted

    async def put(self, visit: Visit) -> None:
        """Take a visit over; waits while too many are to be read already."""
        await self._queue.put(visit)

    async def join(self) -> None:
        """Wait until all that was put is handed on."""
        await self._queue.join()

    def drop(self) -> None:
        """Close what was not read: the run has failed."""
        while not self._queue.empty():
            exchange = self._queue.get_nowait().exchange
            if exchange is not None:
                exchange.close()

    async def run(self) -> None:
        """Read payloads as they come."""
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._queue.get()]
            self._under_way = 1
            if self._is_gathering(batch[0]):  # to change threads for each page costs a tenth of it
                await asyncio.sleep(_GATHER_S)
            while len(batch) < READ_TOGETHER and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            self._under_way = len(batch)
            unchanged = [v.record.last_capture_id for v in batch if v.decision.keeps_links]
            held = [each for each in unchanged if each is not None]
            links_of = await self.in_store(self._links_of, held) if held else {}
            known = [links_of.get(visit.record.last_capture_id or "", ()) for visit in batch]
            wanted = [must_read(visit, links) for visit, links in zip(batch, known, strict=True)]
            found: Sequence[Found | None] = [None] * len(batch)
            if any(wanted):
                found = await loop.run_in_executor(self.thread, self._read_batch, batch, wanted)
            for visit, what, links in zip(batch, found, known, strict=True):
                recording = self.finder.recording(visit, what, links)
                self.hand_on(visit, await self._within_limit(recording))
                self._queue.task_done()
            self._under_way = 0
            self.done()

    def _is_gathering(self, first: Visit) -> bool:
        """Tell whether more pages will be here at once: the server is quick and asked meanwhile."""
        is_quick = first.exchange is None or first.exchange.duration_s < _GATHER_S
        is_small = self._queue.qsize() + 1 < _WORTH_A_THREAD
        return is_quick and is_small and not first.is_urgent and self.is_more_coming()

    def _read_batch(self, batch: Sequence[Visit], wanted: Sequence[bool]) -> list[Found | None]:
        pairs = zip(batch, wanted, strict=True)
        return [read(visit, self.read_links) if is_wanted else None for visit, is_wanted in pairs]

    def _links_of(self, capture_ids: Sequence[str]) -> dict[str, tuple[Link, ...]]:
        return {each: self.store.links_of(each) for each in capture_ids}

    async def _within_limit(self, recording: Recording) -> Recording:
        """Leave out new URLs beyond the profile's max_urls; ask the store only when near it."""
        if self.known_urls <= self.most_urls:
            return recording
        kept = []
        for candidate in recording.candidates:
            is_new = await self.in_store(self.store.url, candidate.key) is None
            if candidate.exclude_reason is None and is_new:
                most = self.most_urls
                self.url_limit = f"{most} URLs known (scope.max_urls); further ones left out"
            else:
                kept.append(candidate)
        return replace(recording, candidates=tuple(kept))
