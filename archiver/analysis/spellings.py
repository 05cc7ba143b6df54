r"""One thing written in several ways: paragraphs of laws, sums, days, units, short forms.

"§ 7 a" is "§ 7a", "1 500 €" is "1.500 Euro", "14. Oktober 2011" is "14.10.2011". Two questions are
answered here: which blanks stand inside of one thing, and which form stands for all its spellings.
Where it may be something else it is left as written: "§ 7 a. F." (the old version of § 7) has no
letter, "30 500" may be two numbers of a table, "dieser Art" is no article. Pure: no I/O.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

from archiver.analysis.folding import fold

INSIDE = "\u2063"
"""Stands for a blank inside of a token: an invisible separator, which texts have no use for."""

SIGNS = {"€": "euro", "%": "prozent"}
"""Signs that are words of their own."""

SHORT = SIGNS | {
    "abs": "absatz",
    "cbm": "kubikmeter",
    "eur": "euro",
    "km²": "quadratkilometer",
    "mio": "millionen",
    "mrd": "milliarden",
    "m²": "quadratmeter",
    "m³": "kubikmeter",
    "nr": "nummer",
    "qkm": "quadratkilometer",
    "ziff": "ziffer",
}
"""Folded short forms and signs that stand for one word only, and that word.

Not those that towns use for something else, too: they are in AMBIGUOUS.
"""

AMBIGUOUS = {
    "ag": ("Arbeitsgruppe", "Aktiengesellschaft", "Amtsgericht"),
    "ba": ("Bauausschuss", "Bezirksamt", "Bezirksausschuss", "Bauabschnitt"),
    "bv": ("Bezirksvertretung", "Bezirksverordnete", "Bürgerverein"),
    "ha": ("Hektar", "Hauptausschuss", "Haushaltsausschuss"),
    "ob": ("Oberbürgermeister", "Ortsbeirat"),
    "qm": ("Quadratmeter", "Quartiersmanagement"),
    "sv": ("Sportverein", "Stadtverordnete"),
    "vhs": ("Volkshochschule",),
    "öpnv": ("Nahverkehr",),
}
"""Short forms that towns use for more than one thing, or that are no spelling of it, and which."""

_MONTHS = (
    ("januar", "jänner", "jaenner", "jan", "jän"),
    ("februar", "feber", "feb"),
    ("märz", "maerz", "mär", "mrz"),
    ("april", "apr"),
    ("mai",),
    ("juni", "jun"),
    ("juli", "jul"),
    ("august", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "okt"),
    ("november", "nov"),
    ("dezember", "dez"),
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_MONTH = f"(?i:{'|'.join(sorted(_MONTH_OF, key=len, reverse=True))})"
_FIRST_SHORT_YEAR = 50  # "14.10.49" is of 2049, "14.10.50" of 1950
_NAMES_OF_MONTHS = {
    f"{form}{point}": form
    for name in _MONTH_OF
    for form in (name, name.capitalize(), name.upper())
    for point in ("", ".")
}
# "14.Oktober 2011": the month hangs on its day.
_DAYS_OF_MONTHS = {
    f"{day}.{form}{point}": form
    for name in _MONTH_OF
    for form in (name, name.capitalize())
    for point in ("", ".")
    for number in range(1, 32)
    for day in {f"{number}", f"{number:02}"}
}
_MONEY = {f"{unit}{sign}" for unit in ("Euro", "EUR") for sign in ("", *".,;:)")}
_ARTICLES = {
    f"{bracket}{word}" for word in ("Art.", "Artikel", "Artikels") for bracket in ("", "(")
}
# Words beside which blanks may be inside of a token. A small set, that most pages pass quickly.
_MONTHS_TOLD = _NAMES_OF_MONTHS | _DAYS_OF_MONTHS
_TELLING = frozenset(_MONTHS_TOLD) | _MONEY | _ARTICLES

# The expressions are compiled when a text first needs them: every search loads this.
# Blanks as they are in a text, on one line or over its end; and as `joined` leaves them.
_BLANK = "[ \t\u00a0\u2009\u202f]"
_BREAK = "[ \t\n\u00a0\u2009\u202f]"
_END = r"(?![^\W_])"
_START = r"(?<![\w.,/-])"

# A letter of a paragraph stands alone; before a point it may be short for something: "a. F.",
# "d. Satzung", "f." for the following one; before a bracket it begins an item of a list.
_LETTER = (
    rf"(?:[a-c](?=\.(?!{_BREAK}?[^\W\d_]\.)|[^\w.)-]|-(?!\w\w)|\Z)"
    r"|[deg-z](?=[^\w.)-]|-(?!\w\w)|\Z))"
)


def _number(blank: str, letter: str) -> str:
    return rf"\d+(?:[a-zA-Z]|{blank}{letter})?{_END}"


def _law(blank: str, gap: str, letter: str) -> str:
    """Return the expression for "§ 7 a" and "§§ 7 bis 9"."""
    number = _number(blank, letter)
    link = rf"(?:,{gap}?|{blank}?[-–]{blank}?|{gap}(?:und|oder|bis){gap})"
    return rf"§(?:{gap}?{number}|§{gap}?{number}(?:{link}{number})*)"


def _article(blank: str, letter: str) -> str:
    return rf"Art(?<!\w...)(?:ikels?{blank}|\.{blank}?){_number(blank, letter)}"


def _month_and_year(name: str, gap: str) -> str:
    return rf"{name}(?:\.{gap}?|{gap})\d{{4}}{_END}"


def _day_before(gap: str) -> str:
    return rf"\d{{1,2}}(?:\.{gap}{{0,2}}|{gap})"


def _sum(blank: str) -> str:
    return rf"[1-9]\d{{0,2}}(?:{blank}\d{{3}})+(?:,\d\d?)?"


_LAW = _law(_BLANK, _BREAK, _LETTER)
_ARTICLE = _article(_BLANK, _LETTER)
_DAY_BEFORE = rf"{_START}{_day_before(_BREAK)}\Z"
_LONGEST_DAY = len("14.  ")
_UNIT = "€|EUR|Euro|m²"
_SUM_BEFORE = rf"{_START}{_sum(_BLANK)}({_BLANK}?)\Z"
_LONGEST_SUM = len("100 000 000 000,00 ")
# Blanks at which no line may end group the digits of one number.
_NO_BREAK = "(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![^\\W_]))"
_SPACE = r"\s"

TOKEN = "|".join(
    (
        _law(INSIDE, INSIDE, "[a-z]"),
        _article(INSIDE, "[a-z]"),
        _day_before(INSIDE) + _month_and_year(_MONTH, INSIDE),
        _sum(INSIDE) + _END,
        "[€%]",
    )
)
"""The expression for what has a spelling of its own, in a text from `joined`."""

_THOUSANDS = r"([1-9]\d{0,2}(?:[.'’ \u202f]\d{3})+)(,\d\d?)?|(\d+),00"
_YEARLESS = r"(\d{1,2})\. {0,2}([^\W\d_]+)\.?"
_WORDED_DAY = r"(\d{1,2})(?:\. {0,2}| )([^\W\d_]+)(?:\. ?| )(\d{4})"
_DAY = r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d\d)"
_DAY_ISO = r"(\d{4})-(\d\d)-(\d\d)"
_NUMBERED_ARTICLE = r"Art(?:ikels?|\.) ?(\d+) ?([a-zA-Z]?)"
_LAW_NUMBER = r"\d+(?: ?[a-zA-Z](?![^\W_]))?"
_LAW_PIECE = rf"{_LAW_NUMBER}|und|oder|bis|[-–]"
_MOST = 50  # paragraphs that "§§ 1 bis 99" stands for


def chunks(text: str) -> list[str]:
    r"""Cut a text at blanks into stretches that hold whole tokens: the fast way to cacheable bits.

    >>> [chunk.replace(INSIDE, "_") for chunk in chunks("nach § 28 Absatz 2")]
    ['nach', '§_28', 'Absatz', '2']
    """
    words = text.split()
    closed = _closed(text, words)
    return words if closed is text else closed.split()


def joined(text: str) -> str:
    r"""Return a text of the same length in which no blank stands inside of a token.

    >>> joined("nach § 7 a und § 7 a. F. am 14. Oktober 2011").replace(INSIDE, "_")
    'nach §_7_a und §_7 a. F. am 14._Oktober_2011'
    >>> joined("am 14.Oktober 2011 und am 1.Mai 1999").replace(INSIDE, "_")
    'am 14.Oktober_2011 und am 1.Mai_1999'
    >>> joined("für 1 500 €, mit 30 500 Bäumen").replace(INSIDE, "_")
    'für 1_500 €, mit 30 500 Bäumen'
    """
    return _closed(text, text.split())


def _closed(text: str, words: list[str]) -> str:
    """Close the blanks inside of tokens; what tells of them is looked for first."""
    if "§" in text:
        text = re.sub(_LAW, _close, text)
    if "\u00a0" in text or "\u202f" in text or "\u2009" in text:
        text = re.sub(_NO_BREAK, INSIDE, text)
    telling = set() if _TELLING.isdisjoint(words) else _TELLING.intersection(words)
    if not telling.isdisjoint(_ARTICLES):
        text = re.sub(_ARTICLE, _close, text)
    if "€" in text or "²" in text or not telling.isdisjoint(_MONEY):
        for unit in re.finditer(_UNIT, text):
            at = unit.start()
            if before := re.compile(_SUM_BEFORE).search(text, max(0, at - _LONGEST_SUM), at):
                text = _close_between(text, before.start(), before.start(1))
    for name in {_MONTHS_TOLD[word] for word in telling if word in _MONTHS_TOLD}:
        for month in _year_after(name).finditer(text):
            at = month.start()
            if before := re.compile(_DAY_BEFORE).search(text, max(0, at - _LONGEST_DAY), at):
                text = _close_between(text, before.start(), month.end())
    return text


def _close_between(text: str, start: int, end: int) -> str:
    return f"{text[:start]}{re.sub(_SPACE, INSIDE, text[start:end])}{text[end:]}"


def _close(match: re.Match[str]) -> str:
    return re.sub(_SPACE, INSIDE, match.group())


@cache
def _year_after(name: str) -> re.Pattern[str]:
    return re.compile(_month_and_year(name, _BREAK))


def opened(token: str) -> str:
    """Return a token with its blanks; those of a number are narrow ones, at which no line ends.

    >>> opened(joined("§ 7 a")), opened("1\u2063500")
    ('§ 7 a', '1\u202f500')
    """
    if INSIDE not in token:
        return token
    is_number = token.replace(INSIDE, "").replace(",", "").isdigit()
    return token.replace(INSIDE, "\u202f" if is_number else " ")


def together(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield first and end of each run of typed words that are one token, and the token.

    >>> list(together(["am", "14.", "Oktober", "2011", "nach", "§ 7", "a"]))
    [(1, 4, '14. Oktober 2011'), (5, 7, '§ 7 a')]
    """
    text = joined(" ".join(words))
    first = start = at = 0
    for number, word in enumerate(words):
        at += len(word) + 1
        if text[at - 1 : at] != INSIDE:
            if number > first:
                yield first, number + 1, opened(text[start : at - 1])
            first, start = number + 1, at


