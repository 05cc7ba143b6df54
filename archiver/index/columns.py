"""The generation's columns: per document and page what filters, facets, order and units need.

Computed anew at every commit from the documents in their canonical order, loaded one by one as
arrays when first asked for, so that an answer decodes no document it does not show. Documents are
ordered by date (undated last) and id, pages by number; their ordinals count from 0 in that order
and so break ties. Pure: bytes in, bytes out.
"""

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from archiver.model import Coverage, Document

CODED = (
    "session", "year", "topic", "kind", "group", "site",
    "role", "type", "lang", "keyword", "has", "sitting",
)  # fmt: skip
"""Columns of coded values, any number for each document; the first six are facets."""

FACETS = CODED[:6]
IS_OCR = 1
HAS_TEXT = 2

_WIDEST_NUMBERING = 5_000  # sessions; beyond it a number is a misreading, not the last of a row


class PageRow(NamedTuple):
    """What the columns need of a page: its number, the engine's key, and its flags."""

    number: int
    key: int | None
    flags: int
    is_image_only: bool = False


class Coded:
    """A column of coded values. Documents with the same values share a set of codes.

    `set_of` has each document's set; `codes[starts[s]:starts[s + 1]]` are the codes of set s. There
    are far fewer sets than documents, so what is asked of values is asked once of each set.
    """

    def __init__(
        self,
        values: Sequence[str],
        starts: "array[int]",
        codes: "array[int]",
        set_of: "array[int]",
    ) -> None:
        self.values = values
        self.starts = starts
        self.codes = codes
        self.set_of = set_of

    def of(self, document: int) -> "array[int]":
        """Return the codes of a document."""
        return self._codes(self.set_of[document])

    def _codes(self, number: int) -> "array[int]":
        return self.codes[self.starts[number] : self.starts[number + 1]]

    def counted(self, pages_of: Mapping[int, int] | Collection[int]) -> dict[int, int]:
        """Return for each code the sum of the numbers of those documents that have it.

        Documents without numbers count one each.

        >>> sets = array("I", (0, 0, 1, 3)), array("I", (7, 7, 8))  # none; 7; 7 and 8
        >>> column = Coded(("…",) * 9, *sets, array("I", (0, 1, 2, 1)))
        >>> column.counted({0: 5, 1: 1, 2: 10, 3: 1}), column.counted([1, 2])
        ({7: 12, 8: 10}, {7: 2, 8: 1})
        """
        counts: dict[int, int] = defaultdict(int)
        for number, pages in self._pages_of_sets(pages_of).items():
            for code in self._codes(number):
                counts[code] += pages
        return dict(counts)

    def _pages_of_sets(self, pages_of: Mapping[int, int] | Collection[int]) -> Mapping[int, int]:
        """Return for each set the sum of the numbers of the documents that have it."""
        set_of = self.set_of
        total = sum(pages_of.values()) if isinstance(pages_of, Mapping) else len(pages_of)
        if len(self.starts) == 2 and pages_of:
            return {0: total}
        if not isinstance(pages_of, Mapping) or len(pages_of) == total:
            return Counter(map(set_of.__getitem__, pages_of))  # without a step of ours
        pages: dict[int, int] = defaultdict(int)
        for document, number in pages_of.items():
            pages[set_of[document]] += number
        return pages

    def documents_with(self, is_wanted: Callable[[str], bool]) -> set[int]:
        """Return the documents with a value that is wanted."""
        wanted = {code for code, value in enumerate(self.values) if is_wanted(value)}
        if not wanted:
            return set()
        sets = {n for n in range(len(self.starts) - 1) if not wanted.isdisjoint(self._codes(n))}
        return {document for document, number in enumerate(self.set_of) if number in sets}

    def to_bytes(self) -> bytes:
        """Return header line, starts, codes, sets of the documents."""
        arrays = (self.starts, self.codes, self.set_of)
        header = json.dumps([list(self.values), *map(len, arrays)])
        return header.encode() + b"\n" + b"".join(numbers.tobytes() for numbers in arrays)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Coded":
        """Read what `to_bytes` wrote."""
        header, _, rest = data.partition(b"\n")
        values, *sizes = json.loads(header)
        starts, codes, documents = sizes
        numbers = array("I")
        numbers.frombytes(rest)
        if len(numbers) != starts + codes + documents:
            raise ValueError("truncated column")
        at = starts + codes
        return cls(values, numbers[:starts], numbers[starts:at], numbers[at:])


