"""A page that changes, is searched in its versions, and is erased: as a person does it."""

import shutil
from pathlib import Path

import pytest

from archiver.demo.server import SITE, SampleServer
from tests.conftest import Archiver, index_sample, new_forum

PATH = "/foren/2011/forum-28.html"


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Archiver:
    """The sample forum; one page bore a word between the first crawl and the third."""
    with SampleServer() as server:
        archiver = new_forum(server, tmp_path_factory.mktemp("changed"))
        original = (SITE / PATH.lstrip("/")).read_bytes()
        for page in (original, original.replace(b"</h1>", b"</h1><p>Quittenbaum.</p>"), original):
            server.overlay = {PATH: page}
            archiver("crawl")
        index_sample(archiver, tmp_path_factory, "general")
    return archiver


@pytest.fixture
def copy(changed: Archiver, tmp_path: Path) -> Archiver:
    shutil.copytree(changed.folder, tmp_path / "f", ignore=shutil.ignore_patterns("index"))
    archiver = Archiver(tmp_path / "f")
    archiver("index")
    return archiver


def url_of(archiver: Archiver) -> str:
    found = archiver("search", "Bürgerbeteiligung", "--session", "28", "--json").json
    urls = [group["document"]["urls"][0] for group in found["groups"]]
    return next(url for url in urls if url.endswith(PATH))


def test_what_a_page_said_earlier_is_found_when_asked_for(changed: Archiver) -> None:
    assert changed("search", "Quittenbaum", expect=1).out == ""
    found = changed("search", "Quittenbaum", "--all-versions", "--json").json
    (group,) = found["groups"]
    assert (group["document"]["version"], group["document"]["is_current"]) == (2, False)
    out = changed("search", "Quittenbaum", "--first").out
    assert "version 2, captured 20" in out
    assert "changed since" in out


def test_every_first_appearance_is_told_once(changed: Archiver) -> None:
    found = changed("search", "Bürgerbeteiligung", "--first", "--json", "-n", "99").json
    page = [g for g in found["groups"] if g["document"]["urls"][0].endswith(PATH)]
    assert [group["document"]["version"] for group in page] == [1]
    everything = changed("search", "Bürgerbeteiligung", "--all-versions", "--json", "-n", "99").json
    versions = [
        group["document"]["version"]
        for group in everything["groups"]
        if group["document"]["urls"][0].endswith(PATH)
    ]
    assert sorted(versions) == [1, 2, 3]


def test_an_earlier_version_is_shown_and_exported_with_its_capture(changed: Archiver) -> None:
    (group,) = changed("search", "Quittenbaum", "--all-versions", "--json").json["groups"]
    shown = changed("show", group["hits"][0]["hit_id"]).out
    assert "Quittenbaum" in shown
    rows = changed("export", "Quittenbaum", "--all-versions", "--format", "jsonl", "-o", "-").jsonl
    assert [row["match"] for row in rows] == ["Quittenbaum"]
    assert changed("export", "Quittenbaum", "--format", "jsonl", "-o", "-").jsonl == []


def test_erasing_asks_first_and_changes_nothing_unasked(changed: Archiver) -> None:
    url = url_of(changed)
    refused = changed("erase", url, "--reason", "names of minors", expect=2)
    assert "to be erased: 3 captures" in refused.err
    assert url in refused.err
    assert "--yes" in refused.err
    assert not (changed.folder / "corpus" / "erased.jsonl").exists()


def test_what_is_erased_is_gone_from_search_exports_and_disk(copy: Archiver) -> None:
    url = url_of(copy)
    before = copy("search", "Bürgerbeteiligung", "--json").json["total"]
    copy("export", "Bürgerbeteiligung", "-o", "hits.csv")
    done = copy("erase", url, "--reason", "names of minors", "--ticket", "2026/17", "--yes")
    assert "erased: 3 captures of 1 URL" in done.out
    assert copy("search", "Bürgerbeteiligung", "--json").json["total"] == before - 1
    copy("search", "Quittenbaum", "--all-versions", expect=1)
    copy("verify", "--deep")
    checked = copy("verify", "hits.csv", "--json", expect=None)
    assert "gone" in checked.out
    told = copy("history", url, expect=2).err
    assert "erased on 20" in told
    assert "(2026/17): names of minors" in told
    left = [p for p in copy.folder.rglob("*") if p.is_file() and p.parent.name != "warc"]
    assert not [p for p in left if b"quittenbaum" in p.read_bytes().lower()]
    assert len(list((copy.folder / "index" / "generations").iterdir())) == 1


def test_withdrawing_hides_earlier_versions_too(copy: Archiver) -> None:
    url = url_of(copy)
    copy("withdraw", url, "--reason", "under review")
    copy("search", "Quittenbaum", "--all-versions", expect=1)
    copy("withdraw", url, "--undo", "--reason", "settled")
    assert copy("search", "Quittenbaum", "--all-versions", "--json").json["total"] == 1


def id_of(archiver: Archiver) -> str:
    listed = archiver("documents", "--jsonl").jsonl
    return next(one["doc_id"] for one in listed if one["urls"][0].endswith(PATH))


def test_history_and_diff_take_a_documents_id_as_well(changed: Archiver) -> None:
    url, name = url_of(changed), id_of(changed)
    by_url = changed("history", url, "--json").json
    assert len(by_url["visits"]) == 3
    assert changed("history", name, "--json").json == by_url
    assert changed("history", f"{name}@2", "--json").json == by_url
    assert "+Quittenbaum." in changed("diff", name, "1", "2").out
    assert changed("diff", name).out == changed("diff", url).out


def test_an_unknown_id_is_told_as_an_unknown_url_is(changed: Archiver) -> None:
    told = "archiver: 000000000000 was never captured – archiver documents lists all\n"
    assert changed("history", "000000000000", expect=2).err == told
    changed("diff", "000000000000", expect=2)


def test_a_document_is_withdrawn_by_its_id(copy: Archiver) -> None:
    url, name = url_of(copy), id_of(copy)
    assert copy("withdraw", name, "--reason", "under review").out == f"withdrawn: {url}\n"
    copy("search", "Quittenbaum", "--all-versions", expect=1)
    told = copy("history", name, expect=2).err
    assert "never captured" in told
    copy("withdraw", url, "--undo", "--reason", "settled")
    assert copy("search", "Quittenbaum", "--all-versions", "--json").json["total"] == 1


def test_a_payload_that_is_not_here_is_not_withdrawn(changed: Archiver) -> None:
    unknown = "sha256:" + "0" * 64
    outcome = changed("withdraw", unknown, "--reason", "a slip of the pen", expect=2)
    assert outcome.err == f"archiver: {unknown}: nothing of it is archived here\n"
    assert not (changed.folder / "corpus" / "withdrawn.jsonl").exists()


def test_an_exported_corpus_is_never_written_over(changed: Archiver, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name in ("forum.warc.gz", "forum.wacz", "forum.cdxj", "folder"):
        target = tmp_path / name
        if name != "folder":
            target.write_text("precious")
        outcome = changed("corpus", "export", str(target), expect=2)
        assert outcome.err == f"archiver: {target}: exists already – choose another name\n"
        assert target.is_dir() or target.read_text() == "precious"
