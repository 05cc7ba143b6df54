"""Terms with offsets are made stretch by stretch from a cache; as if from the whole text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.analysis import Analyzer
from archiver.analysis.analyzer import _Places

WORDS = st.sampled_from(
    ["Bürger*innen", "Stadtteil-Kultur", "§", "28", "§ 28a", "2011/2012,", "–", "(Bür\u00adger)",
     "z.B.", "a@b.example", "https://x.example/ä?q=1.", "Bu\u0308rger", "\x1f", "Bürger/-innen"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=12).flatmap(
    lambda words: st.sampled_from([" ", "\n", "\u00a0", "\t "]).map(lambda gap: gap.join(words))
)


@given(TEXTS)
def test_places_are_those_of_the_whole_text(text: str) -> None:
    analyzer = Analyzer()
    assert analyzer.exact(text) == analyzer._exact_of_text(text)
    assert analyzer.stem(text) == analyzer._stems_of_text(text, "de")


@given(TEXTS)
def test_words_and_single_places_agree_with_all_terms(text: str) -> None:
    analyzer = Analyzer()
    terms = analyzer.exact(text)
    assert analyzer.exact_words(text) == [term.term for term in terms]
    every_other = range(0, len(terms), 2)
    assert analyzer.exact_at(text, every_other) == {n: terms[n] for n in every_other}


def test_a_repeated_word_is_analysed_once() -> None:
    asked: list[str] = []
    places = _Places(lambda text: asked.append(text) or [])
    places.of("Radweg an Radweg")
    assert asked == ["Radweg", "an"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("am Stadtteil-Haus", [("am", 0, 2), ("stadtteil", 3, 12), ("haus", 13, 17)]),
        ("nach § 28 Absatz", [("nach", 0, 4), ("§", 5, 6), ("28", 7, 9), ("absatz", 10, 16)]),
    ],
)
def test_offsets_are_those_in_the_text(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert [(t.term, t.start, t.end) for t in Analyzer().exact(text)] == expected
