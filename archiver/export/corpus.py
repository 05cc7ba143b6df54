"""The corpus itself as a table: a row for each document, with or without its text.

Gets rows, writes them whole with their manifest; knows neither corpus nor index.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO

from archiver.amounts import counted
from archiver.errors import ExportError, UsageError
from archiver.export import manifest as manifests
from archiver.export.manifest import Manifest, Provenance
from archiver.export.output import STDOUT, writing
from archiver.export.record import Meaning
from archiver.export.redaction import Redaction

__all__ = ["DOCUMENT_FIELDS", "FORMATS", "PAGE_BREAK", "TEXTS", "DocumentRow", "write_documents"]

PAGE_BREAK = "\f"
"""Stands between the pages of a text, as `pdftotext` writes it."""

_DOCUMENT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One document. The meaning of each field stands beside it and in docs/formats.md."""

    doc_id: Annotated[str, Meaning("id of the document, the same after a rebuild")]
    capture_id: Annotated[str, Meaning("capture the text was read from")]
    site: Annotated[str, Meaning("name of the site in the workspace")]
    kind: Annotated[str, Meaning("kind of document, as in the hit record")]
    role: Annotated[str | None, Meaning("role of a file")]
    session: Annotated[tuple[int, ...], Meaning("number of the sitting")]
    held_on: Annotated[str | None, Meaning("civil date of the sitting, as in the hit record")]
    topics: Annotated[tuple[str, ...], Meaning("topics of the sitting")]
    group: Annotated[tuple[str, ...], Meaning("working groups, committees")]
    title: Annotated[str, Meaning("title of the document")]
    url: Annotated[str, Meaning("address of the document")]
    captured_at: Annotated[datetime, Meaning("when the bytes were fetched")]
    media: Annotated[str, Meaning("media type")]
    language: Annotated[str, Meaning("language (BCP 47)")]
    pages: Annotated[int, Meaning("number of pages; 1 for a web page")]
    status: Annotated[str, Meaning("`ok`, or why there is no text: `image_only`, `encrypted` …")]
    payload_sha256: Annotated[str | None, Meaning("SHA-256 of the archived body")]
    extractor: Annotated[str, Meaning("reader that made the text, with its version")]
    text: Annotated[
        str | None,
        Meaning("text as it is searched: repaired, without menus; a form feed between pages"),
    ] = None
    whole_text: Annotated[
        str | None, Meaning("all text of a web page, menus and footers too; else the same")
    ] = None


DOCUMENT_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(DocumentRow))
TEXTS = ("text", "whole_text")

FORMATS = {
    ".jsonl": ("jsonl", "application/jsonl"),
    ".ndjson": ("jsonl", "application/jsonl"),
    ".csv": ("csv", "text/csv"),
    ".excel.csv": ("csv-excel", "text/csv"),
    ".tsv": ("tsv", "text/tab-separated-values"),
    ".parquet": ("parquet", "application/vnd.apache.parquet"),
}
"""Format and media type by the suffix of the output."""


def write_documents(
    rows: Iterable[DocumentRow],
    target: Path,
    *,
    provenance: Provenance,
    expected: int,
    names: tuple[str, ...] = DOCUMENT_FIELDS,
    redact: tuple[Redaction, ...] = (),
    overwrite: bool = False,
    stdout: BinaryIO | None = None,
) -> Manifest:
    """Write a row for each document, in the format the suffix tells, with the manifest beside it.

    Raises UsageError for an unknown suffix, ExportError when the output cannot be written whole or
    not as many rows come as are expected; then nothing is left.
    """
    format_name, media_type = format_of(target)
    count = 0

    def numbered() -> Iterator[DocumentRow]:
        nonlocal count
        for count, row in enumerate(rows, start=1):  # noqa: B007  counted for the manifest
            yield row

    with writing(target, overwrite=overwrite, stdout=stdout) as output:
        for chunk in _encoded(format_name, numbered(), names):
            output.write(chunk)
        if count != expected:
            raise ExportError(
                f"{count} of {counted(expected, 'document')} came, so nothing was written – "
                "run the same command again"
            )
        name = STDOUT if str(target) == STDOUT else target.name
        manifest = manifests.manifest_of(
            provenance,
            manifests.WrittenFile(
                name=name, size=output.size, sha256=output.sha256, media_type=media_type
            ),
            record_version=_DOCUMENT_VERSION,
            format=f"documents-{format_name}",
            fields=names,
            expected=expected,
            written=count,
            redactions=redact,
        )
        output.add_beside(manifests.manifest_name(name), manifests.encode_manifest(manifest))
    return manifest


def format_of(target: Path) -> tuple[str, str]:
    """Return format and media type by the longest suffix that fits; stdout is JSON Lines.

    Raises UsageError for a suffix that tells nothing.

    >>> format_of(Path("forum.excel.csv")), format_of(Path("-"))
    (('csv-excel', 'text/csv'), ('jsonl', 'application/jsonl'))
    """
    if str(target) == STDOUT:
        return FORMATS[".jsonl"]
    name = target.name.lower()
    for suffix in sorted(FORMATS, key=len, reverse=True):
        if name.endswith(suffix):
            return FORMATS[suffix]
    raise UsageError(f"{target}: the suffix tells no table – write one of: {', '.join(FORMATS)}")


def _encoded(
    format_name: str, rows: Iterable[DocumentRow], names: tuple[str, ...]
) -> Iterator[bytes]:
    if format_name == "parquet":
        from archiver.export.parquet import encode_parquet

        return encode_parquet(rows, names, DocumentRow)
    from archiver.export import tables

    return tables.ENCODERS[format_name](rows, names)
