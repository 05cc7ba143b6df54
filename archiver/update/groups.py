"""Groups what belongs to one document: sources with the same payload, and links to them.

Pure: no I/O.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from archiver.model import Extraction, InboundLink, Source
from archiver.urls import url_key


@dataclass(frozen=True, slots=True)
class Group:
    """One document to be: where its payload stands, what it says, links to it and from it.

    `sources` starts with the primary one: the first captured, then the smallest URL.
    """

    doc_id: str
    sources: tuple[Source, ...]
    extraction: Extraction
    inbound: tuple[InboundLink, ...] = ()
    outbound: tuple[InboundLink, ...] = ()

    @property
    def primary(self) -> Source:
        """The source whose URL is cited."""
        return self.sources[0]

    @property
    def is_web_page(self) -> bool:
        """Tell whether the payload is a web page, not a linked file."""
        return self.extraction.media_type in ("text/html", "application/xhtml+xml")


def document_id(site: str, url: str) -> str:
    """Return the id of the document whose primary location is `url`: 12 hex digits.

    >>> document_id("town", "http://forum.example/28.html")
    '2258e06b0b31'
    """
    return sha256(f"{site}\n{url_key(url)}".encode()).hexdigest()[:12]


def group_sources(
    sources: Sequence[Source],
    extractions: dict[str, Extraction],
    links: Iterable[InboundLink],
) -> list[Group]:
    """Group sources by payload, order them, and give each group the links that lead to it.

    `extractions` holds what each payload digest says. Links of one page with the same words are
    kept once for each target. Groups come in the order of their doc_id.
    """
    by_payload: dict[tuple[str, str], list[Source]] = defaultdict(list)
    for source in sources:
        if source.payload_digest in extractions:
            by_payload[source.site, source.payload_digest].append(source)
    owner: dict[str, str] = {}
    members: dict[str, tuple[Source, ...]] = {}
    for (site, _), found in by_payload.items():
        ordered = tuple(sorted(found, key=_first_seen))
        doc_id = document_id(site, ordered[0].url)
        members[doc_id] = ordered
        for source in ordered:
            for url in (source.url, source.final_url, *source.aliases):
                owner[url_key(url)] = doc_id
    inbound: dict[str, dict[tuple[str, str, str], InboundLink]] = defaultdict(dict)
    outbound: dict[str, list[InboundLink]] = defaultdict(list)
    for link in links:
        target, origin = owner.get(url_key(link.to_url)), owner.get(url_key(link.from_url))
        if origin is not None:
            outbound[origin].append(link)
        if target is not None and target != origin:
            inbound[target].setdefault((link.from_url, link.text, link.context), link)
    return [
        Group(
            doc_id,
            members[doc_id],
            extractions[members[doc_id][0].payload_digest],
            tuple(inbound[doc_id].values()),
            tuple(outbound[doc_id]),
        )
        for doc_id in sorted(members)
    ]


def _first_seen(source: Source) -> tuple[object, str]:
    return (source.first_captured_at or source.captured_at, source.url)
