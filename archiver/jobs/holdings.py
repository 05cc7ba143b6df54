"""Opens index, texts and corpus together and joins hits to records. Writes nothing."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from archiver.corpus.derived import DerivedTexts
from archiver.errors import CorpusError, DamagedRecordError, ExportError
from archiver.export.citation import Citing, Publication
from archiver.export.joining import build_record, shared_fields
from archiver.export.record import HitRecord
from archiver.export.redaction import Redaction
from archiver.index import Index
from archiver.index.columns import HAS_TEXT
from archiver.jobs.question import Question
from archiver.jobs.saved import saved_searches
from archiver.model import Answer, Capture, Document, Hit, Page
from archiver.search import FoundPage, Stream, concord, stream
from archiver.workspace import Workspace

if TYPE_CHECKING:
    from archiver.corpus import Corpus

K = TypeVar("K")
T = TypeVar("T")

_REMEMBERED = 8192  # documents: captures, digests, fields that hits share; some 4 kB each


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """How hits become records.

    `context` is in characters on each side of the match, None for the snippet's. Without
    `with_snippets` no text is read; without `with_digests` no WARC record.
    """

    normalised: str
    exported_at: datetime
    redact: tuple[Redaction, ...] = ()
    context: int | None = None
    with_snippets: bool = True
    with_digests: bool = True


def say_nothing(_: Answer) -> None:
    """Tell nobody what an answer says beside its hits."""


class Holdings:
    """What a workspace holds, opened for reading; answers for neighbouring hits are kept."""

    def __init__(
        self,
        index: Index,
        texts: DerivedTexts,
        corpus: "Corpus",
        citing: Citing | None = None,
        saved: Mapping[str, str] | None = None,
    ) -> None:
        self.index = index
        self.texts = texts
        self.corpus = corpus
        self.citing = citing or Citing()
        self.saved = saved
        self._has_withdrawals = bool(corpus.withdrawals() or corpus.erasures())
        self._captures: OrderedDict[str, Capture] = OrderedDict()
        self._digests: OrderedDict[str, tuple[str | None, bool]] = OrderedDict()
        self._withdrawn: dict[str, bool] = {}
        self._shared_for: tuple[Question, Projection] | None = None
        self._shared: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()
        self._last_page: tuple[tuple[str, str, int], Page] | None = None

    def hits(
        self, question: Question, *, with_snippets: bool = True
    ) -> Stream[tuple[Document, Hit]]:
        """Ask a question: every found page, in the order of the result."""
        return stream(
            self.index,
            question.query,
            read_page=self.read_page,
            today=question.today,
            within=question.within,
            any_word=question.any_word,
            versions=question.versions,
            sort=question.sort,
            with_snippets=with_snippets,
            saved=self.saved,
            ahead=self._fetch_captures,
        )

    def pages(self, question: Question) -> Stream[FoundPage]:
        """Ask a question: every found page with its text and all places in it."""
        return concord(
            self.index,
            question.query,
            read_page=self.read_page,
            today=question.today,
            within=question.within,
            any_word=question.any_word,
            versions=question.versions,
            sort=question.sort,
            saved=self.saved,
            ahead=self._fetch_captures,
        )

    def documents(self) -> Iterator[tuple[int, Document]]:
        """Yield what the archive holds now and may be shown: ordinal in the index and document.

        By the date of the sitting.
        """
        for ordinal, document in enumerate(self.index.all_documents()):
            if document.is_current and not self.is_withdrawn(document.captures[0]):
                yield ordinal, document

    def page_texts(self, ordinal: int) -> Iterator[tuple[int, str]]:
        """Yield number and text of each page of a document that has one.

        Raises CorpusError when the text of a page that was indexed is not there.
        """
        documents = self.index.documents
        document = documents.document(ordinal)
        for page in range(documents.first_page[ordinal], documents.first_page[ordinal + 1]):
            if documents.page_flags[page] & HAS_TEXT:
                number = documents.page_number[page]
                try:
                    read = self.read_page(document.payload_digest, document.extractor, number)
                except CorpusError as error:
                    error.remedy = "bring texts and index up to date with: archiver index"
                    raise
                yield number, read.text

    def _fetch_captures(self, documents: Sequence[Document]) -> None:
        """Read the captures of the hits to come at once."""
        wanted = dict.fromkeys(document.captures[0] for document in documents)
        missing = [capture_id for capture_id in wanted if capture_id not in self._captures]
        if missing:
            # Those that are needed again go last, so that they are not forgotten first.
            for capture_id in wanted:
                if capture_id in self._captures:
                    self._captures.move_to_end(capture_id)
            self._captures.update(self.corpus.some_captures(missing))
            while len(self._captures) > _REMEMBERED:
                self._captures.popitem(last=False)

    def read_page(self, payload_digest: str, extractor: str, number: int) -> Page:
        """Return a page; the last one read is kept, because search and record both want it."""
        key = (payload_digest, extractor, number)
        if self._last_page is None or self._last_page[0] != key:
            self._last_page = key, self.texts.page_text(*key)
        return self._last_page[1]

    def records(
        self,
        question: Question,
        projection: Projection,
        hits: Iterator[tuple[Document, Hit]],
    ) -> Iterator[HitRecord]:
        """Yield a record for each hit."""
        for document, hit in hits:
            text = ""
            if projection.with_snippets and document.page_count:  # else only its fields matched
                page = (document.payload_digest, document.extractor, hit.page_number)
                text = self.read_page(*page).text
            yield self.record(question, projection, document, hit, text)

    def occurrences(
        self, question: Question, projection: Projection, pages: Iterator[FoundPage]
    ) -> Iterator[tuple[int, HitRecord | None]]:
        """Yield a record for each place the query's words matched.

        With each comes the number of pages read so far; a page that only its fields matched has
        no place and gives None.
        """
        for number, found in enumerate(pages, start=1):
            if not found.places:
                yield number, None
            for place in found.places:
                yield (
                    number,
                    self.record(question, projection, found.document, found.hit, found.text, place),
                )

    def record(
        self,
        question: Question,
        projection: Projection,
        document: Document,
        hit: Hit,
        text: str,
        span: tuple[int, int] | None = None,
    ) -> HitRecord:
        """Join a hit with its capture and its page's text."""
        capture = self.capture(document.captures[0])
        is_hidden = self.is_withdrawn(capture.capture_id)
        if is_hidden:
            # Held back when it is written; what it says must not even be masked.
            document, text, span = replace(document, title=""), "", None
            hit = replace(hit, snippets=(), section=None)
        digest, is_damaged = None, False
        if projection.with_digests and not is_hidden:
            digest, is_damaged = self.warc_digest(capture)
        return build_record(
            document,
            hit,
            capture,
            query=question.query,
            normalised=projection.normalised,
            generation=self.index.generation,
            exported_at=projection.exported_at,
            page_text=text,
            span=span,
            context=projection.context,
            redact=projection.redact,
            access="withdrawn" if is_hidden else "open",
            warc_digest=digest,
            is_damaged=is_damaged,
            shared=None
            if is_hidden
            else self._shared_fields(question, projection, document, capture),
        )

    def _shared_fields(
        self, question: Question, projection: Projection, document: Document, capture: Capture
    ) -> dict[str, Any]:
        """Return what the hits of a document share."""
        last = self._shared_for
        if last is None or last[0] is not question or last[1] is not projection:
            self._shared_for = question, projection
            self._shared.clear()

        key = document.doc_id, capture.capture_id
        if (known := self._shared.get(key)) is not None:
            return known

        def make() -> dict[str, Any]:
            return shared_fields(
                document,
                capture,
                query=question.query,
                normalised=projection.normalised,
                generation=self.index.generation,
                exported_at=projection.exported_at,
                redact=projection.redact,
            )

        return _kept(self._shared, key, make)

    def capture(self, capture_id: str) -> Capture:
        """Return a hit's capture; raise ExportError when the corpus does not have it."""
        if (known := self._captures.get(capture_id)) is not None:
            return known

        def read() -> Capture:
            try:
                return self.corpus.capture(capture_id)
            except CorpusError as error:
                raise ExportError(
                    f"capture {capture_id} is not in the corpus, so its hits cannot be cited",
                    remedy="bring the index up to date with: archiver index",
                ) from error

        return _kept(self._captures, capture_id, read)

    def is_withdrawn(self, capture_id: str) -> bool:
        """Tell whether a capture was taken out of view, whatever the index says."""
        if not self._has_withdrawals:
            return False
        known = self._withdrawn.get(capture_id)
        if known is None:
            known = self.corpus.withdrawal_of(capture_id) is not None
            if len(self._withdrawn) >= _REMEMBERED:
                self._withdrawn.clear()
            self._withdrawn[capture_id] = known
        return known

    def warc_digest(self, capture: Capture) -> tuple[str | None, bool]:
        """Return the digest the WARC record states, and whether its head is damaged."""
        if (known := self._digests.get(capture.capture_id)) is not None:
            return known

        def read() -> tuple[str | None, bool]:
            try:
                return self.corpus.stated_digest(capture), False
            except DamagedRecordError:
                return None, True

        return _kept(self._digests, capture.capture_id, read)

    # -- what the check of an export asks (`export.verify.ArchiveReader`)

    def read_payload(self, capture_id: str) -> bytes | None:
        """Return the body as archived, None when the capture is not held or withdrawn."""
        if self._held(capture_id) is None:
            return None
        with self.corpus.read_payload(capture_id, decode_content=False) as stream:
            return stream.read()

    def page_text(self, capture_id: str, page: int) -> str | None:
        """Return a page's text as it is read today, None when there is no such page."""
        capture = self._held(capture_id)
        if capture is None or capture.payload_digest is None:
            return None
        for ordinal in self.index.documents.with_capture(capture_id):
            extractor = self.index.documents.document(ordinal).extractor
            with suppress(CorpusError):
                return self.read_page(capture.payload_digest, extractor, page).text
        return None

    def _held(self, capture_id: str) -> Capture | None:
        try:
            capture = self.corpus.capture(capture_id)
        except CorpusError:
            return None
        return None if self.is_withdrawn(capture_id) else capture


@contextmanager
def open_holdings(workspace: Workspace) -> Iterator[Holdings]:
    """Open what a workspace holds; raises GenerationError, CorpusError."""
    with (
        workspace.open_index() as index,
        workspace.open_texts() as texts,
        workspace.open_corpus(read_only=True) as corpus,
    ):
        yield Holdings(index, texts, corpus, _citing(workspace), saved_searches(workspace))


def _citing(workspace: Workspace) -> Citing:
    """Return how the workspace's sites are named in citations: by what their profiles say."""
    return Citing(
        sites={
            name: Publication(profile.title or name, publisher=profile.publisher or None)
            for name, profile in workspace.profiles.items()
        }
    )


def _kept(memory: "OrderedDict[K, T]", key: K, read: Callable[[], T]) -> T:
    found = memory.get(key)
    if found is None:
        found = memory[key] = read()
        if len(memory) > _REMEMBERED:
            memory.popitem(last=False)
    return found
