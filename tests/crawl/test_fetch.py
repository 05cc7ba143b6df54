"""The fetcher against a loopback server that answers with raw bytes."""

import asyncio
import hashlib
import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import pytest

from archiver.crawl import FetchFailure, FetchLimits
from archiver.crawl.connection import Connection
from archiver.crawl.fetch import HttpFetch, connect_to, request_bytes
from archiver.model import Exchange
from tests.crawl.server import RawServer, raw_server
from tests.crawl.test_wire import ODD

DATA = Path(__file__).parent / "data"
OK = b"HTTP/1.1 200 OK\r\n"
HELLO = OK + b"Content-Length: 5\r\n\r\nhello"
LIMITS = FetchLimits(
    connect_s=2.0, idle_s=2.0, total_s=5.0, head_bytes=2_000, body_bytes=100_000, grace_s=0.2
)


@pytest.fixture
def server() -> Iterator[RawServer]:
    with raw_server() as running:
        yield running


def fetch_all(
    fetcher: HttpFetch, urls: Sequence[str], **validators: str
) -> list[Exchange | FetchFailure]:
    """Fetch URLs one after the other with one fetcher."""

    async def run() -> list[Exchange | FetchFailure]:
        results: list[Exchange | FetchFailure] = []
        try:
            for url in urls:
                try:
                    results.append(await fetcher(url, **validators))
                except FetchFailure as failure:
                    results.append(failure)
        finally:
            await fetcher.aclose()
        return results

    return asyncio.run(run())


def fetcher_for(server: RawServer, limits: FetchLimits = LIMITS) -> HttpFetch:
    return HttpFetch(user_agent="archiver-test", allow=frozenset({server.address}), limits=limits)


def fetch(server: RawServer, path: str = "/", limits: FetchLimits = LIMITS) -> Exchange:
    (result,) = fetch_all(fetcher_for(server, limits), [server.url(path)])
    assert isinstance(result, Exchange), result
    return result


def failure_of(fetcher: HttpFetch, url: str) -> FetchFailure:
    (result,) = fetch_all(fetcher, [url])
    assert isinstance(result, FetchFailure)
    return result


def tape_of(exchange: Exchange) -> bytes:
    exchange.response.seek(0)
    return exchange.response.read()


@pytest.mark.parametrize("name", ODD)
def test_odd_answers_arrive_byte_for_byte(server, name):
    data, status, payload, oddities = ODD[name]
    server.answers["/"] = [data]
    exchange = fetch(server)
    assert tape_of(exchange) == data
    assert exchange.response_length == len(data)
    assert exchange.status == status
    assert exchange.read_payload() == payload
    assert exchange.malformed == oddities
    exchange.close()


@pytest.mark.parametrize("name", ["plain", "chunked", "trailer", "folded header", "no head at all"])
def test_an_answer_in_single_bytes_is_the_same(server, name):
    data, _, payload, oddities = ODD[name]
    server.answers["/"] = [step for byte in data for step in (bytes([byte]), 0.0005)]
    exchange = fetch(server)
    assert (tape_of(exchange), exchange.read_payload()) == (data, payload)
    assert exchange.malformed == oddities
    exchange.close()


def test_interim_answers_are_cut(server):
    server.answers["/"] = [b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0.05, HELLO]
    exchange = fetch(server)
    assert tape_of(exchange) == HELLO
    exchange.close()


def test_the_request_is_kept_as_sent(server):
    server.answers["/a?b=c"] = [HELLO]
    exchange = fetch(server, "/a?b=c")
    assert exchange.request == server.requests[0]
    assert exchange.request.split(b"\r\n") == [
        b"GET /a?b=c HTTP/1.1",
        f"Host: {server.address}".encode(),
        b"User-Agent: archiver-test",
        b"Accept: text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
        b"Accept-Encoding: identity",
        b"",
        b"",
    ]
    assert exchange.ip == "127.0.0.1"
    assert exchange.started_at.tzinfo is not None
    exchange.close()


