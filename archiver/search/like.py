"""More like this: documents with the same telling words, and the sittings that they belong to.

The telling words of a document are those of the highest tf·idf (Salton and Buckley, 1988): often
in it, seldom elsewhere. `telling` decides purely; `like` asks the index. Writes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import log

from archiver.errors import UsageError
from archiver.index import Index
from archiver.index.columns import HAS_TEXT
from archiver.index.port import Term
from archiver.index.ranking import idf
from archiver.model import Document, Precision
from archiver.search.finder import ReadPage
from archiver.urls import url_key

WORDS = 25
"""Telling words that are looked for; more bring what any document of the archive has."""

_PAGES = 100  # of the document itself; what a long report is about is said by then
_SHORTEST = 4  # letters


@dataclass(frozen=True, slots=True)
class LikeDocument:
    """A document that is like another one; `words` are the telling words both have."""

    document: Document
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LikeSitting:
    """A sitting with such documents; `topics` are those that both sittings had."""

    site: str
    session: int
    held_on: date | None
    date_precision: Precision | None
    topics: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is like a document: the best documents, and sittings, shared topics first."""

    document: Document
    words: tuple[str, ...]
    documents: tuple[LikeDocument, ...]
    sittings: tuple[LikeSitting, ...]


def telling(
    counts: Mapping[str, int], pages_with: Callable[[str], int], pages: int, limit: int = WORDS
) -> dict[str, float]:
    """Return the terms of the highest tf·idf with their weights, the best first and 1.

    A term on one page alone leads nowhere, one on more than half of the pages says nothing.

    >>> on = {"skatepark": 5, "forum": 90, "radweg": 12, "kreuzotter": 1}
    >>> telling({"radweg": 9, "skatepark": 3, "forum": 20, "kreuzotter": 4}, on.__getitem__, 100)
    {'radweg': 1.0, 'skatepark': 0.91}
    """
    weights = {
        term: (1 + log(count)) * idf(matching, pages)
        for term, count in counts.items()
        if 1 < (matching := pages_with(term)) <= pages / 2
    }
    best = sorted(weights, key=lambda term: (-weights[term], term))[:limit]
    return {term: round(weights[term] / weights[best[0]], 2) for term in best}


def find_document(index: Index, name: str) -> int:
    """Return the ordinal of the current document with an id or a URL; raise UsageError."""
    documents = index.documents
    ordinal = documents.find(name)
    if ordinal is None:
        urls = documents.urls()
        exact = [at for url, at in urls if url == name]
        alike = exact or [at for url, at in urls if url_key(url) == url_key(name)]
        current = [at for at in alike if at not in documents.older]
        ordinal = min(current, default=None)
    if ordinal is None or ordinal in index.hidden:
        raise UsageError(
            f"no document {name!r} in the index", remedy="archiver documents lists ids and URLs"
        )
    return ordinal


def like(index: Index, name: str, *, read_page: ReadPage, limit: int = 10) -> Likeness:
    """Return at most `limit` documents, and as many sittings, that are like a document.

    `name` is its id or URL. Earlier versions of documents are left out. Raises UsageError when
    there is no such document.
    """
    own = find_document(index, name)
    document = index.documents.document(own)
    words = _words(index, own, read_page)
    matches = {word: index.match(Term("stem", stem, boost)) for word, stem, boost in words}
    scores, shared = _scores(index, matches, own)
    best = sorted(scores, key=lambda ordinal: (-scores[ordinal], ordinal))
    return Likeness(
        document,
        tuple(matches),
        tuple(
            LikeDocument(index.documents.document(at), scores[at], tuple(shared[at]))
            for at in best[:limit]
        ),
        tuple(_sittings(index, document, best, scores)[:limit]),
    )


def _words(index: Index, own: int, read_page: ReadPage) -> list[tuple[str, str, float]]:
    """Return the document's telling words as they are written, with stem and weight."""
    document = index.documents.document(own)
    analyzer, language = index.analyzer, document.language
    written: Counter[tuple[str, str]] = Counter()
    for text in _texts(index, own, read_page):
        for token in analyzer.tokens(text):
            word = token.text
            if len(word) < _SHORTEST or not word.isalpha() or analyzer.is_stop_word(word, language):
                continue
            stems = analyzer.stem_words(word, language)
            if stems:
                written[stems[0], word] += 1
    counts: Counter[str] = Counter()
    form: dict[str, str] = {}
    for (stem, word), count in written.most_common():
        counts[stem] += count
        form.setdefault(stem, word)

    def pages_with(stem: str) -> int:
        forms = index.documents.forms(stem)
        return max((index.vocabulary.count(word) for word in forms), default=0)

    weights = telling(counts, pages_with, len(index))
    return [(form[stem], stem, weight) for stem, weight in weights.items()]


def _texts(index: Index, own: int, read_page: ReadPage) -> Iterable[str]:
    documents = index.documents
    document = documents.document(own)
    yield document.title
    first, end = documents.first_page[own : own + 2]
    for page in range(first, min(end, first + _PAGES)):
        if documents.page_flags[page] & HAS_TEXT:
            number = documents.page_number[page]
            yield read_page(document.payload_digest, document.extractor, number).text


def _scores(
    index: Index, matches: Mapping[str, Mapping[int, float]], own: int
) -> tuple[dict[int, float], dict[int, list[str]]]:
    """Return each other document's best page's score, and the words on any of its pages."""
    document_of, older = index.documents.page_doc, index.documents.older
    pages: dict[int, float] = {}
    shared: dict[int, list[str]] = {}
    for word, found in matches.items():
        for page, score in found.items():
            pages[page] = pages.get(page, 0.0) + score
        for ordinal in {document_of[page] for page in found}:
            shared.setdefault(ordinal, []).append(word)
    scores: dict[int, float] = {}
    for page, score in pages.items():
        ordinal = document_of[page]
        if ordinal != own and ordinal not in older and ordinal not in index.hidden:
            scores[ordinal] = max(score, scores.get(ordinal, 0.0))
    return scores, shared


def _sittings(
    index: Index, document: Document, best: Iterable[int], scores: Mapping[int, float]
) -> list[LikeSitting]:
    """Group documents by their sittings: most shared topics first, then the best document."""
    sitting = index.documents.coded("sitting")
    own = index.documents.find(document.doc_id)
    passed = set(sitting.of(own)) if own is not None else set()
    wanted = set(document.topics)
    topics: dict[int, dict[str, None]] = {}
    first: dict[int, tuple[int, Document]] = {}
    for ordinal in best:
        codes = [code for code in sitting.of(ordinal) if code not in passed]
        if not codes:
            continue
        other = index.documents.document(ordinal)
        for code in codes:
            first.setdefault(code, (ordinal, other))
            topics.setdefault(code, {}).update(
                dict.fromkeys(topic for topic in other.topics if topic in wanted)
            )
    found = []
    for code, (ordinal, other) in first.items():
        number = sitting.values[code].removeprefix(f"{other.site} ").split(" ")[0]
        shared = tuple(topics[code])
        found.append(
            LikeSitting(
                other.site,
                int(number),
                other.held_on,
                other.date_precision,
                shared,
                scores[ordinal],
            )
        )
    return sorted(
        found, key=lambda s: (-len(s.topics), -s.score, s.site, s.session, s.held_on or date.max)
    )
