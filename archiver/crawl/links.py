"""What a visit found: links read, judged and turned into the recording of the visit. No network.

`read` runs in a worker thread (it asks a child process); `Finder` runs in the crawl's own thread,
because the scope counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from archiver.coding import CodingError, names_of, undone
from archiver.crawl.frontier import REDIRECTS, UNCONDITIONAL_EVERY, Decision
from archiver.crawl.ports import ReadLinks
from archiver.crawl.scope import FILE, Scope, only_new
from archiver.crawl.sitemaps import SitemapReading, read_sitemap
from archiver.errors import ArchiverError
from archiver.model import (
    MAX_LINK_BYTES,
    Candidate,
    Event,
    EventKind,
    Exchange,
    Link,
    LinkReading,
    Recording,
    UrlRecord,
)
from archiver.urls import joined

MAX_TRAP_EVENTS = 20
PDF = "application/pdf"
_SNIFFED = 1024
_NO_LINKS_IN = ("image/", "audio/", "video/", "font/", "text/css", "application/zip")
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit whose outcome is decided and whose payload is still to be read.

    `is_urgent` asks to have it recorded at once: its host's delay leaves the time.
    """

    record: UrlRecord
    exchange: Exchange | None
    decision: Decision
    at: datetime
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What the payload said: links of a page, or the entries of a sitemap."""

    reading: LinkReading | None = None
    sitemap: SitemapReading | None = None


def must_read(visit: Visit, known_links: Sequence[Link] = ()) -> bool:
    """Tell whether the payload has to be looked into.

    One that came unchanged is read once more where it gave no links, and on every tenth visit:
    its reader may have failed, or learnt since. `known_links` are those of the last capture.
    """
    if visit.exchange is None:
        return False
    if not visit.decision.keeps_links:
        return visit.decision.reads_links
    is_tenth = (visit.record.visits + 1) % UNCONDITIONAL_EVERY == 0
    return visit.exchange.payload_length > 0 and (is_tenth or not known_links)


def read(visit: Visit, read_links: ReadLinks) -> Found:
    """Read links or sitemap entries from a visit's payload; a failure is part of the answer."""
    exchange = visit.exchange
    assert exchange is not None
    codings = exchange.header("content-encoding")
    if visit.record.role == "sitemap":
        return Found(sitemap=_sitemap(exchange, codings))
    content_type = exchange.header("content-type")
    start = exchange.read_payload(_SNIFFED)
    declared = (content_type or "").partition(";")[0].strip().lower()
    is_pdf = b"%PDF-" in start
    is_other = start.startswith(_BINARY) or declared.startswith(_NO_LINKS_IN)
    if not start or (is_other and not is_pdf):
        return Found(reading=LinkReading())
    if exchange.payload_length > MAX_LINK_BYTES:
        reading = LinkReading(failure=f"larger than {MAX_LINK_BYTES} bytes")
    else:
        try:
            pieces = undone(
                [exchange.read_payload()], codings, limit=MAX_LINK_BYTES, is_cut_allowed=True
            )
            reading = read_links(b"".join(pieces), content_type, exchange.url)
        except (CodingError, ArchiverError) as error:
            reading = LinkReading(failure=str(error))
    if is_pdf and reading.media_type is None:  # what could not be read says no more of itself
        reading = replace(reading, media_type=PDF)
    return Found(reading=reading)


def _sitemap(exchange: Exchange, codings: str | None) -> SitemapReading:
    stream = exchange.payload
    if stream is None:
        stream = exchange.response
        stream.seek(exchange.head_length)
    else:
        stream.seek(0)
    if names_of(codings) not in ([], ["gzip"], ["x-gzip"]):
        return SitemapReading(failure=f"content coding {codings!r} cannot be read")
    return read_sitemap(stream)  # knows gzip by its first bytes, declared or not


