"""Make the catalogue anew from the WARC files alone.

Captures, files, links and URLs come out as they were. The queue is derived anew (every URL is
due); host timings, attempts, refusals and how crawls ended have no record and are lost.
"""

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archiver.corpus.answers import Notes, first_note, read_notes
from archiver.corpus.captures import Captures
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.conformance import Finding
from archiver.corpus.content import Content
from archiver.corpus.folder import OPEN_SUFFIX, Layout, sync_folder
from archiver.corpus.intake import FileRow, Intake, ReadLinks
from archiver.corpus.reader import Broken, Record, read_records
from archiver.corpus.streams import BrokenRecordError
from archiver.corpus.warc import Head, warc_date
from archiver.corpus.warcfile import file_digest, lock_open_file
from archiver.errors import ArchiverError, StorageError


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild found. `lost` names what the WARC files could not give back."""

    files: int
    captures: int
    documents_kept: int
    findings: tuple[Finding, ...]
    lost: tuple[str, ...] = (
        "the queue (every URL is due again)",
        "host timings and robots.txt caches",
        "attempts, refusals and other events",
        "addresses that were out of scope or excluded, and why",
        "how earlier crawls ended",
    )


def rebuild(layout: Layout, read_links: ReadLinks) -> RebuildReport:
    """Write a new catalogue beside the old one and put it in its place.

    Documents and versions are taken over from the old catalogue if it can still be read; else the
    next update makes them anew. Damaged records are reported and passed over. Raises StorageError
    when the disk fails, LockedError while a crawl is writing.
    """
    beside = layout.catalogue.with_name(layout.catalogue.name + ".new")
    try:
        _remove(beside)
        catalogue = Catalogue.open(beside)
        try:
            intake = Intake(Content(layout, Captures(catalogue)), read_links, due_at=0.0)
            files = 0
            for name in _in_order(layout):
                path = _closed(layout, name)
                if path is not None:
                    with catalogue.transaction() as connection:
                        intake.take(connection, path, _file_row(connection, path))
                    files += 1
            documents = _take_over_documents(catalogue, layout.catalogue)
            catalogue.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            catalogue.close()
        _swap(beside, layout.catalogue)
    except OSError as error:
        raise StorageError(f"{layout.root}: cannot rebuild: {error.strerror}") from error
    return RebuildReport(files, intake.captures, documents, tuple(intake.findings))


def _first_record(path: Path) -> tuple[Head, Notes] | None:
    """Return the head and the notes of a file's first record, if it can be read."""
    for item in read_records(path):
        if not isinstance(item, Record):
            return None
        try:
            return item.head, read_notes(b"".join(item.block()))
        except BrokenRecordError:
            return None
    return None


def _in_order(layout: Layout) -> list[str]:
    """List the files by the moment they were begun, so that originals come before revisits."""

    def begun(name: str) -> tuple[str, str]:
        first = _first_record(layout.warc_file(name))
        return (first[0].get("WARC-Date") or "" if first else ""), name

    return sorted(layout.warc_names(), key=begun)


def _closed(layout: Layout, name: str) -> Path | None:
    """Return a file under its final name; one left open is cut behind its last whole group."""
    closed, still_open = layout.warc / name, layout.warc / (name + OPEN_SUFFIX)
    if closed.exists():
        return closed
    with still_open.open("r+b") as file:
        lock_open_file(file.fileno(), still_open)
        end = _last_whole_group(still_open)
        if not end:
            return None
        file.truncate(end)
    still_open.rename(closed)
    sync_folder(layout.warc)
    return closed


def _last_whole_group(path: Path) -> int:
    end = 0
    for item in read_records(path):
        if isinstance(item, Broken):
            break
        with suppress(BrokenRecordError):
            item.finish()
            if item.stream.is_at_end and item.head.kind == "metadata":
                end = item.stream.position
    return end


def _file_row(connection: sqlite3.Connection, path: Path) -> FileRow:
    """Write the rows of a closed file and of its crawl, from its warcinfo record."""
    first = _first_record(path)
    head, notes = first or (None, {})
    begun = head.get("WARC-Date") or "" if head else ""
    site = first_note(notes, "isPartOf") or path.name.partition(".")[0]
    is_import = first_note(notes, "import-digest") is not None
    crawl = None if is_import else _crawl_row(connection, notes, site, begun)
    stat = path.stat()
    row = connection.execute(
        "INSERT INTO warc_file(name, kind, crawl, state, committed_size, sha256, created_at, "
        "closed_at) VALUES(?, ?, ?, 'closed', ?, ?, ?, ?)",
        (
            path.name,
            "import" if is_import else "crawl",
            crawl,
            stat.st_size,
            file_digest(path),
            begun,
            warc_date(datetime.fromtimestamp(stat.st_mtime, UTC)),
        ),
    ).lastrowid
    return FileRow(int(row or 0), path.name, site, crawl, is_import)


def _crawl_row(connection: sqlite3.Connection, notes: Notes, site: str, begun: str) -> int | None:
    crawl_id = first_note(notes, "crawl-id")
    if crawl_id is None:
        return None
    connection.execute(
        "INSERT OR IGNORE INTO crawl(crawl_id, site, software, user_agent, robots_policy, "
        "config, started_at, state, reason) VALUES(?, ?, ?, ?, ?, ?, ?, 'interrupted', ?)",
        (
            crawl_id,
            site,
            first_note(notes, "software") or "",
            first_note(notes, "http-header-user-agent") or "",
            first_note(notes, "robots") or "",
            first_note(notes, "crawl-config") or "{}",
            first_note(notes, "crawl-started") or begun,
            "rebuilt: how it ended is not in the WARC files",
        ),
    )
    row = connection.execute("SELECT id FROM crawl WHERE crawl_id = ?", (crawl_id,)).fetchone()
    return int(row[0])


def _take_over_documents(catalogue: Catalogue, old: Path) -> int:
    """Copy documents and versions from the old catalogue; return how many documents, if any."""
    if not old.exists():
        return 0
    try:
        before = Catalogue.open(old, read_only=True)
    except ArchiverError:
        return 0
    try:
        documents = before.rows("SELECT doc_id, site, kind, key, body FROM document")
        versions = before.rows("SELECT * FROM version")
    except ArchiverError:
        return 0
    finally:
        before.close()
    with catalogue.transaction() as connection:
        connection.executemany("INSERT INTO document VALUES(?, ?, ?, ?, ?)", map(tuple, documents))
        connection.executemany(
            "INSERT INTO version VALUES(?, ?, ?, ?, ?, ?, ?)", map(tuple, versions)
        )
    return len(documents)


def _swap(new: Path, old: Path) -> None:
    """Put the new catalogue in the place of the old one.

    The old one is moved away with its journal first, so that no journal meets another's file;
    between the two steps the corpus is one without a catalogue, which opening refuses.
    """
    before = old.with_name(old.name + ".before")
    _remove(before)
    for suffix in ("", "-wal", "-shm"):
        path = old.with_name(old.name + suffix)
        if path.exists():
            path.rename(before.with_name(before.name + suffix))
    new.rename(old)
    sync_folder(old.parent)
    _remove(before)
    _remove(new)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
