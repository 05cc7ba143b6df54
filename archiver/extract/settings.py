"""What a user may set about extraction, and the key under which its results are kept."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from archiver.codec import Count, PositiveCount, PositiveSeconds, to_json

if TYPE_CHECKING:
    from archiver.sites.profile import SiteProfile

EXTRACTOR_VERSION = 3
"""Raised whenever the same bytes and settings would give another Extraction."""

PdfReader = Literal["pdfium", "pypdf"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractSettings:
    """How foreign bytes are read, and the limits of the child process that reads them.

    `memory_mb` bounds the child's address space, `cpu_s` and `wall_s` the time of one document,
    `page_s` that of one page, `input_mb` and `output_mb` what goes in and what comes out.
    `pdf_text` names the reader of PDF text; the other one is tried once when it crashes. `ocr`
    recognises pages that are only pictures, with Tesseract and its `ocr_language`, for at most
    `ocr_page_s` a page and `ocr_s` a document. `passwords` are tried on encrypted PDFs.
    A child is replaced after `tasks_per_child` documents; the links of a page count as a tenth.
    """

    memory_mb: PositiveCount = 1024
    cpu_s: PositiveSeconds = 60.0
    wall_s: PositiveSeconds = 90.0
    page_s: PositiveSeconds = 10.0
    input_mb: PositiveCount = 200
    output_mb: PositiveCount = 64
    max_pages: PositiveCount = 20_000
    tasks_per_child: PositiveCount = 1_000
    pdf_text: PdfReader = "pdfium"
    ocr: bool = False
    ocr_language: str = "deu"
    ocr_page_s: PositiveSeconds = 60.0
    ocr_s: PositiveSeconds = 1_800.0
    ocr_dpi: PositiveCount = 300
    min_page_characters: Count = 20
    passwords: tuple[str, ...] = ()


def extractor_key(profile: "SiteProfile | None", settings: ExtractSettings) -> str:
    """Return the key under which a payload's Extraction is kept: version and a short digest.

    It changes with everything in profile and settings that shapes the result, and with nothing
    else: a site's scope or politeness does not touch it.

    >>> from archiver.sites.profile import SiteProfile
    >>> key = extractor_key(None, ExtractSettings())
    >>> key.split("-")[0], len(key)
    ('3', 14)
    >>> key == extractor_key(SiteProfile(seeds=("http://forum.example/",)), ExtractSettings())
    True
    >>> key == extractor_key(None, ExtractSettings(pdf_text="pypdf"))
    False
    """
    from archiver.sites.profile import SiteProfile

    profile = profile or SiteProfile()
    shaping = (
        profile.title,
        profile.content,
        profile.remove,
        sorted(profile.pages.items()),
        sorted(profile.fields.items()),
        profile.passwords,
        profile.first_year,
        settings,
        _recogniser(settings),
    )
    digest = hashlib.sha256(to_json(shaping)).hexdigest()[:12]
    return f"{EXTRACTOR_VERSION}-{digest}"


def _recogniser(settings: ExtractSettings) -> str | None:
    """Name the recogniser at hand: installing it later must give the scans their text."""
    if not settings.ocr:
        return None
    from archiver.extract.ocr import version

    return version(settings.ocr_language)
