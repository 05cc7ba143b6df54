"""Tell whether a heading's words name a sitting, by its number or its day. Pure: no I/O."""

from archiver.model import DateSpan
from archiver.sites.readers import read_words


def sitting_named(words: str) -> tuple[frozenset[int], bool]:
    """Return the numbers by which a heading's words name a sitting, and whether they name its day.

    >>> sitting_named("XII. Forum, 14. Mai 2013"), sitting_named("Leitbild 2030")
    ((frozenset({12}), True), (frozenset(), False))
    """
    own = [one for one in read_words(words, "heading") if one.about == "sitting"]
    numbers = frozenset(one.value for one in own if isinstance(one.value, int))
    spans = (one.value for one in own if one.field == "date" and isinstance(one.value, DateSpan))
    return numbers, any(span.precision in ("day", "month") for span in spans)


def names_sitting(words: str) -> bool:
    """Tell whether a heading's words name a sitting by its number or day.

    >>> names_sitting("XII. Forum"), names_sitting("14. Mai 2013"), names_sitting("Leitbild 2030")
    (True, True, False)
    """
    numbers, has_day = sitting_named(words)
    return bool(numbers) or has_day
