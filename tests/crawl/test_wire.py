"""Odd answers of real servers: kept byte for byte, read leniently, flagged."""

import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.crawl.heads import lenient_head, parse_head
from archiver.crawl.wire import AnswerReader

_opened: list[AnswerReader] = []


def close_all() -> None:
    while _opened:
        _opened.pop().close()


@pytest.fixture(autouse=True)
def _readers_are_closed() -> Iterator[None]:
    yield
    close_all()


def read(
    data: bytes, *, step: int = 0, cause: str = "close", body: int = 1000, head: int = 500
) -> AnswerReader:
    """Feed an answer whole or in steps of so many bytes, then end it."""
    reader = AnswerReader(max_body_bytes=body, max_head_bytes=head)
    _opened.append(reader)
    pieces = [data] if not step else [data[i : i + step] for i in range(0, len(data), step)]
    for piece in pieces:
        if not reader.is_complete:
            reader.feed(piece)
    reader.end("time" if cause == "time" else "close")
    return reader


def tape_of(reader: AnswerReader) -> bytes:
    reader.tape.seek(0)
    return reader.tape.read()


def payload_of(reader: AnswerReader) -> bytes:
    assert reader.head is not None
    if reader.payload is not None:
        reader.payload.seek(0)
        return reader.payload.read()
    return tape_of(reader)[reader.head.length :]


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

