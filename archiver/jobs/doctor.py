"""Looks at program, libraries and workspace, and says what is wrong with them. Changes nothing."""

import locale
import os
import platform
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from archiver import __version__
from archiver.amounts import counted, size
from archiver.environment import unknown_variables
from archiver.errors import ArchiverError, NoGenerationError, NoWorkspaceError
from archiver.workspace import Workspace

State = Literal["ok", "note", "wrong"]
_DISTRIBUTION = "forum-archiver"
_RIVALS = ("whoosh-reloaded", "whoosh3")  # of the same import name as Whoosh
_PYTHON = (3, 11)
_LEAST_FREE = 500_000_000  # bytes; below that a crawl soon ends
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)\s*(?P<bounds>[^;]*)(?P<marker>;.*)?")
_BOUND = re.compile(r"(==|>=|<=|<|>|!=)\s*([0-9][0-9.]*)")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what it is, how it stands, and what to do when it is wrong."""

    subject: str
    state: State
    found: str
    remedy: str = ""


def examine(
    open_workspace: Callable[[], Workspace],
    variables: Mapping[str, str],
    *,
    own_variables: tuple[str, ...] = (),
    deep: bool = False,
) -> Iterator[Check]:
    """Yield every check; with `deep` all files of the index are read."""
    yield from _program()
    yield from _libraries()
    yield from _surroundings(variables, own_variables)
    try:
        workspace = open_workspace()
    except NoWorkspaceError as error:
        yield Check("workspace", "note", error.message, error.remedy)
        yield _tesseract(None)
        return
    except ArchiverError as error:
        yield Check("workspace", "wrong", error.message, error.remedy or "mend the file")
        return
    yield Check("workspace", "ok", str(workspace.root))
    yield _tesseract(workspace)
    yield from _files(workspace)
    yield _disk(workspace)
    yield from _corpus(workspace)
    yield _index(workspace, deep=deep)


def _program() -> Iterator[Check]:
    python = platform.python_version()
    if sys.version_info >= _PYTHON:
        yield Check("Python", "ok", f"{python} ({sys.executable})")
    else:
        yield Check("Python", "wrong", python, "install Python 3.11 or newer")
    yield Check("archiver", "ok", __version__)
    yield Check("SQLite", "ok", sqlite3.sqlite_version)


def _libraries() -> Iterator[Check]:
    try:
        requirements = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        yield Check("libraries", "note", "not installed as a package, so versions are not known")
        return
    found = []
    for requirement in requirements:
        match = _REQUIREMENT.match(requirement)
        if match is None or "extra" in (match["marker"] or ""):
            continue
        name, bounds = match["name"], match["bounds"].strip()
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Check(name, "wrong", "is missing", f"pip install '{name}{bounds}'")
            continue
        if not is_within(version, bounds):
            yield Check(name, "wrong", f"{version}, not {bounds}", f"pip install '{name}{bounds}'")
        else:
            found.append(f"{name} {version}")
    yield Check("libraries", "ok", ", ".join(found))
    for rival in _RIVALS:
        try:
            version = metadata.version(rival)
        except metadata.PackageNotFoundError:
            continue
        what = f"{version} stands in the way of Whoosh"
        yield Check(rival, "wrong", what, f"pip uninstall {rival}; reinstall Whoosh==2.7.4")


def is_within(version: str, bounds: str) -> bool:
    """Tell whether a version lies within bounds like ">=4.13,<5"; letters are passed over.

    >>> is_within("4.9.1", ">=4.13"), is_within("2.7.4", "==2.7.4"), is_within("8.3.0rc1", ">=8.2")
    (False, True, True)
    """
    compared = {
        "==": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
        ">=": lambda a, b: a >= b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        "<": lambda a, b: a < b,
    }
    return all(
        compared[sign](_numbers(version), _numbers(bound)) for sign, bound in _BOUND.findall(bounds)
    )


def _numbers(version: str) -> tuple[int, ...]:
    parts = [int(number) for number in re.findall(r"\d+", version.partition("+")[0])[:3]]
    return tuple(parts + [0] * (3 - len(parts)))


def _surroundings(variables: Mapping[str, str], own_variables: tuple[str, ...]) -> Iterator[Check]:
    encoding = locale.getpreferredencoding(do_setlocale=False)
    is_utf8 = encoding.lower().replace("-", "") == "utf8"
    yield Check(
        "characters",
        "ok" if is_utf8 else "note",
        encoding,
        "" if is_utf8 else "set LANG to a UTF-8 locale, such as C.UTF-8",
    )
    for name in unknown_variables(variables, own_variables):
        yield Check("environment", "note", f"{name} sets nothing", "see: archiver config show")


def _tesseract(workspace: Workspace | None) -> Check:
    from archiver.extract.ocr import version
    from archiver.extract.settings import ExtractSettings

    settings = workspace.settings.extract if workspace is not None else ExtractSettings()
    found = version(settings.ocr_language)
    if found is not None:
        return Check("Tesseract", "ok", f"{found}, language {settings.ocr_language}")
    what = f"not installed with language {settings.ocr_language}; scanned pages have no text"
    remedy = "install it (Debian: tesseract-ocr tesseract-ocr-deu)"
    return Check("Tesseract", "wrong" if settings.ocr else "note", what, remedy)


def _files(workspace: Workspace) -> Iterator[Check]:
    """Check what a person writes besides archiver.toml."""
    from archiver.jobs.saved import saved_searches

    read: dict[str, Callable[[], object]] = {
        "sites": workspace.sites,
        "saved.toml": lambda: len(saved_searches(workspace)),
        "corrections.toml": workspace.corrections,
    }
    for subject, load in read.items():
        try:
            load()
        except ArchiverError as error:
            yield Check(subject, "wrong", error.message, error.remedy or "mend the file")
    names = ", ".join(entry.name for entry in workspace.settings.site)
    if not names:
        yield Check("sites", "note", "none", "add a [[site]] to archiver.toml")
    else:
        yield Check("sites", "ok", names)


def _disk(workspace: Workspace) -> Check:
    free = shutil.disk_usage(workspace.root).free
    needed = max(_LEAST_FREE, _bytes_of(workspace.index_folder))
    if not os.access(workspace.root, os.W_OK):
        return Check("disk", "note", f"{size(free)} free; the workspace cannot be written to")
    if free < needed:
        return Check("disk", "wrong", f"{size(free)} free, {size(needed)} are needed", "make room")
    return Check("disk", "ok", f"{size(free)} free")


def _bytes_of(folder: Path) -> int:
    """Return the size of all files in a folder; an update may take some away meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size
    return total


