"""What the interoperability tests share: an archived sample forum with every kind of record."""

import time
from pathlib import Path

import pytest

from archiver.corpus import Corpus
from archiver.demo.server import SITE, SampleServer
from archiver.model import Capture
from tests.conftest import Archiver, new_forum

CHANGING = "/kontakt.html"


class Archived:
    """A workspace and what its catalogue says of it."""

    def __init__(self, archiver: Archiver) -> None:
        self.archiver = archiver
        self.folder = archiver.folder
        with Corpus.open(self.folder / "corpus", read_only=True) as corpus:
            self.captures: list[Capture] = list(corpus.captures())

    @property
    def warc_files(self) -> list[Path]:
        return sorted((self.folder / "corpus" / "warc").glob("*.warc.gz"))

    def payload(self, capture: Capture) -> bytes:
        with (
            Corpus.open(self.folder / "corpus", read_only=True) as corpus,
            corpus.read_payload(capture.capture_id, decode_content=False) as file,
        ):
            return file.read()


@pytest.fixture(scope="session")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Archived:
    """Return the sample forum crawled three times; a page changes once and back again.

    So there are responses, revisits after a 304 and revisits of the same payload, in three files.
    """
    with SampleServer() as server:
        archiver = new_forum(server, tmp_path_factory.mktemp("archived"))
        original = (SITE / CHANGING.lstrip("/")).read_bytes()
        changed = original.replace(b"</h1>", b"</h1><p>Neue Zeiten.</p>")
        for overlay in ({}, {CHANGING: changed}, {}):
            server.overlay = overlay
            archiver("crawl")
            time.sleep(1.1)  # replay tells captures of one URL apart by the second
        archiver("index")
    archived = Archived(archiver)
    kinds = [capture.kind for capture in archived.captures]
    assert {kind: kinds.count(kind) > 1 for kind in kinds} == {
        "response": True,
        "revisit_304": True,
        "revisit_payload": True,
    }
    assert len(archived.warc_files) == 3
    return archived
