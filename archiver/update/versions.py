"""Whether a document's content is a new version of it, or still the one before. Pure: no I/O.

Only the site makes versions: the same payload is the same version, whatever a newer extractor
reads in it. While other bytes of a page change but its text does not, the capture that brought the
text stays the one that is cited.
"""

from collections.abc import Callable
from dataclasses import replace

from archiver.model import Document, Extraction, Version

HeadOf = Callable[[str], Extraction | None]
"""What the present extractor reads in a payload, by its digest; None when it is not kept."""


def versioned(
    document: Document, extraction: Extraction, last: Version | None, head_of: HeadOf
) -> tuple[Document, Version | None]:
    """Return the document with its version's number, and that version if it is new.

    `last` is the newest version known of the document; `extraction` has its outline.
    """
    if last is not None and last.payload_digest == document.payload_digest:
        return replace(document, version=last.number), None
    digest = text_digest(extraction, document.payload_digest)
    if last is not None:
        before = head_of(last.payload_digest)
        held = text_digest(before, last.payload_digest) if before else last.text_digest
        if held == digest:
            kept = pinned(document, last) if before else document
            return replace(kept, version=last.number), None
    number = last.number + 1 if last else 1
    version = Version(
        doc_id=document.doc_id,
        number=number,
        capture_id=document.captures[0],
        captured_at=document.captured_at,
        payload_digest=document.payload_digest,
        text_digest=digest,
        status=document.status,
    )
    return replace(document, version=number), version


def text_digest(extraction: Extraction, payload_digest: str) -> str:
    """Return what tells two versions apart: the digest of the main text.

    Where there is no text, the payload itself is what may change.
    """
    outline = extraction.outline
    return outline.text_digest if outline and outline.text_digest else payload_digest


def pinned(document: Document, version: Version) -> Document:
    """Cite the capture of a version whose text the document still has."""
    return replace(
        document,
        payload_digest=version.payload_digest,
        captured_at=version.captured_at,
        captures=(version.capture_id, *document.captures[1:]),
    )
