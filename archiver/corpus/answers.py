"""Read the answers of a WARC file, of our crawls and of others, with the notes of their groups.

Understands records as HTTP; must not know the catalogue.
"""

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from archiver.corpus.content import checked
from archiver.corpus.payload import (
    MAX_HTTP_HEAD,
    dechunk,
    head_end,
    header,
    media_type_of,
    parse_http_head,
    spool,
)
from archiver.corpus.reader import Broken, read_records
from archiver.corpus.records import ERASED_RECORD
from archiver.corpus.rows import is_whole_page
from archiver.corpus.streams import BrokenRecordError
from archiver.corpus.warc import (
    CHUNK,
    NOT_MODIFIED,
    Head,
    capture_id_of,
    digest_of,
    parse_fields,
)
from archiver.model import CaptureKind
from archiver.urls import escaped_bytes, is_web_url, joined, safe_url

ANSWERS = frozenset({"response", "revisit", "resource"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

Notes = dict[str, list[str]]


@dataclass(slots=True)
class Answer:
    """A response, revisit or resource record with the notes of its group's metadata record."""

    head: Head
    offset: int
    end: int
    block: BinaryIO
    notes: Notes = field(default_factory=dict)
    group_end: int = 0

    def note(self, name: str) -> str | None:
        """Return the first value of a note, or None."""
        return first_note(self.notes, name)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What an answer says as HTTP, and its payload's size and digest."""

    status: int | None
    headers: tuple[tuple[str, str], ...]
    head_length: int
    is_chunked: bool
    digest: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stands where a capture was erased: its id, and when."""

    capture_id: str
    at: str


def read_answers(path: Path) -> Generator[Answer | Tombstone | Broken]:
    """Yield the answers with the notes of their groups, each with its block open meanwhile.

    Also what cannot be read, and what tombstones name. Raises OSError.
    """
    waiting: Answer | None = None
    with ExitStack() as held:
        for item in read_records(path):
            if isinstance(item, Broken):
                yield item
                continue
            kind = item.head.kind
            try:
                block = spool(checked(item))
            except BrokenRecordError:
                continue  # the reader reports it
            end = item.stream.position
            if kind in ANSWERS:
                if waiting is not None:
                    yield waiting
                held.close()
                held.enter_context(block)
                waiting = Answer(item.head, item.offset, end, block, group_end=end)
                continue
            with block:
                if waiting is not None and _belongs(item.head, waiting.head):
                    if kind == "metadata" and not waiting.notes:
                        waiting.notes = read_notes(block.read())
                    waiting.group_end = end
                elif kind == "metadata":
                    erased = _tombstone(item.head, read_notes(block.read(MAX_HTTP_HEAD)))
                    if erased is not None:
                        yield erased
        if waiting is not None:
            yield waiting


def _tombstone(head: Head, notes: Notes) -> Tombstone | None:
    record_id = first_note(notes, ERASED_RECORD)
    if record_id is None or first_note(notes, "erased-type") not in ANSWERS:
        return None
    return Tombstone(capture_id_of(record_id), head.get("WARC-Date") or "")


def read_notes(block: bytes) -> Notes:
    """Read warc-fields, each name with its values in order."""
    notes: Notes = {}
    for name, value in parse_fields(block):
        notes.setdefault(name, []).append(value)
    return notes


def first_note(notes: Notes, name: str) -> str | None:
    """Return the first value of a name, or None."""
    return notes.get(name, [None])[0]


def _belongs(head: Head, answer: Head) -> bool:
    wanted = answer.record_id
    return any(
        value == wanted for name, value in head.fields if name.lower() == "warc-concurrent-to"
    ) or (answer.get("WARC-Concurrent-To") == head.record_id)


def kind_of(head: Head, *, is_import: bool) -> CaptureKind:
    """Return what kind of capture an answer's record is."""
    if head.kind == "revisit":
        is_304 = (head.get("WARC-Profile") or "").endswith("/server-not-modified")
        return "revisit_304" if is_304 else "revisit_payload"
    return "imported" if is_import else "response"


def read_http(answer: Answer, *, trusted: bool) -> HttpAnswer:
    """Read status, headers and payload of an answer.

    The notes of our own crawl (`trusted`) go before guesses; those in a foreign file are no
    proof, so its payloads are measured.
    """
    if not trusted:
        claims = {"head-length", "payload-length", "payload-digest"}
        answer = replace(answer, notes={k: v for k, v in answer.notes.items() if k not in claims})
    head, block = answer.head, answer.block
    if head.kind == "resource":
        digest, size = _measured(iter(lambda: block.read(CHUNK), b""))
        stated = (("content-type", head.get("Content-Type") or ""),)
        return HttpAnswer(200, stated, 0, False, digest, size)
    start = block.read(MAX_HTTP_HEAD)
    noted = answer.note("head-length")
    head_length = int(noted) if noted else head_end(start) or 0
    http = start[:head_length]
    if head.get("WARC-Profile") == NOT_MODIFIED and not http:
        lines = answer.notes.get("http-response-line", ["HTTP/1.1 304 Not Modified"])
        http = "\r\n".join(lines).encode("latin-1")
    status, headers = parse_http_head(http)
    if head.kind == "revisit":
        noted_digest = answer.note("payload-digest")
        is_chunked = answer.note("transfer-coding") == "chunked"
        return HttpAnswer(status, headers, head_length, is_chunked, noted_digest, None)
    if answer.note("payload-digest"):
        return HttpAnswer(
            status,
            headers,
            head_length,
            answer.note("transfer-coding") == "chunked",
            answer.note("payload-digest"),
            int(answer.note("payload-length") or 0),
        )
    coding = (header(headers, "transfer-encoding") or "").lower()
    is_chunked = "chunked" in coding and _looks_chunked(start[head_length:])
    block.seek(head_length)
    body = iter(lambda: block.read(CHUNK), b"")
    digest, size = _measured(dechunk(body) if is_chunked else body)
    return HttpAnswer(status, headers, head_length, is_chunked, digest, size)


def _looks_chunked(body: bytes) -> bool:
    """Tell whether a body has chunk framing; other crawlers keep the header, but not the chunks."""
    line = body.partition(b"\n")[0].partition(b";")[0].strip()
    try:
        return bool(line) and len(line) <= 16 and int(line, 16) >= 0
    except ValueError:
        return False


def _measured(pieces: Iterator[bytes]) -> tuple[str, int]:
    size = 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for piece in pieces:
            size += len(piece)
            yield piece

    return digest_of(counted()), size


def redirect_target(answer: Answer, http: HttpAnswer, url: str, *, is_import: bool) -> str | None:
    """Return where an answer leads on: as our crawl noted, or as others' Location says."""
    if not is_import:
        return answer.note("redirects-to")
    location = header(http.headers, "location")
    if http.status not in _REDIRECTS or not location:
        return None
    target = joined(url, escaped_bytes(location.encode("latin-1")))
    return safe_url(target) if target is not None and is_web_url(target) else None


def says_own_links(answer: Answer, http: HttpAnswer, kind: CaptureKind) -> bool:
    """Tell whether a capture's links are to be read from it: noted so, or others' page or PDF."""
    if answer.note("links") is not None:
        return True
    media_type, _ = media_type_of(header(http.headers, "content-type"))
    has_links = media_type is None or "html" in media_type or media_type == "application/pdf"
    return kind == "imported" and is_whole_page(http.status) and has_links and bool(http.size)
