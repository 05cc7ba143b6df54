"""One payload to one Extraction: recognise the medium, call its reader. Child process only.

Deterministic: the same bytes, declarations, profile and settings give the same Extraction.
"""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from archiver.errors import ExtractionError
from archiver.extract.attached import (
    MAX_DEPTH,
    Attached,
    Embedded,
    citable,
    named_after,
    with_attached,
)
from archiver.extract.settings import EXTRACTOR_VERSION, ExtractSettings, PdfReader
from archiver.extract.sniff import HTML, MAIL, OFFICE, PDF, PLAIN, RTF, SUFFIXES, media_type_of
from archiver.model import Attachment, Extraction, Page
from archiver.sites.profile import SiteProfile

_MAX_HEADINGS = 12
_ALSO_CALLED = {"application/x-ole-storage": " (.doc, .xls, .ppt: office files before 2007)"}


def extract(
    data: bytes,
    *,
    media_type: str | None = None,
    charset: str | None = None,
    url: str | None = None,
    profile: SiteProfile | None = None,
    settings: ExtractSettings | None = None,
    pdf_text: PdfReader | None = None,
) -> Extraction:
    """Read one payload, whatever it is, with the files inside it.

    `media_type` and `charset` are what the server declared; the first bytes may overrule them.
    `pdf_text` forces one PDF reader and forbids the other. Raises ExtractionError, and whatever
    a parser raises on hostile bytes: callers use the Sandbox.
    """
    settings = settings or ExtractSettings()
    found = extract_own(
        data,
        media_type=media_type,
        charset=charset,
        profile=profile,
        settings=settings,
        pdf_text=pdf_text,
    )

    def ask(number: int) -> Attached | str:
        try:
            return read_attached(data, number, media_type, profile, settings)
        except ExtractionError as error:
            return str(error)

    return with_attached(found, ask, settings) if found.attachments else found


def extract_own(
    data: bytes,
    *,
    media_type: str | None = None,
    charset: str | None = None,
    profile: SiteProfile | None = None,
    settings: ExtractSettings,
    pdf_text: PdfReader | None = None,
) -> Extraction:
    """Read one payload; of the files inside it only the names. Raises as `extract` does."""
    kind = media_type_of(data, media_type)
    if not data:
        return Extraction("no_text", kind, "none", reason="the payload is empty")
    if kind == PDF:
        from archiver.extract.pdf import read_pdf

        passwords = (*settings.passwords, *(profile.passwords if profile else ()))
        found = read_pdf(data, settings, passwords=passwords, reader=pdf_text)
        if settings.ocr and any(page.is_image_only for page in found.pages):
            found = _recognised(found, data, passwords, settings)
        return _with_readings(found, profile)
    if kind == HTML:
        return _extract_html(data, charset, profile)
    if kind in PLAIN:
        return _with_readings(_extract_text(data, kind, charset), profile)
    if kind == RTF:
        from archiver.extract.rtf import read_rtf

        return _with_readings(read_rtf(data), profile)
    if kind == MAIL:
        from archiver.extract.mail import read_mail

        return _with_readings(read_mail(data), profile)
    if kind in OFFICE:
        from archiver.extract.office import read_office

        return _with_readings(read_office(data, kind), profile)
    reason = f"no text reader for {kind}{_ALSO_CALLED.get(kind, '')}"
    return Extraction("unsupported", kind, "none", reason=reason)


def read_attached(
    data: bytes,
    number: int,
    media_type: str | None,
    profile: SiteProfile | None,
    settings: ExtractSettings,
) -> Attached:
    """Read the n-th file inside a payload and the files inside that, so deep as is allowed.

    Raises ExtractionError when its bytes cannot be had; what its reader says against it becomes
    a reason.
    """
    passwords = (*settings.passwords, *(profile.passwords if profile else ()))
    settings = replace(settings, passwords=passwords)
    around = frozenset({_digest(data)})
    return citable(_attached(data, number, media_type, settings, around))


