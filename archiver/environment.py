"""Settings from ARCHIVER_… variables over those of archiver.toml, and where each comes from.

`ARCHIVER_CRAWL_CONCURRENCY=4` is `concurrency = 4` under `[crawl]`. Pure: the variables are
handed in.
"""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from archiver.codec import to_builtins, toml_string
from archiver.config import Settings, read_settings
from archiver.errors import ConfigError
from archiver.finding import CONFIG_NAME

PREFIX = "ARCHIVER_"
_NOT_SET_HERE = ("format", "site")
_SECRET = "extract.passwords"  # noqa: S105  a setting's name


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it holds: dotted key, value as JSON knows it, where it comes from.

    `variable` is the environment variable that can set it, None for those of a site.
    """

    key: str
    value: Any
    origin: str
    variable: str | None = None


def with_environment(settings: Settings, variables: Mapping[str, str]) -> Settings:
    """Return the settings with what the variables say; raise ConfigError naming a wrong one."""
    asked = {name: text for name, text in variables.items() if name.startswith(PREFIX)}
    if not asked:
        return settings
    keys = _keys()
    for name, text in sorted(asked.items()):
        if name not in keys:
            _refuse_misspelt(name, keys)
            continue
        table, key = keys[name]
        read = _read(name, table, key, text)
        if table is None:
            settings = replace(settings, **{key: getattr(read, key)})
        else:
            part = replace(getattr(settings, table), **{key: getattr(getattr(read, table), key)})
            settings = replace(settings, **{table: part})
    return settings


def settings_shown(
    settings: Settings, text: str, variables: Mapping[str, str]
) -> Iterator[Setting]:
    """Yield every setting as it holds, with its origin; `text` is the archiver.toml.

    Passwords are counted, not shown.
    """
    written = tomllib.loads(text)
    by_key = {(table, key): name for name, (table, key) in _keys().items()}
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if field.name == "site":
            yield from _of_sites(value, written.get("site", []))
        elif is_dataclass(value):
            table = written.get(field.name, {})
            for inner in fields(value):
                variable = by_key[field.name, inner.name]
                key, shown = f"{field.name}.{inner.name}", to_builtins(getattr(value, inner.name))
                yield Setting(
                    key,
                    ["…" for _ in shown] if key == _SECRET else shown,
                    _origin(variable, variables, is_written=inner.name in table),
                    variable,
                )
        else:
            variable = by_key.get((None, field.name), "")
            origin = _origin(variable, variables, is_written=field.name in written)
            yield Setting(field.name, to_builtins(value), origin, variable or None)


def unknown_variables(variables: Mapping[str, str], known: tuple[str, ...]) -> list[str]:
    """Return the ARCHIVER_… variables that set nothing; `known` are the others that do.

    >>> unknown_variables({"ARCHIVER_CHILDREN": "1", "ARCHIVER_COLOUR": "1"}, ())
    ['ARCHIVER_COLOUR']
    """
    keys = _keys()
    return sorted(n for n in variables if n.startswith(PREFIX) and n not in keys and n not in known)


def _keys() -> dict[str, tuple[str | None, str]]:
    """Return variable → table and key of everything that a variable can set."""
    found: dict[str, tuple[str | None, str]] = {}
    empty = Settings()
    for field in fields(Settings):
        value = getattr(empty, field.name)
        if is_dataclass(value):
            for inner in fields(value):
                name = f"{PREFIX}{field.name}_{inner.name}".upper()
                found[name] = field.name, inner.name
        elif field.name not in _NOT_SET_HERE:
            found[f"{PREFIX}{field.name}".upper()] = None, field.name
    return found


def _refuse_misspelt(name: str, keys: Mapping[str, object]) -> None:
    """Raise ConfigError for a variable that begins like a table's but names no key of it.

    Others may belong to somebody else.
    """
    tables = {key.split("_")[1] for key in keys if key.count("_") > 1}
    if name.split("_")[1] in tables:
        near = difflib.get_close_matches(name, keys, n=1)
        hint = f" – did you mean {near[0]}?" if near else ""
        raise ConfigError(f"environment: {name} is no setting{hint}")


def _read(name: str, table: str | None, key: str, text: str) -> Settings:
    """Read a value as TOML has it (4, true, ["a"]), else as plain text."""
    head = f"[{table}]\n" if table else ""
    plain = toml_string(text)
    try:
        tomllib.loads(f"x = {text}\n")
    except tomllib.TOMLDecodeError:
        values = [plain]
    else:
        values = [text, plain]
    problem: ConfigError | None = None
    for value in values:
        try:
            return read_settings(f"{head}{key} = {value}\n", source=f"environment: {name}")
        except ConfigError as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _origin(variable: str, variables: Mapping[str, str], *, is_written: bool) -> str:
    if variable and variable in variables:
        return variable
    return CONFIG_NAME if is_written else "default"


def _of_sites(entries: Any, written: list[dict[str, Any]]) -> Iterator[Setting]:
    for entry, table in zip(entries, written, strict=True):
        for inner in fields(entry):
            origin = CONFIG_NAME if inner.name in table else "default"
            value = to_builtins(getattr(entry, inner.name))
            yield Setting(f"site.{entry.name}.{inner.name}", value, origin)
