"""Texts are compared by their outlines: the same words, nearly the same, or neither."""

from hypothesis import given
from hypothesis import strategies as st

from archiver.model import Extraction, Outline, Page
from archiver.update.outline import near_duplicates, outline_of, resemblance, with_outline

WORDS = [f"wort{number}" for number in range(400)]


def outline(words: list[str]) -> Outline:
    return outline_of([Page(1, " ".join(words))])


def test_an_outline_counts_pages_and_pictures() -> None:
    found = outline_of([Page(1, "Grüne Höfe"), Page(2, "", is_image_only=True)])
    assert (found.page_count, found.image_only_pages, found.characters) == (2, 1, 12)


def test_a_text_of_nothing_has_no_text_digest() -> None:
    assert outline_of([]).text_digest == ""
    assert outline_of([Page(1, "")]).text_digest == ""
    assert outline_of([]).sketch == ()


def test_an_outline_is_made_once() -> None:
    known = Outline(7, "sha256:a", "sha256:b", 1000)
    extraction = Extraction("ok", "text/plain", "text 1", outline=known)
    assert with_outline(extraction).outline is known


def test_lone_surrogates_of_broken_fonts_stop_nothing() -> None:
    assert outline(["B\udcffger", "forum"]).text_digest.startswith("sha256:")


def test_texts_with_a_letter_head_more_are_near() -> None:
    outlines = {"page": outline(WORDS), "file": outline(["Kopf", "Datum", *WORDS])}
    assert near_duplicates(outlines) == {"page": ("file",), "file": ("page",)}


def test_texts_that_share_a_quarter_are_not_near() -> None:
    other = [*WORDS[:100], *(f"anders{number}" for number in range(300))]
    assert near_duplicates({"one": outline(WORDS), "two": outline(other)}) == {}


def test_short_texts_are_near_to_nothing() -> None:
    assert near_duplicates({"one": outline(WORDS[:3]), "two": outline(WORDS[:3])}) == {}


def test_a_form_that_many_fill_in_relates_none_of_them() -> None:
    outlines = {str(number): outline(WORDS) for number in range(40)}
    assert near_duplicates(outlines) == {}


@given(st.integers(0, 400))
def test_resemblance_follows_the_share_of_common_words(shared: int) -> None:
    other = [*WORDS[:shared], *(f"anders{number}" for number in range(400 - shared))]
    true = shared / (800 - shared)
    assert abs(resemblance(outline(WORDS).sketch, outline(other).sketch) - true) < 0.2
