"""Real German material for measuring: Debian's manuals, fetched once and kept outside git.

`apt-get download` brings the packages, `dpkg -x` unpacks them into .cache/bench; nothing is
installed. On a machine without apt `books()` says what is missing.
"""

import gzip
import random
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(__file__).parent.parent / ".cache" / "bench"
PACKAGES = (
    "installation-guide-amd64",
    "debian-reference-de",
    "developers-reference-de",
    "debian-faq-de",
)
_BOOKS = {
    "installation-guide": "usr/share/doc/installation-guide-amd64/de/install.de",
    "debian-reference": "usr/share/debian-reference/debian-reference.de",
    "developers-reference": "usr/share/developers-reference/de/developers-reference",
    "debian-faq": "usr/share/doc/debian/FAQ/debian-faq.de",
}


class MissingCorpusError(Exception):
    """The material cannot be had on this machine; the message says why."""


@dataclass(frozen=True, slots=True)
class Book:
    """A German PDF and the same text as its makers wrote it."""

    name: str
    pdf: Path
    truth: Path


def books() -> list[Book]:
    """Return the four books, fetching them on the first call; raise MissingCorpusError."""
    pairs = CACHE / "pairs"
    if not all((pairs / f"{name}.pdf").exists() for name in _BOOKS):
        _fetch(CACHE / "packages")
        pairs.mkdir(parents=True, exist_ok=True)
        for name, stem in _BOOKS.items():
            _unpack(CACHE / "packages" / "root" / f"{stem}.pdf", pairs / f"{name}.pdf")
            _unpack(CACHE / "packages" / "root" / f"{stem}.txt", pairs / f"{name}.truth.txt")
    return [Book(n, pairs / f"{n}.pdf", pairs / f"{n}.truth.txt") for n in _BOOKS]


def paragraphs() -> list[str]:
    """Return the books' real German paragraphs, 80 to 2,000 characters each."""
    found = []
    for book in books():
        text = book.truth.read_text(encoding="utf-8", errors="replace")
        for block in re.split(r"\n\s*\n", text):
            words = " ".join(block.split())
            if 80 <= len(words) <= 2000:
                found.append(words)
    return list(dict.fromkeys(found))


def pages(count: int, *, size: int = 2300, seed: int = 28) -> list[str]:
    """Return `count` German pages of about `size` characters, recombined from real paragraphs."""
    stock = paragraphs()
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        page: list[str] = []
        length = 0
        while length < size:
            paragraph = chance.choice(stock)
            page.append(paragraph)
            length += len(paragraph)
        made.append("\n\n".join(page))
    return made


def _fetch(folder: Path) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise MissingCorpusError("apt-get and dpkg are needed to fetch Debian's manuals")
    folder.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        if not list(folder.glob(f"{package}_*.deb")):
            command = ["apt-get", "download", "-qq", package]
            outcome = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, check=False
            )
            if outcome.returncode:
                last = (outcome.stderr.strip().splitlines() or ["no reason given"])[-1]
                raise MissingCorpusError(f"apt-get download {package}: {last}")
        [archive, *_] = sorted(folder.glob(f"{package}_*.deb"))
        subprocess.run(["dpkg", "-x", archive, folder / "root"], check=True)


def _unpack(source: Path, target: Path) -> None:
    packed = source.with_name(source.name + ".gz")
    data = gzip.decompress(packed.read_bytes()) if packed.exists() else source.read_bytes()
    target.write_bytes(data)
