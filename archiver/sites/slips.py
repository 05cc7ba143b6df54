"""Mend what typing, typesetting and scanning did to dates and words, before anything is read.

A table of slips, each with what was meant; only where the surroundings leave no doubt. Words and
dates that are written rightly stay as they are. Pure: no I/O.
"""

import re
from collections.abc import Callable

from archiver.sites.vocabulary import MONTH, MONTHS, WEEKDAYS

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d\d"
_LEAST_LETTERS = 4  # of a name that one letter may go wrong in
_DIGITS = str.maketrans("OoIl", "0011")
_MONTH_BEFORE = re.compile(rf"\b{MONTH},? ?$", re.IGNORECASE)
_DATE_WORD_BEFORE = re.compile(r"(?:^|\b(?:am|vom|den|dem|zum|tag|woch|abend)|[:(|–-])[,.]? ?$")


def mend_slips(text: str) -> str:
    """Return the tidied text with the slips mended; its length may change.

    >>> mend_slips("28 . Sitzung am 19 . 03 . 2008")
    '28. Sitzung am 19. 03. 2008'
    >>> mend_slips("Diesntag, 9. Febuar 2 011"), mend_slips("am 18,02.2016 oder 13.07..2005")
    ('Dienstag, 9. Februar 2011', 'am 18.02.2016 oder 13.07.2005')
    >>> mend_slips("Kinder-\\nund Jugendforum"), mend_slips("6. No-\\nvember 2012")
    ('Kinder-\\nund Jugendforum', '6. November 2012')
    """
    for slip, mend in _SLIPS:
        text = slip.sub(mend, text)
    return text


def _dotted(match: re.Match[str]) -> str:
    """Set the dots of "18,02.2016", "13.07 2005"; leave a number that only looks like it."""
    between = (match["first"].strip(), match["second"].strip())
    is_led = _DATE_WORD_BEFORE.search(match.string[max(0, match.start() - 9) : match.start()])
    is_right = between == (".", ".")
    if is_right or "." not in between or (between[1] == "" and is_led is None):
        return match[0]
    return f"{match['day']}.{match['month']}.{match['year']}"


def _closed_year(match: re.Match[str]) -> str:
    """Close "2 011" behind a month's name, or behind a date's last dot where it is no hour."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    follows_dot = re.search(r"\d\. ?\d{1,2}\. ?$", before) and not match[0].startswith("20 ")
    follows_dot = follows_dot and not re.fullmatch(r"20\d \d", match[0])
    return match[0].replace(" ", "") if follows_dot or _MONTH_BEFORE.search(before) else match[0]


def _rightly_named(names: dict[str, int]) -> Callable[[re.Match[str]], str]:
    """Return a mend for a word that misses one of the names by one letter, and no other."""

    def mend(match: re.Match[str]) -> str:
        word = match[0].lower()
        if word in names:
            return match[0]
        meant = [
            name
            for name in names
            if len(name) >= _LEAST_LETTERS and name[0] == word[0] and _is_slip_of(word, name)
        ]
        return meant[0].capitalize() if len(meant) == 1 else match[0]

    return mend


def _is_slip_of(word: str, right: str) -> bool:
    """Tell whether one letter is missing, doubled, wrong, or two have changed places.

    >>> _is_slip_of("diesntag", "dienstag"), _is_slip_of("febuar", "februar")
    (True, True)
    >>> _is_slip_of("feiertag", "freitag"), _is_slip_of("mai", "mai")
    (False, False)
    """
    at = 0
    while at < min(len(word), len(right)) and word[at] == right[at]:
        at += 1
    rest, meant = word[at:], right[at:]
    has_swapped = rest[:2] == meant[1::-1] and rest[2:] == meant[2:] and len(meant) > 1
    has_one_wrong = bool(rest and meant) and rest[1:] == meant[1:]
    return has_swapped or has_one_wrong or rest[1:] == meant != rest or rest == meant[1:] != meant


_SLIPS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # "6. No-\nvember": parted at the end of a line; "Kinder-\nund Jugendforum" is not
    (
        re.compile(r"(?<=[a-zäöüß])-\n(?!(?:und|oder|bzw|sowie|als|bis)\b)(?=[a-zäöüß]{2})"),
        "",
    ),
    # "28 . Sitzung am 19 . 03 . 2008"
    (re.compile(r"(?<=\d) \.(?= ?[\d\w])"), "."),
    # "14.0ktober 2011"
    (re.compile(r"(?<=[\d. ])0(?=ktober)"), "O"),
    # "1O.11.2O11": letters that look like digits
    (
        re.compile(
            r"(?<![\w.])(?=[\d. ]*[OoIl])[\dOoIl]{1,2}\. ?[\dOoIl]{1,2}\. ?"
            r"[12][\dOo][\dOoIl]{2}(?!\w)"
        ),
        lambda match: match[0].translate(_DIGITS),
    ),
    # "18,02.2016", "13.07..2005", "13.07 2005"
    (
        re.compile(
            rf"(?<![\d.,;§])(?P<day>{_DAY})(?P<first>[.,;]{{1,2}} ?)(?P<month>0[1-9]|1[0-2])"
            rf"(?P<second>[.,;]{{1,2}} ?| )(?P<year>{_YEAR})(?![\d]|[.,]\d)"
        ),
        _dotted,
    ),
    # "Diesntag, 9. Juni"
    (
        re.compile(rf"\b[A-ZÄÖÜ][a-zäöüß]{{5,10}}(?=,? (?:de[nmr] )?{_DAY}\. ?[\dA-ZÄÖÜ])"),
        _rightly_named(WEEKDAYS),
    ),
    # "9. Febuar 2011"
    (
        re.compile(r"(?<=\d\. )[A-ZÄÖÜ][a-zäöüß]{3,10}(?= (?:19|2 ?0) ?\d ?\d)"),
        _rightly_named(MONTHS),
    ),
    # "7. Dezember 2 011"
    (
        re.compile(
            r"(?<!\d)2(?: 0 ?[0-4] ?\d|0 [0-4] ?\d|0[0-4] \d)(?![\d]|[.:,]\d| ?(?:Uhr|h)\b)"
        ),
        _closed_year,
    ),
)
