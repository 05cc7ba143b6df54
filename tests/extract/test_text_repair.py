"""Hyphens and characters: the labelled cases, and properties that must hold for any text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from archiver.extract.hyphens import join_line_ends
from archiver.extract.repair import repair
from bench.pdf_text import hyphen_cases, hyphen_scores


def test_the_labelled_hyphens_are_resolved() -> None:
    cases = hyphen_cases()
    precision, recall, _ = hyphen_scores(cases)
    assert len(cases) >= 300
    assert precision >= 0.997
    assert recall >= 0.999


def test_a_word_over_three_lines_is_joined() -> None:
    assert join_line_ends("Stadt-\nteil-\nladen offen").split() == ["Stadtteilladen", "offen"]


def test_what_the_document_writes_itself_decides() -> None:
    assert join_line_ends("mit apt-\nget", frozenset({"apt-get"})) == "mit apt-get\n"
    assert (
        join_line_ends("das Debconf-\nModul", frozenset({"debconfmodul"})) == "das DebconfModul\n"
    )


@given(st.text(alphabet="aÄß- \n\xad\ufffe\x02.U1", max_size=60))
def test_the_number_of_lines_stays(text: str) -> None:
    # PDFium's mark for a hyphen stands for the line break after it, written or not.
    breaks = len(re.findall("[\ufffe\x02]\n?|\n", text))
    assert join_line_ends(text).count("\n") == breaks


@given(st.text(max_size=200))
def test_repair_keeps_lines_and_is_stable_and_encodable(text: str) -> None:
    repaired = repair(text)
    assert repaired.count("\n") == text.count("\n")
    repaired.encode()


def test_long_runs_take_no_quadratic_time() -> None:
    for text in ("a-" * 200_000, "a-\n" * 100_000, "¨" * 300_000, "Ã¼" * 200_000, "A " * 200_000):
        assert join_line_ends(repair(text))


def test_what_a_document_always_writes_with_a_hyphen_keeps_it_before_an_adjective() -> None:
    words = frozenset({"linux-rechner", "linux-system", "stadt-land", "stadtteil"})
    assert join_line_ends("mit Linux-\nartigen Rechnern", words) == "mit Linux-artigen\nRechnern"
    assert join_line_ends("mit Stadt-\nartigen Dörfern", words) == "mit Stadtartigen\nDörfern"


def test_halves_without_a_vowel_are_no_syllables() -> None:
    assert join_line_ends("das Paket xdg-\nutils und Kirsch-\nbaum") == (
        "das Paket xdg-utils\nund Kirschbaum\n"
    )


def test_small_words_inside_of_chains_keep_their_hyphens() -> None:
    assert (
        join_line_ends("von Tür-\nzu-Tür, der Sprung-\nturm") == "von Tür-zu-Tür,\nder Sprungturm\n"
    )
