"""The words around a link of a web page: its list entry or row, and the headings it stands under.

A link called "Protokoll" is known by what is said beside and above it: in its row, in the head of
the accordion it is folded into, in the first cell of its year. Pure, on lxml elements.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from archiver.extract.repair import repair
from archiver.sites.named import sitting_named
from archiver.sites.phrases import is_generic
from archiver.sites.vocabulary import MONTH

CONTEXT_CHARACTERS = 300
_HEADING_LEVELS = {"h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_FOLDED = 6.5  # the head of what unfolds: below all headings, above bold lines
_BOLD, _SLANTED = 7.0, 8.0
_HEAD_TAGS = frozenset({"summary", "button", "legend", "caption"})
_WRAPPERS = frozenset({"div", "header", "hgroup", "a", "span", "section"})
_FOLDING = ("aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle")
_BOLD_TAGS = frozenset({"b", "strong"})
_SLANTED_TAGS = frozenset({"em", "i"})
_ROW_TAGS = frozenset({"li", "tr", "td", "th", "dd"})  # before them stand entries like them
_MOST_STEPS = 200  # looked back from an entry for its headings
_HEADING_CHARACTERS = 120  # a longer one is no list's heading
_ABOVE_CHARACTERS = 200
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ORDINAL = re.compile(r"(?<!\d)\d{1,3}\.")
# "12.03." or "12. März", as lists by year write their days
_YEARLESS = re.compile(rf"(?<![\d.])\d{{1,2}}\.\s?(?:\d{{1,2}}\.(?!\s?\d)|{MONTH})", re.IGNORECASE)
# columns that systems fill in: Plone, SharePoint, Joomla, lists of files
_SYSTEM_COLUMN = re.compile(
    r"(?:(?:letzte |zuletzt )?"
    r"(?:(?:ge|ver)ändert|änderung|bearbeitet|aktualisiert|hochgeladen|modified)(?: am| von)?|"
    r"(?:änderungs|upload|erstellungs|veröffentlichungs)datum|erstellt(?: am| von)?|"
    r"autor|verfasser|ersteller|(?:datei)?größe|(?:datei)?typ|format|zugriffe|aufrufe|downloads)\W*",
    re.IGNORECASE,
)
_ENTRY_TAGS = frozenset({"li", "p", "dd", "dt", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
_ENTRY_TAGS |= {"figcaption", "caption", "blockquote", "summary"}
_BLOCK_TAGS = frozenset({"div", "section", "article", "body", "main", "form", "fieldset"})
_BLOCK_TAGS |= {"nav", "aside", "header", "footer", "figure", "details", "address"}
_PARTING_TAGS = (*_ENTRY_TAGS, *_BLOCK_TAGS, "br", "ul", "ol", "table", "tr")


@dataclass(slots=True)
class Contexts:
    """What was read of a page before, lest a long list be read anew from each of its entries.

    Of entries their words, of what stands above them whether it is a heading, of table rows their
    cells and over how many rows the longest goes.
    """

    entries: dict[Any, tuple[str, str]] = field(default_factory=dict)
    headings: dict[tuple[Any, bool], tuple[str, float] | None] = field(default_factory=dict)
    rows: dict[Any, tuple[list[Any], int]] = field(default_factory=dict)


def context_of(element: Any, contexts: Contexts, words: str) -> str:
    """Return the words of the list entry, table row or paragraph around a link.

    `contexts` remembers what was read for the links of the same entry; `words` are the link's.
    """
    around = _entry_of(element)
    if around is None:
        return words
    said = contexts.entries.get(around)
    if said is None:
        text = _entry_text(around)
        said = ("" if around.tag in _HEADING_LEVELS else _said_above(around, text, contexts), text)
        contexts.entries[around] = said
    above, text = said
    if len(above) + len(text) <= CONTEXT_CHARACTERS:
        return above + text
    return (above + _cut(text, words, CONTEXT_CHARACTERS - len(above))).strip()


def _cut(text: str, words: str, length: int) -> str:
    """Cut a long entry around the words of its link, at a blank."""
    length = max(length, min(len(words), 200) + 2)
    start = max(0, text.find(words) - (length - min(len(words), 200)) // 2)
    if start == 0:
        return text[:length]
    start = text.find(" ", start, text.find(words) + 1) + 1 or start
    return f"… {text[start : start + length - 2]}"


def _said_above(entry: Any, text: str, contexts: Contexts) -> str:
    """Return what the headings say for all entries below them; "" when an entry says it all.

    Lists by year ("2013", below it "12.03. Protokoll") say the year once, a long page of sittings
    ("28. Forum am 14.10.2011", below it the links to its papers) number and day, and often the
    topic in a line of its own.
    """
    if _YEAR.search(text):
        return ""
    lines: list[str] = []
    with_digits: list[str] = []  # the least that may tell: "Protokolle 2013"
    has_day = _YEARLESS.search(text) is not None
    own = frozenset[int]()
    if not has_day and _ORDINAL.search(text):
        own = sitting_named(text[:CONTEXT_CHARACTERS])[0]
    told = {"day"} if has_day else {"number"} if own else set[str]()
    needs_year = bool(told)
    for heading in _headings_above(entry, contexts):
        if is_generic(heading):
            continue
        years = set(_YEAR.findall(heading))
        numbers, has_day = sitting_named(heading)
        if own and numbers and not numbers <= own:
            return ""  # the entry points out of another sitting's section
        new = ({"number"} if numbers else set()) | ({"day"} if has_day else set())
        if new - told:
            lines.insert(0, heading)
            told |= new
            needs_year = not years and (has_day or needs_year)
        elif needs_year and years:
            return _joined([years.pop(), *lines] if len(years) == 1 else lines)
        elif not told:
            lines.insert(0, heading)
            if not with_digits and re.search(r"\d", heading):
                with_digits = lines.copy()
    return _joined(lines if told else with_digits)[-_ABOVE_CHARACTERS:]


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line} · " for line in lines)


def _headings_above(entry: Any, contexts: Contexts) -> Iterator[str]:
    """Yield the headings of the sections that hold an entry, the inmost first.

    Of headings on one level only the nearest counts: another one heads what stands before.
    """
    node, steps = entry, 0
    level = float("inf")
    while node is not None and node.tag != "body":
        if node.tag == "li" and node is not entry and _YEAR.search(node.text or ""):
            yield " ".join((node.text or "").split())  # a list in the entry of its year
            return
        if node.tag == "tr" and (node is entry or entry.getparent() is node):
            yield from _row_heads(node, contexts)
        for sibling in () if node.tag in _ROW_TAGS else node.itersiblings(preceding=True):
            steps += 1
            place = sibling, level > _SLANTED and sibling.getnext() is node
            if place not in contexts.headings:
                contexts.headings[place] = _heading(sibling, is_next=place[1])
            found = contexts.headings[place]
            if found is not None and found[1] < level:
                if found[1] >= _BOLD and is_generic(found[0]):
                    continue  # "Downloads" heads nothing: the topic's line stands above it
                level = found[1]
                if len(found[0]) <= _HEADING_CHARACTERS:
                    yield found[0]
            if steps > _MOST_STEPS:
                return
        node = node.getparent()


def _heading(element: Any, *, is_next: bool) -> tuple[str, float] | None:
    """Return the words of an element that is a heading by name or looks, and its level."""
    tag = element.tag
    if tag in _HEADING_LEVELS:
        return _flat(element), _HEADING_LEVELS[tag]
    if tag in _HEAD_TAGS:
        return _flat(element), _FOLDED
    if tag in _WRAPPERS:
        return _wrapped(element)
    if tag == "p" and len(element) and not (element.text or "").strip():
        first = element[0]
        following = first.getnext()
        stands_alone = not (first.tail or "").strip() and (
            following is None or following.tag == "br"
        )
        is_plain = next(first.iter("a", "img"), None) is None
        if stands_alone and is_plain and first.tag in _BOLD_TAGS:
            return _flat(first), _BOLD
        if stands_alone and is_plain and first.tag in _SLANTED_TAGS and is_next:
            return _flat(first), _SLANTED
    if tag == "p" and (element.text or element.findtext("*") or "").lstrip().startswith("Thema"):
        return _flat(element), _SLANTED
    return None


def _wrapped(element: Any) -> tuple[str, float] | None:
    """Return the heading in a wrapper that holds nothing else: an accordion's head."""
    words = _flat(element) if len(element) or (element.text or "").strip() else ""
    if not words or len(words) > _HEADING_CHARACTERS:
        return None
    inner = next(element.iter(*_HEADING_LEVELS), None)
    if inner is not None:
        return (words, _HEADING_LEVELS[inner.tag]) if _flat(inner) == words else None
    folds = any(one.get(name) is not None for one in element.iter() for name in _FOLDING)
    return (words, _FOLDED) if folds else None


