r"""The frozen list of known German words that compounds are split by.

The words come with the package (`german-words.txt.xz`, made by tools/compile_lexicon.py from the
dictionary of simplemma, MIT License) and are compiled into one file, written once
into an index generation and opened by every search: a hash table over length-prefixed words,
looked up in place through mmap, so that opening costs nothing and nothing is loaded; who asks as
often as the building of an index does gets a set of all words. Only the file that is named is
touched.

Layout, little-endian: magic "FALEX\0\0\1", u32 words, u32 slots, u32 bytes of words; slots u32
offsets + 1 into the words (0 = empty); each word a length byte and UTF-8. A word's slot is its
CRC-32 modulo slots, then the next free one.
"""

import mmap
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

from archiver.errors import DamagedGenerationError

_MAGIC = b"FALEX\0\0\1"
_HEAD = struct.Struct("<8sIII")
_FEW = 3_000  # looked up in place; a set of all words takes as long to make as ten times as many


def german_words() -> list[str]:
    """Return the words that come with the package: folded, sorted, "schul-" only before a part."""
    import lzma
    from importlib.resources import files

    packed = files("archiver.analysis").joinpath("german-words.txt.xz").read_bytes()
    lines = lzma.decompress(packed).decode().splitlines()
    return [line for line in lines if not line.startswith("#")]


def compile_lexicon(path: "str | os.PathLike[str]") -> int:
    """Write the lexicon of the words that come with the package, return their number."""
    return Lexicon.write(path, german_words())


class Lexicon:
    """A set of folded words; made by `write`, `open` or, in tests, `of`."""

    def __init__(self, data: "bytes | mmap.mmap", *, source: str = "lexicon") -> None:
        if len(data) < _HEAD.size:
            raise DamagedGenerationError(f"{source}: truncated lexicon")
        magic, self._count, self._slots, size = _HEAD.unpack_from(data)
        self._base = _HEAD.size + 4 * self._slots
        if magic != _MAGIC or not self._slots or len(data) != self._base + size:
            raise DamagedGenerationError(f"{source}: not a lexicon of this version, or truncated")
        self._data = data
        self._source = source
        self._table = memoryview(data)[_HEAD.size : self._base].cast("I")
        self._words: frozenset[str] | None = None
        self._asked = 0

    @classmethod
    def open(cls, path: "str | os.PathLike[str]") -> Self:
        """Open a lexicon file; raise DamagedGenerationError when it is not one."""
        try:
            with Path(path).open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:  # ValueError: an empty file
            raise DamagedGenerationError(f"{path}: cannot open the lexicon: {error}") from error
        return cls(data, source=str(path))

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """Make a lexicon in memory from folded words.

        >>> "kultur" in Lexicon.of(["kultur", "stadtteil"])
        True
        """
        return cls(pack(words))

    @staticmethod
    def write(path: "str | os.PathLike[str]", words: Iterable[str]) -> int:
        """Write folded words to a new file, return their number; the same words, the same bytes."""
        data = pack(words)
        Path(path).write_bytes(data)
        return int(_HEAD.unpack_from(data)[1])

    @property
    def words(self) -> "Self | frozenset[str]":
        """What answers fastest whether a word is known: a set, when many were asked for."""
        return self if self._words is None else self._words

    def __contains__(self, word: str) -> bool:
        if self._words is not None:
            return word in self._words
        self._asked += 1
        if self._asked == _FEW:
            self._words = frozenset(self._all())
        return self._finds(word)

    def _all(self) -> Iterator[str]:
        """Yield every word, in the order of the file."""
        at = self._base
        data = self._data
        try:
            for _ in range(self._count):
                end = at + 1 + data[at]
                yield data[at + 1 : end].decode()
                at = end
        except (IndexError, UnicodeDecodeError):
            raise DamagedGenerationError(f"{self._source}: damaged lexicon") from None

    def _finds(self, word: str) -> bool:
        """Look a word up in place."""
        key = word.encode()
        table, data, base = self._table, self._data, self._base
        slot = zlib.crc32(key) % self._slots
        size = len(key)
        try:
            while (offset := table[slot]) != 0:
                at = base + offset - 1
                if data[at] == size and data[at + 1 : at + 1 + size] == key:
                    return True
                slot = (slot + 1) % self._slots
        except IndexError:
            raise DamagedGenerationError(f"{self._source}: damaged lexicon") from None
        return False

    def __len__(self) -> int:
        return int(self._count)


def pack(words: Iterable[str]) -> bytes:
    """Return the file of a set of words; words over 255 bytes are left out."""
    keys = sorted({word.encode() for word in words if 0 < len(word.encode()) < 256})
    slots = max(2 * len(keys), 1) | 1
    table = [0] * slots
    blob = bytearray()
    for key in keys:
        slot = zlib.crc32(key) % slots
        while table[slot]:
            slot = (slot + 1) % slots
        table[slot] = len(blob) + 1
        blob.append(len(key))
        blob += key
    return (
        _HEAD.pack(_MAGIC, len(keys), slots, len(blob)) + struct.pack(f"<{slots}I", *table) + blob
    )
