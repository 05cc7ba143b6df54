"""What frames a page and is none of it: menus, margins, teasers, boxes leading elsewhere. Pure.

Judged by tags, roles, names of classes and ids, and by what an element holds.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from archiver.extract.tree import is_data_cell, words_of

# columns beside the text, by their place: "rechts" may as well hold the text itself
_MARGIN = re.compile(
    r"(?:^|[\s_-])(?:rechts|right|rightcol\w*|right-?column|rand(?:spalte)?|marginal(?:ie|ien|spalte)?|"
    r"rechte-?spalte|kontextspalte)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MARGIN_SHARE = 0.3
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
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


def is_framed(element: Any) -> bool:
    """Tell whether an element is furniture or stands in it."""
    return is_furniture(element) or any(is_furniture(one) for one in element.iterancestors())


def is_teaser(element: Any) -> bool:
    """Tell whether an article's heading leads to a page of its own."""
    heading = next(element.iter(*HEADINGS), None) if element.tag == "article" else None
    link = None if heading is None else next(heading.iter("a"), None)
    return link is not None and not (link.get("href") or "#").startswith("#")


def length_of(element: Any) -> int:
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
    if len(names) <= 1 or not _is_small(element):
        return False
    return _names_furniture(names) or (_names_margin(names) and _is_margin(element))


def frame_of(main: Any) -> Callable[[Any], bool]:
    """Return what tells the elements of the main content that are none of its own."""
    pointers = _pointers(main)
    return lambda element: element in pointers or is_furniture(element)


def nothing(element: Any) -> bool:
    """Leave nothing out: what a profile selects is the page's own."""
    return False


@lru_cache(maxsize=1_024)
def _names_furniture(names: str) -> bool:
    """Tell whether an id and classes are those of furniture; a page uses few, again and again."""
    return _FURNITURE.search(names) is not None


@lru_cache(maxsize=1_024)
def _names_margin(names: str) -> bool:
    return _MARGIN.search(names) is not None


def _is_margin(element: Any) -> bool:
    """Tell whether a column holds little of what stands beside it: old sites wrote in either."""
    parent = element.getparent()
    return parent is not None and length_of(element) < _MARGIN_SHARE * length_of(parent)


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
        and length_of(other) > 2 * whole
        for other in row
    )


def _is_within_article(element: Any) -> bool:
    return any(parent.tag in {"article", "main"} for parent in element.iterancestors())


def _is_small(element: Any) -> bool:
    """Tell whether an element holds no main content, whatever its class says."""
    if next(element.iter("main", "h1"), None) is not None:
        return False
    return all(is_teaser(article) for article in element.iter("article"))


def _pointers(main: Any) -> frozenset[Any]:
    """Return the boxes of the main content whose headings say that they lead to other pages."""
    found = set()
    most = _POINTERS_SHARE * length_of(main)
    for heading in main.iter(*HEADINGS[1:]):
        if len(heading) > 3 or not _ELSEWHERE.fullmatch(words_of(heading)):
            continue
        box, parent = heading, heading.getparent()
        while parent is not None and parent is not main and parent.tag in _BOXES:
            before = box.itersiblings(preceding=True)
            if (parent.text or "").strip() or any(words_of(one) for one in before):
                break
            box, parent = parent, parent.getparent()
        if box is not heading and length_of(box) <= most:
            found.add(box)
    return frozenset(found)
