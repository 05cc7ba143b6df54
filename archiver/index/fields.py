"""How a document's page becomes an entry of the index, and when it must become one anew.

Pure: no I/O.
"""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from archiver import codec
from archiver.analysis import ANALYSIS_VERSION, Analyzer
from archiver.index.port import POSITIONED, PageEntry
from archiver.model import Document, Page

SCHEMA_VERSION = 7
"""Raised with every change of fields, columns or files; part of every fingerprint."""

_VERSIONS = f"{SCHEMA_VERSION}.{ANALYSIS_VERSION}"


def page_id(doc_id: str, number: int) -> str:
    """Return the id of a page in the index.

    >>> page_id("d1", 7)
    'd1/7'
    """
    return f"{doc_id}/{number}"


def fingerprint(document: Document) -> str:
    """Return what changes when anything of the document does that the index knows.

    Payload digest and extractor stand for the pages' texts; the resolved fields, analysis and
    schema versions are in it, too.
    """
    return fingerprint_of(codec.to_json(document))


def fingerprint_of(data: bytes) -> str:
    """Return `fingerprint` of a document from its JSON."""
    return _digest(data.decode())


def text_fingerprint(document: Document) -> str:
    """Return what changes when the terms of the document's pages must be made anew."""
    return _digest(document.payload_digest, document.extractor, document.language)


def head_fingerprint(document: Document) -> str:
    """Return what changes when the fields on the document's first page must be made anew."""
    values = (document.title, document.topics, document.groups, document.keywords)
    return _digest(codec.to_json(values).decode(), document.language)


def page_fingerprint(document_fingerprint: str, number: int) -> str:
    """Return the fingerprint of one page of a document with this fingerprint."""
    return _digest(document_fingerprint, str(number))


def is_searchable(page: Page, *, is_first: bool) -> bool:
    """Tell whether a page gets an entry: it has text, or it carries its document's title."""
    return is_first or bool(page.text.strip())


class PageTexts(NamedTuple):
    """What a page's entry is made of: its text, and the texts of the fields around it."""

    key: int
    language: str
    text: str
    around: Mapping[str, str]


def page_texts(document: Document, page: Page, *, key: int, is_first: bool) -> PageTexts:
    """Gather a page's texts; the first of a document carries title, topics, groups, keywords."""
    around = {"heading": page.heading} if page.heading else {}
    if is_first:
        around |= {
            "title": document.title,
            "topic": "\n".join(document.topics),
            "group": "\n".join(document.groups),
            "keyword": "\n".join(document.keywords),
        }
    return PageTexts(key, document.language, page.text, around)


def page_entry(page: PageTexts, analyzer: Analyzer) -> PageEntry:
    """Analyse the texts of one page."""
    exact, stem = analyzer.lines(_encodable(page.text), page.language)
    terms = {"stem": stem, POSITIONED: exact}
    for field, value in page.around.items():
        if value:
            terms[field] = analyzer.line_around(_encodable(value), page.language)
    return PageEntry(page.key, terms)


def words_of(text: str, analyzer: Analyzer) -> list[str]:
    """Return the terms of `exact` of a page's text, as `page_entry` makes them."""
    return analyzer.exact_words(_encodable(text))


def _encodable(text: str) -> str:
    """Replace lone surrogates, which broken fonts give and no file takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


def _digest(*parts: str) -> str:
    """Return 128 bits over the parts and the versions, as hex."""
    joined = "\0".join((_VERSIONS, *parts))
    return hashlib.blake2b(joined.encode(), digest_size=16).hexdigest()
