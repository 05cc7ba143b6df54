"""An HTML tree and its text: blocks become lines, cells are parted by tabs. Pure.

The one place that parses HTML with lxml for text and links.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from archiver.extract.repair import repair

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "title",
        "meta",
        "link",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "map",
        "button",
        "input",
        "select",
        "textarea",
        "datalist",
        "dialog",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS = frozenset({"td", "th"})
_LAYOUT_TAGS = ("table", "ul", "ol", "h1", "h2", "h3", "center", "hr")
_MAX_CELL_CHARACTERS = 400
_IN_TEXT = str.maketrans({"\n": " ", "\r": " ", "\t": " ", "\x0c": " ", "\x1e": " "})
_BEFORE_HEADING = "\x1e"  # a record separator, which _IN_TEXT keeps out of the words
_HEADING_BREAKS = re.compile("[ \n]*\x1e[ \n\x1e]*")
_AROUND_TABS = re.compile(r" *\t[ \t]*")
_SPACES = re.compile(r" {2,}")
_MANY_BREAKS = re.compile(r"\n{3,}")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def parse_html(text: str) -> Any:
    """Parse a page leniently into an lxml tree; None when nothing is in it.

    The parser never loads anything from outside. What lies deeper than libxml2's 2,048 levels
    is not read: without that bound, a flood of opening tags would take time in its square.
    """
    from lxml import etree

    if "\x00" in text:
        text = text.replace("\x00", "")
    data = text.encode("utf-8", "replace")
    try:
        return etree.fromstring(data, _parser()) if data.strip() else None
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


@lru_cache(maxsize=1)
def _parser() -> Any:
    from lxml import etree

    return etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )


def text_of(root: Any, is_left_out: Callable[[Any], bool] | None = None) -> str:
    """Return the text of a tree: a line for each block, a row's cells parted by tabs.

    Headings stand after an empty line. Scripts, forms' controls, hidden elements and what
    `is_left_out` names are not read.
    """
    from lxml import etree

    pieces: list[str] = []
    add = pieces.append
    row_depth = 0  # inside a cell of a data table, blocks are parted by spaces
    preformatted = 0
    walker = etree.iterwalk(root, events=("start", "end"))
    skipped: Any = None
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if _is_skipped(element, tag) or (is_left_out is not None and is_left_out(element)):
                skipped = element
                walker.skip_subtree()
                continue
            if tag in _CELLS:
                add("\t")
                row_depth += is_data_cell(element)
            elif tag == "br":
                add(" " if row_depth else "\n")
            elif tag in _HEADINGS:
                add(_BEFORE_HEADING)
            elif tag in _BLOCKS:
                add(" " if row_depth and tag != "tr" else "\n")
                preformatted += tag == "pre"
            if element.text:
                add(element.text if preformatted else element.text.translate(_IN_TEXT))
            continue
        if skipped is element:
            skipped = None
            add(" " if tag not in _BLOCKS else "\n")
        elif tag in _CELLS:
            row_depth -= is_data_cell(element)
        elif tag in _BLOCKS:
            preformatted -= tag == "pre"
            add(" " if row_depth and tag != "tr" else "\n")
        if element.tail and element is not root:
            add(element.tail if preformatted else element.tail.translate(_IN_TEXT))
    lines = (line.strip(" \t") for line in "".join(pieces).split("\n"))
    text = "\n".join(line for line in lines if line)
    return tidy(_HEADING_BREAKS.sub("\n\n", text) if _BEFORE_HEADING in text else text)


def tidy(text: str) -> str:
    r"""Fold spaces, tabs and empty lines, and repair the characters.

    >>> tidy(" Tagesordnung \n\n\n\n \t1 \t  Begrüßung\xa0 \n")
    'Tagesordnung\n\n1\tBegrüßung'
    """
    text = repair(text)
    if "\t" in text:
        text = _AROUND_TABS.sub("\t", text)
    text = "\n".join(line.strip(" \t") for line in text.split("\n"))
    if "  " in text:
        text = _SPACES.sub(" ", text)
    return _MANY_BREAKS.sub("\n\n", text).strip()


def words_of(element: Any) -> str:
    """Return the words of a small element on one line."""
    return " ".join(text_of(element).split())


def alt_of(picture: Any) -> str:
    """Return the words that stand for a picture."""
    return tidy(" ".join((picture.get("alt") or "").split()))


def _is_skipped(element: Any, tag: Any) -> bool:
    """Tell whether an element is no text for people: scripts, controls, hidden ones."""
    if not isinstance(tag, str) or tag in _SKIPPED:
        return True
    if not element.attrib:
        return False
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return style is not None and _HIDDEN.search(style) is not None


def is_data_cell(cell: Any) -> bool:
    """Tell a table's short cell from one that carries a part of the page's layout.

    Pages from before style sheets part paragraphs by two breaks; a value has none.
    """
    if next(cell.iterdescendants(*_LAYOUT_TAGS), None) is not None:
        return False
    for mark in cell.iterdescendants("br"):
        following = mark.getnext()
        if following is not None and following.tag == "br" and not (mark.tail or "").strip():
            return False
    length = 0
    for text in cell.itertext():
        length += len(text)
        if length > _MAX_CELL_CHARACTERS:
            return False
    return True
