"""The child processes: what they give, what they survive, what they leave behind."""

import os
import pickle
import shutil
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from archiver.errors import ExtractionError
from archiver.extract import ExtractSettings, Sandbox, Task
from archiver.model import Extraction
from tests.extract.samples import column, operator_flood, pdf

PAGE = b"<html><body><h1>12. Forum</h1><p>Wir sprachen \xc3\xbcber B\xc3\xa4ume.</p></body></html>"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(ExtractSettings(), children=2) as pool:
        yield pool


def text_of(extraction: Extraction) -> str:
    return "\n".join(page.text for page in extraction.pages)


def test_a_web_page_comes_back_as_text(sandbox: Sandbox) -> None:
    extraction = sandbox.extract(Task(PAGE, "text/html"))
    assert (extraction.status, extraction.title) == ("ok", "12. Forum")
    assert text_of(extraction) == "12. Forum\nWir sprachen über Bäume."


def test_a_pdf_comes_back_page_by_page(sandbox: Sandbox) -> None:
    payload = pdf(column("Begrüßung im Stadt-", "teil"), column("Zweite Seite"))
    extraction = sandbox.extract(Task(payload, "application/pdf"))
    assert [page.text for page in extraction.pages] == ["Begrüßung im Stadtteil", "Zweite Seite"]
    assert extraction.extractor.startswith("pdfium")


def test_links_are_read_in_the_child(sandbox: Sandbox) -> None:
    reading = sandbox.read_links(
        b"<li><a href='p.pdf'>Protokoll</a>", "text/html", "http://f.example/a/"
    )
    assert [link.url for link in reading.links] == ["http://f.example/a/p.pdf"]


def test_a_page_that_never_ends_is_given_up_at_the_wall_clock() -> None:
    settings = ExtractSettings(wall_s=4.0, page_s=600, pdf_text="pypdf")
    with Sandbox(settings) as pool:
        extraction = pool.extract(Task(operator_flood(), "application/pdf"))
        assert (extraction.status, extraction.reason) == ("failed", "timeout: not read within 4 s")
        assert pool.extract(Task(PAGE, "text/html")).status == "ok"


def test_computing_time_is_limited_for_each_task_anew() -> None:
    settings = ExtractSettings(cpu_s=0.5, wall_s=60, page_s=600, pdf_text="pypdf")
    with Sandbox(settings) as pool:
        reason = pool.extract(Task(operator_flood(), "application/pdf")).reason
        assert reason == "timeout: needs more than 0.5 s of computing"


def test_a_slow_page_costs_only_itself() -> None:
    settings = ExtractSettings(page_s=0.5, wall_s=60, pdf_text="pypdf")
    with Sandbox(settings) as pool:
        extraction = pool.extract(Task(operator_flood(), "application/pdf"))
    assert extraction.warnings == ("page 1: not read within 0.5 s",)


def test_a_killed_child_is_replaced_and_its_task_fails_with_a_reason() -> None:
    settings = ExtractSettings(page_s=600, wall_s=60, pdf_text="pypdf")
    with Sandbox(settings) as pool:
        pool.extract(Task(PAGE, "text/html"))
        process = pool._all[0]._process
        assert process is not None
        killer = threading.Timer(0.5, os.kill, (process.pid, signal.SIGKILL))
        killer.start()
        extraction = pool.extract(Task(operator_flood(), "text/html"))
        killer.join()
        assert extraction.extractor.startswith("pdfium")  # the other reader was tried once
        assert pool.extract(Task(PAGE, "text/html")).status == "ok"


def test_what_needs_too_much_memory_fails_and_the_next_task_is_read() -> None:
    settings = ExtractSettings(memory_mb=300, input_mb=500)
    with Sandbox(settings) as pool:
        reason = pool.extract(Task(b"<p>" + b"x " * 150_000_000, "text/html")).reason
        assert reason is not None
        assert reason.startswith("memory")
        assert pool.extract(Task(PAGE, "text/html")).status == "ok"


