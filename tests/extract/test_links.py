"""Links: addresses, words, surroundings."""

from collections import Counter
from urllib.parse import urljoin

import pytest

from archiver.extract import read_links
from archiver.model import Link

PAGE = "http://forum.example/archiv/index.html"


def links(page: str, **options: str) -> tuple[Link, ...]:
    return read_links(page.encode(), options.get("kind", "text/html; charset=utf-8"), PAGE).links


def test_relative_addresses_become_absolute_and_keep_their_words() -> None:
    (link,) = links(
        "<p>Zum <a href=' ../p/12.pdf\n' rel=nofollow>Protokoll  der\n12.</a> Sitzung</p>"
    )
    assert link == Link(
        "http://forum.example/p/12.pdf",
        "Protokoll der 12.",
        "Zum Protokoll der 12. Sitzung",
        0,
        "a",
        "nofollow",
    )


def test_the_base_element_is_honoured_unless_it_is_no_web_address() -> None:
    assert links("<base href=/neu/><a href=x>x</a>")[0].url == "http://forum.example/neu/x"
    assert links("<base href=file:///etc/><a href=x>x</a>")[0].url.startswith(
        "http://forum.example/"
    )


@pytest.mark.parametrize(
    ("page", "context"),
    [
        (
            "<ul><li>3. Mai: <a href=x>Protokoll</a>, <a href=y>Plan</a></li></ul>",
            "3. Mai: Protokoll, Plan",
        ),
        (
            "<table><tr><td>14.10.2011</td><td>28. <b>Fo</b>rum<td><a href=x>PDF</a></table>",
            "14.10.2011 28. Forum PDF",
        ),
        ("<dl><dt>12. Sitzung</dt><dd><a href=x>Protokoll</a></dd></dl>", "12. Sitzung Protokoll"),
        ("<div>Am Montag <a href=x>hier</a></div>", "Am Montag hier"),
        ("<h2><a href=x>Forum</a></h2><p>anderes</p>", "Forum"),
        (
            "<p>Es fehlt noch viel.</p><nav>Zurück: <a href=x>17. Runde</a></nav>",
            "Zurück: 17. Runde",
        ),
        ("<div><a href=x>Download</a><span>Niederschrift</span></div>", "Download Niederschrift"),
    ],
)
def test_the_context_is_the_entry_around_the_link(page: str, context: str) -> None:
    assert links(page)[0].context == context