# name: (bytes sent, status, payload, what is odd)
ODD: dict[str, tuple[bytes, int, bytes, tuple[str, ...]]] = {
    "plain": (OK + b"Content-Length: 2\r\n\r\nhi", 200, b"hi", ()),
    "until the end": (OK + b"\r\nhi", 200, b"hi", ()),
    "http 1.0": (b"HTTP/1.0 200 OK\r\n\r\nhi", 200, b"hi", ()),
    "empty reason": (b"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi", 200, b"hi", ()),
    "no reason phrase": (
        b"HTTP/1.1 404\r\nContent-Length: 2\r\n\r\nhi",
        404,
        b"hi",
        ("no reason phrase",),
    ),
    "no status code": (
        b"HTTP/1.1 OK\r\n\r\nhi",
        200,
        b"hi",
        ("status line without a status code",),
    ),
    "lower-case protocol": (
        b"http/1.1 200 ok\r\n\r\nhi",
        200,
        b"hi",
        ("protocol name not in capitals",),
    ),
    "strange version": (b"HTTP/1.7 200 OK\r\n\r\nhi", 200, b"hi", ("HTTP version '1.7'",)),
    "no version": (b"HTTP/ 200 OK\r\n\r\nhi", 200, b"hi", ("HTTP version ''",)),
    "two spaces in the status line": (
        b"HTTP/1.1  200 OK\r\n\r\nhi",
        200,
        b"hi",
        ("wrong spaces in the status line",),
    ),
    "reason glued to the code": (
        b"HTTP/1.1 200OK\r\n\r\nhi",
        200,
        b"hi",
        ("wrong spaces in the status line",),
    ),
    "latin-1 reason": ("HTTP/1.1 404 Nicht verfügbar\r\n\r\nhi".encode("latin-1"), 404, b"hi", ()),
    "latin-1 header": (
        OK + "X-Ort: Grünau\r\n\r\nhi".encode("latin-1"),
        200,
        b"hi",
        ("header bytes beyond ASCII",),
    ),
    "utf-8 header": (
        OK + "X-Ort: Grünau\r\n\r\nhi".encode(),
        200,
        b"hi",
        ("header bytes beyond ASCII",),
    ),
    "folded header": (OK + b"X-A: one\r\n  two\r\n\r\nhi", 200, b"hi", ("folded header",)),
    "fold before any header": (OK + b" two\r\nX-A: b\r\n\r\nhi", 200, b"hi", ("folded header",)),
    "line feeds only": (
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi",
        200,
        b"hi",
        ("lines end in LF only",),
    ),
    "mixed line ends": (
        b"HTTP/1.1 200 OK\r\nX-A: b\n\r\nhi",
        200,
        b"hi",
        ("lines end in LF only",),
    ),
    "missing colon": (
        OK + b"nonsense\r\nX-A: b\r\n\r\nhi",
        200,
        b"hi",
        ("header line without colon",),
    ),
    "space before the colon": (
        OK + b"Content-Length : 2\r\n\r\nhi",
        200,
        b"hi",
        ("space before the colon",),
    ),
    "header without a name": (OK + b": b\r\n\r\nhi", 200, b"hi", ("header without a name",)),
    "nul in a header": (
        OK + b"X-A: b\0c\r\n\r\nhi",
        200,
        b"hi",
        ("control character in a header",),
    ),
    "blank line first": (
        b"\r\n" + OK + b"\r\nhi",
        200,
        b"hi",
        ("blank line before the status line",),
    ),
    "no head at all": (b"<html>hi</html>", 200, b"<html>hi</html>", ("no head (HTTP/0.9)",)),
    "differing lengths": (
        OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
        200,
        b"hi",
        ("differing Content-Length",),
    ),
    "repeated length": (
        OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
        200,
        b"hi",
        ("repeated Content-Length",),
    ),
    "length list": (
        OK + b"Content-Length: 2, 2\r\n\r\nhi",
        200,
        b"hi",
        ("repeated Content-Length",),
    ),
    "negative length": (
        OK + b"Content-Length: -2\r\n\r\nhi",
        200,
        b"hi",
        ("invalid Content-Length",),
    ),
    "length in words": (
        OK + b"Content-Length: two\r\n\r\nhi",
        200,
        b"hi",
        ("invalid Content-Length",),
    ),
    "length too short": (
        OK + b"Content-Length: 2\r\n\r\nhi there",
        200,
        b"hi there",
        ("bytes after the end of the answer",),
    ),
    "line end after the body": (
        OK + b"Content-Length: 2\r\n\r\nhi\r\n",
        200,
        b"hi\r\n",
        ("bytes after the end of the answer",),
    ),
    "body of a 304": (
        b"HTTP/1.1 304 Not Modified\r\n\r\nhi",
        304,
        b"hi",
        ("bytes after the end of the answer",),
    ),
    "chunked": (CHUNKED + b"2\r\nhi\r\n0\r\n\r\n", 200, b"hi", ()),
    "chunk extension": (CHUNKED + b"2;a=b\r\nhi\r\n0\r\n\r\n", 200, b"hi", ()),
    "trailer": (CHUNKED + b"2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n", 200, b"hi", ()),
    "chunked beside a length": (
        OK + b"Content-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        200,
        b"hi",
        ("Content-Length beside Transfer-Encoding",),
    ),
    "padded chunk size": (
        CHUNKED + b"2   \r\nhi\r\n0\r\n\r\n",
        200,
        b"hi",
        ("space around a chunk size",),
    ),
    "chunks with line feeds": (
        CHUNKED + b"2\nhi\n0\n\n",
        200,
        b"hi",
        ("chunk size ends in LF only", "no CRLF after a chunk"),
    ),
    "chunk without line end": (
        CHUNKED + b"2\r\nhi0\r\n\r\n",
        200,
        b"hi",
        ("no CRLF after a chunk",),
    ),
    "said chunked, is not": (CHUNKED + b"<p>hi</p>", 200, b"<p>hi</p>", ("bad chunk size",)),
    "negative chunk": (CHUNKED + b"-2\r\nhi\r\n", 200, b"-2\r\nhi\r\n", ("bad chunk size",)),
    "bytes after the last chunk": (
        CHUNKED + b"2\r\nhi\r\n0\r\n\r\nmore",
        200,
        b"hi",
        ("bytes after the end of the answer",),
    ),
    "no blank line after the last chunk": (
        CHUNKED + b"2\r\nhi\r\n0\r\n",
        200,
        b"hi",
        ("no blank line after the last chunk",),
    ),
    "other transfer coding": (
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        200,
        b"hi",
        ("transfer coding gzip, chunked",),
    ),
    "identity transfer coding": (
        OK + b"Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi",
        200,
        b"hi",
        (),
    ),
}


