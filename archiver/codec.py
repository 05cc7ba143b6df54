"""Typed JSON and TOML: the one place that knows msgspec.

Dataclasses of `archiver.model` and of the settings go through here, so that what is written can
be read back into the same types, and a wrong file is refused with its key.
"""

import difflib
import re
from typing import Annotated, Any, TypeVar

import msgspec

from archiver.errors import ConfigError

T = TypeVar("T")

# Bounded numbers for settings: what is out of bounds is refused with its key.
Seconds = Annotated[float, msgspec.Meta(ge=0)]
PositiveSeconds = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
PositiveCount = Annotated[int, msgspec.Meta(ge=1)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]

_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`")


def to_json(value: Any, *, indent: int | None = None) -> bytes:
    """Encode a dataclass, or containers of them, as UTF-8 JSON with keys in declared order.

    >>> to_json({"sessions": (9, 10)})
    b'{"sessions":[9,10]}'
    """
    encoded = msgspec.json.encode(value)
    return encoded if indent is None else msgspec.json.format(encoded, indent=indent)


def from_json(data: bytes | str, kind: type[T]) -> T:
    """Decode JSON into `kind`; raise ValueError saying where it does not fit."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error


def to_builtins(value: Any) -> Any:
    """Turn dataclasses, dates and tuples into what JSON knows: dicts, lists, strings, numbers."""
    return msgspec.to_builtins(value)


def from_toml(text: str, kind: type[T], *, source: str) -> T:
    """Read strict, typed TOML: an unknown key, a wrong type, a bad value are errors.

    `source` names the file in the message. Raises ConfigError with file, key and what is allowed.
    """
    try:
        raw = msgspec.toml.decode(text)
    except msgspec.DecodeError as error:
        raise ConfigError(f"{source}: not valid TOML: {error}") from error
    unknown = _unknown_key(raw, msgspec.inspect.type_info(kind))
    if unknown is not None:
        path, name = unknown
        message = f"Object contains unknown field `{name}` - at `${path}`"
        raise ConfigError(f"{source}: {_explain(message, kind)}")
    try:
        return msgspec.convert(raw, type=kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{source}: {_explain(str(error), kind)}") from error


def _unknown_key(value: Any, node: Any, path: str = "") -> tuple[str, str] | None:
    """Find the first key a dataclass does not have, with its path; msgspec passes over it."""
    node = _unwrap(node)
    children: list[tuple[Any, Any, str]] = []
    if isinstance(value, dict):
        fields = {field.encode_name: field.type for field in getattr(node, "fields", ())}
        item = getattr(node, "value_type", None)
        for name, child in value.items():
            if fields and name not in fields:
                return path, name
            if name in fields:
                children.append((child, fields[name], f"{path}.{name}"))
            elif item is not None:
                children.append((child, item, f"{path}[...]"))
    elif isinstance(value, list) and getattr(node, "item_type", None) is not None:
        children = [(child, node.item_type, f"{path}[...]") for child in value]
    for child, kind, at in children:
        found = _unknown_key(child, kind, at)
        if found is not None:
            return found
    return None


def _explain(message: str, kind: Any) -> str:
    """Turn msgspec's message into: key, what is wrong, what is allowed."""
    what, _, path = message.partition(" - at `")
    path = path.rstrip("`").removeprefix("$").lstrip(".")
    unknown = _UNKNOWN.search(what)
    if unknown is None:
        return f"key `{path}`: {what[:1].lower()}{what[1:]}" if path else what
    name = unknown["name"]
    allowed = _keys_at(kind, path)
    key = f"{path}.{name}" if path else name
    near = difflib.get_close_matches(name, allowed, n=1)
    hint = f"did you mean `{near[0]}`? " if near else ""
    return f"unknown key `{key}`: {hint}allowed here: {', '.join(allowed)}"


def _keys_at(kind: Any, path: str) -> list[str]:
    """List the keys allowed at a path like `site[0].crawl` of the type `kind`."""
    node: Any = msgspec.inspect.type_info(kind)
    for step in [s for s in re.split(r"\.|(?=\[)", path) if s]:
        node = _unwrap(node)
        if step.startswith("["):
            items = getattr(node, "item_type", None) or getattr(node, "value_type", None)
            node = items if items is not None else node
            continue
        for field in getattr(node, "fields", ()):
            if field.encode_name == step:
                node = field.type
                break
    return [field.encode_name for field in getattr(_unwrap(node), "fields", ())]


def _unwrap(node: Any) -> Any:
    """Take the object-like member of a union, so that `Table | None` shows its keys."""
    for member in getattr(node, "types", ()):
        if hasattr(member, "fields"):
            return member
    return node
