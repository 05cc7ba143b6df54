"""The analyzer: tokens to terms of the two fields, and query words to what must be found.

Languages are two-letter codes; "en" is stemmed as English, everything else as German. Results
are cached per distinct token, because a corpus repeats its words. Pure: no I/O.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import TypeAlias

from archiver.analysis import compounds, english, german, pieces, spellings, tokens
from archiver.analysis.folding import fold
from archiver.analysis.lexicon import Lexicon
from archiver.analysis.stretches import STRETCH, Kept, Places, Sieve, plain_word
from archiver.analysis.terms import Term, Token

ANALYSIS_VERSION = 6
"""Raised with every change that changes terms; part of a page's fingerprint."""

LANGUAGES = ("de", "en")
"""The languages that are analysed apart; any other one is taken for the first."""

_Terms: TypeAlias = Kept[tuple[str, ...]]
_Lines: TypeAlias = Kept[tuple[str, str]]
"""Both fields' terms, each joined by blanks: a page is put together from hundreds of them, each of
which is one string instead of a tuple of strings, and equal words share theirs."""

_FIRST, _SECOND = itemgetter(0), itemgetter(1)
_MOST_WAYS = 16  # to say a phrase
_SIEVES_LIMIT = 16  # words of one or two queries
_MADE_LIMIT = 200_000


