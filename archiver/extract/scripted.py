"""Addresses in the scripts of a web page: handlers, `javascript:` links, menus that jump. Pure.

Old pages open their papers by `window.open('protokoll.pdf')`. No script is run: only a whole string
that looks like an address counts, and what is put together from parts is not guessed.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_ANY = re.compile(r"onclick|onchange|javascript:|data-href", re.IGNORECASE)
_HOLDERS = (
    "//*[@onclick or @data-href]"
    "|//a[starts-with(translate(normalize-space(@href), 'JAVSCRIPT', 'javscript'), 'javascript:')]"
    "|//select[@onchange]"
)
_STRING = re.compile(r"""(?P<quote>['"])(?P<words>(?:[^'"\s\\<>]|\\/){1,500})(?P=quote)""")
_GOES_TO = re.compile(
    r"(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\s*\(|\bopen\w*\s*\()\s*$",
    re.IGNORECASE,
)
_BY_ENDING = re.compile(
    r"[^?#]*\.(?:html?|php\d?|aspx?|jsp|cfm|cgi|pdf|docx?|od[tsp]|rtf|xlsx?|pptx?|txt|csv|epub)"
    r"(?:[?#].*)?",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?:https?:/)?/[^'\"]|\.\.?/|\?\w", re.IGNORECASE)
_BESIDE = 40  # characters looked at beside a string
_JUMPS = re.compile(r"location|open", re.IGNORECASE)


def has_scripts(page: str) -> bool:
    """Tell by a page's source whether it is worth looking for scripted addresses."""
    return _ANY.search(page) is not None


def scripted_addresses(root: Any) -> Iterator[tuple[Any, str]]:
    """Yield each element that leads on by a script, with the address as written there.

    In document order; of a menu each entry.
    """
    for element in _find()(root):
        if element.tag == "select":
            if _JUMPS.search(element.get("onchange")):
                for option in element.iter("option"):
                    value = (option.get("value") or "").strip()
                    if _PLACE.match(value) or _BY_ENDING.fullmatch(value):
                        yield option, value
            continue
        if target := element.get("data-href"):
            yield element, target
        script = element.get("onclick") or ""
        if element.tag == "a" and "script:" in (element.get("href") or "").lower():
            script += f"; {element.get('href')}"
        for address in addresses_in(script):
            yield element, address


def addresses_in(script: str) -> list[str]:
    """Return the strings of a script that are addresses, each once.

    >>> addresses_in("javascript:openWin('../pdf/12.pdf', 'Protokoll', 'width=300')")
    ['../pdf/12.pdf']
    >>> addresses_in("location.href = '/sitzung/12'; return false"), addresses_in("zeige('alle')")
    (['/sitzung/12'], [])
    >>> addresses_in("window.open('/dok.php?id=' + nummer)"), addresses_in("swap('a', 'knopf.gif')")
    ([], [])
    """
    found: dict[str, None] = {}
    for match in _STRING.finditer(script):
        start, end = match.span()
        before, after = script[max(0, start - _BESIDE) : start], script[end : end + _BESIDE]
        before, after = before.rstrip(), after.lstrip()
        if before.endswith("+") or after.startswith("+"):
            continue
        words = match["words"].replace("\\/", "/")
        is_told = _GOES_TO.search(before) is not None and _PLACE.match(words) is not None
        if is_told or _BY_ENDING.fullmatch(words):
            found[words] = None
    return list(found)


@lru_cache(maxsize=1)
def _find() -> Any:
    from lxml import etree

    return etree.XPath(_HOLDERS)
