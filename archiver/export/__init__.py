"""Export: hit records to a file and its manifest, whole or not at all.

This is the stage's one face. It never searches: it gets an iterator of records, the count that
must come out, and where they come from. What a format needs is imported when it is written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from archiver.amounts import counted
from archiver.errors import ExportError, UsageError
from archiver.export.formats import FORMATS, Format, format_of

if TYPE_CHECKING:
    from datetime import datetime

    from archiver.export.bibliography import Citing
    from archiver.export.captures import CaptureWriter
    from archiver.export.concordance import Kwic
    from archiver.export.manifest import Manifest, Provenance
    from archiver.export.output import Create, Output
    from archiver.export.record import HitRecord
    from archiver.export.redaction import Redaction
    from archiver.export.verify import ArchiveReader

__all__ = ["FORMATS", "Format", "format_of", "write"]


def write(
    records: "Iterable[HitRecord]",
    target: str | Path,
    *,
    expected: int | Callable[[], int],
    provenance: "Provenance",
    format: str | None = None,  # noqa: A002  the field's word
    fields: str | Sequence[str] | None = None,
    redact: "Sequence[Redaction]" = (),
    overwrite: bool = False,
    citing: "Citing | None" = None,
    kwic: "Kwic | None" = None,
    archive: "ArchiveReader | None" = None,
    captures: "CaptureWriter | None" = None,
    stdout: BinaryIO | None = None,
    create: "Create | None" = None,
) -> "Manifest":
    """Write all records to `target` (a path, or `-` for stdout), with the manifest beside it.

    `expected` is the number of records that must come, or is asked for it when all have come;
    fewer or more are an error, and then nothing is left behind. Withdrawn records are left out
    and counted as withheld. `redact` names what must be masked: records that were built without
    it are refused, because only the whole page's text shows where a number begins. `fields`
    (names, `brief`, `full`) is for the tables, `citing` for the bibliographies, `kwic` for the
    concordance, `archive` for the packages, `captures` for WARC and WACZ. `stdout` and `create`
    stand in for the real ones in tests.

    Raises ExportError when the output cannot be written whole, UsageError for wrong words, and
    lets BrokenPipeError through: a closed pipe is for the caller to judge. To stdout no manifest
    is written; it is returned all the same.
    """
    from archiver.export import manifest as manifests
    from archiver.export.fields import select_fields
    from archiver.export.output import STDOUT, create_part, writing
    from archiver.export.record import RECORD_VERSION

    chosen = format_of(target, format)
    if fields is not None and not chosen.has_fields:
        raise UsageError(f"{chosen.name} has its own fields – leave --fields and --profile out")
    names = select_fields(fields)
    if chosen.has_captures:
        put = _copier(chosen, target, captures, provenance.exported_at)
    else:
        put = _putter(_encoder(chosen, names, citing, kwic, archive))
    tally = _Tally(provenance.generation, frozenset(redact))
    with writing(
        target, overwrite=overwrite, create=create or create_part, stdout=stdout
    ) as output:
        put(tally.passing(records), output)
        number = expected if isinstance(expected, int) else expected()
        tally.check(number)
        name = STDOUT if str(target) == STDOUT else Path(target).name
        manifest = manifests.manifest_of(
            provenance,
            manifests.WrittenFile(
                name=name, size=output.size, sha256=output.sha256, media_type=chosen.media_type
            ),
            record_version=RECORD_VERSION,
            format=chosen.name,
            fields=names if chosen.has_fields else (),
            expected=number,
            written=tally.written,
            withheld=tally.withheld,
            redactions=tuple(dict.fromkeys(redact)),
        )
        output.add_beside(manifests.manifest_name(name), manifests.encode_manifest(manifest))
    return manifest


class _Tally:
    """Counts the records on their way through and holds back what must not go out."""

    def __init__(self, generation: str, redact: frozenset[str]) -> None:
        self._generation = generation
        self._redact = redact
        self.written = 0
        self.withheld = 0

    def passing(self, records: "Iterable[HitRecord]") -> "Iterator[HitRecord]":
        """Yield what may be written; raise ExportError for a record that does not belong."""
        for record in records:
            if record.generation != self._generation:
                raise ExportError(
                    "the index changed while the export ran – run the same command again"
                )
            if record.access != "open":
                self.withheld += 1
                continue
            if self._redact and (missing := sorted(self._redact - set(record.redactions))):
                raise ExportError(f"hit {record.hit_id}: {', '.join(missing)} was not masked")
            self.written += 1
            yield record

    def check(self, expected: int) -> None:
        """Raise ExportError unless exactly the expected records came."""
        came = self.written + self.withheld
        if came != expected:
            raise ExportError(
                f"{came} of {counted(expected, 'hit')} came, so nothing was written – "
                "run the same command again"
            )


def _putter(
    encode: "Callable[[Iterable[HitRecord]], Iterator[bytes]]",
) -> "Callable[[Iterable[HitRecord], Output], None]":
    def put(records: "Iterable[HitRecord]", output: "Output") -> None:
        for chunk in encode(records):
            output.write(chunk)

    return put


def _copier(
    chosen: Format, target: str | Path, captures: "CaptureWriter | None", at: "datetime"
) -> "Callable[[Iterable[HitRecord], Output], None]":
    """Return what copies the records' captures instead of writing the records."""
    from archiver.export.captures import put_captures

    if captures is None:
        raise UsageError(f"{chosen.name} needs the archive's own records")
    name = "hits.warc.gz" if str(target) == "-" else Path(target).name
    return lambda records, output: put_captures(
        records, output, captures, format_name=chosen.name, name=name, at=at
    )


def _encoder(
    chosen: Format,
    names: tuple[str, ...],
    citing: "Citing | None",
    kwic: "Kwic | None",
    archive: "ArchiveReader | None",
) -> "Callable[[Iterable[HitRecord]], Iterator[bytes]]":
    """Load the format's encoder and bind what it needs beside the records."""
    if chosen.has_text:
        from archiver.export.citation import Citing
        from archiver.export.packages import encode_bag, encode_texts

        if archive is None:
            raise UsageError(f"{chosen.name} needs the archive's own files")
        if chosen.name == "texts":
            return lambda records: encode_texts(records, archive)
        return lambda records: encode_bag(records, citing or Citing(), archive)
    if chosen.name == "xlsx":
        from archiver.export.spreadsheet import encode_xlsx

        return lambda records: encode_xlsx(records, names)
    if chosen.name == "parquet":
        from archiver.export.parquet import encode_parquet
        from archiver.export.record import HitRecord

        return lambda records: encode_parquet(records, names, HitRecord)
    if chosen.name == "html":
        from archiver.export.citation import Citing
        from archiver.export.report import encode_html

        return lambda records: encode_html(records, citing or Citing())
    if chosen.has_fields:
        from archiver.export import tables

        encode = tables.ENCODERS[chosen.name]
        return lambda records: encode(records, names)
    if chosen.name == "kwic":
        from archiver.export.concordance import Kwic, encode_kwic

        return lambda records: encode_kwic(records, kwic or Kwic())
    from archiver.export import bibliography

    cite = bibliography.STYLES[chosen.name]
    return lambda records: cite(records, citing or bibliography.Citing())
