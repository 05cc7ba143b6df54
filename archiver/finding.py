"""Finds the folder of a workspace, as git finds a repository; reads nothing in it.

By a given path, then by the environment variable ARCHIVER_WORKSPACE, then in the working directory
and its parents. A module of its own because a shell that completes a word asks for no more.
"""

import os
from pathlib import Path

from archiver.errors import NoWorkspaceError

CONFIG_NAME = "archiver.toml"
INDEX_FOLDER = "index"


def find_folder(path: Path | None = None) -> Path:
    """Return the folder of the workspace; raise NoWorkspaceError where there is none."""
    if path is not None:
        return _checked(path, asked_by="-w")
    named = os.environ.get("ARCHIVER_WORKSPACE")
    if named:
        return _checked(Path(named), asked_by="ARCHIVER_WORKSPACE")
    try:
        here = Path.cwd()
    except FileNotFoundError:
        raise NoWorkspaceError("the working directory no longer exists") from None
    for folder in (here, *here.parents):
        if (folder / CONFIG_NAME).is_file():
            return folder
    raise NoWorkspaceError(f"no {CONFIG_NAME} in {here} or above")


def _checked(folder: Path, *, asked_by: str) -> Path:
    if not (folder / CONFIG_NAME).is_file():
        raise NoWorkspaceError(f"no {CONFIG_NAME} in {folder} ({asked_by})")
    return folder
