"""Wildcards, fuzzy words and suggestions against the plain definition."""

from array import array
from fnmatch import fnmatchcase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.index.vocabulary import Vocabulary, edit_distance

letters = st.text("abcü.*", min_size=1, max_size=7)


def vocabulary(*terms: str) -> Vocabulary:
    ordered = sorted(set(terms))
    return Vocabulary("\n".join(ordered), array("I", range(1, len(ordered) + 1)))


def plain_distance(left: str, right: str) -> int:
    """Optimal string alignment, straight from the definition."""
    table = {(i, 0): i for i in range(len(left) + 1)} | {(0, j): j for j in range(len(right) + 1)}
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            cost = left[i - 1] != right[j - 1]
            best = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + cost)
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                best = min(best, table[i - 2, j - 2] + 1)
            table[i, j] = best
    return table[len(left), len(right)]


@given(letters, letters, st.integers(1, 2))
@settings(max_examples=300)
def test_the_distance_is_right_up_to_its_limit(left: str, right: str, limit: int) -> None:
    expected = plain_distance(left, right)
    found = edit_distance(left, right, limit)
    assert found == expected if expected <= limit else found > limit


@given(st.lists(letters, min_size=1, max_size=12), letters, st.integers(1, 2))
@settings(max_examples=300)
def test_near_words_are_all_found(terms: list[str], word: str, distance: int) -> None:
    expected = {term for term in terms if plain_distance(word, term) <= distance}
    found = set(vocabulary(*terms).near(word, distance))
    assert found == (expected if len(word) > distance else set())


def test_a_pattern_stands_for_whole_words() -> None:
    words = vocabulary("kultur", "kulturen", "subkultur", "kult.ur")
    assert words.like("kultur*") == ["kultur", "kulturen"]
    assert words.like("*kultur") == ["kultur", "subkultur"]
    assert words.like("kult?r") == ["kultur"]
    assert words.like("kult.ur") == ["kult.ur"]
    assert words.like("***") == ["kult.ur", "kultur", "kulturen", "subkultur"]


def test_terms_with_a_prefix_come_with_their_pages() -> None:
    words = vocabulary("kultur", "kulturen", "verkehr")
    assert list(words.with_prefix("kult")) == [("kultur", 1), ("kulturen", 2)]
    assert list(words.with_prefix("z")) == []
    assert (words.count("verkehr"), words.count("verk")) == (3, 0)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("verkher", ["verkehr"]),
        ("kulturn", ["kulturen", "kultur"]),
        ("kulturen", ["kultur"]),
        ("kultur", []),
        ("xyz", []),
    ],
)
def test_suggestions_are_near_words_but_never_the_word_itself(
    typed: str, expected: list[str]
) -> None:
    assert vocabulary("kultur", "kulturen", "verkehr").suggest(typed) == expected


def test_an_empty_vocabulary_knows_nothing() -> None:
    empty = Vocabulary("", array("I"))
    assert empty.like("*") == []
    assert empty.near("kultur", 2) == []
    assert list(empty.with_prefix("")) == []


@pytest.mark.parametrize("pattern", ["*a" * 500 + "*b", "*" * 1_000 + "b", "*?" * 500 + "b"])
def test_hostile_patterns_end(pattern: str) -> None:
    assert vocabulary("a" * 60, "a" * 3_000, "kultur").like(pattern) == []


@given(st.text("ab*?", min_size=1, max_size=8), st.lists(st.text("ab", min_size=1, max_size=8)))
@settings(max_examples=300)
def test_patterns_match_as_file_names_do(pattern: str, terms: list[str]) -> None:
    expected = sorted({term for term in terms if fnmatchcase(term, pattern)})
    assert vocabulary(*terms).like(pattern) == (expected if terms else [])
