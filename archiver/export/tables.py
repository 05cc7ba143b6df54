"""Rows of hit records as JSON Lines, JSON, CSV, TSV, and CSV for German Excel; read back too.

Pure: no I/O; encoders take an iterator of records (dataclasses) and give bytes, some records at a
time, so that memory does not grow with the result. CSV follows RFC 4180 in UTF-8. Text survives
byte for byte: quotes, line breaks, control characters, cells that look like formulas. Only
`csv-excel` changes such cells, by a leading apostrophe that reading takes away again.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import Any, BinaryIO

from archiver.codec import from_json, json_lines, to_json
from archiver.errors import ExportError
from archiver.export.fields import project

__all__ = [
    "ENCODERS",
    "encode_cells",
    "encode_csv",
    "encode_csv_excel",
    "encode_json",
    "encode_jsonl",
    "encode_tsv",
    "join_values",
    "neutralise",
    "read_rows",
    "restore",
    "split_values",
    "text_of",
]

_CHUNK_ROWS = 64  # rows encoded at once: fewer calls, and still a few hundred kilobytes at most

_QUOTE, _TWO = '"', '""'
_NOT_PLAIN = re.compile(r'["\r\n]')  # with the delimiter, what makes a cell be quoted

# A cell that a spreadsheet would read as a formula: = + - @ (full width too), also after blanks
# and invisible characters, or a leading TAB, CR, LF. Apostrophes already there count as
# ours, so that reading back can take exactly one away.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|[\s\u200b-\u200f\u2060\ufeff\x00]*[=+\-@＝＋－＠])")


def neutralise(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would calculate (CWE-1236).

    >>> neutralise("=1+1"), neutralise(" -3"), neutralise("Bürgerforum")
    ("'=1+1", "' -3", 'Bürgerforum')
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restore(cell: str) -> str:
    """Take the apostrophe of `neutralise` away again.

    >>> restore("'=1+1"), restore("'s ist so"), restore(neutralise("'=1"))
    ('=1+1', "'s ist so", "'=1")
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def join_values(values: Iterable[object]) -> str:
    r"""Write several values into one cell, by ` | `; a bar or backslash inside is escaped.

    >>> join_values((28, 29)), join_values(("A|B", "C"))
    ('28 | 29', 'A\\|B | C')
    """
    texts = [str(value) for value in values]
    return " | ".join(
        [
            text.replace("\\", "\\\\").replace("|", "\\|") if "\\" in text or "|" in text else text
            for text in texts
        ]
    )


def split_values(cell: str) -> tuple[str, ...]:
    r"""Read back what `join_values` wrote; an empty cell holds no value.

    >>> split_values("A\\|B | C"), split_values("")
    (('A|B', 'C'), ())
    """
    if not cell:
        return ()
    values, current, position = [], [], 0
    while position < len(cell):
        if cell[position] == "\\" and position + 1 < len(cell):
            current.append(cell[position + 1])
            position += 2
        elif cell.startswith(" | ", position):
            values.append("".join(current))
            current = []
            position += 3
        else:
            current.append(cell[position])
            position += 1
    return (*values, "".join(current))


def encode_jsonl(records: Iterable[Any], fields: Sequence[str]) -> Iterator[bytes]:
    """Write one JSON object a line (UTF-8, LF)."""
    encode, values_of = json_lines(fields), _values(fields)
    for batch in _batches(records):
        try:
            yield encode(map(values_of, batch))
        except UnicodeEncodeError:
            yield encode(project(record, fields).values() for record in batch)


def encode_json(records: Iterable[Any], fields: Sequence[str]) -> Iterator[bytes]:
    """Write one JSON array of objects, one object a line."""
    lead = b"[\n"
    for record in records:
        yield lead + to_json(project(record, fields))
        lead = b",\n"
    yield b"[]\n" if lead == b"[\n" else b"\n]\n"


def encode_csv(records: Iterable[Any], fields: Sequence[str]) -> Iterator[bytes]:
    """Write CSV as RFC 4180 says: comma, CRLF, quotes doubled; UTF-8 without BOM."""
    return _encode(records, fields, delimiter=",", line_end="\r\n")


def encode_tsv(records: Iterable[Any], fields: Sequence[str]) -> Iterator[bytes]:
    """Write tab-separated rows, quoted like CSV where a cell needs it; LF."""
    return _encode(records, fields, delimiter="\t", line_end="\n")


def encode_csv_excel(records: Iterable[Any], fields: Sequence[str]) -> Iterator[bytes]:
    """Write CSV that German Excel opens by double click, and that calculates nothing.

    UTF-8 with BOM, `;`, CRLF, decimal comma; in text columns formulas are neutralised.
    """
    yield b"\xef\xbb\xbf"
    yield from _encode(records, fields, delimiter=";", line_end="\r\n", is_excel=True)


ENCODERS: dict[str, Callable[[Iterable[Any], Sequence[str]], Iterator[bytes]]] = {
    "jsonl": encode_jsonl,
    "json": encode_json,
    "csv": encode_csv,
    "csv-excel": encode_csv_excel,
    "tsv": encode_tsv,
}
"""Every table by the name of its format."""


