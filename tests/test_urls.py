"""URLs as the product compares them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver import urls

PIECES = st.text(alphabet="abzAZ019._-/:~;?%=&ü #+", max_size=20)
PORTS = st.sampled_from(["", ":80", ":443", ":8000", ":0080", ":1"])
HOSTS = st.sampled_from(["forum.example", "x-y.example", "127.0.0.1", "Forum.Example"])


@given(HOSTS, PORTS, PIECES)
def test_the_short_way_for_plain_urls_gives_what_the_long_way_gives(
    host: str, port: str, rest: str
) -> None:
    url = f"http://{host}{port}/{rest}"
    short = urls.url_key(url), urls.safe_url(url)
    plain, urls._PLAIN = urls._PLAIN, urls.re.compile(r"(?!)")
    try:
        assert (urls.url_key(url), urls.safe_url(url)) == short
    finally:
        urls._PLAIN = plain


@given(PIECES)
def test_a_key_is_its_own_key(rest: str) -> None:
    key = urls.url_key(f"http://forum.example/{rest}")
    assert urls.url_key(key) == key


def test_a_dropped_parameter_leaves_bytes_of_any_charset_as_they_are() -> None:
    names = ("M%FCller", "M%E4ller", "M%C3%BCller")
    keys = {urls.url_key(f"http://forum.example/a?n={name}&PHPSESSID=1") for name in names}
    assert keys == {f"http://forum.example/a?n={name}" for name in names}


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://BÜRGER.example./ä", "http://xn--brger-kva.example/%C3%A4"),
        ("http://straße.example/", "http://xn--strae-oqa.example/"),
        ("http://xn--brger-kva.example/", "http://xn--brger-kva.example/"),
        (
            "http://forum.example/?u=//bürger.example",
            "http://forum.example/?u=%2F%2Fb%C3%BCrger.example",
        ),
    ],
)
def test_a_name_beyond_ascii_has_one_key_however_it_is_typed(url: str, key: str) -> None:
    assert urls.url_key(url) == urls.url_key(urls.safe_url(url)) == key


@given(PIECES.map(lambda piece: piece.replace("[", "")))
def test_what_is_joined_is_an_address_or_nothing(address: str) -> None:
    found = urls.joined("http://forum.example/a/", address)
    assert found is None or ":" in found


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("..\\dok\\x.pdf", "http://forum.example/dok/x.pdf"),
        ("x.php?p=a\\b", "http://forum.example/a/x.php?p=a\\b"),
        ("file:C\\x", "file:C\\x"),
        ("http:\\\\else.example\\x", "http://else.example/x"),
        ("//[::1/x", None),
    ],
)
def test_addresses_are_joined_as_browsers_do(address: str, url: str | None) -> None:
    assert urls.joined("http://forum.example/a/", address) == url
