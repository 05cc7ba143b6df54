"""A forum mirrored by GNU Wget becomes a corpus like one of our own crawls."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.corpus import Corpus
from archiver.demo.server import SampleServer
from tests.conftest import Archiver, new_forum, require_program
from tests.interop.environments import quiet_environment

pytestmark = pytest.mark.interop

SOME_LINKS_ARE_DEAD = 8  # Wget's exit code


@pytest.fixture(scope="module")
def server() -> Iterator[SampleServer]:
    with SampleServer() as running:
        yield running


@pytest.fixture(scope="module")
def mirrored(server: SampleServer, tmp_path_factory: pytest.TempPathFactory) -> Archiver:
    """Return a workspace beside two WARC files: a mirror, and a second one with revisits."""
    wget = require_program("wget", "wget")
    folder = tmp_path_factory.mktemp("wget")
    for name, *more in (["first"], ["second", "--warc-dedup=first.cdx"]):
        mirror(wget, folder, server, f"--warc-file={name}", *more)
    (folder / "forum").mkdir()
    return new_forum(server, folder / "forum")


def mirror(wget: str, folder: Path, server: SampleServer, *options: str) -> None:
    ran = subprocess.run(
        [wget, "--no-config", "--no-proxy", "--mirror", "--no-verbose", "--delete-after",
         "--warc-cdx", *options, f"{server.base_url}/"],
        cwd=folder, env=quiet_environment(), stdin=subprocess.DEVNULL, capture_output=True,
        timeout=120,
    )  # fmt: skip
    assert ran.returncode == SOME_LINKS_ARE_DEAD, ran.stderr.decode()


def payloads(archiver: Archiver) -> dict[str, str | None]:
    """Return the payload digest of each page and file that was there."""
    with Corpus.open(archiver.folder / "corpus", read_only=True) as corpus:
        return {c.url: c.payload_digest for c in corpus.captures() if c.status == 200}


def test_a_mirror_is_imported_once_and_searched(mirrored: Archiver) -> None:
    taken = mirrored("import", "../first.warc.gz", "--json").json
    assert taken["captures"] > 120
    assert (taken["known"], taken["findings"]) == (0, [])
    again = mirrored("import", "../first.warc.gz", "--json").json
    assert (again["captures"], again["known"]) == (0, taken["captures"])
    mirrored("verify", "--deep")
    mirrored("index")
    answer = mirrored("search", "Bürgerbeteiligung", "--session", "28", "--json").json
    kinds = {group["document"]["media_type"] for group in answer["groups"]}
    assert kinds == {"text/html", "application/pdf"}
    assert {group["document"]["held_on"] for group in answer["groups"]} == {"2011-10-14"}


def test_the_mirror_holds_the_payloads_of_our_own_crawl(
    server: SampleServer, mirrored: Archiver, tmp_path: Path
) -> None:
    mirrored("import", "../first.warc.gz")
    crawled = new_forum(server, tmp_path)
    crawled("crawl")
    theirs, ours = payloads(mirrored), payloads(crawled)
    both = set(ours) & set(theirs)
    assert len(both) > 110
    assert {url: ours[url] for url in both} == {url: theirs[url] for url in both}


def test_revisits_are_kept_and_their_wrong_digests_told(mirrored: Archiver) -> None:
    mirrored("import", "../first.warc.gz")
    before = payloads(mirrored)
    taken = mirrored("import", "../second.warc.gz", "--json").json
    assert taken["captures"] > 100
    assert all("digest" in finding for finding in taken["findings"])
    assert payloads(mirrored) == before
    again = mirrored("import", "../second.warc.gz", "--json", expect=None).json
    assert again["captures"] == 0
    mirrored("verify", "--deep")
