"""Typed queries give the trees, notes and errors a reader expects."""

from datetime import date

import pytest

from archiver.errors import QueryError
from archiver.query import (
    Adj,
    And,
    DateRange,
    Everything,
    FieldText,
    FieldValue,
    Fuzzy,
    Near,
    Not,
    NumberRange,
    Or,
    Phrase,
    SavedQuery,
    Wildcard,
    Word,
    parse,
    print_query,
)

TODAY = date(2026, 3, 31)


def tree(text):
    return parse(text, today=TODAY).tree


def notes(text):
    return parse(text, today=TODAY).notes


def day(year, month=1, number=1):
    return date(year, month, number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kultur", Word("Kultur")),
        ("=Kultur", Word("Kultur", is_exact=True)),
        ("Kultur,", Word("Kultur")),
        ("Stadtteil-Kultur", Word("Stadtteil-Kultur")),
        ("2011/2012", Word("2011/2012")),
        ("§ 28", Word("§28")),
        ("§28a", Word("§28a")),
        ("§ 28-30", Word("§28-30")),
        ("§ 2011/2012", Word("§2011/2012")),
        ("§ 0_", Word("§0")),
        ("18:30", Word("18:30")),
        ("Bürger:innen", Word("Bürger:innen")),
        ("https://forum.example/a?b=1", Word("https://forum.example/a?b=1")),
        ("Kult*", Wildcard("Kult*")),
        ("M?yer", Wildcard("M?yer")),
        ("*kultur", Wildcard("*kultur")),
        ("Kultur~", Fuzzy("Kultur", 1)),
        ("Kultur~2", Fuzzy("Kultur", 2)),
        ('"runder Tisch"', Phrase(("runder", "Tisch"))),
        ("„runder Tisch“", Phrase(("runder", "Tisch"))),
        ("»runder Tisch«", Phrase(("runder", "Tisch"))),
        ("‚runder Tisch‘", Phrase(("runder", "Tisch"))),
        ("›runder Tisch‹", Phrase(("runder", "Tisch"))),
        ("‹runder Tisch›", Phrase(("runder", "Tisch"))),
        ('„runder Tisch"', Phrase(("runder", "Tisch"))),
        ('"runder Tisch“', Phrase(("runder", "Tisch"))),
        ("‚runder Tisch'", Phrase(("runder", "Tisch"))),
        ('"§§ 7 - 9 der Satzung"', Phrase(("§§7–9", "der", "Satzung"))),
        ('"NEAR3"', Phrase(("NEAR3",))),
        ("geht’s", Word("geht’s")),
        ("Bürger*innen", Word("Bürger*innen")),
        ("Med*in", Wildcard("Med*in")),
        ('"runder Tisch"~3', Phrase(("runder", "Tisch"), 3)),
        ('"nach § 28"', Phrase(("nach", "§28"))),
        ('"UND"', Phrase(("UND",))),
        ("*", Everything()),
        ("und", Word("und")),
    ],
)
def test_a_part_standing_alone(text, expected):
    assert tree(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", And((Word("a"), Word("b")))),
        ("a AND b", And((Word("a"), Word("b")))),
        ("a UND b c", And((Word("a"), Word("b"), Word("c")))),
        ("a OR b", Or((Word("a"), Word("b")))),
        ("a ODER b | c", Or((Word("a"), Word("b"), Word("c")))),
        ("a b OR c", Or((And((Word("a"), Word("b"))), Word("c")))),
        ("a (b OR c)", And((Word("a"), Or((Word("b"), Word("c")))))),
        ("a -b", And((Word("a"), Not(Word("b"))))),
        ("a NICHT b", And((Word("a"), Not(Word("b"))))),
        ("NOT (a b)", Not(And((Word("a"), Word("b"))))),
        ("NOT NOT a", Word("a")),
        ('-"a b"', Not(Phrase(("a", "b")))),
        ("a NEAR b", Near((Word("a"), Word("b")), 5)),
        ("a NEAR/3 b NEAR/3 c", Near((Word("a"), Word("b"), Word("c")), 3)),
        ("a ADJ b", Adj((Word("a"), Word("b")), 1)),
        ('"a b" ADJ/2 c*', Adj((Phrase(("a", "b")), Wildcard("c*")), 2)),
        ("a NEAR b c", And((Near((Word("a"), Word("b")), 5), Word("c")))),
    ],
)
def test_operators_bind_as_documented(text, expected):
    assert tree(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("session:28", NumberRange("session", 28, 28)),
        ("sitzung:28", NumberRange("session", 28, 28)),
        ("Forum:28", NumberRange("session", 28, 28)),
        ("#28", NumberRange("session", 28, 28)),
        ("#28..30", NumberRange("session", 28, 30)),
        ("session:3..", NumberRange("session", 3, None)),
        ("session:..7", NumberRange("session", None, 7)),
        ("session:>3", NumberRange("session", 4, None)),
        ("session:>=3", NumberRange("session", 3, None)),
        ("session:<3", NumberRange("session", None, 2)),
        ("session:<=3", NumberRange("session", None, 3)),
        ("session:(3 OR 5)", Or((NumberRange("session", 3, 3), NumberRange("session", 5, 5)))),
        ("session:(3 5)", Or((NumberRange("session", 3, 3), NumberRange("session", 5, 5)))),
        ("seite:3", NumberRange("page", 3, 3)),
        ("topic:Kultur", FieldText("topic", Word("Kultur"))),
        ('thema:"offene Räume"', FieldText("topic", Phrase(("offene", "Räume")))),
        ("titel:Kult*", FieldText("title", Wildcard("Kult*"))),
        ("topic:(a b)", FieldText("topic", And((Word("a"), Word("b"))))),
        ("topic:(a OR -b)", FieldText("topic", Or((Word("a"), Not(Word("b")))))),
        ("kind:session", FieldValue("kind", "session")),
        ("art:Sitzung", FieldValue("kind", "session")),
        ("role:Protokoll", FieldValue("role", "minutes")),
        ("type:PDF", FieldValue("type", "pdf")),
        ("type:xlsx", FieldValue("type", "office")),
        ("sprache:deutsch", FieldValue("lang", "de")),
        ("lang:fr", FieldValue("lang", "fr")),
        ("has:conflict", FieldValue("has", "conflict")),
        ("site:forum.example", FieldValue("site", "forum.example")),
        ("url:https://a.example/x?y=1", FieldValue("url", "https://a.example/x?y=1")),
        ("url:*/protokolle/*", FieldValue("url", "*/protokolle/*")),
        ("query:wald", SavedQuery("wald")),
        ('query:"mein Wald"', SavedQuery("mein Wald")),
        ("-session:3", Not(NumberRange("session", 3, 3))),
    ],
)
def test_fields(text, expected):
    assert tree(text) == expected


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [
        ("2011", day(2011), day(2011, 12, 31)),
        ("2011-10", day(2011, 10, 1), day(2011, 10, 31)),
        ("10.2011", day(2011, 10, 1), day(2011, 10, 31)),
        ("2012-02", day(2012, 2, 1), day(2012, 2, 29)),
        ("2011-10-14", day(2011, 10, 14), day(2011, 10, 14)),
        ("14.10.2011", day(2011, 10, 14), day(2011, 10, 14)),
        ("4.1.2011", day(2011, 1, 4), day(2011, 1, 4)),
        ("Q4/2011", day(2011, 10, 1), day(2011, 12, 31)),
        ('"14. Oktober 2011"', day(2011, 10, 14), day(2011, 10, 14)),
        ('"3. März 2012"', day(2012, 3, 3), day(2012, 3, 3)),
        ('"3. Maerz 2012"', day(2012, 3, 3), day(2012, 3, 3)),
        ('"May 2011"', day(2011, 5, 1), day(2011, 5, 31)),
        ("Okt.2011", day(2011, 10, 1), day(2011, 10, 31)),
        ('"1. Oktober 2011..Q4/2011"', day(2011, 10, 1), day(2011, 12, 31)),
        ("2011-Q1", day(2011, 1, 1), day(2011, 3, 31)),
        ("H2/2011", day(2011, 7, 1), day(2011, 12, 31)),
        ("heute", TODAY, TODAY),
        ("today", TODAY, TODAY),
        ("gestern", day(2026, 3, 30), day(2026, 3, 30)),
        ("-30d", day(2026, 3, 1), TODAY),
        ("-1m", day(2026, 2, 28), TODAY),
        ("-1y..", day(2025, 3, 31), None),
        ("..-2w", None, day(2026, 3, 17)),
        ("2011..2012", day(2011), day(2012, 12, 31)),
        ("2011-10..10.2012", day(2011, 10, 1), day(2012, 10, 31)),
        ("14.10.2011..20.10.2011", day(2011, 10, 14), day(2011, 10, 20)),
        ("2011..", day(2011), None),
        ("..2011", None, day(2011, 12, 31)),
        (">2011", day(2012), None),
        (">=2011", day(2011), None),
        ("<2011", None, day(2010, 12, 31)),
        ("<=2011", None, day(2011, 12, 31)),
    ],
)
def test_a_date_is_an_interval_of_days(value, start, end):
    assert tree(f"date:{value}") == DateRange("date", start, end)
    assert tree(f"datum:({value})") == DateRange("date", start, end)


