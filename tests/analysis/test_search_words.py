"""What a query word must and must not find, in the index and in the query alike."""

import pytest

from archiver.analysis import Analyzer, Lexicon
from archiver.analysis.lexicon import german_words


@pytest.fixture(scope="module")
def analyzer():
    return Analyzer(Lexicon.of(german_words()))


def finds(analyzer, query, text, language="de"):
    indexed = set(analyzer.stem_words(text, language))
    return any(indexed.issuperset(terms) for terms in analyzer.query_terms(query, language))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Auto", "Autos"),
        ("Kita", "Kitas"),
        ("Ministerien", "Ministerium"),
        ("Ministerium", "die Ministerien"),
        ("Fußgänger", "Fußgängerübergänge"),
        ("Güterverkehr", "Güterverkehrskonzept"),
        ("Verkehrskonzept", "Güterverkehrskonzept"),
        ("Forum", "Foren"),
        ("Forum", "Bürgerforen"),
        ("Thema", "Themen"),
        ("Zentrum", "Jugendzentren"),
        ("Gremium", "Gremien"),
        ("Museum", "Museen"),
        ("Kriterium", "Kriterien"),
        ("Stadtteil", "Stadtteilkultur"),
        ("Kultur", "Stadtteilkultur"),
        ("Teilkultur", "Stadtteilkultur"),
        ("Strasse", "Straße"),
        ("Straße", "Strassen"),
        ("Buergerbeteiligung", "Bürgerbeteiligung"),
        ("Bürgerbeteiligung", "die Buergerbeteiligung"),
        ("Beteiligung", "Bürgerbeteiligungen"),
        ("Bürgerbeteiligung", "Beteiligung der Bürger"),
        ("Stadtteilkultur", "Stadtteil-Kultur"),
        ("Stadtteil-Kultur", "Stadtteilkultur"),
        ("Kultur", "Stadtteil-Kultur"),
        ("A7-Deckel", "Deckel der A7"),
        ("Bürger", "Bürger*innen"),
        ("Bürgerinnen", "Bürger*innen"),
        ("Bürger:innen", "Bürgerinnen"),
        ("Bürger", "BürgerInnen"),
        ("Spielplatz", "SPIELPLÄTZE"),
        ("Schule", "Schulen"),
        ("Stadtteil", "Stadt\xadteil"),
        ("Übergang", "U\u0308berga\u0308nge"),
        ("Ergebnis", "Ergebnisse"),
        ("2011/2012", "im Haushalt 2011/2012"),
        ("2012", "im Haushalt 2011/2012"),
        ("§28", "nach § 28 der Satzung"),
        ("§ 7a", "nach § 7 a und b"),
        ("§ 7 a", "nach §7a"),
        ("§ 7a", "nach § 7 a. Die Gebühr"),
        ("§ 7a", "nach §\n7 a"),
        ("§ 9", "die §§ 7, 8 und 9 gelten"),
        ("§ 8", "die §§ 7 bis 9 gelten"),
        ("§ 9", "die §§ 7–9 gelten"),
        ("§§ 7 bis 9", "die §§ 7-9 gelten"),
        ("Absatz", "nach Abs. 2"),
        ("Artikel", "laut Art. 3"),
        ("Art. 12a", "laut Artikel 12 a"),
        ("Nummer", "unter Nr. 5"),
        ("1500", "kostet 1.500 Euro"),
        ("1.500", "kostet 1500,00 €"),
        ("1.500", "kostet 1 500 €"),
        ("1.500.000", "kostet 1 500 000 Euro"),
        ("1500", "mit 1\u00a0500 Bäumen"),
        ("Euro", "kostet 5 €"),
        ("€", "kostet 5 EUR"),
        ("50%", "um 50 Prozent"),
        ("m²", "auf 50 Quadratmetern"),
        ("Hauptstraße", "in der Hauptstr. 5"),
        ("14.10.2011", "am 14. Oktober 2011"),
        ("14. Oktober 2011", "am 14.10.2011"),
        ("14. Oktober 2011", "am 14.\nOktober 2011"),
        ("14. Oktober 2011", "im Oktober 2011, am 14."),
        ("01.03.2012", "am 1. März 2012"),
        ("14.10.2011", "am 14.10.11"),
        ("2011-10-14", "am 14. Okt. 2011"),
        ("Oktober", "am 14. Oktober 2011"),
        ("§ 28", "nach §28 der Satzung"),
        ("14.10.2011", "am 14.10.2011."),
        ("Abs.2", "nach Abs. 2 Satz 1"),
        ("Abs.", "nach Abs.2"),
        ("14.Oktober", "am 14. Oktober 2011"),
        ("Müllers", "Herr Müller"),
        ("Weg", "der Radweg"),
        ("Amt", "Bezirksämter"),
        ("Bauausschuss", "Ausschuss für den Bau"),
        ("post@forum.example", "an post@forum.example,"),
        ("forum.example", "siehe https://forum.example/a/b.pdf."),
    ],
)
def test_must_find(analyzer, query, text):
    assert finds(analyzer, query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("gut", "Gütersloh"),
        ("gut", "Güterverkehr"),
        ("Güter", "gut"),
        ("Bürger", "Burg"),
        ("Burg", "Bürgerinnen und Bürger"),
        ("Burg", "Magdeburg"),
        ("Verkehrskonzept", "Verkehrsmittel"),
        ("gang", "Übergang"),
        ("Gang", "Übergang"),
        ("Fördern", "Forderung"),
        ("Förderung", "Forderung"),
        ("zahlen", "zählen"),
        ("drucken", "drücken"),
        ("Bau", "Bäuerin"),
        ("Essen", "Interessen"),
        ("Rat", "Beratung"),
        ("Rat", "moderat"),
        ("Rat", "Heirat"),
        ("Weg", "bewegen"),
        ("Bau", "Bauern"),
        ("Müll", "Frau Müller"),
        ("Becken", "Herr Becker"),
        ("Berg", "Heidelberg"),
        ("Haft", "vorteilhaft"),
        ("2013", "im Haushalt 2011/2012"),
        ("28", "§ 281"),
        ("§ 7", "nach § 7 a"),
        ("§ 7a", "nach § 7 a. F. der Satzung"),
        ("§ 5a", "nach § 5 an der Straße"),
        ("§ 3f", "§ 3 f. der Satzung"),
        ("§ 7a", "nach § 7 a) und b)"),
        ("§ 10", "die §§ 7 bis 9 gelten"),
        ("Artikel", "in dieser Art 3 Bäume"),
        ("500", "kostet 1.500 Euro"),
        ("30500", "30 500 Bäume"),
        ("14.10.2011", "am 14. November 2011"),
        ("14.10.2011", "am 14. Oktober, 2011 Bäume"),
    ],
)
def test_must_not_find(analyzer, query, text):
    assert not finds(analyzer, query, text)


