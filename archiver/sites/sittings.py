"""Find the words that name a sitting, in wordings and in names of files. Pure: no I/O."""

import re
from dataclasses import dataclass
from functools import lru_cache

from archiver.sites.vocabulary import SITTING_WORD, sitting_kind

PATH_WORD = re.compile(r"(?i:runde[nrms]?)\s(?i:tisch)(?i:e?s)?(?![^\W\d_])|[^\W\d_]{3,60}")


@dataclass(frozen=True, slots=True)
class SittingWord:
    """A sitting's word in a text, with its kind (core, loose, plural)."""

    start: int
    end: int
    kind: str


@lru_cache(maxsize=256)
def find_sitting_words(text: str, *, is_path: bool = False) -> tuple[SittingWord, ...]:
    """Find the words that name a sitting.

    >>> [text_word.kind for text_word in find_sitting_words("Protokolle der Sitzungen des Forums")]
    ['plural', 'core']
    """
    found = []
    for match in (PATH_WORD if is_path else SITTING_WORD).finditer(text):
        kind = sitting_kind(match[0])
        if kind is not None:
            found.append(SittingWord(match.start(), match.end(), kind))
    return tuple(found)
