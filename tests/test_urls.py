"""URLs as the product compares them."""

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
