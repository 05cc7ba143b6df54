"""The query tree: what a typed query means, before any engine sees it; and its printed form.

Nodes are frozen and compare by meaning: `span`, the (start, end) offsets in the typed text used to
point at a place, takes no part in equality. `print_query` gives the normalised text, and
parsing it gives the same tree again. Words stand as typed (NFC, not folded, not stemmed):
analysis is the searcher's duty. Pure: no I/O.

    Node
    ├── Everything            *                        every page
    ├── And, Or, Not          a b · a OR b · -a
    ├── Word                  kultur · =Kultur (exact: no stemming, no splitting)
    ├── Wildcard              kultur* · m?yer
    ├── Fuzzy                 kultur~ · kultur~2
    ├── Phrase                "runder Tisch" · "runder Tisch"~3
    ├── Near, Adj             a NEAR/5 b (any order) · a ADJ/3 b (in this order)
    ├── FieldText             topic, title, group, keyword: a text query inside one field
    ├── FieldValue            kind, role, type, site, lang, url, has: one value
    ├── NumberRange           session, page
    ├── DateRange             date, captured
    └── SavedQuery            query:name
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date, timedelta
from typing import Literal, TypeAlias

Span: TypeAlias = tuple[int, int]
TextField = Literal["topic", "title", "group", "keyword"]
ValueField = Literal["kind", "role", "type", "site", "lang", "url", "has"]
NumberField = Literal["session", "page"]
DateField = Literal["date", "captured"]

NOWHERE: Span = (0, 0)
"""The span of a node that was not typed."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Every page: the query `*`."""

    span: Span = dataclass_field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the text; `is_exact` (typed `=word`) forbids stemming and splitting.

    `text` may hold several pieces joined by hyphens, points or slashes ("Stadtteil-Kultur",
    "2011/2012", "§28"), and is analysed as one token. `typed` is it with the signs around it, by
    which it may belong to its neighbours ("14.").
    """

    text: str
    is_exact: bool = False
    span: Span = dataclass_field(default=NOWHERE, compare=False)
    typed: str = dataclass_field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A pattern over exact words: `*` any characters, `?` one; at least one letter or digit."""

    text: str
    span: Span = dataclass_field(default=NOWHERE, compare=False)

    @property
    def is_prefix(self) -> bool:
        """Tell whether the only wildcard is one `*` at the end."""
        return self.text.endswith("*") and not any(c in "*?" for c in self.text[:-1])


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A word with at most `distance` (1 or 2) edits, over exact words."""

    text: str
    distance: int = 1
    span: Span = dataclass_field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exact words in a row; with `distance` n, in this order with at most n other words among them.

    A paragraph of a law is one word of it ("§28").
    """

    words: tuple[str, ...]
    distance: int = 0
    span: Span = dataclass_field(default=NOWHERE, compare=False)


Leaf: TypeAlias = Word | Wildcard | Fuzzy | Phrase
"""What can stand in the text, in a text field, and beside NEAR and ADJ."""


