"""What researchers ask of the sample forum, and how well it is answered.

The labelled queries stand in data/forum-queries.toml. Ranked ones are judged by the place of the
first right document, filters by the exact set of documents.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.analysis import german_words
from archiver.errors import ArchiverError
from archiver.index import Index, build
from archiver.index.engines import load_engine
from archiver.model import Page
from archiver.search import search
from bench.floors import Found, Measure, Missing, digest_of
from bench.rankers import fts5, whoosh
from bench.relevance import DEPTH, TODAY, Rank, Scores, TestSet, as_query, first_places, scores_of
from bench.sample import Forum, digest

QUERIES = Path(__file__).parent / "data" / "forum-queries.toml"
SECTION = "relevance"
_ALL = 1000
_SYNTAX = re.compile(r'["]|\w:\S|\bNEAR\b')


@dataclass(frozen=True, slots=True)
class Query:
    """A query as typed, and the paths of the documents that answer it."""

    text: str
    right: frozenset[str]
    any_word: bool = False

    @property
    def group(self) -> str:
        """The kind of query it is counted with."""
        if self.any_word:
            return "questions"
        return "fields and phrases" if _SYNTAX.search(self.text) else "words"


@dataclass(frozen=True, slots=True)
class Filter:
    """A query that says exactly which documents it wants, and these."""

    text: str
    right: frozenset[str]


def read_queries(truth: Mapping[str, Mapping[str, Any]]) -> list[Query]:
    """Read the ranked queries; `truth` has the label of every document by its path."""
    queries = []
    for entry in _file()["query"]:
        wanted = set(entry.get("sittings", ()))
        right = {path for path, label in truth.items() if wanted & set(label["sessions"])}
        also = set(entry.get("also", ()))
        if unknown := also - set(truth):
            raise ValueError(f"{QUERIES.name}: {entry['text']}: no document {sorted(unknown)}")
        queries.append(Query(entry["text"], frozenset(right | also), entry.get("any", False)))
    return queries


def read_filters(truth: Mapping[str, Mapping[str, Any]]) -> list[Filter]:
    """Read the filters, with the paths of the labels that meet their conditions."""
    return [
        Filter(
            entry["text"],
            frozenset(
                path
                for path, label in truth.items()
                if any(meets(label, one) for one in entry.get("any_of") or [entry["where"]])
                and not ("without" in entry and meets(label, entry["without"]))
            ),
        )
        for entry in _file()["filter"]
    ]


def meets(label: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    """Tell whether all of the conditions are true of a labelled document.

    >>> label = {"sessions": [9, 10], "groups": ["AG Grün"], "role": "minutes"}
    >>> meets(label, {"session": 9, "role": "minutes"}), meets(label, {"group": "AG Jugend"})
    (True, False)
    """
    if "from" in where:
        first, last = label["held_on"], label["held_until"] or label["held_on"]
        spans = [(first, last)] * bool(first) + [(day, day) for day in label["also_on"]]
        if not any(start <= where["to"] and where["from"] <= end for start, end in spans):
            return False
    for name, wanted in where.items():
        if name == "session" and wanted not in label["sessions"]:
            return False
        if name == "sessions" and not any(wanted[0] <= n <= wanted[1] for n in label["sessions"]):
            return False
        if name in ("group", "keyword") and wanted not in label[f"{name}s"]:
            return False
        if name in ("kind", "role", "topic", "special") and wanted != label[name]:
            return False
    return True


def _file() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(QUERIES.read_text("utf-8"))


def measure(forum: Forum, engines: Sequence[str], folder: Path) -> Iterator[Found]:
    """Yield, for each engine, how well the queries of each kind are answered."""
    queries, filters = read_queries(forum.truth), read_filters(forum.truth)
    peers = _peers(forum, queries, folder)
    whole = digest_of(digest().encode(), QUERIES)
    for engine in engines:
        place, data = folder / engine, f"sample forum, {engine}"
        if reason := lack_of(engine):
            yield Missing(SECTION, data, reason)
            continue
        _build(forum, place, engine)
        with Index.open(place) as index:
            asked = _Asked(forum, index)
            for group in dict.fromkeys(query.group for query in queries):
                own = [query for query in queries if query.group == group]
                yield from _ranked(data, group, own, asked, peers.get(group, {}), whole)
            wrong = []
            for one in filters:
                found = asked.paths(one.text, limit=_ALL)
                if set(found) != one.right:
                    more, less = sorted(set(found) - one.right), sorted(one.right - set(found))
                    wrong.append(f"{one.text}: too many {more}, not found {less}")
            share = 1 - len(wrong) / len(filters)
            yield Measure(SECTION, data, "filters: exact sets", share, whole, failures=tuple(wrong))


def lack_of(engine: str) -> str | None:
    """Return why an engine cannot be used here, or None.

    >>> lack_of("whoosh"), lack_of("stone tablets")  # doctest: +ELLIPSIS
    (None, 'unknown engine `stone tablets`: ...')
    """
    try:
        load_engine(engine)
    except (ImportError, ArchiverError) as error:
        return str(error)
    return None


class _Asked:
    """The sample forum's index and how it is asked: query to the paths of documents."""

    def __init__(self, forum: Forum, index: Index) -> None:
        self._index = index
        self._pages = {
            (document.payload_digest, page.number): page
            for path, document in forum.documents.items()
            if path in forum.texts
            for page in forum.texts[path].pages
        }
        # A document that stands at two places is labelled at one of them.
        self._paths: dict[str, str] = {}
        for path, document in forum.documents.items():
            if path in forum.truth or document.doc_id not in self._paths:
                self._paths[document.doc_id] = path

    def paths(self, text: str, *, any_word: bool = False, limit: int = DEPTH) -> list[str]:
        answer = search(
            self._index,
            as_query(text) if any_word else text,
            read_page=self._read,
            today=TODAY,
            any_word=any_word,
            limit=limit,
            pages_per_document=1,
            facets=False,
        )
        return [self._paths[group.document.doc_id] for group in answer.groups]

    def _read(self, digest: str, extractor: str, number: int) -> Page:
        return self._pages[digest, number]


