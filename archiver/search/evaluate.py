"""Judge a plan over pages, documents or sittings, and find the pages to show.

A leaf is true of a unit when one of its pages matches, NOT when none does. Shown are, in units for
which the whole is true, the pages that match a wanted leaf; in a unit without such a page (it is
true by a NOT, or there are only filters) all pages. Works on sets of integers only.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from archiver.index import Index
from archiver.index import port as engine
from archiver.index.ranking import coordination
from archiver.model import Within
from archiver.model.results import Versions
from archiver.search import filters
from archiver.search.plan import All, Any, Check, Field, Lowered, Plan, Text, Without

LIST_WEIGHT = 0.6
"""What a list names is told elsewhere: it shall not stand before the pages that it leads to."""

COMPANY = 0.5
"""What a page's whole document says counts half of what it says itself, as the mean of its pages:
one page of a report on everything shall not stand before a document that is all about it."""

_LISTS = frozenset({"overview", "topic"})


class _Found(NamedTuple):
    """Units for which a part is true; pages that match its wanted leaves, with scores.

    The pages stand in several parts; a page's scores add up.
    """

    units: set[int]
    pages: tuple[dict[int, float], ...]


def evaluate(
    index: Index, lowered: Lowered, *, within: Within, check: Check, versions: Versions = "current"
) -> dict[int, float]:
    """Return the ordinals of the pages to show with their scores.

    `check` verifies on the pages' texts what no engine answers.
    """
    evaluation = _Evaluation(index, lowered, within, check)
    if index.hidden or (versions == "current" and index.documents.older):
        evaluation.universe = visible_pages(index, versions)
    pages = evaluation.run()
    return _first(index, pages) if versions == "first" else pages


def evaluate_best(
    index: Index,
    lowered: Lowered,
    number: int,
    *,
    within: Within,
    versions: Versions = "current",
    with_pages: bool,
) -> engine.Top | None:
    """Return of `evaluate` the best `number` pages or more, and how many it has.

    Only an engine that judges the whole query by itself knows them without all the others: every
    document is a page, none is left out, and nothing is asked of columns or places. None otherwise.
    """
    evaluation = _Evaluation(index, lowered, within, _never)
    query = _as_query(lowered.plan)
    are_all_wanted = not lowered.filters and not index.hidden and versions != "first"
    if query is None or not are_all_wanted or not evaluation.is_every_unit_a_page():
        return None
    if versions == "current" and index.documents.older:
        return None
    lists = evaluation.lists()
    asked = number
    while True:
        top = index.top(query, asked, with_pages=with_pages)
        if lists.isdisjoint(top.best):
            return top
        least = min(top.best.values())
        scores = {p: s * LIST_WEIGHT if p in lists else s for p, s in top.best.items()}
        kept = {page: score for page, score in scores.items() if score >= least}
        if len(top.best) == top.total:
            return top._replace(best=scores)
        if len(kept) >= number:  # what has not been looked at is below
            return top._replace(best=kept)
        asked *= 8


def visible_pages(index: Index, versions: Versions) -> set[int]:
    """Return the ordinals of all pages that may be shown."""
    left_out = set(index.hidden)
    if versions == "current":
        left_out.update(index.documents.older)
    return set(range(len(index))) - filters.pages_of(index, left_out)


def pages_of_filters(index: Index, lowered: Lowered) -> list[set[int]]:
    """Return for each filter the ordinals of the pages that meet it, shown or not."""
    evaluation = _Evaluation(index, lowered, "page", _never)
    return [evaluation.filtered(part) for part in lowered.filters]


def _never(_: object, __: list[int]) -> list[int]:
    raise AssertionError("the engine judges it")


def _first(index: Index, pages: dict[int, float]) -> dict[int, float]:
    """Return the pages of the earliest version of each document that is among them."""
    document_of, older = index.documents.page_doc, index.documents.older
    newest = 1 << 60
    earliest: dict[int, tuple[int, int]] = {}
    for document in {document_of[page] for page in pages}:
        current, version = older.get(document, (document, newest))
        known = earliest.get(current)
        if known is None or (version, document) < known:
            earliest[current] = version, document
    wanted = {document for _, document in earliest.values()}
    return {page: score for page, score in pages.items() if document_of[page] in wanted}


class _Evaluation:
    def __init__(self, index: Index, lowered: Lowered, within: Within, check: Check) -> None:
        self.index = index
        self.lowered = lowered
        self.check = check
        self.within = within
        self.page_doc = index.documents.page_doc
        self.first_page = index.documents.first_page
        self.universe: set[int] | None = None
        self._everything: _Found | None = None
        ways: dict[Within, Callable[[Iterable[int]], set[int]]] = {
            "page": set,
            "document": self._documents,
            "session": self._sittings,
        }
        self.units_of = ways[within]

    def run(self) -> dict[int, float]:
        for part in self.lowered.filters:
            pages = self.filtered(part)
            self.universe = pages if self.universe is None else self.universe & pages
        shown = self.in_company(self.shown(self.lowered.plan))
        for page in self.lists().intersection(shown):
            shown[page] *= LIST_WEIGHT
        return shown

    def lists(self) -> set[int]:
        """Return the pages of lists of what is told elsewhere."""
        documents = self.index.documents.coded("kind").documents_with(_LISTS.__contains__)
        return filters.pages_of(self.index, documents)

    def in_company(self, shown: dict[int, float]) -> dict[int, float]:
        """Add to each page's score its share of its document's mean."""
        if self.index.documents.count == len(self.index) or not any(shown.values()):
            return shown  # of single pages all would grow alike
        document_of, first = self.page_doc, self.first_page
        sums: dict[int, float] = {}
        for page, score in shown.items():
            document = document_of[page]
            sums[document] = sums.get(document, 0.0) + score
        more = {
            document: COMPANY * score / (first[document + 1] - first[document])
            for document, score in sums.items()
        }
        return {page: score + more[document_of[page]] for page, score in shown.items()}

    def shown(self, plan: Plan) -> dict[int, float]:
        """Return the found pages of the units, and all pages of units without one."""
        if self.is_every_unit_a_page() and (query := _as_query(plan)) is not None:
            return self.passed(self.index.match(query))
        if _is_made_of_texts(plan):
            return _added(self.pages_of_texts(plan))  # the units are those of these pages
        found = self.judge(plan)
        shown = _added([self.within_units(part, found.units) for part in found.pages])
        without_pages = found.units - self.units_of(shown)
        if without_pages:
            pages = self.everything().pages[0]
            for page in self.within_units(pages, without_pages):
                shown.setdefault(page, 0.0)
        return shown

    def is_every_unit_a_page(self) -> bool:
        """Tell whether to judge units is to judge pages, which the engine does by itself."""
        return self.within != "session" and self.index.documents.count == len(self.index)

    def within_units(self, pages: dict[int, float], units: set[int]) -> dict[int, float]:
        """Return those of the pages that lie in the units."""
        if self.within == "page":
            return {page: pages[page] for page in units.intersection(pages)}
        if self.within == "document":
            first = self.first_page
            ranges = [range(first[document], first[document + 1]) for document in units]
            if sum(map(len, ranges)) < len(pages):
                return {page: pages[page] for own in ranges for page in own if page in pages}
        return {page: score for page, score in pages.items() if self.is_in(page, units)}

    def is_in(self, page: int, units: set[int]) -> bool:
        if self.within == "page":
            return page in units
        document = self.page_doc[page]
        if self.within == "document":
            return document in units
        return not units.isdisjoint(self._sittings_of(document))

    def _documents(self, pages: Iterable[int]) -> set[int]:
        return set(map(self.page_doc.__getitem__, pages))

    def _sittings(self, pages: Iterable[int]) -> set[int]:
        units: set[int] = set()
        for document in self._documents(pages):
            units.update(self._sittings_of(document))
        return units

    def _sittings_of(self, document: int) -> Iterable[int]:
        """Return the sittings of a document; one without is a unit for itself."""
        return self.index.documents.coded("sitting").of(document) or (-1 - document,)

    def filtered(self, plan: Plan) -> set[int]:
        """Return all pages that meet conditions on fields, judged page by page."""
        match plan:
            case Field(node):
                return filters.pages_with(self.index, node)
            case Without(part):
                return set(range(len(self.index))) - self.filtered(part)
            case Any(parts):
                return set().union(*(self.filtered(part) for part in parts))
            case All(parts):
                return set.intersection(*(self.filtered(part) for part in parts))
            case Text():
                raise AssertionError("a text is no filter")

    def everything(self) -> _Found:
        """Return all pages that pass the filters."""
        if self._everything is None:
            pages = range(len(self.index)) if self.universe is None else self.universe
            self._everything = _Found(self.units_of(pages), (dict.fromkeys(pages, 0.0),))
        return self._everything

    def judge(self, plan: Plan) -> _Found:
        match plan:
            case Text():
                pages = self.text(plan)
                return _Found(self.units_of(pages), (pages,))
            case Field(node):
                passed = filters.pages_with(self.index, node)
                pages = dict.fromkeys(self.passing(passed), 0.0)
                return _Found(self.units_of(pages), (pages,))
            case Without(part):
                return _Found(self.everything().units - self.judge(part).units, ())
            case All(parts):
                return self.all_of([self.judge(part) for part in parts])
            case Any(parts, is_question):
                found = [self.judge(part) for part in parts]
                units: set[int] = set().union(*(part.units for part in found))
                pages_of_parts = [part.pages for part in found]
                return _Found(units, _either(pages_of_parts, is_question=is_question))

    def passing(self, pages: Iterable[int]) -> Iterable[int]:
        if self.universe is None:
            return pages
        return [page for page in pages if page in self.universe]

    def all_of(self, found: list[_Found]) -> _Found:
        if not found:
            return _Found(self.everything().units, ())
        units = set.intersection(*sorted((part.units for part in found), key=len))
        return _Found(units, tuple(pages for part in found for pages in part.pages))

    def pages_of_texts(self, plan: Plan) -> tuple[dict[int, float], ...]:
        """Return what `judge` does of texts one of which suffices, without their units."""
        match plan:
            case Text():
                return (self.text(plan),)
            case Any(parts, is_question):
                found = [self.pages_of_texts(part) for part in parts]
                return _either(found, is_question=is_question)
            case _:
                raise AssertionError("not made of texts")

    def passed(self, pages: dict[int, float]) -> dict[int, float]:
        """Leave out what the filters do not let through."""
        if self.universe is None:
            return pages
        return {page: score for page, score in pages.items() if page in self.universe}

    def text(self, leaf: Text) -> dict[int, float]:
        """Return the pages that match a leaf, with scores; titles and topics count for all."""
        pages = self.index.match(leaf.page)
        document_of, first = self.page_doc, self.first_page
        titled = {document_of[p]: s for p, s in self.index.match(leaf.document).items()}
        for document, more in titled.items():
            for page in range(first[document], first[document + 1]):
                if page in pages:
                    pages[page] += more
        for document, score in titled.items():
            pages.setdefault(first[document], score)
        pages = self.passed(pages)
        if leaf.is_checked:
            pages = {page: pages[page] for page in self.check(leaf.pattern, sorted(pages))}
        return pages


def _added(parts: Sequence[dict[int, float]]) -> dict[int, float]:
    if len(parts) < 2:
        return parts[0] if parts else {}
    total = dict(parts[0])
    known = total.get
    for part in parts[1:]:
        total.update([(page, known(page, 0.0) + score) for page, score in part.items()])
    return total


def _either(
    found: list[tuple[dict[int, float], ...]], *, is_question: bool
) -> tuple[dict[int, float], ...]:
    """Join the pages of parts of which one suffices; to a question, the more the better."""
    pages = tuple(part for parts in found for part in parts)
    if not is_question:
        return pages
    matched = Counter(page for parts in found for page in _added(parts))
    factors = [coordination(count, len(found)) for count in range(len(found) + 1)]
    return ({page: score * factors[matched[page]] for page, score in _added(pages).items()},)


def _as_query(plan: Plan) -> engine.Query | None:
    """Return the plan as one query, if every document is a page; None if it has to be judged here.

    A NOT asks for what is not found, a filter for columns, nearness for places.
    """
    match plan:
        case Text() if not plan.is_checked:
            return engine.Or((plan.page, plan.document))
        case All(parts) | Any(parts, False) if parts:
            queries = [query for part in parts if (query := _as_query(part)) is not None]
            if len(queries) < len(parts):
                return None
            return (engine.And if isinstance(plan, All) else engine.Or)(tuple(queries))
        case _:
            return None


def _is_made_of_texts(plan: Plan) -> bool:
    """Tell whether a plan is a text, or texts of which one suffices."""
    return isinstance(plan, Text) or (
        isinstance(plan, Any) and bool(plan.parts) and all(map(_is_made_of_texts, plan.parts))
    )
