"""What words say is read once and kept; documents are the same with and without it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.corpus.derived import DerivedTexts
from archiver.model import Document
from archiver.update import drafting, remembered
from archiver.update.remembered import Keeper, Remembered
from archiver.update.resolve import resolve_site
from tests.update.forum import TODAY, Forum, page, pdf


class Kept:
    """Derived texts as a keeper."""

    def __init__(self, texts: DerivedTexts) -> None:
        self.texts = texts
        self.keep_readings = texts.keep_readings

    def kept_reading(self, key: bytes) -> bytes | None:
        return self.texts.reading(key)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with DerivedTexts.open(tmp_path / "text.sqlite") as texts:
        yield Kept(texts)


def forum() -> Forum:
    made = Forum()
    made.put("/", page("Archiv", "Archiv", text="Alle Runden"))
    for number in (11, 12):
        made.put(f"/{number}.html", page(f"{number}. Runde", f"{number}. Runde am 3.5.2011: Lärm"))
        made.put(f"/{number}.pdf", pdf(f"Protokoll\n{number}. Runde am 3.5.2011"))
        made.link("/", f"/{number}.html", f"{number}. Runde", f"{number}. Runde: Lärm. Protokoll")
        made.link(f"/{number}.html", f"/{number}.pdf", "Protokoll")
    return made


def resolved(made: Forum, keeper: Keeper | None) -> list[Document]:
    memory = Remembered(keeper)
    found = resolve_site(made.profile, made.groups(), extractor="1-k", today=TODAY, memory=memory)
    memory.keep()
    return found


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("words were read again")


def no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "read_clues", refuse)
    monkeypatch.setattr(drafting, "guess_kind", refuse)
    monkeypatch.setattr(remembered, "read_words", refuse)


def test_documents_are_the_same_without_a_memory_with_an_empty_and_with_a_full_one(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, first = resolved(forum(), None), resolved(forum(), kept)
    no_reader(monkeypatch)
    assert bare == first == resolved(forum(), kept)


def test_only_words_that_are_new_are_read(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    resolved(forum(), kept)
    made = forum()
    made.link("/", "/12.pdf", "Niederschrift vom 4.5.2011")
    no_reader(monkeypatch)
    with pytest.raises(AssertionError, match="read again"):
        resolved(made, kept)


def test_what_other_readers_said_is_not_taken(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    resolved(forum(), kept)
    monkeypatch.setattr(remembered, "code_digest", lambda: "other")
    no_reader(monkeypatch)
    with pytest.raises(AssertionError, match="read again"):
        resolved(forum(), kept)


def test_readings_go_when_other_readers_come_and_when_a_text_is_forgotten(kept: Kept) -> None:
    kept.keep_readings("one", {b"a": b"1"})
    kept.keep_readings("one", {b"b": b"2"})
    assert (kept.kept_reading(b"a"), kept.kept_reading(b"b")) == (b"1", b"2")
    kept.keep_readings("other", {b"c": b"3"})
    assert (kept.kept_reading(b"a"), kept.kept_reading(b"c")) == (None, b"3")
    kept.texts.forget(["sha256:00"])
    assert kept.kept_reading(b"c") is None
