"""Rows of hit records as an XLSX workbook. The one module that knows XlsxWriter.

Only strings and numbers are written, never formulas or links. What a cell cannot hold is an
error, never cut.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from archiver.errors import ExportError
from archiver.export.fields import project
from archiver.export.record import HitRecord
from archiver.export.tables import text_of

__all__ = ["encode_xlsx"]

MOST_ROWS = 1_048_575  # beside the header; the format's own limit
_CHUNK = 1 << 20
_WIDTHS = {"snippet_left": 40, "match": 20, "snippet_right": 40, "title": 40, "url": 30}


def encode_xlsx(records: Iterable[HitRecord], fields: Sequence[str]) -> Iterator[bytes]:
    """Write one sheet "hits" with a header row; rows go through temporary files, not memory.

    Control characters are kept as the format has it (`_x0001_`). Raises ExportError when
    XlsxWriter is not installed, for a text longer than 32,767 characters, and for too many rows.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise ExportError(
            "xlsx needs XlsxWriter, which is not installed",
            remedy="install it with: pip install 'forum-archiver[xlsx]'",
        ) from error
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet("hits")
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(fields):
        sheet.set_column(column, column, _WIDTHS.get(name, 12))
        sheet.write_string(0, column, name)
    created: datetime | None = None
    try:
        for row, record in enumerate(records, start=1):
            if row > MOST_ROWS:
                raise ExportError(
                    f"a sheet holds {MOST_ROWS:,} rows – export to csv or jsonl instead"
                )
            created = created or record.exported_at
            for column, (name, value) in enumerate(project(record, fields).items()):
                _write(sheet, row, column, name, value, record.hit_id)
        moment = (created or datetime(2000, 1, 1, tzinfo=UTC)).astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"created": moment})
    finally:
        book.close()  # also after an error: its temporary files go with it
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk


def _write(sheet: Any, row: int, column: int, name: str, value: Any, hit_id: str) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int | float) and abs(value) < 2**53:
        sheet.write_number(row, column, value)
        return
    if sheet.write_string(row, column, text_of(value)):
        raise ExportError(
            f"hit {hit_id}: {name} is longer than the 32,767 characters of a cell",
            remedy="leave the field out with --fields, or export to csv",
        )
