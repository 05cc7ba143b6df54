"""What only the embedded engine needs: bounded memory and bounded segments."""

from pathlib import Path

import pytest

from archiver.index import whoosh, whoosh_writer
from archiver.index.port import POSITIONED, Phrase, Term
from archiver.index.whoosh_gathered import Gathered, Helper
from tests.index.test_contract import entry


def segments(folder: Path) -> int:
    return len(list(folder.glob("*.rows")))


def test_postings_beyond_the_memory_bound_become_further_segments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_writer, "_POSTINGS_IN_MEMORY", 40)
    monkeypatch.setattr(whoosh_writer, "processors", lambda: 2)
    monkeypatch.setattr(whoosh_writer, "_SMALL_SEGMENTS", 99)
    writer = whoosh.write(tmp_path)
    for key in range(50):
        writer.put(entry(key, "bau chor dach"))
    writer.commit()
    assert segments(tmp_path) == 10
    reader = whoosh.open(tmp_path)
    assert sorted(reader.match(Term("stem", "bau"))) == list(range(50))
    assert sorted(reader.match(Phrase(("chor", "dach")))) == list(range(50))
    reader.close()


def test_many_small_builds_do_not_leave_many_segments(tmp_path: Path) -> None:
    for key in range(20):
        writer = whoosh.write(tmp_path)
        writer.put(entry(key, f"bau wort{key}"))
        writer.commit()
    assert segments(tmp_path) <= 5
    reader = whoosh.open(tmp_path)
    assert sorted(reader.match(Term(POSITIONED, "bau"))) == list(range(20))
    assert sorted(reader.match(Phrase(("bau", "wort7")))) == [7]
    reader.close()


def test_a_mostly_deleted_segment_is_written_anew(tmp_path: Path) -> None:
    writer = whoosh.write(tmp_path)
    for key in range(30):
        writer.put(entry(key, f"bau wort{key}"))
    writer.commit()
    writer = whoosh.write(tmp_path)
    writer.remove(range(20))
    writer.commit()
    (rows,) = tmp_path.glob("*.rows")
    assert rows.stat().st_size == (4 + 2 * (4 + 1)) * 10  # keys; lengths and norms of two fields
    reader = whoosh.open(tmp_path)
    assert sorted(reader.match(Term("stem", "bau"))) == list(range(20, 30))
    reader.close()


def test_nothing_but_the_committed_state_is_left_in_the_folder(tmp_path: Path) -> None:
    for key in range(3):
        writer = whoosh.write(tmp_path)
        writer.put(entry(key, "bau"))
        writer.remove([key - 1])
        writer.commit()
    kinds = sorted({path.suffix for path in tmp_path.iterdir()})
    assert kinds == [".col", ".pst", ".rows", ".toc", ".trm"]
    assert len(list(tmp_path.glob("*.toc"))) == 1


def test_another_process_that_fails_is_an_error_that_says_why(tmp_path: Path) -> None:
    gathered = Gathered()
    gathered.put(entry(0, "bau chor"))
    helper = Helper(tmp_path, "x" * 16, gathered)  # in a folder without an index
    with pytest.raises(OSError, match=r"in another process failed.*does not exist"):
        helper.wait()


def test_a_cancelled_build_ends_its_other_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_writer, "_POSTINGS_IN_MEMORY", 10)
    monkeypatch.setattr(whoosh_writer, "processors", lambda: 2)
    writer = whoosh.write(tmp_path)
    writer.put(entry(0, "bau chor dach ende"))
    assert writer.helper is not None
    process = writer.helper._process
    writer.cancel()
    assert process.returncode is not None
