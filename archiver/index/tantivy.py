"""The fast engine of the extra `fast`: the only module that knows tantivy (0.27).

Its whitespace tokenizer takes the lines of terms apart. Its BM25 has our constants and our norms;
deleted pages count in its statistics, though, until it merges them away.

Known traps: a tokenizer must be registered after every opening; a writer is used for one batch and
its merging threads are waited for, else orphan segments stay; opening takes a lock file, so that
file belongs to a finished folder; segment files are never written again, hence may be hard links;
a Rust panic is no `Exception`.
"""

import gc
import os
import shutil
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import takewhile
from operator import itemgetter
from pathlib import Path
from typing import Any

import tantivy

from archiver.errors import DamagedGenerationError
from archiver.index import ranking
from archiver.index.port import (
    FIELDS,
    NO_PAGE,
    NORMALISED,
    POSITIONED,
    RARITY,
    And,
    AndMaybe,
    Best,
    EngineReader,
    EngineWriter,
    Or,
    PageEntry,
    Phrase,
    Query,
    Term,
    Top,
)

name = "tantivy"
version: str = tantivy.__version__  # type: ignore[attr-defined]  # typed without it; names the format of its files, too

_KEY = "key"
_TERMS = "terms"
_TIES = 50  # hits beyond those asked for, to see where the equal ones end
_FEW = 1_000  # hits that are sooner carried over with their scores than searched again
_HEAP = 100_000_000  # bytes, of its one indexing thread
_WRITER_LOCK = ".tantivy-writer.lock"
_REWRITTEN = ("meta.json", ".managed.json", ".tantivy-meta.lock")


def open(folder: Path) -> EngineReader:  # noqa: A001  # the port's name
    """Open a folder for reading; raise DamagedGenerationError when that is impossible."""
    return _Reader(folder)


def write(folder: Path) -> EngineWriter:
    """Begin to change a folder, empty or filled by `inherit`."""
    if not (folder / "meta.json").exists():
        tantivy.Index(_schema(), str(folder))
    return _Writer(folder)


def inherit(source: Path, target: Path) -> None:
    """Fill the new folder `target` with the state of `source` without touching it."""
    for path in sorted(source.iterdir()):
        if path.name in _REWRITTEN:
            shutil.copyfile(path, target / path.name)
        elif path.name != _WRITER_LOCK:
            try:
                os.link(path, target / path.name)
            except OSError:  # a file system without hard links
                shutil.copyfile(path, target / path.name)


