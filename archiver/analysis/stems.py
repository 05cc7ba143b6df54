"""The field `stem` in one language: terms of words, tokens and texts, and what a query looks for.

Pure: no I/O.
"""

from itertools import chain
from operator import itemgetter

from archiver.analysis import compounds, english, german, pieces, spellings, tokens
from archiver.analysis.lexicon import Lexicon
from archiver.analysis.stretches import Kept, Places, Sieve, plain_word
from archiver.analysis.terms import Term

_FIRST, _SECOND = itemgetter(0), itemgetter(1)
_SIEVES_LIMIT = 16  # words of one or two queries


class Stems:
    """Stems of texts in one language, "en" for English and all else German.

    With a lexicon German compounds are split, without one they are not. Stop words have no stems:
    half of all words, asked for by nobody, would have half of all stems.
    """

    def __init__(self, language: str, lexicon: Lexicon | None) -> None:
        is_english = language == "en"
        self.stop_words = english.STOP_WORDS if is_english else german.STOP_WORDS
        self._stem = english.stem if is_english else german.stem
        self._lexicon = None if is_english else lexicon
        self._of_word = Kept(self._make_of_word)
        self._of_token = Kept(self._make_of_token)
        self._of_stretch = Kept(self._make_of_stretch)
        self._lines_of_word = Kept(self._make_lines_of_word)
        self._lines_of_stretch = Kept(self._make_lines_of_stretch)
        self._places = Places(self.terms_at_once)
        self._sieves: dict[frozenset[str], Sieve] = {}

    def words(self, text: str) -> list[str]:
        """Return the terms in order, without offsets."""
        return list(chain.from_iterable(map(self._of_stretch.__getitem__, spellings.chunks(text))))

    def terms(self, text: str) -> list[Term]:
        """Return the terms in order, each with its token's offsets."""
        return self._places.of(text)

    def among(self, text: str, wanted: frozenset[str]) -> list[Term]:
        """Return those of `terms` that are wanted; much faster than all of them."""
        sieve = self._sieves.get(wanted)
        if sieve is None:
            if len(self._sieves) >= _SIEVES_LIMIT:
                self._sieves.clear()
            sieve = self._sieves[wanted] = Sieve(self._places, wanted)
        return sieve.of(text)

    def lines(self, text: str) -> tuple[str, str]:
        """Return the terms of `exact` and the stems, each as one line; the fastest way.

        A page is put together from hundreds of stretches, so what is kept of each are two strings.
        """
        both = list(map(self._lines_of_stretch.__getitem__, spellings.chunks(text)))
        return " ".join(map(_FIRST, both)), " ".join(map(_SECOND, both))

    def alternatives(self, word: str) -> tuple[tuple[str, ...], ...]:
        """Return the ways to find a query word: an OR of ANDs (`Analyzer.query_terms`)."""
        found: list[tuple[str, ...]] = [()]
        for token in tokens.tokens(word):
            own = self._alternatives(pieces.cut(token.text)) or [()]
            found = [(*left, *right) for left in found for right in own][:8]
        return tuple(terms for terms in dict.fromkeys(found) if terms)

    def terms_at_once(self, text: str) -> list[Term]:
        """Return `terms` of a whole text, without taking it apart into stretches first."""
        found: list[Term] = []
        for token in tokens.tokens(text):
            terms = self._of_token[token.text]
            if " " in token.text:
                found += pieces.apart(terms, token, text)
            else:
                found += [
                    Term(term, token.start, token.end, token.text if is_part else None)
                    for term, is_part in terms
                ]
        return found

    def _make_of_word(self, word: str) -> tuple[str, ...]:
        """Return the stem of a folded word, and the stems of its parts."""
        if word in self.stop_words:
            return ()
        parts = compounds.all_parts(word, self._lexicon.words) if self._lexicon else ()
        return (self._stem(word), *map(self._stem, parts))

    def _make_of_token(self, raw: str) -> tuple[tuple[str, bool], ...]:
        """Return the terms of a token, each with whether it is only a part of it."""
        return self._of_cut(pieces.cut(raw))

    def _of_cut(self, token: pieces.Cut) -> tuple[tuple[str, bool], ...]:
        words = token.words
        if token.base:
            wholes, words = [*self._of_word[words[0]][:1]], [token.base]
        elif len(words) == 1:
            return tuple((term, place > 0) for place, term in enumerate(self._of_word[words[0]]))
        else:
            wholes = self._wholes(token)
        terms = [(whole, False) for whole in wholes]
        for word in words:
            own = self._of_word[word]
            terms += [(term, place > 0 or bool(wholes)) for place, term in enumerate(own)]
        return tuple(terms)

    def _make_of_stretch(self, stretch: str) -> tuple[str, ...]:
        word = plain_word(stretch)
        if word:
            return self._of_word[word]
        raw_tokens = tokens.raw_tokens(stretch)
        return tuple(term for raw in raw_tokens for term, _ in self._of_token[raw])

    def _make_lines_of_stretch(self, stretch: str) -> tuple[str, str]:
        word = plain_word(stretch)
        if word:
            return self._lines_of_word[word]
        exact: list[str] = []
        stems: list[str] = []
        for raw in tokens.raw_tokens(stretch):
            token = pieces.cut(raw)
            exact += token.words
            stems += [term for term, _ in self._of_cut(token)]
        return " ".join(exact), " ".join(stems)

    def _make_lines_of_word(self, word: str) -> tuple[str, str]:
        """Return a folded word and its terms; stretches that differ in punctuation share them."""
        return word, " ".join(self._of_word[word])

    def _wholes(self, token: pieces.Cut) -> list[str]:
        """Return the terms for a token of several words as a whole."""
        if token.named:
            return [*token.named]
        whole = pieces.whole(token)
        if whole.isalpha():
            return [self._stem(whole)]
        return [whole] if whole else []

    def _alternatives(self, token: pieces.Cut) -> list[tuple[str, ...]]:
        words = [word for word in token.words if word not in self.stop_words]
        if len(token.words) > 1:
            return self._alternatives_of_several(token, words)
        if not words:
            return []
        own: list[tuple[str, ...]] = [(self._stem(words[0]),)]
        if self._lexicon and (parts := compounds.split(words[0], self._lexicon)):
            own.append(tuple(dict.fromkeys(map(self._stem, parts))))
        return own

    def _alternatives_of_several(
        self, token: pieces.Cut, words: list[str]
    ) -> list[tuple[str, ...]]:
        """Return the whole, and where it is made of words its `words` that are no stop words."""
        wholes = self._wholes(token)
        parts = tuple(map(self._stem, words))
        if not wholes or not parts:
            return [tuple(wholes[:1]) or parts]
        if token.text.startswith("§"):  # each that is written, not all between them
            return [tuple(f"§{word}" for word in token.words if word[0].isdigit())]
        has_letters = any(map(str.isalpha, token.words))
        is_named = has_letters and pieces.is_hyphened(token.text)
        is_worded = has_letters and bool(token.named)
        is_split = wholes[0].isalpha() or is_named or is_worded
        return [(wholes[0],), parts] if is_split else [(wholes[0],)]
