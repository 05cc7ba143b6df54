"""Every field of an answer's JSON stands on the page about formats."""

import dataclasses
import re
from pathlib import Path

import pytest

from archiver.model import Answer
from archiver.model.results import (
    Coverage,
    DocumentHits,
    Facet,
    FacetValue,
    Hit,
    Snippet,
    Widening,
)

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## The answer as JSON\n")[2].partition("\n## ")[0]
NOUNS = (Answer, Coverage, DocumentHits, Facet, FacetValue, Hit, Snippet, Widening)


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_every_field_is_explained(noun: type) -> None:
    for field in dataclasses.fields(noun):
        assert re.search(rf"`(…|\w+\[\]\.)*{field.name}(\[\])?`", SECTION), field.name
