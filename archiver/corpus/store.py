"""The corpus: WARC files, catalogue, derived texts and run records behind one face.

Puts the parts together; each question is answered by the module that knows it, those of captures
and texts through `faces`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID, uuid4

from archiver.corpus.captures import Captures
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.condemned import Doomed, ErasureTarget, examine
from archiver.corpus.conformance import Finding
from archiver.corpus.content import Content
from archiver.corpus.crawlfiles import ROTATE_AT, StoreSettings
from archiver.corpus.crawlstore import SiteStore
from archiver.corpus.derived import DerivedTexts
from archiver.corpus.documents import Documents
from archiver.corpus.erasing import PURGE_INDEX, Eraser
from archiver.corpus.erasure import Erasure, Erasures
from archiver.corpus.exporting import Exporter
from archiver.corpus.faces import CapturesFace, TextsFace
from archiver.corpus.folder import Layout, Manifest, read_manifest, write_manifest
from archiver.corpus.importing import Importer, ImportReport
from archiver.corpus.intake import ReadLinks
from archiver.corpus.rebuild import RebuildReport, rebuild
from archiver.corpus.recovery import recover
from archiver.corpus.runs import Runs
from archiver.corpus.status import CorpusStatus, status_of
from archiver.corpus.verify import verify
from archiver.corpus.warcfile import OpenFile, create_raw
from archiver.corpus.withdrawal import Action, Target, Withdrawal, Withdrawals
from archiver.errors import CorpusError
from archiver.model import Document, Version
from archiver.urls import url_key


def utc_now() -> datetime:
    """Return the moment; the default clock of a corpus."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class CorpusOptions:
    """What a corpus takes from outside: clock, ids, file opening, size of a WARC file."""

    now: Callable[[], datetime] = utc_now
    new_uuid: Callable[[], UUID] = uuid4
    open_file: OpenFile = create_raw
    rotate_at: int = ROTATE_AT