@pytest.mark.parametrize("step", [0, 1, 3])
@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_is_kept_byte_for_byte_and_read(name, step):
    data, status, payload, oddities = ODD[name]
    reader = read(data, step=step)
    assert reader.head is not None
    # After the announced end nothing more is awaited when it came alone; only whole feeds see it.
    if step and "bytes after the end of the answer" in oddities:
        assert data.startswith(tape_of(reader))
        return
    assert tape_of(reader) == data
    assert reader.head.status == status
    assert payload_of(reader) == payload
    assert reader.oddities == oddities
    assert reader.truncated is None
    assert reader.payload_length == len(payload)
    assert reader.payload_digest == f"sha256:{hashlib.sha256(payload).hexdigest()}"


@pytest.mark.parametrize("step", [0, 1])
def test_interim_answers_are_cut(step):
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    final = OK + b"Content-Length: 2\r\n\r\nhi"
    reader = read(interim + final, step=step)
    assert tape_of(reader) == final
    assert reader.oddities == ()


def test_endless_interim_answers_end():
    reader = read(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
    assert reader.truncated == "length"
    assert reader.oddities == ("endless interim answers",)


@pytest.mark.parametrize(
    ("data", "cause", "truncated", "payload"),
    [
        (OK + b"Content-Length: 9\r\n\r\nhi", "close", "disconnect", b"hi"),
        (OK + b"Content-Length: 9\r\n\r\nhi", "time", "time", b"hi"),
        (OK + b"\r\nhi", "time", "time", b"hi"),
        (CHUNKED + b"9\r\nhi", "close", "disconnect", b"hi"),
        (CHUNKED + b"2\r\nhi\r\n", "close", "disconnect", b"hi"),
        (CHUNKED + b"2\r\nhi\r\nzz\r\nho\r\n", "close", "disconnect", b"hi"),
        (OK + b"X-A: b\r\n", "close", "disconnect", b""),
    ],
)
def test_what_breaks_off_is_kept_as_truncated(data, cause, truncated, payload):
    reader = read(data, cause=cause)
    assert reader.truncated == truncated
    assert tape_of(reader) == data
    assert payload_of(reader) == payload


@pytest.mark.parametrize("step", [0, 7])
def test_a_body_beyond_the_limit_is_cut_there(step):
    data = OK + b"Content-Length: 5000\r\n\r\n" + b"x" * 5000
    reader = read(data, step=step)
    assert (reader.truncated, reader.payload_length) == ("length", 1000)
    assert tape_of(reader) == data[: len(tape_of(reader))]
    assert reader.is_complete


def test_a_chunked_body_beyond_the_limit_is_cut_there():
    reader = read(CHUNKED + b"1388\r\n" + b"x" * 5000)
    assert (reader.truncated, reader.payload_length) == ("length", 1000)


def test_tiny_chunks_do_not_evade_the_limit():
    reader = read(CHUNKED + b"1;aaaaaaaaaaaaaaaaaaaa\r\nx\r\n" * 900, step=50)
    assert reader.truncated == "length"
    assert reader.tape_length < 3000


def test_a_head_beyond_the_limit_is_kept_as_far_as_it_goes():
    reader = read(OK + b"X-A: b\r\n" * 100)
    assert reader.truncated == "length"
    assert reader.tape_length == 500
    assert reader.oddities == ("head larger than 500 bytes",)
    assert payload_of(reader) == b""


@pytest.mark.parametrize("data", [b"", b"HT", b"HTTP/1.1 20", b"\r\n\r\n"])
def test_without_a_status_line_there_is_no_answer(data):
    assert read(data).head is None


@pytest.mark.parametrize(
    ("data", "reusable"),
    [
        (OK + b"Content-Length: 2\r\n\r\nhi", True),
        (CHUNKED + b"2\r\nhi\r\n0\r\n\r\n", True),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", True),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", False),
        (OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nhi", False),
        (OK + b"Content-Length: 2\r\n\r\nhi there", False),
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", False),
        (OK + b"\r\nhi", False),
    ],
)
def test_a_connection_is_used_again_only_after_a_clean_answer(data, reusable):
    assert read(data).is_reusable is reusable


def test_header_values_are_read_whatever_their_bytes():
    head = parse_head(OK + b"Server: x\r\nX-Ort: Gr\xfcnau\r\nX-Fold: a\r\n\tb\r\n\r\n")
    assert head.headers == (("server", "x"), ("x-ort", "Grünau"), ("x-fold", "a b"))


_NAMES = st.sampled_from(["Date", "content-type", "X_Odd.1", "Set-Cookie", "a b", "Ort\xfc", '"x"'])
_VALUES = st.text(st.characters(max_codepoint=0xFF), max_size=12)


@pytest.mark.parametrize(
    ("raw", "location"),
    [("/Größe.html".encode("cp1252"), "/Gr%F6%DFe.html"), ("/ö".encode(), "/%C3%B6")],
)
def test_a_location_keeps_its_bytes_whatever_their_charset(raw, location):
    head = parse_head(b"HTTP/1.1 302 Found\r\nLocation: " + raw + b"\r\n\r\n")
    assert head.all("location") == [location]


@given(
    st.sampled_from(["HTTP/1.1 200 OK", "HTTP/1.0 404 ", "HTTP/1.1 200", "HTTP/1.1  200 OK"]),
    st.lists(st.tuples(_NAMES, _VALUES), max_size=6),
    st.sampled_from(["\r\n", "\r\n", "\n"]),
)
def test_what_is_strict_is_read_as_by_the_lenient_reader(status, fields, end):
    lines = [status, *(f"{name}:{value}" for name, value in fields)]
    raw = (end.join(lines) + end + end).encode("latin-1")
    assert parse_head(raw) == lenient_head(raw)


def test_a_head_without_oddities_has_none():
    head = parse_head(OK + b"Server:  x \r\nContent-Type: text/html; charset=utf-8\r\nX:\r\n\r\n")
    assert (head.status, head.reason, head.version, head.oddities) == (200, "OK", "1.1", ())
    assert head.headers == (
        ("server", "x"),
        ("content-type", "text/html; charset=utf-8"),
        ("x", ""),
    )


@given(st.binary(max_size=400), st.integers(1, 50))
def test_no_bytes_make_the_reader_fail_or_lose_any(data, step):
    whole, stepped = read(data), read(data, step=step)
    for reader in (whole, stepped):
        assert reader.payload_length <= 1000
        if reader.head is not None:
            assert tape_of(reader) in data
    close_all()


@given(
    st.lists(
        st.sampled_from(
            [
                b"HTTP/1.1 200 OK",
                b"\r\n",
                b"\n",
                b"5\r\n",
                b"0\r\n\r\n",
                b"hello",
                b"Content-Length: 5",
                b"Transfer-Encoding: chunked",
                b"HTTP/1.1 103 E",
                b"zz",
                b" x",
                b":",
            ]
        ),
        max_size=20,
    ),
    st.integers(1, 9),
)
def test_steps_do_not_change_what_is_read(pieces, step):
    data = b"".join(pieces)
    whole, stepped = read(data), read(data, step=step)
    assert (whole.head is None) == (stepped.head is None)
    if whole.head is not None and stepped.head is not None:
        assert whole.head == stepped.head
        assert whole.truncated == stepped.truncated
        assert tape_of(whole).startswith(tape_of(stepped))
    close_all()
