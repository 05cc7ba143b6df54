"""Web pages: characters, main content, structure, title – and what hostile pages do."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.extract import extract
from archiver.extract.charset import decode
from archiver.extract.html import read_html
from archiver.model import Extraction
from archiver.sites.profile import FieldRule, SiteProfile

UMLAUTS = "Grüße über Straßenbäume, Öffnung und Ärger – „so“"


def read(page: str | bytes, **options: object) -> Extraction:
    data = page.encode() if isinstance(page, str) else page
    return extract(data, media_type="text/html", **options)  # type: ignore[arg-type]


def text_of(page: str | bytes, **options: object) -> str:
    return "\n".join(page.text for page in read(page, **options).pages)


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "windows-1252", "x-nonsense"])
@pytest.mark.parametrize("meta", [None, "utf-8", "iso-8859-1", "iso-8859-5", "utf-16"])
@pytest.mark.parametrize("real", ["utf-8", "cp1252", "utf-8-sig", "utf-16"])
def test_no_wrong_declaration_loses_umlauts(
    declared: str | None, meta: str | None, real: str
) -> None:
    head = f"<meta charset={meta}>" if meta else ""
    page = f"<html><head>{head}<title>x</title></head><body><p>{UMLAUTS}</p></body></html>"
    assert text_of(page.encode(real), charset=declared) == UMLAUTS


def test_a_right_declaration_of_another_script_is_kept() -> None:
    words = "Добро пожаловать в районный форум"
    assert text_of(f"<p>{words}".encode("koi8-r"), charset="koi8-r") == words


def test_single_bytes_of_the_old_code_page_in_utf_8_are_read_as_such() -> None:
    mixed = "Grüße und ".encode() * 3 + "Öl".encode("cp1252")
    assert decode(mixed, "utf-8")[0] == "Grüße und Grüße und Grüße und Öl"


def test_old_macintosh_and_dos_files_are_recognised() -> None:
    words = "Übergänge für Bürgerinnen, Grünflächen, Fußwege"
    assert decode(words.encode("mac-roman"))[0] == words
    assert decode(words.encode("cp850"))[0] == words


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "latin-1", "utf-16", "idna", "x"]))
def test_any_bytes_become_text(data: bytes, declared: str | None) -> None:
    text, _ = decode(data, declared)
    assert isinstance(text, str)


def test_headings_lists_and_tables_keep_their_shape() -> None:
    page = """<body><h1>12. Forum</h1><p>Am <b>Mon</b>tag<br>im Rathaus</p>
      <h2>Themen</h2><ul><li>Bäume<li>Wege <ol><li>Rad</li></ol></ul>
      <table><tr><th>Nr.</th><th>Datum</th></tr><tr><td><p>12</p></td><td>3. Mai</td></tr></table>
      <pre>a\n  b</pre></body>"""
    assert text_of(page) == (
        "12. Forum\nAm Montag\nim Rathaus\n\nThemen\nBäume\nWege\nRad\nNr.\tDatum\n12\t3. Mai\na\nb"
    )


def test_a_table_that_lays_out_the_page_keeps_its_paragraphs_apart() -> None:
    page = "<table><tr><td><ul><li>Start<li>Archiv</ul></td><td><h1>Forum</h1><p>Eins<p>Zwei</td>"
    assert text_of(page) == "Start\nArchiv\n\nForum\nEins\nZwei"


def test_paragraphs_parted_by_two_breaks_stay_apart_inside_a_cell() -> None:
    page = "<table><td><b>7. Sitzung am 3.5.2004</b><br><br>Thema: Wege<br>im Ort</td></table>"
    assert text_of(page) == "7. Sitzung am 3.5.2004\nThema: Wege\nim Ort"


def test_a_column_of_links_beside_the_text_is_a_menu() -> None:
    menu = "".join(f"<a href={name}.htm>{name}</a><br>" for name in ("Start", "Archiv", "Kontakt"))
    said = "Der Ortsrat beriet lange über die Linden am Anger, bis es dunkel wurde."
    page = f"<table><tr><td>{menu}</td><td><p>{said}</p><hr><p>Ende</p></td></tr></table>"
    assert text_of(page) == f"{said}\nEnde"


def test_a_row_of_links_to_papers_is_no_menu() -> None:
    papers = "<a href=1.pdf>Einladung</a> <a href=2.pdf>Protokoll</a> <a href=3.pdf>Fotos</a>"
    page = f"<table><tr><td>Ein langer Satz über die Linden am Anger.</td><td>{papers}</td></table>"
    assert text_of(page) == "Ein langer Satz über die Linden am Anger.\tEinladung Protokoll Fotos"


def test_scripts_styles_forms_and_hidden_parts_are_not_text() -> None:
    page = """<body><script>var a="Wort"</script><style>p{}</style><p>Da<p hidden>weg
      <div style="display: none">auch</div>
      <select><option>viele</select><noscript>ohne</noscript>"""
    assert text_of(page) == "Da"


def test_navigation_around_the_content_is_left_out() -> None:
    page = """<body><header><a href=/>Forum Nord</a></header><nav><ul><li>Start</ul></nav>
      <div class="breadcrumb">Start > Archiv</div><main><article><header><h1>Bäume</h1></header>
      <p>Am Ufer stehen bald wieder Linden, so der Beschluss.</article></main>
      <aside>Kalender</aside><footer>Impressum</footer></body>"""
    assert text_of(page) == "Bäume\nAm Ufer stehen bald wieder Linden, so der Beschluss."


def test_a_small_marked_part_is_not_taken_for_the_whole() -> None:
    page = "<body><article>Kurz</article>" + "<p>Der lange Text steht daneben.</p>" * 20 + "</body>"
    assert text_of(page).count("daneben") == 20


def test_a_page_without_any_marks_is_read_whole() -> None:
    assert text_of("Nur <i>Text</i> ohne Rahmen") == "Nur Text ohne Rahmen"


def test_the_profile_selects_and_removes() -> None:
    page = """<body><div class=text><h1>Forum</h1><p>Inhalt<span class=stand>Stand 2012</span></div>
      <div class=text>Zweiter Teil</div><div>Rand</div></body>"""
    profile = SiteProfile(content=(".text",), remove=(".stand",))
    assert text_of(page, profile=profile) == "Forum\nInhalt\nZweiter Teil"


def test_a_profile_whose_selector_finds_nothing_says_so() -> None:
    extraction = read("<p>Inhalt", profile=SiteProfile(content=("#fehlt",)))
    assert extraction.pages[0].text == "Inhalt"
    assert extraction.warnings == ("no element matches content = ['#fehlt']",)


def test_fields_of_the_profile_come_first_among_the_readings() -> None:
    page = "<body><h1>Treffen</h1><p class=nr>Nummer 7</p></body>"
    rule = FieldRule(select=".nr", pattern=r"Nummer (\d+)")
    readings = read(page, profile=SiteProfile(fields={"session": (rule,)})).readings
    assert (readings[0].field, readings[0].value, readings[0].evidence.place) == (
        "session",
        7,
        "profile",
    )


def test_session_and_date_are_read_from_the_heading() -> None:
    readings = read("<h1>28. Forum am 14.10.2011</h1><p>Text").readings
    found = {(reading.field, str(reading.value)) for reading in readings}
    assert ("session", "28") in found
    assert any(field == "date" and "2011, 10, 14" in value for field, value in found)


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>Forum Nord</title><h1>12. Sitzung</h1>", "12. Sitzung"),
        ("<title>12. Sitzung | Forum Nord</title><p>x", "12. Sitzung"),
        (
            (
                "<meta property=og:site_name content='Forum Nord'><title>Forum Nord – Bäume</title>"
                "<h1>Forum Nord</h1><p>x"
            ),
            "Bäume",
        ),
        ("<title></title><p>x", None),
    ],
)
def test_the_title_is_the_page_s_own(page: str, title: str | None) -> None:
    assert read(page).title == title


@pytest.mark.parametrize(
    "mark",
    [
        '<time class="entry-date published" datetime="2014-05-20T09:12:00+02:00">20. Mai</time>',
        '<time itemprop="datePublished" datetime="2014-05-20">20. Mai</time>',
        '<time pubdate datetime="2014-05-20">20. Mai</time>',
        '<script type="application/ld+json">{"datePublished": "2014-05-20T07:00"}</script>',
    ],
)
def test_an_article_s_own_mark_says_when_it_was_published(mark: str) -> None:
    page = f"<body><h1>Neue Bänke</h1>{mark}<p>Am Ufer.</p></body>"
    assert str(read(page).published_on) == "2014-05-20"


def test_a_day_without_a_mark_may_be_the_sitting_s() -> None:
    page = '<h1>12. Forum</h1><time datetime="2014-05-20">20. Mai</time>'
    assert read(page).published_on is None


def test_language_author_and_date_come_from_the_head() -> None:
    found = read(
        "<html lang=de-AT><meta name=author content='Ada Muster'>"
        "<meta property=article:published_time content='2012-05-02T10:00'><p>x"
    )
    assert (found.language, found.author, str(found.published_on)) == (
        "de",
        "Ada Muster",
        "2012-05-02",
    )


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000 + "Ende",
        "<table><tr><td>" * 50_000 + "Ende",
        "<b><i><p>" * 50_000 + "Ende",
        "<!--" * 100_000,
        "<p title='" + "x" * 5_000_000 + "'>Ende</p>",
        "<" * 300_000,
        "&" * 300_000,
        "<p>" + "a\x00bcdefgh" * 20_000,
        "<p>" + "a-" * 100_000,
        "<p>" + "a\n-\n" * 50_000,
        "<p>" + "a " * 200_000,
    ],
    ids=[
        "div",
        "table",
        "inline",
        "comments",
        "attribute",
        "lt",
        "amp",
        "nul",
        "dash",
        "nl",
        "spaced",
    ],
)
def test_floods_end_soon(page: str) -> None:
    assert read(page).status in {"ok", "no_text"}


def test_bidi_controls_and_surrogates_do_not_survive() -> None:
    assert text_of("<p>a\u202eb\u2066c&#xd800;d&#0;e</p>").replace("\ufffd", "") == "abcde"


@pytest.mark.parametrize(
    ("data", "declared", "kind", "status"),
    [
        (b"<!DOCTYPE html><title>Nicht gefunden</title>", "application/pdf", "text/html", "ok"),
        (b"\x89PNG\r\n\x1a\n....", "text/html", "image/png", "unsupported"),
        (b"", "text/html", "text/html", "no_text"),
        (b"\x00\x01\x02\x03" * 50, "text/html", "application/octet-stream", "unsupported"),
        ("Grün".encode("cp1252"), "text/plain", "text/plain", "ok"),
        (
            b"<?xml version='1.0'?><rss/>",
            "application/rss+xml",
            "application/rss+xml",
            "unsupported",
        ),
    ],
)
def test_the_bytes_are_believed_more_than_the_header(
    data: bytes, declared: str, kind: str, status: str
) -> None:
    found = extract(data, media_type=declared)
    assert (found.media_type, found.status) == (kind, status if found.pages else found.status)
    assert found.status in {status, "no_text"}
    assert found.status == "ok" or found.reason


def test_days_of_visitors_comments_are_no_sitting_s_but_their_words_are_kept() -> None:
    page = """<main><h1>1. Runde</h1><p>Am Dienstag, dem 4. Februar 2014, trafen wir uns.</p>
    <div id=comments><h2>Ein Kommentar</h2><ol class=comment-list><li>Uta
    <time>11. Februar 2014 um 8:12 Uhr</time><p>Danke, es war schön!</ol></div></main>"""
    read_page = read(page)
    days = [one.evidence.raw for one in read_page.readings if one.field == "date"]
    assert days == ["Dienstag, dem 4. Februar 2014"]
    assert "Danke, es war schön!" in read_page.pages[0].text


def test_posts_beside_an_article_are_none_of_its_text() -> None:
    others = "<article><h4><a href=/b>Anderes</a></h4><p>Neun Worte stehen hier.</p></article>" * 3
    words = "Das Bad bleibt offen, sagt der Rat. " * 3
    page = f"<body><div>{words}</div><section>{others}</section>"
    assert "Das Bad" in read_html(page.encode(), "utf-8").text
    own = f"<article><h2>Das Bad</h2><p>{words}</p></article>"
    page = f"<body><div>{own}<div>{others}</div></div>"
    assert read_html(page.encode(), "utf-8").text == f"Das Bad\n{words.strip()}"


def test_a_box_that_leads_elsewhere_is_left_out_of_text_and_headings() -> None:
    box = "<div><h3>Nächster Termin</h3><p>Runde am 3. Mai 2012</p></div>"
    page = f"<main><h1>Runde im Winter</h1><p>Es war kalt, und alle kamen.</p>{box}</main>"
    said = read_html(page.encode(), "utf-8")
    assert said.text == "Runde im Winter\nEs war kalt, und alle kamen."
    assert said.headings == ("Runde im Winter",)


def test_a_picture_may_be_the_heading() -> None:
    assert read_html(b"<h1><img alt='Unsere Runde'></h1>", "utf-8").headings == ("Unsere Runde",)
    page = b"<title>Unbenanntes Dokument</title><img alt=Logo><img alt='7. Runde'><p>Voll.</p>"
    said = read_html(page, "utf-8")
    assert (said.headings, said.title) == (("7. Runde",), "7. Runde")
    assert read_html(b"<img alt=Logo><p>Voll.</p>", "utf-8").headings == ()


def test_a_stamp_tells_the_publication_and_not_the_text_where_a_day_stands() -> None:
    stamp = "<p class=submitted>Verfasst von mo am 4. Juni 2012</p>"
    said = read_html(f"<h1>Runde</h1>{stamp}<p>Am 3. Mai 2012 war sie.</p>".encode(), "utf-8")
    assert said.published_on == date(2012, 6, 4)
    assert said.own_text == "Runde\nAm 3. Mai 2012 war sie."
    alone = read_html(f"<h1>Runde</h1>{stamp}<p>Viele kamen.</p>".encode(), "utf-8")
    assert "4. Juni" in alone.own_text
