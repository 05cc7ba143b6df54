"""Read the numbers of sittings in German wordings: digits, spelled out, Roman, two at once.

Every sitting's word is looked at from both sides; a number that belongs to a term, an issue, an
item of the agenda or a date is none. Whose number it is (this sitting's or an earlier one's)
says contexts.py. Pure: no I/O.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from archiver.model import Place
from archiver.sites.spotted import SpottedDate, SpottedNumber
from archiver.sites.vocabulary import (
    MONTHS,
    SITTING_WORD,
    WEEKDAYS,
    ordinal_of,
    roman_of,
    sitting_kind,
)
from archiver.sites.wording import COVER, cover, cover_codes, file_words, folded, is_path

HIGHEST = 999  # no body of this kind has met more often within one count

_PATH_WORD = re.compile(r"[^\W\d_]{3,60}")
_SEPARATOR = r"\s*(?:,|und|u\.|sowie|&|\+|/|bis|-|–)\s*"
_DIGITS = r"\d{1,3}(?:\.|-?s?te[nrsm]?(?!\w))"
_SPELLED = r"[^\W\d_]{3,32}(?:te|ste)[nrsm]?(?!\w)|siebten?|erste[nrsm]?|dritte[nrsm]?"
_ROMAN = r"[IVX]{1,6}\."
_ORDINAL = rf"(?:{_DIGITS}|{_ROMAN}|(?:{_SPELLED}))"
_ADJECTIVE = (
    r"(?:\([^()\n]{1,40}\)"
    r"|(?:nicht-?\s?)?(?:öffentliche|offene|ordentliche|außerordentliche|gemeinsame|digitale|offizielle|"
    r"konstituierende|reguläre|virtuelle|hybride|thematische|aktuelle)[nrsm]?"
    r"(?:/[^\W\d_]{4,25})?"
    r"|(?-i:[A-ZÄÖÜ])[a-zäöüß]{2,24}-\s(?:und|&)"  # "13. Kinder- und Jugendforum"
    r"|[a-zäöüß][a-zäöüß-]{2,24}(?:e|en|er|es)|(?-i:[A-ZÄÖÜ])[a-zäöüß-]{2,24}er|[A-ZÄÖÜ]{2,4})"
)
_BEFORE = re.compile(
    rf"(?<![\d.,§])(?<![\d]-)(?P<first>(?:\d{{1,3}}\.?|{_ROMAN}|[IVX]{{1,6}}|{_SPELLED}){_SEPARATOR})?"
    rf"(?P<last>{_ORDINAL}),?\s*(?P<between>(?:{_ADJECTIVE}\s+){{0,3}})$",
    re.IGNORECASE,
)
_BEFORE_IN_PATH = re.compile(
    r"(?<![\d.,])(?:(?P<first>\d{1,3})\.?\s*(?:und|u|&)\s*)?"
    r"(?P<last>\d{1,3}|(?<!\w)(?-i:[IVX]{1,6})(?=\.?\s))\.?\s*"
    r"(?P<between>(?:(?:oeffentliche|öffentliche|ordentliche|digitale|gemeinsame)[nrs]?\s+)?"
    r"(?:[^\W\d_]{4,20}er\s+)?)$",
    re.IGNORECASE,
)
_TERM_BEFORE = re.compile(r"(?P<term>[IVX]{1,6})\s*[/-]\s*(?P<last>\d{1,3})\.\s*$")
_AFTER = re.compile(
    r"\s*[(,]?\s*(?P<sign>#|№|(?:Nr|NR|nr|No|N°)\b\.?|Nummer)?\s*:?\s*(?P<first>\d{1,3})(?!\d)(?P<more>\.)?"
    r"(?:\s*(?:und|u\.|&|\+)\s*(?P<last>\d{1,3})(?!\d))?",
)
_AFTER_TERM = re.compile(
    r"\s*(?:Nr\.?\s*)?(?P<first>\d{1,3})/"
    r"(?P<term>[IVX]{1,6}\b|(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d(?!\d))"  # "9/2019-2023"
)
_AFTER_YEAR = re.compile(
    r"\s*(?P<sign>(?:Nr|NR|nr|No)\b\.?|Nummer|#)?\s*:?\s*(?P<first>\d{1,3})\s*/\s*"
    r"(?P<year>(?:19|20)?\d\d)(?![\d/.])"
)
_AFTER_ROMAN = re.compile(r"\s+(?P<roman>[IVX]{1,6})(?![\w/-]|\.\s?[A-ZÄÖÜ]|\s*(?:Quartal|Wahl))")
# What may follow "Sitzung 12" in running text, so that "Sitzung 12 Mitglieder" is not read.
_AFTER_END = re.compile(
    r"\s*(?:$|[\n.,;:!?()\[\]–\-/|„\"“»]|(?:am|vom|im|in|des|der|zum|zur|zu|mit|und|wird|wurde|fand|"
    r"findet|ist|war|hat|on|beim|bei|über|statt)\b)"
)
_NO_NUMBER_AFTER = re.compile(
    rf"\s*(?:[.:,]\s*\d|[{COVER}]|[/-]\s*\d|(?:Personen|Teilnehm|Mitglied|Jahre|Minuten|Stunden|Punkte|"
    r"Bürger|Stimmen|Anträge|Themen|Fragen|Tage|Wochen|Monate|Mal\b|x\b|Seiten|Plus\b|\.?\s*(?:Etage|OG\b|Stock)))"
)
_NAMED_NUMBER = re.compile(
    r"(?P<words>(?:\s+(?!(?:in|im|am|an|bei|auf|TOP|Drucksache|Vorlage|Antrag|Anlage|Raum|Haus|Zimmer|Saal|"
    r"Ausgabe|Heft|und)\b)[\w-]{2,30}(?<!stra[sß]e)(?<!weg)(?<!platz)(?<!str)){1,4})\s+(?:Nr|NR)\b\.?\s*:?\s*(?P<first>\d{1,3})(?![\d]|\s*/|[.,]\d)"
)
_HASH = re.compile(r"(?<![\w&#/])#\s?(?P<first>\d{1,3})(?![\w.,]\w|\w)")
_BARE_NUMBER_AND_YEAR = re.compile(
    r"^(?:.{0,40}\s)?(?:NR|Nr)\b\.?\s*(?P<first>\d{1,2})/(?P<year>(?:19|20)\d\d)(?!\d)"
)
# "Sitzung vom 24.09.2009 (Nr. 3)": the number behind the date
_AFTER_DATE = re.compile(
    rf"\s*,?\s*(?:(?:am|vom)\s+)?[{COVER}]+\s*[,(–-]?\s*(?:Nr|NR|No)\b\.?\s*(?P<first>\d{{1,3}})(?![\d/])"
)
# A form's field: "Sitzungsnummer: OBR/011/2010", "Nr. der Sitzung: 6", "Protokoll-Nr.: 4/2017"
_FIELD = re.compile(
    r"\b(?:Sitzungs?-?\s?(?:nummer\b|nr\b\.?)|(?:Nr\.?|Nummer)\s+(?:der|des)\s+(?:Sitzung|Protokolls)\b|"
    r"Protokoll-?(?:nummer\b|nr\b\.?))\s*:?\s*(?:[A-ZÄÖÜ][\w-]{0,11}/)?(?P<first>\d{1,3})(?![\d.])"
    r"(?:/(?P<year>(?:19|20)\d\d))?(?![\d/])",
    re.IGNORECASE,
)
# "Protokoll Nr. XIV/12/2018": term, number, year
_AFTER_TERM_FIRST = re.compile(
    r"\s*(?:Nr|NR)\b\.?\s*:?\s*[IVX]{1,6}/(?P<first>\d{1,3})(?:/(?:19|20)?\d\d)?(?![\d/])"
)
# "Nr. 14 - 12.06.2013 - Protokoll der Beiratssitzung": an entry that begins with number and day
_LEADING = re.compile(
    rf"^\W*(?:Nr|NR)\b\.?\s*(?P<first>\d{{1,3}})\s*[-–,:|]?\s*(?:vom\s+|am\s+)?[{COVER}]{{6}}"
)
_MINUTES_WORDS = ("protokoll", "niederschrift", "mitschrift")
_MINUTES = re.compile(rf"(?:{'|'.join(_MINUTES_WORDS)})$", re.IGNORECASE)
_ISSUE = re.compile(
    r"\b(?:\w*(?:ausgabe|zeitung|zeitschrift|magazin|blatt)|Heft|Newsletter|Infobrief|Rundbrief|"
    r"Drucksache|Vorlage|Bebauungsplan|Beschluss|Antrag|Rechnung|Lesen|Jahrgang|erschienen|Gesetz)",
    re.IGNORECASE,
)
_ITEM_BEFORE = re.compile(
    r"\b(?:TOP|Punkt|Ziffer|Frage|Kapitel|Abschnitt|Seite|Anlage|Phase|Teil|Stufe|Modul|Platz|Tag|Etage|"
    r"jeden?|jeder|jedes|jede|alle|Klasse|Lesung)\.?\s*$",
    re.IGNORECASE,
)
_FORM_BEFORE = re.compile(r"\b(?:Ort|Beginn|Ende|Dauer|Datum|Tag|Raum)\s+(?:der|des)\s+$")
_RELATIVE_AFTER = re.compile(
    r"[^.\n]{0,30}?(?:\b(?:nach|seit|vor) (?:der|den|dem) (?:\w*pause|\w*ferien|\w*wahl|Umbau|"
    r"Neuwahl)"
    r"|\b(?:in|im) (?:diesem|neuen|laufenden|kommenden|vergangenen|vorigen|letzten) (?:\w+ )?Jahr"
    r"|\bspezial\b|\bdieser Art\b|\bdieses Jahres|\bdes (?:neuen |laufenden )?Jahres\b|\bin \d{4})",
    re.IGNORECASE,
)
_RELATIVE_HERE = re.compile(
    r"\s*(?:in|im|des|der) (?:diesem|dieses|neuen|laufenden) (?:\w+ )?Jahr", re.IGNORECASE
)
_ARTICLES = frozenset(
    str.split(
        """
        der die das den dem des ein eine einen einer eines einem diese dieser dieses diesen
        seine seiner seinen unsere unserer unseren unser ihre ihrer ihren jede jeder jeden
        keine welche über oder unter hinter gegen wegen ohne sowie bitte heute beide beiden
        weitere weiteren andere anderen alle allen aller meisten mehrere mehreren vielen viele
        wenige einige einigen letzte letzten nächste nächsten folgende folgenden eigene eigenen
        liebe werden wurden haben waren findet
        """
    )
)


@dataclass(frozen=True, slots=True)
class SittingWord:
    """A sitting's word in a text, with its kind (core, loose, plural)."""

    start: int
    end: int
    kind: str


