"""What a query asks of an archive before it is looked for: saved searches, stop words, wording."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from archiver.errors import QueryError
from archiver.index import Index
from archiver.model import Answer, Document, Page
from archiver.search import search
from archiver.search.explained import explain_query
from tests.index.forum import TODAY, Texts, document, put_all

FORUM: list[tuple[Document, list[Page]]] = [
    (
        document("p1", sessions=(1,), held_on=date(2011, 9, 9), topics=("Kultur und Räume",)),
        [Page(number=1, text="Der Verkehr am Markt, und das am 14. Oktober 2011.")],
    ),
    (
        document("p2", sessions=(2,), held_on=date(2012, 1, 20), topics=("Wege",)),
        [Page(number=1, text="Das Verkehrskonzept der Stadt. Kulturen, Kulturhaus.")],
    ),
    (document("p3", sessions=(3,)), [Page(number=1, text="Ein Garten.")]),
]
SAVED = {
    "wege": "Verkehr ODER Weg",
    "kaputt": 'Weg "offen',
    "verdreht": "session:2..1",
    "viele": "k*",
    "kette": "query:kaputt",
    "kreis": "query:kreis",
}

Ask = Callable[..., Answer]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    put_all(tmp_path, *FORUM)
    with Index.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def ask(index: Index) -> Ask:
    def answer(query: str, **options: Any) -> Answer:
        return search(index, query, read_page=Texts(FORUM), today=TODAY, saved=SAVED, **options)

    return answer


def found(answer: Answer) -> list[str]:
    return sorted(group.document.doc_id for group in answer.groups)


def test_small_words_are_left_out_inside_fields_too(ask: Ask) -> None:
    answer = ask("thema:(Räume und Kultur für)")
    assert found(answer) == ["p1"]
    assert answer.notes == (
        "left out, because they say too little: und, für (quote or = keeps them)",
    )


def test_small_words_alone_are_kept_beside_a_word_that_says_something(ask: Ask) -> None:
    assert found(ask("(der das) ODER Garten")) == ["p1", "p2", "p3"]
    assert found(ask("(für dich) ODER Garten")) == ["p3"]


def test_an_operator_in_small_letters_is_a_word_and_that_is_told(ask: Ask) -> None:
    answer = ask("Garten oder Stadt")
    assert answer.total == 0
    assert "oder is a word here – the operator is ODER" in answer.notes
    assert ask("Garten oder Stadt", any_word=True).notes == ()


def test_decomposed_letters_before_a_day_move_no_place(ask: Ask) -> None:
    query = "Märkte -Übergänge 14. Oktober 2011"
    assert found(ask(normalize("NFD", query))) == found(ask(query)) == ["p1"]
    with pytest.raises(QueryError) as caught:
        ask(normalize("NFD", "Märkte query:fehlt"))
    assert caught.value.caret() == "Märkte query:fehlt\n       ^^^^^^^^^^^"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("Garten query:kaputt", "saved search kaputt is wrong: this quote is never closed"),
        ("Garten query:kette", "saved search kaputt is wrong: this quote is never closed"),
        ("Garten query:kreis", "saved searches name each other"),
    ],
)
def test_what_is_wrong_with_a_saved_search_is_told_where_it_is_named(
    ask: Ask, query: str, told: str
) -> None:
    with pytest.raises(QueryError) as caught:
        ask(query)
    error = caught.value
    assert told in error.message
    assert error.query == query
    assert query[error.position : error.position + error.length].startswith("query:k")


def test_a_limit_in_a_saved_search_points_at_its_name(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archiver.search.leaves.MAX_EXPANSIONS", 1)
    with pytest.raises(QueryError) as caught:
        ask("Ein Garten query:viele")
    assert caught.value.caret() == "Ein Garten query:viele\n           ^^^^^^^^^^^"


def test_remarks_on_a_saved_search_are_told(ask: Ask) -> None:
    assert ask("query:verdreht").notes == (
        "saved search verdreht: the range 2..1 runs backwards and was swapped: 1..2",
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("Worum ging es in der 2. Sitzung?", ("what belongs to sitting 2 is asked for by #2",)),
        ("Bürgerforum 2 Wege", ("what belongs to sitting 2 is asked for by #2",)),
        ("99. Sitzung", ()),
        ("2 Sitzungen", ()),
        ("-(2. Sitzung) Weg", ()),
    ],
)
def test_a_sitting_that_is_named_in_words_has_a_field(
    ask: Ask, query: str, told: tuple[str, ...]
) -> None:
    notes = ask(query, any_word=True).notes
    assert tuple(note for note in notes if "belongs" in note) == told


def explained(index: Index, query: str, **options: Any) -> list[str]:
    return explain_query(index, query, today=TODAY, saved=SAVED, **options).splitlines()


def test_an_explanation_tells_what_is_looked_for_here(index: Index) -> None:
    assert explained(index, "am 14. Oktober 2011 Kult* query:wege", within="page") == [
        "on one page, all of",
        "  the day 2011-10-14, however it is written",
        "  words like Kult*: 2 here, kulturen, kulturhaus",
        "  at least one of",
        "    the word Verkehr, its other forms, and compounds with it",
        "    the word Weg, its other forms, and compounds with it",
    ]
    assert explained(index, "x*") == ["words like x*: none here"]
    assert explained(index, "der") == ["the word der as it stands"]


def test_an_explanation_tells_the_parts_of_a_compound(index: Index) -> None:
    (line,) = explained(index, "Verkehrskonzept")
    assert line.endswith("and compounds with it; or all of its parts, verkehr + konzept")


def test_an_explanation_of_a_question_tells_that_one_word_suffices(index: Index) -> None:
    first, *_ = explained(index, "Wo ist der Garten am Markt?", any_word=True)
    assert first == "one of the words suffices, the more the better; fields narrow it"


def test_the_longest_query_can_be_explained(index: Index) -> None:
    query = ("ODERN" * 3 + " ") * 124
    assert len(explained(index, query)) == 125