@pytest.mark.parametrize(
    ("page", "context"),
    [
        ("<h2>2013</h2><ul><li>12.03. <a href=x>Protokoll</a></ul>", "2013 · 12.03. Protokoll"),
        ("<h3>Protokolle 2013</h3><p>12. März: <a href=x>PDF</a></p>", "2013 · 12. März: PDF"),
        ("<ul><li>2013<ul><li>12.03. <a href=x>PDF</a></ul></ul>", "2013 · 12.03. PDF"),
        (
            "<h2>2014</h2><p><strong>2013</strong></p><ul><li>12.03. <a href=x>PDF</a></ul>",
            "2013 · 12.03. PDF",
        ),
        ("<h2>2013/2014</h2><ul><li>12.03. <a href=x>PDF</a></ul>", "12.03. PDF"),
        ("<h2>2013</h2><ul><li>12.03.2012 <a href=x>PDF</a></ul>", "12.03.2012 PDF"),
        (
            "<h3>28. Forum, 14.10.2011</h3><p>Viele kamen.</p><p><a href=x>Einladung</a></p>",
            "28. Forum, 14.10.2011 · Einladung",
        ),
        ("<h3>28. Forum</h3><p>Zum <a href=x>27. Forum</a></p>", "Zum 27. Forum"),
        ("<h2>Dokumente</h2><p><a href=x>Einladung</a></p>", "Einladung"),
        (
            (
                "<div><h4><a href=#a1>4. Runde, 2.5.2011</a></h4></div>"
                "<div><p><b>Unser Bach</b></p><p><b>Downloads</b></p>"
                "<ul><li><a href=x>PDF</a></ul></div>"
            ),
            "4. Runde, 2.5.2011 · Unser Bach · PDF",
        ),
        (
            (
                "<details><summary>Zweite Runde, 2.5.2011</summary><p><b>Unser Bach</b></p>"
                "<p><a href=x>PDF</a></p></details>"
            ),
            "Zweite Runde, 2.5.2011 · Unser Bach · PDF",
        ),
        (
            (
                "<p><strong>IV. Runde</strong></p><p><em>Unser Bach</em><br>Es war voll.</p>"
                "<p><a href=x>PDF</a></p>"
            ),
            "IV. Runde · Unser Bach · PDF",
        ),
        (
            "<h2>2013</h2><h3>5. Runde, 12. März</h3><h4>Papiere</h4><p><a href=x>PDF</a></p>",
            "2013 · 5. Runde, 12. März · Papiere · PDF",
        ),
        (
            (
                "<h2>5. Runde</h2><p><b>Montag, 2. Mai 2011</b><br>Saal</p>"
                "<p>Thema: <b>Steg</b></p><p><a href=x>Plan</a></p>"
            ),
            "5. Runde · Montag, 2. Mai 2011 · Thema: Steg · Plan",
        ),
        (
            (
                "<h2>5. Runde</h2><p><b>Montag, 2. Mai 2011</b><br>Saal</p>"
                "<p>Mehr zur 5. Runde <a href=x>hier</a></p>"
            ),
            "Montag, 2. Mai 2011 · Mehr zur 5. Runde hier",
        ),
        ("<h2>2013</h2><ul><li>2. Runde <a href=x>PDF</a></ul>", "2013 · 2. Runde PDF"),
        (
            (
                "<table><tr><th>Titel<th>Autor<th>Geändert am<tr><td><a href=x>3. Runde</a><td>mo"
                "<td>7.8.2015</table>"
            ),
            "3. Runde",
        ),
        (
            "<h2>5. Runde, 2.5.2011</h2><p>Voll.</p><h2>Leitbild 2030</h2><p><a href=x>PDF</a></p>",
            "Leitbild 2030 · PDF",
        ),
        (
            (
                "<table><tr><td rowspan=3>2013<td>12.03.<td><a href=y>P</a>"
                "<tr><td>11.06.<td><a href=x>PDF</a></table>"
            ),
            "2013 · 11.06. PDF",
        ),
        (
            "<table><tr><td colspan=2>2013<tr><td>11.06.<td><a href=x>PDF</a></table>",
            "2013 · 11.06. PDF",
        ),
    ],
)
def test_what_a_heading_says_for_all_entries_below_it_belongs_to_each(
    page: str, context: str
) -> None:
    (link,) = [one for one in links(f"<body>{page}</body>") if one.url.endswith("/x")]
    assert link.context == context


def test_a_long_context_is_cut_around_the_link() -> None:
    page = "<p>" + "davor " * 100 + "<a href=x>Protokoll</a>" + " danach" * 100
    (link,) = links(page)
    assert len(link.context) <= 300
    assert "davor Protokoll danach" in link.context
    assert link.context.startswith("… davor")
    (link,) = links(f"<body><h2>4. Runde, 2.5.2011</h2>{page}</body>")
    assert len(link.context) <= 300
    assert link.context.startswith("4. Runde, 2.5.2011 · … davor")


def test_a_picture_or_a_title_names_a_link_without_words() -> None:
    assert links("<a href=x><img alt='Zum Plan'></a>")[0].text == "Zum Plan"
    assert links("<a href=x title='Zum Plan'></a>")[0].text == "Zum Plan"


def test_scripts_mail_and_places_on_the_page_are_no_links() -> None:
    page = "".join(
        f"<a href='{address}'>x</a>"
        for address in (
            "#oben",
            "javascript:void(0)",
            "MAILTO:a@b",
            "tel:1",
            "data:,x",
            "",
            "http://[",
        )
    )
    assert links(page) == ()


