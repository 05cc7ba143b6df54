"""Archive the records of citizen forums and search them by session, date and topic.

with archiver.open("forum") as forum:
    answer = forum.search("Radweg", limit=5)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.api import open_archive as open  # noqa: A004  the word for it

__all__ = ["SOFTWARE", "__version__", "open"]

__version__ = "0.1.0"

SOFTWARE = f"forum-archiver/{__version__}"
"""How the program names itself to sites (RFC 9110, 10.1.5), in WARC files and packages."""


def __getattr__(name: str) -> object:
    """Load the reading side when it is first asked for (PEP 562): the command line is quicker."""
    if name == "open":
        from archiver.api import open_archive

        return open_archive
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
