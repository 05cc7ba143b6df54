"""Hits with what they were found in, as ZIP: a folder of texts, or a BagIt bag with the files.

Streams: entries are written one after the other, tables are kept packed in memory until their
turn. Entries carry no time of their own, so that the same hits give the same bytes.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC

from archiver import __version__
from archiver.errors import ExportError
from archiver.export.bibliography import encode_citations
from archiver.export.citation import Citing, one_line
from archiver.export.fields import FULL
from archiver.export.record import HitRecord
from archiver.export.redaction import REDACTIONS, mask_text
from archiver.export.tables import encode_cells, encode_jsonl, text_of
from archiver.export.verify import ArchiveReader

__all__ = ["encode_bag", "encode_texts"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_SUFFIXES = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "text/plain": ".txt",
}


class _Zip:
    """A ZIP being written to nobody in particular: `take` gives the bytes made so far."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._zip = zipfile.ZipFile(self, "w", zipfile.ZIP_DEFLATED)

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add a file."""
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        with self._zip.open(entry, "w", force_zip64=True) as file:
            for chunk in chunks:
                file.write(chunk)

    def close(self) -> None:
        self._zip.close()

    def take(self) -> bytes:
        """Return what was made since the last time."""
        made = b"".join(self._pieces)
        self._pieces.clear()
        return made


class _Packed:
    """A file kept packed in memory until it is written; counted and digested."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(6)
        self._pieces: list[bytes] = []
        self.digest = hashlib.sha256()
        self.size = 0

    def add(self, data: bytes) -> None:
        self._pieces.append(self._packer.compress(data))
        self.digest.update(data)
        self.size += len(data)

    def chunks(self) -> Iterator[bytes]:
        self._pieces.append(self._packer.flush())
        unpacker = zlib.decompressobj()
        for piece in self._pieces:
            yield unpacker.decompress(piece)


def encode_texts(records: Iterable[HitRecord], archive: ArchiveReader) -> Iterator[bytes]:
    """Write each hit's whole page as a text file, and metadata.csv with a row for each file.

    `texts/000001-<hit id>.txt` (UTF-8) in the order of the result. Masks what the record masks.
    """
    package = _Zip()
    table = _Packed()
    table.add(encode_cells([("file", *FULL)], "csv"))
    for number, record in enumerate(records, start=1):
        capture_id = record.hit_id.rpartition("-p")[0]
        text = archive.page_text(capture_id, record.page)
        if text is None:
            raise ExportError(f"hit {record.hit_id}: the text of its page is not held")
        kinds = tuple(kind for kind in REDACTIONS if kind in record.redactions)
        shown = mask_text(text, kinds) if kinds else text
        name = f"texts/{number:06}-{record.hit_id}.txt"
        package.add(name, [shown.encode("utf-8", "replace")])
        row = [name, *(text_of(getattr(record, field)) for field in FULL)]
        table.add(encode_cells([row], "csv"))
        yield package.take()
    package.add("metadata.csv", table.chunks())
    package.close()
    yield package.take()


def encode_bag(
    records: Iterable[HitRecord], citing: Citing, archive: ArchiveReader
) -> Iterator[bytes]:
    """Write a serialised BagIt bag (RFC 8493): hits, citations, each archived file once.

    `data/hits.jsonl`, `data/citations.txt`, `data/files/<sha256>.<suffix>`: the bodies as they
    were archived. Raises ExportError for a masked record, because the files cannot be masked, and
    for a file that is not held.
    """
    package, hits, citations = _Zip(), _Packed(), _Packed()
    sums: dict[str, str] = {}
    octets = 0
    first: HitRecord | None = None
    for record in records:
        first = first or record
        if record.redactions:
            raise ExportError("a bag holds the archived files, which cannot be masked")
        hits.add(b"".join(encode_jsonl([record], FULL)))
        citations.add(b"".join(encode_citations([record], citing)))
        name = f"data/files/{record.payload_sha256}{_SUFFIXES.get(record.media, '.bin')}"
        if name in sums:
            continue
        payload = archive.read_payload(record.hit_id.rpartition("-p")[0])
        found = hashlib.sha256(payload or b"").hexdigest()
        if payload is None or found != record.payload_sha256:
            raise ExportError(f"hit {record.hit_id}: its file is not held as it was archived")
        sums[name] = found
        octets += len(payload)
        package.add(f"bag/{name}", [payload])
        yield package.take()
    for name, packed in (("data/hits.jsonl", hits), ("data/citations.txt", citations)):
        package.add(f"bag/{name}", packed.chunks())
        sums[name] = packed.digest.hexdigest()
        octets += packed.size
    _add_tags(package.add, sums, octets, first)
    package.close()
    yield package.take()


def _add_tags(
    add: Callable[[str, Iterable[bytes]], None],
    sums: dict[str, str],
    octets: int,
    first: HitRecord | None,
) -> None:
    """Write the declaration, bag-info and the manifests."""
    info = [
        f"Payload-Oxum: {octets}.{len(sums)}",
        f"Bag-Software-Agent: forum-archiver {__version__}",
    ]
    if first is not None:
        made = first.exported_at.astimezone(UTC)
        info += [
            f"Bagging-Date: {made:%Y-%m-%d}",
            f"External-Description: {one_line(first.query)}",
            f"External-Identifier: {one_line(first.generation)}",
        ]
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{line}\n" for line in info),
        "manifest-sha256.txt": "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)),
    }
    tags["tagmanifest-sha256.txt"] = "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in tags.items()
    )
    for name, text in tags.items():
        add(f"bag/{name}", [text.encode()])
