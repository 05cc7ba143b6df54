"""The embedded engine: Whoosh 2.7.4, known here and in `whoosh_segments` only.

Whoosh stores and finds the inverted lists; terms, scores and positions are given to it finished.

Known traps: opening unpickles the table of contents, so `generations` lets no foreign folder come
this far; Whoosh neither syncs nor checks its files, so any exception while reading is taken for
damage. Segment files may be hard links; the table of contents is copied.
"""

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from archiver.errors import DamagedGenerationError
from archiver.index import ranking
from archiver.index.port import (
    NORMALISED,
    POSITIONED,
    And,
    Best,
    EngineReader,
    EngineWriter,
    Or,
    PageEntry,
    Phrase,
    Query,
    Term,
)
from archiver.index.whoosh_segments import (
    Files,
    Gathered,
    Helper,
    Rows,
    Segment,
    new_segment,
    read_toc,
    write_toc,
)

name = "whoosh"
version = "2.7.4"

_POSTINGS_IN_MEMORY = 2_000_000  # about 100 MB
_SMALL_SEGMENT = 2_000  # pages
_SMALL_SEGMENTS = 4
_PROCESSORS = os.cpu_count() or 1


def open(folder: Path) -> EngineReader:  # noqa: A001  # the port's name
    """Open a folder for reading; raise DamagedGenerationError when that is impossible."""
    return _Reader(folder)


def write(folder: Path) -> EngineWriter:
    """Begin to change a folder, empty or filled by `inherit`."""
    if not any(folder.glob("*.toc")):
        write_toc(folder, [], 0)
    return _Writer(folder)


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
        self._averages: dict[str, float] = {}

    def __len__(self) -> int:
        return self.total

    def close(self) -> None:
        self.segments.clear()
        self._files.close_all()

    def average(self, field: str) -> float:
        """Return the mean number of terms of a live page in a normalised field."""
        if field not in self._averages:
            terms = 0
            for segment in self.segments:
                lengths = segment.lengths[field]
                if segment.live == len(lengths):
                    terms += sum(lengths)
                else:
                    pairs = zip(segment.keys, lengths, strict=True)
                    terms += sum(length for key, length in pairs if key >= 0)
            self._averages[field] = terms / self.total if self.total else 0.0
        return self._averages[field]

    @_guarded
    def match(self, query: Query) -> dict[int, float]:
        return self._match(query)

    def _match(self, query: Query) -> dict[int, float]:
        match query:
            case Term(field, text, boost):
                return self._term(field, text, boost)
            case Phrase(terms, boost):
                return self._phrase(terms, boost)
            case Or(parts):
                return _sum(self._match(part) for part in parts)
            case Best(parts):
                return _best([self._match(part) for part in parts])
            case And(parts):
                return _intersection([self._match(part) for part in parts])

    def _term(self, field: str, text: str, boost: float) -> dict[int, float]:
        live: list[tuple[int, float, int]] = []
        for segment in self.segments:
            keys = segment.keys
            norms = segment.norms.get(field) or bytes(len(keys))
            for ids, weights in segment.postings(field, text):
                live += [
                    (keys[i], w, norms[i])
                    for i, w in zip(ids, weights, strict=True)
                    if keys[i] >= 0
                ]
        return self._scored(live, boost, field)

    def _scored(
        self, live: list[tuple[int, float, int]], boost: float, field: str
    ) -> dict[int, float]:
        """Score keys with frequency and norm of the length."""
        weight = boost * ranking.idf(len(live), self.total)
        if field not in NORMALISED:
            return {key: weight for key, _, _ in live}
        top = weight * (ranking.K1 + 1)
        damping = ranking.damping(self.average(field))
        return {key: top * w / (w + damping[norm]) for key, w, norm in live}

    def _phrase(self, terms: tuple[str, ...], boost: float) -> dict[int, float]:
        live: list[tuple[int, float, int]] = []
        for segment in self.segments:
            norms = segment.norms[POSITIONED]
            for number, count in _phrase_counts(segment, terms):
                if (key := segment.keys[number]) >= 0:
                    live.append((key, float(count), norms[number]))
        return self._scored(live, boost, POSITIONED)

    @_guarded
    def positions(
        self, terms: Iterable[str], keys: Collection[int]
    ) -> dict[str, dict[int, Sequence[int]]]:
        wanted = set(keys)
        found: dict[str, dict[int, Sequence[int]]] = {term: {} for term in terms}
        for segment in self.segments:
            numbers = [number for number, key in enumerate(segment.keys) if key in wanted]
            for term, places in found.items():
                for number, positions in segment.positions(term, numbers).items():
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
                for ids, _ in segment.postings(POSITIONED, text.decode()):
                    counts[text] += sum(1 for i in ids if segment.keys[i] >= 0)
        return iter([(text.decode(), counts[text]) for text in sorted(counts) if counts[text]])


