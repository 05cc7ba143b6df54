"""The corpus as a table: documents of the index, their texts, and the whole texts of web pages."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from archiver.errors import ArchiverError
from archiver.export.corpus import DOCUMENT_FIELDS, PAGE_BREAK, TEXTS, DocumentRow, write_documents
from archiver.export.manifest import Manifest
from archiver.export.record import sitting_date, sound
from archiver.export.redaction import Redaction, mask_text
from archiver.extract import Sandbox, Task
from archiver.jobs.export import provenance
from archiver.jobs.holdings import Holdings, open_holdings
from archiver.jobs.question import Question
from archiver.model import Document
from archiver.sites.profile import SiteProfile
from archiver.workspace import Workspace

_ALL = SiteProfile(name="whole", content=("body",))
"""A profile for which everything that a page shows is its content."""


def export_documents(
    workspace: Workspace,
    target: Path,
    *,
    sites: Sequence[str] = (),
    urls: Sequence[str] = (),
    with_text: bool = True,
    with_whole_text: bool = False,
    redact: tuple[Redaction, ...] = (),
    overwrite: bool = False,
    now: datetime | None = None,
) -> Manifest:
    """Write a row for each current document of the index, in its order: by date of the sitting.

    Raises GenerationError, UsageError, and ExportError when the output cannot be written whole.
    """
    names = {profile.name for profile in workspace.sites(tuple(sites))}
    left_out = {
        name for name, wanted in zip(TEXTS, (with_text, with_whole_text), strict=True) if not wanted
    }
    with ExitStack() as stack:
        holdings = stack.enter_context(open_holdings(workspace))
        sandbox = (
            stack.enter_context(Sandbox(workspace.settings.extract)) if with_whole_text else None
        )
        shown = [
            ordinal
            for ordinal, document in holdings.documents()
            if document.site in names and (not urls or not set(urls).isdisjoint(document.urls))
        ]
        asked = Question(query="", today=(now or datetime.now(UTC)).date())
        told = provenance(holdings, asked, "", now or datetime.now(UTC))
        rows = (_row(holdings, ordinal, sandbox, redact, with_text=with_text) for ordinal in shown)
        return write_documents(
            rows,
            target,
            provenance=told,
            expected=len(shown),
            names=tuple(name for name in DOCUMENT_FIELDS if name not in left_out),
            redact=redact,
            overwrite=overwrite,
        )


def _row(
    holdings: Holdings,
    ordinal: int,
    sandbox: Sandbox | None,
    redact: tuple[Redaction, ...],
    *,
    with_text: bool,
) -> DocumentRow:
    document = holdings.index.documents.document(ordinal)

    def plain(text: str) -> str:
        return sound(mask_text(text, redact) if redact else text)

    needs_text = with_text or sandbox is not None
    text = PAGE_BREAK.join(_pages(holdings, ordinal)) if needs_text else None
    whole = None
    if sandbox is not None:
        whole = _whole_text(holdings, document, sandbox)
        whole = plain(text or "" if whole is None else whole)
    return DocumentRow(
        doc_id=document.doc_id,
        capture_id=document.captures[0],
        site=document.site,
        kind=document.kind,
        role=document.role,
        session=document.sessions,
        held_on=sitting_date(document.held_on, document.held_until, document.date_precision),
        topics=tuple(map(plain, document.topics)),
        group=tuple(map(plain, document.groups)),
        title=plain(document.title),
        url=sound(document.urls[0]),
        captured_at=document.captured_at,
        media=document.media_type,
        language=document.language,
        pages=document.page_count,
        status=document.status,
        payload_sha256=document.payload_digest.removeprefix("sha256:") or None,
        extractor=document.extractor,
        text=plain(text) if with_text and text is not None else None,
        whole_text=whole,
    )


def _pages(holdings: Holdings, ordinal: int) -> list[str]:
    """Return the text of each page; those without one are empty, so that each has its place."""
    document = holdings.index.documents.document(ordinal)
    found = dict(holdings.page_texts(ordinal))
    last = max(document.page_count, *found) if found else document.page_count
    return [found.get(number, "") for number in range(1, last + 1)]


def _whole_text(holdings: Holdings, document: Document, sandbox: Sandbox) -> str | None:
    """Return everything a web page shows; None for a file, or when it cannot be read again."""
    if document.media_type not in ("text/html", "application/xhtml+xml"):
        return None
    capture = holdings.capture(document.captures[0])
    try:
        with holdings.corpus.read_payload(capture.capture_id) as payload:
            data = payload.read()
    except ArchiverError:
        return None
    found = sandbox.extract(
        Task(data, media_type=capture.media_type, charset=capture.charset, profile=_ALL)
    )
    return found.pages[0].text if found.pages else None
