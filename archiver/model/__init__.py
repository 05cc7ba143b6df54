"""The nouns of the product: frozen values that the stages exchange. Pure: no I/O.

Those of crawling are loaded when first asked for: a search does not need them, and to make a
frozen dataclass costs 1.4 ms.
"""

from typing import TYPE_CHECKING

from archiver.model.documents import (
    Attachment,
    Document,
    Extraction,
    ExtractionStatus,
    InboundLink,
    Kind,
    Link,
    Outline,
    Page,
    Role,
    Source,
    Version,
    current_id,
    version_id,
)
from archiver.model.results import (
    Answer,
    Coverage,
    DocumentHits,
    Facet,
    FacetValue,
    Hit,
    Snippet,
    Sort,
    Widening,
    Within,
)
from archiver.model.values import (
    MISSING_YEAR,
    About,
    Conflict,
    DateSpan,
    Evidence,
    FieldName,
    Place,
    Precision,
    Reading,
)

if TYPE_CHECKING:
    from archiver.model.crawling import (
        MAX_LINK_BYTES,
        Candidate,
        Capture,
        CaptureKind,
        CrawlCounts,
        CrawlReport,
        CrawlStart,
        CrawlState,
        CrawlStore,
        Event,
        EventKind,
        Exchange,
        HostRecord,
        LinkReading,
        Recording,
        UrlRecord,
        UrlRole,
        UrlState,
        UrlUpdate,
    )

__all__ = [
    "MAX_LINK_BYTES",
    "MISSING_YEAR",
    "About",
    "Answer",
    "Attachment",
    "Candidate",
    "Capture",
    "CaptureKind",
    "Conflict",
    "Coverage",
    "CrawlCounts",
    "CrawlReport",
    "CrawlStart",
    "CrawlState",
    "CrawlStore",
    "DateSpan",
    "Document",
    "DocumentHits",
    "Event",
    "EventKind",
    "Evidence",
    "Exchange",
    "Extraction",
    "ExtractionStatus",
    "Facet",
    "FacetValue",
    "FieldName",
    "Hit",
    "HostRecord",
    "InboundLink",
    "Kind",
    "Link",
    "LinkReading",
    "Outline",
    "Page",
    "Place",
    "Precision",
    "Reading",
    "Recording",
    "Role",
    "Snippet",
    "Sort",
    "Source",
    "UrlRecord",
    "UrlRole",
    "UrlState",
    "UrlUpdate",
    "Version",
    "Widening",
    "Within",
    "current_id",
    "version_id",
]


def __getattr__(name: str) -> object:
    """Load the nouns of crawling."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from archiver.model import crawling

    return getattr(crawling, name)