def _row_heads(row: Any, contexts: Contexts) -> Iterator[str]:
    """Yield what a table says above a row for it: a cell that spans it, a row of one cell."""
    for distance, above in enumerate(row.itersiblings("tr", preceding=True), 1):
        if distance > _MOST_STEPS:
            return
        if above not in contexts.rows:
            cells = [cell for cell in above if cell.tag in ("td", "th")]
            contexts.rows[above] = cells, max(map(_rows_of, cells), default=1)
        cells, longest = contexts.rows[above]
        if longest > distance:
            yield from (_flat(cell) for cell in cells if _rows_of(cell) > distance)
        if len(cells) == 1 and len(row) > 1:
            words = _flat(cells[0])
            if words and len(words) <= _HEADING_CHARACTERS:
                yield words
            return


def _rows_of(cell: Any) -> int:
    rows = cell.get("rowspan") or ""
    return int(rows) if re.fullmatch(r"[0-9]{1,4}", rows) else 1


def _entry_of(element: Any) -> Any:
    """Return the element that is the entry around a link: a short table row before its cell."""
    entry = None
    for parent in element.iterancestors():
        tag = parent.tag
        if entry is None and tag in _ENTRY_TAGS:
            if tag in {"li", "dd"}:
                return parent
            entry = parent
        elif tag == "tr":
            return parent if len("".join(parent.itertext())) < 600 else entry
        elif tag in {"li", "dd"} and entry is not None:
            return entry
        elif tag in _BLOCK_TAGS and entry is None:
            return parent
        elif tag in {"table", "body"}:
            return entry
    return entry


