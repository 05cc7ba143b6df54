"""English: Snowball stems and a short list of stop words. Pure: no I/O."""

from functools import cache
from typing import Any

STOP_WORDS = frozenset(
    """a about after all also an and any are as at be been before but by can could did do does for
    from had has have he her here him his how i if in into is it its may me more most my no not
    of on one only or other our out over she should so some such than that the their them then
    there these they this those to under up was we were what when where which who why will with
    would you your""".split()  # noqa: SIM905 - a table of words
)


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english", 0)


def stem(folded: str) -> str:
    """Return the stem of a folded word.

    >>> stem("meetings")
    'meet'
    """
    stemmed: str = _stemmer().stemWord(folded)
    return stemmed
