"""Readers that look only where a word can stand see what they would see everywhere."""

import re

from hypothesis import given
from hypothesis import strategies as st

from archiver.sites.roles import ROLE_PATTERN, role_words, without_trailer
from archiver.sites.vocabulary import MONTH, MONTH_BEGINS, MONTH_STEMS
from archiver.sites.wording import folded

ROLE = re.compile(rf"(?<![^\W_])(?:{ROLE_PATTERN})(?![^\W\d_])", re.IGNORECASE)
PAPERS = st.from_regex(ROLE, fullmatch=True)
BETWEEN = st.sampled_from(
    [" ", ", ", "-", "_", "\n", "s", " 12. Sitzung ", "İ", " (PDF, 1 MB)", ""]
)


@given(st.lists(st.one_of(PAPERS, BETWEEN), max_size=6).map("".join))
def test_papers_are_found_wherever_they_stand(text: str) -> None:
    assert [match.span() for match in role_words(ROLE, text)] == [
        match.span() for match in ROLE.finditer(text)
    ]


@given(PAPERS)
def test_every_word_for_a_paper_is_looked_at(paper: str) -> None:
    assert next(role_words(ROLE, f"{paper} 12"))[0]


@given(st.from_regex(re.compile(MONTH, re.IGNORECASE), fullmatch=True))
def test_every_month_begins_as_months_begin(month: str) -> None:
    assert re.match(MONTH_BEGINS, month, re.IGNORECASE)
    assert any(stem in folded(month) for stem in MONTH_STEMS)


def test_trailers_of_every_kind_are_stripped() -> None:
    for trailer in (
        "(PDF, 477 KB)",
        "[pdf]",
        ", 4,2 MB",
        "– DOC",
        "als Word-Datei",
        ".pdf",
        "12 Bytes",
    ):
        assert without_trailer(f"Lageplan {trailer}.") == "Lageplan"
