"""What a visit becomes in the WARC file: which records, with which fields, in which order.

One group for each visit: response or revisit, request, metadata. Writes into what it is handed;
must not know the catalogue.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from archiver.corpus.warc import (
    CONFORMS_TO,
    HTTP_REQUEST,
    HTTP_RESPONSE,
    IDENTICAL_PAYLOAD,
    NOT_MODIFIED,
    WARC_FIELDS,
    Block,
    Fields,
    Writable,
    digest_of,
    field_lines,
    record_head,
    warc_date,
    write_member,
)
from archiver.model import CaptureKind, CrawlStart, Exchange, Recording

TEXT_LEVEL = 6
PACKED_LEVEL = 1  # PDF and images are compressed already; level 6 gains 2 % for five times the time
_SMALL_BLOCK = 256 * 1024
_NOT_MODIFIED_STATUS = 304

ERASED_RECORD = "erased-record"
"""Name of a tombstone's field that holds the id of the record that stood there."""

NewId = Callable[[], UUID]


@dataclass(frozen=True, slots=True)
class Original:
    """The capture that holds a payload, as a revisit names it."""

    capture_id: str
    record_id: str
    url: str
    captured_at: str
    payload_digest: str
    payload_size: int | None


@dataclass(frozen=True, slots=True)
class Written:
    """Where a visit's records stand, for the catalogue."""

    kind: CaptureKind
    record_id: str
    offset: int
    length: int
    group_end: int
    original: Original | None


class Positioned(Writable, Protocol):
    """A file that knows how much was written to it."""

    size: int


def write_warcinfo(
    out: Writable, name: str, *, software: str, notes: Fields, at: datetime, new_id: NewId
) -> None:
    """Write the first record of a file of that name: who wrote it, in which format, and `notes`."""
    formats = [("format", "WARC File Format 1.1"), ("conformsTo", CONFORMS_TO)]
    block = field_lines([("software", software), *formats, *notes])
    fields = [("WARC-Filename", name), ("WARC-Block-Digest", digest_of([block]))]
    head = record_head("warcinfo", _urn(new_id), warc_date(at), fields, WARC_FIELDS, len(block))
    write_member(out, head, block, TEXT_LEVEL)


def notes_of_crawl(crawl_id: str, start: CrawlStart) -> Fields:
    """List what the first record of a crawl's file says of the crawl, with all its settings."""
    return [
        ("robots", start.robots_policy),
        ("http-header-user-agent", start.user_agent),
        ("isPartOf", start.site),
        ("crawl-id", crawl_id),
        ("crawl-started", warc_date(start.started_at)),
        ("crawl-config-digest", digest_of([start.config.encode()])),
        ("crawl-config", start.config),
    ]


def compression_level(exchange: Exchange, media_type: str | None) -> int:
    """Choose the gzip level: 6 for text, 1 for what is compressed already."""
    if exchange.header("content-encoding") not in {None, "", "identity"}:
        return PACKED_LEVEL
    kind = (media_type or exchange.header("content-type") or "text/plain").partition(";")[0]
    kind = kind.strip().lower()
    is_text = kind.startswith("text/") or kind.endswith(("xml", "json", "javascript"))
    return TEXT_LEVEL if is_text else PACKED_LEVEL


def write_group(
    out: Positioned,
    recording: Recording,
    *,
    original: Original | None,
    anchor: str | None,
    new_id: NewId,
) -> Written:
    """Write the records of one visit that got an answer.

    `original` is the capture that holds the same payload (or, after a 304, the payload that is
    still valid); the visit then becomes a revisit. Raises OSError or StorageError as `out` does,
    ValueError when the exchange's files are shorter than it says.
    """
    exchange = recording.exchange
    assert exchange is not None
    record_id = _urn(new_id)
    date = warc_date(exchange.started_at)
    offset = out.size
    kind = _write_answer(out, recording, exchange, original, record_id, date)
    end = out.size
    concurrent = [("WARC-Target-URI", exchange.url), ("WARC-Concurrent-To", record_id)]
    _write_small(out, "request", date, concurrent, HTTP_REQUEST, exchange.request, new_id)
    notes = field_lines(_notes(recording, exchange, kind, anchor))
    _write_small(out, "metadata", date, concurrent, WARC_FIELDS, notes, new_id)
    return Written(kind, record_id, offset, end - offset, out.size, original)


