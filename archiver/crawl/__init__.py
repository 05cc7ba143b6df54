"""The crawl: ask a site's pages and files politely and hand them to the corpus as they came."""

from archiver.crawl.loop import crawl, crawl_many
from archiver.crawl.ports import (
    CrawlOptions,
    CrawlProgress,
    Fetch,
    FetchFailure,
    FetchLimits,
    ReadLinks,
)
from archiver.crawl.surroundings import SiteCrawl, Surroundings

__all__ = [
    "CrawlOptions",
    "CrawlProgress",
    "Fetch",
    "FetchFailure",
    "FetchLimits",
    "ReadLinks",
    "SiteCrawl",
    "Surroundings",
    "crawl",
    "crawl_many",
]
