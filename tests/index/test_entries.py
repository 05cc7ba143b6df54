"""Pages analysed in another process: the same index, and the same errors."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archiver.analysis import german_words
from archiver.errors import StorageError
from archiver.index import Index, build, entries
from archiver.index.engines import ENGINES, load_engine
from archiver.index.entries import Entries
from archiver.index.fields import PageTexts
from archiver.index.port import Phrase, Term
from tests.index.forum import document, pages


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start the other process at the third page, on any machine."""
    monkeypatch.setattr(entries, "_HERE", 3)
    monkeypatch.setattr(entries, "_BATCH", 2)
    monkeypatch.setattr(entries, "processors", lambda: 2)


def built(folder: Path, engine: str, *numbers: int, word: str = "Radwege", gone: int = -1) -> str:
    with build(folder, engine=engine, lexicon=german_words) as writer:
        for number in numbers:
            one = document(f"d{number}", payload_digest=f"sha256:{number}.{word}")
            writer.put(one, pages(f"{word} und Wort{number} am Stadtteilpark", f"Seite {number}"))
        writer.remove(f"d{gone}")
    assert writer.done.added + writer.done.changed == len(numbers)
    return writer.done.generation


def answers(folder: Path) -> list[object]:
    with Index.open(folder) as index:
        index.verify()
        asked = (
            Term("stem", "radweg"),
            Term("stem", "park"),
            Term("exact", "wort3"),
            Phrase(("am", "stadtteilpark")),
            Term("title", "protokoll"),
        )
        found = [sorted(index.match(query).items()) for query in asked]
        words = [(word, index.vocabulary.count(word)) for word in index.vocabulary.terms]
        return [found, words, index.documents.forms("radweg"), index.state()]


def test_pages_of_another_process_are_found_as_those_of_this_one(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    here = built(tmp_path / "here", engine, *range(9))
    request.getfixturevalue("apart")
    assert built(tmp_path / "apart", engine, *range(9)) == here
    found = answers(tmp_path / "apart")
    assert found == answers(tmp_path / "here")
    assert found[2] == {"radwege"}


@pytest.mark.usefixtures("apart")
def test_what_another_process_changes_and_removes_is_changed_and_removed(
    engine: str, tmp_path: Path
) -> None:
    built(tmp_path, engine, *range(9))
    built(tmp_path, engine, *range(5), word="Gehwege", gone=8)
    with Index.open(tmp_path) as index:
        assert len(index.match(Term("stem", "radweg"))) == 3
        assert len(index.match(Term("stem", "gehweg"))) == 5
        assert index.documents.forms("gehweg") == {"gehwege"}
        assert len(index) == 16


def build_without_lexicon(folder: Path, engine: str) -> None:
    with build(folder, engine=engine, lexicon=german_words) as writer:
        next(folder.glob("generations/.building-*/lexicon")).write_bytes(b"no lexicon")
        for number in range(50, 90):
            writer.put(document(f"d{number}", payload_digest=f"{number}"), pages("Radwege"))


@pytest.mark.usefixtures("apart")
def test_another_process_that_fails_is_an_error_that_says_why(engine: str, tmp_path: Path) -> None:
    built(tmp_path, engine, *range(3))
    with pytest.raises(StorageError, match=r"in another process failed: .*Error"):
        build_without_lexicon(tmp_path, engine)
    with Index.open(tmp_path) as index:
        assert not index.notes
        assert len(index.match(Term("stem", "radweg"))) == 3


def test_another_process_that_is_killed_is_an_error(tmp_path: Path, apart: None) -> None:
    work = Entries(load_engine("whoosh"), tmp_path, None)
    for key in range(4):
        work.put(PageTexts(key, "de", "Bau", {}))
    assert work._apart is not None
    work._apart._process.send_signal(signal.SIGKILL)
    with pytest.raises(OSError, match="another process failed: it was killed"):
        finish(work)
    work.close()


def finish(work: Entries) -> None:
    work.commit()
    work.finish()


@pytest.mark.usefixtures("apart")
def test_a_cancelled_build_ends_its_other_process(tmp_path: Path) -> None:
    work = Entries(load_engine("whoosh"), tmp_path, None)
    for key in range(4):
        work.put(PageTexts(key, "de", "Bau", {}))
    assert work._apart is not None
    process = work._apart._process
    work.close()
    assert process.returncode == 0


_BUILDER = """
import sys, time
from pathlib import Path
from archiver.index import entries
from archiver.index.engines import load_engine
from archiver.index.fields import PageTexts
entries._HERE, entries.processors = 3, lambda: 2
work = entries.Entries(load_engine("whoosh"), Path(sys.argv[1]), None)
for key in range(4):
    work.put(PageTexts(key, "de", "Bau", {}))
print(work._apart._process.pid, flush=True)
time.sleep(600)
"""


def test_when_the_build_is_killed_its_other_process_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", _BUILDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as child:
        assert child.stdout is not None
        other = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
    for _ in range(600):
        if not _lives(other):
            return
        time.sleep(0.05)
    pytest.fail("it lives on")


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")  # a zombie nobody waits for has ended, too
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
