"""One connection: what arrives is buffered until it is taken. Knows no HTTP, makes no connection.

Reading stops while too much waits, so that a fast server cannot fill the memory.
"""

import asyncio

BUFFER_BYTES = 1024 * 1024


class Connection(asyncio.Protocol):
    """One connection: buffers what arrives until it is taken, and stops reading when too much."""

    def __init__(self) -> None:
        self.address: str | None = None
        self.kept_at = 0.0
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._waiter: asyncio.Future[None] | None = None
        self._waits_until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._is_ended = False
        self._is_paused = False

    @property
    def is_fresh(self) -> bool:
        """Tell whether a kept connection is still open and silent."""
        return not self._is_ended and not self._buffer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport, as asyncio asks."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Buffer what arrives; let the other side wait when it is too much."""
        self._buffer += data
        if len(self._buffer) > BUFFER_BYTES and self._transport and not self._is_paused:
            self._transport.pause_reading()
            self._is_paused = True
        self._wake()

    def eof_received(self) -> bool:
        """Note that the other side has said all; the transport closes."""
        self._is_ended = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that nothing more comes, for whatever reason."""
        self._is_ended = True
        self._wake()

    def send(self, data: bytes) -> None:
        """Send, unless the connection has ended: then the reading tells."""
        if self._transport is not None and not self._is_ended:
            self._transport.write(data)

    def take(self) -> bytes:
        """Take what has arrived, without waiting."""
        data = bytes(self._buffer)
        self._buffer.clear()
        if self._is_paused and self._transport is not None and not self._is_ended:
            self._transport.resume_reading()
            self._is_paused = False
        return data

    async def read(self, wait_s: float) -> bytes:
        """Wait for bytes; b"" when the other side closed. Raises TimeoutError.

        One timer serves many answers: it looks, when it rings, how long the present wait is.
        """
        if not self._buffer and not self._is_ended:
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            self._waits_until = loop.time() + wait_s
            if self._timer is None or self._timer.when() > self._waits_until:
                self._set_timer(loop)
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self.take()

    def close(self) -> None:
        """Let go of the connection at once."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            self._transport.abort()  # nothing of ours waits to be sent

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(self._waits_until, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._waiter is None or self._waiter.done():
            return
        loop = asyncio.get_running_loop()
        if loop.time() < self._waits_until:
            self._set_timer(loop)
        else:
            self._waiter.set_exception(TimeoutError())