class _CodedBuilder:
    def __init__(self) -> None:
        self.codes = array("I")
        self.starts = array("I", (0,))
        self.set_of = array("I")
        self.known: dict[str, int] = {}
        self.sets: dict[tuple[int, ...], int] = {}
        self.set_of_values: dict[tuple[str, ...], int] = {}

    def add(self, values: Iterable[str]) -> None:
        own = tuple(values)
        number = self.set_of_values.get(own)
        if number is None:
            number = self.set_of_values[own] = self._set(own)
        self.set_of.append(number)

    def _set(self, values: tuple[str, ...]) -> int:
        known = self.known
        own = tuple(known.setdefault(value, len(known)) for value in dict.fromkeys(values))
        number = self.sets.setdefault(own, len(self.sets))
        if number == len(self.starts) - 1:
            self.codes.extend(own)
            self.starts.append(len(self.codes))
        return number

    def finish(self) -> bytes:
        return Coded(tuple(self.known), self.starts, self.codes, self.set_of).to_bytes()


@cache
def media_kind(media_type: str) -> str:
    """Return html, pdf, office, text or other, as `type:` asks for it.

    >>> [media_kind(m) for m in ("text/html", "application/pdf", "text/plain", "image/png")]
    ['html', 'pdf', 'text', 'other']
    """
    plain = media_type.partition(";")[0].strip().lower()
    if plain in ("text/html", "application/xhtml+xml"):
        return "html"
    if plain == "application/pdf":
        return "pdf"
    if plain.startswith("text/"):
        return "text"
    marks = ("officedocument", "opendocument", "msword", "ms-excel", "powerpoint", "rtf")
    return "office" if any(mark in plain for mark in marks) else "other"


def day_number(day: date | None) -> int:
    """Return the proleptic Gregorian ordinal of a day, 0 for none."""
    return 0 if day is None else day.toordinal()


def _names(
    years: Mapping[tuple[str, int], Collection[int | None]],
) -> dict[tuple[str, int, int | None], str]:
    """Name the sittings that documents speak of: site, number, and year of the date.

    Numbering may restart, so a number alone is no key. A document without a date belongs to the
    sitting of that number when there is only one year for it.
    """
    names: dict[tuple[str, int, int | None], str] = {}
    for (site, number), known in years.items():
        dated = [year for year in known if year is not None]
        for year in known:
            of_year = dated[0] if year is None and len(dated) == 1 else year
            names[site, number, year] = f"{site} {number} {of_year or ''}".rstrip()
    return names


