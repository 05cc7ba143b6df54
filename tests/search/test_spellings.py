"""One thing written in several ways is found in each, as words, as a phrase, and marked whole."""

import pytest

from archiver.index import Index
from archiver.index.engines import ENGINES
from archiver.search import search
from tests.index.forum import TODAY, Texts, document, pages, put_all

SAME = [
    ["nach § 7 a der Satzung", "nach §7a der Satzung", "nach § 7A der Satzung"],
    ["die §§ 7 bis 9 gelten", "die §§ 7–9 gelten", "die §§ 7 - 9 gelten"],
    ["nach Abs. 2 Satz 1", "nach Absatz 2 Satz 1", "nach Abs.2 Satz 1"],
    ["laut Art. 3 des Vertrags", "laut Artikel 3 des Vertrags", "laut Art.3 des Vertrags"],
    ["unter Nr. 5 steht", "unter Nummer 5 steht", "unter Nr.5 steht"],
    ["kostet 1.500 Euro im Jahr", "kostet 1500 € im Jahr", "kostet 1 500 EUR im Jahr",
     "kostet 1.500,00 € im Jahr", "kostet 1\u00a0500 Euro im Jahr"],
    ["um 50 % gesunken", "um 50% gesunken", "um 50 Prozent gesunken"],
    ["auf 120 m² Fläche", "auf 120 Quadratmeter Fläche"],
    ["rund 2 Mio. Euro", "rund 2 Millionen Euro"],
    ["in der Langen Str. wohnen", "in der Langen Straße wohnen", "in der Langen Strasse wohnen"],
    ["am Abend, 14. Oktober 2011", "am Abend, 14.10.2011",
     "am Abend, 14. Okt. 2011", "am Abend, 2011-10-14", "am Abend, 14.Oktober 2011"],
    ["am Abend, 1. März 2012", "am Abend, 1.3.2012", "am Abend, 01.03.2012"],
]  # fmt: skip
PAIRS = [(typed, text) for group in SAME for typed in group for text in group]


@pytest.fixture(scope="module", params=ENGINES)
def index(request, tmp_path_factory):
    texts = list(dict.fromkeys(text for group in SAME for text in group))
    texts += [
        "nach § 7 a. F. und b",
        "nach § 5 an der Ecke",
        "30 500 Bäume",
        "am 14. November 2011",
        "Markt am 3. Mai",
        "Markt am 3.5.1998",
        "Markt um 3 im Mai",
        "Das QM tagt, 90 Quadratmeter.",
        "Quartiersmanagement vor Ort",
    ]
    made = [(document(f"d{n}", title="Blatt"), pages(text)) for n, text in enumerate(texts)]
    folder = tmp_path_factory.mktemp("index") / "of"
    put_all(folder, *made, engine=request.param)
    with Index.open(folder) as opened:
        yield opened, Texts(made), {f"d{n}": text for n, text in enumerate(texts)}


def found(index, query):
    opened, read, texts = index
    answer = search(opened, query, read_page=read, today=TODAY, limit=50)
    return {
        texts[group.document.doc_id]: [
            snippet.text[start:end]
            for hit in group.hits
            for snippet in hit.snippets
            for start, end in snippet.spans
        ]
        for group in answer.groups
    }


@pytest.mark.parametrize("group", SAME, ids=lambda group: group[0])
def test_every_spelling_finds_every_other(index, group: list[str]) -> None:
    for typed in group:
        assert set(found(index, typed)) == set(group), typed


@pytest.mark.parametrize("group", SAME, ids=lambda group: group[0])
def test_between_quotes_too(index, group: list[str]) -> None:
    for typed in group:
        assert set(found(index, f'"{typed}"')) == set(group), typed


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("§7a", "nach § 7 a der Satzung", ["§ 7 a"]),
        ('"§ 7a"', "nach § 7 a der Satzung", ["§ 7 a"]),
        ("14.10.2011", "am Abend, 14. Oktober 2011", ["14. Oktober 2011"]),
        ('"14.10.2011"', "am Abend, 14. Oktober 2011", ["14. Oktober 2011"]),
        ("14. Oktober 2011", "am Abend, 14.10.2011", ["14.10.2011"]),
        ("Oktober", "am Abend, 14. Oktober 2011", ["Oktober"]),
        ("1500 Euro", "kostet 1 500 EUR im Jahr", ["1 500", "EUR"]),
        ("Artikel 3", "laut Art. 3 des Vertrags", ["Art", "3"]),
        ("Prozent", "um 50% gesunken", ["%"]),
        ("Quadratmeter", "auf 120 m² Fläche", ["m²"]),
        ("Straße", "in der Langen Str. wohnen", ["Str"]),
    ],
)
def test_what_is_found_is_marked_as_it_is_written(
    index, query: str, text: str, marked: list[str]
) -> None:
    assert found(index, query)[text] == marked


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("§ 7", "nach § 7 a der Satzung"),
        ("§ 7a", "nach § 7 a. F. und b"),
        ("§ 5a", "nach § 5 an der Ecke"),
        ("30500", "30 500 Bäume"),
        ("500", "kostet 1.500 Euro im Jahr"),
        ("14.10.2011", "am 14. November 2011"),
        ('"7 bis 8"', "die §§ 7–9 gelten"),
    ],
)
def test_what_is_something_else_is_not_found(index, query: str, text: str) -> None:
    assert text not in found(index, query)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("§ 8", "die §§ 7 bis 9 gelten"),
        ("§ 9", "die §§ 7 - 9 gelten"),
        ("und", "nach § 7 a. F. und b"),
        ("=b", "nach § 7 a. F. und b"),
        ("=an", "nach § 5 an der Ecke"),
        ("=500", "30 500 Bäume"),
    ],
)
def test_no_word_is_lost(index, query: str, text: str) -> None:
    assert text in found(index, query)


@pytest.mark.parametrize("typed", ["3. Mai", "am 3. Mai,", "3.Mai", "03. Mai"])
def test_a_day_without_a_year_is_found_in_each_spelling_and_every_year(index, typed: str) -> None:
    assert found(index, typed) == {
        "Markt am 3. Mai": ["3. Mai"],
        "Markt am 3.5.1998": ["3.5.1998"],
    }


def test_what_else_a_short_form_may_mean_is_told_where_the_archive_has_it(index) -> None:
    opened, read, _ = index
    answer = search(opened, "QM", read_page=read, today=TODAY)
    assert answer.total == 1
    (note,) = answer.notes
    what, _, either = note.partition(": ")
    assert what == "QM is found as written – what it may be short for is here, too"
    assert either == "QM ODER Quadratmeter ODER Quartiersmanagement"
    for query in ("HA", "=QM", "qm", "QM ODER Quadratmeter ODER Quartiersmanagement"):
        assert search(opened, query, read_page=read, today=TODAY).notes == ()


@pytest.mark.parametrize("query", ["Stra?e", "M?rz", "thema:M?rz"])
def test_a_question_mark_stands_for_an_umlaut_and_sharp_s_too(tmp_path, query: str) -> None:
    made = [
        (document("a", topics=("Der März",)), pages("Die Straße im März.")),
        (document("b", topics=("Der Marz",)), pages("Die Strase, Marz.")),
        (document("c", topics=("Die Merze",)), pages("Strafe, Stratte, Mrz, Moorz.")),
    ]
    put_all(tmp_path, *made)
    with Index.open(tmp_path) as opened:
        answer = search(opened, query, read_page=Texts(made), today=TODAY)
    found = sorted(group.document.doc_id for group in answer.groups)
    assert found == (["a", "b", "c"] if query == "Stra?e" else ["a", "b"])