def test_frames_refreshes_areas_and_relations_count() -> None:
    page = """<meta http-equiv=refresh content="5; URL='neu.html'"><link rel=next href=2.html>
      <link rel=stylesheet href=a.css><iframe src=rahmen.html></iframe><area href=karte.html>
      <frame src=f.html><embed src=plan.pdf><object data=plan2.pdf></object>"""
    assert [(link.tag, link.url.rpartition("/")[2]) for link in links(page)] == [
        ("meta", "neu.html"),
        ("link", "2.html"),
        ("iframe", "rahmen.html"),
        ("area", "karte.html"),
        ("frame", "f.html"),
        ("embed", "plan.pdf"),
        ("object", "plan2.pdf"),
    ]


def test_what_is_no_web_page_has_no_links_but_a_media_type() -> None:
    reading = read_links(b"%PDF-1.4 <a href=x>", "text/html", PAGE)
    assert (reading.links, reading.media_type) == ((), "application/pdf")


def test_a_wrong_charset_does_not_spoil_the_words() -> None:
    page = "<a href=x>Bürgerforum</a>".encode("cp1252")
    reading = read_links(page, "text/html; charset=utf-8", PAGE)
    assert (reading.links[0].text, reading.charset) == ("Bürgerforum", "cp1252")


def test_a_flood_of_links_is_bounded_and_reported() -> None:
    reading = read_links(b"<a href=x>x</a>" * 30_000, "text/html", PAGE)
    assert len(reading.links) == 20_000
    assert reading.warnings == ("only the first 20000 links were read",)


def test_deeply_nested_links_end() -> None:
    assert read_links(b"<a href=x><table><tr><td><li>" * 20_000, "text/html", PAGE).links


@pytest.mark.parametrize(
    "address",
    [
        "/a/b.html",
        "b.html",
        "b/c",
        "../x",
        "./x",
        "?q=1",
        "/a/../b",
        "//other.example/x",
        "b.",
        "a/.b",
    ],
)
@pytest.mark.parametrize(
    "page", [PAGE, "http://forum.example", "https://forum.example:8443/a/?b=c/d"]
)
def test_addresses_are_joined_as_the_standard_says(page: str, address: str) -> None:
    (link,) = read_links(f"<a href='{address}'>x</a>".encode(), "text/html", page).links
    assert link.url == urljoin(page, address)


def test_what_a_script_leads_to_comes_last_and_once_with_its_surroundings() -> None:
    found = links(
        "<ul><li>12. Sitzung: <a href=# onclick=\"window.open('12.pdf')\">Protokoll</a>"
        "<li>13. Sitzung: <a href=13.pdf onclick=\"window.open('13.pdf')\">Protokoll</a></ul>"
    )
    assert [(link.url.rpartition("/")[2], link.rel, link.context) for link in found] == [
        ("13.pdf", None, "13. Sitzung: Protokoll"),
        ("12.pdf", "script", "12. Sitzung: Protokoll"),
    ]


def test_the_entries_of_a_feed_are_links_with_their_titles() -> None:
    feed = "<rss><channel><item><title>12. Forum</title><link>/12</link></item></channel></rss>"
    reading = read_links(feed.encode(), "application/rss+xml", PAGE)
    assert [(link.url, link.text) for link in reading.links] == [
        ("http://forum.example/12", "12. Forum")
    ]
    assert reading.media_type == "application/rss+xml"


@pytest.mark.parametrize(
    ("charset", "query"),
    [("iso-8859-1", "n=M%FCller"), ("utf-8", "n=Müller"), ("windows-1250", "n=M%FCller")],
)
def test_a_query_is_asked_in_the_charset_of_its_page(charset: str, query: str) -> None:
    page = "<a href='/größe?n=Müller'>Grüße</a>".encode(charset)
    (link,) = read_links(page, f"text/html; charset={charset}", PAGE).links
    assert link.url == f"http://forum.example/größe?{query}"


def test_a_long_list_is_not_read_anew_from_each_of_its_entries() -> None:
    from archiver.extract import around

    looked = Counter[object]()
    heading = around._heading

    def counting(element: object, *, is_next: bool) -> object:
        looked[element, is_next] += 1
        return heading(element, is_next=is_next)

    entries = "".join(f"<div><p><a href={n}.pdf>Papier {n}</a></p></div>" for n in range(500))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(around, "_heading", counting)
        assert len(links(entries)) == 500
    assert max(looked.values()) == 1
