"""Store visits: WARC groups, fsync, then one catalogue transaction; in this order lies durability.

Writes what the crawl decided and fetched; keeps out what was erased.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC

from archiver.corpus.anchors import Anchors
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.crawlfiles import CrawlFiles, CurrentFile, StoreSettings
from archiver.corpus.erasure import Erasure
from archiver.corpus.frontier import Frontier
from archiver.corpus.originals import Originals
from archiver.corpus.payload import media_type_of
from archiver.corpus.records import Written, write_group, write_tombstone
from archiver.corpus.rows import (
    CaptureRow,
    insert_capture,
    insert_links,
    is_whole_page,
    next_capture_row,
)
from archiver.corpus.warc import capture_id_of, warc_date
from archiver.corpus.warcfile import WarcFile
from archiver.errors import CorpusError, StorageError
from archiver.model import Candidate, Capture, Event, Exchange, Recording

_GROUP_OVERHEAD = 64 * 1024  # request, metadata and heads of a group


class Visits:
    """Writes the visits of one site. Methods raise StorageError when the disk fails."""

    def __init__(
        self,
        catalogue: Catalogue,
        site: str,
        settings: StoreSettings,
        frontier: Frontier,
        originals: Originals,
    ) -> None:
        self._catalogue = catalogue
        self._site = site
        self._settings = settings
        self._frontier = frontier
        self._originals = originals
        self._anchors = Anchors(catalogue, site)

    def note(self, events: Sequence[Event]) -> None:
        """Write events that belong to no visit."""
        with self._catalogue.transaction() as connection:
            self._insert_events(connection, events)

    def allowed(self, candidates: Iterable[Candidate]) -> Iterable[Candidate]:
        """Return the candidates; those whose address was erased are excluded, with the reason."""
        erasures = self._settings.erasures
        if erasures is None or not erasures.entries:
            return candidates
        return [
            replace(candidate, exclude_reason=entry.words)
            if (entry := erasures.of_key(candidate.key))
            else candidate
            for candidate in candidates
        ]

    def record(self, files: CrawlFiles, recordings: Sequence[Recording]) -> list[Capture | None]:
        """Store visits durably, in their order; None for one without an answer, or refused.

        When this raises, nothing of the batch is stored.
        """
        self._originals.begin_batch(r.exchange for r in recordings if r.exchange is not None)
        try:
            written = self._write_groups(files, recordings)
            captures = self._commit(files.current, recordings, written)
        except BaseException as error:
            self._frontier.forget_unconfirmed()
            files.cut_back()
            if isinstance(error, OSError):
                raise StorageError(f"{self._settings.warc_folder}: {error.strerror}") from error
            if isinstance(error, ValueError):
                raise CorpusError(f"an answer cannot be stored: {error}") from error
            raise
        self._frontier.confirm()
        moments = [r.exchange.started_at for r in recordings if r.exchange is not None]
        if moments:
            files.committed(max(moments))
        for recording, capture in zip(recordings, captures, strict=True):
            if recording.links and capture is not None:
                self._anchors.keep(recording.record.key, recording.links)
        return captures

    def _refusal(self, recording: Recording, exchange: Exchange) -> Erasure | None:
        erasures = self._settings.erasures
        if erasures is None or not erasures.entries:
            return None
        return erasures.of_payload(exchange.payload_digest) or erasures.of_key(recording.record.key)

    def _write_groups(
        self, files: CrawlFiles, recordings: Sequence[Recording]
    ) -> list[Written | None]:
        written: list[Written | None] = []
        needed = sum(r.exchange.response_length + _GROUP_OVERHEAD for r in recordings if r.exchange)
        for recording in recordings:
            exchange = recording.exchange
            if exchange is None:
                written.append(None)
                continue
            file = files.ready(exchange.started_at).file
            if needed:
                file.check_space(needed)
                needed = 0
            refusal = self._refusal(recording, exchange)
            if refusal is not None:
                _leave_tombstone(file, refusal, exchange, self._settings)
                written.append(None)
                continue
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
        if files.current is not None and any(r.exchange is not None for r in recordings):
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
                self._frontier.insert(connection, self.allowed(found))
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


def _leave_tombstone(
    file: WarcFile, refusal: Erasure, exchange: Exchange, settings: StoreSettings
) -> None:
    """Say in the WARC file that something was met that may not be stored."""
    notes = [("erased-at", warc_date(refusal.at)), ("reason", refusal.reason)]
    if refusal.ticket:
        notes.append(("ticket", refusal.ticket))
    notes.append(("refused", "what was erased was met again and is not stored"))
    write_tombstone(file, notes, warc_date(exchange.started_at), settings.new_id)
