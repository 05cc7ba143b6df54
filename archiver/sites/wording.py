"""Make a clue's words readable: broken characters, file names, line breaks, times and codes.

Knows how words arrive, not what they mean. Pure: no I/O.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from archiver.model import Place

MAX_CHARS = 20_000  # of one clue; what comes later is body text and no clue
COVER = "\x1a"  # stands for characters already read; never in tidy text

_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff\x00-\x08\x0b-\x1f\x7f]")
_HYPHENS = {"\u2010": "-", "\u2011": "-", "\u2012": "–", "\u2015": "–", "—": "–"}
# "B¨urger": TeX fonts without umlauts set the dots before the letter.
_DOTS_BEFORE = re.compile(r"¨\s?([aouAOU])")
_MANY_SPACES = re.compile(r" {2,}")
_LINE_ENDS = re.compile(r"(?=[ \r\n\u2028\u2029])(?: *\r?\n[ \n]*|\u2028|\u2029)")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
# UTF-8 read as code page 437 (old ZIP tools), and as Windows-1252 (servers without a charset).
_MOJIBAKE_437 = re.compile("[├┬Γ╠][\u00a1-\u00ff\u2190-\u25ff₧ƒ]")
_MOJIBAKE_1252 = re.compile("[ÃÂâÌ][\u0080-\u00bf\u0152-\u2122]")


_SPACED = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?![^\W\d_])(?=[\s:.,;!?]|$)", re.MULTILINE)
_VOWELS = frozenset("aeiouäöüAEIOUÄÖÜ")


def join_spaced_letters(text: str) -> str:
    """Join words set with a space after each letter; the alphabet and initials stay apart.

    >>> join_spaced_letters("Ö F F E N T L I C H E  S I T Z U N G am 3. Mai")
    'ÖFFENTLICHE  SITZUNG am 3. Mai'
    >>> join_spaced_letters("Gruppen A B C D E und x y z w")
    'Gruppen A B C D E und x y z w'
    """
    return _SPACED.sub(_join_spaced, text)


def _join_spaced(match: re.Match[str]) -> str:
    word = match[0].replace(" ", "")
    codes = [ord(letter) for letter in word]
    is_alphabet = all(after - before == 1 for before, after in itertools.pairwise(codes))
    has_shape = word.isupper() or word.islower() or word.istitle()
    vowels = sum(letter in _VOWELS for letter in word)
    if is_alphabet or not has_shape or not 0 < vowels < len(word) or vowels * 6 < len(word):
        return match[0]
    return word


def tidy(text: str) -> str:
    """Return the text composed (NFC), with plain spaces and hyphens, mended if it was mis-read.

    Line breaks stay, one each; at most MAX_CHARS characters are kept.

    >>> tidy("Bu\\u0308rger\\u00adforum\\u00a03")
    'Bürgerforum 3'
    >>> tidy("B├╝rgerforum"), tidy("BÃ¼rgerforum"), tidy("B%C3%BCrgerforum")
    ('Bürgerforum', 'Bürgerforum', 'Bürgerforum')
    """
    text = text[:MAX_CHARS]
    if _PERCENT.search(text):
        text = unquote(text, errors="replace") if "\ufffd" not in unquote(text) else text
    for pattern, wrong in ((_MOJIBAKE_437, "cp437"), (_MOJIBAKE_1252, "cp1252")):
        if pattern.search(text):
            text = _mend(text, pattern, wrong)
    text = _DOTS_BEFORE.sub("\\1\u0308", text)
    for odd, plain in _HYPHENS.items():  # many times as fast as a translation
        text = text.replace(odd, plain)
    text = unicodedata.normalize("NFC", text)
    text = join_spaced_letters(_SPACES.sub(" ", text))
    # Runs of spaces go first: what follows would look at each run from each of its places.
    text = _MANY_SPACES.sub(" ", _INVISIBLE.sub("", text))
    return _LINE_ENDS.sub("\n", text).strip()


def _mend(text: str, pattern: re.Pattern[str], wrong: str) -> str:
    """Undo one wrong decoding, pair by pair, leaving what does not decode as it is."""

    def undo(match: re.Match[str]) -> str:
        try:
            return match[0].encode(wrong).decode("utf-8")
        except UnicodeError:
            return match[0]

    return pattern.sub(undo, text)


_EXTENSION = re.compile(
    r"\.(?:pdf|html?|php\d?|aspx?|jsp|docx?|odt|rtf|txt|xlsx?|ods|pptx?|odp|jpe?g|png|gif|zip|xml)$",
    re.IGNORECASE,
)


def extension_of(name: str) -> str:
    """Return the file name's known extension in lower case without the dot, or "".

    >>> extension_of("Protokoll 23.04.2015.PDF"), extension_of("Protokoll 23.04.2015")
    ('pdf', '')
    """
    match = _EXTENSION.search(name)
    return match[0][1:].lower() if match else ""


def without_extension(name: str) -> str:
    """Return the file name without a known extension.

    >>> without_extension("Plakat 5. Runde.pdf")
    'Plakat 5. Runde'
    """
    return _EXTENSION.sub("", name)


_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")


def file_words(name: str) -> str:
    """Return a file name as words, letter for letter: separators become spaces.

    >>> file_words("Agenda_14_Runde.pdf")
    'Agenda 14 Runde'
    """
    return re.sub(r"[_+\-]", " ", without_extension(name))


_BARE_NAME = re.compile(
    r"(?P<name>[^\s/]*_[^\s/]*|[^\s/]+\.(?:pdf|docx?|pptx?))(?P<rest>\s*\(.*\))?"
)


def name_as_words(text: str) -> str:
    """Turn a text that is only a file's name into words; leave every other text alone.

    >>> name_as_words("Bürgerforum_08_Protokoll.pdf (233 KB)"), name_as_words("Forum_2014_03_12")
    ('Bürgerforum 08 Protokoll (233 KB)', 'Forum 2014-03-12')
    """
    match = _BARE_NAME.fullmatch(text)
    if match is None:
        return text
    name = re.sub(r"(?<=\d)_(?=\d)", "-", without_extension(match["name"]))
    return name.replace("_", " ") + (match["rest"] or "")


def url_segments(url: str) -> tuple[str, ...]:
    """Return the decoded path segments of a URL, the last first.

    >>> url_segments("https://forum.example/archiv/2015/28-forum.html?x=1")
    ('28-forum.html', '2015', 'archiv')
    """
    try:
        path = urlsplit(url).path if "//" in url else url.partition("?")[0].partition("#")[0]
    except ValueError:
        return ()
    return tuple(part for part in reversed(tidy(unquote(path)).split("/")) if part)


# A line goes on in the next one when that begins in lower case, or when it ends in a word or
# number that wants more ("28." / "Forum", "Niederschrift über die" / "20. Sitzung").
_GOES_ON = re.compile(
    r"(?=\n)(?:\n(?=[a-zäöüß(])"
    r"|(?<=[ \n\d]\d\.)\n(?=[A-ZÄÖÜ])|(?<=^\d\.)\n(?=[A-ZÄÖÜ])"
    r"|(?<=\b(?:am|im|um|zu))\n|(?<=\b(?:der|des|die|das|den|dem|vom|zur|zum|und|Nr\.))\n|(?<=\büber)\n)"
)


def join_lines(text: str) -> str:
    """Replace line breaks inside a phrase by spaces, keeping every offset.

    >>> join_lines("Niederschrift\\nüber die\\n21. Sitzung\\nRathaus")
    'Niederschrift über die 21. Sitzung\\nRathaus'
    """
    return _GOES_ON.sub(" ", text)


_DATE_LABEL = re.compile(r"\b(?:termin|datum|tag|am|vom|wann|sitzungstermin):?$", re.IGNORECASE)
_DATED = re.compile(r"\d{1,2}\.\s?(?:\d{1,2}\.|[A-ZÄÖÜ][a-zä]{2,8})\s?(?:19|20)\d\d")
_LABEL_LINE = re.compile(r"[A-ZÄÖÜa-zäöüß][\w .()/-]{0,38}:$")


def pair_columns(text: str) -> str:
    """Bring labels that stand in one block and values that stand in the next together.

    >>> pair_columns("Gremium:\\nTermin:\\nGemeinderat\\n27.04.2010")
    'Gremium: Gemeinderat\\nTermin: 27.04.2010'
    """
    lines = text.split("\n")
    if sum(line.endswith(":") for line in lines) < 2:
        return text
    paired: list[str] = []
    at = 0
    while at < len(lines):
        stop = at
        while stop < len(lines) and _LABEL_LINE.match(lines[stop]):
            stop += 1
        count = stop - at
        labels = lines[at:stop]
        first = stop + (_shift_of(labels, lines[stop : stop + count + 2]) if count >= 2 else 0)
        values = lines[first : first + count]
        if count >= 2 and len(values) == count and not any(_LABEL_LINE.match(v) for v in values):
            paired += lines[stop:first]
            paired += [f"{label} {value}" for label, value in zip(labels, values, strict=True)]
            at = first + count
        else:
            paired.append(lines[at])
            at += 1
    return "\n".join(paired)


def _shift_of(labels: list[str], values: list[str]) -> int:
    """Return how many values come before the first label's: a date must meet a date's label."""
    dated = [i for i, label in enumerate(labels) if _DATE_LABEL.search(label)]
    for shift in range(3):
        if dated and shift + dated[0] < len(values) and _DATED.search(values[shift + dated[0]]):
            return shift
    return 0


_UNIT = r"(?:Uhr|uhr|UHR|h)\b"
_CLOCK = r"(?:[01]?\d|2[0-4])"
_TO = r"\s*(?:-|–|bis(?: ca\.| gegen)?|/)\s*"
_NEVER_DATES = re.compile(
    r"(?=[\d§A-Z])(?:"  # what they all begin with, asked once
    + "|".join(
        (
            # 18.30 Uhr bis ca. 22.00 Uhr; 19 Uhr; 14:00–17:30; 16-18 Uhr
            rf"(?<![\d.,]){_CLOCK}(?:[.:]\d\d)?(?:\s*{_UNIT})?{_TO}{_CLOCK}(?:[.:]\d\d)?\s*{_UNIT}",
            rf"(?<![\d.,]){_CLOCK}:[0-5]\d(?::[0-5]\d)?(?:{_TO}{_CLOCK}[.:][0-5]\d)?(?:\s*{_UNIT})?",
            rf"(?<![\d.,]){_CLOCK}(?:[.: ][0-5]\d)?\s*{_UNIT}",
            # 16.30 without "Uhr": no month has these numbers
            rf"(?<![\d.,]){_CLOCK}\.(?:00|1[3-9]|[2-5]\d)(?![\d]|\.\s?\d)",
            rf"(?<=\bum ){_CLOCK}\.[0-5]\d(?![\d.])|(?<=\bgegen ){_CLOCK}\.[0-5]\d(?![\d.])",
            r"(?<![\d.,])\d{1,4}(?:[.,]\d{1,3})*\s*(?:[kKMG]i?B(?:ytes?)?|[Bb]ytes?|Kbyte|MByte)\b",
            r"§§?\s*\d+[a-z]?(?:\.\d+)*(?:\s*(?:Abs\.|Absatz|Satz|Nr\.)\s*\d+[a-z]?)*",
            r"(?<![\d.,])\d{1,3}(?:[.,]\d{1,3})*\s*(?:€|Euro\b|EUR\b|%|Prozent\b|Mio\b|Mrd\b|TEUR\b)",
            r"(?<![\d.,])\d+(?:[.,]\d+)*\s*(?:m²|qm\b|ha\b|km\b|Meter\b|cm\b|kW\b|Hektar\b)",
            r"\b(?:Tel|Telefon|Fon|Fax|Telefax|Mobil|Handy)\b\.?:?\s*[+(\d][\d\s/().–-]{3,}",
            r"\b(?:IBAN|BIC|Kto|BLZ)\b[.:]?\s*[A-Z\d][A-Z\d ]{4,}",
            (
                r"\b(?:Drucksachen?|Drs\.?|DS|Vorlagen?|Beschluss|Az\.?|Aktenzeichen|AZ|VO|Reg)"
                r"(?:-?\s?(?:Nr|Nummer)\b\.?)?\s*:?\s*(?=[\w./-]*\d)[A-Z\d][\w/-]*(?:\.\d[\w/-]*)*"
            ),
            r"\b[A-Z]{2,4}/(?:19|20)\d\d/\d{1,5}\b",  # SI/2015/008: a sitting's id in its system
            r"\b\d{2,6}/(?=[IVX]+\b)[IVX]+\b",  # 1265/II: paper number and electoral term
            # VI/0123/2015
            r"\b[IVX]+(?:-\w{1,4})?[-/]\d{2,6}(?:[-/]\d{1,4})?\b(?!\.\s?[A-ZÄÖÜa-z(])",
            r"(?<![\d.,/-])\d{5,}-\d{1,3}(?![\d-])",  # 06128-11
            r"\bISB?SN?[ :]*[\d-]{6,}",
            r"(?<!\w)\d{5} (?=[A-ZÄÖÜ][a-zäöü])",  # postal code
        )
    )
    + ")"
)


@lru_cache(maxsize=512)
def cover_codes(text: str) -> str:
    """Cover clock times, sizes, sums, paragraphs, telephone and paper numbers, offset for offset.

    >>> cover_codes("am 17.11.08 um 17:00 Uhr").replace(COVER, "~")
    'am 17.11.08 um ~~~~~~~~~'
    >>> cover_codes("Beginn 16.30, Raum 4").replace(COVER, "~")
    'Beginn ~~~~~, Raum 4'
    """
    return _NEVER_DATES.sub(lambda match: COVER * len(match[0]), text)


def cover(text: str, spans: "tuple[tuple[int, int], ...]") -> str:
    """Cover the given stretches, keeping every offset.

    >>> cover("Forum 28.03.2015", ((6, 16),)).replace(COVER, "~")
    'Forum ~~~~~~~~~~'
    """
    kept, at = [], 0
    for start, end in sorted(spans):
        kept += [text[at:start], COVER * (end - max(start, at))]
        at = max(at, end)
    return "".join((*kept, text[at:]))


def folded(text: str) -> str:
    """Return the text as patterns compare it that ignore case, to look for words quickly.

    >>> folded("Bürgerforum SPEZIAL")
    'bürgerforum spezial'
    """
    return text.lower().replace("ſ", "s").replace("ı", "i")


def places_of(word: str, text: str) -> Iterator[int]:
    """Yield where a word stands in a text.

    >>> list(places_of("an", "an Land"))
    [0, 4]
    """
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def is_path(place: Place) -> bool:
    """Tell whether words of this place are file-name-like: no spaces, hyphens for everything."""
    return place in ("url", "file_name")
