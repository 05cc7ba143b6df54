"""The little server: validators, redirects, overlays, and what it refuses."""

import http.client
import socket
import threading
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from archiver.demo import SampleServer
from archiver.errors import NetworkError, UsageError

PAGE = "/foren/2011/forum-28.html"


class Answer:
    """Status, headers and body of one answer."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers: Message = response.headers
        self.body = response.read()


class Visitor:
    """One keep-alive connection."""

    def __init__(self, server: SampleServer) -> None:
        self.connection = http.client.HTTPConnection(server.address, timeout=10)

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, headers=fields)
        return Answer(self.connection.getresponse())


@pytest.fixture
def server() -> Iterator[SampleServer]:
    with SampleServer() as server:
        yield server


@pytest.fixture
def visitor(server: SampleServer) -> Iterator[Visitor]:
    visitor = Visitor(server)
    yield visitor
    visitor.connection.close()


def test_a_page_comes_with_strong_etag_date_of_change_and_charset(visitor: Visitor) -> None:
    answer = visitor.get(PAGE)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Last-Modified"].startswith("Thu, 27 Oct 2011 ")
    assert "Bürgerbeteiligung".encode() in answer.body


def test_the_same_connection_serves_many_requests(visitor: Visitor, server: SampleServer) -> None:
    visitor.get("/")
    first = visitor.connection.sock
    visitor.get("/nicht-da.html")
    visitor.get(PAGE, "HEAD")
    assert visitor.connection.sock is first
    assert server.requests == [
        ("GET", "/", 200),
        ("GET", "/nicht-da.html", 404),
        ("HEAD", PAGE, 200),
    ]


def test_head_has_the_headers_of_get_and_no_body(visitor: Visitor) -> None:
    full = visitor.get(PAGE)
    bare = visitor.get(PAGE, "HEAD")
    assert bare.body == b""
    del full.headers["Date"], bare.headers["Date"]
    assert bare.headers.items() == full.headers.items()


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_a_matching_etag_is_answered_with_304_and_no_body(visitor: Visitor, form: str) -> None:
    etag = visitor.get(PAGE).headers["ETag"]
    answer = visitor.get(PAGE, If_None_Match=form.format(etag))
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["ETag"] == etag
    assert "Content-Length" not in answer.headers


def test_an_unchanged_date_is_answered_with_304(visitor: Visitor) -> None:
    stamp = visitor.get(PAGE).headers["Last-Modified"]
    assert visitor.get(PAGE, If_Modified_Since=stamp).status == 304
    assert visitor.get(PAGE, If_Modified_Since="Sat, 01 Jan 2011 00:00:00 GMT").status == 200
    assert visitor.get(PAGE, If_Modified_Since="gestern").status == 200


def test_the_etag_outranks_the_date(visitor: Visitor) -> None:
    stamp = visitor.get(PAGE).headers["Last-Modified"]
    answer = visitor.get(PAGE, If_None_Match='"other"', If_Modified_Since=stamp)
    assert answer.status == 200


def test_a_moved_page_is_answered_with_301(visitor: Visitor) -> None:
    answer = visitor.get("/forum28")
    assert (answer.status, answer.headers["Location"]) == (301, PAGE)


def test_a_missing_page_is_answered_with_404_and_a_page(visitor: Visitor) -> None:
    answer = visitor.get("/gibt/es/nicht")
    assert answer.status == 404
    assert b"Nicht gefunden" in answer.body


def test_the_manifest_and_the_404_page_are_not_served(visitor: Visitor) -> None:
    assert visitor.get("/_site.json").status == 404
    assert visitor.get("/404.html").status == 404


@pytest.mark.parametrize(
    "path",
    ["/../server.py", "/%2e%2e/server.py", "/stil/..%2f..%2fserver.py", "/..%5cserver.py", "/a%00"],
)
def test_climbing_out_of_the_folder_is_refused(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status == 400


def test_other_methods_are_refused(server: SampleServer) -> None:
    visitor = Visitor(server)
    assert visitor.get("/", "POST").status == 501
    visitor.connection.close()


def test_a_path_with_an_umlaut_is_served_by_its_percent_form(visitor: Visitor) -> None:
    answer = visitor.get("/dateien/2012/B%C3%BCrgerhaushalt_Anlage_1.pdf")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")


def test_the_old_page_is_latin_1_and_the_header_leaves_the_charset_open(visitor: Visitor) -> None:
    answer = visitor.get("/alt/forum07.htm")
    assert answer.headers["Content-Type"] == "text/html"
    assert "Bürgerforum".encode("iso-8859-1") in answer.body


def test_robots_and_sitemap_name_the_address_they_are_served_at(
    visitor: Visitor, server: SampleServer
) -> None:
    robots = visitor.get("/robots.txt").body.decode()
    assert f"Sitemap: {server.base_url}/sitemap.xml" in robots
    assert "Disallow: /intern/" in robots
    sitemap = visitor.get("/sitemap.xml").body.decode()
    assert f"<loc>{server.base_url}/archiv/</loc>" in sitemap
    assert "{{" not in robots + sitemap


def test_an_overlay_changes_adds_and_removes_pages_while_running() -> None:
    overlay: dict[str, bytes | int | None] = {}
    with SampleServer(overlay=overlay) as server:
        visitor = Visitor(server)
        before = visitor.get(PAGE)
        overlay[PAGE] = b"<h1>anders</h1>"
        overlay["/neu.html"] = b"<h1>neu</h1>"
        overlay["/kontakt.html"] = None
        overlay["/impressum.html"] = 503
        changed = visitor.get(PAGE, If_None_Match=before.headers["ETag"])
        assert (changed.status, changed.body) == (200, b"<h1>anders</h1>")
        assert changed.headers["ETag"] != before.headers["ETag"]
        assert changed.headers["Content-Type"] == "text/html; charset=utf-8"
        assert visitor.get(PAGE, If_None_Match=changed.headers["ETag"]).status == 304
        assert visitor.get("/neu.html").body == b"<h1>neu</h1>"
        assert visitor.get("/kontakt.html").status == 404
        assert visitor.get("/impressum.html").status == 503
        overlay.clear()
        assert visitor.get(PAGE, If_None_Match=before.headers["ETag"]).status == 304
        visitor.connection.close()


def test_an_overlay_may_be_a_folder(tmp_path: Path) -> None:
    with SampleServer(overlay=tmp_path) as server:
        visitor = Visitor(server)
        assert visitor.get("/archiv/").status == 200
        (tmp_path / "archiv").mkdir()
        (tmp_path / "archiv" / "index.html").write_text("neu", "utf-8")
        (tmp_path / "kontakt.html.removed").touch()
        assert visitor.get("/archiv/").body == b"neu"
        assert visitor.get("/kontakt.html").status == 404
        visitor.connection.close()


def test_a_link_in_an_overlay_folder_does_not_lead_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("geheim", "utf-8")
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay" / "x.txt").symlink_to(tmp_path / "secret.txt")
    with SampleServer(overlay=tmp_path / "overlay") as server:
        visitor = Visitor(server)
        assert visitor.get("/x.txt").status == 404
        visitor.connection.close()


def test_a_folder_without_manifest_is_served_as_it_lies(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text("A", "utf-8")
    (tmp_path / "b.txt").write_text("B", "utf-8")
    with SampleServer(tmp_path) as server:
        visitor = Visitor(server)
        assert visitor.get("/a/").headers["Content-Type"] == "text/html; charset=utf-8"
        assert visitor.get("/b.txt").body == b"B"
        visitor.connection.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_no_host_beyond_this_machine_is_accepted(host: str) -> None:
    with pytest.raises(UsageError, match="on this machine only"):
        SampleServer(host=host)


def test_a_busy_port_is_one_clear_line(server: SampleServer) -> None:
    port = int(server.address.rpartition(":")[2])
    with pytest.raises(NetworkError) as caught:
        SampleServer(port=port).start()
    assert str(caught.value) == (
        f"port {port} on 127.0.0.1 is already in use – choose another port, or 0 for a free one"
    )


def test_stopping_ends_open_connections_and_frees_the_port() -> None:
    before = set(threading.enumerate())  # another test's server may be running
    with SampleServer() as server:
        visitor = Visitor(server)
        visitor.get("/")
        port = int(server.address.rpartition(":")[2])
    assert visitor.connection.sock.recv(1) == b""
    visitor.connection.close()
    with SampleServer(port=port) as again:
        assert again.address == f"127.0.0.1:{port}"
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET http://[ HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 101 + b"\r\n", b"431"),
    ],
)
def test_nonsense_is_answered_with_an_error(
    server: SampleServer, sent: bytes, status: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", int(server.address.rpartition(":")[2]))) as plug:
        plug.sendall(sent)
        plug.shutdown(socket.SHUT_WR)
        assert plug.recv(65536).split()[1] == status


def test_small_answers_are_not_held_back(server: SampleServer) -> None:
    with socket.create_connection(("127.0.0.1", int(server.address.rpartition(":")[2]))) as plug:
        plug.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\nGET /kontakt.html HTTP/1.1\r\n"
                     b"Host: a\r\nConnection: close\r\n\r\n")  # fmt: skip
        received = b""
        while piece := plug.recv(65536):
            received += piece
    assert received.count(b"HTTP/1.1 200 OK") == 2
    assert b"Connection: close" in received
