"""Read the ordinals before a sitting's word: `28. Forum`, `9. und 10. Sitzung`, `das vierte Forum`.

Digits, spelled out, Roman, two at once. Pure: no I/O.
"""

import re
from collections.abc import Iterator, Sequence

from archiver.model import Place
from archiver.sites.figures import ordinal_of, roman_of
from archiver.sites.sittings import SittingWord
from archiver.sites.spotted import SpottedNumber, spot_numbers
from archiver.sites.vocabulary import MONTHS, WEEKDAYS
from archiver.sites.wording import COVER, is_path

_SEPARATOR = r"\s*(?:,|und|u\.|sowie|&|\+|/|bis|-|–)\s*"
_DIGITS = r"\d{1,3}(?:\.|-?s?te[nrsm]?(?!\w))"
_SPELLED = (
    r"(?!letzte|nächste)[^\W\d_]{3,32}(?:te|ste)[nrsm]?(?!\w)|siebten?|erste[nrsm]?|dritte[nrsm]?"
)
_ROMAN = r"(?<![^\W_])[IVXLC]{1,9}\."
_ORDINAL = rf"(?:{_DIGITS}|{_ROMAN}|(?:{_SPELLED}))"
_ADJECTIVE = (
    r"(?:(?!(?:[OUED]G|Etage|Stock)\b)(?:\([^()\n]{1,40}\)"  # "1. OG Werkstatt": a floor
    r"|(?:nicht-?\s?)?(?:öffentliche|offene|ordentliche|außerordentliche|gemeinsame|digitale|offizielle|"
    r"konstituierende|reguläre|virtuelle|hybride|thematische|aktuelle)[nrsm]?"
    r"(?:/[^\W\d_]{4,25})?"
    r"|und\s(?:bislang|bisher|vorerst|vorläufig|zunächst|zugleich|damit|wohl)?\s?(?:vor)?letzte[nrsm]?"
    r"|(?-i:[A-ZÄÖÜ])[a-zäöüß]{2,24}-\s(?:und|&)"  # "13. Kinder- und Jugendforum"
    r"|[a-zäöüß][a-zäöüß-]{2,24}(?:e|en|er|es)|(?-i:[A-ZÄÖÜ])[a-zäöüß-]{2,24}er|[A-ZÄÖÜ]{2,4}))"
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
_ITEM_BEFORE = re.compile(
    r"\b(?:TOP|Punkt|Ziffer|Frage|Kapitel|Abschnitt|Seite|Anlage|Phase|Teil|Stufe|Modul|Platz|Tag|Etage|"
    r"jeden?|jeder|jedes|jede|alle|Klasse|Lesung)\.?\s*$",
    re.IGNORECASE,
)
# "4. Beratung über den Antrag": an item of the agenda
_ITEM_NOUN = re.compile(
    r"(?:vor)?(?:beratung|besprechung|gespräch|veranstaltung|klausur)$", re.IGNORECASE
)
_ITEM_AFTER = re.compile(r"\s+(?:über|und|zu[mr]?|de[rs]|von|mit|eine[rs]|im|in)\b")
_LISTED_BEFORE = re.compile(r"(?<![\d.])(?:\d{1,3}\.?\s?,\s?)+$")
_AND_LAST = re.compile(r"und (?:\w+ )?(?:vor)?letzte[nrsm]?", re.IGNORECASE)
# "6. Planungsbeirat am 4. Juli": a body and a day, where no sitting's word stands
_BODY = re.compile(
    rf"(?<![\d.,§])(?P<first>\d{{1,3}})\.\s+(?:{_ADJECTIVE}\s+)?(?-i:(?=[A-ZÄÖÜ]))[\w-]*?"
    r"(?:beirat|(?:stadt|orts|schafts|bezirks|teil|kreis|jugend|senioren|gemeinde|kinder|eltern|fahrgast|"
    r"gestaltungs|integrations|denkmal|verkehrs|umwelt|inklusions|migrations)rat|ausschuss|gremium|"
    r"kommission|parlament|kuratorium|(?:arbeits|lenkungs|gesprächs|steuerungs|begleit)(?:kreis|gruppe)|"
    r"(?P<treff>(?:bürger(?:innen)?|stadtteil|quartiers|kiez|nachbarschafts|anwohner|einwohner|anlieger|"
    r"dorf|ortsteil)treff))"
    r"(?:e?s)?(?:\s(?!am\b|vom\b)[\w/-]+){0,4}?(?P<link>\s*[,(|–-]|\s(?:am|vom)|(?(treff)(?=\s)|(?!)))\s*"
    rf"(?:\w+,?\s)?[{COVER}]{{4}}",
    re.IGNORECASE,
)
# "Nach zwölf Foren folgt das dreizehnte": the noun stands before, article and ending agree with it
_ALONE = re.compile(
    r"\b(?P<article>das|die|der|dem|den|zum|zur|beim)\s"
    rf"(?P<last>\d{{1,3}}\.|{_SPELLED})"
    r"(?=\s*(?:[.,;!?)\n]|$)|\s+(?:am|fand|findet|folgt|wird|war|ist|statt|stand|im)\b)",
    re.IGNORECASE,
)
_AGREEING: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        str.split("forum foren forums treffen gespräch gespräche plenum"),
        frozenset(("das e", "dem n", "zum n", "beim n")),
    ),
    **dict.fromkeys(
        str.split(
            "sitzung sitzungen versammlung versammlungen tagung tagungen runde runden "
            "konferenz konferenzen werkstatt werkstätten"
        ),
        frozenset(("die e", "der n", "zur n")),
    ),
    **dict.fromkeys(
        str.split("dialog dialoge workshop workshops kongress stammtisch"),
        frozenset(("der e", "den n", "dem n", "zum n", "beim n")),
    ),
}
_REACH = 80  # characters between noun and ordinal
_LEAST_ALONE = 3  # "das erste …, das zweite …" count other things as a rule
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


