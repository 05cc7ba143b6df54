"""The formats hits are written in, and how the name of an output tells which. Pure: no I/O."""

from dataclasses import dataclass
from pathlib import Path

from archiver.errors import UsageError

__all__ = ["FORMATS", "Format", "format_of"]


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