def write_tombstone(
    out: Writable, notes: Sequence[tuple[str, str]], at: str, new_id: NewId
) -> None:
    """Write what stands where something was erased: a metadata record without any content.

    `at` is the date of the erasure as WARC-Date.
    """
    _write_small(out, "metadata", at, [], WARC_FIELDS, field_lines(notes), new_id)


def _write_answer(
    out: Writable,
    recording: Recording,
    exchange: Exchange,
    original: Original | None,
    record_id: str,
    date: str,
) -> CaptureKind:
    fields = [("WARC-Target-URI", exchange.url)]
    if exchange.ip:
        fields.append(("WARC-IP-Address", exchange.ip))
    if original is None:
        block = Block(exchange.response, 0, exchange.response_length)
        if exchange.truncated:
            fields.append(("WARC-Truncated", exchange.truncated))
        if not exchange.is_chunked and not exchange.malformed and exchange.head_length:
            # Of a chunked payload tools disagree whether the framing counts; see the design.
            fields.append(("WARC-Payload-Digest", exchange.payload_digest))
        level = compression_level(exchange, recording.media_type)
        _write(out, "response", record_id, date, fields, HTTP_RESPONSE, block, level)
        return "response"
    is_not_modified = exchange.status == _NOT_MODIFIED_STATUS
    fields += [
        ("WARC-Profile", NOT_MODIFIED if is_not_modified else IDENTICAL_PAYLOAD),
        ("WARC-Refers-To", original.record_id),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", original.captured_at),
        ("WARC-Payload-Digest", original.payload_digest),
    ]
    if is_not_modified:  # players show an empty page for a 304 that has a block
        write_member(out, record_head("revisit", record_id, date, fields, None, 0), b"", TEXT_LEVEL)
        return "revisit_304"
    fields.append(("WARC-Truncated", "length"))  # as the standard asks for the missing payload
    block = Block(exchange.response, 0, exchange.head_length)
    _write(out, "revisit", record_id, date, fields, HTTP_RESPONSE, block, TEXT_LEVEL)
    return "revisit_payload"


def _notes(
    recording: Recording, exchange: Exchange, kind: CaptureKind, anchor: str | None
) -> list[tuple[str, str]]:
    """List what the metadata record says; the first three names are the standard's."""
    record, target = recording.record, recording.redirect_to
    notes: list[tuple[str, str | None]] = [
        ("via", record.via_url),
        ("hopsFromSeed", record.hops),
        ("fetchTimeMs", str(round(exchange.duration_s * 1000))),
        ("role", record.role),
        ("depth", str(record.depth)),
        ("attempt", str(record.attempts + 1)),
        ("anchor-text", anchor),
        ("head-length", str(exchange.head_length)),
        ("payload-length", str(exchange.payload_length)),
        ("payload-digest", exchange.payload_digest),
        ("transfer-coding", "chunked" if exchange.is_chunked else None),
        ("media-type", recording.media_type),
        ("charset", recording.charset),
        ("malformed", "; ".join(exchange.malformed)),
        ("url-key", record.key if record.key != exchange.url else None),
        ("redirects-to", target.url if target else None),
        ("redirect-key", target.key if target and target.key != target.url else None),
        ("links", None if recording.links is None else str(len(recording.links))),
    ]
    if kind == "revisit_304":
        exchange.response.seek(0)
        head = exchange.response.read(exchange.head_length).decode("latin-1")
        notes += [("http-response-line", line) for line in head.splitlines() if line]
    return [(name, value) for name, value in notes if value]


def _write_small(
    out: Writable,
    kind: str,
    date: str,
    fields: list[tuple[str, str]],
    content_type: str,
    block: bytes,
    new_id: NewId,
) -> None:
    fields = [*fields, ("WARC-Block-Digest", digest_of([block]))]
    head = record_head(kind, _urn(new_id), date, fields, content_type, len(block))
    write_member(out, head, block, TEXT_LEVEL)


def _write(
    out: Writable,
    kind: str,
    record_id: str,
    date: str,
    fields: list[tuple[str, str]],
    content_type: str,
    block: Block,
    level: int,
) -> None:
    content: bytes | Iterable[bytes]
    if block.length <= _SMALL_BLOCK:
        content = b"".join(block.chunks())
        digest = digest_of([content])
    else:  # read twice rather than held whole
        content = block.chunks()
        digest = digest_of(block.chunks())
    fields = [*fields, ("WARC-Block-Digest", digest)]
    head = record_head(kind, record_id, date, fields, content_type, block.length)
    write_member(out, head, content, level)


def _urn(new_id: NewId) -> str:
    return f"<urn:uuid:{new_id()}>"
