"""Say in words how a query was understood: one line a part, indented. Pure: no I/O."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from archiver.query.tree import (
    Adj,
    And,
    DateRange,
    Everything,
    FieldText,
    FieldValue,
    Fuzzy,
    Near,
    Node,
    Not,
    NumberRange,
    Or,
    Phrase,
    SavedQuery,
    Wildcard,
    Word,
    print_query,
)

Told: TypeAlias = Callable[[Node], str | None]
"""How an archive tells a leaf, None for the usual words."""


def _usual(_: Node) -> None:
    return None


def explain(tree: Node, *, told: Told = _usual) -> str:
    """Return the tree as indented lines; `told` words what only an archive knows.

    >>> print(explain(And((Word("Kultur"), Not(NumberRange("session", 3, None))))))
    all of
      the word Kultur, its other forms, and compounds with it
      not
        session from 3
    """
    return "\n".join(_lines(tree, told))


def _lines(tree: Node, told: Told) -> list[str]:
    match tree:
        case And(parts):
            return ["all of", *_indented(parts, told)]
        case Or(parts):
            return ["at least one of", *_indented(parts, told)]
        case Not(part):
            return ["not", *_indented((part,), told)]
        case FieldText(name, part):
            return [f"in the {name}", *_indented((part,), told)]
        case Near(parts, distance):
            head = f"on one page, each within {distance} words of the next, in any order"
            return [head, *_indented(parts, told)]
        case Adj(parts, distance):
            head = f"on one page, in this order, each within {distance} words of the next"
            return [head, *_indented(parts, told)]
        case _:
            return [told(tree) or _line(tree)]


def _indented(parts: Sequence[Node], told: Told) -> list[str]:
    return ["  " + line for part in parts for line in _lines(part, told)]


def _line(leaf: Node) -> str:
    match leaf:
        case Everything():
            return "every page"
        case Word(text, is_exact):
            if is_exact:
                return f"exactly the word {text}"
            return f"the word {text}, its other forms, and compounds with it"
        case Wildcard(text):
            return f"words like {text}"
        case Fuzzy(text, distance):
            return f"words that differ from {text} in at most {distance} letters"
        case Phrase(words, distance):
            among = f", with at most {distance} other words among them" if distance else ""
            return f'exactly "{" ".join(words)}"{among}'
        case FieldValue(name, text):
            return f"{name} is {text}"
        case NumberRange(name, low, high):
            return f"{name} {_bounds(low, high)}"
        case DateRange(name, start, end):
            return f"{name} {_bounds(start, end)}"
        case SavedQuery(name):
            return f"the saved search {name}"
        case _:
            return print_query(leaf)


def _bounds(low: object, high: object) -> str:
    if low == high:
        return f"is {low}"
    if low is None:
        return f"up to {high}"
    return f"from {low}" if high is None else f"from {low} to {high}"
