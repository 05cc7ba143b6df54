"""The SQLite file of derived texts: its tables, how it is opened, its errors turned into ours.

Knows nothing of what stands in the tables.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archiver.errors import CorpusError, StorageError

FORMAT = 1
"""Version of the file's layout; a file of another version is thrown away and made anew."""

_BUSY_MS = 10_000
_SCHEMA = f"""
CREATE TABLE extraction(
  id INTEGER PRIMARY KEY,
  payload_digest TEXT NOT NULL,
  extractor_key TEXT NOT NULL,
  status TEXT NOT NULL,
  body BLOB NOT NULL,                   -- zlib of the JSON of the Extraction without pages
  UNIQUE(payload_digest, extractor_key));
CREATE TABLE page(
  extraction INTEGER NOT NULL REFERENCES extraction(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  head BLOB NOT NULL,                   -- JSON of the Page, its text empty
  text BLOB NOT NULL,                   -- zlib of UTF-8
  PRIMARY KEY(extraction, number)) WITHOUT ROWID;
CREATE TABLE failure(
  payload_digest TEXT NOT NULL,
  extractor_key TEXT NOT NULL,
  count INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY(payload_digest, extractor_key)) WITHOUT ROWID;
PRAGMA user_version={FORMAT};
"""
_MARKS = """
CREATE TABLE IF NOT EXISTS mark(          -- what was derived from what, by name
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL) WITHOUT ROWID
"""
_READINGS = """
CREATE TABLE IF NOT EXISTS reading(       -- what words say, by what they are and who reads them
  key BLOB PRIMARY KEY,
  body BLOB NOT NULL) WITHOUT ROWID
"""
_CHOICES = """
CREATE TABLE IF NOT EXISTS choice(        -- what was chosen for a document, by what it follows from
  doc_id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  own_key BLOB NOT NULL,
  own BLOB NOT NULL,                      -- among its own readings
  whole_key BLOB NOT NULL,
  whole BLOB NOT NULL) WITHOUT ROWID      -- with what it inherits
"""


def _connect(target: str, *, is_uri: bool = True) -> sqlite3.Connection:
    connection = sqlite3.connect(target, uri=is_uri, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    return connection


def _format_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _empty() -> sqlite3.Connection:
    connection = _connect(":memory:", is_uri=False)
    connection.executescript(_SCHEMA)
    return connection


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open the file for reading, also on a disk that is; a missing one answers as an empty one."""
    if not path.exists():
        return _empty()
    uri = path.absolute().as_uri()
    connection = _connect(f"{uri}?mode=ro")
    try:
        held = _format_of(connection)
    except sqlite3.OperationalError:
        connection.close()
        journal = path.with_name(path.name + "-wal")
        if journal.exists() and journal.stat().st_size:
            raise
        # A read-only disk refuses the -shm file that WAL needs; nothing can change there.
        connection = _connect(f"{uri}?mode=ro&immutable=1")
        held = _format_of(connection)
    if held != FORMAT:
        connection.close()
        return _empty()
    return connection


def open_writable(path: Path) -> sqlite3.Connection:
    """Open the file for writing; make it if need be, also in place of one that is of no use."""
    connection = _connect(f"{path.absolute().as_uri()}?mode=rwc")
    try:
        is_usable = _format_of(connection) in {0, FORMAT}
    except sqlite3.OperationalError:
        connection.close()
        raise
    except sqlite3.DatabaseError:
        is_usable = False
    if not is_usable:  # of another version, or damaged: everything here can be made again
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        connection = _connect(f"{path.absolute().as_uri()}?mode=rwc")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")  # what a power cut takes is extracted again
    if _format_of(connection) == 0:
        connection.executescript(f"BEGIN IMMEDIATE;\n{_SCHEMA}\nCOMMIT;")
    connection.execute(_MARKS)
    connection.execute(_READINGS)
    connection.execute(_CHOICES)
    return connection


@contextmanager
def text_errors(name: str) -> Iterator[None]:
    """Turn errors into StorageError or CorpusError with one line naming the file."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"{name}: {error.strerror}") from error
    except sqlite3.OperationalError as error:
        raise StorageError(f"{name}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise CorpusError(
            f"{name}: {error}", remedy="delete the file and run: archiver index --rebuild"
        ) from error
