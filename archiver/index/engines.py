"""Engines by name, each imported when first needed."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import cast

from archiver.errors import ConfigError
from archiver.index.port import Engine

DEFAULT_ENGINE = "whoosh"
ENGINES = (DEFAULT_ENGINE, "tantivy")
_EXTRAS = {"tantivy": "fast"}


def load_engine(name: str) -> Engine:
    """Return an engine; raise ConfigError for one that is unknown or not installed."""
    if name not in ENGINES:
        raise ConfigError(f"unknown engine `{name}`: allowed are {', '.join(ENGINES)}")
    with _lean_imports():
        try:
            return cast("Engine", import_module(f"archiver.index.{name}"))
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            raise ConfigError(
                f"the engine `{name}` is not installed – install forum-archiver[{_EXTRAS[name]}], "
                f"or use the engine `{DEFAULT_ENGINE}`"
            ) from None


@contextmanager
def _lean_imports() -> Iterator[None]:
    """Keep HTTP, e-mail and TLS out of a search, and remarks on the engine's syntax.

    Whoosh imports one name of `urllib.request` that it never uses; what comes with it took a
    seventh of a cold search. Not yet compiled, Whoosh also brings a SyntaxWarning to the terminal.
    """
    name = "urllib.request"
    stand_in = ModuleType(name)
    stand_in.urlretrieve = None  # type: ignore[attr-defined]
    is_ours = sys.modules.setdefault(name, stand_in) is stand_in
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if is_ours:
            del sys.modules[name]
