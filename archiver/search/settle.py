"""Settle what a typed tree asks of this archive: still a tree, before any engine's terms.

Saved searches are put in their place; neighbouring words that texts have as one are one ("§ 7 a",
"14. Oktober 2011"); stop words beside others are left out, with a note. Pure but for `Index`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from archiver.analysis import spellings
from archiver.errors import QueryError
from archiver.index import Index
from archiver.query import moved, parse, tree
from archiver.query.combine import conjunction, disjunction, negation
from archiver.search.leaves import languages_of

_SAVED_DEPTH = 5
_SAVED_MOST = 50  # saved searches in one query, those in them too
_SITTING = re.compile(r"\w*(?:sitzung|forum|forums|versammlung|konferenz|treffen|tagung)")
_LIKE_OPERATORS = {"oder": "ODER", "or": "OR", "nicht": "NICHT", "not": "NOT"}


class Settled(NamedTuple):
    """What is asked, and the remarks a person should read about it."""

    tree: tree.Node
    notes: tuple[str, ...] = ()


def settle(
    node: tree.Node,
    index: Index,
    *,
    typed: str,
    any_word: bool = False,
    saved: Mapping[str, str] | None = None,
    today: date,
) -> Settled:
    """Return the settled tree; raise QueryError, pointing into `typed`, for saved searches.

    With `any_word` nothing is noted of words left out: one suffices anyway.
    """
    settling = _Settling(index, typed, saved or {}, today)
    settled = settling.settled(settling.resolve(node))
    notes = [*settling.notes]
    if settling.left_out and not any_word:
        words = ", ".join(dict.fromkeys(settling.left_out))
        notes.append(f"left out, because they say too little: {words} (quote or = keeps them)")
        notes += [
            f"{word} is a word here – the operator is {meant}"
            for word in settling.left_out
            if (meant := _LIKE_OPERATORS.get(word.lower()))
        ]
    notes += [*_ambiguous(settled, index), *_named_sittings(settled, index)]
    return Settled(settled, tuple(dict.fromkeys(notes)))


def _ambiguous(settled: tree.Node, index: Index) -> list[str]:
    """Return what short forms may stand for that this archive has, too, and how to ask for it."""
    asked = {
        word.text
        for word, is_wanted in tree.walk(settled)
        if is_wanted and isinstance(word, tree.Word) and not word.is_exact
    }
    notes = []
    for short in sorted(asked):
        meant = spellings.AMBIGUOUS.get(short.lower(), ()) if short.isupper() else ()
        stems = {index.analyzer.query_terms(long)[0][0]: long for long in meant}
        here = index.documents.known_stems([*stems]) if stems else frozenset()
        known = [long for stem, long in stems.items() if stem in here and long not in asked]
        if known:
            either = " ODER ".join((short, *known))
            what = f"{short} is found as written – what it may be short for is here, too"
            notes.append(f"{what}: {either}")
    return notes


def _named_sittings(settled: tree.Node, index: Index) -> list[str]:
    """Return how to ask for a sitting that the words name ("28. Sitzung", "Forum 28")."""
    known = index.documents.coded("session").values
    notes = []
    for node, is_wanted in tree.walk(settled):
        if not is_wanted or not isinstance(node, tree.And):
            continue
        for one, other in pairwise(node.parts):
            if not (isinstance(one, tree.Word) and isinstance(other, tree.Word)):
                continue
            number, name = (one, other) if one.text.isdecimal() else (other, one)
            has_point = number.typed.endswith(".") if number is one else True
            if number.text in known and has_point and _SITTING.fullmatch(name.text.lower()):
                notes.append(
                    f"what belongs to sitting {number.text} is asked for by #{number.text}"
                )
    return notes


class _Settling:
    def __init__(self, index: Index, typed: str, saved: Mapping[str, str], today: date) -> None:
        self.analyzer = index.analyzer
        self.main_language = languages_of(index)[0]
        self.typed = typed
        self.saved = saved
        self.today = today
        self.notes: list[str] = []
        self.left_out: list[str] = []
        self.saved_depth = 0
        self.saved_count = 0

    def error(self, node: tree.Node, message: str, remedy: str | None) -> QueryError:
        start, end = node.span
        return QueryError(
            message, query=self.typed, position=start, length=max(1, end - start), remedy=remedy
        )

    def resolve(self, node: tree.Node) -> tree.Node:
        """Put saved searches in their place."""
        match node:
            case tree.SavedQuery(name):
                return self.load(node, name)
            case tree.And(parts, span):
                return conjunction([[self.resolve(part)] for part in parts], span, [])
            case tree.Or(parts, span):
                return disjunction([self.resolve(part) for part in parts], span)
            case tree.Not(part, span):
                return negation(self.resolve(part), span)
            case _:
                return node

    def load(self, node: tree.SavedQuery, name: str) -> tree.Node:
        """Read a saved search; what is wrong with it is told where it is named."""
        if name not in self.saved:
            known = ", ".join(sorted(self.saved)) or "none"
            raise self.error(node, f"no saved search `{name}`", f"known: {known}")
        self.saved_count += 1
        if self.saved_depth == _SAVED_DEPTH or self.saved_count > _SAVED_MOST:
            raise self.error(node, "saved searches name each other", "name each once")
        try:
            parsed = parse(self.saved[name], today=self.today)
        except QueryError as error:
            message = f"saved search {name} is wrong: {error.message}"
            raise self.error(node, message, error.remedy) from None
        self.notes += [f"saved search {name}: {note}" for note in parsed.notes]
        self.saved_depth += 1
        try:
            return self.resolve(moved(parsed.tree, node.span))
        finally:
            self.saved_depth -= 1

    def settled(self, node: tree.Node, *, may_drop: bool | None = None) -> tree.Node:
        """Join words and leave stop words out, where something else is asked for beside them."""
        drops = self.says_anything(node) if may_drop is None else may_drop
        match node:
            case tree.And(parts):
                kept = self.kept(self.together(parts)) if drops else self.together(parts)
                return self.joined_again(node, [self.settled(p, may_drop=drops) for p in kept])
            case tree.Or(parts):
                kept = self.kept(parts) if drops else parts
                return self.joined_again(node, [self.settled(p, may_drop=drops) for p in kept])
            case tree.Not(part):
                return replace(node, part=self.settled(part, may_drop=drops))
            case tree.FieldText(_, part):
                return replace(node, part=self.settled(part))
            case _:
                return node

    @staticmethod
    def joined_again(node: tree.And | tree.Or, parts: list[tree.Node]) -> tree.Node:
        return parts[0] if len(parts) == 1 else replace(node, parts=tuple(parts))

    def kept(self, parts: Sequence[tree.Node]) -> Sequence[tree.Node]:
        """Return the parts that are no stop words; all of them when there is no other."""
        kept = [part for part in parts if self.says_something(part)]
        if not kept:
            return parts
        self.left_out += [
            part.text for part in parts if isinstance(part, tree.Word) and part not in kept
        ]
        return kept

    def says_something(self, node: tree.Node) -> bool:
        """Tell whether a part is no stop word."""
        if not isinstance(node, tree.Word) or node.is_exact:
            return True
        return not self.analyzer.is_stop_word(node.text, self.main_language)

    def says_anything(self, node: tree.Node) -> bool:
        """Tell whether a wanted leaf says something."""
        return any(
            is_wanted and isinstance(leaf, tree.Leaf) and self.says_something(leaf)
            for leaf, is_wanted in tree.walk(node)
        )

    def together(self, parts: Sequence[tree.Node]) -> list[tree.Node]:
        """Join neighbouring words that a text has as one: "§ 7 a", "14. Oktober 2011"."""
        joined: list[tree.Node] = []
        row: list[tree.Word] = []
        for part in parts:
            if isinstance(part, tree.Word) and not part.is_exact:
                row.append(part)
            else:
                joined += [*self.in_row(row), part]
                row = []
        return joined + self.in_row(row)

    def in_row(self, row: list[tree.Word]) -> list[tree.Word]:
        runs = self.analyzer.together([word.typed or word.text for word in row])
        for first, end, token in reversed([*runs]):
            span = row[first].span[0], row[end - 1].span[1]
            row[first:end] = [tree.Word(token, span=span)]
        return self.with_days(row)

    @staticmethod
    def with_days(row: list[tree.Word]) -> list[tree.Word]:
        """Join a day and its month where no year follows: "14. Oktober"."""
        joined: list[tree.Word] = []
        for word in row:
            typed = (word.typed or word.text).rstrip(",;:!?)")
            before = joined[-1] if joined else None
            both = f"{before.typed} {typed}" if before is not None else ""
            if before is not None and spellings.day_of_any_year(both):
                joined[-1] = tree.Word(both, span=(before.span[0], word.span[1]))
            elif spellings.day_of_any_year(typed):
                joined.append(tree.Word(typed, span=word.span))
            else:
                joined.append(word)
        return joined
