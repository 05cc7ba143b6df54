"""What an answer without a hit says: what is not there, near words, wider questions that do find.

Asked only when nothing was found. Writes nothing.
"""

from itertools import islice

from archiver.analysis import fold
from archiver.errors import QueryError
from archiver.index.port import POSITIONED, Term
from archiver.model import Widening
from archiver.query import print_query, tree
from archiver.search.evaluate import pages_of_filters, visible_pages
from archiver.search.finder import Finder
from archiver.search.misses import explain_miss
from archiver.search.plan import Text
from archiver.search.widen import wider

_WIDENINGS = 3
_TRIED = 10
_LONGEST = 12  # leaves of a query that wider ones are tried of: a list of words is no slip


def faults(finder: Finder) -> tuple[str, ...]:
    """Return what the filters have to do with it, and the words that nothing has."""
    told: tuple[str, ...] = ()
    if finder.lowered.filters:
        told = explain_miss(
            finder.index,
            finder.lowered.filters,
            pages_of_filters(finder.index, finder.lowered),
            visible_pages(finder.index, finder.versions),
        )
    if isinstance(finder.lowered.tree, tree.And | tree.Or):
        told += tuple(f"nothing here has {print_query(node)}" for node in absent(finder))
    return told


def absent(finder: Finder) -> list[tree.Node]:
    """Return the wanted leaves that no page matches."""
    visible = visible_pages(finder.index, finder.versions)
    nodes = {text.node: text for text in finder.wanted if text.node is not None}
    return [node for node, text in nodes.items() if not _is_anywhere(finder, text, visible)]


def _is_anywhere(finder: Finder, text: Text, visible: set[int]) -> bool:
    pages = visible.intersection(
        (*finder.index.match(text.page), *finder.index.match(text.document))
    )
    return bool(finder.check(text.pattern, sorted(pages)) if text.is_checked else pages)


def near_words(finder: Finder) -> dict[str, list[str]]:
    """Return for words that no text has the near ones of the archive, as they are written."""
    if finder.index.hidden:  # words of what is hidden must not be proposed
        return {}
    index, found = finder.index, dict[str, list[str]]()
    for text in finder.wanted[:_LONGEST]:
        for word in () if text.node is None else _words(text.node):
            is_known = all(map(index.vocabulary.count, index.analyzer.exact_words(word)))
            if is_known or (isinstance(text.node, tree.Word) and index.match(text.page)):
                continue
            near = index.vocabulary.suggest(fold(word))
            found[word] = [_as_written(finder, term) for term in near]
    return found


def _words(node: tree.Node) -> list[str]:
    """Return the words that a leaf wants, as typed."""
    match node:
        case tree.Word(text):
            return [text]
        case tree.Phrase(words):
            return [*words]
        case tree.Near(parts) | tree.Adj(parts):
            return [word for part in parts for word in _words(part)]
        case _:
            return []


def _as_written(finder: Finder, term: str) -> str:
    """Return a folded word as it stands on the first page that has it."""
    index = finder.index
    for page in sorted(index.match(Term(POSITIONED, term)))[:1]:
        document = index.documents.document(index.documents.page_doc[page])
        text = finder.page_text(document, page)
        for place in text.of_word(term)[:1]:
            word = text.words[place]
            return text.text[word.start : word.end]
    return term


def widenings(finder: Finder, near: dict[str, list[str]]) -> tuple[Widening, ...]:
    """Return wider questions that do find something, the nearest first."""
    if len(finder.wanted) > _LONGEST:
        return ()
    questions = wider(
        finder.lowered.tree,
        within=finder.within,
        any_word=finder.any_word,
        absent=absent(finder),
        near={word: words[0] for word, words in near.items() if words},
    )
    found: list[Widening] = []
    for asked in islice(questions, _TRIED):
        query = print_query(asked.tree)
        try:
            other = finder.asking(query, asked.within, any_word=asked.any_word)
        except QueryError:  # beyond a limit
            continue
        total, documents = len(other.pages), len(other.pages_of_documents())
        if total and total not in {one.total for one in found}:
            found.append(Widening(query, asked.within, asked.any_word, total, documents))
        if len(found) == _WIDENINGS:
            break
    return tuple(found)
