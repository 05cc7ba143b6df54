"""Bytes out of the WARC files: a capture's record and its payload, verified before use.

Reads one record at a time in bounded memory; what is broken is named with file and offset.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from archiver.coding import CodingError, NoDecoderError, undone
from archiver.corpus.captures import Captures, nothing_withdrawn
from archiver.corpus.folder import Layout
from archiver.corpus.payload import dechunk, skip, spool
from archiver.corpus.reader import Record, open_record
from archiver.corpus.streams import BrokenRecordError
from archiver.corpus.warc import CHUNK
from archiver.corpus.withdrawal import Withdrawn
from archiver.errors import CorpusError, DamagedRecordError, NoLibraryError
from archiver.model import Capture

_HEAD = 1024  # bytes; most heads are shorter


class Content:
    """What the captures' records hold."""

    def __init__(
        self, layout: Layout, captures: Captures, withdrawn: Withdrawn = nothing_withdrawn
    ) -> None:
        self._layout = layout
        self._captures = captures
        self._withdrawn = withdrawn

    def record(self, capture_id: str) -> BinaryIO:
        """Return a capture's WARC record, head and block, as it was written; verified.

        Raises DamagedRecordError naming file and offset.
        """
        row = self._row(capture_id)
        with self._open(row) as record:
            head = record.head.raw
            pieces = checked(record)
            return spool(_joined(head, pieces))

    def stated_digest(self, capture: Capture) -> str | None:
        """Return the WARC-Payload-Digest the record states (`label:value`), if any; unverified.

        Raises DamagedRecordError when the record's head cannot be read.
        """
        place = {
            "warc_name": capture.warc_file,
            "offset": capture.offset,
            "record_id": capture.record_id,
            "capture_id": capture.capture_id,
        }
        with self._open(place, step=_HEAD) as record:
            return record.head.get("WARC-Payload-Digest")

    def block(self, capture_id: str) -> BinaryIO:
        """Return the block of a capture's own record (HTTP head and body as received); verified."""
        with self._open(self._row(capture_id)) as record:
            return spool(checked(record))

    def payload(self, capture_id: str, *, decode_content: bool = True) -> BinaryIO:
        """Return a capture's payload after transfer decoding, for a revisit the one referred to.

        `decode_content` also undoes Content-Encoding (`archiver.coding`), within limits. The whole
        payload was verified against its digests before this returns. Close it after use. Raises
        DamagedRecordError, also for a coding that cannot be undone (NoLibraryError where only a
        library is missing), or CorpusError for an unknown capture.
        """
        row = self._row(capture_id)
        if row["refers_to_id"] is not None:
            # Asked for under its own URL: what holds the payload may stand under a withdrawn one.
            row = self._captures.row(row["refers_to_id"]) or row
        with self._open(row) as record:
            pieces: Iterator[bytes] = skip(checked(record), row["head_length"])
            if row["is_chunked"]:
                pieces = _drained(pieces)
            raw = spool(_digested(pieces, None if row["malformed"] else row["payload_digest"]))
            if not decode_content or not row["content_encoding"]:
                return raw
        with raw:
            pieces = iter(lambda: raw.read(CHUNK), b"")
            try:
                return spool(undone(pieces, row["content_encoding"], is_cut_allowed=True))
            except NoDecoderError as error:
                raise NoLibraryError(f"{row['url']}: {error} (capture {capture_id})") from error
            except CodingError as error:
                raise DamagedRecordError(
                    f"{row['url']}: {error} (capture {capture_id})",
                    remedy="its bytes are kept as they came: archiver corpus export FOLDER",
                ) from error

    def _row(self, capture_id: str) -> sqlite3.Row:
        row = self._captures.row(capture_id)
        if row is None:
            raise CorpusError(f"no capture {capture_id!r} in this corpus")
        entry = self._withdrawn(row["url"], row["payload_digest"])
        if entry is not None:
            raise CorpusError(
                f"capture {capture_id} was withdrawn on {entry.at:%Y-%m-%d}: {entry.reason}"
            )
        return row

    @contextmanager
    def _open(self, row: "sqlite3.Row | Mapping[str, Any]", step: int = CHUNK) -> Iterator[Record]:
        path = self._layout.warc_file(row["warc_name"])
        try:
            with path.open("rb") as file:
                record = open_record(file, row["offset"], step=step)
                if record.head.record_id != row["record_id"]:
                    raise BrokenRecordError("another record stands here than the catalogue says")
                yield record
        except FileNotFoundError as error:
            raise DamagedRecordError(
                f"{path}: the file is missing (capture {row['capture_id']} at {row['offset']})"
            ) from error
        except (BrokenRecordError, OSError) as error:
            raise DamagedRecordError(
                f"{path}: damaged record at {row['offset']} (capture {row['capture_id']}): {error}",
                remedy="see what else is damaged with: archiver verify",
            ) from error


def _joined(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from pieces


def checked(record: Record) -> Iterator[bytes]:
    """Yield the block; at its end verify the record's end, the gzip checksum and the digest."""
    stated = record.head.get("WARC-Block-Digest")
    is_ours = stated is not None and stated.startswith("sha256:")
    total = hashlib.sha256()
    for piece in record.block():
        total.update(piece)
        yield piece
    record.finish()
    if not record.stream.is_at_end:
        raise BrokenRecordError("the gzip member holds more than one record")
    if is_ours and stated != f"sha256:{total.hexdigest()}":
        raise BrokenRecordError("the block does not have its digest")


def _digested(pieces: Iterator[bytes], expected: str | None) -> Iterator[bytes]:
    total = hashlib.sha256()
    for piece in pieces:
        total.update(piece)
        yield piece
    if expected is not None and expected != f"sha256:{total.hexdigest()}":
        raise BrokenRecordError("the payload does not have its digest")


def _drained(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Undo chunking, then read what follows the last chunk, so that the record is checked whole."""
    yield from dechunk(pieces)
    for _ in pieces:
        pass
