"""Tell what a typed word is: plain, exact, fuzzy, a wildcard, or punctuation. Pure: no I/O."""

import re
import unicodedata

from archiver.query import fields
from archiver.query.problem import Problem
from archiver.query.tree import Everything, Fuzzy, Phrase, Span, Wildcard, Word

AND = frozenset({"AND", "UND"})
OR = frozenset({"OR", "ODER", "|"})
NOT = frozenset({"NOT", "NICHT"})
CLOSE = re.compile(r"(NEAR|ADJ)(?:/(.*))?", re.DOTALL)
_FIELD = re.compile(r"([^\W\d]\w*):(?!//)")
_GENDER_ENDING = re.compile(r"[iI]n(?:nen)?(?!\w)")
QUOTES = {
    '"': '"',
    "„": "“”",
    "“": "”",
    "”": "”",
    "«": "»",
    "»": "«",
    "‚": "‘’",
    "‹": "›",
    "›": "‹",
}
"""Opening quotes and what may close them; also the typographic pairs pasted from documents."""

SIGNS = ("€", "%")
"""Signs that are words."""

MAX_FUZZY = 2
_LEADING = "=+#,;.:!/&%'’–—_<>[]{}\\^$"
# An address may hold ? and : and is no wildcard.
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\W_]")
# Bürger*innen: more often how people write than a pattern, and as a pattern it would find less.
_GENDERED = re.compile(r"[^\W\d_]{3,}\*[iI]nnen")
_FUZZY = re.compile(r"(.+)~(\d*)", re.DOTALL)
_MISTYPED = re.compile(r"(NEAR|ADJ)[:~-]?([0-9]+)")
_COMPARED = re.compile(r"([^\W\d]\w*)(=|>=?|<=?)(\w.*)", re.DOTALL)
_DASHES = ("-", "–")


def is_operator(word: str) -> bool:
    """Tell whether a word stands for an operation.

    >>> is_operator("UND"), is_operator("und"), is_operator("NEAR/3")
    (True, False, True)
    """
    return word in AND or word in OR or word in NOT or CLOSE.fullmatch(word) is not None


def mistyped_operator(word: str) -> str | None:
    """Return the operator that a word was meant to be, None when it is a word.

    >>> mistyped_operator("NEAR3"), mistyped_operator("ADJ:2"), mistyped_operator("NEARBY")
    ('NEAR/3', 'ADJ/2', None)
    """
    match = _MISTYPED.fullmatch(word)
    return f"{match[1]}/{match[2]}" if match else None


def field_match(text: str, start: int = 0, end: int = 10**6) -> re.Match[str] | None:
    """Match a field name and its colon, known or not; "Bürger:innen" is a word.

    >>> field_match("thema:Wald")[1], field_match("Bürger:innen")
    ('thema', None)
    """
    match = _FIELD.match(text, start, end)
    if match is None or fields.canonical(match[1]) is not None:
        return match
    return None if _GENDER_ENDING.match(text, match.end(), end) else match


def strip(word: str, *, keep: str = "") -> str:
    """Cut what is no letter and no digit from both ends, but for §, "50%" and what is to be kept.

    >>> strip("(Kultur),"), strip("Kult*,", keep="*?"), strip("50%.")
    ('Kultur', 'Kult*', '50%')
    """
    start, end = 0, len(word)
    while start < end and not (word[start].isalnum() or word[start] in keep or word[start] == "§"):
        start += 1
    while end > start and not (
        word[end - 1].isalnum()
        or (word[end - 1] in SIGNS and word[end - 2 : end - 1].isdigit())
        or word[end - 1] in keep
        or word[end - 1] == "§"
        or unicodedata.combining(word[end - 1])
    ):
        end -= 1
    return word[start:end]


def without_quotes(text: str) -> str:
    """Replace every kind of quote by a blank."""
    return "".join(" " if c in QUOTES else c for c in text)


def has_sign(text: str) -> bool:
    """Tell whether there is a letter or a digit to look for."""
    return any(c.isalnum() for c in text)


