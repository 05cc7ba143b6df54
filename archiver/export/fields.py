"""Which fields of a hit record an output shows: profiles, `--fields`, the table for people.

Pure: no I/O.
"""

import difflib
import types
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from archiver.errors import UsageError
from archiver.export.record import HitRecord, Meaning, sound

__all__ = [
    "FULL",
    "PROFILES",
    "describe_fields",
    "fields_table",
    "project",
    "select_fields",
]

FULL: tuple[str, ...] = tuple(field.name for field in fields(HitRecord))


@cache
def _meanings() -> dict[str, tuple[str, Meaning]]:
    """Read type in words and meaning of each field from the dataclass."""
    hints = get_type_hints(HitRecord, include_extras=True)
    found = {}
    for name in FULL:
        kind, meaning = get_args(hints[name])
        found[name] = (_words(kind), meaning)
    return found


def _words(kind: Any) -> str:
    """Say a type in a word of the formats' language.

    >>> _words(str | None), _words(tuple[int, ...]), _words(datetime)
    ('text or null', 'list of integer', 'instant (UTC)')
    """
    if get_origin(kind) in (types.UnionType, Union):
        members = [_words(member) for member in get_args(kind) if member is not type(None)]
        return f"{members[0]} or null"
    if get_origin(kind) is tuple:
        return f"list of {_words(get_args(kind)[0])}"
    plain = {int: "integer", float: "number", datetime: "instant (UTC)"}
    return plain.get(kind, "text")


def _brief() -> tuple[str, ...]:
    return tuple(name for name, (_, meaning) in _meanings().items() if meaning.is_brief)


PROFILES: tuple[str, ...] = ("brief", "full")
"""Names that stand for a set of fields wherever fields are chosen."""


def select_fields(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Read `--fields`: names and profiles by comma, in the order wanted, each once.

    None means all fields. Raises UsageError for an unknown or missing name.

    >>> select_fields("page, url,page")
    ('page', 'url')
    >>> select_fields("brief,site")[-2:]
    ('snippet_right', 'site')
    """
    if text is None:
        return FULL
    words = text.split(",") if isinstance(text, str) else list(text)
    chosen: dict[str, None] = {}
    for word in (word.strip().lower() for word in words):
        if word == "full":
            chosen.update(dict.fromkeys(FULL))
        elif word == "brief":
            chosen.update(dict.fromkeys(_brief()))
        elif word in FULL:
            chosen[word] = None
        elif word:
            near = difflib.get_close_matches(word, (*FULL, *PROFILES), n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise UsageError(f"unknown field {word!r} – {hint}list them with: --fields ?")
    if not chosen:
        raise UsageError("no field is chosen – list them with: --fields ?")
    return tuple(chosen)


def describe_fields() -> str:
    """Return the list that `--fields ?` prints: name, profile, type, meaning; one a line."""
    width = max(map(len, FULL))
    lines = [
        f"{name:<{width}}  {'brief' if meaning.is_brief else 'full ':<5}  {kind}: "
        + meaning.text.replace("`", "")
        for name, (kind, meaning) in _meanings().items()
    ]
    return "\n".join(lines) + "\n"


def fields_table() -> str:
    """Return the table of fields for docs/formats.md (Markdown)."""
    rows = ["| field | type | brief | meaning |", "|---|---|---|---|"]
    rows += [
        f"| `{name}` | {kind} | {'yes' if meaning.is_brief else ''} | {meaning.text} |"
        for name, (kind, meaning) in _meanings().items()
    ]
    return "\n".join(rows) + "\n"


def project(record: Any, names: Sequence[str]) -> dict[str, Any]:
    """Return the chosen fields of a record, in that order; every text fit for UTF-8."""
    row: dict[str, Any] = {}
    for name in names:
        value = getattr(record, name)
        kind = type(value)
        if kind is str:
            value = sound(value)
        elif kind is tuple:
            value = tuple(sound(item) if isinstance(item, str) else item for item in value)
        row[name] = value
    return row
