"""The relevance bench counts what it says it counts."""

from archiver.analysis import Analyzer, Lexicon
from bench.relevance import TestSet as Questions
from bench.relevance import as_query, plain_bm25, score

SET = Questions(
    docs={
        "a": "Die Stadtteilkultur wird gefördert.",
        "b": "Der Radweg an der Schule wird gebaut, der Radweg am Markt nicht.",
        "c": "Ein Radweg fehlt.",
    },
    titles={},
    queries={"1": "Wo fehlt ein Radweg?", "2": "Was wird aus der Kultur?", "3": "Und der Markt?"},
    relevant={"1": {"c"}, "2": {"a"}},
)


def test_scores_are_shares_of_the_judged_questions():
    perfect = score(SET, lambda question: ["c", "a"] if "Radweg" in question else ["a"])
    second = score(SET, lambda question: ["b", "a", "c"])
    assert (perfect.mrr, perfect.s1, perfect.s10) == (1, 1, 1)
    assert (second.mrr, second.s1, second.s10) == ((1 / 3 + 1 / 2) / 2, 0, 1)


def test_parts_of_compounds_find_what_stems_do_not():
    split = Analyzer(Lexicon.of(["stadt", "teil", "kultur"]))
    assert plain_bm25(SET, Analyzer())("Kultur") == []
    assert plain_bm25(SET, split)("Kultur") == ["a"]
    assert plain_bm25(SET, split)("Radweg fehlt")[0] == "c"


def test_a_question_loses_the_signs_of_the_query_language():
    assert as_query('Was heißt "A ODER B" (im Forum:2)?') == "Was heißt A oder B im Forum 2"
