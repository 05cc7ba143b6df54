"""The query language: typed text to a tree of meaning, with errors that point at their place.

`parse` reads a query, `print_query` writes its normalised form, `explain` says in words how it
was understood. Pure: no I/O, no clock (`today` is an argument), no engine.
"""

from archiver.query.explain import explain
from archiver.query.parse import Parsed, parse
from archiver.query.tree import (
    Adj,
    And,
    DateRange,
    Everything,
    FieldText,
    FieldValue,
    Fuzzy,
    Leaf,
    Near,
    Node,
    Not,
    NumberRange,
    Or,
    Phrase,
    SavedQuery,
    Span,
    Wildcard,
    Word,
    moved,
    print_query,
    walk,
)

__all__ = [
    "Adj",
    "And",
    "DateRange",
    "Everything",
    "FieldText",
    "FieldValue",
    "Fuzzy",
    "Leaf",
    "Near",
    "Node",
    "Not",
    "NumberRange",
    "Or",
    "Parsed",
    "Phrase",
    "SavedQuery",
    "Span",
    "Wildcard",
    "Word",
    "explain",
    "moved",
    "parse",
    "print_query",
    "walk",
]