@pytest.mark.parametrize("word", ["neue", "Poet", "aktuell", "Quelle", "Mauer", "zoe", "Israel"])
def test_two_letters_that_are_no_umlaut_are_kept_in_exact(word):
    assert Analyzer().exact_words(word) == [word.lower()]


def test_schon_and_schoen_stay_apart():
    analyzer = Analyzer()
    assert analyzer.exact_words("schon schön schoen") == ["schon", "schoen", "schoen"]
    assert analyzer.query_terms("schon") != analyzer.query_terms("schön")


def test_english_is_stemmed_as_english(analyzer):
    assert finds(analyzer, "meeting", "The meetings of the councils", "en")
    assert analyzer.stem_words("councils", "en") == ["council"]


def test_without_a_lexicon_nothing_is_split():
    analyzer = Analyzer()
    assert analyzer.stem_words("Stadtteilkultur") == ["stadtteilkultur"]
    assert analyzer.query_terms("Stadtteilkultur") == (("stadtteilkultur",),)


def test_the_parts_of_one_query_word_are_all_demanded(analyzer):
    assert analyzer.query_terms("Güterverkehrskonzept") == (
        ("guterverkehrskonzept",),
        ("guet", "verkehr", "konzept"),
    )


def test_stop_words_are_known_per_language():
    analyzer = Analyzer()
    assert analyzer.is_stop_word("Für")
    assert not analyzer.is_stop_word("Bürger")
    assert analyzer.is_stop_word("the", "en")
    assert not analyzer.is_stop_word("the", "de")


def test_stop_words_have_no_stems_but_stand_in_exact_and_around_the_text(analyzer):
    text = "Die Kultur und der Vor-Ort-Termin"
    assert analyzer.stem_words(text) == ["kultur", "vororttermin", "ort", "termin"]
    assert [term.term for term in analyzer.stem(text)] == analyzer.stem_words(text)
    assert analyzer.exact_words(text) == ["die", "kultur", "und", "der", "vor", "ort", "termin"]
    assert analyzer.line_around("Wohin mit dem Verkehr?") == "verkehr =wohin =mit =dem"


def test_a_stop_word_is_one_in_its_language_only():
    analyzer = Analyzer()
    assert analyzer.stem_words("die die", "en") == ["die", "die"]
    assert analyzer.stem_words("the forum", "de") == ["the", "forum"]
    assert analyzer.query_terms("die") == ()
    assert analyzer.query_terms("die", "en") == (("die",),)
    assert analyzer.around_terms("Für") == (("=fuer",),)


def test_a_stop_word_is_no_part_of_what_a_hyphened_word_asks_for():
    analyzer = Analyzer()
    assert analyzer.query_terms("Vor-Ort-Termin") == (("vororttermin",), ("ort", "termin"))
    assert analyzer.query_terms("die Foren") == (("forum",),)


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        *(("Alben", "Album"), ("Dramen", "Drama"), ("Viren", "Virus"), ("Radien", "Radius")),
        *(("Bauten", "Bau"), ("Busse", "Bus"), ("Säle", "Saal"), ("Konten", "Konto")),
        *(("Risiken", "Risiko"), ("Praktika", "Praktikum"), ("Stadien", "Stadion")),
        *(("Materialien", "Material"), ("Prinzipien", "Prinzip"), ("Firmen", "Firma")),
        *(("Büros", "Büro"), ("Handys", "Handy"), ("Fotos", "Foto"), ("Cafés", "Café")),
        *(("Bauern", "Bauer"), ("Lehrern", "Lehrerin"), ("Gläser", "Glas"), ("Ämter", "Amt")),
    ],
)
def test_plurals_meet_their_singular(plural, singular):
    assert Analyzer().query_terms(plural) == Analyzer().query_terms(singular)
