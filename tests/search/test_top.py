"""The best pages alone make the same answer as all of them."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from archiver.index import Index
from archiver.index.engines import ENGINES
from archiver.model import Document, Page
from archiver.search import finder, search
from tests.index.forum import TODAY, Texts, document, pages, put_all

WORDS = ("Radweg", "Stadtteil", "Kultur", "planen", "beraten", "Antrag", "Brücke", "Garten", "und")
QUERIES = (
    *("Radweg", "und", "Radweg Kultur", "Radweg OR Antrag", "Antrag OR Kultur OR Garten OR planen"),
    *("(Radweg OR Brücke) beraten", '"Radweg und"', "Kultur -Garten", "Rad*", "fehlt"),
    *("Kultur kind:file", '"Kultur Garten"~3', "Stadt", "=Kultur OR Brücken"),
)


def forum(kinds: tuple[str, ...]) -> list[tuple[Document, list[Page]]]:
    dice = random.Random(7)
    made = []
    for number in range(300):
        # Many pages are alike, so that ties have to be broken.
        words = dice.choices(WORDS, range(1, len(WORDS) + 1), k=dice.choice([2, 3, 3, 3, 40]))
        changes = {
            "kind": dice.choice(kinds),
            "title": dice.choice(WORDS) if number % 9 == 0 else "Seite",
            "topics": (dice.choice(["Kultur", "Verkehr"]),),
            "sessions": (number % 7,) if number % 2 else (),
        }
        made.append((document(f"d{number:03}", **changes), pages(" ".join(words))))
    return made


@pytest.mark.parametrize("kinds", [("file",), ("file", "other", "overview", "topic")])
@pytest.mark.parametrize("engine", ENGINES)
def test_an_answer_of_the_best_pages_is_that_of_all(
    engine: str, kinds: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = forum(kinds)
    put_all(tmp_path, *made, engine=engine)
    shortened = []
    short = finder.evaluate_best

    def counted(*arguments: object, **options: object) -> object:
        top = short(*arguments, **options)  # type: ignore[arg-type]
        shortened.append(top is not None)
        return top

    with Index.open(tmp_path) as index:
        for query in QUERIES:
            for asked in (
                {},
                {"limit": 1, "facets": False},
                {"limit": 5, "offset": 7, "within": "page"},
                {"limit": 1000},
                {"within": "session"},
                {"any_word": True},
                {"sort": "-date"},
                {"limit": 0},
            ):
                monkeypatch.setattr(finder, "evaluate_best", counted)
                answer = search(index, query, read_page=Texts(made), today=TODAY, **asked)  # type: ignore[arg-type]
                monkeypatch.setattr(finder, "evaluate_best", lambda *_, **__: None)
                right = search(index, query, read_page=Texts(made), today=TODAY, **asked)  # type: ignore[arg-type]
                assert answer == right, (query, asked)
    assert 40 < sum(shortened) < len(shortened) - 20


def test_where_documents_have_several_pages_all_are_looked_at(
    tmp_path: Path,
) -> None:
    made = forum(("file",))
    made[3] = (replace(made[3][0], page_count=2), pages("Radweg", "Radweg und Radweg"))
    put_all(tmp_path, *made)
    with Index.open(tmp_path) as index:
        answer = search(index, "Radweg", read_page=Texts(made), today=TODAY, limit=1000)
    assert answer.total == answer.documents + 1
    several = [group for group in answer.groups if group.matching_pages > 1]
    assert [group.document.doc_id for group in several] == ["d003"]