def test_the_same_field_with_blanks_is_or_and_different_fields_are_and():
    assert print_query(tree("topic:a Wald topic:b session:3 session:5")) == (
        "(topic:a OR topic:b) AND Wald AND (session:3 OR session:5)"
    )


def test_an_explicit_and_keeps_two_values_of_one_field_apart():
    assert tree("session:3 AND session:5") == And(
        (NumberRange("session", 3, 3), NumberRange("session", 5, 5))
    )


def test_denied_values_of_one_field_stay_and():
    assert print_query(tree("-topic:a -topic:b")) == "NOT topic:a AND NOT topic:b"


def test_two_bounds_of_one_field_are_a_range_and_noted():
    parsed = parse("date:>=2010 date:<=2012", today=TODAY)
    assert parsed.tree == DateRange("date", day(2010), day(2012, 12, 31))
    assert parsed.notes == ("two bounds of one field were read as the range date:2010..2012",)


def test_a_reversed_range_is_swapped_and_noted():
    assert tree("session:7..3") == NumberRange("session", 3, 7)
    assert notes("session:7..3") == ("the range 7..3 runs backwards and was swapped: 3..7",)
    assert tree("date:2012..2011") == DateRange("date", day(2011), day(2012, 12, 31))
    assert notes("date:2012..2011") == (
        "the range 2012..2011 runs backwards and was swapped: 2011..2012",
    )


