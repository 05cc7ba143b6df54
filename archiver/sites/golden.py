"""Golden cases of a profile: a page, and what must be read of it, one result for each field.

A case is a folder with page.html, meta.json (`url`, `captured_at`) and expected.json; their texts
are handed in. Pure: no I/O.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archiver.codec import from_json, to_json
from archiver.errors import ConfigError
from archiver.sites.profile import SiteProfile
from archiver.sites.resolving import Resolved
from archiver.sites.trial import try_page

FIELDS = (
    "kind",
    "sessions",
    "held_on",
    "held_until",
    "topics",
    "groups",
    "keywords",
    "special",
    "conflicts",
)


ReadPage = Callable[[bytes, str, SiteProfile], Resolved]
"""Reads a page, given its bytes and URL, with a profile."""


@dataclass(frozen=True, slots=True)
class CaseMeta:
    """Where and when a case's page was captured."""

    url: str
    captured_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FieldResult:
    """One field of one case: what must be read, what is read; None or [] stands for nothing."""

    field: str
    expected: Any
    read: Any

    @property
    def is_right(self) -> bool:
        """Tell whether it reads as it must."""
        return bool(self.expected == self.read)


def read_case(
    page: bytes,
    meta: str,
    profile: SiteProfile,
    *,
    source: str,
    read: ReadPage = lambda page, url, profile: try_page(page, url, profile)[0],
) -> dict[str, Any]:
    """Read a case's page and return its fields as JSON knows them.

    `source` names the case in messages; `read` reads the page, where extraction can be asked as
    `archiver index` asks it. Raises ConfigError for a wrong meta.json.
    """
    try:
        told = from_json(meta, CaseMeta)
    except ValueError as error:
        raise ConfigError(f"{source}/meta.json: {error}; it needs `url`") from error
    resolved = read(page, told.url, profile)
    return {field: json.loads(to_json(getattr(resolved, field))) for field in FIELDS}


def judge(read: Mapping[str, Any], expected: str, *, source: str) -> list[FieldResult]:
    """Compare what is read with an expected.json; a field it leaves out must be empty.

    Raises ConfigError for one that is not JSON or names another field.
    """
    try:
        known = json.loads(expected)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{source}/expected.json: not valid JSON: {error}") from error
    if not isinstance(known, dict) or not set(known) <= set(FIELDS):
        raise ConfigError(f"{source}/expected.json: allowed here: {', '.join(FIELDS)}")
    return [
        FieldResult(field, known.get(field, _nothing_like(read[field])), read[field])
        for field in FIELDS
    ]


def expected_text(read: Mapping[str, Any]) -> str:
    """Return the expected.json of a page that reads as it should: the fields that say something.

    >>> print(expected_text({"kind": "session", "sessions": [12], "topics": []}), end="")
    {
      "kind": "session",
      "sessions": [12]
    }
    """
    said = {field: value for field, value in read.items() if value not in (None, [])}
    lines = [
        f'  "{field}": {json.dumps(value, ensure_ascii=False)}' for field, value in said.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _nothing_like(value: Any) -> Any:
    return [] if isinstance(value, list) else None
