"""Segments of Whoosh 2.7.4, read and written block by block; `whoosh` makes an engine of them.

Whoosh's own writer spends most of its time on each single posting; here postings are gathered term
by term in memory (`Gathered`) and written blockwise into the same files. `python -m
archiver.index.whoosh_segments FOLDER NAME` writes one segment from what it reads on its standard
input, so that another processor can do it.

Whoosh neither syncs nor checks its files. They are never written again, hence may be hard links.
"""

import bisect
import mmap
import os
import pickle
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import IO, Any

from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3Segment
from whoosh.fields import FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.formats import Format
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.writing import SegmentWriter

from archiver.index import ranking
from archiver.index.port import FIELDS, NORMALISED, POSITIONED, PageEntry

INDEX_NAME = "pages"
_NORMALISED = sorted(NORMALISED)
_BLOCK = 512  # postings in a block; Whoosh's 128 costs a third more time to read
_COMPRESS_FROM = 24  # postings; half of all terms stand on one page, where zlib only costs time


class _Frequencies(Format):  # type: ignore[misc]  # Whoosh has no types
    """Postings with a frequency and no value."""

    posting_size = 0


class _Positions(Format):  # type: ignore[misc]
    """Postings with a frequency; a block has one value, the positions of all its postings.

    These are native 32-bit integers, as many for each posting as its frequency says. A value for
    each posting, as Whoosh has it, took most of the time to read and to write a frequent word.
    """

    posting_size = -1


class _Terms(FieldType):  # type: ignore[misc]
    """A field whose terms are given finished; nothing is stored, nothing analysed."""

    indexed = True
    scorable = stored = unique = False
    vector = column_type = analyzer = None

    def __init__(self, posting_format: Format) -> None:
        self.format = posting_format


def schema() -> Schema:
    """Return the fields of the port."""
    fields = {field: _Terms(_Frequencies()) for field in FIELDS}
    fields[POSITIONED] = _Terms(_Positions())
    return Schema(**fields)


def read_toc(folder: Path) -> TOC:
    """Read the table of contents, which unpickles it."""
    files = Files(folder)
    try:
        return TOC.read(files, INDEX_NAME)
    finally:
        files.close_all()


def write_toc(folder: Path, segments: list[Any], generation: int) -> None:
    """Write the table of contents and remove what is not in it."""
    storage = FileStorage(str(folder))
    TOC(schema(), segments, generation).write(storage, INDEX_NAME)
    clean_files(storage, INDEX_NAME, generation, segments)
    kept = {segment.segment_id() for segment in segments}
    for path in folder.glob("*.rows"):
        if path.stem not in kept:
            path.unlink()


class _MappedFile(StructFile):  # type: ignore[misc]
    """A file read through mmap: Whoosh reads many small pieces, each else a seek and a read."""

    def get(self, position: int, length: int) -> bytes:
        data: bytes = self.file[position : position + length]
        return data


