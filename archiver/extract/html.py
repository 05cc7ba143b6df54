"""Web pages: main content, title, language, author, dates. Pure.

The main content is what the profile selects, else what the page itself marks as such, else the
body without navigation. lxml throughout; BeautifulSoup only where a profile has CSS selectors.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from archiver.extract.charset import decode
from archiver.extract.furniture import (
    frame_of,
    is_framed,
    is_teaser,
    length_of,
    nothing,
)
from archiver.extract.stamps import own_text, stamped_on
from archiver.extract.tree import alt_of, parse_html, text_of, words_of
from archiver.sites.named import names_sitting
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
_LOGO_LINKS = 20
_HOME = re.compile(r"(?:https?://[^/]+)?/?(?:\./)?(?:index\.(?:html?|php))?")
_TEASERS_SHARE = 0.6  # of a page that is a list of teasers
_NO_TITLE = re.compile(
    r"(?:Neue Seite|Unbenannt(?:es Dokument|e Seite)?|Untitled(?: Document| Page)?|New Page|"
    r"Kein Titel|Homepage|Index)\W*\d*",
    re.IGNORECASE,
)
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
    site_name = site_name or _named_by_logo(root)
    main = main_content(root) if content is None else content
    left_out = nothing if content is not None else frame_of(main)
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
        _published_on(metas) or stamped_on(root, main, left_out),
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
    whole = length_of(body)
    for path in _MARKED:
        found = [element for element in root.xpath(path) if not is_framed(element)]
        if not found:
            continue
        own = [element for element in found if not is_teaser(element)]
        least = _MIN_SHARE if own or len(found) == 1 else _TEASERS_SHARE
        found = own or found  # beside an article stand teasers of others
        element = found[0] if len(found) == 1 else _common(found)
        if element is not None and (length_of(element) >= least * whole or whole == 0):
            return element
    return body


def _named_by_logo(root: Any) -> str:
    """Return the site's name where a link home bears it and the title begins with it and a bar."""
    title = " ".join((root.findtext(".//title") or "").split())
    for link in islice(root.iter("a"), _LOGO_LINKS):
        if not _HOME.fullmatch((link.get("href") or "").strip()):
            continue
        alt = " ".join(filter(None, (alt_of(one) for one in link.iter("img"))))
        for name in (words_of(link), alt):
            if len(name) > 2 and title.startswith(f"{name} | "):
                return name
    return ""


def _common(elements: Sequence[Any]) -> Any:
    """Return the nearest element that holds all the given ones."""
    ancestors = [elements[0], *elements[0].iterancestors()]
    for ancestor in ancestors:
        inside = set(ancestor.iter())
        if all(element in inside for element in elements):
            return ancestor
    return None


def _headings(main: Any, is_left_out: Callable[[Any], bool]) -> tuple[str, ...]:
    """Return the headings of the main content, those of what frames it left out.

    A heading set as a picture is its alternative text; where no heading has words, a picture
    that names a sitting is one.
    """
    found = []
    for element in main.iter("h1", "h2", "h3"):
        if is_left_out is not nothing and any(map(is_left_out, element.iterancestors())):
            continue
        words = words_of(element)
        if not words:
            words = " ".join(filter(None, (alt_of(one) for one in element.iter("img"))))
        if words:
            found.append(words)
    if not found:
        found = [alt for one in main.iter("img") if names_sitting(alt := alt_of(one))][:1]
    return tuple(found)


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
