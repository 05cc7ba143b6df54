"""Cut text into tokens and tokens into pieces, with offsets into the original text.

A token is what a reader takes for one thing: a word, "Stadtteil-Kultur", "2011/2012",
"14.10.2011", "§ 28", an e-mail address, a URL. Its pieces are the runs of letters and digits in
it. Every expression here is linear in the text. Pure: no I/O, no language.
"""

import re
import unicodedata

from archiver.analysis import spellings
from archiver.analysis.terms import Token

# Letters and digits; also combining marks of decomposed letters, soft hyphens and joiners, which
# are part of the word they stand in. One character class with \w, because an alternation takes
# twice the time; the underscores that come with it are cut in `trim` and `pieces`.
_RUN = r"[^\W_][\w\u0300-\u036f\u00ad\u200b-\u200d\u2060]*"
_GENDER_ENDING = r"[iI]n(?:nen)?(?![^\W_])"
_TOKEN = re.compile(
    rf"""
    {spellings.TOKEN}
  | {_RUN}
    (?:
        [-‐‑./'’&@+*:·,]                         # inner joiners:
        (?: (?<=[-‐‑./'’&@+])                    #   hyphens, points, slashes …
          | (?<=[*:·])(?={_GENDER_ENDING})       #   Bürger*innen, Bürger:innen
          | (?<=\d[,:])(?=\d)                    #   18:30, 3,5
        )
        {_RUN}
      | /-{_GENDER_ENDING}                       # Bürger/-innen
      | ://[^\s<>"'„“”«»()\[\]§\u00ad\u200b-\u200d\u2060]{{1,2000}}  # the rest of a URL
    )*
    """,
    re.VERBOSE,
)
_PIECE = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad\u200b-\u200d\u2060])*")
_GENDER = re.compile(r"([^\W_]+)(?:(?:[*:·_]|/-?)[iI]n(nen)?|-In(nen)?|-in(nen))")
_INNER_I = re.compile(r"([^\W_]*[a-zäöüß])In(nen)?")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060]")


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text in order, NFC, without invisible characters.

    >>> [t.text for t in tokens("Nr. 28, § 28a BauGB (2011/2012): Stadtteil-Kultur!")]
    ['Nr', '28', '§ 28a', 'BauGB', '2011/2012', 'Stadtteil-Kultur']
    >>> tokens("Bu\u0308rger")[0]
    Token(text='Bürger', start=0, end=7)
    """
    return [
        Token(clean(raw), match.start(), match.start() + len(raw))
        for match in _TOKEN.finditer(spellings.joined(text))
        for raw in (trim(match.group()),)
    ]


def raw_tokens(text: str) -> list[str]:
    """Return the tokens as they stand in a stretch of `spellings.chunks`, for `pieces.cut`."""
    return _TOKEN.findall(text)


def trim(raw: str) -> str:
    """Cut the punctuation that ends a sentence, not a URL."""
    return raw if raw[-1].isalnum() else raw.rstrip(".,;:!?*_~'’-–/\u00ad\u200b\u200c\u200d\u2060")


def clean(raw: str) -> str:
    r"""Compose letters (NFC), drop soft hyphens and zero-width characters, give blanks back.

    >>> clean("Stadt\xadteil")
    'Stadtteil'
    """
    if raw.isascii():
        return raw
    return spellings.opened(unicodedata.normalize("NFC", _INVISIBLE.sub("", raw)))


def pieces(token: str) -> list[str]:
    """Return the runs of letters and digits of a token, or the sign that it is.

    >>> pieces("Stadtteil-Kultur"), pieces("€")
    (['Stadtteil', 'Kultur'], ['€'])
    """
    return _PIECE.findall(token) or [token]


def gendered(token: str) -> tuple[str, str] | None:
    """Return base and feminine of a gender-inclusive spelling, else None.

    >>> gendered("Bürger*innen"), gendered("BürgerInnen"), gendered("Stadtteil-Kultur")
    (('Bürger', 'Bürgerinnen'), ('Bürger', 'Bürgerinnen'), None)
    """
    match = _GENDER.fullmatch(token) or _INNER_I.fullmatch(token)
    if match is None:
        return None
    base, *endings = match.groups()
    return base, f"{base}in{'nen' if any(endings) else ''}"


def piece_spans(raw: str) -> list[tuple[int, int]]:
    """Return the (start, end) offsets of the pieces in a token as it stands in the text.

    >>> piece_spans("Stadtteil-Kultur")
    [(0, 9), (10, 16)]
    """
    spans = [match.span() for match in _PIECE.finditer(raw)]
    return [(0, len(raw) - len(raw.lstrip("§"))), *spans] if raw.startswith("§") else spans
