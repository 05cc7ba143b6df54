"""A wrong input gets one clear line and its exit code – never a traceback, never silence."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Archiver


@pytest.fixture
def folder(tmp_path: Path) -> Archiver:
    return Archiver(tmp_path)


def workspace(folder: Archiver, text: str) -> Archiver:
    (folder.folder / "archiver.toml").write_text(text, encoding="utf-8")
    return folder


SITE = '[[site]]\nname = "town"\nseeds = ["http://127.0.0.1:9/"]\nallow = ["127.0.0.1:9"]\n'


def one_line(err: str) -> str:
    lines = [line for line in err.splitlines() if line.startswith("archiver: ")]
    assert len(lines) == 1, err
    return lines[0]


@pytest.mark.parametrize("command", [["search", "Rad"], ["crawl"], ["sessions"], ["status"]])
def test_without_a_workspace_the_code_is_10_and_the_line_says_how_to_make_one(
    folder: Archiver, command: list[str]
) -> None:
    outcome = folder(*command, expect=10)
    assert "archiver init" in one_line(outcome.err)
    assert outcome.out == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('farbe = "rot"', ["archiver.toml", "`farbe`", "allowed"]),
        ('[[site]]\nname = "a"\nseed = ["http://x/"]', ["seed", "did you mean `seeds`"]),
        ('[[site]]\nname = "a"\nseeds = "http://x/"', ["seeds", "array"]),
        ('[[site]]\nname = "a"\nseeds = ["http://x/"]\ndelay = -1', ["delay", ">= 0"]),
        ('[[site]]\nname = "a"\nseeds = ["ftp://x/"]', ["seeds", "ftp://x/", "http"]),
        ('[[site]]\nname = "Ä!"\nseeds = ["http://x/"]', ["name", "lower-case"]),
        ('[[site]]\nname = "a"\nprofile = "keins"', ["keins", "sample-forum"]),
        ("[index]\nengine = 'sphinx'", ["engine", "sphinx"]),
        ("format = ", ["not valid TOML"]),
        (SITE + SITE, ["town", "twice"]),
        ('[[site]]\nname = "a"\nallow = ["localhost"]', ["allow", "HOST:PORT"]),
    ],
)
def test_a_wrong_archiver_toml_is_refused_with_file_key_and_what_is_allowed(
    folder: Archiver, text: str, told: list[str]
) -> None:
    line = one_line(workspace(folder, text)("crawl", expect=2).err)
    assert "archiver.toml" in line
    assert all(word in line for word in told), line


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["init", "w", "--seed", "ftp://town.example/"], "http(s)"),
        (["init", "w", "--seed", "town.example"], "http(s)"),
        (["init", "w", "--seed", "http://t.example/", "--allow", "nowhere"], "HOST:PORT"),
        (["init", "w", "--seed", "http://t.example/", "--delay", "-3"], "--delay"),
        (["init", "w", "--seed", "http://t.example/", "--profile", "keins"], "keins"),
        (["serch", "Rad"], "did you mean 'search'"),
        (["search"], "nothing to search for"),
        (["search", "Rad", "--sesion", "3"], "--session"),
        (["extract", "nicht-da.pdf"], "nicht-da.pdf"),
    ],
)
def test_wrong_words_on_the_command_line_are_exit_code_2(
    folder: Archiver, arguments: list[str], told: str
) -> None:
    assert told in one_line(folder(*arguments, expect=2).err)
    assert not (folder.folder / "w").exists()


_LONG = "x" * 300  # longer than a file system lets a name be


@pytest.mark.parametrize(
    "arguments",
    [
        ["-w", _LONG, "status"],
        ["init", _LONG, "--seed", "http://town.example/"],
        ["verify", _LONG],
        ["extract", _LONG],
        ["corpus", "export", f"{_LONG}.wacz"],
        ["export", "Rad", "-o", f"{_LONG}.csv"],
    ],
    ids=lambda arguments: " ".join(word[:8] for word in arguments),
)
def test_what_the_system_refuses_is_told_in_its_words(
    folder: Archiver, arguments: list[str]
) -> None:
    line = one_line(workspace(folder, SITE)(*arguments, expect=2).err)
    assert _LONG in line
    assert "File name too long" in line


def test_init_never_overwrites_a_workspace(folder: Archiver) -> None:
    workspace(folder, SITE)
    line = one_line(folder("init", ".", "--seed", "http://t.example/", expect=2).err)
    assert "already exists" in line
    assert (folder.folder / "archiver.toml").read_text() == SITE


def test_searching_before_indexing_says_what_to_run(folder: Archiver) -> None:
    line = one_line(workspace(folder, SITE)("search", "Rad", expect=2).err)
    assert "archiver index" in line


def test_errors_are_json_where_json_was_asked_for(folder: Archiver) -> None:
    import json

    outcome = folder("search", "Rad", "--json", expect=10)
    error = json.loads(outcome.err)
    assert (error["error"], error["exit_code"]) == ("NoWorkspaceError", 10)


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """A loopback server that gives every connection the same answer, or none at all."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()
        listener.settimeout(0.1)

        def serve() -> None:
            held = []
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                held.append(connection)
                if answer is not None:
                    connection.settimeout(5)
                    connection.recv(65536)
                    connection.sendall(answer)
                    connection.close()
            for connection in held:
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        stop.set()
        thread.join()


def page(status: str, body: str = "", headers: str = "") -> bytes:
    data = body.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(data)}\r\nConnection: close\r\n{headers}\r\n"
    return head.encode() + data


def crawl(folder: Archiver, address: str, profile: str = "") -> tuple[int, str]:
    text = f'[[site]]\nname = "town"\nseeds = ["http://{address}/"]\nallow = ["{address}"]\n'
    text += "delay = 0\n"
    if profile:
        (folder.folder / "sites").mkdir()
        (folder.folder / "sites" / "town.toml").write_text(profile)
        text += 'profile = "town"\n'
    outcome = workspace(folder, text)("crawl", expect=None)
    assert outcome.code in (2, 3), outcome
    return outcome.code, one_line(outcome.err)


def test_a_seed_nobody_listens_at_is_told(folder: Archiver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    _, line = crawl(folder, address)
    assert address in line
    assert "refuses connections" in line


def test_a_seed_that_answers_500_is_told(folder: Archiver) -> None:
    with answering(page("500 Internal Server Error")) as address:
        _, line = crawl(folder, address)
    assert "500" in line


def test_a_seed_that_never_answers_is_told(folder: Archiver) -> None:
    with answering(None) as address:
        _, line = crawl(folder, address, "[politeness]\nidle_timeout = 0.3\ntotal_timeout = 1.0\n")
    assert "no answer" in line or "time" in line


def test_a_seed_that_robots_txt_forbids_is_told(folder: Archiver) -> None:
    rules = "User-agent: *\nDisallow: /\n"
    with answering(page("200 OK", rules, "Content-Type: text/plain\r\n")) as address:
        _, line = crawl(folder, address)
    assert "robots.txt" in line


def test_a_private_address_that_is_not_allowed_is_never_asked(folder: Archiver) -> None:
    with answering(page("200 OK", "<p>secret")) as address:
        text = f'[[site]]\nname = "town"\nseeds = ["http://{address}/"]\ndelay = 0\n'
        outcome = workspace(folder, text)("crawl", expect=None)
    assert outcome.code in (2, 3)
    assert "allow" in one_line(outcome.err)
