"""Take the captures of a whole WARC file into a catalogue: what `rebuild` and `import` share.

Reads records, of our crawls and of others, and writes rows; must not change WARC files.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from archiver.corpus.answers import (
    Answer,
    HttpAnswer,
    Tombstone,
    kind_of,
    read_answers,
    read_http,
    redirect_target,
    says_own_links,
)
from archiver.corpus.conformance import Finding
from archiver.corpus.content import Content
from archiver.corpus.payload import header, media_type_of
from archiver.corpus.reader import Broken
from archiver.corpus.rows import (
    CaptureRow,
    insert_capture,
    insert_links,
    is_whole_page,
    next_capture_row,
)
from archiver.corpus.warc import Head, capture_id_of, parse_warc_date, warc_date
from archiver.errors import DamagedRecordError
from archiver.model import MAX_LINK_BYTES, CaptureKind, Link, LinkReading
from archiver.urls import is_web_url, origin_of, url_key

ReadLinks = Callable[[bytes, str | None, str], LinkReading]
"""Reads the links of a payload: (bytes, Content-Type header, URL) → LinkReading."""

_GONE_AFTER = 3


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

    `due_at` is when the URLs it makes are due for a visit (epoch seconds; None: never); those
    only met in others' files never are.
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
        with closing(read_answers(path)) as items:
            for item in items:
                if isinstance(item, Broken):
                    self.findings.append(Finding(file.name, item.offset, item.what))
                    continue
                if isinstance(item, Tombstone):
                    connection.execute(
                        "INSERT OR IGNORE INTO erased VALUES(?, ?)", (item.capture_id, item.at)
                    )
                    continue
                try:
                    self._take(connection, item, file)
                except ValueError as error:  # an impossible date, number or URL in a foreign head
                    self.findings.append(Finding(file.name, item.offset, str(error)))
        wanted, self._wanted = self._wanted, []
        for page in wanted:
            insert_links(connection, page.row, self._links(page, file.name))

    def _take(self, connection: sqlite3.Connection, answer: Answer, file: FileRow) -> None:
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
        http = read_http(answer, trusted=not file.is_import)
        kind = kind_of(head, is_import=file.is_import)
        target = redirect_target(answer, http, url, is_import=file.is_import)
        due_at = None if file.is_import else self._due_at
        url_id = _url(connection, file, url, answer.note("url-key"), due_at)
        target_id = None
        if target is not None:
            key = answer.note("redirect-key")
            target_id = _url(connection, file, target, key, due_at)
        original = self._original(connection, head) if head.kind == "revisit" else None
        number = next_capture_row(connection)
        row = _row(answer, http, file, kind, number, url_id, original)
        has_own_links = says_own_links(answer, http, kind)
        links_from = number if has_own_links else None
        insert_capture(connection, replace(row, redirect_to=target_id, links_from=links_from))
        if not has_own_links:
            connection.execute(_SAME_LINKS, (url_id, number))
        elif answer.note("links") == "0":
            insert_links(connection, number, ())
        else:
            content_type = header(http.headers, "content-type")
            self._wanted.append(_Wanted(number, capture_id, url, content_type))
        stated = head.get("WARC-Payload-Digest")
        if stated is not None and head.kind != "revisit":
            self._stated.setdefault(stated, number)
        self._visited(connection, url_id, number, answer, http, due_at)
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
            with suppress(ValueError):  # of a foreign head
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
                body = payload.read(MAX_LINK_BYTES + 1)
        except DamagedRecordError as error:
            self.findings.append(Finding(file, 0, str(error)))
            return ()
        if len(body) > MAX_LINK_BYTES:
            return ()
        return self._read_links(body, item.content_type, item.url).links

    def _visited(
        self,
        connection: sqlite3.Connection,
        url_id: int,
        number: int,
        answer: Answer,
        http: HttpAnswer,
        due_at: float | None,
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
                "depth": _number(answer.note("depth")) or 0,
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
                "due_at": due_at,
            },
        )


def _row(
    answer: Answer,
    http: HttpAnswer,
    file: FileRow,
    kind: CaptureKind,
    number: int,
    url_id: int,
    original: sqlite3.Row | None,
) -> CaptureRow:
    """Return an answer as a capture; `original` is what a revisit refers to, where it is held."""
    head, digest, size = answer.head, http.digest, http.size
    is_revisit = head.kind == "revisit"
    if is_revisit:
        digest = original["payload_digest"] if original else None
        size = original["payload_size"] if original else None
    declared, declared_charset = media_type_of(header(http.headers, "content-type"))
    return CaptureRow(
        id=number,
        capture_id=capture_id_of(head.record_id),
        crawl=file.crawl,
        url_id=url_id,
        url=head.target,
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
        duration_ms=_number(answer.note("fetchTimeMs")),
        attempt=_number(answer.note("attempt")),
        truncated=None if is_revisit else head.get("WARC-Truncated"),
        malformed=answer.note("malformed"),
        refers_to=original["id"] if original else None,
        redirect_to=None,
        links_from=None,
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


def _number(note: str | None) -> int | None:
    """Return a note of another crawler as a number, None where it is none."""
    return int(note) if note and note.isascii() and note.isdecimal() and len(note) < 16 else None


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
