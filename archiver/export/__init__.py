"""Export: hit records to a file and its manifest, whole or not at all.

This is the stage's one face. It never searches: it gets an iterator of records, the count that
must come out, and where they come from. What a format needs is imported when it is written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from archiver.amounts import counted
from archiver.errors import ExportError, UsageError

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


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing hit records. `suffixes` choose it by the name of the output."""

    name: str
    about: str
    suffixes: tuple[str, ...]
    media_type: str
    has_fields: bool = False  # --fields chooses what is shown
    has_text: bool = False  # reads whole pages or files from the archive
    has_captures: bool = False  # copies records of the archive


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format(
            "jsonl",
            "JSON Lines, one record a line",
            (".jsonl", ".ndjson"),
            "application/jsonl",
            has_fields=True,
        ),
        Format(
            "json",
            "JSON, one array",
            (".json",),
            "application/json",
            has_fields=True,
        ),
        Format(
            "csv",
            "CSV (RFC 4180, UTF-8)",
            (".csv",),
            "text/csv",
            has_fields=True,
        ),
        Format(
            "csv-excel",
            "CSV for German Excel: BOM, semicolons, nothing is calculated",
            (".excel.csv",),
            "text/csv",
            has_fields=True,
        ),
        Format(
            "tsv",
            "tab-separated values",
            (".tsv", ".tab"),
            "text/tab-separated-values",
            has_fields=True,
        ),
        Format(
            "kwic",
            "concordance: left, node, right; tab-separated",
            (".kwic.tsv",),
            "text/tab-separated-values",
        ),
        Format(
            "citation",
            "citations in German, one a line",
            (".txt",),
            "text/plain",
        ),
        Format(
            "ris",
            "RIS for Zotero, Citavi, EndNote",
            (".ris",),
            "application/x-research-info-systems",
        ),
        Format(
            "csl-json",
            "CSL-JSON for Zotero and pandoc",
            (".csl.json",),
            "application/vnd.citationstyles.csl+json",
        ),
        Format(
            "biblatex",
            "BibLaTeX",
            (".bib",),
            "application/x-bibtex",
        ),
        Format(
            "html",
            "report in German, one page without script",
            (".html", ".htm"),
            "text/html",
        ),
        Format(
            "xlsx",
            "Excel workbook, text and numbers only",
            (".xlsx",),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            has_fields=True,
        ),
        Format(
            "parquet",
            "Apache Parquet: typed columns for R, pandas, DuckDB",
            (".parquet",),
            "application/vnd.apache.parquet",
            has_fields=True,
        ),
        Format(
            "texts",
            "ZIP of each page's text and metadata.csv, for corpus tools",
            (".zip",),
            "application/zip",
            has_text=True,
        ),
        Format(
            "bag",
            "BagIt bag (RFC 8493) with the archived files, as ZIP",
            (".bag.zip",),
            "application/zip",
            has_text=True,
        ),
        Format(
            "warc",
            "WARC file of the captures the hits were found in",
            (".warc.gz",),
            "application/warc",
            has_captures=True,
        ),
        Format(
            "wacz",
            "WACZ package of the captures, for ReplayWeb.page",
            (".wacz",),
            "application/wacz",
            has_captures=True,
        ),
    )
}
"""Every format by its name, in the order in which people are shown them."""


def format_of(target: str | Path, name: str | None = None) -> Format:
    """Return the format asked for, else the one the output's suffix tells; stdout is JSON Lines.

    Raises UsageError for an unknown name or suffix, and when the two contradict each other.

    >>> format_of("hits.CSV").name, format_of("hits.excel.csv").name, format_of("-").name
    ('csv', 'csv-excel', 'jsonl')
    """
    known = ", ".join(FORMATS)
    if name is not None:
        if name not in FORMATS:
            raise UsageError(f"unknown format {name!r} – allowed: {known}")
        chosen, told = FORMATS[name], _told_by(target)
        if told is not None and Path(target).suffix.lower() not in {
            Path(f"x{suffix}").suffix for suffix in chosen.suffixes
        }:
            raise UsageError(
                f"{target} is a name for {told.name} and contradicts the format {name} – "
                f"name it …{chosen.suffixes[0]}, or choose the other format"
            )
        return chosen
    if str(target) == "-":
        return FORMATS["jsonl"]
    if (told := _told_by(target)) is None:
        raise UsageError(f"{target}: the suffix tells no format – name one of: {known}")
    return told


def _told_by(target: str | Path) -> Format | None:
    """Return the format whose suffix is the longest that the name has, if any."""
    file_name = Path(target).name.lower()
    fitting = [
        (len(suffix), one.name)
        for one in FORMATS.values()
        for suffix in one.suffixes
        if file_name.endswith(suffix)
    ]
    return FORMATS[max(fitting)[1]] if fitting else None


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
    from archiver.export.redaction import mask_text

    chosen = format_of(target, format)
    if fields is not None and not chosen.has_fields:
        raise UsageError(f"{chosen.name} has its own fields – leave --fields and --profile out")
    names = select_fields(fields)
    if chosen.has_captures:
        put = _copier(chosen, target, captures, provenance.exported_at)
    else:
        put = _putter(_encoder(chosen, names, citing, kwic, archive))
    tally = _Tally(provenance.generation, frozenset(redact))
    kinds = tuple(dict.fromkeys(redact))

    def masked(text: str) -> str:
        return mask_text(text, kinds) if kinds else text

    with writing(
        target, overwrite=overwrite, create=create or create_part, stdout=stdout
    ) as output:
        put(tally.passing(records), output)
        number = expected if isinstance(expected, int) else expected()
        tally.check(number)
        name = STDOUT if str(target) == STDOUT else Path(target).name
        manifest = manifests.Manifest(
            manifest_version=manifests.MANIFEST_VERSION,
            record_version=RECORD_VERSION,
            format=chosen.name,
            fields=names if chosen.has_fields else (),
            query=masked(provenance.query),
            normalised=masked(provenance.normalised),
            filters={key: masked(value) for key, value in provenance.filters.items()},
            generation=provenance.generation,
            corpus_state=dict(provenance.corpus_state),
            exported_at=provenance.exported_at,
            expected=number,
            written=tally.written,
            withheld=provenance.withheld + tally.withheld,
            redactions=kinds,
            files=(
                manifests.WrittenFile(
                    name=name,
                    size=output.size,
                    sha256=output.sha256,
                    media_type=chosen.media_type,
                ),
            ),
            versions=dict(provenance.versions),
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

        encode = {
            "jsonl": tables.encode_jsonl,
            "json": tables.encode_json,
            "csv": tables.encode_csv,
            "csv-excel": tables.encode_csv_excel,
            "tsv": tables.encode_tsv,
        }[chosen.name]
        return lambda records: encode(records, names)
    if chosen.name == "kwic":
        from archiver.export.concordance import Kwic, encode_kwic

        return lambda records: encode_kwic(records, kwic or Kwic())
    from archiver.export import bibliography

    cite = bibliography.STYLES[chosen.name]
    return lambda records: cite(records, citing or bibliography.Citing())
