"""A catalogue made anew from the WARC files has the versions, documents and index it had."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from archiver.corpus import Corpus
from archiver.extract import Sandbox, extractor_key
from archiver.extract.settings import ExtractSettings
from archiver.index import Index
from archiver.model import Answer, Document, Version
from archiver.search import search
from archiver.sites.profile import SiteProfile
from archiver.update import UpdateReport, update
from tests.corpus.making import (
    HOST,
    SITE,
    Recording,
    crawl_start,
    exchange,
    later,
    no_counts,
    not_modified,
    recording,
)

SETTINGS = ExtractSettings()
PROFILE = SiteProfile(name=SITE)
TODAY = date(2026, 11, 22)


def html(text: str, visitors: int = 1) -> bytes:
    return (
        f"<html><head><title>12. Sitzung</title><!-- {visitors} --></head><body><main>"
        f"<h1>12. Sitzung am 4. Mai 2015</h1><p>{text}</p></main></body></html>"
    ).encode()


FIRST = html("Der Anger bekommt drei Bänke aus Lärchenholz, sobald der Boden trocken ist.")
COUNTED = html("Der Anger bekommt drei Bänke aus Lärchenholz, sobald der Boden trocken ist.", 2)
SECOND = html("Der Anger bekommt einen Brunnen, die Bänke stehen künftig am Bach.")
THIRD = html("Der Anger bleibt, wie er ist; der Brunnen kommt an den Bach.")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SETTINGS) as made:
        yield made


def crawl(corpus: Corpus, day: int, *pages: tuple[str, bytes | None]) -> None:
    store = corpus.crawl_store(SITE)
    crawl_id = store.begin_crawl(crawl_start(later(24 * day)))
    batch: list[Recording] = []
    for number, (path, content) in enumerate(pages):
        at = later(24 * day + number)
        answer = exchange(path, content, at=at) if content else not_modified(path, at)
        batch.append(recording(path, answer, links=() if content else None))
    store.record(batch)
    store.finish_crawl(crawl_id, "finished", no_counts(), None, later(24 * day + 9))


def brought_up(corpus: Corpus, index: Path, sandbox: Sandbox) -> UpdateReport:
    return update(
        corpus,
        index,
        [PROFILE],
        keys={SITE: extractor_key(PROFILE, SETTINGS)},
        sandbox=sandbox,
        today=TODAY,
        lexicon=None,
        tell=lambda done, total, what: None,
        should_stop=lambda: False,
    )


def changing(folder: Path, sandbox: Sandbox) -> tuple[list[Version], list[Document], str]:
    """Crawl a site that changes; index after each crawl but one."""
    with Corpus.open(folder / "corpus") as corpus:
        crawl(corpus, 0, ("/12", FIRST), ("/13", html("Die Rodelbahn wird im Winter gesperrt.")))
        first = brought_up(corpus, folder / "index", sandbox)
        assert (first.new_versions, first.extracted) == (2, 2)
        crawl(corpus, 1, ("/12", COUNTED), ("/13", None))
        second = brought_up(corpus, folder / "index", sandbox)
        assert (second.new_versions, second.extracted) == (0, 1)
        crawl(corpus, 2, ("/12", SECOND))
        crawl(corpus, 3, ("/12", THIRD))
        third = brought_up(corpus, folder / "index", sandbox)
        assert (third.new_versions, third.extracted) == (2, 2)
        again = brought_up(corpus, folder / "index", sandbox)
        assert (again.new_versions, again.extracted, again.documents_written) == (0, 0, 0)
        assert again.generation == third.generation
        return corpus.versions(), list(corpus.documents()), again.generation


def test_versions_documents_and_generation_come_back_equal(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    versions, documents, generation = changing(tmp_path, sandbox)
    page = next(document for document in documents if document.urls == (HOST + "/12",))
    own = [version for version in versions if version.doc_id == page.doc_id]
    assert [(v.number, v.captured_at) for v in own] == [
        (1, later(0)), (2, later(48)), (3, later(72)),
    ]  # fmt: skip
    assert page.version == 3
    for path in (tmp_path / "corpus").glob("catalogue.sqlite*"):
        path.unlink()
    Corpus.rebuild(tmp_path / "corpus", sandbox.read_links)
    with Corpus.open(tmp_path / "corpus") as corpus:
        assert corpus.versions() == []
        report = brought_up(corpus, tmp_path / "other-index", sandbox)
        assert corpus.versions() == versions
        assert list(corpus.documents()) == documents
        assert report.generation == generation


def ask(folder: Path, query: str, **options: object) -> Answer:
    with Index.open(folder / "index") as index, Corpus.open(folder / "corpus") as corpus:
        return search(
            index,
            query,
            read_page=corpus.page_text,
            today=TODAY,
            **options,  # type: ignore[arg-type]
        )


def found(answer: Answer) -> list[tuple[int, str]]:
    return [(g.document.version, f"{g.document.captured_at:%Y-%m-%d}") for g in answer.groups]


def test_earlier_versions_are_found_only_when_asked_for(tmp_path: Path, sandbox: Sandbox) -> None:
    changing(tmp_path, sandbox)
    assert ask(tmp_path, "Lärchenholz").total == 0
    plain = ask(tmp_path, "Anger")
    assert (plain.total, plain.documents) == (1, 1)
    assert plain.coverage.documents == 2
    assert {facet.field: facet.values[0].count for facet in plain.facets}["site"] == 1
    assert found(ask(tmp_path, "Lärchenholz", versions="all")) == [(1, "2026-05-04")]
    everything = ask(tmp_path, "Anger", versions="all", sort="date")
    assert sorted(found(everything)) == [(1, "2026-05-04"), (2, "2026-05-06"), (3, "2026-05-07")]
    assert everything.coverage == plain.coverage
    assert ask(tmp_path, "NOT Rodelbahn").documents == 1
    assert ask(tmp_path, "Anger", within="session").total == 1


def test_the_first_appearance_of_a_phrase_is_told_with_its_date(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    changing(tmp_path, sandbox)
    assert found(ask(tmp_path, "Brunnen", versions="first")) == [(2, "2026-05-06")]
    assert found(ask(tmp_path, '"am Bach" ODER "an den Bach"', versions="first")) == [
        (2, "2026-05-06")
    ]
    both = ask(tmp_path, "Rodelbahn ODER Brunnen", versions="first")
    assert found(both) == [(1, "2026-05-04"), (2, "2026-05-06")]


def test_an_erased_page_leaves_documents_versions_and_index(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    changing(tmp_path, sandbox)
    with Corpus.open(tmp_path / "corpus") as corpus:
        corpus.erase(corpus.examine("url", HOST + "/12"), reason="names")
        brought_up(corpus, tmp_path / "index", sandbox)
        assert {u for document in corpus.documents() for u in document.urls} == {HOST + "/13"}
        assert len(corpus.versions()) == 1
    assert ask(tmp_path, "Brunnen", versions="all").total == 0