def test_validators_make_the_request_conditional():
    request = request_bytes("http://forum.example", "a", '"x"', "Sun, 01 Mar 2026 10:00:00 GMT")
    assert request.split(b"\r\n")[:2] == [b"GET / HTTP/1.1", b"Host: forum.example"]
    assert b'\r\nIf-None-Match: "x"\r\n' in request
    assert b"\r\nIf-Modified-Since: Sun, 01 Mar 2026 10:00:00 GMT\r\n" in request


@pytest.mark.parametrize("etag", ['"a\r\nX: y"', '"ü"', '"' + "a" * 2000 + '"'])
def test_a_validator_that_cannot_be_sent_is_left_out(etag):
    assert b"If-None-Match" not in request_bytes("http://forum.example/", "a", etag)


def test_a_connection_is_kept_for_the_next_request(server):
    server.answers["/"] = [HELLO]
    server.keep.add("/")
    results = fetch_all(fetcher_for(server), [server.url("/")] * 5)
    assert [tape_of(each) for each in results if isinstance(each, Exchange)] == [HELLO] * 5
    assert server.connections == 1
    close(results)


def test_a_connection_that_the_server_closed_meanwhile_is_replaced(server):
    server.answers["/"] = [HELLO]  # promises keep-alive, then closes
    results = fetch_all(fetcher_for(server), [server.url("/")] * 3)
    assert [tape_of(each) for each in results if isinstance(each, Exchange)] == [HELLO] * 3
    close(results)


