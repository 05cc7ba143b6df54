"""Measure ranking on a test set: MRR@10, S@1 and S@10 (share of queries answered in first, in ten).

    python -m bench.relevance --docs docs.jsonl --queries queries.jsonl --qrels qrels.tsv

`docs.jsonl` holds {"id", "text", "title"?}, `queries.jsonl` {"id", "text"}, `qrels.tsv` the lines
query, document, 1. Compared are a plain BM25 (k1 1.2, b 0.75) in this file over our terms, with
and without splitting of compounds, and the product's own search with `--any`, as questions in
whole sentences are asked. Nothing in the product is tuned to one of the sets.
"""

import argparse
import json
import math
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from archiver.analysis import Analyzer, Lexicon, german_words
from archiver.index import Index, build
from archiver.model import Document, Page
from archiver.search import search

DEPTH = 10
K1, B = 1.2, 0.75
TODAY = date(2026, 1, 1)

_SYNTAX = re.compile(r"[^\w\s§./-]|(?<!\w)-|\.\.+")
_OPERATORS = re.compile(r"\b(?:AND|UND|OR|ODER|NOT|NICHT|NEAR|ADJ)\b")


@dataclass(frozen=True, slots=True)
class Scores:
    """Mean reciprocal rank to depth ten, success at one and at ten; each from 0 to 1."""

    mrr: float
    s1: float
    s10: float

    @property
    def named(self) -> dict[str, float]:
        """The scores by the names tables give them."""
        return {"MRR@10": self.mrr, "S@1": self.s1, "S@10": self.s10}

    def __str__(self) -> str:
        return f"MRR@10 {self.mrr:.4f}   S@1 {self.s1:.4f}   S@10 {self.s10:.4f}"


@dataclass(frozen=True, slots=True)
class TestSet:
    """Texts by document id, questions by query id, and the documents relevant to each query."""

    docs: dict[str, str]
    titles: dict[str, str]
    queries: dict[str, str]
    relevant: dict[str, set[str]]


Rank = Callable[[str], Sequence[str]]
"""A question to document ids, best first."""


def read_set(docs: Path, queries: Path, qrels: Path) -> TestSet:
    """Read the three files of a test set."""
    rows = [json.loads(line) for line in docs.read_text(encoding="utf-8").splitlines()]
    asked = [json.loads(line) for line in queries.read_text(encoding="utf-8").splitlines()]
    relevant: dict[str, set[str]] = defaultdict(set)
    for line in qrels.read_text(encoding="utf-8").splitlines():
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            relevant[query].add(document)
    return TestSet(
        docs={row["id"]: row["text"] for row in rows},
        titles={row["id"]: row.get("title", row["id"]) for row in rows},
        queries={row["id"]: row["text"] for row in asked},
        relevant=dict(relevant),
    )


def score(test: TestSet, rank: Rank) -> Scores:
    """Ask every question and average."""
    return scores_of(first_places(test, rank).values())


def first_places(test: TestSet, rank: Rank) -> dict[str, int | None]:
    """Ask every judged question: the place of the first relevant document among ten, or None."""
    places: dict[str, int | None] = {}
    for query in test.queries:
        if query in test.relevant:
            found = rank(test.queries[query])[:DEPTH]
            right = (n for n, doc in enumerate(found, 1) if doc in test.relevant[query])
            places[query] = next(right, None)
    return places


def scores_of(places: Collection[int | None]) -> Scores:
    """Average over the places of the first relevant documents.

    >>> scores_of([1, 2, None, None])
    Scores(mrr=0.375, s1=0.25, s10=0.5)
    """
    found = [place for place in places if place is not None]
    count = max(1, len(places))
    return Scores(
        sum(1 / place for place in found) / count, found.count(1) / count, len(found) / count
    )


def plain_bm25(test: TestSet, analyzer: Analyzer) -> Rank:
    """Rank by BM25 over the terms of the field `stem`, each query term once."""
    frequencies = {doc: Counter(analyzer.stem_words(text)) for doc, text in test.docs.items()}
    lengths = {doc: counts.total() for doc, counts in frequencies.items()}
    mean = sum(lengths.values()) / len(lengths)
    postings: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for doc, counts in frequencies.items():
        for term, count in counts.items():
            postings[term].append((doc, count))

    def rank(question: str) -> list[str]:
        points: dict[str, float] = defaultdict(float)
        for term in set(analyzer.stem_words(question)):
            found = postings.get(term, [])
            idf = math.log(1 + (len(lengths) - len(found) + 0.5) / (len(found) + 0.5))
            for doc, count in found:
                norm = K1 * (1 - B + B * lengths[doc] / mean)
                points[doc] += idf * count * (K1 + 1) / (count + norm)
        return sorted(points, key=lambda doc: (-points[doc], doc))

    return rank


def product(test: TestSet, index: Index) -> Rank:
    """Rank as the product does, one word sufficing."""

    def read_page(digest: str, extractor: str, number: int) -> Page:
        return Page(number=number, text=test.docs[digest])

    def rank(question: str) -> list[str]:
        answer = search(
            index,
            as_query(question),
            read_page=read_page,
            today=TODAY,
            any_word=True,
            limit=DEPTH,
            pages_per_document=1,
            facets=False,
        )
        return [group.document.doc_id for group in answer.groups]

    return rank


def as_query(question: str) -> str:
    """Take the signs of the query language out of a question.

    >>> as_query('Was heißt "A ODER B" (im Forum)?')
    'Was heißt A oder B im Forum'
    """
    plain = " ".join(_SYNTAX.sub(" ", question).split())
    return _OPERATORS.sub(lambda match: match.group().lower(), plain)


def build_index(folder: Path, test: TestSet, engine: str, *, is_split: bool) -> None:
    """Index every text as a document of one page."""
    with build(folder, engine=engine, lexicon=german_words if is_split else None) as writer:
        for doc, text in test.docs.items():
            document = Document(
                doc_id=doc,
                site="bench",
                kind="other",
                title=test.titles[doc],
                urls=(f"https://bench.example/{doc}",),
                captures=(doc,),
                captured_at=datetime(2026, 1, 1, tzinfo=UTC),
                media_type="text/html",
                payload_digest=doc,
                page_count=1,
            )
            writer.put(document, [Page(number=1, text=text)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line of scores for each way of ranking."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for name in ("docs", "queries", "qrels"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--engine", action="append", help="may be repeated; default whoosh")
    options = parser.parse_args(arguments)
    test = read_set(options.docs, options.queries, options.qrels)
    print(f"{len(test.docs)} documents, {len(test.queries)} queries")
    for name, lexicon in (("stems", None), ("stems and parts", Lexicon.of(german_words()))):
        print(f"{'BM25, ' + name:<26}{score(test, plain_bm25(test, Analyzer(lexicon)))}")
    for engine in options.engine or ["whoosh"]:
        for name, is_split in (("stems", False), ("stems and parts", True)):
            with tempfile.TemporaryDirectory() as folder:
                build_index(Path(folder) / "index", test, engine, is_split=is_split)
                with Index.open(Path(folder) / "index") as index:
                    print(f"{engine + ', ' + name:<26}{score(test, product(test, index))}")


if __name__ == "__main__":
    main()
