"""Hand recordings to the store in batches, so that one fsync serves many. No decisions.

A batch closes at 64 recordings, 8 MiB, a quarter of a second, at once when a polite delay leaves
the time, and as soon as nothing else is under way: then the frontier may hang on what is not
recorded yet.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from archiver.crawl.frontier import Decision
from archiver.model import Recording

BATCH_RECORDINGS = 64
BATCH_BYTES = 8 * 1024**2
BATCH_AGE_S = 0.25
MAX_PENDING = 4 * BATCH_RECORDINGS
MAX_PENDING_BYTES = 2 * BATCH_BYTES

Visited = tuple[Recording, Decision]


class Recorder:
    """Collect visits and record them; closes every exchange it was given.

    `record` stores a batch durably, `recorded` is told of it afterwards, `is_idle` says whether
    nothing else is under way. Run `run()` as a task; it ends after `finish()`.
    """

    def __init__(
        self,
        record: Callable[[Sequence[Recording]], Awaitable[None]],
        recorded: Callable[[Sequence[Visited]], None],
        is_idle: Callable[[], bool],
    ) -> None:
        self._record = record
        self._recorded = recorded
        self._is_idle = is_idle
        self._pending: list[Visited] = []
        self._pending_bytes = 0
        self._under_way = 0
        self._under_way_bytes = 0
        self._since = 0.0
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._is_finishing = False
        self._is_urgent = False

    @property
    def is_empty(self) -> bool:
        """Tell whether everything handed over is stored."""
        return not self._pending and not self._under_way

    def add(self, recording: Recording, decision: Decision, *, is_urgent: bool = False) -> None:
        """Take a visit over; an urgent one closes the batch."""
        self._is_urgent = self._is_urgent or is_urgent
        is_first = not self._pending
        if is_first:
            self._since = asyncio.get_running_loop().time()
        self._pending.append((recording, decision))
        if recording.exchange is not None:
            self._pending_bytes += recording.exchange.response_length
        self._mind_room()
        if is_first or self._must_close():
            self._changed.set()

    def look(self) -> None:
        """Look again whether a batch should close: something ended elsewhere."""
        self._changed.set()

    async def room(self) -> None:
        """Wait until there is room for more, so that memory stays bounded."""
        await self._room.wait()

    def finish(self) -> None:
        """Record what is left, then end."""
        self._is_finishing = True
        self._changed.set()

    async def run(self) -> None:
        """Record batches until finished. StorageError ends it at once."""
        try:
            while not (self._is_finishing and not self._pending):
                if not self._must_close():
                    await self._wait()
                    continue
                await self._flush()
        finally:
            _close(self._pending)
            self._room.set()

    def _must_close(self) -> bool:
        if not self._pending:
            return False
        age = asyncio.get_running_loop().time() - self._since
        return (
            len(self._pending) >= BATCH_RECORDINGS
            or self._pending_bytes >= BATCH_BYTES
            or age >= BATCH_AGE_S
            or self._is_finishing
            or self._is_urgent
            or self._is_idle()
        )

    async def _wait(self) -> None:
        self._changed.clear()
        if self._must_close():
            return
        loop = asyncio.get_running_loop()
        timer = None
        if self._pending:
            timer = loop.call_at(self._since + BATCH_AGE_S, self._changed.set)
        try:
            await self._changed.wait()
        finally:
            if timer is not None:
                timer.cancel()

    async def _flush(self) -> None:
        batch = self._pending[:BATCH_RECORDINGS]
        self._pending = self._pending[BATCH_RECORDINGS:]
        self._is_urgent = self._is_urgent and bool(self._pending)
        self._under_way = len(batch)
        self._under_way_bytes = sum(
            recording.exchange.response_length for recording, _ in batch if recording.exchange
        )
        self._pending_bytes -= self._under_way_bytes
        try:
            await self._record([recording for recording, _ in batch])
        finally:
            _close(batch)
            self._under_way = self._under_way_bytes = 0
            self._mind_room()
        self._recorded(batch)

    def _mind_room(self) -> None:
        count = len(self._pending) + self._under_way
        size = self._pending_bytes + self._under_way_bytes
        if count < MAX_PENDING and size < MAX_PENDING_BYTES:
            self._room.set()
        else:
            self._room.clear()


def _close(visits: Sequence[Visited]) -> None:
    for recording, _ in visits:
        if recording.exchange is not None:
            recording.exchange.close()
