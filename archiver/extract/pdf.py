"""PDF files: which reader, which password; then pages, labels, sections, metadata.

Decides and puts together; `pdfium` and `purepdf` know the libraries. Child process only.
"""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from archiver.extract.layout import lay_out
from archiver.extract.lines import PasswordNeededError, PdfFile
from archiver.extract.settings import EXTRACTOR_VERSION, ExtractSettings, PdfReader
from archiver.model import Extraction, ExtractionStatus, Page

MEDIA_TYPE = "application/pdf"
_MAX_PROBLEMS = 20
_PROGRAM = re.compile(r"^(?:Microsoft (?:Office )?\w+|OpenOffice\S*|Word) - ")
_FILE_ENDING = re.compile(
    r"\.(?:docx?|odt|rtf|pdf|indd|qxd|pptx?|odp|xlsx?|pub|cdr)$", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"^(?:untitled|unbenannt|ohne titel|dokument|document|präsentation|presentation|title|titel|"
    r"microsoft \w+|folie|slide|layout|druck|scan|\W*)[ _-]?\d*$",
    re.IGNORECASE,
)
_PDF_DATE = re.compile(r"^(?:D:)?(\d{4})(\d{2})(\d{2})")


def read_pdf(
    data: bytes,
    settings: ExtractSettings,
    *,
    passwords: Sequence[str] = (),
    reader: PdfReader | None = None,
) -> Extraction:
    """Read a PDF file whole; raise ExtractionError when it cannot be opened.

    Without a given `reader` the settings' one reads, and the other one when it fails.
    """
    tried = ("", *passwords)
    first = reader or settings.pdf_text
    try:
        try:
            return _extraction(_read_with(first, data, settings, tried), first, settings)
        except (PasswordNeededError, MemoryError):
            raise
        except Exception as error:  # readers raise anything on foreign bytes
            if reader is not None:
                raise
            other: PdfReader = "pypdf" if first == "pdfium" else "pdfium"
            file = _read_with(other, data, settings, tried)
            said = " ".join(str(error).split())[:200]
            file = replace(file, warnings=(f"{first}: {said}", *file.warnings))
            return _extraction(file, other, settings)
    except PasswordNeededError:
        return Extraction(
            "encrypted", MEDIA_TYPE, f"{first} {EXTRACTOR_VERSION}", reason="needs a password"
        )


def _read_with(
    reader: PdfReader, data: bytes, settings: ExtractSettings, passwords: Sequence[str]
) -> PdfFile:
    if reader == "pdfium":
        from archiver.extract.pdfium import read_file
    else:
        from archiver.extract.purepdf import read_file
    return read_file(data, settings, passwords)


def _extraction(file: PdfFile, reader: str, settings: ExtractSettings) -> Extraction:
    """Lay out the pages, number them and judge the whole."""
    laid = lay_out(file.pages)
    outline = file.outline or [
        (index, page.heading) for index, page in enumerate(laid) if page.heading
    ]
    headings = sections(outline, len(file.pages))
    pages = tuple(
        Page(
            number,
            found.text,
            page.label,
            heading,
            is_image_only=page.has_image and len(found.text) < settings.min_page_characters,
        )
        for number, (page, found, heading) in enumerate(
            zip(file.pages, laid, headings, strict=True), start=1
        )
    )
    status, reason = judge(pages)
    metadata = dict(file.metadata)
    problems = [
        f"page {number}: {page.problem}"
        for number, page in enumerate(file.pages, start=1)
        if page.problem
    ]
    return Extraction(
        status,
        MEDIA_TYPE,
        f"{reader} {EXTRACTOR_VERSION}",
        reason=reason,
        title=document_title(metadata.get("Title", "")),
        author=metadata.get("Author"),
        published_on=pdf_date(metadata.get("CreationDate", "")),
        pages=pages,
        warnings=(*file.warnings, *problems[:_MAX_PROBLEMS]),
    )


def judge(pages: Sequence[Page]) -> tuple[ExtractionStatus, str | None]:
    """Say whether the pages hold text, and if not, why.

    >>> judge([Page(1, "Protokoll"), Page(2, "", is_image_only=True)])
    ('ok', None)
    >>> judge([Page(1, "", is_image_only=True)])
    ('image_only', 'all 1 pages are pictures')
    """
    if any(page.text.strip() and not page.is_image_only for page in pages):
        return "ok", None
    pictures = sum(page.is_image_only for page in pages)
    if pictures:
        count = "all" if pictures == len(pages) else f"{pictures} of"
        return "image_only", f"{count} {len(pages)} pages are pictures"
    return "no_text", "no page holds text" if pages else "the file has no pages"


def sections(outline: Sequence[tuple[int, str]], count: int) -> list[str | None]:
    """Give each page its section: the first that begins on it, else the one that goes on.

    >>> sections([(1, "Begrüßung"), (3, "Verkehr"), (3, "Beschluss")], 5)
    [None, 'Begrüßung', 'Begrüßung', 'Verkehr', 'Beschluss']
    """
    first: dict[int, str] = {}
    last: dict[int, str] = {}
    for page, title in outline:
        first.setdefault(page, title)
        last[page] = title
    found: list[str | None] = []
    current: str | None = None
    for page in range(count):
        found.append(first.get(page, current))
        current = last.get(page, current)
    return found


def document_title(title: str) -> str | None:
    """Return a metadata title as a person would say it; programs' own names are none.

    >>> document_title("Microsoft Word - Protokoll_12.doc"), document_title("Dokument1")
    ('Protokoll_12', None)
    >>> document_title("Niederschrift der 12. Sitzung")
    'Niederschrift der 12. Sitzung'
    """
    title = _PROGRAM.sub("", " ".join(title.split()))
    title = _FILE_ENDING.sub("", title).strip()
    return None if not title or _NO_TITLE.match(title) else title[:500]


def pdf_date(text: str) -> date | None:
    """Read a date of PDF metadata (ISO 32000-1, 7.9.4).

    >>> pdf_date("D:20230709132517-00'00'"), pdf_date("gestern"), pdf_date("D:20231399")
    (datetime.date(2023, 7, 9), None, None)
    """
    found = _PDF_DATE.match(text)
    if found is None:
        return None
    with contextlib.suppress(ValueError):
        return date(int(found[1]), int(found[2]), int(found[3]))
    return None
