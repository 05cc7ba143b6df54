"""Masking: what a person can be reached by goes, every other number stays."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.errors import UsageError
from archiver.export.record import HitRecord
from archiver.export.redaction import find_personal, mask_text, parse_redactions

PHONES = [
    "0999/51-2345",
    "0999 / 51 23 45",
    "(0999) 51-2345",
    "(09999)512345",
    "0999-512345",
    "0999 – 51 23 45",
    "0999 51-0",
    "0999.512345",
    "09 99/51 23 45",
    "0170 1234567",
    "0170/12 34 567",
    "01701234567",
    "+49 999 51-2345",
    "+49 (0)999 51-2345",
    "+49(0)999/512345",
    "+4999951234567",
    "0049 999 51 23 45",
    "0999\u00a051\u00a02345",
    "0170123 4567",
    "+49 999 51 23 45-67",
    "0800 1234567",
]
LABELLED = [
    ("Tel. 51-2345", "Tel. [Telefon]"),
    ("Tel.: 512345", "Tel.: [Telefon]"),
    ("Telefon 51 23 45", "Telefon [Telefon]"),
    ("Telefax: 51-3456", "Telefax: [Telefon]"),
    ("Fax 51-3456 oder -3457", "Fax [Telefon]"),
    ("Durchwahl: -4711", "Durchwahl: [Telefon]"),
    ("Telefonnummer 4711", "Telefonnummer [Telefon]"),
    ("Tel.-Nr. 0999/51-2345", "Tel.-Nr. [Telefon]"),
    ("Mobil: 0170 1234567", "Mobil: [Telefon]"),
    ("Tel. 0999 51-2345 oder -2346, dann", "Tel. [Telefon], dann"),
    ("Tel. (0999) 51-2345/-46", "Tel. [Telefon]"),
]
ADDRESSES = [
    "beispiel@musterstadt.example",
    "Erika.Beispiel-Muster+forum@amt.stadt.example",
    "beispiel (at) musterstadt.example",
    "beispiel[at]musterstadt[dot]example",
    "beispiel{ät}musterstadt (punkt) example",
    "jürgen.größe@bürgerbüro.example",
    "beispiel @ musterstadt.example",
]
OTHER_NUMBERS = [
    "am 14.10.2011 um 19:00 Uhr",
    "01.02.2011",
    "01. Februar 2011",
    "2011-10-14",
    "vom 09.10. bis 12.11.2012",
    "2011/2012",
    "28. Sitzung",
    "Stadtgespräch #028",
    "§ 28 Abs. 2 Nr. 1",
    "1.2.3 Ergebnisse",
    "04.05.06",
    "33602 Musterstadt",
    "01067 Musterstadt",
    "Drucksache 0521/2009-2014",
    "Drucksachen-Nr. 05214711",
    "0123/2011",
    "020/2011",
    "2.000.000 Euro",
    "+12 000 000 Euro",
    "0,50 €",
    "IBAN DE12 3456 0044 0532 0130 00",
    "ISBN 0-123-45678-9",
    "Mobil 2030",
    "von 10.00 bis 12.30 Uhr",
    "Seite 7 von 40",
    "Flurstück 0999 512345",
    "Kennziffer 0123456",
    "0815",
]


@pytest.mark.parametrize("number", PHONES)
def test_a_telephone_number_is_masked_as_a_whole(number: str) -> None:
    assert mask_text(f"Amt: {number}, Zimmer 3") == "Amt: [Telefon], Zimmer 3"


@pytest.mark.parametrize(("text", "masked"), LABELLED)
def test_what_is_called_a_telephone_number_is_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_masked_as_a_whole(address: str) -> None:
    assert mask_text(f"Fragen an {address}.") == "Fragen an [E-Mail]."


@pytest.mark.parametrize("text", OTHER_NUMBERS)
def test_other_numbers_stay(text: str) -> None:
    assert mask_text(f"Siehe {text} dazu") == f"Siehe {text} dazu"


def test_a_date_or_time_after_a_number_stays() -> None:
    assert mask_text("Tel. 0999 512345 14.10.2011") == "Tel. [Telefon] 14.10.2011"
    assert mask_text("Tel. 0999 512345 19 Uhr") == "Tel. [Telefon] 19 Uhr"
    assert mask_text("Ruf 0999 512345 2011") == "Ruf [Telefon] 2011"


def test_only_what_was_asked_is_masked() -> None:
    text = "0999 512345, a@b.example"
    assert mask_text(text, ("email",)) == "0999 512345, [E-Mail]"
    assert mask_text(text, ("phone",)) == "[Telefon], a@b.example"
    assert mask_text(text, ()) == text


def test_a_number_cut_by_the_snippets_edge_is_masked(
    build: Callable[..., HitRecord], page_text: str
) -> None:
    start = page_text.index("Beispiel")
    reach = page_text.index("51-23") + 4 - start
    record = build(span=(start, start + 8), context=reach - 8, redact=("phone",))
    assert record.snippet_right == ", Tel. [Telefon]"


def test_a_match_inside_an_address_shows_the_mask_once(
    build: Callable[..., HitRecord], page_text: str
) -> None:
    start = page_text.index("musterstadt.")
    record = build(span=(start, start + 11), context=12, redact=("email", "phone"))
    assert (record.match, record.snippet_right) == ("[E-Mail]", ".")
    assert "beispiel" not in record.snippet_left


def test_an_empty_match_inside_a_number_shows_the_mask_once(
    build: Callable[..., HitRecord], page_text: str
) -> None:
    start = page_text.index("51-2345")
    record = build(span=(start, start), context=20, redact=("phone",))
    assert record.snippet_left.endswith("Tel. [Telefon]")
    assert (record.match, record.snippet_right[:2]) == ("", ", ")


def test_kinds_are_read_by_comma() -> None:
    assert parse_redactions("email,,PHONE , email") == ("email", "phone")
    with pytest.raises(UsageError, match="cannot redact 'iban' – allowed: email, phone"):
        parse_redactions("iban")


@given(st.text(alphabet="0123456789+()-/. @aTel:\n,", max_size=200))
def test_masking_never_fails_and_is_stable(text: str) -> None:
    masks = find_personal(text)
    for earlier, later in pairwise(masks):
        assert earlier.end <= later.start
    assert find_personal(mask_text(text, ("email",)), ("email",)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "0" * 200_000,
        "1" * 200_000,
        "0999 " * 40_000,
        "0999" + "1" * 200_000,
        "0999 " + "1 " * 100_000 + ",",
        "Tel. " * 40_000,
        "Tel. 1-" * 30_000,
        "+49 " * 40_000,
        "a." * 100_000,
        "a@" * 100_000,
        "a@a." * 50_000,
        "a (at) " * 30_000,
    ],
    ids=lambda text: f"{text[:8]}…",
)
def test_long_runs_are_read_in_one_pass(text: str) -> None:
    # Quadratic reading of these would take minutes, and the suite's own limit would stop it.
    assert len(mask_text(text)) < 2 * len(text)
