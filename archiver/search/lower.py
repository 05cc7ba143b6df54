"""Turn the settled tree into a plan: filters, and texts an engine can find. Pure but for `Index`.

Decided here: which conditions on fields hold for every page shown (filters) and which are parts of
an OR; and that one word suffices, where that was asked for.
"""

from collections.abc import Mapping
from datetime import date
from functools import partial

from archiver.index import Index
from archiver.query import tree
from archiver.search.leaves import Leaves
from archiver.search.plan import All, Any, Field, Lowered, Plan, Text, Without, is_filter
from archiver.search.settle import settle


def lower(
    node: tree.Node,
    index: Index,
    *,
    typed: str,
    any_word: bool = False,
    saved: Mapping[str, str] | None = None,
    today: date,
    asks_families: bool = True,
) -> Lowered:
    """Return the plan of a typed tree.

    With `any_word` and `asks_families` a word of the same family suffices, too. Raises QueryError,
    pointing into `typed`, for too many matching words and unknown saved searches.
    """
    settled = settle(node, index, typed=typed, any_word=any_word, saved=saved, today=today)
    leaves = Leaves(index, typed, any_word=any_word, asks_families=asks_families)
    plan = _plan(leaves, settled.tree)
    parts = plan.parts if isinstance(plan, All) else (plan,)
    filters = tuple(part for part in parts if is_filter(part))
    rest = tuple(part for part in parts if not is_filter(part))
    plan = rest[0] if len(rest) == 1 else All(rest)
    return Lowered(filters, plan, settled.tree, settled.notes)


def _plan(leaves: Leaves, node: tree.Node) -> Plan:
    match node:
        case tree.Everything():
            return All()
        case tree.And(parts):
            return _conjunction([*map(partial(_plan, leaves), parts)], any_word=leaves.any_word)
        case tree.Or(parts):
            return Any(tuple(map(partial(_plan, leaves), parts)))
        case tree.Not(part):
            return Without(_plan(leaves, part))
        case tree.FieldText() | tree.FieldValue() | tree.NumberRange() | tree.DateRange():
            return Field(node)
        case tree.SavedQuery():
            raise AssertionError("saved searches are settled first")
        case _:
            return leaves.find(node)


def _conjunction(parts: list[Plan], *, any_word: bool) -> Plan:
    """Join by AND; with --any, texts that are wanted join by OR."""
    if any_word:
        words = [part for part in parts if isinstance(part, Text | Any)]
        if len(words) > 1:
            parts = [part for part in parts if not isinstance(part, Text | Any)]
            parts.append(Any(tuple(words), is_question=True))
    flat: list[Plan] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, All) else (part,))
    return flat[0] if len(flat) == 1 else All(tuple(flat))
