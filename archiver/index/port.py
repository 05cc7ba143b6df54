"""What an engine is: the query it answers, the entries it stores. Pure: no I/O.

An engine holds inverted lists and nothing else. It gets terms that analysis has finished, keyed
by a page's integer key, and answers which keys match and how well. Documents, dates, facets,
wildcards and units larger than a page are dealt with outside, the same for every engine.

Fields (`fields.py` says how they are made):

    stem      page       stems and stems of compound parts, with frequencies
    exact     page       folded words, with frequencies and positions
    heading   page       stems of the section's heading
    title, topic, group, keyword
              document   stems, on the document's first page only

Values are NamedTuples: every search loads this, and to make a frozen dataclass costs 1.4 ms.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias

POSITIONED = "exact"
"""The one field with positions; the only one a Phrase may name."""

PAGE_FIELDS = ("stem", POSITIONED, "heading")
DOCUMENT_FIELDS = ("title", "topic", "group", "keyword")
FIELDS = (*PAGE_FIELDS, *DOCUMENT_FIELDS)

NORMALISED = frozenset({"stem", POSITIONED})
"""Fields whose score grows with the frequency and is normalised by their length; the others' is
that of one occurrence, and a term weighs there as much as it does in texts."""

RARITY = "stem"
"""The field that says how rare a term is for all fields around the text. Few titles have even a
common word; rare among titles, it would outweigh all that a page says."""


class Term(NamedTuple):
    """Pages that hold the term in the field; the score is multiplied by `boost`."""

    field: str
    text: str
    boost: float = 1.0


class Phrase(NamedTuple):
    """Pages that hold the terms in a row in `exact`; two or more terms.

    Scored as one term whose frequency is the number of occurrences.
    """

    terms: tuple[str, ...]
    boost: float = 1.0


class And(NamedTuple):
    """Pages that match every part; scores add up. No parts match nothing."""

    parts: tuple["Query", ...]


class Or(NamedTuple):
    """Pages that match a part; scores of the matching parts add up."""

    parts: tuple["Query", ...]


class AndMaybe(NamedTuple):
    """Pages that match `part`; where they match `more`, too, its score is added."""

    part: "Query"
    more: "Query"


class Best(NamedTuple):
    """Pages that match a part: different ways to say one thing, so they do not add up.

    The score is that of the best part, and of each other one `ranking.TIE` of its score.
    """

    parts: tuple["Query", ...]


Query: TypeAlias = Term | Phrase | And | Or | AndMaybe | Best

NOTHING = Or(())

NO_PAGE = -1
"""In place of a key without a page, where keys are renamed."""


class Top(NamedTuple):
    """The best pages of a query with their scores, and how many there are.

    `best` has every page whose score is not below that of the last one asked for, so that others
    may break ties. `pages` are all matching pages in no order, when they were asked for.
    """

    best: dict[int, float]
    total: int
    pages: Collection[int] = ()


class PageEntry(NamedTuple):
    """One page as an engine stores it.

    `key` is unique over all entries ever put into this folder. `terms` has the terms of each field
    as one line, in order, repeated as often as they occur, with blanks between them; a term's place
    in `exact` is its position, and the number of terms the length of the field.
    """

    key: int
    terms: Mapping[str, str]


class EngineReader(Protocol):
    """An opened engine folder. Called by `Index` only.

    Every method raises DamagedGenerationError when the files turn out to be damaged.
    """

    def match(self, query: Query, names: Sequence[int] | None = None) -> dict[int, float]:
        """Return the keys of all matching pages with their scores (`ranking`).

        With `names`, return `names[key]` in place of each key: NO_PAGE for one without a page.
        """

    def top(
        self,
        query: Query,
        number: int,
        names: Sequence[int] | None = None,
        with_pages: bool = False,
    ) -> Top:
        """Return of `match` the best `number` pages or more, and how many it has."""

    def positions(
        self, terms: Iterable[str], keys: Collection[int]
    ) -> dict[str, dict[int, Sequence[int]]]:
        """Return for each term of `exact` its ascending positions on those of the pages."""

    def terms(self) -> Iterator[tuple[str, int]]:
        """Yield each term of `exact` with the number of its live pages, ascending by code point.

        Terms without live pages are left out.
        """

    def __len__(self) -> int:
        """Return the number of live pages."""

    def close(self) -> None:
        """Let go of the files."""


class EngineWriter(Protocol):
    """A folder being changed, which no reader sees. Called by `generations` only.

    A failed writer is closed by `cancel`; its folder is then thrown away.
    """

    def put(self, entry: PageEntry) -> None:
        """Add a page under a key that is not in use."""

    def remove(self, keys: Iterable[int]) -> None:
        """Remove pages that were there when writing began; unknown keys are no error."""

    def commit(self) -> None:
        """Write everything and close the writer."""

    def cancel(self) -> None:
        """Close the writer; what stands in the folder is then undefined."""


class Engine(Protocol):
    """A way to store and find pages."""

    name: str
    version: str

    def open(self, folder: Path) -> EngineReader:
        """Open for reading; raise DamagedGenerationError when that is impossible."""

    def write(self, folder: Path) -> EngineWriter:
        """Begin to change a folder, empty or filled by `inherit`."""

    def inherit(self, source: Path, target: Path) -> None:
        """Fill the new folder `target` with the state of `source` without touching it.

        Files that are never written again may be hard links.
        """
