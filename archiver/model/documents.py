"""What is read from bytes, and what is indexed and cited: links, pages, extractions, documents.

Pure: no I/O.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from archiver.model.values import Conflict, Precision, Reading

Kind = Literal["session", "overview", "topic", "file", "other"]
Role = Literal[
    "documentation",
    "minutes",
    "invitation",
    "agenda",
    "slides",
    "report",
    "attachment",
    "poster",
    "press",
]
ExtractionStatus = Literal[
    "ok",  # text was read
    "image_only",  # pages are pictures; no text without OCR
    "no_text",  # parsed, but nothing in it
    "encrypted",  # needs a password we do not have
    "unsupported",  # no text reader for this media type
    "failed",  # error, time, memory or output limit; `reason` says which
]


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a web page or PDF, in document order.

    `url` is absolute and as the page said it; `text` the anchor's text; `context` the list entry,
    table row or paragraph around it (at most 300 characters); `position` counts from 0. In a PDF
    `text` are the words under the link and `page` (from 1) is where they stand.
    """

    url: str
    text: str
    context: str
    position: int
    tag: str = "a"
    rel: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a PDF, or the one page of a web page.

    `number` is 1-based; `label` the printed page label ("iv", "12") when the file has one;
    `heading` the section the page lies in; `text` repaired plain text with line breaks between
    paragraphs. `is_image_only` pages have no text; `is_ocr` text was recognised, with
    `ocr_confidence` from 0 to 100.
    """

    number: int
    text: str
    label: str | None = None
    heading: str | None = None
    is_image_only: bool = False
    is_ocr: bool = False
    ocr_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a text without reading it: its size and what compares it with others.

    `text_digest` is "sha256:" + hex of the text, page by page, "" when there is none;
    `words_digest` that of its words alone, whatever stands between them; `characters` counts
    those of the words. `sketch` holds the smallest hashes of its runs of words, ascending.
    """

    page_count: int
    text_digest: str
    words_digest: str
    characters: int
    image_only_pages: int = 0
    sketch: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a file: embedded in a PDF, sent with a mail.

    Its pages stand behind the file's own: `page_count` of them from `first_page` on; both are 0
    when it gave none, and `reason` says why. A file inside a file inside a file has both names,
    "mail.eml › plan.pdf". `payload_digest` is "sha256:" + hex of its bytes, "" when they were not
    to be had.
    """

    name: str
    media_type: str = "application/octet-stream"
    payload_digest: str = ""
    size: int = 0
    first_page: int = 0
    page_count: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one capture's bytes say by themselves, without knowledge of other pages.

    `extractor` names reader and version ("html 1", "pdfium 1"); `readings` come from title,
    headings, first lines, text, meta and profile selectors, never from the URL, because one
    payload may stand under several. `reason` is set unless status is "ok". `headings` are the
    first headings of a web page, in order. `outline` stands for the pages where only the head of
    an extraction is read. `attachments` are the files inside, whose pages follow the file's own.
    `metadata` is all the file says of itself, as (name, value): also what was not chosen.
    """

    status: ExtractionStatus
    media_type: str
    extractor: str
    reason: str | None = None
    title: str | None = None
    language: str | None = None
    pages: tuple[Page, ...] = ()
    readings: tuple[Reading, ...] = ()
    author: str | None = None
    published_on: date | None = None
    warnings: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    outline: Outline | None = None
    attachments: tuple[Attachment, ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One live URL and its newest whole payload: what `update` turns into documents.

    `payload_digest` is "sha256:" + lower-case hex of the body after transfer decoding.
    `aliases` are URLs that redirect here.
    """

    site: str
    url: str
    final_url: str
    capture_id: str
    captured_at: datetime
    status: int
    media_type: str
    payload_digest: str
    payload_size: int
    charset: str | None = None
    aliases: tuple[str, ...] = ()
    first_captured_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InboundLink:
    """A link seen from its target: the page it stands on, its words, its surroundings."""

    from_url: str
    to_url: str
    text: str
    context: str
    position: int


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed and cited: resolved from extractions, links, corrections, withdrawals.

    `doc_id` is stable over rebuilds (from site and primary URL). `urls` starts with the primary
    one; `captures` holds capture ids, the current first. `sessions` may name several: two
    sittings may share minutes. `held_on`/`held_until` are the sitting's civil dates,
    `also_on` the days of the further sittings that share it, `published_on` what the site or file
    says, `captured_at` ours (UTC): never mixed.
    `readings` are the chosen ones, with their evidence; contradicting ones stand in `conflicts`.
    `page_count` counts PDF pages (1 for a web page) and, behind them, those of the `attachments`:
    files inside the file. `related` are ids of documents with nearly the
    same text, the most similar first. In the index alone an earlier
    `version` is a document of its own: it is not `is_current`, and its id says of which it is one
    (`current_id`).
    """

    doc_id: str
    site: str
    kind: Kind
    title: str
    urls: tuple[str, ...]
    captures: tuple[str, ...]
    captured_at: datetime
    media_type: str
    payload_digest: str
    http_status: int = 200
    role: Role | None = None
    sessions: tuple[int, ...] = ()
    held_on: date | None = None
    held_until: date | None = None
    date_precision: Precision | None = None
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    special: str | None = None
    language: str = "de"
    published_on: date | None = None
    parents: tuple[str, ...] = ()
    page_count: int = 0
    status: ExtractionStatus = "ok"
    reason: str | None = None
    extractor: str = ""
    version: int = 1
    is_current: bool = True
    readings: tuple[Reading, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    warnings: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    also_on: tuple[date, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def own_page_count(self) -> int:
        """The number of pages that are not those of files inside the file."""
        return self.page_count - sum(one.page_count for one in self.attachments)

    def page_url(self, page: int) -> str:
        """Return the address that opens a page, as far as a browser can.

        Pages of a PDF can be named (RFC 8118), not those of files inside it.
        """
        is_own = page <= self.own_page_count
        is_pdf = self.media_type == "application/pdf"
        return f"{self.urls[0]}#page={page}" if is_pdf and is_own else self.urls[0]

    def attachment_of(self, page: int) -> Attachment | None:
        """Return the file inside the file that a page belongs to; None for the file's own.

        >>> from datetime import UTC, datetime
        >>> plan = Attachment("plan.pdf", first_page=3, page_count=2)
        >>> document = Document("d", "s", "file", "Protokoll", ("http://forum.example/p.pdf",),
        ...     ("c",), datetime(2026, 1, 1, tzinfo=UTC), "application/pdf", "sha256:ab",
        ...     page_count=4, attachments=(plan,))
        >>> document.attachment_of(2), document.attachment_of(4).name
        (None, 'plan.pdf')
        """
        for one in self.attachments:
            if one.first_page <= page < one.first_page + one.page_count:
                return one
        return None


def version_id(doc_id: str, number: int) -> str:
    """Return the id under which an earlier version of a document is indexed.

    >>> version_id("2258e06b0b31", 3)
    '2258e06b0b31@3'
    """
    return f"{doc_id}@{number}"


def current_id(doc_id: str) -> str:
    """Return the id of the document that a document is a version of; its own, if it is current.

    >>> current_id("2258e06b0b31@3"), current_id("2258e06b0b31")
    ('2258e06b0b31', '2258e06b0b31')
    """
    return doc_id.partition("@")[0]


@dataclass(frozen=True, slots=True)
class Version:
    """One content of a document over time; a new one only when the main text changed."""

    doc_id: str
    number: int
    capture_id: str
    captured_at: datetime
    payload_digest: str
    text_digest: str
    status: ExtractionStatus
