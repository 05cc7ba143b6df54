"""Make the catalogue anew from the WARC files alone.

Captures, files, links and URLs come out as they were. The queue is derived anew (every URL is
due); host timings, attempts, refusals and how crawls ended have no record and are lost.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from archiver.corpus.captures import Captures
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.conformance import Finding
from archiver.corpus.content import Content, checked
from archiver.corpus.folder import OPEN_SUFFIX, Layout, sync_folder
from archiver.corpus.payload import (
    MAX_HTTP_HEAD,
    head_end,
    header,
    media_type_of,
    parse_http_head,
    spool,
)
from archiver.corpus.reader import Broken, BrokenRecordError, Record, read_records
from archiver.corpus.rows import (
    insert_links,
    is_whole_page,
)
from archiver.corpus.warc import (
    NOT_MODIFIED,
    Head,
    capture_id_of,
    parse_fields,
    parse_warc_date,
    warc_date,
)
from archiver.corpus.warcfile import file_digest, lock_open_file
from archiver.errors import ArchiverError, DamagedRecordError, StorageError
from archiver.model import Link, LinkReading
from archiver.urls import origin_of, url_key

ReadLinks = Callable[[bytes, str | None, str], LinkReading]
"""Reads the links of a payload: (bytes, Content-Type header, URL) → LinkReading."""

_GONE_AFTER = 3


@dataclass(slots=True)
class RebuildReport:
    """What a rebuild found. `lost` names what the WARC files could not give back."""

    files: int = 0
    captures: int = 0
    documents_kept: int = 0
    findings: list[Finding] = field(default_factory=list)
    lost: tuple[str, ...] = (
        "the queue (every URL is due again)",
        "host timings and robots.txt caches",
        "attempts, refusals and other events",
        "how earlier crawls ended",
    )


@dataclass(slots=True)
class _Answer:
    """A response or revisit record, waiting for the metadata record that closes its group."""

    head: Head
    offset: int
    end: int
    block: BinaryIO
    notes: dict[str, list[str]] = field(default_factory=dict)
    group_end: int = 0


def rebuild(layout: Layout, read_links: ReadLinks) -> RebuildReport:
    """Write a new catalogue beside the old one and put it in its place.

    Documents and versions are taken over from the old catalogue if it can still be read; else the
    next update makes them anew. Damaged records are reported and passed over. Raises StorageError
    when the disk fails, LockedError while a crawl is writing.
    """
    beside = layout.catalogue.with_name(layout.catalogue.name + ".new")
    try:
        _remove(beside)
        report = RebuildReport()
        catalogue = Catalogue.open(beside)
        try:
            content = Content(layout, Captures(catalogue))
            builder = _Builder(content, read_links, report)
            for name in _in_order(layout):
                path = _closed(layout, name)
                if path is not None:
                    with catalogue.transaction() as connection:
                        builder.file(connection, path)
                    report.files += 1
            report.documents_kept = _take_over_documents(catalogue, layout.catalogue)
            catalogue.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            catalogue.close()
        _swap(beside, layout.catalogue)
    except OSError as error:
        raise StorageError(f"{layout.root}: cannot rebuild: {error.strerror}") from error
    return report


def _in_order(layout: Layout) -> list[str]:
    """List the files by the moment their crawl began, so that originals come before revisits."""

    def began(name: str) -> tuple[str, str]:
        for item in read_records(layout.warc_file(name)):
            if isinstance(item, Record):
                return item.head.get("WARC-Date") or "", name
            break
        return "", name

    return sorted(layout.warc_names(), key=began)


def _closed(layout: Layout, name: str) -> Path | None:
    """Return a file under its final name; one left open is cut behind its last whole group."""
    closed, still_open = layout.warc / name, layout.warc / (name + OPEN_SUFFIX)
    if closed.exists():
        return closed
    end = 0
    for item in read_records(still_open):
        if isinstance(item, Broken):
            break
        with suppress(BrokenRecordError):
            item.finish()
            if item.stream.is_at_end and item.head.kind == "metadata":
                end = item.stream.position
    with still_open.open("r+b") as file:
        lock_open_file(file.fileno(), still_open)
        if end:
            file.truncate(end)
    if not end:
        return None
    still_open.rename(closed)
    sync_folder(layout.warc)
    return closed


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A capture whose links are to be read from its payload."""

    row: int
    capture_id: str
    url: str
    count: int


