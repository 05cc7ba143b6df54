"""That a search loads nothing it does not need; what that saves is measured by `make bench`."""

import json
import subprocess
import sys

HEAVY = {
    "archiver.crawl",
    "archiver.corpus.store",
    "archiver.extract.reading",
    "archiver.extract.sandbox",
    "archiver.model.crawling",
    "archiver.sites.profile",
    "archiver.update",
    "asyncio",
    "bs4",
    "email",
    "fastwarc",
    "http.client",
    "httpcore2",
    "lxml",
    "pypdf",
    "pypdfium2",
    "ssl",
    "subprocess",
    "urllib.request",
    "w3lib",
}


def loaded(*modules: str) -> set[str]:
    code = f"import json, sys, {', '.join(modules)}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return set(json.loads(run.stdout))


def test_a_search_loads_neither_crawler_nor_parsers_nor_network() -> None:
    code = "archiver.cli, archiver.cli.search, archiver.search, archiver.corpus.derived"
    engines = "archiver.index.engines as e; e.load_engine('whoosh'); import json"
    modules = loaded(*code.split(", "), engines)
    assert {"archiver.search.answer", "archiver.index.whoosh", "whoosh.index"} <= modules
    assert modules & HEAVY == set()


def test_help_loads_no_command() -> None:
    modules = loaded("archiver.cli")
    assert [name for name in modules if name.startswith(("archiver.search", "whoosh"))] == []


def test_what_is_loaded_late_can_be_had_by_its_name() -> None:
    from archiver import extract, model

    assert model.Exchange.__module__ == "archiver.model.crawling"
    assert extract.Sandbox.__module__ == "archiver.extract.sandbox"
    for name in extract.__all__:
        assert getattr(extract, name) is not None
    assert not hasattr(extract, "sandboxes")


def test_an_engine_that_is_loaded_leaves_the_network_library_as_it_is() -> None:
    code = (
        "from archiver.index.engines import load_engine; load_engine('whoosh');"
        "import urllib.request; print(urllib.request.urlopen.__name__)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert run.stdout == "urlopen\n"
    assert run.stderr == ""


def test_a_crawl_loads_neither_search_nor_export_nor_notifiers() -> None:
    modules = loaded("archiver.cli", "archiver.cli.crawl", "archiver.jobs.run")
    assert "archiver.crawl.loop" in modules
    late = ("archiver.search", "archiver.export", "archiver.query", "archiver.index")
    late += ("archiver.jobs.notify", "http.client", "urllib.request", "lxml", "bs4")
    assert [name for name in sorted(modules) if name.startswith(late)] == []
