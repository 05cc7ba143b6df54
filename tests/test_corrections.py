"""A correction holds through a new index and a new crawl, and is told apart from what was read."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import Archiver


@pytest.fixture
def copy(sample_forum: Archiver, tmp_path: Path) -> Archiver:
    """A copy of the crawled sample forum that may be changed."""
    ignored = shutil.ignore_patterns("index")
    return Archiver(shutil.copytree(sample_forum.folder, tmp_path / "forum", ignore=ignored))


def page_27(archiver: Archiver) -> dict[str, object]:
    documents = archiver("documents", "--jsonl").jsonl
    return next(d for d in documents if d["urls"][0].endswith("/foren/2011/forum-27.html"))


def test_a_correction_survives_index_and_crawl_and_goes_with_its_line(copy: Archiver) -> None:
    before = page_27(copy)
    assert before["sessions"] == [27]
    file = copy.folder / "corrections.toml"
    file.write_text(
        f'[[correction]]\nurl = "{before["urls"][0]}"\nsession = 227\n'  # type: ignore[index]
        'note = "Zählung der Stadt"\n\n'
        '[[correction]]\nurl = "http://forum.example/nie"\nsession = 1\n',
        encoding="utf-8",
    )
    outcome = copy("index")
    assert "corrections.toml: nothing is archived under http://forum.example/nie" in outcome.err
    corrected = page_27(copy)
    assert corrected["sessions"] == [227]
    [reading] = [r for r in corrected["readings"] if r["field"] == "session"]  # type: ignore[attr-defined]
    assert reading["evidence"]["rule"] == "corrected by hand"
    assert reading["evidence"]["raw"] == "Zählung der Stadt"
    assert copy("search", "--session", "227", "--json").json["total"] >= 1

    copy("crawl")
    shutil.rmtree(copy.folder / "index")
    copy("index")
    assert page_27(copy) == corrected

    file.unlink()
    outcome = copy("index")
    assert "nothing to re-index" not in outcome.err
    assert page_27(copy) == before


def test_a_wrong_file_stops_before_anything_is_done(copy: Archiver) -> None:
    (copy.folder / "corrections.toml").write_text("[[correction]]\nsesion = 1\n")
    outcome = copy("index", expect=2)
    assert "corrections.toml: unknown key `correction[0].sesion`" in outcome.err
    assert not (copy.folder / "index" / "CURRENT").exists()
