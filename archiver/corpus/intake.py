"""Take the captures of a whole WARC file into a catalogue: what `rebuild` and `import` share.

Reads records, of our crawls and of others, and writes rows; must not change WARC files.
"""

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

from archiver.corpus.conformance import Finding
from archiver.corpus.content import Content, checked
from archiver.corpus.payload import (
    MAX_HTTP_HEAD,
    dechunk,
    head_end,
    header,
    media_type_of,
    parse_http_head,
    spool,
)
from archiver.corpus.reader import Broken, BrokenRecordError, read_records
from archiver.corpus.rows import (
    CaptureRow,
    insert_capture,
    insert_links,
    is_whole_page,
    next_capture_row,
)
from archiver.corpus.warc import (
    CHUNK,
    NOT_MODIFIED,
    Head,
    capture_id_of,
    digest_of,
    parse_fields,
    parse_warc_date,
    warc_date,
)
from archiver.errors import DamagedRecordError
from archiver.model import CaptureKind, Link, LinkReading
from archiver.urls import is_web_url, origin_of, safe_url, url_key

ReadLinks = Callable[[bytes, str | None, str], LinkReading]
"""Reads the links of a payload: (bytes, Content-Type header, URL) → LinkReading."""

ANSWERS = frozenset({"response", "revisit", "resource"})
_GONE_AFTER = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_LINK_PAGE = 16 * 1024 * 1024  # larger "pages" of other crawlers are not read for links

Notes = dict[str, list[str]]


