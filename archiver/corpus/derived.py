"""Extracted texts, page-wise readable: keyed by payload digest and extractor, re-creatable.

Light to import and quick to open, because every search reads pages from here. Knows nothing of
WARC files and the catalogue.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver.codec import from_json, to_json
from archiver.corpus.textfile import open_read_only, open_writable, text_errors
from archiver.errors import CorpusError
from archiver.model import Extraction, Page

_FAILURES_REMEMBERED = 2
_READERS = "readers"  # the mark under which is kept whose readings are held


class DerivedTexts:
    """The extracted texts of a corpus. Rows never change; a new extractor key makes new ones.

    Methods raise StorageError when the disk fails and CorpusError when the file is damaged.
    """

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> "DerivedTexts":
        """Open the file; when writing, make it if need be, also in place of one of another format.

        Read-only, a missing file answers as an empty one.
        """
        with text_errors(str(path)):
            if read_only:
                connection = open_read_only(path)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                connection = open_writable(path)
        return cls(connection, str(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def extraction(self, payload_digest: str, extractor_key: str) -> Extraction | None:
        """Return a whole extraction with all its pages, or None."""
        with text_errors(self._name):
            row = self._connection.execute(
                "SELECT id, body FROM extraction WHERE payload_digest = ? AND extractor_key = ?",
                (payload_digest, extractor_key),
            ).fetchone()
            if row is None:
                return None
            pages = self._connection.execute(
                "SELECT head, text FROM page WHERE extraction = ? ORDER BY number", (row[0],)
            ).fetchall()
        bare = from_json(zlib.decompress(row[1]), Extraction)
        return replace(bare, pages=tuple(_page(head, text) for head, text in pages))

    def head(self, payload_digest: str, extractor_key: str) -> Extraction | None:
        """Return an extraction without its pages, or None."""
        with text_errors(self._name):
            row = self._connection.execute(
                "SELECT body FROM extraction WHERE payload_digest = ? AND extractor_key = ?",
                (payload_digest, extractor_key),
            ).fetchone()
        return None if row is None else from_json(zlib.decompress(row[0]), Extraction)

    def page_text(self, payload_digest: str, extractor_key: str, page_number: int) -> Page:
        """Return one page (1-based).

        Raises CorpusError when it is not held.
        """
        with text_errors(self._name):
            row = self._connection.execute(
                "SELECT p.head, p.text FROM extraction e JOIN page p ON p.extraction = e.id "
                "WHERE e.payload_digest = ? AND e.extractor_key = ? AND p.number = ?",
                (payload_digest, extractor_key, page_number),
            ).fetchone()
        if row is None:
            raise CorpusError(
                f"page {page_number} of {payload_digest} ({extractor_key}) has no stored text",
                remedy="extract again with: archiver index --rebuild",
            )
        return _page(row[0], row[1])

    def save_extractions(self, items: Iterable[tuple[str, str, Extraction]]) -> None:
        """Keep extractions, each as (payload digest, extractor key, extraction), in one go.

        What is held already stays as it is. An extraction that is not failed clears the failures
        noted for it.
        """
        with self._transaction():
            for digest, key, extraction in items:
                self._save(digest, key, extraction)

    def missing(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the pairs (payload digest, extractor key) not held, in order, each once."""
        wanted = list(dict.fromkeys(pairs))
        with text_errors(self._name):
            return [
                pair
                for pair in wanted
                if self._connection.execute(
                    "SELECT 1 FROM extraction WHERE payload_digest = ? AND extractor_key = ?", pair
                ).fetchone()
                is None
            ]

    def note_failure(self, payload_digest: str, extractor_key: str, reason: str) -> int:
        """Count a failure that was no value (crash, time, memory); return how many there were."""
        with self._transaction():
            self._connection.execute(
                "INSERT INTO failure VALUES(?, ?, 1, ?) ON CONFLICT DO UPDATE "
                "SET count = count + 1, reason = excluded.reason",
                (payload_digest, extractor_key, reason),
            )
            row = self._connection.execute(
                "SELECT count FROM failure WHERE payload_digest = ? AND extractor_key = ?",
                (payload_digest, extractor_key),
            ).fetchone()
        return int(row[0])

    def poisoned(self, payload_digest: str, extractor_key: str) -> str | None:
        """Return why a payload is not tried again (it failed twice), or None."""
        with text_errors(self._name):
            row = self._connection.execute(
                "SELECT reason FROM failure "
                "WHERE payload_digest = ? AND extractor_key = ? AND count >= ?",
                (payload_digest, extractor_key, _FAILURES_REMEMBERED),
            ).fetchone()
        return None if row is None else str(row[0])

    def mark(self, name: str) -> str | None:
        """Return what is kept under a name of what was derived, or None."""
        with text_errors(self._name):
            row = self._connection.execute(
                "SELECT value FROM mark WHERE name = ?", (name,)
            ).fetchone()
        return None if row is None else str(row[0])

    def set_mark(self, name: str, value: str) -> None:
        """Keep under a name what was derived."""
        with self._transaction():
            self._connection.execute("INSERT OR REPLACE INTO mark VALUES(?, ?)", (name, value))

    def reading(self, key: bytes) -> bytes | None:
        """Return what is kept of words under a key, or None."""
        with text_errors(self._name):
            row = self._connection.execute(
                "SELECT body FROM reading WHERE key = ?", (key,)
            ).fetchone()
        return None if row is None else bytes(row[0])

    def keep_readings(self, readers: str, items: Mapping[bytes, bytes]) -> None:
        """Keep what words say; what other readers said of any goes."""
        is_other = self.mark(_READERS) != readers
        with self._transaction():
            if is_other:
                self._connection.execute("DELETE FROM reading")
                self._connection.execute(
                    "INSERT OR REPLACE INTO mark VALUES(?, ?)", (_READERS, readers)
                )
            self._connection.executemany(
                "INSERT OR REPLACE INTO reading VALUES(?, ?)", items.items()
            )

    def choice(self, doc_id: str) -> tuple[bytes, bytes, bytes, bytes] | None:
        """Return what was chosen for a document: each choice behind its key; None if unknown."""
        with text_errors(self._name):
            row: tuple[bytes, bytes, bytes, bytes] | None = self._connection.execute(
                "SELECT own_key, own, whole_key, whole FROM choice WHERE doc_id = ?", (doc_id,)
            ).fetchone()
        return row

    def keep_choices(
        self, site: str, choices: Mapping[str, tuple[bytes, bytes, bytes, bytes] | None]
    ) -> None:
        """Keep what was chosen for a site's documents; None for those that are as they were.

        What is kept of its other documents goes.
        """
        with self._transaction():
            held = self._connection.execute("SELECT doc_id FROM choice WHERE site = ?", (site,))
            gone = [(doc_id,) for (doc_id,) in held.fetchall() if doc_id not in choices]
            self._connection.executemany("DELETE FROM choice WHERE doc_id = ?", gone)
            self._connection.executemany(
                "INSERT OR REPLACE INTO choice VALUES(?, ?, ?, ?, ?, ?)",
                ((doc_id, site, *row) for doc_id, row in choices.items() if row is not None),
            )

    def forget(self, payload_digests: Iterable[str]) -> None:
        """Erase all that was extracted from these payloads, also from the file's free pages."""
        digests = [(digest,) for digest in payload_digests]
        with self._transaction():
            before = self._connection.total_changes
            self._connection.executemany(
                "DELETE FROM page WHERE extraction IN "
                "(SELECT id FROM extraction WHERE payload_digest = ?)",
                digests,
            )
            for table in ("extraction", "failure"):
                self._connection.executemany(
                    f"DELETE FROM {table} WHERE payload_digest = ?",  # noqa: S608 - two constants
                    digests,
                )
            # Words of theirs may stand in any reading.
            self._connection.execute("DELETE FROM reading")
            self._connection.execute("DELETE FROM choice")
            is_changed = self._connection.total_changes > before
        if is_changed:
            with text_errors(self._name):
                self._connection.execute("VACUUM")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _save(self, digest: str, key: str, extraction: Extraction) -> None:
        bare = replace(extraction, pages=())
        row = self._connection.execute(
            "INSERT OR IGNORE INTO extraction(payload_digest, extractor_key, status, body) "
            "VALUES(?, ?, ?, ?)",
            (digest, key, extraction.status, zlib.compress(to_json(bare))),
        )
        if not row.rowcount:
            return
        self._connection.executemany(
            "INSERT INTO page(extraction, number, head, text) VALUES(?, ?, ?, ?)",
            [
                (
                    row.lastrowid,
                    page.number,
                    to_json(replace(page, text="")),
                    # Lone surrogates come out of broken fonts; they must not stop the run.
                    zlib.compress(page.text.encode("utf-8", "surrogatepass")),
                )
                for page in extraction.pages
            ],
        )
        if extraction.status != "failed":
            self._connection.execute(
                "DELETE FROM failure WHERE payload_digest = ? AND extractor_key = ?", (digest, key)
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with text_errors(self._name):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _page(head: bytes, text: bytes) -> Page:
    bare = from_json(head, Page)
    return Page(  # by hand: `replace` takes as long as the reading
        number=bare.number,
        text=zlib.decompress(text).decode("utf-8", "surrogatepass"),
        label=bare.label,
        heading=bare.heading,
        is_image_only=bare.is_image_only,
        is_ocr=bare.is_ocr,
        ocr_confidence=bare.ocr_confidence,
    )
