"""Erase captures physically: WARC files written anew with tombstones, catalogue brought in line.

The files are written beside, then the catalogue notes that they are to be swapped in, then they
are renamed, then one transaction removes the captures and moves the others. Killed before the
note, the ledger has it begun again; killed behind it, `complete` carries it to the end.
"""

import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from os import fsync
from pathlib import Path
from shutil import disk_usage
from typing import BinaryIO

from archiver.codec import from_json, to_json
from archiver.corpus.answers import ANSWERS
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.condemned import Condemned, condemned_by
from archiver.corpus.erasure import Erasure
from archiver.corpus.folder import ERASING_SUFFIX, Layout, sync_folder
from archiver.corpus.reader import Broken, Record, read_records
from archiver.corpus.records import ERASED_RECORD, NewId, write_tombstone
from archiver.corpus.streams import BrokenRecordError
from archiver.corpus.warc import CHUNK, warc_date
from archiver.corpus.warcfile import HEADROOM, file_digest
from archiver.errors import CorpusError, StorageError
from archiver.model import Document

PURGE_INDEX = "index"
_SCRUB = "catalogue"

_Move = tuple[int, int, int, int]  # row of a capture, its new offset, length, end of its group


class Eraser:
    """Carries the ledger out on WARC files and catalogue. Methods raise StorageError."""

    def __init__(self, layout: Layout, catalogue: Catalogue, new_id: NewId) -> None:
        self._layout = layout
        self._catalogue = catalogue
        self._new_id = new_id

    def carry_out(self, entries: Sequence[Erasure]) -> int:
        """Erase all that the entries name and that is still there; return how many captures.

        First completes what a killed erasure began. Raises CorpusError while a crawl is writing
        one of the files.
        """
        try:
            self._complete(entries)
            found = self._condemned(entries)
            if found:
                self._rewrite(found)
                self._complete(entries)
            self._scrub()
        except OSError as error:
            raise StorageError(f"{self._layout.warc}: cannot erase: {error.strerror}") from error
        return len(found)

    def _condemned(self, entries: Sequence[Erasure]) -> dict[int, tuple[Condemned, Erasure]]:
        found: dict[int, tuple[Condemned, Erasure]] = {}
        for entry in entries:
            for capture in condemned_by(
                self._catalogue, urls=entry.urls, payloads=entry.payloads, captures=entry.captures
            ):
                found.setdefault(capture.row, (capture, entry))
        return found

    def _rewrite(self, found: Mapping[int, tuple[Condemned, Erasure]]) -> None:
        """Write the files anew beside, and note that they are to be swapped in."""
        files = sorted({capture.file for capture, _ in found.values()})
        rows = {
            row["id"]: row
            for row in self._catalogue.rows("SELECT id, name, state FROM warc_file")
            if row["id"] in files
        }
        for row in rows.values():
            if row["state"] == "open":
                raise CorpusError(f"{row['name']}: a crawl is writing this file", remedy="end it")
        paths = {number: self._layout.warc_file(row["name"]) for number, row in rows.items()}
        needed = sum(path.stat().st_size for path in paths.values()) + HEADROOM
        if disk_usage(self._layout.warc).free < needed:
            raise StorageError(
                f"{self._layout.warc}: {needed // 1024} KiB are needed to write the files anew"
            )
        plans = []
        for number, path in paths.items():
            own = {c.offset: (c, entry) for c, entry in found.values() if c.file == number}
            kept = self._catalogue.rows(
                "SELECT id, offset, length, group_end FROM capture WHERE warc = ?", (number,)
            )
            beside = _beside(path)
            with beside.open("wb") as out:
                moved = _Rewriting(path, out, own, self._new_id).run()
                out.flush()
                fsync(out.fileno())
            moves = [
                (row["id"], moved[row["offset"]], row["length"],
                 moved.get(row["group_end"], moved[row["offset"]] + row["length"]))
                for row in kept if row["offset"] not in own
            ]  # fmt: skip
            plan = zlib.compress(to_json(moves))
            plans.append((number, file_digest(beside), beside.stat().st_size, plan))
        sync_folder(self._layout.warc)
        with self._catalogue.transaction() as connection:
            connection.executemany("INSERT INTO rewrite VALUES(?, ?, ?, ?)", plans)

    def _complete(self, entries: Sequence[Erasure]) -> None:
        """Swap in the files that are noted, and bring the catalogue in line with them."""
        plans = self._catalogue.rows(
            "SELECT r.*, w.name FROM rewrite r JOIN warc_file w ON w.id = r.warc ORDER BY r.warc"
        )
        noted = {str(row["name"]) + ERASING_SUFFIX for row in plans}
        for left in self._layout.warc.glob("*" + ERASING_SUFFIX):
            if left.name not in noted:
                left.unlink()
        if not plans:
            return
        for row in plans:
            path = self._layout.warc / row["name"]
            beside = _beside(path)
            if beside.exists():
                beside.replace(path)
        sync_folder(self._layout.warc)
        found = self._condemned(entries)
        # Each removed row would else be looked for in all tables that may refer to it.
        self._catalogue.rows("PRAGMA foreign_keys=OFF")
        with self._catalogue.transaction() as connection:
            _remove(connection, found)
            for row in plans:
                _move(connection, row)
            connection.executemany(
                "INSERT OR IGNORE INTO chore VALUES(?)", [(PURGE_INDEX,), (_SCRUB,)]
            )
            connection.execute("DELETE FROM rewrite")
        self._catalogue.rows("PRAGMA foreign_keys=ON")

    def _scrub(self) -> None:
        """Take what was deleted out of the catalogue's free pages and journal, too."""
        if self._catalogue.row("SELECT 1 FROM chore WHERE name = ?", (_SCRUB,)) is None:
            return
        self._catalogue.rows("VACUUM")
        self._catalogue.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        with self._catalogue.transaction() as connection:
            connection.execute("DELETE FROM chore WHERE name = ?", (_SCRUB,))


