"""Broken files by the hundred: every one ends in an Extraction, and no child is left hanging."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.extract import ExtractSettings, Sandbox, Task

SITE = Path(__file__).parent.parent.parent / "archiver" / "demo" / "site"
SETTINGS = ExtractSettings(memory_mb=512, cpu_s=10, wall_s=10, page_s=3)


def truncated(data: bytes, step: int) -> Iterator[bytes]:
    for length in range(0, len(data), step):
        yield data[:length]


def flipped(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    dice = random.Random(seed)
    for _ in range(count):
        broken = bytearray(data)
        for _ in range(dice.randint(1, 40)):
            broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
        yield bytes(broken)


def swapped(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Exchange the bodies of objects, so that references lead to the wrong kind of thing."""
    dice = random.Random(seed)
    parts = data.split(b"endobj")
    for _ in range(count):
        mixed = list(parts)
        for _ in range(3):
            one, other = dice.randrange(len(mixed)), dice.randrange(len(mixed))
            mixed[one], mixed[other] = mixed[other], mixed[one]
        yield b"endobj".join(mixed)


def broken(path: Path, rounds: int, seed: int) -> Iterator[Task]:
    data = path.read_bytes()
    step = max(1_000, len(data) // rounds)
    for kind in (truncated(data, step), flipped(data, rounds, seed), swapped(data, rounds, seed)):
        for payload in kind:
            yield Task(payload, "application/pdf" if path.suffix == ".pdf" else "text/html")


def files(suffix: str, count: int) -> list[Path]:
    return sorted(SITE.rglob(f"*{suffix}"), key=lambda path: (path.stat().st_size, path))[-count:]


def read_all(rounds: int, paths: list[Path], settings: ExtractSettings) -> int:
    done = 0
    with Sandbox(settings, children=2) as pool:
        for seed, path in enumerate(paths):
            for task, found in pool.extract_all(broken(path, rounds, seed)):
                done += 1
                assert found.status == "ok" or found.reason
                assert not (found.reason or "").startswith(("timeout", "memory")), task.name
        assert pool.extract(Task(b"<p>Noch da", "text/html")).pages[0].text == "Noch da"
    return done


@pytest.mark.parametrize(
    ("suffix", "reader"), [(".html", "pdfium"), (".pdf", "pdfium"), (".pdf", "pypdf")]
)
def test_broken_files_end_in_a_status_and_a_reason(suffix: str, reader: str) -> None:
    settings = ExtractSettings(
        memory_mb=512,
        cpu_s=20,
        wall_s=30,
        page_s=3,
        pdf_text=reader,  # type: ignore[arg-type]
    )
    assert read_all(10, files(suffix, 4), settings) >= 100


@pytest.mark.soak
def test_thousands_of_broken_files_end_in_a_status_and_a_reason() -> None:
    assert read_all(100, [*files(".pdf", 10), *files(".html", 10)], SETTINGS) >= 4_000
