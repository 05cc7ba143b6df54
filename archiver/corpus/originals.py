"""Which capture holds a payload already, so that a visit becomes a revisit of it. Only reads."""

import sqlite3
from collections.abc import Iterable

from archiver.codec import to_json
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.records import Original
from archiver.corpus.warc import capture_id_of, warc_date
from archiver.model import Exchange

_NOT_MODIFIED = 304


_HOLDERS = """
  SELECT capture_id, record_id, url, captured_at, payload_digest, payload_size FROM capture
  WHERE payload_digest IN (SELECT value FROM json_each(?))
    AND kind IN ('response', 'imported') AND truncated IS NULL"""


class Originals:
    """Finds the holder of a payload in the catalogue or in the batch being written."""

    def __init__(self, catalogue: Catalogue, site: str) -> None:
        self._catalogue = catalogue
        self._site = site
        self._batch: dict[str, Original] = {}

    def begin_batch(self, exchanges: Iterable[Exchange] = ()) -> None:
        """Forget what was written and not committed; look up all holders of a batch at once."""
        self._batch.clear()
        digests = to_json([each.payload_digest for each in exchanges]).decode()
        for row in self._catalogue.rows(_HOLDERS, (digests,)):
            self._batch.setdefault(row["payload_digest"], _original_of(row))

    def find(self, exchange: Exchange, key: str) -> Original | None:
        """Return the capture a visit is a revisit of: same payload, or still valid after a 304."""
        if exchange.status == _NOT_MODIFIED:
            row = self._catalogue.row(
                "SELECT o.* FROM url u JOIN capture c ON c.id = u.payload_capture "
                "JOIN capture o ON o.id = coalesce(c.refers_to, c.id) "
                "WHERE u.site = ? AND u.key = ?",
                (self._site, key),
            )
            return None if row is None else _original_of(row)
        if not _is_shareable(exchange):
            return None
        digest = exchange.payload_digest
        return self._batch.get(digest)

    def written(self, exchange: Exchange, record_id: str) -> None:
        """Note a response just written as the holder of its payload."""
        if _is_shareable(exchange):
            self._batch[exchange.payload_digest] = Original(
                capture_id_of(record_id),
                record_id,
                exchange.url,
                warc_date(exchange.started_at),
                exchange.payload_digest,
                exchange.payload_length,
            )

    def holder_of(self, digest: str) -> Original | None:
        """Return the capture that holds a payload whole, or None."""
        row = self._catalogue.row(_HOLDERS, (to_json([digest]).decode(),))
        return None if row is None else _original_of(row)


def _original_of(row: sqlite3.Row) -> Original:
    return Original(
        capture_id=row["capture_id"],
        record_id=row["record_id"],
        url=row["url"],
        captured_at=row["captured_at"],
        payload_digest=row["payload_digest"],
        payload_size=row["payload_size"],
    )


def _is_shareable(exchange: Exchange) -> bool:
    """Tell whether a later identical payload may refer to this one."""
    return (
        exchange.payload_length > 0
        and exchange.truncated is None
        and not exchange.malformed
        and exchange.status != _NOT_MODIFIED
    )
