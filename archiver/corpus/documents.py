"""Documents and their versions, as `update` resolved them: stored and given back as they are."""

from collections.abc import Iterable, Iterator, Sequence

from archiver.codec import from_json, to_json
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.warc import parse_warc_date, warc_date
from archiver.model import Document, Version
from archiver.urls import url_key


class Documents:
    """The documents of a catalogue. Methods raise CorpusError or StorageError."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def save(
        self,
        documents: Iterable[Document] = (),
        versions: Iterable[Version] = (),
        removed: Sequence[str] = (),
        rewritten: Sequence[str] = (),
    ) -> None:
        """Write documents (new or changed), versions and removals in one transaction.

        The versions known of a `rewritten` document (doc id) are replaced by those given; a
        removed document's are removed.
        """
        with self._catalogue.transaction() as connection:
            connection.executemany(
                "DELETE FROM version WHERE doc_id = ?",
                [(doc_id,) for doc_id in (*removed, *rewritten)],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO document(doc_id, site, kind, key, body) "
                "VALUES(?, ?, ?, ?, ?)",
                [
                    (item.doc_id, item.site, item.kind, url_key(item.urls[0]), to_json(item))
                    for item in documents
                ],
            )
            connection.executemany(
                "INSERT OR IGNORE INTO version VALUES(?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        item.doc_id,
                        item.number,
                        item.capture_id,
                        warc_date(item.captured_at),
                        item.payload_digest,
                        item.text_digest,
                        item.status,
                    )
                    for item in versions
                ],
            )
            connection.executemany(
                "DELETE FROM document WHERE doc_id = ?", [(doc_id,) for doc_id in removed]
            )

    def get(self, doc_id: str) -> Document | None:
        """Return one document, or None."""
        row = self._catalogue.row("SELECT body FROM document WHERE doc_id = ?", (doc_id,))
        return None if row is None else from_json(row["body"], Document)

    def each(self, site: str | None = None) -> Iterator[Document]:
        """Yield the documents, of one site or all, by doc_id."""
        for row in self._catalogue.stream(
            "SELECT body FROM document WHERE ? IS NULL OR site = ? ORDER BY doc_id", (site, site)
        ):
            yield from_json(row["body"], Document)

    def versions(self, doc_id: str | None = None) -> list[Version]:
        """List the versions of one document, or all, oldest first."""
        rows = self._catalogue.rows(
            "SELECT * FROM version WHERE ? IS NULL OR doc_id = ? ORDER BY doc_id, number",
            (doc_id, doc_id),
        )
        return [
            Version(
                doc_id=row["doc_id"],
                number=row["number"],
                capture_id=row["capture_id"],
                captured_at=parse_warc_date(row["captured_at"]),
                payload_digest=row["payload_digest"],
                text_digest=row["text_digest"],
                status=row["status"],
            )
            for row in rows
        ]
