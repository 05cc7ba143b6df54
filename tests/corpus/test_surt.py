"""Sort keys of URLs: escapes are undone however deep, and no URL takes its square."""

from urllib.parse import unquote_to_bytes

from hypothesis import example, given
from hypothesis import strategies as st

from archiver.corpus.cdxj import _without_escapes, surt


@given(st.text(st.sampled_from("%%%2534aAfF1g"), max_size=40).map(str.encode))
@example(b"%4%31%%34%32")
def test_one_pass_undoes_what_many_would(raw: bytes) -> None:
    expected = raw
    while (plain := unquote_to_bytes(expected)) != expected:
        expected = plain
    assert _without_escapes(raw) == expected


def test_escapes_of_escapes_are_undone_whatever_their_depth() -> None:
    for depth in (0, 1, 3, 4, 5, 2_000):
        assert surt(f"http://forum.example/%{'25' * depth}42") == "example,forum)/b"
