"""The SQLite catalogue as a store: open, migrate, transact, turn its errors into ours.

Must not know what the tables mean; that is for the modules that ask.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from archiver.errors import CorpusError, StorageError

Parameters = Sequence[Any] | Mapping[str, Any]

_BUSY_MS = 10_000
_STORAGE_CODES = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_NOMEM,
    }
)
_REBUILD = "rebuild the catalogue from the WARC files with: archiver corpus rebuild"


class Catalogue:
    """One connection to the catalogue. Not for use by several threads at the same moment.

    All methods raise StorageError when the disk fails and CorpusError when the file is damaged.
    """

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._guard = threading.RLock()

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> "Catalogue":
        """Open the catalogue file and bring its schema up to date.

        Raises CorpusError for a newer schema, or an older one when `read_only`.
        """
        with sqlite_errors(str(path)):
            connection = connect(path, read_only=read_only)
            try:
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("PRAGMA foreign_keys=ON")
                _migrate(connection, str(path), read_only=read_only)
            except BaseException:
                connection.close()
                raise
        return cls(connection, str(path))

    @classmethod
    def empty(cls) -> "Catalogue":
        """Return a catalogue in memory that holds nothing, to answer for a corpus not yet made."""
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        _migrate(connection, "memory", read_only=False)
        connection.execute("PRAGMA query_only=ON")
        return cls(connection, "memory")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run a block as one transaction: committed at its end, rolled back when it raises."""
        with self._guard, sqlite_errors(self._name):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        with self._guard, sqlite_errors(self._name):
            return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        with self._guard, sqlite_errors(self._name):
            found: sqlite3.Row | None = self._connection.execute(sql, parameters).fetchone()
            return found

    def stream(self, sql: str, parameters: Parameters = ()) -> Iterator[sqlite3.Row]:
        """Yield the rows of a query, a few hundred at a time."""
        with sqlite_errors(self._name):
            cursor = self._connection.execute(sql, parameters)
            while batch := cursor.fetchmany(500):
                yield from batch

    def limit_pages(self, pages: int) -> None:
        """Let the file grow no further than `pages` database pages (a quota; used by tests)."""
        self._connection.execute(f"PRAGMA max_page_count={int(pages)}")

    def check(self) -> list[str]:
        """Return what SQLite's own integrity check finds; empty when all is well."""
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check(20)")]
        return [] if found == ["ok"] else found


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open an SQLite file in WAL mode; `read_only` also works on a read-only disk."""
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(f"{path.absolute().as_uri()}?mode=rwc")
        connection.execute("PRAGMA journal_mode=WAL")
        return connection
    connection = _connect(f"{path.absolute().as_uri()}?mode=ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        journal = path.with_name(path.name + "-wal")
        if not path.exists() or (journal.exists() and journal.stat().st_size):
            raise
        # WAL needs a -shm file beside it, which a read-only disk refuses; nothing can change then.
        connection = _connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1")
    return connection


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    return connection


def migrations() -> list[tuple[int, str]]:
    """List the numbered schema migrations, ascending."""
    folder = resources.files("archiver.corpus") / "migrations"
    found = [item for item in folder.iterdir() if item.name.endswith(".sql")]
    return sorted((int(item.name[:3]), item.read_text("utf-8")) for item in found)


def _migrate(connection: sqlite3.Connection, name: str, *, read_only: bool) -> None:
    steps = migrations()
    newest = steps[-1][0]
    held = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if held > newest:
        raise CorpusError(
            f"{name}: made by a newer archiver (schema {held}, this one knows {newest})",
            remedy="update archiver",
        )
    if held < newest and read_only:
        raise CorpusError(
            f"{name}: schema {held} is older than {newest}",
            remedy="bring it up to date with: archiver index",
        )
    for number, script in steps:
        if number > held:
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version={number};\nCOMMIT;"
            )


@contextmanager
def sqlite_errors(name: str) -> Iterator[None]:
    """Turn SQLite's errors into StorageError or CorpusError with one line naming the file."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in _STORAGE_CODES:
            raise StorageError(f"{name}: {error}") from error
        raise CorpusError(f"{name}: {error}", remedy=_REBUILD) from error
