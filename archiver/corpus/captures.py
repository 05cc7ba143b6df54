"""Questions about captures: one, many, those that are live, the links between them.

Reads the catalogue only; never the WARC files.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from archiver.codec import to_json
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.rows import is_whole_page, unpack_links
from archiver.corpus.warc import parse_warc_date, warc_date
from archiver.corpus.withdrawal import Withdrawal, Withdrawn
from archiver.model import Capture, Event, InboundLink, Link, Source
from archiver.urls import is_web_url, safe_url, url_key

_CAPTURE = """
  SELECT c.*, w.name AS warc_name, o.capture_id AS refers_to_id, t.url AS redirect_url
  FROM capture c JOIN warc_file w ON w.id = c.warc
  LEFT JOIN capture o ON o.id = c.refers_to
  LEFT JOIN url t ON t.id = c.redirect_to"""

_MAX_HOPS = 10


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A link whose target is not there: the page it stands on, its words, what was answered.

    `status` is None when no answer came at all.
    """

    from_url: str
    to_url: str
    text: str
    status: int | None
    reason: str


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
        return _sources(self._live(site))

    def past_sources(self, site: str | None = None) -> list[Source]:
        """List the whole payloads that live URLs had before the one they have, oldest first.

        A payload that came back after another one stands here twice.
        """
        live, past = self._all_states(site)
        pages = {page.url_id for page in live if page.redirect_to is None}
        return [_source(held) for held in past if held.url_id in pages]

    def inbound_links(self, site: str | None = None) -> list[InboundLink]:
        """List the links of the newest captures of all live pages, grouped by target.

        `to_url` is the target as the catalogue writes it (the same string as in Source.url and
        Source.aliases), found through its key, so that spellings fall together; for a target
        never met, its key. `from_url` is the page's Source.url.
        """
        finder = _TargetFinder(self._catalogue)
        found = [
            InboundLink(url, target, link.text, link.context, link.position)
            for url, page_site, link in self._links(site)
            if (target := finder.find(page_site, link.url)) is not None
        ]
        found.sort(key=lambda link: link.to_url)
        return found

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

    def dead_links(self, site: str | None = None) -> list[DeadLink]:
        """List the links of live pages whose target answered with an error or not at all."""
        dead = {
            (row["site"], row["url"]): row
            for row in self._catalogue.stream(
                "SELECT site, url, state, last_status, (SELECT e.detail FROM event e "
                " WHERE e.site = url.site AND e.key = url.key ORDER BY e.id DESC LIMIT 1) AS why "
                "FROM url WHERE state IN ('dead', 'gone') OR last_status >= 400"
            )
        }
        finder = _TargetFinder(self._catalogue)
        found = []
        for url, page_site, link in self._links(site) if dead else ():
            target = finder.find(page_site, link.url)
            row = dead.get((page_site, target or ""))
            if row is None or target is None:
                continue
            status = row["last_status"]
            reason = f"HTTP {status}" if status else row["why"] or "no answer"
            found.append(DeadLink(url, target, link.text, status, reason))
        return found

    def events(self, site: str | None = None, crawl_id: str | None = None) -> Iterator[Event]:
        """Yield what happened to URLs and has no record, oldest first."""
        for row in self._catalogue.stream(
            "SELECT e.* FROM event e LEFT JOIN crawl c ON c.id = e.crawl "
            "WHERE (:site IS NULL OR e.site = :site) "
            "AND (:crawl IS NULL OR c.crawl_id = :crawl) ORDER BY e.id",
            {"site": site, "crawl": crawl_id},
        ):
            yield Event(parse_warc_date(row["at"]), row["kind"], row["detail"], row["key"])

    def _links(self, site: str | None) -> Iterator[tuple[str, str, Link]]:
        for page in self._live(site):
            if page.links_from is None or page.redirect_to is not None:
                continue
            row = self._catalogue.row(
                "SELECT body FROM links WHERE capture = ?", (page.links_from,)
            )
            if row is not None:
                for link in unpack_links(row["body"]):
                    yield page.url, page.site, link

    def _live(self, site: str | None) -> "list[_Live]":
        """Return what each live URL is now, in order of its first capture."""
        return self._all_states(site)[0]

    def _all_states(self, site: str | None) -> "tuple[list[_Live], list[_Live]]":
        """Return what each live URL is now, and what pages they were before, oldest first."""
        sql = """
          SELECT c.id, c.capture_id, c.kind, c.captured_at, c.status, c.truncated, c.media_type,
            c.charset, c.payload_digest, c.payload_size, c.redirect_to, c.links_from,
            u.id AS url_id, u.site, u.url AS page_url
          FROM capture c JOIN url u ON u.id = c.url_id
          WHERE u.state != 'excluded' AND u.role NOT IN ('robots', 'sitemap')"""
        parameters: list[str] = []
        if site is not None:
            sql += " AND u.site = ?"
            parameters.append(site)
        live: dict[int, _Live] = {}
        past: list[_Live] = []
        for row in self._catalogue.stream(f"{sql} ORDER BY c.captured_at, c.id", parameters):
            if self._withdrawn(row["page_url"], row["payload_digest"]) is not None:
                continue
            held = live.get(row["url_id"])
            now = _next_state(held, row)
            if now is None:
                continue
            if held and held.redirect_to is None and held.capture_id != now.capture_id:
                past.append(held)
            live[row["url_id"]] = now
        past.sort(key=lambda page: page.captured_at)
        return list(live.values()), past