@dataclass(slots=True)
class _Answer:
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
class _Http:
    """What an answer says as HTTP, and its payload's size and digest."""

    status: int | None
    headers: tuple[tuple[str, str], ...]
    head_length: int
    is_chunked: bool
    digest: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A capture whose links are to be read from its payload."""

    row: int
    capture_id: str
    url: str
    content_type: str | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """A WARC file as the catalogue knows it."""

    id: int
    name: str
    site: str
    crawl: int | None
    is_import: bool


class Intake:
    """Turns the records of WARC files into rows of captures, links and URLs.

    `due_at` is when the URLs it makes are due for a visit (epoch seconds; None: never).
    `findings` collects what could not be read.
    """

    def __init__(self, content: Content, read_links: ReadLinks, *, due_at: float | None) -> None:
        self._content = content
        self._read_links = read_links
        self._due_at = due_at
        self._wanted: list[_Wanted] = []
        self._stated: dict[str, int] = {}  # payload digests as other tools state them → capture
        self.findings: list[Finding] = []
        self.captures = 0

    def take(self, connection: sqlite3.Connection, path: Path, file: FileRow) -> None:
        """Take in all captures of one file, inside a transaction. Raises OSError."""
        self._stated.clear()
        with closing(self._answers(path, file.name)) as answers:
            for answer in answers:
                try:
                    self._take(connection, answer, file)
                except ValueError as error:  # an impossible date, number or URL in a foreign head
                    self.findings.append(Finding(file.name, answer.offset, str(error)))
        wanted, self._wanted = self._wanted, []
        for item in wanted:
            insert_links(connection, item.row, self._links(item, file.name))

    def _answers(self, path: Path, name: str) -> Generator[_Answer]:
        """Yield the answers with the notes of their groups, each with its block open."""
        waiting: _Answer | None = None
        with ExitStack() as held:
            for item in read_records(path):
                if isinstance(item, Broken):
                    self.findings.append(Finding(name, item.offset, item.what))
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
                    waiting = _Answer(item.head, item.offset, end, block, group_end=end)
                    continue
                with block:
                    if waiting is None or not _belongs(item.head, waiting.head):
                        continue
                    if kind == "metadata" and not waiting.notes:
                        waiting.notes = read_notes(block.read())
                    waiting.group_end = end
            if waiting is not None:
                yield waiting

    def _take(self, connection: sqlite3.Connection, answer: _Answer, file: FileRow) -> None:
        head = answer.head
        if file.is_import and not is_web_url(head.target):
            return
        url, capture_id = head.target, capture_id_of(head.record_id)
        if connection.execute(
            "SELECT 1 FROM capture WHERE capture_id = ?", (capture_id,)
        ).fetchone():
            self.findings.append(
                Finding(file.name, answer.offset, f"the record of capture {capture_id} once more")
            )
            return
        http = _read_http(answer)
        kind = _kind_of(head, file)
        target = _redirect_target(answer, http, url, file)
        url_id = _url(connection, file, url, answer.note("url-key"), self._due_at)
        target_id = None
        if target is not None:
            key = answer.note("redirect-key")
            target_id = _url(connection, file, target, key, self._due_at)
        digest, size, refers_to = http.digest, http.size, None
        if head.kind == "revisit":
            refers_to = self._original(connection, head)
            digest = refers_to["payload_digest"] if refers_to else None
            size = refers_to["payload_size"] if refers_to else None
        number = next_capture_row(connection)
        declared, declared_charset = media_type_of(header(http.headers, "content-type"))
        attempt, duration = answer.note("attempt"), answer.note("fetchTimeMs")
        has_own_links = _has_own_links(answer, http, declared, kind)
        insert_capture(
            connection,
            CaptureRow(
                id=number,
                capture_id=capture_id,
                crawl=file.crawl,
                url_id=url_id,
                url=url,
                kind=kind,
                warc=file.id,
                offset=answer.offset,
                length=answer.end - answer.offset,
                group_end=answer.group_end,
                record_id=head.record_id,
                captured_at=warc_date(parse_warc_date(head.get("WARC-Date") or "")),
                status=http.status,
                media_type=answer.note("media-type") or declared,
                charset=answer.note("charset") or declared_charset,
                payload_digest=digest,
                payload_size=size,
                head_length=http.head_length,
                content_encoding=header(http.headers, "content-encoding"),
                is_chunked=http.is_chunked,
                ip=head.get("WARC-IP-Address"),
                duration_ms=int(duration) if duration else None,
                attempt=int(attempt) if attempt else None,
                truncated=head.get("WARC-Truncated") if head.kind != "revisit" else None,
                malformed=answer.note("malformed"),
                refers_to=refers_to["id"] if refers_to else None,
                redirect_to=target_id,
                links_from=number if has_own_links else None,
            ),
        )
        if has_own_links:
            content_type = header(http.headers, "content-type")
            if answer.note("links") != "0":
                self._wanted.append(_Wanted(number, capture_id, url, content_type))
            else:
                insert_links(connection, number, ())
        else:
            connection.execute(_SAME_LINKS, (url_id, number))
        stated = head.get("WARC-Payload-Digest")
        if stated is not None and head.kind != "revisit":
            self._stated.setdefault(stated, number)
        self._visited(connection, url_id, number, answer, http)
        self.captures += 1

    def _original(self, connection: sqlite3.Connection, head: Head) -> sqlite3.Row | None:
        """Find what a revisit refers to: by record id, by URL and date, by stated digest."""
        record_id, date = head.get("WARC-Refers-To"), head.get("WARC-Refers-To-Date")
        uri = (head.get("WARC-Refers-To-Target-URI") or "").strip("<>")
        stated = head.get("WARC-Payload-Digest") or ""
        ways: list[tuple[str, tuple[object, ...]]] = []
        if record_id is not None:
            ways.append(("capture_id = ?", (capture_id_of(record_id),)))
        if uri and date:
            moment = warc_date(parse_warc_date(date))
            ways.append(("url = ? AND captured_at = ?", (uri, moment)))
        if stated in self._stated:
            ways.append(("id = ?", (self._stated[stated],)))
        ways.append(("payload_digest = ? AND kind IN ('response', 'imported')", (stated,)))
        for condition, parameters in ways:
            row: sqlite3.Row | None = connection.execute(
                "SELECT id, payload_digest, payload_size FROM capture "  # noqa: S608 - constants
                f"WHERE refers_to IS NULL AND payload_digest IS NOT NULL AND {condition} LIMIT 1",
                parameters,
            ).fetchone()
            if row is not None:
                return row
        return None

    def _links(self, item: _Wanted, file: str) -> tuple[Link, ...]:
        """Read the links of a capture from its payload, as the crawl did."""
        try:
            with self._content.payload(item.capture_id) as payload:
                body = payload.read(_MAX_LINK_PAGE + 1)
        except DamagedRecordError as error:
            self.findings.append(Finding(file, 0, str(error)))
            return ()
        if len(body) > _MAX_LINK_PAGE:
            return ()
        return self._read_links(body, item.content_type, item.url).links

    def _visited(
        self,
        connection: sqlite3.Connection,
        url_id: int,
        number: int,
        answer: _Answer,
        http: _Http,
    ) -> None:
        """Bring the URL's row to what it must be after one more visit."""
        held = connection.execute(
            "SELECT u.site, c.captured_at, c.truncated, c.capture_id, c.payload_digest "
            "FROM capture c JOIN url u ON u.id = c.url_id WHERE c.id = ?",
            (number,),
        ).fetchone()
        via = answer.note("via")
        holds_page = (
            is_whole_page(http.status)
            and held["truncated"] is None
            and held["payload_digest"] is not None
        )
        connection.execute(
            _VISITED,
            {
                "id": url_id,
                "site": held["site"],
                "role": answer.note("role") or "page",
                "depth": int(answer.note("depth") or 0),
                "hops": answer.note("hopsFromSeed") or "",
                "via": via,
                "is_missing": http.status == 404,
                "is_gone": http.status == 410,
                "gone_after": _GONE_AFTER,
                "status": http.status,
                "etag": header(http.headers, "etag"),
                "last_modified": header(http.headers, "last-modified"),
                "capture": held["capture_id"],
                "row": number if holds_page else None,
                "digest": held["payload_digest"] if holds_page else None,
                "at": parse_warc_date(held["captured_at"]).timestamp(),
                "due_at": self._due_at,
            },
        )