class _Rewriting:
    """Copies a WARC file; where an erased record stood, a tombstone stands."""

    def __init__(
        self,
        path: Path,
        out: BinaryIO,
        condemned: Mapping[int, tuple[Condemned, Erasure]],
        new_id: NewId,
    ) -> None:
        self._path = path
        self._out = out
        self._condemned = condemned
        self._new_id = new_id
        self._by_record = {c.record_id: entry for c, entry in condemned.values()}
        self._groups = sorted((c.offset, c.group_end, entry) for c, entry in condemned.values())

    def run(self) -> dict[int, int]:
        """Write the copy; return the new place of each old beginning and end of a record."""
        with self._path.open("rb") as source:
            places: dict[int, int] = {}
            for start, end, item in _stretches(self._path):
                places[start] = self._out.tell()
                entry = self._entry(start, end, item)
                if entry is None:
                    _copy(source, start, end, self._out)
                else:
                    self._bury(entry, item)
                places[end] = self._out.tell()
        return places

    def _entry(self, start: int, end: int, item: Record | Broken) -> Erasure | None:
        """Return the entry that condemns a record, or None."""
        if start in self._condemned:
            return self._condemned[start][1]
        if isinstance(item, Broken):
            # What cannot be read may hold any of what must go.
            hit = [entry for offset, (_, entry) in self._condemned.items() if start <= offset < end]
            return hit[0] if hit else None
        if item.head.kind in ANSWERS | {"warcinfo"}:
            return None
        fields = item.head.fields
        named = [v for n, v in fields if n.lower() in {"warc-concurrent-to", "warc-refers-to"}]
        if named:
            return next((self._by_record[v] for v in named if v in self._by_record), None)
        return next((entry for a, b, entry in self._groups if a <= start < b), None)

    def _bury(self, entry: Erasure, item: Record | Broken) -> None:
        notes = [("erased-at", warc_date(entry.at)), ("reason", entry.reason)]
        if entry.ticket:
            notes.append(("ticket", entry.ticket))
        if isinstance(item, Record):
            notes += [("erased-type", item.head.kind), (ERASED_RECORD, item.head.record_id)]
        write_tombstone(self._out, notes, warc_date(entry.at), self._new_id)


