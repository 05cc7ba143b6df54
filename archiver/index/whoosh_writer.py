"""Change a folder of the embedded engine: gather pages, have segments written, merge small ones."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from archiver.index.port import PageEntry
from archiver.index.whoosh_gathered import Gathered, Helper, new_segment
from archiver.index.whoosh_segments import Files, Rows, Segment, read_toc, write_toc
from archiver.processors import processors

_POSTINGS_IN_MEMORY = 2_000_000  # about 100 MB
_SMALL_SEGMENT = 2_000  # pages
_SMALL_SEGMENTS = 4


class Writer:
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
        """Take a page in."""
        self.gathered.put(entry)
        if self.gathered.count >= _POSTINGS_IN_MEMORY:
            self._hand_over()

    def remove(self, keys: Iterable[int]) -> None:
        """Leave the pages with these keys out from the commit on."""
        self.removed.update(keys)

    def commit(self) -> None:
        """Write segments and the table of contents."""
        older = len(self.segments)
        if self.gathered:
            self._write()
        self._wait()
        dropped = self._delete(self.segments)
        self.segments = self._merged(dropped=dropped)
        if older or self.segments:
            write_toc(self.folder, self.segments, self.generation)

    def cancel(self) -> None:
        """End the other process, forget what was gathered."""
        if self.helper is not None:
            self.helper.stop()
            self.helper = None
        self.gathered = Gathered()

    def _hand_over(self) -> None:
        """Have what was gathered written by another process, one at a time."""
        if processors() == 1:
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
