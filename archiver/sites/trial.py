"""Try a profile on one page: every field as it would be resolved, with its evidence.

For writing profiles and for their golden cases; knows only the page itself, no links to it.
Pure: no I/O.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from archiver.model import Kind, Reading
from archiver.sites.apply import page_kind, read_profile
from archiver.sites.kinds import guess_kind
from archiver.sites.profile import SiteProfile
from archiver.sites.readers import Clue, read_clues
from archiver.sites.resolving import Resolved, resolve

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

FIRST_LINES = 12


def try_page(
    html: str | bytes, url: str, profile: SiteProfile
) -> tuple[Resolved, tuple[Reading, ...]]:
    """Read one page with a profile and the general readers.

    `html` is text, or bytes whose charset the page declares. Returns what is resolved, and every
    reading (the rejected ones too), so that a person sees which rule and words gave each value.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "lxml")
    for selector in profile.remove:
        for element in soup.select(selector):
            element.decompose()
    clues = list(_clues(soup, url, profile))
    links = [link.get_text(" ", strip=True) for link in soup.select("a[href]")]
    series = [profile.title] if profile.title else []
    ruled = read_profile(soup, profile, url=url)
    told = page_kind(url, ruled, profile)
    said = read_clues(clues, first_year=profile.first_year, series=series)
    guessed = guess_kind(clues, links, url=url, below=said)[0]
    kind = cast("Kind", told.value) if told else guessed
    readings = (
        *(one for one in ruled if one.field != "kind"),
        *([told] if told else []),
        *said,
    )
    return resolve(readings, kind=kind), readings


def _clues(soup: "BeautifulSoup", url: str, profile: SiteProfile) -> Iterator[Clue]:
    if soup.title is not None:
        yield Clue(soup.title.get_text(" ", strip=True), "title")
    content = None
    for selector in (*profile.content, "main", "body"):
        content = content or soup.select_one(selector)
    if content is not None:
        for heading in content.select("h1, h2, h3"):
            yield Clue(heading.get_text(" ", strip=True), "heading")
        lines = [line.strip() for line in content.get_text("\n").split("\n") if line.strip()]
        yield Clue("\n".join(lines[:FIRST_LINES]), "first_lines")
    for meta in soup.select('meta[name="keywords"][content]'):
        yield Clue(f"keywords: {meta['content']}", "meta")
    yield Clue(url, "url")
