"""Put the answer together: totals, groups, facets, coverage; or stream every hit."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from archiver.index import Index
from archiver.model import Answer, Document, Hit, Page, Sort, Within
from archiver.model.results import Versions
from archiver.query import parse
from archiver.search.facets import count_facets
from archiver.search.finder import (
    Ahead,
    Finder,
    FoundPage,
    Places,
    ReadPage,
    Stream,
    places_of,
    read_text,
)
from archiver.search.lower import lower
from archiver.search.patterns import PageText
from archiver.search.plan import texts


def search(
    index: Index,
    query: str,
    *,
    read_page: ReadPage,
    today: date,
    within: Within = "document",
    any_word: bool = False,
    sort: Sort = "relevance",
    limit: int = 10,
    offset: int = 0,
    pages_per_document: int = 3,
    facets: bool = True,
    saved: Mapping[str, str] | None = None,
    versions: Versions = "current",
) -> Answer:
    """Return one page of groups of hits, with exact totals, facets and coverage.

    `limit` and `offset` count documents. `within` says where all words must stand together;
    `any_word` lets one word suffice. `saved` maps names of saved searches to their text. With
    `versions` "all" the earlier versions of documents are found, too, each as a document; with
    "first" each document's earliest version that has a hit, in the order of their capture. The
    coverage is of current documents. Raises QueryError for a query that cannot be understood or
    asks for too much.
    """
    finder = Finder(index, query, read_page, today, within, any_word, saved, versions)
    number = max(1, offset + limit)
    top = finder.find_best(number, with_pages=facets) if finder.is_by_score(sort) else None
    pages = finder.pages
    counts = finder.pages_of_documents()
    order = finder.first_documents(offset + limit, counts, sort)
    shown = order[offset:]
    first = index.documents.first_page
    rank = 1 + sum(min(counts[document], pages_per_document) for document in order[:offset])
    groups = []
    for ordinal in shown:
        own = [page for page in range(first[ordinal], first[ordinal + 1]) if page in pages]
        best = sorted(own, key=lambda page: (-pages[page], page))
        group = finder.group(ordinal, best[:pages_per_document], rank, counts[ordinal])
        rank += len(group.hits)
        groups.append(group)
    return replace(
        _told(finder, query, top.total if top else len(pages), top.total if top else len(counts)),
        groups=tuple(groups),
        facets=count_facets(index, top.pages if top else counts) if facets else (),
    )


def _told(finder: Finder, query: str, total: int, documents: int) -> Answer:
    """Return totals and remarks, the groups and facets left out."""
    index = finder.index
    told = Answer(
        query=query,
        normalised=finder.normalised,
        generation=index.generation,
        total=total,
        documents=documents,
        groups=(),
        facets=(),
        coverage=index.coverage,
        notes=finder.notes,
    )
    if total:
        return told
    from archiver.search.remarks import faults, near_words, widenings  # most answers have hits

    near = near_words(finder)
    return replace(
        told,
        notes=(*finder.notes, *faults(finder)),
        suggestions=tuple(dict.fromkeys(word for words in near.values() for word in words)),
        widenings=widenings(finder, near),
    )


def stream(
    index: Index,
    query: str,
    *,
    read_page: ReadPage,
    today: date,
    within: Within = "document",
    any_word: bool = False,
    sort: Sort = "relevance",
    saved: Mapping[str, str] | None = None,
    with_snippets: bool = True,
    versions: Versions = "current",
    ahead: Ahead | None = None,
) -> Stream[tuple[Document, Hit]]:
    """Yield every hit with its document, without a limit; the same order every time.

    Order: by score, or by document and page for the other sorts; ties by date, document, page.
    The query is parsed at once, so that QueryError comes before the first hit. Without snippets
    no page is read, and the hits name the beginnings of their pages. `ahead` is told of the pages
    to come.
    """
    finder = Finder(index, query, read_page, today, within, any_word, saved, versions)
    told = _told(finder, query, len(finder.pages), len(finder.pages_of_documents()))
    return Stream(finder.stream(sort, with_snippets=with_snippets, ahead=ahead), told)


def concord(
    index: Index,
    query: str,
    *,
    read_page: ReadPage,
    today: date,
    within: Within = "document",
    any_word: bool = False,
    sort: Sort = "relevance",
    saved: Mapping[str, str] | None = None,
    versions: Versions = "current",
    ahead: Ahead | None = None,
) -> Stream[FoundPage]:
    """Yield every found page with all its places, in the order of `stream`, without snippets."""
    finder = Finder(index, query, read_page, today, within, any_word, saved, versions)
    told = _told(finder, query, len(finder.pages), len(finder.pages_of_documents()))
    return Stream(finder.concord(sort, ahead), told)


def places_on(
    index: Index,
    query: str,
    document: Document,
    text: str,
    *,
    today: date,
    saved: Mapping[str, str] | None = None,
) -> Places:
    """Return the places of a query's words in one page's text, ascending, not overlapping."""
    parsed = parse(query, today=today)
    lowered = lower(
        parsed.tree,
        index,
        typed=parsed.text,
        any_word=True,
        saved=saved,
        today=today,
        asks_families=False,
    )
    page = PageText(text, document.language, index.analyzer)
    return places_of(page, [leaf.pattern for leaf in texts(lowered.plan)])


def locate(index: Index, hit_id: str, *, read_page: ReadPage) -> tuple[Document, Page, int] | None:
    """Return document, page and offset in its text that a hit id names; None when it is gone."""
    capture, _, rest = hit_id.rpartition("-p")
    number, _, start = rest.partition("-")
    if not (capture and number.isdecimal() and start.isdecimal()):
        return None
    for ordinal in index.documents.with_capture(capture):
        document = index.documents.document(ordinal)
        first, end = index.documents.first_page[ordinal : ordinal + 2]
        for page in range(first, end):
            if index.documents.page_number[page] == int(number):
                return document, read_text(index, document, page, read_page), int(start)
    return None
