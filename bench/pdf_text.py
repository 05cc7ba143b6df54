"""Measure PDF text against known text, beside other readers: python -m bench.pdf_text --pairs DIR.

DIR holds NAME.pdf beside NAME.truth.txt. Printed for each book and reader: the share of the
truth's words found (word recall), of its words with umlauts or ß, the F score of its word pairs
(bigram F), and pages a second. Then precision and recall of the line-end hyphen repair on the
labelled cases of tests/extract/hyphens.txt.
"""

import argparse
import itertools
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from archiver.extract import ExtractSettings, Sandbox, Task
from archiver.extract.hyphens import joint_of
from archiver.extract.repair import repair

_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_UMLAUT = re.compile("[äöüßÄÖÜ]")
HYPHEN_CASES = Path(__file__).parent.parent / "tests" / "extract" / "hyphens.txt"


def words_of(text: str) -> list[str]:
    """Split text into words as the table counts them, lower case."""
    return _WORD.findall(text.lower())


def unbroken(text: str) -> str:
    """Join line-end hyphens the plain way, so that readers without repair are not disadvantaged."""
    return re.sub(r"(\w)[-\u00ad\ufffe\x02]\s*\n\s*([a-zäöüß])", r"\1\2", text)


def score(truth: str, found: str) -> tuple[float, float, float]:
    """Return word recall, umlaut-word recall and bigram F."""
    true_words, found_words = words_of(truth), words_of(found)
    return (
        _recall(Counter(true_words), Counter(found_words)),
        _recall(
            Counter(word for word in true_words if _UMLAUT.search(word)),
            Counter(word for word in found_words if _UMLAUT.search(word)),
        ),
        _f_score(Counter(_pairs(true_words)), Counter(_pairs(found_words))),
    )


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    return list(itertools.pairwise(words))


def _recall(truth: Counter[str], found: Counter[str]) -> float:
    return (truth & found).total() / max(1, truth.total())


def _f_score(truth: Counter[tuple[str, str]], found: Counter[tuple[str, str]]) -> float:
    common = (truth & found).total()
    return 2 * common / max(1, truth.total() + found.total())


def read_ours(path: Path, sandbox: Sandbox) -> tuple[str, int]:
    """Read through the sandbox, as a run does."""
    extraction = sandbox.extract(Task(path.read_bytes(), "application/pdf"))
    return "\n".join(page.text for page in extraction.pages), len(extraction.pages)


def read_pdftotext(path: Path) -> tuple[str, int]:
    """Read with poppler's pdftotext; form feeds part the pages."""
    command = [shutil.which("pdftotext") or "pdftotext", str(path), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return unbroken(text), text.count("\f")


def read_pypdf(path: Path) -> tuple[str, int]:
    """Read with pypdf alone."""
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]
    return unbroken("\n".join(pages)), len(pages)


def read_pdfium(path: Path) -> tuple[str, int]:
    """Read with pdfium alone."""
    pages = pdfium_pages(path)
    text = "\n".join(pages).replace("\ufffe", "-\n").replace("\r\n", "\n")
    return unbroken(text), len(pages)


def pdfium_pages(path: Path) -> list[str]:
    """Read the text of every page as pdfium gives it, line-end hyphens and all."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    pages = []
    for page in document:
        textpage = page.get_textpage()
        pages.append(textpage.get_text_range())
        textpage.close()
        page.close()
    return pages


def hyphen_cases(path: Path = HYPHEN_CASES) -> list[tuple[str, str, str]]:
    """Read the labelled cases as (left, right, what stands between): "", "-" or "- "."""
    cases = []
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            left, _, right = line.partition("|")
            word = left.rstrip("- ")
            cases.append((word, right, left[len(word) :]))
    return cases


def hyphen_scores(
    cases: list[tuple[str, str, str]], words: frozenset[str] = frozenset()
) -> tuple[float, float, list[str]]:
    """Return precision and recall of joining without hyphen, and every wrong case.

    `words` are the document's own unbroken words.
    """
    found = [joint_of(left, right, words) for left, right, _ in cases]
    wanted = [joint for _, _, joint in cases]
    both = sum(not one and not other for one, other in zip(found, wanted, strict=True))
    wrong = [
        f"  {left}|{right}: {joint!r} instead of {expected!r}"
        for (left, right, expected), joint in zip(cases, found, strict=True)
        if joint != expected
    ]
    return both / max(1, found.count("")), both / max(1, wanted.count("")), wrong


def main(arguments: list[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=Path, help="folder of NAME.pdf and NAME.truth.txt")
    parser.add_argument("--readers", default="ours,pdftotext,pdfium,pypdf")
    options = parser.parse_args(arguments)
    if options.pairs is not None:
        _print_books(options.pairs, options.readers.split(","))
    if HYPHEN_CASES.exists():
        cases = hyphen_cases()
        precision, recall, wrong = hyphen_scores(cases)
        print(f"hyphens: {len(cases)} cases, precision {precision:.4f}, recall {recall:.4f}")
        print("\n".join(wrong))
    return 0


def _print_books(folder: Path, names: list[str]) -> None:
    settings = ExtractSettings(wall_s=600.0, cpu_s=600.0)
    with Sandbox(settings) as sandbox:
        sandbox.extract(Task(b"%PDF-1.4 warm-up"))
        readers: dict[str, Callable[[Path], tuple[str, int]]] = {
            "ours": lambda path: read_ours(path, sandbox),
            "pdftotext": read_pdftotext,
            "pdfium": read_pdfium,
            "pypdf": read_pypdf,
        }
        print(
            f"{'book':<14} {'reader':<10} {'recall':>7} {'umlaut':>7} {'bigram':>7} {'pages/s':>8}"
        )
        for path in sorted(folder.glob("*.pdf")):
            truth = repair(path.with_suffix(".truth.txt").read_text("utf-8"))
            for name in names:
                start = time.perf_counter()
                text, pages = readers[name](path)
                taken = time.perf_counter() - start
                recall, umlaut, bigram = score(truth, text)
                print(
                    f"{path.stem:<14} {name:<10} {recall:7.4f} {umlaut:7.4f} {bigram:7.4f} "
                    f"{pages / taken:8.1f}"
                )


if __name__ == "__main__":
    sys.exit(main())
