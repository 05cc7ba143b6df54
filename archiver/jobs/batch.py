"""Answers many queries from a CSV file; what is wrong with one does not stop the others."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from archiver.errors import QueryError, UsageError
from archiver.jobs.question import FILTERS, query_of
from archiver.jobs.saved import saved_searches
from archiver.model import Answer, Within
from archiver.search import search
from archiver.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one query: its answer, or why there is none. `line` counts from 1."""

    line: int
    query: str
    name: str = ""
    answer: Answer | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of the file."""

    line: int
    query: str
    name: str = ""


def answer_all(
    workspace: Workspace,
    queries: Path,
    *,
    today: date,
    within: Within = "document",
    any_word: bool = False,
    limit: int = 10,
) -> Iterator[Outcome]:
    """Yield the outcome of each query of a file, in order.

    Raises UsageError for a file that cannot be read as one, GenerationError without an index.
    """
    rows = list(read_queries(queries))
    with workspace.open_index() as index, workspace.open_texts() as texts:
        for asked in rows:
            try:
                answer = search(
                    index,
                    asked.query,
                    read_page=texts.page_text,
                    today=today,
                    within=within,
                    any_word=any_word,
                    limit=limit,
                    facets=False,
                    saved=saved_searches(workspace),
                )
            except QueryError as error:
                yield Outcome(asked.line, asked.query, asked.name, error=str(error))
            else:
                yield Outcome(asked.line, asked.query, asked.name, answer)


def read_queries(path: Path) -> Iterator[Asked]:
    """Yield the queries of a CSV file with a column `query`.

    Columns named like filters (`session`, `date` …) narrow the query, `name` names it, others
    are passed over; separated by comma, semicolon or tab, as the first line is. Empty rows are
    passed over.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            stream.seek(0)
            delimiter = max(",;\t", key=first.count)
            reader = csv.DictReader(stream, delimiter=delimiter)
            names = [name.strip().lower() for name in reader.fieldnames or ()]
            if "query" not in names:
                raise UsageError(f"{path}: its first line names no column `query`")
            reader.fieldnames = names
            for row in reader:
                # A row longer than the header has its rest under None, a shorter one holds None.
                cells = {key: (row[key] or "").strip() for key in names}
                text = query_of(cells["query"], {name: [cells.get(name, "")] for name in FILTERS})
                if text:
                    yield Asked(reader.line_num, text, cells.get("name", ""))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 – save it as UTF-8") from error
    except csv.Error as error:
        raise UsageError(f"{path}: cannot be read as CSV: {error}") from error