@lru_cache(maxsize=256)
def find_sitting_words(text: str, *, is_path: bool = False) -> tuple[SittingWord, ...]:
    """Find the words that name a sitting.

    >>> [text_word.kind for text_word in find_sitting_words("Protokolle der Sitzungen des Forums")]
    ['plural', 'core']
    """
    found = []
    for match in (_PATH_WORD if is_path else SITTING_WORD).finditer(text):
        kind = sitting_kind(match[0])
        if kind is not None:
            found.append(SittingWord(match.start(), match.end(), kind))
    return tuple(found)


def find_numbers(
    text: str, place: Place = "text", *, dates: Sequence[SpottedDate] = ()
) -> tuple[SpottedNumber, ...]:
    """Find every session number of a tidied text, in order of place.

    `dates` are the dates already found in it; they are no numbers.

    >>> [found.number for found in find_numbers("9. und 10. Sitzung des Beirats")]
    [9, 10]
    >>> [found.number for found in find_numbers("1265/II Neubau; VI. Sitzung; Forum 5/2016")]
    [6]
    """
    original = text
    text = cover(cover_codes(text), tuple((one.start, one.end) for one in dates))
    if is_path(place):
        text = file_words(text) if place == "file_name" else re.sub(r"[_+\-]", " ", text)
    found: dict[tuple[int, int], SpottedNumber] = {}
    for one in _all_numbers(text, original, place):
        # One stretch is read once; only a wording that names two sittings gives two numbers.
        overlapping = [v for v in found.values() if v.start < one.end and one.start < v.end]
        if any(v.number == one.number or v.rule != one.rule for v in overlapping):
            continue
        found[one.number, one.end] = one
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.number)))