def misplaced_value(raw: str, before: str) -> str | None:
    """Return how a field and its value are written that stand there in another way, else None.

    `before` is the word before: a blank may part the field from its colon.

    >>> misplaced_value("session>28", ""), misplaced_value("Datum=2011", "")
    ('session:>28', 'Datum:2011')
    >>> misplaced_value(":2011", "date"), misplaced_value(":2011", "Anno")
    ('date:2011', None)
    """
    if raw.startswith(":") and has_sign(raw):
        return f"{before}{raw}" if fields.canonical(before) is not None else None
    match = _COMPARED.fullmatch(raw)
    if match is None or fields.canonical(match[1]) is None:
        return None
    return f"{match[1]}:{match[2].replace('=', '', match[2] == '=')}{match[3]}"


def read_phrase(inner: str) -> tuple[str, ...]:
    """Return the words between two quotes; § and its number are one, a dash may join numbers.

    >>> read_phrase("nach §§ 7 - 9, der Satzung"), read_phrase(" – ")
    (('nach', '§§7–9', 'der', 'Satzung'), ())
    """
    words: list[str] = []
    dash = ""
    for typed in inner.split():
        if typed in _DASHES:
            dash = typed if words and words[-1][-1:].isdigit() else ""
            continue
        word = typed if typed in SIGNS else strip(typed)
        is_number = word[:1].isdigit()
        if dash and is_number:
            words[-1] += f"–{word}"
        elif is_number and words and not words[-1].strip("§"):
            words[-1] += word
        elif word:
            words.append(word)
        if word:
            dash = ""
    return tuple(words) if has_sign("".join(words)) else ()


def read_word(
    raw: str, span: Span, *, is_in_field: bool
) -> Word | Wildcard | Fuzzy | Phrase | Everything | None:
    """Return the node of a typed word, None for mere punctuation.

    An operator or field name, also a mistyped one, that shows only after punctuation is cut is none
    any more: it becomes a phrase of one word. Raises Problem.
    """
    if raw in SIGNS:
        return Word(raw, False, span, raw)
    body = raw.lstrip(_LEADING)
    is_exact = "=" in raw[: len(raw) - len(body)]
    if _ADDRESS.match(body):
        return Word(strip(body), is_exact, span, raw)
    body = strip(body, keep="*?~")
    fuzzy = _FUZZY.fullmatch(body)
    if fuzzy and has_sign(fuzzy[1]):
        return _fuzzy(strip(fuzzy[1], keep="*?"), fuzzy[2], span)
    if body == "*" and not is_exact and not is_in_field:
        return Everything(span)
    word = strip(body, keep="*?")
    if "~" in word:
        meant, _, rest = word.partition("~")
        remedy = f'write {meant}~1 or {meant}~2; in quotes it is text: "{word}"'
        raise Problem(f"~ takes 1 or {MAX_FUZZY}, not {rest}", remedy)
    if ("*" in word or "?" in word) and not _GENDERED.fullmatch(word):
        return _wildcard(word, span)
    if not has_sign(word):
        return None
    if is_operator(word) or field_match(word) is not None:
        return Phrase((word,), 0, span)
    if mistyped_operator(word) is not None or misplaced_value(word, "") is not None:
        return Phrase((word,), 0, span)
    return Word(word, is_exact, span, raw)


def _fuzzy(word: str, digits: str, span: Span) -> Fuzzy:
    if "*" in word or "?" in word:
        raise Problem("a word is fuzzy (~) or has a wildcard, not both", "leave one of them out")
    if not _is_one_piece(word):
        raise Problem("~ works on one word of letters and digits", "leave out what joins the words")
    distance = int(digits) if digits and len(digits) < 4 else 1 if not digits else 0
    if not 1 <= distance <= MAX_FUZZY:
        raise Problem(f"a word may differ in 1 or {MAX_FUZZY} letters", f"write {word}~2")
    return Fuzzy(word, distance, span)


def _wildcard(word: str, span: Span) -> Wildcard:
    bare = word.replace("*", "").replace("?", "")
    if not has_sign(bare):
        raise Problem("a wildcard needs at least one letter or digit", "write a beginning: kult*")
    if not _is_one_piece(bare):
        raise Problem(
            "a wildcard works in one word of letters and digits",
            "join two words with ADJ: Stadtteil ADJ Kult*",
        )
    return Wildcard(word, span)


def _is_one_piece(word: str) -> bool:
    return all(c.isalnum() or unicodedata.combining(c) for c in word)
