"""Read a generation: pages that match, documents, columns, words. Never writes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver.analysis import ANALYSIS_VERSION, Analyzer, Lexicon
from archiver.errors import DamagedGenerationError, GenerationError, NoGenerationError
from archiver.index import fields, generations
from archiver.index.documents import Documents
from archiver.index.engines import ENGINES, load_engine
from archiver.index.generations import Generation
from archiver.index.port import Query, Top
from archiver.index.vocabulary import Vocabulary
from archiver.model import Coverage, Document

_TRIES = 5  # a build may swap and tidy up between reading CURRENT and opening the files


class Index:
    """An opened generation. Close it, or use it as a context manager. One thread.

    Pages are spoken of by their ordinals: 0, 1, … in the order of date, document and number.
    Methods raise DamagedGenerationError when files turn out to be damaged.
    """

    def __init__(self, opened: Generation) -> None:
        manifest = opened.manifest
        if manifest.versions.engine not in ENGINES:
            raise DamagedGenerationError(f"{opened.folder}: unknown engine")
        versions = manifest.versions
        if (versions.schema, versions.analysis) != (fields.SCHEMA_VERSION, ANALYSIS_VERSION):
            raise DamagedGenerationError(
                f"{opened.folder}: was written by another version of the program",
                remedy="bring it up to date with: archiver index",
            )
        self.folder = opened.folder
        self.notes: tuple[str, ...] = ()
        self.hidden: frozenset[int] = frozenset()
        self.generation = manifest.generation
        self._opened = opened
        with ExitStack() as stack:
            self.documents = Documents(opened.folder / "documents.sqlite")
            stack.callback(self.documents.close)
            engine = load_engine(manifest.versions.engine)
            self._engine = engine.open(opened.folder / "engine")
            stack.callback(self._engine.close)
            lexicon = Lexicon.open(opened.folder / "lexicon") if manifest.has_lexicon else None
            self.analyzer = Analyzer(lexicon)
            self._stack = stack.pop_all()

    @classmethod
    def open(cls, index: Path) -> Self:
        """Open the live generation of an index folder; if it is damaged, the one before.

        `notes` says so then. Raises NoGenerationError when nothing has been indexed yet, and
        DamagedGenerationError when there is no whole generation.
        """
        error: GenerationError | None = None
        for _ in range(_TRIES):
            try:
                return cls(generations.live(index))
            except NoGenerationError:
                raise
            except DamagedGenerationError as damage:
                if error is not None and error.message == damage.message:
                    break
                error = damage
        assert error is not None
        for older in generations.previous(index):
            try:
                opened = cls(older)
            except DamagedGenerationError:
                continue
            opened.notes = (
                f"answered from the index before the last, because {error.message}; {error.remedy}",
            )
            return opened
        raise error

    def close(self) -> None:
        """Close all files."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def hide(self, is_hidden: Callable[[Document], bool]) -> None:
        """Keep documents (of any version) out of all answers: what was decided on after a build.

        `hidden` holds their ordinals from then on.
        """
        documents = enumerate(self.documents.in_order())
        self.hidden = frozenset(ordinal for ordinal, one in documents if is_hidden(one))

    def __len__(self) -> int:
        """Return the number of searchable pages."""
        return self.documents.first_page[-1]

    @property
    def coverage(self) -> Coverage:
        """What the generation covers."""
        return self.documents.coverage

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """All folded words of the pages' texts."""
        return Vocabulary(self.documents.words, self.documents.word_counts)

    def match(self, query: Query) -> dict[int, float]:
        """Return the ordinals of all matching pages with their scores."""
        ordinals = self.documents.ordinal_of_key
        try:
            return self._engine.match(query, ordinals)
        except IndexError as error:
            raise DamagedGenerationError(f"{self.folder}: engine and documents differ") from error

    def top(self, query: Query, number: int, *, with_pages: bool = False) -> Top:
        """Return of `match` the best pages, how many it has, and all without scores if wanted."""
        ordinals = self.documents.ordinal_of_key
        try:
            return self._engine.top(query, number, ordinals, with_pages)
        except IndexError as error:
            raise DamagedGenerationError(f"{self.folder}: engine and documents differ") from error

    def positions(
        self, terms: Iterable[str], pages: Collection[int]
    ) -> dict[int, dict[str, Sequence[int]]]:
        """Return for each of the pages (ordinals) the places of those folded words it has."""
        ordinals = self.documents.ordinal_of_key
        wanted = set(pages)
        keys = [key for key, ordinal in enumerate(ordinals) if ordinal in wanted]
        found: dict[int, dict[str, Sequence[int]]] = {page: {} for page in pages}
        for term, places in self._engine.positions(terms, keys).items():
            for key, positions in places.items():
                found[ordinals[key]][term] = positions
        return found

    def state(self) -> dict[str, str]:
        """Return page id → fingerprint of every searchable page."""
        return {
            fields.page_id(doc_id, number): fields.page_fingerprint(fingerprint, number)
            for doc_id, number, fingerprint in self.documents.state()
        }

    def all_documents(self) -> Iterator[Document]:
        """Yield all documents by date and id."""
        return self.documents.in_order()

    def verify(self) -> None:
        """Read every file of the generation; raise DamagedGenerationError naming a changed one."""
        self._opened.verify()
