"""The sittings a site has held, as its documents tell, and the numbers that are missing.

Pure: no I/O.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from archiver.model import Document, Precision, Role
from archiver.update.sequence import SAME_COUNT_DAYS

_TELLING: tuple[Role, ...] = ("documentation", "minutes", "report", "invitation", "agenda")


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting: the page that tells of it, and how many files and pages belong to it."""

    site: str
    sessions: tuple[int, ...]
    held_on: date | None
    held_until: date | None
    date_precision: Precision | None
    topics: tuple[str, ...]
    title: str
    special: str | None
    url: str
    doc_id: str
    files: int
    pages: int
    has_conflict: bool


def sittings(documents: Sequence[Document]) -> list[Sitting]:
    """Return the sittings in the order of site, date and number.

    Each page of kind "session" is one; its files are those it links. Pages of one number and day
    – a report, its print view, the same on the old site – are one sitting, told by the page with
    the most files. Files that name a number and date of which no page is known make a sitting of
    their own, told by its minutes or documentation before its slides.
    """
    files: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        for parent in document.parents:
            files[parent].append(document)
    rows: list[Sitting] = []
    told: dict[tuple[str, int], list[date | None]] = defaultdict(list)
    for pages in _pages_by_sitting(documents):
        page = min(pages, key=lambda page: (-len(files[page.doc_id]), len(page.urls[0])))
        linked = {file.doc_id: file for one in pages for file in files[one.doc_id]}
        rows.append(_sitting(page, list(linked.values())))
        for number in page.sessions:
            told[page.site, number].append(page.held_on)
    orphans: dict[tuple[str, tuple[int, ...], date], list[Document]] = defaultdict(list)
    for document in documents:
        if document.kind == "file" and document.sessions and document.held_on:
            known = (told[document.site, number] for number in document.sessions)
            if not any(_is_near(document.held_on, on) for dates in known for on in dates):
                orphans[document.site, document.sessions, document.held_on].append(document)
    rows += [_sitting(min(found, key=_tells_last), found) for found in orphans.values()]
    return sorted(
        rows, key=lambda row: (row.site, row.held_on or date.min, row.sessions, row.doc_id)
    )


def _pages_by_sitting(documents: Sequence[Document]) -> list[list[Document]]:
    """Return the pages of sittings, those of the same number and day together."""
    pages: dict[tuple[object, ...], list[Document]] = defaultdict(list)
    for document in documents:
        if document.kind == "session":
            is_known = document.sessions and document.held_on
            key = (document.sessions, document.held_on) if is_known else (document.doc_id,)
            pages[document.site, *key].append(document)
    return list(pages.values())


def _is_near(held_on: date, told: date | None) -> bool:
    """Tell whether a number can mean the same sitting: counts begin anew after years."""
    return told is None or abs((held_on - told).days) < SAME_COUNT_DAYS


def _tells_last(file: Document) -> int:
    """Return how little a file tells what its sitting was: its place among the roles."""
    return _TELLING.index(file.role) if file.role in _TELLING else len(_TELLING)


def missing_numbers(documents: Iterable[Document], site: str) -> tuple[int, ...]:
    """Return the numbers between a site's first and last sitting that no document bears.

    Where numbering restarts (a number stands on sittings of several years) there is no telling,
    and nothing is called missing.
    """
    years: dict[int, set[int]] = defaultdict(set)
    for document in documents:
        if document.site == site and document.kind in ("session", "file"):
            for number in document.sessions:
                years[number].update([document.held_on.year] if document.held_on else [])
    if not years:
        return ()
    repeated = Counter(len(found) > 1 for found in years.values())
    if repeated[True] > max(1, len(years) // 5):
        return ()
    return tuple(n for n in range(min(years), max(years) + 1) if n not in years)


def _sitting(page: Document, files: Sequence[Document]) -> Sitting:
    own = 0 if page in files else page.page_count
    return Sitting(
        site=page.site,
        sessions=page.sessions,
        held_on=page.held_on,
        held_until=page.held_until,
        date_precision=page.date_precision,
        topics=page.topics,
        title=page.title,
        special=page.special,
        url=page.urls[0],
        doc_id=page.doc_id,
        files=len(files),
        pages=own + sum(file.page_count for file in files),
        has_conflict=bool(page.conflicts) or any(file.conflicts for file in files),
    )
