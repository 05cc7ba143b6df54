"""What was chosen for documents, remembered from update to update.

A change on one page leaves nearly all documents what they were. The choice for each is kept with
the digest of all that it follows from; where that is as it was, nothing of the document is read or
weighed again. Knows keys and values, not where they are kept.
"""

import zlib
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import NamedTuple, Protocol

from archiver.codec import from_json, to_json
from archiver.sites.resolving import Resolved
from archiver.update.unchanged import code_digest

_KEY_BYTES = 16


class KeptChoice(NamedTuple):
    """A document's choices by their keys: of its own readings, and with what it inherits."""

    own_key: bytes
    own: bytes
    whole_key: bytes = b""
    whole: bytes = b""


class Keeper(Protocol):
    """Where choices are kept, by doc_id; `None` for what is not held."""

    def kept_choice(self, doc_id: str) -> tuple[bytes, bytes, bytes, bytes] | None:
        """Return what is kept of a document."""

    def keep_choices(
        self, site: str, choices: Mapping[str, tuple[bytes, bytes, bytes, bytes] | None]
    ) -> None:
        """Keep the choices of a site's documents; None stands for those that are as they were.

        What is kept of its other documents goes.
        """


class Chosen:
    """The choices of a site's documents; what is not kept yet is made and kept by `keep`.

    Without a keeper everything is made. The answers are the same with and without.
    """

    def __init__(self, site: str, keeper: Keeper | None = None) -> None:
        self._site = site
        self._keeper = keeper
        self._held: dict[str, KeptChoice] = {}
        self._new: dict[str, KeptChoice] = {}

    def own(self, doc_id: str, key: bytes, make: Callable[[], Resolved]) -> Callable[[], Resolved]:
        """Return what gives the choice among a document's own readings."""
        if self._keeper is None:
            return make
        row = self._keeper.kept_choice(doc_id)
        held = KeptChoice(*row) if row else None
        if held is not None and held.own_key == key:
            self._held[doc_id] = held
            packed = held.own
            return lambda: _unpack(packed)
        made = make()
        self._held[doc_id] = self._new[doc_id] = KeptChoice(key, _pack(made))
        return lambda: made

    def whole(
        self, doc_id: str, key: bytes, make: Callable[[], Resolved]
    ) -> Callable[[], Resolved]:
        """Return what gives the choice with what the document inherits; asked after `own`."""
        if self._keeper is None:
            return make
        held = self._held[doc_id]
        if held.whole_key == key:
            packed = held.whole
            return lambda: _unpack(packed)
        made = make()
        self._new[doc_id] = held._replace(whole_key=key, whole=_pack(made))
        return lambda: made

    def keep(self) -> None:
        """Keep what was made; of documents that were not asked for nothing is kept."""
        if self._keeper is not None:
            self._keeper.keep_choices(
                self._site, {doc_id: self._new.get(doc_id) for doc_id in self._held}
            )
        self._new = {}


def key_of(*parts: object) -> bytes:
    """Return the digest of all that a choice follows from, the readers' code among it."""
    return sha256(code_digest().encode() + to_json(parts)).digest()[:_KEY_BYTES]


def _pack(resolved: Resolved) -> bytes:
    return zlib.compress(to_json(resolved), 1)


def _unpack(packed: bytes) -> Resolved:
    return from_json(zlib.decompress(packed), Resolved)
