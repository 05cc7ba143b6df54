"""Masking of e-mail addresses and telephone numbers in outputs. Pure: no I/O.

The archive itself is never touched. German ways of writing telephone numbers are read (DIN 5008
and older ones); dates, years, sitting numbers, paragraph and document numbers are left alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from archiver.errors import UsageError

Redaction = Literal["email", "phone"]
REDACTIONS: tuple[Redaction, ...] = get_args(Redaction)
WORDS: dict[Redaction, str] = {"email": "[E-Mail]", "phone": "[Telefon]"}

_BLANK = "[ \\t\\u00a0\\u2009\\u202f]"

# Addresses as typed, and as hidden from robots: name(at)town.example, name [at] town [dot] example.
# The look-behind makes every run of letters be tried once, so that long words cost linear time.
_EMAIL = re.compile(
    r"(?<![\w.%+-])[\w.%+'-]{1,64}+"
    rf"{_BLANK}?(?:@|＠|[(\[{{]{_BLANK}?(?:at|ät|@){_BLANK}?[)\]}}]){_BLANK}?"
    r"[\w-]{1,63}"
    rf"(?:(?:\.|{_BLANK}?[(\[{{](?:dot|punkt)[)\]}}]{_BLANK}?)[\w-]{{1,63}}){{1,8}}",
    re.IGNORECASE,
)

_EMAIL_SIGN = re.compile(r"[@＠]|[(\[{].?[aäAÄ]")  # most pages have none

# Between two groups of digits stands something, and digits are taken possessively: so a long run
# of digits can be split in one way only, and reading stays linear.
_JOINT = rf"(?:{_BLANK}?[-–‐‑/.]{{1,2}}+{_BLANK}?|{_BLANK})"
# What follows a number after a blank and is none of its groups: a date or a time of day.
_NO_DATE = (
    rf"(?!\d{{1,2}}\.{_BLANK}?(?:\d{{1,2}}\.|(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez))"
    rf"|\d{{4}}-\d\d-\d\d|\d{{1,2}}:\d\d|\d{{1,2}}(?:[.]\d\d)?{_BLANK}?(?:Uhr|h)\b)"
)
_DIGITS = rf"{_NO_DATE}\d{{1,14}}+"
_GROUPS = rf"(?:{_JOINT}{_DIGITS})"
_EXTENSIONS = rf"(?:{_BLANK}?(?:,|oder|und|bzw\.){_BLANK}?-{_BLANK}?\d{{1,5}}(?!\d))*+"

_PHONE = re.compile(
    r"(?<![\w+/.,-])(?P<number>"
    # +49 (0)999 51-23, 0049 999 5123
    rf"(?:\+{_BLANK}?[1-9]\d{{0,14}}+|00(?:49\d{{0,12}}+|[1-9]\d{{0,2}}+))"
    rf"(?:{_BLANK}?\(0\){_BLANK}?\d{{1,14}}+)?{_GROUPS}{{0,7}}"
    rf"|\(0[1-9]\d{{1,4}}\){_JOINT}?{_DIGITS}{_GROUPS}{{0,5}}"  # (0999) 51-2345
    # 09 99/51 23
    rf"|\(?0[1-9]{_BLANK}\d\d(?:{_BLANK}\d{{1,2}})?\)?{_BLANK}?/{_BLANK}?\d{{1,14}}+{_GROUPS}{{0,5}}"
    rf"|0[1-9]\d{{1,12}}+{_GROUPS}{{0,6}}"  # 0999/51-2345, 0170 1234567, 01701234567
    rf"){_EXTENSIONS}(?!\d)(?!,\d)"
)
_PHONE_START = re.compile(r"[+(0]")
_LABELLED = re.compile(
    r"(?<!\w)(?:Tele(?:fon|fax)|Tel|Fon|Fax|Mobil(?:telefon|funk|nummer)?|Handy|Durchwahl|Ruf"
    r"|Phone|Hotline)(?:\.?-?(?:nummer|nr))?\b\.?"
    rf"(?P<colon>{_BLANK}?:)?{_BLANK}{{0,3}}+"
    rf"(?P<number>[-+(/]?{_BLANK}?{_DIGITS}(?:\){_JOINT}?{_DIGITS})?{_GROUPS}{{0,6}})"
    rf"{_EXTENSIONS}(?!\d)(?!,\d)",
    re.IGNORECASE,
)
# Numbers that start like a prefix and are none, by the words before and after them.
_OTHER_BEFORE = re.compile(
    r"(?<!\w)(?:Drucksachen?|Drs|Vorlagen?|Aktenzeichen|Az|Konto|Kto|BLZ|IBAN|ISBN|ISSN|Flurstück"
    r"|Bebauungsplan)"
    rf"(?:-?(?:Nr|Nummer))?\.?:?{_BLANK}?(?:Nr\.?|Nummer)?:?{_BLANK}?$"
    rf"|\b[A-Z]{{2}}\d\d(?:{_BLANK}?[0-9A-Z]{{4}}){{0,6}}{_BLANK}?$",  # inside an IBAN
    re.IGNORECASE,
)
_OTHER_AFTER = re.compile(rf"{_BLANK}?(?:€|Euro\b|EUR\b|%|Prozent\b|Einwohner|Uhr\b)")
_YEARS = re.compile(r"0\d{1,4}\s?[/-]\s?(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)?\d\d))?")
_TRAILING_YEAR = re.compile(rf"{_BLANK}(?:19|20)\d\d$")
_ONE_YEAR = re.compile(r"(?:19|20)\d\d")
_MIN_DIGITS = 7
_MIN_DIGITS_UNBROKEN = 8  # fewer without any separator are codes and identifiers
_MAX_DIGITS = 17


@dataclass(frozen=True, slots=True)
class Mask:
    """A place to hide: start and end in the text, and the word shown instead."""

    start: int
    end: int
    word: str


def parse_redactions(text: str) -> tuple[Redaction, ...]:
    """Read `--redact email,phone`; raise UsageError for an unknown kind, and for none.

    >>> parse_redactions("phone, email")
    ('phone', 'email')
    """
    chosen: list[Redaction] = []
    for word in filter(None, (part.strip().lower() for part in text.split(","))):
        if word not in REDACTIONS:
            raise UsageError(f"cannot redact {word!r} – allowed: {', '.join(REDACTIONS)}")
        if word not in chosen:
            chosen.append(word)
    if not chosen:
        raise UsageError(f"nothing is named to redact – name one or more: {', '.join(REDACTIONS)}")
    return tuple(chosen)


def mask_text(text: str, kinds: tuple[Redaction, ...] = REDACTIONS) -> str:
    """Return the text with personal data masked.

    >>> mask_text("Frau Beispiel, Tel. 0999 51-2345, beispiel@town.example, am 14.10.2011")
    'Frau Beispiel, Tel. [Telefon], [E-Mail], am 14.10.2011'
    """
    return mask_part(text, 0, len(text), find_personal(text, kinds))


def mask_part(text: str, start: int, end: int, masks: tuple[Mask, ...]) -> str:
    """Return text[start:end] with every masked place that touches it replaced as a whole.

    >>> mask_part("Ruf 0999 512345 an", 0, 8, (Mask(4, 15, "[…]"),))
    'Ruf […]'
    """
    pieces = []
    position = start
    for mask in masks:
        if mask.end <= position or mask.start >= end:
            continue
        pieces.append(text[position : max(position, mask.start)])
        pieces.append(mask.word)
        position = min(mask.end, end)
    pieces.append(text[position:end])
    return "".join(pieces)


def mask_parts(
    text: str, bounds: tuple[int, int, int, int], kinds: tuple[Redaction, ...]
) -> tuple[str, str, str]:
    """Return the text before a match, the match and the text after it, masked.

    `bounds` are start of the left part, start and end of the match, end of the right part. A
    masked place that reaches over the match's edge is shown once: in the match, or in the left
    part when the match is empty.

    >>> mask_parts("Ruf 0999 512345 an", (0, 9, 15, 18), ("phone",))
    ('Ruf ', '[Telefon]', ' an')
    """
    left_from, start, end, right_to = bounds
    if not kinds:
        return text[left_from:start], text[start:end], text[end:right_to]
    masks = find_personal(text, kinds)
    hidden = tuple(
        Mask(mask.start, mask.end, "" if mask.start < end and start < mask.end else mask.word)
        for mask in masks
    )
    is_empty = start == end
    return (
        mask_part(text, left_from, start, masks if is_empty else hidden),
        mask_part(text, start, end, hidden if is_empty else masks),
        mask_part(text, end, right_to, hidden),
    )


@lru_cache(maxsize=16)
def find_personal(text: str, kinds: tuple[Redaction, ...] = REDACTIONS) -> tuple[Mask, ...]:
    """Find the places to mask, ascending and not overlapping."""
    found = []
    if "email" in kinds and _EMAIL_SIGN.search(text):
        found += [Mask(hit.start(), hit.end(), WORDS["email"]) for hit in _EMAIL.finditer(text)]
    if "phone" in kinds:
        found += [Mask(start, end, WORDS["phone"]) for start, end in _phones(text)]
    found.sort(key=lambda mask: (mask.start, -mask.end))
    kept: list[Mask] = []
    for mask in found:
        if kept and mask.start < kept[-1].end:
            last = kept[-1]
            kept[-1] = Mask(last.start, max(last.end, mask.end), last.word)
        else:
            kept.append(mask)
    return tuple(kept)


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for hit in _LABELLED.finditer(text):
        if _ONE_YEAR.fullmatch(hit["number"]) and hit["colon"] is None:
            continue  # "Mobil 2030" is a programme, not a number
        end = _end(text, hit.start("number"), hit.end())
        if _count(text[hit.start("number") : end]) >= 3:
            yield hit.start("number"), end
    after = 0
    for sign in _PHONE_START.finditer(text):
        start = sign.start()
        found = _PHONE.match(text, start) if start >= after else None
        if found is None:
            continue
        after = found.end()
        end = _end(text, start, after)
        number = text[start:end]
        enough = _MIN_DIGITS_UNBROKEN if number.isdigit() else _MIN_DIGITS
        if not enough <= _count(number) <= _MAX_DIGITS:
            continue
        if _YEARS.fullmatch(number) or _OTHER_AFTER.match(text, end):
            continue
        if _OTHER_BEFORE.search(text, max(0, start - 60), start):
            continue
        yield start, end


def _end(text: str, start: int, end: int) -> int:
    """Leave out a year that only stands behind the number."""
    trimmed = _TRAILING_YEAR.sub("", text[start:end])
    return start + len(trimmed) if _count(trimmed) > _MIN_DIGITS else end


def _count(number: str) -> int:
    return sum(map(str.isdigit, number))
