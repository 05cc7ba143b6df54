"""Rows as Apache Parquet: typed columns, packed, read at once by R, pandas, Spark and DuckDB.

The one module that knows pyarrow. Text, numbers, instants and lists keep their types; null is null.
"""

import types
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Annotated, Any, BinaryIO, Union, get_args, get_origin, get_type_hints

from archiver.errors import ExportError
from archiver.export.record import sound

__all__ = ["encode_parquet", "read_parquet"]

_ROWS = 2_000  # in a group: a few megabytes before they are packed


class _Sink:
    """What pyarrow writes to: keeps the bytes until they are taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(self._pieces[-1])

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def take(self) -> bytes:
        made = b"".join(self._pieces)
        self._pieces.clear()
        return made


def encode_parquet(
    records: Iterable[Any], fields: Sequence[str], kind: type[Any]
) -> Iterator[bytes]:
    """Write the chosen fields of records of the dataclass `kind`, some thousand rows at a time.

    Raises ExportError when pyarrow is not installed.
    """
    pa, parquet = _pyarrow()
    hints = get_type_hints(kind, include_extras=True)
    schema = pa.schema([(name, _type(pa, hints[name])) for name in fields])
    values_of = [(name, attrgetter(name)) for name in fields]
    sink = _Sink()
    writer = parquet.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd")
    try:
        waiting = iter(records)
        while batch := list(islice(waiting, _ROWS)):
            columns = [[_sound(value(record)) for record in batch] for _, value in values_of]
            arrays = [
                pa.array(column, type=field.type)
                for column, field in zip(columns, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            yield sink.take()
    finally:
        writer.close()
    yield sink.take()


def read_parquet(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file; raise ExportError when it is none."""
    pa, parquet = _pyarrow()
    try:
        for batch in parquet.ParquetFile(stream).iter_batches(_ROWS):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise ExportError(f"not a Parquet file that can be read: {error}") from error


def _pyarrow() -> tuple[Any, Any]:
    """Load pyarrow and its Parquet module; raise ExportError when they are not installed."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise ExportError(
            "parquet needs pyarrow, which is not installed",
            remedy="install it with: pip install 'forum-archiver[parquet]'",
        ) from error
    return pa, parquet


def _sound(value: Any) -> Any:
    """Make a text fit for UTF-8, also in a list."""
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, tuple):
        return [sound(item) if isinstance(item, str) else item for item in value]
    return value


def _type(pa: Any, hint: Any) -> Any:
    """Return the column type of an annotation."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) in (types.UnionType, Union):
        [hint] = [member for member in get_args(hint) if member is not type(None)]
    if get_origin(hint) is tuple:
        return pa.list_(_type(pa, get_args(hint)[0]))
    plain = {
        bool: pa.bool_(),
        int: pa.int64(),
        float: pa.float64(),
        datetime: pa.timestamp("us", tz="UTC"),
    }
    return plain.get(hint, pa.string())
