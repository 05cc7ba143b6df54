"""Feeds: their entries' addresses, whatever the dialect."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.extract.feeds import feed_links, is_feed

RSS = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>Forum</title><link>http://forum.example/</link>
<item><title>12. Sitzung: Gr\xfcn</title><link> http://forum.example/12 </link>
<enclosure url="http://forum.example/12.pdf" type="application/pdf"/></item>
<item><link>/13</link><media:content url="/13.mp3"/></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="/"/>
<entry><title type="html">12. &lt;b&gt;Sitzung</title><link href="/12"/>
<link rel="enclosure" href="/12.pdf"/><content src="/12.html"/></entry></feed>"""
RSS_1 = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/"><channel><link>/</link></channel>
<item rdf:about="/12"><title>12. Sitzung</title><link>/12</link></item></rdf:RDF>"""


@pytest.mark.parametrize(
    ("feed", "found"),
    [
        (
            RSS,
            [
                (" http://forum.example/12 ", "12. Sitzung: Grün"),
                ("http://forum.example/12.pdf", "12. Sitzung: Grün"),
                ("/13", ""),
                ("/13.mp3", ""),
            ],
        ),
        (
            ATOM,
            [
                ("/12", "12. <b>Sitzung"),
                ("/12.pdf", "12. <b>Sitzung"),
                ("/12.html", "12. <b>Sitzung"),
            ],
        ),
        (RSS_1, [("/12", "12. Sitzung")]),
    ],
    ids=["rss 2.0", "atom", "rss 1.0"],
)
def test_entries_lead_to_pages_and_files(feed: bytes, found: list[tuple[str, str]]) -> None:
    assert is_feed(feed)
    assert list(feed_links(feed)) == found


def test_what_breaks_off_is_read_so_far() -> None:
    (address, _), *_ = feed_links(RSS[: RSS.index(b"<enclosure")])
    assert address.strip() == "http://forum.example/12"


def test_entities_are_not_resolved() -> None:
    bomb = b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]><rss><item><link>&a;</link>'
    assert "".join(address for address, _ in feed_links(bomb)) == ""


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    assert isinstance(list(feed_links(b"<rss><item>" + data)), list)
