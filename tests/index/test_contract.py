"""What every engine must do; the reference engine says what is right."""

import hashlib
import random
from contextlib import closing
from pathlib import Path

import pytest

from archiver.errors import DamagedGenerationError
from archiver.index.engines import ENGINES, load_engine
from archiver.index.port import (
    FIELDS,
    NOTHING,
    POSITIONED,
    And,
    AndMaybe,
    Best,
    Engine,
    Or,
    PageEntry,
    Phrase,
    Query,
    Term,
)
from tests.index.memory import MemoryEngine

EXACT = ("whoosh",)
"""Engines whose scores never depend on what was deleted."""

WORDS = ["an", "bau", "chor", "dach", "ende", "fluß", "größe", "🚲", "x" * 400]


@pytest.fixture(params=["memory", *ENGINES])
def engine(request: pytest.FixtureRequest) -> Engine:
    return MemoryEngine() if request.param == "memory" else load_engine(request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "engine").mkdir()
    return tmp_path / "engine"


def entry(key: int, text: str, **fields: str) -> PageEntry:
    return PageEntry(key, {"stem": text, **fields, POSITIONED: text})


def write(engine: Engine, folder: Path, *entries: PageEntry, remove: tuple[int, ...] = ()) -> None:
    writer = engine.write(folder)
    writer.remove(remove)
    for one in entries:
        writer.put(one)
    writer.commit()


def found(engine: Engine, folder: Path, query: Query) -> list[int]:
    reader = engine.open(folder)
    try:
        return sorted(reader.match(query))
    finally:
        reader.close()


def test_a_term_is_found_in_its_own_field_only(engine: Engine, folder: Path) -> None:
    write(engine, folder, entry(0, "bau", title="chor"), entry(1, "chor", heading="bau"))
    assert found(engine, folder, Term("stem", "bau")) == [0]
    assert found(engine, folder, Term(POSITIONED, "bau")) == [0]
    assert found(engine, folder, Term("heading", "bau")) == [1]
    assert found(engine, folder, Term("title", "chor")) == [0]
    assert found(engine, folder, Term("topic", "chor")) == []


def test_an_empty_folder_answers_nothing(engine: Engine, folder: Path) -> None:
    write(engine, folder)
    assert found(engine, folder, Term("stem", "bau")) == []
    reader = engine.open(folder)
    assert list(reader.terms()) == []
    assert len(reader) == 0
    reader.close()


def test_a_page_without_words_is_stored_and_counted(engine: Engine, folder: Path) -> None:
    write(engine, folder, entry(0, "", title="bau"))
    assert found(engine, folder, Term("title", "bau")) == [0]
    reader = engine.open(folder)
    assert len(reader) == 1
    reader.close()


def test_a_phrase_wants_its_words_in_a_row_and_in_order(engine: Engine, folder: Path) -> None:
    write(
        engine,
        folder,
        entry(0, "der neue bau"),
        entry(1, "neue der bau"),
        entry(2, "der alte neue bau"),
        entry(3, "der der neue"),
    )
    assert found(engine, folder, Phrase(("der", "neue"))) == [0, 3]
    assert found(engine, folder, Phrase(("neue", "bau"))) == [0, 2]
    assert found(engine, folder, Phrase(("der", "der"))) == [3]
    assert found(engine, folder, Phrase(("der", "fehlt"))) == []


def test_and_or_and_nothing(engine: Engine, folder: Path) -> None:
    write(engine, folder, entry(0, "bau"), entry(1, "chor"), entry(2, "bau chor"))
    bau, chor = Term("stem", "bau"), Term("stem", "chor")
    assert found(engine, folder, And((bau, chor))) == [2]
    assert found(engine, folder, Or((bau, chor))) == [0, 1, 2]
    assert found(engine, folder, And(())) == []
    assert found(engine, folder, NOTHING) == []
    assert found(engine, folder, And((bau, NOTHING))) == []


def test_what_may_be_there_adds_to_the_score_and_finds_nothing(
    engine: Engine, folder: Path
) -> None:
    write(engine, folder, entry(0, "bau dach"), entry(1, "chor dach"), entry(2, "bau chor"))
    bau, chor = Term("stem", "bau"), Term("stem", "chor")
    reader = engine.open(folder)
    scores = reader.match(AndMaybe(bau, chor))
    plain = reader.match(bau)
    reader.close()
    assert sorted(scores) == [0, 2]
    assert scores[0] == pytest.approx(plain[0])
    assert scores[2] > plain[2]
    assert found(engine, folder, AndMaybe(bau, NOTHING)) == [0, 2]
    assert found(engine, folder, AndMaybe(NOTHING, bau)) == []


def test_removed_pages_are_gone_from_hits_words_and_positions(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    write(engine, folder, entry(0, "bau chor"), entry(1, "bau dach"), entry(2, "bau"))
    (tmp_path / "next").mkdir()
    engine.inherit(folder, tmp_path / "next")
    write(engine, tmp_path / "next", entry(3, "ende"), remove=(1, 77))
    assert found(engine, tmp_path / "next", Term("stem", "bau")) == [0, 2]
    reader = engine.open(tmp_path / "next")
    assert list(reader.terms()) == [("bau", 2), ("chor", 1), ("ende", 1)]
    assert len(reader) == 3
    assert reader.positions(["bau", "dach"], [0, 2]) == {
        "bau": {0: pytest.approx([0]), 2: pytest.approx([0])},
        "dach": {},
    }
    reader.close()


def test_when_all_pages_are_removed_nothing_is_found(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    write(engine, folder, entry(0, "bau chor"), entry(1, "bau dach"))
    (tmp_path / "next").mkdir()
    engine.inherit(folder, tmp_path / "next")
    write(engine, tmp_path / "next", remove=(0, 1))
    for query in (Term("stem", "bau"), Phrase(("bau", "chor"))):
        assert found(engine, tmp_path / "next", query) == []


def test_an_inherited_folder_is_changed_without_touching_its_source(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    write(engine, folder, *(entry(key, "bau chor") for key in range(5)))
    before = digests(folder)
    (tmp_path / "next").mkdir()
    engine.inherit(folder, tmp_path / "next")
    write(engine, tmp_path / "next", entry(5, "bau"), remove=(0, 1, 2, 3))
    assert found(engine, tmp_path / "next", Term("stem", "bau")) == [4, 5]
    assert digests(folder) == before
    assert found(engine, folder, Term("stem", "bau")) == [0, 1, 2, 3, 4]


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def random_entry(key: int, dice: random.Random) -> PageEntry:
    text = " ".join(dice.choices(WORDS, k=dice.randrange(30)))
    fields = {name: dice.choice(WORDS) for name in FIELDS if name not in ("stem", POSITIONED)}
    return entry(key, text, **fields)


def random_query(dice: random.Random, depth: int = 2) -> Query:
    kinds = ["term", "term", "phrase", "and", "or", "best", "maybe"]
    kind = dice.choice(kinds[: 7 if depth else 3])
    if kind == "term":
        return Term(dice.choice(FIELDS), dice.choice(WORDS), dice.choice([1.0, 0.5]))
    if kind == "phrase":
        return Phrase(tuple(dice.choices(WORDS, k=dice.randint(2, 3))), 1.5)
    if kind == "maybe":
        return AndMaybe(random_query(dice, depth - 1), random_query(dice, depth - 1))
    parts = tuple(random_query(dice, depth - 1) for _ in range(dice.randint(1, 3)))
    return {"and": And, "or": Or, "best": Best}[kind](parts)


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_finds_and_scores_like_the_reference_through_many_changes(
    name: str, tmp_path: Path
) -> None:
    dice = random.Random(28)
    engines: list[Engine] = [MemoryEngine(), load_engine(name)]
    folders = [tmp_path / "a0", tmp_path / "b0"]
    alive: set[int] = set()
    key = 0
    for each in folders:
        each.mkdir()
    for step in range(8):
        entries = [
            random_entry(key + i, dice) for i in range(dice.choice([0, 3, 60]) if step else 60)
        ]
        gone = tuple(dice.sample(sorted(alive), k=len(alive) // 4))
        key += len(entries)
        alive = (alive - set(gone)) | {one.key for one in entries}
        for engine, folder in zip(engines, folders, strict=True):
            write(engine, folder, *entries, remove=gone)
        readers = [e.open(f) for e, f in zip(engines, folders, strict=True)]
        assert len(readers[1]) == len(alive)
        assert list(readers[1].terms()) == list(readers[0].terms())
        for _ in range(25):
            query = random_query(dice)
            theirs, right = readers[1].match(query), readers[0].match(query)
            assert set(theirs) == set(right), query
            number = dice.choice([1, 3, 10, 200])
            top = readers[1].top(query, number, None, True)
            assert (top.best, top.total) == (best_of(theirs, number), len(theirs)), query
            assert sorted(top.pages) == sorted(theirs), query
            if name in EXACT or step == 0:
                assert theirs == pytest.approx(right, rel=1e-5), query
        for i, (engine, reader) in enumerate(zip(engines, readers, strict=True)):
            reader.close()
            after = tmp_path / f"{'ab'[i]}{step + 1}"
            after.mkdir()
            engine.inherit(folders[i], after)
            folders[i] = after


def best_of(found: dict[int, float], number: int) -> dict[int, float]:
    least = sorted(found.values(), reverse=True)[:number][-1:] or [0.0]
    return {key: score for key, score in found.items() if score >= least[0]}


def test_all_that_equal_the_last_of_the_best_are_among_them(engine: Engine, folder: Path) -> None:
    alike = [entry(key, "bau chor") for key in range(400)]
    write(engine, folder, *alike, entry(400, "bau bau"), entry(401, "dach"))
    reader = engine.open(folder)
    names = [1000 - key for key in range(402)]
    assert sorted(reader.top(Term("stem", "bau"), 1, names).best) == [600]
    top = reader.top(Term("stem", "bau"), 2, names, True)
    assert sorted(top.best) == list(range(600, 1001))
    assert top.total == 401
    assert sorted(top.pages) == list(range(600, 1001))
    assert reader.top(Term("stem", "ende"), 5) == ({}, 0, ())
    reader.close()


@pytest.mark.parametrize("name", EXACT)
def test_scores_do_not_depend_on_what_was_deleted_before(name: str, tmp_path: Path) -> None:
    engine = load_engine(name)
    for sub in ("one", "two", "fresh"):
        (tmp_path / sub).mkdir()
    kept = [entry(key, f"bau chor wort{key}") for key in range(3)]
    write(engine, tmp_path / "one", *kept, entry(9, "bau bau bau " * 50))
    engine.inherit(tmp_path / "one", tmp_path / "two")
    write(engine, tmp_path / "two", remove=(9,))
    write(engine, tmp_path / "fresh", *kept)
    query = Or((Term("stem", "bau"), Term(POSITIONED, "wort1")))
    changed, fresh = engine.open(tmp_path / "two"), engine.open(tmp_path / "fresh")
    assert changed.match(query) == fresh.match(query)
    changed.close()
    fresh.close()


@pytest.mark.parametrize("name", ENGINES)
def test_damaged_files_are_an_error_that_can_be_read_never_another(
    name: str, tmp_path: Path
) -> None:
    engine = load_engine(name)
    (tmp_path / "good").mkdir()
    texts = ["bau chor dach", "bau ende", *("bau an" for _ in range(60))]
    write(engine, tmp_path / "good", *(entry(i, text) for i, text in enumerate(texts)))
    query = Or((Term("stem", "bau"), Phrase(("bau", "chor")), Term(POSITIONED, "an")))
    noticed = []
    for path in sorted((tmp_path / "good").iterdir()):
        for damage in (b"", path.read_bytes()[: path.stat().st_size // 2]):
            broken = tmp_path / f"{path.name}-{len(damage)}"
            if not path.stat().st_size:
                continue  # a lock
            broken.mkdir()
            engine.inherit(tmp_path / "good", broken)
            (broken / path.name).unlink()
            (broken / path.name).write_bytes(damage)
            try:
                with closing(engine.open(broken)) as reader:
                    reader.match(query)
                    list(reader.terms())
            except DamagedGenerationError as error:
                noticed.append(str(error))
    assert len(noticed) >= 6
    assert all("archiver index --rebuild" in message for message in noticed)
