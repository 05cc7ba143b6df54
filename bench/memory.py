"""Measure peak memory of the commands, with one file of 100 MiB among the pages."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.cold import WORD, page_texts
from bench.crawl import crawl
from bench.measuring import Options, Ran, archiver, run
from bench.peers import SEARCH, build_whoosh
from bench.site import make_site, served
from bench.table import Line

SECTION = "memory"
_MIB = 1024 * 1024


def measure(options: Options) -> Iterator[Line]:
    """Yield the peak of the largest process and of all together."""
    if not Path("/proc/self/status").exists():
        yield Line(SECTION, "peak memory", "needs /proc, as Linux has it")
        return
    folder = options.new_folder("memory")
    size = 1 if options.quick else 100
    make_site(folder / "site", 20 if options.quick else 500)
    write_large_pdf(folder / "site" / "gross.pdf", size * _MIB)
    start = folder / "site" / "index.html"
    link = '<p>Der Bericht: <a href="/gross.pdf">als Datei</a> zur Bürgerbeteiligung.</p></body>'
    start.write_text(start.read_text("utf-8").replace("</body>", link), "utf-8")
    workspace = folder / "workspace"
    with served(folder / "site") as base:
        crawled = crawl(workspace, base, is_watched=True)
        mirrored = _wget(base, folder / "wget") if shutil.which("wget") else None
    indexed = run(archiver("-w", workspace, "index"), is_watched=True)
    plain = options.new_folder("memory/whoosh")
    build_whoosh(page_texts(workspace), plain)
    found = run(archiver("-w", workspace, "search", WORD), is_watched=True)
    bare = run([sys.executable, "-c", SEARCH, plain, WORD], is_watched=True)
    yield from _lines(
        f"crawl, a file of {size} MiB", crawled, "wget --mirror --warc-file", mirrored
    )
    yield from _lines(f"index, a file of {size} MiB", indexed, "", None)
    yield from _lines("search", found, "plain Whoosh", bare)


def _lines(what: str, ours: Ran, peer: str, theirs: Ran | None) -> Iterator[Line]:
    yield Line(
        SECTION,
        f"{what}: largest process",
        ours.largest_mib,
        "MiB",
        peer,
        theirs.largest_mib if theirs else "not installed" if peer else None,
    )
    yield Line(SECTION, f"{what}: all processes", ours.together_mib, "MiB")


def _wget(base: str, target: Path) -> Ran:
    target.mkdir()
    command = ["wget", "--mirror", "--quiet", f"--warc-file={target / 'site'}", f"{base}/"]
    return run([*command, f"--directory-prefix={target / 'files'}"], expect=(0, 8), is_watched=True)


def write_large_pdf(path: Path, size: int) -> None:
    """Write a PDF of exactly `size` bytes: one page of text, the rest a stream nothing shows.

    The layout is that of ISO 32000-1, annex H.3.
    """
    text = b"BT /F1 12 Tf 72 720 Td (Bericht zur B\\374rgerbeteiligung) Tj ET"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page + b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        font,
    ]
    with path.open("wb") as file:
        file.write(b"%PDF-1.4\n")
        offsets = []
        for number, body in enumerate(objects, 1):
            offsets.append(file.tell())
            file.write(b"%d 0 obj%s endobj\n" % (number, body))
        offsets.append(file.tell())
        rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        head = b"6 0 obj<</Length %010d>>stream\n"
        tail = b"\nendstream endobj\n"
        trailer = b"xref\n0 7\n0000000000 65535 f \n" + rows
        trailer += b"trailer<</Size 7/Root 1 0 R>>\nstartxref\n%010d\n%%%%EOF\n"
        length = size - file.tell() - len(head % 0) - len(tail) - len(trailer % 0)
        file.write(head % length)
        chunk = bytes(range(256)) * 4096
        left = length
        while left:
            left -= file.write(chunk[: min(left, len(chunk))])
        file.write(tail)
        file.write(trailer % file.tell())
