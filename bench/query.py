"""Measure queries: whole answers and the bare engine, beside plain Whoosh on the same pages."""

import random
import re
import statistics
from collections.abc import Callable, Iterator
from datetime import date

from archiver.corpus.derived import DerivedTexts
from archiver.index import Index
from archiver.index.port import And, Or, Query
from archiver.query import parse
from archiver.search import search
from archiver.search.lower import lower
from archiver.search.plan import texts
from bench.index import build_ours
from bench.material import documents, extraction, page_count, page_texts
from bench.measuring import Options, seconds_of
from bench.peers import WhooshSearcher, build_whoosh
from bench.table import Line

SECTION = "query"
TODAY = date(2026, 1, 1)
_NOUN = re.compile(r"(?<=[a-zäöüß,] )[A-ZÄÖÜ][a-zäöüß]{4,}\b")
_PAIR = re.compile(r"(?<= )([A-Za-zÄÖÜäöüß]{4,}) ([A-Za-zÄÖÜäöüß]{4,})(?= )")
KINDS = ("one word", "two words, AND", "two words, OR", "phrase")


def measure(options: Options) -> Iterator[Line]:
    """Yield p50 and p95 for each kind of query."""
    pages = page_texts(options, page_count(options))
    ours_at, theirs_at = options.new_folder("query/ours"), options.new_folder("query/whoosh")
    build_ours(pages, ours_at)
    build_whoosh(pages, theirs_at, is_stored=True)
    texts_path = options.new_folder("query/texts") / "text.sqlite"
    with DerivedTexts.open(texts_path) as kept:
        kept.save_extractions(
            (document.payload_digest, document.extractor, extraction(document, own))
            for document, own in documents(pages)
        )
    rounds, count = (1, 4) if options.quick else (3, 60)
    whoosh = WhooshSearcher(theirs_at)
    with Index.open(ours_at) as index, DerivedTexts.open(texts_path, read_only=True) as kept:
        for kind in KINDS:
            queries = drawn(pages, kind, count)
            whole = _timed(
                rounds,
                queries,
                lambda query: search(index, query, read_page=kept.page_text, today=TODAY),
                whoosh.answer,
            )
            peer = "plain Whoosh, with snippets"
            yield from _lines(f"{kind}: whole answer", peer, whole)
            planned = {query: plan(index, query, kind) for query in queries}
            parsed = {query: whoosh.parse(query) for query in queries}
            bare = _timed(
                rounds,
                queries,
                lambda query: index.match(planned[query]),  # noqa: B023  # called at once
                lambda query: whoosh.match(parsed[query]),  # noqa: B023
            )
            yield from _lines(f"{kind}: bare match", "plain Whoosh, parsed", bare)
    whoosh.close()


def drawn(pages: list[str], kind: str, count: int, *, seed: int = 28) -> list[str]:
    """Draw queries from the pages: nouns as they occur, both of a pair from one page.

    Words are drawn by occurrence, so frequent ones come often, as in what people type.
    """
    chance = random.Random(f"{seed} {kind}")
    found: list[str] = []
    while len(found) < count:
        page = chance.choice(pages)
        nouns, pairs = _NOUN.findall(page), _PAIR.findall(page)
        if len(set(nouns)) < 2 or not pairs:
            continue
        first, second = chance.sample(sorted(set(nouns)), 2)
        match kind:
            case "one word":
                found.append(chance.choice(nouns))
            case "two words, AND":
                found.append(f"{first} {second}")
            case "two words, OR":
                found.append(f"{first} OR {second}")
            case _:
                found.append(f'"{" ".join(chance.choice(pairs))}"')
    return found


def plan(index: Index, query: str, kind: str) -> Query:
    """Return what the engine is asked for a query, without fields of documents."""
    lowered = lower(parse(query, today=TODAY).tree, index, typed=query, today=TODAY)
    parts = tuple(leaf.page for leaf in texts(lowered.plan))
    return Or(parts) if "OR" in kind else And(parts)


def _timed(
    rounds: int,
    queries: list[str],
    ours: Callable[[str], object],
    theirs: Callable[[str], object],
) -> tuple[list[float], list[float]]:
    """Return for each query the median of its times in ms, ours and theirs; a first round warms."""
    taken: tuple[list[list[float]], list[list[float]]] = ([], [])
    for query in queries:
        for figures, ask in zip(taken, (ours, theirs), strict=True):
            ask(query)
            times = [1000 * seconds_of(lambda: ask(query)) for _ in range(rounds)]  # noqa: B023
            figures.append(times)
    first, second = ([statistics.median(times) for times in figures] for figures in taken)
    return first, second


def _lines(what: str, peer: str, times: tuple[list[float], list[float]]) -> Iterator[Line]:
    for percent in (50, 95):
        ours, theirs = (quantile(figures, percent) for figures in times)
        yield Line(SECTION, f"{what} p{percent}", ours, "ms", peer, theirs)


def quantile(figures: list[float], percent: int) -> float:
    """Return a percentile, taken from the figures themselves.

    >>> quantile([1.0, 2.0, 3.0, 4.0], 50), quantile([1.0, 2.0, 3.0, 4.0], 95)
    (2.0, 4.0)
    """
    ordered = sorted(figures)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