@dataclass(frozen=True, slots=True)
class Near:
    """Two or more leaves on one page, each at most `distance` words from its neighbour.

    Any order. The distance of adjacent words is 1.
    """

    parts: tuple[Leaf, ...]
    distance: int
    span: Span = dataclass_field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Adj:
    """As Near, but in the order written. `distance` 1 means next to each other."""

    parts: tuple[Leaf, ...]
    distance: int
    span: Span = dataclass_field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class FieldText:
    """A text query inside a field: `part` is made of Word, Wildcard, Fuzzy, Phrase, And, Or, Not.

    `topic:Kultur`, `title:"offene Räume"`, `topic:(Kultur OR Verkehr)`.
    """

    field: TextField
    part: "Node"
    span: Span = dataclass_field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value of a field, in its stored form (`art:Sitzung` gives "kind", "session").

    kind, role: as in `archiver.model`. type: "html", "pdf", "office", "text". lang: two-letter
    code. has: "conflict", "ocr", "session", "date", "topic". site and url: text as typed, in
    which `*` stands for any characters.
    """

    field: ValueField
    text: str
    span: Span = dataclass_field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A number or an inclusive range; None is an open end; never both None."""

    field: NumberField
    low: int | None
    high: int | None
    span: Span = dataclass_field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Civil dates from `start` to `end`, both inclusive; None is an open end; never both None."""

    field: DateField
    start: date | None
    end: date | None
    span: Span = dataclass_field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A saved search by its name; the searcher looks it up and puts its tree here."""

    name: str
    span: Span = dataclass_field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold; two or more parts, none of them an And."""

    parts: tuple["Node", ...]
    span: Span = dataclass_field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds; two or more parts, none of them an Or."""

    parts: tuple["Node", ...]
    span: Span = dataclass_field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; never a Not of a Not."""

    part: "Node"
    span: Span = dataclass_field(default=NOWHERE, compare=False)


Node: TypeAlias = (
    Everything
    | And
    | Or
    | Not
    | Word
    | Wildcard
    | Fuzzy
    | Phrase
    | Near
    | Adj
    | FieldText
    | FieldValue
    | NumberRange
    | DateRange
    | SavedQuery
)


def walk(tree: Node, *, is_positive: bool = True) -> Iterator[tuple[Node, bool]]:
    """Yield each node, parents first, with whether it is wanted (False under a Not).

    >>> [(type(n).__name__, p) for n, p in walk(And((Word("a"), Not(Word("b")))))]
    [('And', True), ('Word', True), ('Not', True), ('Word', False)]
    """
    yield tree, is_positive
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from walk(part, is_positive=is_positive)
        case Near(parts) | Adj(parts):
            for leaf in parts:
                yield leaf, is_positive
        case Not(part):
            yield from walk(part, is_positive=not is_positive)
        case FieldText(_, part):
            yield from walk(part, is_positive=is_positive)
        case _:
            pass


def moved(tree: Node, span: Span) -> Node:
    """Return a tree whose every node stands at one place: where it is named, not where it was.

    >>> moved(Not(Word("a", span=(4, 5))), (0, 3)).part.span
    (0, 3)
    """
    match tree:
        case And(parts) | Or(parts):
            return replace(tree, parts=tuple(moved(part, span) for part in parts), span=span)
        case Near(parts) | Adj(parts):
            return replace(tree, parts=tuple(replace(leaf, span=span) for leaf in parts), span=span)
        case Not(part) | FieldText(_, part):
            return replace(tree, part=moved(part, span), span=span)
        case _:
            return replace(tree, span=span)


def print_query(tree: Node) -> str:
    """Return the normalised text of a tree; parsing it gives an equal tree.

    >>> print_query(And((Word("Kultur"), NumberRange("session", 3, None))))
    'Kultur AND session:3..'
    >>> print_query(And((Or((Word("a"), Phrase(("b", "c"), 2))), Not(Word("d", is_exact=True)))))
    '(a OR "b c"~2) AND NOT =d'
    """
    match tree:
        case And(parts):
            return " AND ".join(_inside(part, (Or,)) for part in parts)
        case Or(parts):
            return " OR ".join(_inside(part, (And,)) for part in parts)
        case Not(part):
            return "NOT " + _inside(part, (And, Or, Near, Adj))
        case Near(parts, distance):
            return f" NEAR/{distance} ".join(print_query(part) for part in parts)
        case Adj(parts, distance):
            return f" ADJ/{distance} ".join(print_query(part) for part in parts)
        case FieldText(name, part):
            return f"{name}:{_inside(part, (And, Or, Not))}"
        case FieldValue(name, text):
            return f"{name}:{_quoted_if_needed(text)}"
        case NumberRange(name, low, high):
            return f"{name}:{_print_numbers(low, high)}"
        case DateRange(name, start, end):
            return f"{name}:{_print_dates(start, end)}"
        case SavedQuery(name):
            return f"query:{_quoted_if_needed(name)}"
        case Word(text, is_exact):
            return f"={text}" if is_exact else text
        case Wildcard(text):
            return text
        case Fuzzy(text, distance):
            return f"{text}~{distance}"
        case Phrase(words, distance):
            return f'"{" ".join(words)}"' + (f"~{distance}" if distance else "")
        case Everything():
            return "*"


def _inside(part: Node, kinds: tuple[type, ...]) -> str:
    """Print a part, in brackets when it is of a looser kind than its surroundings."""
    return f"({print_query(part)})" if isinstance(part, kinds) else print_query(part)


def _quoted_if_needed(text: str) -> str:
    """Quote a value that does not stand as one plain word."""
    is_plain = text != "" and not any(c.isspace() or c in '|"()„“”«»' for c in text)
    return text if is_plain else f'"{text}"'


def _print_numbers(low: int | None, high: int | None) -> str:
    if low == high:
        return str(low)
    return f"{'' if low is None else low}..{'' if high is None else high}"


def _print_dates(start: date | None, end: date | None) -> str:
    """Print the shortest atom that covers the interval, else two days and dots between."""
    if start is None or end is None:
        return f"{'' if start is None else start}..{'' if end is None else end}"
    if start == end:
        return start.isoformat()
    if (start.month, start.day) == (1, 1) and (end.month, end.day) == (12, 31):
        years = f"{start.year:04}", f"{end.year:04}"
        return years[0] if years[0] == years[1] else "..".join(years)
    is_last_day = end == date.max or (end + timedelta(days=1)).day == 1
    if start.day == 1 and is_last_day and (start.year, start.month) == (end.year, end.month):
        return f"{start.year:04}-{start.month:02}"
    return f"{start}..{end}"
