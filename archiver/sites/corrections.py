"""Read corrections.toml: what a person has settled of a document, by URL or payload digest.

The text is handed in by the workspace. Pure: no I/O.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast, get_args

from archiver.codec import from_toml
from archiver.errors import ConfigError
from archiver.model import DateSpan, Evidence, FieldName, Kind, Reading, Role
from archiver.sites.periods import span_of
from archiver.urls import is_web_url

RULE = "corrected by hand"

_FIELDS: tuple[str, ...] = get_args(FieldName)
_ALLOWED: dict[str, tuple[str, ...]] = {
    "kind": get_args(Kind),
    "role": get_args(Role),
    "special": ("special", "constituting", "cancelled"),
}
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?")
_NOTE_CHARS = 300

Value = int | str | DateSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One `[[correction]]` as it is written; what is left out stays as it is read."""

    url: str | None = None
    digest: str | None = None
    session: int | tuple[int, ...] | None = None
    date: Any = None
    topic: str | tuple[str, ...] | None = None
    role: str | None = None
    kind: str | None = None
    group: str | tuple[str, ...] | None = None
    keyword: str | tuple[str, ...] | None = None
    title: str | None = None
    special: str | None = None
    published: Any = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    correction: tuple[_Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """What is true of the document at a URL, or with a payload, whatever is read of it.

    Exactly one of `url` and `digest` is set. A reading whose value is "" says that the document
    has nothing of its field.
    """

    url: str | None
    digest: str | None
    readings: tuple[Reading, ...]

    @property
    def target(self) -> str:
        """The URL or digest it is about."""
        return self.url or self.digest or ""


def load_corrections(text: str, source: str) -> tuple[Correction, ...]:
    """Read corrections and check all of them.

    `source` names the file in messages. Raises ConfigError with file, key and what is allowed.

    >>> [one] = load_corrections('[[correction]]\\nurl = "http://a.example/36"\\nsession = 36', "c")
    >>> [(r.field, r.value, r.evidence.rule) for r in one.readings]
    [('session', 36, 'corrected by hand')]
    """
    found: dict[str, Correction] = {}
    for at, entry in enumerate(from_toml(text, _File, source=source).correction):
        key = f"{source}: key `correction[{at}]"
        _check_target(entry, key)
        readings = tuple(_readings(entry, key))
        if not readings:
            raise ConfigError(f"{key}`: corrects nothing; allowed here: {', '.join(_FIELDS)}")
        correction = Correction(entry.url, entry.digest, readings)
        if correction.target in found:
            raise ConfigError(f"{key}`: {correction.target} stands twice – put all fields in one")
        found[correction.target] = correction
    return tuple(found.values())


def _check_target(entry: _Entry, key: str) -> None:
    if (entry.url is None) == (entry.digest is None):
        raise ConfigError(f"{key}`: give either `url` or `digest`")
    if entry.url is not None and not is_web_url(entry.url):
        raise ConfigError(f"{key}.url`: {entry.url!r} is not an http(s) URL")
    if entry.digest is not None and not _DIGEST.fullmatch(entry.digest):
        raise ConfigError(
            f"{key}.digest`: {entry.digest!r} is no digest – write sha256: and 64 hex digits"
        )


def _readings(entry: _Entry, key: str) -> Iterator[Reading]:
    for name in _FIELDS:
        said = getattr(entry, name)
        if said is None:
            continue
        items = said if isinstance(said, tuple) else (said,)
        for item in items or ("",):
            value = _checked(name, item, f"{key}.{name}`")
            raw = entry.note or (str(item) if value != "" else "none")
            evidence = Evidence(RULE, raw[:_NOTE_CHARS], "correction")
            yield Reading(cast("FieldName", name), value, evidence, 1.0)


def _checked(name: str, item: Any, where: str) -> Value:
    if name in ("date", "published"):
        return _span(item, where)
    if name == "session":
        if item != "" and item < 1:
            raise ConfigError(f"{where}: {item} is no session's number – from 1")
        return cast("Value", item)
    words = " ".join(str(item).split())
    allowed = _ALLOWED.get(name)
    if allowed is not None and words not in allowed and (words or name == "kind"):
        raise ConfigError(f"{where}: {item!r}: allowed here: {', '.join(allowed)}")
    return words


def _span(item: Any, where: str) -> DateSpan | str:
    """Read 2011-10-14, 2011-10, 2011 or two days with ".." between; "" says there is none.

    >>> _span("2012-04-20..2012-04-21", "").end
    datetime.date(2012, 4, 21)
    """
    if isinstance(item, date):  # TOML knows dates without quotation marks
        item = item.isoformat()
    if item == "":
        return ""
    first, dots, last = item.partition("..") if isinstance(item, str) else ("", "", "")
    start, end = _one_span(first), _one_span(last) if dots else None
    is_range = end is not None and start is not None and start.start < end.start
    if start is not None and not dots:
        return start
    if start is not None and end is not None and is_range and end.precision == "day":
        return DateSpan(start.start, end.start)
    raise ConfigError(
        f"{where}: {item!r} is no date – allowed here: YYYY-MM-DD, YYYY-MM, YYYY, "
        'YYYY-MM-DD..YYYY-MM-DD, or "" for none'
    )


def _one_span(text: str) -> DateSpan | None:
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if day:
            return DateSpan(date(year, month, day))
        if month:
            return span_of(year, month, 1, "month")
        return span_of(year, 1, 12, "year")
    except ValueError:
        return None
