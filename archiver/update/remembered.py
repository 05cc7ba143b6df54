"""What words say, remembered from run to run: read once, as long as the readers' code is the same.

A change on one page leaves nearly all words of a site as they were; reading them anew took three
quarters of an update. Knows keys and values, not where they are kept.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol, TypeVar

from archiver.codec import from_json, to_json
from archiver.model import Evidence, Kind, Place, Reading
from archiver.sites.readers import Clue, read_words
from archiver.update.unchanged import code_digest

T = TypeVar("T")
_KEY_BYTES = 16


class Keeper(Protocol):
    """Where readings are kept; `None` for what is not held."""

    def kept_reading(self, key: bytes) -> bytes | None:
        """Return what is kept under a key."""

    def keep_readings(self, readers: str, items: Mapping[bytes, bytes]) -> None:
        """Keep items; those of other readers' code go."""


@dataclass(frozen=True, slots=True)
class _Said:
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    kind: Kind
    evidence: Evidence


class Remembered:
    """Readings of words and kinds of pages; what is not kept yet is made and kept by `keep`.

    Without a keeper everything is made, once. The answers are the same with and without.
    """

    def __init__(self, keeper: Keeper | None = None) -> None:
        self._keeper = keeper
        self._words: dict[tuple[str, Place], tuple[Reading, ...]] = {}
        self._new: dict[bytes, bytes] = {}

    def readings(
        self, clue: Clue, around: object, make: Callable[[], Iterable[Reading]]
    ) -> tuple[Reading, ...]:
        """Return what a clue says; `around` is all else that it depends on."""
        parts = ("clue", clue.text, clue.place, around)
        return self._recall(parts, _Said, lambda: _Said(tuple(make()))).readings

    def words(self, text: str, place: Place) -> tuple[Reading, ...]:
        """Return what words say that stand alone, as `read_words` does."""
        key = (text, place)
        if key not in self._words:
            said = self._recall(("words", *key), _Said, lambda: _Said(read_words(*key)))
            self._words[key] = said.readings
        return self._words[key]

    def kind(
        self, around: object, make: Callable[[], tuple[Kind, Evidence]]
    ) -> tuple[Kind, Evidence]:
        """Return the kind guessed from all that `around` holds."""
        judged = self._recall(("kind", around), _Judged, lambda: _Judged(*make()))
        return judged.kind, judged.evidence

    def keep(self) -> None:
        """Keep what was made."""
        if self._keeper is not None and self._new:
            self._keeper.keep_readings(code_digest(), self._new)
        self._new = {}

    def _recall(self, parts: object, kind: type[T], make: Callable[[], T]) -> T:
        if self._keeper is None:
            return make()
        key = sha256(code_digest().encode() + to_json(parts)).digest()[:_KEY_BYTES]
        kept = self._new.get(key) or self._keeper.kept_reading(key)
        if kept is not None:
            return from_json(kept, kind)
        made = make()
        self._new[key] = to_json(made)
        return made
