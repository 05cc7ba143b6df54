"""One site's side of the corpus while it is crawled: frontier, WARC files, captures.

The order of a batch is its durability: WARC records, fsync, then one catalogue transaction.
Decides what becomes a revisit; everything else was decided by the crawl.
"""

import re
import sqlite3
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archiver.codec import from_json, to_json
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.frontier import Frontier
from archiver.corpus.payload import media_type_of
from archiver.corpus.records import NewId, Original, Written, write_group, write_warcinfo
from archiver.corpus.warc import capture_id_of, warc_date
from archiver.corpus.warcfile import OpenFile, WarcFile, create_raw
from archiver.errors import ArchiverError, CorpusError, StorageError
from archiver.model import (
    Candidate,
    Capture,
    CrawlCounts,
    CrawlStart,
    CrawlState,
    Event,
    Exchange,
    HostRecord,
    Link,
    Recording,
    UrlRecord,
)

ROTATE_AT = 1024**3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_WHOLE = frozenset({204, 205, 206})
_GROUP_OVERHEAD = 64 * 1024
_ANCHORS_KEPT = 64
_SLUG = re.compile(r"[^a-z0-9]+")

_INSERT_CAPTURE = """
  INSERT INTO capture(id, capture_id, crawl, url_id, url, kind, warc, offset, length, group_end,
    record_id, captured_at, status, media_type, charset, payload_digest, payload_size,
    head_length, content_encoding, is_chunked, ip, duration_ms, attempt, truncated, malformed,
    refers_to, redirect_to, links_from)
  VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
    (SELECT o.id FROM capture o WHERE o.capture_id = ?),
    (SELECT u.id FROM url u WHERE u.site = ? AND u.key = ?),
    coalesce(?, (SELECT l.links_from FROM capture l WHERE l.id = ?)))"""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """What the store is given beside the catalogue."""

    warc_folder: Path
    new_id: NewId
    rotate_at: int = ROTATE_AT
    open_file: OpenFile = create_raw


