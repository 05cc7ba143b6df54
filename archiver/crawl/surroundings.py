"""What a run is handed: the sites with their stores, and everything around them. No decisions."""

import asyncio
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from archiver.crawl.fetch import HttpFetch
from archiver.crawl.guard import allowed_addresses
from archiver.crawl.ports import (
    Clock,
    CrawlOptions,
    CrawlProgress,
    Fetch,
    FetchLimits,
    ReadLinks,
    Sleep,
    utc_now,
)
from archiver.model import CrawlStore
from archiver.sites.profile import SiteProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCrawl:
    """One site to crawl, with its store; `fetch` None makes the real one from the profile."""

    site: SiteProfile
    store: CrawlStore
    fetch: Fetch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a run is handed besides the site: clock, chance, links reader, stop, progress."""

    user_agent: str
    software: str
    read_links: ReadLinks
    options: CrawlOptions = field(default_factory=CrawlOptions)
    clock: Clock = utc_now
    sleep: Sleep = asyncio.sleep
    monotonic: Callable[[], float] = monotonic
    jitter: Callable[[], float] = random.random
    on_progress: Callable[[CrawlProgress], None] | None = None
    stop: threading.Event = field(default_factory=threading.Event)


def http_fetch(site: SiteProfile, around: Surroundings) -> Fetch:
    """Make the real fetch with the limits and allowances of a profile."""
    politeness = site.politeness
    return HttpFetch(
        user_agent=around.user_agent,
        allow=allowed_addresses(site.scope.allow),
        limits=FetchLimits(
            connect_s=politeness.connect_timeout,
            idle_s=politeness.idle_timeout,
            total_s=politeness.total_timeout,
            body_bytes=politeness.max_body_bytes,
        ),
        clock=around.clock,
    )
