r"""Text of RTF files (Rich Text Format 1.9.1): words, paragraphs, rows of tables. Pure.

Read token by token in one pass: control words, groups, bytes in the file's code page, characters
by number. What is no running text – fonts, styles, pictures, headers, fields' commands – is left
out with its group.
"""

import re
from dataclasses import dataclass, replace

from archiver.extract.settings import EXTRACTOR_VERSION
from archiver.extract.sniff import RTF
from archiver.extract.tree import tidy
from archiver.model import Extraction, Page

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})? ?|\\'(?P<hex>[0-9a-fA-F]{2})"
    rb"|\\(?P<sign>[^a-zA-Z])|(?P<brace>[{}])|[\r\n\x00]+|(?P<text>[^\\{}\r\n\x00]+)",
    re.DOTALL,
)
_LEFT_OUT = frozenset(
    str.encode(
        """
        fonttbl colortbl stylesheet listtable listoverridetable revtbl rsidtbl generator pict
        object objdata themedata colorschememapping datastore latentstyles xmlnstbl mmathPr
        header headerl headerr headerf footer footerl footerr footerf ftnsep ftnsepc aftnsep
        fldinst template operator company manager category keywords subject doccomm hlinkbase
        private passwordhash pgptbl filetbl bkmkstart bkmkend annotation atnid atnauthor
        """
    ).split()
)
_INFO = {b"title": "title", b"author": "author"}
_SIGNS = {
    b"par": "\n", b"line": "\n", b"sect": "\n\n", b"page": "\n\n", b"row": "\n", b"nestrow": "\n",
    b"tab": "\t", b"cell": "\t", b"nestcell": "\t", b"emdash": "—", b"endash": "–", b"bullet": "•",
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"emspace": " ",
    b"enspace": " ", b"~": "\xa0", b"_": "-", b"-": "\xad", b"{": "{", b"}": "}", b"\\": "\\",
    b"\n": "\n", b"\r": "\n",
}  # fmt: skip
_CODE_PAGES = {b"mac": "mac-roman", b"pc": "cp437", b"pca": "cp850"}
_MAX_DEPTH = 10_000


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits: where its text goes, and how many bytes stand in for a \\u."""

    into: str | None = "text"
    skipped: int = 1
    is_fresh: bool = False  # nothing but \\* may stand before what names the group


def read_rtf(data: bytes) -> Extraction:
    r"""Read one RTF file; what is cut off is read as far as it goes.

    >>> file = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}Gr\'fcne \b H\u246?fe\b0\par Ende}"
    >>> read_rtf(file).pages[0].text
    'Grüne Höfe\nEnde'
    """
    found: dict[str, list[str]] = {"text": [], "title": [], "author": []}
    for into, piece in _pieces(data):
        found[into].append(piece)
    text = re.sub(r"\t+\n", "\n", "".join(found["text"])).replace("\xad", "")
    text = tidy(text)
    title, author = (" ".join("".join(found[name]).split()) for name in ("title", "author"))
    return Extraction(
        "ok" if text else "no_text",
        RTF,
        f"rtf {EXTRACTOR_VERSION}",
        reason=None if text else "the file holds no text",
        title=title[:500] or None,
        author=author[:200] or None,
        pages=(Page(1, text),) if text else (),
    )


def _pieces(data: bytes) -> list[tuple[str, str]]:
    """Return pieces of text, each with what it belongs to."""
    pieces: list[tuple[str, str]] = []
    state, above = _State(), list[_State]()
    code_page, to_skip, at = "cp1252", 0, 0
    while (token := _TOKEN.match(data, at)) is not None:
        at = token.end()
        word, sign = token["word"], token["sign"]
        if brace := token["brace"]:
            to_skip = 0
            if brace == b"{" and len(above) < _MAX_DEPTH:
                above.append(state)
                state = replace(state, is_fresh=True)
            elif brace == b"}" and above:
                state = above.pop()
            continue
        if sign == b"*":
            # An unknown destination is skipped; those we know say so themselves.
            state = replace(state, into=None if state.is_fresh else state.into, is_fresh=False)
            continue
        was_fresh, state = state.is_fresh, replace(state, is_fresh=False)
        number = int(token["number"]) if token["number"] else None
        if word == b"bin" and number is not None and number > 0:
            at += number
        elif word in _LEFT_OUT:
            state = replace(state, into=None)
        elif word in _INFO and was_fresh:
            state = replace(state, into=_INFO[word])
        elif word == b"info":
            state = replace(state, into=None)
        elif word == b"uc" and number is not None:
            state = replace(state, skipped=max(0, min(number, 10)))
        elif word == b"ansicpg" and number:
            code_page = _known(f"cp{number}")
        elif word in _CODE_PAGES:
            code_page = _CODE_PAGES[word]
        elif state.into is None:
            continue
        elif word == b"u" and number is not None:
            pieces.append((state.into, chr(number % 0x10000)))
            to_skip = state.skipped
        elif word is not None or sign is not None:
            piece = _SIGNS.get(word or sign or b"", "")
            if piece and to_skip:
                to_skip -= 1
            elif piece:
                pieces.append((state.into, piece))
        else:
            raw = bytes.fromhex(token["hex"].decode()) if token["hex"] else token["text"] or b""
            raw, to_skip = raw[to_skip:], max(0, to_skip - len(raw))
            pieces.append((state.into, raw.decode(code_page, "replace")))
    return _with_whole_characters(pieces)


def _with_whole_characters(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Put halves of characters beyond the first plane together; each came as a \\u of its own."""
    return [
        (into, "".join(text).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
        for into in ("text", "title", "author")
        if (text := [piece for target, piece in pieces if target == into])
    ]


def _known(name: str) -> str:
    try:
        b"a".decode(name)
    except (LookupError, ValueError):
        return "cp1252"
    return name
