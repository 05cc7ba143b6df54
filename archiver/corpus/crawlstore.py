"""One site's side of the corpus while it is crawled: frontier, WARC records, captures.

The order of a batch is its durability: WARC records, fsync, then one catalogue transaction.
"""

import re
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from archiver.codec import to_json
from archiver.corpus.anchors import Anchors
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.crawlfiles import CrawlFiles, CurrentFile, StoreSettings
from archiver.corpus.frontier import Frontier
from archiver.corpus.originals import Originals
from archiver.corpus.payload import media_type_of
from archiver.corpus.records import Written, write_group, write_warcinfo
from archiver.corpus.rows import (
    CaptureRow,
    insert_capture,
    insert_links,
    is_whole_page,
    next_capture_row,
    unpack_links,
)
from archiver.corpus.warc import capture_id_of, warc_date
from archiver.corpus.warcfile import WarcFile
from archiver.errors import CorpusError, StorageError
from archiver.model import (
    Candidate,
    Capture,
    CrawlCounts,
    CrawlStart,
    CrawlState,
    Event,
    HostRecord,
    Link,
    Recording,
    UrlRecord,
)

_GROUP_OVERHEAD = 64 * 1024  # request, metadata and heads of a group
_SLUG = re.compile(r"[^a-z0-9]+")


