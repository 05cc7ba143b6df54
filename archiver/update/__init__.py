"""From the corpus to the index: extract what has no text, resolve documents, index what changed.

    sources ─▶ texts (sandbox) ─▶ groups ─▶ resolve ─▶ versions ─▶ index

`update` is the whole of it; `sittings` tells which sittings the documents make up.
"""

from archiver.update.apply import update
from archiver.update.report import Unread, UpdateReport

__all__ = ["Unread", "UpdateReport", "update"]
