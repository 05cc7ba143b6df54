"""The sample forum keeps its promises: size, links, odd files, and labels that are true."""

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pypdf
import pytest
from pypdf.errors import PyPdfError

from archiver.demo import SITE

TRUTH: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "data" / "sample_truth.json").read_text("utf-8")
)
MANIFEST: dict[str, Any] = json.loads((SITE / "_site.json").read_text("utf-8"))
FILES: dict[str, dict[str, Any]] = MANIFEST["files"]
DOCUMENTS: dict[str, dict[str, Any]] = {each["path"]: each for each in TRUTH["documents"]}
PAPERS = [each for each in TRUTH["documents"] if each["kind"] == "file"]
READABLE = [each for each in PAPERS if not each["damaged"] and each["encrypted"] != "password"]


class Links(HTMLParser):
    """Collect what a page links."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.targets += [value for name, value in attrs if name in {"href", "src"} and value]


def payload(path: str) -> bytes:
    disk: str = FILES[path]["disk"]
    return (SITE / disk).read_bytes()


def text(path: str) -> str:
    codec = "utf-8" if "charset=utf-8" in FILES[path]["type"] else "cp1252"
    return payload(path).decode(codec)


def links(path: str) -> set[str]:
    parser = Links()
    parser.feed(text(path))
    joined = [urlsplit(urljoin(f"http://site{path}", target)) for target in parser.targets]
    return {unquote(each.path) for each in joined if each.scheme == "http"}


@cache
def pages(path: str) -> tuple[str, ...]:
    """Return each page's words, hyphens at line ends and separate umlauts joined."""
    reader = pypdf.PdfReader(SITE / DOCUMENTS[path]["disk"])
    return tuple(joined(page.extract_text()) for page in reader.pages)


def joined(raw: str) -> str:
    raw = re.sub(r"¨\s?([aouAOU])", lambda found: f"{found[1]}\u0308", raw)
    raw = unicodedata.normalize("NFC", raw)
    return " ".join(re.sub(r"(?<=[a-zäöüß])-\n(?=[a-zäöüß])", "", raw).split())


def html_pages() -> list[str]:
    return [path for path, entry in FILES.items() if entry["type"].startswith("text/html")]


def test_the_site_stays_small() -> None:
    assert sum(path.stat().st_size for path in SITE.rglob("*")) < 6_000_000


def test_the_manifest_and_the_folder_name_the_same_files() -> None:
    on_disk = {
        path.relative_to(SITE).as_posix()
        for path in SITE.rglob("*")
        if path.is_file() and path.name != "_site.json"
    }
    assert {entry["disk"] for entry in FILES.values()} == on_disk


def test_every_link_works_except_the_two_named_dead_ones() -> None:
    linked = {target for path in html_pages() for target in links(path)}
    known = set(FILES) | set(MANIFEST["redirects"])
    assert linked - known == {"/arbeitsgruppen/fest-2009.html", "/dateien/2008/fotos17.zip"}
    assert sorted(linked - known) == TRUTH["not_found"]
    assert set(MANIFEST["redirects"].values()) <= set(FILES)


def test_all_links_stay_on_the_site() -> None:
    for path in html_pages():
        parser = Links()
        parser.feed(text(path))
        outside = [each for each in parser.targets if each.startswith(("http:", "https:", "//"))]
        assert outside == [], path


def test_the_archive_leads_to_every_sitting_over_five_pages() -> None:
    overviews = [each["path"] for each in TRUTH["documents"] if each["kind"] == "overview"]
    assert len(overviews) == 5
    listed = set().union(*(links(path) for path in overviews))
    sittings = {each["path"] for each in TRUTH["documents"] if each["kind"] == "session"}
    assert len(sittings) == 42
    assert sittings <= listed


def test_the_numbers_run_from_1_to_40_and_leave_out_13() -> None:
    numbers = sorted(
        number
        for each in TRUTH["documents"]
        if each["kind"] == "session"
        for number in each["sessions"]
    )
    assert numbers == [number for number in range(1, 41) if number != 13]
    assert TRUTH["missing_session_numbers"] == [13]


