"""Look for what a query's leaf means: words in all their forms, phrases, patterns, what is near.

Decided here: which terms an engine looks for in which fields, with which boosts. Joins no parts.
Pure but for `Index`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from archiver.analysis import LANGUAGES, fold, spellings
from archiver.errors import QueryError
from archiver.index import Index
from archiver.index import port as engine
from archiver.index.vocabulary import MAX_EXPANSIONS
from archiver.query import tree
from archiver.search.patterns import Chain, Either, InOrder, Stems, Words
from archiver.search.plan import Text

EXACT_BOOST = 0.25
PHRASE_BOOST = 1 + EXACT_BOOST
FAMILY_BOOST = 0.25
HEADING_BOOST = 0.5
DOCUMENT_BOOSTS = {"title": 0.5, "topic": 0.5, "group": 0.25, "keyword": 0.25}
"""A form of a word counts 1; as it was typed a quarter more, and so does a phrase. Title, topic and
heading count half as much as the text, what else stands around it a quarter; so does, to a
question, a word of the same family ("Zahlung" for "zahlt"). Reasons, not fitted figures."""

_ALL_EXPANSIONS = 3_000  # words that all patterns of a query stand for
_FEW_PATTERNS = 4
_SCANNED_LETTERS = 20_000_000  # by all patterns but prefixes; half a second


class Leaves:
    """Makes the texts to find of a query's leaves; patterns share their limits."""

    def __init__(
        self, index: Index, typed: str, *, any_word: bool = False, asks_families: bool = True
    ) -> None:
        self.index = index
        self.analyzer = index.analyzer
        self.typed = typed
        self.any_word = any_word
        self.asks_families = asks_families
        self.languages = languages_of(index)
        self.expanded: dict[tree.Wildcard | tree.Fuzzy, list[str]] = {}

    def find(self, node: tree.Leaf | tree.Near | tree.Adj) -> Text:
        """Return what to look for; raise QueryError for patterns of too many words."""
        match node:
            case tree.Near(parts, distance):
                text = self.chain(parts, distance, is_ordered=False)
            case tree.Adj(parts, distance):
                text = self.chain(parts, distance, is_ordered=True)
            case _:
                text = self.leaf(node)
        return text._replace(node=node)

    def error(self, node: tree.Node, message: str, remedy: str) -> QueryError:
        """Make the error that points at a node."""
        start, end = node.span
        return QueryError(
            message, query=self.typed, position=start, length=max(1, end - start), remedy=remedy
        )

    def is_without_stems(self, word: str) -> bool:
        """Tell whether a word is a stop word in a language of the documents."""
        return any(self.analyzer.is_stop_word(word, language) for language in self.languages)

    def word(self, node: tree.Word) -> Text:
        """Look for a word's forms in the text, the heading, and its document's title and topics.

        Stop words have no stems, so one that is asked for is found as it was typed.
        """
        words = self.analyzer.exact_words(node.text)
        exact = self.in_order(words, 0)
        if node.is_exact:
            return exact
        if day := spellings.day_of_any_year(node.text):
            return self.day(*day)
        alternatives = self.alternatives(node.text)
        document = [self.stems(f, alternatives, boost) for f, boost in DOCUMENT_BOOSTS.items()]
        around = engine.Or(tuple(document))
        heading = self.stems("heading", alternatives, HEADING_BOOST)
        if self.is_without_stems(node.text):
            return exact._replace(page=engine.Or((exact.page, heading)), document=around)
        family = self.family(alternatives) if self.any_word and self.asks_families else {}
        stems = self.stems("stem", alternatives, 1.0, family)
        terms = [engine.Term(engine.POSITIONED, w, EXACT_BOOST) for w in dict.fromkeys(words)]
        typed = (engine.Or if self.any_word else engine.And)(tuple(terms))
        # A page with one word has its stem; one with "14", "10" and "2011" may not have the day.
        text = engine.Or((stems, typed)) if len(terms) == 1 else engine.AndMaybe(stems, typed)
        return Text(
            engine.Or((text, heading)),
            Stems(
                (*alternatives, *((stem,) for kin in family.values() for stem in kin)),
                is_any=self.any_word,
                typed=node.text,
            ),
            around,
        )

    def day(self, ways: list[tuple[str, ...]], days: list[str]) -> Text:
        """Look for a day without its year: its words in a row, or it with any year."""
        rows = [self.in_order([*words], 0) for words in ways]
        years = engine.Or(tuple(engine.Term("stem", day) for day in days))
        dated = Stems(tuple((day,) for day in days), is_any=True)
        return Text(
            engine.Or((*(row.page for row in rows), years)),
            Either((*(row.pattern for row in rows), dated)),
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
        """Return the words of the archive that a pattern stands for, however many."""
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
        """Look for any of some folded words."""
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
        """Look for folded words in this order."""
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


def languages_of(index: Index) -> list[str]:
    """Return the languages of the documents that are analysed apart, the main one first."""
    known = index.documents.coded("lang").values
    analysed = {name if name in LANGUAGES else LANGUAGES[0] for name in known}
    return [name for name in LANGUAGES if name in analysed] or [*LANGUAGES[:1]]
