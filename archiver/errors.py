"""Every error the product raises on purpose, with its exit code and its remedy.

    ArchiverError
    ├── UsageError                     wrong words on the command line
    │   └── QueryError                 a query that cannot be understood; knows the place
    ├── NetworkError                   a seed that does not resolve, times out, is refused
    ├── ConfigError                    a wrong archiver.toml, profile or corrections file
    ├── NoWorkspaceError               no archiver.toml here or above
    ├── LockedError                    another run holds the workspace
    ├── CorpusError                    WARC files or catalogue: the precious part
    │   ├── DamagedRecordError         one record cannot be read back
    │   │   └── NoLibraryError         its bytes are whole, the library to read them is not there
    │   └── StorageError               disk full, read-only, I/O error
    ├── GenerationError                the index, which can always be rebuilt
    │   ├── NoGenerationError          nothing has been indexed yet
    │   └── DamagedGenerationError     noticed damage; says how to rebuild
    ├── ExtractionError                one document's bytes cannot be read
    └── ExportError                    an output that cannot be written whole

A message is one line: what is wrong, where, and what to do. Pure: no I/O.
"""

from enum import IntEnum

__all__ = [
    "ArchiverError",
    "ConfigError",
    "CorpusError",
    "DamagedGenerationError",
    "DamagedRecordError",
    "ExitCode",
    "ExportError",
    "ExtractionError",
    "GenerationError",
    "LockedError",
    "NetworkError",
    "NoGenerationError",
    "NoLibraryError",
    "NoWorkspaceError",
    "QueryError",
    "StorageError",
    "UsageError",
]


class ExitCode(IntEnum):
    """What a command's exit code says; stable within a major version."""

    OK = 0
    NOTHING_FOUND = 1  # `search` only, as grep does
    ERROR = 2
    PARTLY = 3  # done, but some sources failed
    NO_WORKSPACE = 10
    LOCKED = 11
    INTERRUPTED = 130
    TERMINATED = 143


class ArchiverError(Exception):
    """Base of all errors that end in one clear line instead of a traceback."""

    exit_code: ExitCode = ExitCode.ERROR
    remedy: str = ""

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if remedy is not None:
            self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} – {self.remedy}" if self.remedy else self.message


class UsageError(ArchiverError):
    """Wrong words on the command line."""


class QueryError(UsageError):
    """A query that cannot be understood.

    `query` is the text as typed, `position` the offset of the offending place in it
    (characters, 0-based), `length` its extent.
    """

    def __init__(
        self, message: str, *, query: str, position: int, length: int = 1, remedy: str | None = None
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.query = query
        self.position = position
        self.length = length

    def caret(self) -> str:
        """Return the query with a caret line under the place, for a terminal.

        >>> print(QueryError("unknown field", query="foo:bar", position=0, length=3).caret())
        foo:bar
        ^^^
        """
        return f"{self.query}\n{' ' * self.position}{'^' * max(1, self.length)}"


class NetworkError(ArchiverError):
    """A seed that does not resolve, times out, is refused, or answers with an error."""


class ConfigError(ArchiverError):
    """A wrong archiver.toml, site profile or corrections file: file, key, what is allowed."""


class NoWorkspaceError(ArchiverError):
    """No archiver.toml in the working directory or above."""

    exit_code = ExitCode.NO_WORKSPACE
    remedy = "make one with: archiver init PATH --seed URL"


class LockedError(ArchiverError):
    """Another run holds the workspace."""

    exit_code = ExitCode.LOCKED
    remedy = "wait for it to end, then try again"


class CorpusError(ArchiverError):
    """The WARC files or the catalogue are not as they must be."""


class DamagedRecordError(CorpusError):
    """One record cannot be read back; everything else stays readable."""


class NoLibraryError(DamagedRecordError):
    """A record is whole, but the library that undoes its content coding is not installed."""

    remedy = "pip install 'forum-archiver[codings]', then: archiver index"


class StorageError(CorpusError):
    """The disk is full, read-only or failing; nothing reported as stored is lost."""

    remedy = "make room or mend the disk, then run the same command again"


class GenerationError(ArchiverError):
    """The index is not usable; it can always be rebuilt from the corpus."""

    remedy = "rebuild it with: archiver index --rebuild"


class NoGenerationError(GenerationError):
    """Nothing has been indexed yet."""

    remedy = "build it with: archiver index"


class DamagedGenerationError(GenerationError):
    """The index files are damaged, truncated or not ours."""


class ExtractionError(ArchiverError):
    """One document's bytes cannot be read."""


class ExportError(ArchiverError):
    """An output that cannot be written whole; no partial file is left."""
