"""The words around a link count for its target where they are its own."""

from archiver.model import Kind
from archiver.update.entries import Entries, without_names
from tests.update.forum import HOST, Forum, page, pdf


def clues_of(forum: Forum, path: str, **kinds: Kind) -> list[tuple[str, str]]:
    """Return place and words of the clues for the document at a path."""
    groups = forum.groups()
    by_path = {group.primary.url.removeprefix(HOST): group for group in groups}
    known = {group.doc_id: kinds.get(path.strip("/"), "other") for path, group in by_path.items()}
    clues = Entries(groups, known).clues(by_path[path])
    return [(clue.place, clue.text) for clue in clues]


def forum_of(*paths: str) -> Forum:
    forum = Forum()
    for path in paths:
        forum.put(path, pdf(path) if path.endswith(".pdf") else page(path))
    return forum


def test_an_overviews_entry_speaks_for_the_page_it_links() -> None:
    forum = forum_of("/archiv", "/12")
    forum.link("/archiv", "/12", "12. Runde", "12. Runde, 3. Mai 2011: Leise Straßen")
    assert clues_of(forum, "/12", archiv="overview") == [
        ("link_text", "12. Runde"),
        ("list_entry", "12. Runde, 3. Mai 2011: Leise Straßen"),
    ]


def test_a_sentence_of_a_page_that_lists_nothing_speaks_for_nobody() -> None:
    forum = forum_of("/aktuelles", "/12")
    forum.link("/aktuelles", "/12", "hier", "Wie am 3. Mai 2011 beschlossen, steht alles hier.")
    assert clues_of(forum, "/12") == [("link_text", "hier")]


def test_a_row_of_links_to_several_sittings_speaks_for_none_of_them() -> None:
    forum = forum_of("/12", "/11", "/13")
    row = "vorige: 11. Runde nächste: 13. Runde"
    forum.link("/12", "/11", "11. Runde", row)
    forum.link("/12", "/13", "13. Runde", row)
    kinds: dict[str, Kind] = {"12": "session", "11": "session", "13": "session"}
    assert clues_of(forum, "/13", **kinds) == [("link_text", "13. Runde")]


def test_the_names_of_papers_are_taken_out_of_the_entry_they_stand_in() -> None:
    forum = forum_of("/archiv", "/6", "/6.pdf")
    entry = "6. Runde, 3. Mai 2011: Schulwege. Protokoll (PDF)"
    forum.link("/archiv", "/6", "6. Runde", entry)
    forum.link("/archiv", "/6.pdf", "Protokoll (PDF)", entry)
    kinds: dict[str, Kind] = {"archiv": "overview", "6": "session"}
    assert ("list_entry", "6. Runde, 3. Mai 2011: Schulwege.") in clues_of(forum, "/6.pdf", **kinds)


def test_a_link_that_names_paper_and_sitting_stays_in_its_entry() -> None:
    entry = "Protokoll der 6. Runde am 3. Mai 2011"
    assert without_names(entry, [entry]) == entry


def test_an_entry_that_names_three_sittings_is_no_entry_of_one() -> None:
    forum = forum_of("/archiv", "/12")
    forum.link("/archiv", "/12", "weiter", "1. Runde, 2. Runde, 3. Runde, weiter")
    assert clues_of(forum, "/12", archiv="overview") == [("link_text", "weiter")]


def test_each_wording_counts_once_and_a_thousand_links_are_cut() -> None:
    forum = forum_of("/12", *(f"/seite/{number}" for number in range(100)))
    for number in range(100):
        forum.link(f"/seite/{number}", "/12", "Zur 12. Runde")
    assert clues_of(forum, "/12") == [("link_text", "Zur 12. Runde")]
    for number in range(100):
        forum.link(f"/seite/{number}", "/12", f"Runde von Seite {number}")
    assert len(clues_of(forum, "/12")) == 40


def test_the_way_to_a_neighbour_is_no_part_of_its_name() -> None:
    forum = forum_of("/18", "/17")
    forum.link("/18", "/17", "Vorheriger Beitrag: 17. Runde")
    forum.link("/18", "/17", "« Nächste Seite")
    assert clues_of(forum, "/17") == [("link_text", "17. Runde")]
