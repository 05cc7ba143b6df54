"""The embedded engine: Whoosh 2.7.4, known here and in the modules `whoosh_…` only.

Whoosh stores and finds the inverted lists; terms, scores and positions are given to it finished.

Known traps: opening unpickles the table of contents, so `generations` lets no foreign folder come
this far; Whoosh neither syncs nor checks its files, so any exception while reading is taken for
damage. Segment files may be hard links; the table of contents is copied.
"""

import os
import shutil
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from operator import getitem
from pathlib import Path
from typing import Any

from archiver.errors import DamagedGenerationError
from archiver.index import ranking
from archiver.index.port import (
    NORMALISED,
    POSITIONED,
    RARITY,
    And,
    AndMaybe,
    Best,
    EngineReader,
    EngineWriter,
    Or,
    Phrase,
    Query,
    Term,
    Top,
)
from archiver.index.whoosh_segments import (
    Files,
    Segment,
    read_toc,
    write_toc,
)

name = "whoosh"
version = "2.7.4"

_COUNTS_KEPT = 10_000
_TABLE_FROM = 200  # postings; a table of the scores of all norms costs as much as their scores


def open(folder: Path) -> EngineReader:  # noqa: A001  # the port's name
    """Open a folder for reading; raise DamagedGenerationError when that is impossible."""
    return _Reader(folder)


def write(folder: Path) -> EngineWriter:
    """Begin to change a folder, empty or filled by `inherit`."""
    from archiver.index.whoosh_writer import Writer  # here, because searching writes nothing

    if not any(folder.glob("*.toc")):
        write_toc(folder, [], 0)
    return Writer(folder)


