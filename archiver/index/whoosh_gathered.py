"""Write a segment of Whoosh 2.7.4 from postings gathered in memory.

Whoosh's own writer spends most of its time on each single posting; here postings are gathered term
by term (`Gathered`) and written blockwise into the same files. `python -m
archiver.index.whoosh_gathered FOLDER NAME` writes one segment from what it reads on its standard
input, so that another processor can do it.
"""

import os
import pickle
import sys
from array import array
from collections import Counter, defaultdict
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from archiver.index.port import FIELDS, POSITIONED, PageEntry
from archiver.index.whoosh_segments import (
    INDEX_NAME,
    NORMALISED_FIELDS,
    Rows,
    Segment,
    blocks,
    page_numbers,
    placed,
)

_BLOCK = 512  # postings in a block; Whoosh's 128 costs a third more time to read
_COMPRESS_FROM = 24  # postings; half of all terms stand on one page, where zlib only costs time


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
        lengths = dict.fromkeys(NORMALISED_FIELDS, 0)
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
                self.rows.add(
                    key, {field: source.lengths[field][number] for field in NORMALISED_FIELDS}
                )
        for field, text in source.reader._terms.terms():  # noqa: SLF001
            term = text.decode()
            for block in blocks(source.matcher(field, term)):
                if field == POSITIONED:
                    for number, places in placed(block):
                        if number in new_numbers:
                            self.postings[field][term].extend((new_numbers[number], len(places)))
                            self.postings[field][term].extend(places)
                    continue
                block._read_weights()  # noqa: SLF001
                for number, weight in zip(page_numbers(block), block._weights, strict=True):  # noqa: SLF001
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
        command = [sys.executable, "-P", "-W", "ignore", "-m", __name__, str(folder), segment_id]
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