_SAME_LINKS = """
  UPDATE capture SET links_from = (
    SELECT p.links_from FROM url u JOIN capture p ON p.id = u.payload_capture
    WHERE u.id = ? AND (capture.kind = 'revisit_304' OR u.payload_digest = capture.payload_digest))
  WHERE id = ?"""

_VISITED = """
  UPDATE url SET
    role = CASE WHEN visits THEN role ELSE :role END,
    depth = CASE WHEN visits THEN depth ELSE :depth END,
    hops = CASE WHEN visits THEN hops ELSE :hops END,
    via = CASE WHEN visits THEN via
      ELSE (SELECT v.id FROM url v WHERE v.site = :site AND (v.key = :via OR v.url = :via)) END,
    misses = CASE WHEN :is_missing THEN misses + 1 ELSE 0 END,
    state = CASE WHEN :is_gone OR (:is_missing AND misses + 1 >= :gone_after) THEN 'gone'
      ELSE 'idle' END,
    visits = visits + 1, last_status = :status, last_capture = :capture,
    etag = coalesce(:etag, etag), last_modified = coalesce(:last_modified, last_modified),
    payload_capture = coalesce(:row, payload_capture),
    payload_digest = coalesce(:digest, payload_digest),
    last_fetched_at = :at, due_at = coalesce(due_at, :due_at)
  WHERE id = :id AND coalesce(last_fetched_at, 0) <= :at"""


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


def _kind_of(head: Head, file: FileRow) -> CaptureKind:
    if head.kind == "revisit":
        is_304 = (head.get("WARC-Profile") or "").endswith("/server-not-modified")
        return "revisit_304" if is_304 else "revisit_payload"
    return "imported" if file.is_import else "response"


def _read_http(answer: _Answer) -> _Http:
    """Read status, headers and payload of an answer; notes of our own crawl go before guesses."""
    head, block = answer.head, answer.block
    if head.kind == "resource":
        digest, size = _measured(iter(lambda: block.read(CHUNK), b""))
        stated = (("content-type", head.get("Content-Type") or ""),)
        return _Http(200, stated, 0, False, digest, size)
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
        return _Http(status, headers, head_length, is_chunked, noted_digest, None)
    if answer.note("payload-digest"):
        return _Http(
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
    return _Http(status, headers, head_length, is_chunked, digest, size)


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


def _redirect_target(answer: _Answer, http: _Http, url: str, file: FileRow) -> str | None:
    if not file.is_import:
        return answer.note("redirects-to")
    location = header(http.headers, "location")
    if http.status not in _REDIRECTS or not location:
        return None
    target = safe_url(urljoin(url, location))
    return target if is_web_url(target) else None


def _has_own_links(answer: _Answer, http: _Http, media_type: str | None, kind: CaptureKind) -> bool:
    """Tell whether the links of a capture are to be read from it: noted so, or a page of others."""
    if answer.note("links") is not None:
        return True
    is_page = "html" in (media_type or "html")
    return kind == "imported" and is_whole_page(http.status) and is_page and bool(http.size)


def _url(
    connection: sqlite3.Connection, file: FileRow, url: str, key: str | None, due_at: float | None
) -> int:
    """Return the row of a URL, made if need be: queued, until a capture of it is met."""
    key = key or (url_key(url) if file.is_import else url)
    found = connection.execute(
        "SELECT id FROM url WHERE site = ? AND key = ?", (file.site, key)
    ).fetchone()
    if found is not None:
        return int(found[0])
    # A URL only met in others' archives is not ours to fetch: idle and never due.
    made = connection.execute(
        "INSERT INTO url(site, key, url, origin, depth, role, priority, hops, state, due_at) "
        "VALUES(?, ?, ?, ?, 0, 'page', 0, '', ?, ?)",
        (
            file.site,
            key,
            url,
            origin_of(url),
            "idle" if file.is_import else "queued",
            due_at,
        ),
    )
    return int(made.lastrowid or 0)
