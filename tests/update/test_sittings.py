"""Which sittings the documents make up, and which numbers are missing."""

from dataclasses import replace
from datetime import date

from archiver.model import Conflict, Document, Evidence, Reading
from archiver.update.sittings import missing_numbers, sittings
from tests.update.forum import PDF, START


def document(doc_id: str, **fields: object) -> Document:
    base = Document(
        doc_id=doc_id,
        site="lindental",
        kind="session",
        title=doc_id,
        urls=(f"http://lindental.example/{doc_id}",),
        captures=(f"c-{doc_id}",),
        captured_at=START,
        media_type="text/html",
        payload_digest="sha256:" + "0" * 64,
        page_count=1,
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def held(doc_id: str, number: int, year: int = 2011) -> Document:
    return document(doc_id, sessions=(number,), held_on=date(year, 5, 3))


def test_a_sitting_is_its_page_with_the_files_it_links() -> None:
    page = held("zwoelf", 12)
    minutes = document(
        "protokoll", kind="file", media_type=PDF, parents=("zwoelf",), page_count=7, sessions=(12,)
    )
    [row] = sittings([minutes, page])
    assert (row.doc_id, row.sessions, row.files, row.pages) == ("zwoelf", (12,), 1, 8)
    assert row.has_conflict is False


def test_files_of_a_sitting_without_a_page_make_one_sitting() -> None:
    files = [
        document(name, kind="file", sessions=(4,), held_on=date(2005, 2, 10), page_count=3)
        for name in ("einladung", "protokoll")
    ]
    [row] = sittings(files)
    assert (row.sessions, row.held_on, row.files, row.pages) == ((4,), date(2005, 2, 10), 2, 6)


def test_a_file_that_names_a_sitting_whose_page_is_known_makes_none_of_its_own() -> None:
    stray = document("abschrift", kind="file", sessions=(12,), held_on=date(2011, 5, 3))
    assert [row.doc_id for row in sittings([held("zwoelf", 12), stray])] == ["zwoelf"]


def test_sittings_come_in_the_order_of_their_dates() -> None:
    rows = sittings([held("b", 13, 2012), held("a", 12, 2011), document("ohne-datum")])
    assert [row.doc_id for row in rows] == ["ohne-datum", "a", "b"]


def test_a_conflict_of_a_file_is_the_sittings() -> None:
    reading = Reading("session", 12, Evidence("said", "12", "heading"), 0.9)
    torn = document(
        "protokoll",
        kind="file",
        parents=("zwoelf",),
        conflicts=(Conflict("session", reading, (reading,)),),
    )
    assert sittings([held("zwoelf", 12), torn])[0].has_conflict is True


def test_numbers_between_the_first_and_the_last_that_no_document_bears_are_missing() -> None:
    documents = [held("a", 1), held("b", 2), held("e", 5)]
    shared = document("cd", kind="file", sessions=(3,))
    assert missing_numbers([*documents, shared], "lindental") == (4,)
    assert missing_numbers(documents, "anderswo") == ()


def test_nothing_is_missing_where_numbers_begin_anew_each_year() -> None:
    documents = [held(f"{y}-{n}", n, y) for y in (2011, 2012) for n in (1, 2, 4)]
    assert missing_numbers(documents, "lindental") == ()


def test_one_number_that_stands_twice_by_mistake_hides_no_gap() -> None:
    documents = [held(str(n), n, 2000 + n) for n in range(1, 11) if n != 7]
    twice = held("falsch", 3, 2009)
    assert missing_numbers([*documents, twice], "lindental") == (7,)


def test_a_page_and_its_print_view_are_one_sitting_told_by_the_page_with_the_files() -> None:
    minutes = document("protokoll", kind="file", parents=("neun", "neun-druck"), page_count=4)
    [row] = sittings([held("neun-druck", 9), held("neun", 9), minutes])
    assert (row.doc_id, row.files, row.pages) == ("neun", 1, 5)


def test_a_number_counted_anew_years_later_hides_no_sitting_that_only_files_tell() -> None:
    old = document("alt", kind="file", sessions=(12,), held_on=date(2006, 5, 4))
    assert [row.doc_id for row in sittings([held("zwoelf", 12), old])] == ["alt", "zwoelf"]


def test_a_sitting_of_files_is_told_by_its_documentation_before_its_annex() -> None:
    files = [
        document(role, kind="file", role=role, sessions=(4,), held_on=date(2005, 2, 10))
        for role in ("attachment", "slides", "documentation")
    ]
    assert [row.doc_id for row in sittings(files)] == ["documentation"]
