"""Build a generation: take documents and pages in, leave out what has not changed, swap it in.

    with build(index_folder, lexicon=words) as writer:
        for document in documents:
            writer.put(document, pages_of(document))
        writer.keep_only(doc_ids)

Leaving the block swaps the new generation in; an exception, or being killed, leaves the old one
as it was. When nothing changed, there is no new generation.
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archiver import codec
from archiver.analysis import ANALYSIS_VERSION, Analyzer, Lexicon
from archiver.errors import CorpusError, DamagedGenerationError, NoGenerationError, StorageError
from archiver.index import fields, generations
from archiver.index.changes import Changes, has_schema
from archiver.index.engines import DEFAULT_ENGINE, ENGINES, load_engine
from archiver.index.entries import Entries
from archiver.index.generations import Generation, Manifest, Versions
from archiver.index.port import Engine
from archiver.index.wordcounts import WordChanges
from archiver.model import Document, Page

ReadPage = Callable[[Document, int], Page]
"""Gives a page of a document that was indexed, by its number; CorpusError when it is gone."""


@dataclass(slots=True)
class Changed:
    """What a build did, in documents; `generation` is the id afterwards."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    pages: int = 0  # entries made anew
    generation: str = ""
    notes: tuple[str, ...] = ()


class IndexWriter:
    """The generation being built. Made by `build` only; one thread."""

    def __init__(
        self, folder: Path, engine: Engine, *, dead_links: int, read_page: ReadPage | None = None
    ) -> None:
        self.done = Changed()
        self._changes = Changes(folder / "documents.sqlite")
        self._fingerprints = self._changes.fingerprints()
        self._engine = engine
        self._folder = folder / "engine"
        words = folder / "lexicon"
        self._entries = Entries(engine, self._folder, words if words.exists() else None)
        self._words = WordChanges()
        self._read_page = read_page
        self._seen: set[str] = set()
        self._dead_links = self._changes.dead_links()
        self._new_dead_links = dead_links

    def state(self) -> dict[str, str]:
        """Return document id → fingerprint (`archiver.index.fingerprint`) of what is held."""
        return dict(self._fingerprints)

    def put(self, document: Document, pages: Iterable[Page]) -> bool:
        """Add or replace a document; tell whether it had changed.

        `pages` is read only when terms must be made anew, so it may be a generator. A document
        without pages is found by its title, topics and fields. Each document once a build.
        """
        doc_id = document.doc_id
        if doc_id in self._seen:
            raise ValueError(f"document {doc_id} was put twice")
        self._seen.add(doc_id)
        data = codec.to_json(document)
        whole = fields.fingerprint_of(data)
        known = self._fingerprints.get(doc_id)
        if known == whole:
            self.done.unchanged += 1
            return False
        text, head = fields.text_fingerprint(document), fields.head_fingerprint(document)
        is_new = known is None
        old_text, old_head = ("", "") if is_new else self._changes.parts(doc_id) or ("", "")
        if old_text != text:
            if not is_new:
                self._take_words(doc_id)
                self._entries.remove(self._changes.remove_pages(doc_id))
            self._put_pages(document, pages)
        elif old_head != head:
            self._replace_head(document, pages)
        self._changes.put_document(document, data, (whole, text, head), is_new=is_new)
        self._fingerprints[doc_id] = whole
        if is_new:
            self.done.added += 1
        else:
            self.done.changed += 1
        return True

    def remove(self, doc_id: str) -> None:
        """Remove a document; an unknown one is no error."""
        if self._fingerprints.pop(doc_id, None) is not None:
            self._take_words(doc_id)
            self._entries.remove(self._changes.remove_document(doc_id))
            self.done.removed += 1

    def keep_only(self, doc_ids: Collection[str]) -> None:
        """Remove every document that is not among these."""
        for doc_id in sorted(set(self._fingerprints).difference(doc_ids)):
            self.remove(doc_id)

    def _put_pages(self, document: Document, pages: Iterable[Page]) -> None:
        is_first = True
        for page in pages:
            self._put_page(document, page, is_first=is_first)
            is_first = False
        if is_first:
            self._put_page(document, Page(number=1, text=""), is_first=True)

    def _put_page(self, document: Document, page: Page, *, is_first: bool) -> None:
        key = None
        if fields.is_searchable(page, is_first=is_first):
            key = self._changes.take_key()
            self._entries.put(fields.page_texts(document, page, key=key, is_first=is_first))
            self._words.add(page.text)
            self.done.pages += 1
        self._changes.put_page(document.doc_id, page, key)

    def _take_words(self, doc_id: str) -> None:
        """Take the words of the pages away that a document is about to lose."""
        texts = self._changes.texts(doc_id)
        held = self._changes.document(doc_id) if texts else None
        for number, check in texts:
            self._words.take(self._text_of(held, number), check)

    def _text_of(self, document: Document | None, number: int) -> str | None:
        if document is None or self._read_page is None:
            return None
        try:
            return self._read_page(document, number).text
        except CorpusError:
            return None

    def _replace_head(self, document: Document, pages: Iterable[Page]) -> None:
        number, old_key = self._changes.keys(document.doc_id)[0]
        page = next(iter(pages), Page(number=number, text=""))
        key = self._changes.take_key()
        self._entries.remove([old_key])
        self._entries.put(fields.page_texts(document, page, key=key, is_first=True))
        self._changes.change_key(document.doc_id, number, key)
        self.done.pages += 1

    @property
    def is_changed(self) -> bool:
        """Tell whether a new generation is needed."""
        done = self.done
        links = self._dead_links != self._new_dead_links
        return bool(done.added or done.changed or done.removed or links)

    def generation_id(self, versions: Versions, lexicon: Path) -> str:
        """Return the id of the state: of versions, lexicon and all fingerprints."""
        digest = hashlib.sha256(repr(versions).encode())
        if lexicon.exists():
            digest.update(hashlib.sha256(lexicon.read_bytes()).digest())
        digest.update(str(self._new_dead_links).encode())
        for doc_id, fingerprint in sorted(self._fingerprints.items()):
            digest.update(f"\n{doc_id} {fingerprint}".encode())
        return digest.hexdigest()

    def commit(self) -> None:
        """Write engine files and database."""
        self._entries.commit()
        analyzer = Analyzer()
        words = self._words.counted(
            *self._changes.words(), lambda text: fields.words_of(text, analyzer)
        )
        self._changes.put_columns(dead_links=self._new_dead_links)
        self._entries.finish()
        self._changes.put_words(words or self._words_of_engine(), self._entries.stems_of)
        self._changes.commit()
        self.close()

    def _words_of_engine(self) -> list[tuple[str, int]]:
        reader = self._engine.open(self._folder)
        try:
            return list(reader.terms())
        finally:
            reader.close()

    def close(self) -> None:
        """Let go of the files; without `commit` before it, what was put is lost."""
        self._entries.close()
        self._changes.close()


