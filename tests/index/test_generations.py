"""Generations: what changes them, what a reader sees, what damage and interruption do."""

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from archiver.errors import (
    ConfigError,
    DamagedGenerationError,
    LockedError,
    NoGenerationError,
    StorageError,
)
from archiver.index import Index, build, fingerprint, generations
from archiver.index.port import POSITIONED, Term
from archiver.model import Page
from tests.index.forum import LEXICON, document, pages, put_all

ONE = (document("d1", held_on=date(2011, 10, 14)), pages("Kultur im Hof", "Verkehr und Kultur"))
TWO = (document("d2", held_on=date(2010, 5, 4)), pages("Ein Garten"))


def names(index: Path) -> list[str]:
    return sorted(path.name for path in (index / "generations").iterdir())


def words(index: Path) -> list[str]:
    with Index.open(index) as opened:
        return opened.vocabulary.terms


def test_before_the_first_build_the_error_says_how_to_build(tmp_path: Path) -> None:
    with pytest.raises(NoGenerationError, match="archiver index"):
        Index.open(tmp_path)


def test_pages_are_numbered_by_date_document_and_page(tmp_path: Path) -> None:
    put_all(tmp_path, ONE, TWO)
    with Index.open(tmp_path) as index:
        assert [d.doc_id for d in index.all_documents()] == ["d2", "d1"]
        assert list(index.documents.page_doc) == [0, 1, 1]
        assert list(index.documents.page_number) == [1, 1, 2]
        assert sorted(index.match(Term(POSITIONED, "kultur"))) == [1, 2]
        assert len(index) == 3


