"""Documents in the making: a group, all that is read of it, and what was chosen. Pure: no I/O."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from archiver.codec import to_json
from archiver.model import Kind, Reading
from archiver.sites.resolving import Resolved
from archiver.update.groups import Group


class Draft:
    """A document in the making; `readings` holds all that counts, `resolved` what was chosen.

    Both are made when they are first asked for: of most documents the choice is known from the
    last update. `key` stands for all that the choice follows from, until another one is made.
    """

    def __init__(
        self,
        group: Group,
        kind: Kind,
        *,
        key: bytes,
        readings: Callable[[], Sequence[Reading]],
        resolved: Callable[[], Resolved],
    ) -> None:
        self.group = group
        self.kind: Kind = kind
        self._key: bytes | None = key
        self._read = readings
        self._choose = resolved
        self._readings: Sequence[Reading] | None = None
        self._resolved: Resolved | None = None

    @property
    def readings(self) -> Sequence[Reading]:
        """All that is read of the group and counts for a document of its kind."""
        if self._readings is None:
            self._readings = self._read()
        return self._readings

    @property
    def resolved(self) -> Resolved:
        """What was chosen among the readings."""
        if self._resolved is None:
            self._resolved = self._choose()
        return self._resolved

    @resolved.setter
    def resolved(self, other: Resolved) -> None:
        self._resolved, self._key = other, None

    @property
    def key(self) -> bytes:
        """What stands for the choice: equal keys, equal choices."""
        if self._key is None:
            self._key = sha256(to_json(self.resolved)).digest()
        return self._key
