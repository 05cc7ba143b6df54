"""One site's side of the corpus while it is crawled: the life of a crawl, frontier, what is held.

Hands each question to the module that knows it; storing visits is for `visits`.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from archiver.codec import to_json
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.crawlfiles import CrawlFiles, StoreSettings
from archiver.corpus.frontier import Frontier
from archiver.corpus.originals import Originals
from archiver.corpus.records import notes_of_crawl, write_warcinfo
from archiver.corpus.rows import unpack_links
from archiver.corpus.visits import Visits
from archiver.corpus.warc import warc_date
from archiver.corpus.warcfile import WarcFile
from archiver.errors import CorpusError
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

_UNENDED = ("running", "interrupted")
_SLUG = re.compile(r"[^a-z0-9]+")


class SiteStore:
    """The corpus as one site's crawl sees it; implements `model.CrawlStore`."""

    def __init__(self, catalogue: Catalogue, site: str, settings: StoreSettings) -> None:
        self._catalogue = catalogue
        self._site = site
        self._settings = settings
        self._frontier = Frontier(catalogue, site)
        self._originals = Originals(catalogue, site)
        self._visits = Visits(catalogue, site, settings, self._frontier, self._originals)
        self._files: CrawlFiles | None = None

    # -- the life of a crawl

    def cut_off_at(self) -> float | None:
        """Tell when the last crawl was cut off: its latest visit; None when it came to its end."""
        row = self._catalogue.row(
            "SELECT started_at, state, counts FROM crawl WHERE site = ? ORDER BY id DESC LIMIT 1",
            (self._site,),
        )
        # A crawl that was stopped has written its counts, one that was killed has not.
        if row is None or row["counts"] is not None or row["state"] not in _UNENDED:
            return None
        began_at = datetime.fromisoformat(row["started_at"]).timestamp()
        return self._frontier.last_visit_since(began_at)

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
            notes, new_id = notes_of_crawl(crawl_id, start), self._settings.new_id
            write_warcinfo(
                file, file.name, software=start.software, notes=notes, at=at, new_id=new_id
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
            return self._frontier.add(self._visits.allowed(candidates))
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
        self._visits.note(events)

    def record(self, recordings: Sequence[Recording]) -> list[Capture | None]:
        """Store visits durably: WARC groups, fsync, then one transaction. Order is kept.

        What the ledger of erasures names is not stored: its visit gives None and leaves a
        tombstone. Raises StorageError when the disk fails; then nothing of the batch is stored.
        """
        if self._files is None:
            raise CorpusError("nothing can be recorded before begin_crawl")
        return self._visits.record(self._files, recordings)
