"""A damaged or foreign index: an older one answers or a way out is told; nothing is written."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from archiver.demo.server import SITE, SampleServer
from archiver.errors import ExitCode
from tests.conftest import Archiver
from tests.faults.conftest import copied, files, hits

Undo = Callable[[], object]
Damage = Callable[[Path], Undo]


def live(index: Path) -> Path:
    return index / "generations" / (index / "CURRENT").read_text().strip()


def overwrite(path: Path, content: bytes) -> Undo:
    before = path.read_bytes()
    path.write_bytes(content)
    return lambda: path.write_bytes(before)


def truncated_contents(index: Path) -> Undo:
    [contents] = (live(index) / "engine").glob("*.toc")
    return overwrite(contents, b"")


def garbled_manifest(index: Path) -> Undo:
    return overwrite(live(index) / "index.json", b"\x00\xff{")


def foreign_folder(index: Path) -> Undo:
    """A copy has all the right files, but it is not the folder we wrote."""
    folder, aside = live(index), index / "aside"
    folder.rename(aside)
    shutil.copytree(aside, folder)

    def undo() -> None:
        shutil.rmtree(folder)
        aside.rename(folder)

    return undo


def foreign_file(index: Path) -> Undo:
    path = live(index) / "engine" / "more.pickle"
    path.write_bytes(b"cos\nsystem\n(S'touch evil'\ntR.")
    return path.unlink


def garbled_pointer(index: Path) -> Undo:
    return overwrite(index / "CURRENT", b"\x00\xff../../etc\n")


def pointer_to_nothing(index: Path) -> Undo:
    return overwrite(index / "CURRENT", b"99-nirgends\n")


POINTERS: list[Damage] = [garbled_pointer, pointer_to_nothing]
CONTENTS: list[Damage] = [truncated_contents, garbled_manifest, foreign_folder, foreign_file]
by_name = pytest.mark.parametrize("damage", [*CONTENTS, *POINTERS], ids=lambda d: d.__name__)


@dataclass(frozen=True)
class TwoGenerations:
    """A workspace after a page changed, and what was found before and after."""

    archiver: Archiver
    old: list[str]
    new: list[str]


@pytest.fixture(scope="module")
def two(
    server: SampleServer, forum: Archiver, tmp_path_factory: pytest.TempPathFactory
) -> TwoGenerations:
    archiver = copied(forum, tmp_path_factory.mktemp("two") / "forum")
    archiver("index")
    old = hits(archiver)
    page = "/kontakt.html"
    original = (SITE / page.lstrip("/")).read_bytes()
    server.overlay = {page: original.replace(b"</h1>", b"</h1><p>Verkehr Verkehr.</p>")}
    try:
        archiver("crawl")
    finally:
        server.overlay = {}
    archiver("index")
    new = hits(archiver)
    assert old != new
    return TwoGenerations(archiver, old, new)


def check_refused(archiver: Archiver) -> None:
    outcome = archiver("search", "Verkehr", expect=ExitCode.ERROR)
    assert "archiver index" in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""


@by_name
def test_an_older_generation_answers_and_nothing_is_written(
    two: TwoGenerations, damage: Damage
) -> None:
    undo = damage(two.archiver.folder / "index")
    before = files(two.archiver.folder)
    # Where only the pointer is lost, the newest whole generation is the one it led to.
    assert hits(two.archiver) == (two.new if damage in POINTERS else two.old)
    assert files(two.archiver.folder) == before
    assert not list(two.archiver.folder.rglob("evil"))
    undo()
    assert hits(two.archiver) == two.new


@by_name
def test_without_an_older_one_the_way_out_is_told_and_nothing_is_written(
    forum: Archiver, damage: Damage
) -> None:
    index = forum.folder / "index"
    assert len(list((index / "generations").iterdir())) == 1
    undo = damage(index)
    before = files(forum.folder)
    try:
        if damage in POINTERS:
            assert hits(forum)
        else:
            check_refused(forum)
        assert files(forum.folder) == before
    finally:
        undo()
    assert hits(forum)


@pytest.mark.parametrize("damage", [truncated_contents, foreign_folder], ids=lambda d: d.__name__)
def test_indexing_mends_a_damaged_index(indexed: Archiver, damage: Damage) -> None:
    expected = hits(indexed)
    damage(indexed.folder / "index")
    check_refused(indexed)
    indexed("index")
    assert hits(indexed) == expected
