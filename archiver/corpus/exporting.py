"""Captures out of the corpus: as WARC, WACZ, CDXJ or plain files.

Records are copied byte for byte, with the originals that revisits refer to. A target is written
beside and renamed, so that it is there whole or not at all.
"""

import gzip
import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from archiver.codec import to_json
from archiver.corpus.captures import Captures, capture_of
from archiver.corpus.cdxj import cdxj_line
from archiver.corpus.content import Content
from archiver.corpus.folder import Layout
from archiver.corpus.records import NewId, write_warcinfo
from archiver.corpus.warc import (
    CHUNK,
    Writable,
    digest_of,
    warc_date,
)
from archiver.errors import CorpusError, ExportError
from archiver.model import Capture

_INDEX_BLOCK = 3000  # lines of one gzip member of a WACZ's index, as its readers expect
_SUFFIXES = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A capture and the place of its record in an exported file."""

    capture: Capture
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Exporter:
    """Writes captures into files outside the corpus. Raises ExportError and CorpusError."""

    layout: Layout
    captures: Captures
    content: Content
    new_id: NewId
    software: str

    def warc(self, target: Path, capture_ids: Iterable[str], at: datetime) -> int:
        """Write captures as one WARC file (.warc.gz); return how many, with originals."""
        with _whole(target) as file:
            return self.write_warc(file, target.name, capture_ids, at)

    def write_warc(self, out: Writable, name: str, capture_ids: Iterable[str], at: datetime) -> int:
        """Write captures as a WARC file of that name to anything; return how many."""
        return len(self._write_warc(_Counted(out), name, capture_ids, at))

    def wacz(
        self, target: Path, capture_ids: Iterable[str], at: datetime, titles: dict[str, str]
    ) -> int:
        """Write captures as a WACZ 1.1.1 file; `titles` gives pages their names by URL."""
        with _whole(target) as file:
            return self.write_wacz(file, capture_ids, at, titles)

    def write_wacz(
        self, out: Writable, capture_ids: Iterable[str], at: datetime, titles: Mapping[str, str]
    ) -> int:
        """Write captures as a WACZ file to anything; return how many, with originals.

        `titles` may be filled while `capture_ids` is read. What is written depends on nothing but
        the arguments and `new_id`.
        """
        name = "data.warc.gz"
        moment = at.astimezone(UTC).timetuple()[:6]

        def entry(path: str) -> zipfile.ZipInfo:
            made = zipfile.ZipInfo(path, moment)
            made.external_attr = 0o644 << 16
            return made

        with zipfile.ZipFile(_Sink(out), "w", zipfile.ZIP_STORED) as archive:
            resources: list[dict[str, object]] = []
            with archive.open(entry(f"archive/{name}"), "w", force_zip64=True) as member:
                counted = _Counted(member)
                placed = self._write_warc(counted, name, capture_ids, at)
            resources.append(counted.resource(name, f"archive/{name}"))
            lines = sorted(
                cdxj_line(item.capture, file=name, offset=item.offset, length=item.length)
                for item in placed
            )
            for path, content in _index_files(lines, _pages(placed, titles)):
                archive.writestr(entry(path), content)
                resources.append(_resource(path.rpartition("/")[2], path, content))
            package = to_json(
                {
                    "profile": "data-package",
                    "wacz_version": "1.1.1",
                    "software": self.software,
                    "created": warc_date(at),
                    "resources": resources,
                },
                indent=2,
            )
            archive.writestr(entry("datapackage.json"), package)
            digest = {"path": "datapackage.json", "hash": digest_of([package])}
            archive.writestr(entry("datapackage-digest.json"), to_json(digest))
        return len(placed)

    def files(self, folder: Path, capture_ids: Iterable[str]) -> int:
        """Write payloads into a folder, named by capture id, with an index captures.jsonl.

        Names never come from URLs. Raises ExportError when the folder is not empty.
        """
        folder = folder.absolute()  # so that `.` has a name to write beside
        try:
            if folder.exists() and any(folder.iterdir()):
                raise ExportError(f"{folder}: the folder is not empty", remedy="name another")
            with _whole_folder(folder) as beside:
                lines = []
                for capture_id in capture_ids:
                    capture = self._capture(capture_id)
                    name = capture_id + _SUFFIXES.get(capture.media_type or "", ".bin")
                    with (
                        self.content.payload(capture_id) as payload,
                        (beside / name).open("wb") as file,
                    ):
                        shutil.copyfileobj(payload, file, CHUNK)
                    lines.append(to_json({"file": name, "capture": capture}))
                (beside / "captures.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
        except OSError as error:
            raise ExportError(f"{folder}: {error.strerror or error}") from error
        return len(lines)

    def cdxj(self, site: str | None = None) -> list[str]:
        """Return the sorted CDXJ lines of the corpus's own files."""
        return sorted(
            cdxj_line(item, file=item.warc_file, offset=item.offset, length=item.length)
            for item in self.captures.each(site=site)
            if self.captures.is_in_view(item)
        )

    def _capture(self, capture_id: str) -> Capture:
        found = self.captures.get(capture_id)
        if found is None:
            raise CorpusError(f"no capture {capture_id!r} in this corpus")
        return found

    def _write_warc(
        self, counted: "_Counted", name: str, capture_ids: Iterable[str], at: datetime
    ) -> list[Placed]:
        notes = [("description", "captures copied from a corpus")]
        write_warcinfo(
            counted, name, software=self.software, notes=notes, at=at, new_id=self.new_id
        )
        placed: list[Placed] = []
        for capture_id in self._with_originals(capture_ids):
            # Reading the record verifies it: a damaged one must not go out unnoticed.
            self.content.record(capture_id).close()
            row = self.captures.row(capture_id)
            assert row is not None
            offset = counted.size
            with self.layout.warc_file(row["warc_name"]).open("rb") as source:
                source.seek(row["offset"])
                left = row["group_end"] - row["offset"]
                while left:
                    piece = source.read(min(left, CHUNK))
                    if not piece:
                        raise ExportError(f"{row['warc_name']}: ends within {capture_id}")
                    counted.write(piece)
                    left -= len(piece)
            placed.append(Placed(capture_of(row), offset, row["length"]))
        return placed

    def _with_originals(self, capture_ids: Iterable[str]) -> Iterator[str]:
        """Yield each capture once, an original before the revisits that need it."""
        seen: set[str] = set()
        for capture_id in capture_ids:
            original = self._capture(capture_id).refers_to
            for wanted in (original, capture_id):
                if wanted is not None and wanted not in seen:
                    seen.add(wanted)
                    yield wanted