class Files(FileStorage):  # type: ignore[misc]
    """A folder's files, read only, all closed together, also after an error while opening."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), readonly=True)
        self._maps: list[mmap.mmap] = []

    def open_file(self, name: str, **_: Any) -> StructFile:
        """Map a file into memory."""
        with (Path(self.folder) / name).open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._maps.append(mapped)
        return _MappedFile(mapped, name=name)

    def close_all(self) -> None:
        """Close every file that was opened."""
        for mapped in self._maps:
            mapped.close()
        self._maps.clear()


class Rows:
    """Key, lengths and norms of each page of a segment, by Whoosh's number of it; our own file.

    `lengths` has the numbers of terms for each normalised field, `norms` their one byte.
    """

    def __init__(self) -> None:
        self.keys = array("i")
        self.lengths = {field: array("I") for field in _NORMALISED}
        self.norms = {field: array("B") for field in _NORMALISED}

    @property
    def _columns(self) -> "list[array[int]]":
        return [self.keys, *self.lengths.values(), *self.norms.values()]

    def add(self, key: int, lengths: dict[str, int]) -> None:
        """Add a page with its numbers of terms."""
        self.keys.append(key)
        for field, length in lengths.items():
            self.lengths[field].append(length)
            self.norms[field].append(ranking.norm(length))

    @staticmethod
    def path(folder: Path, segment_id: str) -> Path:
        """Return where a segment's rows stand."""
        return folder / f"{segment_id}.rows"

    @classmethod
    def read(cls, folder: Path, segment: Any) -> "Rows":
        """Read a segment's rows; raise ValueError when they are not of its size."""
        data = cls.path(folder, segment.segment_id()).read_bytes()
        rows = cls()
        at = 0
        for column in rows._columns:
            size = column.itemsize * segment.doc_count_all()
            column.frombytes(data[at : at + size])
            at += size
        if len(data) != at:
            raise ValueError("rows and segment differ")
        return rows

    def write(self, folder: Path, segment_id: str) -> None:
        """Write the rows of a segment."""
        data = b"".join(column.tobytes() for column in self._columns)
        self.path(folder, segment_id).write_bytes(data)


class Segment:
    """A segment opened for reading; keys of deleted pages are -1."""

    def __init__(self, folder: Path, files: Files, schema: Schema, segment: Any) -> None:
        self.segment = segment
        self.reader = SegmentReader(files, schema, segment)
        rows = Rows.read(folder, segment)
        self.keys, self.lengths, self.norms = rows.keys, rows.lengths, rows.norms
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

    def postings(self, field: str, text: str) -> Iterator[tuple[list[int], Sequence[float]]]:
        """Yield page numbers and frequencies of one term, block by block."""
        for matcher in blocks(self.matcher(field, text)):
            ids = _numbers(matcher)
            frequencies = matcher._data[1]  # noqa: SLF001  # None: all 1, a number: all of that
            if not isinstance(frequencies, tuple):
                frequencies = (frequencies or 1.0,) * len(ids)
            yield ids, frequencies

    def frequency(self, field: str, text: str) -> int:
        """Return the number of pages of a term, deleted ones too."""
        try:
            info = self.reader._terms.term_info(field, text.encode())  # noqa: SLF001
        except TermNotFound:
            return 0
        return int(info.doc_frequency())

    def places(self, text: str, wanted: list[int] | None) -> "dict[int, array[int]]":
        """Return the positions of a term of `exact` on wanted pages, None for all.

        `wanted` is ascending, and blocks without any of them are passed over.
        """
        found: dict[int, array[int]] = {}
        at = 0
        for matcher in blocks(self.matcher(POSITIONED, text)):
            inside = None
            if wanted is not None:
                if at == len(wanted):
                    break
                end = bisect.bisect_right(wanted, matcher.block_max_id(), at)
                if end == at:
                    continue
                inside = set(wanted[at:end])
                at = end
            pairs = _placed(matcher)
            found.update(pair for pair in pairs if inside is None or pair[0] in inside)
        return found


def _placed(matcher: Any) -> "Iterator[tuple[int, array[int]]]":
    """Yield page number and positions of each posting of a block of `exact`."""
    numbers = _numbers(matcher)
    places = array("I")
    places.frombytes(matcher._data[2][0])  # noqa: SLF001
    matcher._read_weights()  # noqa: SLF001
    ends = list(accumulate(map(int, matcher._weights)))  # noqa: SLF001
    if ends[-1] != len(places):
        raise ValueError("frequencies and positions differ")
    for number, start, end in zip(numbers, [0, *ends], ends, strict=False):
        yield number, places[start:end]


def blocks(matcher: Any | None) -> Iterator[Any]:
    """Yield the matcher at each of its blocks."""
    if matcher is None:
        return
    assert isinstance(matcher, W3LeafMatcher)
    while matcher.is_active():
        yield matcher
        matcher._next_block()  # noqa: SLF001


