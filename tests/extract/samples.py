"""Payloads made for the tests of extraction: small PDFs, pages and archives. No file is read."""

import io
import zipfile
import zlib


def pdf(
    *pages: list[tuple[float, float, str]],
    stream: bytes | None = None,
    info: str = "",
    catalog: str = "",
) -> bytes:
    """Write a PDF whose pages carry lines (x, y, text) in Helvetica 12, Windows-1252."""
    contents = [stream] if stream is not None else [_content(lines) for lines in pages]
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(contents), b" ".join(b"%d 0 R" % (5 + 2 * n) for n in range(len(contents)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>".encode("cp1252"),
    ]
    for number, content in enumerate(contents):
        packed = zlib.compress(content, 9)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (6 + 2 * number)
        )
        objects.append(
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
        )
    return assembled(objects)


def assembled(objects: list[bytes]) -> bytes:
    """Write numbered objects with a right cross-reference table; 1 is the root, 4 the info."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _content(lines: list[tuple[float, float, str]]) -> bytes:
    parts = []
    for x, y, text in lines:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        parts.append(b"BT /F1 12 Tf %g %g Td (%s) Tj ET" % (x, y, escaped.encode("cp1252")))
    return b"\n".join(parts)


def column(
    *texts: str, x: float = 72, y: float = 740, step: float = 15
) -> list[tuple[float, float, str]]:
    """Place texts as lines below each other."""
    return [(x, y - number * step, text) for number, text in enumerate(texts)]


def operator_flood(count: int = 2_000_000) -> bytes:
    """Write a small PDF whose one page takes pypdf very long to read."""
    return pdf(stream=b"BT /F1 12 Tf (a) Tj ET\n" + b"q 1 0 0 1 0 0 cm Q " * count)


def archive(**members: str) -> bytes:
    """Write a ZIP archive; `__` in a name stands for a slash, `_dot_` for a full stop."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return buffer.getvalue()
