"""Files: whole or not at all, whatever goes wrong, and nothing left beside."""

import errno
import fcntl
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from archiver.errors import ExportError
from archiver.export.output import create_part, writing

is_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def put(
    target: Path | str,
    content: bytes = b"x" * 100,
    *,
    times: int = 1,
    beside: str = "",
    then: Callable[[], object] = lambda: None,
    **options: Any,
) -> None:
    """Write a small export; `then` is what happens before it ends."""
    with writing(target, **options) as output:
        for _ in range(times):
            output.write(content)
        if beside:
            output.add_beside(beside, b"{}")
        then()


def never(path: Path) -> BinaryIO:
    raise AssertionError(f"{path} must not be opened")


def stop() -> None:
    raise KeyboardInterrupt


def failing(at: int, number: int = errno.ENOSPC) -> Callable[[Path], BinaryIO]:
    """Make files whose at-th write, flush or fsync (over all files) meets that error."""
    calls = 0

    class Broken(io.FileIO):
        def count(self) -> None:
            nonlocal calls
            calls += 1
            if calls == at:
                raise OSError(number, os.strerror(number))

        def write(self, data: object, /) -> int:
            self.count()
            return super().write(data)  # type: ignore[arg-type]  # bytes, as handed through

        def flush(self) -> None:
            if not self.closed:
                self.count()
            super().flush()

    return lambda path: cast("BinaryIO", Broken(path, "x"))


def test_the_export_and_what_stands_beside_appear_together(tmp_path: Path) -> None:
    with writing(tmp_path / "hits.csv") as output:
        output.write(b"a\r\n")
        output.add_beside("hits.csv.manifest.json", b"{}")
        assert not (tmp_path / "hits.csv").exists()
    assert names(tmp_path) == ["hits.csv", "hits.csv.manifest.json"]
    assert (tmp_path / "hits.csv").read_bytes() == b"a\r\n"
    assert output.size == 3
    assert output.sha256 == "8e4621379786ef42a4fec155cd525c291dd7db3c1fde3478522f4f61c03fd1bd"


def test_an_error_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path / "hits.csv", then=stop)
    assert names(tmp_path) == []


def test_an_existing_file_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    target = tmp_path / "hits.csv"
    target.write_text("mine")
    with pytest.raises(ExportError, match="exists already"):
        put(target, create=never)
    assert target.read_text() == "mine"
    assert names(tmp_path) == ["hits.csv"]


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "hits.csv"
    with pytest.raises(ExportError, match="exists already"):
        put(target, beside="hits.csv.manifest.json", then=lambda: target.write_text("theirs"))
    assert target.read_text() == "theirs"
    assert names(tmp_path) == ["hits.csv"]


def test_overwriting_replaces_the_whole(tmp_path: Path) -> None:
    target = tmp_path / "hits.csv"
    target.write_text("a longer text than ours")
    with writing(target, overwrite=True) as output:
        output.write(b"ours")
    assert target.read_bytes() == b"ours"
    assert names(tmp_path) == ["hits.csv"]


def test_a_failed_overwrite_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "hits.csv"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        put(target, overwrite=True, then=stop)
    assert target.read_text() == "old"
    assert names(tmp_path) == ["hits.csv"]


@pytest.mark.parametrize("at", range(1, 7))
def test_a_disk_full_at_any_write_leaves_nothing(tmp_path: Path, at: int) -> None:
    with pytest.raises(ExportError, match="no space left – make room, then export again") as told:
        put(tmp_path / "hits.csv", times=3, beside="manifest.json", create=failing(at))
    assert names(tmp_path) == []
    assert "\n" not in str(told.value)


def test_the_injected_disk_is_large_enough_when_it_does_not_fail(tmp_path: Path) -> None:
    put(tmp_path / "hits.csv", times=3, beside="manifest.json", create=failing(7))
    assert names(tmp_path) == ["hits.csv", "manifest.json"]


def test_an_input_output_error_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"hits\.csv: cannot be written: Input/output error"):
        put(tmp_path / "hits.csv", create=failing(1, errno.EIO))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_device_is_told() -> None:
    with pytest.raises(ExportError, match="no space left"):
        put("/dev/full")