class _Builder:
    """Turns records into rows."""

    def __init__(self, content: Content, read_links: ReadLinks, report: RebuildReport) -> None:
        self._content = content
        self._read_links = read_links
        self._report = report
        self._wanted: list[tuple[_Wanted, str | None]] = []
        self._file_row = 0
        self._crawl: int | None = None
        self._site = ""

    def file(self, connection: sqlite3.Connection, path: Path) -> None:
        """Take in all captures of one closed file."""
        self._crawl, self._site = None, path.name.partition(".")[0]
        stat = path.stat()
        self._file_row = int(
            connection.execute(
                "INSERT INTO warc_file(name, kind, state, committed_size, sha256, created_at, "
                "closed_at) VALUES(?, 'crawl', 'closed', ?, ?, '', ?)",
                (
                    path.name,
                    stat.st_size,
                    file_digest(path),
                    warc_date(datetime.fromtimestamp(stat.st_mtime, UTC)),
                ),
            ).lastrowid
            or 0
        )
        for answer in self._groups(connection, path):
            with answer.block:
                self._capture(connection, answer)
        self._read_wanted_links(connection, path.name)

    def _groups(self, connection: sqlite3.Connection, path: Path) -> Iterator[_Answer]:
        waiting: _Answer | None = None
        for item in read_records(path):
            if isinstance(item, Broken):
                self._report.findings.append(Finding(path.name, item.offset, item.what))
                continue
            kind = item.head.kind
            try:
                block = spool(checked(item))
            except BrokenRecordError:
                continue  # the reader reports it
            end = item.stream.position
            if kind == "warcinfo":
                with block:
                    self._warcinfo(connection, item.head, _notes(block.read()))
            elif kind in {"response", "revisit"}:
                if waiting is not None:
                    yield waiting
                waiting = _Answer(item.head, item.offset, end, block, group_end=end)
            else:
                with block:
                    if waiting is None or not _belongs(item.head, waiting):
                        continue  # its answer was damaged
                    if kind == "metadata":
                        waiting.notes = _notes(block.read())
                    waiting.group_end = end
        if waiting is not None:
            yield waiting

    def _warcinfo(
        self, connection: sqlite3.Connection, head: Head, notes: dict[str, list[str]]
    ) -> None:
        crawl_id = _first(notes, "crawl-id")
        connection.execute(
            "UPDATE warc_file SET created_at = ? WHERE id = ?",
            (head.get("WARC-Date") or "", self._file_row),
        )
        self._site = _first(notes, "isPartOf") or self._site
        if crawl_id is None:
            return
        connection.execute(
            "INSERT OR IGNORE INTO crawl(crawl_id, site, software, user_agent, robots_policy, "
            "config, started_at, state, reason) VALUES(?, ?, ?, ?, ?, ?, ?, 'interrupted', ?)",
            (
                crawl_id,
                self._site,
                _first(notes, "software") or "",
                _first(notes, "http-header-user-agent") or "",
                _first(notes, "robots") or "",
                _first(notes, "crawl-config") or "{}",
                _first(notes, "crawl-started") or head.get("WARC-Date") or "",
                "rebuilt: how it ended is not in the WARC files",
            ),
        )
        row = connection.execute("SELECT id FROM crawl WHERE crawl_id = ?", (crawl_id,)).fetchone()
        self._crawl = int(row[0])
        connection.execute(
            "UPDATE warc_file SET crawl = ? WHERE id = ?", (self._crawl, self._file_row)
        )

    def _capture(self, connection: sqlite3.Connection, answer: _Answer) -> None:
        notes, head = answer.notes, answer.head
        captured = parse_warc_date(head.get("WARC-Date") or "")
        start = answer.block.read(MAX_HTTP_HEAD)
        noted_length = _first(notes, "head-length")
        head_length = int(noted_length) if noted_length else head_end(start) or 0
        http = start[:head_length]
        profile = head.get("WARC-Profile")
        if profile == NOT_MODIFIED:
            lines = notes.get("http-response-line", ["HTTP/1.1 304 Not Modified"])
            http = "\r\n".join(lines).encode("latin-1")
        status, headers = parse_http_head(http)
        declared, declared_charset = media_type_of(header(headers, "content-type"))
        kind = "response" if head.kind == "response" else "revisit_payload"
        if profile == NOT_MODIFIED:
            kind = "revisit_304"
        is_chunked = _first(notes, "transfer-coding") == "chunked"
        truncated = head.get("WARC-Truncated") if kind == "response" else None
        url_id = self._url(connection, head.target, _first(notes, "url-key"))
        target = _first(notes, "redirects-to")
        redirect_to = (
            self._url(connection, target, _first(notes, "redirect-key")) if target else None
        )
        digest = _first(notes, "payload-digest") if kind == "response" else None
        size = int(_first(notes, "payload-length") or 0)
        refers_to = None
        if kind != "response":
            refers_to = _original(connection, head.get("WARC-Refers-To"))
            digest = head.get("WARC-Payload-Digest")
        row = int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM capture").fetchone()[0])
        attempt = _first(notes, "attempt")
        connection.execute(
            "INSERT INTO capture(id, capture_id, crawl, url_id, url, kind, warc, offset, length, "
            "group_end, record_id, captured_at, status, media_type, charset, payload_digest, "
            "payload_size, head_length, content_encoding, is_chunked, ip, duration_ms, attempt, "
            "truncated, malformed, refers_to, redirect_to) "
            f"VALUES({', '.join('?' * 27)})",
            (
                row,
                capture_id_of(head.record_id),
                self._crawl,
                url_id,
                head.target,
                kind,
                self._file_row,
                answer.offset,
                answer.end - answer.offset,
                answer.group_end,
                head.record_id,
                warc_date(captured),
                status,
                _first(notes, "media-type") or declared,
                _first(notes, "charset") or declared_charset,
                digest,
                refers_to["payload_size"] if refers_to else size,
                head_length,
                header(headers, "content-encoding"),
                is_chunked,
                head.get("WARC-IP-Address"),
                int(_first(notes, "fetchTimeMs") or 0),
                int(attempt) if attempt else None,
                truncated,
                _first(notes, "malformed"),
                refers_to["id"] if refers_to else None,
                redirect_to,
            ),
        )
        noted_links = _first(notes, "links")
        if noted_links is not None:
            connection.execute("UPDATE capture SET links_from = id WHERE id = ?", (row,))
            wanted = _Wanted(row, capture_id_of(head.record_id), head.target, int(noted_links))
            self._wanted.append((wanted, header(headers, "content-type")))
        else:
            connection.execute(_SAME_LINKS, (url_id, row))
        self._visited(connection, url_id, row, notes, headers)
        self._report.captures += 1

    def _read_wanted_links(self, connection: sqlite3.Connection, file: str) -> None:
        """Read the links of the file's captures from their payloads, as the crawl did."""
        wanted, self._wanted = self._wanted, []
        for item, content_type in wanted:
            links: tuple[Link, ...] = ()
            if item.count:
                try:
                    with self._content.payload(item.capture_id) as payload:
                        links = self._read_links(payload.read(), content_type, item.url).links
                except DamagedRecordError as error:
                    self._report.findings.append(Finding(file, 0, str(error)))
            insert_links(connection, item.row, links)

    def _visited(
        self,
        connection: sqlite3.Connection,
        url_id: int,
        row: int,
        notes: dict[str, list[str]],
        headers: tuple[tuple[str, str], ...],
    ) -> None:
        """Bring the URL's row to what it must be after one more visit."""
        held = connection.execute("SELECT * FROM capture WHERE id = ?", (row,)).fetchone()
        via = _first(notes, "via")
        holds_page = is_whole_page(held["status"]) and held["truncated"] is None
        is_missing = held["status"] == 404
        connection.execute(
            _VISITED,
            {
                "id": url_id,
                "role": _first(notes, "role") or "page",
                "depth": int(_first(notes, "depth") or 0),
                "hops": _first(notes, "hopsFromSeed") or "",
                "via": self._url(connection, via, None) if via else None,
                "misses": 1 if is_missing else 0,
                "is_gone": held["status"] == 410,
                "gone_after": _GONE_AFTER,
                "status": held["status"],
                "etag": header(headers, "etag"),
                "last_modified": header(headers, "last-modified"),
                "capture": held["capture_id"],
                "row": row if holds_page else None,
                "digest": held["payload_digest"] if holds_page else None,
                "at": parse_warc_date(held["captured_at"]).timestamp(),
            },
        )

    def _url(self, connection: sqlite3.Connection, url: str, key: str | None) -> int:
        """Return the row of a URL, made if need be: queued, until a capture of it is met."""
        key = key or (url if self._crawl is not None else url_key(url))
        found = connection.execute(
            "SELECT id FROM url WHERE site = ? AND (key = ? OR url = ?)", (self._site, key, url)
        ).fetchone()
        if found is not None:
            return int(found[0])
        made = connection.execute(
            "INSERT INTO url(site, key, url, origin, depth, role, priority, hops, state, due_at) "
            "VALUES(?, ?, ?, ?, 0, 'page', 0, '', 'queued', 0)",
            (self._site, key, url, origin_of(url)),
        )
        return int(made.lastrowid or 0)


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
    via = CASE WHEN visits THEN via ELSE :via END,
    misses = CASE WHEN :misses THEN misses + 1 ELSE 0 END,
    state = CASE WHEN :is_gone OR (:misses AND misses + 1 >= :gone_after) THEN 'gone'
      ELSE 'idle' END,
    visits = visits + 1, last_status = :status, last_capture = :capture,
    etag = coalesce(:etag, etag), last_modified = coalesce(:last_modified, last_modified),
    payload_capture = coalesce(:row, payload_capture),
    payload_digest = coalesce(:digest, payload_digest),
    last_fetched_at = :at, due_at = 0
  WHERE id = :id"""


def _original(connection: sqlite3.Connection, record_id: str | None) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "SELECT id, payload_size FROM capture WHERE capture_id = ?",
        (capture_id_of(record_id or ""),),
    ).fetchone()
    return row


def _belongs(head: Head, answer: _Answer) -> bool:
    return head.get("WARC-Concurrent-To") == answer.head.record_id


def _notes(block: bytes) -> dict[str, list[str]]:
    notes: dict[str, list[str]] = {}
    for name, value in parse_fields(block):
        notes.setdefault(name, []).append(value)
    return notes


def _first(notes: dict[str, list[str]], name: str) -> str | None:
    return notes.get(name, [None])[0]


def _take_over_documents(catalogue: Catalogue, old: Path) -> int:
    """Copy documents and versions from the old catalogue; return how many documents, if any."""
    if not old.exists():
        return 0
    try:
        before = Catalogue.open(old, read_only=True)
    except ArchiverError:
        return 0
    try:
        documents = before.rows("SELECT doc_id, site, kind, key, body FROM document")
        versions = before.rows("SELECT * FROM version")
    except ArchiverError:
        return 0
    finally:
        before.close()
    with catalogue.transaction() as connection:
        connection.executemany("INSERT INTO document VALUES(?, ?, ?, ?, ?)", map(tuple, documents))
        connection.executemany(
            "INSERT INTO version VALUES(?, ?, ?, ?, ?, ?, ?)", map(tuple, versions)
        )
    return len(documents)


def _swap(new: Path, old: Path) -> None:
    """Put the new catalogue in the place of the old one.

    The old one is moved away with its journal first, so that no journal meets another's file;
    between the two steps the corpus is one without a catalogue, which opening refuses.
    """
    before = old.with_name(old.name + ".before")
    _remove(before)
    for suffix in ("", "-wal", "-shm"):
        path = old.with_name(old.name + suffix)
        if path.exists():
            path.rename(before.with_name(before.name + suffix))
    new.rename(old)
    sync_folder(old.parent)
    _remove(before)
    _remove(new)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
