"""Groups what belongs to one document: sources with the same payload or text, links to them.

Pure: no I/O.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from archiver.model import Extraction, InboundLink, Source
from archiver.update.outline import SAME_FROM_CHARACTERS
from archiver.urls import url_key


@dataclass(frozen=True, slots=True)
class Group:
    """One document to be: where its payload stands, what it says, links to it and from it.

    `sources` starts with the primary one: the first captured, then the smallest URL. The
    `extraction` is the primary's, its pages left out, its outline there.
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
        return is_web_page(self.extraction)


def document_id(site: str, url: str) -> str:
    """Return the id of the document whose primary location is `url`: 12 hex digits.

    >>> document_id("town", "http://forum.example/28.html")
    '2258e06b0b31'
    """
    return sha256(f"{site}\n{url_key(url)}".encode()).hexdigest()[:12]


def group_sources(
    sources: Sequence[Source],
    extractions: Mapping[str, Extraction],
    links: Iterable[InboundLink],
) -> list[Group]:
    """Group sources by payload or text, order them, and give each group the links to it.

    `extractions` holds what each payload digest says. Links of one page with the same words are
    kept once for each target. Groups come in the order of their doc_id.
    """
    by_payload: dict[tuple[str, ...], list[Source]] = defaultdict(list)
    for source in sources:
        if source.payload_digest in extractions:
            same = same_text(extractions[source.payload_digest]) or (source.payload_digest,)
            by_payload[source.site, *same].append(source)
    owner: dict[str, str] = {}
    members: dict[str, tuple[Source, ...]] = {}
    for (site, *_), found in by_payload.items():
        ordered = tuple(sorted(found, key=_first_seen))
        doc_id = document_id(site, ordered[0].url)
        members[doc_id] = ordered
        for source in ordered:
            for url in (source.url, source.final_url, *source.aliases):
                owner[url_key(url)] = doc_id
    inbound: dict[str, dict[tuple[str, str, str], InboundLink]] = defaultdict(dict)
    outbound: dict[str, list[InboundLink]] = defaultdict(list)
    owner_of = cache(lambda url: owner.get(url_key(url)))  # the same pages link and are linked
    for link in links:
        target, origin = owner_of(link.to_url), owner_of(link.from_url)
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


def same_text(extraction: Extraction) -> tuple[str, ...] | None:
    """Return what is the same for all payloads of one document, None if only the payload can tell.

    A print view or a second copy differs in bytes and not in words. Pages of the same words with
    other titles are a form or a wall before the content; pictures may differ where words do not.
    """
    outline = extraction.outline
    if outline is None or outline.characters < SAME_FROM_CHARACTERS or outline.image_only_pages:
        return None
    title = extraction.title or "" if is_web_page(extraction) else ""
    return extraction.media_type, str(outline.page_count), outline.words_digest, title


def is_web_page(extraction: Extraction) -> bool:
    """Tell whether a payload is a web page, not a file that one links."""
    return extraction.media_type in ("text/html", "application/xhtml+xml")


def _first_seen(source: Source) -> tuple[object, str]:
    return (source.first_captured_at or source.captured_at, source.url)