def _ranked(
    data: str,
    group: str,
    queries: Sequence[Query],
    asked: _Asked,
    peers: Mapping[str, Scores],
    whole: str,
) -> Iterator[Measure]:
    is_any = group == "questions"
    places = first_places(_set(queries), lambda text: asked.paths(text, any_word=is_any))
    ours = scores_of(places.values())
    wrong = []
    for text, place in places.items():
        if place != 1:
            first = asked.paths(text, any_word=is_any)[:1]
            wrong.append(f"{text}: right one at {place or 'no place'}, before it {first}")
    for name, score in ours.named.items():
        yield Measure(
            SECTION,
            data,
            f"{group}: {name}",
            score,
            whole,
            peers=beside({peer: scores.named[name] for peer, scores in peers.items()}),
            failures=tuple(wrong) if name == "MRR@10" else (),
        )


def beside(scores: Mapping[str, float]) -> str:
    """Return what others score, as the table shows it.

    >>> beside({"FTS5": 0.91, "Whoosh": 0.5})
    'FTS5 0.9100, Whoosh 0.5000'
    """
    return ", ".join(f"{name} {score:.4f}" for name, score in scores.items())


def _peers(forum: Forum, queries: Sequence[Query], folder: Path) -> dict[str, dict[str, Scores]]:
    """Return what others score on the queries that are bare words: group → peer → scores."""
    found: dict[str, dict[str, Scores]] = {}
    for group in ("words", "questions"):
        is_any = group == "questions"
        own = [query for query in queries if query.group == group]
        test = _set(own, forum)
        (folder / f"plain-{group}").mkdir()
        ranks: dict[str, Rank] = {
            "FTS5": fts5(test, any_word=is_any),
            "plain Whoosh": whoosh(test, folder / f"plain-{group}", any_word=is_any),
        }
        found[group] = {
            name: scores_of(first_places(test, rank).values()) for name, rank in ranks.items()
        }
    return found


def _set(queries: Sequence[Query], forum: Forum | None = None) -> TestSet:
    """Return queries as a test set, each its own id; with the forum's documents if given."""
    documents = {} if forum is None else {path: forum.documents[path] for path in forum.truth}
    return TestSet(
        docs={path: _text(forum, path) for path in documents} if forum else {},
        titles={path: document.title for path, document in documents.items()},
        queries={query.text: query.text for query in queries},
        relevant={query.text: set(query.right) for query in queries},
    )


def _text(forum: Forum, path: str) -> str:
    extraction = forum.texts.get(path)
    return "\n".join(page.text for page in extraction.pages) if extraction else ""


def _build(forum: Forum, folder: Path, engine: str) -> None:
    done: set[str] = set()
    with build(folder, engine=engine, lexicon=german_words) as writer:
        for path, document in sorted(forum.documents.items()):
            if document.doc_id not in done:
                done.add(document.doc_id)
                extraction = forum.texts.get(path)
                writer.put(document, extraction.pages if extraction else ())
