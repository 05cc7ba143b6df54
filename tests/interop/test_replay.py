"""pywb replays every capture byte for byte, revisits too, from the corpus and from a WACZ."""

import dataclasses
import http.client
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archiver.model import Capture
from tests.interop.conftest import Archived
from tests.interop.environments import environment, quiet_environment

pytestmark = pytest.mark.interop

CONFIG = """\
collections:
  {name}:
    index_paths: {index}
    archive_paths: {warc}/
"""


class Player:
    """A pywb that listens on loopback."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, collection: str, capture: Capture) -> tuple[int, bytes]:
        """Return status and body of a capture as it was, without following redirects."""
        moment = f"{capture.captured_at:%Y%m%d%H%M%S}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            path = f"/{collection}/{moment}id_/{capture.url}"
            # pywb unpacks for those who do not take gzip.
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def playing(folder: Path) -> Iterator[Player]:
    port = free_port()
    command = [environment("pywb").path("wayback"), "-b", "127.0.0.1", "-p", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=quiet_environment(), stdout=log, stderr=log
        )
    try:
        for _ in range(600):
            assert process.poll() is None, (folder / "log").read_text()
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield Player(port)
    finally:
        process.terminate()
        process.wait(30)


def set_up(folder: Path, archived: Archived, name: str) -> None:
    """Let pywb read a corpus where it lies, by our own index."""
    index = folder / "index.cdxj"
    archived.archiver("corpus", "export", str(index))
    (folder / "config.yaml").write_text(
        CONFIG.format(name=name, index=index, warc=archived.folder / "corpus" / "warc")
    )


@pytest.fixture(scope="module")
def player(archived: Archived, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """Play the corpus in place, and our WACZ as pywb takes it in."""
    folder = tmp_path_factory.mktemp("player")
    set_up(folder, archived, "own")
    package = folder / "forum.wacz"
    archived.archiver("corpus", "export", str(package))
    pywb = environment("pywb")
    for words in (["init", "packed"], ["add", "packed", "--unpack-wacz", str(package)]):
        ran = pywb("wb-manager", *words, cwd=folder)
        assert ran.code == 0, ran.said
    with playing(folder) as player:
        yield player


@pytest.mark.parametrize("collection", ["own", "packed"])
def test_every_capture_is_replayed_byte_for_byte(
    archived: Archived, player: Player, collection: str
) -> None:
    replayed = set()
    for capture in archived.captures:
        status, body = player.get(collection, capture)
        assert body == archived.payload(capture), capture
        # What a 304 answered for is shown with the status of the answer it refers to.
        assert status == (200 if capture.kind == "revisit_304" else capture.status), capture
        replayed.add((capture.kind, status))
    assert replayed == {
        ("response", 200),
        ("response", 301),
        ("response", 404),
        ("revisit_304", 200),
        ("revisit_payload", 200),
        ("revisit_payload", 404),
    }


def test_a_page_that_was_never_archived_is_not_found(archived: Archived, player: Player) -> None:
    unknown = dataclasses.replace(archived.captures[0], url="http://forum.example/nie")
    assert player.get("own", unknown)[0] == 404
