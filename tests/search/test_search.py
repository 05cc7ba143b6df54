"""Searching: what is found in which unit, how it is shown and counted."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from archiver.errors import QueryError
from archiver.index import Index
from archiver.model import Answer, Document, Page
from archiver.search import locate, search, stream
from tests.index.forum import TODAY, Texts, document, put_all

Ask = Callable[..., Answer]


def page(number: int, text: str, **more: Any) -> Page:
    return Page(number=number, text=text, **more)


FORUM: list[tuple[Document, list[Page]]] = [
    (
        document(
            "s27",
            kind="session",
            title="27. Stadtteilforum: Wege durch Lindenau",
            media_type="text/html",
            sessions=(27,),
            held_on=date(2011, 9, 9),
            also_on=(date(2011, 11, 11),),
            topics=("Verkehr",),
            urls=("https://forum.example/27/",),
        ),
        [page(1, "Die Fußgängerübergänge an der Hauptstraße waren das Thema des Abends.")],
    ),
    (
        document(
            "p27",
            role="minutes",
            title="Protokoll der 27. Sitzung",
            sessions=(27,),
            held_on=date(2011, 9, 9),
            topics=("Verkehr",),
            groups=("AG Wege",),
            page_count=3,
        ),
        [
            page(1, "Begrüßung durch das Forum. Der runde Tisch tagte.", label="i"),
            page(2, "Das Güterverkehrskonzept wurde vorgestellt.", heading="Konzepte", label="1"),
            page(3, "Ein Verkehrsmittel allein genügt nicht. Anmerkung zum Haushalt."),
        ],
    ),
    (
        document(
            "p28",
            role="documentation",
            title="Dokumentation #28",
            sessions=(28,),
            held_on=date(2011, 10, 14),
            held_until=date(2011, 10, 16),
            topics=("Stadtteilkultur", "Offene Räume"),
            page_count=2,
        ),
        [
            page(1, "Stadtteilkultur braucht Räume. Die Kultur im Hof lebt."),
            page(2, "Tisch und Stuhl, runder als der Tisch zuvor. Kultur!", is_ocr=True),
        ],
    ),
    (
        document("report", title="Jahresbericht", site="plagwitz", page_count=1, language="en"),
        [page(1, "The meetings discussed culture and gardens.")],
    ),
    (
        document("scan", title="Plakat der Kulturnacht", status="image_only", page_count=1,
                 sessions=(30,), held_on=date(2012, 1, 20)),
        [page(1, "", is_image_only=True)],
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts(FORUM)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("index")
    put_all(folder, *FORUM, dead_links=2)
    with Index.open(folder) as opened:
        yield opened


@pytest.fixture
def ask(index: Index, texts: Texts) -> Ask:
    def answer(query: str, **options: Any) -> Answer:
        return search(index, query, read_page=texts, today=TODAY, **options)

    return answer


def found(answer: Answer) -> list[str]:
    """Return the pages of an answer as doc/number, sorted."""
    return sorted(
        f"{group.document.doc_id}/{hit.page_number}"
        for group in answer.groups
        for hit in group.hits
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Fußgänger", ["s27/1"]),
        ("Fussgaenger", ["s27/1"]),
        ("Foren", ["p27/1", "s27/1"]),
        ("Güterverkehr", ["p27/2"]),
        ("Kultur", ["p28/1", "p28/2"]),
        ("=Kultur", ["p28/1", "p28/2"]),
        ("=Stadtteilkultur", ["p28/1"]),
        ("Strasse", []),
        ("Hauptstrasse", ["s27/1"]),
        ('"runde Tisch"', ["p27/1"]),
        ('"Tisch runde"', []),
        ("Tis*", ["p27/1", "p28/2"]),
        ("*tisch", ["p27/1", "p28/2"]),
        ("T?sch", ["p27/1", "p28/2"]),
        ("Tich~1", ["p27/1", "p28/2"]),
        ("Kultur OR Konzept", ["p27/2", "p28/1", "p28/2"]),
        ("meeting", ["report/1"]),
        ("gardens -Kultur", ["report/1"]),
    ],
)
def test_words_are_found_in_their_forms_and_inside_compounds(
    ask: Ask, query: str, expected: list[str]
) -> None:
    assert found(ask(query, within="page")) == expected


def test_verkehr_is_not_found_by_a_query_for_another_compound_of_it(ask: Ask) -> None:
    assert found(ask("Verkehrskonzept", within="page")) == ["p27/2"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("session:28", ["p28/1", "p28/2"]),
        ("#28", ["p28/1", "p28/2"]),
        ("session:28..30", ["p28/1", "p28/2", "scan/1"]),
        ("date:2011-10", ["p28/1", "p28/2"]),
        ("date:2011-10-15", ["p28/1", "p28/2"]),
        ("date:2011-10-17", []),
        ("date:2011-11-11", ["s27/1"]),
        ("date:2011-11-10", []),
        ("date:..2011-09", ["p27/1", "p27/2", "p27/3", "s27/1"]),
        ("topic:Kultur", ["p28/1", "p28/2"]),
        ('topic:"offene Räume"', ["p28/1", "p28/2"]),
        ("topic:Offen*", ["p28/1", "p28/2"]),
        ("title:Protokoll", ["p27/1", "p27/2", "p27/3"]),
        ('title:"Protokoll der"', ["p27/1", "p27/2", "p27/3"]),
        ("title:Protokol~1", ["p27/1", "p27/2", "p27/3"]),
        ("group:Wege", ["p27/1", "p27/2", "p27/3"]),
        ("kind:session", ["s27/1"]),
        ("art:sitzung", ["s27/1"]),
        ("role:documentation", ["p28/1", "p28/2"]),
        ("type:html", ["s27/1"]),
        ("site:plagwitz", ["report/1"]),
        ("site:plag*", ["report/1"]),
        ("lang:en", ["report/1"]),
        ("page:2", ["p27/2", "p28/2"]),
        ("page:3..", ["p27/3"]),
        ("has:ocr", ["p28/2"]),
        ("url:/27/", ["s27/1"]),
        ("url:FORUM*/27", ["s27/1"]),
        ('url:"forum.example/?27"', []),
        ("captured:2026 -session:27..28", ["report/1", "scan/1"]),
        ("NOT session:27..30", ["report/1"]),
        ("topic:(Kultur OR Verkehr) page:1", ["p27/1", "p28/1", "s27/1"]),
        ("topic:(NOT Verkehr) kind:file page:1", ["p28/1", "report/1", "scan/1"]),
    ],
)
def test_conditions_on_fields_choose_pages(ask: Ask, query: str, expected: list[str]) -> None:
    assert found(ask(query)) == expected


def test_and_is_judged_in_the_page_the_document_or_the_sitting(ask: Ask) -> None:
    query = "Güterverkehrskonzept Haushalt"
    assert found(ask(query, within="page")) == []
    assert found(ask(query, within="document")) == ["p27/2", "p27/3"]
    across = "Güterverkehrskonzept Fußgängerübergänge"
    assert found(ask(across, within="document")) == []
    assert found(ask(across, within="session")) == ["p27/2", "s27/1"]


def test_not_is_true_of_a_unit_without_any_matching_page(ask: Ask) -> None:
    assert found(ask("Tisch NOT Kultur", within="document")) == ["p27/1"]
    assert found(ask("Tisch NOT Kultur", within="page")) == ["p27/1"]
    assert found(ask("Tisch NOT Haushalt", within="page")) == ["p27/1", "p28/2"]
    assert found(ask("Tisch NOT Haushalt", within="document")) == ["p28/2"]
    assert found(ask("Tisch NOT Fußgänger", within="session")) == ["p28/2"]
    assert found(ask("NOT Tisch kind:file")) == ["report/1", "scan/1"]


def test_filters_hold_for_each_page_shown_also_within_a_sitting(ask: Ask) -> None:
    across = "Konzept Forum role:minutes"
    assert found(ask(across, within="session")) == ["p27/1", "p27/2"]
    assert found(ask("Kultur page:2", within="session")) == ["p28/2"]


def test_a_field_inside_an_or_is_one_way_to_match(ask: Ask) -> None:
    assert found(ask("Tisch OR session:30")) == ["p27/1", "p28/2", "scan/1"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"Tisch runder"~2', ["p28/2"]),
        ('"Tisch runder"~1', []),
        ('"runder Tisch"~2', ["p28/2"]),
        ("=runder NEAR/3 =Tisch", ["p28/2"]),
        ("=Stuhl ADJ/2 =runder", ["p28/2"]),
        ("=runder ADJ/2 =Stuhl", []),
        ("Stuhl NEAR/2 Tisch", ["p28/2"]),
        ("Stuhl ADJ/2 Tisch", []),
        ("Räume ADJ/2 Kultur", ["p28/1"]),
        ("Kultur NEAR/1 Hof", []),
        ("Kultur NEAR/2 Hof", ["p28/1"]),
        ('"runde Tisch" NEAR/1 tagte', ["p27/1"]),
        ("run* ADJ/1 Tisch", ["p27/1"]),
    ],
)
def test_nearness_is_counted_in_words(ask: Ask, query: str, expected: list[str]) -> None:
    assert found(ask(query)) == expected


@pytest.mark.parametrize("query", ['"Tisch runder"~1', "Kultur NEAR/1 Hof", "Räume ADJ/1 Hof"])
def test_nearness_is_judged_without_reading_pages(index: Index, query: str) -> None:
    nothing = Texts([])
    assert search(index, query, read_page=nothing, today=TODAY).total == 0
    assert nothing.read == []


def test_stop_words_are_dropped_with_a_note_unless_alone_or_quoted(ask: Ask) -> None:
    answer = ask("der Tisch", within="page")
    assert found(answer) == ["p27/1", "p28/2"]
    assert answer.notes == ("left out, because they say too little: der (quote or = keeps them)",)
    assert found(ask("der", within="page")) == ["p27/1", "p28/2", "s27/1", "scan/1"]
    assert found(ask('"der runde"', within="page")) == ["p27/1"]


def test_a_stop_word_that_is_asked_for_is_found_as_typed(ask: Ask) -> None:
    assert found(ask("im", within="page")) == ["p28/1"]
    assert found(ask("durch lindenau", within="page")) == ["s27/1"]
    assert found(ask("durch", within="page")) == ["p27/1", "s27/1"]
    assert found(ask("der NEAR/1 runde", within="page")) == ["p27/1"]
    assert found(ask("title:dere")) == []  # its stem is "der"
    assert found(ask("title:der")) == ["p27/1", "p27/2", "p27/3", "scan/1"]


def test_a_stop_word_of_a_heading_is_found(tmp_path: Path) -> None:
    forum = [(document("plan"), [page(1, "Der Verkehr nahm zu.", heading="Wohin damit?")])]
    put_all(tmp_path / "index", *forum)
    with Index.open(tmp_path / "index") as index:
        assert found(search(index, "wohin", read_page=Texts(forum), today=TODAY)) == ["plan/1"]


def test_the_numbers_of_a_day_apart_are_not_the_day(tmp_path: Path) -> None:
    forum = [
        (document("day"), [page(1, "Am 14. Oktober 2011 tagte der Beirat.")]),
        (document("numbers"), [page(1, "Von 14 Anträgen des Jahres 2011 blieben 10.")]),
    ]
    put_all(tmp_path / "index", *forum)
    with Index.open(tmp_path / "index") as index:
        answer = search(index, "14.10.2011", read_page=Texts(forum), today=TODAY)
    assert found(answer) == ["day/1"]


def test_words_of_other_languages_are_found_by_german_stems(tmp_path: Path) -> None:
    forum = [
        (document("fr", language="fr"), [page(1, "Les associations du quartier.")]),
        (document("en", language="en"), [page(1, "The meetings of the quarter.")]),
    ]
    put_all(tmp_path / "index", *forum)
    with Index.open(tmp_path / "index") as index:
        answer = search(index, "association", read_page=Texts(forum), today=TODAY)
    assert found(answer) == ["fr/1"]


def test_any_word_finds_pages_with_one_of_the_words_the_more_the_better(ask: Ask) -> None:
    query = "Wo wurde das Güterverkehrskonzept im Haushalt mit Gemüse vorgestellt"
    assert found(ask(query)) == []
    answer = ask(query, any_word=True)
    assert [hit.page_number for hit in answer.groups[0].hits][:2] == [2, 3]
    assert answer.groups[0].document.doc_id == "p27"
    assert found(ask("Haushalt Konzept #28", any_word=True)) == []


def test_hits_are_grouped_by_document_with_exact_totals(ask: Ask) -> None:
    answer = ask("Kultur OR Tisch", pages_per_document=1)
    assert (answer.total, answer.documents) == (3, 2)
    assert [(g.document.doc_id, len(g.hits), g.matching_pages) for g in answer.groups] == [
        ("p28", 1, 2),
        ("p27", 1, 1),
    ]
    assert [hit.rank for group in answer.groups for hit in group.hits] == [1, 2]
    second = ask("Kultur OR Tisch", pages_per_document=1, limit=1, offset=1)
    assert (second.total, second.documents) == (3, 2)
    assert [hit.rank for group in second.groups for hit in group.hits] == [2]


def test_titles_topics_and_images_are_found_though_the_text_is_silent(ask: Ask) -> None:
    answer = ask("Kulturnacht")
    assert found(answer) == ["scan/1"]
    assert answer.groups[0].hits[0].snippets == ()


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("date", ["p27", "s27", "p28", "scan", "report"]),
        ("-date", ["scan", "p28", "p27", "s27", "report"]),
        ("session", ["p27", "s27", "p28", "scan", "report"]),
    ],
)
def test_documents_can_be_sorted_by_date_and_session(
    ask: Ask, sort: str, expected: list[str]
) -> None:
    assert [group.document.doc_id for group in ask("*", sort=sort).groups] == expected


def test_facets_count_matching_pages(ask: Ask) -> None:
    facets = {facet.field: facet.values for facet in ask("Tisch OR Kultur OR Fußgänger").facets}
    assert [(v.value, v.count) for v in facets["session"]] == [("27", 2), ("28", 2)]
    assert [(v.value, v.count) for v in facets["year"]] == [("2011", 4)]
    assert [(v.value, v.count) for v in facets["topic"]] == [
        ("Offene Räume", 2),
        ("Stadtteilkultur", 2),
        ("Verkehr", 2),
    ]
    assert [(v.value, v.count) for v in facets["kind"]] == [("file", 3), ("session", 1)]
    assert [(v.value, v.count) for v in facets["group"]] == [("AG Wege", 1)]
    assert [(v.value, v.count) for v in facets["site"]] == [("lindenau", 4)]
    assert ask("Tisch", facets=False).facets == ()


def test_every_answer_tells_its_coverage(ask: Ask) -> None:
    coverage = ask("nirgends").coverage
    assert coverage.sessions_known == 3
    assert coverage.sessions_missing == (29,)
    assert (coverage.documents, coverage.pages, coverage.files) == (5, 8, 4)
    assert (coverage.image_only_files, coverage.image_only_pages) == (1, 1)
    assert (coverage.unreadable_files, coverage.dead_links) == (0, 2)


def test_an_unknown_word_gets_suggestions_as_they_are_written(ask: Ask) -> None:
    assert ask("Haushlat").suggestions == ("Haushalt",)
    assert ask("Haupststrasse").suggestions == ("Hauptstraße",)
    assert ask("Xyzzyquux").suggestions == ()
    assert ask("Tisch").suggestions == ()


def test_the_answer_names_query_meaning_and_generation(ask: Ask, index: Index) -> None:
    answer = ask("thema:kultur #28")
    assert answer.query == "thema:kultur #28"
    assert answer.normalised == "topic:kultur AND session:28"
    assert answer.generation == index.generation


def test_a_hit_names_page_label_section_and_ocr(ask: Ask) -> None:
    hit = ask("Güterverkehrskonzept").groups[0].hits[0]
    assert (hit.page_number, hit.page_label, hit.section) == (2, "1", "Konzepte")
    assert hit.hit_id == "c-p27-p2-4"
    assert not hit.is_ocr
    assert ask("Stuhl").groups[0].hits[0].is_ocr


def test_a_hit_id_leads_back_to_its_place(index: Index, texts: Texts) -> None:
    place = locate(index, "c-p27-p2-4", read_page=texts)
    assert place is not None
    one, its_page, start = place
    assert (one.doc_id, its_page.number) == ("p27", 2)
    assert its_page.text[start:].startswith("Güterverkehrskonzept")
    for gone in ("c-p27-p9-0", "c-none-p1-0", "c-p27-p2", "nonsense", "c-p27-p²-0"):
        assert locate(index, gone, read_page=texts) is None


def test_a_stream_gives_every_hit_once_in_the_same_order(index: Index, texts: Texts) -> None:
    def hits(**options: Any) -> list[tuple[str, int, int]]:
        found = stream(index, "Tisch OR Kultur", read_page=texts, today=TODAY, **options)
        return [(one.doc_id, hit.page_number, hit.rank) for one, hit in found]

    assert hits(sort="date") == [("p27", 1, 1), ("p28", 1, 2), ("p28", 2, 3)]
    assert hits() == hits()
    assert sorted(name for name, _, _ in hits()) == ["p27", "p28", "p28"]


def test_a_stream_refuses_a_wrong_query_before_the_first_hit(index: Index, texts: Texts) -> None:
    with pytest.raises(QueryError):
        stream(index, "(Tisch", read_page=texts, today=TODAY)


def test_saved_searches_are_put_in_their_place(ask: Ask) -> None:
    saved = {"kultur": "topic:Kultur", "loop": "query:loop"}
    assert found(ask("query:kultur Tisch", saved=saved)) == ["p28/2"]
    with pytest.raises(QueryError, match="no saved search `verkehr`") as raised:
        ask("Tisch query:verkehr", saved=saved)
    assert raised.value.position == 6
    with pytest.raises(QueryError, match="name each other"):
        ask("query:loop", saved=saved)


def test_a_pattern_for_too_many_words_is_an_error_with_its_place(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archiver.search.leaves.MAX_EXPANSIONS", 3)
    with pytest.raises(QueryError, match="words match, 3 are allowed") as raised:
        ask("Tisch *e*")
    assert raised.value.position == 6


def test_many_patterns_are_refused_before_they_take_long(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    patterns = " OR ".join(f"wor{letter}~" for letter in "abcdefgh")
    assert ask(patterns).total == 0
    monkeypatch.setattr("archiver.search.leaves._SCANNED_LETTERS", 1_000)
    with pytest.raises(QueryError, match="more than 4 patterns take too long") as raised:
        ask(patterns)
    assert raised.value.position == 4 * len("wora~ OR ")
    assert ask(" OR ".join(["wora~"] * 8)).total == 0
    assert ask(" OR ".join(f"{letter}x*" for letter in "abcdefgh")).total == 0


def test_patterns_that_stand_for_too_many_words_together_are_refused(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archiver.search.leaves._ALL_EXPANSIONS", 10)
    with pytest.raises(QueryError, match="more than 10 words match the patterns") as raised:
        ask("d* OR *e*")
    assert raised.value.position == 6


def test_sittings_of_one_number_in_different_years_are_kept_apart(tmp_path: Path) -> None:
    numbered = [
        (document("a", sessions=(1,), held_on=date(2014, 1, 8)), [page(1, "Ampel")]),
        (document("b", sessions=(1,), held_on=date(2015, 1, 7)), [page(1, "Brücke")]),
        (document("c", sessions=(1,), held_on=date(2015, 1, 7)), [page(1, "Chor")]),
        (document("d", sessions=(2,), captured_at=datetime(2026, 1, 1, tzinfo=UTC)),
         [page(1, "Dach")]),
    ]  # fmt: skip
    put_all(tmp_path, *numbered)
    texts = Texts(numbered)
    with Index.open(tmp_path) as index:
        apart = search(index, "Ampel Brücke", read_page=texts, today=TODAY, within="session")
        together = search(index, "Chor Brücke", read_page=texts, today=TODAY, within="session")
        assert (apart.total, together.total) == (0, 2)
        assert index.coverage.sessions_known == 3


def test_shared_minutes_belong_to_both_sittings(tmp_path: Path) -> None:
    shared = [
        (document("m", sessions=(9, 10), held_on=date(2017, 10, 19)), [page(1, "Markt")]),
        (document("n", sessions=(9,), held_on=date(2017, 10, 19)), [page(1, "Neun")]),
        (document("o", sessions=(10,), held_on=date(2017, 10, 19)), [page(1, "Zehn")]),
    ]
    put_all(tmp_path, *shared)
    texts = Texts(shared)
    with Index.open(tmp_path) as index:
        for query, total in (("Markt Neun", 2), ("Markt Zehn", 2), ("Neun Zehn", 0)):
            answer = search(index, query, read_page=texts, today=TODAY, within="session")
            assert answer.total == total, query
