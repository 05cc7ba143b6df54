"""Typed JSON and TOML: the one place that knows msgspec.

Dataclasses of `archiver.model` and of the settings go through here, so that what is written can
be read back into the same types, and a wrong file is refused with its key.
"""

import difflib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, TypeVar

import msgspec

from archiver.errors import ConfigError

T = TypeVar("T")

_ENCODER = msgspec.json.Encoder()

# Bounded numbers for settings: what is out of bounds is refused with its key.
Seconds = Annotated[float, msgspec.Meta(ge=0)]
PositiveSeconds = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
PositiveCount = Annotated[int, msgspec.Meta(ge=1)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


def to_json(value: Any, *, indent: int | None = None) -> bytes:
    """Encode a dataclass, or containers of them, as UTF-8 JSON with keys in declared order.

    >>> to_json({"sessions": (9, 10)})
    b'{"sessions":[9,10]}'
    """
    encoded = msgspec.json.encode(value)
    return encoded if indent is None else msgspec.json.format(encoded, indent=indent)


def json_lines(names: Sequence[str]) -> Callable[[Iterable[Iterable[Any]]], bytes]:
    r"""Return what encodes rows of values as JSON Lines: objects with these keys in this order.

    >>> json_lines(("page", "label"))([(9, "ix"), (10, None)])
    b'{"page":9,"label":"ix"}\n{"page":10,"label":null}\n'
    """
    row = msgspec.defstruct("Row", [(name, Any) for name in names])
    return lambda rows: _ENCODER.encode_lines([row(*values) for values in rows])


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
        raise ConfigError(f"{source}: {unknown}")
    try:
        return msgspec.convert(raw, type=kind)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
        key = path.rstrip("`").removeprefix("$").lstrip(".")
        where = f"{source}: key `{key}`" if key else source
        raise ConfigError(f"{where}: {what[:1].lower()}{what[1:]}") from error


def toml_string(text: str) -> str:
    """Write a text as a TOML basic string: JSON's, but that DEL must be escaped too.

    >>> print(toml_string('Forum "Höfe"'))
    "Forum \\"Höfe\\""
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _unknown_key(raw: Any, node: Any, path: str = "") -> str | None:
    """Return a line about the first key that the type does not know, or None.

    msgspec passes over what a dataclass does not know, so this looks first.
    """
    node = _unwrap(node)
    if isinstance(raw, list):
        below: list[tuple[str, Any, Any]] = [
            (f"{path}[{number}]", value, getattr(node, "item_type", None))
            for number, value in enumerate(raw)
        ]
    elif isinstance(raw, dict) and hasattr(node, "fields"):
        known = {field.encode_name: field.type for field in node.fields}
        for name in raw:
            if name not in known:
                key = f"{path}.{name}" if path else name
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean `{near[0]}`? " if near else ""
                return f"unknown key `{key}`: {hint}allowed here: {', '.join(known)}"
        below = [(f"{path}.{n}" if path else n, value, known[n]) for n, value in raw.items()]
    elif isinstance(raw, dict):
        value_type = getattr(node, "value_type", None)
        below = [(f"{path}.{n}" if path else n, value, value_type) for n, value in raw.items()]
    else:
        return None
    found = (_unknown_key(value, kind, where) for where, value, kind in below if kind is not None)
    return next((line for line in found if line is not None), None)


def _unwrap(node: Any) -> Any:
    """Take the object-like member of a union, so that `Table | None` shows its keys."""
    for member in getattr(node, "types", ()):
        if hasattr(member, "fields") or hasattr(member, "item_type"):
            return member
    return node
