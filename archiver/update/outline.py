"""What is kept of a text so that it can be compared with others without being read again.

Texts are sketched by the smallest hashes of their runs of five words (Broder, "On the resemblance
and containment of documents", 1997): two sketches share about as much as the texts do. Pure: no
I/O.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import combinations, groupby
from operator import itemgetter
from zlib import crc32

from archiver.model import Extraction, Outline, Page

SAME_FROM_CHARACTERS = 200
"""Shorter texts ("page moved", a form's labels) do not tell documents apart."""

NEAR_FROM = 0.5
"""Share of runs of words that two texts have in common from which they are near-duplicates."""

_RUN = 5
_SKETCH = 96  # the error of a resemblance of 0.5 is about 0.05
_MOST_WORDS = 50_000  # of one text
_LOOKED_UP = 16  # texts that share half of their runs share one of these, but for 1 in 65,000
_COMMON_TO = 24  # a run of words that stands in more documents is a form's
_MOST_RELATED = 8
_WORD = re.compile(r"\w+")


def with_outline(extraction: Extraction) -> Extraction:
    """Return the extraction with the outline of its pages, if it has none yet."""
    if extraction.outline is not None:
        return extraction
    return replace(extraction, outline=outline_of(extraction.pages))


def outline_of(pages: Sequence[Page]) -> Outline:
    """Outline a text.

    >>> one = outline_of([Page(1, "Grüne Höfe – was tun?")])
    >>> two = outline_of([Page(1, "GRÜNE HÖFE: was tun")])
    >>> one.words_digest == two.words_digest, one.text_digest == two.text_digest
    (True, False)
    """
    digest, words = sha256(), list[str]()
    for page in pages:
        digest.update(page.text.encode("utf-8", "surrogatepass"))
        digest.update(b"\f")
        if len(words) < _MOST_WORDS:
            words += _WORD.findall(page.text.casefold())
    joined = " ".join(words).encode("utf-8", "surrogatepass")
    has_text = any(page.text for page in pages)
    return Outline(
        page_count=len(pages),
        text_digest=f"sha256:{digest.hexdigest()}" if has_text else "",
        words_digest=f"sha256:{sha256(joined).hexdigest()}",
        characters=len(joined),
        image_only_pages=sum(page.is_image_only for page in pages),
        sketch=_sketch(words[:_MOST_WORDS]),
    )


def resemblance(one: Sequence[int], other: Sequence[int]) -> float:
    """Estimate from two sketches which share of their runs of words two texts have in common.

    >>> resemblance((1, 2, 3), (1, 2, 4))
    0.5
    """
    smallest = sorted({*one, *other})[:_SKETCH]
    if not smallest:
        return 0.0
    return len({*one} & {*other} & {*smallest}) / len(smallest)


def near_duplicates(outlines: Mapping[str, Outline]) -> dict[str, tuple[str, ...]]:
    """Return for each id those of nearly the same text, the most similar first.

    Only texts that share a run of words are compared, and not by runs that many share.
    """
    holders: dict[int, list[str]] = defaultdict(list)
    for name, outline in outlines.items():
        if outline.characters >= SAME_FROM_CHARACTERS:
            for run in outline.sketch[:_LOOKED_UP]:
                holders[run].append(name)
    pairs: set[tuple[str, str]] = set()
    for names in holders.values():
        if 1 < len(names) <= _COMMON_TO:
            pairs.update(combinations(names, 2))
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for one, of_one in groupby(sorted(pairs), key=itemgetter(0)):
        sketch, runs = outlines[one].sketch, {*outlines[one].sketch}
        for _, other in of_one:
            compared = outlines[other].sketch
            if not _may_be_near(runs, compared):
                continue
            share = resemblance(sketch, compared)
            if share >= NEAR_FROM:
                found[one].append((-share, other))
                found[other].append((-share, one))
    return {
        name: tuple(other for _, other in sorted(near)[:_MOST_RELATED])
        for name, near in found.items()
    }


def _may_be_near(runs: set[int], other: Sequence[int]) -> bool:
    """Tell, sooner than `resemblance` does, whether it can reach NEAR_FROM."""
    common = len(runs.intersection(other))
    return common >= NEAR_FROM * min(_SKETCH, len(runs) + len(other) - common)


def _sketch(words: Sequence[str]) -> tuple[int, ...]:
    if not words:
        return ()
    runs = {" ".join(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))}
    return tuple(sorted({crc32(run.encode("utf-8", "surrogatepass")) for run in runs})[:_SKETCH])
