"""The generation's own database: documents, pages, columns, vocabulary; beside any engine.

A builder changes a copy (`Changes`); a reader opens it immutable (`Documents`). Only the file that
is named is touched.
"""

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from archiver import codec
from archiver.errors import DamagedGenerationError
from archiver.index import columns
from archiver.index.columns import Coded, PageRow
from archiver.model import Coverage, Document, Page

T = TypeVar("T")
PageNames: TypeAlias = tuple[str | None, str | None]
"""Label and heading of a page."""

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
_DECODED_LIMIT = 8_000  # documents, some 40 MB


def has_schema(path: Path) -> bool:
    """Tell whether a database has the tables of this program, whatever its version says."""
    tables = "SELECT name, sql FROM sqlite_master ORDER BY name"
    with closing(sqlite3.connect(":memory:")) as ours, closing(sqlite3.connect(path)) as theirs:
        ours.executescript(_SCHEMA)
        return theirs.execute(tables).fetchall() == ours.execute(tables).fetchall()


class Changes:
    """A database being changed, which no reader sees: no journal, synced by the caller."""

    def __init__(self, path: Path) -> None:
        is_new = not path.exists()
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        if is_new:
            self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")
        last: int = self._db.execute("SELECT coalesce(max(key), -1) FROM page").fetchone()[0]
        self.next_key = last + 1

    def close(self) -> None:
        """Close without committing."""
        self._db.close()

    def fingerprints(self) -> dict[str, str]:
        """Return document id → fingerprint."""
        return dict(self._db.execute("SELECT doc_id, fingerprint FROM document"))

    def parts(self, doc_id: str) -> tuple[str, str] | None:
        """Return the text and head fingerprints of a document, None when it is unknown."""
        row: tuple[str, str] | None = self._db.execute(
            "SELECT text_fingerprint, head_fingerprint FROM document WHERE doc_id = ?", (doc_id,)
        ).fetchone()
        return row

    def keys(self, doc_id: str) -> list[tuple[int, int]]:
        """Return number and key of the document's searchable pages, by number."""
        return self._db.execute(
            "SELECT number, key FROM page WHERE doc_id = ? AND key IS NOT NULL ORDER BY number",
            (doc_id,),
        ).fetchall()

    def take_key(self) -> int:
        """Return a key that was never used."""
        self.next_key += 1
        return self.next_key - 1

    def put_document(self, document: Document, fingerprints: tuple[str, str, str]) -> None:
        """Write the document's row: fingerprints of everything, of texts, of the head."""
        doc_id = document.doc_id
        day = document.held_on.isoformat() if document.held_on else _UNDATED
        self._remove_names(doc_id)
        self._db.execute(
            "INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?)",
            (doc_id, *fingerprints, f"{day} {doc_id}", codec.to_json(document)),
        )
        pairs = [(capture, doc_id) for capture in document.captures]
        self._db.executemany("INSERT OR IGNORE INTO capture VALUES (?, ?)", pairs)
        pairs = [(url, doc_id) for url in document.urls]
        self._db.executemany("INSERT OR IGNORE INTO url VALUES (?, ?)", pairs)

    def put_page(self, doc_id: str, page: Page, key: int | None) -> None:
        """Write a page's row."""
        flags = columns.IS_OCR * page.is_ocr | columns.HAS_TEXT * bool(page.text.strip())
        self._db.execute(
            "INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?)",
            (doc_id, page.number, key, flags, page.is_image_only, page.label, page.heading),
        )

    def change_key(self, doc_id: str, number: int, key: int) -> None:
        """Give a page another entry."""
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
        self._db.execute("DELETE FROM capture WHERE doc_id = ?", (doc_id,))
        self._db.execute("DELETE FROM url WHERE doc_id = ?", (doc_id,))

    def in_order(self) -> Iterator[tuple[Document, list[PageRow]]]:
        """Yield documents with their pages in canonical order, one at a time."""
        with closing(self._db.cursor()) as cursor:
            cursor.execute("SELECT doc_id, json FROM document ORDER BY position")
            for doc_id, data in cursor:
                rows = self._db.execute(
                    "SELECT number, key, flags, is_image_only FROM page"
                    " WHERE doc_id = ? ORDER BY number",
                    (doc_id,),
                )
                pages = [PageRow(n, key, flags, bool(image)) for n, key, flags, image in rows]
                yield codec.from_json(data, Document), pages

    def finish(
        self,
        vocabulary: Iterable[tuple[str, int]],
        stems_of: Callable[[str], Iterable[str]],
        *,
        dead_links: int,
    ) -> None:
        """Write order, columns and vocabulary, and commit.

        `stems_of` gives the stems of a word of the vocabulary; it is asked for new words only.
        """
        db = self._db
        db.execute("DELETE FROM ordinal")
        db.execute(
            "INSERT INTO ordinal SELECT row_number() OVER (ORDER BY position) - 1, doc_id"
            " FROM document"
        )
        words, counts = [], array("I")
        for word, count in vocabulary:
            words.append(word)
            counts.append(count)
        db.execute("DELETE FROM column")
        self._put_forms(words, stems_of)
        insert = "INSERT INTO column VALUES (?, ?)"
        db.execute(insert, ("words", "\n".join(words).encode()))
        db.execute(insert, ("word_counts", counts.tobytes()))
        for name, data in columns.build(self.in_order, dead_links=dead_links):
            db.execute(insert, (name, data))
        db.execute("COMMIT")
        db.execute("VACUUM")
        db.close()

    def _put_forms(self, words: list[str], stems_of: Callable[[str], Iterable[str]]) -> None:
        """Keep which words of the vocabulary have a stem, so that nearness needs no page's text."""
        current = set(words)
        known = {word for (word,) in self._db.execute("SELECT DISTINCT word FROM form")}
        gone = [(word,) for word in sorted(known - current)]
        if gone:
            self._db.execute("CREATE TEMP TABLE gone (word TEXT PRIMARY KEY) WITHOUT ROWID")
            self._db.executemany("INSERT INTO gone VALUES (?)", gone)
            self._db.execute("DELETE FROM form WHERE word IN (SELECT word FROM gone)")
        self._db.executemany(
            "INSERT OR IGNORE INTO form VALUES (?, ?)",
            ((stem, word) for word in words if word not in known for stem in stems_of(word)),
        )

    def dead_links(self) -> int:
        """Return the number of dead links the coverage told last."""
        row = self._db.execute("SELECT data FROM column WHERE name = 'coverage'").fetchone()
        return columns.read_coverage(row[0]).dead_links if row else 0


