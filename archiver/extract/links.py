"""The links of a web page, PDF or feed with their text and surroundings, for the crawl. Pure.

Plain lxml without a tree of our own on top: this runs for every page of every crawl.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin

from archiver.errors import ExtractionError
from archiver.extract.around import CONTEXT_CHARACTERS, Contexts, context_of
from archiver.extract.charset import decode
from archiver.extract.feeds import feed_links, is_feed
from archiver.extract.repair import repair
from archiver.extract.scripted import has_scripts, scripted_addresses
from archiver.extract.sniff import HTML, PDF, media_type_of
from archiver.extract.tree import parse_html
from archiver.model import Link, LinkReading
from archiver.urls import is_web_url, joined

MAX_LINKS = 20_000
_LINK_RELATIONS = frozenset({"next", "prev", "previous", "alternate", "canonical", "up", "first"})
_LINK_RELATIONS |= {"last", "contents", "archives", "start"}
_SCRIPT = "script"  # the relation of what a script leads to
_NOT_FETCHED = re.compile(
    r"^(?:javascript|mailto|tel|sms|fax|callto|skype|whatsapp|data|about|blob|chrome|void):",
    re.IGNORECASE,
)
_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]?\s*(?:url\s*=)?\s*['\"]?(?P<url>[^'\"]*)", re.IGNORECASE)
_PLAIN_PATH = re.compile(r"/?[A-Za-z0-9_~%-][A-Za-z0-9_~%./-]*")


def read_links(
    data: bytes, content_type: str | None, url: str, *, passwords: Sequence[str] = ()
) -> LinkReading:
    """Read the links of a web page, PDF or feed in document order; what is none of them has none.

    `content_type` is the header as sent; `url` the page's address, against which relative links
    count unless the page names another base. Links to mail and telephone are left out, and so are
    links within the page. Addresses that stand in scripts come last.
    """
    media_type = media_type_of(data, content_type)
    if media_type == PDF:
        return _pdf_links(data, url, passwords)
    if media_type != HTML:
        is_xml = media_type.endswith("xml")
        return LinkReading(_feed_links(data, url) if is_xml else (), media_type)
    text, charset = decode(data, charset_of(content_type))
    root = parse_html(text)
    if root is None:
        return LinkReading(media_type=media_type, charset=charset)
    base = _Base.of(_base_of(root, url))
    contexts = Contexts()
    links: list[Link] = []
    warnings: tuple[str, ...] = ()
    seen: set[str] = set()
    for element, address, rel in _addresses(root, text):
        target = _absolute(base, address)
        if target is None or (rel == _SCRIPT and target in seen):
            continue
        if len(links) >= MAX_LINKS:
            warnings = (f"only the first {MAX_LINKS} links were read",)
            break
        seen.add(target)
        target = _asked_in(target, charset)
        words = _text_of(element)
        context = (
            context_of(element, contexts, words) if element.tag == "a" or rel == _SCRIPT else words
        )
        links.append(Link(target, words, context, len(links), element.tag, rel))
    return LinkReading(tuple(links), media_type, charset, warnings=warnings)


def _feed_links(data: bytes, url: str) -> tuple[Link, ...]:
    """Read the links of a feed's entries; an entry's title is their words."""
    if not is_feed(data):
        return ()
    base = _Base.of(url)
    found = ((_absolute(base, address), words) for address, words in feed_links(data))
    targets = [(target, words) for target, words in found if target is not None]
    return tuple(
        Link(target, words, words, place)
        for place, (target, words) in enumerate(targets[:MAX_LINKS])
    )


def _pdf_links(data: bytes, url: str, passwords: Sequence[str]) -> LinkReading:
    """Read the links of a PDF; the line around one is its context."""
    from archiver.extract.pdfium_links import links_of, may_have_links

    if not may_have_links(data):
        return LinkReading(media_type=PDF)
    base = _Base.of(url)
    links: list[Link] = []
    warnings: tuple[str, ...] = ()
    try:
        for found in links_of(data, ("", *passwords)):
            target = _absolute(base, found.address)
            if target is None:
                continue
            if len(links) >= MAX_LINKS:
                warnings = (f"only the first {MAX_LINKS} links were read",)
                break
            context = found.line or found.words
            links.append(Link(target, found.words, context, len(links), page=found.page))
    except ExtractionError as error:
        return LinkReading(media_type=PDF, failure=str(error))
    return LinkReading(tuple(links), PDF, warnings=warnings)


def charset_of(content_type: str | None) -> str | None:
    """Return the charset parameter of a Content-Type header.

    >>> charset_of('text/html; Charset="ISO-8859-1"'), charset_of("text/html")
    ('ISO-8859-1', None)
    """
    found = re.search(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", content_type or "", re.IGNORECASE)
    return found[1] if found else None


def _base_of(root: Any, url: str) -> str:
    """Return the address relative links count against: the first base element's, if any."""
    for element in root.iter("base"):
        address = (element.get("href") or "").strip()
        if address:
            base = joined(url, address)
            return base if base is not None and is_web_url(base) else url
    return url


