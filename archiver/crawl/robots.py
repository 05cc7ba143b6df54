"""robots.txt after RFC 9309: what an answer means, how long it holds, what it forbids. Pure.

The state lives in the host's record, so that it outlasts the run: "ok" with the text, "allow_all"
after a 4xx, "unreachable" after 429, 5xx or a network error – then the last good copy serves for
30 days, and without one the host is closed for now. This module alone knows protego.
"""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archiver.crawl.politeness import MAX_CRAWL_DELAY_S, pause_s, retry_s
from archiver.crawl.ports import FailureKind
from archiver.model import EventKind, HostRecord

if TYPE_CHECKING:
    from protego import Protego

MAX_BYTES = 500 * 1024
CACHE_S = 24 * 3600.0
LAST_GOOD_S = 30 * 86_400.0
MAX_REDIRECTS = 5
POLICY = "RFC 9309 obeyed"

Note = tuple[EventKind, str]


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What came when robots.txt was asked for, after redirects.

    `status` is None for a network error, of that `kind`, whose words are in `detail`. `is_lost`
    means that redirects led nowhere: too many, a loop, or not to http(s). `is_final` marks a
    network error that asking again will not mend: no such name, a refused address or certificate.
    """

    status: int | None
    body: bytes = b""
    detail: str = ""
    retry_after: str | None = None
    is_lost: bool = False
    is_final: bool = False
    kind: FailureKind = "connection"


class RobotsRules:
    """The rules of one host for one product token; `None` as body allows everything."""

    def __init__(self, body: bytes | None, user_agent: str) -> None:
        self._rules = _parsed(body) if body else None
        self._token = product_token(user_agent)

    def forbids(self, url: str) -> bool:
        """Tell whether the URL must not be fetched."""
        return self._rules is not None and not self._rules.can_fetch(url, self._token)

    @property
    def crawl_delay_s(self) -> float | None:
        """Crawl-delay as written, in seconds; None when absent or unusable."""
        delay = self._rules.crawl_delay(self._token) if self._rules is not None else None
        return float(delay) if delay is not None and 0 <= delay < float("inf") else None

    @property
    def sitemaps(self) -> Sequence[str]:
        """URLs of sitemaps, as written."""
        return tuple(self._rules.sitemaps) if self._rules is not None else ()


def _parsed(body: bytes) -> "Protego":
    from protego import Protego

    # RFC 9309 asks for UTF-8; what some editors call Unicode is UTF-16, and tells so by its mark.
    is_wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = body[:MAX_BYTES].decode("utf-16" if is_wide else "utf-8-sig", "replace")
    return Protego.parse(text)


def product_token(user_agent: str) -> str:
    """Return the name that robots.txt groups are matched with (RFC 9309 section 2.2.1).

    >>> product_token("forum-archiver/0.1 (+https://forum.example/)")
    'forum-archiver'
    """
    return user_agent.partition("/")[0].partition(" ")[0].strip()


def robots_url(origin: str) -> str:
    """Return where an origin keeps its robots.txt.

    >>> robots_url("http://forum.example:80"), robots_url("https://forum.example:8443")
    ('http://forum.example/robots.txt', 'https://forum.example:8443/robots.txt')
    """
    parts = urlsplit(origin)
    default = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.removesuffix(default)}/robots.txt"


def must_fetch(host: HostRecord, now: float) -> bool:
    """Tell whether robots.txt is unknown or its copy too old (or from the future)."""
    if host.robots_state is None or host.robots_expires_at is None:
        return True
    return not now < host.robots_expires_at <= now + CACHE_S


def has_last_good(host: HostRecord, now: float) -> bool:
    """Tell whether an earlier copy may stand in while robots.txt is unreachable."""
    return (
        host.robots_body is not None
        and host.robots_fetched_at is not None
        and now - host.robots_fetched_at <= LAST_GOOD_S
    )


def is_closed(host: HostRecord, now: float) -> bool:
    """Tell whether nothing may be fetched, robots.txt being unreachable without a copy."""
    return host.robots_state == "unreachable" and not has_last_good(host, now)


@dataclass(frozen=True, slots=True)
class RobotsOutcome:
    """The host's record after robots.txt was asked for.

    `retry_in_s` says, while it is unreachable, when to ask again; `notes` what is worth noting.
    """

    host: HostRecord
    notes: tuple[Note, ...] = ()
    retry_in_s: float | None = None


def after_answer(
    host: HostRecord,
    answer: RobotsAnswer,
    now: float,
    user_agent: str,
    *,
    profile_delay_s: float | None = None,
) -> RobotsOutcome:
    """Decide what an answer, or none, to the request for robots.txt means (RFC 9309, 2.3.1)."""
    status = answer.status
    if status is not None and (answer.is_lost or 400 <= status < 500) and status != 429:
        notes: tuple[Note, ...] = ()
        if answer.is_lost:
            notes = (("robots_warning", f"{answer.detail}; everything is allowed"),)
        elif status in {401, 403}:
            notes = (("robots_warning", f"robots.txt answers {status}; everything is allowed"),)
        return RobotsOutcome(_good(host, "allow_all", b"", now), notes)
    if status is not None and 200 <= status < 300:
        body = answer.body[:MAX_BYTES]
        delay = RobotsRules(body, user_agent).crawl_delay_s
        fresh = replace(_good(host, "ok", body, now), crawl_delay_s=_capped(delay))
        if delay is not None and delay > MAX_CRAWL_DELAY_S:
            note = f"Crawl-delay {delay:g} s is honoured up to {MAX_CRAWL_DELAY_S:g} s"
            return RobotsOutcome(fresh, (("robots_warning", note),))
        return RobotsOutcome(fresh)
    if status is None:
        # A later run asks at once: the network may be back.
        what, wait, expires_at = (
            answer.detail,
            retry_s(host.errors, profile_delay_s=profile_delay_s),
            now,
        )
    else:
        what, wait = (
            answer.detail or f"robots.txt answers {status}",
            pause_s(answer.retry_after, host.errors, now),
        )
        expires_at = now + wait
    closed = replace(
        host,
        robots_state="unreachable",
        robots_expires_at=expires_at,
        errors=host.errors + 1,
    )
    has_copy = has_last_good(host, now)
    consequence = "the last good copy holds" if has_copy else "the host is closed for now"
    return RobotsOutcome(closed, (("robots_unreachable", f"{what}; {consequence}"),), wait)


def _good(host: HostRecord, state: str, body: bytes, now: float) -> HostRecord:
    return replace(
        host,
        robots_state=state,
        robots_body=body,
        robots_fetched_at=now,
        robots_expires_at=now + CACHE_S,
        crawl_delay_s=None,
        errors=0,
    )


def _capped(delay: float | None) -> float | None:
    return None if delay is None else min(delay, MAX_CRAWL_DELAY_S)
