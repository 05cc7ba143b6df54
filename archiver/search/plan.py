"""The nouns of what to find: leaves for the engine, conditions on fields, and how they are joined.

Pure: no I/O, no index.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from archiver.index import port as engine
from archiver.query import tree
from archiver.search.patterns import Pattern

Check: TypeAlias = Callable[[Pattern, list[int]], list[int]]
"""Given a pattern and page ordinals, return those pages on which it is found."""


class Text(NamedTuple):
    """A leaf: pages whose text matches `page`, first pages of documents matching `document`.

    `pattern` finds it on a page; with `is_checked`, a page counts only if it does. `node` is what
    was asked for.
    """

    page: engine.Query
    pattern: Pattern
    document: engine.Query = engine.NOTHING
    is_checked: bool = False
    node: tree.Node | None = None


class Field(NamedTuple):
    """A condition on fields of documents or pages."""

    node: tree.FieldText | tree.FieldValue | tree.NumberRange | tree.DateRange


class All(NamedTuple):
    """Every part; without parts, everything."""

    parts: tuple["Plan", ...] = ()


class Any(NamedTuple):
    """At least one part; with `is_question` pages with more of the parts score better."""

    parts: tuple["Plan", ...]
    is_question: bool = False


class Without(NamedTuple):
    """Not the part."""

    part: "Plan"


Plan: TypeAlias = Text | Field | All | Any | Without


class Lowered(NamedTuple):
    """What to find: pages that pass every filter, in units for which the plan is true.

    `tree` is what was asked, settled.
    """

    filters: tuple[Plan, ...]
    plan: Plan
    tree: tree.Node
    notes: tuple[str, ...] = ()


def is_filter(plan: Plan) -> bool:
    """Tell whether a part is made of conditions on fields alone."""
    match plan:
        case Field():
            return True
        case Text():
            return False
        case Without(part):
            return is_filter(part)
        case All(parts) | Any(parts):
            return bool(parts) and all(is_filter(part) for part in parts)


def texts(plan: Plan, *, is_wanted: bool = True) -> list[Text]:
    """Return the leaves that are wanted, in order."""
    match plan:
        case Text():
            return [plan] if is_wanted else []
        case Field():
            return []
        case Without(part):
            return texts(part, is_wanted=not is_wanted)
        case All(parts) | Any(parts):
            return [leaf for part in parts for leaf in texts(part, is_wanted=is_wanted)]
