"""What is out of view by decision, withdrawn or erased, told of whole documents.

For readers of what was derived before a decision: an index not yet brought up to date, or one of
a generation before. Only reads the two journals; must not know the index.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from archiver.corpus.erasure import Erasures
from archiver.corpus.folder import Layout
from archiver.corpus.withdrawal import Withdrawals
from archiver.errors import StorageError
from archiver.model import Document

INDEXED = "indexed"
"""The derived mark under which stands what the last index knew of (`indexed_mark`)."""


def indexed_mark(generation: str, decisions: str) -> str:
    """Name a generation of the index and the decisions it was built by."""
    return f"{generation} {decisions}"


def decisions_mark(corpus_folder: Path) -> str:
    """Return a digest of all decisions of a corpus; empty while there are none.

    Raises StorageError when a journal cannot be read.
    """
    layout = Layout(corpus_folder)
    digest, is_any = hashlib.sha256(), False
    for path in (layout.withdrawn, layout.erased):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            content = b""
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
        digest.update(b"%d:" % len(content) + content)
        is_any = is_any or bool(content)
    return digest.hexdigest() if is_any else ""


class Decisions:
    """The decisions of a corpus. Raises CorpusError for a journal that cannot be read."""

    def __init__(self, withdrawals: Withdrawals, erasures: Erasures) -> None:
        self._withdrawals = withdrawals
        self._erasures = erasures

    @classmethod
    def read(cls, corpus_folder: Path) -> "Decisions":
        """Read the journals of a corpus."""
        layout = Layout(corpus_folder)
        return cls(Withdrawals(layout.withdrawn), Erasures(layout.erased))

    def visible(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield the documents that may be shown."""
        return (document for document in documents if not self.hide(document))

    def hide(self, document: Document) -> bool:
        """Tell whether a document, as it was resolved before, must not be shown any more.

        One that also stands under another address comes back with the next index.
        """
        url, digest = document.urls[0], document.payload_digest
        return bool(
            self._withdrawals.find(url, digest)
            or self._erasures.find(url, digest)
            or (document.captures and self._erasures.of_capture(document.captures[0]))
        )