def _encode(
    records: Iterable[Any],
    fields: Sequence[str],
    *,
    delimiter: str,
    line_end: str,
    is_excel: bool = False,
) -> Iterator[bytes]:
    cell, untouched = (_excel_cell, None) if is_excel else (text_of, str)
    write_row = _row_writer(delimiter, line_end)

    def encoded(rows: Iterable[Iterable[Any]]) -> bytes:
        cells = ([v if type(v) is untouched else cell(v) for v in values] for values in rows)
        return "".join(map(write_row, cells)).encode()

    yield encoded([fields])
    values_of = _values(fields)
    for batch in _batches(records):
        try:
            yield encoded(map(values_of, batch))
        except UnicodeEncodeError:
            yield encoded(project(record, fields).values() for record in batch)


def _row_writer(delimiter: str, line_end: str) -> Callable[[list[str]], str]:
    r"""Return what writes cells as a line, quoted where RFC 4180 wants it.

    Of most lines it is seen at once that no cell wants quotes; the csv module looks at each letter
    by itself, which took a third of an export without texts.

    >>> _row_writer(";", "\n")(['Wege "am Wasser" im Mai', "ja; nein", ""])
    '"Wege ""am Wasser"" im Mai";"ja; nein";\n'
    """
    wants_quotes = re.compile(f'[{re.escape(delimiter)}"\r\n]').search

    def write(cells: list[str]) -> str:
        line = delimiter.join(cells)
        if line.count(delimiter) >= len(cells) or _NOT_PLAIN.search(line):
            quoted = (f'"{c.replace(_QUOTE, _TWO)}"' if wants_quotes(c) else c for c in cells)
            line = delimiter.join(quoted)
        return (line or '""') + line_end  # an empty line would be no row

    return write


def _batches(records: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield records in lists, so that they are encoded by few calls."""
    waiting = iter(records)
    while batch := list(islice(waiting, _CHUNK_ROWS)):
        yield batch


def _values(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what takes the values of fields out of a record."""
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda record: (only(record),)
    return attrgetter(*names)


def encode_cells(rows: Iterable[Sequence[Any]], format_name: str) -> bytes:
    r"""Write rows of plain values as `csv` (RFC 4180) or `tsv`.

    >>> encode_cells([("year", "places"), ("2011", 3)], "csv")
    b'year,places\r\n2011,3\r\n'
    """
    write_row = _row_writer(*(("\t", "\n") if format_name == "tsv" else (",", "\r\n")))
    return "".join(write_row([text_of(value) for value in row]) for row in rows).encode()


def text_of(value: Any) -> str:
    """Write one value as a cell: nothing for null, ISO 8601 for instants, lists by ` | `.

    >>> text_of(None), text_of(2.5), text_of(datetime(2026, 11, 20, 3, 14, tzinfo=UTC))
    ('', '2.5', '2026-11-20T03:14:00Z')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, tuple):
        return join_values(value) if value else ""
    if isinstance(value, datetime):
        return _instant(value)
    return str(value)


@lru_cache(maxsize=1024)
def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _excel_cell(value: Any) -> str:
    """Write one cell for German Excel.

    >>> _excel_cell(2.5), _excel_cell(-2.5), _excel_cell("-2.5"), _excel_cell(("=a",))
    ('2,5', '-2,5', "'-2.5", "'=a")
    """
    if isinstance(value, float):
        return str(value).replace(".", ",")
    text = text_of(value)
    return text if isinstance(value, int) else neutralise(text)


def read_rows(stream: BinaryIO, format_name: str) -> Iterator[dict[str, Any]]:
    """Read an export's rows back, one at a time; cells of CSV and TSV stay text.

    `format_name` is jsonl, json, csv, tsv, csv-excel or parquet; a JSON array is held in memory.
    Raises ExportError naming the line that cannot be read.
    """
    if format_name == "jsonl":
        yield from _read_jsonl(stream)
    elif format_name == "json":
        try:
            yield from from_json(stream.read(), list[dict[str, Any]])
        except ValueError as error:
            raise ExportError(f"not an exported JSON array: {error}") from error
    elif format_name == "parquet":
        from archiver.export.parquet import read_parquet

        yield from read_parquet(stream)
    elif format_name in ("csv", "tsv", "csv-excel"):
        yield from _read_cells(stream, format_name)
    else:
        raise ExportError(
            f"rows of {format_name} cannot be read back – only of jsonl, json, csv, tsv, "
            "csv-excel, parquet"
        )


def _read_jsonl(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            yield from_json(line, dict[str, Any])
        except ValueError as error:
            raise ExportError(f"line {number} is not a JSON object: {error}") from error


def _read_cells(stream: BinaryIO, format_name: str) -> Iterator[dict[str, Any]]:
    delimiter = {"csv": ",", "tsv": "\t", "csv-excel": ";"}[format_name]
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    # A cell may be as long as a page; the module's own limit is 128 KiB.
    csv.field_size_limit(1 << 30)
    reader = csv.reader(text, delimiter=delimiter)
    try:
        header = next(reader, None)
        if header is None:
            return
        for row in reader:
            if len(row) != len(header):
                raise ExportError(
                    f"line {reader.line_num} has {len(row)} cells instead of {len(header)}"
                )
            cells = map(restore, row) if format_name == "csv-excel" else row
            yield dict(zip(header, cells, strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise ExportError(f"line {reader.line_num} cannot be read: {error}") from error
    finally:
        with suppress(ValueError):  # the file was closed before all rows were asked for
            text.detach()