def _entry_text(element: Any) -> str:
    """Return an entry's words; a description list's entry begins with its term."""
    text = _flat(element)
    if element.tag == "dd":
        term = element.getprevious()
        while term is not None and term.tag == "dd":
            term = term.getprevious()
        if term is not None and term.tag == "dt":
            text = f"{_flat(term)} {text}"
    return text


def _flat(element: Any) -> str:
    """Return all words in an element, with spaces between its blocks and cells."""
    if element.tag == "tr":
        return " ".join(filter(None, map(_flat, _own_cells(element))))
    has_blocks = next(element.iterdescendants(*_PARTING_TAGS), None) is not None
    text = " ".join(element.itertext()) if has_blocks else "".join(_parted(element.itertext()))
    text = " ".join(text.split()[:2_000])
    return text if text.isascii() else repair(text)


def _own_cells(row: Any) -> list[Any]:
    """Return a row's cells without those in which a system tells when a file was saved, by whom."""
    cells = list(row)
    table = next(row.iterancestors("table"), None)
    head = None if table is None else next(table.iter("tr"), None)
    if head is None or head is row or len(head) != len(cells):
        return cells
    if any(cell.tag != "th" for cell in head):
        return cells
    return [
        cell
        for cell, name in zip(cells, head, strict=True)
        if not _SYSTEM_COLUMN.fullmatch("".join(name.itertext()).strip())
    ]


def _parted(pieces: Iterable[str]) -> Iterator[str]:
    """Part "Download" and "Niederschrift, 12 KB", which only a style sheet keeps asunder."""
    before = ""
    for piece in pieces:
        if before[-1:].islower() and piece[:1].isupper():
            yield " "
        yield piece
        before = piece or before
