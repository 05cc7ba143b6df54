"""A loopback server that answers with raw bytes as scripted, for the wire and the fetcher."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Steps = list["bytes | float"]
"""Bytes to send, and seconds to pause between them."""


class RawServer:
    """Answer each request path with scripted bytes; keep or close the connection as told."""

    def __init__(self) -> None:
        self.answers: dict[str, Steps] = {}
        self.keep: set[str] = set()
        self.hang: set[str] = set()
        self.requests: list[bytes] = []
        self.connections = 0
        self.greeting = b""
        self.dynamic: Callable[[str], bytes] | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()

    def url(self, path: str) -> str:
        return f"http://{self.address}{path}"

    def serve(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if self._stopping.is_set():
                connection.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _talk(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection:
            try:
                connection.sendall(self.greeting)
                while request := self._request(connection):
                    self.requests.append(request)
                    path = request.split(b" ", 2)[1].decode()
                    if self.dynamic is not None:
                        connection.sendall(self.dynamic(path))
                        continue
                    for step in self.answers.get(path, [b"HTTP/1.1 404 Not Found\r\n\r\n"]):
                        if isinstance(step, bytes):
                            connection.sendall(step)
                        elif self._stopping.wait(step):
                            return
                    if path in self.hang:
                        self._stopping.wait(30)
                    if path not in self.keep:
                        return
            except OSError:
                return

    @staticmethod
    def _request(connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
        return data

    def stop(self) -> None:
        self._stopping.set()
        # Waking the blocked accept() portably takes a connection.
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=2)


@contextmanager
def raw_server() -> Iterator[RawServer]:
    server = RawServer()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(timeout=2)
