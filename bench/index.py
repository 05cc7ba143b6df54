"""Measure the building of an index, ours beside plain Whoosh, each in a process of its own.

`python -m bench.index ours|whoosh PAGES FOLDER [--quick]` builds one and prints its seconds.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from archiver.analysis.lexicon import german_words
from archiver.index import build
from bench import peers
from bench.material import documents, page_count, page_texts
from bench.measuring import Options, Ran, run, seconds_of, size_of
from bench.table import Line

SECTION = "index"


def measure(options: Options) -> Iterator[Line]:
    """Yield pages a second, size of the files and peak memory."""
    count = page_count(options)
    page_texts(options, 1)  # so that a missing corpus is said once
    ours_at, theirs_at = options.new_folder("index/ours"), options.new_folder("index/whoosh")
    ours = _build("ours", count, ours_at, options)
    theirs = _build("whoosh", count, theirs_at, options)
    peer, what = "plain Whoosh, German, one field", f"build {count:,} pages"
    rates = count / float(ours.out), count / float(theirs.out)
    yield Line(SECTION, what, rates[0], "pages/s", peer, rates[1])
    yield Line(SECTION, "size of its files", size_of(ours_at), "MiB", peer, size_of(theirs_at))
    memory = ours.together_mib, theirs.together_mib
    yield Line(SECTION, "peak memory, all processes", memory[0], "MiB", peer, memory[1])


def _build(who: str, count: int, folder: Path, options: Options) -> Ran:
    quick = ["--quick"] if options.quick else []
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "bench.index",
        who,
        str(count),
        folder,
        *quick,
    ]
    return run(command, is_watched=True)


def build_ours(texts: list[str], folder: Path) -> None:
    """Build a generation as `archiver index` does, from texts at hand."""
    with build(folder, lexicon=german_words) as writer:
        for document, pages in documents(texts):
            writer.put(document, pages)


def main(arguments: Sequence[str]) -> int:
    """Build one index and print how many seconds it took."""
    parser = argparse.ArgumentParser(prog="bench.index")
    parser.add_argument("who", choices=["ours", "whoosh"])
    parser.add_argument("pages", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    wanted = parser.parse_args(arguments)
    texts = page_texts(Options(wanted.folder, quick=wanted.quick), wanted.pages)
    make = build_ours if wanted.who == "ours" else peers.build_whoosh
    print(seconds_of(lambda: make(texts, wanted.folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