@dataclass(frozen=True, slots=True)
class _Live:
    """What a URL is now: a page with its payload, or a redirect."""

    url_id: int
    site: str
    url: str
    capture_id: str
    captured_at: str
    first_captured_at: str
    status: int
    media_type: str
    charset: str | None
    payload_digest: str
    payload_size: int
    redirect_to: int | None
    links_from: int | None


def _next_state(held: _Live | None, row: sqlite3.Row) -> _Live | None:
    """Return what a URL is after one more capture; None when it says nothing new.

    An unchanged payload keeps the capture that brought it, so that a visit which found nothing
    new changes nothing. Errors and truncated answers leave what was there.
    """
    digest = row["payload_digest"]
    is_redirect = row["redirect_to"] is not None
    is_page = is_whole_page(row["status"]) and row["truncated"] is None and digest is not None
    if row["kind"] == "revisit_304" or (is_page and not is_redirect):
        if held is not None and held.redirect_to is None and held.payload_digest == digest:
            if row["links_from"] in {None, held.links_from}:
                return None
            return _with_links(held, row["links_from"])
        if row["kind"] == "revisit_304":
            return None
    elif not is_redirect:
        return None
    return _Live(
        url_id=row["url_id"],
        site=row["site"],
        url=row["page_url"],
        capture_id=row["capture_id"],
        captured_at=row["captured_at"],
        first_captured_at=held.first_captured_at if held else row["captured_at"],
        status=row["status"],
        media_type=row["media_type"] or "application/octet-stream",
        charset=row["charset"],
        payload_digest=digest or "",
        payload_size=row["payload_size"] or 0,
        redirect_to=row["redirect_to"],
        links_from=row["links_from"],
    )


def _with_links(held: _Live, links_from: int) -> _Live:
    return _Live(
        url_id=held.url_id,
        site=held.site,
        url=held.url,
        capture_id=held.capture_id,
        captured_at=held.captured_at,
        first_captured_at=held.first_captured_at,
        status=held.status,
        media_type=held.media_type,
        charset=held.charset,
        payload_digest=held.payload_digest,
        payload_size=held.payload_size,
        redirect_to=None,
        links_from=links_from,
    )


def _sources(live: list[_Live]) -> list[Source]:
    by_id = {page.url_id: page for page in live}
    aliases: dict[int, list[str]] = {}
    for page in live:
        target: _Live | None = page
        for _ in range(_MAX_HOPS):
            if target is None or target.redirect_to is None:
                break
            target = by_id.get(target.redirect_to)
        if target is not None and target is not page and target.redirect_to is None:
            aliases.setdefault(target.url_id, []).append(page.url)
    return [
        _source(page, tuple(aliases.get(page.url_id, ())))
        for page in live
        if page.redirect_to is None
    ]


def _source(page: _Live, aliases: tuple[str, ...] = ()) -> Source:
    return Source(
        site=page.site,
        url=page.url,
        final_url=page.url,
        capture_id=page.capture_id,
        captured_at=parse_warc_date(page.captured_at),
        status=page.status,
        media_type=page.media_type,
        payload_digest=page.payload_digest,
        payload_size=page.payload_size,
        charset=page.charset,
        aliases=aliases,
        first_captured_at=parse_warc_date(page.first_captured_at),
    )


class _TargetFinder:
    """Finds the catalogue's spelling of a link's target; remembers what it found."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._found: dict[tuple[str, str], str | None] = {}

    def find(self, site: str, url: str) -> str | None:
        """Return the target, or None when the link leads to no web page."""
        known = self._found.get((site, url), "")
        if known == "":
            known = self._found[site, url] = self._search(site, url)
        return known

    def _search(self, site: str, url: str) -> str | None:
        if not is_web_url(url):
            return None
        try:
            sent, key = safe_url(url), url_key(url)
        except ValueError:
            return None
        row = self._catalogue.row(
            "SELECT u.url FROM url_form f JOIN url u ON u.id = f.url_id "
            "WHERE f.site = :site AND f.form = :sent "
            "UNION ALL SELECT url FROM url WHERE site = :site AND key IN (:sent, :key) LIMIT 1",
            {"site": site, "sent": sent, "key": key},
        )
        return key if row is None else str(row["url"])
