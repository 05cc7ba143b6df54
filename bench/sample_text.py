"""The text of the sample forum's pages: main content without the frame, PDF text page by page.

What is main content is cut out of the site's three known frames here, not by the product's rules.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from html import unescape

from archiver.demo.server import SITE
from archiver.model import Extraction
from bench.floors import Found, Measure
from bench.sample import Forum, digest

SECTION = "text"

_CONTENT = (
    re.compile(r"<main>(.*?)</main>", re.DOTALL),
    re.compile(r'<div id="inhalt">(.*?)</div>\s*<p class="stand">', re.DOTALL),
    re.compile(
        r'</font></td>\s*<td><font face="Verdana" size="2">(.*?)<hr noshade size="1">', re.DOTALL
    ),
)
"""How the frames of 2012, 2008 and 2004 hold their content."""

_MENU = re.compile(r"<nav\b.*?</nav>", re.DOTALL)
"""A menu within the content: the way to the neighbouring sittings."""

_TAG = re.compile(r"<(?:script|style).*?</(?:script|style)>|<!--.*?-->|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"\w+")


def measure(forum: Forum) -> Iterator[Found]:
    """Yield word precision and recall of web pages, and what of PDF files stands on its page."""
    yield from _html(forum)
    yield from _phrases(forum)
    yield from _labels(forum)


def content_and_frame(html: str) -> tuple[str, str]:
    """Part a page into the text of its content and of its frame (menus, margins, footer).

    >>> content_and_frame("<body><p>Archiv</p><main><h1>Forum</h1><nav>vor</nav></main></body>")
    ('Forum', 'Archiv vor')
    """
    body = unicodedata.normalize("NFC", html[html.find("<body") :])
    for pattern in _CONTENT:
        if found := pattern.search(body):
            menus = " ".join(_MENU.findall(found[1]))
            around = (body[: found.start()], body[found.end() :], menus)
            return text_of(_MENU.sub(" ", found[1])), text_of(" ".join(around))
    raise ValueError("a page in none of the sample forum's frames")


def text_of(html: str) -> str:
    """Return the words between tags, in one line."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def words_of(text: str) -> Counter[str]:
    """Count the words of a text, lower case."""
    return Counter(_WORD.findall(text.lower()))


def _html(forum: Forum) -> Iterator[Measure]:
    common = wanted = found = clean = 0
    framed: list[str] = []
    lost: list[str] = []
    pages = [path for path, label in sorted(forum.truth.items()) if label["kind"] != "file"]
    for path in pages:
        content, frame = content_and_frame(_source(path))
        read, expected = words_of(_text(forum.texts.get(path))), words_of(content)
        common += (read & expected).total()
        wanted += expected.total()
        found += read.total()
        alien = sorted(words_of(frame).keys() & read.keys() - expected.keys())
        clean += not alien
        if alien:
            framed.append(f"{path}: words of the frame: {' '.join(alien[:12])}")
        if missing := expected - read:
            lost.append(f"{path}: not read: {' '.join(list(missing)[:12])}")
    yield _measure(forum, "html: word precision", common / max(1, found))
    yield _measure(forum, "html: word recall", common / max(1, wanted), lost)
    yield _measure(forum, "html: pages without menu words", clean / len(pages), framed)


def _source(path: str) -> str:
    """Return a page's markup in the charset it is served with."""
    entry: dict[str, str] = json.loads((SITE / "_site.json").read_text("utf-8"))["files"][path]
    charset = "utf-8" if "charset=utf-8" in entry["type"] else "cp1252"
    return (SITE / entry["disk"]).read_text(charset)


def _phrases(forum: Forum) -> Iterator[Measure]:
    """Measure that every known phrase stands on exactly the page it is labelled with."""
    for what, is_pdf in (("html: phrases found", False), ("pdf: phrases on their page", True)):
        count = 0
        wrong = []
        for path, label in sorted(forum.truth.items()):
            if (label["kind"] == "file") is not is_pdf or label["image_only"]:
                continue
            extraction = forum.texts.get(path)
            pages = extraction.pages if extraction else ()
            for phrase in label["contains"]:
                words, number = one_line(phrase["text"]), phrase["page"] or 1
                on = [page.number for page in pages if words in one_line(page.text)]
                count += 1
                if on != [number]:
                    wrong.append(f"{path}: {words!r} expected on page {number}, stands on {on}")
        yield _measure(forum, what, 1 - len(wrong) / count, wrong)


def _labels(forum: Forum) -> Iterator[Measure]:
    """Measure page counts and printed page labels of the PDF files that can be opened."""
    counted = [
        (path, label)
        for path, label in sorted(forum.truth.items())
        if label["kind"] == "file" and not label["damaged"] and label["encrypted"] != "password"
    ]
    wrong = []
    for path, label in counted:
        pages = extraction.pages if (extraction := forum.texts.get(path)) else ()
        expected = label["labels"] or [None] * label["pages"]
        read = [page.label for page in pages]
        if read != expected:
            wrong.append(f"{path}: expected {expected}, read {read}")
    yield _measure(forum, "pdf: pages and labels", 1 - len(wrong) / len(counted), wrong)


def _text(extraction: Extraction | None) -> str:
    return "\n".join(page.text for page in extraction.pages) if extraction else ""


def one_line(text: str) -> str:
    """Return a text with single blanks."""
    return " ".join(text.split())


def _measure(forum: Forum, what: str, score: float, failures: Sequence[str] = ()) -> Measure:
    return Measure(SECTION, forum.data, what, score, digest(), failures=tuple(failures))