class SiteStore:
    """The corpus as one site's crawl sees it; implements `model.CrawlStore`."""

    def __init__(self, catalogue: Catalogue, site: str, settings: StoreSettings) -> None:
        self._catalogue = catalogue
        self._site = site
        self._settings = settings
        self._frontier = Frontier(catalogue, site)
        self._originals = Originals(catalogue, site)
        self._anchors = Anchors(catalogue, site)
        self._files: CrawlFiles | None = None

    # -- the life of a crawl

    def begin_crawl(self, start: CrawlStart) -> str:
        """Open a crawl, return its id; URLs left leased by a killed crawl become queued."""
        if start.site != self._site:
            raise CorpusError(f"a crawl of {start.site!r} cannot use the store of {self._site!r}")
        slug = _SLUG.sub("-", self._site.lower()).strip("-")[:40] or "site"
        moment = start.started_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
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

        def describe(file: WarcFile, at: datetime) -> None:
            write_warcinfo(
                file,
                name=file.name,
                crawl_id=crawl_id,
                start=start,
                at=at,
                new_id=self._settings.new_id,
            )

        self.close()
        self._frontier.begin(row)
        self._files = CrawlFiles(
            self._catalogue,
            self._settings,
            stem=crawl_id,
            kind="crawl",
            crawl=row,
            write_warcinfo=describe,
        )
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
        if self._files is not None:
            self._files.close(at)
        with self._catalogue.transaction() as connection:
            connection.execute(
                "UPDATE crawl SET state = ?, counts = ?, reason = ?, finished_at = ? "
                "WHERE crawl_id = ?",
                (state, to_json(counts).decode(), reason, warc_date(at), crawl_id),
            )
        self._frontier.begin(None)
        self._files = None

    def close(self) -> None:
        """Let go of the open file; the next opening of the corpus puts it in order."""
        if self._files is not None:
            self._files.release()

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
        return self._originals.holder_of(digest) is not None

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
        if self._files is None:
            raise CorpusError("nothing can be recorded before begin_crawl")
        self._originals.begin_batch()
        try:
            written = self._write_groups(self._files, recordings)
            captures = self._commit(self._files.current, recordings, written)
        except BaseException as error:
            self._frontier.forget_unconfirmed()
            self._files.cut_back()
            if isinstance(error, OSError):
                raise StorageError(f"{self._settings.warc_folder}: {error.strerror}") from error
            if isinstance(error, ValueError):
                raise CorpusError(f"an answer cannot be stored: {error}") from error
            raise
        self._frontier.confirm()
        moments = [r.exchange.started_at for r in recordings if r.exchange is not None]
        if moments:
            self._files.committed(max(moments))
        for recording in recordings:
            if recording.links:
                self._anchors.keep(recording.record.key, recording.links)
        return captures

    def _write_groups(
        self, files: CrawlFiles, recordings: Sequence[Recording]
    ) -> list[Written | None]:
        written: list[Written | None] = []
        for recording in recordings:
            exchange = recording.exchange
            if exchange is None:
                written.append(None)
                continue
            file = files.ready(exchange.started_at).file
            file.check_space(exchange.response_length + _GROUP_OVERHEAD)
            original = self._originals.find(exchange, recording.record.key)
            group = write_group(
                file,
                recording,
                original=original,
                anchor=self._anchors.of(recording.record),
                new_id=self._settings.new_id,
            )
            if original is None:
                self._originals.written(exchange, group.record_id)
            written.append(group)
        if files.current is not None and any(written):
            files.current.file.sync()
        return written

    def _commit(
        self,
        current: CurrentFile | None,
        recordings: Sequence[Recording],
        written: Sequence[Written | None],
    ) -> list[Capture | None]:
        captures: list[Capture | None] = []
        with self._catalogue.transaction() as connection:
            number = next_capture_row(connection)
            for recording, group in zip(recordings, written, strict=True):
                held = self._frontier.row_of(connection, recording.record)
                found = recording.candidates
                if recording.redirect_to is not None:
                    found = (*found, recording.redirect_to)
                self._frontier.insert(connection, found)
                capture, payload = None, None
                if group is not None and current is not None:
                    capture = _capture(recording, group, current.file.name)
                    row = self._row(connection, recording, capture, group, held, number, current)
                    insert_capture(connection, row)
                    if recording.links is not None:
                        insert_links(connection, number, recording.links)
                    if is_whole_page(capture.status) and not capture.truncated:
                        payload = (number, capture.payload_digest)
                    number += 1
                captures.append(capture)
                last = capture.capture_id if capture else None
                self._frontier.update(connection, held["id"], recording.update, last, payload)
                self._insert_events(connection, recording.events)
            if current is not None:
                connection.execute(
                    "UPDATE warc_file SET committed_size = ? WHERE id = ?",
                    (current.file.size, current.row),
                )
        return captures

    def _row(
        self,
        connection: sqlite3.Connection,
        recording: Recording,
        capture: Capture,
        group: Written,
        held: sqlite3.Row,
        number: int,
        current: CurrentFile,
    ) -> CaptureRow:
        exchange, target = recording.exchange, recording.redirect_to
        assert exchange is not None
        return CaptureRow(
            id=number,
            capture_id=capture.capture_id,
            crawl=self._frontier.crawl,
            url_id=held["id"],
            url=capture.url,
            kind=capture.kind,
            warc=current.row,
            offset=capture.offset,
            length=capture.length,
            group_end=group.group_end,
            record_id=capture.record_id,
            captured_at=warc_date(capture.captured_at),
            status=capture.status,
            media_type=capture.media_type,
            charset=capture.charset,
            payload_digest=capture.payload_digest,
            payload_size=capture.payload_size,
            head_length=exchange.head_length,
            content_encoding=capture.content_encoding,
            is_chunked=exchange.is_chunked,
            ip=capture.ip,
            duration_ms=round(exchange.duration_s * 1000),
            attempt=recording.record.attempts + 1,
            truncated=capture.truncated,
            malformed="; ".join(exchange.malformed) or None,
            refers_to=_row_of(connection, capture.refers_to),
            redirect_to=self._frontier.find(connection, target.key) if target else None,
            links_from=(
                number
                if recording.links is not None
                else _links_of_unchanged(connection, capture, held)
            ),
        )

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


def _capture(recording: Recording, group: Written, file: str) -> Capture:
    exchange, original = recording.exchange, group.original
    assert exchange is not None
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
        warc_file=file,
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


def _row_of(connection: sqlite3.Connection, capture_id: str | None) -> int | None:
    if capture_id is None:
        return None
    row = connection.execute(
        "SELECT id FROM capture WHERE capture_id = ?", (capture_id,)
    ).fetchone()
    return None if row is None else int(row[0])


def _links_of_unchanged(
    connection: sqlite3.Connection, capture: Capture, held: sqlite3.Row
) -> int | None:
    """Return the capture whose links are also this one's, because the page did not change."""
    is_unchanged = capture.kind == "revisit_304" or capture.payload_digest == held["payload_digest"]
    if not is_unchanged or held["payload_capture"] is None:
        return None
    row = connection.execute(
        "SELECT links_from FROM capture WHERE id = ?", (held["payload_capture"],)
    ).fetchone()
    return None if row is None or row[0] is None else int(row[0])
