"""BM25, so that all engines of ours score alike, whatever was deleted before. Pure: no I/O.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009). Fields
are scored one by one and added with the boosts of the query.
"""

from math import log

K1 = 1.2
B = 0.75
"""What the literature starts from and Lucene uses; not fitted to any set of questions."""


def idf(matching: int, total: int) -> float:
    """Return the weight of a term found on `matching` of `total` pages; never negative.

    >>> round(idf(1, 100), 3), round(idf(100, 100), 3)
    (4.21, 0.005)
    """
    return log(1 + (total - matching + 0.5) / (matching + 0.5))


def saturation(frequency: float, length: int | None, average: float) -> float:
    """Return the part of BM25 that grows with the frequency, below K1 + 1.

    `length` is None for fields that are not normalised by the length of the page.

    >>> saturation(1, 100, 100.0), saturation(1, None, 100.0)
    (1.0, 1.0)
    """
    relative = 1.0 if length is None or not average else 1 - B + B * length / average
    return frequency * (K1 + 1) / (frequency + K1 * relative)
