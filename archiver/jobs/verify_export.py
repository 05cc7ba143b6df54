"""Checks an export against the archive: its files by the manifest, its rows by the quotes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archiver.amounts import counted
from archiver.errors import ExportError, UsageError
from archiver.export import format_of
from archiver.export.manifest import Manifest, check_files, decode_manifest, manifest_name
from archiver.export.verify import Checked, verify_export
from archiver.jobs.holdings import open_holdings
from archiver.workspace import Workspace

_MANIFEST = manifest_name("")


@dataclass(frozen=True, slots=True)
class Export:
    """An export found on disk: its data file, its format, its manifest if one stands beside."""

    path: Path
    format: str
    manifest: Manifest | None


class ExportCheck:
    """The check of one export; `rows` yields what became of each row and counts them."""

    def __init__(self, workspace: Workspace, export: Export) -> None:
        self._workspace = workspace
        self._export = export
        manifest = export.manifest
        self.complaints = check_files(manifest, export.path.parent) if manifest else ()
        self.counts: Counter[str] = Counter()

    def rows(self) -> Iterator[Checked]:
        """Check every row; raises ExportError for rows that cannot be read."""
        with (
            open_holdings(self._workspace) as holdings,
            _opened(self._export.path) as stream,
        ):
            for row in verify_export(stream, self._export.format, holdings):
                self.counts[row.status] += 1
                yield row
        manifest = self._export.manifest
        if manifest is not None and (came := sum(self.counts.values())) != manifest.written:
            self.complaints = (
                *self.complaints,
                f"{self._export.path.name}: {came:,} of {counted(manifest.written, 'row')} left",
            )

    @property
    def differs(self) -> bool:
        """Tell whether anything is not as it was exported; known when all rows were read."""
        return bool(self.complaints or self.counts.total() != self.counts["same"])


def find_export(path: Path) -> Export:
    """Find an export by its file or its manifest; raise ExportError or UsageError if it is none."""
    if path.is_dir():
        raise ExportError(f"{path}: is a folder – name the files in it")
    if path.name.endswith(_MANIFEST):
        manifest = _manifest(path)
        names = [file.name for file in manifest.files]
        if len(names) != 1 or Path(names[0]).name != names[0]:
            raise ExportError(f"{path}: names no single file beside it that could be checked")
        return Export(path.with_name(names[0]), manifest.format, manifest)
    beside = path.with_name(manifest_name(path.name))
    if beside.is_file():
        manifest = _manifest(beside)
        return Export(path, manifest.format, manifest)
    try:
        return Export(path, format_of(path).name, None)
    except UsageError as error:
        raise UsageError(
            f"{path}: neither a WARC or WACZ file nor an export",
            remedy="name one of these, or no file to check the archive",
        ) from error


def _manifest(path: Path) -> Manifest:
    with _opened(path) as stream:
        return decode_manifest(stream.read(), source=str(path))


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise ExportError(f"{path}: cannot be read: {error.strerror}") from error
