"""Questions about captures: one, many, those at a URL, what happened besides.

What URLs are now is for `states`, the links between them for `links`. Reads the catalogue only;
never the WARC files.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from archiver.codec import to_json
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.links import DeadLink, dead_links, inbound_links
from archiver.corpus.rows import is_whole_page
from archiver.corpus.states import States, past_sources_of, sources_of, states
from archiver.corpus.warc import parse_warc_date, warc_date
from archiver.corpus.withdrawal import Withdrawal, Withdrawn
from archiver.model import Capture, Event, InboundLink, Source
from archiver.urls import url_key

_CAPTURE = """
  SELECT c.*, w.name AS warc_name, o.capture_id AS refers_to_id, t.url AS redirect_url
  FROM capture c JOIN warc_file w ON w.id = c.warc
  LEFT JOIN capture o ON o.id = c.refers_to
  LEFT JOIN url t ON t.id = c.redirect_to"""


def nothing_withdrawn(_url: str, _payload_digest: str | None) -> Withdrawal | None:
    """Answer that a capture is in view; the default of `Captures`."""
    return None


@dataclass(frozen=True, slots=True)
class NotFetched:
    """A known URL that was not asked for, and why."""

    url: str
    reason: str


def capture_of(row: sqlite3.Row) -> Capture:
    """Return a row of the capture query as a Capture."""
    return Capture(
        capture_id=row["capture_id"],
        url=row["url"],
        kind=row["kind"],
        captured_at=parse_warc_date(row["captured_at"]),
        status=row["status"],
        media_type=row["media_type"],
        payload_digest=row["payload_digest"],
        payload_size=row["payload_size"],
        warc_file=row["warc_name"],
        offset=row["offset"],
        length=row["length"],
        record_id=row["record_id"],
        charset=row["charset"],
        content_encoding=row["content_encoding"],
        ip=row["ip"],
        truncated=row["truncated"],
        is_malformed=row["malformed"] is not None,
        refers_to=row["refers_to_id"],
        redirect_to=row["redirect_url"],
    )


class Captures:
    """The captures of a catalogue. Methods raise CorpusError or StorageError."""

    def __init__(self, catalogue: Catalogue, withdrawn: Withdrawn = nothing_withdrawn) -> None:
        self._catalogue = catalogue
        self._withdrawn = withdrawn

    def get(self, capture_id: str) -> Capture | None:
        """Return one capture, or None."""
        row = self.row(capture_id)
        return None if row is None else capture_of(row)

    def some(self, capture_ids: Sequence[str]) -> dict[str, Capture]:
        """Return those captures that there are, by their ids."""
        wanted = "WHERE c.capture_id IN (SELECT value FROM json_each(?))"
        rows = self._catalogue.rows(f"{_CAPTURE} {wanted}", (to_json(capture_ids).decode(),))
        return {row["capture_id"]: capture_of(row) for row in rows}

    def row(self, capture_id: str) -> sqlite3.Row | None:
        """Return one capture with all the catalogue knows of it."""
        return self._catalogue.row(f"{_CAPTURE} WHERE c.capture_id = ?", (capture_id,))

    def each(self, url: str | None = None, site: str | None = None) -> Iterator[Capture]:
        """Yield captures, oldest first; of one URL in any spelling, of one site, or all."""
        sql = f"{_CAPTURE} JOIN url u ON u.id = c.url_id"
        conditions, parameters = [], []
        if url is not None:
            conditions.append("u.key IN (?, ?)")
            parameters += [url, url_key(url)]
        if site is not None:
            conditions.append("u.site = ?")
            parameters.append(site)
        if conditions:
            sql += " WHERE " + " AND ".join(conditions)
        for row in self._catalogue.stream(f"{sql} ORDER BY c.captured_at, c.id", parameters):
            yield capture_of(row)

    def is_in_view(self, capture: Capture) -> bool:
        """Tell whether a capture is not withdrawn."""
        return self._withdrawn(capture.url, capture.payload_digest) is None

    def at_url(self, url: str, at: datetime | None = None) -> Capture | None:
        """Return the newest capture of a URL with a page, at or before `at`; else the newest.

        None when the URL was never captured by then, or is withdrawn.
        """
        limit = "9" if at is None else warc_date(at)
        rows = self._catalogue.rows(
            f"{_CAPTURE} JOIN url u ON u.id = c.url_id WHERE u.key IN (?, ?) "
            "AND c.captured_at <= ? ORDER BY c.captured_at DESC, c.id DESC",
            (url, url_key(url), limit),
        )
        rows = [r for r in rows if self._withdrawn(r["url"], r["payload_digest"]) is None]
        found = next((r for r in rows if is_whole_page(r["status"]) and not r["truncated"]), None)
        row = found or (rows[0] if rows else None)
        return None if row is None else capture_of(row)

    def sources(self, site: str | None = None) -> list[Source]:
        """List the URLs with their newest whole payload, in order of first capture.

        A page that is gone from its site stays what it was: that is what an archive is for.
        """
        return sources_of(self._states(site).live)

    def past_sources(self, site: str | None = None) -> list[Source]:
        """List the whole payloads that live URLs had before the one they have, oldest first.

        A payload that came back after another one stands here twice.
        """
        return past_sources_of(self._states(site))

    def not_fetched(self, site: str | None = None) -> list[NotFetched]:
        """List linked files, and pages that robots.txt keeps closed, that were never asked for."""
        return [
            NotFetched(row["url"], row["exclude_reason"] or "")
            for row in self._catalogue.stream(
                "SELECT url, exclude_reason FROM url WHERE state = 'excluded' "
                "AND (?1 IS NULL OR site = ?1) "
                "AND (role = 'file' OR exclude_reason LIKE '%robots%') ORDER BY id",
                (site,),
            )
        ]

    def would_be_asked(self, site: str, due_before: float) -> list[str]:
        """List the known URLs that a crawl would ask, in its order.

        Those still queued, and those fetched before that are due (`due_before`, epoch seconds).
        """
        rows = self._catalogue.stream(
            "SELECT url FROM url WHERE site = ? AND (state IN ('queued', 'leased')"
            " OR (state = 'idle' AND due_at <= ?)) ORDER BY priority DESC, depth, id",
            (site, due_before),
        )
        return [row["url"] for row in rows]

    def inbound_links(self, site: str | None = None) -> list[InboundLink]:
        """List the links of the newest captures of all live pages, grouped by target.

        See `links.inbound_links`.
        """
        return inbound_links(self._catalogue, self._states(site).live)

    def dead_links(self, site: str | None = None) -> list[DeadLink]:
        """List the links of live pages whose target answered with an error or not at all."""
        return dead_links(self._catalogue, lambda: self._states(site).live)

    def events(self, site: str | None = None, crawl_id: str | None = None) -> Iterator[Event]:
        """Yield what happened to URLs and has no record, oldest first."""
        for row in self._catalogue.stream(
            "SELECT e.* FROM event e LEFT JOIN crawl c ON c.id = e.crawl "
            "WHERE (:site IS NULL OR e.site = :site) "
            "AND (:crawl IS NULL OR c.crawl_id = :crawl) ORDER BY e.id",
            {"site": site, "crawl": crawl_id},
        ):
            yield Event(parse_warc_date(row["at"]), row["kind"], row["detail"], row["key"])

    def _states(self, site: str | None) -> States:
        return states(self._catalogue, self._withdrawn, site)
