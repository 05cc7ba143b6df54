"""How many pages hold each word, carried on to the next generation by the pages that changed.

The engine can be asked for all words, but with pages gone it looks through every posting: a third
of an update. So the words of the few pages that come and go are counted from their texts. Pure: no
I/O.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from zlib import crc32

_MOST_LETTERS = 2_000_000  # of pages that changed; the words of more are sooner told by the engine


class WordChanges:
    """The texts of the pages that came and went since a generation was written.

    >>> changes = WordChanges()
    >>> changes.add("hof tor tor")
    >>> changes.take("gasse hof", text_check("gasse hof"))
    >>> changes.counted("gasse\\nhof", array("I", (1, 2)), str.split)
    [('hof', 2), ('tor', 1)]
    """

    def __init__(self) -> None:
        self._come: list[str] = []
        self._gone: list[str] = []
        self._letters = 0
        self._is_known = True

    def add(self, text: str) -> None:
        """Note the text of a page that comes."""
        self._note(self._come, text)

    def take(self, text: str | None, check: int) -> None:
        """Note the text of a page that goes, None when nobody has it any more.

        `check` is the `text_check` of the text that was indexed.
        """
        if text is None or text_check(text) != check:
            self._lose()
        else:
            self._note(self._gone, text)

    def counted(
        self, words: str, counts: "array[int]", words_of: Callable[[str], Iterable[str]]
    ) -> list[tuple[str, int]] | None:
        """Return all words, ascending, with the numbers of pages that hold them now.

        `words` (one a line) and `counts` are those of the generation, `words_of` takes a text
        apart. None when too much has changed or something is not known: ask the engine then.
        """
        if not self._is_known:
            return None
        held = Counter(dict(zip(words.split("\n") if words else (), counts, strict=True)))
        for text in self._come:
            held.update(set(words_of(text)))
        for text in self._gone:
            held.subtract(set(words_of(text)))
        return [(word, count) for word, count in sorted(held.items()) if count > 0]

    def _note(self, texts: list[str], text: str) -> None:
        self._letters += len(text)
        if self._letters > _MOST_LETTERS:
            self._lose()
        elif self._is_known:
            texts.append(text)

    def _lose(self) -> None:
        self._is_known = False
        self._come, self._gone = [], []


def text_check(text: str) -> int:
    """Return by what the text of a page is known again, 0 when there is none.

    >>> text_check(""), text_check("Hof") == text_check("Hof ")
    (0, False)
    """
    return crc32(text.encode("utf-8", "surrogatepass"))