class SiteStore:
    """The corpus as one site's crawl sees it; implements `model.CrawlStore`."""

    def __init__(self, catalogue: Catalogue, site: str, settings: StoreSettings) -> None:
        self._catalogue = catalogue
        self._site = site
        self._settings = settings
        self._frontier = Frontier(catalogue, site)
        self._crawl_id = ""
        self._start: CrawlStart | None = None
        self._file: WarcFile | None = None
        self._file_row = 0
        self._file_number = 0
        self._anchors: OrderedDict[str, dict[str, str]] = OrderedDict()

    # -- the life of a crawl

    def begin_crawl(self, start: CrawlStart) -> str:
        """Open a crawl, return its id; URLs left leased by a killed crawl become queued."""
        if start.site != self._site:
            raise CorpusError(f"a crawl of {start.site!r} cannot use the store of {self._site!r}")
        slug = _SLUG.sub("-", self._site.lower()).strip("-")[:40] or "site"
        moment = start.started_at.strftime("%Y%m%dT%H%M%S")
        crawl_id = f"{slug}-{moment}-{self._settings.new_id().hex[:8]}"
        with self._catalogue.transaction() as connection:
            connection.execute(
                "UPDATE crawl SET state = 'interrupted', finished_at = coalesce(finished_at, ?) "
                "WHERE site = ? AND state = 'running'",
                (warc_date(start.started_at), self._site),
            )
            self._frontier.requeue_leased(connection)
            row = connection.execute(
                "INSERT INTO crawl(crawl_id, site, software, user_agent, robots_policy, config, "
                "started_at, state) VALUES(?, ?, ?, ?, ?, ?, ?, 'running')",
                (
                    crawl_id,
                    self._site,
                    start.software,
                    start.user_agent,
                    start.robots_policy,
                    start.config,
                    warc_date(start.started_at),
                ),
            ).lastrowid
        self._frontier.crawl = row
        self._crawl_id = crawl_id
        self._start = start
        self._file_number = 0
        return crawl_id

    def finish_crawl(
        self,
        crawl_id: str,
        state: CrawlState,
        counts: CrawlCounts,
        reason: str | None,
        at: datetime,
    ) -> None:
        """Close the crawl's WARC file (fsync, digest, rename) and write its final state."""
        self._close_file(at)
        with self._catalogue.transaction() as connection:
            connection.execute(
                "UPDATE crawl SET state = ?, counts = ?, reason = ?, finished_at = ? "
                "WHERE crawl_id = ?",
                (state, to_json(counts).decode(), reason, warc_date(at), crawl_id),
            )
        self._frontier.crawl = None
        self._start = None

    def close(self) -> None:
        """Let go of the open file; the next opening of the corpus puts it in order."""
        if self._file is not None:
            self._file.release()
            self._file = None

    # -- the frontier

    def add(self, candidates: Sequence[Candidate]) -> int:
        """Insert unknown URLs (queued, or excluded with reason); return how many were new."""
        try:
            return self._frontier.add(candidates)
        except BaseException:
            self._frontier.forget_unconfirmed()
            raise

    def revisit(self, site_keys_due_before: float) -> int:
        """Queue idle URLs whose `due_at` has come; return how many."""
        return self._frontier.revisit(site_keys_due_before)

    def lease(self, limit: int, now: float, busy_origins: frozenset[str]) -> list[UrlRecord]:
        """Take up to `limit` queued URLs whose time has come, of hosts not in `busy_origins`."""
        return self._frontier.lease(limit, now, busy_origins)

    def release(self, keys: Sequence[str]) -> None:
        """Give leased URLs back unvisited (stop requested)."""
        self._frontier.release(keys)

    def next_queued_at(self) -> float | None:
        """Return when the earliest queued URL may be fetched, or None when none is queued."""
        return self._frontier.next_queued_at()

    def url(self, key: str) -> UrlRecord | None:
        """Return one frontier row."""
        return self._frontier.url(key)

    def host(self, origin: str) -> HostRecord:
        """Return what is remembered of a host, fresh if unknown."""
        return self._frontier.host(origin)

    def save_host(self, host: HostRecord) -> None:
        """Remember a host's state; durable when it returns."""
        self._frontier.save_host(host)

    def counts_by_state(self) -> dict[str, int]:
        """Count the frontier's rows by state."""
        return self._frontier.counts_by_state()

    # -- what is held

    def knows_payload(self, digest: str) -> bool:
        """Tell whether a payload is already held whole."""
        return self._holder_of(digest) is not None

    def links_of(self, capture_id: str) -> tuple[Link, ...]:
        """Return the links recorded for a capture (or the one it refers to)."""
        row = self._catalogue.row(
            "SELECT l.body FROM capture c JOIN links l ON l.capture = c.links_from "
            "WHERE c.capture_id = ?",
            (capture_id,),
        )
        return () if row is None else unpack_links(row["body"])

    # -- recording

    def note(self, events: Sequence[Event]) -> None:
        """Write events that belong to no recording."""
        with self._catalogue.transaction() as connection:
            self._insert_events(connection, events)

    def record(self, recordings: Sequence[Recording]) -> list[Capture | None]:
        """Store visits durably: WARC groups, fsync, then one transaction. Order is kept.

        Raises StorageError when the disk fails; then nothing of the batch is stored.
        """
        try:
            written = self._write_groups(recordings)
            captures = self._commit(recordings, written)
        except BaseException as error:
            self._frontier.forget_unconfirmed()
            self._cut_back()
            if isinstance(error, OSError):
                raise StorageError(f"{self._settings.warc_folder}: {error.strerror}") from error
            if isinstance(error, ValueError):
                raise CorpusError(f"an answer cannot be stored: {error}") from error
            raise
        self._frontier.confirm()
        if self._file is not None:
            self._file.commit()
            if self._file.size >= self._settings.rotate_at:
                # The batch is stored; a file that cannot be closed is closed at the next opening.
                with suppress(StorageError):
                    self._close_file(_latest(recordings))
        self._remember_anchors(recordings)
        return captures

    def _write_groups(self, recordings: Sequence[Recording]) -> list[Written | None]:
        written: list[Written | None] = []
        batch: dict[str, Original] = {}
        for recording in recordings:
            exchange = recording.exchange
            if exchange is None:
                written.append(None)
                continue
            file = self._file or self._new_file(exchange.started_at)
            file.check_space(exchange.response_length + _GROUP_OVERHEAD)
            original = self._original(recording, exchange, batch)
            group = write_group(
                file,
                recording,
                original=original,
                anchor=self._anchor(recording.record),
                new_id=self._settings.new_id,
            )
            written.append(group)
            if original is None and _is_shareable(exchange):
                batch[exchange.payload_digest] = Original(
                    capture_id_of(group.record_id),
                    group.record_id,
                    exchange.url,
                    warc_date(exchange.started_at),
                    exchange.payload_digest,
                    exchange.payload_length,
                )
        if self._file is not None and any(written):
            self._file.sync()
        return written

    def _commit(
        self, recordings: Sequence[Recording], written: Sequence[Written | None]
    ) -> list[Capture | None]:
        captures: list[Capture | None] = []
        with self._catalogue.transaction() as connection:
            row = int(connection.execute("SELECT coalesce(max(id), 0) FROM capture").fetchone()[0])
            for recording, group in zip(recordings, written, strict=True):
                held = self._frontier.row_of(connection, recording.record)
                found = recording.candidates
                if recording.redirect_to is not None:
                    found = (*found, recording.redirect_to)
                self._frontier.insert(connection, found)
                capture, payload = None, None
                if group is not None:
                    capture = self._capture(recording, group)
                    row += 1
                    self._insert_capture(connection, recording, capture, group, held, row)
                    if is_whole_page(capture.status) and not capture.truncated:
                        payload = (row, capture.payload_digest)
                captures.append(capture)
                last = capture.capture_id if capture else None
                self._frontier.update(connection, held["id"], recording.update, last, payload)
                self._insert_events(connection, recording.events)
            if self._file is not None:
                connection.execute(
                    "UPDATE warc_file SET committed_size = ? WHERE id = ?",
                    (self._file.size, self._file_row),
                )
        return captures

    def _capture(self, recording: Recording, group: Written) -> Capture:
        exchange, original = recording.exchange, group.original
        assert exchange is not None
        assert self._file is not None
        declared, declared_charset = media_type_of(exchange.header("content-type"))
        return Capture(
            capture_id=capture_id_of(group.record_id),
            url=exchange.url,
            kind=group.kind,
            captured_at=exchange.started_at.astimezone(UTC),
            status=exchange.status,
            media_type=recording.media_type or declared,
            payload_digest=original.payload_digest if original else exchange.payload_digest,
            payload_size=original.payload_size if original else exchange.payload_length,
            warc_file=self._file.name,
            offset=group.offset,
            length=group.length,
            record_id=group.record_id,
            charset=recording.charset or declared_charset,
            content_encoding=exchange.header("content-encoding"),
            ip=exchange.ip,
            truncated=exchange.truncated,
            is_malformed=bool(exchange.malformed),
            refers_to=original.capture_id if original else None,
            redirect_to=recording.redirect_to.url if recording.redirect_to else None,
        )

    def _insert_capture(
        self,
        connection: sqlite3.Connection,
        recording: Recording,
        capture: Capture,
        group: Written,
        held: sqlite3.Row,
        row: int,
    ) -> None:
        exchange = recording.exchange
        assert exchange is not None
        is_unchanged = (
            capture.kind == "revisit_304" or capture.payload_digest == held["payload_digest"]
        )
        connection.execute(
            _INSERT_CAPTURE,
            (
                row,
                capture.capture_id,
                self._frontier.crawl,
                held["id"],
                capture.url,
                capture.kind,
                self._file_row,
                capture.offset,
                capture.length,
                group.group_end,
                capture.record_id,
                warc_date(capture.captured_at),
                capture.status,
                capture.media_type,
                capture.charset,
                capture.payload_digest,
                capture.payload_size,
                exchange.head_length,
                capture.content_encoding,
                exchange.is_chunked,
                capture.ip,
                round(exchange.duration_s * 1000),
                recording.record.attempts + 1,
                capture.truncated,
                "; ".join(exchange.malformed) or None,
                capture.refers_to,
                self._site,
                recording.redirect_to.key if recording.redirect_to else None,
                row if recording.links is not None else None,
                held["payload_capture"] if is_unchanged else None,
            ),
        )
        if recording.links is not None:
            insert_links(connection, row, recording.links)

    def _insert_events(self, connection: sqlite3.Connection, events: Sequence[Event]) -> None:
        if events:
            connection.executemany(
                "INSERT INTO event(crawl, site, key, at, kind, detail) VALUES(?, ?, ?, ?, ?, ?)",
                [
                    (
                        self._frontier.crawl,
                        self._site,
                        event.key,
                        warc_date(event.at),
                        event.kind,
                        event.detail,
                    )
                    for event in events
                ],
            )

    # -- revisits

    def _original(
        self, recording: Recording, exchange: Exchange, batch: dict[str, Original]
    ) -> Original | None:
        if exchange.status == 304:
            row = self._catalogue.row(
                "SELECT o.* FROM url u JOIN capture c ON c.id = u.payload_capture "
                "JOIN capture o ON o.id = coalesce(c.refers_to, c.id) "
                "WHERE u.site = ? AND u.key = ?",
                (self._site, recording.record.key),
            )
            return None if row is None else _original_of(row)
        if not _is_shareable(exchange):
            return None
        return batch.get(exchange.payload_digest) or self._holder_of(exchange.payload_digest)

    def _holder_of(self, digest: str) -> Original | None:
        row = self._catalogue.row(
            "SELECT * FROM capture WHERE payload_digest = ? AND kind IN ('response', 'imported') "
            "AND truncated IS NULL LIMIT 1",
            (digest,),
        )
        return None if row is None else _original_of(row)

    # -- files

    def _new_file(self, at: datetime) -> WarcFile:
        if self._start is None or self._frontier.crawl is None:
            raise CorpusError("nothing can be recorded before begin_crawl")
        self._file_number += 1
        name = f"{self._crawl_id}-{self._file_number:05}.warc.gz"
        with self._catalogue.transaction() as connection:
            # Known before it exists: a file without a row was not written by this catalogue.
            self._file_row = int(
                connection.execute(
                    "INSERT INTO warc_file(name, kind, crawl, state, created_at) "
                    "VALUES(?, 'crawl', ?, 'open', ?)",
                    (name, self._frontier.crawl, warc_date(at)),
                ).lastrowid
                or 0
            )
        file = WarcFile(self._settings.warc_folder, name, self._settings.open_file)
        self._file = file
        write_warcinfo(
            file,
            name=name,
            crawl_id=self._crawl_id,
            start=self._start,
            at=at,
            new_id=self._settings.new_id,
        )
        return file

    def _close_file(self, at: datetime) -> None:
        file, self._file = self._file, None
        if file is None:
            return
        if not file.committed_size:
            file.remove()
            with self._catalogue.transaction() as connection:
                connection.execute("DELETE FROM warc_file WHERE id = ?", (self._file_row,))
            return
        digest = file.finish()
        with self._catalogue.transaction() as connection:
            connection.execute(
                "UPDATE warc_file SET state = 'closed', sha256 = ?, closed_at = ? WHERE id = ?",
                (digest, warc_date(at), self._file_row),
            )

    def _cut_back(self) -> None:
        """Bring the file back to what the catalogue says is committed, or let go of it."""
        file = self._file
        if file is None:
            return
        try:
            row = self._catalogue.row(
                "SELECT committed_size FROM warc_file WHERE id = ?", (self._file_row,)
            )
            committed = 0 if row is None else int(row["committed_size"])
            if committed == file.size:  # interrupted just behind the commit
                file.commit()
            elif committed:
                file.cut_back()
            else:
                self._file = None
                file.remove()
                with self._catalogue.transaction() as connection:
                    connection.execute("DELETE FROM warc_file WHERE id = ?", (self._file_row,))
        except ArchiverError:
            # The disk refuses even this. The next opening of the corpus cuts the file back.
            self._file = None
            file.release()

    # -- anchors

    def _anchor(self, record: UrlRecord) -> str | None:
        """Return the words of the link by which a URL was found."""
        if record.via_key is None:
            return None
        known = self._anchors.get(record.via_key)
        if known is None:
            row = self._catalogue.row(
                "SELECT last_capture FROM url WHERE site = ? AND key = ?",
                (self._site, record.via_key),
            )
            held = row["last_capture"] if row else None
            known = _first_words(self.links_of(held)) if held else {}
            self._keep_anchors(record.via_key, known)
        return known.get(record.url) or None

    def _remember_anchors(self, recordings: Sequence[Recording]) -> None:
        for recording in recordings:
            if recording.links:
                self._keep_anchors(recording.record.key, _first_words(recording.links))

    def _keep_anchors(self, key: str, words: dict[str, str]) -> None:
        self._anchors[key] = words
        self._anchors.move_to_end(key)
        if len(self._anchors) > _ANCHORS_KEPT:
            self._anchors.popitem(last=False)


