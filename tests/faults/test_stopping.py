"""A crawl that is stopped, and one that finds another at work."""

import signal
from pathlib import Path

import pytest

from archiver.demo.server import SampleServer
from archiver.errors import ExitCode
from tests.conftest import Archiver, new_forum
from tests.faults.conftest import PATIENCE_SECONDS, wait_until
from tests.test_whole_way import captured, last_run


def slow_forum(server: SampleServer, folder: Path) -> Archiver:
    """A workspace whose crawl takes its time: long enough to be met at work."""
    archiver = new_forum(server, folder)
    set_delay(archiver, "0", "0.3")
    return archiver


def set_delay(archiver: Archiver, old: str, new: str) -> None:
    config = archiver.folder / "archiver.toml"
    text = config.read_text()
    assert f"delay = {old}" in text
    config.write_text(text.replace(f"delay = {old}", f"delay = {new}"))


def test_a_second_crawl_is_told_who_is_at_work_and_a_killed_one_leaves_no_lock(
    server: SampleServer, tmp_path: Path
) -> None:
    archiver = slow_forum(server, tmp_path)
    before = len(server.requests)
    with archiver.start("crawl") as first:
        wait_until(lambda: len(server.requests) > before + 3)
        for command in (["crawl"], ["index"], ["import", "none.warc.gz"], ["run"]):
            second = archiver(*command, expect=ExitCode.LOCKED)
            assert f"process {first.pid} " in second.err
            assert second.err.count("\n") == 1
        assert first.poll() is None
        first.kill()
    set_delay(archiver, "0.3", "0")
    archiver("crawl")


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, ExitCode.TERMINATED), (signal.SIGINT, ExitCode.INTERRUPTED)],
)
def test_a_stopped_crawl_keeps_its_record_and_goes_on(
    server: SampleServer, forum: Archiver, tmp_path: Path, number: signal.Signals, code: ExitCode
) -> None:
    archiver = slow_forum(server, tmp_path)
    before = len(server.requests)
    with archiver.start("crawl") as process:
        wait_until(lambda: len(server.requests) > before + 10)
        process.send_signal(number)
        assert process.wait(PATIENCE_SECONDS) == code
    record = last_run(archiver)
    assert record["exit_code"] == code
    assert record["crawls"][0]["counts"]["new"] >= 5
    assert archiver("status", "--json").json["last_run"]["exit_code"] == code
    assert not list((tmp_path / "corpus" / "warc").glob("*.open"))
    archiver("verify", "--deep")
    set_delay(archiver, "0.3", "0")
    archiver("crawl")
    assert captured(archiver) == captured(forum)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="asks the kernel as Linux answers")
def test_a_crawl_listens_on_no_port(server: SampleServer, tmp_path: Path) -> None:
    archiver = slow_forum(server, tmp_path)
    before = len(server.requests)
    with archiver.start("crawl") as process:
        wait_until(lambda: len(server.requests) > before + 3)
        held = {inode for pid in family(process.pid) for inode in sockets_of(pid)}
        waiting = {inode for inode, state in connections() if state == LISTEN}
        talking = {inode for inode, _ in connections()}
        process.kill()
    assert held & talking, "a crawl has a connection to its server"
    assert not held & waiting


LISTEN = "0A"  # include/net/tcp_states.h


def connections() -> list[tuple[str, str]]:
    """Return inode and state of every TCP socket."""
    lines = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in (Path("/proc/net") / name).read_text().splitlines()[1:]
    ]
    return [(words[9], words[3]) for words in lines]


def family(pid: int) -> list[int]:
    """Return a process and all that it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def sockets_of(pid: int) -> list[str]:
    links = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    return [link[len("socket:[") : -1] for link in links if link.startswith("socket:[")]
