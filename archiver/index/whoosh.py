"""The embedded engine: the only module that knows Whoosh 2.7.4.

Whoosh stores and finds the inverted lists; terms, scores and positions are given to it finished.
Its own writer spends most of its time on each single posting; here postings are gathered term by
term in memory and written blockwise into the same files, one segment for each 2 million.

Known traps: opening unpickles the table of contents, so `generations` lets no foreign folder come
this far; a failed commit keeps the lock until `cancel`; Whoosh neither syncs nor checks its files,
so any exception while reading is taken for damage. Segment files are never written again, hence
may be hard links; the table of contents is copied.
"""

import bisect
import mmap
import os
import shutil
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher
from whoosh.fields import FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.formats import Format
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.writing import NO_MERGE, SegmentWriter

from archiver.errors import DamagedGenerationError
from archiver.index import ranking
from archiver.index.port import (
    FIELDS,
    NORMALISED,
    POSITIONED,
    And,
    EngineReader,
    EngineWriter,
    Or,
    PageEntry,
    Phrase,
    Query,
    Term,
)

name = "whoosh"
version = "2.7.4"

_INDEX_NAME = "pages"
_BLOCK = 512  # postings in a block; Whoosh's 128 costs a third more time to read
_COMPRESS_FROM = 24  # postings; half of all terms stand on one page, where zlib only costs time
_POSTINGS_IN_MEMORY = 2_000_000  # about 100 MB
_SMALL_SEGMENT = 2_000  # pages
_SMALL_SEGMENTS = 4
_LOCK = f"{_INDEX_NAME}_WRITELOCK"


class _Frequencies(Format):  # type: ignore[misc]  # Whoosh has no types
    """Postings with a frequency and no value."""

    posting_size = 0


class _Positions(Format):  # type: ignore[misc]
    """Postings with a frequency and the positions as native 32-bit integers."""

    posting_size = -1


class _Terms(FieldType):  # type: ignore[misc]
    """A field whose terms are given finished; nothing is stored, nothing analysed."""

    indexed = True
    scorable = stored = unique = False
    vector = column_type = analyzer = None

    def __init__(self, posting_format: Format) -> None:
        self.format = posting_format


def open(folder: Path) -> EngineReader:  # noqa: A001  # the port's name
    """Open a folder for reading; raise DamagedGenerationError when that is impossible."""
    return _Reader(folder)


def write(folder: Path) -> EngineWriter:
    """Begin to change a folder, empty or filled by `inherit`."""
    if not any(folder.glob("*.toc")):
        fields = {field: _Terms(_Frequencies()) for field in FIELDS}
        fields[POSITIONED] = _Terms(_Positions())
        TOC.create(FileStorage(str(folder)), Schema(**fields), _INDEX_NAME)
    return _Writer(folder)


def inherit(source: Path, target: Path) -> None:
    """Fill the new folder `target` with the state of `source` without touching it."""
    for path in sorted(source.iterdir()):
        if path.suffix == ".toc":
            shutil.copyfile(path, target / path.name)
        elif path.name != _LOCK:
            try:
                os.link(path, target / path.name)
            except OSError:  # a file system without hard links
                shutil.copyfile(path, target / path.name)


class _MappedFile(StructFile):  # type: ignore[misc]
    """A file read through mmap: Whoosh reads many small pieces, each else a seek and a read."""

    def get(self, position: int, length: int) -> bytes:
        data: bytes = self.file[position : position + length]
        return data


class _Files(FileStorage):  # type: ignore[misc]
    """A folder's files, read only, all closed together, also after an error while opening."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), readonly=True)
        self._maps: list[mmap.mmap] = []

    def open_file(self, name: str, **_: Any) -> StructFile:
        with (Path(self.folder) / name).open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._maps.append(mapped)
        return _MappedFile(mapped, name=name)

    def close_all(self) -> None:
        """Close every file that was opened."""
        for mapped in self._maps:
            mapped.close()
        self._maps.clear()


class _Rows:
    """Key and length of each page of a segment, by Whoosh's number of it; our own file."""

    def __init__(self, keys: "array[int]", lengths: "array[int]") -> None:
        self.keys = keys
        self.lengths = lengths

    @staticmethod
    def path(folder: Path, segment: Any) -> Path:
        return folder / f"{segment.segment_id()}.rows"

    @classmethod
    def read(cls, folder: Path, segment: Any) -> "_Rows":
        data = array("i")
        data.frombytes(cls.path(folder, segment).read_bytes())
        half = len(data) // 2
        if half != segment.doc_count_all():
            raise ValueError("rows and segment differ")
        return cls(data[:half], data[half:])

    def write(self, folder: Path, segment: Any) -> None:
        self.path(folder, segment).write_bytes(self.keys.tobytes() + self.lengths.tobytes())


