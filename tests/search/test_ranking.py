"""What stands before what, and why: by reasons that hold in every archive."""

from pathlib import Path

import pytest

from archiver.index import Index
from archiver.index.engines import ENGINES
from archiver.index.ranking import TIE
from archiver.search import search
from archiver.search.evaluate import LIST_WEIGHT
from tests.index.forum import TODAY, Texts, document, pages, put_all

FILL = "Auch sonst wurde an diesem Abend noch manches besprochen und vertagt"


def ranked(folder: Path, engine: str, query: str, *texts: str, **kinds: str) -> dict[str, float]:
    """Return documents with their scores, best first; the document of texts[0] is d0."""
    made = [
        (document(f"d{i}", title="Blatt", kind=kinds.get(f"d{i}", "file")), pages(text))
        for i, text in enumerate(texts)
    ]
    put_all(folder, *made, engine=engine)
    with Index.open(folder) as index:
        answer = search(index, query, read_page=Texts(made), today=TODAY, any_word=True)
    return {group.document.doc_id: group.hits[0].score for group in answer.groups}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_with_more_of_the_words_stands_before_one_with_a_rare_word_alone(
    tmp_path: Path, engine: str
) -> None:
    others = [f"{FILL} Radweg Brücke Nummer {number}" for number in range(6)]
    common = f"{FILL} Radweg Brücke Sanierung"
    rare = f"{FILL} Linde Linde"
    found = ranked(tmp_path, engine, "Radweg Brücke Sanierung Linde", common, rare, *others)
    assert next(iter(found)) == "d0"
    alone = ranked(tmp_path / "alone", engine, "Linde", common, rare, *others)
    assert found["d1"] == pytest.approx(alone["d1"] * (1 / 4) ** 0.25, rel=1e-5)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_parts_of_a_word_do_not_add_up_with_the_word(tmp_path: Path, engine: str) -> None:
    texts = [f"{FILL} Stadtteilkultur", f"{FILL} Kultur im Stadtteil", FILL, FILL, FILL]
    whole = ranked(tmp_path / "1", engine, "=Stadtteilkultur", *texts)["d0"]
    found = ranked(tmp_path / "2", engine, "Stadtteilkultur", *texts)
    assert list(found) == ["d0", "d1"]
    assert found["d0"] < 1.25 * whole + 2 * TIE * whole


@pytest.mark.parametrize("engine", ENGINES)
def test_a_list_stands_behind_what_it_names(tmp_path: Path, engine: str) -> None:
    texts = [f"{FILL} Radweg", f"{FILL} Radweg", FILL]
    found = ranked(tmp_path, engine, "Radweg", *texts, d0="overview")
    assert list(found) == ["d1", "d0"]
    assert found["d0"] == pytest.approx(LIST_WEIGHT * found["d1"], rel=1e-5)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_common_word_weighs_little_in_a_title_that_alone_has_it(
    tmp_path: Path, engine: str
) -> None:
    crossing = [f"{FILL} Radweg Kreuzung {number}" for number in range(4)]
    texts = [*crossing, *(f"{FILL} Radweg Nummer {number}" for number in range(5))]
    made = [
        (document("named", title="Radweg"), pages(f"{FILL} Radweg")),
        *((document(f"d{i}", title="Blatt"), pages(text)) for i, text in enumerate(texts)),
    ]
    put_all(tmp_path, *made, engine=engine)
    with Index.open(tmp_path) as index:
        answer = search(index, "Radweg Kreuzung", read_page=Texts(made), today=TODAY, any_word=True)
    first = [group.document.doc_id for group in answer.groups]
    assert set(first[:4]) == {"d0", "d1", "d2", "d3"}
    assert first[4] == "named"


@pytest.mark.parametrize("engine", ENGINES)
def test_one_page_of_a_report_on_everything_stands_behind_a_document_all_about_it(
    tmp_path: Path, engine: str
) -> None:
    about = f"{FILL} Radweg Kreuzung und noch viel mehr am selben Tag"
    made = [
        (document("all-about-it", title="Blatt"), pages(about)),
        (document("report", title="Blatt"), pages(f"{FILL} Radweg Kreuzung", *[FILL] * 9)),
    ]
    put_all(tmp_path, *made, engine=engine)
    with Index.open(tmp_path) as index:
        answer = search(index, "Radweg Kreuzung", read_page=Texts(made), today=TODAY)
    assert [group.document.doc_id for group in answer.groups] == ["all-about-it", "report"]
    one, other = (group.hits[0].score for group in answer.groups)
    assert one < 1.5 / 1.05 * other  # without its nine other pages the report would be first


@pytest.mark.parametrize("engine", ENGINES)
def test_a_question_finds_words_of_the_same_family_behind_the_word_itself(
    tmp_path: Path, engine: str
) -> None:
    texts = [f"{FILL} Zahlung", f"{FILL} zahlen", f"{FILL} Zahn", f"{FILL} gezahlt"]
    found = ranked(tmp_path / "1", engine, "zahlt", *texts)
    assert set(found) == {"d0", "d1", "d3"}
    found = ranked(tmp_path / "2", engine, "zahlt Radweg", *texts, f"{FILL} zahlt")
    assert next(iter(found)) == "d4"
    assert max(found["d0"], found["d1"], found["d3"]) < 0.5 * found["d4"]
    made = [(document(f"d{i}", title="Blatt"), pages(text)) for i, text in enumerate(texts)]
    with Index.open(tmp_path / "1") as index:
        read = Texts(made)
        alone = search(index, "zahlt", read_page=read, today=TODAY)
        asked = search(index, "zahlt", read_page=read, today=TODAY, any_word=True)
    assert alone.total == 0
    marked = {s.text[a:b] for g in asked.groups for s in g.hits[0].snippets for a, b in s.spans}
    assert marked == {"Zahlung", "zahlen", "gezahlt"}
