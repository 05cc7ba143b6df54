"""The archive from Python: open a workspace, search it, take hits with you. Never writes.

Reached as `archiver.open`; see docs/python.md.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from archiver.export.bibliography import STYLES
from archiver.export.record import HitRecord
from archiver.jobs.holdings import Projection, open_holdings
from archiver.jobs.places import find_place, record_of
from archiver.jobs.question import Question
from archiver.model import Answer, Document, Sort, Within
from archiver.search import search
from archiver.workspace import find_workspace

__all__ = ["Archive", "open_archive"]

Style = Literal["citation", "ris", "csl-json", "biblatex"]


class Archive:
    """A workspace opened for reading; a context manager. For one thread.

    Every method raises the classes of `archiver.errors`: QueryError for a query that cannot be
    understood, GenerationError for an index that cannot be used.
    """

    def __init__(self, path: Path) -> None:
        with ExitStack() as stack:
            self._holdings = stack.enter_context(open_holdings(find_workspace(path)))
            self._stack = stack.pop_all()

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
        """Close all files."""
        self._stack.close()

    @property
    def generation(self) -> str:
        """Id of the index state: the same generation and query give the same hits."""
        return self._holdings.index.generation

    def search(
        self,
        query: str,
        *,
        within: Within = "document",
        any_word: bool = False,
        sort: Sort = "relevance",
        limit: int = 10,
        offset: int = 0,
        today: date | None = None,
    ) -> Answer:
        """Return one page of the answer: groups of hits, exact totals, facets, coverage.

        `limit` and `offset` count documents; `today` is what `heute` and `-30d` mean.
        """
        return search(
            self._holdings.index,
            query,
            read_page=self._holdings.read_page,
            today=today or _today(),
            within=within,
            any_word=any_word,
            sort=sort,
            limit=limit,
            offset=offset,
            saved=self._holdings.saved,
        )

    def hits(
        self,
        query: str,
        *,
        within: Within = "document",
        any_word: bool = False,
        sort: Sort = "relevance",
        today: date | None = None,
    ) -> Iterator[HitRecord]:
        """Yield every hit as the record that exports hold; withdrawn ones are left out."""
        question = Question(
            query=query, today=today or _today(), within=within, any_word=any_word, sort=sort
        )
        found = self._holdings.hits(question)
        projection = Projection(normalised=found.normalised, exported_at=datetime.now(UTC))
        for record in self._holdings.records(question, projection, found):
            if record.access == "open":
                yield record

    def documents(self) -> Iterator[Document]:
        """Yield all documents as they are now, by the date of their sitting."""
        for _, document in self._holdings.documents():
            yield document

    def page_text(self, document: Document, number: int = 1) -> str:
        """Return the text of a page, counted from 1; raises CorpusError when there is none."""
        page = self._holdings.read_page(document.payload_digest, document.extractor, number)
        return page.text

    def cite(self, hit_id: str, style: Style = "citation") -> str:
        """Return the citation of a hit; raises ExportError for an unknown one."""
        place = find_place(self._holdings, hit_id, today=_today())
        record = record_of(self._holdings, place)
        return b"".join(STYLES[style]([record], self._holdings.citing)).decode().strip()


def open_archive(path: str | Path) -> Archive:
    """Open the workspace in a folder for reading; raises NoWorkspaceError, GenerationError."""
    return Archive(Path(path))


def _today() -> date:
    return datetime.now().astimezone().date()
