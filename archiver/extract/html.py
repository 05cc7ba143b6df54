"""Web pages: main content, title, language, author, dates. Pure.

The main content is what the profile selects, else what the page itself marks as such, else the
body without navigation. lxml throughout; BeautifulSoup only where a profile has CSS selectors.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from archiver.extract.charset import decode
from archiver.extract.tree import is_data_cell, parse_html, text_of, words_of
from archiver.sites.profile import SiteProfile

_CONTENT_IDS = ("content", "main", "inhalt", "hauptinhalt", "main-content", "maincontent")
_CONTENT_CLASSES = ("entry-content", "post-content", "content", "main-content")
_MARKED = (
    "//main|//*[@role='main']",
    "//*[" + " or ".join(f"@id='{name}'" for name in _CONTENT_IDS) + "]",
    "//article[not(ancestor::article)]",
    "//*["
    + " or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in _CONTENT_CLASSES)
    + "]",
)
_MIN_SHARE = 0.35
_MENU_LINKS = 3  # so many links and hardly another word make a cell a menu
_MENU_SHARE = 0.8
_FURNITURE_TAGS = frozenset({"nav", "aside"})
_UNCOUNTED = ("script", "style", "noscript", "nav", "aside", "footer", "select")
_FURNITURE_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alert"}
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navi|navigation|navbar|menu|menue|mainmenu|submenu|breadcrumbs?|"
    r"brotkrumen|sidebar|cookie\w*|consent|footer|fusszeile|skip(?:link|nav)?\w*|sharing|"
    r"share|social|pagination|pager|related|newsletter|searchform|suche|suchbox|toolbar|"
    r"languages?|sprachwahl|back-?to-?top|printfooter|mw-jump|login|masthead|site-?header)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:^|\s)(?:comments?(?:-?(?:area|list|section|wrapper))?|respond|kommentare?|disqus_thread)"
    r"(?:$|\s)",
    re.IGNORECASE,
)
_NAMES = re.compile(r"\s+[|–—·•»«:-]{1,2}\s+|\s*[|»]\s*|\s+::\s+")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PUBLISHED_MARK = re.compile(r"(?i:published|entry-date|post-date|posted-on)")
_PUBLISHED_LD = re.compile(r'"datePublished"\s*:\s*"(\d{4}-\d{2}-\d{2})')
_DATE_METAS = (
    "article:published_time",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.issued",
    "date",
    "datepublished",
)


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """What a web page says: text, title and the words in its head.

    `headings` are those of the main content, outermost first in document order; `metas` maps
    lower-case names to contents. `soup` is the profile's view of the page, if it needs one.
    `own_text` is the text without the comments of visitors, whose days are no sitting's.
    """

    text: str
    charset: str
    title: str | None
    headings: tuple[str, ...]
    metas: dict[str, str]
    language: str | None = None
    author: str | None = None
    published_on: date | None = None
    soup: Any = None
    warnings: tuple[str, ...] = ()
    own_text: str = ""


def read_html(data: bytes, charset: str | None, profile: SiteProfile | None = None) -> HtmlPage:
    """Read one web page."""
    text, used = decode(data, charset)
    warnings: list[str] = []
    root = parse_html(text)
    if root is None:
        return HtmlPage("", used, None, (), {})
    soup = _soup(text) if profile is not None and _needs_soup(profile) else None
    content = None
    if soup is not None and profile is not None:
        content = _selected(soup, profile)
        if content is None and profile.content:
            warnings.append(f"no element matches content = {list(profile.content)}")
        root = parse_html(str(soup)) if profile.remove else root
        root = parse_html(text) if root is None else root
    metas = _metas(root)
    site_name = (profile.title if profile else "") or metas.get("og:site_name", "")
    main = main_content(root) if content is None else content
    left_out = _nothing if content is not None else is_furniture
    body = own = text_of(main, left_out)
    if any(_is_comments(element) for element in main.iterdescendants("div", "section", "ol", "ul")):
        own = text_of(main, lambda element: left_out(element) or _is_comments(element))
    headings = tuple(
        words for element in main.iter("h1", "h2", "h3") if (words := words_of(element))
    )
    return HtmlPage(
        body,
        used,
        _title(root, main, metas, site_name),
        headings[:50],
        metas,
        _language(root, metas),
        metas.get("author") or metas.get("dc.creator") or None,
        _published_on(metas) or _stamped_on(root),
        soup,
        tuple(warnings),
        own,
    )


def _needs_soup(profile: SiteProfile) -> bool:
    """Tell whether the profile has CSS selectors."""
    return bool(profile.content or profile.remove or profile.fields or profile.pages)


def _soup(text: str) -> Any:
    from bs4 import BeautifulSoup

    return BeautifulSoup(text, "lxml")


def _selected(soup: Any, profile: SiteProfile) -> Any:
    """Cut out what the profile removes, and return what it selects as one tree, or None."""
    for selector in profile.remove:
        for element in soup.select(selector):
            element.decompose()
    for selector in profile.content:
        found = soup.select(selector)
        outer = [element for element in found if not any(p in found for p in element.parents)]
        if outer:
            return parse_html("<div>" + "\n".join(str(element) for element in outer) + "</div>")
    return None


def main_content(root: Any) -> Any:
    """Return the element that holds the main content: marked by the page, else its body.

    A mark counts only when it holds a fair share of the page's text, because some pages mark a
    teaser and leave the rest outside.
    """
    body = root.find("body")
    body = root if body is None else body
    whole = _length(body)
    for path in _MARKED:
        found = [element for element in root.xpath(path) if not is_furniture(element)]
        if not found:
            continue
        element = found[0] if len(found) == 1 else _common(found)
        if element is not None and (_length(element) >= _MIN_SHARE * whole or whole == 0):
            return element
    return body


def _common(elements: Sequence[Any]) -> Any:
    """Return the nearest element that holds all the given ones."""
    ancestors = [elements[0], *elements[0].iterancestors()]
    for ancestor in ancestors:
        inside = set(ancestor.iter())
        if all(element in inside for element in elements):
            return ancestor
    return None


def _length(element: Any) -> int:
    """Estimate the length of an element's own text, the plainest furniture left out."""
    length = sum(map(len, element.itertext()))
    for part in element.iterdescendants(*_UNCOUNTED):
        length -= sum(map(len, part.itertext()))
    return max(0, length)


