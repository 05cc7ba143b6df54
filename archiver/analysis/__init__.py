"""From text to terms: one analysis for all engines, the same at index and at query time.

Two fields come from a page's text. `exact` holds folded, unstemmed words with positions, for
phrases, wildcards and completion; `stem` holds stems, and stems of the parts of compounds, without
positions. Offsets are character offsets into the original text.

Raise ANALYSIS_VERSION with every change that changes terms. Pure: no I/O but the lexicon file
that is named to `Lexicon`; no engine.
"""

from archiver.analysis.analyzer import ANALYSIS_VERSION, LANGUAGES, Analyzer
from archiver.analysis.folding import fold
from archiver.analysis.lexicon import Lexicon, compile_lexicon, german_words
from archiver.analysis.terms import Term, Token

__all__ = [
    "ANALYSIS_VERSION",
    "LANGUAGES",
    "Analyzer",
    "Lexicon",
    "Term",
    "Token",
    "compile_lexicon",
    "fold",
    "german_words",
]