class Analyzer:
    """Turn text into terms; with a lexicon German compounds are split, without one they are not."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon
        self._plain = Kept(plain_word)
        self._exact = Kept(self._exact_of_chunk)
        self._exact_of = Kept(pieces.words_of)
        self._stems: dict[str, _Terms] = {}
        self._stems_of_word: dict[str, _Terms] = {}
        self._exact_places = Places(self._exact_of_text)
        self._lines: dict[str, _Lines] = {}
        self._lines_of_word: dict[str, _Lines] = {}
        self._stem_places: dict[str, Places] = {}
        self._sieves: dict[tuple[str, frozenset[str]], Sieve] = {}
        self._made: dict[tuple[str, str], tuple[tuple[str, bool], ...]] = {}

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
        lines = self._lines.get(language)
        if lines is None:
            lines = self._lines[language] = Kept(partial(self._lines_of_chunk, language))
            self._lines_of_word[language] = Kept(partial(self._line_of_word, language))
        both = list(map(lines.__getitem__, spellings.chunks(text)))
        return " ".join(map(_FIRST, both)), " ".join(map(_SECOND, both))

    def line_around(self, text: str, language: str = "de") -> str:
        """Return the terms of a title or another short field: stems, and stop words as they are.

        >>> Analyzer().line_around("Wohin mit den Autos?")
        'auto wohin mit den'
        """
        exact, stem = self.lines(text, language)
        stop_words = _stop_words(language)
        return " ".join((*stem.split(), *(word for word in exact.split() if word in stop_words)))

    def _lines_of_chunk(self, language: str, chunk: str) -> tuple[str, str]:
        word = plain_word(chunk)
        if word:
            return self._lines_of_word[language][word]
        exact: list[str] = []
        stems: list[str] = []
        for raw in tokens.raw_tokens(chunk):
            token = pieces.cut(raw)
            exact += token.words
            stems += [term for term, _ in self._make_stems(token, language)]
        return " ".join(exact), " ".join(stems)

    def _line_of_word(self, language: str, word: str) -> tuple[str, str]:
        return word, " ".join(self._of_word(language)[word])

    def stem(self, text: str, language: str = "de") -> list[Term]:
        """Return the stems, and the stems of compound parts, each with its token's offsets.

        Stop words have none: half of all words, asked for by nobody, would have half of all stems.

        >>> [t.term for t in Analyzer().stem("Ministerien und Autos")]
        ['ministeri', 'auto']
        """
        return self._stem_places_of(language).of(text)

    def stems_among(self, text: str, language: str, wanted: frozenset[str]) -> list[Term]:
        """Return those terms of `stem` that are wanted; much faster than all of them.

        >>> Analyzer().stems_among("Ein Forum, viele Foren", "de", frozenset(["forum"]))[1]
        Term(term='forum', start=17, end=22, part_of=None)
        """
        sieve = self._sieves.get((language, wanted))
        if sieve is None:
            if len(self._sieves) >= _SIEVES_LIMIT:
                self._sieves.clear()
            sieve = Sieve(self._stem_places_of(language), wanted)
            self._sieves[language, wanted] = sieve
        return sieve.of(text)

    def _stem_places_of(self, language: str) -> Places:
        places = self._stem_places.get(language)
        if places is None:
            places = self._stem_places[language] = Places(
                lambda stretch: self._stems_of_text(stretch, language)
            )
        return places

    def stem_words(self, text: str, language: str = "de") -> list[str]:
        """Return the terms of `stem` without offsets, fast: for the index."""
        terms = self._stems.get(language)
        if terms is None:
            terms = self._stems[language] = Kept(partial(self._stems_of_chunk, language))
        return list(chain.from_iterable(map(terms.__getitem__, spellings.chunks(text))))

    def _stems_of_chunk(self, language: str, chunk: str) -> tuple[str, ...]:
        word = self._plain[chunk]
        if word:
            return self._of_word(language)[word]
        return tuple(
            term for raw in tokens.raw_tokens(chunk) for term, _ in self._stems_of(raw, language)
        )

    def _of_word(self, language: str) -> _Terms:
        """Return folded word → its stem and the stems of its parts."""
        terms = self._stems_of_word.get(language)
        if terms is None:
            stem, split = self._tools(language)
            stop_words = _stop_words(language)
            terms = self._stems_of_word[language] = Kept(
                lambda word: () if word in stop_words else (stem(word), *map(stem, split(word)))
            )
        return terms

    def query_terms(self, word: str, language: str = "de") -> tuple[tuple[str, ...], ...]:
        """Return the alternatives for a query word in the field `stem`: an OR of ANDs.

        The first is the word's own stem; the second, for a compound, the stems of all its parts.
        Empty for a stop word, and when there is no letter and no digit.

        >>> Analyzer().query_terms("Foren"), Analyzer().query_terms("und")
        ((('forum',),), ())
        """
        alternatives: list[tuple[str, ...]] = [()]
        for token in tokens.tokens(word):
            own = self._alternatives(token.text, language) or [()]
            alternatives = [(*left, *right) for left in alternatives for right in own][:8]
        return tuple(a for a in dict.fromkeys(alternatives) if a)

    def around_terms(self, word: str, language: str = "de") -> tuple[tuple[str, ...], ...]:
        """Return `query_terms` for the fields of `line_around`, which have stop words, too.

        >>> Analyzer().around_terms("Und")
        (('und',),)
        """
        is_stop_word = self.is_stop_word(word, language)
        return ((fold(word),),) if is_stop_word else self.query_terms(word, language)

    def family(self, stem: str) -> list[str]:
        """Return stems of German words that may be made from the same word as this stem's."""
        return german.family(stem)

    def is_stop_word(self, word: str, language: str = "de") -> bool:
        """Tell whether a word says too little to be asked for alone.

        >>> Analyzer().is_stop_word("Für"), Analyzer().is_stop_word("Kultur")
        (True, False)
        """
        return fold(word) in _stop_words(language)

    def _exact_of_text(self, text: str) -> list[Term]:
        found: list[Term] = []
        for token in tokens.tokens(text):
            terms = self._exact_of[token.text]
            if len(terms) == 1:
                found.append(Term(terms[0], token.start, token.end))
            else:
                found.extend(pieces.placed(terms, token, text))
        return found

    def _stems_of_text(self, text: str, language: str) -> list[Term]:
        found: list[Term] = []
        for token in tokens.tokens(text):
            terms = self._stems_of(token.text, language)
            if " " in token.text:
                found += pieces.apart(terms, token, text)
            else:
                found += [
                    Term(term, token.start, token.end, token.text if is_part else None)
                    for term, is_part in terms
                ]
        return found

    def _exact_of_chunk(self, chunk: str) -> tuple[str, ...]:
        word = self._plain[chunk]
        if word:
            return (word,)
        return tuple(chain.from_iterable(map(pieces.words_of, tokens.raw_tokens(chunk))))

    def _stems_of(self, raw: str, language: str) -> tuple[tuple[str, bool], ...]:
        """Return the stem terms of a token, each with whether it is only a part of it."""
        key = (raw, language)
        terms = self._made.get(key)
        if terms is None:
            if len(self._made) >= _MADE_LIMIT:
                self._made.clear()
            terms = self._made[key] = self._make_stems(pieces.cut(raw), language)
        return terms

    def _make_stems(self, token: pieces.Cut, language: str) -> tuple[tuple[str, bool], ...]:
        of_word = self._of_word(language)
        words = token.words
        if token.base:
            wholes, words = [*of_word[words[0]][:1]], [token.base]
        elif len(words) == 1:
            return tuple((term, place > 0) for place, term in enumerate(of_word[words[0]]))
        else:
            wholes = self._wholes(token, language)
        terms = [(whole, False) for whole in wholes]
        for word in words:
            terms += [(t, place > 0 or bool(wholes)) for place, t in enumerate(of_word[word])]
        return tuple(terms)

    def _wholes(self, token: pieces.Cut, language: str) -> list[str]:
        """Return the terms for a token of several words as a whole."""
        if token.named:
            return [*token.named]
        whole = pieces.whole(token)
        if whole.isalpha():
            return [self._tools(language)[0](whole)]
        return [whole] if whole else []

    def _alternatives(self, token: str, language: str) -> list[tuple[str, ...]]:
        stem, _ = self._tools(language)
        stop_words = _stop_words(language)
        cut = pieces.cut(token)
        words = cut.words
        if len(words) > 1:
            wholes = self._wholes(cut, language)
            parts = tuple(stem(word) for word in words if word not in stop_words)
            if not wholes or not parts:
                return [tuple(wholes[:1]) or parts]
            if token.startswith("§"):  # each that is written, not all between them
                return [tuple(f"§{word}" for word in words if word[0].isdigit())]
            is_named = pieces.is_hyphened(cut.text) and any(map(str.isalpha, words))
            is_worded = bool(cut.named) and any(map(str.isalpha, words))
            is_split = wholes[0].isalpha() or is_named or is_worded
            return [(wholes[0],), parts] if is_split else [(wholes[0],)]
        if not words or words[0] in stop_words:
            return []
        own: list[tuple[str, ...]] = [(stem(words[0]),)]
        if language != "en" and self.lexicon is not None:
            split = compounds.split(words[0], self.lexicon)
            if split:
                own.append(tuple(dict.fromkeys(stem(part) for part in split)))
        return own

    def _tools(self, language: str) -> tuple[Callable[[str], str], Callable[[str], list[str]]]:
        if language == "en":
            return english.stem, _unsplit
        lexicon = self.lexicon
        if lexicon is None:
            return german.stem, _unsplit
        return german.stem, lambda word: compounds.all_parts(word, lexicon.words)


def _stop_words(language: str) -> frozenset[str]:
    return english.STOP_WORDS if language == "en" else german.STOP_WORDS


def _unsplit(_: str) -> list[str]:
    return []
