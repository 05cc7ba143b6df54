"""Read the generation's own database: documents, pages, columns, vocabulary; beside any engine.

It is opened immutable; `changes` writes it. Only the file that is named is touched. Nouns and codec
are loaded when a document is asked for: completing a word asks for the values of a column only.
"""

import json
import sqlite3
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from archiver.errors import DamagedGenerationError
from archiver.index import columns
from archiver.index.columns import Coded

if TYPE_CHECKING:
    from archiver.model import Coverage, Document

T = TypeVar("T")
PageNames: TypeAlias = tuple[str | None, str | None]
"""Label and heading of a page."""

_DECODED_LIMIT = 8_000  # documents, some 40 MB


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
    def coverage(self) -> "Coverage":
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

    def known_stems(self, stems: Sequence[str]) -> frozenset[str]:
        """Return those of the stems that words of the pages have."""
        sql = "SELECT DISTINCT stem FROM form WHERE stem IN (SELECT value FROM json_each(?))"
        rows = self._all(sql, json.dumps(stems))
        return frozenset(stem for (stem,) in rows)

    def document(self, ordinal: int) -> "Document":
        """Return a document; hits in the order of their scores ask for the same ones again."""
        document = self._decoded.get(ordinal)
        if document is None:
            if len(self._decoded) >= _DECODED_LIMIT:
                self._decoded.clear()
            document = self._decoded[ordinal] = self._decode(ordinal)
        return document

    def _decode(self, ordinal: int) -> "Document":
        from archiver.codec import from_json
        from archiver.model import Document

        data = self._one(
            "SELECT json FROM document WHERE doc_id ="
            " (SELECT doc_id FROM ordinal WHERE ordinal = ?)",
            ordinal,
        )[0]
        return self._guard(lambda: from_json(data, Document))

    def in_order(self) -> "Iterator[Document]":
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
        from archiver.codec import to_json

        rows: list[PageNames] = self._all(
            "SELECT label, heading FROM json_each(?) CROSS JOIN page"
            " ON doc_id = json_extract(value, '$[0]') AND number = json_extract(value, '$[1]')"
            " ORDER BY json_each.key",
            to_json(pages).decode(),
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
