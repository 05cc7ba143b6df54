"""Which captures an erasure takes. Only reads the catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from archiver.codec import to_json
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.rows import is_whole_page
from archiver.errors import CorpusError
from archiver.urls import url_key


@dataclass(frozen=True, slots=True)
class Condemned:
    """A capture that an entry of the ledger names."""

    row: int
    capture_id: str
    record_id: str
    url: str
    payload_digest: str | None
    status: int | None
    payload_size: int | None
    file: int
    offset: int
    group_end: int


def condemned_by(
    catalogue: Catalogue,
    *,
    urls: Iterable[str] = (),
    payloads: Iterable[str] = (),
    captures: Iterable[str] = (),
) -> list[Condemned]:
    """Return the captures of these addresses (keys), with these payloads, and of these ids.

    Also the revisits that refer to one of them: without it they hold nothing.
    """
    rows = catalogue.rows(
        """
        WITH named(id) AS (
          SELECT c.id FROM capture c WHERE c.url_id IN
            (SELECT id FROM url WHERE key IN (SELECT value FROM json_each(:urls)))
          UNION SELECT id FROM capture WHERE payload_digest IN
            (SELECT value FROM json_each(:payloads))
          UNION SELECT id FROM capture WHERE capture_id IN
            (SELECT value FROM json_each(:captures)))
        SELECT id, capture_id, record_id, url, payload_digest, status,
          payload_size, warc, offset, group_end FROM capture
        WHERE id IN (SELECT id FROM named) OR refers_to IN (SELECT id FROM named) ORDER BY id""",
        {
            "urls": to_json(tuple(urls)).decode(),
            "payloads": to_json(tuple(payloads)).decode(),
            "captures": to_json(tuple(captures)).decode(),
        },
    )
    return [Condemned(*row) for row in rows]


ErasureTarget = Literal["url", "payload", "capture"]


@dataclass(frozen=True, slots=True)
class Doomed:
    """What an erasure would take: keys of URLs, digests of contents, captures."""

    urls: tuple[str, ...]
    payloads: tuple[str, ...]
    captures: tuple[Condemned, ...]


def examine(catalogue: Catalogue, target: ErasureTarget, value: str) -> Doomed:
    """Return what erasing a URL, a payload (by digest) or a capture (by id) would take.

    A page's or file's content goes wherever it stands, a URL with all its captures; of an error
    page, which many URLs may share, only the captures themselves. Raises CorpusError when there
    is nothing.
    """
    urls = (url_key(value),) if target == "url" else ()
    captures = (value,) if target == "capture" else ()
    payloads = {value} if target == "payload" else set[str]()
    for item in condemned_by(catalogue, urls=urls, payloads=payloads, captures=captures):
        if item.payload_digest and item.payload_size and is_whole_page(item.status):
            payloads.add(item.payload_digest)
    found = condemned_by(catalogue, urls=urls, payloads=payloads, captures=captures)
    if not found:
        raise CorpusError(f"{value}: nothing of it is archived here")
    return Doomed(urls, tuple(sorted(payloads)), tuple(found))
