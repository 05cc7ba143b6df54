"""Tokens, positions and offsets, whatever the text is made of."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.analysis import Analyzer, Lexicon, fold
from archiver.analysis.tokens import gendered, tokens

WORDS = st.sampled_from(
    [
        *("Kultur", "Stadtteil-Kultur", "§ 28", "§§28a", "§", "2011/2012", "14.10.2011", "3,50"),
        *("§ 7 a", "§§ 7 bis 9", "14. Oktober 2011", "Okt. 2011", "1.500,00", "1 500 €", "\u2063"),
        *("18:30", "Bürger*innen", "Bürger/-innen", "BürgerInnen", "post@forum.example", "z.B."),
        *("https://forum.example/a?b=1&c", "http://", "://", "Stadt\xadteil", "Bu\u0308rger", "ß"),
        *(
            " ",
            " ",
            " ",
            "\n",
            "\u00a0",
            "\u2028",
            "\x1f",
            "-",
            "–",
            "_",
            "__a_",
            ".",
            ",",
            "*",
            "(in)",
        ),
        *(
            "ﬁ",
            "İ",
            "ǅ",
            "²",
            "٣",
            "中文",
            "\u200b",
            "\u0308",
            "'",
            "’",
            "/",
            "/-in",
            ":in",
            "\ud800",
        ),
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=25).map("".join))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nr. 28", ["Nr", "28"]),
        ("§ 28", ["§ 28"]),
        ("§§ 28 und 29 und 30 Uhr", ["§§ 28 und 29 und 30", "Uhr"]),
        ("2011/2012", ["2011/2012"]),
        ("um 18:30 Uhr", ["um", "18:30", "Uhr"]),
        ("Thema: Wald", ["Thema", "Wald"]),
        ("Kultur- und Sportverein", ["Kultur", "und", "Sportverein"]),
        ("post@forum.example.", ["post@forum.example"]),
        ("(https://forum.example/a?b=1)", ["https://forum.example/a?b=1"]),
        ("Ende.Anfang", ["Ende.Anfang"]),
        ("Bürger*innen, Bürger:innen", ["Bürger*innen", "Bürger:innen"]),
        ("*wichtig*", ["wichtig"]),
        ("__wichtig__", ["wichtig"]),
        ("– — …", []),
    ],
)
def test_tokens_of(text, expected):
    assert [token.text for token in tokens(text)] == expected


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("Bürger*innen", ("Bürger", "Bürgerinnen")),
        ("Bürger_innen", ("Bürger", "Bürgerinnen")),
        ("Bürger/innen", ("Bürger", "Bürgerinnen")),
        ("Bürger/-innen", ("Bürger", "Bürgerinnen")),
        ("Bürger-innen", ("Bürger", "Bürgerinnen")),
        ("BürgerInnen", ("Bürger", "Bürgerinnen")),
        ("Sprecher:in", ("Sprecher", "Sprecherin")),
        ("Check-in", None),
        ("LinkedIn", ("Linked", "Linkedin")),
    ],
)
def test_gender_forms(token, expected):
    assert gendered(token) == expected


def test_offsets_point_into_the_original_text():
    text = "Die Stadt\xadteil-Kultur der Bu\u0308rger"
    found = [(term.term, text[term.start : term.end]) for term in Analyzer().exact(text)]
    assert found == [
        ("die", "Die"),
        ("stadtteil", "Stadt\xadteil"),
        ("kultur", "Kultur"),
        ("der", "der"),
        ("buerger", "Bu\u0308rger"),
    ]


def test_a_part_knows_the_word_it_is_part_of():
    analyzer = Analyzer(Lexicon.of(["stadt", "teil", "kultur"]))
    terms = analyzer.stem("Stadtteilkultur")
    assert [(term.term, term.part_of) for term in terms] == [
        ("stadtteilkultur", None),
        ("stadt", "Stadtteilkultur"),
        ("teil", "Stadtteilkultur"),
        ("kultur", "Stadtteilkultur"),
        ("stadtteil", "Stadtteilkultur"),
        ("teilkultur", "Stadtteilkultur"),
    ]
    assert {(term.start, term.end) for term in terms} == {(0, 15)}


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_the_fast_way_gives_the_terms_of_the_way_with_offsets(text):
    analyzer = Analyzer(Lexicon.of(["stadt", "teil", "kultur"]))
    assert analyzer.exact_words(text) == [term.term for term in analyzer.exact(text)]
    assert analyzer.stem_words(text) == [term.term for term in analyzer.stem(text)]


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_terms_are_folded_and_lie_in_the_text_in_order(text):
    before = 0
    for term in Analyzer().exact(text):
        assert before <= term.start < term.end <= len(text)
        before = term.start
        assert term.term
        assert not any(c.isspace() for c in term.term)
        assert fold(term.term) == term.term


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_text_contains_what_is_asked_by_its_own_words(text):
    analyzer = Analyzer(Lexicon.of(["stadt", "teil", "kultur"]))
    indexed = set(analyzer.stem_words(text))
    for token in analyzer.tokens(text):
        own = analyzer.query_terms(token.text)
        assert own == () or indexed.issuperset(own[0])


def test_what_is_too_long_for_a_word_is_cut_alike_everywhere():
    analyzer = Analyzer()
    blob = "x" * 5000
    assert analyzer.exact_words(blob) == ["x" * 128]
    assert analyzer.query_terms(blob)[0][0] in analyzer.stem_words(blob)
    assert max(map(len, analyzer.stem_words("ab-" * 5000))) == 128
