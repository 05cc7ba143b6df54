"""Import of WARC and WACZ files of other crawlers.

Copies records byte for byte into a file of ours, one gzip member each, and takes their captures
in as `rebuild` does. Takes no word of the foreign file for granted: lengths, digests and names
are checked, damaged records are reported and left out.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from archiver.corpus.answers import ANSWERS
from archiver.corpus.captures import Captures
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.conformance import Finding, Judge, finding_of
from archiver.corpus.content import Content
from archiver.corpus.crawlfiles import CrawlFiles, StoreSettings
from archiver.corpus.folder import Layout
from archiver.corpus.intake import FileRow, Intake, ReadLinks
from archiver.corpus.payload import spool
from archiver.corpus.reader import Broken, Record, read_records
from archiver.corpus.records import TEXT_LEVEL, write_warcinfo
from archiver.corpus.streams import BrokenRecordError, first_bytes
from archiver.corpus.wacz import is_warc_member, refuse_bomb
from archiver.corpus.warc import CHUNK, Head, capture_id_of, parse_warc_date, write_member
from archiver.corpus.warcfile import WarcFile, file_digest
from archiver.errors import CorpusError, StorageError
from archiver.urls import is_web_url, origin_of, url_key

_SMALL = 256 * 1024
_COMPANIONS = frozenset({"warcinfo", "request", "metadata"})
_CONCURRENT = "warc-concurrent-to"


@dataclass(slots=True)
class ImportReport:
    """What an import did. `findings` names what was odd (and kept) or damaged (and left out)."""

    files: int = 0
    captures: int = 0
    known: int = 0  # captures that were here already, or erased
    passed_over: int = 0  # records that are no capture of a web page: conversions, urn: resources
    left_out: int = 0  # damaged stretches, and answers that cannot be taken in
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Importer:
    """Brings foreign files into a corpus."""

    layout: Layout
    catalogue: Catalogue
    settings: StoreSettings
    read_links: ReadLinks
    software: str

    @property
    def _captures(self) -> Captures:
        return Captures(self.catalogue)

    def take(self, paths: Iterable[Path], *, site: str, at: datetime) -> ImportReport:
        """Import files as captures of `site`; what is here already (by record id) is left as it is.

        Raises CorpusError for a file that is neither WARC nor WACZ, StorageError when the disk
        fails; files before it stay imported.
        """
        report = ImportReport()
        for path in paths:
            try:
                if zipfile.is_zipfile(path):
                    with _unpacked(path) as members:
                        for member in members:
                            self._file(member, site, at, report)
                else:
                    self._file(path, site, at, report)
            except FileNotFoundError as error:
                raise CorpusError(f"{path}: there is no such file") from error
            except IsADirectoryError as error:
                raise CorpusError(
                    f"{path}: is a folder", remedy=f"name the files in it: {path}/*.warc.gz"
                ) from error
            except PermissionError as error:
                raise CorpusError(f"{path}: may not be read") from error
            except OSError as error:
                raise StorageError(f"{path}: {error.strerror or error}") from error
        return report

    def _file(self, path: Path, site: str, at: datetime, report: ImportReport) -> None:
        _refuse_others(path)
        fresh = self._examine(path, report)
        if not fresh:
            return
        digest = file_digest(path)
        notes = [
            ("isPartOf", site),
            ("description", "records copied from a file of another crawler"),
            ("import-of", path.name),
            ("import-digest", f"sha256:{digest}"),
        ]

        def describe(file: WarcFile, moment: datetime) -> None:
            software, new_id = self.software, self.settings.new_id
            write_warcinfo(
                file, file.name, software=software, notes=notes, at=moment, new_id=new_id
            )

        files = CrawlFiles(
            self.catalogue,
            self.settings,
            stem=f"import-{digest[:12]}-{self.settings.new_id().hex[:8]}",
            kind="import",
            crawl=None,
            write_warcinfo=describe,
        )
        content = Content(self.layout, self._captures)
        intake = Intake(content, self.read_links, due_at=None)
        try:
            current = files.ready(at)
            for item in _wanted_records(path, fresh):
                _copy(item, current.file)
            current.file.sync()
            row = FileRow(current.row, current.file.name, site, None, is_import=True)
            with self.catalogue.transaction() as connection:
                intake.take(connection, self.layout.warc_file(current.file.name), row)
                connection.execute(
                    "UPDATE warc_file SET committed_size = ? WHERE id = ?",
                    (current.file.size, current.row),
                )
        except BaseException:
            files.cut_back()
            files.release()
            raise
        files.committed(at)
        files.close(at)
        report.files += 1
        report.captures += intake.captures
        report.findings += intake.findings

    def _examine(self, path: Path, report: ImportReport) -> set[str]:
        """Judge a file; return the record ids of its whole answers that are not here yet."""
        fresh: set[str] = set()
        seen: set[str] = set()
        judging = Judge()
        for item in read_records(path):
            if isinstance(item, Broken):
                _leave_out(report, path, item.offset, item.what)
                continue
            head = item.head
            report.findings += [
                finding_of(path.name, item, remark) for remark in judging.record(item)
            ]
            try:
                item.finish()
            except BrokenRecordError:
                continue  # the reader reports it
            if head.kind not in ANSWERS or not is_web_url(head.target):
                report.passed_over += head.kind not in _COMPANIONS
            elif (why := _why_not(head)) is not None:
                _leave_out(report, path, item.offset, why)
            elif head.record_id in seen:
                continue  # the same record once more
            elif self._is_here(capture_id_of(head.record_id)) or self._is_erased(head.target):
                report.known += 1
            else:
                fresh.add(head.record_id)
            seen.add(head.record_id)
        return fresh

    def _is_here(self, capture_id: str) -> bool:
        """Tell whether a capture is held, or was and is erased."""
        return self._captures.row(capture_id) is not None or (
            self.catalogue.row("SELECT 1 FROM erased WHERE capture_id = ?", (capture_id,))
            is not None
        )

    def _is_erased(self, url: str) -> bool:
        """Tell whether nothing of this address may be held."""
        erasures = self.settings.erasures
        return erasures is not None and erasures.find(url, None) is not None


def _leave_out(report: ImportReport, path: Path, offset: int, why: str) -> None:
    report.findings.append(Finding(path.name, offset, f"left out: {why}"))
    report.left_out += 1


def _why_not(head: Head) -> str | None:
    """Return why an answer cannot become a capture – it could not be cited – or None."""
    if not head.record_id:
        return "a capture without WARC-Record-ID"
    try:
        parse_warc_date(head.get("WARC-Date") or "")
    except ValueError:
        return f"a capture whose WARC-Date is {(head.get('WARC-Date') or '')[:80]!r}"
    try:
        origin_of(url_key(head.target))
    except ValueError:
        return f"a capture whose URL cannot be read: {head.target[:80]!r}"
    return None


def _refuse_others(path: Path) -> None:
    """Raise CorpusError unless a file begins as a WARC file does."""
    with path.open("rb") as file:
        try:
            start = first_bytes(file, 9)
        except BrokenRecordError:
            start = b""
    if start.lower() == b"filedesc:":
        raise CorpusError(
            f"{path}: an ARC file, the forerunner of WARC",
            remedy="convert it first, for example with: warcio recompress",
        )
    if not start.upper().startswith(b"WARC/"):
        raise CorpusError(f"{path}: neither a WARC nor a WACZ file")


def _wanted_records(path: Path, fresh: set[str]) -> Iterator[Record]:
    """Yield the answers that are new, with the records that belong to them, each once."""
    copied: set[str] = set()
    is_open = False
    for item in read_records(path):
        if isinstance(item, Broken):
            is_open = False
            continue
        kind, identity = item.head.kind, item.head.record_id
        if kind in ANSWERS:
            is_open = is_wanted = identity in fresh
        elif kind in {"request", "metadata"}:
            named = {v for n, v in item.head.fields if n.lower() == _CONCURRENT}
            is_wanted = bool(named & fresh) or (is_open and not named)
        else:
            is_wanted = False
        if is_wanted and identity not in copied:
            copied.add(identity)
            yield item


def _copy(record: Record, file: WarcFile) -> None:
    """Copy a record byte for byte; one that turns out to be damaged is left out."""
    with suppress(BrokenRecordError), spool(record.block()) as block:  # it was named before
        record.finish()
        length = record.head.length
        file.check_space(length + CHUNK)
        if length <= _SMALL:
            write_member(file, record.head.raw, block.read(), TEXT_LEVEL)
        else:
            write_member(file, record.head.raw, iter(lambda: block.read(CHUNK), b""), 1)


@contextmanager
def _unpacked(path: Path) -> Iterator[list[Path]]:
    """Unpack the WARC files of a WACZ into a temporary folder, under names of our own.

    Raises CorpusError for a damaged zip file, or one whose members expand beyond measure.
    """
    with tempfile.TemporaryDirectory() as folder:
        members = []
        try:
            with zipfile.ZipFile(path) as archive:
                names = [n for n in archive.namelist() if is_warc_member(n)]
                for number, name in enumerate(sorted(names)):
                    info = archive.getinfo(name)
                    refuse_bomb(path, info)
                    target = Path(folder) / f"{number:05}.warc"
                    with archive.open(info) as source, target.open("wb") as copy:
                        shutil.copyfileobj(source, copy, CHUNK)
                    members.append(target)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise CorpusError(f"{path}: a damaged or encrypted WACZ file: {error}") from error
        if not members:
            raise CorpusError(f"{path}: a zip file without WARC files in archive/, so no WACZ")
        yield members
