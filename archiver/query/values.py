"""Read the value of a field: a number or range, a date or range, one of a list, open text.

Pure: no I/O, no clock.
"""

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from archiver.query import fields
from archiver.query.problem import Problem
from archiver.query.tree import (
    DateField,
    DateRange,
    FieldValue,
    Node,
    NumberField,
    NumberRange,
    SavedQuery,
    ValueField,
)

if TYPE_CHECKING:
    from archiver.query.dates import Interval

MAX_NUMBER = 999_999

_COMPARE = re.compile(r"(>=|<=|>|<)(.*)", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,6}")
_HYPHENED = re.compile(r"([0-9]{1,6})[-–—]([0-9]{1,6})")
_LISTED = re.compile(r"[0-9]{1,6}(?:[,/+][0-9]{1,6})+")

_EXAMPLES = {
    "session": "28",
    "page": "3",
    "date": "2011-10-14",
    "captured": "2024",
    "kind": "session",
    "role": "minutes",
    "type": "pdf",
    "lang": "de",
    "has": "conflict",
    "query": "name",
}


def example(name: str, typed: str) -> str:
    """Return an example of a field with a value, under the name that was typed.

    >>> example("session", "sitzung")
    'sitzung:28'
    """
    return f"{typed}:{_EXAMPLES.get(name, 'word')}"


def read(name: str, typed: str, raw: str, today: date, notes: list[str]) -> Node:
    """Return the node of a field's value; raise Problem saying what to write instead.

    `name` is the field's own name, `typed` the one that was typed. A range that runs backwards is
    swapped, with a note.
    """
    kind = fields.FIELDS[name][0]
    if kind in ("number", "date") and not raw.endswith(".."):
        raw = raw.rstrip(".,;:!?")
    if not raw or (raw.strip("*") == "" and name != "url"):
        remedy = f"has:{name} finds what has one" if name in fields.VALUES["has"] else None
        raise Problem(f"there is no value after {typed}:", remedy or example(name, typed))
    if kind == "number":
        return _number(cast("NumberField", name), typed, raw, notes)
    if kind == "date":
        return _date(cast("DateField", name), typed, raw, today, notes)
    if kind == "saved":
        return SavedQuery(raw)
    if name in fields.VALUES:
        stored = fields.stored_value(name, raw)
        if stored is None:
            near = fields.nearest_value(name, raw)
            allowed = ", ".join(fields.VALUES[name])
            other = fields.field_with(raw)
            hint = f"did you mean {typed}:{near}? " if near else ""
            hint = f"did you mean {other}:{raw}? " if other else hint
            raise Problem(f"{raw} is no value of {typed}:", f"{hint}allowed are {allowed}")
        return FieldValue(cast("ValueField", name), stored)
    return FieldValue(cast("ValueField", name), raw)


def _number(name: NumberField, typed: str, raw: str, notes: list[str]) -> NumberRange:
    if match := _COMPARE.fullmatch(raw):
        _need_rest(typed, match)
        sign, number = match[1], _one_number(typed, match[2])
        if sign[0] == ">":
            return NumberRange(name, number + (sign == ">"), None)
        if sign == "<" and number == 0:
            raise Problem("no number is smaller than 0")
        return NumberRange(name, None, number - (sign == "<"))
    if ".." in raw:
        left, _, right = raw.partition("..")
        if not left and not right:
            raise Problem("a range needs a beginning or an end", f"write {typed}:3..7")
        low = _one_number(typed, left) if left else None
        high = _one_number(typed, right) if right else None
        if low is not None and high is not None and low > high:
            notes.append(f"the range {raw} runs backwards and was swapped: {high}..{low}")
            low, high = high, low
        return NumberRange(name, low, high)
    number = _one_number(typed, raw)
    return NumberRange(name, number, number)


def _one_number(typed: str, text: str) -> int:
    if _NUMBER.fullmatch(text):
        return int(text)
    name = "session" if typed == "#" else typed
    if match := _HYPHENED.fullmatch(text):
        raise Problem(f"{text} is no number", f"write a range as {name}:{match[1]}..{match[2]}")
    if _LISTED.fullmatch(text):
        listed = " OR ".join(re.split(r"\D", text))
        raise Problem(f"{text} is no number", f"write several as {name}:({listed})")
    if text.isdigit() and text.isascii():
        raise Problem(f"{text} is too large", f"numbers go up to {MAX_NUMBER}")
    raise Problem(f"{text or 'nothing'} is no number", f"write {name}:28 or {name}:3..7")


def _need_rest(typed: str, match: re.Match[str]) -> None:
    """Refuse a comparison with nothing after its sign."""
    if not match[2]:
        name = "session" if typed == "#" else typed
        bound = 3 if fields.canonical(name) in ("session", "page") else 2011
        remedy = f"write it without a blank, like {name}:{match[1]}{bound}"
        raise Problem(f"there is no value after {match[1]}", remedy)


def _date(name: DateField, typed: str, raw: str, today: date, notes: list[str]) -> DateRange:
    if match := _COMPARE.fullmatch(raw):
        _need_rest(typed, match)
        sign, atom = match[1], _atom(match[2], today)
        try:
            if sign == ">=":
                return DateRange(name, atom.start, None)
            if sign == ">":
                return DateRange(name, atom.end + timedelta(days=1), None)
            if sign == "<":
                return DateRange(name, None, atom.start - timedelta(days=1))
        except OverflowError:
            raise Problem("there is nothing beyond the calendar") from None
        return DateRange(name, None, atom.end)
    if ".." in raw:
        left, _, right = raw.partition("..")
        if not left and not right:
            raise Problem("a range needs a beginning or an end", "write date:2011..2013")
        first = _atom(left, today) if left else None
        last = _atom(right, today) if right else None
        if first is not None and last is not None and first.start > last.end:
            notes.append(f"the range {raw} runs backwards and was swapped: {right}..{left}")
            first, last = last, first
        start, end = (first.start if first else None), (last.end if last else None)
        return DateRange(name, start, end)
    atom = _atom(raw, today)
    return DateRange(name, atom.start, today if atom.is_ago else atom.end)


def _atom(text: str, today: date) -> "Interval":
    from archiver.query.dates import FORMS, read_atom  # only queries with dates pay for them

    try:
        return read_atom(text, today)
    except ValueError as error:
        is_number = text.isdigit() and len(text) < 4
        remedy = f"a session is written session:{text}" if is_number else None
        if "written like" not in str(error):
            remedy = f"dates are written like {FORMS}"
        raise Problem(f"{text or 'nothing'} is no date: {error}", remedy) from None
