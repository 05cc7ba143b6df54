"""Repair of characters in extracted text: accents, ligatures, leftovers of wrong decoding. Pure.

Every function keeps the number of line breaks, so that lines and their places stay together.
"""

import re
import unicodedata

from archiver.sites.wording import join_spaced_letters

_LIGATURES = {
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    "ﬅ": "st",
    "ﬆ": "st",
}
# Symbol fonts of office programs: what people see is a bullet, an arrow or a tick.
_SYMBOLS = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf0a8": "▫",
    "\uf06e": "▪",
    "\uf076": "•",
    "\uf0d8": "›",
    "\uf0e0": "→",
    "\uf0e8": "→",
    "\uf0fc": "✓",
    "\uf0fe": "☑",
    "\uf02d": "-",
    "\uf020": " ",
}
_DROPPED = "".join(
    chr(code)
    for code in (
        *range(0x09),
        *range(0x0E, 0x20),
        0x7F,
        *range(0x200B, 0x2010),  # zero width, left-to-right marks
        *range(0x202A, 0x202F),  # bidi embeddings
        *range(0x2060, 0x2070),  # word joiner, bidi isolates
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
    )
)
_SPACES = (
    "\x0b\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
_TABLE = str.maketrans(
    dict.fromkeys(_DROPPED)
    | dict.fromkeys(_SPACES, " ")
    | {"\r": None, "\x0c": " ", "\u2028": " ", "\u2029": " "}
    | {
        chr(code): bytes((code,)).decode("cp1252")
        for code in range(0x80, 0xA0)
        if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    }
    | _LIGATURES
    | _SYMBOLS
)

_ACCENTS = {"¨": "\u0308", "´": "\u0301", "ˇ": "\u030c", "˚": "\u030a", "¸": "\u0327"}
_UMLAUT = re.compile("¨ ?([aouAOUeiEIy])")
_ACCENT = re.compile("(?=[´ˇ˚¸])(?<=[^\\W\\d_])([´ˇ˚¸])([aeiouyscnzAEIOUYSCNZ])")
_UNUSABLE = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PRIVATE_RUN = re.compile("[\uf021-\uf07e]{3,}")
_PRIVATE = re.compile("[\ue000-\uf8ff]")

# UTF-8 read as Windows-1252: a lead byte's letter, then what 0x80-0xBF look like there.
_CP1252_TAIL = "".join(
    bytes((code,)).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xC0)
)
_MOJIBAKE = re.compile(
    "(?=[\xc2-\xdf\xe0-\xef])"  # the same without it, only slower
    f"(?:[\xc2-\xdf][{re.escape(_CP1252_TAIL)}]|[\xe0-\xef][{re.escape(_CP1252_TAIL)}]{{2}})+"
)
_CP1252_BYTES = {character: 0x80 + place for place, character in enumerate(_CP1252_TAIL)}
# UTF-8 read as the DOS code page: ├ and ┬ stand for the lead bytes C3 and C2.
_DOS_MOJIBAKE = re.compile("(?:[├┬][^\\x00-\\x7f])+")

# What needs no repair: most lines of most pages, so this is asked first.
_ORDINARY = re.compile("[\t\n -~äöüÄÖÜßéè§€°–…„“‚‘’”«»•·]*")
_MANY_SPACES = re.compile("  +")


def repair(text: str) -> str:
    r"""Apply all repairs of characters, in the one order that works.

    >>> repair("Die O\u0308ﬀnung der ¨Offentlichkeit\x96 P R O T O K O L L\ufeff")
    'Die Öffnung der Öffentlichkeit– PROTOKOLL'
    """
    if _ORDINARY.fullmatch(text) is None:
        text = clean_characters(compose_accents(unmojibake(text)))
    if " " in text:
        text = join_spaced_letters(text)
        if "  " in text:
            text = _MANY_SPACES.sub(" ", text)
    return text


def clean_characters(text: str) -> str:
    r"""Replace ligatures, symbol-font bullets and Windows-1252 leftovers; drop what is no text.

    Control characters, bidi controls, zero-width characters and lone surrogates go; every kind
    of space becomes a plain one (tabs, which part table cells, stay). The result is NFC.

    >>> clean_characters("\uf0b7 Bu\u0308ro \x84Grün\x93\x00, ﬁnanziell\u202e")
    '• Büro „Grün“, finanziell'
    >>> clean_characters("\uf050\uf06c\uf061\uf06e 5\u202f000 \ue123 \ud800")
    'Plan 5 000 • '
    """
    text = _PRIVATE_RUN.sub(
        lambda run: "".join(chr(ord(character) - 0xF000) for character in run[0]), text
    )
    text = text.translate(_TABLE)
    text = _UNUSABLE.sub("", text)
    text = _PRIVATE.sub("•", text)
    return unicodedata.normalize("NFC", text)


def compose_accents(text: str) -> str:
    """Put accents that stand as glyphs of their own onto their letters.

    Some TeX files place the accent as a separate glyph before the letter. A dieresis never
    stands alone in German; other accents are moved only inside words.

    >>> compose_accents("¨uber die B¨urger, caf´e, 5 ´ und Stra ¨ußchen")
    'über die Bürger, café, 5 ´ und Straüßchen'
    """
    if "¨" in text:
        text = text.replace(" ¨u", "¨u") if _is_split_inside(text) else text
        text = _UMLAUT.sub(lambda match: match[1] + "\u0308", text)
    text = _ACCENT.sub(lambda match: match[2] + _ACCENTS[match[1]], text)
    return unicodedata.normalize("NFC", text)


def _is_split_inside(text: str) -> bool:
    """Tell whether a dieresis stands after a space inside what was one word."""
    return re.search("[a-z] ¨[aou](?=ß)", text) is not None


def unmojibake(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252 or as a DOS code page.

    >>> unmojibake("BÃ¼rger und StraÃŸe â€“ 20 Â°C; B├╝rgerbeteiligung"), unmojibake("Ångström")
    ('Bürger und Straße – 20 °C; Bürgerbeteiligung', 'Ångström')
    """
    text = _MOJIBAKE.sub(_redecode_cp1252, text)
    if "├" in text or "┬" in text:
        text = _DOS_MOJIBAKE.sub(_redecode_dos, text)
    return text


def _redecode_cp1252(match: re.Match[str]) -> str:
    raw = bytes(_CP1252_BYTES.get(character, ord(character)) for character in match[0])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _redecode_dos(match: re.Match[str]) -> str:
    try:
        return match[0].encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return match[0]