def build(
    documents: "Iterable[tuple[Document, Sequence[PageRow]]]", *, dead_links: int
) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every column; `documents` come in canonical order."""
    from archiver.index.port import NO_PAGE
    from archiver.model import current_id

    years: dict[tuple[str, int], set[int | None]] = defaultdict(set)
    spoken_of: list[
        tuple[tuple[str, int, int | None], ...]
    ] = []  # sittings, named when all are known
    coded = {name: _CodedBuilder() for name in CODED}
    first_page, page_doc, page_number = array("I"), array("I"), array("I")
    page_flags = array("B")
    held_on, held_until, captured_on = array("i"), array("i"), array("i")
    also_on = array("i")  # pairs: ordinal of the document, day
    ordinals: dict[int, int] = {}
    places: dict[str, int] = {}
    earlier: list[tuple[int, str, int]] = []
    counts = _Counts()
    for ordinal, (document, rows) in enumerate(documents):
        places[document.doc_id] = ordinal
        year = document.held_on.year if document.held_on else None
        spoken_of.append(tuple((document.site, n, year) for n in document.sessions))
        if document.is_current:
            counts.add(document, rows)
            for number in document.sessions:
                years[document.site, number].add(year)
        else:
            earlier.append((ordinal, current_id(document.doc_id), document.version))
        first_page.append(len(page_doc))
        for row in rows:
            if row.key is not None:
                ordinals[row.key] = len(page_doc)
                page_doc.append(ordinal)
                page_number.append(row.number)
                page_flags.append(row.flags)
        held_on.append(day_number(document.held_on))
        held_until.append(day_number(document.held_until or document.held_on))
        for day in document.also_on:
            also_on.extend((ordinal, day_number(day)))
        captured_on.append(day_number(document.captured_at.date()))
        for name, values in _values(document, year).items():
            coded[name].add(values)
    names = _names(years)
    for keys in spoken_of:
        coded["sitting"].add(names[key] for key in keys if key in names)
    first_page.append(len(page_doc))
    ordinal_of_key = array("i", [NO_PAGE]) * (max(ordinals, default=-1) + 1)
    for key, place in ordinals.items():
        ordinal_of_key[key] = place
    older = array("I")
    for place, doc_id, version in earlier:
        older.extend((place, places.get(doc_id, place), version))
    arrays = {
        "older": older,
        "first_page": first_page, "page_doc": page_doc, "page_number": page_number,
        "page_flags": page_flags, "ordinal_of_key": ordinal_of_key,
        "held_on": held_on, "held_until": held_until, "captured_on": captured_on,
        "also_on": also_on,
    }  # fmt: skip
    for name, numbers in arrays.items():
        yield name, numbers.tobytes()
    for name, builder in coded.items():
        yield name, builder.finish()
    yield "coverage", json.dumps(counts.coverage(names, dead_links)).encode()


def _values(document: "Document", year: int | None) -> dict[str, Sequence[str]]:
    """Return the values of each coded column for one document, but for its sittings' names."""
    has = {
        "conflict": document.conflicts,
        "session": document.sessions,
        "date": document.held_on,
        "topic": document.topics,
    }
    return {
        "session": [str(number) for number in document.sessions],
        "year": [str(year)] if year else [],
        "topic": document.topics,
        "kind": [document.kind],
        "group": document.groups,
        "site": [document.site],
        "role": [document.role] if document.role else [],
        "type": [media_kind(document.media_type)],
        "lang": [document.language],
        "keyword": document.keywords,
        "has": [name for name, value in has.items() if value],
    }


class _Counts:
    """Counts what the coverage tells."""

    def __init__(self) -> None:
        self.documents = self.pages = self.files = 0
        self.image_only_files = self.image_only_pages = self.unreadable_files = 0

    def add(self, document: "Document", rows: Sequence[PageRow]) -> None:
        self.documents += 1
        self.pages += document.page_count
        self.image_only_pages += sum(row.is_image_only for row in rows)
        if document.kind == "file":
            self.files += 1
            self.image_only_files += document.status == "image_only"
            self.unreadable_files += document.status in (
                "no_text", "encrypted", "unsupported", "failed"
            )  # fmt: skip
        elif document.status == "failed":  # a page that is damaged, or in a coding nobody reads
            self.unreadable_files += 1

    def coverage(
        self, names: dict[tuple[str, int, int | None], str], dead_links: int
    ) -> dict[str, object]:
        numbers: dict[str, set[int]] = defaultdict(set)
        for site, number, _ in names:
            numbers[site].add(number)
        missing = {
            number
            for known in numbers.values()
            if max(known) - min(known) <= _WIDEST_NUMBERING
            for number in range(min(known), max(known))
            if number not in known
        }
        return {
            "sessions_known": len(set(names.values())),
            "sessions_missing": sorted(missing),
            "documents": self.documents,
            "pages": self.pages,
            "files": self.files,
            "image_only_files": self.image_only_files,
            "image_only_pages": self.image_only_pages,
            "unreadable_files": self.unreadable_files,
            "dead_links": dead_links,
        }


def read_coverage(data: bytes) -> "Coverage":
    """Read the column "coverage"."""
    from archiver.model import Coverage

    values = json.loads(data)
    return Coverage(**{**values, "sessions_missing": tuple(values["sessions_missing"])})
