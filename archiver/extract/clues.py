"""The words of a document in which its session, date and topic may stand. Pure.

Builds clues; what they mean the readers of `archiver.sites` say.
"""

from collections.abc import Iterator, Sequence

from archiver.extract.html import HtmlPage
from archiver.extract.metadata import document_title
from archiver.model import Attachment, Extraction, Page, Place, Reading
from archiver.sites.profile import SiteProfile
from archiver.sites.readers import Clue, read_clues

FIRST_LINES = 25
_COVER_PAGES = 5  # looked through where covers have few lines
_COVER_LINES = 4  # a page of fewer does not hold all that a cover says
_SCANT_LINES = 12  # of these a page or cover says enough
_TITLES = ("XMP dc:title", "Info Title")
_KEYWORDS = ("XMP pdf:Keywords", "XMP dc:subject", "Info Keywords")
_MAX_LINE = 500
_MAX_HEADINGS = 12


def html_readings(page: HtmlPage, profile: SiteProfile | None) -> tuple[Reading, ...]:
    """Read a web page: the profile's selectors first, then title, headings, first lines, metas.

    Nothing is read from the URL, because one payload may stand under several.
    """
    series = [page.metas.get("og:site_name", "")]
    found: tuple[Reading, ...] = ()
    if profile is not None:
        series.append(profile.title)
        if page.soup is not None:
            from archiver.sites.apply import read_profile

            found = read_profile(page.soup, profile, url="")
    clues = []
    if page.title:
        clues.append(Clue(page.title, "title"))
    clues += [Clue(heading, "heading") for heading in page.headings[:_MAX_HEADINGS]]
    clues.append(Clue("\n".join(first_lines(page.own_text)), "first_lines"))
    if keywords := page.metas.get("keywords"):
        clues.append(Clue(f"keywords: {keywords}", "meta"))
    return _readings(clues, found, profile, series)


def file_readings(extraction: Extraction, profile: SiteProfile | None) -> tuple[Reading, ...]:
    """Read a file: the first lines of its own first page with text, and what it says of itself.

    Of metadata that contradicts itself both titles are read; the one that counts comes first.
    """
    clues: list[Clue] = []
    inside = {page for one in extraction.attachments for page in _pages_of(one)}
    own = [page for page in extraction.pages if page.number not in inside and page.text]
    clues += _first_pages(own[:_COVER_PAGES])
    said = dict(extraction.metadata)
    titles = [extraction.title, *(document_title(said.get(name, "")) for name in _TITLES)]
    clues += [Clue(title, "meta") for title in dict.fromkeys(titles) if title]
    keywords = next((said[name] for name in _KEYWORDS if name in said), None)
    if keywords:
        clues.append(Clue(f"keywords: {keywords}", "meta"))
    return _readings(clues, (), profile, [profile.title] if profile else [])


def _first_pages(pages: Sequence[Page]) -> Iterator[Clue]:
    """Yield the first lines: of the first page, and of the next ones behind a cover.

    A page of few lines is half a cover; what follows it counts as it does. Behind a whole cover
    running text may tell what the cover does not.
    """
    count = 0
    for page in pages:
        lines = first_lines(page.text, FIRST_LINES - count)
        place: Place = "first_lines" if count < _COVER_LINES else "text"
        yield Clue("\n".join(lines), place, page=page.number)
        count += len(lines)
        if count >= _SCANT_LINES:
            return


def _pages_of(one: Attachment) -> range:
    return range(one.first_page, one.first_page + one.page_count)


def _readings(
    clues: Sequence[Clue],
    found: tuple[Reading, ...],
    profile: SiteProfile | None,
    series: Sequence[str],
) -> tuple[Reading, ...]:
    readings = read_clues(
        [clue for clue in clues if clue.text.strip()],
        first_year=profile.first_year if profile else None,
        series=[name for name in series if name],
    )
    return (*found, *readings)


def first_lines(text: str, count: int = FIRST_LINES) -> tuple[str, ...]:
    r"""Return the first lines that hold words.

    >>> first_lines("Forum Nord\n\n12. Sitzung\nTop 1", 2)
    ('Forum Nord', '12. Sitzung')
    """
    lines = (line.strip() for line in text.split("\n"))
    return tuple(line[:_MAX_LINE] for line in lines if line)[:count]