def test_after_an_odd_answer_the_connection_is_not_used_again(server):
    server.answers["/"] = [b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello"]
    server.keep.add("/")
    close(fetch_all(fetcher_for(server), [server.url("/")] * 2))
    assert server.connections == 2


def test_a_large_body_goes_to_disk_and_is_hashed_as_it_comes(server):
    body = bytes(range(256)) * 16_384  # 4 MiB
    server.answers["/"] = [OK + f"Content-Length: {len(body)}\r\n\r\n".encode(), body]
    limits = FetchLimits(body_bytes=8 * 1024**2)
    exchange = fetch(server, limits=limits)
    assert exchange.payload_length == len(body)
    assert exchange.read_payload() == body
    assert exchange.payload_digest == (f"sha256:{hashlib.sha256(body).hexdigest()}")
    exchange.close()


class TestLimits:
    """Each ends within its limit and a second; the limits here are tiny."""

    def test_an_endless_body_is_cut_at_the_limit(self, server):
        server.answers["/"] = [OK + b"\r\n", *([b"x" * 10_000] * 100)]
        exchange = fetch(server)
        assert (exchange.truncated, exchange.payload_length) == ("length", 100_000)
        exchange.close()

    def test_a_dripping_body_ends_with_the_total_limit(self, server):
        server.answers["/"] = [OK + b"\r\n", *([b"x", 0.1] * 100)]
        exchange = fetch(server, limits=FetchLimits(total_s=0.5, idle_s=0.4))
        assert exchange.truncated == "time"
        assert 0 < exchange.payload_length < 100
        assert exchange.duration_s < 1.5
        exchange.close()

    def test_a_silent_body_ends_with_the_idle_limit(self, server):
        server.answers["/"] = [OK + b"Content-Length: 9\r\n\r\nhi"]
        server.hang.add("/")
        exchange = fetch(server, limits=FetchLimits(total_s=9, idle_s=0.3))
        assert (exchange.truncated, exchange.read_payload()) == ("time", b"hi")
        assert exchange.duration_s < 1.3
        exchange.close()

    def test_slow_headers_end_with_the_total_limit(self, server):
        server.answers["/"] = [b"HTTP/1.1 200 OK\r\n", *([b"X-A: b\r\n", 0.1] * 100)]
        exchange = fetch(server, limits=FetchLimits(total_s=0.5, idle_s=0.4))
        assert exchange.truncated == "time"
        assert exchange.duration_s < 1.5
        exchange.close()

    def test_no_answer_at_all_is_a_timeout(self, server):
        server.answers["/"] = []
        server.hang.add("/")
        fetcher = fetcher_for(server, FetchLimits(total_s=9, idle_s=0.3))
        assert failure_of(fetcher, server.url("/")).kind == "timeout"

    def test_headers_without_end_are_cut(self, server):
        server.answers["/"] = [OK, *([b"X-A: " + b"b" * 100 + b"\r\n"] * 100)]
        exchange = fetch(server)
        assert exchange.truncated == "length"
        assert exchange.malformed == ("head larger than 2000 bytes",)
        exchange.close()

    def test_a_self_contradicting_answer_ends_with_silence(self, server):
        server.answers["/"] = [OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi"]
        server.hang.add("/")
        exchange = fetch(server)
        assert (exchange.truncated, exchange.read_payload()) == (None, b"hi")
        assert exchange.duration_s < 1.2
        exchange.close()


class TestFailures:
    def test_nothing_listens(self, server):
        server.stop()
        failure = failure_of(fetcher_for(server), server.url("/"))
        # A listener that is just closing may still reset instead of refusing.
        assert failure.kind in {"refused", "connection"}
        assert f"127.0.0.1:{server.port}" in failure.detail

    def test_the_server_closes_without_a_word(self, server):
        server.answers["/"] = []
        failure = failure_of(fetcher_for(server), server.url("/"))
        assert (failure.kind, failure.detail) == (
            "connection",
            "the server closed the connection without an answer",
        )

    def test_the_status_line_breaks_off(self, server):
        server.answers["/"] = [b"HTTP/1.1 2"]
        assert failure_of(fetcher_for(server), server.url("/")).kind == "malformed_http"

    def test_plain_http_where_tls_was_asked(self, server):
        server.greeting = HELLO
        failure = failure_of(fetcher_for(server), f"https://{server.address}/")
        assert failure.kind == "tls"


def answering(*addresses: str) -> Callable[[str, int], Awaitable[list[str]]]:
    """Make a resolver that gives these addresses and counts nothing else."""

    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


class TestAddresses:
    """No connection is ever attempted to an address that was not judged fit."""

    def fetcher(
        self, *addresses: str, allow: frozenset[str] = frozenset(), connected: list[str]
    ) -> HttpFetch:
        async def connect(
            factory: Callable[[], asyncio.Protocol],
            address: str,
            port: int,
            tls: ssl.SSLContext | None,
            host: str,
        ) -> asyncio.Protocol:
            connected.append(address)
            raise ConnectionRefusedError

        return HttpFetch(
            user_agent="a",
            allow=allow,
            limits=LIMITS,
            resolve=answering(*addresses),
            connect=connect,
        )

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://169.254.169.254/latest/",
            "http://allowed.example@evil.example/",
            "http://forum.example:22/",
            "ftp://forum.example/",
            "file:///etc/passwd",
        ],
    )
    def test_a_refused_url_is_not_even_looked_up(self, url):
        connected: list[str] = []
        failure = failure_of(self.fetcher("8.8.8.8", connected=connected), url)
        assert (failure.kind, connected) == ("blocked_address", [])

    @pytest.mark.parametrize(
        "address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "64:ff9b::7f00:1"]
    )
    def test_a_name_that_leads_inside_is_refused(self, address):
        connected: list[str] = []
        failure = failure_of(self.fetcher(address, connected=connected), "http://forum.example/")
        assert (failure.kind, connected) == ("blocked_address", [])
        assert failure.detail.startswith(f"forum.example: {address} is not a public address")

    def test_of_several_addresses_only_fit_ones_are_tried(self):
        connected: list[str] = []
        fetcher = self.fetcher("10.0.0.1", "8.8.8.8", "::1", "1.1.1.1", connected=connected)
        assert failure_of(fetcher, "http://forum.example/").kind == "refused"
        assert connected == ["8.8.8.8", "1.1.1.1"]

    def test_a_name_that_does_not_resolve_is_told(self):
        async def resolve(host: str, port: int) -> list[str]:
            raise OSError(-2, "Name or service not known")

        failure = failure_of(HttpFetch(user_agent="a", resolve=resolve), "http://forum.example/")
        assert (failure.kind, failure.detail) == (
            "dns",
            "forum.example does not resolve (Name or service not known)",
        )

    def test_the_name_is_looked_up_once_a_connection(self, server):
        asked: list[str] = []

        async def resolve(host: str, port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"]

        server.answers["/"] = [HELLO]
        fetcher = HttpFetch(
            user_agent="a",
            allow=frozenset({f"forum.test:{server.port}"}),
            limits=LIMITS,
            resolve=resolve,
        )
        (exchange,) = fetch_all(fetcher, [f"http://forum.test:{server.port}/"])
        assert isinstance(exchange, Exchange)
        assert asked == ["forum.test"]
        assert server.requests[0].split(b"\r\n")[1] == f"Host: forum.test:{server.port}".encode()
        exchange.close()


class TestTls:
    def fetch(self, host: str, trusted: bool) -> Exchange | FetchFailure:
        """Fetch from a TLS server whose certificate names forum.test."""

        def context() -> ssl.SSLContext:
            return ssl.create_default_context(cafile=DATA / "forum.cert.pem" if trusted else None)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(HELLO)
            await writer.drain()
            writer.close()

        async def run() -> Exchange | FetchFailure:
            own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            own.load_cert_chain(DATA / "forum.cert.pem", DATA / "forum.key.pem")
            server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=own)
            port = server.sockets[0].getsockname()[1]
            fetcher = HttpFetch(
                user_agent="a",
                allow=frozenset({f"{host}:{port}"}),
                limits=LIMITS,
                resolve=answering("127.0.0.1"),
                connect=connect_to,
                tls=context,
            )
            try:
                return await fetcher(f"https://{host}:{port}/")
            except FetchFailure as failure:
                return failure
            finally:
                await fetcher.aclose()
                server.close()
                await asyncio.sleep(0.05)

        return asyncio.run(run())

    def test_a_trusted_certificate_of_that_name_is_accepted(self):
        exchange = self.fetch("forum.test", trusted=True)
        assert isinstance(exchange, Exchange)
        assert tape_of(exchange) == HELLO
        exchange.close()

    def test_another_name_is_refused(self):
        failure = self.fetch("other.test", trusted=True)
        assert isinstance(failure, FetchFailure)
        assert failure.kind == "tls"
        assert "certificate not accepted" in failure.detail

    def test_an_unknown_authority_is_refused(self):
        failure = self.fetch("forum.test", trusted=False)
        assert isinstance(failure, FetchFailure)
        assert failure.kind == "tls"


