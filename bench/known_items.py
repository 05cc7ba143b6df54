"""Make a test set of known items from Debian's German books: a few words, and the page they are of.

    python -m bench.known_items FOLDER

writes docs.jsonl, queries.jsonl and qrels.tsv as `bench.relevance` reads them. A page is a section
or a stretch of one. Half of the queries are headings, which their page then lacks, so that they
test what a section is about; half are the content words of one sentence, shuffled, without those
that stand on no other page, for which any ranking would do. The same books give the same set.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from archiver.analysis import Analyzer
from bench.corpora import books
from bench.relevance import TestSet

PAGE = 1_500  # characters, about
SEED = 28
_SHORTEST = 400  # characters; a shorter section says too little to be found
_WORDS = 5  # of a sentence
_HEADING = re.compile(r"^(?:\d+|[A-Z])(?:\.\d+)*\. +\S")
_SENTENCE = re.compile(r"(?<=[a-zäöüß][.!?]) +(?=[A-ZÄÖÜ])")
_WORD = re.compile(r"\b[A-Za-zÄÖÜäöüß]{4,}\b")
_GERMAN = re.compile(r"\b(?:der|die|das|und|ist|sind|nicht|für|von|mit|wird)\b")


def known_items() -> TestSet:
    """Make the set; raise MissingCorpusError where the books cannot be had."""
    dice = random.Random(SEED)
    docs: dict[str, str] = {}
    queries: dict[str, str] = {}
    relevant: dict[str, set[str]] = {}
    headings: list[tuple[str, str]] = []
    for book in books():
        text = book.truth.read_text(encoding="utf-8", errors="replace")
        for heading, body in sections(text):
            for number, page in enumerate(_pages(body)):
                name = f"p{len(docs):04}"
                docs[name] = page
                if number == 0:
                    headings.append((heading, name))
    analyzer = Analyzer()
    asked = [(words, name) for words, name in headings if len(_content(words, analyzer)) >= 2]
    asked = dice.sample(asked, min(len(asked), 300))
    counts = _page_counts(docs)
    for name in dice.sample(sorted(docs), len(docs)):
        if len(asked) >= 600:
            break
        words = _sentence_words(docs[name], counts, analyzer, dice)
        if words:
            asked.append((words, name))
    for number, (words, name) in enumerate(asked):
        queries[f"q{number}"] = words
        relevant[f"q{number}"] = {name}
    return TestSet(
        docs=docs, titles={name: name for name in docs}, queries=queries, relevant=relevant
    )


def sections(text: str) -> Iterator[tuple[str, str]]:
    r"""Yield heading, without its number, and text of each section that has some German.

    >>> body = "Das ist der Text und die Regel für das, was von uns nicht mit ist. " * 9
    >>> [(h, len(b)) for h, b in sections(f"1. Anfang\n\n2.1. Zweites\nStück\n\n{body}")]
    [('Zweites Stück', 602)]
    """
    heading = ""
    body: list[str] = []
    for block in re.split(r"\n\s*\n", text):
        words = " ".join(block.split())
        if _HEADING.match(block) and len(words) < 160:
            yield from _section(heading, body)
            heading, body = words.partition(". ")[2].strip(" -*="), []
        else:
            body.append(words)
    yield from _section(heading, body)


def _section(heading: str, body: list[str]) -> Iterator[tuple[str, str]]:
    text = "\n\n".join(part for part in body if part)
    words = len(text.split())
    if heading and len(text) >= _SHORTEST and len(_GERMAN.findall(text)) * 12 > words:
        yield heading, text


def _pages(body: str) -> list[str]:
    """Cut a section at its paragraphs into pages of about the same size."""
    pages: list[str] = []
    for paragraph in body.split("\n\n"):
        if pages and len(pages[-1]) < PAGE:
            pages[-1] += "\n\n" + paragraph
        else:
            pages.append(paragraph)
    return pages


def _page_counts(docs: dict[str, str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for text in docs.values():
        for word in set(_WORD.findall(text.lower())):
            counts[word] = counts.get(word, 0) + 1
    return counts


def _content(text: str, analyzer: Analyzer) -> list[str]:
    words = dict.fromkeys(_WORD.findall(text))
    return [word for word in words if not analyzer.is_stop_word(word)]


def _sentence_words(
    page: str, counts: dict[str, int], analyzer: Analyzer, dice: random.Random
) -> str:
    """Return some content words of a sentence of the page, or "" when none has enough."""
    usable = []
    for sentence in _SENTENCE.split(page.replace("\n\n", " ")):
        words = [word for word in _content(sentence, analyzer) if counts[word.lower()] > 1]
        if len(words) >= _WORDS:
            usable.append(words)
    if not usable:
        return ""
    return " ".join(dice.sample(dice.choice(usable), _WORDS))


def write(test: TestSet, folder: Path) -> None:
    """Write a set as the three files that `bench.relevance` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{"id": name, "text": text} for name, text in test.docs.items()]
    asked = [{"id": name, "text": text} for name, text in test.queries.items()]
    for name, lines in (("docs", rows), ("queries", asked)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    pairs = [f"{q}\t{doc}\t1\n" for q, found in test.relevant.items() for doc in sorted(found)]
    (folder / "qrels.tsv").write_text("".join(pairs), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the set into a folder and say how large it is."""
    parser = argparse.ArgumentParser(prog="bench.known_items")
    parser.add_argument("folder", type=Path)
    test = known_items()
    write(test, parser.parse_args(arguments).folder)
    print(f"{len(test.docs)} pages, {len(test.queries)} queries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
