"""Say which filter of a query without a hit leaves nothing, and what is near its value.

Asked only when nothing was found, so that no other answer pays for it. Names nothing of documents
that are hidden. Pure but for `Index`.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date

from archiver.analysis import fold
from archiver.index import Index
from archiver.index.vocabulary import Vocabulary
from archiver.query import print_query, tree
from archiver.search.plan import All, Any, Field, Plan, Without

_SHOWN = 3  # near values
_LISTED = 8  # values of a field that takes few
_FEW = frozenset({"site", "kind", "role", "type", "lang", "has"})
_WORD = re.compile(r"[^\s,;:()]+")
_DAYS = {"date": "held_on", "captured": "captured_on"}


def explain_miss(
    index: Index, filters: Sequence[Plan], pages: Sequence[set[int]], visible: set[int]
) -> tuple[str, ...]:
    """Return a remark for each filter that no page meets, else for the first that ends the row.

    `pages` are those that each of the filters leaves, `visible` all that may be shown. Nothing is
    said when all filters together leave pages: then the words are at fault.
    """
    pairs = list(zip(filters, pages, strict=True))
    empty = [plan for plan, found in pairs if not found & visible]
    if empty:
        near = _Near(index, visible)
        return tuple(f"nothing here has {_printed(plan)}{near.to(plan)}" for plan in empty)
    left, before = visible, list[str]()
    for plan, found in pairs:
        left = left & found
        if not left:
            return (f"nothing here with {' AND '.join(before)} also has {_printed(plan)}",)
        before.append(_printed(plan))
    return ()


def _printed(plan: Plan) -> str:
    match plan:
        case Field(node):
            return print_query(node)
        case Without(part):
            return f"NOT {_printed(part)}"
        case All(parts):
            return " AND ".join(map(_printed, parts))
        case Any(parts):
            return f"({' OR '.join(map(_printed, parts))})"
        case _:
            return "the words"


def _fields(plan: Plan) -> Iterator[Field]:
    """Yield the conditions that a filter wants to be met."""
    match plan:
        case Field():
            yield plan
        case All(parts) | Any(parts):
            for part in parts:
                yield from _fields(part)


class _Near:
    """The values of the documents that may be shown, and which of them are near a wanted one."""

    def __init__(self, index: Index, visible: set[int]) -> None:
        self._index = index
        self._documents = sorted({index.documents.page_doc[page] for page in visible})

    def to(self, plan: Plan) -> str:
        """Return the words that follow the remark, empty when nothing is near."""
        said = [self._of(field.node) for field in _fields(plan)]
        return "".join(dict.fromkeys(f"; {words}" for words in said if words))

    def _of(
        self, node: tree.FieldText | tree.FieldValue | tree.NumberRange | tree.DateRange
    ) -> str:
        match node:
            case tree.NumberRange("session", low, high):
                return self._neighbours(
                    [int(value) for value in self._values("session")], low, high
                )
            case tree.DateRange(name, start, end):
                days = self._index.documents.days(_DAYS[name])
                held = {days[at] for at in self._documents if days[at]}
                bounds = [day.toordinal() if day else None for day in (start, end)]
                return self._neighbours(held, *bounds, say=lambda day: f"{date.fromordinal(day)}")
            case tree.FieldValue(name, text) if name in _FEW:
                values = self._values(name)
                near = _alike([text], values) if name == "site" else []
                return _listed("near", near) or _listed("there are", [*values], _LISTED)
            case tree.FieldText(name, part) if name != "title":
                return _listed("near", _alike(_typed(part), self._values(name)))
            case _:
                return ""

    def _values(self, name: str) -> list[str]:
        """Return the values of a field, the most frequent first."""
        column = self._index.documents.coded(name)
        counts = Counter(column.counted(self._documents))
        return [column.values[code] for code, _ in counts.most_common()]

    @staticmethod
    def _neighbours(
        values: Collection[int],
        low: int | None,
        high: int | None,
        *,
        say: Callable[[int], str] = str,
    ) -> str:
        before = [value for value in values if low is not None and value < low]
        after = [value for value in values if high is not None and value > high]
        return _listed("nearest", [*map(say, [*sorted(before)[-1:], *sorted(after)[:1]])])


def _typed(part: tree.Node) -> list[str]:
    """Return the words that a text query wants, as typed."""
    words: list[str] = []
    for leaf, is_wanted in tree.walk(part):
        match leaf:
            case tree.Word(text) if is_wanted:
                words.append(text)
            case tree.Phrase(typed) if is_wanted:
                words += typed
            case _:
                pass
    return words


def _alike(typed: Sequence[str], values: Sequence[str]) -> list[str]:
    """Return values of which a word is a few slips from a typed one, letter case aside.

    >>> _alike(["Verker"], ["Kultur", "Rad und Verkehr"])
    ['Rad und Verkehr']
    """
    having: dict[str, list[str]] = defaultdict(list)
    for value in values:
        for word in dict.fromkeys(_WORD.findall(fold(value))):
            having[word].append(value)
    words = sorted(having)
    known = Vocabulary("\n".join(words), array("I", [len(having[word]) for word in words]))
    near = [word for one in typed for word in known.suggest(fold(one))]
    return [*dict.fromkeys(value for word in near for value in having[word])][:_SHOWN]


def _listed(what: str, values: Sequence[str], limit: int = _SHOWN) -> str:
    """Return values after a word, at most so many.

    >>> _listed("there are", ["a", "b", "c"], 2), _listed("near", [])
    ('there are a, b and 1 more', '')
    """
    if not values:
        return ""
    more = f" and {len(values) - limit:,} more" if len(values) > limit else ""
    return f"{what} {', '.join(values[:limit])}{more}"