def test_mere_punctuation_is_left_out_with_a_note():
    parsed = parse("Kultur – Sport", today=TODAY)
    assert parsed.tree == And((Word("Kultur"), Word("Sport")))
    assert parsed.notes == ("– was left out: it has no letter and no digit",)


def test_the_question_mark_of_a_question_is_no_wildcard():
    assert print_query(tree("Wer war beim Forum?")) == "Wer AND war AND beim AND Forum"
    assert print_query(tree("Wer hat „neue Mitte“ gesagt?")) == (
        'Wer AND hat AND "neue Mitte" AND gesagt'
    )
    assert tree("Foru?") == Wildcard("Foru?")


def test_decomposed_letters_are_composed():
    assert tree("Bu\u0308rger") == Word("Bürger")


def test_spans_point_into_the_typed_text():
    parts = tree('Wald  topic:"a b" OR (#28)').parts
    assert [part.span for part in parts] == [(0, 17), (22, 25)]
    assert [part.span for part in parts[0].parts] == [(0, 4), (6, 17)]


@pytest.mark.parametrize(
    ("text", "place", "message", "remedy"),
    [
        ("", "", "the query is empty", "write * for everything"),
        ("foo:bar", "foo:", "unknown field foo:", 'in quotes it is text: "foo: …"'),
        ("Wald sizung:3", "sizung:", "unknown field sizung:", "did you mean sitzung:?"),
        ('Wald "offen', '"', "this quote is never closed", "add the closing quote"),
        ("(Wald", "(", "this bracket is never closed", "add )"),
        ("Wald)", ")", "this bracket closes nothing", "remove it"),
        ("Wald ()", "()", "there is nothing between the brackets", ""),
        ("Wald AND", "AND", "AND has nothing after it", '"AND" in quotes is the word itself'),
        ("ODER Wald", "ODER", "ODER has nothing before it", ""),
        ("a OR AND b", "OR", "OR has nothing after it", ""),
        ("Wald NOT", "NOT", "NOT has nothing after it", ""),
        ("a NEAR", "NEAR", "NEAR has nothing after it", ""),
        ("a NEAR/x b", "NEAR/x", "the distance of NEAR is a number from 1 to 100", "NEAR/5"),
        ("a NEAR/2 b ADJ c", "ADJ", "ADJ in a chain of another kind", "joined with AND"),
        ("a NEAR (b c)", "b c", "NEAR joins words and phrases only", "(a NEAR c) OR (b NEAR c)"),
        ("a NEAR -b", "NEAR", "NEAR cannot have NOT after it", "as in: a NEAR b -c"),
        ("a NEAR NOT b", "NEAR", "NEAR cannot have NOT after it", "as in: a NEAR b -c"),
        ("a NEAR /3 b", "NEAR", "the distance /3 stands apart", "write NEAR/3 without a blank"),
        ("a ADJ3 b", "ADJ3", "ADJ3 is no operator", "write ADJ/3"),
        ('"a b" ~3', "~3", "~3 stands apart from what it is about", "without a blank"),
        ("Meier~x", "Meier~x", "~ takes 1 or 2, not x", "write Meier~1 or Meier~2"),
        ("Datum=2011", "Datum=2011", "the value of a field follows a colon", "write Datum:2011"),
        ("#3 date>=2011", "date>=2011", "the value of a field", "write date:>=2011 without"),
        ("Wald Datum :2011", ":2011", "the value of a field follows a colon", "write Datum:2011"),
        ("date:> 2011", ">", "there is no value after >", "like date:>2011"),
        ("sitzung:>= 3", ">=", "there is no value after >=", "like sitzung:>=3"),
        ("kind:Protokoll", "Protokoll", "Protokoll is no value of kind:", "role:Protokoll?"),
        ("a || b", "||", "|| is no operator", "write | or OR"),
        ("a && b", "&&", "&& is no operator", "write AND"),
        ("date:2011-13", "2011-13", "2011-13 is no date: there is no such month", ""),
        ("date:31.2.2011", "31.2.2011", "there is no such day in the calendar", ""),
        ("date:14.10.11", "14.10.11", "write the year with four digits, as in 14.10.2011", ""),
        ("date:14.10.", "14.10.", "a day needs its year, as in 14.10.2011", ""),
        ('date:"am 14. Oktober"', '"am 14. Oktober"', "a day needs its year", ""),
        ("date:Oktober", "Oktober", "a month needs its year, as in Oktober.2011", ""),
        ("date:2011/12", "2011/12", "write 2011-12 for the month, 2011..2012 for both", ""),
        ("date:2010,2012", "2010,2012", "write several as (2010 OR 2012)", ""),
        ("date:3.1.2011-4.1.2011", "3.1.2011-4.1.2011", "a range as 3.1.2011..4.1.2011", ""),
        ("date:28", "28", "28 is no date", "a session is written session:28"),
        ("date:Herbst", "Herbst", "a date is written like 2011, 2011-10,", ""),
        ("session:drei", "drei", "drei is no number", "write session:28 or session:3..7"),
        ("session:3-7", "3-7", "3-7 is no number", "write a range as session:3..7"),
        ("#3,5", "3,5", "3,5 is no number", "write several as session:(3 OR 5)"),
        ("session:1234567", "1234567", "1234567 is too large", ""),
        ("session:3 .. 7", "..", ".. belongs to a field", "without blanks"),
        ("session:*", "*", "there is no value after session:", "has:session"),
        ("topic: Kultur", "topic:", "there is no value after topic:", "without a blank"),
        ("topic:-a", "-", "a value cannot be denied by itself", "-topic:…"),
        ("topic:(a date:2011)", "date:", "a field cannot stand inside topic:(…)", ""),
        ("topic:(a NEAR b)", "NEAR", "NEAR works on the text, not inside a field", ""),
        ("role:protokol", "protokol", "protokol is no value of role:", "role:protokoll?"),
        ("has:bilder", "bilder", "bilder is no value of has:", "allowed are conflict, ocr"),
        ("Kultur~3", "Kultur~3", "a word may differ in 1 or 2 letters", "write Kultur~2"),
        ("Kult*~1", "Kult*~1", "a word is fuzzy (~) or has a wildcard, not both", ""),
        ("Stadt-Kult*", "Stadt-Kult*", "a wildcard works in one word", "ADJ"),
        ("**", "**", "a wildcard needs at least one letter or digit", "kult*"),
        ('""', '""', "there is no word between the quotes", ""),
        ('"a b"~999', "~999", "the distance after ~ is a number from 0 to 100", ""),
        (", ;", ", ;", "there is no letter and no digit to look for", "write * for everything"),
    ],
)
def test_an_error_points_at_its_place_and_says_what_to_write(text, place, message, remedy):
    with pytest.raises(QueryError) as caught:
        tree(text)
    error = caught.value
    assert message in error.message
    assert remedy in error.remedy
    assert error.query[error.position : error.position + error.length] == place
    assert error.exit_code == 2


def test_the_caret_stands_under_the_place():
    with pytest.raises(QueryError) as caught:
        tree("Wald foo:bar")
    assert caught.value.caret() == "Wald foo:bar\n     ^^^^"


def test_limits_are_errors():
    with pytest.raises(QueryError, match="2001 characters, 2000 are allowed"):
        tree("a" * 2001)
    with pytest.raises(QueryError, match="nested deeper than 20"):
        tree("(" * 21 + "a" + ")" * 21)
    assert tree("(" * 20 + "a" + ")" * 20) == Word("a")
    with pytest.raises(QueryError, match="more than 128 words"):
        tree("a " * 129)
    with pytest.raises(QueryError, match="more than 128 words"):
        tree('"' + "a " * 129 + '"')
    assert len(tree("a " * 128).parts) == 128
    with pytest.raises(QueryError, match="more than 16 words near each other"):
        tree(" NEAR ".join("a" * 17))
    assert len(tree(" NEAR ".join("a" * 16)).parts) == 16