def _stretches(path: Path) -> Iterator[tuple[int, int, Record | Broken]]:
    """Yield beginning and end of each record or unreadable stretch, without a gap."""
    for item in read_records(path):
        if isinstance(item, Broken):
            yield item.offset, item.end, item
            continue
        try:
            item.finish()
            is_alone = item.stream.is_at_end
        except BrokenRecordError:
            continue  # the reader gives the stretch
        if not is_alone:
            raise CorpusError(f"{path}: several records in one gzip member at {item.offset}")
        yield item.offset, item.stream.position, item


def _copy(source: BinaryIO, start: int, end: int, out: BinaryIO) -> None:
    source.seek(start)
    left = end - start
    while left:
        piece = source.read(min(left, CHUNK))
        if not piece:
            raise StorageError(f"{left} bytes of a record are missing")
        out.write(piece)
        left -= len(piece)


def _remove(connection: sqlite3.Connection, found: Mapping[int, tuple[Condemned, Erasure]]) -> None:
    """Take captures out of all tables, and addresses that are named out of the queue."""
    gone = {capture.capture_id for capture, _ in found.values()}
    rows, ids = {"gone": to_json(list(found)).decode()}, {"gone": to_json(list(gone)).decode()}
    for statement in _FORGET_ROWS:
        connection.execute(statement, rows)
    for statement in _FORGET_IDS:
        connection.execute(statement, ids)
    connection.executemany(
        "INSERT OR IGNORE INTO erased VALUES(?, ?)",
        [(capture.capture_id, warc_date(entry.at)) for capture, entry in found.values()],
    )
    for row in connection.execute("SELECT doc_id, body FROM document").fetchall():
        if gone.intersection(from_json(row["body"], Document).captures):
            connection.execute("DELETE FROM document WHERE doc_id = ?", (row["doc_id"],))
    for entry in {id(entry): entry for _, entry in found.values()}.values():
        for key in entry.urls:
            connection.execute(
                "UPDATE url SET state = 'excluded', exclude_reason = ?, last_status = NULL, "
                "due_at = NULL WHERE key = ?",
                (entry.words, key),
            )
            connection.execute("DELETE FROM event WHERE key = ?", (key,))


_FORGET_ROWS = (
    """UPDATE url SET payload_capture = NULL, payload_digest = NULL, etag = NULL,
    last_modified = NULL WHERE payload_capture IN (SELECT value FROM json_each(:gone))""",
    "DELETE FROM links WHERE capture IN (SELECT value FROM json_each(:gone))",
    """UPDATE capture SET links_from = NULL
    WHERE links_from IN (SELECT value FROM json_each(:gone))""",
    "DELETE FROM capture WHERE id IN (SELECT value FROM json_each(:gone))",
)
_FORGET_IDS = (
    """UPDATE url SET last_capture = NULL
    WHERE last_capture IN (SELECT value FROM json_each(:gone))""",
    "DELETE FROM version WHERE capture_id IN (SELECT value FROM json_each(:gone))",
)


def _move(connection: sqlite3.Connection, plan: sqlite3.Row) -> None:
    """Write where the captures of a file stand now."""
    moves = from_json(zlib.decompress(plan["moves"]), list[_Move])
    # Places are unique, so all are first moved out of each other's way.
    connection.execute("UPDATE capture SET offset = -1 - offset WHERE warc = ?", (plan["warc"],))
    connection.executemany(
        "UPDATE capture SET offset = ?, length = ?, group_end = ? WHERE id = ?",
        [(offset, length, group_end, row) for row, offset, length, group_end in moves],
    )
    connection.execute(
        "UPDATE warc_file SET sha256 = ?, committed_size = ? WHERE id = ?",
        (plan["sha256"], plan["size"], plan["warc"]),
    )
    connection.execute("DELETE FROM damage WHERE file = ?", (plan["name"],))


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ERASING_SUFFIX)
