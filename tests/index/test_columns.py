"""Columns of values: what is kept of them, and what is counted."""

from array import array
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.index.columns import Coded, _CodedBuilder

VALUES = st.lists(st.lists(st.sampled_from(["Kultur", "Verkehr", "Höfe"]), max_size=3))


def column(values: list[list[str]]) -> Coded:
    builder = _CodedBuilder()
    for own in values:
        builder.add(own)
    return Coded.from_bytes(builder.finish())


@given(VALUES, st.data())
def test_values_are_counted_as_if_document_by_document(
    values: list[list[str]], data: st.DataObject
) -> None:
    documents = st.integers(0, max(0, len(values) - 1))
    pages_of = data.draw(st.dictionaries(documents, st.integers(1, 3))) if values else {}
    right: Counter[str] = Counter()
    for document, pages in pages_of.items():
        for value in set(values[document]):
            right[value] += pages
    read = column(values)
    counted = {read.values[code]: count for code, count in read.counted(pages_of).items()}
    assert counted == dict(right)


@given(VALUES)
def test_documents_are_found_by_their_values(values: list[list[str]]) -> None:
    read = column(values)
    found = read.documents_with(lambda value: value in ("Kultur", "Höfe"))
    assert found == {at for at, own in enumerate(values) if {"Kultur", "Höfe"} & set(own)}
    assert [[read.values[code] for code in read.of(at)] for at in range(len(values))] == [
        list(dict.fromkeys(own)) for own in values
    ]


def test_documents_with_the_same_values_share_them() -> None:
    assert column([["Kultur"], ["Kultur"], [], ["Kultur"]]).set_of == array("I", (0, 0, 1, 0))


def test_a_column_cut_short_is_refused() -> None:
    builder = _CodedBuilder()
    builder.add(["Kultur"])
    with pytest.raises(ValueError, match="truncated column"):
        Coded.from_bytes(builder.finish()[:-4])
