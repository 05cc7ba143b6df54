"""Every engine finds the same pages for the same query; the reference engine says which."""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from statistics import mean

import pytest

from archiver.index import Index, engines
from archiver.index.engines import ENGINES
from archiver.index.port import Engine
from archiver.model import Document, Page, Sort, Within
from archiver.search import stream
from tests.index.forum import LEXICON, TODAY, Texts, document, put_all
from tests.index.memory import MemoryEngine

Found = list[tuple[str, int]]
SIZES = [
    pytest.param((400, 100), id="small"),
    pytest.param((2_000, 500), id="full", marks=pytest.mark.soak),
]
PLAIN = [
    "der", "die", "und", "im", "haben", "planen", "Straße", "Bäume", "Ausschuss", "28", "2011",
    "Anträge", "Höfe", "beraten", "Häuser", "Gärten", "grüne", "alte", "Wege", "§ 4",
]  # fmt: skip


class Forum:
    """A forum of random words: frequent ones, compounds of the lexicon, rare ones."""

    def __init__(self, pages: int) -> None:
        self.dice = random.Random(pages)
        compounds = [f"{a}{b}" for a in LEXICON for b in LEXICON if a != b]
        rare = ["".join(self.dice.choices("abdeiklmnorstu", k=7)) for _ in range(400)]
        self.words = [*PLAIN, *LEXICON, *compounds, *rare]
        self.weights = [1 / (rank + 3) for rank in range(len(self.words))]
        self.documents: list[tuple[Document, list[Page]]] = []
        while pages > 0:
            count = min(pages, self.dice.choice([1, 3, 8, 20]))
            self.documents.append(self.document(len(self.documents), count))
            pages -= count

    def some(self, count: int) -> list[str]:
        return self.dice.choices(self.words, self.weights, k=count)

    def document(self, number: int, pages: int) -> tuple[Document, list[Page]]:
        texts = [" ".join(self.some(self.dice.randrange(5, 150))) for _ in range(pages)]
        made = document(
            f"d{number:04}",
            title=" ".join(self.some(3)),
            topics=(self.dice.choice(["Kultur", "Verkehr", "Grüne Höfe"]),),
            sessions=(number % 30,),
            held_on=date(2005, 1, 1) + timedelta(days=number % 30 * 80),
        )
        headings = [" ".join(self.some(2)) for _ in texts]
        return made, [
            Page(number=n, text=text, heading=heading)
            for n, (text, heading) in enumerate(zip(texts, headings, strict=True), 1)
        ]

    def leaf(self) -> str:
        word = self.some(1)[0].replace(" ", "")
        match self.dice.randrange(10):
            case 0:
                return f"={word}"
            case 1:
                return f"{word[:3]}*"
            case 2:
                return f"{word}~" if len(word) > 3 else word
            case 3 | 4:
                page = self.dice.choice(self.dice.choice(self.documents)[1]).text.split()
                start = self.dice.randrange(len(page) - 2)
                near = self.dice.choice(["", "", "~2"])
                return f'"{" ".join(page[start : start + 2])}"{near}'
            case _:
                return word

    def query(self) -> str:
        one, two, three = self.leaf(), self.leaf(), self.leaf()
        plain, other = (word.strip("§ ") for word in self.some(2))
        choices = [
            one, one, f"{one} {two}", f"{one} {two}", f"{one} OR {two}", f"{one} {two} {three}",
            f"{one} -{two}", f"({one} OR {two}) {three}", f"{one} OR {two} OR {three}",
            f"{one} session:{self.dice.randrange(9)}..20", f"{one} date:2006..2008",
            f"{one} topic:Kultur", f"{plain} NEAR/4 {other}", f"title:{plain}",
        ]  # fmt: skip
        return self.dice.choice(choices)


@pytest.fixture(params=SIZES)
def asked(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> "Iterator[Asked]":
    load = engines.load_engine

    def load_any(name: str) -> Engine:
        return MemoryEngine() if name == "memory" else load(name)

    for module in ("reader", "writer"):
        monkeypatch.setattr(f"archiver.index.{module}.load_engine", load_any)
        monkeypatch.setattr(f"archiver.index.{module}.ENGINES", (*ENGINES, "memory"))
    monkeypatch.setattr("archiver.index.entries.processors", lambda: 1)  # knows no such engine
    pages, queries = request.param
    with ExitStack() as stack:
        yield Asked(Forum(pages), queries, tmp_path, stack)


class Asked:
    """The same forum in every engine, and queries."""

    def __init__(self, forum: Forum, queries: int, folder: Path, stack: ExitStack) -> None:
        self.texts = Texts(forum.documents)
        self.indexes: dict[str, Index] = {}
        for name in ("memory", *ENGINES):
            put_all(folder / name, *forum.documents, engine=name)
            self.indexes[name] = stack.enter_context(Index.open(folder / name))
        self.queries = [forum.query() for _ in range(queries)]
        self.dice = forum.dice

    def found(self, name: str, query: str, sort: Sort, within: Within, *, any_word: bool) -> Found:
        hits = stream(
            self.indexes[name], query, read_page=self.texts, today=TODAY, sort=sort,
            within=within, any_word=any_word, with_snippets=False,
        )  # fmt: skip
        return [(one.doc_id, hit.page_number) for one, hit in hits]


def test_all_engines_find_the_same_in_the_same_order_and_rank_alike(asked: Asked) -> None:
    overlaps: dict[str, list[float]] = {name: [] for name in ENGINES}
    hits = 0
    for query in asked.queries:
        sort: Sort = asked.dice.choice(["date", "-date", "session"])
        within: Within = asked.dice.choice(["page", "document", "session"])
        any_word = asked.dice.random() < 0.2
        ranked = asked.found("memory", query, "relevance", within, any_word=any_word)
        # The order is made of ordinals outside the engines, once the pages are the same.
        right = asked.found("memory", query, sort, within, any_word=any_word)
        assert sorted(right) == sorted(ranked), query
        hits += len(right)
        for name in ENGINES:
            assert asked.found(name, query, sort, within, any_word=any_word) == right, query
            if right:
                theirs = asked.found(name, query, "relevance", within, any_word=any_word)
                best = set(ranked[:10])
                overlaps[name].append(len(best.intersection(theirs[:10])) / len(best))
    assert hits > 10 * len(asked.queries)
    assert mean(overlaps["whoosh"]) > 0.999
    assert mean(overlaps["tantivy"]) >= 0.95
