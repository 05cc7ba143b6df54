"""The links of feeds: where their entries lead, and the files they bring. Pure.

RSS 2.0 and its forerunners, RSS 1.0, and Atom (RFC 4287). Read without document types and network.
"""

import re
from collections.abc import Iterator
from typing import Any

_FEED = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|RDF)[\s>]")
_LOOKED_AT = 2_048
_ENTRIES = frozenset({"item", "entry"})
_MAX_WORDS = 300


def is_feed(data: bytes) -> bool:
    """Tell by its first element whether XML is a feed.

    >>> is_feed(b'<?xml version="1.0"?><rss version="2.0">'), is_feed(b"<urlset>")
    (True, False)
    """
    return _FEED.search(data[:_LOOKED_AT]) is not None


def feed_links(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield address and title for each link and file of a feed's entries, in their order.

    >>> entry = b"<item><title>12. Forum</title><link>/12</link><enclosure url='/12.pdf'/></item>"
    >>> list(feed_links(b"<rss><channel>" + entry + b"</channel></rss>"))
    [('/12', '12. Forum'), ('/12.pdf', '12. Forum')]
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: Any = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return
    for element in root.iter() if root is not None else ():
        if _name(element) in _ENTRIES:
            title = next((child for child in element if _name(child) == "title"), None)
            words = "" if title is None else " ".join("".join(title.itertext()).split())
            for address in _addresses(element):
                yield address, words[:_MAX_WORDS]


def _addresses(entry: Any) -> Iterator[str]:
    for child in entry:
        name = _name(child)
        if name == "link":
            yield child.get("href") or child.text or ""
        elif name in {"enclosure", "content"}:  # content as a file: of Media RSS, or Atom's `src`
            yield child.get("url") or child.get("src") or ""


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
