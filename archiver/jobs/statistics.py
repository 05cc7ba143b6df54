"""Counts the places of a query by sitting and time, and all words of the archive beside them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from archiver.export.statistics import Statistics, Tally
from archiver.jobs.holdings import open_holdings, say_nothing
from archiver.jobs.question import Question
from archiver.model import MISSING_YEAR, Answer, Document
from archiver.workspace import Workspace

_WORD = re.compile(r"[^\W_]+(?:[-‐‑'’][^\W_]+)*")


def statistics(
    workspace: Workspace, question: Question, *, tell: Callable[[Answer], None] = say_nothing
) -> Statistics:
    """Count a question's places; reads every page of the archive once for its words.

    `tell` gets totals and remarks before.

    Raises QueryError, GenerationError.
    """
    with open_holdings(workspace) as holdings:
        tally = Tally()
        counted: set[str] = set()
        pages = holdings.pages(replace(question, sort="date"))
        tell(pages.answer)
        for found in pages:
            document = found.document
            if holdings.is_withdrawn(document.captures[0]):
                continue
            month = month_of(document)
            tally.add_page(document.sessions, month, len(found.places))
            if document.doc_id not in counted:
                counted.add(document.doc_id)
                tally.add_document(document.sessions, month, document.topics)
        for ordinal, document in holdings.documents():
            words = sum(count_words(text) for _, text in holdings.page_texts(ordinal))
            tally.add_words(document.sessions, month_of(document), words)
        return tally.statistics(
            query=question.query,
            normalised=pages.normalised,
            generation=holdings.index.generation,
        )


def month_of(document: Document) -> str:
    """Return the month a document's sitting began in, as YYYY-MM; empty when it is not known.

    A date known to the year only counts for the year: its month is left empty.
    """
    day: date | None = document.held_on
    if day is None or day.year == MISSING_YEAR:
        return ""
    is_vague = document.date_precision in ("year", "half", "quarter")
    return f"{day:%Y}" if is_vague else f"{day:%Y-%m}"


def count_words(text: str) -> int:
    """Count the words of a text; hyphened ones are one.

    >>> count_words("Die Stadtteil-Kultur 2011, sagt er.")
    5
    """
    return sum(1 for _ in _WORD.finditer(text))
