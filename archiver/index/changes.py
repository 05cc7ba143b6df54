"""Change the generation's own database: a copy that no reader sees, until the build is done.

It holds documents, pages, columns and the vocabulary, beside any engine; `documents` reads it. Rows
of documents are written some hundred at a time. Only the file that is named is touched.
"""

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from archiver import codec
from archiver.index import columns
from archiver.index.columns import PageRow
from archiver.index.wordcounts import text_check
from archiver.model import Document, Page

_SCHEMA = """
CREATE TABLE document (
  doc_id TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,       -- of everything
  text_fingerprint TEXT NOT NULL,  -- of what all pages' terms come from
  head_fingerprint TEXT NOT NULL,  -- of what the first page carries besides
  position TEXT NOT NULL,          -- sorts by date, then id
  json BLOB NOT NULL               -- archiver.model.Document
) WITHOUT ROWID;
CREATE TABLE page (
  doc_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  key INTEGER,                     -- the engine's; NULL when nothing on it can be searched
  flags INTEGER NOT NULL,          -- columns.IS_OCR, columns.HAS_TEXT
  is_image_only INTEGER NOT NULL,
  label TEXT,
  heading TEXT,
  text_check INTEGER NOT NULL,     -- wordcounts.text_check
  PRIMARY KEY (doc_id, number)
) WITHOUT ROWID;
CREATE TABLE capture (capture_id TEXT, doc_id TEXT, PRIMARY KEY (capture_id, doc_id)) WITHOUT ROWID;
CREATE INDEX capture_of_document ON capture (doc_id);
CREATE TABLE url (url TEXT, doc_id TEXT, PRIMARY KEY (url, doc_id)) WITHOUT ROWID;
CREATE INDEX url_of_document ON url (doc_id);
CREATE TABLE ordinal (ordinal INTEGER PRIMARY KEY, doc_id TEXT NOT NULL UNIQUE);
CREATE TABLE form (stem TEXT, word TEXT, PRIMARY KEY (stem, word)) WITHOUT ROWID;
CREATE TABLE column (name TEXT PRIMARY KEY, data BLOB NOT NULL);
"""

_UNDATED = "~"  # sorts after every date
_ROWS_AT_ONCE = 2_000
_INSERTS = {
    "document": "INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?)",
    "page": "INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "capture": "INSERT OR IGNORE INTO capture VALUES (?, ?)",
    "url": "INSERT OR IGNORE INTO url VALUES (?, ?)",
}
_INSERT_COLUMN = "INSERT INTO column VALUES (?, ?)"


def has_schema(path: Path) -> bool:
    """Tell whether a database has the tables of this program, whatever its version says."""
    tables = "SELECT name, sql FROM sqlite_master ORDER BY name"
    with closing(sqlite3.connect(":memory:")) as ours, closing(sqlite3.connect(path)) as theirs:
        ours.executescript(_SCHEMA)
        return theirs.execute(tables).fetchall() == ours.execute(tables).fetchall()


