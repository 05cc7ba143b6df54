"""A crawl beside a file of 100 MiB stays small."""

import os
import random
import subprocess
import sys
from pathlib import Path

from archiver.demo.server import SampleServer
from tests.conftest import ROOT, Archiver, new_forum
from tests.test_whole_way import captured

MIB = 1024**2
# A process of its own, because a child is charged with the memory of what started it.
MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_bytes(archiver: Archiver, *arguments: str) -> int:
    """Run a command that must succeed; return the largest memory of it and of what it started."""
    command = [sys.executable, "-c", MEASURE, sys.executable, "-m", "archiver", *arguments]
    ran = subprocess.run(
        command,
        cwd=archiver.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    code, kibibytes = ran.stdout.split()
    assert code == "0", ran.stderr
    return int(kibibytes) * (1 if sys.platform == "darwin" else 1024)


def test_a_crawl_beside_a_large_pdf_stays_below_100_mb(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text('<h1>Forum</h1><a href="/gross.pdf">Dokumentation</a>')
    (site / "gross.pdf").write_bytes(b"%PDF-1.7\n" + random.Random(28).randbytes(100 * MIB - 9))
    (tmp_path / "forum").mkdir()
    with SampleServer(site) as server:
        archiver = new_forum(server, tmp_path / "forum")
        assert peak_bytes(archiver, "crawl") < 100_000_000
    assert any(
        url.endswith("/gross.pdf") and status == 200 for url, status, _ in captured(archiver)
    )
    assert peak_bytes(archiver, "verify", "--deep") < 100_000_000