def test_a_payload_or_an_answer_beyond_its_cap_is_refused() -> None:
    settings = ExtractSettings(input_mb=3, output_mb=1)
    with Sandbox(settings) as pool:
        assert pool.extract(Task(b" " * 3_200_000)).reason == "limit: larger than 3 MB"
        long = b"<p>" + b"Wort " * 500_000
        assert pool.extract(Task(long, "text/html")).reason == "limit: gives more than 1 MB of text"


def test_children_are_replaced_after_their_number_of_tasks() -> None:
    with Sandbox(ExtractSettings(tasks_per_child=2)) as pool:
        used = set()
        for _ in range(4):
            pool.extract(Task(PAGE, "text/html"))
            process = pool._all[0]._process
            used.add(process.pid if process else None)
        assert len(used) == 3  # first child, none (ended after two), second child


def test_the_links_of_ten_pages_wear_a_child_as_one_document() -> None:
    with Sandbox(ExtractSettings(tasks_per_child=1)) as pool:
        alive = []
        for _ in range(11):
            pool.read_links(PAGE, "text/html", "http://forum.example/")
            alive.append(pool._all[0]._process is not None)
        assert alive == [True] * 9 + [False, True]


def test_no_child_is_left_when_the_pool_closes() -> None:
    with Sandbox(ExtractSettings()) as pool:
        pool.extract(Task(PAGE, "text/html"))
        process = pool._all[0]._process
        assert process is not None
    assert process.returncode == -signal.SIGKILL


def test_many_tasks_come_back_in_order_from_any_executor() -> None:
    tasks = [Task(b"<p>Nummer %d</p>" % number, "text/html") for number in range(20)]
    wanted = [f"Nummer {number}" for number in range(20)]
    with Sandbox(ExtractSettings(), children=2) as pool:
        assert [text_of(found) for _, found in pool.extract_all(tasks)] == wanted
        with ThreadPoolExecutor(3) as threads:
            assert [text_of(found) for _, found in pool.extract_all(tasks, threads)] == wanted
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
            assert [text_of(found) for _, found in pool.extract_all(tasks, processes)] == wanted


def test_good_tasks_survive_beside_crashing_ones() -> None:
    settings = ExtractSettings(wall_s=4.0, page_s=600, pdf_text="pypdf")
    flood = Task(operator_flood(), "application/pdf")
    tasks = [flood if number == 3 else Task(PAGE, "text/html") for number in range(10)]
    with Sandbox(settings, children=2) as pool:
        states = [found.status for _, found in pool.extract_all(tasks)]
    assert states == ["ok"] * 3 + ["failed"] + ["ok"] * 6


def test_a_pickled_sandbox_keeps_its_settings() -> None:
    pool = Sandbox(ExtractSettings(wall_s=7.0))
    assert pickle.loads(pickle.dumps(pool)).settings.wall_s == 7.0


def test_the_same_bytes_give_the_same_extraction_in_every_child(sandbox: Sandbox) -> None:
    payload = pdf(column("Ä. Ort", "Zeit"), column("Mehr"), info="/Title (Niederschrift)")
    found = {sandbox.extract(Task(payload, "application/pdf")) for _ in range(4)}
    with Sandbox() as other:
        found.add(other.extract(Task(payload, "application/pdf")))
    assert len(found) == 1


def test_a_child_that_cannot_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", shutil.which("false"))
    with Sandbox() as pool, pytest.raises(ExtractionError, match="does not start"):
        pool.extract(Task(PAGE, "text/html"))


def test_large_payloads_pass_through_the_pipe(sandbox: Sandbox) -> None:
    payload = b"<p>Anfang</p>" + b"<!-- " + b"x" * 20_000_000 + b" --><p>Ende</p>"
    assert text_of(sandbox.extract(Task(payload, "text/html"))) == "Anfang\nEnde"
