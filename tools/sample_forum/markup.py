"""Turn the texts' small markup into HTML, and sizes into words. Pure: no I/O."""

import re
from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from tools.sample_forum.content import paragraphs

__all__ = ["href", "inline", "prose", "size_words", "slug"]

LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")


def size_words(size: int) -> str:
    """Say a file's size as such pages do.

    >>> size_words(3406), size_words(98_095), size_words(1_249_000)
    ('3 KB', '98 KB', '1,2 MB')
    """
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")


def href(path: str) -> str:
    """Escape a path for an attribute, umlauts as percent signs.

    >>> href("/dateien/Bürger.pdf")
    '/dateien/B%C3%BCrger.pdf'
    """
    return escape(quote(path, safe="/#"), quote=True)


def inline(text: str, sizes: Mapping[str, int]) -> str:
    """Escape a text and turn its links into anchors.

    >>> inline("siehe [Archiv](/archiv/) & mehr", {})
    'siehe <a href="/archiv/">Archiv</a> &amp; mehr'
    """
    text = re.sub(r"\{size:([^}]+)\}", lambda found: size_words(sizes[found[1]]), text)
    text = escape(text, quote=False)
    return LINK.sub(lambda found: f'<a href="{href(found[2])}">{found[1]}</a>', text)


def prose(text: str, sizes: Mapping[str, int] | None = None) -> str:
    """Turn paragraphs, "## " headings and "- " lists into HTML."""
    known = sizes or {}
    parts = []
    for part in paragraphs(text):
        if part.startswith("## "):
            parts.append(f"<h2>{inline(part[3:], known)}</h2>")
        elif part.startswith("- "):
            items = "".join(f"<li>{inline(line[2:], known)}</li>" for line in part.splitlines())
            parts.append(f"<ul>{items}</ul>")
        else:
            parts.append(f"<p>{inline(part, known)}</p>")
    return "\n".join(parts)


def slug(word: str) -> str:
    """Write a keyword as a fragment.

    >>> slug("Grünflächen")
    'gruenflaechen'
    """
    for umlaut, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), (" ", "-")):
        word = word.lower().replace(umlaut, plain)
    return word
