r"""Line-end hyphens of German text: joined, kept, or kept with a space. Pure.

Typesetters break `Stadtteil` into `Stadt-` and `teil`; but `Ost-West`, `Bürger- und Vereinshaus`
and `EU-weit` have hyphens of their own. pdfium writes U+FFFE (older ones U+0002) for a line-end
hyphen together with its line break; U+00AD is a hyphen that was meant to be soft.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_HYPHENATED = re.compile("[-\u2010\u2011] ?\n|[\xad\ufffe\x02]")
_PDFIUM_BREAK = re.compile("[\ufffe\x02]\n?")
_BREAK = re.compile(
    "(?<=[\\w)])(?P<mark>[-\u2010\u2011\xad] ?)(?P<breaks>\n{1,2}) *"
    "(?P<right>\\w{1,60})(?P<tail>\\S{0,60}) *"
)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")

# After a suspended hyphen ("Bürger- und Vereinshaus") one of these follows.
_SUSPENDED = frozenset(
    ("und", "oder", "bzw", "beziehungsweise", "sowie", "bis", "noch", "statt", "als", "wie", "and")
)
# ... but these are syllables of one word.
_NOT_SUSPENDED = frozenset(
    {("den", "noch"), ("kür", "bis"), ("so", "wie"), ("an", "statt"), ("werk", "statt")}
    | {("eides", "statt"), ("ruhe", "statt"), ("schmuck", "statt"), ("lager", "statt")}
)
# Words whose second half is written small after a hyphen that stays.
_LASTING = frozenset(
    {
        ("know", "how"),
        ("start", "up"),
        ("pop", "up"),
        ("make", "up"),
        ("check", "up"),
        ("follow", "up"),
        ("stand", "by"),
        ("to", "do"),
        ("add", "on"),
        ("plug", "in"),
        ("drive", "in"),
        ("open", "air"),
        ("second", "hand"),
        ("hands", "on"),
        ("opt", "in"),
        ("opt", "out"),
        ("all", "inclusive"),
        ("face", "to"),
        ("last", "minute"),
    }
)
# Small words inside of chains: "Tür-zu-Tür-Aktion", "Do-it-yourself".
_BETWEEN = frozenset({"zu", "an", "in", "auf", "für", "um", "it", "to", "by", "of", "and", "und"})
_INFLECTION = 3  # letters; a longer rest is another word
_COLOURS = frozenset({"schwarz", "rot", "weiß", "grün", "blau", "gelb"})
_PAIRED = _COLOURS | frozenset(
    {
        "deutsch", "polnisch", "tschechisch", "französisch", "sächsisch", "englisch", "russisch",
        "türkisch", "arabisch", "spanisch", "italienisch", "niederländisch", "österreichisch",
        "amerikanisch", "europäisch", "jüdisch", "christlich", "evangelisch", "katholisch",
    }
)  # fmt: skip
_ADJECTIVE = re.compile(r"^\w{3,}(?:isch|lich|ell|al|ig|iv)(?:e[mnrs]?)?$")
_COLOUR = re.compile(rf"^(?:{'|'.join(sorted(_COLOURS))})(?:e[mnrs]?)?$")
_ADJECTIVE_HEAD = re.compile(r"^[a-zäöüß]{4,}(?:isch|lich|ell|iv)$")
_VOWEL = re.compile("[aeiouyäöü]", re.IGNORECASE)
_ADDRESS = re.compile(r"://|^www\.|@|\.(?:de|org|com|eu|net|html?|php|pdf)\b")


def join_line_ends(text: str, words: frozenset[str] = frozenset()) -> str:
    r"""Resolve every line-end hyphen; the joined word stays on the first of its lines.

    `words` are the document's own unbroken words, lower case (`words_of`): what is written one
    way elsewhere is written so here. The number of lines stays as it is.

    >>> join_line_ends("im Stadt-\nteil Ost-\nWest, Bürger-\nund Vereinshaus")
    'im Stadtteil\nOst-West,\nBürger- und\nVereinshaus'
    >>> join_line_ends("Ge\xad\nmeinde, Ver\xadein, Soft\ufffeware")
    'Gemeinde,\nVerein, Software\n'
    """
    if _HYPHENATED.search(text) is None:
        return text
    text = _PDFIUM_BREAK.sub("-\n", text)
    previous = ""
    while previous != text:  # a word may be broken over three lines
        previous = text
        text = _BREAK.sub(lambda match: _resolve(match, words), previous)
    return text.replace("\xad", "")


def _resolve(match: re.Match[str], words: frozenset[str]) -> str:
    """Join the two halves and put the line break after the word and its punctuation."""
    start = match.start()
    context = match.string[max(0, start - 80) : start]
    left = context.split()[-1] if context.split() else ""
    right = match["right"] + match["tail"]
    joint = "" if match["mark"][0] == "\xad" else joint_of(left, right, words)
    return f"{joint}{match['right']}{match['tail']}{match['breaks']}"


def joint_of(left: str, right: str, words: frozenset[str] = frozenset()) -> str:
    """Decide what stands between the halves around a line-end hyphen: "", "-" or "- ".

    >>> [joint_of(*halves) for halves in (("Stadt", "teil"), ("Haupt", "Bahnhof"), ("EU", "weit"))]
    ['', '-', '-']
    >>> joint_of("Bürger", "und"), joint_of("ÖFFENT", "LICHKEIT"), joint_of("20", "jährig")
    ('- ', '', '-')
    >>> joint_of("apt", "get", frozenset({"apt-get"})), joint_of("ftp", "master")
    ('-', '-')
    >>> joint_of("Tür", "zu-Tür-Aktion"), joint_of("Unix", "artig", frozenset({"unix-system"}))
    ('-', '-')
    """
    head = re.split(r"\W", left)[-1]
    right, *rest = re.split(r"(?=\W)", right, maxsplit=1)
    small_head, small_right = head.lower(), right.lower()
    if is_suspended(small_head, right):
        return "- "
    is_joined = small_head + small_right in words
    is_hyphenated = f"{small_head}-{small_right}" in words
    if is_joined != is_hyphenated:
        return "" if is_joined else "-"
    if right in _BETWEEN and "".join(rest).startswith("-"):
        return "-"
    if _ADJECTIVE.match(right) and _is_always_hyphenated(small_head, words):
        return "-"
    return "-" if keeps_hyphen(left, head, right) else ""


@lru_cache(maxsize=4_096)
def _is_always_hyphenated(head: str, words: frozenset[str]) -> bool:
    """Tell whether a document writes compounds with this head always with a hyphen, and does."""
    if not any(word.startswith(f"{head}-") for word in words):
        return False
    return not any(
        word.startswith(head) and len(word) > len(head) + _INFLECTION and "-" not in word
        for word in words
    )


def is_suspended(head: str, right: str) -> bool:
    """Tell whether the hyphen stands for a word part named later.

    >>> is_suspended("bürger", "und"), is_suspended("den", "noch"), is_suspended("stadt", "teil")
    (True, False, False)
    """
    return right in _SUSPENDED and (head, right) not in _NOT_SUSPENDED


def keeps_hyphen(left: str, head: str, right: str) -> bool:
    """Tell whether the hyphen belongs to the word: capitals, numbers, letters, adjective pairs.

    `left` is all before the hyphen up to a space, `head` its last word.

    >>> keeps_hyphen("U", "U", "förmig"), keeps_hyphen("Ak", "Ak", "tualisierung")
    (True, False)
    """
    if not right[:1].islower():
        is_shouted = head.isupper() and right.isupper() and right.isalpha() and head.isalpha()
        is_word = bool(_VOWEL.search(head) and _VOWEL.search(right))
        return not (is_shouted and is_word and max(len(head), len(right)) >= 5 and len(head) > 1)
    if not head or not head[-1].isalpha() or len(head) == 1:
        return True
    if not (_VOWEL.search(head) and _VOWEL.search(right)):  # no syllable: xdg-utils
        return True
    if head.isupper() and len(head) <= 5:
        return True
    if head[-1].isupper() and not head.isupper():  # KfW-gefördert, ÖPNV-nah
        return True
    small = head.lower()
    if (small, right) in _LASTING or _ADDRESS.search(left):
        return True
    if small in _COLOURS and _COLOUR.match(right):
        return True
    if not _ADJECTIVE.match(right):
        return False
    if small in _PAIRED:
        return right.startswith(tuple(_PAIRED)) or "isch" in right
    return bool(len(head) >= 6 and _ADJECTIVE_HEAD.match(head))


def words_of(texts: Iterable[str]) -> frozenset[str]:
    r"""Collect the words that stand unbroken in the texts, lower case, hyphenated ones whole.

    >>> sorted(words_of(["apt-get im Stadt-\nteil"]))
    ['apt-get', 'im', 'stadt', 'teil']
    """
    words: set[str] = set()
    for text in texts:
        words.update(_WORD.findall(text.lower()))
    return frozenset(words)
