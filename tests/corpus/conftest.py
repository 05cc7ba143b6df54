"""A corpus in an empty folder, with numbered ids and a clock that stands still."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.corpus import Corpus, CorpusOptions
from tests.corpus.making import START, numbered_ids


@pytest.fixture
def options() -> CorpusOptions:
    ids = numbered_ids()
    return CorpusOptions(now=lambda: START, new_uuid=lambda: next(ids))


@pytest.fixture
def corpus(tmp_path: Path, options: CorpusOptions) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus", options=options) as made:
        yield made
