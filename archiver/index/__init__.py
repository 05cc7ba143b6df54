"""The index: derived from the corpus, disposable, and never changed under a reader.

`build` makes a new generation beside the live one and swaps it in; `Index` reads. An engine behind
a port (`port`) finds pages by finished terms; documents, dates, facets and words are kept beside
it, the same for every engine. Only this package touches the index folder.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.index.fields import SCHEMA_VERSION, fingerprint
    from archiver.index.reader import Index
    from archiver.index.writer import Changed, IndexWriter, build

__all__ = ["SCHEMA_VERSION", "Changed", "Index", "IndexWriter", "build", "fingerprint"]


def __getattr__(name: str) -> object:
    """Load each part when it is asked for: a search needs no writer, a completed word no reader."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = {"Index": "reader", "SCHEMA_VERSION": "fields", "fingerprint": "fields"}
    return getattr(import_module(f"archiver.index.{home.get(name, 'writer')}"), name)