class _Segment:
    """A segment opened for reading; keys of deleted pages are -1."""

    def __init__(self, folder: Path, files: _Files, schema: Schema, segment: Any) -> None:
        self.segment = segment
        self.reader = SegmentReader(files, schema, segment)
        rows = _Rows.read(folder, segment)
        self.keys, self.lengths = rows.keys, rows.lengths
        for number in segment.deleted_docs():
            self.keys[number] = -1
        self.live = segment.doc_count_all() - segment.deleted_count()

    def matcher(self, field: str, text: str) -> Any | None:
        """Return Whoosh's matcher of one term over all pages, deleted ones too, or None."""
        try:
            return self.reader._terms.matcher(  # noqa: SLF001  # `postings` filters page by page
                field, text.encode(), self.reader.schema[field].format
            )
        except TermNotFound:
            return None

    def postings(self, field: str, text: str) -> Iterator[tuple[Any, Any]]:
        """Yield page numbers and frequencies of one term, block by block."""
        for matcher in _blocks(self.matcher(field, text)):
            matcher._read_ids()  # noqa: SLF001  # Whoosh's public way is posting by posting
            matcher._read_weights()  # noqa: SLF001
            yield matcher._ids, matcher._weights  # noqa: SLF001

    def positions(self, text: str, wanted: list[int]) -> dict[int, "array[int]"]:
        """Return the positions of a term of `exact` on the wanted pages (ascending numbers)."""
        found: dict[int, array[int]] = {}
        at = 0
        for matcher in _blocks(self.matcher(POSITIONED, text)):
            end = bisect.bisect_right(wanted, matcher.block_max_id(), at)
            if end == at:
                continue
            inside = set(wanted[at:end])
            at = end
            matcher._read_ids()  # noqa: SLF001
            matcher._read_values()  # noqa: SLF001
            for number, value in zip(matcher._ids, matcher._values, strict=True):  # noqa: SLF001
                if number in inside:
                    places = array("I")
                    places.frombytes(value)
                    found[number] = places
            if at == len(wanted):
                break
        return found


def _blocks(matcher: Any | None) -> Iterator[Any]:
    """Yield the matcher at each of its blocks."""
    if matcher is None:
        return
    assert isinstance(matcher, W3LeafMatcher)
    while matcher.is_active():
        yield matcher
        matcher._next_block()  # noqa: SLF001


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
        self.segments: list[_Segment] = []
        self._files = _Files(folder)
        try:
            toc = TOC.read(self._files, _INDEX_NAME)
            self.segments += [_Segment(folder, self._files, toc.schema, s) for s in toc.segments]
        except Exception as error:
            self.close()
            raise _damaged(folder, error) from error
        self.total: int = sum(segment.live for segment in self.segments)
        self._average: float | None = None

    def __len__(self) -> int:
        return self.total

    def close(self) -> None:
        self.segments.clear()
        self._files.close_all()

    @property
    def average(self) -> float:
        """Mean number of words of a live page."""
        if self._average is None:
            words = 0
            for segment in self.segments:
                if segment.live == len(segment.keys):
                    words += sum(segment.lengths)
                else:
                    pairs = zip(segment.keys, segment.lengths, strict=True)
                    words += sum(length for key, length in pairs if key >= 0)
            self._average = words / self.total if self.total else 0.0
        return self._average

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
            case And(parts):
                return _intersection([self._match(part) for part in parts])

    def _term(self, field: str, text: str, boost: float) -> dict[int, float]:
        live: list[tuple[int, float, int]] = []
        for segment in self.segments:
            keys, lengths = segment.keys, segment.lengths
            for ids, weights in segment.postings(field, text):
                live += [
                    (keys[i], w, lengths[i])
                    for i, w in zip(ids, weights, strict=True)
                    if keys[i] >= 0
                ]
        return self._scored(live, boost, is_normalised=field in NORMALISED)

    def _scored(
        self, live: list[tuple[int, float, int]], boost: float, *, is_normalised: bool
    ) -> dict[int, float]:
        """Score keys with frequency and length; the inlined form of `ranking.saturation`."""
        top = boost * ranking.idf(len(live), self.total) * (ranking.K1 + 1)
        fixed, growing = ranking.K1, 0.0
        if is_normalised and self.average:
            fixed = ranking.K1 * (1 - ranking.B)
            growing = ranking.K1 * ranking.B / self.average
        return {key: top * w / (w + fixed + growing * length) for key, w, length in live}

    def _phrase(self, terms: tuple[str, ...], boost: float) -> dict[int, float]:
        live: list[tuple[int, float, int]] = []
        for segment in self.segments:
            for number, count in _phrase_counts(segment, terms):
                if (key := segment.keys[number]) >= 0:
                    live.append((key, float(count), segment.lengths[number]))
        return self._scored(live, boost, is_normalised=True)

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


