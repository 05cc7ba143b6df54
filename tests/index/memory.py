"""The reference engine: plain Python, one JSON file, obviously right, slow."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from archiver.errors import DamagedGenerationError
from archiver.index import ranking
from archiver.index.port import (
    NORMALISED,
    POSITIONED,
    And,
    AndMaybe,
    Best,
    Or,
    PageEntry,
    Phrase,
    Query,
    Term,
    Top,
)


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


def best_of(scores: list[float]) -> float:
    return max(scores) + ranking.TIE * (sum(scores) - max(scores))


class MemoryWriter:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries = json.loads(path.read_text()) if path.exists() else {}

    def put(self, entry: PageEntry) -> None:
        self.entries[str(entry.key)] = {name: line.split() for name, line in entry.terms.items()}

    def remove(self, keys: Iterable[int]) -> None:
        for key in keys:
            self.entries.pop(str(key), None)

    def commit(self) -> None:
        self.path.write_text(json.dumps(self.entries))

    def cancel(self) -> None:
        self.entries = {}


class MemoryReader:
    def __init__(self, entries: dict[str, dict[str, list[str]]]) -> None:
        self.entries = {int(key): fields for key, fields in entries.items()}
        self.counts = {
            key: {name: Counter(terms) for name, terms in fields.items()}
            for key, fields in self.entries.items()
        }

    def average(self, field: str) -> float:
        lengths = [len(fields[field]) for fields in self.entries.values()]
        return sum(lengths) / len(lengths) if lengths else 0.0

    def __len__(self) -> int:
        return len(self.entries)

    def close(self) -> None:
        self.entries = {}

    def match(self, query: Query, names: Sequence[int] | None = None) -> dict[int, float]:
        found = self.scores(query)
        return found if names is None else {names[key]: score for key, score in found.items()}

    def top(
        self,
        query: Query,
        number: int,
        names: Sequence[int] | None = None,
        with_pages: bool = False,
    ) -> Top:
        found = self.match(query, names)
        order = sorted(found.values(), reverse=True)
        least = order[number - 1] if number <= len(order) else 0.0
        best = {page: score for page, score in found.items() if score >= least}
        return Top(best, len(found), list(found) if with_pages else ())

    def scores(self, query: Query) -> dict[int, float]:
        match query:
            case Term(field, text, boost):
                counts = {
                    key: fields[field][text]
                    for key, fields in self.counts.items()
                    if field in fields
                }
                in_texts = sum(bool(fields["stem"][text]) for fields in self.counts.values())
                return self.scored(counts, boost, field, at_least=in_texts)
            case Phrase(terms, boost):
                counts = {key: self.occurrences(key, terms) for key in self.entries}
                return self.scored(counts, boost, POSITIONED)
            case And(parts):
                found = [self.scores(part) for part in parts]
                keys = set.intersection(*map(set, found)) if found else set()
                return {key: sum(part[key] for part in found) for key in keys}
            case Or(parts):
                found = [self.scores(part) for part in parts]
                keys = set().union(*found)
                return {key: sum(part.get(key, 0.0) for part in found) for key in keys}
            case AndMaybe(part, more):
                added = self.scores(more)
                return {key: s + added.get(key, 0.0) for key, s in self.scores(part).items()}
            case Best(parts):
                found = [self.scores(part) for part in parts]
                keys = set().union(*found)
                return {key: best_of([part.get(key, 0.0) for part in found]) for key in keys}

    def occurrences(self, key: int, terms: Sequence[str]) -> int:
        words = self.entries[key][POSITIONED]
        size = len(terms)
        return sum(words[at : at + size] == list(terms) for at in range(len(words) - size + 1))

    def scored(
        self, counts: dict[int, int], boost: float, field: str, at_least: int = 0
    ) -> dict[int, float]:
        found = {key: count for key, count in counts.items() if count}
        if field not in NORMALISED:
            rarity = ranking.idf(max(len(found), at_least), len(self.entries))
            return dict.fromkeys(found, boost * rarity)
        idf = ranking.idf(len(found), len(self.entries))
        average = self.average(field)
        return {
            key: boost * idf * ranking.saturation(count, self.length(key, field), average)
            for key, count in found.items()
        }

    def length(self, key: int, field: str) -> int:
        return ranking.LENGTHS[ranking.norm(len(self.entries[key][field]))]

    def positions(
        self, terms: Iterable[str], keys: Collection[int]
    ) -> dict[str, dict[int, Sequence[int]]]:
        found: dict[str, dict[int, Sequence[int]]] = {}
        for term in terms:
            places = {
                key: [at for at, word in enumerate(self.entries[key][POSITIONED]) if word == term]
                for key in keys
            }
            found[term] = {key: at for key, at in places.items() if at}
        return found

    def terms(self) -> Iterator[tuple[str, int]]:
        pages: Counter[str] = Counter()
        for fields in self.entries.values():
            pages.update(set(fields[POSITIONED]))
        yield from sorted(pages.items())
