"""Which characters bytes stand for: declaration, mark, evidence. Pure: no I/O.

A declaration is believed only when the bytes do not contradict it: servers lie, and a wrong
declaration must not lose umlauts.
"""

import codecs
import re

_META = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE
)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_.-]{2,40})""")
_HEAD_BYTES = 4096
# What browsers read for these labels (WHATWG Encoding, "names and labels").
_WIDENED = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-15": "iso8859-15",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = ("cp1252", "mac-roman", "cp850")
_EXPECTED = frozenset("äöüÄÖÜßéèêàâçñáíóú„“”’‚‘–…€§°²³·•»«®©½¼¾´ \xad")
_ONLY_TEXT = frozenset(
    {
        "idna",
        "punycode",
        "utf-16-le",
        "utf-16-be",
        "utf-16",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "utf-7",
    }
)


def decode(data: bytes, declared: str | None = None, *, is_html: bool = True) -> tuple[str, str]:
    """Turn bytes into text; return it with the name of the character set that was used.

    >>> decode("Grün".encode("cp1252"), "utf-8")
    ('Grün', 'cp1252')
    >>> decode("Grün".encode(), "iso-8859-1")
    ('Grün', 'utf-8')
    >>> decode(b"\\xff\\xfeG\\x00r\\x00", "utf-8")
    ('Gr', 'utf-16-le')
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), name
    if b"\x1b" not in data:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            if text.count("\x00") * 4 < len(text):
                return text, "utf-8"
    wide = _wide(data)
    if wide is not None:
        return data.decode(wide, "replace"), wide
    names = [name for name in (known(declared), _declared_in(data) if is_html else None) if name]
    return _decode_by_evidence(data, names)


def known(name: str | None) -> str | None:
    """Return Python's name of a declared character set, widened as browsers do, or None.

    >>> known("ISO-8859-1"), known("utf8"), known("x-none"), known("base64")
    ('cp1252', 'utf-8', None, None)
    """
    if not name:
        return None
    try:
        info = codecs.lookup(name.strip("\"' "))
        b"a".decode(info.name, "replace")
    except (LookupError, ValueError, UnicodeError):
        return None
    return _WIDENED.get(info.name, info.name)


def _declared_in(data: bytes) -> str | None:
    """Return what the page declares of itself; it cannot be UTF-16, or we could not read it."""
    head = data[:_HEAD_BYTES]
    found = _META.search(head) or _XML.search(head)
    name = known(found[1].decode("ascii")) if found else None
    return None if name in _ONLY_TEXT else name


def _wide(data: bytes) -> str | None:
    """Recognise UTF-16 without a mark by its zeros in every other place."""
    head = data[:_HEAD_BYTES]
    if len(head) < 8 or head.count(0) * 3 < len(head):
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode_by_evidence(data: bytes, declared: list[str]) -> tuple[str, str]:
    """Decode bytes that are no clean UTF-8."""
    whole, broken = _utf8_sequences(data)
    if whole > broken or (whole and broken <= 2):
        return data.decode("utf-8", _FALLBACK), "utf-8"
    names = [name for name in declared if name not in {"utf-8", *_ONLY_TEXT}]
    best: tuple[int, str, str] | None = None
    for name in dict.fromkeys((*names, *_CANDIDATES)):
        text = data.decode(name, "replace")
        score = _score(text) + (2 if name in names else 0)
        if best is None or score > best[0]:
            best = (score, name, text)
    assert best is not None
    return best[2], best[1]


def _utf8_sequences(data: bytes) -> tuple[int, int]:
    """Count well-formed multi-byte sequences and bytes that belong to none."""
    sample = data[:500_000]
    whole = len(_UTF8.findall(sample))
    broken = len(re.findall(rb"[\x80-\xff]", _UTF8.sub(b"", sample)))
    return whole, broken


_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile("[^\\W\\d_]?[^\x00-\x7f][^\\W\\d_]?")
_FALLBACK = "cp1252-for-broken-bytes"


def _score(text: str) -> int:
    """Judge a decoding by its characters beyond ASCII: those of German and its signs are good."""
    score = 0
    for number, found in enumerate(_HIGH.finditer(text)):
        if number > 5_000:
            break
        for character in found[0]:
            if character.isascii():
                continue
            if character in _EXPECTED:
                score += 1
            elif character == "\ufffd" or "\x80" <= character < "\xa0":
                score -= 3
            elif any(letter.isascii() for letter in found[0]) or not character.isalpha():
                score -= 1  # a foreign letter inside a Latin word, or an odd sign
    return score


def _broken_byte(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw = error.object[error.start : error.end]
    return bytes(raw).decode("cp1252", "replace"), error.end


codecs.register_error(_FALLBACK, _broken_byte)
