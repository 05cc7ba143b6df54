"""The derived texts: whole extractions, single pages, what is missing, what is poisoned."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from archiver.corpus.derived import DerivedTexts
from archiver.errors import CorpusError
from archiver.model import DateSpan, Evidence, Extraction, Page, Reading

DIGEST = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64


def extraction(pages: int = 3, status: str = "ok") -> Extraction:
    day = DateSpan(date(2026, 5, 4))
    return Extraction(
        status=status,  # type: ignore[arg-type]
        media_type="application/pdf",
        extractor="pdfium 1",
        title="Protokoll der 3. Sitzung",
        pages=tuple(
            Page(n, f"Seite {n}: Grünfläche\n\nZweiter Absatz", label=str(n + 4), heading="TOP 1")
            for n in range(1, pages + 1)
        ),
        readings=(Reading("date", day, Evidence("first", "4. Mai 2026", "text", page=1), 0.9),),
        warnings=("no outline",),
    )


def test_an_extraction_comes_back_as_it_was(tmp_path: Path) -> None:
    with DerivedTexts.open(tmp_path / "text.sqlite") as texts:
        texts.save_extractions([(DIGEST, "pdfium 1", extraction())])
        assert texts.extraction(DIGEST, "pdfium 1") == extraction()
        assert texts.extraction(DIGEST, "pdfium 2") is None
        assert texts.extraction(OTHER, "pdfium 1") is None


def test_one_page_is_read_without_the_others(tmp_path: Path) -> None:
    path = tmp_path / "text.sqlite"
    with DerivedTexts.open(path) as texts:
        texts.save_extractions([(DIGEST, "pdfium 1", extraction(300))])
    with DerivedTexts.open(path, read_only=True) as texts:
        page = texts.page_text(DIGEST, "pdfium 1", 250)
        assert page.text == "Seite 250: Grünfläche\n\nZweiter Absatz"
        assert (page.number, page.label, page.heading) == (250, "254", "TOP 1")
        with pytest.raises(CorpusError, match="page 301 of sha256:aaa"):
            texts.page_text(DIGEST, "pdfium 1", 301)


def test_what_is_held_never_changes(tmp_path: Path) -> None:
    with DerivedTexts.open(tmp_path / "text.sqlite") as texts:
        texts.save_extractions([(DIGEST, "pdfium 1", extraction())])
        texts.save_extractions([(DIGEST, "pdfium 1", extraction(1, "no_text"))])
        assert texts.extraction(DIGEST, "pdfium 1") == extraction()


def test_missing_pairs_are_listed_once_in_order(tmp_path: Path) -> None:
    with DerivedTexts.open(tmp_path / "text.sqlite") as texts:
        texts.save_extractions([(DIGEST, "pdfium 1", extraction())])
        wanted = [(OTHER, "html 1"), (DIGEST, "pdfium 1"), (DIGEST, "html 1"), (OTHER, "html 1")]
        assert texts.missing(wanted) == [(OTHER, "html 1"), (DIGEST, "html 1")]


def test_a_second_failure_poisons_for_that_extractor_only(tmp_path: Path) -> None:
    with DerivedTexts.open(tmp_path / "text.sqlite") as texts:
        assert texts.note_failure(DIGEST, "pdfium 1", "memory limit") == 1
        assert texts.poisoned(DIGEST, "pdfium 1") is None
        assert texts.note_failure(DIGEST, "pdfium 1", "time limit") == 2
        assert texts.poisoned(DIGEST, "pdfium 1") == "time limit"
        assert texts.poisoned(DIGEST, "pdfium 2") is None


def test_broken_characters_of_a_page_are_kept(tmp_path: Path) -> None:
    odd = Extraction("ok", "text/html", "html 1", pages=(Page(1, "vor\ud800nach\x00"),))
    with DerivedTexts.open(tmp_path / "text.sqlite") as texts:
        texts.save_extractions([(DIGEST, "html 1", odd)])
        assert texts.page_text(DIGEST, "html 1", 1).text == "vor\ud800nach\x00"


def test_forgotten_payloads_leave_nothing(tmp_path: Path) -> None:
    with DerivedTexts.open(tmp_path / "text.sqlite") as texts:
        texts.save_extractions([(DIGEST, "a", extraction()), (OTHER, "a", extraction())])
        texts.note_failure(DIGEST, "b", "time limit")
        texts.forget([DIGEST])
        assert texts.extraction(DIGEST, "a") is None
        assert texts.extraction(OTHER, "a") == extraction()
        with pytest.raises(CorpusError):
            texts.page_text(DIGEST, "a", 1)


@pytest.mark.parametrize("content", [b"", b"garbage" * 999])
def test_texts_that_cannot_be_read_are_made_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "text.sqlite"
    path.write_bytes(content)
    with DerivedTexts.open(path) as texts:
        texts.save_extractions([(DIGEST, "a", extraction())])
    with DerivedTexts.open(path, read_only=True) as texts:
        assert texts.extraction(DIGEST, "a") == extraction()


def test_a_missing_file_answers_as_an_empty_one_and_stays_missing(tmp_path: Path) -> None:
    with DerivedTexts.open(tmp_path / "text.sqlite", read_only=True) as texts:
        assert texts.missing([(DIGEST, "a")]) == [(DIGEST, "a")]
    assert list(tmp_path.iterdir()) == []


def test_reading_a_page_needs_none_of_the_heavy_libraries() -> None:
    script = (
        "import sys; import archiver.corpus.derived;"
        "print([m for m in ('w3lib', 'fastwarc', 'bs4', 'lxml', 'archiver.corpus.store')"
        " if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
