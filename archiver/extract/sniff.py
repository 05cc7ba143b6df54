"""What a payload is, by its first bytes and by what the server said. Pure: no I/O.

The bytes win where they speak clearly (WHATWG MIME Sniffing does the same); the declaration
decides where they do not.
"""

import io
import re
import zipfile
import zlib

PDF = "application/pdf"
HTML = "text/html"
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = _OFFICE + "wordprocessingml.document"
PPTX = _OFFICE + "presentationml.presentation"
XLSX = _OFFICE + "spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODP = "application/vnd.oasis.opendocument.presentation"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
EPUB = "application/epub+zip"
RTF = "text/rtf"
MAIL = "message/rfc822"
ZIP = "application/zip"
OFFICE = frozenset({DOCX, PPTX, XLSX, ODT, ODP, ODS, EPUB})
"""Office files and books that have a text reader."""
PLAIN = frozenset(
    {TEXT, "text/csv", "text/tab-separated-values", "text/markdown", "text/x-markdown"}
    | {"text/calendar"}
)
"""Text that is read as it stands."""
SUFFIXES = {
    "csv": "text/csv",
    "eml": MAIL,
    "htm": HTML,
    "html": HTML,
    "ics": "text/calendar",
    "md": "text/markdown",
    "tsv": "text/tab-separated-values",
    "txt": TEXT,
}
"""What the ends of file names mean where no server says more and the bytes do not tell."""

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", RTF),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!", "application/vnd.rar"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "application/ogg"),
)
_MARKUP = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]{0,200}\?>\s*){0,5}"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|table|div|h[1-6]|p|a|br)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL_HEAD = re.compile(rb"(?:[!-9;-~]{1,70}:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)+")
_MAIL_FIELD = re.compile(
    rb"^(from|date|message-id|mime-version|received):", re.IGNORECASE | re.MULTILINE
)
_XML = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<(?:\?xml|rss|feed|urlset|sitemapindex|svg)\b")
_HTML_TYPES = frozenset({HTML, "application/xhtml+xml"})


def media_type_of(data: bytes, declared: str | None = None) -> str:
    r"""Return the media type of the payload, lower case, without parameters.

    >>> media_type_of(b"%PDF-1.7 ...", "text/html")
    'application/pdf'
    >>> media_type_of(b"<!DOCTYPE html><title>404</title>", "application/pdf")
    'text/html'
    >>> media_type_of("Grüße".encode("cp1252"), "text/plain; charset=utf-8")
    'text/plain'
    >>> media_type_of(b"\x00\x01\x02", None)
    'application/octet-stream'
    """
    said = (declared or "").partition(";")[0].strip().lower()
    head = data[:4096]
    if b"%PDF-" in head[:1024] and not _is_mail(head):  # a mail may quote or carry one
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(data)
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if _MARKUP.match(head):
        return HTML
    if _XML.match(head):
        return said if said.endswith("xml") else "application/xml"
    if said == MAIL or _is_mail(head):
        return MAIL if _is_text(head) else UNKNOWN
    if said in _HTML_TYPES:
        return HTML if _is_text(head) else UNKNOWN
    if said.startswith(("text/", "application/json", "application/javascript")):
        return said if _is_text(head) else UNKNOWN
    if not head:
        return said or UNKNOWN
    if said in {"", UNKNOWN, PDF, "application/msword", ZIP} or said.startswith("application/vnd"):
        return TEXT if _is_text(head) else UNKNOWN
    return said


def _is_mail(head: bytes) -> bool:
    """Tell whether bytes begin with a mail's head: sender, date, and what only programs write.

    >>> _is_mail(b"From: a@forum.example\\nDate: Fri, 14 Oct 2011\\nMIME-Version: 1.0\\n\\nx")
    True
    >>> _is_mail(b"From: Amt\\nDate: heute\\n\\nMIME-Version: 1.0")
    False
    """
    found = _MAIL_HEAD.match(head)
    names = {name.lower() for name in _MAIL_FIELD.findall(found[0])} if found else set()
    return {b"from", b"date"} < names


def _is_text(head: bytes) -> bool:
    """Tell whether bytes may be text: hardly any control characters, zeros only as UTF-16 has."""
    if not head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    zeros = head.count(0)
    if zeros:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        is_wide = (
            len(head) >= 8 and max(even, odd) * 4 > len(head) and min(even, odd) * 20 < len(head)
        )
        return is_wide or zeros * 100 < len(head)
    controls = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    return controls * 20 <= len(head)


def _zip_type(data: bytes) -> str:
    """Tell office documents apart by their members; a broken archive is just an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                said = archive.read("mimetype").decode("ascii", "replace").strip()
                if said.startswith("application/"):
                    return said
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        return ZIP
    for member, media_type in (
        ("word/document.xml", DOCX),
        ("ppt/presentation.xml", PPTX),
        ("xl/workbook.xml", XLSX),
    ):
        if member in names:
            return media_type
    return ZIP