def _numbers(matcher: Any) -> list[int]:
    """Return the page numbers of the block at hand, which stand on the disk as differences.

    Whoosh's public way is posting by posting, and adds them up in Python.
    """
    if matcher._data is None:  # noqa: SLF001
        matcher._read_data()  # noqa: SLF001
    return list(accumulate(matcher._data[0]))  # noqa: SLF001


class Gathered:
    """Postings in memory, to be written as one segment."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.count = 0
        # field → term → page number, frequency, page number, … (`exact`: with the positions)
        self.postings: dict[str, dict[str, array[int]]] = {
            field: defaultdict(_integers) for field in FIELDS
        }

    def __len__(self) -> int:
        """Return the number of pages."""
        return len(self.rows.keys)

    def put(self, entry: PageEntry) -> None:
        """Take a page in."""
        number = len(self)
        lengths = dict.fromkeys(_NORMALISED, 0)
        for field, line in entry.terms.items():
            postings = self.postings[field]
            terms = line.split()
            if field in lengths:
                lengths[field] = len(terms)
            if field == POSITIONED:
                places: dict[str, list[int]] = defaultdict(list)
                for place, term in enumerate(terms):
                    places[term].append(place)
                for term, own in places.items():
                    postings[term].extend((number, len(own), *own))
                self.count += 2 * len(places)
            else:
                counts = Counter(terms)
                for term, count in counts.items():
                    postings[term].extend((number, count))
                self.count += len(counts)
        self.rows.add(entry.key, lengths)

    def take_back(self, source: Segment) -> None:
        """Take the live pages of a written segment in."""
        new_numbers: dict[int, int] = {}
        for number, key in enumerate(source.keys):
            if key >= 0:
                new_numbers[number] = len(self)
                self.rows.add(key, {field: source.lengths[field][number] for field in _NORMALISED})
        for field, text in source.reader._terms.terms():  # noqa: SLF001
            term = text.decode()
            for block in blocks(source.matcher(field, term)):
                if field == POSITIONED:
                    for number, places in _placed(block):
                        if number in new_numbers:
                            self.postings[field][term].extend((new_numbers[number], len(places)))
                            self.postings[field][term].extend(places)
                    continue
                block._read_weights()  # noqa: SLF001
                for number, weight in zip(_numbers(block), block._weights, strict=True):  # noqa: SLF001
                    if number in new_numbers:
                        self.postings[field][term].extend((new_numbers[number], int(weight)))

    def write(self, folder: Path, segment_id: str) -> None:
        """Write a segment's files; what was gathered is gone afterwards."""
        pages = len(self)
        self.rows.write(folder, f"{INDEX_NAME}_{segment_id}")
        _SegmentWriter(folder, segment_id).write(pages, self.postings)
        self.__init__()  # type: ignore[misc]


def _integers() -> "array[int]":
    return array("I")


def new_segment(pages: int) -> Any:
    """Return the entry of a segment in the table of contents; its files are written apart."""
    return W3Segment(_codec(), INDEX_NAME, doccount=pages)


def _codec() -> W3Codec:
    codec = W3Codec(blocklimit=_BLOCK)
    codec.length_stats = False  # lengths are ours
    return codec


class _OwnStorage(FileStorage):  # type: ignore[misc]
    """A folder whose passing files are one segment's own: Whoosh's are shared, and swept away."""

    def __init__(self, folder: str, segment_id: str) -> None:
        super().__init__(folder)
        self._segment_id = segment_id

    def temp_storage(self, name: str | None = None) -> FileStorage:
        return super().temp_storage(f"{self._segment_id}.tmp")


