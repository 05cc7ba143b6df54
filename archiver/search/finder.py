"""Find the pages of one query and show them: order, hits, places, remarks, suggestions.

Puts no answer together.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from heapq import nlargest, nsmallest
from itertools import islice
from typing import Generic, NamedTuple, Self, TypeAlias, TypeVar

from archiver.index import Index
from archiver.index.columns import HAS_TEXT, IS_OCR
from archiver.index.documents import PageNames
from archiver.index.port import Top
from archiver.model import Answer, Document, DocumentHits, Hit, Page, Sort, Within
from archiver.model.results import Versions
from archiver.query import parse, print_query
from archiver.search.evaluate import (
    evaluate,
    evaluate_best,
)
from archiver.search.lower import lower
from archiver.search.patterns import IndexedPlaces, PageText, Pattern
from archiver.search.plan import Lowered, texts
from archiver.search.snippets import find_all, snippets

ReadPage: TypeAlias = Callable[[str, str, int], Page]
"""Payload digest, extractor and page number (1-based) to the page with its text."""

Ahead: TypeAlias = Callable[[Sequence[Document]], None]
"""Told of the documents of the hits to come, so that what they need is fetched at once."""

Places: TypeAlias = tuple[tuple[int, int], ...]
"""Start and end of each place in a page's text."""

T = TypeVar("T")

_LAST = 1 << 60
_AHEAD = 1_000  # hits whose pages' names are asked for at once


class Stream(Generic[T]):
    """An iterator over everything found; `answer` tells totals and remarks before the first."""

    def __init__(self, found: Iterator[T], answer: Answer) -> None:
        self._found = found
        self.answer = answer

    @property
    def total(self) -> int:
        """The number of found pages."""
        return self.answer.total

    @property
    def normalised(self) -> str:
        """The query as it was understood."""
        return self.answer.normalised

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        return next(self._found)


class FoundPage(NamedTuple):
    """A found page with its whole text and every place in it that the query's words matched.

    `places` are offsets in `text`, ascending, not overlapping; empty when only fields matched.
    """

    document: Document
    hit: Hit
    text: str
    places: Places


def places_of(page: PageText, patterns: Sequence[Pattern]) -> Places:
    """Return where patterns match on a page, ascending, not overlapping."""
    found: list[tuple[int, int]] = []
    for occurrence, _ in find_all(page, patterns):
        if not found or occurrence.start >= found[-1][1]:
            found.append((occurrence.start, occurrence.end))
    return tuple(found)


def read_text(index: Index, document: Document, page: int, read_page: ReadPage) -> Page:
    """Read a page's text, if the index knows of any."""
    number = index.documents.page_number[page]
    if not index.documents.page_flags[page] & HAS_TEXT:
        return Page(number=number, text="")
    return read_page(document.payload_digest, document.extractor, number)


