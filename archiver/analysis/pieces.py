"""Cut a token into the folded words it is made of, and say which terms stand for the whole.

One form for all spellings of a thing (see `spellings`). Pure: no I/O, no language.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from archiver.analysis import spellings, tokens
from archiver.analysis.folding import fold
from archiver.analysis.terms import Term, Token

MAX_TERM = 128
"""Longer terms are cut, in the index and in queries alike: encoded data, not words."""

_WITHOUT_HYPHENS = str.maketrans("", "", "-‐‑")
# "Abs.2" is "Abs. 2", "14.Oktober" is "14. Oktober": a blank is missing, no more.
_ABBREVIATED = re.compile(r"[^\W\d_]+\.\d+[a-zA-Z]?|\d+\.[^\W\d_]+")


class Cut(NamedTuple):
    """A token and its folded words.

    Of a spelling for all genders `words` has the feminine, and `base` what it is made from.
    `named` are finished terms that stand for the whole: a day, paragraphs of a law.
    """

    text: str
    words: list[str]
    base: str = ""
    named: tuple[str, ...] = ()


def cut(raw: str) -> Cut:
    """Clean a token as it stands in the text and cut it into words.

    >>> cut("Stadtteil-Kultur,").words, cut("1.500").words, cut("14.10.2011").named
    (['stadtteil', 'kultur'], ['1500'], ('2011-10-14',))
    """
    token = tokens.clean(tokens.trim(raw))
    if token.startswith("§"):
        named, words = spellings.paragraphs(token)
        return Cut(token, [folded(word) for word in words], "", tuple(map(folded, named)))
    pair = tokens.gendered(token)
    if pair:
        return Cut(token, [folded(pair[1])], folded(pair[0]))
    day = spellings.day(token)
    form = spellings.one_form(token)
    return Cut(form, [folded(piece) for piece in tokens.pieces(form)], "", (day,) if day else ())


def words_of(raw: str) -> tuple[str, ...]:
    """Return the folded words of a token as it stands in the text."""
    return tuple(cut(raw).words)


def folded(word: str) -> str:
    """Return a word's folded form, cut where it is too long; the long form of a short one.

    >>> folded("Straße"), folded("Hauptstr"), folded("EUR")
    ('strasse', 'hauptstrasse', 'euro')
    """
    low = fold(word[:MAX_TERM])[:MAX_TERM]
    if low.endswith("str"):
        return f"{low}asse"[:MAX_TERM]
    return spellings.SHORT.get(low, low)


def is_hyphened(token: str) -> bool:
    """Tell whether hyphens alone join the pieces of a token."""
    return token.translate(_WITHOUT_HYPHENS).isalnum()


def whole(token: Cut) -> str:
    """Return the one term of a token of several words, or "" when only its words count.

    Hyphened words join ("stadtteilkultur" equals "Stadtteil-Kultur"); what holds digits, single
    letters or an at sign stays as written ("2011/2012", "z.b").
    """
    text, words = token.text, token.words
    if _ABBREVIATED.fullmatch(text):
        return ""
    if any(map(str.isdigit, text)) or "@" in text or "://" in text:
        return folded(text)
    if is_hyphened(text):
        return "".join(words)[:MAX_TERM]
    return folded(text) if all(len(word) <= 2 for word in words) else ""


def placed(terms: tuple[str, ...], token: Token, text: str) -> list[Term]:
    """Give each word of a token its own offsets in the original text."""
    found: list[Term] = []
    at = token.start
    spans = tokens.piece_spans(text[token.start : token.end])
    if len(spans) != len(terms):
        return [Term(term, token.start, token.end, token.text) for term in terms]
    for term, (start, end) in zip(terms, spans, strict=True):
        found.append(Term(term, at + start, at + end, token.text))
    return found


def apart(terms: Sequence[tuple[str, bool]], token: Token, text: str) -> list[Term]:
    """Return the stems of a token with blanks, a part at its own word if there is one for each.

    "Oktober" asked for alone is itself in "14. Oktober 2011", and no part of a longer word.
    """
    start, end = token.start, token.end
    spans = tokens.piece_spans(text[start:end])
    named = [term for term, is_part in terms if not is_part]
    parts = [term for term, is_part in terms if is_part]
    if len(spans) == len(named):  # the words alone: "Art. 3"
        named, parts = [], named
    whole = [Term(term, start, end) for term in named]
    if len(spans) == len(parts):
        pairs = zip(parts, spans, strict=True)
        return whole + [Term(part, start + a, start + b) for part, (a, b) in pairs]
    return whole + [Term(part, start, end, token.text) for part in parts]
