"""Parquet, read back by pyarrow's own reader: types, nulls, lists, texts as they were."""

import dataclasses
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archiver.errors import ExportError
from archiver.export.fields import FULL, project
from archiver.export.parquet import encode_parquet
from archiver.export.record import HitRecord
from archiver.export.tables import read_rows

HARD = "=1+1 \"Zitat\" 'x'; Ümläut\t🌳\nneue Zeile\r\n\x00\x1b[31m"


def encoded(records: list[HitRecord], fields: tuple[str, ...] = FULL) -> bytes:
    return b"".join(encode_parquet(records, fields, HitRecord))


def rows(content: bytes) -> list[dict[str, object]]:
    return pq.read_table(io.BytesIO(content)).to_pylist()  # type: ignore[no-any-return]


def test_every_field_comes_back_with_its_type(record: HitRecord) -> None:
    [row] = rows(encoded([record]))
    expected = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in project(record, FULL).items()
    }
    assert row == expected
    assert row["captured_at"] == datetime(2026, 11, 20, 3, 14, 7, tzinfo=UTC)


def test_columns_are_typed_and_in_the_order_asked_for(record: HitRecord) -> None:
    schema = pq.read_schema(io.BytesIO(encoded([record], ("page", "url", "session", "held_on"))))
    assert schema.names == ["page", "url", "session", "held_on"]
    assert schema.types == [pa.int64(), pa.string(), pa.list_(pa.int64()), pa.string()]


def test_texts_survive_as_they_are(record: HitRecord) -> None:
    hard = dataclasses.replace(record, title=HARD, topics=(HARD, "b"), page_label=None)
    [row] = rows(encoded([hard]))
    assert (row["title"], row["topics"], row["page_label"]) == (HARD, [HARD, "b"], None)


def test_a_lone_surrogate_becomes_a_replacement_character(record: HitRecord) -> None:
    [row] = rows(encoded([dataclasses.replace(record, title="Bür\udcffger", topics=("\udc00",))]))
    assert (row["title"], row["topics"]) == ("Bür\ufffdger", ["\ufffd"])


def test_rows_are_written_in_groups_and_all_come_back(record: HitRecord) -> None:
    many = [dataclasses.replace(record, rank=rank) for rank in range(1, 4_502)]
    content = encoded(many, ("rank",))
    assert [row["rank"] for row in rows(content)] == list(range(1, 4_502))
    assert pq.ParquetFile(io.BytesIO(content)).num_row_groups == 3


def test_no_hits_are_a_table_without_rows() -> None:
    table = pq.read_table(io.BytesIO(encoded([])))
    assert (table.num_rows, tuple(table.column_names)) == (0, FULL)


def test_the_same_hits_give_the_same_bytes(record: HitRecord) -> None:
    assert encoded([record]) == encoded([record])


def test_rows_are_read_back_and_what_is_none_is_refused(record: HitRecord) -> None:
    [row] = read_rows(io.BytesIO(encoded([record])), "parquet")
    assert (row["hit_id"], row["char_start"]) == (record.hit_id, record.char_start)
    with pytest.raises(ExportError, match="not a Parquet file that can be read"):
        list(read_rows(io.BytesIO(b"hit_id,rank\r\n"), "parquet"))


def test_an_error_on_the_way_comes_through(record: HitRecord) -> None:
    def broken() -> Iterator[HitRecord]:
        yield record
        raise OSError("the archive's disk fails")

    with pytest.raises(OSError, match="disk fails"):
        b"".join(encode_parquet(broken(), FULL, HitRecord))
