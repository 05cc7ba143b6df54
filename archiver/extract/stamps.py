"""What stands on a page beside its own words: stamps of the day, what visitors wrote. Pure."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from archiver.extract.tree import text_of, words_of
from archiver.model import DateSpan
from archiver.sites.readers import read_words

_COMMENTS = re.compile(
    r"(?:^|\s)(?:comments?(?:-?(?:area|list|section|wrapper))?|respond|kommentare?|disqus_thread)"
    r"(?:$|\s)",
    re.IGNORECASE,
)
_PUBLISHED_MARK = re.compile(r"(?i:published|entry-date|post-date|posted-on)")
_PUBLISHED_LD = re.compile(r'"datePublished"\s*:\s*"(\d{4}-\d{2}-\d{2})')
# the line in which a system says when and by whom a page was written
_STAMP = re.compile(
    r"(?:^|\s)(?:create-?date|created|published|submitted|entry-(?:date|meta)|post-?(?:date|meta)|"
    r"posted-on|byline|documentByLine|article-info|elementor-post-info|news-(?:list-)?date|"
    r"news-single-timedata|meta-?date|dateline)(?:$|\s)",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"(?:^|\s)(?:modif(?:y-?date|ied)|(?:date|last)-?(?:modified|changed|updated)|updated?|changed|"
    r"documentModified|lastmod)(?:$|\s)",
    re.IGNORECASE,
)
_STAMP_CHARACTERS = 160
_HAS_DAY = re.compile(r"\d{1,2}\.\s?(?:\d{1,2}\.|[A-ZÄÖÜ][a-zä]{2,8})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def own_text(main: Any, is_left_out: Callable[[Any], bool], whole: str) -> str:
    """Return the text without visitors' comments and, where it tells a day itself, its stamp.

    `whole` is the text of `main` with what `is_left_out` names left out. Stamps of several days
    are those of a list's entries and stay.
    """
    if any(is_comments(one) for one in main.iterdescendants("div", "section", "ol", "ul")):
        whole = text_of(main, lambda one: is_left_out(one) or is_comments(one))
    stamps = [one for one in main.iterdescendants() if _is_stamp(one)]
    if not stamps or len(_days_of(stamps)) > 1:
        return whole
    own = text_of(main, lambda one: is_left_out(one) or is_comments(one) or _is_stamp(one))
    return own if _HAS_DAY.search(own) else whole


def is_comments(element: Any) -> bool:
    """Tell whether an element holds what visitors wrote below a page."""
    if not element.attrib or element.tag in {"body", "main", "article"}:
        return False
    names = (element.get("id") or "", element.get("class") or "")
    is_named = any(name and _COMMENTS.search(name) for name in names)
    return is_named and next(element.iter("main", "article", "h1"), None) is None


def _is_stamp(element: Any) -> bool:
    names = element.get("class") if element.attrib else None
    if not names or not (_STAMP.search(names) or _CHANGED.search(names)):
        return False
    return len("".join(element.itertext())) <= _STAMP_CHARACTERS


def stamped_on(root: Any, main: Any, is_left_out: Callable[[Any], bool]) -> date | None:
    """Return the day an article's own mark says it was published: `<time>`, JSON-LD, a stamp.

    A `<time>` without such a mark may be the day of the sitting it tells of. Stamps of several
    days are those of a list's entries, and those in what frames `main` are other pages'.
    """
    for element in root.iter("time"):
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        if element.get("pubdate") is not None or _PUBLISHED_MARK.search(names):
            found = _iso_day(element.get("datetime") or "")
            if found is not None:
                return found
    for element in root.iter("script"):
        if element.get("type") == "application/ld+json":
            said = _PUBLISHED_LD.search(element.text or "")
            if said is not None:
                return _iso_day(said[1])
    stamps = [one for one in main.iterdescendants() if _is_stamp(one)]
    days = _days_of(one for one in stamps if not any(map(is_left_out, one.iterancestors())))
    return days.pop() if len(days) == 1 else None


def _days_of(stamps: Iterable[Any]) -> set[date]:
    """Return the days on which stamps say that something was published."""
    return {
        one.value.start
        for stamp in stamps
        if _STAMP.search(stamp.get("class") or "")
        for one in read_words(words_of(stamp), "text")
        if isinstance(one.value, DateSpan)
        and one.value.precision == "day"
        and not one.value.is_year_missing
    }


def _iso_day(text: str) -> date | None:
    found = _ISO_DAY.match(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
