"""Whatever is typed gives an answer or a QueryError with its place; a search starts light."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import QueryError
from archiver.index import Index
from archiver.model import Within
from archiver.search import search
from tests.index.forum import TODAY, Texts, document, pages, put_all

FORUM = [
    (document("a", sessions=(1,), topics=("Kultur",)), pages("Kultur im Hof. Straße 28.", "Ende")),
    (document("b", sessions=(2,)), pages("Verkehr und Kultur", "")),
]
PIECES = st.sampled_from(
    ["Kultur", "Hof", "ver*", "?nde", "Kultr~", "hof~2", '"im Hof"', '"Kultur Hof"~3', "=Kultur",
     "NEAR/3", "ADJ", "AND", "OR", "NOT", "-", "(", ")", "#1", "session:1..", "date:2011", "ß",
     "topic:(Kultur OR x*)", "title:a~", "has:ocr", "url:forum*a", "page:2", "*", "der", "§ 28",
     "topic:Kultur", "🚲"]
)  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("index")
    put_all(folder, *FORUM)
    with Index.open(folder) as opened:
        yield opened


@given(
    st.one_of(st.text(max_size=40), st.lists(PIECES, min_size=1, max_size=6).map(" ".join)),
    st.sampled_from(["page", "document", "session"]),
    st.booleans(),
)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_gives_an_answer_or_an_error_with_its_place(
    index: Index, query: str, within: Within, any_word: bool
) -> None:
    texts = Texts(FORUM)
    try:
        answer = search(
            index, query, read_page=texts, today=TODAY, within=within, any_word=any_word
        )
    except QueryError as error:
        position = error.position
    else:
        position = 0
        assert answer.total == sum(group.matching_pages for group in answer.groups)
        assert answer.documents == len(answer.groups)
        for group in answer.groups:
            for hit in group.hits:
                for snippet in hit.snippets:
                    text = texts(
                        group.document.payload_digest, group.document.extractor, hit.page_number
                    ).text
                    assert text[snippet.start :].startswith(snippet.text)
                    ends = [0, *(place for span in snippet.spans for place in span)]
                    assert ends == sorted(ends)
                    assert ends[-1] <= len(snippet.text)
    assert 0 <= position <= len(query)


def test_a_page_of_one_endless_word_is_shown_in_bounds(tmp_path: Path) -> None:
    long = [(document("a"), pages("x" * 100_000 + " Kultur " + "y" * 100_000))]
    put_all(tmp_path, *long)
    with Index.open(tmp_path) as index:
        answer = search(index, "Kultur", read_page=Texts(long), today=TODAY)
    (snippet,) = answer.groups[0].hits[0].snippets
    assert len(snippet.text) < 600
    (span,) = snippet.spans
    assert snippet.text[slice(*span)] == "Kultur"


def test_a_search_loads_no_crawler_no_parser_and_not_the_engines_own_query_parser() -> None:
    command = (
        "import sys, archiver.search, archiver.index.whoosh;"
        "print(*sorted({name for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", command],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    loaded = set(done.stdout.split())
    heavy = {
        "archiver.crawl", "archiver.corpus", "archiver.extract", "archiver.model.crawling",
        "archiver.index.writer", "asyncio", "bs4", "click", "fastwarc", "httpcore", "httpcore2",
        "lxml", "pypdf", "pypdfium2", "simplemma", "trafilatura", "w3lib", "whoosh.highlight",
        "whoosh.qparser", "whoosh.searching",
    }  # fmt: skip
    assert loaded & heavy == set()
