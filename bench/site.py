"""A generated site of many small pages, and the process that serves it on loopback.

`python -m bench.site FOLDER` serves a folder until its standard input is closed. The server is the
sample forum's: some 10,000 answers a second, so that it does not dominate what is measured.
"""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archiver.demo.server import SampleServer
from bench.measuring import environment

_SECTION = 50  # pages in a section
_SUBJECTS = (
    "Der Radweg", "Die Arbeitsgruppe", "Das Stadtteilzentrum", "Die Verwaltung", "Der Marktplatz",
    "Die Buslinie", "Der Spielplatz", "Das Bürgerforum", "Die Stadtbücherei", "Der Grünzug",
    "Die Lärmkarte", "Das Verkehrskonzept", "Der Haushalt", "Die Sprecherin", "Der Jugendtreff",
)  # fmt: skip
_VERBS = (
    "berät", "verbindet", "betrifft", "ergänzt", "ersetzt", "begleitet", "prüft", "erweitert",
    "ordnet", "verändert", "entlastet", "beschreibt",
)  # fmt: skip
_OBJECTS = (
    "die Bürgerbeteiligung am Flussufer", "den Fußgängerüberweg vor der Schule",
    "das Konzept für den Güterverkehr", "die Kulturförderung im Stadtteil",
    "den Umbau der alten Gießerei", "die Pflege der Straßenbäume", "das Wohnen im Alter",
    "die Öffnungszeiten der Sporthalle", "den Ausbau der Ganztagsbetreuung",
    "die Beleuchtung am Bahnhof", "das Ergebnis der Befragung", "den Entwurf des Zeitplans",
)  # fmt: skip
_ENDS = (
    "bis zum Herbst.", "nach dem Beschluss des Rates.", "ohne weitere Kosten.",
    "in drei Schritten.", "gemeinsam mit den Anwohnern.", "wie im Protokoll vermerkt.",
    "auf Wunsch der Kinder.", "trotz offener Fragen.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """What a crawl must find: paths of pages, and links as (path, path)."""

    pages: frozenset[str]
    links: frozenset[tuple[str, str]]


def sentences(chance: random.Random, count: int) -> str:
    """Return invented German sentences."""
    return " ".join(
        " ".join(chance.choice(words) for words in (_SUBJECTS, _VERBS, _OBJECTS, _ENDS))
        for _ in range(count)
    )


def texts(count: int, *, size: int = 2300, seed: int = 28) -> list[str]:
    """Return `count` invented German texts of about `size` characters."""
    chance = random.Random(seed)
    return [sentences(chance, size // 75) for _ in range(count)]


def make_site(folder: Path, pages: int, *, seed: int = 28) -> Truth:
    """Write a start page, sections and small pages, `pages` in all; return what links where.

    Every page links its section, the page after it and three pages anywhere.
    """
    chance = random.Random(seed)
    sections = max(1, (pages - 1) // (_SECTION + 1))
    leaves = pages - 1 - sections
    paths = [f"/teil-{i % sections:03}/seite-{i:05}.html" for i in range(leaves)]
    starts = [f"/teil-{i:03}/" for i in range(sections)]
    links = {"/": list(starts)}
    for i, start in enumerate(starts):
        links[start] = ["/", *paths[i::sections]]
    for i, path in enumerate(paths):
        anywhere = [chance.choice(paths) for _ in range(3)]
        links[path] = [starts[i % sections], paths[(i + 1) % leaves], *anywhere]
    for path, targets in links.items():
        file = folder / (path[1:] + "index.html" if path.endswith("/") else path[1:])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_page(path, list(dict.fromkeys(targets)), chance), "utf-8")
    return Truth(
        pages=frozenset(links),
        links=frozenset((path, target) for path, targets in links.items() for target in targets),
    )


def _page(path: str, targets: list[str], chance: random.Random) -> str:
    entries = "\n".join(f'<li><a href="{url}">Zu {url.strip("/")}</a></li>' for url in targets)
    body = "\n".join(f"<p>{sentences(chance, 5)}</p>" for _ in range(3))
    return (
        f'<!DOCTYPE html>\n<html lang="de"><head><meta charset="utf-8"><title>{path}</title></head>'
        f"\n<body><h1>Bericht {path}</h1>\n{body}\n<ul>\n{entries}\n</ul></body></html>\n"
    )


@contextmanager
def served(folder: Path | None) -> Iterator[str]:
    """Serve a folder (None: the sample forum) from a process of its own; give its base URL."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.site", *([str(folder)] if folder else [])],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(10)


def main(arguments: list[str]) -> int:
    """Serve until standard input is closed."""
    with SampleServer(Path(arguments[0]) if arguments else None) as server:
        print(server.base_url, flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
