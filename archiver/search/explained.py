"""Say in words how a query is understood on this archive: what is asked, settled, and of how many.

Composition of `query.explain` and what only the index knows. Writes nothing.
"""

from collections.abc import Mapping
from datetime import date

from archiver.analysis import spellings
from archiver.index import Index
from archiver.model import Within
from archiver.query import explain, parse, tree
from archiver.search.leaves import Leaves
from archiver.search.settle import settle

_SHOWN = 6  # words of the archive that a pattern stands for
_UNITS: dict[Within, str] = {
    "page": "on one page",
    "document": "in one document",
    "session": "in one sitting",
}


def _listed(words: list[str]) -> str:
    if not words:
        return "none here"
    more = ", …" if len(words) > _SHOWN else ""
    return f"{len(words):,} here, {', '.join(words[:_SHOWN])}{more}"


def explain_query(
    index: Index,
    query: str,
    *,
    today: date,
    within: Within = "document",
    any_word: bool = False,
    saved: Mapping[str, str] | None = None,
) -> str:
    """Return indented lines: saved searches in their place, words left out, patterns' words told.

    Raises QueryError as a search does.
    """
    parsed = parse(query, today=today)
    settled = settle(
        parsed.tree, index, typed=parsed.text, any_word=any_word, saved=saved, today=today
    )
    leaves = Leaves(index, parsed.text, any_word=any_word)

    def told(leaf: tree.Node) -> str | None:
        match leaf:
            case tree.Wildcard() | tree.Fuzzy():
                return f"{explain(leaf)}: {_listed(leaves.expand(leaf))}"
            case tree.Word(text, False) if day := spellings.day(text):
                return f"the day {day}, however it is written"
            case tree.Word(text, False) if spellings.day_of_any_year(text):
                return f"the day {text} of any year, however it is written"
            case tree.Word(text, False) if leaves.is_without_stems(text):
                return f"the word {text} as it stands"
            case tree.Word(text, False):
                ways = [" + ".join(way) for way in leaves.alternatives(text)[1:]]
                parts = f"; or all of its parts, {' or '.join(ways)}" if ways else ""
                return f"{explain(leaf)}{parts}"
            case _:
                return None

    lines = explain(settled.tree, told=told)
    is_joined = isinstance(settled.tree, tree.And)
    if is_joined and any_word:
        return f"one of the words suffices, the more the better; fields narrow it\n{lines}"
    if is_joined:
        return lines.replace("all of", f"{_UNITS[within]}, all of", 1)
    return lines
