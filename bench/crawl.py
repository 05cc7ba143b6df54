"""Measure `archiver crawl` over a generated site, and check that nothing of it was missed."""

import json
import shutil
import statistics
import sys
import venv
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from functools import partial
from pathlib import Path

from archiver.corpus import Corpus
from bench.corpora import CACHE
from bench.measuring import FailedRunError, Options, Ran, archiver, run
from bench.site import Truth, make_site, served
from bench.table import Line

SECTION = "crawl"
SITE = "site"
Peer = Callable[[str, Path], tuple[float, int]]
"""Base URL and folder to the seconds taken and the number of pages found."""

_SPIDER = """
import sys
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule

class Mirror(CrawlSpider):
    name = "mirror"
    start_urls = [sys.argv[1]]
    rules = [Rule(LinkExtractor(), callback="keep", follow=True)]
    def keep(self, response):
        yield {"url": response.url, "body": response.text}
    parse_start_url = keep

process = CrawlerProcess({"FEEDS": {sys.argv[2]: {"format": "jsonlines"}},
                          "ROBOTSTXT_OBEY": True, "LOG_LEVEL": "ERROR"})
process.crawl(Mirror)
process.start()
"""


def measure(options: Options) -> Iterator[Line]:
    """Yield pages a second beside wget and Scrapy, and what was recorded."""
    folder = options.new_folder("crawl")
    pages = 40 if options.quick else 2_000
    truth = make_site(folder / "site", pages)
    peers: dict[str, Peer] = {}
    if shutil.which("wget"):
        peers["wget --mirror --warc-file"] = _wget
    if options.scrapy:
        python = _scrapy_python()
        peers["Scrapy, items as JSON lines"] = partial(_scrapy, python)
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in peers}
    with served(folder / "site") as base:
        for _ in range(1 if options.quick else 3):
            workspace = options.new_folder("crawl/workspace")
            ours.append(pages / crawl(workspace, base).seconds)
            for name, peer in peers.items():
                target = options.new_folder("crawl/peer")
                seconds, found = peer(base, target)
                if found < pages:
                    raise FailedRunError(f"{name} found {found} of {pages} pages")
                theirs[name].append(pages / seconds)
    rate = statistics.median(ours)
    what = f"archive {pages:,} pages"
    for name, rates in theirs.items():
        yield Line(SECTION, what, rate, "pages/s", name, statistics.median(rates))
    if not theirs:
        yield Line(SECTION, what, rate, "pages/s", "wget", "not installed")
    yield from check(workspace, base, truth)


def crawl(workspace: Path, base: str, *, is_watched: bool = False) -> Ran:
    """Make a workspace (not timed) and crawl it, through the commands a person types."""
    address = base.removeprefix("http://")
    seed = ["--seed", f"{base}/", "--name", SITE]
    run(archiver("init", workspace, *seed, "--allow", address, "--delay", "0"))
    return run(archiver("-w", workspace, "crawl"), is_watched=is_watched)


def check(workspace: Path, base: str, truth: Truth) -> Iterator[Line]:
    """Yield what the catalogue holds of the pages and links there are, and the WARCs' state."""
    with Corpus.open(workspace / "corpus", read_only=True) as corpus:
        pages = {source.url.removeprefix(base) for source in corpus.sources(SITE)}
        links = {
            (link.from_url.removeprefix(base), link.to_url.removeprefix(base))
            for link in corpus.inbound_links(SITE)
        }
        findings = list(corpus.verify(deep=True))
    yield _compared("pages recorded", pages, truth.pages)
    yield _compared("links recorded", links, truth.links)
    state = f"{len(findings)} findings, first: {findings[0]}" if findings else "clean"
    yield Line(SECTION, "corpus verified, every record", state, is_wrong=bool(findings))


def _compared(what: str, found: AbstractSet[object], truth: AbstractSet[object]) -> Line:
    held = f"{len(truth & found):,} of {len(truth):,}"
    beyond = len(found - truth)
    value = f"{held}, {beyond:,} beyond" if beyond else held
    return Line(SECTION, what, value, is_wrong=found != truth)


def _wget(base: str, target: Path) -> tuple[float, int]:
    """Mirror with wget as its manual says; it fetches one page after the other, as we do."""
    command = ["wget", "--mirror", "--quiet", f"--warc-file={target / 'site'}", f"{base}/"]
    ran = run([*command, f"--directory-prefix={target / 'files'}"], expect=(0, 8))
    return ran.seconds, sum(1 for _ in (target / "files").rglob("*.html"))


def _scrapy(python: Path, base: str, target: Path) -> tuple[float, int]:
    """Follow all links with Scrapy's own defaults (eight requests at once)."""
    feed = target / "pages.jsonl"
    ran = run([python, "-c", _SPIDER, f"{base}/", feed])
    lines = feed.read_text("utf-8").splitlines()
    return ran.seconds, len({json.loads(line)["url"] for line in lines})


def _scrapy_python() -> Path:
    """Return the interpreter of Scrapy's own environment, made when it is first needed."""
    home = CACHE / "scrapy"
    python = home / "bin" / "python"
    if not (home / "installed").exists():
        print("bench: installing Scrapy", file=sys.stderr)
        venv.create(home, clear=True, with_pip=True)
        run([python, "-m", "pip", "install", "-q", "scrapy"])
        (home / "installed").touch()
    return python