class Corpus(CapturesFace, TextsFace):
    """An open corpus folder; a context manager.

    Every method raises CorpusError (damage), StorageError (disk full or failing), and while
    another process writes, opening for writing raises LockedError.
    """

    def __init__(
        self,
        layout: Layout,
        catalogue: Catalogue,
        texts: DerivedTexts,
        withdrawals: Withdrawals,
        erasures: Erasures,
        options: CorpusOptions,
        manifest: Manifest | None,
    ) -> None:
        self._layout = layout
        self._catalogue = catalogue
        self._options = options
        self._settings = StoreSettings(
            layout.warc, options.new_uuid, options.rotate_at, options.open_file, erasures
        )
        self._withdrawals = withdrawals
        self._erasures = erasures
        captures = Captures(catalogue, self._hidden)
        CapturesFace.__init__(self, captures, Content(layout, captures, self._hidden))
        TextsFace.__init__(self, texts)
        self._documents = Documents(catalogue)
        self._runs = Runs(layout.runs)
        self._stores: dict[str, SiteStore] = {}
        self.manifest = manifest

    @classmethod
    def create(
        cls, folder: Path, *, now: datetime, uuid: UUID, options: CorpusOptions | None = None
    ) -> "Corpus":
        """Make a corpus in a folder and open it for writing.

        Raises CorpusError when there is one already.
        """
        layout = Layout(folder)
        if read_manifest(layout) is not None:
            raise CorpusError(f"{folder}: there is a corpus here already")
        write_manifest(layout, created_at=now, uuid=str(uuid))
        return cls.open(folder, options=options)

    @classmethod
    def rebuild(cls, folder: Path, read_links: ReadLinks) -> RebuildReport:
        """Make the catalogue of a folder anew from its WARC files (see `rebuild`).

        No corpus may be open on the folder. `read_links` takes payload, Content-Type header, URL.
        What had been erased and came back with a restored WARC file is erased again.
        """
        report = rebuild(Layout(folder), read_links)
        with cls.open(folder):
            return report

    @classmethod
    def open(
        cls, folder: Path, *, read_only: bool = False, options: CorpusOptions | None = None
    ) -> "Corpus":
        """Open the corpus of a folder.

        For writing, what is missing is made, and what a killed run left open is put in order
        first (see `recovery`); the caller holds the run lock. Read-only nothing is written, and a
        folder in which no corpus was made yet answers as an empty one. What the ledger of erasures
        names is out of view in any case, and erased when writing. Raises CorpusError for a newer
        format and for a lost catalogue.
        """
        layout = Layout(folder)
        options = options or CorpusOptions()
        manifest = read_manifest(layout)
        withdrawals, erasures = Withdrawals(layout.withdrawn), Erasures(layout.erased)
        if not layout.catalogue.exists() and layout.warc_names():
            raise CorpusError(
                f"{layout.catalogue}: the catalogue is missing, but there are WARC files",
                remedy="make it anew from them with: archiver corpus rebuild",
            )
        if read_only:
            is_made = layout.catalogue.exists()
            catalogue = (
                Catalogue.open(layout.catalogue, read_only=True) if is_made else Catalogue.empty()
            )
            texts = DerivedTexts.open(layout.texts, read_only=True)
            return cls(layout, catalogue, texts, withdrawals, erasures, options, manifest)
        if manifest is None:
            manifest = write_manifest(
                layout, created_at=options.now(), uuid=str(options.new_uuid())
            )
        catalogue = Catalogue.open(layout.catalogue)
        try:
            recover(layout, catalogue, options.now())
            texts = DerivedTexts.open(layout.texts)
        except BaseException:
            catalogue.close()
            raise
        corpus = cls(layout, catalogue, texts, withdrawals, erasures, options, manifest)
        try:
            corpus._carry_out_erasures()
        except BaseException:
            corpus.close()
            raise
        return corpus

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all files; an unfinished crawl's WARC file is put in order at the next opening."""
        for store in self._stores.values():
            store.close()
        self._texts.close()
        self._catalogue.close()

    @property
    def folder(self) -> Path:
        """The corpus folder."""
        return self._layout.root

    @property
    def lock_path(self) -> Path:
        """The lock file of a run; taken and released by `jobs`."""
        return self._layout.lock

    @property
    def texts_path(self) -> Path:
        """The file of derived texts, for `DerivedTexts.open` without the rest of the corpus."""
        return self._layout.texts

    @property
    def texts(self) -> DerivedTexts:
        """The derived texts."""
        return self._texts

    # -- crawling

    def crawl_store(self, site: str) -> SiteStore:
        """Return the store one site's crawl works with (`model.CrawlStore`)."""
        if site not in self._stores:
            self._stores[site] = SiteStore(self._catalogue, site, self._settings)
        return self._stores[site]

    def import_files(
        self, paths: Iterable[Path], *, site: str, read_links: ReadLinks, software: str
    ) -> ImportReport:
        """Import WARC and WACZ files of other crawlers as captures of a site.

        A second import of the same records changes nothing. Raises CorpusError for other files.
        """
        importer = Importer(self._layout, self._catalogue, self._settings, read_links, software)
        try:
            return importer.take(paths, site=site, at=self._options.now())
        finally:
            self._carry_out_erasures()

    # -- export

    def exporter(self, software: str) -> Exporter:
        """Return what writes captures as WARC, WACZ, CDXJ or plain files."""
        return Exporter(
            self._layout, self._captures, self._content, self._options.new_uuid, software
        )

    # -- withdrawal

    def withdraw(
        self, target: Target, value: str, *, reason: str, ticket: str | None = None
    ) -> Withdrawal:
        """Take a URL or a payload (by digest) out of view, now and in every later crawl.

        It vanishes from sources, links and exports; its bytes stay in the WARC files.
        """
        return self._decide("withdraw", target, value, reason, ticket)

    def restore(
        self, target: Target, value: str, *, reason: str, ticket: str | None = None
    ) -> Withdrawal:
        """Bring a withdrawn URL or payload back into view; raises CorpusError if it is not."""
        return self._decide("restore", target, value, reason, ticket)

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """List what is withdrawn now."""
        return self._withdrawals.current

    def withdrawal_of(self, capture_id: str) -> Withdrawal | None:
        """Return why a capture is out of view, or None; also of one that is erased."""
        gone = self._erasures.of_capture(capture_id)
        if gone is not None:
            return gone
        capture = self.capture(capture_id)
        return self._hidden(capture.url, capture.payload_digest)

    def _decide(
        self, action: Action, target: Target, value: str, reason: str, ticket: str | None
    ) -> Withdrawal:
        key = url_key(value) if target == "url" else value
        entry = Withdrawal(self._options.now(), action, target, key, reason, ticket)
        self._withdrawals.add(entry)
        return entry

    def _hidden(self, url: str, payload_digest: str | None) -> Withdrawal | None:
        return self._withdrawals.find(url, payload_digest) or self._erasures.find(
            url, payload_digest
        )

    # -- erasure

    def examine(self, target: ErasureTarget, value: str) -> Doomed:
        """Say what erasing a URL, a payload (by digest) or a capture (by id) would take.

        A page's or file's content goes wherever it stands, a URL with all its captures. Raises
        CorpusError when there is nothing.
        """
        return examine(self._catalogue, target, value)

    def erase(self, doomed: Doomed, *, reason: str, ticket: str | None = None) -> Erasure:
        """Erase for good what `examine` found: ledger first, then texts, WARC files, catalogue.

        Killed anywhere, the next opening for writing completes it. The index must be built anew
        (`is_index_to_be_purged`). Raises CorpusError while a crawl is writing.
        """
        entry = Erasure(
            at=self._options.now(),
            reason=reason,
            ticket=ticket,
            urls=doomed.urls,
            payloads=doomed.payloads,
            captures=tuple(item.capture_id for item in doomed.captures),
        )
        self._erasures.add(entry)
        self._carry_out_erasures()
        return entry

    def erasures(self) -> tuple[Erasure, ...]:
        """List the entries of the ledger, oldest first."""
        return tuple(self._erasures.entries)

    def erasure_of(self, url: str) -> Erasure | None:
        """Return the entry that names a URL, or None."""
        return self._erasures.of_key(url_key(url))

    def _carry_out_erasures(self) -> None:
        entries = self._erasures.entries
        if entries:
            self._texts.forget({digest for entry in entries for digest in entry.payloads})
            Eraser(self._layout, self._catalogue, self._options.new_uuid).carry_out(entries)

    @property
    def is_index_to_be_purged(self) -> bool:
        """Tell whether the index was built before something was erased."""
        return self._catalogue.row("SELECT 1 FROM chore WHERE name = ?", (PURGE_INDEX,)) is not None

    def index_purged(self) -> None:
        """Note that the index was built anew and no older one is left."""
        with self._catalogue.transaction() as connection:
            connection.execute("DELETE FROM chore WHERE name = ?", (PURGE_INDEX,))

    # -- documents

    def save_documents(
        self,
        documents: Iterable[Document],
        versions: Iterable[Version] = (),
        removed: Sequence[str] = (),
        rewritten: Sequence[str] = (),
    ) -> None:
        """Write documents, versions and removals (doc ids) in one transaction.

        The versions of `rewritten` documents are replaced by those given.
        """
        self._documents.save(documents, versions, removed, rewritten)

    def versions(self, doc_id: str | None = None) -> list[Version]:
        """List the versions of one document, or all, oldest first."""
        return self._documents.versions(doc_id)

    def document(self, doc_id: str) -> Document | None:
        """Return one document, or None."""
        return self._documents.get(doc_id)

    def documents(self, site: str | None = None) -> Iterator[Document]:
        """Yield the documents, of one site or all."""
        return self._documents.each(site)

    # -- state, checks and runs

    def verify(self, *, deep: bool = False) -> Iterator[Finding]:
        """Yield what is wrong with the WARC files and the catalogue (see `verify.verify`)."""
        return verify(self._layout, self._catalogue, deep=deep)

    def status(self) -> CorpusStatus:
        """Return what the corpus holds, in numbers."""
        return status_of(self._catalogue, self._layout)

    def save_run(self, record: bytes | str) -> Path:
        """Keep a run's record (JSON object); return its file. Raises StorageError."""
        return self._runs.save(record, self._options.now())

    def runs(self, limit: int | None = None) -> list[dict[str, object]]:
        """List run records, newest first."""
        return self._runs.newest(limit)