class _SegmentWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer of one segment, fed term by term instead of document by document.

    Without Whoosh's lock: only one build at a time has this folder, and one writer this segment.
    """

    def __init__(self, folder: Path, segment_id: str) -> None:
        codec = _codec()
        segment = W3Segment(codec, INDEX_NAME, segid=segment_id)
        codec.new_segment = lambda *_: segment
        index = FileIndex(_OwnStorage(str(folder), segment_id), indexname=INDEX_NAME)
        super().__init__(index, _lk=False, codec=codec, compound=False)

    def write(self, pages: int, postings: "dict[str, dict[str, array[int]]]") -> None:
        """Write all postings and close the files."""
        try:
            self._fill(pages, postings)
            self._finalize_segment()
        finally:
            with suppress(Exception):
                self._close_segment()
            self._finish()

    def _fill(self, pages: int, postings: "dict[str, dict[str, array[int]]]") -> None:
        self.perdocwriter.start_doc(0)
        self.perdocwriter._doccount = self.docnum = pages  # noqa: SLF001  # nothing is stored per page
        self._added = True
        for field in sorted(postings):
            self.fieldwriter.start_field(field, self.schema[field])
            own = postings[field]
            for term, text in sorted((term.encode(), term) for term in own):
                self._write_term(term, own.pop(text), has_positions=field == POSITIONED)
            self.fieldwriter.finish_field()

    def _write_term(self, term: bytes, data: "array[int]", *, has_positions: bool) -> None:
        """Write the postings of a term in blocks; what `add_posting` does one by one."""
        ids, weights, places = _unpacked(data) if has_positions else (data[::2], data[1::2], None)
        at = 0
        self.fieldwriter.start_term(term)
        target = self.fieldwriter._postwriter  # noqa: SLF001
        target._compression = 3 if len(ids) >= _COMPRESS_FROM else 0  # noqa: SLF001
        for start in range(0, len(ids), _BLOCK):
            end = start + _BLOCK
            target._ids = ids[start:end]  # noqa: SLF001
            target._weights = array("f", weights[start:end])  # noqa: SLF001
            target._maxweight = max(target._weights)  # noqa: SLF001
            if places is not None:
                to = at + sum(weights[start:end])
                target._values = [places[at:to].tobytes()]  # noqa: SLF001
                at = to
            if end < len(ids):
                target._write_block()  # noqa: SLF001
        self.fieldwriter.finish_term()

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        self.fieldwriter.close()


def _unpacked(data: "array[int]") -> "tuple[array[int], array[int], array[int]]":
    """Take page numbers, frequencies and positions apart."""
    ids, weights, places = array("I"), array("I"), array("I")
    at, size = 0, len(data)
    while at < size:
        count = data[at + 1]
        ids.append(data[at])
        weights.append(count)
        at += 2
        if count == 1:
            places.append(data[at])
        else:
            places.extend(data[at : at + count])
        at += count
    return ids, weights, places


class Helper:
    """Another process that writes one segment, while this one goes on gathering."""

    def __init__(self, folder: Path, segment_id: str, gathered: Gathered) -> None:
        import subprocess  # here, because searching starts no process

        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join(path or os.getcwd() for path in sys.path)  # noqa: PTH109
        command = [sys.executable, "-W", "ignore", "-m", __name__, str(folder), segment_id]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        assert self._process.stdin is not None
        with suppress(BrokenPipeError), self._process.stdin as pipe:
            pickle.dump(gathered, pipe, protocol=5)
        self._process.stdin = None  # closed; else `communicate` would flush it

    def wait(self) -> None:
        """Wait for the end; raise OSError when the segment could not be written."""
        complaints = self._process.communicate()[1].decode(errors="replace").strip()
        if self._process.returncode:
            last = complaints.splitlines()[-1] if complaints else "it was killed"
            raise OSError(0, f"writing a part of it in another process failed: {last}")

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def main(folder: str, segment_id: str, source: IO[bytes]) -> None:
    """Write one segment from what the process that started this one hands over."""
    gathered = pickle.load(source)  # noqa: S301  # from the process that started this one
    gathered.write(Path(folder), segment_id)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.stdin.buffer)