class Finder:
    """One query on one index: the pages found, and how to show them."""

    def __init__(
        self,
        index: Index,
        query: str,
        read_page: ReadPage,
        today: date,
        within: Within,
        any_word: bool,
        saved: Mapping[str, str] | None,
        versions: Versions,
    ) -> None:
        self.versions = versions
        self.any_word = any_word
        self.index = index
        self.read_page = read_page
        parsed = parse(query, today=today)
        self.normalised = print_query(parsed.tree)
        self.lowered: Lowered = lower(
            parsed.tree, index, typed=parsed.text, any_word=any_word, saved=saved, today=today
        )
        self.wanted = texts(self.lowered.plan)
        self.patterns: list[Pattern] = [text.pattern for text in self.wanted]
        self.notes = (*index.notes, *parsed.notes, *self.lowered.notes)
        self.within = within
        self._asks = partial(Finder, index, read_page=read_page, today=today, saved=saved)

    def asking(self, query: str, within: Within, *, any_word: bool) -> "Finder":
        """Return another query on the same index."""
        return self._asks(query, within=within, any_word=any_word, versions=self.versions)

    @cached_property
    def pages(self) -> dict[int, float]:
        """The found pages with their scores: all, or the best after `find_best`."""
        return evaluate(
            self.index,
            self.lowered,
            within=self.within,
            check=self.check,
            versions=self.versions,
        )

    def find_best(self, number: int, *, with_pages: bool) -> Top | None:
        """Find the best pages only, if that is enough for so many documents; None if not.

        Then each document is a page, and `with_pages` tells all of them without scores.
        """
        top = evaluate_best(
            self.index,
            self.lowered,
            number,
            within=self.within,
            versions=self.versions,
            with_pages=with_pages,
        )
        if top is not None:
            self.pages = top.best
        return top

    def check(self, pattern: Pattern, pages: list[int]) -> list[int]:
        """Return the pages on which a pattern is found, by the places the index keeps."""
        forms = {stem: self.index.documents.forms(stem) for stem in pattern.stems}
        places = self.index.positions(pattern.words.union(*forms.values()), pages)
        return [page for page in pages if pattern.places(IndexedPlaces(places[page], forms))]

    def by_document(self, pages: Sequence[int]) -> Iterator[tuple[Document, list[int]]]:
        """Yield documents with their pages among ascending ordinals."""
        document_of = self.index.documents.page_doc
        at = 0
        while at < len(pages):
            ordinal = document_of[pages[at]]
            end = at
            while end < len(pages) and document_of[pages[end]] == ordinal:
                end += 1
            yield self.index.documents.document(ordinal), list(pages[at:end])
            at = end

    def page_text(self, document: Document, page: int) -> PageText:
        """Return the text of a page of a document."""
        text = read_text(self.index, document, page, self.read_page).text
        return PageText(text, document.language, self.index.analyzer)

    def pages_of_documents(self) -> Mapping[int, int]:
        """Return the number of found pages of each document."""
        if self.index.documents.count == len(self.index):  # each has one, of its own number
            return dict.fromkeys(self.pages, 1)
        return Counter(map(self.index.documents.page_doc.__getitem__, self.pages))

    def first_documents(self, number: int, counts: Mapping[int, int], sort: Sort) -> list[int]:
        """Return the first of the found documents; ordinals are by date already, undated last."""
        if not self.is_by_score(sort):
            return nsmallest(number, counts, key=self.sort_key(sort))
        best = self.best_scores(number)
        return nsmallest(number, best, key=lambda document: (-best[document], document))

    def best_scores(self, number: int) -> dict[int, float]:
        """Return the best scores of so many documents or more, of which no other one is better.

        Most pages are far from the top: only those above the score of the best ones are looked at.
        """
        pages, document_of = self.pages, self.index.documents.page_doc
        looked_at = 4 * max(1, number)
        while True:
            least = nlargest(looked_at, pages.values())[-1] if looked_at < len(pages) else 0.0
            best: dict[int, float] = {}
            for page in [page for page, score in pages.items() if score >= least]:
                document = document_of[page]
                best[document] = max(best.get(document, 0.0), pages[page])
            if len(best) >= number or not least:
                return best
            looked_at *= 8

    def is_by_score(self, sort: Sort) -> bool:
        """Tell whether the best come first; first appearances come in the order of their dates."""
        return sort == "relevance" and self.versions != "first"

    def sort_key(self, sort: Sort) -> Callable[[int], tuple[int, int]]:
        """Return what documents are ordered by."""
        if sort == "relevance":
            captured = self.index.documents.days("captured_on")
            return lambda document: (captured[document], document)
        days = self.index.documents.days("held_on")
        if sort == "-date":
            return lambda document: (-days[document], document)
        if sort == "session":
            sessions = self.index.documents.coded("session")

            def first_session(document: int) -> tuple[int, int]:
                numbers = [int(sessions.values[code]) for code in sessions.of(document)]
                return min(numbers, default=_LAST), document

            return first_session
        return lambda document: (0, document)

    def stream(
        self, sort: Sort, *, with_snippets: bool, ahead: Ahead | None
    ) -> Iterator[tuple[Document, Hit]]:
        """Yield every hit with its document."""
        for rank, (document, page, names) in enumerate(self.named(sort, ahead), start=1):
            yield document, self.hit(document, page, rank, names, with_snippets=with_snippets)

    def concord(self, sort: Sort, ahead: Ahead | None) -> Iterator[FoundPage]:
        """Yield every found page with its text and places."""
        for rank, (document, page, names) in enumerate(self.named(sort, ahead), start=1):
            text = self.page_text(document, page)
            hit = self.hit(document, page, rank, names, with_snippets=False)
            yield FoundPage(document, hit, text.text, places_of(text, self.patterns))

    def named(self, sort: Sort, ahead: Ahead | None) -> Iterator[tuple[Document, int, PageNames]]:
        """Yield every found page's ordinal with its document and the page's names."""
        documents = self.index.documents
        found = self.in_order(sort)
        while batch := list(islice(found, _AHEAD)):
            asked = [(document.doc_id, documents.page_number[page]) for document, page in batch]
            if ahead is not None:
                ahead([document for document, _ in batch])
            for (document, page), names in zip(batch, documents.names(asked), strict=True):
                yield document, page, names

    def in_order(self, sort: Sort) -> Iterator[tuple[Document, int]]:
        """Yield every found page's ordinal with its document."""
        pages = self.pages
        if self.is_by_score(sort):
            order = sorted(pages, key=lambda page: (-pages[page], page))
        else:
            key, document_of = self.sort_key(sort), self.index.documents.page_doc
            order = sorted(pages, key=lambda page: (*key(document_of[page]), page))
        for document, members in self.by_document(order):
            for page in members:
                yield document, page

    def group(self, ordinal: int, pages: list[int], rank: int, matching: int) -> DocumentHits:
        """Return the hits on pages of a document; `rank` is that of the first."""
        document = self.index.documents.document(ordinal)
        hits = [self.hit(document, page, rank + i) for i, page in enumerate(pages)]
        return DocumentHits(document=document, hits=tuple(hits), matching_pages=matching)

    def around(self, document: Document, heading: str | None) -> tuple[str, ...]:
        """Return what matches around a page whose text does not."""
        named = [("title", document.title), *(("topic", one) for one in document.topics)]
        named += [("group", one) for one in document.groups]
        named += [("keyword", one) for one in document.keywords]
        named += [("heading", heading)] if heading else []
        return tuple(
            f"{name}: {value}"
            for name, value in named
            if find_all(PageText(value, document.language, self.index.analyzer), self.patterns)
        )

    def hit(
        self,
        document: Document,
        page: int,
        rank: int,
        names: PageNames | None = None,
        *,
        with_snippets: bool = True,
    ) -> Hit:
        """Return a found page as a hit."""
        documents = self.index.documents
        number = documents.page_number[page]
        label, heading = names or documents.page_names(document.doc_id, number)
        cut = snippets(self.page_text(document, page), self.patterns) if with_snippets else ()
        is_marked = bool(cut and cut[0].spans)
        start = cut[0].start + cut[0].spans[0][0] if is_marked else 0
        capture = document.captures[0] if document.captures else document.doc_id
        return Hit(
            hit_id=f"{capture}-p{number}-{start}",
            rank=rank,
            score=self.pages[page],
            page_number=number,
            page_label=label,
            section=heading,
            snippets=cut,
            around=self.around(document, heading) if with_snippets and not is_marked else (),
            is_ocr=bool(documents.page_flags[page] & IS_OCR),
        )
