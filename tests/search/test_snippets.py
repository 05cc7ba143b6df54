"""Snippets and patterns: what is marked, where it is cut, and why it matched."""

import pytest

from archiver.analysis import Analyzer, Lexicon
from archiver.search.patterns import Chain, InOrder, PageText, Pattern, Stems, Words
from archiver.search.snippets import WIDTH, snippets
from tests.index.forum import LEXICON

ANALYZER = Analyzer(Lexicon.of(LEXICON))


def on(text: str) -> PageText:
    return PageText(text, "de", ANALYZER)


def marked(text: str, *patterns: Pattern) -> list[str]:
    return [s.text[a:b] for s in snippets(on(text), patterns) for a, b in s.spans]


def word(typed: str) -> Stems:
    return Stems(ANALYZER.query_terms(typed))


def test_forms_of_a_word_are_marked_whole() -> None:
    assert marked("Die Kulturen, der Kultur!", word("Kultur")) == ["Kulturen", "Kultur"]


def test_a_compound_says_which_part_of_it_matched() -> None:
    (snippet,) = snippets(on("Die Stadtteilkultur und die Kultur."), [word("Kultur")])
    assert [snippet.text[a:b] for a, b in snippet.spans] == ["Stadtteilkultur", "Kultur"]
    assert snippet.why == ("kultur, part of Stadtteilkultur", "")


def test_parts_of_the_word_are_marked_only_where_the_whole_word_is_missing() -> None:
    compound = Stems(ANALYZER.query_terms("Stadtteilkultur"), typed="Stadtteilkultur")
    assert marked("Im Stadtteil: Stadtteilkultur, Kultur", compound) == ["Stadtteilkultur"]
    (snippet,) = snippets(on("Kultur im Stadtteilforum"), [compound])
    assert [snippet.text[a:b] for a, b in snippet.spans] == ["Kultur", "Stadtteilforum"]
    assert snippet.why == (
        "kultur, part of Stadtteilkultur",
        "stadtteil, part of Stadtteilforum and of Stadtteilkultur",
    )
    assert marked("Nur Kultur", compound) == []


def test_with_any_word_sufficing_a_part_is_marked_alone_but_not_beside_the_whole() -> None:
    compound = Stems(ANALYZER.query_terms("Stadtteilkultur"), is_any=True, typed="Stadtteilkultur")
    assert marked("Nur Kultur", compound) == ["Kultur"]
    assert marked("Kultur und Stadtteilkultur", compound) == ["Stadtteilkultur"]


def test_a_phrase_is_marked_as_one() -> None:
    assert marked("der runde, Tisch tagt", InOrder(("runde", "tisch"))) == ["runde, Tisch"]


def test_without_a_match_the_beginning_is_shown() -> None:
    (snippet,) = snippets(on("Nur ein Anfang."), [word("Kultur")])
    assert (snippet.text, snippet.start, snippet.spans) == ("Nur ein Anfang.", 0, ())
    assert snippets(on(" \n "), [word("Kultur")]) == ()


def test_a_window_with_more_of_the_words_comes_before_one_with_fewer() -> None:
    filler = "Lorem ipsum dolor sit amet. " * 30
    text = f"Der Verkehr. {filler} Der Verkehr und die Kultur. {filler} Ende."
    (snippet,) = snippets(on(text), [word("Verkehr"), word("Kultur")])
    assert "Verkehr und die Kultur" in snippet.text
    assert len(snippet.text) < WIDTH + 120


def test_words_far_apart_get_a_snippet_each_in_the_order_of_the_text() -> None:
    filler = "Lorem ipsum dolor sit amet. " * 30
    text = f"{filler} Die Kultur lebt. {filler} Der Verkehr ruht. {filler}"
    found = snippets(on(text), [word("Verkehr"), word("Kultur")])
    assert ["Kultur" in s.text for s in found] == [True, False]
    assert ["Verkehr" in s.text for s in found] == [False, True]
    assert all(text[s.start :].startswith(s.text) for s in found)


def test_snippets_do_not_cut_words() -> None:
    text = "wort " * 200 + "Kultur " + "wort " * 200
    (snippet,) = snippets(on(text), [word("Kultur")])
    assert set(snippet.text.split()) == {"wort", "Kultur"}


@pytest.mark.parametrize(
    ("text", "between", "expected"),
    [
        ("a x b", 1, [(0, 2)]),
        ("a x y b", 1, []),
        ("a a b", 0, [(1, 2)]),
        ("b a", 5, []),
        ("a b a b", 0, [(0, 1), (2, 3)]),
    ],
)
def test_words_in_order_are_taken_as_near_as_they_stand(
    text: str, between: int, expected: list[tuple[int, int]]
) -> None:
    assert InOrder(("a", "b"), between).places(on(text)) == expected


@pytest.mark.parametrize(
    ("text", "distance", "is_ordered", "expected"),
    [
        ("a b", 1, True, [0, 1]),
        ("b a", 1, True, []),
        ("b a", 1, False, [0, 1]),
        ("a x b", 1, False, []),
        ("a x b", 2, True, [0, 2]),
        ("a x x a b", 1, True, [3, 4]),
    ],
)
def test_a_chain_keeps_only_parts_that_are_near_to_the_next(
    text: str, distance: int, is_ordered: bool, expected: list[int]
) -> None:
    parts = (Words(frozenset("a")), Words(frozenset("b")))
    found = Chain(parts, distance, is_ordered).places(on(text))
    assert [first for first, _ in found] == expected


def test_a_word_is_not_near_to_itself() -> None:
    part = Words(frozenset("a"))
    assert Chain((part, part), 3, is_ordered=False).places(on("a x")) == []
    assert Chain((part, part), 3, is_ordered=False).places(on("a x a")) == [(0, 0), (2, 2)]


def test_a_longer_chain_holds_link_by_link() -> None:
    parts = tuple(Words(frozenset(letter)) for letter in "abc")
    assert Chain(parts, 2, is_ordered=True).places(on("a x b x c")) == [(0, 0), (2, 2), (4, 4)]
    assert Chain(parts, 2, is_ordered=True).places(on("a x b x x c")) == []
