"""Read a typed query into its tree: recursive descent, by hand, so that a search starts fast.

    query = or ;   or = and { ("OR" | "ODER" | "|") and } ;   and = unary { ["AND" | "UND"] unary }
    unary = ["NOT" | "NICHT" | "-"] unary | near ;
    near  = prim { ("NEAR" | "ADJ") ["/" n] prim } ;
    prim  = "(" query ")" | field ":" ( value | "(" query ")" ) | "#" value | word | phrase

Blank means AND; the same field repeated with blanks means OR. Whatever cannot be understood is a
QueryError with its place: nothing is guessed and no part is dropped without a note. Pure: no I/O,
no clock.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from archiver.errors import QueryError
from archiver.query import fields, values
from archiver.query.combine import conjunction, disjunction, negation
from archiver.query.problem import Problem
from archiver.query.reader import Reader
from archiver.query.tree import (
    Adj,
    FieldText,
    Fuzzy,
    Leaf,
    Near,
    Node,
    Phrase,
    TextField,
    Wildcard,
    Word,
    walk,
)
from archiver.query.words import (
    AND,
    CLOSE,
    NOT,
    OR,
    QUOTES,
    field_match,
    is_operator,
    misplaced_value,
    mistyped_operator,
    read_phrase,
    read_word,
)

MAX_DEPTH = 20
MAX_TERMS = 128
MAX_DISTANCE = 100
MAX_CHAIN = 16
"""Parts of one NEAR or ADJ: each is looked for on every page that has all."""
DEFAULT_NEAR = 5
DEFAULT_ADJ = 1

_SLOP = re.compile(r"~(\d*)")
_NUMBERED = re.compile(r"#(?=\d|\.\.\d|[<>])")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree of a query and the remarks a person should read about how it was understood."""

    tree: Node
    notes: tuple[str, ...] = ()
    text: str = ""
    """The typed text as the spans count it: composed letters, no control characters."""


def parse(text: str, *, today: date) -> Parsed:
    """Return the tree of a query; raise QueryError with the place when it has none.

    >>> parse("Kultur OR #28", today=date(2026, 1, 1)).tree.parts[1]
    NumberRange(field='session', low=28, high=28, span=(10, 13))
    """
    return _Parser(text, today).parse()