@contextmanager
def build(
    index: Path,
    *,
    lexicon: Callable[[], Iterable[str]] | None = None,
    engine: str | None = None,
    rebuild: bool = False,
    dead_links: int = 0,
    read_page: ReadPage | None = None,
) -> Iterator[IndexWriter]:
    """Give a writer on a copy of the live generation; swap it in at the end of the block.

    `lexicon` gives the folded words that compounds are split by; it is asked only when a
    generation is built from nothing, and its words stay with that generation; None for whole words
    only. Without `engine` that of the live generation is kept. A build starts from nothing when
    there is no live generation, when that is damaged, of other versions, of another engine or
    otherwise split, or with `rebuild`. `read_page` gives pages that go once more, so that their
    words need not be looked for in the whole index. `writer.done` says what was done. Raises
    LockedError, StorageError, and ConfigError for an engine that is not installed.
    """
    with generations.building(index) as folder, _sqlite_errors(index):
        base, notes = _live(index)
        kept = base.manifest.versions.engine if base else ""
        chosen = load_engine(engine or (kept if kept in ENGINES else DEFAULT_ENGINE))
        versions = Versions(chosen.name, chosen.version, ANALYSIS_VERSION, fields.SCHEMA_VERSION)
        if base is not None:
            why = _unfit(base, versions, has_lexicon=lexicon is not None)
            if why:
                base, notes = None, (f"built anew, because {why}",)
        if rebuild:
            base, notes = None, ()
        _prepare(folder, base, chosen, lexicon)
        words = folder / "lexicon"
        writer = IndexWriter(folder, chosen, dead_links=dead_links, read_page=read_page)
        writer.done.notes = notes
        try:
            yield writer
            if base is not None and not writer.is_changed:
                writer.done.generation = base.manifest.generation
                return
            writer.commit()
        finally:
            writer.close()
        identity = writer.generation_id(versions, words)
        manifest = Manifest(generation=identity, versions=versions, has_lexicon=words.exists())
        generations.swap(index, folder, manifest)
        writer.done.generation = identity


def _live(index: Path) -> tuple[Generation | None, tuple[str, ...]]:
    """Return the live generation, None when there is none or it is damaged, and why."""
    try:
        base = generations.live(index)
        base.verify()
    except NoGenerationError:
        return None, ()
    except DamagedGenerationError as error:
        return None, (f"built anew, because {error.message}",)
    return base, ()


def _unfit(base: Generation, versions: Versions, *, has_lexicon: bool) -> str:
    """Say why a whole generation cannot be changed into the one wanted, "" when it can."""
    old = base.manifest.versions
    if old.engine != versions.engine:
        return f"the engine is now {versions.engine}"
    if old != versions or not has_schema(base.folder / "documents.sqlite"):
        return "the program's analysis or index format changed"
    if base.manifest.has_lexicon != has_lexicon:
        return f"compounds are {'now' if has_lexicon else 'no longer'} split"
    return ""


def _prepare(
    folder: Path,
    base: Generation | None,
    engine: Engine,
    lexicon: Callable[[], Iterable[str]] | None,
) -> None:
    """Fill the new folder with the base's state, or with nothing but the lexicon."""
    (folder / "engine").mkdir(mode=0o700)
    if base is not None:
        engine.inherit(base.folder / "engine", folder / "engine")
        shutil.copyfile(base.folder / "documents.sqlite", folder / "documents.sqlite")
        if base.manifest.has_lexicon:
            shutil.copyfile(base.folder / "lexicon", folder / "lexicon")
    elif lexicon is not None:
        Lexicon.write(folder / "lexicon", lexicon())


@contextmanager
def _sqlite_errors(index: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(f"{index}: cannot write the index ({error})") from error
