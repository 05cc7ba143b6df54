"""Numbers of a query: frequencies by sitting and year, hits over time, topics that go together.

Pure: no I/O, no search; counts are handed in page by page.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from archiver.codec import to_json
from archiver.export.tables import encode_cells

__all__ = ["Frequency", "Pair", "Statistics", "Tally", "encode_statistics", "tables"]

PER_WORDS = 10_000
UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often the words stand in one group of pages.

    `places` counts matched places, `pages` and `documents` those with a hit, `words` all words
    of the group; `per_10000` is places for 10,000 words, None where the group has none. An empty
    `value` is the group of pages without a sitting or date.
    """

    value: str
    places: int
    pages: int
    documents: int
    words: int

    @property
    def per_10000(self) -> float | None:
        """Places for 10,000 words, to three decimals.

        >>> Frequency("28", 3, 2, 1, 4000).per_10000
        7.5
        """
        return round(self.places * PER_WORDS / self.words, 3) if self.words else None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two topics and the number of found documents that have both."""

    one: str
    other: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The numbers of one query on one generation."""

    query: str
    normalised: str
    generation: str
    by_session: tuple[Frequency, ...]
    by_year: tuple[Frequency, ...]
    by_month: tuple[Frequency, ...]
    topics: tuple[Pair, ...]
    total: Frequency


@dataclass(slots=True)
class _Counts:
    places: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)

    def frequencies(self, *, is_number: bool) -> tuple[Frequency, ...]:
        def order(value: str) -> tuple[bool, int, str]:
            return value == UNKNOWN, int(value or 0) if is_number else 0, value

        return tuple(
            Frequency(v, self.places[v], self.pages[v], self.documents[v], self.words[v])
            for v in sorted({*self.words, *self.pages}, key=order)
        )


class Tally:
    """Adds up pages and documents; the groups of a document are its sittings, year, month."""

    def __init__(self) -> None:
        self._by = {name: _Counts() for name in ("session", "year", "month", "all")}
        self._topics: Counter[tuple[str, str]] = Counter()

    def add_words(self, sessions: Iterable[int], month: str, words: int) -> None:
        """Count the words of a page or document, found or not; `month` is YYYY-MM or empty."""
        for name, value in self._groups(sessions, month):
            self._by[name].words[value] += words

    def add_page(self, sessions: Iterable[int], month: str, places: int) -> None:
        """Count a found page with its matched places."""
        for name, value in self._groups(sessions, month):
            self._by[name].places[value] += places
            self._by[name].pages[value] += 1

    def add_document(self, sessions: Iterable[int], month: str, topics: Iterable[str]) -> None:
        """Count a found document once."""
        for name, value in self._groups(sessions, month):
            self._by[name].documents[value] += 1
        self._topics.update(combinations(sorted(set(topics)), 2))

    def statistics(self, *, query: str, normalised: str, generation: str) -> Statistics:
        """Return the numbers; groups ascending, the unknown last, pairs by frequency."""
        pairs = sorted(self._topics.items(), key=lambda item: (-item[1], item[0]))
        total = self._by["all"].frequencies(is_number=False)
        return Statistics(
            query=query,
            normalised=normalised,
            generation=generation,
            by_session=self._by["session"].frequencies(is_number=True),
            by_year=self._by["year"].frequencies(is_number=True),
            by_month=self._by["month"].frequencies(is_number=False),
            topics=tuple(Pair(one, other, count) for (one, other), count in pairs),
            total=total[0] if total else Frequency("all", 0, 0, 0, 0),
        )

    @staticmethod
    def _groups(sessions: Iterable[int], month: str) -> Iterator[tuple[str, str]]:
        for session in map(str, dict.fromkeys(sessions)) or (UNKNOWN,):
            yield "session", session
        yield "year", month[:4]
        yield "month", month
        yield "all", "all"


VIEWS = ("session", "year", "month", "topics")
_COLUMNS = ("places", "pages", "documents", "words", "per_10000")


def tables(statistics: Statistics, view: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return header and rows of one view: session, year, month or topics."""
    if view == "topics":
        rows: list[tuple[Any, ...]] = [(p.one, p.other, p.documents) for p in statistics.topics]
        return ("topic", "other_topic", "documents"), rows
    chosen = {
        "session": statistics.by_session,
        "year": statistics.by_year,
        "month": statistics.by_month,
    }[view]
    return (view, *_COLUMNS), [
        (f.value, f.places, f.pages, f.documents, f.words, f.per_10000) for f in chosen
    ]


def encode_statistics(statistics: Statistics, view: str, format_name: str) -> bytes:
    """Write one view as `csv`, `tsv` or `svg`, or everything as `json`."""
    if format_name == "json":
        return to_json(as_fields(statistics), indent=2) + b"\n"
    header, rows = tables(statistics, view)
    if format_name == "svg":
        from archiver.export.charts import draw_bars, draw_matrix

        title = statistics.query
        if view == "topics":
            return draw_matrix(
                [(p.one, p.other, p.documents) for p in statistics.topics],
                title=f"{title}: documents with both topics",
            )
        return draw_bars(
            [(str(row[0] or "?"), row[1]) for row in rows], title=f"{title}: places by {view}"
        )
    return encode_cells([header, *rows], format_name)


def as_fields(statistics: Statistics) -> dict[str, Any]:
    """Return the statistics as plain values, frequencies with their rate."""
    views = {
        f"by_{view}": [dict(zip(*(header, row), strict=True)) for row in rows]
        for view in VIEWS[:3]
        for header, rows in [tables(statistics, view)]
    }
    header, rows = tables(statistics, "topics")
    return {
        "query": statistics.query,
        "normalised": statistics.normalised,
        "generation": statistics.generation,
        **views,
        "topics": [dict(zip(header, row, strict=True)) for row in rows],
        "total": {
            "places": statistics.total.places,
            "pages": statistics.total.pages,
            "documents": statistics.total.documents,
            "words": statistics.total.words,
            "per_10000": statistics.total.per_10000,
        },
    }