def _phrase_counts(segment: _Segment, terms: tuple[str, ...]) -> Iterator[tuple[int, int]]:
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
        self.index = FileIndex(FileStorage(str(folder)), indexname=_INDEX_NAME)
        self.removed: set[int] = set()
        self._clear()

    def _clear(self) -> None:
        self.rows = _Rows(array("i"), array("i"))
        self.postings = 0
        # field → term → page number, frequency, page number, … (`exact`: with the positions)
        self.buffers: dict[str, dict[str, array[int]]] = {
            field: defaultdict(_integers) for field in FIELDS
        }

    def put(self, entry: PageEntry) -> None:
        number = len(self.rows.keys)
        self.rows.keys.append(entry.key)
        self.rows.lengths.append(entry.length)
        for field, counts in entry.counts.items():
            buffer = self.buffers[field]
            for term, count in counts.items():
                buffer[term].extend((number, count))
            self.postings += len(counts)
        buffer = self.buffers[POSITIONED]
        for term, places in entry.positions.items():
            buffer[term].extend((number, len(places), *places))
        self.postings += 2 * len(entry.positions)
        if self.postings >= _POSTINGS_IN_MEMORY:
            self._flush()

    def remove(self, keys: Iterable[int]) -> None:
        self.removed.update(keys)

    def commit(self) -> None:
        if self.rows.keys:
            self._flush()
        toc = TOC.read(FileStorage(str(self.folder)), _INDEX_NAME)
        dropped = self._delete(toc.segments)
        merged = self._absorb(toc, dropped)
        if dropped or merged:
            kept = [s for s in toc.segments if s not in merged]
            writer = _SegmentWriter(self.index, kept)
            if self.rows.keys:
                self._fill(writer)
            writer.finish()
        self._tidy()

    def cancel(self) -> None:
        self._clear()

    def _flush(self) -> None:
        """Write what was gathered as one more segment."""
        writer = _SegmentWriter(self.index)
        self._fill(writer)
        writer.finish()

    def _fill(self, writer: "_SegmentWriter") -> None:
        try:
            writer.fill(len(self.rows.keys), self.buffers)
            self.rows.write(self.folder, writer.newsegment)
        except BaseException:
            writer.cancel()
            raise
        self._clear()

    def _delete(self, segments: list[Any]) -> bool:
        """Mark removed pages in the segments' own lists; tell whether there was one."""
        found = False
        for segment in segments if self.removed else ():
            for number, key in enumerate(_Rows.read(self.folder, segment).keys):
                if key in self.removed and not segment.is_deleted(number):
                    segment.delete_document(number)
                    found = True
        return found

    def _absorb(self, toc: Any, dropped: bool) -> list[Any]:
        """Read small and mostly deleted segments back into memory, to be written as one."""
        segments = toc.segments
        live = {s: s.doc_count_all() - s.deleted_count() for s in segments}
        small = [s for s in segments if live[s] < _SMALL_SEGMENT]
        chosen = small if len(small) > _SMALL_SEGMENTS else []
        if dropped:
            chosen += [s for s in segments if s not in chosen and 2 * live[s] < s.doc_count_all()]
        for segment in chosen:
            files = _Files(self.folder)
            try:
                self._read_back(_Segment(self.folder, files, toc.schema, segment))
            finally:
                files.close_all()
        return chosen

    def _read_back(self, source: _Segment) -> None:
        new_numbers: dict[int, int] = {}
        for number, key in enumerate(source.keys):
            if key >= 0:
                new_numbers[number] = len(self.rows.keys)
                self.rows.keys.append(key)
                self.rows.lengths.append(source.lengths[number])
        for field, text in source.reader._terms.terms():  # noqa: SLF001
            matcher = source.matcher(field, text.decode())
            for block in _blocks(matcher):
                block._read_ids()  # noqa: SLF001
                block._read_weights()  # noqa: SLF001
                block._read_values()  # noqa: SLF001
                values = block._values if field == POSITIONED else repeat(b"")  # noqa: SLF001
                for number, weight, value in zip(block._ids, block._weights, values, strict=False):  # noqa: SLF001
                    if number in new_numbers:
                        posting = self.buffers[field][text.decode()]
                        posting.extend((new_numbers[number], int(weight)))
                        posting.frombytes(value)

    def _tidy(self) -> None:
        """Remove what does not belong to the committed state."""
        toc = TOC.read(FileStorage(str(self.folder)), _INDEX_NAME)
        kept = {s.segment_id() for s in toc.segments}
        for path in self.folder.glob("*.rows"):
            if path.stem not in kept:
                path.unlink()
        with suppress(FileNotFoundError):
            (self.folder / _LOCK).unlink()


