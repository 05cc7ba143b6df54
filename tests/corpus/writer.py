"""Writes batches into a corpus until it is killed; tells on stdout what was reported as stored."""

import sys
from pathlib import Path

from archiver.corpus import Corpus, CorpusOptions
from tests.corpus.making import SITE, crawl_start, exchange, recording


def main(folder: str, first: int) -> None:
    with Corpus.open(Path(folder), options=CorpusOptions(rotate_at=40_000)) as corpus:
        store = corpus.crawl_store(SITE)
        store.begin_crawl(crawl_start())
        number = first
        while True:
            batch = []
            for _ in range(7):
                path = f"/{number}"
                # Every third page repeats another's payload, so that revisits are torn too.
                text = b"Seite %d " % (number - number % 3) * 40
                batch.append(recording(path, exchange(path, text)))
                number += 1
            captures = store.record(batch)
            for capture in captures:
                assert capture is not None
                sys.stdout.write(f"{capture.capture_id} {capture.url}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