def is_whole_page(status: int | None) -> bool:
    """Tell whether an answer of this status carries a page or file whole.

    >>> [is_whole_page(status) for status in (200, 206, 301, 404)]
    [True, False, False, False]
    """
    return status is not None and 200 <= status < 300 and status not in _NOT_WHOLE


def pack_links(links: Sequence[Link]) -> bytes:
    """Return links as they are kept in the catalogue."""
    return zlib.compress(to_json(tuple(links)), 3)


def unpack_links(body: bytes) -> tuple[Link, ...]:
    """Return links kept in the catalogue."""
    return from_json(zlib.decompress(body), tuple[Link, ...])


def insert_links(
    connection: sqlite3.Connection, capture: int | None, links: Sequence[Link]
) -> None:
    """Keep the links of a capture as its own."""
    connection.execute(
        "INSERT INTO links(capture, count, body) VALUES(?, ?, ?)",
        (capture, len(links), pack_links(links)),
    )


def _first_words(links: Sequence[Link]) -> dict[str, str]:
    words: dict[str, str] = {}
    for link in links:
        if link.text:
            words.setdefault(link.url, link.text)
    return words


def _is_shareable(exchange: Exchange) -> bool:
    """Tell whether a later identical payload may refer to this one."""
    return (
        exchange.payload_length > 0
        and exchange.truncated is None
        and not exchange.malformed
        and exchange.status != 304
    )


def _original_of(row: sqlite3.Row) -> Original:
    return Original(
        capture_id=row["capture_id"],
        record_id=row["record_id"],
        url=row["url"],
        captured_at=row["captured_at"],
        payload_digest=row["payload_digest"],
        payload_size=row["payload_size"],
    )


def _latest(recordings: Sequence[Recording]) -> datetime:
    return max(item.exchange.started_at for item in recordings if item.exchange is not None)
