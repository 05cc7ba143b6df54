"""Crawls a loopback site into a corpus; run as a process of its own, so that it can be killed."""

import sys
from pathlib import Path

from archiver.corpus import Corpus
from archiver.crawl import Surroundings, crawl
from tests.crawl.world import read_links, site


def main(folder: str, address: str) -> int:
    profile = site(f"http://{address}/", allow=(address,))
    around = Surroundings(user_agent="archiver-test/1", software="archiver", read_links=read_links)
    with Corpus.open(Path(folder)) as corpus:
        report = crawl(profile, corpus.crawl_store(profile.name), around)
    return 0 if report.state == "finished" else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
