"""Terms with offsets are made stretch by stretch from a cache; as if from the whole text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.analysis import Analyzer, Lexicon, german, german_words
from archiver.analysis.stretches import Places

WORDS = st.sampled_from(
    ["Bürger*innen", "Stadtteil-Kultur", "§", "28", "§ 28a", "2011/2012,", "–", "(Bür\u00adger)",
     "§ 7 a", "§§ 7 bis 9,", "14. Oktober 2011", "14.", "Okt.", "2011", "Mai", "1.500", "1 500 €",
     "1\u00a0500", "500", "Euro", "EUR", "Art.", "Art. 3", "%", "qm", "Langestr.", "\u2063", "a",
     "z.B.", "a@b.example", "https://x.example/ä?q=1.", "Bu\u0308rger", "\x1f", "Bürger/-innen"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=12).flatmap(
    lambda words: st.sampled_from([" ", "\n", "\u00a0", "\t "]).map(lambda gap: gap.join(words))
)


@given(TEXTS)
def test_places_are_those_of_the_whole_text(text: str) -> None:
    analyzer = Analyzer()
    assert analyzer.exact(text) == analyzer._exact_of_text(text)
    assert analyzer.stem(text) == analyzer._stems_in("de").terms_at_once(text)


@given(TEXTS)
def test_words_and_single_places_agree_with_all_terms(text: str) -> None:
    analyzer = Analyzer()
    terms = analyzer.exact(text)
    assert analyzer.exact_words(text) == [term.term for term in terms]
    every_other = range(0, len(terms), 2)
    assert analyzer.exact_at(text, every_other) == {n: terms[n] for n in every_other}


@given(TEXTS, st.sampled_from(["de", "en"]))
def test_wanted_stems_are_those_among_all_terms(text: str, language: str) -> None:
    analyzer = Analyzer(Lexicon.of(["stadtteil", "kultur"]))
    terms = analyzer.stem(text, language)
    for wanted in [{term.term} for term in terms] + [{term.term for term in terms[::2]}]:
        expected = [term for term in terms if term.term in wanted]
        assert analyzer.stems_among(text, language, frozenset(wanted)) == expected


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_stem_begins_as_its_word_does_umlauts_aside(language: str) -> None:
    analyzer = Analyzer(Lexicon.of(german_words()))
    words = [word.rstrip("-") for word in german_words()[::7]]
    words += [f"{one}{other}" for one, other in pairwise(words[::5])]
    words += [*german._WORDS, *german._IRREGULAR_ENDINGS, *german._UMLAUT_KEPT.values()]
    lost = [
        (word, term)
        for word in words
        for term in analyzer.stem_words(word, language)
        if not analyzer.stems_among(word, language, frozenset([term]))
    ]
    assert lost == []


def test_a_repeated_word_is_analysed_once() -> None:
    asked: list[str] = []
    places = Places(lambda text: asked.append(text) or [])
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
