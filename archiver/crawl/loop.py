"""The crawl of a site: lease, ask, read, record, until the frontier is dry. One entry point.

1. seeds → `scope` → `store.add`; due pages → `store.revisit`; leftovers of a killed run first
2. `store.lease` → URLs whose time has come, by priority → one lane a host
3. lane → `visit`: `rules`, scope, the host's turn (`asking`), `fetch` → Exchange or FetchFailure
4. `frontier` decides: new state, retry, pause of the host, held-back mark of a vanished page
5. payload → `links.read` in a worker thread (a child process parses) → links, media type
6. links → `scope` → candidates; with exchange and update they make a Recording
7. `recorder` → `store.record`: WARC groups, one fsync, one transaction a batch → back to 2
8. nothing queued, a stop or a limit → marks of vanished pages, unless the site was relaunched
9. `store.finish_crawl` → CrawlReport with state and reason

The network runs in the caller's thread (asyncio), the store in one worker thread, reading in
another. A stop lets requests under way finish, releases the rest, and records what is there.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from archiver.crawl.hosts import Host
from archiver.crawl.ports import Fetch
from archiver.crawl.run import Run, first_of
from archiver.crawl.surroundings import SiteCrawl, Surroundings
from archiver.model import CrawlReport, CrawlStore
from archiver.sites.profile import SiteProfile


def crawl(
    site: SiteProfile, store: CrawlStore, around: Surroundings, *, fetch: Fetch | None = None
) -> CrawlReport:
    """Crawl one site and report how it ended.

    Raises ConfigError for a profile without seeds or with a wrong pattern, StorageError when the
    disk fails; whatever goes wrong with the site itself is in the report.
    """
    return crawl_many([SiteCrawl(site=site, store=store, fetch=fetch)], around)[0]


def crawl_many(crawls: Sequence[SiteCrawl], around: Surroundings) -> list[CrawlReport]:
    """Crawl several sites side by side; a host they share is still asked one request at a time.

    Reports come in the order given. An error of one run ends all.
    """
    return asyncio.run(_crawl_all(crawls, around))


async def _crawl_all(crawls: Sequence[SiteCrawl], around: Surroundings) -> list[CrawlReport]:
    hosts: dict[str, Host] = {}
    slots = asyncio.Semaphore(max(1, around.options.hosts_at_once))
    with (
        ThreadPoolExecutor(1, "store") as store_thread,
        ThreadPoolExecutor(1, "links") as read_thread,
    ):
        runs = [Run(each, around, hosts, slots, store_thread, read_thread) for each in crawls]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(run.run()) for run in runs]
        except BaseExceptionGroup as errors:
            raise first_of(errors) from None
        return [task.result() for task in tasks]