def test_the_sittings_span_twelve_years() -> None:
    years = {each["held_on"][:4] for each in TRUTH["documents"] if each["kind"] == "session"}
    assert sorted(years) == [str(year) for year in range(2004, 2017)]


def test_sitting_28_speaks_of_participation_on_its_page_and_in_its_papers() -> None:
    page = DOCUMENTS["/foren/2011/forum-28.html"]
    assert (page["sessions"], page["held_on"]) == ([28], "2011-10-14")
    assert "<h1>Forum #28 – 14.10.2011: Bürgerbeteiligung" in text(page["path"])
    hits = [
        index
        for index, words in enumerate(pages("/dateien/2011/dokumentation_forum_28.pdf"), start=1)
        if "Bürgerbeteiligung" in words
    ]
    assert len(hits) >= 5


def test_sitting_33_does_not_state_its_number_but_the_archive_does() -> None:
    page = DOCUMENTS["/sitzungen/2013-06-20/"]
    assert (page["sessions"], page["sessions_from"]) == ([33], "overview")
    assert "33" not in re.sub(r"<[^>]+>", "", text(page["path"]))
    assert "33. Forum (20. Juni 2013)" in text("/archiv/seite-2.html")


def test_two_pages_contradict_the_archive() -> None:
    assert [each["path"] for each in TRUTH["conflicts"]] == [
        "/foren/2009/forum21.html",
        "/sitzungen/2014-09-25/",
    ]
    archive = "".join(text(path) for path in html_pages() if path.startswith("/archiv/"))
    assert "21. Forum – 1. Oktober 2009" in archive
    assert "8. Oktober 2009" in text("/foren/2009/forum21.html")
    assert "36. Forum: Ankommen in Auenfurt" in archive
    assert "<h1>35. Forum: Ankommen in Auenfurt</h1>" in text("/sitzungen/2014-09-25/")


def test_two_pages_do_not_state_their_year() -> None:
    for path in ("/foren/2008/forum15.html", "/foren/2008/forum16.html"):
        words = re.sub(r"<[^>]+>", " ", text(path))
        assert "24. Januar" in words or "17. April" in words
        assert "2008" not in words


def test_the_latin_1_page_is_latin_1_and_no_utf_8() -> None:
    raw = payload("/alt/forum07.htm")
    assert b"charset=iso-8859-1" in raw
    assert "für einen Skatepark am Güterschuppen".encode("iso-8859-1") in raw
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


def test_one_page_writes_its_umlauts_decomposed() -> None:
    words = text("/foren/2010/forum26.html")
    assert "Fu\u00dfga\u0308nger" in words
    assert "Fußgängerübergänge" not in words


def test_one_paper_is_held_under_two_names() -> None:
    first, second = "/dateien/2011/dokumentation_forum_28.pdf", "/download/Doku_28_Forum.pdf"
    assert payload(first) == payload(second)
    assert DOCUMENTS[second]["duplicate_of"] == first


@pytest.mark.parametrize("paper", READABLE, ids=lambda each: str(each["path"]))
def test_a_paper_has_the_pages_and_the_words_of_its_label(paper: dict[str, Any]) -> None:
    held = pages(paper["path"])
    assert len(held) == paper["pages"]
    if paper["image_only"]:
        assert held == ("",) * paper["pages"]
        return
    assert paper["contains"]
    for each in paper["contains"]:
        assert each["text"] in held[each["page"] - 1]


def test_page_labels_and_outline_stand_in_the_long_papers() -> None:
    reader = pypdf.PdfReader(SITE / "dateien/2011/dokumentation_forum_28.pdf")
    labels = ["i", "ii", "iii", "1", "2", "3", "4", "5", "6", "7"]
    assert list(map(str, reader.page_labels)) == labels
    chapters = [str(each["/Title"]) for each in reader.outline if not isinstance(each, list)]
    assert chapters[:3] == ["Vorwort", "Anlass und Auftrag", "Vier Stufen der Bürgerbeteiligung"]
    report = pypdf.PdfReader(SITE / "dateien/2014/bericht-zehn-jahre.pdf")
    assert len(report.pages) == 40
    told = DOCUMENTS["/dateien/2014/bericht-zehn-jahre.pdf"]["labels"]
    assert list(map(str, report.page_labels)) == told


