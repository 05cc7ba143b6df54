"""WARC and WACZ of hits: each capture once, its page's title, nothing that should be masked."""

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from archiver.errors import ExportError, UsageError
from archiver.export import write
from archiver.export.manifest import Provenance
from archiver.export.record import HitRecord
from tests.export.held import Held


def test_each_capture_is_named_once_with_the_file_and_the_time(
    tmp_path: Path, record: HitRecord, web_record: HitRecord, provenance: Provenance, held: Held
) -> None:
    target = tmp_path / "hits.warc.gz"
    manifest = write(
        [record, web_record, record], target, expected=3, provenance=provenance, captures=held
    )
    lines = target.read_text().splitlines()
    assert sorted(set(lines)) == [
        "c0ffee in hits.warc.gz at 2026-11-22T09:30:00+00:00",
        "decade in hits.warc.gz at 2026-11-22T09:30:00+00:00",
    ]
    assert (manifest.written, manifest.format) == (3, "warc")


def test_pages_have_the_titles_of_the_documents(
    tmp_path: Path, record: HitRecord, provenance: Provenance, held: Held
) -> None:
    target = tmp_path / "hits.wacz"
    write([record], target, expected=1, provenance=provenance, captures=held)
    assert target.read_text().splitlines()[-1] == (
        "https://forum.example/pdf/gespraech28-final.pdf: Dokumentation Stadtgespräch #28"
    )


def test_a_withdrawn_capture_is_not_asked_for(
    tmp_path: Path, record: HitRecord, web_record: HitRecord, provenance: Provenance, held: Held
) -> None:
    hidden = dataclasses.replace(web_record, access="withdrawn")
    target = tmp_path / "hits.warc.gz"
    manifest = write([record, hidden], target, expected=2, provenance=provenance, captures=held)
    assert "decade" not in target.read_text()
    assert (manifest.written, manifest.withheld) == (1, 1)


@pytest.mark.parametrize("name", ["warc", "wacz"])
def test_archived_bytes_cannot_be_masked(
    tmp_path: Path,
    build: Callable[..., HitRecord],
    provenance: Provenance,
    held: Held,
    name: str,
) -> None:
    with pytest.raises(ExportError, match=f"{name} holds the archived bytes, which cannot be mas"):
        write(
            [build(redact=("email",))],
            tmp_path / "hits",
            expected=1,
            provenance=provenance,
            format=name,
            redact=("email",),
            captures=held,
        )
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_gets_them_too(record: HitRecord, provenance: Provenance, held: Held) -> None:
    stdout = io.BytesIO()
    write(
        [record], "-", expected=1, provenance=provenance, format="warc", captures=held,
        stdout=stdout,
    )  # fmt: skip
    assert stdout.getvalue().startswith(b"c0ffee in hits.warc.gz at ")


def test_without_an_archive_they_are_refused(record: HitRecord, provenance: Provenance) -> None:
    with pytest.raises(UsageError, match="warc needs the archive's own records"):
        write([record], "-", expected=1, provenance=provenance, format="warc")
