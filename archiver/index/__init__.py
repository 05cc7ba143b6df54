"""The index: derived from the corpus, disposable, and never changed under a reader.

`build` makes a new generation beside the live one and swaps it in; `Index` reads. An engine behind
a port (`port`) finds pages by finished terms; documents, dates, facets and words are kept beside
it, the same for every engine. Only this package touches the index folder.
"""

from typing import TYPE_CHECKING

from archiver.index.fields import SCHEMA_VERSION, fingerprint
from archiver.index.reader import Index

if TYPE_CHECKING:
    from archiver.index.writer import Changed, IndexWriter, build

__all__ = ["SCHEMA_VERSION", "Changed", "Index", "IndexWriter", "build", "fingerprint"]


def __getattr__(name: str) -> object:
    """Load the writer when it is asked for; a search does not need it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from archiver.index import writer

    return getattr(writer, name)
