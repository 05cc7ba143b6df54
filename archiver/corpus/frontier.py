"""The frontier's rows: URLs known of one site, which is next, what is remembered of hosts.

Stores what the crawl decided; decides nothing itself.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from archiver.corpus.catalogue import Catalogue
from archiver.model import Candidate, HostRecord, UrlRecord, UrlUpdate
from archiver.urls import origin_of

_MET_LIMIT = 200_000  # about 30 MB of keys; beyond that the set starts anew

_RECORD = """
  url.key, url.url, url.origin, url.depth, url.role, url.priority,
  (SELECT v.key FROM url v WHERE v.id = url.via) AS via_key,
  (SELECT v.url FROM url v WHERE v.id = url.via) AS via_url,
  url.hops, url.state, url.exclude_reason, url.not_before, url.attempts, url.misses, url.visits,
  url.etag, url.last_modified, url.last_status, url.last_capture, url.payload_digest,
  url.payload_capture, url.last_fetched_at, url.last_changed_at, url.interval_s, url.due_at"""

_INSERT = """
  INSERT OR IGNORE INTO url(site, key, url, origin, depth, role, priority, via, hops, state,
    exclude_reason, decided_in)
  VALUES(:site, :key, :url, :origin, :depth, :role, :priority,
    (SELECT v.id FROM url v WHERE v.site = :site AND v.key = :via_key), :hops, :state,
    :exclude_reason, :crawl)"""

_REOPEN = """
  UPDATE url SET state = 'queued', exclude_reason = NULL, decided_in = :crawl
  WHERE site = :site AND key = :key AND state = 'excluded' AND decided_in IS NOT :crawl"""

_INSERT_FORM = """
  INSERT OR IGNORE INTO url_form(site, form, url_id)
  SELECT :site, :url, id FROM url WHERE site = :site AND key = :key AND url <> :url"""

_HELD = "SELECT id, payload_capture, payload_digest FROM url WHERE site = ? AND key = ?"

_UPDATE = """
  UPDATE url SET state = :state,
    exclude_reason = CASE WHEN :state = 'excluded'
      THEN coalesce(:exclude_reason, exclude_reason) END,
    not_before = coalesce(:not_before, not_before),
    attempts = coalesce(:attempts, attempts),
    misses = coalesce(:misses, misses),
    visits = coalesce(:visits, visits),
    etag = coalesce(:etag, etag),
    last_modified = coalesce(:last_modified, last_modified),
    last_status = coalesce(:last_status, last_status),
    last_fetched_at = coalesce(:last_fetched_at, last_fetched_at),
    last_changed_at = coalesce(:last_changed_at, last_changed_at),
    interval_s = coalesce(:interval_s, interval_s),
    due_at = coalesce(:due_at, due_at),
    last_capture = coalesce(:last_capture, last_capture),
    payload_capture = coalesce(:payload_capture, payload_capture),
    payload_digest = coalesce(:payload_digest, payload_digest),
    decided_in = :crawl
  WHERE id = :id"""


class Frontier:
    """The URLs of one site in the catalogue. Methods raise StorageError when the disk fails."""

    def __init__(self, catalogue: Catalogue, site: str) -> None:
        self._catalogue = catalogue
        self._site = site
        self._met: set[str] = set()
        self._fresh: list[str] = []
        self.crawl: int | None = None

    def begin(self, crawl: int | None) -> None:
        """Work for a crawl from now on: what was met in another one counts as not yet met."""
        self.crawl = crawl
        self._met.clear()

    def requeue_leased(self, connection: sqlite3.Connection) -> None:
        """Queue what a killed crawl had leased."""
        connection.execute(
            "UPDATE url SET state = 'queued' WHERE site = ? AND state = 'leased'", (self._site,)
        )

    def add(self, candidates: Iterable[Candidate]) -> int:
        """Insert unknown URLs; return how many were new."""
        with self._catalogue.transaction() as connection:
            added = self.insert(connection, candidates)
        self.confirm()
        return added

    def insert(self, connection: sqlite3.Connection, candidates: Iterable[Candidate]) -> int:
        """Insert unknown URLs inside a transaction; excluded ones that may now be fetched queue.

        A URL met before in this crawl costs nothing. Call `confirm` after the commit.
        """
        met = self._met
        rows = []
        for candidate in candidates:
            mark = candidate.url if candidate.exclude_reason is None else "-" + candidate.url
            if mark in met:
                continue
            met.add(mark)
            self._fresh.append(mark)
            rows.append(
                {
                    "site": self._site,
                    "key": candidate.key,
                    "url": candidate.url,
                    "origin": origin_of(candidate.url),
                    "depth": candidate.depth,
                    "role": candidate.role,
                    "priority": candidate.priority,
                    "via_key": candidate.via_key,
                    "hops": candidate.hops,
                    "state": "queued" if candidate.exclude_reason is None else "excluded",
                    "exclude_reason": candidate.exclude_reason,
                    "crawl": self.crawl,
                }
            )
        if not rows:
            return 0
        added = connection.executemany(_INSERT, rows).rowcount
        if added < len(rows):  # some were known
            connection.executemany(_REOPEN, [row for row in rows if row["state"] == "queued"])
        spelled = [row for row in rows if row["url"] != row["key"]]
        if spelled:
            connection.executemany(_INSERT_FORM, spelled)
        return added

    def confirm(self) -> None:
        """Note that the transaction of the last inserts was committed."""
        self._fresh.clear()
        if len(self._met) > _MET_LIMIT:
            self._met.clear()

    def forget_unconfirmed(self) -> None:
        """Note that the transaction of the last inserts was rolled back."""
        self._met.difference_update(self._fresh)
        self._fresh.clear()

    def find(self, connection: sqlite3.Connection, key: str) -> int | None:
        """Return the number of a URL's row, or None."""
        row = connection.execute(_HELD, (self._site, key)).fetchone()
        return None if row is None else int(row["id"])

    def row_of(self, connection: sqlite3.Connection, record: UrlRecord) -> sqlite3.Row:
        """Return a URL's row (id, payload_capture, payload_digest) inside a transaction.

        Inserts it when the crawl fetched it beside the queue, as robots.txt.
        """
        found = connection.execute(_HELD, (self._site, record.key)).fetchone()
        if found is None:
            asked = Candidate(
                key=record.key,
                url=record.url,
                depth=record.depth,
                role=record.role,
                priority=record.priority,
                via_key=record.via_key,
                hops=record.hops,
            )
            self.insert(connection, [asked])
            found = connection.execute(_HELD, (self._site, record.key)).fetchone()
        row: sqlite3.Row = found
        return row

    def update(
        self,
        connection: sqlite3.Connection,
        url_id: int,
        update: UrlUpdate,
        last_capture: str | None = None,
        payload: tuple[int, str | None] | None = None,
    ) -> None:
        """Give a URL the state it has after a visit.

        `last_capture` is the visit's capture id, `payload` the capture's row and digest when it
        holds a whole page.
        """
        connection.execute(
            _UPDATE,
            {
                "id": url_id,
                "state": update.state,
                "exclude_reason": update.exclude_reason,
                "not_before": update.not_before,
                "attempts": update.attempts,
                "misses": update.misses,
                "visits": update.visits,
                "etag": update.etag,
                "last_modified": update.last_modified,
                "last_status": update.last_status,
                "last_fetched_at": update.last_fetched_at,
                "last_changed_at": update.last_changed_at,
                "interval_s": update.interval_s,
                "due_at": update.due_at,
                "last_capture": last_capture,
                "payload_capture": payload[0] if payload else None,
                "payload_digest": payload[1] if payload else None,
                "crawl": self.crawl,
            },
        )

    def revisit(self, due_before: float) -> int:
        """Queue idle URLs whose `due_at` has come; return how many."""
        with self._catalogue.transaction() as connection:
            return connection.execute(
                "UPDATE url SET state = 'queued', not_before = 0, attempts = 0 "
                "WHERE site = ? AND state = 'idle' AND due_at <= ?",
                (self._site, due_before),
            ).rowcount

    def lease(self, limit: int, now: float, busy_origins: frozenset[str]) -> list[UrlRecord]:
        """Take up to `limit` queued URLs whose time has come, of hosts not in `busy_origins`."""
        marks = ",".join("?" * len(busy_origins))
        with self._catalogue.transaction() as connection:
            rows = connection.execute(
                "UPDATE url SET state = 'leased' WHERE id IN ("  # noqa: S608 - only marks
                "SELECT id FROM url WHERE site = ? AND state = 'queued' AND not_before <= ? "
                f"AND origin NOT IN ({marks}) ORDER BY priority DESC, depth, id LIMIT ?) "
                f"RETURNING id, {_RECORD}",
                (self._site, now, *sorted(busy_origins), limit),
            ).fetchall()
        rows.sort(key=lambda row: (-row["priority"], row["depth"], row["id"]))
        return [_url_record(row) for row in rows]

    def release(self, keys: Sequence[str]) -> None:
        """Give leased URLs back unvisited."""
        with self._catalogue.transaction() as connection:
            connection.executemany(
                "UPDATE url SET state = 'queued' WHERE site = ? AND key = ? AND state = 'leased'",
                [(self._site, key) for key in keys],
            )

    def next_queued_at(self) -> float | None:
        """Return when the earliest queued URL may be fetched, or None when none is queued."""
        row = self._catalogue.row(
            "SELECT min(not_before) FROM url WHERE site = ? AND state = 'queued'", (self._site,)
        )
        return None if row is None or row[0] is None else float(row[0])

    def last_visit_since(self, moment: float) -> float | None:
        """Return when a URL was last visited, from a moment on; epoch seconds."""
        row = self._catalogue.row(
            "SELECT max(last_fetched_at) FROM url WHERE site = ? AND last_fetched_at >= ?",
            (self._site, moment),
        )
        return None if row is None or row[0] is None else float(row[0])

    def url(self, key: str) -> UrlRecord | None:
        """Return one row."""
        row = self._catalogue.row(
            f"SELECT {_RECORD} FROM url WHERE site = ? AND key = ?",  # noqa: S608 - a constant
            (self._site, key),
        )
        return None if row is None else _url_record(row)

    def counts_by_state(self) -> dict[str, int]:
        """Count the rows by state."""
        rows = self._catalogue.rows(
            "SELECT state, count(*) FROM url WHERE site = ? GROUP BY state", (self._site,)
        )
        return {row[0]: row[1] for row in rows}

    def host(self, origin: str) -> HostRecord:
        """Return what is remembered of a host, fresh if unknown."""
        row = self._catalogue.row(
            "SELECT origin, next_allowed_at, last_duration_s, errors, robots_state, robots_body, "
            "robots_fetched_at, robots_expires_at, crawl_delay_s FROM host WHERE origin = ?",
            (origin,),
        )
        return HostRecord(origin) if row is None else HostRecord(*row)

    def save_host(self, host: HostRecord) -> None:
        """Remember a host's state."""
        with self._catalogue.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO host VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    host.origin,
                    host.next_allowed_at,
                    host.last_duration_s,
                    host.errors,
                    host.robots_state,
                    host.robots_body,
                    host.robots_fetched_at,
                    host.robots_expires_at,
                    host.crawl_delay_s,
                ),
            )


def _url_record(row: sqlite3.Row) -> UrlRecord:
    return UrlRecord(
        key=row["key"],
        url=row["url"],
        origin=row["origin"],
        depth=row["depth"],
        role=row["role"],
        priority=row["priority"],
        via_key=row["via_key"],
        via_url=row["via_url"],
        hops=row["hops"],
        state=row["state"],
        exclude_reason=row["exclude_reason"],
        not_before=row["not_before"],
        attempts=row["attempts"],
        misses=row["misses"],
        visits=row["visits"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        last_status=row["last_status"],
        last_capture_id=row["last_capture"],
        last_payload_digest=row["payload_digest"],
        has_whole_payload=row["payload_capture"] is not None,
        last_fetched_at=row["last_fetched_at"],
        last_changed_at=row["last_changed_at"],
        interval_s=row["interval_s"],
        due_at=row["due_at"],
    )
