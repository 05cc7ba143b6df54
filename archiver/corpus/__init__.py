"""The corpus folder: WARC files, catalogue, derived texts, run records. Its one owner.

`Corpus` is the face. It is loaded when first asked for, so that a search which only reads page
texts (`archiver.corpus.derived`) does not pay for the rest.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.corpus.store import Corpus, CorpusOptions

__all__ = ["Corpus", "CorpusOptions"]


def __getattr__(name: str) -> object:
    """Load the face when it is first asked for (PEP 562)."""
    if name in __all__:
        from archiver.corpus import store

        return getattr(store, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
