"""The lexicon file holds its words, and says so when it is not whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.analysis import Lexicon, compile_lexicon
from archiver.analysis.compounds import all_parts, split
from archiver.analysis.lexicon import german_words
from archiver.errors import DamagedGenerationError


@pytest.fixture(scope="module")
def german():
    return Lexicon.of(german_words())


@settings(deadline=None)
@given(st.sets(st.text(min_size=1, max_size=12)), st.text(max_size=12))
def test_it_holds_exactly_its_words(words, other):
    words = {word.encode("utf-8", "ignore").decode() for word in words} - {""}
    lexicon = Lexicon.of(words)
    assert len(lexicon) == len(words)
    assert all(word in lexicon for word in words)
    assert (other in lexicon) == (other in words)


def test_it_survives_a_file(tmp_path):
    path = tmp_path / "lexicon"
    assert Lexicon.write(path, ["kultur", "stadt", "kultur"]) == 2
    lexicon = Lexicon.open(path)
    assert "kultur" in lexicon
    assert "kult" not in lexicon


def test_the_same_words_give_the_same_bytes(tmp_path):
    Lexicon.write(tmp_path / "a", ["a", "b", "c"])
    Lexicon.write(tmp_path / "b", ["c", "b", "a", "a"])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("cut", [0, 1, 19, 20, 100, -1])
def test_a_truncated_file_is_refused(tmp_path, cut):
    path = tmp_path / "lexicon"
    compile_lexicon(path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(DamagedGenerationError, match="lexicon"):
        Lexicon.open(path)


def test_it_answers_the_same_however_often_it_is_asked(tmp_path):
    path = tmp_path / "lexicon"
    compile_lexicon(path)
    words = german_words()
    known = set(words)
    asked = [*words[::10], *(f"{word}x" for word in words[::10])]
    lexicon = Lexicon.open(path)
    right = [word in known for word in asked]
    assert [[word in lexicon for word in asked] for _ in range(2)] == [right, right]


def test_a_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "lexicon"
    path.write_bytes(b"x" * 100)
    with pytest.raises(DamagedGenerationError, match="not a lexicon"):
        Lexicon.open(path)
    with pytest.raises(DamagedGenerationError, match="cannot open"):
        Lexicon.open(tmp_path / "absent")


def test_damaged_places_are_refused_not_read(tmp_path):
    path = tmp_path / "lexicon"
    Lexicon.write(path, ["kultur"])
    data = bytearray(path.read_bytes())
    data[20:32] = b"\xff" * 12  # every slot points far behind the end
    path.write_bytes(data)
    with pytest.raises(DamagedGenerationError, match="damaged"):
        _ = "kultur" in Lexicon.open(path)


def test_the_words_of_the_package_are_folded_sorted_and_long_enough():
    words = german_words()
    assert len(words) > 40_000
    assert words == sorted(set(words))
    assert all(word.strip("-").isascii() for word in words)
    short = [word for word in words if len(word.strip("-")) < 4]
    assert short == ["-amt", "-bad", "-bau", "-bus", "-rad", "-rat", "-weg", "bau-", "bus-", "rad-"]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("buergerbeteiligung", "buerger beteiligung"),
        ("bebauungsplan", "bebauungs plan"),
        ("flaechennutzungsplan", "flaechen nutzung plan"),
        ("oeffentlichkeitsarbeit", "oeffentlichkeit arbeit"),
        ("kindergarten", "kinder garten"),
        ("mehrgenerationenhaus", "mehr generationen haus"),
        ("strassenbeleuchtung", "strassen beleuchtung"),
        ("verkehrsberuhigung", "verkehrs beruhigung"),
        ("nachbarschaftshilfe", "nachbarschaft hilfe"),
        ("wohnungsbaugesellschaft", "wohnungsbau gesellschaft"),
        ("bezirksamt", "bezirks amt"),
        ("bauausschuss", "bau ausschuss"),
        ("stadtrat", "stadt rat"),
        ("bauamt", "bau amt"),
        ("radweg", "rad weg"),
        ("anwesenheitsliste", "anwesenheit liste"),
        ("foerderprogramm", "foerder programm"),
        ("behindertenbeirat", "behinderten beirat"),
        ("heirat", ""),
        ("vorrat", ""),
        ("radius", ""),
        ("bauern", ""),
        ("umbau", ""),
        ("moderat", ""),
        ("heidelberg", ""),
        ("interessen", ""),
        ("minister", ""),
        ("generationen", ""),
        ("uebergang", ""),
        ("guetersloh", ""),
        ("magdeburg", ""),
        ("gesellschaft", ""),
        ("vereinbarung", ""),
        ("veranstaltungen", ""),
        ("lehrerinnen", ""),
        ("unterstuetzung", ""),
        ("technischen", ""),
        ("beispielhaft", ""),
    ],
)
def test_german_words_are_split_or_left_whole(german, word, parts):
    assert split(word, german) == parts.split()


def test_a_long_word_of_many_parts_stays_bounded():
    words = {"aaaa"}
    assert split("a" * 60, words) == []
    assert split("a" * 20, words) == ["aaaa"] * 5
    assert len(all_parts("a" * 20, words)) <= 13
