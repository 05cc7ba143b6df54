"""More like this: telling words, documents that have them, sittings they belong to."""

from collections.abc import Iterator
from datetime import date

import pytest

from archiver.errors import UsageError
from archiver.index import Index
from archiver.search.like import Likeness, like, telling
from tests.index.forum import Texts, document, pages, put_all

SKATE = "Der Skatepark am Bahndamm bekommt eine Rampe. Die Rampe im Skatepark ist neu."
FILLER = [
    (document(f"f{n}", title=f"Sitzung {n}"), pages(f"Das Forum tagte. Punkt {n}: Haushalt."))
    for n in range(12)
]
FORUM = [
    (
        document("a", title="Skatepark", sessions=(7,), topics=("Jugend",),
                 urls=("https://forum.example/7/",)),
        pages(SKATE, "Das Forum tagte im Saal."),
    ),
    (
        document("b", title="Rampen", sessions=(9,), held_on=date(2012, 3, 1), topics=("Sport",)),
        pages("Am Bahndamm liegt der Skatepark mit Rampe.", "Das Forum dankt."),
    ),
    (
        document("c", title="Bericht", sessions=(8,), held_on=date(2011, 5, 4), topics=("Jugend",)),
        pages("Das Forum sah den Skatepark."),
    ),
    (document("d", title="Zur Sache", sessions=(7,)), pages("Rampe und Bahndamm, Skatepark!")),
    *FILLER,
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("index")
    put_all(folder, *FORUM)
    with Index.open(folder) as opened:
        yield opened


@pytest.fixture
def found(index: Index) -> Likeness:
    return like(index, "a", read_page=Texts(FORUM))


def test_telling_words_stand_often_in_the_document_and_seldom_elsewhere(found: Likeness) -> None:
    assert set(found.words) == {"Skatepark", "Rampe", "Bahndamm"}


def test_documents_with_more_of_the_words_come_first_without_the_document_itself(
    found: Likeness,
) -> None:
    assert [one.document.doc_id for one in found.documents] == ["d", "b", "c"]
    assert set(found.documents[1].words) == {"Skatepark", "Rampe", "Bahndamm"}
    assert found.documents[2].words == ("Skatepark",)


def test_sittings_with_a_shared_topic_come_first_without_its_own(found: Likeness) -> None:
    assert [(s.session, s.topics) for s in found.sittings] == [(8, ("Jugend",)), (9, ())]
    assert found.sittings[0].held_on == date(2011, 5, 4)


def test_a_document_is_named_by_its_id_or_its_url(index: Index) -> None:
    texts = Texts(FORUM)
    by_id = like(index, "a", read_page=texts, limit=1)
    assert like(index, "https://forum.example/7/", read_page=texts, limit=1) == by_id
    assert like(index, "HTTPS://forum.example/7/?utm_source=x", read_page=texts, limit=1) == by_id
    assert len(by_id.documents) == len(by_id.sittings) == 1
    with pytest.raises(UsageError, match="no document 'nowhere' in the index"):
        like(index, "nowhere", read_page=texts)


def test_a_document_without_telling_words_is_like_nothing(index: Index) -> None:
    lonely = like(index, "f3", read_page=Texts([(FILLER[3][0], pages("Das und der."))]))
    assert (lonely.words, lonely.documents, lonely.sittings) == ((), (), ())


def test_no_term_gives_no_weights() -> None:
    assert telling({}, {}.__getitem__, 10) == {}
