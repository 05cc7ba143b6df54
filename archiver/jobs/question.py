"""What is asked of an archive: words and filters joined to one query, and how it is to be answered.

Pure: no I/O.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # completing a word in a shell needs no more than FILTERS
    from archiver.model.results import Sort, Versions, Within

FILTERS = ("session", "date", "topic", "group", "kind", "role", "type", "site")
"""The fields a query is narrowed by: options of commands, columns of a file of queries."""

_OR = frozenset(("OR", "ODER", "|"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of an archive. `filters` are the restrictions shown in a manifest."""

    query: str
    today: date
    within: "Within" = "document"
    any_word: bool = False
    sort: "Sort" = "relevance"
    filters: Mapping[str, str] = field(default_factory=dict)
    versions: "Versions" = "current"


def query_of(words: str, filters: Mapping[str, Sequence[str]]) -> str:
    """Join words and the values of filters to one query; empty when there is nothing to ask.

    >>> query_of("Rad ODER Fuß", {"session": ["20..30"], "topic": ["neue Mitte"]})
    '(Rad ODER Fuß) session:20..30 topic:(neue Mitte)'
    """
    words = words.strip()
    parts = [
        f"{name}:({value})" if len(value.split()) > 1 else f"{name}:{value}"
        for name in FILTERS
        for value in filters.get(name, ())
        if value.strip()
    ]
    if parts and _OR.intersection(words.split()):
        words = f"({words})"
    return " ".join(filter(None, (words, *parts)))
