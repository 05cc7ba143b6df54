"""Documents are resolved again when something they follow from has changed, and only then."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archiver.corpus import Corpus
from archiver.extract import Sandbox
from archiver.index import Index
from archiver.model import CrawlCounts, Document, Extraction
from archiver.sites.corrections import load_corrections
from archiver.sites.profile import SiteProfile
from archiver.update import UpdateReport, apply, update
from archiver.update.resolve import resolve_site
from archiver.update.unchanged import fingerprint, mark_of
from tests.corpus.making import START, crawl_start, exchange, link, recording
from tests.update.forum import source
from tests.update.test_sittings import document

PROFILE = SiteProfile(name="lindental")
CORRECTION = load_corrections(
    '[[correction]]\nurl = "http://forum.example/12.html"\nsession = 13', "corrections.toml"
)


def stamp(**changes: Any) -> str:
    said: dict[str, Any] = {
        "profile": PROFILE,
        "sources": [source("/12.html")],
        "key": "1-k",
        "today": date(2026, 11, 22),
        "corrections": (),
        "passing": {},
        **changes,
    }
    return fingerprint(said.pop("profile"), said.pop("sources"), **said)


def test_the_same_things_have_the_same_fingerprint_all_year() -> None:
    assert stamp() == stamp(today=date(2026, 1, 1))


@pytest.mark.parametrize(
    "changes",
    [
        {"profile": replace(PROFILE, title="Lindental im Gespräch")},
        {"sources": []},
        {"sources": [source("/12.html", "changed")]},
        {"sources": [replace(source("/12.html"), aliases=("http://lindental.example/zwoelf",))]},
        {"key": "2-k"},
        {"today": date(2027, 1, 1)},
        {"corrections": CORRECTION},
        {
            "passing": {
                (source("/12.html").payload_digest, "1-k"): Extraction(
                    "failed", "text/html", "none", reason="took too long"
                )
            }
        },
    ],
)
def test_whatever_documents_follow_from_changes_the_fingerprint(changes: dict[str, Any]) -> None:
    assert stamp(**changes) != stamp()


def test_documents_that_were_changed_behind_its_back_do_not_bear_the_mark() -> None:
    one = document("zwoelf")
    assert mark_of("stamp", [one], {}) == mark_of("stamp", [one], {})
    assert mark_of("stamp", [replace(one, sessions=(12,))], {}) != mark_of("stamp", [one], {})


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    """A corpus of an overview and one sitting."""
    with Corpus.open(tmp_path / "corpus") as found:
        store = found.crawl_store("lindental")
        crawl = store.begin_crawl(crawl_start(site="lindental"))
        page = b"<title>12. Runde</title><h1>12. Runde am 3. Mai 2011: Leise Wege</h1><p>Text.</p>"
        archive = b"<title>Archiv</title><h1>Archiv</h1><p><a href=12.html>12. Runde</a></p>"
        store.record(
            [
                recording("/12.html", exchange("/12.html", page), links=(), media_type="text/html"),
                recording(
                    "/archiv",
                    exchange("/archiv", archive),
                    links=(link("/12.html", "12. Runde"),),
                    media_type="text/html",
                ),
            ]
        )
        store.finish_crawl(crawl, "finished", CrawlCounts(), None, START)
        yield found


class Updating:
    """Updates a corpus and counts how often documents were resolved."""

    def __init__(self, corpus: Corpus, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.corpus, self.folder, self.resolved = corpus, folder, 0

        def counting(*arguments: Any, **named: Any) -> list[Document]:
            self.resolved += 1
            return resolve_site(*arguments, **named)

        monkeypatch.setattr(apply, "resolve_site", counting)

    def __call__(
        self, *, should_stop: Callable[[], bool] = lambda: False, **changes: Any
    ) -> UpdateReport:
        with Sandbox() as sandbox:
            return update(
                self.corpus,
                self.folder / "index",
                (PROFILE,),
                keys={"lindental": "1-k"},
                sandbox=sandbox,
                today=date(2026, 11, 22),
                lexicon=None,
                tell=lambda *_: None,
                should_stop=should_stop,
                **changes,
            )

    def sessions(self) -> set[tuple[int, ...]]:
        return {one.sessions for one in self.corpus.documents() if one.kind == "session"}


@pytest.fixture
def updating(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Updating:
    return Updating(corpus, tmp_path, monkeypatch)


def test_a_damaged_record_is_read_again_each_time_until_it_is_restored(
    updating: Updating, tmp_path: Path
) -> None:
    [warc] = (tmp_path / "corpus" / "warc").glob("*.warc.gz")
    whole = warc.read_bytes()
    offsets = [one.offset for one in updating.corpus.captures() if one.url.endswith("/12.html")]
    warc.write_bytes(whole[: offsets[0] + 60] + b"?" * 40 + whole[offsets[0] + 100 :])
    for _ in range(3):
        [unread] = updating().failures
        assert unread.url.endswith("/12.html")
    warc.write_bytes(whole)
    assert updating().failures == ()


def test_an_update_stopped_while_it_builds_the_index_leaves_it_and_is_made_up_for(
    updating: Updating,
) -> None:
    first = updating()
    asked = iter([False, False, True])  # before resolving, before the first document, then
    stopped = updating(should_stop=lambda: next(asked), rebuild=True)
    assert stopped.is_stopped
    assert (stopped.documents, stopped.documents_written) == (0, 0)
    with Index.open(updating.folder / "index") as index:
        assert index.generation == first.generation
    assert len(list((updating.folder / "index" / "generations").iterdir())) == 1
    again = updating(rebuild=True)
    assert not again.is_stopped
    assert (again.documents, again.documents_written) == (2, 2)


def test_a_second_update_takes_the_documents_as_they_are(updating: Updating) -> None:
    first = updating()
    assert (first.documents, first.documents_written, updating.resolved) == (2, 2, 1)
    before = list(updating.corpus.documents())
    second = updating()
    assert (second.documents, second.documents_written, updating.resolved) == (2, 0, 1)
    assert second.generation == first.generation
    assert list(updating.corpus.documents()) == before


def test_a_correction_is_applied_at_once_and_taken_back_at_once(updating: Updating) -> None:
    updating()
    updating(corrections=CORRECTION)
    assert updating.sessions() == {(13,)}
    updating()
    assert updating.sessions() == {(12,)}
    assert updating.resolved == 3


def test_documents_that_are_lost_are_made_again(updating: Updating) -> None:
    updating()
    [gone, _] = [one.doc_id for one in updating.corpus.documents()]
    updating.corpus.save_documents([], removed=[gone])
    assert updating().documents == 2
    assert updating.resolved == 2


def test_a_deleted_index_is_built_from_the_documents_held(updating: Updating) -> None:
    updating()
    shutil.rmtree(updating.folder / "index")
    assert updating().documents_written == 2
    assert updating.resolved == 1
