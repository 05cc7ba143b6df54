"""Apply a site profile to a parsed page: its selectors and patterns, field by field.

The one module of this room that knows BeautifulSoup's trees; it gets them made. Pure: no I/O.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from archiver.model import Evidence, FieldName, Reading, Role
from archiver.sites.dates import find_dates
from archiver.sites.figures import ordinal_of, roman_of
from archiver.sites.groups import split_items
from archiver.sites.numbers import find_numbers
from archiver.sites.profile import FieldRule, SiteProfile
from archiver.sites.readers import PLACE_TRUST, SNIPPET_CHARS
from archiver.sites.wording import join_lines, tidy

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

MANY_VALUED = frozenset({"group", "keyword", "topic"})


def read_profile(soup: "BeautifulSoup", profile: SiteProfile, *, url: str) -> tuple[Reading, ...]:
    """Read a page's fields with a profile's rules.

    Of each field the first rule that gives a value counts; a later rule is only asked when the
    earlier gave none. A session's words may be "28", "28. Forum" or "das dritte Forum"; a date's
    any wording the general readers know. What cannot be understood gives no reading. Kinds whose
    selector matches are among the readings; `page_kind` judges them with the URL.
    """
    readings = list(selected_kinds(soup, profile))
    for field, rules in profile.fields.items():
        for at, rule in enumerate(rules):
            found = list(_apply(soup, cast("FieldName", field), rule, at, url))
            if found:
                readings += found
                break
    return tuple(dict.fromkeys(readings))


def selected_kinds(soup: "BeautifulSoup", profile: SiteProfile) -> Iterator[Reading]:
    """Yield a reading for each kind of page whose selector matches; its URL is not judged here."""
    for kind, page in profile.pages.items():
        element = soup.select_one(page.select) if page.select else None
        if element is not None:
            raw = _text_of(element)[:SNIPPET_CHARS]
            evidence = Evidence(f"pages.{kind}.select", raw, "profile")
            yield Reading("kind", kind, evidence, PLACE_TRUST["profile"])


def page_kind(url: str, readings: Iterable[Reading], profile: SiteProfile) -> Reading | None:
    """Tell a page's kind by the profile's page rules, the first that fits; None when none does.

    A rule with both `url` and `select` needs both. `readings` are those of the page, among them
    what `selected_kinds` found.
    """
    selected = {one.evidence.rule: one for one in readings if one.field == "kind"}
    for kind, page in profile.pages.items():
        match = re.search(page.url, url) if page.url else None
        if page.url and match is None:
            continue
        if page.select:
            found = selected.get(f"pages.{kind}.select")
            if found is None:
                continue
            return found
        if match is not None:
            evidence = Evidence(f"pages.{kind}.url", match[0], "profile")
            return Reading("kind", kind, evidence, PLACE_TRUST["profile"])
    return None


def file_role(words: str, profile: SiteProfile) -> tuple[Role, str] | None:
    """Tell a file's role by the profile's patterns, searched in link text or file name.

    >>> file_role("Mitschrift vom Montag", SiteProfile(roles={"minutes": "Mitschrift"}))
    ('minutes', 'Mitschrift')
    """
    for role, pattern in profile.roles.items():
        match = re.search(pattern, tidy(words), re.IGNORECASE)
        if match:
            return cast("Role", role), match[0]
    return None


def _apply(
    soup: "BeautifulSoup", field: FieldName, rule: FieldRule, at: int, url: str
) -> Iterator[Reading]:
    elements = soup.select(rule.select) if rule.select else [soup.body or soup]
    name = f"fields.{field}[{at}]"
    for element in elements:
        words = _attribute(element, rule.attribute) if rule.attribute else _text_of(element)
        for raw in _matches(words, rule.pattern):
            yield from _values(field, raw, name, url)
            if field not in MANY_VALUED and raw:
                break


def _attribute(element: "Tag", name: str) -> str:
    value: Any = element.get(name)
    return tidy(" ".join(value) if isinstance(value, list) else value or "")


def _text_of(element: "Tag") -> str:
    return re.sub(r"\s+", " ", tidy(element.get_text(" ", strip=True)))


def _matches(words: str, pattern: str | None) -> Iterator[str]:
    """Yield what the pattern takes of the words: group `value`, else the first, else all."""
    if not words:
        return
    if pattern is None:
        yield words
        return
    for match in re.finditer(pattern, words):
        if "value" in match.re.groupindex:
            value = match["value"]
        else:
            value = match[1] if match.re.groups else match[0]
        if value and value.strip():
            yield value.strip()


def _values(field: FieldName, raw: str, rule: str, url: str) -> Iterator[Reading]:
    """Turn raw words into the field's values."""
    evidence = Evidence(rule, raw[:SNIPPET_CHARS], "profile", url)
    trust = PLACE_TRUST["profile"]
    if field == "session":
        for number in _numbers_in(raw):
            yield Reading(field, number, evidence, trust)
    elif field in ("date", "published"):
        about = "sitting" if field == "date" else "published"
        spotted = find_dates(join_lines(raw), "list_entry")
        for one in spotted[:1]:
            yield Reading(field, one.span, evidence, trust, about)  # type: ignore[arg-type]
    elif field in ("group", "keyword"):
        for item in split_items(raw):
            yield Reading(field, item, evidence, trust)
    elif raw:
        yield Reading(field, raw, evidence, trust)


def _numbers_in(raw: str) -> list[int]:
    """Read a number from words that are known to be a session's.

    >>> _numbers_in("28"), _numbers_in("9. und 10. Sitzung"), _numbers_in("VI."), _numbers_in("–")
    ([28], [9, 10], [6], [])
    """
    spotted = find_numbers(raw, "title", dates=find_dates(raw, "title"))
    if spotted:
        return [one.number for one in spotted]
    if len(raw) > 24 or find_dates(raw, "title"):
        return []  # a sentence or a date, from which no number may be picked
    digits = [int(number) for number in re.findall(r"(?<!\d)\d{1,3}(?!\d)", raw)]
    if digits:
        return (
            digits if re.fullmatch(r"\D*\d{1,3}\D*(?:und|/|&|\+)\D*\d{1,3}\D*", raw) else digits[:1]
        )
    for word in re.findall(r"[^\W\d_]+", raw):
        number = ordinal_of(word) or roman_of(word)
        if number is not None:
            return [number]
    return []
