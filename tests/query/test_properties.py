"""No input breaks the parser, and the normalised form means the same as what was typed."""

from datetime import date
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.errors import QueryError
from archiver.query import explain, parse, print_query

TODAY = date(2026, 3, 31)
PARTS = st.sampled_from(
    [
        *(
            "Kultur",
            "Übergang",
            "a",
            "§ 28",
            "§",
            "§ ",
            "2011/2012",
            "Bürger:innen",
            "ODER,",
            ",OR",
        ),
        *(" ", " ", " ", " AND ", " UND ", " OR ", "|", " NOT ", " -", "-", " NEAR ", " NEAR/3 "),
        *(" ADJ/2 ", "(", ")", '"', "„", "“", "»", "«", "~", "~2", "*", "?", "=", "#", "#28", ":"),
        *("session:", "thema:", "topic:(", "date:", "datum:2011", "session:3..7", "kind:session"),
        *("url:", "https://a.example/?x=1", "www.a.example", "has:ocr", "query:x", "site:(a b)"),
        *("date:>=2010", "date:<=2012", "..", ">", "<=", "-30d", "Q4/2011", "14.10.2011", "0", "7"),
        *(
            "\u0308",
            "\x00",
            "\xad",
            "\ud800",
            "ß",
            "ﬁ",
            "İ",
            "²",
            "٣",
            "'",
            "’",
            "/",
            ".",
            ",",
            "_",
        ),
        *("‚", "‘", "‹", "›", "*innen", "*in", 'datum:"14. Oktober 2011"', "date:Okt.2011"),
        *("NEAR3", "~3", "~x", "date=2011", "session>3", "date :2011", '„a"', " -b", " - "),
        *("foo:", "a:b", "x~1", "innen", "http://", "://", "+", "&&", "\\", "\n", "NEAR/", "x/OR"),
    ]
)
QUERIES = st.one_of(st.text(max_size=60), st.lists(PARTS, max_size=14).map("".join))


def understand(text):
    try:
        return parse(text, today=TODAY), None
    except QueryError as error:
        return None, error


@settings(max_examples=800, deadline=None)
@given(QUERIES)
def test_a_query_is_understood_the_same_in_its_printed_form_or_refused(text):
    parsed, error = understand(text)
    if error is not None:
        assert 0 <= error.position <= len(error.query)
        assert error.caret()
        return
    printed = print_query(parsed.tree)
    again = parse(printed, today=TODAY)
    assert again.tree == parsed.tree
    assert print_query(again.tree) == printed
    assert explain(again.tree) == explain(parsed.tree)


@settings(max_examples=200, deadline=None)
@given(PARTS, PARTS, st.integers(1, 2000))
def test_no_query_takes_a_second(one, other, count):
    text = ((one + other) * count)[:2000]
    began = process_time()  # of this process alone: a busy machine makes no difference
    parsed, error = understand(text)
    assert error is not None or explain(parsed.tree)
    assert process_time() - began < 1