class Documents:
    """The opened database of a generation, read only; columns are loaded when first asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._arrays: dict[str, array[int]] = {}
        self._coded: dict[str, Coded] = {}
        self._decoded: dict[int, Document] = {}
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._db = self._guard(lambda: sqlite3.connect(uri, uri=True, check_same_thread=False))
        self.count: int = self._one("SELECT count(*) FROM ordinal")[0]

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _guard(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except (sqlite3.Error, ValueError, KeyError) as error:
            raise DamagedGenerationError(f"{self._path}: damaged ({error})") from error

    def _one(self, sql: str, *values: object) -> Any:
        row = self._guard(lambda: self._db.execute(sql, values).fetchone())
        if row is None:
            raise DamagedGenerationError(f"{self._path}: damaged (a row is missing)")
        return row

    def _all(self, sql: str, *values: object) -> list[Any]:
        return self._guard(lambda: self._db.execute(sql, values).fetchall())

    def _column(self, name: str) -> bytes:
        data: bytes = self._one("SELECT data FROM column WHERE name = ?", name)[0]
        return data

    def _numbers(self, name: str, typecode: str) -> "array[int]":
        if name not in self._arrays:
            numbers = array(typecode)
            data = self._column(name)
            self._guard(lambda: numbers.frombytes(data))
            self._arrays[name] = numbers
        return self._arrays[name]

    @cached_property
    def first_page(self) -> "array[int]":
        """Ordinal of each document's first page, and one past the last page of all."""
        return self._numbers("first_page", "I")

    @cached_property
    def page_doc(self) -> "array[int]":
        """Ordinal of each page's document."""
        return self._numbers("page_doc", "I")

    @cached_property
    def page_number(self) -> "array[int]":
        """Number of each page in its document."""
        return self._numbers("page_number", "I")

    @cached_property
    def page_flags(self) -> "array[int]":
        """`columns.IS_OCR` and `columns.HAS_TEXT` of each page."""
        return self._numbers("page_flags", "B")

    @property
    def ordinal_of_key(self) -> "array[int]":
        """Ordinal of the page with the engine's key, -1 when there is none."""
        return self._numbers("ordinal_of_key", "i")

    @cached_property
    def older(self) -> dict[int, tuple[int, int]]:
        """The earlier versions: ordinal → ordinal of the current document, number of the version.

        Empty when no document has changed.
        """
        numbers = self._numbers("older", "I")
        return {numbers[at]: (numbers[at + 1], numbers[at + 2]) for at in range(0, len(numbers), 3)}

    def days(self, name: str) -> "array[int]":
        """Return held_on, held_until or captured_on of each document as `columns.day_number`."""
        return self._numbers(name, "i")

    def coded(self, name: str) -> Coded:
        """Return a column of coded values (`columns.CODED`)."""
        if name not in self._coded:
            data = self._column(name)
            self._coded[name] = self._guard(lambda: Coded.from_bytes(data))
        return self._coded[name]

    @cached_property
    def coverage(self) -> Coverage:
        """What the generation covers."""
        data = self._column("coverage")
        return self._guard(lambda: columns.read_coverage(data))

    @cached_property
    def words(self) -> str:
        """All terms of `exact` on live pages, ascending, one a line."""
        return self._column("words").decode()

    @property
    def word_counts(self) -> "array[int]":
        """Number of pages of each of `words`."""
        return self._numbers("word_counts", "I")

    def forms(self, stem: str) -> frozenset[str]:
        """Return the folded words of the pages that have a stem, of their own or of a part."""
        return frozenset(row[0] for row in self._all("SELECT word FROM form WHERE stem = ?", stem))

    def document(self, ordinal: int) -> Document:
        """Return a document; hits in the order of their scores ask for the same ones again."""
        document = self._decoded.get(ordinal)
        if document is None:
            if len(self._decoded) >= _DECODED_LIMIT:
                self._decoded.clear()
            document = self._decoded[ordinal] = self._decode(ordinal)
        return document

    def _decode(self, ordinal: int) -> Document:
        data = self._one(
            "SELECT json FROM document WHERE doc_id ="
            " (SELECT doc_id FROM ordinal WHERE ordinal = ?)",
            ordinal,
        )[0]
        return self._guard(lambda: codec.from_json(data, Document))

    def in_order(self) -> Iterator[Document]:
        """Yield all documents in canonical order."""
        for ordinal in range(self.count):
            yield self.document(ordinal)

    def find(self, doc_id: str) -> int | None:
        """Return the ordinal of a document."""
        rows = self._all("SELECT ordinal FROM ordinal WHERE doc_id = ?", doc_id)
        return rows[0][0] if rows else None

    def with_capture(self, capture_id: str) -> list[int]:
        """Return the ordinals of the documents that have a capture."""
        rows = self._all(
            "SELECT ordinal FROM capture JOIN ordinal USING (doc_id)"
            " WHERE capture_id = ? ORDER BY ordinal",
            capture_id,
        )
        return [row[0] for row in rows]

    def urls(self) -> Sequence[tuple[str, int]]:
        """Return every URL with the ordinal of its document."""
        return self._all("SELECT url, ordinal FROM url JOIN ordinal USING (doc_id)")

    def page_names(self, doc_id: str, number: int) -> PageNames:
        """Return label and heading of a page."""
        row: PageNames = self._one(
            "SELECT label, heading FROM page WHERE doc_id = ? AND number = ?", doc_id, number
        )
        return row

    def names(self, pages: Sequence[tuple[str, int]]) -> list[PageNames]:
        """Return label and heading of many pages, each given by document id and number."""
        rows: list[PageNames] = self._all(
            "SELECT label, heading FROM json_each(?) CROSS JOIN page"
            " ON doc_id = json_extract(value, '$[0]') AND number = json_extract(value, '$[1]')"
            " ORDER BY json_each.key",
            codec.to_json(pages).decode(),
        )
        if len(rows) != len(pages):
            raise DamagedGenerationError(f"{self._path}: damaged (a row is missing)")
        return rows

    def state(self) -> list[tuple[str, int, str]]:
        """Return document id, page number and the document's fingerprint of each entry."""
        return self._all(
            "SELECT doc_id, number, fingerprint FROM page JOIN document USING (doc_id)"
            " WHERE key IS NOT NULL ORDER BY doc_id, number"
        )
