"""Brings a person's corrections to the documents they are about. Pure: no I/O."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from archiver.model import Reading, Source
from archiver.sites.corrections import Correction
from archiver.update.groups import Group
from archiver.urls import url_key


def settle(
    groups: Sequence[Group], corrections: Iterable[Correction]
) -> Mapping[str, Sequence[Reading]]:
    """Return the readings that are settled, by doc_id.

    A URL may be any under which the document stands, or one that redirects to it. What is said of
    a URL comes before what is said of a payload: it names one place, not all of them.
    """
    owner: dict[str, str] = {}
    for group in groups:
        for source in group.sources:
            owner.update(dict.fromkeys(_targets(source), group.doc_id))
    settled: dict[str, list[Reading]] = defaultdict(list)
    for correction in sorted(corrections, key=lambda one: one.url is None):
        doc_id = owner.get(_target(correction))
        if doc_id is not None:
            told = {reading.field for reading in settled[doc_id]}
            settled[doc_id] += [r for r in correction.readings if r.field not in told]
    return settled


def unknown_targets(sources: Iterable[Source], corrections: Iterable[Correction]) -> list[str]:
    """Return the URLs and digests of corrections that nothing archived stands under."""
    known = {target for source in sources for target in _targets(source)}
    return [one.target for one in corrections if _target(one) not in known]


def _targets(source: Source) -> list[str]:
    urls = (source.url, source.final_url, *source.aliases)
    return [source.payload_digest, *(url_key(url) for url in urls)]


def _target(correction: Correction) -> str:
    return url_key(correction.url) if correction.url else correction.digest or ""