def _all_numbers(text: str, original: str, place: Place) -> Iterator[SpottedNumber]:
    words = find_sitting_words(text, is_path=is_path(place))
    for word in words:
        yield from _before(text, word, place)
        yield from _after(text, word, place)
    for match in _FIELD.finditer(text):
        yield from _numbers(
            match.start(), match.end(), [int(match["first"])], "number's field", 0.95
        )
    leading = _LEADING.match(text) if place in ("list_entry", "link_text", "heading") else None
    if (
        leading
        and (words or any(word in folded(text) for word in _MINUTES_WORDS))
        and not _ISSUE.search(original)
    ):
        yield from _numbers(0, leading.end(), [int(leading["first"])], "number and date", 0.8)
    yield from _beside_minutes(text, original, place)
    if place not in ("url", "text", "first_lines"):
        for match in _HASH.finditer(text):
            yield from _numbers(match.start(), match.end(), [int(match["first"])], "#28", 0.8)


def _numbers(
    start: int, end: int, numbers: Sequence[int], rule: str, strength: float
) -> Iterator[SpottedNumber]:
    for number in numbers:
        if 1 <= number <= HIGHEST:
            yield SpottedNumber(start, end, number, rule, strength)


def _before(text: str, word: SittingWord, place: Place) -> Iterator[SpottedNumber]:
    """Read the ordinals before a sitting's word: `28. Forum`, `9. und 10. Sitzung`."""
    offset = max(0, word.start - 110)
    before = text[offset : word.start]
    term = _TERM_BEFORE.search(before)
    if term:
        yield from _numbers(
            offset + term.start(), word.end, [int(term["last"])], "term/number before", 0.9
        )
        return
    match = _BEFORE.search(before)
    in_path = is_path(place)
    if match is None and in_path:
        match = _BEFORE_IN_PATH.search(before)
    if match is None or not _are_adjectives(match["between"]):
        return
    last = _ordinal(match["last"])
    first = (
        _ordinal(
            match["first"].rstrip(" \n,&+/-–").removesuffix("und").removesuffix("bis").rstrip()
        )
        if match["first"]
        else None
    )
    if last is None:
        return
    spelled = not match["last"][0].isdigit() and not match["last"].endswith(".")
    lead = before[: match.start("first") if first else match.start("last")]
    if _ITEM_BEFORE.search(lead) or lead.rstrip().endswith("§"):
        return
    plural = word.kind == "plural"
    if plural and first is None:
        return
    after = text[word.end : word.end + 60]
    relative = _RELATIVE_AFTER if spelled else _RELATIVE_HERE
    if relative.match(after) or (spelled and _says_relative(after)):
        return
    numbers = [last]
    if first is not None and first < last:
        joined_by_range = re.search(r"(?:bis|-|–)\s*$", match["first"]) is not None
        numbers = list(range(first, last + 1)) if joined_by_range else [first, last]
        if len(numbers) > 4:
            return
    start = offset + (match.start("first") if first is not None else match.start("last"))
    strength = 0.95 if word.kind != "loose" else 0.8
    rule = "ordinal before"
    if spelled:
        bare = text[word.start : word.end].lower()
        if bare in ("runde", "runden", "beratung", "gespräch", "dialog") and place == "text":
            return
        strength, rule = strength - 0.1, "spelled out before"
    elif match["last"][0] in "IVXivx":
        if not match["last"].isupper():
            return
        rule = "Roman before"
    yield from _numbers(start, word.end, numbers, rule, strength)