def test_a_device_is_written_straight() -> None:
    with writing("/dev/null") as output:
        output.write(b"x")
    assert not Path("/dev/null").is_file()


@is_root
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ExportError, match="no right to write there – choose another folder"):
            put(tmp_path / "hits.csv")
    finally:
        tmp_path.chmod(0o700)


def test_a_read_only_file_system_is_told(tmp_path: Path) -> None:
    def refuse(path: Path) -> BinaryIO:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with pytest.raises(ExportError, match="no right to write there – choose another folder"):
        put(tmp_path / "hits.csv", create=refuse)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="the folder does not exist – make it first"):
        put(tmp_path / "none" / "hits.csv")


def test_a_folder_is_no_target(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="is a folder"):
        put(tmp_path)


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "hits.csv").symlink_to(tmp_path / "precious")
    with pytest.raises(ExportError, match="is a link"):
        put(tmp_path / "hits.csv", overwrite=True)
    assert (tmp_path / "precious").read_text() == "precious"


def test_a_long_name_is_no_obstacle(tmp_path: Path) -> None:
    target = tmp_path / ("ü" * 120 + ".csv")
    with writing(target) as output:
        output.write(b"x")
    assert target.read_bytes() == b"x"


def test_what_a_killed_export_left_is_swept_away(tmp_path: Path) -> None:
    with writing(tmp_path / "hits.csv") as output:
        [part] = names(tmp_path)
        output.write(b"x")
    (tmp_path / part).write_bytes(b"left by a kill")
    with writing(tmp_path / "hits.csv", overwrite=True) as output:
        output.write(b"y")
    assert names(tmp_path) == ["hits.csv"]


def test_parts_of_other_targets_are_left_alone(tmp_path: Path) -> None:
    with writing(tmp_path / "a.csv") as one, writing(tmp_path / "b.csv") as two:
        one.write(b"1")
        two.write(b"2")
    assert names(tmp_path) == ["a.csv", "b.csv"]


def test_two_exports_to_one_file_do_not_mix(tmp_path: Path) -> None:
    with writing(tmp_path / "hits.csv") as first:
        with pytest.raises(ExportError, match="another export is writing this file"):
            put(tmp_path / "hits.csv")
        first.write(b"first")
    assert (tmp_path / "hits.csv").read_bytes() == b"first"


def test_a_part_is_locked_while_it_is_written(tmp_path: Path) -> None:
    with create_part(tmp_path / "part") as stream, (tmp_path / "part").open("rb") as other:
        assert stream.writable()
        with pytest.raises(BlockingIOError):
            fcntl.flock(other.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_system_without_hard_links_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    with writing(tmp_path / "hits.csv") as output:
        output.write(b"x")
    assert names(tmp_path) == ["hits.csv"]


def test_stdout_gets_the_bytes_and_stays_open() -> None:
    stdout = io.BytesIO()
    with writing("-", stdout=stdout) as output:
        output.write("Bürger".encode())
    assert stdout.getvalue() == "Bürger".encode()
    assert not stdout.closed


def test_a_closed_pipe_is_left_to_the_caller() -> None:
    reading, written = os.pipe()
    os.close(reading)
    with (
        open(written, "wb", buffering=0) as pipe,  # noqa: PTH123  a file descriptor
        pytest.raises(BrokenPipeError),
    ):
        put("-", stdout=pipe)


def test_a_full_disk_behind_stdout_is_told(tmp_path: Path) -> None:
    with (
        failing(1)(tmp_path / "redirected") as stdout,
        pytest.raises(ExportError, match="stdout: cannot be written: no space left"),
    ):
        put("-", stdout=stdout)


def test_a_killed_export_leaves_no_export_and_the_next_one_sweeps_up(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from archiver.export.output import writing\n"
        "with writing(sys.argv[1]) as output:\n"
        "    output.write(b'x' * 1_000_000)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    target = tmp_path / "hits.csv"
    killed = subprocess.run([sys.executable, "-c", code, target], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not target.exists()
    assert len(names(tmp_path)) == 1
    put(target, b"whole")
    assert names(tmp_path) == ["hits.csv"]
    assert target.read_bytes() == b"whole"
