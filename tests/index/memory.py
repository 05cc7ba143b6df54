"""The reference engine: plain Python, one JSON file, obviously right, slow."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from archiver.errors import DamagedGenerationError
from archiver.index import ranking
from archiver.index.port import NORMALISED, POSITIONED, And, Or, PageEntry, Phrase, Query, Term


class MemoryEngine:
    name = "memory"
    version = "1"

    def open(self, folder: Path) -> "MemoryReader":
        try:
            return MemoryReader(json.loads((folder / "entries.json").read_text()))
        except (OSError, ValueError) as error:
            raise DamagedGenerationError(f"{folder}: {error}") from error

    def write(self, folder: Path) -> "MemoryWriter":
        return MemoryWriter(folder / "entries.json")

    def inherit(self, source: Path, target: Path) -> None:
        (target / "entries.json").write_bytes((source / "entries.json").read_bytes())


class MemoryWriter:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries = json.loads(path.read_text()) if path.exists() else {}

    def put(self, entry: PageEntry) -> None:
        counts = {field: dict(terms) for field, terms in entry.counts.items()}
        places = {term: list(places) for term, places in entry.positions.items()}
        self.entries[str(entry.key)] = [entry.length, counts, places]

    def remove(self, keys: Iterable[int]) -> None:
        for key in keys:
            self.entries.pop(str(key), None)

    def commit(self) -> None:
        self.path.write_text(json.dumps(self.entries))

    def cancel(self) -> None:
        self.entries = {}


class MemoryReader:
    def __init__(self, entries: dict[str, list]) -> None:
        self.entries = {int(key): entry for key, entry in entries.items()}
        lengths = [length for length, _, _ in self.entries.values()]
        self.average = sum(lengths) / len(lengths) if lengths else 0.0

    def __len__(self) -> int:
        return len(self.entries)

    def close(self) -> None:
        self.entries = {}

    def match(self, query: Query) -> dict[int, float]:
        match query:
            case Term(field, text, boost):
                counts = {key: self.frequency(key, field, text) for key in self.entries}
                return self.scored(counts, boost, is_normalised=field in NORMALISED)
            case Phrase(terms, boost):
                counts = {key: self.occurrences(key, terms) for key in self.entries}
                return self.scored(counts, boost, is_normalised=True)
            case And(parts):
                found = [self.match(part) for part in parts]
                keys = set.intersection(*map(set, found)) if found else set()
                return {key: sum(part[key] for part in found) for key in keys}
            case Or(parts):
                found = [self.match(part) for part in parts]
                keys = set().union(*found)
                return {key: sum(part.get(key, 0.0) for part in found) for key in keys}

    def frequency(self, key: int, field: str, text: str) -> int:
        _, counts, places = self.entries[key]
        if field == POSITIONED:
            return len(places.get(text, []))
        return counts.get(field, {}).get(text, 0)

    def occurrences(self, key: int, terms: Sequence[str]) -> int:
        places = self.entries[key][2]
        return sum(
            all(start + offset in places.get(term, []) for offset, term in enumerate(terms))
            for start in places.get(terms[0], [])
        )

    def scored(
        self, counts: dict[int, int], boost: float, *, is_normalised: bool
    ) -> dict[int, float]:
        found = {key: count for key, count in counts.items() if count}
        idf = ranking.idf(len(found), len(self.entries))
        return {
            key: boost
            * idf
            * ranking.saturation(
                count, self.entries[key][0] if is_normalised else None, self.average
            )
            for key, count in found.items()
        }

    def positions(
        self, terms: Iterable[str], keys: Collection[int]
    ) -> dict[str, dict[int, Sequence[int]]]:
        return {
            term: {k: self.entries[k][2][term] for k in keys if term in self.entries[k][2]}
            for term in terms
        }

    def terms(self) -> Iterator[tuple[str, int]]:
        words = {word for _, _, places in self.entries.values() for word in places}
        for word in sorted(words):
            yield word, sum(word in places for _, _, places in self.entries.values())
