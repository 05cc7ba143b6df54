"""Turn the typed tree into a plan: filters, and leaves an engine can answer. Pure but for `Index`.

Three things are decided here: which words an engine looks for in which fields, with which boosts;
which conditions on fields hold for every page shown (filters) and which are parts of an OR; and
which stop words say nothing.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from archiver.analysis import LANGUAGES, fold
from archiver.errors import QueryError
from archiver.index import Index
from archiver.index import port as engine
from archiver.index.vocabulary import MAX_EXPANSIONS
from archiver.query import tree
from archiver.search.patterns import Chain, Either, InOrder, Pattern, Stems, Words

EXACT_BOOST = 0.25
PHRASE_BOOST = 1 + EXACT_BOOST
FAMILY_BOOST = 0.25
HEADING_BOOST = 0.5
DOCUMENT_BOOSTS = {"title": 0.5, "topic": 0.5, "group": 0.25, "keyword": 0.25}
"""A form of a word counts 1; as it was typed a quarter more, and so does a phrase. Title, topic and
heading count half as much as the text, what else stands around it a quarter; so does, to a
question, a word of the same family ("Zahlung" for "zahlt"). Reasons, not fitted figures."""

_SAVED_DEPTH = 5
_ALL_EXPANSIONS = 3_000  # words that all patterns of a query stand for
_FEW_PATTERNS = 4
_SCANNED_LETTERS = 20_000_000  # by all patterns but prefixes; half a second


class Text(NamedTuple):
    """A leaf: pages whose text matches `page`, first pages of documents matching `document`.

    `pattern` finds it on a page; with `is_checked`, a page counts only if it does. `word` is the
    typed word when it is a plain one, for did-you-mean.
    """

    page: engine.Query
    pattern: Pattern
    document: engine.Query = engine.NOTHING
    is_checked: bool = False
    word: str | None = None


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
    """What to find: pages that pass every filter, in units for which the plan is true."""

    filters: tuple[Plan, ...]
    plan: Plan
    notes: tuple[str, ...] = ()


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
    lowering = _Lowering(index, typed, any_word, saved or {}, today)
    lowering.asks_families = asks_families
    return lowering.run(node)


class _Lowering:
    def __init__(
        self, index: Index, typed: str, any_word: bool, saved: Mapping[str, str], today: date
    ) -> None:
        self.index = index
        self.analyzer = index.analyzer
        self.typed = typed
        self.any_word = any_word
        self.saved = saved
        self.today = today
        known = index.documents.coded("lang").values
        analysed = {name if name in LANGUAGES else LANGUAGES[0] for name in known}
        self.languages = [name for name in LANGUAGES if name in analysed] or [*LANGUAGES[:1]]
        self.left_out: list[str] = []
        self.expanded: dict[tree.Wildcard | tree.Fuzzy, list[str]] = {}
        self.saved_depth = 0
        self.asks_families = True

    def run(self, node: tree.Node) -> Lowered:
        node = self.resolve(node)
        self.drops_stop_words = any(
            is_wanted and self.says_something(leaf) for leaf, is_wanted in tree.walk(node)
        )
        plan = self.plan(node)
        parts = plan.parts if isinstance(plan, All) else (plan,)
        filters = tuple(part for part in parts if _is_filter(part))
        rest = tuple(part for part in parts if not _is_filter(part))
        notes = []
        if self.left_out and not self.any_word:
            words = ", ".join(dict.fromkeys(self.left_out))
            notes.append(f"left out, because they say too little: {words} (quote or = keeps them)")
        plan = rest[0] if len(rest) == 1 else All(rest)
        return Lowered(filters, plan, tuple(notes))

    def error(self, node: tree.Node, message: str, remedy: str) -> QueryError:
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
                return tree.And(tuple(self.resolve(part) for part in parts), span)
            case tree.Or(parts, span):
                return tree.Or(tuple(self.resolve(part) for part in parts), span)
            case tree.Not(part, span):
                return tree.Not(self.resolve(part), span)
            case _:
                return node

    def load(self, node: tree.SavedQuery, name: str) -> tree.Node:
        from archiver.query import parse

        if name not in self.saved:
            known = ", ".join(sorted(self.saved)) or "none"
            raise self.error(node, f"no saved search `{name}`", f"known: {known}")
        if self.saved_depth == _SAVED_DEPTH:
            raise self.error(node, "saved searches name each other", "name each once")
        self.saved_depth += 1
        try:
            return self.resolve(parse(self.saved[name], today=self.today).tree)
        finally:
            self.saved_depth -= 1

    def says_something(self, node: tree.Node) -> bool:
        if isinstance(node, tree.Word):
            main = self.languages[0]
            return node.is_exact or not self.analyzer.is_stop_word(node.text, main)
        return isinstance(node, tree.Wildcard | tree.Fuzzy | tree.Phrase)

    def is_without_stems(self, word: str) -> bool:
        """Tell whether a word is a stop word in a language of the documents."""
        return any(self.analyzer.is_stop_word(word, language) for language in self.languages)

    def plan(self, node: tree.Node) -> Plan:
        match node:
            case tree.Everything():
                return All()
            case tree.And(parts):
                said = self.together(parts)
                return self.conjunction([self.plan(p) for p in said if not self.is_dropped(p)])
            case tree.Or(parts):
                kept = [p for p in parts if not self.is_dropped(p)]
                return Any(tuple(self.plan(part) for part in kept or parts))
            case tree.Not(part):
                return Without(self.plan(part))
            case tree.Word():
                return self.word(node)
            case tree.Wildcard() | tree.Fuzzy() | tree.Phrase():
                return self.leaf(node)
            case tree.Near(parts, distance):
                return self.chain(parts, distance, is_ordered=False)
            case tree.Adj(parts, distance):
                return self.chain(parts, distance, is_ordered=True)
            case tree.FieldText() | tree.FieldValue() | tree.NumberRange() | tree.DateRange():
                return Field(node)
            case tree.SavedQuery():
                raise AssertionError("saved searches are resolved first")

    def together(self, parts: tuple[tree.Node, ...]) -> list[tree.Node]:
        """Join neighbouring words that a text has as one: "§ 7 a", "14. Oktober 2011"."""
        joined: list[tree.Node] = []
        row: list[tree.Word] = []
        for part in parts:
            if isinstance(part, tree.Word) and not part.is_exact:
                row.append(part)
            else:
                joined += [*self.joined(row), part]
                row = []
        return joined + self.joined(row)

    def joined(self, row: list[tree.Word]) -> list[tree.Word]:
        typed = [self.typed[slice(*word.span)] for word in row]
        # The words of a saved search stand elsewhere.
        pairs = zip(typed, row, strict=True)
        texts = [raw if word.text in raw else word.text for raw, word in pairs]
        for first, end, token in reversed([*self.analyzer.together(texts)]):
            span = row[first].span[0], row[end - 1].span[1]
            row[first:end] = [tree.Word(token, span=span)]
        return row

    def is_dropped(self, node: tree.Node) -> bool:
        """Tell whether a word is a stop word beside others that are none."""
        if not self.drops_stop_words or not isinstance(node, tree.Word):
            return False
        if self.says_something(node):
            return False
        self.left_out.append(node.text)
        return True

    def conjunction(self, parts: list[Plan]) -> Plan:
        """Join by AND; with --any, texts that are wanted join by OR."""
        if self.any_word:
            words = [part for part in parts if isinstance(part, Text | Any)]
            if len(words) > 1:
                parts = [part for part in parts if not isinstance(part, Text | Any)]
                parts.append(Any(tuple(words), is_question=True))
        flat: list[Plan] = []
        for part in parts:
            flat.extend(part.parts if isinstance(part, All) else (part,))
        return flat[0] if len(flat) == 1 else All(tuple(flat))

    def word(self, node: tree.Word) -> Text:
        """Look for a word's forms in the text, the heading, and its document's title and topics.

        Stop words have no stems, so one that is asked for is found as it was typed.
        """
        exact = self.in_order(self.analyzer.exact_words(node.text), 0)
        if node.is_exact:
            return exact
        alternatives = self.alternatives(node.text)
        document = [self.stems(f, alternatives, boost) for f, boost in DOCUMENT_BOOSTS.items()]
        around = engine.Or(tuple(document))
        if self.is_without_stems(node.text):
            return exact._replace(document=around)
        family = self.family(alternatives) if self.any_word and self.asks_families else {}
        stems = self.stems("stem", alternatives, 1.0, family)
        words = dict.fromkeys(self.analyzer.exact_words(node.text))
        join = engine.Or if self.any_word else engine.And
        typed = join(tuple(engine.Term(engine.POSITIONED, w, EXACT_BOOST) for w in words))
        # A page with one word has its stem; one with "14", "10" and "2011" may not have the day.
        text = engine.Or((stems, typed)) if len(words) == 1 else engine.AndMaybe(stems, typed)
        heading = self.stems("heading", alternatives, HEADING_BOOST)
        return Text(
            engine.Or((text, heading)),
            Stems(
                (*alternatives, *((stem,) for kin in family.values() for stem in kin)),
                is_any=self.any_word,
                typed=node.text,
            ),
            around,
            word=node.text,
        )

    def alternatives(self, word: str) -> tuple[tuple[str, ...], ...]:
        """Return the ways to find a word by its stems, in the languages of the documents."""
        found: dict[tuple[str, ...], None] = {}
        for language in self.languages:
            found |= dict.fromkeys(self.analyzer.around_terms(word, language))
        return tuple(found)

    def family(self, alternatives: tuple[tuple[str, ...], ...]) -> dict[str, list[str]]:
        """Return for each stem those of its family that are in the archive."""
        kin = {stem: self.analyzer.family(stem) for stems in alternatives for stem in stems}
        known = self.index.documents.known_stems([one for some in kin.values() for one in some])
        return {
            stem: [one for one in some if one in known and one not in kin]
            for stem, some in kin.items()
        }

    def stems(
        self,
        name: str,
        alternatives: tuple[tuple[str, ...], ...],
        boost: float,
        family: Mapping[str, list[str]] = MappingProxyType({}),
    ) -> engine.Query:
        """Look for a word as a whole or by its parts.

        In a question the way counts that says more of a page, lest one long word outvote the
        others; where all words are there, a page with the whole word and its parts is better.
        """
        join = engine.Or if self.any_word else engine.And

        def one(stem: str) -> engine.Query:
            term = engine.Term(name, stem, boost)
            kin = [engine.Term(name, kin, boost * FAMILY_BOOST) for kin in family.get(stem, ())]
            return engine.Best((term, *kin)) if kin else term

        ways = [join(tuple(map(one, stems))) for stems in alternatives]
        if len(ways) == 1:
            return ways[0]
        return engine.Best(tuple(ways)) if self.any_word else engine.Or(tuple(ways))

    def leaf(self, node: tree.Leaf) -> Text:
        """Look for exact words, patterns and phrases in the text."""
        match node:
            case tree.Word():
                return self.word(node)
            case tree.Phrase(words, distance):
                return self.phrase(" ".join(words), distance)
            case tree.Wildcard() | tree.Fuzzy():
                return self.words(self.expand(node))

    def expand(self, node: tree.Wildcard | tree.Fuzzy) -> list[str]:
        """Return the words of the archive that a pattern stands for; raise QueryError for many."""
        terms = self.expanded.get(node)
        if terms is None:
            terms = self.expanded[node] = self.matching(node)
        if len(terms) > MAX_EXPANSIONS:
            message = f"{len(terms):,} words match, {MAX_EXPANSIONS:,} are allowed"
            raise self.error(node, message, "write more letters")
        if sum(map(len, self.expanded.values())) > _ALL_EXPANSIONS:
            message = f"more than {_ALL_EXPANSIONS:,} words match the patterns up to here"
            raise self.error(node, message, "write more letters, or fewer patterns")
        return terms

    def matching(self, node: tree.Wildcard | tree.Fuzzy) -> list[str]:
        vocabulary = self.index.vocabulary
        if isinstance(node, tree.Wildcard) and node.is_prefix:
            return [term for term, _ in vocabulary.with_prefix(fold(node.text[:-1]))]
        scans = 1 + sum(not getattr(known, "is_prefix", False) for known in self.expanded)
        if scans > _FEW_PATTERNS and scans * vocabulary.size > _SCANNED_LETTERS:
            message = f"more than {scans - 1} patterns take too long in an archive of this size"
            raise self.error(node, message, "leave some out, or write them as word*")
        if isinstance(node, tree.Fuzzy):
            return vocabulary.near(fold(node.text), node.distance)
        return vocabulary.like(fold(node.text))

    def words(self, terms: list[str]) -> Text:
        query = engine.Or(tuple(engine.Term(engine.POSITIONED, term) for term in terms))
        return Text(query, Words(frozenset(terms)))

    def phrase(self, text: str, between: int) -> Text:
        """Look for words in a row, in each way to say what they say."""
        ways = [self.in_order(terms, between) for terms in self.analyzer.phrases(text)]
        if len(ways) == 1:
            return ways[0]
        return Text(
            engine.Or(tuple(way.page for way in ways)),
            Either(tuple(way.pattern for way in ways)),
            is_checked=ways[0].is_checked,
        )

    def in_order(self, terms: list[str], between: int) -> Text:
        if len(terms) == 1:
            return self.words(terms)
        if not terms:
            return Text(engine.NOTHING, Words(frozenset()))
        pattern = InOrder(tuple(terms), between)
        if not between:
            return Text(engine.Phrase(tuple(terms), PHRASE_BOOST), pattern)
        distinct = dict.fromkeys(terms)
        query = engine.And(tuple(engine.Term(engine.POSITIONED, term) for term in distinct))
        return Text(query, pattern, is_checked=True)

    def chain(self, parts: tuple[tree.Leaf, ...], distance: int, *, is_ordered: bool) -> Text:
        """Look for pages with all parts; which of them are near is seen in the text."""
        texts = [self.leaf(part) for part in parts]
        pattern = Chain(tuple(text.pattern for text in texts), distance, is_ordered)
        query = engine.And(tuple(text.page for text in texts))
        return Text(query, pattern, is_checked=True)


def _is_filter(plan: Plan) -> bool:
    """Tell whether a part is made of conditions on fields alone."""
    match plan:
        case Field():
            return True
        case Text():
            return False
        case Without(part):
            return _is_filter(part)
        case All(parts) | Any(parts):
            return bool(parts) and all(_is_filter(part) for part in parts)


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


Check: TypeAlias = Callable[[Pattern, list[int]], list[int]]
"""Given a pattern and page ordinals, return those pages on which it is found."""