def _corpus(workspace: Workspace) -> Iterator[Check]:
    if not workspace.corpus_folder.is_dir():
        yield Check("corpus", "note", "nothing was crawled yet", "archiver crawl")
        return
    try:
        with workspace.open_corpus(read_only=True) as corpus:
            held = corpus.status()
            runs = corpus.runs(limit=1)
    except ArchiverError as error:
        yield Check("corpus", "wrong", error.message, error.remedy)
        return
    if held.damaged:
        yield Check("corpus", "wrong", f"damaged: {'; '.join(held.damaged[:3])}",
                    "restore the WARC files, then: archiver verify")  # fmt: skip
    else:
        what = f"{counted(held.captures, 'capture')} in {counted(held.warc_files, 'WARC file')}"
        yield Check("corpus", "ok", f"{what}, {size(held.warc_bytes)}")
    if runs:
        code = runs[0].get("exit_code")
        what = f"{runs[0].get('command')} ended with {code}"
        if code in (0, 3, 130, 143):
            yield Check("last run", "ok" if code == 0 else "note", what, "archiver status")
        else:
            why = f": {runs[0]['error']}" if runs[0].get("error") else ""
            yield Check("last run", "wrong", f"{what}{why}", "archiver status")


def _index(workspace: Workspace, *, deep: bool) -> Check:
    try:
        with ExitStack() as stack:
            index = stack.enter_context(workspace.open_index())
            if index.notes:
                return Check("index", "wrong", "; ".join(index.notes), "archiver index --rebuild")
            if deep:
                index.verify()
            what = f"generation {index.generation[:12]}, {counted(index.coverage.pages, 'page')}"
            return Check("index", "ok", f"{what}{', every file read' if deep else ''}")
    except NoGenerationError as error:
        return Check("index", "note", error.message, error.remedy)
    except ArchiverError as error:
        return Check("index", "wrong", error.message, error.remedy)
