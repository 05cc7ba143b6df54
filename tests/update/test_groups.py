"""What belongs to one document: sources of the same payload or text, and the links to them."""

from dataclasses import replace
from datetime import timedelta

from archiver.update.groups import document_id, group_sources
from tests.update.forum import HOST, START, Forum, digest, link, page, pdf, source

MINUTES = "Niederschrift über die zwölfte Runde. " + "Die Gäste sprachen über Bänke. " * 10


def test_the_same_file_under_two_names_is_one_document_with_both_urls() -> None:
    forum = Forum()
    forum.put("/alt/protokoll12.pdf", pdf(MINUTES), payload="one", at=5)
    forum.put("/download/Runde_12.pdf", pdf(MINUTES), payload="one", at=2)
    [group] = forum.groups()
    assert [one.url for one in group.sources] == [
        f"{HOST}/download/Runde_12.pdf",
        f"{HOST}/alt/protokoll12.pdf",
    ]


def test_the_first_captured_url_names_the_document_and_then_the_smallest() -> None:
    forum = Forum()
    forum.put("/b.pdf", pdf(MINUTES), payload="one")
    forum.put("/a.pdf", pdf(MINUTES), payload="one")
    assert forum.groups()[0].doc_id == document_id("lindental", f"{HOST}/a.pdf")


def test_without_a_first_capture_the_present_one_counts() -> None:
    old = replace(source("/b.pdf", "one"), first_captured_at=None)
    late = replace(
        source("/a.pdf", "one"), first_captured_at=None, captured_at=START + timedelta(days=1)
    )
    [group] = group_sources([late, old], {digest("one"): pdf("Text")}, [])
    assert group.primary.url == f"{HOST}/b.pdf"


def test_the_id_does_not_change_with_scheme_case_and_tracking() -> None:
    plain = document_id("lindental", "http://lindental.example/12.html")
    assert document_id("lindental", "http://LINDENTAL.example/12.html?utm_source=brief") == plain
    assert document_id("anderswo", "http://lindental.example/12.html") != plain


def test_a_copy_with_other_bytes_and_the_same_words_is_the_same_document() -> None:
    forum = Forum()
    forum.put("/12.html", page("12. Runde", "12. Runde", text=MINUTES))
    forum.put("/12.html?print=1", page("12. Runde", "12. Runde", text=MINUTES + "\n"), at=1)
    [group] = forum.groups()
    assert len(group.sources) == 2
    assert group.primary.url == f"{HOST}/12.html"


def test_short_texts_do_not_make_one_document() -> None:
    forum = Forum()
    forum.put("/1.html", page("Hinweis", text="Diese Seite zieht um."))
    forum.put("/2.html", page("Hinweis", text="Diese Seite zieht um."))
    assert len(forum.groups()) == 2


def test_pages_with_other_titles_are_two_documents_whatever_their_text() -> None:
    wall = "Bitte melden Sie sich an. " * 20
    forum = Forum()
    forum.put("/12", page("12. Runde", text=wall))
    forum.put("/13", page("13. Runde", text=wall))
    assert len(forum.groups()) == 2


def test_a_page_and_a_file_of_the_same_words_are_two_documents() -> None:
    forum = Forum()
    forum.put("/12.html", page("12. Runde", text=MINUTES))
    forum.put("/12.pdf", pdf(MINUTES))
    assert len(forum.groups()) == 2


def test_files_with_pictures_are_not_judged_by_their_words() -> None:
    forum = Forum()
    for name in ("/plan-a.pdf", "/plan-b.pdf"):
        scanned = pdf(MINUTES, "")
        pages = (scanned.pages[0], replace(scanned.pages[1], is_image_only=True))
        forum.put(name, replace(scanned, pages=pages))
    assert len(forum.groups()) == 2


def test_other_page_breaks_make_another_document_because_citations_name_pages() -> None:
    forum = Forum()
    forum.put("/a.pdf", pdf(MINUTES, MINUTES))
    forum.put("/b.pdf", pdf(MINUTES + " " + MINUTES))
    assert len(forum.groups()) == 2


def test_links_reach_a_document_by_any_of_its_urls_and_those_that_redirect_there() -> None:
    forum = Forum()
    one = forum.put("/12.html", page("12. Runde", "12. Runde"))
    forum.sources[0] = replace(one, aliases=(f"{HOST}/zwoelf",))
    forum.put("/archiv", page("Archiv", "Archiv"))
    forum.link("/archiv", "/zwoelf", "12. Runde")
    forum.link("/archiv", "/12.html?utm_source=menu", "Runde 12")
    by_url = {group.primary.url: group for group in forum.groups()}
    assert [one.text for one in by_url[f"{HOST}/12.html"].inbound] == ["12. Runde", "Runde 12"]
    assert len(by_url[f"{HOST}/archiv"].outbound) == 2


def test_the_same_words_of_one_page_count_once_and_a_page_does_not_speak_of_itself() -> None:
    extractions = {source(path).payload_digest: page("Runde") for path in ("/12", "/archiv")}
    links = [
        link("/archiv", "/12", "12. Runde"),
        link("/archiv", "/12", "12. Runde"),
        link("/12", "/12", "nach oben"),
    ]
    groups = group_sources([source("/12"), source("/archiv")], extractions, links)
    linked = next(group for group in groups if group.primary.url == f"{HOST}/12")
    assert [one.text for one in linked.inbound] == ["12. Runde"]


def test_what_was_not_extracted_makes_no_document() -> None:
    assert group_sources([source("/12")], {}, []) == []
