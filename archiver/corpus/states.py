"""What each URL is now and what it was before, told by its captures in their order.

Reads the catalogue only.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from archiver.corpus.catalogue import Catalogue
from archiver.corpus.rows import is_whole_page
from archiver.corpus.warc import parse_warc_date
from archiver.corpus.withdrawal import Withdrawn
from archiver.model import Source

_MAX_HOPS = 10


@dataclass(frozen=True, slots=True)
class Live:
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


class States(NamedTuple):
    """What live URLs are now, in order of first capture; what pages were before, oldest first."""

    live: list[Live]
    past: list[Live]


def states(catalogue: Catalogue, withdrawn: Withdrawn, site: str | None) -> States:
    """Return what each live URL of a site, or of all, is and was, without what is withdrawn."""
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
    live: dict[int, Live] = {}
    past: list[Live] = []
    for row in catalogue.stream(f"{sql} ORDER BY c.captured_at, c.id", parameters):
        if withdrawn(row["page_url"], row["payload_digest"]) is not None:
            continue
        held = live.get(row["url_id"])
        now = _next_state(held, row)
        if now is None:
            continue
        if held and held.redirect_to is None and held.capture_id != now.capture_id:
            past.append(held)
        live[row["url_id"]] = now
    past.sort(key=lambda page: page.captured_at)
    return States(list(live.values()), past)


def _next_state(held: Live | None, row: sqlite3.Row) -> Live | None:
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
            return replace(held, links_from=row["links_from"])
        if row["kind"] == "revisit_304":
            return None
    elif not is_redirect:
        return None
    return Live(
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


def sources_of(live: Sequence[Live]) -> list[Source]:
    """Return the URLs with their newest whole payload, and those that redirect to them."""
    by_id = {page.url_id: page for page in live}
    aliases: dict[int, list[str]] = {}
    for page in live:
        target: Live | None = page
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


def past_sources_of(all_states: States) -> list[Source]:
    """Return the whole payloads that live URLs had before the one they have, oldest first."""
    pages = {page.url_id for page in all_states.live if page.redirect_to is None}
    return [_source(held) for held in all_states.past if held.url_id in pages]


def _source(page: Live, aliases: tuple[str, ...] = ()) -> Source:
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
