"""Debian's German books read by us and by others, word for word against their makers' text.

Also every line-end hyphen of two of them: where the true text has the word only joined, or only
with its hyphen, there is no doubt what the repair should do.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from archiver.extract import ExtractSettings, Sandbox
from archiver.extract.hyphens import words_of
from archiver.extract.repair import repair
from bench.corpora import MissingCorpusError, books
from bench.floors import Found, Measure, Missing, digest_of
from bench.pdf_text import (
    HYPHEN_CASES,
    hyphen_cases,
    hyphen_scores,
    pdfium_pages,
    read_ours,
    read_pdfium,
    read_pdftotext,
    read_pypdf,
    score,
)
from bench.questions import beside

SECTION = "books"
HYPHENS = "hyphens"
WHAT = ("word recall", "umlaut-word recall", "bigram F")
GAP = -0.002
"""How much less than pdftotext's a score may be on any book."""

_OF_LINE_ENDS = ("installation-guide", "debian-reference")
_ALL = "all books"
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LINE_END = re.compile("([^\\W_]+)(?:[-\u2010\u2011] ?\n|[\xad\ufffe\x02]\n?)([^\\W_]+)")


def measure() -> Iterator[Found]:
    """Yield recall and bigram F for each book beside pdftotext, pypdf and pdfium."""
    try:
        stock = books()
    except MissingCorpusError as error:
        yield Missing(SECTION, _ALL, str(error))
        return
    peers: dict[str, Callable[[Path], tuple[str, int]]] = {
        "pdftotext": read_pdftotext,
        "pypdf": read_pypdf,
        "pdfium": read_pdfium,
    }
    if not shutil.which("pdftotext"):
        del peers["pdftotext"]
        yield Missing(SECTION, _ALL, "pdftotext is not installed (Debian package poppler-utils)")
    gaps: dict[str, list[float]] = {what: [] for what in WHAT}
    with Sandbox(ExtractSettings(wall_s=600.0, cpu_s=600.0)) as sandbox:
        for book in stock:
            truth = repair(book.truth.read_text("utf-8"))
            ours = score(truth, read_ours(book.pdf, sandbox)[0])
            others = {name: score(truth, read(book.pdf)[0]) for name, read in peers.items()}
            for number, what in enumerate(WHAT):
                theirs = {name: scores[number] for name, scores in others.items()}
                digest = digest_of(book.pdf, book.truth)
                yield Measure(SECTION, book.name, what, ours[number], digest, peers=beside(theirs))
                if "pdftotext" in theirs:
                    gaps[what].append(ours[number] - theirs["pdftotext"])
    if "pdftotext" in peers:
        yield from _gaps(gaps, digest_of(*(part for b in stock for part in (b.pdf, b.truth))))


def _gaps(gaps: dict[str, list[float]], digest: str) -> Iterator[Measure]:
    """Yield how far we are ahead of pdftotext, on the worst book and on average."""
    for what in ("word recall", "bigram F"):
        found = gaps[what]
        worst, mean = min(found), sum(found) / len(found)
        ahead = f"{what}: ahead of pdftotext"
        yield Measure(SECTION, _ALL, f"{ahead}, worst", worst, digest, least=GAP, is_pinned=False)
        yield Measure(SECTION, _ALL, f"{ahead}, mean", mean, digest, least=0.0, is_pinned=False)


def measure_hyphens() -> Iterator[Found]:
    """Yield precision and recall of the line-end repair on the labelled list and on two books."""
    cases = hyphen_cases()
    yield from _hyphens("labelled list", cases, digest_of(HYPHEN_CASES))
    try:
        stock = [book for book in books() if book.name in _OF_LINE_ENDS]
    except MissingCorpusError as error:
        for name in _OF_LINE_ENDS:
            yield Missing(HYPHENS, name, str(error))
        return
    for book in stock:
        pages = [page.replace("\r\n", "\n") for page in pdfium_pages(book.pdf)]
        ends = line_ends("\n".join(pages), repair(book.truth.read_text("utf-8")))
        digest = digest_of(book.pdf, book.truth)
        yield from _hyphens(book.name, ends, digest, words_of(pages))


def line_ends(text: str, truth: str) -> list[tuple[str, str, str]]:
    r"""Return the broken words of a text of which the truth leaves no doubt, and what joins them.

    >>> line_ends("ein Stadt-\nteil, ein E-\nMail-Fach, ein Un-\nding", "Stadtteil mit E-Mail")
    [('Stadt', 'teil', ''), ('E', 'Mail', '-')]
    """
    known = set(_WORD.findall(truth.lower()))
    found = []
    for left, right in _LINE_END.findall(text):
        is_joined = (left + right).lower() in known
        if is_joined != (f"{left}-{right}".lower() in known):
            found.append((left, right, "" if is_joined else "-"))
    return found


def _hyphens(
    data: str, cases: list[tuple[str, str, str]], digest: str, words: frozenset[str] = frozenset()
) -> Iterator[Measure]:
    precision, recall, wrong = hyphen_scores(cases, words)
    note = f"{len(cases)} cases"
    listed = tuple(line.strip() for line in wrong)
    yield Measure(HYPHENS, data, "precision", precision, digest, peers=note, failures=listed)
    yield Measure(HYPHENS, data, "recall", recall, digest, peers=note)