def _attached(
    data: bytes,
    number: int,
    media_type: str | None,
    settings: ExtractSettings,
    around: frozenset[str],
) -> Attached:
    """Read the n-th file inside; `around` are the digests of the files it lies in."""
    file = _embedded(data, number, media_type, settings)
    declared = SUFFIXES.get(file.name.rpartition(".")[2].lower()) or file.media_type
    digest = _digest(file.data)
    own = Attachment(file.name, media_type_of(file.data, declared), digest, len(file.data))
    if digest in around:
        return Attached((replace(own, reason="holds itself"),))
    try:
        found = extract_own(file.data, media_type=declared, settings=settings)
    except (ExtractionError, RecursionError) as error:
        return Attached((replace(own, reason=str(error) or "nested too deeply"),))
    count = len(found.pages)

    def ask(place: int) -> Attached | str:
        if len(around) >= MAX_DEPTH:
            return f"not read: deeper than {MAX_DEPTH} files in files"
        try:
            return _attached(file.data, place, own.media_type, settings, around | {digest})
        except ExtractionError as error:
            return str(error)

    whole = with_attached(found, ask, settings)
    return named_after(whole, replace(own, page_count=count), has_pages=own.media_type == PDF)


def _embedded(
    data: bytes,
    number: int,
    media_type: str | None,
    settings: ExtractSettings,
) -> Embedded:
    """Unpack the n-th file inside a payload."""
    kind = media_type_of(data, media_type)
    if kind == MAIL:
        from archiver.extract.mail import attached_file

        return attached_file(data, number)
    if kind != PDF:
        raise ExtractionError("holds no files")
    from archiver.extract.purepdf import page_clock
    from archiver.extract.purepdf_parts import Parts

    try:
        with page_clock(settings.page_s):
            passwords = ("", *settings.passwords)
            return Parts(data, passwords, max_pages=settings.max_pages).embedded(number)
    except TimeoutError as error:
        raise ExtractionError(f"not unpacked within {settings.page_s:g} s") from error
    except (MemoryError, ExtractionError):
        raise
    except Exception as error:  # pypdf raises anything on foreign bytes
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise ExtractionError(f"not unpacked: {said}") from error


def _digest(data: bytes) -> str:
    return f"sha256:{sha256(data).hexdigest()}"


def _with_readings(extraction: Extraction, profile: SiteProfile | None) -> Extraction:
    from archiver.extract.clues import file_readings

    return replace(extraction, readings=file_readings(extraction, profile))


def _recognised(
    found: Extraction, data: bytes, passwords: Sequence[str], settings: ExtractSettings
) -> Extraction:
    """Recognise the pages that are pictures, and judge the whole anew."""
    from archiver.extract.ocr import recognise_pages
    from archiver.extract.pdf import judge
    from archiver.extract.pdfium import render_page

    def render(index: int) -> bytes:
        return render_page(data, index, settings.ocr_dpi, ("", *passwords))

    pages, warnings = recognise_pages(found.pages, render, settings)
    status, reason = judge(pages)
    return replace(
        found, pages=pages, status=status, reason=reason, warnings=(*found.warnings, *warnings)
    )


def _extract_html(data: bytes, charset: str | None, profile: SiteProfile | None) -> Extraction:
    from archiver.extract.clues import html_readings
    from archiver.extract.html import read_html

    page = read_html(data, charset, profile)
    pages = (Page(1, page.text, heading=page.title),) if page.text else ()
    return Extraction(
        "ok" if pages else "no_text",
        HTML,
        f"html {EXTRACTOR_VERSION}",
        reason=None if pages else "the page holds no text",
        title=page.title,
        language=page.language,
        pages=pages,
        readings=html_readings(page, profile),
        headings=page.headings[:_MAX_HEADINGS],
        author=page.author,
        published_on=page.published_on,
        warnings=page.warnings,
    )


def _extract_text(data: bytes, kind: str, charset: str | None) -> Extraction:
    from archiver.extract.charset import decode
    from archiver.extract.tree import tidy

    text = tidy(decode(data, charset, is_html=False)[0])
    return Extraction(
        "ok" if text else "no_text",
        kind,
        f"text {EXTRACTOR_VERSION}",
        reason=None if text else "the file holds no text",
        title=text.partition("\n")[0][:200] or None,
        pages=(Page(1, text),) if text else (),
    )
