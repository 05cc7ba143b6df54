"""Word wider questions than one that found nothing, the nearest first. Pure: asks none of them."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from archiver.model import Within
from archiver.query import tree
from archiver.query.combine import conjunction, disjunction

_FILTERS = tree.FieldText | tree.FieldValue | tree.NumberRange | tree.DateRange


class Wider(NamedTuple):
    """A question in which something is left out or asked for less strictly."""

    tree: tree.Node
    within: Within
    any_word: bool


def wider(
    node: tree.Node,
    *,
    within: Within,
    any_word: bool,
    absent: Collection[tree.Node],
    near: Mapping[str, str],
) -> Iterator[Wider]:
    """Yield wider questions.

    `absent` are the leaves that nothing has, `near` maps words among them to words of the archive.

    >>> asked = tree.And((tree.Word("Radwge"), tree.Phrase(("am", "Hof"))))
    >>> near = {"Radwge": "Radwege"}
    >>> found = wider(asked, within="page", any_word=False, absent=[asked.parts[0]], near=near)
    >>> [(tree.print_query(one.tree), one.within, one.any_word) for one in found][:3]
    [('Radwege AND "am Hof"', 'page', False), ('"am Hof"', 'page', False), \
('Radwge AND am AND Hof', 'page', False)]
    """
    told: list[Wider] = []

    def new(changed: tree.Node | None, unit: Within = within, any_: bool = any_word) -> list[Wider]:
        one = None if changed is None else Wider(changed, unit, any_)
        if one is None or one in told or one == Wider(node, within, any_word):
            return []
        told.append(one)
        return [one]

    corrected = _changed(node, lambda leaf: _put_right(leaf, near))
    yield from new(corrected)
    yield from new(_changed(node, lambda leaf: None if leaf in absent else leaf))
    yield from new(_changed(node, _loosened))
    if within != "session":
        yield from new(node, "session")
    if isinstance(node, tree.And):
        for part in node.parts:
            if isinstance(part, _FILTERS | tree.Not | tree.Or):
                yield from new(_without(node, part))
    yield from new(_in_the_text(node))
    if isinstance(node, tree.And):
        yield from new(node, any_=True)
    words = corrected and _changed(corrected, _loosened)
    yield from new(words if isinstance(words, tree.And) else None, any_=True)


def _without(node: tree.And, part: tree.Node) -> tree.Node:
    rest = [[one] for one in node.parts if one is not part]
    return conjunction(rest, node.span, [])


def _changed(node: tree.Node, change: Callable[[tree.Node], tree.Node | None]) -> tree.Node | None:
    """Return a tree with its wanted leaves changed; None when nothing is left."""
    match node:
        case tree.And(parts) | tree.Or(parts):
            kept = [new for part in parts if (new := _changed(part, change)) is not None]
            if not kept or all(isinstance(part, tree.Not) for part in kept):
                return None
            if isinstance(node, tree.Or):
                return disjunction(kept, node.span)
            return conjunction([[part] for part in kept], node.span, [])
        case tree.Not() | tree.FieldText():
            return node
        case _:
            return change(node)


def _in_the_text(node: tree.Node) -> tree.Node:
    """Return a tree that asks the text for what was asked of topics, titles, groups, keywords."""
    match node:
        case tree.FieldText(_, part):
            return part
        case tree.And(parts):
            return conjunction([[_in_the_text(part)] for part in parts], node.span, [])
        case _:
            return node


def _corrected(leaf: tree.Leaf, near: Mapping[str, str]) -> tree.Leaf:
    match leaf:
        case tree.Word(text) if text in near:
            return replace(leaf, text=near[text], typed="")
        case tree.Phrase(words):
            return replace(leaf, words=tuple(near.get(word, word) for word in words))
        case _:
            return leaf


def _put_right(node: tree.Node, near: Mapping[str, str]) -> tree.Node:
    """Put near words in the place of those that nothing has."""
    match node:
        case tree.Near(parts) | tree.Adj(parts):
            return replace(node, parts=tuple(_corrected(part, near) for part in parts))
        case tree.Word() | tree.Phrase():
            return _corrected(node, near)
        case _:
            return node


def _loosened(leaf: tree.Node) -> tree.Node:
    """Return the words of a phrase or a chain, and an exact word in all its forms."""
    match leaf:
        case tree.Word(_, True):
            return replace(leaf, is_exact=False)
        case tree.Phrase(words) if len(words) > 1:
            return tree.And(tuple(tree.Word(word) for word in words), leaf.span)
        case tree.Near(parts) | tree.Adj(parts):
            return conjunction([[_loosened(part)] for part in parts], leaf.span, [])
        case _:
            return leaf