def _schema() -> tantivy.Schema:
    """Words are kept beside their lists, because positions cannot be read from those."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(_KEY, indexed=True, fast=True)
    for field in FIELDS:
        option = "position" if field == POSITIONED else "freq" if field in NORMALISED else "basic"
        is_stored = field == POSITIONED
        builder.add_text_field(field, stored=is_stored, tokenizer_name=_TERMS, index_option=option)
    return builder.build()


def _open(folder: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")  # no thread that watches the folder
    tokenizer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TERMS, tokenizer)
    return index


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turn whatever tantivy raises on broken files into DamagedGenerationError."""

    def call(self: "_Reader", *args: Any) -> Any:
        try:
            return method(self, *args)
        except (DamagedGenerationError, MemoryError):
            raise
        except BaseException as error:
            raise _damaged(self.folder, error) from error

    return call


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep Python from looking for garbage while many thousand hits are made, none of it garbage.

    It would do so every 700 hits, and take as long as the making.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _damaged(folder: Path, error: BaseException) -> BaseException:
    """Return the error to raise: a Rust panic is no `Exception`, Ctrl-C is no damage."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        return error
    what = str(error).splitlines()[0] if str(error) else type(error).__name__
    return DamagedGenerationError(f"{folder}: damaged index files ({what})")


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            index = _open(folder)
            self._schema = index.schema
            self._searcher = index.searcher()
            self.total: int = self._searcher.num_docs
        except BaseException as error:
            raise _damaged(folder, error) from error

    def __len__(self) -> int:
        return self.total

    def close(self) -> None:
        with suppress(AttributeError):
            del self._searcher

    @_guarded
    def match(self, query: Query, names: Sequence[int] | None = None) -> dict[int, float]:
        known = self._known(query)
        if known is None:
            return {}
        with _uncollected():
            found = self._searcher.search(self._asked(known), limit=max(1, self.total), count=False)
            hits = found.hits
            factor = self._factor(known, len(hits))
            named = self._named(list(map(itemgetter(1), hits)), names)
            return dict(zip(named, [factor * score for score, _ in hits], strict=True))

    @_guarded
    def top(
        self,
        query: Query,
        number: int,
        names: Sequence[int] | None = None,
        with_pages: bool = False,
    ) -> Top:
        """Carry few scored hits into Python, and of all pages at most half, without scores."""
        known = self._known(query)
        if known is None:
            return Top({}, 0)
        asked = self._asked(known)
        limit = 2 * number + (_FEW if with_pages else _TIES)
        with _uncollected():
            while True:
                found: Any = self._searcher.search(asked, limit=limit, count=True)
                hits = found.hits
                if found.count <= limit or hits[-1][0] < hits[number - 1][0]:
                    break
                limit *= 8
            least = hits[number - 1][0] if number <= len(hits) else 0.0
            scores = takewhile(least.__le__, map(itemgetter(0), hits))
            factor = self._factor(known, found.count)
            named = self._named(list(map(itemgetter(1), hits)), names)
            best = dict(zip(named, [factor * score for score in scores], strict=False))
            pages: Collection[int] = named if with_pages else ()
            if with_pages and found.count > len(hits):
                pages = self._pages(asked, names, found.count)
            return Top(best, found.count, pages)

    def _pages(
        self, query: tantivy.Query, names: Sequence[int] | None, count: int
    ) -> Collection[int]:
        """Return all pages that match, by those that do not if these are fewer."""
        if names is None or 2 * count <= self.total:
            return self._alike(query, names)
        everything = (tantivy.Occur.Must, tantivy.Query.all_query())
        others = tantivy.Query.boolean_query([everything, (tantivy.Occur.MustNot, query)])
        return set(names).difference(self._alike(others, names), (NO_PAGE,))

    def _alike(self, query: tantivy.Query, names: Sequence[int] | None) -> Sequence[int]:
        """Return the pages of a query; all with one score are found in a third of the time."""
        alike = tantivy.Query.const_score_query(query, 1.0)
        found = self._searcher.search(alike, limit=max(1, self.total), count=False)
        return self._named(list(map(itemgetter(1), found.hits)), names)

    def _named(
        self, addresses: list[tantivy.DocAddress], names: Sequence[int] | None
    ) -> Sequence[int]:
        """Return the key of each page, or its name."""
        keys: Any = self._searcher.fast_field_values(_KEY, addresses)
        return keys if names is None else list(map(names.__getitem__, keys))

    def _known(self, query: Query) -> Query | None:
        """Leave out what no page has, and joints of one part; None when nothing is left."""
        match query:
            case Term(field, text):
                return query if self._searcher.doc_freq(field, text) else None
            case Phrase(terms):
                words = (self._searcher.doc_freq(POSITIONED, term) for term in terms)
                return query if all(words) else None
            case AndMaybe(part, more):
                needed, added = self._known(part), self._known(more)
                return AndMaybe(needed, added) if needed and added else needed
            case And(parts) | Or(parts) | Best(parts):
                joint = type(query)
                known = [self._known(part) for part in parts]
                if joint is And and None in known:
                    return None
                left: list[Query] = []
                for one in known:
                    if isinstance(one, joint) and joint is not Best:
                        left += one.parts
                    elif one is not None:
                        left.append(one)
                return joint(tuple(left)) if len(left) > 1 else next(iter(left), None)

    def _asked(self, query: Query) -> tantivy.Query:
        """Return the whole query for tantivy; its scores are still to be taken `_factor` times."""
        return self._in_a_row(query.terms) if isinstance(query, Phrase) else self._query(query)

    def _factor(self, query: Query, matching: int) -> float:
        """Return what a whole query's scores are to be multiplied by; it matches so many pages.

        tantivy weighs a phrase by the sum of its words. Ours weighs it by the pages that have it;
        where it is all that is asked for, those are known only when they have been found.
        """
        if not isinstance(query, Phrase) or not matching:
            return 1.0
        words = [self._searcher.doc_freq(POSITIONED, term) for term in query.terms]
        theirs = sum(ranking.idf(word, max(word, self.total)) for word in words)
        return query.boost * ranking.idf(matching, max(matching, self.total)) / theirs

    def _query(self, query: Query) -> tantivy.Query:
        match query:
            case Term(field, text, boost):
                return self._term(field, text, boost)
            case Phrase(terms):
                row = self._in_a_row(terms)
                counted: Any = self._searcher.search(row, limit=1, count=True)
                return tantivy.Query.boost_query(row, self._factor(query, counted.count))
            case And(parts):
                return self._joined((tantivy.Occur.Must, part) for part in parts)
            case Or(parts):
                return self._joined((tantivy.Occur.Should, part) for part in parts)
            case AndMaybe(part, more):
                return self._joined([(tantivy.Occur.Must, part), (tantivy.Occur.Should, more)])
            case Best(parts):
                return tantivy.Query.disjunction_max_query(
                    [self._query(part) for part in parts], ranking.TIE
                )

    def _joined(self, parts: Iterable[tuple[tantivy.Occur, Query]]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(occur, self._query(part)) for occur, part in parts])

    def _in_a_row(self, terms: Sequence[str]) -> tantivy.Query:
        return tantivy.Query.phrase_query(self._schema, POSITIONED, list(terms))

    def _term(self, field: str, text: str, boost: float) -> tantivy.Query:
        if field in NORMALISED:
            term = tantivy.Query.term_query(self._schema, field, text, index_option="freq")
            return tantivy.Query.boost_query(term, boost) if boost != 1.0 else term
        matching = self._searcher.doc_freq(field, text)
        term = tantivy.Query.term_query(self._schema, field, text, index_option="basic")
        common = max(matching, self._searcher.doc_freq(RARITY, text))
        weight = boost * ranking.idf(common, max(common, self.total))
        return tantivy.Query.const_score_query(term, weight)

    @_guarded
    def positions(
        self, terms: Iterable[str], keys: Collection[int]
    ) -> dict[str, dict[int, Sequence[int]]]:
        found: dict[str, dict[int, array[int]]] = {term: {} for term in terms}
        for key in keys:
            query = tantivy.Query.term_query(self._schema, _KEY, key)
            for _, address in self._searcher.search(query, limit=1, count=False).hits:
                words = self._searcher.doc(address).get_first(POSITIONED) or ""
                for place, word in enumerate(words.split()):
                    if word in found:
                        found[word].setdefault(key, array("I")).append(place)
        return {term: dict(places) for term, places in found.items()}

    @_guarded
    def terms(self) -> Iterator[tuple[str, int]]:
        live = tantivy.Query.all_query()
        counted = self._searcher.terms_with_prefix(POSITIONED, "", live)
        return iter(sorted(pair for pair in counted if pair[1]))


class _Writer:
    """One batch of changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        index = _open(folder)
        self._schema = index.schema
        self._writer: tantivy.IndexWriter | None = index.writer(_HEAP, 1)

    @property
    def writer(self) -> tantivy.IndexWriter:
        assert self._writer is not None, "closed"
        return self._writer

    def put(self, entry: PageEntry) -> None:
        document = tantivy.Document()
        document.add_unsigned(_KEY, entry.key)
        for field, terms in entry.terms.items():
            document.add_text(field, terms)
        self.writer.add_document(document)

    def remove(self, keys: Iterable[int]) -> None:
        if wanted := list(keys):  # by query, because by term no unsigned number is found
            query = tantivy.Query.term_set_query(self._schema, _KEY, wanted)
            self.writer.delete_documents_by_query(query)

    def commit(self) -> None:
        self.writer.commit()
        self.writer.wait_merging_threads()
        self._writer = None
        last = _open(self._folder).writer(_HEAP, 1)
        last.garbage_collect_files()
        last.wait_merging_threads()
        (self._folder / _WRITER_LOCK).unlink(missing_ok=True)

    def cancel(self) -> None:
        if self._writer is not None:
            with suppress(Exception):
                self._writer.rollback()
            self._writer = None