class _Counted:
    """Passes bytes on, counts and digests them."""

    def __init__(self, out: Writable) -> None:
        self._write = out.write
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes, /) -> None:
        """Write bytes."""
        self._write(data)
        self._digest.update(data)
        self.size += len(data)

    def resource(self, name: str, path: str) -> dict[str, object]:
        """Return the entry of a data package for what was written."""
        digest = f"sha256:{self._digest.hexdigest()}"
        return {"name": name, "path": path, "hash": digest, "bytes": self.size}


class _Sink:
    """What a ZIP is written to: it needs no more of it, so that a pipe will do."""

    def __init__(self, out: Writable) -> None:
        self._write = out.write

    def write(self, data: bytes, /) -> int:
        """Write bytes; return how many."""
        self._write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is written is flushed by whoever opened it."""

    def close(self) -> None:
        """Do nothing, for the same reason."""


def _resource(name: str, path: str, content: bytes) -> dict[str, object]:
    return {"name": name, "path": path, "hash": digest_of([content]), "bytes": len(content)}


def _index_files(lines: list[str], pages: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a compressed CDXJ index in blocks, the index of its blocks, and the list of pages."""
    packed, blocks = bytearray(), []
    for start in range(0, len(lines), _INDEX_BLOCK):
        part = lines[start : start + _INDEX_BLOCK]
        member = gzip.compress("".join(f"{line}\n" for line in part).encode(), mtime=0)
        place = {"offset": len(packed), "length": len(member), "digest": digest_of([member]),
                 "filename": "index.cdx.gz"}  # fmt: skip
        blocks.append(f"{' '.join(part[0].split(' ')[:2])} {to_json(place).decode()}")
        packed += member
    meta = to_json({"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}).decode()
    yield "indexes/index.cdx.gz", bytes(packed)
    yield "indexes/index.idx", "".join(f"{x}\n" for x in [f"!meta 0 {meta}", *blocks]).encode()
    yield "pages/pages.jsonl", pages


def _pages(placed: list[Placed], titles: Mapping[str, str]) -> bytes:
    """List the web pages and files a reader may start from."""
    lines: list[dict[str, object]] = [{"format": "json-pages-1.0", "id": "pages", "title": "Pages"}]
    for item in placed:
        capture = item.capture
        if capture.status == 200 and (capture.media_type in _SUFFIXES or capture.url in titles):
            lines.append(
                {
                    "id": capture.capture_id,
                    "url": capture.url,
                    "ts": warc_date(capture.captured_at),
                    "title": titles.get(capture.url, capture.url),
                }
            )
    return b"".join(to_json(line) + b"\n" for line in lines)


@contextmanager
def _whole_folder(target: Path) -> Iterator[Path]:
    """Make a folder beside the target and put it there when all is written; else leave no trace."""
    beside = target.with_name(f".{target.name}.part")
    shutil.rmtree(beside, ignore_errors=True)  # what a killed export left
    beside.mkdir(parents=True)
    try:
        yield beside
        for path in [*beside.iterdir(), beside]:
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        beside.replace(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def _whole(target: Path) -> Iterator[BinaryIO]:
    """Open a file beside the target and put it there when all is written; else leave no trace."""
    beside = target.with_name(f".{target.name}.part")
    try:
        with beside.open("w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as error:
        raise ExportError(f"{target}: {error.strerror or error}") from error
    finally:
        beside.unlink(missing_ok=True)
