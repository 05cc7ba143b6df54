"""Read numbers spelled out or in Roman figures: `dritte`, `zwanzigsten`, `XLIV`. Pure: no I/O."""

import re
from typing import Final

_UNITS = ("", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_TENS = ("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig")
_LOW = [
    "erst",
    "zweit",
    "dritt",
    "viert",
    "fünft",
    "sechst",
    "siebt",
    "acht",
    "neunt",
    "zehnt",
    "elft",
    "zwölft",
    "dreizehnt",
    "vierzehnt",
    "fünfzehnt",
    "sechzehnt",
    "siebzehnt",
    "achtzehnt",
    "neunzehnt",
]


def _ordinal_stems() -> dict[str, int]:
    stems = {stem: number for number, stem in enumerate(_LOW, start=1)}
    stems["siebent"] = 7
    for tens, name in enumerate((*_TENS, "neunzig")):
        for unit, prefix in enumerate(_UNITS):
            if tens >= 2:
                stems[(f"{prefix}und" if prefix else "") + name + "st"] = 10 * tens + unit
    stems["hundertst"] = stems["einhundertst"] = 100
    plain = str.maketrans({"ü": "ue", "ö": "oe", "ß": "ss"})
    return stems | {stem.translate(plain): number for stem, number in stems.items()}


ORDINALS: Final[dict[str, int]] = _ordinal_stems()


def ordinal_of(word: str) -> int | None:
    """Return the number of a spelled-out ordinal up to 100 in any ending, else None.

    >>> ordinal_of("dritte"), ordinal_of("einundzwanzigsten"), ordinal_of("Zwoelftes")
    (3, 21, 12)
    >>> ordinal_of("hundertste"), ordinal_of("acht"), ordinal_of("ersteres")
    (100, None, None)
    """
    lowered = word.lower()
    for ending in ("en", "er", "es", "em", "e"):
        if lowered.endswith(ending) and lowered.removesuffix(ending) in ORDINALS:
            return ORDINALS[lowered.removesuffix(ending)]
    return None


_ROMAN = re.compile(r"(?P<hundreds>C?)(?P<tens>XC|XL|L?X{0,3})(?P<ones>IX|IV|V?I{0,3})$")
_ROMAN_VALUES: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def roman_of(word: str) -> int | None:
    """Return the value of a Roman numeral up to 199 in capitals, else None.

    >>> roman_of("VI"), roman_of("XXIV"), roman_of("LIII"), roman_of("XCIX"), roman_of("CXII")
    (6, 24, 53, 99, 112)
    >>> roman_of("IIX"), roman_of("LL"), roman_of("")
    (None, None, None)
    """
    if not word or _ROMAN.match(word) is None:
        return None
    values = [_ROMAN_VALUES[letter] for letter in word]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )
