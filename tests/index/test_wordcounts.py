"""The numbers of pages of each word stay right whatever comes and goes."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from archiver.errors import CorpusError
from archiver.index import Index
from archiver.index.engines import load_engine
from archiver.index.generations import live
from archiver.model import Document, Page
from tests.index.forum import document, pages, put_all

VOCABULARY = ("Kultur", "Verkehr", "Hof", "Garten", "Straße", "Brücke", "Höfe")
Held = dict[str, tuple[Document, list[Page]]]


def counted(index: Path) -> dict[str, int]:
    with Index.open(index) as opened:
        return dict(opened.vocabulary.with_prefix(""))


def of_engine(index: Path) -> dict[str, int]:
    generation = live(index)
    reader = load_engine(generation.manifest.versions.engine).open(generation.folder / "engine")
    try:
        return dict(reader.terms())
    finally:
        reader.close()


def changed(held: Held, dice: random.Random) -> Held:
    """Return documents of which some are new, some have other texts, and one is gone."""
    made = dict(held)
    for number in dice.sample(range(12), k=4):
        texts = [" ".join(dice.choices(VOCABULARY, k=4)) for _ in range(dice.randint(0, 3))]
        digest = "sha256:" + "|".join(texts).encode().hex()
        made[f"d{number}"] = (document(f"d{number}", payload_digest=digest), pages(*texts))
    del made[dice.choice(sorted(made))]
    return made


def reading(held: Held) -> Callable[[Document, int], Page]:
    def read(of: Document, number: int) -> Page:
        return held[of.doc_id][1][number - 1]

    return read


def gone(of: Document, number: int) -> Page:
    raise CorpusError("no stored text")


def another(of: Document, number: int) -> Page:
    return Page(number=number, text="Tunnel")


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
@pytest.mark.parametrize("reads", ["as they were", "none", "gone", "another text"])
def test_words_are_counted_as_the_engine_counts_them(
    tmp_path: Path, engine: str, reads: str
) -> None:
    dice, held = random.Random(23), Held()
    for _ in range(6):
        read = {"as they were": reading(held), "gone": gone, "another text": another}.get(reads)
        held = changed(held, dice)
        put_all(tmp_path, *held.values(), engine=engine, read_page=read)
        assert counted(tmp_path) == of_engine(tmp_path)


def test_the_engine_is_not_asked_for_all_words_where_texts_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {name: (document(name), pages(f"{name} Kultur", "Hof")) for name in ("d1", "d2")}
    put_all(tmp_path, *held.values())
    monkeypatch.setattr("archiver.index.whoosh._Reader.terms", None)
    other = document("d1", payload_digest="sha256:other")
    put_all(tmp_path, (other, pages("Verkehr")), held["d2"], read_page=reading(held))
    assert counted(tmp_path) == {"d2": 1, "hof": 1, "kultur": 1, "verkehr": 1}
