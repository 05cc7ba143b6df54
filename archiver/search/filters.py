"""Conditions on fields, answered from the index's columns: which pages have such a value.

Text fields (topic, title, group, keyword) are analysed like text; their words are looked up in the
engine, their phrases and patterns in the values themselves.
"""

import re
from collections.abc import Callable, Iterable

from archiver.analysis import LANGUAGES, fold
from archiver.index import Index
from archiver.index import port as engine
from archiver.index.columns import IS_OCR, day_number
from archiver.index.vocabulary import edit_distance, wildcard
from archiver.query import tree
from archiver.search.patterns import Either, InOrder, PageText

_QUESTION = "\0"  # in sites and URLs a question mark stands for itself
_DAYS = {"date": ("held_on", "held_until"), "captured": ("captured_on", "captured_on")}


def pages_with(
    index: Index, node: tree.FieldText | tree.FieldValue | tree.NumberRange | tree.DateRange
) -> set[int]:
    """Return the ordinals of all pages that meet a condition."""
    match node:
        case tree.NumberRange("page", low, high):
            return _with_number(index, low, high)
        case tree.FieldValue("has", "ocr"):
            flags = index.documents.page_flags
            return {page for page, flag in enumerate(flags) if flag & IS_OCR}
        case tree.FieldText(_, part):
            return pages_of(index, _documents_matching(index, node.field, part))
        case _:
            return pages_of(index, _documents_with(index, node))


def pages_of(index: Index, documents: Iterable[int]) -> set[int]:
    """Return the pages of documents."""
    first = index.documents.first_page
    pages: set[int] = set()
    for document in documents:
        pages.update(range(first[document], first[document + 1]))
    return pages


def _with_number(index: Index, low: int | None, high: int | None) -> set[int]:
    numbers = index.documents.page_number
    least, most = low or 0, high if high is not None else max(numbers, default=0)
    return {page for page, number in enumerate(numbers) if least <= number <= most}


def _documents_with(
    index: Index, node: tree.FieldValue | tree.NumberRange | tree.DateRange
) -> set[int]:
    documents = index.documents
    match node:
        case tree.NumberRange(_, low, high):
            return documents.coded("session").documents_with(
                lambda value: (
                    (low is None or int(value) >= low) and (high is None or int(value) <= high)
                )
            )
        case tree.DateRange(name, start, end):
            begins, ends = _DAYS[name]
            first = day_number(start) or 1
            last = day_number(end) or 1 << 30
            days = zip(documents.days(begins), documents.days(ends), strict=True)
            found = {i for i, (b, e) in enumerate(days) if b and b <= last and e >= first}
            if name == "date":  # two sittings may share a document
                also = iter(documents.days("also_on"))
                found |= {i for i, day in zip(also, also, strict=True) if first <= day <= last}
            return found
        case tree.FieldValue("url", text):
            is_like = _like(text, is_whole=False)
            return {ordinal for url, ordinal in documents.urls() if is_like(url)}
        case tree.FieldValue("site", text):
            return documents.coded("site").documents_with(_like(text, is_whole=True))
        case tree.FieldValue(name, text):
            wanted = text.casefold()
            return documents.coded(name).documents_with(lambda value: value.casefold() == wanted)


def _like(text: str, *, is_whole: bool) -> Callable[[str], bool]:
    """Return a test for text in which `*` stands for any characters, letter case aside."""
    pattern = text.casefold().replace("?", _QUESTION)
    expression = re.compile(wildcard(pattern if is_whole else f"*{pattern}*"), re.DOTALL)
    return lambda v: expression.fullmatch(v.casefold().replace("?", _QUESTION)) is not None


def _documents_matching(index: Index, name: str, part: tree.Node) -> set[int]:
    """Return the documents whose text field matches a text query."""
    match part:
        case tree.And(parts):
            return set.intersection(*(_documents_matching(index, name, p) for p in parts))
        case tree.Or(parts):
            return set.union(*(_documents_matching(index, name, p) for p in parts))
        case tree.Not(inner):
            everything = set(range(index.documents.count))
            return everything - _documents_matching(index, name, inner)
        case tree.Word(text, False):
            return _with_word(index, name, text)
        case tree.Word() | tree.Phrase() | tree.Wildcard() | tree.Fuzzy():
            return _with_values(index, name, _value_test(index, part))
        case _:  # `topic:*`
            return _with_values(index, name, bool)


def _with_word(index: Index, name: str, word: str) -> set[int]:
    alternatives = dict.fromkeys(
        terms for language in LANGUAGES for terms in index.analyzer.around_terms(word, language)
    )
    query = engine.Or(
        tuple(engine.And(tuple(engine.Term(name, t) for t in terms)) for terms in alternatives)
    )
    document_of = index.documents.page_doc
    return {document_of[page] for page in index.match(query)}


def _with_values(index: Index, name: str, is_wanted: Callable[[str], bool]) -> set[int]:
    """Return the documents with a value of the field that is wanted."""
    if name == "title":
        titles = enumerate(document.title for document in index.all_documents())
        return {ordinal for ordinal, title in titles if is_wanted(title)}
    return index.documents.coded(name).documents_with(is_wanted)


def _value_test(
    index: Index, leaf: tree.Word | tree.Phrase | tree.Wildcard | tree.Fuzzy
) -> Callable[[str], bool]:
    """Return a test for exact words, phrases and patterns in a value."""
    analyzer = index.analyzer
    if isinstance(leaf, tree.Wildcard | tree.Fuzzy):
        is_like = _word_test(leaf)
        return lambda value: any(is_like(word) for word in analyzer.exact_words(value))
    typed = leaf.words if isinstance(leaf, tree.Phrase) else (leaf.text,)
    between = leaf.distance if isinstance(leaf, tree.Phrase) else 0
    ways = [tuple(terms) for terms in analyzer.phrases(" ".join(typed)) if terms]
    pattern = Either(tuple(InOrder(terms, between) for terms in ways))
    return lambda value: bool(pattern.find(PageText(value, "de", analyzer)))


def _word_test(leaf: tree.Wildcard | tree.Fuzzy) -> Callable[[str], bool]:
    wanted = fold(leaf.text)
    if isinstance(leaf, tree.Fuzzy):
        return lambda word: edit_distance(wanted, word, leaf.distance) <= leaf.distance
    expression = re.compile(wildcard(wanted))
    return lambda word: expression.fullmatch(word) is not None