def _says_relative(after: str) -> bool:
    return re.match(r"[^.\n]{0,25}?\b(?:in|im) (?:diesem|neuen) Jahr", after) is not None


def _are_adjectives(between: str) -> bool:
    """Tell whether the words between number and noun leave them together."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"\([^()]*\)", " ", between))
    return not any(
        word.lower() in _ARTICLES or word.lower() in MONTHS or word.lower() in WEEKDAYS
        for word in words
    )


def _ordinal(word: str) -> int | None:
    digits = re.match(r"\d+", word)
    if digits:
        return int(digits[0])
    bare = word.strip().rstrip(".")
    if bare and set(bare) <= frozenset("IVX"):
        return roman_of(bare)
    return ordinal_of(bare)


def _after(text: str, word: SittingWord, place: Place) -> Iterator[SpottedNumber]:
    """Read the number after a sitting's word: `Forum 4`, `Sitzung Nr. 55`, `Bürgerforum #3`."""
    if word.kind != "core":
        return
    after = text[word.end : word.end + 160]
    if _FORM_BEFORE.search(text[max(0, word.start - 20) : word.start]):
        return  # "Ort der Sitzung: 13., Rathaus"
    term = _AFTER_TERM.match(after)
    if term:
        yield from _numbers(
            word.start, word.end + term.end(), [int(term["first"])], "number/term after", 0.85
        )
        return
    issue = _AFTER_YEAR.match(after)
    if issue:
        forum = text[word.start : word.end].lower().endswith("forum")
        around = text[max(0, word.start - 60) : word.end + 60]
        if (issue["sign"] or not forum) and not _ISSUE.search(around) and len(issue["year"]) == 4:
            end = word.end + issue.end()
            yield from _numbers(word.start, end, [int(issue["first"])], "number/year after", 0.85)
        return
    dated = _AFTER_DATE.match(after)
    if dated:
        end = word.end + dated.end()
        yield from _numbers(word.start, end, [int(dated["first"])], "number after date", 0.85)
        return
    match = _AFTER.match(after)
    if match:
        rest = after[match.end() :]
        signed = bool(match["sign"])
        is_forum = text[word.start : word.end].lower().endswith("forum")
        if is_path(place) and is_forum and re.match(r"\s(?:19|20)\d\d(?!\d)", rest):
            return  # "stadt-forum-5-2016": as "Forum 5/2016", a magazine's issue
        if match["more"] and re.match(
            r"\s*(?:[A-ZÄÖÜ]?[a-zäöüß]+\s+)?(?:Sitzung|Forum|Etage|Stock|OG)", rest
        ):
            return
        if _NO_NUMBER_AFTER.match(rest) and not (signed and rest[:1] in ",:"):
            return
        if re.match(r"\s*,", after) and not signed:
            return
        if place in ("text", "first_lines") and not signed and not _AFTER_END.match(rest):
            return
        numbers = [int(match["first"])] + ([int(match["last"])] if match["last"] else [])
        if len(numbers) == 2 and numbers[1] != numbers[0] + 1:
            numbers = numbers[:1]
        rule = "number after" if signed or is_path(place) else "bare number after"
        strength = 0.95 if signed else 0.85
        yield from _numbers(word.start, word.end + match.end(), numbers, rule, strength)
        return
    roman = _AFTER_ROMAN.match(after)
    if roman and (number := roman_of(roman["roman"])) is not None:
        yield from _numbers(word.start, word.end + roman.end(), [number], "Roman after", 0.8)
        return
    named = _NAMED_NUMBER.match(after)
    if named:
        end = word.end + named.end()
        yield from _numbers(word.start, end, [int(named["first"])], "name and number after", 0.85)