def test_running_lines_and_line_end_hyphens_are_really_there() -> None:
    reader = pypdf.PdfReader(SITE / "dateien/2014/bericht-zehn-jahre.pdf")
    body = [page.extract_text() for page in reader.pages[5:30]]
    assert all("Zehn Jahre Bürgerforum Auenfurt · Bericht des Beirats" in page for page in body)
    assert sum(len(re.findall(r"[a-zäöüß]-\n[a-zäöüß]", page)) for page in body) > 50


def test_the_old_typesetting_draws_umlauts_apart() -> None:
    raw = pypdf.PdfReader(SITE / "alt/doku03.pdf").pages[0].extract_text()
    assert "B¨urgerforum" in raw
    assert "Bürgerforum" not in raw


def test_the_slides_lie_on_their_side() -> None:
    box = pypdf.PdfReader(SITE / "dateien/2010/folien_26.pdf").pages[0].mediabox
    assert box.width > box.height


def test_the_scan_is_a_picture_without_text() -> None:
    page = pypdf.PdfReader(SITE / "alt/niederschrift06.pdf").pages[0]
    assert page.extract_text() == ""
    picture = page.images[0].image
    assert picture is not None
    assert picture.mode == "1"
    assert picture.width / (float(page.mediabox.width) / 72) == pytest.approx(200, abs=1)  # dpi


def test_one_paper_asks_for_a_password_and_one_for_an_empty_one() -> None:
    locked = pypdf.PdfReader(SITE / "dateien/2013/teilnehmerliste-32.pdf")
    assert locked.is_encrypted
    assert not locked.decrypt("")
    opened = pypdf.PdfReader(SITE / "dateien/2013/protokoll-34.pdf")
    assert opened.is_encrypted
    assert "Lärmaktionsplan" in opened.pages[0].extract_text()


def test_the_damaged_paper_cannot_be_read() -> None:
    raw = payload("/dateien/2008/doku17.pdf")
    assert raw.startswith(b"%PDF-")
    assert b"%%EOF" not in raw
    with pytest.raises(PyPdfError):
        pypdf.PdfReader(SITE / "dateien/2008/doku17.pdf").pages[0].extract_text()


def test_the_words_under_contains_stand_on_the_pages() -> None:
    checked = 0
    for document in TRUTH["documents"]:
        if document["kind"] == "file":
            continue
        words = unicodedata.normalize("NFC", re.sub(r"<[^>]+>", " ", text(document["path"])))
        for each in document["contains"]:
            assert each["text"] in " ".join(words.split()), document["path"]
            checked += 1
    assert checked > 120


def test_the_expected_totals_are_those_of_an_obedient_walk() -> None:
    queue, found, outcome = ["/"], set(), Counter[str]()
    listed = re.findall(r"<loc>\{\{base_url\}\}([^<]+)", text_of("/sitemap.xml"))
    queue += listed
    while queue:
        path = queue.pop()
        if path in found:
            continue
        found.add(path)
        if path.startswith("/intern/"):
            outcome["robots_excluded"] += 1
        elif path in MANIFEST["redirects"]:
            outcome["redirects"] += 1
            queue.append(MANIFEST["redirects"][path])
        elif path not in FILES:
            outcome["not_found"] += 1
        elif FILES[path]["type"].startswith("text/html"):
            outcome["pages"] += 1
            queue += links(path)
        else:
            outcome["pdfs" if path.endswith(".pdf") else "assets"] += 1
    assert outcome == {
        "pages": 73,
        "pdfs": 49,
        "assets": 3,
        "redirects": 3,
        "not_found": 2,
        "robots_excluded": 1,
    }
    assert {key: TRUTH["expected_totals"][key] for key in outcome} == outcome


def text_of(path: str) -> str:
    return payload(path).decode()


def test_the_old_pages_are_in_three_styles() -> None:
    assert text("/alt/forum02.htm").startswith("<!DOCTYPE HTML PUBLIC")
    assert text("/foren/2009/forum20.html").startswith("<!DOCTYPE html PUBLIC")
    assert text("/sitzungen/2016-11-10/").startswith("<!DOCTYPE html>\n")
