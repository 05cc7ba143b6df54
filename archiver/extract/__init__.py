"""Extraction: from one capture's bytes to text, title and field values, in a child process.

`Sandbox` is the way in for every stage; `extract` and `read_links` are what its children run.
Nothing here fetches, stores or indexes. Each name is loaded when first asked for, so that a search,
which only reads the settings, does not pay for processes and parsers.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.extract.reading import extract
    from archiver.extract.sandbox import Sandbox
    from archiver.extract.settings import EXTRACTOR_VERSION, ExtractSettings, extractor_key
    from archiver.extract.task import Failure, Task
    from archiver.model import LinkReading

__all__ = [
    "EXTRACTOR_VERSION",
    "ExtractSettings",
    "Failure",
    "Sandbox",
    "Task",
    "extract",
    "extractor_key",
    "read_links",
]


def read_links(data: bytes, content_type: str | None, url: str) -> "LinkReading":
    """Read the links of one payload in this process; stages use `Sandbox.read_links`."""
    from archiver.extract.links import read_links as read

    return read(data, content_type, url)


if not TYPE_CHECKING:  # else every misspelt name would pass the type checker
    _ROOMS = {"extract": "reading", "Sandbox": "sandbox", "Failure": "task", "Task": "task"}

    def __getattr__(name: str) -> object:
        """Load what is asked for (PEP 562)."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_ROOMS.get(name, 'settings')}"), name)