def inherit(source: Path, target: Path) -> None:
    """Fill the new folder `target` with the state of `source` without touching it."""
    for path in sorted(source.iterdir()):
        if path.suffix == ".toc":
            shutil.copyfile(path, target / path.name)
            continue
        try:
            os.link(path, target / path.name)
        except OSError:  # a file system without hard links
            shutil.copyfile(path, target / path.name)


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turn whatever Whoosh raises on broken files into DamagedGenerationError."""

    def call(self: "_Reader", *args: Any) -> Any:
        try:
            return method(self, *args)
        except (DamagedGenerationError, MemoryError):
            raise
        except Exception as error:  # Whoosh raises anything
            raise _damaged(self.folder, error) from error

    return call


def _damaged(folder: Path, error: Exception) -> DamagedGenerationError:
    what = str(error).splitlines()[0] if str(error) else type(error).__name__
    return DamagedGenerationError(f"{folder}: damaged index files ({what})")


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.segments: list[Segment] = []
        self._files = Files(folder)
        try:
            toc = read_toc(folder)
            self.segments += [Segment(folder, self._files, toc.schema, s) for s in toc.segments]
        except Exception as error:
            self.close()
            raise _damaged(folder, error) from error
        self.total: int = sum(segment.live for segment in self.segments)
        self._damping: dict[str, list[float]] = {}
        self._counts: dict[str, int] = {}

    def __len__(self) -> int:
        return self.total

    def close(self) -> None:
        self.segments.clear()
        self._files.close_all()

    def damping(self, field: str) -> list[float]:
        """Return `ranking.damping` for the mean number of terms of a live page in a field."""
        if field not in self._damping:
            terms = 0
            for segment in self.segments:
                lengths = segment.lengths[field]
                if segment.live == len(lengths):
                    terms += sum(lengths)
                else:
                    pairs = zip(segment.keys, lengths, strict=True)
                    terms += sum(length for key, length in pairs if key >= 0)
            self._damping[field] = ranking.damping(terms / self.total if self.total else 0.0)
        return self._damping[field]

    @_guarded
    def match(self, query: Query, names: Sequence[int] | None = None) -> dict[int, float]:
        found = self._match(query, None)
        if names is None:
            return found
        return dict(zip(map(names.__getitem__, found), found.values(), strict=True))

    def top(
        self,
        query: Query,
        number: int,
        names: Sequence[int] | None = None,
        with_pages: bool = False,
    ) -> Top:
        found = self.match(query, names)
        pages = found.keys() if with_pages else ()
        return Top(ranking.best_of(found, number), len(found), pages)

    def _match(self, query: Query, among: Collection[int] | None) -> dict[int, float]:
        """Return matching keys with their scores; at least those `among` some, None for all."""
        match query:
            case Term(field, text, boost):
                return self._term(field, text, boost, among)
            case Phrase(terms, boost):
                return self._phrase(terms, boost)
            case Or(parts):
                return _sum(self._match(part, among) for part in parts)
            case Best(parts):
                return _best([self._match(part, among) for part in parts])
            case And(parts):
                return self._all(parts, among)
            case AndMaybe(part, more):
                found = self._match(part, among)
                added = self._match(more, found.keys()) if found else {}
                known = added.get
                return {key: score + known(key, 0.0) for key, score in found.items()}

    def _all(self, parts: Sequence[Query], among: Collection[int] | None) -> dict[int, float]:
        """Match every part, the rarest first, the others on its pages only."""
        order = sorted(parts, key=self._bound) if len(parts) > 1 else parts
        found: list[dict[int, float]] = []
        for part in order:
            matching = self._match(part, among)
            if not matching:
                return {}
            if among is not None:
                matching = {key: matching[key] for key in matching.keys() & among}
            found.append(matching)
            among = matching.keys()
        if len(found) == 1:
            return found[0]
        return {key: sum(part[key] for part in found) for key in among or ()}

    def _bound(self, query: Query) -> int:
        """Return a number of pages that the query does not match more of."""
        match query:
            case Term(field, text):
                return sum(segment.frequency(field, text) for segment in self.segments)
            case Phrase(terms):
                return min(self._bound(Term(POSITIONED, term)) for term in terms)
            case And(parts):
                return min(map(self._bound, parts), default=0)
            case Or(parts) | Best(parts):
                return sum(map(self._bound, parts))
            case AndMaybe(part):
                return self._bound(part)

    def _term(
        self, field: str, text: str, boost: float, among: Collection[int] | None
    ) -> dict[int, float]:
        keys: list[int] = []
        frequencies: list[float] = []
        norms: list[int] = []
        is_normalised = field in NORMALISED
        matching = 0
        for segment in self.segments:
            has_deleted = segment.live < len(segment.keys)
            for ids, weights in segment.postings(field, text):
                if has_deleted:
                    ids, weights = _live(segment, ids, weights)
                matching += len(ids)
                if among is not None:
                    ids, weights = _kept(segment, ids, weights, among)
                keys.extend(map(segment.keys.__getitem__, ids))
                if is_normalised:
                    frequencies.extend(weights)
                    norms.extend(map(segment.norms[field].__getitem__, ids))
        if field == RARITY:
            self._count(text, matching)
        elif not is_normalised and matching:
            matching = max(matching, self._pages_with(text))
        weight = boost * ranking.idf(matching, self.total)
        if not is_normalised:
            return dict.fromkeys(keys, weight)
        return dict(zip(keys, self._scores(frequencies, norms, weight, field), strict=True))

    def _pages_with(self, text: str) -> int:
        """Return how many live pages have a term in the field that says how rare it is."""
        if (known := self._counts.get(text)) is not None:
            return known
        count = 0
        for segment in self.segments:
            has_deleted = segment.live < len(segment.keys)
            for ids, weights in segment.postings(RARITY, text):
                count += len(_live(segment, ids, weights)[0] if has_deleted else ids)
        self._count(text, count)
        return count

    def _count(self, text: str, count: int) -> None:
        if len(self._counts) >= _COUNTS_KEPT:
            self._counts.clear()
        self._counts[text] = count

    def _scores(
        self, frequencies: list[float], norms: list[int], weight: float, field: str
    ) -> Iterable[float]:
        """Return BM25 of each frequency with the norm of the page's length."""
        damping = self.damping(field)
        top = weight * (ranking.K1 + 1)
        if len(norms) < _TABLE_FROM:
            return [top * f / (f + damping[n]) for f, n in zip(frequencies, norms, strict=True)]
        rows = {f: [top * f / (f + d) for d in damping] for f in set(frequencies)}
        return map(getitem, map(rows.__getitem__, frequencies), norms)

    def _phrase(self, terms: tuple[str, ...], boost: float) -> dict[int, float]:
        keys: list[int] = []
        counts: list[float] = []
        norms: list[int] = []
        for segment in self.segments:
            for number, count in _phrase_counts(segment, terms):
                if (key := segment.keys[number]) >= 0:
                    keys.append(key)
                    counts.append(count)
                    norms.append(segment.norms[POSITIONED][number])
        weight = boost * ranking.idf(len(keys), self.total)
        return dict(zip(keys, self._scores(counts, norms, weight, POSITIONED), strict=True))

    @_guarded
    def positions(
        self, terms: Iterable[str], keys: Collection[int]
    ) -> dict[str, dict[int, Sequence[int]]]:
        wanted = set(keys)
        found: dict[str, dict[int, Sequence[int]]] = {term: {} for term in terms}
        for segment in self.segments:
            numbers = [number for number, key in enumerate(segment.keys) if key in wanted]
            for term, places in found.items():
                for number, positions in segment.places(term, numbers).items():
                    places[segment.keys[number]] = positions
        return found

    @_guarded
    def terms(self) -> Iterator[tuple[str, int]]:
        counts: dict[bytes, int] = defaultdict(int)
        for segment in self.segments:
            has_deleted = segment.live < len(segment.keys)
            for (field, text), info in segment.reader._terms.items_from(POSITIONED, b""):  # noqa: SLF001
                if field != POSITIONED:
                    break
                if not has_deleted:
                    counts[text] += info.doc_frequency()
                    continue
                for ids, weights in segment.postings(POSITIONED, text.decode()):
                    counts[text] += len(_live(segment, ids, weights)[0])
        return iter([(text.decode(), counts[text]) for text in sorted(counts) if counts[text]])


