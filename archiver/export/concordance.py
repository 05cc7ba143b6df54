"""Concordance lines (KWIC): left, node, right, cut in characters or words, sorted as asked.

Pure: no I/O. A line is a projection of a hit record that was built with enough context
(`context_needed`); one record for each occurrence gives one line for each.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from archiver.errors import UsageError
from archiver.export.record import HitRecord, sound
from archiver.export.tables import join_values

__all__ = [
    "Kwic",
    "KwicLine",
    "Unit",
    "context_needed",
    "encode_kwic",
    "kwic_line",
    "parse_sort",
    "sort_lines",
]

Unit = Literal["characters", "words"]

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_SORT = re.compile(r"(?P<place>[1-9]\d?)(?P<side>[LR])|(?P<node>N)", re.IGNORECASE)
# What a concordance cannot show in a line: breaks, tabs, other controls.
_GAP = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_LONGEST_WORD = 64  # characters kept for one word of context; German statutes reach about 60
_COLUMNS = ("hit_id", "session", "held_on", "title", "url", "page", "left", "node", "right")


@dataclass(frozen=True, slots=True)
class Kwic:
    """How much stands beside the node, in which unit, and by what lines are sorted.

    `sort` holds places like "1L" (first word to the left), "2R", "N" (the node), the first one
    deciding; empty keeps the order of the result.
    """

    window: int = 40
    unit: Unit = "characters"
    sort: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KwicLine:
    """One occurrence: text before, matched text, text after, each on one line; and its place."""

    left: str
    node: str
    right: str
    record: HitRecord


def parse_sort(text: str) -> tuple[str, ...]:
    """Read `--sort 1L,2R,N`; raise UsageError for anything else.

    >>> parse_sort("1l, 2R,n")
    ('1L', '2R', 'N')
    """
    words = tuple(word.strip().upper() for word in text.split(",") if word.strip())
    for word in words:
        if not _SORT.fullmatch(word):
            raise UsageError(f"cannot sort by {word!r} – write places like 1L, 2R, or N")
    return words


def context_needed(kwic: Kwic) -> int:
    """Return how many characters of context records must be built with."""
    longest = 1 if kwic.unit == "characters" else _LONGEST_WORD
    words_sorted = max((int(found["place"] or 0) for found in _keys(kwic.sort)), default=0)
    return max(kwic.window * longest, words_sorted * _LONGEST_WORD)


def kwic_line(record: HitRecord, kwic: Kwic) -> KwicLine:
    """Cut a record's text to the window, with every gap as one blank."""
    left = _one_line(record.snippet_left)
    right = _one_line(record.snippet_right)
    if kwic.unit == "characters":
        left = left[-kwic.window :] if kwic.window else ""
        right = right[: kwic.window]
    else:
        left = _last_words(left, kwic.window)
        right = _first_words(right, kwic.window)
    return KwicLine(left, _one_line(record.match), right, record)


def sort_lines(records: Iterable[HitRecord], kwic: Kwic) -> Iterator[KwicLine]:
    """Yield the lines in the order asked; sorting keeps them all in memory.

    Words are compared as German dictionaries do (DIN 5007-1): ä like a, ß like ss, capitals like
    small letters; among words equal so far a comes before ä. Places beyond the text come first;
    equal lines keep their order.
    """
    if not kwic.sort:
        for record in records:
            yield kwic_line(record, kwic)
        return
    keyed = [(_sort_key(record, kwic.sort), kwic_line(record, kwic)) for record in records]
    keyed.sort(key=lambda pair: pair[0])
    for _, line in keyed:
        yield line


def encode_kwic(records: Iterable[HitRecord], kwic: Kwic) -> Iterator[bytes]:
    """Write lines as plain TSV without any quoting (UTF-8, LF), for AntConc, R, a spreadsheet."""
    yield ("\t".join(_COLUMNS) + "\n").encode()
    for line in sort_lines(records, kwic):
        record = line.record
        cells = (
            record.hit_id,
            join_values(record.session),
            record.held_on or "",
            _one_line(record.title).strip(),
            record.url,
            record.page_label or str(record.page),
            line.left,
            line.node,
            line.right,
        )
        yield ("\t".join(_GAP.sub(" ", sound(cell)) for cell in cells) + "\n").encode()


def fold(word: str) -> str:
    """Return the form by which words are sorted.

    >>> fold("Übergänge"), fold("STRASSE") == fold("Straße")
    ('ubergange', True)
    """
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _one_line(text: str) -> str:
    r"""Turn every gap into one blank.

    >>> _one_line("Bürger\n\tforum ")
    'Bürger forum '
    """
    return _GAP.sub(" ", text)


def _last_words(text: str, count: int) -> str:
    """Return the text from the count-th word before its end.

    >>> _last_words("Wir fordern, dass die ", 2)
    'dass die '
    """
    words = list(_WORD.finditer(text))
    if count == 0:
        return ""
    return text[words[-count].start() :] if len(words) > count else text


def _first_words(text: str, count: int) -> str:
    """Return the text up to the count-th word's end.

    >>> _first_words(" der Stadt, bitte.", 2)
    ' der Stadt'
    """
    if count == 0:
        return ""
    end = 0
    for number, word in enumerate(_WORD.finditer(text), start=1):
        end = word.end()
        if number == count:
            return text[:end]
    return text


def _keys(sort: Sequence[str]) -> Iterator[re.Match[str]]:
    for word in sort:
        found = _SORT.fullmatch(word)
        if found is None:
            raise UsageError(f"cannot sort by {word!r} – write places like 1L, 2R, or N")
        yield found


def _sort_key(record: HitRecord, sort: Sequence[str]) -> tuple[str, ...]:
    left = _WORD.findall(record.snippet_left)
    right = _WORD.findall(record.snippet_right)
    compared = []
    for found in _keys(sort):
        if found["node"]:
            compared.append(record.match)
            continue
        place = int(found["place"])
        words = left[::-1] if found["side"].upper() == "L" else right
        compared.append(words[place - 1] if place <= len(words) else "")
    return (*map(fold, compared), *map(str.casefold, compared))