def _phrase_counts(segment: Segment, terms: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield the pages of a segment that hold the phrase, with the number of occurrences."""
    wanted: set[int] | None = None
    for term in dict.fromkeys(terms):
        numbers: set[int] = set()
        for ids, _ in segment.postings(POSITIONED, term):
            numbers.update(ids)
        wanted = numbers if wanted is None else wanted & numbers
        if not wanted:
            return
    ordered = sorted(wanted or ())
    places = {term: segment.positions(term, ordered) for term in dict.fromkeys(terms)}
    for number in ordered:
        starts = set(places[terms[0]][number])
        for offset, term in enumerate(terms[1:], 1):
            starts &= {place - offset for place in places[term][number]}
        if starts:
            yield number, len(starts)


def _sum(parts: Iterable[dict[int, float]]) -> dict[int, float]:
    total: dict[int, float] = {}
    for part in parts:
        if not total:
            total = part
            continue
        for key, score in part.items():
            total[key] = total.get(key, 0.0) + score
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


def _intersection(parts: list[dict[int, float]]) -> dict[int, float]:
    if not parts:
        return {}
    least = min(parts, key=len)
    return {
        key: sum(part[key] for part in parts) for key in least if all(key in part for part in parts)
    }


class _Writer:
    """Gathers postings and writes them as segments; merges small segments at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        toc = read_toc(folder)
        self.schema = toc.schema
        self.generation: int = toc.generation + 1
        self.segments: list[Any] = list(toc.segments)
        self.removed: set[int] = set()
        self.gathered = Gathered()
        self.helper: Helper | None = None

    def put(self, entry: PageEntry) -> None:
        self.gathered.put(entry)
        if self.gathered.count >= _POSTINGS_IN_MEMORY:
            self._hand_over()

    def remove(self, keys: Iterable[int]) -> None:
        self.removed.update(keys)

    def commit(self) -> None:
        older = len(self.segments)
        if self.gathered:
            self._write()
        self._wait()
        dropped = self._delete(self.segments)
        self.segments = self._merged(dropped=dropped)
        if older or self.segments:
            write_toc(self.folder, self.segments, self.generation)

    def cancel(self) -> None:
        if self.helper is not None:
            self.helper.stop()
            self.helper = None
        self.gathered = Gathered()

    def _hand_over(self) -> None:
        """Have what was gathered written by another process, one at a time."""
        if _PROCESSORS == 1:
            self._write()
            return
        self._wait()
        segment = new_segment(len(self.gathered))
        self.helper = Helper(self.folder, segment.segid, self.gathered)
        self.segments.append(segment)
        self.gathered = Gathered()

    def _wait(self) -> None:
        if self.helper is not None:
            helper, self.helper = self.helper, None
            helper.wait()

    def _write(self) -> None:
        segment = new_segment(len(self.gathered))
        self.gathered.write(self.folder, segment.segid)
        self.segments.append(segment)

    def _delete(self, segments: list[Any]) -> bool:
        """Mark removed pages in the segments' own lists; tell whether there was one."""
        found = False
        for segment in segments if self.removed else ():
            for number, key in enumerate(Rows.read(self.folder, segment).keys):
                if key in self.removed and not segment.is_deleted(number):
                    segment.delete_document(number)
                    found = True
        return found

    def _merged(self, *, dropped: bool) -> list[Any]:
        """Write small and mostly deleted segments as one; return the segments there are then."""
        live = {s: s.doc_count_all() - s.deleted_count() for s in self.segments}
        small = [s for s in self.segments if live[s] < _SMALL_SEGMENT]
        chosen = small if len(small) > _SMALL_SEGMENTS else []
        if dropped:
            chosen += [
                s for s in self.segments if s not in chosen and 2 * live[s] < s.doc_count_all()
            ]
        if not chosen:
            return self.segments
        for segment in chosen:
            files = Files(self.folder)
            try:
                self.gathered.take_back(Segment(self.folder, files, self.schema, segment))
            finally:
                files.close_all()
        self.segments = [segment for segment in self.segments if segment not in chosen]
        if self.gathered:
            self._write()
        return self.segments