def one_form(token: str) -> str:
    """Return the form that a number or an article has in all its spellings, else the token.

    >>> [one_form(token) for token in ("1.500", "1 500,50", "3,50", "12,00", "Art. 12 a")]
    ['1500', '1500,50', '3,50', '12', 'Artikel.12a']
    """
    if not token[-1:].isdigit() and not token.startswith("Art"):
        return token
    if number := re.fullmatch(_THOUSANDS, token):
        thousands, decimals, whole = number.groups()
        if whole:
            return str(whole)
        decimals = "" if decimals in (None, ",00") else decimals
        return "".join(c for c in thousands if c.isdigit()) + decimals
    if article := re.fullmatch(_NUMBERED_ARTICLE, token):
        return f"Artikel.{article[1]}{article[2]}"
    return token


def day(token: str) -> str | None:
    """Return the day that a token says in ISO form, or None.

    >>> [day(token) for token in ("14. Oktober 2011", "14.10.11", "1. 2. 1999", "31.2.2011")]
    ['2011-10-14', '2011-10-14', '1999-02-01', None]
    """
    if not token[:1].isdigit():
        return None
    if match := re.fullmatch(_DAY_ISO, token):
        year, month, number = map(int, match.groups())
    elif match := re.fullmatch(_DAY, token):
        number, month = int(match[1]), int(match[2])
        year = int(match[3])
        if len(match[3]) == 2:
            year += 1900 if year >= _FIRST_SHORT_YEAR else 2000
    elif match := re.fullmatch(_WORDED_DAY, token):
        number, year = int(match[1]), int(match[3])
        month = _MONTH_OF.get(match[2].lower(), 0)
    else:
        return None
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return None


