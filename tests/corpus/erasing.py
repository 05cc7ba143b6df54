"""Erases a URL and dies at the n-th touch of a file, as if the power went."""

import os
import sys
from pathlib import Path

from archiver.corpus import Corpus

_TOUCHES = frozenset({"open", "os.rename", "os.remove", "os.truncate"})


def main(folder: str, url: str, die_at: int) -> None:
    with Corpus.open(Path(folder)) as corpus:
        doomed = corpus.examine("url", url)
        left = die_at

        def die(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event in _TOUCHES and "corpus" in str(arguments[0]):
                left -= 1
                if left == 0:
                    os._exit(9)

        sys.addaudithook(die)
        corpus.erase(doomed, reason="names of minors", ticket="2026/17")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
