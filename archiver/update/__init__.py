"""From the corpus to the index: extract what has no text, resolve documents, index what changed.

    sources ─▶ texts (sandbox) ─▶ groups ─▶ resolve ─▶ versions ─▶ index

`update` is the whole of it; `sittings` tells which sittings the documents make up.
"""

from typing import TYPE_CHECKING

from archiver.update.report import Unread, UpdateReport

if TYPE_CHECKING:
    from archiver.update.apply import update

__all__ = ["Unread", "UpdateReport", "update"]


def __getattr__(name: str) -> object:
    """Load the work itself when it is first asked for (PEP 562)."""
    if name == "update":
        from archiver.update import apply

        return apply.update
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
