"""Look along a typed query: what stands next, quoted texts, errors that point at their place.

Knows signs, no grammar. Pure: no I/O.
"""

import re
import unicodedata

from archiver.errors import QueryError
from archiver.query.words import QUOTES, is_operator, without_quotes

MAX_LENGTH = 2_000

# One for one, so that places stay places: controls, line separators, lone surrogates.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_WORD = re.compile(r"[^\s()\"„“”«»‚‹›|]+")
_ADDRESS = re.compile(r"[^\s()\"„“”«»‚‹›]+")
# A question in plain words, also with quotes: its last character is punctuation and no wildcard.
_QUESTION = re.compile(r"[^():*?~=#|]+\s[^()\"„“”«»‚‹›:*?~=#|]+\?")
# What closes a quote whose own sign is missing: keyboards have one kind, word processors guess.
_ALSO_CLOSING = {'"': "“”", "„": '"', "“": '"', "”": '"', "‚": "'", "‹": "'"}


class Reader:
    """One reading of one text; `at` is the offset of what comes next, `end` where it ends."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise QueryError(
                f"the query has {len(text)} characters, {MAX_LENGTH} are allowed",
                query=_UNSEEN.sub(" ", text[:MAX_LENGTH]),
                position=MAX_LENGTH - 1,
            )
        self.text = _UNSEEN.sub(" ", unicodedata.normalize("NFC", text))
        self.at = 0
        self.end = len(self.text)

    def error(
        self, message: str, start: int, end: int | None = None, *, remedy: str | None = None
    ) -> QueryError:
        """Make the error that points at text[start:end]."""
        length = max(1, (start + 1 if end is None else end) - start)
        return QueryError(message, query=self.text, position=start, length=length, remedy=remedy)

    def end_before_question_mark(self) -> None:
        """End a question before its mark, which is no wildcard then."""
        stripped = self.text.strip()
        if _QUESTION.fullmatch(stripped) and not any(map(is_operator, stripped[:-1].split())):
            self.end = self.text.rindex("?")

    def skip(self) -> None:
        """Pass over blanks."""
        while self.at < self.end and self.text[self.at].isspace():
            self.at += 1

    def peek(self) -> str:
        """Return the next word without taking it; "" at the end and before a bracket or quote."""
        self.skip()
        if self.at < self.end and self.text[self.at] == "|":
            return "|"
        match = _WORD.match(self.text, self.at, self.end)
        return match.group() if match else ""

    def here(self) -> str:
        """Return the next character, "" at the end."""
        return self.text[self.at] if self.at < self.end else ""

    def is_at_end(self) -> bool:
        """Tell whether the text or its innermost bracket ends here."""
        self.skip()
        return self.here() in ("", ")")

    def is_operand_at(self, at: int) -> bool:
        """Tell whether something that can be denied stands right here."""
        return at < self.end and (self.text[at].isalnum() or self.text[at] in '("„“”«»‚‹›=#§*?-')

    def is_denial(self) -> bool:
        """Tell whether a minus stands here with what it denies right behind it."""
        return self.peek().startswith("-") and self.is_operand_at(self.at + 1)

    def word_before(self, place: int) -> str:
        """Return the word before a place, "" when there is none."""
        return next(iter(self.text[:place].split()[-1:]), "")

    def take_word(self, *, is_address: bool = False) -> str:
        """Take what stands here up to a blank, bracket or quote."""
        match = (_ADDRESS if is_address else _WORD).match(self.text, self.at, self.end)
        raw = match.group() if match else ""
        self.at += len(raw)
        return raw

    def take_quoted(self) -> str:
        """Take a quoted text, return what is between the quotes."""
        start = self.at
        opening = self.text[start]
        for closing in (QUOTES[opening], _ALSO_CLOSING.get(opening, "")):
            ends = [i for c in closing if (i := self.text.find(c, start + 1, self.end)) >= 0]
            if ends:
                self.at = min(ends) + 1
                return without_quotes(self.text[start + 1 : self.at - 1])
        raise self.error("this quote is never closed", start, remedy="add the closing quote")

    def near_distance_apart(self) -> str:
        """Return the distance that stands apart from its operator ("NEAR /3"), "" when none does.

        >>> reader = Reader("NEAR /3 b")
        >>> reader.at = 4
        >>> reader.near_distance_apart()
        '/3'
        """
        following = self.peek()
        return following if re.fullmatch(r"/\d+", following) else ""
