"""BM25, so that all engines of ours score alike, whatever was deleted before. Pure: no I/O.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009). Fields
are scored one by one and added with the boosts of the query.
"""

from bisect import bisect_right
from heapq import nlargest
from math import log

K1 = 1.2
B = 0.75
"""What the literature starts from and Lucene uses; not fitted to any set of questions."""


TIE = 0.25
"""How much a second way to say the same thing counts beside the best one (`port.Best`)."""

_COORDINATION = 0.25


def idf(matching: int, total: int) -> float:
    """Return the weight of a term found on `matching` of `total` pages; never negative.

    >>> round(idf(1, 100), 3), round(idf(100, 100), 3)
    (4.21, 0.005)
    """
    return log(1 + (total - matching + 0.5) / (matching + 0.5))


def saturation(frequency: float, length: int, average: float) -> float:
    """Return the part of BM25 that grows with the frequency, below K1 + 1.

    A field around the text (title, heading …) counts 1 instead, however often the term is in it.

    >>> saturation(1, 100, 100.0), round(saturation(9, 100, 100.0), 2)
    (1.0, 1.94)
    """
    return frequency * (K1 + 1) / (frequency + _damping(length, average))


def coordination(matched: int, asked: int) -> float:
    """Return the factor for a page with some of the words asked for, one of which suffices.

    A gentle one: BM25 adds up what speaks for a page, so that one rare word often weighs more
    than four others together; the page that has all is more often what was meant.

    >>> coordination(5, 5), round(coordination(4, 5), 2), round(coordination(1, 5), 2)
    (1.0, 0.95, 0.67)
    """
    factor: float = (matched / asked) ** _COORDINATION
    return factor


def best_of(found: dict[int, float], number: int) -> dict[int, float]:
    """Return those of scored pages whose scores are not below that of the last of the best ones.

    >>> best_of({1: 0.5, 2: 3.0, 3: 2.0, 4: 2.0}, 2)
    {2: 3.0, 3: 2.0, 4: 2.0}
    """
    if number >= len(found):
        return found
    least = nlargest(number, found.values())[-1]
    return {page: score for page, score in found.items() if score >= least}


def _damping(length: int, average: float) -> float:
    return K1 * (1 - B + B * length / average) if average else K1


def _lengths() -> list[int]:
    """Return the length that each norm stands for: exact to 40, then in steps of an eighth."""
    found = list(range(24))
    for norm in range(232):
        exponent = norm >> 3
        found.append(24 + (norm if exponent == 0 else (norm & 7 | 8) << exponent - 1))
    return found


LENGTHS = tuple(_lengths())
"""A page's length is kept in one byte, as in Lucene (SmallFloat.byte4ToInt) and tantivy, so that
all engines rank alike; longer pages than the last are unknown to men."""


def norm(length: int) -> int:
    """Return the byte that stands for the greatest length that is not above this one.

    >>> [LENGTHS[norm(length)] for length in (0, 39, 41, 57, 250, 1000)]
    [0, 39, 40, 56, 248, 984]
    """
    return bisect_right(LENGTHS, length) - 1


def damping(average: float) -> list[float]:
    """Return for each norm what stands beside the frequency in the denominator of BM25."""
    return [_damping(length, average) for length in LENGTHS]