def _addresses(root: Any, page: str) -> Iterator[tuple[Any, str, str | None]]:
    """Yield each element that leads on, with its address as written and its relation."""
    for element in root.iter("a", "area", "link", "iframe", "frame", "meta", "object", "embed"):
        address, rel = _address_of(element)
        if address is not None:
            yield element, address, rel
    if has_scripts(page):
        for element, address in scripted_addresses(root):
            yield element, address, _SCRIPT


def _address_of(element: Any) -> tuple[str | None, str | None]:
    """Return the address an element points to, and its relation."""
    tag = element.tag
    if tag in {"a", "area"}:
        return element.get("href"), element.get("rel")
    if tag == "link":
        relations = (element.get("rel") or "").lower().split()
        is_wanted = any(relation in _LINK_RELATIONS for relation in relations)
        return (element.get("href") if is_wanted else None), element.get("rel")
    if tag == "meta":
        if (element.get("http-equiv") or "").strip().lower() != "refresh":
            return None, None
        found = _REFRESH.match(element.get("content") or "")
        return (found["url"].strip() or None if found else None), "refresh"
    return element.get("data" if tag == "object" else "src"), None


def _absolute(base: "_Base", address: str) -> str | None:
    """Return the absolute address, or None for what is no page: scripts, mail, the page itself."""
    address = address.strip()
    if not address or address[0] == "#":
        return None
    if _PLAIN_PATH.fullmatch(address) and "/." not in address and "//" not in address:
        return (base.origin if address[0] == "/" else base.folder) + address
    url = joined(base.url, address)
    return None if url is None or _NOT_FETCHED.match(url) else url


def _asked_in(url: str, charset: str) -> str:
    """Escape the words of a query in the page's charset, as browsers do (WHATWG URL, query state).

    >>> _asked_in("http://forum.example/ä?n=Müller#ö", "cp1252")
    'http://forum.example/ä?n=M%FCller#ö'
    >>> _asked_in("http://forum.example/?n=Müller", "utf-8")
    'http://forum.example/?n=Müller'
    """
    if url.isascii() or charset.startswith("utf"):
        return url
    place, mark, fragment = url.partition("#")
    place, question, query = place.partition("?")
    escaped = [c if c.isascii() else quote(c.encode(charset, "xmlcharrefreplace")) for c in query]
    return f"{place}{question}{''.join(escaped)}{mark}{fragment}"


@dataclass(frozen=True, slots=True)
class _Base:
    """What relative addresses count against, ready for plain paths: most links of a page."""

    url: str
    origin: str
    folder: str

    @classmethod
    def of(cls, url: str) -> "_Base":
        return cls(url, urljoin(url, "/").removesuffix("/"), urljoin(url, "."))


def _text_of(element: Any) -> str:
    """Return the words of a link; those of its picture or its title when it has none."""
    words = " ".join("".join(element.itertext()).split())
    if not words:
        for picture in element.iter("img"):
            words = " ".join((picture.get("alt") or "").split())
            if words:
                break
    words = words or " ".join((element.get("title") or element.get("alt") or "").split())
    return (words if words.isascii() else repair(words))[:CONTEXT_CHARACTERS]
