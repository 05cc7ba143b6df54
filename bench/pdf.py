"""Measure the reading of PDF files, ours through the sandbox and with everything read."""

import logging
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from archiver.extract import ExtractSettings, Sandbox, Task
from bench.material import pdfs
from bench.measuring import Options, in_turn, seconds_of
from bench.table import Line

SECTION = "pdf"


def measure(options: Options) -> Iterator[Line]:
    """Yield pages a second beside pdftotext, pypdfium2 and pypdf, on the same files."""
    paths = pdfs(options)
    settings = ExtractSettings(wall_s=900.0, cpu_s=900.0)
    with Sandbox(settings) as one, Sandbox(settings, children=2) as two:
        pages = read_ours(paths, one)  # also starts the children
        read_ours(paths[:1] * 2, two)
        peers: dict[str, Callable[[Sequence[Path]], object]] = {"pypdfium2, text only": read_pdfium}
        if shutil.which("pdftotext"):
            peers["pdftotext"] = read_pdftotext
        seconds = in_turn(
            1 if options.quick else 3,
            {"one": lambda: seconds_of(lambda: read_ours(paths, one))}
            | {"two": lambda: seconds_of(lambda: read_ours(paths, two))}
            | {
                name: (lambda read=read: seconds_of(lambda: read(paths)))
                for name, read in peers.items()
            },
        )
        seconds["pypdf, text only"] = seconds_of(lambda: read_pypdf(paths))  # slow: once
    what = f"read {pages:,} pages"
    for name in [*peers, "pypdf, text only"]:
        yield Line(SECTION, what, pages / seconds["one"], "pages/s", name, pages / seconds[name])
    if "pdftotext" not in peers:
        yield Line(SECTION, what, pages / seconds["one"], "pages/s", "pdftotext", "not installed")
    one_child = "one child process"
    rates = pages / seconds["two"], pages / seconds["one"]
    yield Line(SECTION, f"{what}, two child processes", rates[0], "pages/s", one_child, rates[1])


def read_ours(paths: Sequence[Path], sandbox: Sandbox) -> int:
    """Read files as a run does; return the number of pages."""
    tasks = (Task(path.read_bytes(), "application/pdf", name=path.name) for path in paths)
    pages = 0
    for task, extraction in sandbox.extract_all(tasks):
        assert extraction.status == "ok", f"{task.name}: {extraction.reason}"
        pages += len(extraction.pages)
    return pages


def read_pdftotext(paths: Sequence[Path]) -> None:
    """Read with poppler's pdftotext."""
    for path in paths:
        subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True)


def read_pdfium(paths: Sequence[Path]) -> None:
    """Read with pypdfium2 alone, in this process."""
    import pypdfium2

    for path in paths:
        document = pypdfium2.PdfDocument(path)
        for page in document:
            textpage = page.get_textpage()
            textpage.get_text_range()
            textpage.close()
            page.close()
        document.close()


def read_pypdf(paths: Sequence[Path]) -> None:
    """Read with pypdf alone, in this process."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # one remark a page on some fonts
    for path in paths:
        for page in pypdf.PdfReader(path).pages:
            page.extract_text()