class _Parser(Reader):
    """One reading of one text by the grammar."""

    def __init__(self, text: str, today: date) -> None:
        super().__init__(text)
        self.today = today
        self.notes: list[str] = []
        self.depth = 0
        self.field: tuple[str, str] | None = None  # own and typed name, inside field:(…)

    def parse(self) -> Parsed:
        if not self.text.strip():
            raise self.error("the query is empty", 0, remedy="write * for everything")
        self.end_before_question_mark()
        tree = self.parse_or()
        if self.at < self.end:  # only a closing bracket stops parse_or before the end
            raise self.error("this bracket closes nothing", self.at, remedy="remove it")
        self.check_size(tree)
        return Parsed(tree, tuple(dict.fromkeys(self.notes)), self.text)

    def check_size(self, tree: Node) -> None:
        count = 0
        for node, _ in walk(tree):
            count += len(node.words) if isinstance(node, Phrase) else not hasattr(node, "parts")
            if count > MAX_TERMS:
                raise self.error(f"more than {MAX_TERMS} words", *node.span, remedy="use fewer")

    def need_operand(self, operator: str, place: int) -> None:
        """Refuse an operator with nothing, or another operator, after it."""
        following = self.peek()
        if self.is_at_end() or (is_operator(following) and following not in NOT):
            raise self.dangling(operator, place, "after")

    def dangling(self, operator: str, place: int, side: str) -> QueryError:
        remedy = None if operator in ("|", "-") else f'"{operator}" in quotes is the word itself'
        message = f"{operator} has nothing {side} it"
        return self.error(message, place, place + len(operator), remedy=remedy)

    def deeper(self, place: int) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"brackets and NOT are nested deeper than {MAX_DEPTH}", place)

    def field_kind(self) -> str | None:
        return None if self.field is None else fields.FIELDS[self.field[0]][0]

    # -- operators -------------------------------------------------------------------------------

    def parse_or(self) -> Node:
        self.skip()
        start = self.at
        parts = [self.parse_and()]
        while (operator := self.peek()) in OR:
            place = self.at
            self.at += len(operator)
            if self.text.startswith("||", place):
                raise self.error("|| is no operator", place, place + 2, remedy="write | or OR")
            self.need_operand(operator, place)
            parts.append(self.parse_and())
        return disjunction(parts, (start, parts[-1].span[1]))

    def parse_and(self) -> Node:
        self.skip()
        start = self.at
        segments: list[list[Node]] = [[]]
        place = start  # of the AND that began the segment
        while not self.is_at_end() and (operator := self.peek()) not in OR:
            if operator not in AND:
                node = self.parse_unary()
                if node is not None:
                    segments[-1].append(node)
                continue
            place = self.at
            if not segments[-1]:
                raise self.dangling(operator, place, "before")
            self.at += len(operator)
            self.need_operand(operator, place)
            segments.append([])
        if not any(segments):
            if self.peek() in OR:
                raise self.dangling(self.peek(), self.at, "before")
            message = "there is no letter and no digit to look for"
            remedy = "write * for everything"
            raise self.error(message, start, max(self.at, start + 1), remedy=remedy)
        if not segments[-1]:
            raise self.dangling(self.text[place : place + 3], place, "after")
        return conjunction(segments, (start, segments[-1][-1].span[1]), self.notes)

    def parse_unary(self) -> Node | None:
        """Return the next part, or None for mere punctuation, which is noted."""
        start = self.at
        word = self.peek()
        is_dash = self.field_kind() != "date" and self.is_denial()
        if word not in NOT and not is_dash:
            return self.parse_near()
        operator = word if word in NOT else "-"
        self.at += len(operator)
        self.need_operand(operator, start)
        self.deeper(start)
        part = self.parse_unary()
        self.depth -= 1
        if part is None:
            raise self.dangling(operator, start, "after")
        return negation(part, (start, self.at))

    def parse_near(self) -> Node | None:
        start = self.at
        first = self.parse_prim()
        if first is None:
            return None
        parts = [first]
        chain: tuple[str, int] | None = None
        while match := CLOSE.fullmatch(self.peek()):
            place = self.at
            self.at += len(match.group())
            span = (place, self.at)
            if self.field is not None:
                raise self.error(f"{match[1]} works on the text, not inside a field", *span)
            link = (match[1], self.read_distance(match, span))
            if chain not in (None, link):
                remedy = "use one operator and one distance, or two joined with AND"
                raise self.error(
                    f"{match.group()} in a chain of another kind", *span, remedy=remedy
                )
            chain = link
            self.need_operand(match.group(), place)
            if self.peek() in NOT or self.is_denial():
                remedy = f"deny apart from it, as in: a {match[1]} b -c"
                raise self.error(f"{match.group()} cannot have NOT after it", *span, remedy=remedy)
            following = self.parse_prim()
            if following is None:
                raise self.dangling(match.group(), place, "after")
            parts.append(following)
            if len(parts) > MAX_CHAIN:
                message = f"more than {MAX_CHAIN} words near each other"
                raise self.error(message, *span, remedy="join the others with AND")
        if chain is None:
            return first
        leaves: list[Leaf] = []
        for part in parts:
            if not isinstance(part, Word | Wildcard | Fuzzy | Phrase):
                remedy = f"name each pair by itself: (a {chain[0]} c) OR (b {chain[0]} c)"
                message = f"{chain[0]} joins words and phrases only"
                raise self.error(message, *part.span, remedy=remedy)
            leaves.append(part)
        make = Near if chain[0] == "NEAR" else Adj
        return make(tuple(leaves), chain[1], (start, self.at))

    def read_distance(self, match: re.Match[str], span: tuple[int, int]) -> int:
        if match[2] is None:
            if apart := self.near_distance_apart():
                message = f"the distance {apart} stands apart"
                raise self.error(message, *span, remedy=f"write {match[1]}{apart} without a blank")
            return DEFAULT_NEAR if match[1] == "NEAR" else DEFAULT_ADJ
        digits = match[2]
        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else 0
        if not 1 <= number <= MAX_DISTANCE:
            message = f"the distance of {match[1]} is a number from 1 to {MAX_DISTANCE}"
            raise self.error(message, *span, remedy=f"write {match[1]}/5")
        return number

    # -- what stands alone -----------------------------------------------------------------------

    def parse_prim(self) -> Node | None:
        start = self.at
        if self.here() == "(":
            return self.parse_brackets()
        if self.field is not None and self.field_kind() != "text":
            return self.parse_value(self.field, start)
        if match := field_match(self.text, start, self.end):
            return self.parse_field(match)
        if self.here() in QUOTES:
            return self.parse_phrase()
        if numbered := _NUMBERED.match(self.text, start, self.end):
            if self.field is not None:
                raise self.error("# stands for session: and cannot be inside a field", start)
            self.at = numbered.end()
            return self.parse_value(("session", "#"), start)
        return self.parse_word()

    def parse_brackets(self) -> Node:
        start = self.at
        self.deeper(start)
        self.at += 1
        if self.is_at_end():
            if self.here() == ")":
                raise self.error("there is nothing between the brackets", start, self.at + 1)
            raise self.error("this bracket is never closed", start, remedy="add )")
        tree = self.parse_or()
        if self.here() != ")":
            raise self.error("this bracket is never closed", start, remedy="add )")
        self.at += 1
        self.depth -= 1
        return tree

    def parse_field(self, match: re.Match[str]) -> Node:
        start, typed = match.start(), match[1]
        name = fields.canonical(typed)
        if name is None:
            near = fields.nearest_field(typed)
            hint = f"did you mean {near}:? " if near else ""
            known = ", ".join(fields.FIELDS)
            remedy = f'{hint}fields are {known}; in quotes it is text: "{typed}: …"'
            raise self.error(f"unknown field {typed}:", start, match.end(), remedy=remedy)
        if self.field is not None:
            message = f"a field cannot stand inside {self.field[1]}:(…)"
            raise self.error(message, start, match.end(), remedy="close the bracket before it")
        self.at = match.end()
        if self.here() in ("", ")", "|") or self.here().isspace():
            remedy = f"write it without a blank, like {values.example(name, typed)}"
            raise self.error(f"there is no value after {typed}:", start, self.at, remedy=remedy)
        is_text = fields.FIELDS[name][0] == "text"
        if not is_text and self.here() != "(":
            return self.parse_value((name, typed), start)
        if is_text and self.here() == "-":
            remedy = f"put the - before the field: -{typed}:…"
            raise self.error("a value cannot be denied by itself", self.at, remedy=remedy)
        self.field = (name, typed)
        tree = self.parse_brackets() if self.here() == "(" else self.parse_prim()
        self.field = None
        if tree is None:
            raise self.error(f"there is no value after {typed}:", start, self.at)
        span = (start, self.at)
        return FieldText(cast("TextField", name), tree, span) if is_text else tree

    def parse_value(self, field: tuple[str, str], start: int) -> Node:
        """Read one value of a number, date, closed or open field; `start` is where it began."""
        name, typed = field
        place = self.at
        if self.here() in QUOTES:
            raw = self.take_quoted().strip()
        else:
            raw = self.take_word(is_address=name == "url")
        if is_operator(raw) and self.field is not None:
            raise self.dangling(raw, place, "before")
        try:
            node = values.read(name, typed, raw, self.today, self.notes)
        except Problem as problem:
            end = max(self.at, place + 1)
            raise self.error(problem.message, place, end, remedy=problem.remedy) from None
        return replace(node, span=(start, self.at))

    def parse_phrase(self) -> Phrase:
        start = self.at
        inner = self.take_quoted()
        if "*" in inner:
            self.notes.append("* has no meaning between quotes")
        words = read_phrase(inner)
        if not words:
            raise self.error("there is no word between the quotes", start, self.at)
        distance = 0
        if slop := _SLOP.match(self.text, self.at, self.end):
            self.at = slop.end()
            distance = int(slop[1]) if slop[1] and len(slop[1]) < 4 else MAX_DISTANCE + 1
            if distance > MAX_DISTANCE:
                message = f"the distance after ~ is a number from 0 to {MAX_DISTANCE}"
                remedy = 'write it like "runder Tisch"~3'
                raise self.error(message, slop.start(), slop.end(), remedy=remedy)
        return Phrase(words, distance, (start, self.at))

    def parse_word(self) -> Node | None:
        start = self.at
        raw = self.peek()
        if is_operator(raw):
            raise self.dangling(raw, start, "before")
        self.at += len(raw)
        span = (start, self.at)
        if raw in ("&&", "&"):
            raise self.error(f"{raw} is no operator", *span, remedy="write AND, or only a blank")
        if raw.startswith("..") or raw in ("<", ">", "<=", ">="):
            remedy = "write it without blanks, like session:3..7 or date:>2011"
            raise self.error(f"{raw} belongs to a field", *span, remedy=remedy)
        if re.fullmatch(r"~\d+", raw):
            message = f"{raw} stands apart from what it is about"
            remedy = 'write it without a blank, like "runder Tisch"~3 or Meier~2'
            raise self.error(message, *span, remedy=remedy)
        if operator := mistyped_operator(raw):
            remedy = f'write {operator}; "{raw}" in quotes is the word itself'
            raise self.error(f"{raw} is no operator", *span, remedy=remedy)
        if value := misplaced_value(raw, self.word_before(start)):
            remedy = f'write {value} without blanks; "{raw}" in quotes is text'
            raise self.error("the value of a field follows a colon", *span, remedy=remedy)
        if raw in ("§", "§§"):  # the number is part of the word, as in texts
            self.skip()
            if self.here().isdigit():
                raw += self.take_word()
                span = (start, self.at)
        try:
            node = read_word(raw, span, is_in_field=self.field is not None)
        except Problem as problem:
            raise self.error(problem.message, *span, remedy=problem.remedy) from None
        if node is None:
            self.notes.append(f"{raw} was left out: it has no letter and no digit")
        return node