def close(results: Sequence[Exchange | FetchFailure]) -> None:
    for result in results:
        if isinstance(result, Exchange):
            result.close()


def test_a_timer_set_for_one_answer_does_not_end_the_wait_for_the_next():
    async def run() -> tuple[bytes, bytes]:
        connection = Connection()
        first = asyncio.create_task(connection.read(60.0))
        await asyncio.sleep(0)
        connection.data_received(b"first")
        answer = await first
        second = asyncio.create_task(connection.read(60.0))
        await asyncio.sleep(0)
        connection._ring()  # as the timer of the first wait does, in the midst of the second
        await asyncio.sleep(0)
        assert not second.done()
        connection.data_received(b"second")
        try:
            return answer, await second
        finally:
            connection.close()

    assert asyncio.run(run()) == (b"first", b"second")


def test_a_shorter_wait_ends_before_a_longer_one_that_was_set_earlier():
    async def run() -> None:
        connection = Connection()
        connection.data_received(b"x")
        await connection.read(60.0)
        first = asyncio.create_task(connection.read(60.0))
        await asyncio.sleep(0)
        connection.data_received(b"x")
        await first
        try:
            with pytest.raises(TimeoutError):
                await connection.read(0.01)
        finally:
            connection.close()

    asyncio.run(run())
