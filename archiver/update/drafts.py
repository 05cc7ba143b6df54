"""Documents in the making: a group, all that is read of it, and what was chosen. Pure: no I/O."""

from dataclasses import dataclass

from archiver.model import Kind, Reading
from archiver.sites.resolving import Resolved
from archiver.update.groups import Group


@dataclass(slots=True)
class Draft:
    """A document in the making; `readings` holds all that counts, `resolved` what was chosen."""

    group: Group
    readings: list[Reading]
    kind: Kind
    resolved: Resolved
