"""What a search answers: snippets, hits, groups, facets, coverage. Pure: no I/O."""

from dataclasses import dataclass
from typing import Literal

from archiver.model.documents import Document

Within = Literal["page", "document", "session"]
Sort = Literal["relevance", "date", "-date", "session"]
Versions = Literal["current", "all", "first"]
"""Which versions of documents are searched: those of now, all, or the earliest that has a hit."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a page's text with the matched places.

    `start` is the offset of `text` in the page's text; `spans` are (start, end) offsets in
    `text`, ascending, not overlapping. `why` says for each span what matched when it is not
    plain ("kultur, part of Stadtteilkultur").
    """

    text: str
    start: int
    spans: tuple[tuple[int, int], ...]
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One found page. `hit_id` is `<capture>-p<page>-<start>`; `rank` counts pages from 1."""

    hit_id: str
    rank: int
    score: float
    page_number: int
    page_label: str | None
    section: str | None
    snippets: tuple[Snippet, ...]
    is_ocr: bool = False
    around: tuple[str, ...] = ()
    """What matched around a text that does not: `topic: Hochwasserschutz an der Marbe`."""


@dataclass(frozen=True, slots=True)
class DocumentHits:
    """The hits of one document: the best pages, and how many pages match in all."""

    document: Document
    hits: tuple[Hit, ...]
    matching_pages: int


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet with the number of matching pages."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """Counted values of one field, most frequent first (sessions and years ascending)."""

    field: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the answer could and could not search.

    `sessions_known` counts sittings with a number, `sessions_missing` lists numbers absent
    between the first and the last; files are linked files.
    """

    sessions_known: int
    sessions_missing: tuple[int, ...]
    documents: int
    pages: int
    files: int
    image_only_files: int
    image_only_pages: int
    unreadable_files: int
    dead_links: int


@dataclass(frozen=True, slots=True)
class Widening:
    """A wider question than one that found nothing, and how much it finds."""

    query: str
    within: Within
    any_word: bool
    total: int
    documents: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: exact totals, one page of groups, facets, coverage, generation.

    `total` counts matching pages, `documents` matching documents. `query` is the text as typed,
    `normalised` how it was understood. `notes` are remarks a person should read ("reversed range
    swapped"); `suggestions` are did-you-mean words, `widenings` what to ask instead: both only of
    an answer without a hit.
    """

    query: str
    normalised: str
    generation: str
    total: int
    documents: int
    groups: tuple[DocumentHits, ...]
    facets: tuple[Facet, ...]
    coverage: Coverage
    notes: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    widenings: tuple[Widening, ...] = ()
