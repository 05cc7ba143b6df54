"""Whatever way is taken for speed gives what the general way gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.analysis import Analyzer, Lexicon
from archiver.analysis.lexicon import german_words

SIGNS = " .,;:!?()[]\"'„“”‚‘’»«…–-‐/*·_&@+§~\u00ad\u200b\u00a0\n"
LETTERS = "aAbBnNiIrRsSßäÄöüÜéÿ÷×ªº1²ıKſ"


@pytest.fixture(scope="module")
def analyzer():
    return Analyzer(Lexicon.of(german_words()))


@settings(deadline=None, max_examples=400)
@given(
    st.one_of(
        st.text(alphabet=LETTERS + SIGNS, max_size=40),
        st.lists(
            st.sampled_from(
                ["Bürger", "BürgerInnen", "Radweg", "In", "innen", "§", "28", "Stadt", "Straße"]
            )
            | st.sampled_from(SIGNS),
            max_size=12,
        ).map("".join),
    )
)
def test_words_for_the_index_are_those_with_offsets(analyzer, text):
    assert analyzer.exact_words(text) == [term.term for term in analyzer.exact(text)]
    for language in ("de", "en"):
        assert analyzer.stem_words(text, language) == [
            term.term for term in analyzer.stem(text, language)
        ]
        exact, stems = analyzer.lines(text, language)
        assert exact.split() == analyzer.exact_words(text)
        assert stems.split() == analyzer.stem_words(text, language)


@pytest.mark.parametrize("sign", SIGNS.replace("§", ""))
def test_a_word_is_the_same_whatever_stands_beside_it(analyzer, sign):
    for text in (f"Radweg{sign}", f"{sign}Radweg", f"{sign}Radweg{sign}{sign}"):
        assert analyzer.exact_words(text) == ["radweg"]
        assert analyzer.stem_words(text) == ["radweg", "rad", "weg"]
