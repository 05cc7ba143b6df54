"""The analyzer: tokens to terms of the two fields, and query words to what must be found.

Languages are two-letter codes; "en" is stemmed as English, everything else as German. What is made
of a stretch of text is kept, because a corpus repeats its words. Pure: no I/O.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from archiver.analysis import german, pieces, spellings, tokens
from archiver.analysis.folding import fold
from archiver.analysis.lexicon import Lexicon
from archiver.analysis.stems import Stems
from archiver.analysis.stretches import STRETCH, Kept, Places, plain_word
from archiver.analysis.terms import Term, Token

ANALYSIS_VERSION = 7
"""Raised with every change that changes terms; part of a page's fingerprint."""

LANGUAGES = ("de", "en")
"""The languages that are analysed apart; any other one is taken for the first."""

_AS_TYPED = "="
_MOST_WAYS = 16  # to say a phrase


class Analyzer:
    """Turn text into terms; with a lexicon German compounds are split, without one they are not."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon
        self._exact = Kept(_exact_of_stretch)
        self._exact_of = Kept(pieces.words_of)
        self._exact_places = Places(self._exact_of_text)
        self._stems = {language: Stems(language, lexicon) for language in LANGUAGES}

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of a text: text (NFC), start, end."""
        return tokens.tokens(text)

    def exact(self, text: str) -> list[Term]:
        """Return the folded words in order; a term's position is its index in the list.

        A token of several pieces gives one term a piece, so that "Stadtteil-Kultur" is the phrase
        "Stadtteil Kultur"; "Bürger*innen" gives "buergerinnen".

        >>> [t.term for t in Analyzer().exact("§ 28 der Stadtteil-Kultur")]
        ['§', '28', 'der', 'stadtteil', 'kultur']
        """
        return self._exact_places.of(text)

    def exact_at(self, text: str, places: Collection[int]) -> dict[int, Term]:
        """Return the terms of `exact` at some places of a text, by place; faster than all of them.

        >>> Analyzer().exact_at("Runder Tisch im Hof", [1])
        {1: Term(term='tisch', start=7, end=12, part_of=None)}
        """
        found: dict[int, Term] = {}
        wanted = iter(sorted(places))
        place = next(wanted, None)
        count = 0
        for match in STRETCH.finditer(spellings.joined(text)):
            if place is None:
                break
            here = self._exact_places[match.group()]
            after = count + len(here)
            while place is not None and place < after:
                term, start, end, part_of = here[place - count]
                at = match.start()
                found[place] = Term(term, at + start, at + end, part_of)
                place = next(wanted, None)
            count = after
        return found

    def exact_words(self, text: str) -> list[str]:
        """Return the terms of `exact` without offsets, fast: for the index and for phrases."""
        return list(chain.from_iterable(map(self._exact.__getitem__, spellings.chunks(text))))

    def phrases(self, text: str) -> list[list[str]]:
        """Return the ways to say a phrase in terms of `exact`, as typed first: days have several.

        >>> Analyzer().phrases("am 14.10.2011")[:2]
        [['am', '14', '10', '2011'], ['am', '14', 'oktober', '2011']]
        """
        ways: list[list[str]] = [[]]
        for token in tokens.tokens(text):
            day = spellings.day(token.text)
            said = [self._exact_of[token.text], *(spellings.ways_to_say(day) if day else ())]
            if token.text == "Art" and text[token.end :].lstrip(". ")[:1].isdigit():
                said.append(("artikel",))
            ways = [[*way, *words] for way in ways for words in dict.fromkeys(said)][:_MOST_WAYS]
        return ways

    def together(self, words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Yield first and end of each run of typed words that a text has as one token, and it."""
        return spellings.together(words)

    def lines(self, text: str, language: str = "de") -> tuple[str, str]:
        """Return the terms of `exact` and those of `stem`, each as one line; the fastest way.

        Blanks stand between the terms, sometimes several. For the index.

        >>> Analyzer().lines("Die Ministerien und Autos")
        ('die ministerien und autos', ' ministeri  auto')
        """
        return self._stems_in(language).lines(text)

    def line_around(self, text: str, language: str = "de") -> str:
        """Return the terms of a title or another short field: stems, and stop words as they are.

        A mark keeps those apart from stems: that of "nächste" is "nach".

        >>> Analyzer().line_around("Wohin mit den Autos?")
        'auto =wohin =mit =den'
        """
        exact, stem = self.lines(text, language)
        stop_words = self._stems_in(language).stop_words
        said = [f"{_AS_TYPED}{word}" for word in exact.split() if word in stop_words]
        return " ".join((*stem.split(), *said))

    def stem(self, text: str, language: str = "de") -> list[Term]:
        """Return the stems, and the stems of compound parts, each with its token's offsets.

        Stop words have none.

        >>> [t.term for t in Analyzer().stem("Ministerien und Autos")]
        ['ministeri', 'auto']
        """
        return self._stems_in(language).terms(text)

    def stems_among(self, text: str, language: str, wanted: frozenset[str]) -> list[Term]:
        """Return those terms of `stem` that are wanted; much faster than all of them.

        >>> Analyzer().stems_among("Ein Forum, viele Foren", "de", frozenset(["forum"]))[1]
        Term(term='forum', start=17, end=22, part_of=None)
        """
        return self._stems_in(language).among(text, wanted)

    def stem_words(self, text: str, language: str = "de") -> list[str]:
        """Return the terms of `stem` without offsets, fast: for the index."""
        return self._stems_in(language).words(text)

    def query_terms(self, word: str, language: str = "de") -> tuple[tuple[str, ...], ...]:
        """Return the alternatives for a query word in the field `stem`: an OR of ANDs.

        The first is the word's own stem; the second, for a compound, the stems of all its parts.
        Empty for a stop word, and when there is no letter and no digit.

        >>> Analyzer().query_terms("Foren"), Analyzer().query_terms("und")
        ((('forum',),), ())
        """
        return self._stems_in(language).alternatives(word)

    def around_terms(self, word: str, language: str = "de") -> tuple[tuple[str, ...], ...]:
        """Return `query_terms` for the fields of `line_around`, which have stop words, too.

        >>> Analyzer().around_terms("Und")
        (('=und',),)
        """
        if self.is_stop_word(word, language):
            return ((f"{_AS_TYPED}{fold(word)}",),)
        return self.query_terms(word, language)

    def family(self, stem: str) -> list[str]:
        """Return stems of German words that may be made from the same word as this stem's."""
        return german.family(stem)

    def is_stop_word(self, word: str, language: str = "de") -> bool:
        """Tell whether a word says too little to be asked for alone.

        >>> Analyzer().is_stop_word("Für"), Analyzer().is_stop_word("Kultur")
        (True, False)
        """
        return fold(word) in self._stems_in(language).stop_words

    def _exact_of_text(self, text: str) -> list[Term]:
        found: list[Term] = []
        for token in tokens.tokens(text):
            terms = self._exact_of[token.text]
            if len(terms) == 1:
                found.append(Term(terms[0], token.start, token.end))
            else:
                found.extend(pieces.placed(terms, token, text))
        return found

    def _stems_in(self, language: str) -> Stems:
        return self._stems.get(language) or self._stems[LANGUAGES[0]]


def _exact_of_stretch(stretch: str) -> tuple[str, ...]:
    word = plain_word(stretch)
    if word:
        return (word,)
    return tuple(chain.from_iterable(map(pieces.words_of, tokens.raw_tokens(stretch))))
