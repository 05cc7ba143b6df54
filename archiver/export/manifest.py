"""The manifest beside every export: what was asked, of which archive, what was written.

Pure: no I/O but for `check_files`, which digests the files it is asked about.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from archiver.codec import from_json, to_json
from archiver.errors import ExportError
from archiver.export.redaction import Redaction, mask_text

__all__ = [
    "MANIFEST_VERSION",
    "Manifest",
    "Provenance",
    "WrittenFile",
    "check_files",
    "decode_manifest",
    "encode_manifest",
    "manifest_name",
    "manifest_of",
]

MANIFEST_VERSION = 1
"""Version of the manifest's own form, apart from the program's and the record's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the records of an export come from; handed in by whoever searched.

    `filters` are the restrictions beside the query, as name and value; `corpus_state` names the
    archive's state (captures, last crawl …) in the corpus's own words; `withheld` counts hits
    that were left out before, because their captures are withdrawn; `versions` names program,
    extractor, analysis, Python.
    """

    query: str
    normalised: str
    generation: str
    exported_at: datetime
    filters: Mapping[str, str] = field(default_factory=dict)
    corpus_state: Mapping[str, str] = field(default_factory=dict)
    withheld: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A file of the export: its name without folder, its size, its digest in hex."""

    name: str
    size: int
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What stands in `<name>.manifest.json`. `expected` = `written` + `withheld` of these."""

    manifest_version: int
    record_version: int
    format: str
    fields: tuple[str, ...]
    query: str
    normalised: str
    filters: dict[str, str]
    generation: str
    corpus_state: dict[str, str]
    exported_at: datetime
    expected: int
    written: int
    withheld: int
    redactions: tuple[str, ...]
    files: tuple[WrittenFile, ...]
    versions: dict[str, str]


def manifest_of(
    provenance: Provenance,
    file: WrittenFile,
    *,
    record_version: int,
    format: str,  # noqa: A002  the field's word
    fields: tuple[str, ...],
    expected: int,
    written: int,
    withheld: int = 0,
    redactions: tuple[Redaction, ...] = (),
) -> Manifest:
    """Say what was written, and of what; what is masked in the records is in the query, too.

    `withheld` counts the records left out while they were written.
    """

    def masked(text: str) -> str:
        return mask_text(text, redactions) if redactions else text

    return Manifest(
        manifest_version=MANIFEST_VERSION,
        record_version=record_version,
        format=format,
        fields=fields,
        query=masked(provenance.query),
        normalised=masked(provenance.normalised),
        filters={name: masked(value) for name, value in provenance.filters.items()},
        generation=provenance.generation,
        corpus_state=dict(provenance.corpus_state),
        exported_at=provenance.exported_at,
        expected=expected,
        written=written,
        withheld=provenance.withheld + withheld,
        redactions=redactions,
        files=(file,),
        versions=dict(provenance.versions),
    )


def manifest_name(name: str) -> str:
    """Name the manifest of a file.

    >>> manifest_name("hits.csv")
    'hits.csv.manifest.json'
    """
    return f"{name}.manifest.json"


def encode_manifest(manifest: Manifest) -> bytes:
    """Write a manifest as indented JSON (UTF-8)."""
    return to_json(manifest, indent=2) + b"\n"


def decode_manifest(content: bytes, *, source: str = "manifest") -> Manifest:
    """Read a manifest; raise ExportError when it is none or of a newer form."""
    try:
        manifest = from_json(content, Manifest)
    except ValueError as error:
        raise ExportError(f"{source}: not an export's manifest: {error}") from error
    if manifest.manifest_version > MANIFEST_VERSION:
        raise ExportError(
            f"{source}: has form {manifest.manifest_version}, this program knows "
            f"{MANIFEST_VERSION} – use a newer program"
        )
    return manifest


def check_files(manifest: Manifest, folder: Path) -> tuple[str, ...]:
    """Compare the files in a folder with the manifest; return what differs, in words."""
    complaints = []
    for file in manifest.files:
        if Path(file.name).name != file.name:
            complaints.append(f"{file.name}: is no plain file name")
            continue
        digest = hashlib.sha256()
        try:
            with (folder / file.name).open("rb") as stream:
                while chunk := stream.read(1 << 20):
                    digest.update(chunk)
        except OSError as error:
            complaints.append(f"{file.name}: cannot be read: {error.strerror}")
            continue
        if digest.hexdigest() != file.sha256:
            complaints.append(f"{file.name}: was changed since it was exported")
    return tuple(complaints)