class Finder:
    """Turn visits into recordings: judge links, count new URLs, note what was odd.

    Hands each URL to the store once a run; `admitted` counts them.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._seen: set[str] = set()
        self._followed: set[str] = set()
        self._too_deep: dict[str, Candidate] = {}
        self.admitted = 0

    def admit(self, candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[str]]:
        """Keep what the store has not been handed yet; return it with the traps it fell into."""
        kept: list[Candidate] = []
        traps: list[str] = []
        for candidate in only_new(candidates, self._seen):
            reason = candidate.exclude_reason
            if reason is None:
                self.admitted += 1
                reason = self._scope.count(candidate)
            if reason is not None:
                candidate = replace(candidate, exclude_reason=reason)
                if reason.startswith("trap: ") and len(traps) < MAX_TRAP_EVENTS:
                    traps.append(f"{reason} – {candidate.url[:200]}")
            kept.append(candidate)
        return kept, traps

    def recording(
        self, visit: Visit, found: Found | None, known_links: Sequence[Link] | None
    ) -> Recording:
        """Make the recording of a visit.

        `found` is what its payload said; `known_links` the last capture's links when the payload
        is unchanged, so that they are judged anew though not stored again. Of a payload that was
        read once more only what it did not say before counts.
        """
        record, exchange, decision = visit.record, visit.exchange, visit.decision
        notes: list[tuple[EventKind, str]] = list(decision.events)
        links: tuple[Link, ...] | None = None if decision.keeps_links else ()
        candidates: list[Candidate | None] = []
        media_type = charset = None
        if exchange is not None and exchange.malformed:
            notes.append(("malformed_http", "; ".join(exchange.malformed)))
        reading = found.reading if found is not None else None
        if decision.keeps_links and reading is not None and not _says_more(reading, known_links):
            reading = None
        if reading is not None:
            links, media_type, charset = reading.links, reading.media_type, reading.charset
            candidates = self._follow(links, record)
            notes += [("parse_error", warning) for warning in reading.warnings]
            if reading.failure is not None:
                notes.append(("parse_error", f"links not read: {reading.failure}"))
        elif found is not None and found.sitemap is not None:
            sitemap = found.sitemap
            candidates = [self._scope.sitemap(url, record) for url in sitemap.sitemaps]
            candidates += [self._scope.listed(url, record) for url in sitemap.pages]
            if sitemap.failure is not None:
                notes.append(("parse_error", f"sitemap: {sitemap.failure}"))
        elif known_links:
            candidates = self._follow(known_links, record)
        target, note = self._redirect(visit)
        if note is not None:
            notes.append(note)
        kept, traps = self.admit([candidate for candidate in candidates if candidate is not None])
        notes += [("trap", trap) for trap in traps]
        return Recording(
            record=record,
            exchange=exchange,
            update=decision.update,
            links=links,
            candidates=tuple(kept),
            redirect_to=target,
            events=tuple(Event(visit.at, kind, detail, record.key) for kind, detail in notes),
            media_type=media_type,
            charset=charset,
        )

    def _follow(self, links: Sequence[Link], via: UrlRecord) -> list[Candidate | None]:
        """Judge links, each spelling once a run: navigation stands on every page of a site."""
        if FILE in via.hops:
            return []  # a linked file is fetched for its own sake; nothing beyond it
        found: list[Candidate | None] = []
        for link in links:
            if link.url in self._followed:
                continue
            candidate = self._scope.link(link.url, via)
            if candidate is not None and candidate.exclude_reason == self._scope.too_deep:
                self._too_deep.setdefault(candidate.key, candidate)
                continue
            self._followed.add(link.url)
            if candidate is not None:
                self._too_deep.pop(candidate.key, None)
            found.append(candidate)
        return found

    def too_deep(self) -> list[Candidate]:
        """Return what was only met too deep: another page might have led to it on a shorter way."""
        return self.admit(list(self._too_deep.values()))[0]

    def target_of(self, exchange: Exchange, via: UrlRecord) -> Candidate | None:
        """Judge where an answer redirects to; None when it does not, or to no web address."""
        location = exchange.header("location")
        if exchange.status not in REDIRECTS or not location:
            return None
        url = joined(exchange.url, location)
        return None if url is None else self._scope.redirect(url, via)

    def _redirect(self, visit: Visit) -> tuple[Candidate | None, tuple[EventKind, str] | None]:
        exchange = visit.exchange
        if exchange is None or exchange.status not in REDIRECTS:
            return None, None
        location = exchange.header("location")
        if not location:
            return None, ("out_of_scope", f"status {exchange.status} without a Location")
        target = self.target_of(exchange, visit.record)
        if target is None:
            return None, ("out_of_scope", f"redirects to {location[:200]}: not http or https")
        if target.key == visit.record.key:
            wish = " (with a cookie; none are sent)" if exchange.header("set-cookie") else ""
            return None, ("trap", f"redirects to itself: {target.url[:200]}{wish}")
        self._seen.add(target.key)
        if target.exclude_reason is not None:
            reason = f"redirects to {target.url[:200]}: {target.exclude_reason}"
            return target, ("out_of_scope", reason)
        return target, None


def _says_more(reading: LinkReading, known_links: Sequence[Link] | None) -> bool:
    """Tell whether a payload that was read before says other links now, and was read at all."""
    return reading.failure is None and reading.links != tuple(known_links or ())
