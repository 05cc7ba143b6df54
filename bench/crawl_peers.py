"""The peers of the crawl: wget, a plain loop in Python, Scrapy in an environment of its own."""

import json
import shutil
import sys
import venv
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.corpora import CACHE
from bench.measuring import run

Peer = Callable[[str, Path], int]
"""Crawl a base URL into an empty folder; return how many pages were found."""

# What one would write in an hour: it keeps each page and its links, on the disk every 64 pages,
# and knows no robots.txt, no scope, no retry, no restart.
_LOOP = """
import gzip, json, os, sys
from collections import deque
from http.client import HTTPConnection
from urllib.parse import urljoin, urlsplit
from bs4 import BeautifulSoup

start, folder = sys.argv[1:]
place = urlsplit(start).netloc
server = HTTPConnection(place)
queue, seen, number = deque([start]), {start}, 0
with open(folder + "/pages.gz", "wb") as pages, open(folder + "/links.jsonl", "w") as links:
    while queue:
        url = queue.popleft()
        server.request("GET", urlsplit(url).path)
        answer = server.getresponse()
        body = answer.read()
        head = "".join(f"{name}: {value}\\r\\n" for name, value in answer.getheaders())
        pages.write(gzip.compress(head.encode() + b"\\r\\n" + body))
        soup = BeautifulSoup(body, "lxml")
        found = [(urljoin(url, a["href"]), a.get_text(" ", strip=True))
                 for a in soup.find_all("a", href=True)]
        links.write(json.dumps([url, found]) + "\\n")
        for target, _ in found:
            if target not in seen and urlsplit(target).netloc == place:
                seen.add(target)
                queue.append(target)
        number += 1
        if number % 64 == 0 or not queue:
            for file in (pages, links):
                file.flush()
                os.fsync(file.fileno())
"""

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


def peers(*, scrapy: bool) -> dict[str, Peer]:
    """Return the peers there are by name; Scrapy is installed when it is asked for."""
    found: dict[str, Peer] = {"loop with BeautifulSoup, fsync": _loop}
    if shutil.which("wget"):
        found["wget --mirror --warc-file"] = _wget
    if scrapy:
        found["Scrapy, items as JSON lines"] = partial(_scrapy, _scrapy_python())
    return found


def _loop(base: str, target: Path) -> int:
    run([sys.executable, "-c", _LOOP, f"{base}/", target])
    return len((target / "links.jsonl").read_text("utf-8").splitlines())


def _wget(base: str, target: Path) -> int:
    """Mirror with wget as its manual says; it fetches one page after the other, as we do."""
    command = ["wget", "--mirror", "--quiet", f"--warc-file={target / 'site'}", f"{base}/"]
    run([*command, f"--directory-prefix={target / 'files'}"], expect=(0, 8))
    return sum(1 for _ in (target / "files").rglob("*.html"))


def _scrapy(python: Path, base: str, target: Path) -> int:
    """Follow all links with Scrapy's own defaults (eight requests at once)."""
    feed = target / "pages.jsonl"
    run([python, "-c", _SPIDER, f"{base}/", feed])
    return len({json.loads(line)["url"] for line in feed.read_text("utf-8").splitlines()})


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