def day_of_any_year(token: str) -> tuple[list[tuple[str, ...]], list[str]] | None:
    """Return the words by which texts say a day without its year, folded, and it in each year.

    None when the token is no such day.

    >>> ways, days = day_of_any_year("14. Oktober")
    >>> ways, days[0], days[-1]
    ([('14', 'oktober'), ('14', 'okt')], '1950-10-14', '2049-10-14')
    >>> day_of_any_year("31. Februar"), day_of_any_year("14. Oktober 2011")
    (None, None)
    """
    match = re.fullmatch(_YEARLESS, token)
    month = _MONTH_OF.get(match[2].lower()) if match else None
    if match is None or month is None:
        return None
    number = int(match[1])
    try:
        date(2000, month, number)
    except ValueError:
        return None
    plain, years = f"{number}", range(1900 + _FIRST_SHORT_YEAR, 2000 + _FIRST_SHORT_YEAR)
    numbers = dict.fromkeys((plain, f"{number:02}"))
    names = dict.fromkeys(map(fold, _MONTHS[month - 1]))
    ways: list[tuple[str, ...]] = [(one, name) for one in numbers for name in names]
    return ways, [f"{year}-{month:02}-{number:02}" for year in years]


def ways_to_say(iso: str) -> list[tuple[str, ...]]:
    """Return the words by which texts say a day, folded.

    >>> ways_to_say("2011-02-01")[:3]
    [('1', 'februar', '2011'), ('1', '2', '2011'), ('01', '02', '2011')]
    """
    year, month, number = iso.split("-")
    plain = number.lstrip("0")
    names = [fold(name) for name in _MONTHS[int(month) - 1]]
    ways = [(plain, names[0], year), (plain, month.lstrip("0"), year), (number, month, year)]
    ways += [(one, name, year) for name in names for one in (plain, number)]
    return list(dict.fromkeys([*ways, (year, month, number)]))


def paragraphs(token: str) -> tuple[list[str], list[str]]:
    """Return the paragraphs that a token with § names, each with its sign, and its words.

    >>> paragraphs("§ 7 a"), paragraphs("§§ 7-9")
    ((['§7a'], ['§', '7a']), (['§7', '§8', '§9'], ['§', '7', 'bis', '9']))
    """
    words = [word.replace(" ", "").lower() for word in re.findall(_LAW_PIECE, token)]
    words = ["bis" if word in "-–" else word for word in words]
    named: list[str] = []
    for at, word in enumerate(words):
        if not word[0].isdigit():
            continue
        if at > 1 and words[at - 1] == "bis" and words[at - 2].isdigit() and word.isdigit():
            first, last = int(words[at - 2][:9]) + 1, int(word[:9])
            named += [f"§{number}" for number in range(first, last) if last - first < _MOST]
        named.append(f"§{word}")
    return named, ["§", *words]