def test_the_index_folder_says_that_it_need_not_be_backed_up(tmp_path: Path) -> None:
    put_all(tmp_path, ONE)
    assert (tmp_path / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f")


def test_an_update_of_nothing_makes_no_new_generation_and_reads_no_page(tmp_path: Path) -> None:
    first = put_all(tmp_path, ONE, TWO).done
    before = names(tmp_path)
    with build(tmp_path, lexicon=lambda: LEXICON) as writer:
        assert not writer.put(ONE[0], iter(lambda: pytest.fail("read a page"), None))
        assert not writer.put(TWO[0], [])
    assert writer.done.unchanged == 2
    assert writer.done.generation == first.generation
    assert names(tmp_path) == before


def test_a_changed_field_reindexes_the_first_page_only(tmp_path: Path) -> None:
    put_all(tmp_path, ONE, TWO)
    retitled = document("d1", held_on=date(2011, 10, 14), title="Dokumentation")
    done = put_all(tmp_path, (retitled, ONE[1]), TWO).done
    assert (done.changed, done.unchanged, done.pages) == (1, 1, 1)
    with Index.open(tmp_path) as index:
        assert list(index.match(Term("title", "dokumentation"))) == [1]
        assert not index.match(Term("title", "d1"))
        assert sorted(index.match(Term(POSITIONED, "kultur"))) == [1, 2]


def test_a_field_the_engine_does_not_hold_changes_no_entry(tmp_path: Path) -> None:
    put_all(tmp_path, ONE)
    seen_again = document(
        "d1", held_on=date(2011, 10, 14), captured_at=datetime(2026, 11, 8, tzinfo=UTC)
    )
    done = put_all(tmp_path, (seen_again, [])).done
    assert (done.changed, done.pages) == (1, 0)
    with Index.open(tmp_path) as index:
        assert index.documents.document(0).captured_at == datetime(2026, 11, 8, tzinfo=UTC)
        assert sorted(index.match(Term(POSITIONED, "kultur"))) == [0, 1]


def test_updating_gives_what_rebuilding_gives(tmp_path: Path) -> None:
    dice = random.Random(7)
    vocabulary = ["Kultur", "Verkehr", "Hof", "Garten", "Straße", "Brücke"]
    held: dict[str, tuple] = {}
    for _ in range(6):
        for number in dice.sample(range(12), k=5):
            name = f"d{number:02}"
            texts = [" ".join(dice.choices(vocabulary, k=8)) for _ in range(dice.randint(1, 3))]
            payload = "sha256:" + "".join(texts).encode().hex()
            day = date(2011, 1, 1 + dice.randrange(28))
            held[name] = (document(name, payload_digest=payload, held_on=day), pages(*texts))
        for name in dice.sample(sorted(held), k=1):
            del held[name]
        updated = put_all(tmp_path / "updated", *held.values()).done
    fresh = put_all(tmp_path / "fresh", *held.values()).done
    assert updated.generation == fresh.generation
    with Index.open(tmp_path / "updated") as one, Index.open(tmp_path / "fresh") as other:
        assert one.state() == other.state()
        assert list(one.all_documents()) == list(other.all_documents())
        assert list(one.vocabulary.with_prefix("")) == list(other.vocabulary.with_prefix(""))
        for word in ("kultur", "verkehr", "strasse"):
            assert one.match(Term(POSITIONED, word)) == other.match(Term(POSITIONED, word))
            assert one.match(Term("stem", word)) == other.match(Term("stem", word))


def test_the_state_names_every_searchable_page_with_a_fingerprint(tmp_path: Path) -> None:
    put_all(tmp_path, ONE, TWO)
    with Index.open(tmp_path) as index:
        before = index.state()
    assert sorted(before) == ["d1/1", "d1/2", "d2/1"]
    put_all(tmp_path, ONE, (document("d2", topics=("Gärten",)), TWO[1]))
    with Index.open(tmp_path) as index:
        after = index.state()
    assert [page for page in before if before[page] != after[page]] == ["d2/1"]


def test_the_fingerprint_covers_digest_extractor_and_fields() -> None:
    plain = fingerprint(document())
    assert fingerprint(document()) == plain
    assert fingerprint(document(payload_digest="sha256:other")) != plain
    assert fingerprint(document(extractor="test 2")) != plain
    assert fingerprint(document(sessions=(28,))) != plain


def test_a_document_without_pages_is_found_by_its_title(tmp_path: Path) -> None:
    put_all(tmp_path, (document("scan", title="Plakat", status="image_only"), []))
    with Index.open(tmp_path) as index:
        assert list(index.match(Term("title", "plakat"))) == [0]


def test_pages_without_text_have_no_entry_but_the_first(tmp_path: Path) -> None:
    empty = [Page(number=n, text=" ", is_image_only=True) for n in (1, 2, 3)]
    put_all(tmp_path, (document("scan", page_count=3, status="image_only"), empty))
    with Index.open(tmp_path) as index:
        assert len(index) == 1
        assert index.coverage.image_only_pages == 3
        assert index.coverage.image_only_files == 1
        assert index.coverage.pages == 3


def test_a_lone_surrogate_in_a_text_does_not_stop_a_build(tmp_path: Path) -> None:
    put_all(tmp_path, (document("d1"), pages("Kultur \ud800 Hof x\udfffy")))
    assert "kultur" in words(tmp_path)


def test_an_error_while_building_leaves_the_old_generation_and_nothing_else(
    tmp_path: Path,
) -> None:
    put_all(tmp_path, ONE)
    before = names(tmp_path)
    with pytest.raises(RuntimeError, match="stop"), build(tmp_path) as writer:
        writer.put(TWO[0], stopping_pages())
    assert names(tmp_path) == before
    assert "garten" not in words(tmp_path)


def stopping_pages() -> Iterator[Page]:
    yield TWO[1][0]
    raise RuntimeError("stop")


def test_a_reader_keeps_its_generation_while_newer_ones_come_and_old_ones_go(
    tmp_path: Path,
) -> None:
    put_all(tmp_path, ONE)
    with Index.open(tmp_path) as index:
        for count in range(4):
            put_all(tmp_path, ONE, (document(f"n{count}"), pages(f"Neu {count}")))
        assert sorted(index.match(Term(POSITIONED, "kultur"))) == [0, 1]
        assert index.documents.document(0).doc_id == "d1"
        assert index.vocabulary.count("neu") == 0
    assert len(names(tmp_path)) == 2


def test_a_second_builder_is_refused_at_once(tmp_path: Path) -> None:
    with (
        build(tmp_path) as writer,
        pytest.raises(LockedError, match="another process"),
        build(tmp_path),
    ):
        pytest.fail("two builders")
    assert writer.done.generation


def test_a_full_disk_at_any_write_leaves_the_old_generation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_all(tmp_path, ONE)
    real, failures = os.fsync, 0
    for allowed in range(40):
        left = [allowed]

        def full_disk(number: int, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(28, "No space left on device")
            real(number)

        monkeypatch.setattr(os, "fsync", full_disk)
        try:
            put_all(tmp_path, ONE, TWO)
        except StorageError as error:
            failures += 1
            assert "No space left" in error.message  # noqa: PT017  # the loop ends at success
            monkeypatch.undo()
            assert set(words(tmp_path)) >= {"kultur", "hof"}
            continue
        break
    assert failures > 5
    monkeypatch.undo()
    assert "garten" in words(tmp_path)


_BUILDER = """
import sys
from pathlib import Path
from tests.index.forum import document, pages, put_all
from archiver.index import entries
index, start = Path(sys.argv[1]), int(sys.argv[2])
entries._HERE, entries.processors = int(sys.argv[3]), lambda: 2
print("ready", flush=True)
for n in range(start, start + 1000):
    put_all(index, *((document(f"k{i}", payload_digest=f"sha256:{n}.{i}"),
                      pages(f"gleich wort{n} " * 50)) for i in range(20)), rebuild=n % 2 == 0)
    print(n, flush=True)
"""


@pytest.mark.parametrize("pages_here", [1000, 5], ids=["in one process", "in two"])
def test_killed_at_random_points_the_index_answers_and_the_next_build_completes(
    tmp_path: Path, pages_here: int
) -> None:
    dice = random.Random(11)
    put_all(tmp_path, ONE)
    root = Path(__file__).parents[2]
    for round_number in range(8):
        command = [sys.executable, "-W", "ignore", "-c", _BUILDER, tmp_path, str(round_number)]
        command.append(str(pages_here))
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(dice.uniform(0.0, 0.5))
            child.send_signal(signal.SIGKILL)
        with Index.open(tmp_path) as index:
            assert not index.notes
            index.verify()
            texts = index.match(
                Term(POSITIONED, "gleich" if "gleich" in words(tmp_path) else "hof")
            )
            assert len(texts) in (1, 20)
    assert put_all(tmp_path, ONE, TWO).done.generation
    assert "garten" in words(tmp_path)
    assert not [name for name in names(tmp_path) if name.startswith(".")]


def live_folder(index: Path) -> Path:
    return index / "generations" / (index / "CURRENT").read_text().strip()


def test_each_damaged_file_is_noticed_and_the_generation_before_answers(tmp_path: Path) -> None:
    put_all(tmp_path / "whole", ONE)
    put_all(tmp_path / "whole", ONE, TWO)
    names_of_files = [
        str(path.relative_to(live_folder(tmp_path / "whole")))
        for path in sorted(live_folder(tmp_path / "whole").rglob("*"))
        if path.is_file()
    ]
    assert len(names_of_files) >= 8
    for number, name in enumerate(names_of_files):
        index = tmp_path / f"i{number}"
        put_all(index, ONE)
        put_all(index, ONE, TWO)
        files = sorted(p for p in live_folder(index).rglob("*") if p.is_file())
        victim = files[number]
        victim.unlink()
        victim.write_bytes(b"")
        with Index.open(index) as opened:
            assert "before the last" in opened.notes[0], name
            assert "archiver index --rebuild" in opened.notes[0]
            assert opened.vocabulary.terms == ["hof", "im", "kultur", "und", "verkehr"]
        done = put_all(index, ONE, TWO).done
        assert done.notes[0].startswith("built anew, because")
        with Index.open(index) as opened:
            assert not opened.notes
            assert "garten" in opened.vocabulary.terms


def test_with_nothing_whole_left_the_error_says_how_to_rebuild(tmp_path: Path) -> None:
    put_all(tmp_path, ONE)
    (live_folder(tmp_path) / "documents.sqlite").write_bytes(b"")
    with pytest.raises(DamagedGenerationError, match="archiver index --rebuild"):
        Index.open(tmp_path)


def test_a_flipped_byte_is_found_by_verify_and_rebuilt_by_the_next_build(tmp_path: Path) -> None:
    put_all(tmp_path, ONE)
    (victim,) = (live_folder(tmp_path) / "engine").glob("*.pst")
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    with (
        Index.open(tmp_path) as index,
        pytest.raises(DamagedGenerationError, match=r"\.pst: changed"),
    ):
        index.verify()
    assert put_all(tmp_path, ONE).done.notes[0].startswith("built anew, because")
    with Index.open(tmp_path) as index:
        index.verify()


def test_a_copied_folder_is_refused_before_anything_is_unpickled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_all(tmp_path / "theirs", ONE)
    shutil.copytree(tmp_path / "theirs", tmp_path / "ours")
    monkeypatch.setattr("pickle.loads", lambda *_: pytest.fail("unpickled"))
    monkeypatch.setattr("pickle.load", lambda *_: pytest.fail("unpickled"))
    monkeypatch.setattr("archiver.index.whoosh.open", lambda _: pytest.fail("opened"))
    with pytest.raises(DamagedGenerationError, match="was not written here"):
        Index.open(tmp_path / "ours")


@pytest.mark.parametrize("intruder", ["engine/_pages_99.toc", "engine/x/y", "note.txt"])
def test_a_folder_with_an_added_file_is_refused(tmp_path: Path, intruder: str) -> None:
    put_all(tmp_path, ONE)
    path = live_folder(tmp_path) / intruder
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    with pytest.raises(DamagedGenerationError, match="does not belong here"):
        Index.open(tmp_path)


def test_a_folder_others_may_write_to_is_refused(tmp_path: Path) -> None:
    put_all(tmp_path, ONE)
    live_folder(tmp_path).chmod(0o777)
    with pytest.raises(DamagedGenerationError, match="only you can write"):
        Index.open(tmp_path)


def test_a_link_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    put_all(tmp_path, ONE)
    path = live_folder(tmp_path) / "documents.sqlite"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DamagedGenerationError, match="does not belong here"):
        Index.open(tmp_path)


@pytest.mark.parametrize("text", ["", "../../etc\n", ".building-1\n", "\xff"])
def test_a_current_that_names_no_generation_is_damage(tmp_path: Path, text: str) -> None:
    put_all(tmp_path, ONE)
    (tmp_path / "CURRENT").write_text(text, "latin-1")
    shutil.rmtree(tmp_path / "generations")
    with pytest.raises(DamagedGenerationError):
        Index.open(tmp_path)


def test_a_generation_of_another_analysis_is_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_all(tmp_path, ONE)
    monkeypatch.setattr("archiver.index.writer.ANALYSIS_VERSION", 999)
    done = put_all(tmp_path, ONE).done
    assert done.added == 1
    assert "analysis or index format changed" in done.notes[0]


def test_an_index_of_another_version_is_refused_with_the_way_to_renew_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_all(tmp_path, ONE)
    monkeypatch.setattr("archiver.index.reader.ANALYSIS_VERSION", 999)
    with pytest.raises(DamagedGenerationError) as raised:
        Index.open(tmp_path)
    assert "written by another version" in raised.value.message
    assert raised.value.remedy == "bring it up to date with: archiver index"


def test_tables_of_an_older_program_are_noticed_and_built_anew(tmp_path: Path) -> None:
    put_all(tmp_path, ONE)
    folder = live_folder(tmp_path)
    with closing(sqlite3.connect(folder / "documents.sqlite")) as database:
        database.execute("DROP TABLE form")
    rewritten = json.loads((folder / "index.json").read_text())
    data = (folder / "documents.sqlite").read_bytes()
    rewritten["files"]["documents.sqlite"] = [len(data), hashlib.sha256(data).hexdigest()]
    (folder / "index.json").write_text(json.dumps(rewritten))
    with (
        Index.open(tmp_path) as index,
        pytest.raises(DamagedGenerationError, match="archiver index --rebuild"),
    ):
        index.documents.forms("kultur")
    done = put_all(tmp_path, ONE, TWO).done
    assert "analysis or index format changed" in done.notes[0]
    with Index.open(tmp_path) as index:
        assert index.documents.forms("kultur") == {"kultur"}


def engine_of(index: Path) -> str:
    return generations.live(index).manifest.versions.engine


def test_the_engine_is_kept_until_another_one_is_asked_for(tmp_path: Path) -> None:
    put_all(tmp_path, ONE)
    assert engine_of(tmp_path) == "whoosh"
    changed = put_all(tmp_path, ONE, engine="tantivy").done
    assert changed.notes == ("built anew, because the engine is now tantivy",)
    assert put_all(tmp_path, ONE, TWO).done.notes == ()
    assert engine_of(tmp_path) == "tantivy"
    assert "garten" in words(tmp_path)


def test_an_engine_that_is_not_installed_is_said_to_be_an_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "archiver.index.tantivy", raising=False)
    monkeypatch.setitem(sys.modules, "tantivy", None)
    with pytest.raises(ConfigError, match=r"install forum-archiver\[fast\]"):
        put_all(tmp_path, ONE, engine="tantivy")


def test_words_split_otherwise_are_built_anew(tmp_path: Path) -> None:
    put_all(tmp_path, ONE)
    with build(tmp_path, lexicon=None) as writer:
        writer.put(*ONE)
    assert writer.done.notes == ("built anew, because compounds are no longer split",)


def test_dead_links_are_part_of_the_state(tmp_path: Path) -> None:
    first = put_all(tmp_path, ONE).done
    second = put_all(tmp_path, ONE, dead_links=3).done
    assert first.generation != second.generation
    with Index.open(tmp_path) as index:
        assert index.coverage.dead_links == 3
    assert put_all(tmp_path, ONE, dead_links=3).done.generation == second.generation


def test_a_document_put_twice_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="put twice"):
        put_all(tmp_path, ONE, ONE)


def test_verify_reads_every_file(tmp_path: Path) -> None:
    put_all(tmp_path, ONE)
    live = generations.live(tmp_path)
    live.verify()
    assert len(live.manifest.files) >= 7
