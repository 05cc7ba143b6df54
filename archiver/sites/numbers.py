"""Read the numbers of sittings in German wordings: digits, spelled out, Roman, two at once.

Every sitting's word is looked at from both sides; a number that belongs to a term, an issue, an
item of the agenda or a date is none. Whose number it is (this sitting's or an earlier one's)
says contexts.py. Pure: no I/O.
"""

import re
from collections.abc import Iterator, Sequence

from archiver.model import Place
from archiver.sites.figures import roman_of
from archiver.sites.ordinals import read_alone, read_before, read_body
from archiver.sites.sittings import PATH_WORD, SittingWord, find_sitting_words
from archiver.sites.spotted import TWO_NUMBERS, SpottedDate, SpottedNumber, spot_numbers
from archiver.sites.vocabulary import SITTING_WORD
from archiver.sites.wording import (
    COVER,
    cover,
    cover_codes,
    file_words,
    folded,
    is_path,
    without_extension,
)

_SIGN = r"(?:[Nn](?:[Rr]|[Oo])(?![^\W\d_])\.?|N[°º]|№)"  # "Nr. 4", "no 4", "No9" in names of files
_AFTER = re.compile(
    rf"\s*[(,]?\s*(?P<sign>#|{_SIGN}|Nummer)?\s*:?\s*"
    r"(?P<first>\d{1,3})(?!\d|\.\d)(?P<more>\.)?"
    r"(?:\s*(?:und|u\.|&|\+)\s*(?P<last>\d{1,3})(?!\d))?",
)
_AFTER_TERM = re.compile(
    r"\s*(?:Nr\.?\s*)?(?P<first>\d{1,3})/"
    r"(?P<term>[IVX]{1,6}\b|(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d(?!\d))"  # "9/2019-2023"
)
_AFTER_YEAR = re.compile(
    rf"\s*(?P<sign>{_SIGN}|Nummer|#)?\s*:?\s*(?P<first>\d{{1,3}})\s*/\s*"
    r"(?P<year>(?:19|20)?\d\d)(?![\d/.])"
)
_AFTER_ROMAN = re.compile(
    r"\s+(?P<roman>[IVX]{1,6}|[IVXLC]{3,9})(?![\w/-]|\.\s?[A-ZÄÖÜ]|\s*(?:Quartal|Wahl))"
)
# What may follow "Sitzung 12" in running text, so that "Sitzung 12 Mitglieder" is not read.
_AFTER_END = re.compile(
    r"\s*(?:$|[\n.,;:!?()\[\]–\-/|·•„\"“»]|(?:am|vom|im|in|des|der|zum|zur|zu|mit|und|wird|wurde|fand|"
    r"findet|ist|war|hat|on|beim|bei|über|statt)\b)"
)
_NO_NUMBER_AFTER = re.compile(
    rf"\+(?!\s*\d)|\s*(?:[.:,]\s*\d|[{COVER}](?!{COVER}{{5}})|[/-]\s*\d|(?:Personen|Teilnehm|Mitglied|Jahre|Minuten|Stunden|Punkte|"
    r"Bürger|Stimmen|Anträge|Themen|Fragen|Tage|Wochen|Monate|Mal\b|x\b|Seiten|Plus\b|\.?\s*(?:Etage|OG\b|Stock)))"
)
_NAMED_NUMBER = re.compile(
    r"(?P<words>(?:\s+(?!(?:in|im|am|an|bei|auf|TOP|Drucksache|Vorlage|Antrag|Anlage|Raum|Haus|Zimmer|Saal|"
    r"Ausgabe|Heft|und)\b)[\w-]{2,30}(?<!stra[sß]e)(?<!weg)(?<!platz)(?<!str)){1,4})\s+(?:Nr|NR)\b\.?\s*:?\s*(?P<first>\d{1,3})(?![\d]|\s*/|[.,]\d)"
)
# "Bürgerforum Nord (5): Bildung", not the count of a menu's entries
_NAMED_IN_BRACKETS = re.compile(
    r"(?:\s[A-ZÄÖÜ][\w-]+){1,2}\s\((?P<first>\d{1,2})\)(?=\s*[:–]\s*[A-ZÄÖÜ„])"
)
_HASH = re.compile(r"(?<![\w&#/])#\s?(?P<first>\d{1,3})(?![\w.,]\w|\w)")
_BARE_NUMBER_AND_YEAR = re.compile(
    rf"^(?:.{{0,40}}\s)?{_SIGN}\s*(?P<first>\d{{1,2}})/(?P<year>(?:19|20)\d\d)(?!\d)"
)
# "Sitzung vom 24.09.2009 (Nr. 3)": the number behind the date
_AFTER_DATE = re.compile(
    rf"\s*,?\s*(?:(?:am|vom)\s+)?[{COVER}]+\s*[,(–-]?\s*{_SIGN}\s*"
    r"(?P<first>\d{1,3})(?![\d/])"
)
# A form's field: "Sitzungsnummer: OBR/011/2010", "Nr. der Sitzung: 6", "Protokoll-Nr.: 4/2017"
_FIELD = re.compile(
    r"\b(?:Sitzungs?-?\s?(?:nummer\b|nr\b\.?)|(?:Nr\.?|Nummer)\s+(?:der|des)\s+(?:Sitzung|Protokolls)\b|"
    r"Protokoll-?(?:nummer\b|nr\b\.?)|"
    r"Sitzung(?=\s*:\s*[A-ZÄÖÜ][\w -]{0,14}/\d{1,3}/(?:19|20)\d\d))"
    r"\s*:?\s*(?:[A-ZÄÖÜ][\w-]{0,11}(?:\s[A-ZÄÖÜ]{1,4})?/)?(?P<first>\d{1,3})(?![\d.])"
    r"(?:/(?P<year>(?:19|20)\d\d))?(?![\d/])",
    re.IGNORECASE,
)
# "Protokoll Nr. XIV/12/2018": term, number, year
_AFTER_TERM_FIRST = re.compile(
    r"\s*(?:Nr|NR)\b\.?\s*:?\s*[IVX]{1,6}/(?P<first>\d{1,3})(?:/(?:19|20)?\d\d)?(?![\d/])"
)
# "Niederschrift OBR/011/2010": body, number, year
_AFTER_BODY_FIRST = re.compile(
    r"\s*(?:(?:Nr|NR)\b\.?\s*:?\s*)?[A-ZÄÖÜ]{1,6}/(?P<first>\d{1,3})/(?:19|20)\d\d(?![\d/])"
)
# "Nr. 14 - 12.06.2013 - Protokoll der Beiratssitzung": an entry that begins with number and day
_LEADING = re.compile(
    rf"^\W*{_SIGN}\s*(?P<first>\d{{1,3}})\s*[-–,:|]?\s*(?:vom\s+|am\s+)?[{COVER}]{{6}}"
)
_MINUTES_WORDS = ("protokoll", "niederschrift", "mitschrift")
_MINUTES = re.compile(rf"(?:{'|'.join(_MINUTES_WORDS)})s?$", re.IGNORECASE)
# What is counted, too, and is no sitting: issues, papers, laws.
_ISSUE = re.compile(
    r"\b(?:\w*(?:ausgabe|zeitung|zeitschrift|magazin|blatt)|Heft|Newsletter|Infobrief|Rundbrief|"
    r"Rundschreiben|(?:Presse|Medien)\w*|PM|Mitteilung|Bekanntmachung|Verordnung|Gutachten|Information|"
    r"\w*(?:Drucksache|Vorlage|Bebauungsplan|Beschluss|Antrag|Anfrage|Rechnung)|Lesen|Jahrgang|"
    r"erschienen|Gesetz|Auftrag|Vorgang|Bericht\sNr)",
    re.IGNORECASE,
)
_NAMING: tuple[Place, ...] = ("title", "heading", "link_text", "list_entry")
# "dokumentation-28.html", "einladung_14.pdf": one figure may count copies of a file
_NAMED_AFTER_PAPER = re.compile(
    r"(?:^|\s)(?:\w*dokumentation|doku|prot|ns|einladung|tagesordnung|plakat|flyer)\s"
    r"(?P<first>[1-9]\d{1,2})$",
    re.IGNORECASE,
)
_FORM_BEFORE = re.compile(r"\b(?:Ort|Beginn|Ende|Dauer|Datum|Tag|Raum)\s+(?:der|des)\s+$")


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
        yield from read_before(text, word, place)
        yield from _after(text, word, place)
    for match in _FIELD.finditer(text):
        yield from spot_numbers(
            match.start(), match.end(), [int(match["first"])], "number's field", 0.95
        )
    leading = _LEADING.match(text) if place in ("list_entry", "link_text", "heading") else None
    is_told = bool(words) or any(word in folded(text) for word in _MINUTES_WORDS)
    if leading and (is_told or place == "list_entry") and not _ISSUE.search(original):
        yield from spot_numbers(
            0, leading.end(), [int(leading["first"])], "number and date", 0.8 if is_told else 0.6
        )
    if not words and COVER in text and not _ISSUE.search(original):
        yield from read_body(text, place)
    if not is_path(place):
        yield from read_alone(text, words)
    yield from _beside_minutes(text, original, place)
    if place not in ("url", "text", "first_lines"):
        for match in _HASH.finditer(text):
            yield from spot_numbers(match.start(), match.end(), [int(match["first"])], "#28", 0.8)