def read_before(text: str, word: SittingWord, place: Place) -> Iterator[SpottedNumber]:
    """Read the ordinals before a sitting's word: `28. Forum`, `9. und 10. Sitzung`."""
    offset = max(0, word.start - 110)
    before = text[offset : word.start]
    term = _TERM_BEFORE.search(before)
    if term:
        yield from spot_numbers(
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
    is_item_noun = _ITEM_NOUN.match(text[word.start : word.end]) and not lead.strip()
    if is_item_noun and _ITEM_AFTER.match(text, word.end):
        return
    plural = word.kind == "plural"
    if plural and first is None:
        return
    after = text[word.end : word.end + 60]
    relative = _RELATIVE_AFTER if spelled else _RELATIVE_HERE
    if relative.match(after) or (spelled and _says_relative(after)):
        return
    numbers = [last]
    if first is not None and match["first"][0].isdigit() != match["last"][0].isdigit():
        first = None  # "Bezirksbeirat III – 14. Sitzung": the body's number stands before
    if first is not None and first < last:
        joined_by_range = re.search(r"(?:bis|-|–)\s*$", match["first"]) is not None
        numbers = list(range(first, last + 1)) if joined_by_range else [first, last]
        listed = _LISTED_BEFORE.search(lead)  # "26., 27. und 28. Sitzung"
        if listed:
            numbers = [*(int(one) for one in re.findall(r"\d+", listed[0])), *numbers]
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
    elif match["last"][0] in "IVXLCivxlc":
        if not match["last"].isupper():
            return
        rule = "Roman before"
    yield from spot_numbers(start, word.end, numbers, rule, strength)


def read_body(text: str, place: Place) -> Iterator[SpottedNumber]:
    """Read `6. Planungsbeirat am 4. Juli` in a text that names no sitting; dates are covered."""
    if place not in ("title", "heading", "link_text", "list_entry"):
        return
    match = _BODY.search(text)
    # In a list the numbers may count its entries: "2. Hauptausschuss, 3. Mai".
    if match is None or (place == "list_entry" and match["link"].strip() not in ("am", "vom")):
        return
    yield from spot_numbers(
        match.start(), match.end("link"), [int(match["first"])], "ordinal before a body", 0.7
    )


def read_alone(text: str, words: Sequence[SittingWord]) -> Iterator[SpottedNumber]:
    """Read an ordinal whose noun stands before it: "Nach drei Foren folgt das vierte"."""
    for match in _ALONE.finditer(text) if words else ():
        before = [word for word in words if word.end <= match.start()]
        number = _ordinal(match["last"])
        if not before or number is None or number < _LEAST_ALONE:
            continue
        noun = text[before[-1].start : before[-1].end].lower()
        ending = "n" if match["last"].lower().endswith("n") else "e"
        forms = {f"{match['article'].lower()} {ending}"}
        if match["last"].endswith("."):  # digits have no ending
            forms = {f"{match['article'].lower()} {one}" for one in "en"}
        is_near = "\n" not in text[before[-1].end : match.start()]
        is_agreeing = any(noun.endswith(end) and forms & set(_AGREEING[end]) for end in _AGREEING)
        if is_near and is_agreeing and match.start() - before[-1].end < _REACH:
            yield from spot_numbers(match.start("last"), match.end(), [number], "noun before", 0.6)


def _says_relative(after: str) -> bool:
    return re.match(r"[^.\n]{0,25}?\b(?:in|im) (?:diesem|neuen) Jahr", after) is not None


def _are_adjectives(between: str) -> bool:
    """Tell whether the words between number and noun leave them together."""
    between = _AND_LAST.sub(" ", re.sub(r"\([^()]*\)", " ", between))
    words = re.findall(r"[^\W\d_]+", between)
    return not any(
        word.lower() in _ARTICLES or word.lower() in MONTHS or word.lower() in WEEKDAYS
        for word in words
    )


def _ordinal(word: str) -> int | None:
    digits = re.match(r"\d+", word)
    if digits:
        return int(digits[0])
    bare = word.strip().rstrip(".")
    if bare and set(bare) <= frozenset("IVXLC"):
        return None if bare in ("L", "C") else roman_of(bare)  # an initial sooner than a number
    return ordinal_of(bare)
