"""Engines by name, each imported when first needed."""

from importlib import import_module
from typing import cast

from archiver.errors import ConfigError
from archiver.index.port import Engine

DEFAULT_ENGINE = "whoosh"
ENGINES = (DEFAULT_ENGINE,)


def load_engine(name: str) -> Engine:
    """Return an engine; raise ConfigError for an unknown one."""
    if name not in ENGINES:
        raise ConfigError(f"unknown engine `{name}`: allowed are {', '.join(ENGINES)}")
    return cast("Engine", import_module(f"archiver.index.{name}"))
