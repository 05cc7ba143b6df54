"""The versions of a document: what its text was, and since when. Pure: no I/O.

They follow from the captures of the URL it is cited by and from nothing else, so that a catalogue
made anew has the same ones. Only the site makes them: payloads in a row that the present extractor
reads the same text in are one version, told by the capture that brought it. Copies under other
URLs come and go at their own pace and tell nothing of what was there when.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from archiver.model import Document, Extraction, Source, Version, version_id

HeadOf = Callable[[Source], Extraction]
"""What the present extractor reads in a source's payload: its head, with the outline."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """The versions of a document, oldest first, each with the source that brought its text."""

    versions: tuple[Version, ...]
    sources: tuple[Source, ...]

    @property
    def last(self) -> Version:
        """The version the document has now."""
        return self.versions[-1]


def lineage(doc_id: str, states: Sequence[Source], head_of: HeadOf) -> Lineage:
    """Return the versions of a document from all payloads its URL had, oldest first, one or more.

    A text that comes back after another one is a version again.
    """
    versions: list[Version] = []
    sources: list[Source] = []
    for source in states:
        head = head_of(source)
        digest = text_digest(head, source.payload_digest)
        if versions and versions[-1].text_digest == digest:
            continue
        sources.append(source)
        versions.append(
            Version(
                doc_id=doc_id,
                number=len(versions) + 1,
                capture_id=source.capture_id,
                captured_at=source.captured_at,
                payload_digest=source.payload_digest,
                text_digest=digest,
                status=head.status,
            )
        )
    return Lineage(tuple(versions), tuple(sources))


def current(document: Document, line: Lineage) -> Document:
    """Return the document with its version's number, citing the capture that brought its text."""
    last = line.last
    return replace(
        document,
        version=last.number,
        payload_digest=last.payload_digest,
        captured_at=last.captured_at,
        captures=(last.capture_id, *document.captures[1:]),
    )


def earlier(document: Document, line: Lineage, head_of: HeadOf) -> Iterator[Document]:
    """Yield the earlier versions as documents of their own, those with pages, oldest first.

    Session, date and topic are the document's: an earlier version tells of the same sitting.
    """
    for version, source in zip(line.versions[:-1], line.sources, strict=False):
        head = head_of(source)
        pages = head.outline.page_count if head.outline else 0
        if not pages:
            continue
        yield replace(
            document,
            doc_id=version_id(document.doc_id, version.number),
            urls=(source.url,),
            captures=(version.capture_id,),
            captured_at=version.captured_at,
            media_type=head.media_type,
            payload_digest=version.payload_digest,
            http_status=source.status,
            page_count=pages,
            status=head.status,
            reason=head.reason,
            version=version.number,
            is_current=False,
            conflicts=(),
            warnings=head.warnings,
            attachments=head.attachments,
            related=(),
        )


def text_digest(extraction: Extraction, payload_digest: str) -> str:
    """Return what tells two versions apart: the digest of the main text.

    Where there is no text, the payload itself is what may change.
    """
    outline = extraction.outline
    return outline.text_digest if outline and outline.text_digest else payload_digest
