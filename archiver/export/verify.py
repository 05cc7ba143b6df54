"""Re-checks an export against the archive: each quote is the same, moved, changed or gone.

Reads the rows of an export and asks a handed-in reader for archived bytes and page texts; knows
neither corpus nor index. Memory does not grow with the number of rows.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal, Protocol, TypeAlias

from archiver.errors import DamagedRecordError, ExportError
from archiver.export.record import Place, parse_hit_id, sound
from archiver.export.redaction import REDACTIONS, Redaction, mask_parts, mask_text
from archiver.export.tables import read_rows, split_values

__all__ = ["ArchiveReader", "Checked", "Status", "verify_export", "verify_rows"]

Status = Literal["same", "moved", "changed", "gone"]

_NEEDED = (
    "hit_id",
    "payload_sha256",
    "snippet_left",
    "match",
    "snippet_right",
    "char_start",
    "char_end",
    "redactions",
)
_REMEMBERED = 1024  # digests of captures, about 100 bytes each


class ArchiveReader(Protocol):
    """What checking needs of the archive. Called by `verify_rows` only."""

    def read_payload(self, capture_id: str) -> bytes | None:
        """Return the body as archived; None when the capture is not held or is withdrawn.

        Raises DamagedRecordError when its record cannot be read back.
        """

    def page_text(self, capture_id: str, page: int) -> str | None:
        """Return a page's text (pages count from 1); None when there is no such page."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one row.

    `row` counts rows from 1. `page`, `start` say where the quote stands now (`start` is None for
    a masked quote that moved). `reason` is what a person should know; empty for "same".
    """

    row: int
    hit_id: str
    status: Status
    reason: str = ""
    page: int | None = None
    start: int | None = None


_Digest: TypeAlias = str | DamagedRecordError | None
"""SHA-256 as hex of a capture's bytes; None when it is not held; why they cannot be read."""


@dataclass(frozen=True, slots=True)
class _Quote:
    """A row's quote: its place, the text before, matched and after, what is masked in it."""

    hit_id: str
    place: Place
    start: int
    end: int
    parts: tuple[str, str, str]
    kinds: tuple[Redaction, ...]


def verify_export(stream: BinaryIO, format_name: str, reader: ArchiveReader) -> Iterator[Checked]:
    """Check every row of an export file of that format; raise ExportError for a damaged one."""
    return verify_rows(read_rows(stream, format_name), reader)


def verify_rows(rows: Iterable[Mapping[str, Any]], reader: ArchiveReader) -> Iterator[Checked]:
    """Check rows as they come; they need the fields of the place, the quote and the digest.

    same: the archived bytes have the digest cited, and the quote stands where it stood.
    moved: the bytes are the same, the quote stands elsewhere in the document's text.
    changed: the bytes have another digest, or the quote is no longer in the text.
    gone: the capture is no longer held, or withdrawn.

    Raises ExportError for a row that lacks a field or holds no place.
    """
    digests: OrderedDict[str, _Digest] = OrderedDict()
    for number, row in enumerate(rows, start=1):
        if missing := [name for name in _NEEDED if name not in row]:
            raise ExportError(
                f"row {number} lacks {', '.join(missing)}, so nothing can be checked – export "
                "with: --fields full"
            )
        quote = _quote(number, row)
        digest = _digest(quote.place.capture_id, reader, digests)
        yield _check(number, quote, str(row["payload_sha256"] or ""), digest, reader)


def _quote(number: int, row: Mapping[str, Any]) -> _Quote:
    name = str(row["hit_id"])
    try:
        start, end = int(row["char_start"]), int(row["char_end"])
    except (TypeError, ValueError) as error:
        raise ExportError(f"row {number} names no place: {error}") from error
    masked = row["redactions"]
    words = split_values(masked) if isinstance(masked, str) else tuple(masked or ())
    return _Quote(
        hit_id=name,
        place=parse_hit_id(name),
        start=start,
        end=end,
        parts=(str(row["snippet_left"]), str(row["match"]), str(row["snippet_right"])),
        kinds=tuple(kind for kind in REDACTIONS if kind in words),
    )


def _digest(capture_id: str, reader: ArchiveReader, known: "OrderedDict[str, _Digest]") -> _Digest:
    """Digest a capture's archived bytes, once for neighbouring rows."""
    if capture_id not in known:
        try:
            payload = reader.read_payload(capture_id)
            known[capture_id] = None if payload is None else hashlib.sha256(payload).hexdigest()
        except DamagedRecordError as error:
            known[capture_id] = error
        if len(known) > _REMEMBERED:
            known.popitem(last=False)
    return known[capture_id]


def _check(
    number: int, quote: _Quote, cited: str, digest: _Digest, reader: ArchiveReader
) -> Checked:
    if digest is None:
        return Checked(number, quote.hit_id, "gone", "the capture is not held, or withdrawn")
    if isinstance(digest, DamagedRecordError):
        return Checked(number, quote.hit_id, "changed", digest.message)
    if cited and cited != digest:
        reason = f"the archived bytes have sha256:{digest}"
        return Checked(number, quote.hit_id, "changed", reason)
    text = reader.page_text(quote.place.capture_id, quote.place.page)
    if text is None and not any(quote.parts):
        # Found by its fields, and without a text then as now: the bytes are all that it cites.
        return Checked(number, quote.hit_id, "same", "", quote.place.page, quote.start)
    if text is not None and _stands(text, quote):
        return Checked(number, quote.hit_id, "same", "", quote.place.page, quote.start)
    return _look_elsewhere(number, quote, reader)


def _stands(text: str, quote: _Quote) -> bool:
    """Tell whether the quote stands at its place, masked as it was written."""
    if not 0 <= quote.start <= quote.end <= len(text):
        return False
    left, match, right = quote.parts
    bounds = (0, quote.start, quote.end, len(text))
    before, there, after = map(sound, mask_parts(text, bounds, quote.kinds))
    return there == match and before.endswith(left) and after.startswith(right)


def _look_elsewhere(number: int, quote: _Quote, reader: ArchiveReader) -> Checked:
    """Search the quote on its page, then on the others; with its context, then alone."""
    left, match, right = quote.parts
    pages = _pages(quote.place, reader)
    for words, offset in ((left + match + right, len(left)), (match, 0)):
        if not words.strip():
            continue
        for page, text in pages:
            shown = sound(mask_text(text, quote.kinds) if quote.kinds else text)
            at = _nearest(shown, words, quote.start - offset)
            if at is not None:
                start = None if quote.kinds else at + offset
                reason = f"stands on page {page}" + ("" if start is None else f" at {start}")
                return Checked(number, quote.hit_id, "moved", reason, page, start)
    reason = "the quote is not in the text" if pages else "the capture has no text"
    return Checked(number, quote.hit_id, "changed", reason)


def _pages(place: Place, reader: ArchiveReader) -> list[tuple[int, str]]:
    """Return the pages with text, the cited one first."""
    texts = []
    page = 1
    while (text := reader.page_text(place.capture_id, page)) is not None:
        texts.append((page, text))
        page += 1
    return sorted(texts, key=lambda item: (abs(item[0] - place.page), item[0]))


def _nearest(text: str, words: str, wanted: int) -> int | None:
    """Return the occurrence nearest to the wanted place, or None.

    >>> _nearest("ab ab ab", "ab", 4), _nearest("ab", "x", 0)
    (3, None)
    """
    wanted = max(0, wanted)
    after = text.find(words, wanted)
    before = text.rfind(words, 0, wanted + len(words))
    found = [at for at in (before, after) if at >= 0]
    return min(found, key=lambda at: abs(at - wanted)) if found else None
