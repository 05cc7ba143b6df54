"""PDF files: which reader, which password; then pages, labels, sections, metadata, files inside.

Decides and puts together; `pdfium` and `purepdf` know the libraries. Child process only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from archiver.extract.attached import file_name
from archiver.extract.layout import lay_out
from archiver.extract.lines import PasswordNeededError, PdfFile
from archiver.extract.metadata import bring_together, read_xmp
from archiver.extract.settings import EXTRACTOR_VERSION, ExtractSettings, PdfReader
from archiver.model import Attachment, Extraction, ExtractionStatus, Page

MEDIA_TYPE = "application/pdf"
_MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class PdfParts:
    """What a file holds beside its pages."""

    xmp: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    warnings: tuple[str, ...] = ()
    is_pdf_2: bool = False


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

    def parts(file: PdfFile) -> PdfParts:
        return _read_parts(data, file, settings, tried)

    try:
        try:
            return _extraction(_read_with(first, data, settings, tried), first, settings, parts)
        except (PasswordNeededError, MemoryError):
            raise
        except Exception as error:  # readers raise anything on foreign bytes
            if reader is not None:
                raise
            other: PdfReader = "pypdf" if first == "pdfium" else "pdfium"
            file = _read_with(other, data, settings, tried)
            said = " ".join(str(error).split())[:200]
            file = replace(file, warnings=(f"{first}: {said}", *file.warnings))
            return _extraction(file, other, settings, parts)
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


def _read_parts(
    data: bytes, file: PdfFile, settings: ExtractSettings, passwords: Sequence[str]
) -> PdfParts:
    """Read XMP and the names of files inside, where there may be any; a failure is a warning.

    To open a file once more is spared most: what is looked for names itself outside of streams.
    """
    has_xmp = b"/Metadata" in data
    if not has_xmp and not file.attachments and b"/EmbeddedFile" not in data:
        return PdfParts()
    xmp: dict[str, str] = {}
    names: tuple[str, ...] = ()
    warnings: list[str] = []
    try:
        from archiver.extract.purepdf import page_clock
        from archiver.extract.purepdf_parts import Parts

        with page_clock(settings.page_s):
            parts = Parts(data, passwords, max_pages=settings.max_pages)
            names = parts.names()
            packet = parts.xmp() if has_xmp else None
            xmp = read_xmp(packet) if packet else {}
    except TimeoutError:
        warnings.append(f"metadata not read within {settings.page_s:g} s")
    except Exception as error:  # noqa: BLE001 - pypdf raises anything on foreign bytes
        said = " ".join(str(error).split())[:200] or type(error).__name__
        warnings.append(f"metadata not read: {said}")
    attachments = [Attachment(name) for name in names]
    lost = [name for name in map(file_name, file.attachments) if name not in names]
    attachments += [Attachment(name, reason="its bytes are not to be had") for name in lost]
    return PdfParts(xmp, tuple(attachments), tuple(warnings), is_pdf_2=b"%PDF-2" in data[:1024])


def _extraction(
    file: PdfFile, reader: str, settings: ExtractSettings, parts_of: Callable[[PdfFile], PdfParts]
) -> Extraction:
    """Lay out the pages, number them and judge the whole.

    Sections are told by bookmarks, else by tagged headings, else by lines larger than the text.
    """
    laid = lay_out(file.pages)
    outline = file.outline or [
        *((index, title) for index, page in enumerate(file.pages) for title in page.headings)
    ]
    outline = outline or [(index, page.heading) for index, page in enumerate(laid) if page.heading]
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
    parts = parts_of(file)
    metadata = bring_together(parts.xmp, dict(file.metadata), is_pdf_2=parts.is_pdf_2)
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
        title=next(iter(metadata.titles), None),
        language=metadata.language,
        author=metadata.author,
        published_on=metadata.created_on,
        pages=pages,
        warnings=(*file.warnings, *parts.warnings, *problems[:_MAX_PROBLEMS]),
        attachments=parts.attachments,
        metadata=metadata.said,
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