def is_furniture(element: Any) -> bool:
    """Tell whether an element frames every page of a site: navigation, banners, footers."""
    tag = element.tag
    if tag in _FURNITURE_TAGS:
        return True
    if tag in {"body", "html", "main", "article", "h1", "h2"}:
        return False
    if tag in {"header", "footer"} and not _is_within_article(element):
        return tag == "footer" or next(element.iter("h1"), None) is None
    if tag == "td" and _is_menu_column(element):
        return True
    if not element.attrib:
        return False
    if element.get("role") in _FURNITURE_ROLES:
        return True
    names = f"{element.get('id') or ''} {element.get('class') or ''}"
    return len(names) > 1 and _names_furniture(names) and _is_small(element)


def _nothing(element: Any) -> bool:
    return False


def _is_comments(element: Any) -> bool:
    """Tell whether an element holds what visitors wrote below a page."""
    if not element.attrib or element.tag in {"body", "main", "article"}:
        return False
    names = (element.get("id") or "", element.get("class") or "")
    return any(name and _COMMENTS.search(name) for name in names) and _is_small(element)


@lru_cache(maxsize=1_024)
def _names_furniture(names: str) -> bool:
    """Tell whether an id and classes are those of furniture; a page uses few, again and again."""
    return _FURNITURE.search(names) is not None


def _is_menu_column(cell: Any) -> bool:
    """Tell whether a cell of a layout table holds nothing but links, beside one with the text.

    So pages from before style sheets set their menus. A row of data has links, too, but no cell
    beside them that carries a part of the page.
    """
    row = cell.getparent()
    links = list(cell.iterdescendants("a"))
    if len(links) < _MENU_LINKS or row is None:
        return False
    linked = sum(len("".join(link.itertext()).strip()) for link in links)
    whole = len("".join("".join(cell.itertext()).split()))
    if linked < _MENU_SHARE * whole or next(cell.iterdescendants("h1", "h2"), None) is not None:
        return False
    return any(
        other is not cell
        and other.tag == "td"
        and not is_data_cell(other)
        and _length(other) > 2 * whole
        for other in row
    )


def _is_within_article(element: Any) -> bool:
    return any(parent.tag in {"article", "main"} for parent in element.iterancestors())


def _is_small(element: Any) -> bool:
    """Tell whether an element holds no main content, whatever its class says."""
    return next(element.iter("main", "article", "h1"), None) is None


def _title(root: Any, main: Any, metas: dict[str, str], site_name: str) -> str | None:
    """Return the page's own title: its h1, else the title element without the site's name."""
    raw = root.findtext(".//title") or ""
    named = title_without_site(raw, site_name)
    for element in (*main.iter("h1"), *root.iter("h1")):
        words = words_of(element)
        if words and words.casefold() != site_name.casefold():
            return words[:500]
    return (named or metas.get("og:title") or "")[:500] or None


def title_without_site(title: str, site_name: str = "") -> str:
    """Return a title element's words without the site's name.

    >>> title_without_site("12. Sitzung – Verkehr | Bürgerforum Nord")
    '12. Sitzung – Verkehr'
    >>> title_without_site("Bürgerforum Nord – 12. Sitzung", "Bürgerforum Nord")
    '12. Sitzung'
    """
    title = " ".join(title.split())
    if site_name:
        name = re.escape(" ".join(site_name.split()))
        cut = re.sub(rf"\s*[|–—·•»«:-]+\s*{name}$|^{name}\s*[|–—·•»«:-]+\s*", "", title)
        if cut != title:
            return cut
    head, bar, _ = title.rpartition(" | ")
    return head if bar and head else title


def _metas(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("name") or element.get("property") or element.get("itemprop")
        content = element.get("content")
        if name and content:
            found.setdefault(name.strip().lower(), " ".join(content.split())[:1_000])
    return found


def _language(root: Any, metas: dict[str, str]) -> str | None:
    """Return the primary language subtag the page declares (BCP 47)."""
    said = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    said = said or metas.get("content-language") or metas.get("language") or ""
    found = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", said.strip())
    return found[0].lower() if found else None


def _published_on(metas: dict[str, str]) -> date | None:
    for name in _DATE_METAS:
        found = _ISO_DATE.match(metas.get(name, ""))
        if found is not None:
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                continue
    return None


def _stamped_on(root: Any) -> date | None:
    """Return the day an article's own mark says it was published: `<time>`, JSON-LD (schema.org).

    A `<time>` without such a mark may be the day of the sitting it tells of.
    """
    for element in root.iter("time"):
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        if element.get("pubdate") is not None or _PUBLISHED_MARK.search(names):
            found = _published_on({"date": element.get("datetime") or ""})
            if found is not None:
                return found
    for element in root.iter("script"):
        if element.get("type") == "application/ld+json":
            said = _PUBLISHED_LD.search(element.text or "")
            if said is not None:
                return _published_on({"date": said[1]})
    return None
