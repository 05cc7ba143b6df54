"""That every part of the benchmark runs and checks what it should; never how fast."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import PARTS, main
from bench.corpora import MissingCorpusError
from bench.crawl import check
from bench.measuring import Options, descendants, run
from bench.memory import write_large_pdf
from bench.query import KINDS, drawn
from bench.site import Truth, make_site, texts
from bench.table import Line, table


@pytest.mark.parametrize("part", PARTS)
def test_each_part_runs_small(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([part, "--quick"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in lines if line[:1] == [part]], "no line of this part"
    assert not [line for line in lines if "failed" in line]


def test_the_site_links_every_page_from_another(tmp_path: Path) -> None:
    truth = make_site(tmp_path, 120)
    assert len(truth.pages) == 120
    assert {target for _, target in truth.links} == truth.pages
    assert sum(1 for _ in tmp_path.rglob("*.html")) == 120


def test_a_missed_page_is_a_wrong_result(tmp_path: Path) -> None:
    from archiver.corpus import Corpus

    Corpus.open(tmp_path / "corpus").close()
    lines = list(check(tmp_path, "http://127.0.0.1:1", Truth(frozenset({"/"}), frozenset())))
    assert [(line.value, line.is_wrong) for line in lines] == [
        ("0 of 1", True),
        ("0 of 0", False),
        ("clean", False),
    ]


def test_a_part_without_its_material_says_so_and_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> None:
        raise MissingCorpusError("apt-get is needed")

    monkeypatch.setattr("bench.corpora.books", missing)
    assert main(["pdf"]) == 0
    assert "apt-get is needed" in capsys.readouterr().out


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["crawling"])
    assert "crawl, pdf, index" in capsys.readouterr().err


def test_a_file_is_exactly_as_large_as_asked_and_readable(tmp_path: Path) -> None:
    import pypdf

    path = tmp_path / "large.pdf"
    write_large_pdf(path, 1_500_000)
    assert path.stat().st_size == 1_500_000
    pages = pypdf.PdfReader(path, strict=True).pages
    assert [page.extract_text() for page in pages] == ["Bericht zur Bürgerbeteiligung"]


def test_queries_are_drawn_alike_every_time() -> None:
    pages = texts(5)
    for kind in KINDS:
        assert drawn(pages, kind, 3) == drawn(pages, kind, 3)
    assert '"' in drawn(pages, "phrase", 1)[0]


def test_memory_of_children_counts_and_of_the_caller_does_not() -> None:
    held = b"x" * 80_000_000
    child = "b = b'x' * 60_000_000; import time; time.sleep(.2)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    ran = run([sys.executable, "-c", parent], is_watched=True)
    assert 60 < ran.largest_mib < 76
    assert ran.together_mib > ran.largest_mib
    assert len(held) == 80_000_000


def test_children_and_their_children_are_found() -> None:
    with subprocess.Popen(["sh", "-c", "sleep 30 & wait"]) as process:
        while len(found := descendants(process.pid)) < 2:
            pass
        assert found[0] == process.pid
        assert os.getpid() not in found
        for pid in reversed(found):
            os.kill(pid, 15)


def test_a_ratio_is_ours_divided_by_the_peers() -> None:
    rows = [
        Line("cold", "search", 0.3, "s", "bare", 0.15).cells,
        Line("crawl", "archive", 1234.5, "pages/s", "wget", "not installed").cells,
    ]
    assert table(rows).splitlines() == [
        "section  what      ours  unit     peer         peer's  ratio",
        "-------  -------  -----  -------  ----  -------------  -----",
        "cold     search     0.3  s        bare           0.15   2.00",
        "crawl    archive  1,234  pages/s  wget  not installed",
    ]


def test_options_give_an_empty_folder_each_time(tmp_path: Path) -> None:
    options = Options(tmp_path)
    (options.new_folder("a") / "old").touch()
    assert list(options.new_folder("a").iterdir()) == []
