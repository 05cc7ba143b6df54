"""Segments of Whoosh 2.7.4, read block by block; `whoosh_gathered` writes them.

Whoosh neither syncs nor checks its files. They are never written again, hence may be hard links.
"""

import bisect
import mmap
from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.fields import FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.formats import Format
from whoosh.index import TOC, clean_files
from whoosh.reading import SegmentReader, TermNotFound

from archiver.index import ranking
from archiver.index.port import FIELDS, NORMALISED, POSITIONED

INDEX_NAME = "pages"
NORMALISED_FIELDS = sorted(NORMALISED)


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
        self.lengths = {field: array("I") for field in NORMALISED_FIELDS}
        self.norms = {field: array("B") for field in NORMALISED_FIELDS}

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
            ids = page_numbers(matcher)
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
            pairs = placed(matcher)
            found.update(pair for pair in pairs if inside is None or pair[0] in inside)
        return found


def placed(matcher: Any) -> "Iterator[tuple[int, array[int]]]":
    """Yield page number and positions of each posting of a block of `exact`."""
    numbers = page_numbers(matcher)
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


def page_numbers(matcher: Any) -> list[int]:
    """Return the page numbers of the block at hand, which stand on the disk as differences.

    Whoosh's public way is posting by posting, and adds them up in Python.
    """
    if matcher._data is None:  # noqa: SLF001
        matcher._read_data()  # noqa: SLF001
    return list(accumulate(matcher._data[0]))  # noqa: SLF001