def _live(
    segment: Segment, ids: list[int], weights: Sequence[float]
) -> tuple[list[int], Sequence[float]]:
    """Leave deleted pages out."""
    keys = segment.keys
    kept = [(i, w) for i, w in zip(ids, weights, strict=True) if keys[i] >= 0]
    return [i for i, _ in kept], [w for _, w in kept]


def _kept(
    segment: Segment, ids: list[int], weights: Sequence[float], among: Collection[int]
) -> tuple[list[int], Sequence[float]]:
    """Leave pages out whose keys are not among some."""
    keys = segment.keys
    kept = [(i, w) for i, w in zip(ids, weights, strict=True) if keys[i] in among]
    return [i for i, _ in kept], [w for _, w in kept]


def _phrase_counts(segment: Segment, terms: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield the pages of a segment that hold the phrase, with the number of occurrences.

    The rarest word comes first, the others are read on its pages only.
    """
    wanted: list[int] | None = None
    places: dict[str, dict[int, array[int]]] = {}
    for term in sorted(dict.fromkeys(terms), key=partial(segment.frequency, POSITIONED)):
        places[term] = segment.places(term, wanted)
        wanted = sorted(places[term])
        if not wanted:
            return
    first, *others = [(places[term], offset) for offset, term in enumerate(terms)]
    for number in wanted or ():
        starts = set(first[0][number])
        for of_term, offset in others:
            starts.intersection_update([at - offset for at in of_term[number]])
            if not starts:
                break
        else:
            yield number, len(starts)


def _sum(parts: Iterable[dict[int, float]]) -> dict[int, float]:
    total: dict[int, float] = {}
    for part in parts:
        if not total:
            total = part
            continue
        known = total.get
        total.update([(key, known(key, 0.0) + score) for key, score in part.items()])
    return total


def _best(parts: list[dict[int, float]]) -> dict[int, float]:
    if len(parts) == 1:
        return parts[0]
    best = {key: score for part in parts for key, score in part.items()}
    total = dict.fromkeys(best, 0.0)
    for part in parts:
        for key, score in part.items():
            total[key] += score
            if score > best[key]:
                best[key] = score
    tie = ranking.TIE
    return {key: score + tie * (total[key] - score) for key, score in best.items()}
