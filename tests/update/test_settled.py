"""Corrections reach the document they are about, wherever it stands."""

from dataclasses import replace

from archiver.model import Document
from archiver.sites.corrections import Correction, load_corrections
from archiver.update.settled import settle, unknown_targets
from tests.update.forum import HOST, Forum, digest, page, pdf


def corrections(*bodies: str) -> tuple[Correction, ...]:
    text = "\n".join(f"[[correction]]\n{body}" for body in bodies)
    return load_corrections(text, "corrections.toml")


def forum() -> Forum:
    found = Forum()
    found.put("/12.html", page("11. Runde", "11. Runde am 3. Mai 2011: Bänke"), payload="page")
    found.put("/12.pdf", pdf("Viel Text"), payload="file")
    found.link("/12.html", "/12.pdf", "Protokoll")
    return found


def corrected(found: Forum, *bodies: str) -> dict[str, Document]:
    settled = settle(found.groups(), corrections(*bodies))
    return {one.urls[0].removeprefix(HOST): one for one in found.documents(settled)}


def test_a_url_is_corrected_and_its_files_inherit_what_is_true() -> None:
    documents = corrected(forum(), f'url = "{HOST}/12.html"\nsession = 12')
    assert documents["/12.html"].sessions == (12,)
    assert documents["/12.pdf"].sessions == (12,)
    [reading] = [r for r in documents["/12.html"].readings if r.field == "session"]
    assert reading.evidence.rule == "corrected by hand"


def test_a_url_is_compared_as_the_crawl_compares_it() -> None:
    documents = corrected(
        forum(), f'url = "{HOST.upper().replace("HTTP", "http")}/12.html#top"\nsession = 12'
    )
    assert documents["/12.html"].sessions == (12,)


def test_a_url_that_redirects_there_will_do() -> None:
    found = forum()
    found.sources[0] = replace(found.sources[0], aliases=(f"{HOST}/zwoelf",))
    assert corrected(found, f'url = "{HOST}/zwoelf"\nsession = 12')["/12.html"].sessions == (12,)


def test_a_payload_is_corrected_under_whatever_url_it_stands() -> None:
    documents = corrected(forum(), f'digest = "{digest("file")}"\nrole = "report"')
    assert documents["/12.pdf"].role == "report"


def test_what_is_said_of_the_url_comes_before_what_is_said_of_its_payload() -> None:
    documents = corrected(
        forum(),
        f'digest = "{digest("page")}"\nsession = 3\ntopic = "Bäume"',
        f'url = "{HOST}/12.html"\nsession = 12',
    )
    page = documents["/12.html"]
    assert (page.sessions, page.topics) == ((12,), ("Bäume",))


def test_a_kind_set_by_hand_makes_a_file_a_sittings_page() -> None:
    found = corrected(forum(), f'url = "{HOST}/12.pdf"\nkind = "session"\nsession = 12')["/12.pdf"]
    assert (found.kind, found.sessions, found.role) == ("session", (12,), None)


def test_a_title_set_by_hand_names_a_file_too() -> None:
    found = corrected(forum(), f'url = "{HOST}/12.pdf"\ntitle = "Mitschrift"')["/12.pdf"]
    assert found.title == "Mitschrift"


def test_a_corrected_number_is_not_moved_by_the_sequence() -> None:
    found = forum()
    found.put("/13.html", page("11. Runde", "11. Runde am 7. Juni 2011: Bäche"))
    found.put("/archiv", page("Archiv", "Archiv"))
    found.put("/chronik", page("Chronik", "Chronik"))
    for path in ("/archiv", "/chronik"):
        found.link(path, "/13.html", "13. Runde, 7. Juni 2011")
    assert corrected(found)["/13.html"].sessions == (13,)
    by_hand = corrected(found, f'url = "{HOST}/13.html"\nsession = 11')
    assert by_hand["/13.html"].sessions == (11,)


def test_what_nothing_stands_under_is_listed() -> None:
    listed = corrections(
        f'url = "{HOST}/fort.html"\nsession = 1',
        f'url = "{HOST}/12.html"\nsession = 12',
        f'digest = "sha256:{"0" * 64}"\nsession = 1',
    )
    assert unknown_targets(forum().sources, listed) == [
        f"{HOST}/fort.html",
        "sha256:" + "0" * 64,
    ]