def _beside_minutes(text: str, original: str, place: Place) -> Iterator[SpottedNumber]:
    """Read `Protokoll Nr. 11`, and `NR. 2/2015` where no issue is meant."""
    words = _PATH_WORD if is_path(place) else SITTING_WORD
    may_hold = any(word in folded(text) for word in _MINUTES_WORDS)
    for word in words.finditer(text) if may_hold else ():
        if not _MINUTES.search(word[0]):
            continue
        after = text[word.end() : word.end() + 60]
        original_after = original[word.end() : word.end() + 60] if not is_path(place) else ""
        if term := _AFTER_TERM_FIRST.match(original_after):
            span = (word.start(), word.end() + term.end())
            yield from _numbers(*span, [int(term["first"])], "minutes' number", 0.85)
            continue
        match = _AFTER_YEAR.match(after) or _AFTER.match(after) or _NAMED_NUMBER.match(after)
        if match is None:
            continue
        if match.re is _NAMED_NUMBER:
            # "Protokoll Quartierkommission Nr. 117", but not where a sitting's word tells more
            if not find_sitting_words(match["words"]) and place != "file_name":
                span = (word.start(), word.end() + match.end())
                yield from _numbers(*span, [int(match["first"])], "minutes' number", 0.7)
            continue
        signed = bool(match["sign"])
        in_title = place in ("file_name", "link_text", "url", "title", "heading", "list_entry")
        rest = after[match.end() :]
        if _NO_NUMBER_AFTER.match(rest) or after.lstrip()[:1] == "," or not (signed or in_title):
            continue
        if match.groupdict().get("more") and rest.strip():
            continue  # "Protokoll 2. Sitzung": the ordinal belongs to what follows
        numbers = [int(match["first"])]
        strength = 0.85 if signed else 0.6
        yield from _numbers(
            word.start(), word.end() + match.end(), numbers, "minutes' number", strength
        )
    if place not in ("text", "url"):
        bare = _BARE_NUMBER_AND_YEAR.match(text)
        if bare and not _ISSUE.search(original):
            number = [int(bare["first"])]
            yield from _numbers(bare.start("first"), bare.end(), number, "number/year", 0.6)