def _after(text: str, word: SittingWord, place: Place) -> Iterator[SpottedNumber]:
    """Read the number after a sitting's word: `Forum 4`, `Sitzung Nr. 55`, `Bürgerforum #3`."""
    after = text[word.end : word.end + 160]
    if word.kind != "core":
        yield from _after_loose(after, word, place) if word.kind == "loose" else ()
        return
    if _FORM_BEFORE.search(text[max(0, word.start - 20) : word.start]):
        return  # "Ort der Sitzung: 13., Rathaus"
    term = _AFTER_TERM.match(after)
    if term:
        yield from spot_numbers(
            word.start, word.end + term.end(), [int(term["first"])], "number/term after", 0.85
        )
        return
    issue = _AFTER_YEAR.match(after)
    if issue:
        forum = text[word.start : word.end].lower().endswith("forum")
        around = text[max(0, word.start - 60) : word.end + 60]
        is_year = len(issue["year"]) == 4 or (issue["sign"] and int(issue["first"]) < 100)
        if (issue["sign"] or not forum) and not _ISSUE.search(around) and is_year:
            first, last = int(issue["first"]), int(issue["year"])
            numbers, rule = [first], "number/year after"
            if last == first + 1:  # "Sitzung Nr. 15/16"
                numbers, rule = [first, last], TWO_NUMBERS
            yield from spot_numbers(word.start, word.end + issue.end(), numbers, rule, 0.85)
        return
    dated = _AFTER_DATE.match(after)
    if dated:
        end = word.end + dated.end()
        yield from spot_numbers(word.start, end, [int(dated["first"])], "number after date", 0.85)
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
        yield from spot_numbers(word.start, word.end + match.end(), numbers, rule, strength)
        return
    roman = _AFTER_ROMAN.match(after)
    if roman and (number := roman_of(roman["roman"])) is not None:
        yield from spot_numbers(word.start, word.end + roman.end(), [number], "Roman after", 0.8)
        return
    named = _NAMED_NUMBER.match(after)
    if named is None and place in _NAMING and not text[: word.start].strip():
        named = _NAMED_IN_BRACKETS.match(after)
    if named:
        end = word.end + named.end()
        yield from spot_numbers(
            word.start, end, [int(named["first"])], "name and number after", 0.85
        )


