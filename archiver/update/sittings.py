"""The sittings a site has held, as its documents tell, and the numbers that are missing.

Pure: no I/O.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from archiver.model import Document, Precision


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

    Each page of kind "session" is one; its files are those it links. Files that name a number
    and date of which no page is known make a sitting of their own, told by the first of them.
    """
    files: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        for parent in document.parents:
            files[parent].append(document)
    pages = [d for d in documents if d.kind == "session"]
    told = {(d.site, number) for d in pages for number in d.sessions}
    orphans: dict[tuple[str, tuple[int, ...], date], list[Document]] = defaultdict(list)
    for document in documents:
        is_file = document.kind == "file" and document.sessions
        if (
            is_file
            and document.held_on
            and not any((document.site, number) in told for number in document.sessions)
        ):
            orphans[document.site, document.sessions, document.held_on].append(document)
    rows = [_sitting(page, files[page.doc_id]) for page in pages]
    rows += [_sitting(found[0], found) for found in orphans.values()]
    return sorted(
        rows, key=lambda row: (row.site, row.held_on or date.min, row.sessions, row.doc_id)
    )


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
