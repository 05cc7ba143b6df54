"""Measure `archiver crawl` over a generated site, and check that nothing of it was missed."""

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from archiver.corpus import Corpus
from bench.crawl_peers import peers
from bench.measuring import FailedRunError, Options, Ran, archiver, run
from bench.site import Truth, make_site, served
from bench.table import Line

SECTION = "crawl"
SITE = "site"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Took:
    """What one crawl took: seconds on the clock, seconds of computing in all its processes."""

    clock: float
    computing: float


def measure(options: Options) -> Iterator[Line]:
    """Yield pages a second and computing beside the peers, and what was recorded."""
    folder = options.new_folder("crawl")
    pages = 40 if options.quick else 2_000
    truth = make_site(folder / "site", pages)
    others = peers(scrapy=options.scrapy)
    ours: list[Took] = []
    theirs: dict[str, list[Took]] = {name: [] for name in others}
    with served(folder / "site") as base:
        for _ in range(1 if options.quick else 3):
            workspace = options.new_folder("crawl/workspace")
            init(workspace, base)
            ours.append(_took(partial(run, archiver("-w", workspace, "crawl")))[0])
            for name, peer in others.items():
                target = options.new_folder("crawl/peer")
                took, found = _took(partial(peer, base, target))
                if found < pages:
                    raise FailedRunError(f"{name} found {found} of {pages} pages")
                theirs[name].append(took)
    for name, taken in theirs.items():
        rates = [pages / statistics.median(t.clock for t in each) for each in (ours, taken)]
        yield Line(SECTION, f"archive {pages:,} pages", rates[0], "pages/s", name, rates[1])
    for name, taken in theirs.items():
        costs = [1000 * statistics.median(t.computing for t in each) for each in (ours, taken)]
        what = "computing for a page, all processes"
        yield Line(SECTION, what, costs[0] / pages, "ms", name, costs[1] / pages)
    yield from check(workspace, base, truth)


def init(workspace: Path, base: str) -> None:
    """Make a workspace as a person would; not a part of what is measured."""
    seed = ["--seed", f"{base}/", "--name", SITE]
    allow = ["--allow", base.removeprefix("http://"), "--delay", "0"]
    run(archiver("init", workspace, *seed, *allow))


def crawl(workspace: Path, base: str, *, is_watched: bool = False) -> Ran:
    """Make a workspace and crawl it, through the commands a person types."""
    init(workspace, base)
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


def _took(call: Callable[[], T]) -> tuple[Took, T]:
    began, before = time.perf_counter(), _computing()
    result = call()
    return Took(time.perf_counter() - began, _computing() - before), result


def _computing() -> float:
    """Return the CPU seconds of all processes that were started here and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _compared(what: str, found: AbstractSet[object], truth: AbstractSet[object]) -> Line:
    held = f"{len(truth & found):,} of {len(truth):,}"
    beyond = len(found - truth)
    value = f"{held}, {beyond:,} beyond" if beyond else held
    return Line(SECTION, what, value, is_wrong=found != truth)