def _after_loose(after: str, word: SittingWord, place: Place) -> Iterator[SpottedNumber]:
    """Read `Stadtgespräch VI`, `Bürgerdialog Nr. 4`: only with a sign, or in Roman in a name."""
    match = _AFTER.match(after)
    if match and match["sign"] and not _NO_NUMBER_AFTER.match(after, match.end()):
        end = word.end + match.end()
        yield from spot_numbers(word.start, end, [int(match["first"])], "number after", 0.8)
    roman = _AFTER_ROMAN.match(after) if place in _NAMING else None
    if roman and (number := roman_of(roman["roman"])) is not None:
        yield from spot_numbers(word.start, word.end + roman.end(), [number], "Roman after", 0.75)


def _is_line(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch is a line of its own."""
    before, after = text[:start].rpartition("\n")[2], text[end:].partition("\n")[0]
    return not before.strip() and not after.strip(" .")


def _beside_minutes(text: str, original: str, place: Place) -> Iterator[SpottedNumber]:
    """Read `Protokoll Nr. 11`, and `NR. 2/2015` where no issue is meant."""
    named = _NAMED_AFTER_PAPER.search(without_extension(text)) if is_path(place) else None
    if named:
        yield from spot_numbers(*named.span(), [int(named["first"])], "paper's number", 0.6)
    words = PATH_WORD if is_path(place) else SITTING_WORD
    may_hold = any(word in folded(text) for word in _MINUTES_WORDS)
    for word in words.finditer(text) if may_hold else ():
        if not _MINUTES.search(word[0]):
            continue
        after = text[word.end() : word.end() + 60]
        original_after = original[word.end() : word.end() + 60] if not is_path(place) else ""
        term = _AFTER_TERM_FIRST.match(original_after) or _AFTER_BODY_FIRST.match(original_after)
        if term:
            span = (word.start(), word.end() + term.end())
            yield from spot_numbers(*span, [int(term["first"])], "minutes' number", 0.85)
            continue
        match = _AFTER_YEAR.match(after) or _AFTER.match(after) or _NAMED_NUMBER.match(after)
        if match is None:
            continue
        if match.re is _NAMED_NUMBER:
            # "Protokoll Quartierkommission Nr. 117", but not where a sitting's word tells more
            if not find_sitting_words(match["words"]) and place != "file_name":
                span = (word.start(), word.end() + match.end())
                yield from spot_numbers(*span, [int(match["first"])], "minutes' number", 0.7)
            continue
        signed = bool(match["sign"])
        in_title = place in ("file_name", "link_text", "url", "title", "heading", "list_entry")
        rest = after[match.end() :]
        is_alone = place == "first_lines" and _is_line(text, word.start(), word.end() + match.end())
        in_title = in_title or (is_alone and match.re is _AFTER_YEAR)
        if _NO_NUMBER_AFTER.match(rest) or after.lstrip()[:1] == "," or not (signed or in_title):
            continue
        if match.groupdict().get("more") and rest.strip():
            continue  # "Protokoll 2. Sitzung": the ordinal belongs to what follows
        numbers = [int(match["first"])]
        strength = 0.85 if signed else 0.6
        yield from spot_numbers(
            word.start(), word.end() + match.end(), numbers, "minutes' number", strength
        )
    if place not in ("text", "url"):
        bare = _BARE_NUMBER_AND_YEAR.match(text)
        if bare and not _ISSUE.search(original):
            number = [int(bare["first"])]
            yield from spot_numbers(bare.start("first"), bare.end(), number, "number/year", 0.6)