def _integers() -> "array[int]":
    return array("I")


class _SegmentWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer of one segment, fed term by term instead of document by document."""

    def __init__(self, index: FileIndex, kept: list[Any] | None = None) -> None:
        codec = W3Codec(blocklimit=_BLOCK)
        codec.length_stats = False  # lengths are ours
        super().__init__(index, codec=codec, compound=False)
        if kept is not None:
            self.segments = kept

    def fill(self, pages: int, buffers: dict[str, dict[str, "array[int]"]]) -> None:
        """Write all postings; buffers are emptied on the way."""
        self.perdocwriter.start_doc(0)
        self.perdocwriter._doccount = self.docnum = pages  # noqa: SLF001  # nothing is stored per page
        self._added = True
        for field in sorted(buffers):
            self.fieldwriter.start_field(field, self.schema[field])
            buffer = buffers[field]
            for term, text in sorted((term.encode(), term) for term in buffer):
                self._write_term(term, buffer.pop(text), has_positions=field == POSITIONED)
            self.fieldwriter.finish_field()

    def _write_term(self, term: bytes, data: "array[int]", *, has_positions: bool) -> None:
        """Write the postings of a term in blocks; what `add_posting` does one by one."""
        ids, weights, values = _unpacked(data) if has_positions else (data[::2], data[1::2], [])
        self.fieldwriter.start_term(term)
        target = self.fieldwriter._postwriter  # noqa: SLF001
        target._compression = 3 if len(ids) >= _COMPRESS_FROM else 0  # noqa: SLF001
        for start in range(0, len(ids), _BLOCK):
            end = start + _BLOCK
            target._ids = ids[start:end]  # noqa: SLF001
            target._weights = array("f", weights[start:end])  # noqa: SLF001
            target._maxweight = max(target._weights)  # noqa: SLF001
            target._values = values[start:end]  # noqa: SLF001
            if end < len(ids):
                target._write_block()  # noqa: SLF001
        self.fieldwriter.finish_term()

    def finish(self) -> None:
        """Commit; on failure let go of Whoosh's lock."""
        try:
            self.commit(mergetype=NO_MERGE)
        except BaseException:
            with suppress(Exception):
                self.cancel()
            raise

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        self.fieldwriter.close()


def _unpacked(data: "array[int]") -> tuple["array[int]", "array[int]", list[bytes]]:
    """Take page numbers, frequencies and packed positions apart."""
    ids, weights, values = array("I"), array("I"), []
    at = 0
    while at < len(data):
        count = data[at + 1]
        ids.append(data[at])
        weights.append(count)
        values.append(data[at + 2 : at + 2 + count].tobytes())
        at += 2 + count
    return ids, weights, values
