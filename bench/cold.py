"""Measure a cold search: one process from start to answer, beside the bare engine's."""

import sys
from collections.abc import Iterator
from pathlib import Path

from archiver.index.engines import ENGINES
from archiver.workspace import find_workspace
from bench.measuring import Options, archiver, in_turn, run
from bench.peers import SEARCH, build_whoosh
from bench.site import make_site, served
from bench.table import Line

SECTION = "cold"
WORD = "Bürgerbeteiligung"


def measure(options: Options) -> Iterator[Line]:
    """Yield seconds of a cold search on the sample forum; a ratio of 2 is the most allowed."""
    workspace = options.new_folder("cold") / "workspace"
    site = None
    if options.quick:
        site = options.new_folder("cold/site")
        make_site(site, 20)
    make_workspace(workspace, site)
    plain = options.new_folder("cold/whoosh")
    build_whoosh(page_texts(workspace), plain)
    session = [] if options.quick else ["--session", "28"]
    ours = archiver("-w", workspace, "search", WORD, *session)
    bare: list[str | Path] = [sys.executable, "-c", SEARCH, plain, WORD]
    empty: list[str | Path] = [sys.executable, "-c", "pass"]
    for engine in ENGINES[:1] if options.quick else ENGINES:
        run(archiver("-w", workspace, "index", "--engine", engine), expect=(0, 3))
        for command in (ours, bare, empty):
            assert run(command).out or command is empty  # also writes the byte code
        seconds = in_turn(
            2 if options.quick else 21,
            {
                "ours": lambda: run(ours).seconds,
                "bare": lambda: run(bare).seconds,
                "empty": lambda: run(empty).seconds,
            },
        )
        what = f"search from a shell, {engine}"
        peer = "plain Whoosh, ten hits"
        yield Line(SECTION, what, seconds["ours"], "s", peer, seconds["bare"])
        yield Line(SECTION, what, seconds["ours"], "s", "python -c pass", seconds["empty"])


def make_workspace(workspace: Path, site: Path | None) -> None:
    """Make, crawl and index a workspace of a folder, None for the sample forum."""
    with served(site) as base:
        address = base.removeprefix("http://")
        seed = ["--seed", f"{base}/", "--allow", address, "--delay", "0"]
        run(archiver("init", workspace, *seed))
        run(archiver("-w", workspace, "crawl"), expect=(0, 3))
    run(archiver("-w", workspace, "index"), expect=(0, 3))


def page_texts(workspace: Path) -> list[str]:
    """Return the texts of all pages a workspace can search."""
    opened = find_workspace(workspace)
    with opened.open_index() as index, opened.open_texts() as texts:
        return [
            texts.page_text(document.payload_digest, document.extractor, number).text
            for document in index.all_documents()
            if document.status == "ok"
            for number in range(1, document.page_count + 1)
        ]
