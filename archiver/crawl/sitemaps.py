"""Read sitemaps in a stream: XML, sitemap index, plain text, gzip. No network, no entities.

Bounded in every direction: bytes when unpacked, URLs, length of a URL (sitemaps.org protocol).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from archiver.coding import CodingError, inflated
from archiver.urls import is_web_url

MAX_URLS = 50_000
MAX_BYTES = 50 * 1024**2
MAX_URL_CHARS = 2_048
_STEP = 64 * 1024


@dataclass(frozen=True, slots=True)
class SitemapReading:
    """What a sitemap names: `pages`, further `sitemaps`, and why reading stopped early if so."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    failure: str | None = None


def read_sitemap(stream: BinaryIO, *, max_urls: int = MAX_URLS) -> SitemapReading:
    """Read a sitemap from a binary stream at its payload's start; never raises on content."""
    pages: dict[str, None] = {}
    sitemaps: dict[str, None] = {}
    failure: str | None = None
    try:
        for is_index, text in _entries(_bounded(_unpacked(stream))):
            url = text.strip()
            if not url or len(url) > MAX_URL_CHARS or not is_web_url(url):
                continue
            (sitemaps if is_index else pages)[url] = None
            if len(pages) + len(sitemaps) >= max_urls:
                failure = f"more than {max_urls} URLs; the rest was left out"
                break
    except CodingError as error:
        failure = str(error)
    return SitemapReading(tuple(pages), tuple(sitemaps), failure)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(_STEP):
        yield piece


def _unpacked(stream: BinaryIO) -> Iterator[bytes]:
    """Inflate what is gzip by its first bytes, also a packed file that the server packed again."""
    pieces = _pieces(stream)
    for _ in range(2):
        first = next(pieces, b"")
        pieces = _chained(first, pieces)
        if not first.startswith(b"\x1f\x8b"):
            break
        pieces = inflated(pieces, limit=MAX_BYTES)
    return pieces


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _bounded(pieces: Iterator[bytes]) -> Iterator[bytes]:
    left = MAX_BYTES
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise CodingError(f"larger than {MAX_BYTES} bytes")
        yield piece


def _entries(pieces: Iterator[bytes]) -> Iterator[tuple[bool, str]]:
    """Yield (is a sitemap, URL text); raise CodingError where the XML breaks."""
    first = next(pieces, b"")
    if not first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield from _lines(_chained(first, pieces))
        return
    from lxml import etree

    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for piece in _chained(first.lstrip(b"\xef\xbb\xbf \t\r\n"), pieces):
            parser.feed(piece)
            yield from _locations(parser.read_events())
        parser.close()
        yield from _locations(parser.read_events())
    except etree.XMLSyntaxError as error:
        raise CodingError(f"not well-formed XML: {error.msg}") from error


def _locations(events: Iterator[tuple[str, object]]) -> Iterator[tuple[bool, str]]:
    from lxml import etree

    for event, element in events:
        if not isinstance(element, etree._Element):  # noqa: SLF001 – lxml's only name for it
            continue
        if event == "start":
            if element.getroottree().docinfo.internalDTD is not None:
                raise CodingError("has a document type, which sitemaps never have")
            continue
        name = etree.QName(element).localname
        if name == "loc":
            parent = element.getparent()
            if parent is not None and isinstance(parent.tag, str):
                yield etree.QName(parent).localname == "sitemap", element.text or ""
        elif name in {"url", "sitemap"}:
            element.clear()
            while element.getprevious() is not None:  # a parsed entry is of no more use
                before = element.getparent()
                assert before is not None
                del before[0]


def _lines(pieces: Iterator[bytes]) -> Iterator[tuple[bool, str]]:
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield False, line.decode("utf-8", "replace")
        if len(rest) > 4 * MAX_URL_CHARS:
            raise CodingError("neither XML nor a list of URLs")
    yield False, rest.decode("utf-8", "replace")
