"""The WARC files of one crawl: begun when first needed, rotated, closed, cut back after an error.

Keeps file and catalogue row in step; knows nothing of captures.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from archiver.corpus.catalogue import Catalogue
from archiver.corpus.erasure import Erasures
from archiver.corpus.warc import warc_date
from archiver.corpus.warcfile import OpenFile, WarcFile, create_raw
from archiver.errors import ArchiverError, StorageError

ROTATE_AT = 1024**3


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """What a store is given beside the catalogue."""

    warc_folder: Path
    new_id: Callable[[], UUID]
    rotate_at: int = ROTATE_AT
    open_file: OpenFile = create_raw
    erasures: Erasures | None = None


@dataclass(slots=True)
class CurrentFile:
    """The file being written and its row in the catalogue."""

    file: WarcFile
    row: int


class CrawlFiles:
    """The files `<stem>-00001.warc.gz` and following. Methods raise StorageError."""

    def __init__(
        self,
        catalogue: Catalogue,
        settings: StoreSettings,
        *,
        stem: str,
        kind: str,
        crawl: int | None,
        write_warcinfo: Callable[[WarcFile, datetime], None],
    ) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._stem = stem
        self._kind = kind
        self._crawl = crawl
        self._write_warcinfo = write_warcinfo
        self._number = 0
        self.current: CurrentFile | None = None

    def ready(self, at: datetime) -> CurrentFile:
        """Return the file to write to, beginning one if need be."""
        if self.current is None:
            self.current = self._begin(at)
        return self.current

    def committed(self, at: datetime) -> None:
        """Note that the catalogue knows of all bytes; close the file when it is large enough."""
        if self.current is None:
            return
        self.current.file.commit()
        if self.current.file.size >= self._settings.rotate_at:
            # The batch is stored; a file that cannot be closed is closed at the next opening.
            with suppress(StorageError):
                self.close(at)

    def close(self, at: datetime) -> None:
        """Close the current file under its final name and write its digest; remove an empty one."""
        current, self.current = self.current, None
        if current is None:
            return
        if not current.file.committed_size:
            self._remove(current)
            return
        try:
            digest = current.file.finish()
        finally:
            current.file.release()  # also where the disk refuses: the next opening closes the file
        with self._catalogue.transaction() as connection:
            connection.execute(
                "UPDATE warc_file SET state = 'closed', sha256 = ?, closed_at = ? WHERE id = ?",
                (digest, warc_date(at), current.row),
            )

    def cut_back(self) -> None:
        """Bring the file back to what the catalogue says is committed, or let go of it."""
        current = self.current
        if current is None:
            return
        try:
            row = self._catalogue.row(
                "SELECT committed_size FROM warc_file WHERE id = ?", (current.row,)
            )
            committed = 0 if row is None else int(row["committed_size"])
            if committed == current.file.size:  # interrupted just behind the commit
                current.file.commit()
            elif committed:
                current.file.cut_back()
            else:
                self.current = None
                self._remove(current)
        except ArchiverError:
            # The disk refuses even this. The next opening of the corpus cuts the file back.
            self.release()

    def release(self) -> None:
        """Let go of the current file; the next opening of the corpus puts it in order."""
        current, self.current = self.current, None
        if current is not None:
            current.file.release()

    def _begin(self, at: datetime) -> CurrentFile:
        self._number += 1
        name = f"{self._stem}-{self._number:05}.warc.gz"
        with self._catalogue.transaction() as connection:
            # Known before it exists: a file without a row was not written by this catalogue.
            row = connection.execute(
                "INSERT INTO warc_file(name, kind, crawl, state, created_at) "
                "VALUES(?, ?, ?, 'open', ?)",
                (name, self._kind, self._crawl, warc_date(at)),
            ).lastrowid
        current = CurrentFile(
            WarcFile(self._settings.warc_folder, name, self._settings.open_file), int(row or 0)
        )
        try:
            self._write_warcinfo(current.file, at)
        except BaseException:
            current.file.release()
            raise
        return current

    def _remove(self, current: CurrentFile) -> None:
        current.file.remove()
        with self._catalogue.transaction() as connection:
            connection.execute("DELETE FROM warc_file WHERE id = ?", (current.row,))
