"""Nothing found: which words nothing has, and wider questions that do find something."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archiver.index import Index
from archiver.model import Answer, Document, Page, Widening
from archiver.search import concord, search, stream
from tests.index.forum import TODAY, Texts, document, put_all

FORUM: list[tuple[Document, list[Page]]] = [
    (
        document("p1", title="Protokoll", sessions=(1,), page_count=2),
        [Page(number=1, text="Der Radweg am Hof."), Page(number=2, text="Die neue Schule.")],
    ),
    (
        document("p2", title="Vortrag", sessions=(1,), topics=("Stadtteilkultur",)),
        [Page(number=1, text="Ein Baum. Der Hof ist neu.")],
    ),
    (document("p3", title="Plakat", sessions=(2,)), [Page(number=1, text="Der Baum im Garten.")]),
]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    put_all(tmp_path, *FORUM)
    with Index.open(tmp_path) as opened:
        yield opened


def answer(index: Index, query: str, **options: Any) -> Answer:
    return search(index, query, read_page=Texts(FORUM), today=TODAY, **options)


def ways(index: Index, query: str, **options: Any) -> list[tuple[str, str, bool, int]]:
    told = answer(index, query, **options)
    assert told.total == 0
    return [(w.query, w.within, w.any_word, w.total) for w in told.widenings]


def test_words_that_nothing_has_are_named_and_left_out(index: Index) -> None:
    told = answer(index, "Radweg Hofgeismar")
    assert told.notes == ("nothing here has Hofgeismar",)
    assert told.widenings[0] == Widening("Radweg", "document", False, total=1, documents=1)


def test_a_mistyped_word_is_put_right_in_the_whole_query(index: Index) -> None:
    assert ways(index, "Radwge Schule")[0] == ("Radweg AND Schule", "document", False, 2)


@pytest.mark.parametrize(
    ("query", "right", "total"),
    [
        ('"die neue Schuel"', '"die neue Schule"', 1),
        ("neue ADJ Schuel", "neue ADJ/1 Schule", 1),
        ("=Schuel", "=Schule", 1),
    ],
)
def test_a_mistyped_word_is_put_right_in_phrases_and_beside_others(
    index: Index, query: str, right: str, total: int
) -> None:
    assert answer(index, query).suggestions == ("Schule",)
    assert ways(index, query)[0] == (right, "document", False, total)


def test_a_wider_question_that_finds_as_much_as_one_before_is_not_told(index: Index) -> None:
    assert ways(index, "Radwge Schule") == [
        ("Radweg AND Schule", "document", False, 2),
        ("Schule", "document", False, 1),
    ]


def test_the_sitting_is_wider_than_the_document(index: Index) -> None:
    assert ways(index, "Radweg Baum")[0] == ("Radweg AND Baum", "session", False, 2)
    assert ways(index, "Radweg Schule", within="page")[0][1:] == ("session", False, 2)


def test_a_phrase_is_asked_for_as_words(index: Index) -> None:
    assert ways(index, '"neue Hof"')[0] == ("neue AND Hof", "document", False, 3)
    assert ways(index, "Baum ADJ Hof")[0] == ("Baum AND Hof", "document", False, 1)


def test_a_filter_is_left_out(index: Index) -> None:
    assert ways(index, "Garten #1")[0] == ("Garten", "document", False, 1)


def test_what_no_topic_has_is_looked_for_in_the_text(index: Index) -> None:
    assert ways(index, "thema:Garten") == [("Garten", "document", False, 1)]


def test_one_word_suffices_when_nothing_else_helps(index: Index) -> None:
    assert ways(index, "Radweg Garten")[-1] == ("Radweg AND Garten", "document", True, 2)


def test_each_wider_question_finds_what_it_says(index: Index) -> None:
    for query in ("Radwge Garten #1", '"Baum Radweg" thema:Hof', "=Bäume NEAR/2 Hof -Garten"):
        for wider in answer(index, query).widenings:
            found = answer(index, wider.query, within=wider.within, any_word=wider.any_word)
            assert (found.total, found.documents) == (wider.total, wider.documents)
            assert found.total > 0


def test_nothing_is_proposed_where_nothing_is_or_for_an_answer_with_hits(index: Index) -> None:
    assert ways(index, "Xyzzyquux") == []
    assert answer(index, "Radweg").widenings == ()


def test_a_long_list_of_words_is_no_slip_to_be_widened(index: Index) -> None:
    assert ways(index, "Radweg Xyzzyquux") == [("Radweg", "document", False, 1)]
    assert ways(index, "Radweg " + " ".join(f"Xyzzyquux{n}" for n in range(12))) == []


def test_what_is_hidden_is_not_counted(index: Index) -> None:
    index.hide(lambda one: one.doc_id == "p3")
    assert ways(index, "Radweg Garten") == [("Radweg", "document", False, 1)]


def test_streams_tell_the_same(index: Index) -> None:
    options: Any = {"read_page": Texts(FORUM), "today": TODAY}
    told = answer(index, "Radwge #7")
    assert stream(index, "Radwge #7", **options).answer == told
    assert concord(index, "Radwge #7", **options).answer == told
    assert stream(index, "Baum", **options).answer.total == 2


def test_a_hit_whose_text_has_no_word_tells_what_around_it_does(index: Index) -> None:
    (group,) = answer(index, "Kultur").groups
    (hit,) = group.hits
    assert hit.around == ("topic: Stadtteilkultur",)
    assert answer(index, "Radweg").groups[0].hits[0].around == ()
