"""Web pages: main content, title, language, author, dates. Pure.

The main content is what the profile selects, else what the page itself marks as such, else the
body without navigation. lxml throughout; BeautifulSoup only where a profile has CSS selectors.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from archiver.extract.charset import decode
from archiver.extract.stamps import own_text, stamped_on
from archiver.extract.tree import alt_of, is_data_cell, parse_html, text_of, words_of
from archiver.sites.profile import SiteProfile
from archiver.sites.readers import names_sitting

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
_TEASERS_SHARE = 0.6  # of a page that is a list of teasers
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
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
_NO_TITLE = re.compile(
    r"(?:Neue Seite|Unbenannt(?:es Dokument|e Seite)?|Untitled(?: Document| Page)?|New Page|"
    r"Kein Titel|Homepage|Index)\W*\d*",
    re.IGNORECASE,
)
# what heads a box that leads elsewhere
_ELSEWHERE = re.compile(
    r"\W*(?:das könnte (?:sie|dich|euch) auch interessieren|auch interessant|lesen sie auch|"
    r"(?:ähnliche|weitere|verwandte|neueste|letzte|aktuelle|mehr|neue) "
    r"(?:beiträge|artikel|meldungen|nachrichten|news|neuigkeiten|themen|pressemitteilungen)|"
    r"related (?:posts|articles)|"
    r"(?:nächste|kommende|aktuelle|weitere) (?:termine|veranstaltungen)|nächster termin|"
    r"(?:veranstaltungs)?kalender|veranstaltungshinweise?|newsletter|schlagzeilen)\W*",
    re.IGNORECASE,
)
_BOXES = frozenset({"div", "section", "article", "aside", "li", "header", "hgroup"})
_POINTERS_SHARE = 0.5
_NAMES = re.compile(r"\s+[|–—·•»«:-]{1,2}\s+|\s*[|»]\s*|\s+::\s+")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
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
    left_out = _nothing if content is not None else _frame_of(main)
    body = text_of(main, left_out)
    own = own_text(main, left_out, body)
    headings = _headings(main, left_out)
    return HtmlPage(
        body,
        used,
        _title(root, main, metas, site_name, headings),
        headings[:50],
        metas,
        _language(root, metas),
        metas.get("author") or metas.get("dc.creator") or None,
        _published_on(metas) or stamped_on(root),
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
        found = [element for element in root.xpath(path) if not _is_framed(element)]
        if not found:
            continue
        own = [element for element in found if not _is_teaser(element)]
        least = _MIN_SHARE if own or len(found) == 1 else _TEASERS_SHARE
        found = own or found  # beside an article stand teasers of others
        element = found[0] if len(found) == 1 else _common(found)
        if element is not None and (_length(element) >= least * whole or whole == 0):
            return element
    return body


def _is_framed(element: Any) -> bool:
    return is_furniture(element) or any(is_furniture(one) for one in element.iterancestors())


def _is_teaser(element: Any) -> bool:
    """Tell whether an article's heading leads to a page of its own."""
    heading = next(element.iter(*_HEADINGS), None) if element.tag == "article" else None
    link = None if heading is None else next(heading.iter("a"), None)
    return link is not None and not (link.get("href") or "#").startswith("#")


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


def _frame_of(main: Any) -> Callable[[Any], bool]:
    """Return what tells the elements of the main content that are none of its own."""
    pointers = _pointers(main)
    return lambda element: element in pointers or is_furniture(element)


def _nothing(element: Any) -> bool:
    return False


def _headings(main: Any, is_left_out: Callable[[Any], bool]) -> tuple[str, ...]:
    """Return the headings of the main content, those of what frames it left out.

    A heading set as a picture is its alternative text; where no heading has words, a picture
    that names a sitting is one.
    """
    found = []
    for element in main.iter("h1", "h2", "h3"):
        if is_left_out is not _nothing and any(map(is_left_out, element.iterancestors())):
            continue
        words = words_of(element)
        if not words:
            words = " ".join(filter(None, (alt_of(one) for one in element.iter("img"))))
        if words:
            found.append(words)
    if not found:
        found = [alt for one in main.iter("img") if names_sitting(alt := alt_of(one))][:1]
    return tuple(found)


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
    if next(element.iter("main", "h1"), None) is not None:
        return False
    return all(_is_teaser(article) for article in element.iter("article"))


def _pointers(main: Any) -> frozenset[Any]:
    """Return the boxes of the main content whose headings say that they lead to other pages."""
    found = set()
    most = _POINTERS_SHARE * _length(main)
    for heading in main.iter(*_HEADINGS[1:]):
        if len(heading) > 3 or not _ELSEWHERE.fullmatch(words_of(heading)):
            continue
        box, parent = heading, heading.getparent()
        while parent is not None and parent is not main and parent.tag in _BOXES:
            before = box.itersiblings(preceding=True)
            if (parent.text or "").strip() or any(words_of(one) for one in before):
                break
            box, parent = parent, parent.getparent()
        if box is not heading and _length(box) <= most:
            found.add(box)
    return frozenset(found)


def _title(
    root: Any, main: Any, metas: dict[str, str], site_name: str, headings: Sequence[str]
) -> str | None:
    """Return the page's own title: its h1, else the title element without the site's name.

    What an editor's program wrote there is none; then it is the first heading.
    """
    raw = root.findtext(".//title") or ""
    named = title_without_site(raw, site_name)
    for element in (*main.iter("h1"), *root.iter("h1")):
        words = words_of(element)
        if words and words.casefold() != site_name.casefold():
            return words[:500]
    if _NO_TITLE.fullmatch(named):
        named = metas.get("og:title") or (headings[0] if headings else named)
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