class Changes:
    """A database being changed, which no reader sees: no journal, synced by the caller."""

    def __init__(self, path: Path) -> None:
        self._is_new = not path.exists()
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        if self._is_new:
            self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")
        self._waiting: dict[str, list[tuple[object, ...]]] = {table: [] for table in _INSERTS}
        last: int = self._db.execute("SELECT coalesce(max(key), -1) FROM page").fetchone()[0]
        self.next_key = last + 1

    def close(self) -> None:
        """Close; what was not committed is lost."""
        self._db.close()

    def fingerprints(self) -> dict[str, str]:
        """Return document id → fingerprint."""
        return dict(self._db.execute("SELECT doc_id, fingerprint FROM document"))

    def _write(self) -> None:
        """Write the rows that wait; asked and deleted is only behind it."""
        for table, rows in self._waiting.items():
            if rows:
                self._db.executemany(_INSERTS[table], rows)
                rows.clear()

    def parts(self, doc_id: str) -> tuple[str, str] | None:
        """Return the text and head fingerprints of a document, None when it is unknown."""
        self._write()
        row: tuple[str, str] | None = self._db.execute(
            "SELECT text_fingerprint, head_fingerprint FROM document WHERE doc_id = ?", (doc_id,)
        ).fetchone()
        return row

    def keys(self, doc_id: str) -> list[tuple[int, int]]:
        """Return number and key of the document's searchable pages, by number."""
        self._write()
        return self._db.execute(
            "SELECT number, key FROM page WHERE doc_id = ? AND key IS NOT NULL ORDER BY number",
            (doc_id,),
        ).fetchall()

    def document(self, doc_id: str) -> Document | None:
        """Return a document as it is held, None when it is unknown."""
        self._write()
        row = self._db.execute("SELECT json FROM document WHERE doc_id = ?", (doc_id,)).fetchone()
        return None if row is None else codec.from_json(row[0], Document)

    def texts(self, doc_id: str) -> list[tuple[int, int]]:
        """Return number and `text_check` of the document's searchable pages with text."""
        self._write()
        return self._db.execute(
            "SELECT number, text_check FROM page"
            " WHERE doc_id = ? AND key IS NOT NULL AND text_check != 0 ORDER BY number",
            (doc_id,),
        ).fetchall()

    def words(self) -> tuple[str, "array[int]"]:
        """Return the vocabulary of the generation that is changed: words, one a line, and counts.

        Empty when there was none; to be asked before `put_columns`.
        """
        rows = dict(
            self._db.execute("SELECT name, data FROM column WHERE name IN ('words', 'word_counts')")
        )
        counts = array("I")
        counts.frombytes(rows.get("word_counts", b""))
        return rows.get("words", b"").decode(), counts

    def take_key(self) -> int:
        """Return a key that was never used."""
        self.next_key += 1
        return self.next_key - 1

    def put_document(
        self, document: Document, data: bytes, fingerprints: tuple[str, str, str], *, is_new: bool
    ) -> None:
        """Write the document's row: its JSON; fingerprints of everything, of texts, of the head."""
        doc_id = document.doc_id
        day = document.held_on.isoformat() if document.held_on else _UNDATED
        if not is_new:
            self._remove_names(doc_id)
        waiting = self._waiting
        waiting["document"].append((doc_id, *fingerprints, f"{day} {doc_id}", data))
        waiting["capture"] += [(capture, doc_id) for capture in document.captures]
        waiting["url"] += [(url, doc_id) for url in document.urls]
        if len(waiting["document"]) >= _ROWS_AT_ONCE:
            self._write()

    def put_page(self, doc_id: str, page: Page, key: int | None) -> None:
        """Write a page's row."""
        flags = columns.IS_OCR * page.is_ocr | columns.HAS_TEXT * bool(page.text.strip())
        pages = self._waiting["page"]
        names = (page.label, page.heading)
        check = text_check(page.text)
        pages.append((doc_id, page.number, key, flags, page.is_image_only, *names, check))
        if len(pages) >= _ROWS_AT_ONCE:
            self._write()

    def change_key(self, doc_id: str, number: int, key: int) -> None:
        """Give a page another entry."""
        self._write()
        self._db.execute(
            "UPDATE page SET key = ? WHERE doc_id = ? AND number = ?", (key, doc_id, number)
        )

    def remove_pages(self, doc_id: str) -> list[int]:
        """Remove the document's pages; return the keys they had."""
        keys = [key for _, key in self.keys(doc_id)]
        self._db.execute("DELETE FROM page WHERE doc_id = ?", (doc_id,))
        return keys

    def remove_document(self, doc_id: str) -> list[int]:
        """Remove a document; return the keys its pages had."""
        keys = self.remove_pages(doc_id)
        self._remove_names(doc_id)
        self._db.execute("DELETE FROM document WHERE doc_id = ?", (doc_id,))
        return keys

    def _remove_names(self, doc_id: str) -> None:
        self._write()
        self._db.execute("DELETE FROM capture WHERE doc_id = ?", (doc_id,))
        self._db.execute("DELETE FROM url WHERE doc_id = ?", (doc_id,))

    def in_order(self) -> Iterator[tuple[Document, list[PageRow]]]:
        """Yield documents with their pages in canonical order, one at a time."""
        self._write()
        with closing(self._db.cursor()) as documents, closing(self._db.cursor()) as rows:
            documents.execute("SELECT position, json FROM document ORDER BY position")
            rows.execute(
                "SELECT position, number, key, flags, is_image_only"
                " FROM document JOIN page USING (doc_id) ORDER BY position, number"
            )
            pages = groupby(rows, itemgetter(0))
            of_pages, own = next(pages, ("", ()))
            for position, data in documents:
                found: list[PageRow] = []
                if of_pages == position:
                    found += [
                        PageRow(n, key, flags, bool(image)) for _, n, key, flags, image in own
                    ]
                    of_pages, own = next(pages, ("", ()))
                yield codec.from_json(data, Document), found

    def put_columns(self, *, dead_links: int) -> None:
        """Write order and columns."""
        db = self._db
        self._write()
        db.execute("DELETE FROM ordinal")
        db.execute(
            "INSERT INTO ordinal SELECT row_number() OVER (ORDER BY position) - 1, doc_id"
            " FROM document"
        )
        db.execute("DELETE FROM column")
        for name, data in columns.build(self.in_order(), dead_links=dead_links):
            db.execute(_INSERT_COLUMN, (name, data))

    def put_words(
        self,
        vocabulary: Iterable[tuple[str, int]],
        stems_of: Callable[[Sequence[str]], Iterable[Iterable[str]]],
    ) -> None:
        """Write the vocabulary, behind the columns.

        `stems_of` gives the stems of each of some words; it is asked for new words only.
        """
        words, counts = [], array("I")
        for word, count in vocabulary:
            words.append(word)
            counts.append(count)
        self._put_forms(words, stems_of)
        self._db.execute(_INSERT_COLUMN, ("words", "\n".join(words).encode()))
        self._db.execute(_INSERT_COLUMN, ("word_counts", counts.tobytes()))

    def commit(self) -> None:
        """Write everything to the file."""
        self._db.execute("COMMIT")
        if not self._is_new:  # what was replaced or erased must not stand in free places
            self._db.execute("VACUUM")

    def _put_forms(
        self, words: list[str], stems_of: Callable[[Sequence[str]], Iterable[Iterable[str]]]
    ) -> None:
        """Keep which words of the vocabulary have a stem, so that nearness needs no page's text."""
        current = set(words)
        known = {word for (word,) in self._db.execute("SELECT DISTINCT word FROM form")}
        gone = [(word,) for word in sorted(known - current)]
        if gone:
            self._db.execute("CREATE TEMP TABLE gone (word TEXT PRIMARY KEY) WITHOUT ROWID")
            self._db.executemany("INSERT INTO gone VALUES (?)", gone)
            self._db.execute("DELETE FROM form WHERE word IN (SELECT word FROM gone)")
        new = [word for word in words if word not in known]
        self._db.executemany(
            "INSERT OR IGNORE INTO form VALUES (?, ?)",
            (
                (stem, word)
                for word, stems in zip(new, stems_of(new), strict=True)
                for stem in sorted(stems)
            ),
        )

    def dead_links(self) -> int:
        """Return the number of dead links the coverage told last."""
        row = self._db.execute("SELECT data FROM column WHERE name = 'coverage'").fetchone()
        return columns.read_coverage(row[0]).dead_links if row else 0
