"""Content codings undone in a stream: read within limits, or told."""

import gzip
import random
import sys
import zlib
from contextlib import suppress
from types import SimpleNamespace

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.coding import CodingError, NoDecoderError, decoded, undone

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SOME = b"Die Sitzung ist eroeffnet." + random.Random(3).randbytes(40)
NOISE = random.Random(4).randbytes(9_000_000)
WIDE = {zstd.CompressionParameter.window_log: 26}
PACK = {"br": brotli.compress, "gzip": gzip.compress, "zstd": zstd.compress}


def test_codings_are_undone_in_reverse_order():
    data = gzip.compress(zlib.compress(b"Sitzung"))
    assert decoded(data, "deflate, gzip") == b"Sitzung"


def test_raw_deflate_is_understood():
    machine = zlib.compressobj(wbits=-15)
    assert decoded(machine.compress(b"Sitzung") + machine.flush(), "deflate") == b"Sitzung"


def test_several_members_are_one_body():
    assert decoded(gzip.compress(b"Sitz") + gzip.compress(b"ung") + b"\0\0", "gzip") == b"Sitzung"


@pytest.mark.parametrize(
    ("data", "coding", "words"),
    [
        (b"no brotli", "br", "broken compression"),
        (b"no zstd", "gzip, zstd", "broken compression"),
        (brotli.compress(SOME)[:-3], "br", "breaks off"),
        (zstd.compress(SOME)[:-3], "zstd", "breaks off"),
        (lambda: brotli.compress(bytes(50_000_000), quality=1), "br", "200 times its size"),
        (lambda: zstd.compress(bytes(50_000_000)), "zstd", "200 times its size"),
        (lambda: zstd.compress(NOISE, options=WIDE), "zstd", "too much memory"),
        (b"", "x-unheard-of", "content coding 'x-unheard-of' cannot be read"),
        (b"no gzip", "gzip", "broken compression"),
        (gzip.compress(b"x" * 100, mtime=0)[:-12], "gzip", "breaks off"),
        (lambda: gzip.compress(bytes(50_000_000), mtime=0), "gzip", "200 times its size"),
        (
            lambda: gzip.compress(gzip.compress(bytes(50_000_000), mtime=0), mtime=0),
            "gzip, gzip",
            "200 times its size",
        ),
    ],
)
def test_what_cannot_be_undone_is_told(data, coding, words):
    # What takes long to pack is packed here, not when tests are collected.
    body = data() if callable(data) else data
    with pytest.raises(CodingError, match=words):
        decoded(body, coding)


@pytest.mark.parametrize(
    ("coding", "hidden"),
    [("br", ["brotli"]), ("zstd", ["compression.zstd", "backports.zstd"])],
)
def test_without_its_library_a_coding_says_what_to_install(coding, hidden, monkeypatch):
    for name in hidden:
        monkeypatch.setitem(sys.modules, name, None)
    words = rf"content coding '{coding}' cannot be read without forum-archiver\[codings\]"
    with pytest.raises(NoDecoderError, match=words):
        decoded(b"x", coding)


def test_brotli_without_a_limit_counts_as_not_installed(monkeypatch):
    old = SimpleNamespace(Decompressor=object)
    monkeypatch.setitem(sys.modules, "brotli", old)
    with pytest.raises(NoDecoderError):
        decoded(b"x", "br")


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br", "zstd, zstd"])
def test_brotli_and_zstd_are_undone_in_pieces_of_any_size(coding):
    packed = SOME * 99
    for name in coding.split(", "):
        packed = PACK[name](packed)
    assert decoded(packed, coding) == SOME * 99
    for size in (1, 7, 65_536):
        pieces = [packed[i : i + size] for i in range(0, len(packed), size)]
        assert b"".join(undone(pieces, coding)) == SOME * 99


def test_frames_of_zstd_are_one_body_and_padding_is_none():
    skipped = b"\x50\x2a\x4d\x18\x02\x00\x00\x00xx"
    frames = zstd.compress(b"Sitz") + skipped + zstd.compress(b"ung") + b"\0\0"
    assert decoded(frames, "zstd") == b"Sitzung"


def test_what_stands_before_a_break_is_kept_where_that_is_allowed():
    for coding in ("br", "zstd", "gzip"):
        cut = PACK[coding](NOISE[:200_000])[:-20]
        kept = b"".join(undone([cut], coding, is_cut_allowed=True))
        assert kept, coding
        assert NOISE.startswith(kept)


@given(st.sampled_from(["br", "zstd", "gzip", "deflate"]), st.binary(max_size=200))
def test_whatever_the_bytes_are_it_is_decoded_or_told(coding, data):
    with suppress(CodingError):
        decoded(data, coding)


def test_what_says_nothing_about_the_bytes_is_passed_over():
    assert decoded(b"Sitzung", "UTF-8, none") == b"Sitzung"


def test_pieces_of_any_size_give_the_same():
    packed = gzip.compress(zlib.compress(b"Sitzung" * 1000))
    pieces = [packed[i : i + 1] for i in range(len(packed))]
    assert b"".join(undone(pieces, "deflate, gzip")) == b"Sitzung" * 1000


def test_what_is_cut_off_is_given_as_far_as_it_goes_if_it_may_be_cut():
    packed = gzip.compress(b"Sitzung", mtime=0)
    assert b"".join(undone([packed[:-8]], "gzip", is_cut_allowed=True)) == b"Sitzung"
    with pytest.raises(CodingError, match="broken compression"):
        b"".join(undone([b"<p>plain</p>"], "gzip", is_cut_allowed=True))


def test_a_limit_ends_it():
    with pytest.raises(CodingError, match="more than 10 bytes"):
        decoded(gzip.compress(b"x" * 11), "gzip", limit=10)
