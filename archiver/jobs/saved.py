"""Searches kept by name in the workspace's saved.toml, which people may edit.

Reading is put off until a name is asked for, so that other searches do not pay for it. What is
written keeps the comments and order of the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from archiver.codec import from_toml, toml_string
from archiver.config import NAMES_ARE, is_name
from archiver.errors import ConfigError, UsageError
from archiver.jobs.whole import write_whole
from archiver.workspace import Workspace, read_text

_HEAD = (
    "# Saved searches: `query:NAME` stands for one in other queries; `archiver run` tells what is\n"
    "# new in each. Unknown keys are errors.\n"
    "format = 1\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One `[search.NAME]`."""

    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    format: Literal[1] = 1
    search: dict[str, _Entry] = field(default_factory=dict)


class SavedSearches(Mapping[str, str]):
    """Name → query, in the file's order. Reads when first asked; then raises ConfigError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _queries(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        return read_saved(read_text(self._path), source=str(self._path))

    def __getitem__(self, name: str) -> str:
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def __bool__(self) -> bool:
        """Answer without reading: there may be some."""
        return True


def saved_searches(workspace: Workspace) -> SavedSearches:
    """Return the workspace's saved searches; nothing is read yet."""
    return SavedSearches(workspace.saved_path)


def read_saved(text: str, *, source: str) -> dict[str, str]:
    """Return name → query of a saved.toml; raise ConfigError naming file and key.

    >>> read_saved('[search.radwege]\\nquery = "Radweg ODER Fahrradweg"', source="saved.toml")
    {'radwege': 'Radweg ODER Fahrradweg'}
    """
    found = from_toml(text, _File, source=source).search
    for name, entry in found.items():
        if not is_name(name):
            raise ConfigError(f"{source}: key `search`: {_no_name(name)}")
        if not entry.query.strip():
            raise ConfigError(f"{source}: key `search.{name}.query`: is empty")
    return {name: entry.query for name, entry in found.items()}


def check_name(name: str) -> None:
    """Raise UsageError unless a saved search may be called so."""
    if not is_name(name):
        raise UsageError(_no_name(name))


def add_saved(workspace: Workspace, name: str, query: str, *, overwrite: bool = False) -> None:
    """Keep a query under a name; raise UsageError for a wrong name or one in use."""
    check_name(name)
    known = saved_searches(workspace)
    if known.get(name) == query:
        return
    if name in known and not overwrite:
        raise UsageError(
            f"there is a saved search {name!r} already: {known[name]}",
            remedy="choose another name, or say --overwrite",
        )
    path = workspace.saved_path
    text = read_text(path) if path.exists() else _HEAD
    if name in known:
        text = without_table(text, f"search.{name}")
    text = f"{text.rstrip()}\n\n[search.{name}]\nquery = {toml_string(query)}\n"
    _write(path, text, expected={**_without(known, name), name: query})


def remove_saved(workspace: Workspace, name: str) -> None:
    """Forget a saved search; raise UsageError when there is none of that name."""
    known = saved_searches(workspace)
    if name not in known:
        raise UsageError(f"no saved search {name!r}; known: {', '.join(known) or 'none'}")
    path = workspace.saved_path
    text = without_table(read_text(path), f"search.{name}")
    _write(path, text, expected=_without(known, name))


def without_table(text: str, table: str) -> str:
    """Return TOML without one table: its head, and the lines down to the next one's.

    Comments above the next head stay with it.

    >>> print(without_table("[a]\\nx = 1\\n\\n# of b\\n[b]\\nx = 2\\n", "a"), end="")
    # of b
    [b]
    x = 2
    """
    kept: list[str] = []
    pending: list[str] = []
    is_inside = False
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if bare.startswith("["):
            is_inside = bare.partition("#")[0].strip() == f"[{table}]"
            if not is_inside:
                kept += pending
            pending = []
        if not is_inside:
            kept.append(line)
        elif bare.startswith("#"):
            pending.append(line)
        else:
            pending = []
    return "".join(kept)


def _write(path: Path, text: str, *, expected: Mapping[str, str]) -> None:
    """Write the file if it says what it should; raise ConfigError or StorageError."""
    try:
        read = read_saved(text, source=str(path))
    except ConfigError:
        read = {}
    if read != dict(expected):
        raise ConfigError(f"{path}: is written in a way that is not changed safely – edit it")
    try:
        content = text.encode()
    except UnicodeEncodeError as error:
        raise ConfigError(
            f"{path}: cannot hold {text[error.start]!r}, which is no letter"
        ) from error
    write_whole(path, content)


def _without(queries: Mapping[str, str], name: str) -> dict[str, str]:
    return {other: query for other, query in queries.items() if other != name}


def _no_name(name: str) -> str:
    return f"{name!r} is no name of a saved search – {NAMES_ARE}"
