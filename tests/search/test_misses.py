"""Nothing found: which filter is at fault, and what is near its value."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from archiver.index import Index
from archiver.model import Document, Page
from archiver.search import search
from tests.index.forum import TODAY, Texts, document, put_all

FORUM: list[tuple[Document, list[Page]]] = [
    (
        document("p27", role="minutes", site="lindenau", sessions=(27,), page_count=1,
                 held_on=date(2011, 9, 9), topics=("Rad und Verkehr",), groups=("AG Wege",)),
        [Page(number=1, text="Der Tisch am Markt.")],
    ),
    (
        document("p30", role="agenda", site="plagwitz", sessions=(30,), page_count=1,
                 held_on=date(2012, 1, 20), topics=("Kultur",)),
        [Page(number=1, text="Der Stuhl am Hof.")],
    ),
]  # fmt: skip


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    put_all(tmp_path, *FORUM)
    with Index.open(tmp_path) as opened:
        yield opened


def notes(index: Index, query: str) -> tuple[str, ...]:
    answer = search(index, query, read_page=Texts(FORUM), today=TODAY)
    assert answer.total == 0
    return answer.notes


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("Tisch site:lindenou", "nothing here has site:lindenou; near lindenau"),
        ("site:nope", "nothing here has site:nope; there are lindenau, plagwitz"),
        ("thema:Verker", "nothing here has topic:Verker; near Rad und Verkehr"),
        ("topic:Xyzzyquux", "nothing here has topic:Xyzzyquux"),
        ("role:poster", "nothing here has role:poster; there are minutes, agenda"),
        ("#28", "nothing here has session:28; nearest 27, 30"),
        ("#31..", "nothing here has session:31..; nearest 30"),
        ("date:2011-12", "nothing here has date:2011-12; nearest 2011-09-09, 2012-01-20"),
        ("title:Haushlat", "nothing here has title:Haushlat"),
        ("Tisch -url:*", "nothing here has NOT url:*"),
        ("url:nope OR #28", "nothing here has (url:nope OR session:28); nearest 27, 30"),
    ],
)
def test_the_filter_that_leaves_nothing_is_named_with_near_values(
    index: Index, query: str, told: str
) -> None:
    assert notes(index, query) == (told,)


def test_filters_that_meet_nowhere_are_named_together(index: Index) -> None:
    assert notes(index, "Tisch #27 thema:Kultur") == (
        "nothing here with session:27 also has topic:Kultur",
    )


def test_every_filter_without_a_page_is_named(index: Index) -> None:
    assert len(notes(index, "Tisch #28 site:nope thema:Kultur")) == 2


def test_words_at_fault_are_no_filters_fault(index: Index) -> None:
    assert notes(index, "Stuhl #27") == ()
    assert notes(index, "Xyzzyquux") == ()


def test_nothing_is_told_of_what_is_hidden(index: Index) -> None:
    index.hide(lambda one: one.doc_id == "p30")
    assert notes(index, "#30") == ("nothing here has session:30; nearest 27",)
    assert notes(index, "site:plagwitz") == ("nothing here has site:plagwitz; there are lindenau",)


def test_an_answer_with_hits_has_no_such_remark(index: Index) -> None:
    answer = search(index, "Tisch OR site:nope", read_page=Texts(FORUM), today=TODAY)
    assert (answer.total, answer.notes) == (1, ())
