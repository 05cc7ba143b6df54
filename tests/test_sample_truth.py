"""The sample forum through the real stages, compared with what is known of it.

The general readers know nothing of the site; the profile is the built-in one. The floors are the
scores reached when they were set: who lowers one says why.
"""

import json
import shutil
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import ROOT, Archiver

TRUTH = json.loads((ROOT / "tests" / "data" / "sample_truth.json").read_text("utf-8"))

KNOWN = {one["path"]: one for one in TRUTH["documents"] if one["reachable"]}
# A constituting sitting is an ordinary numbered one to the list of what is known.
ORDINARY = (None, "constituting")

Documents = Mapping[str, Any]


@pytest.fixture(scope="module")
def general(sample_forum: Archiver) -> Documents:
    """Every document as the general readers tell it, by the path it stands under."""
    return by_path(sample_forum)


@pytest.fixture(scope="module")
def profiled(sample_forum: Archiver, tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """Every document as the built-in profile tells it: the same captures, read anew."""
    folder = tmp_path_factory.mktemp("profiled")
    shutil.copytree(sample_forum.folder / "corpus", folder / "corpus")
    settings = (sample_forum.folder / "archiver.toml").read_text("utf-8")
    with_profile = settings.replace("# profile = ...", 'profile = "sample-forum" #')
    assert with_profile != settings
    (folder / "archiver.toml").write_text(with_profile, encoding="utf-8")
    archiver = Archiver(folder)
    archiver("index")
    return by_path(archiver)


def by_path(archiver: Archiver) -> Documents:
    documents = archiver("documents", "--jsonl").jsonl
    return {unquote(urlsplit(url).path): one for one in documents for url in one["urls"]}


def wrong(documents: Documents, field: str) -> dict[str, tuple[Any, Any]]:
    """Return what differs from what is known: path → (read, known)."""
    pairs = {path: (documents[path], known) for path, known in KNOWN.items() if path in documents}
    values = {path: (read_of(one, field), known_of(k, field)) for path, (one, k) in pairs.items()}
    return {path: pair for path, pair in values.items() if pair[0] != pair[1]}


def read_of(document: Any, field: str) -> Any:
    if field == "topic":
        return document["topics"]
    if field in ("groups", "keywords"):
        return sorted(document[field])
    if field == "special":
        return None if document["special"] in ORDINARY else document["special"]
    return document[field]


def known_of(known: Any, field: str) -> Any:
    if field == "topic":
        return [known["topic"]] if known["topic"] else []
    return sorted(known[field]) if field in ("groups", "keywords") else known[field]


FLOORS = {
    "kind": 122,
    "role": 122,
    "sessions": 122,
    "held_on": 122,
    "held_until": 122,
    "also_on": 122,
    "topic": 120,
    "special": 122,
    "groups": 122,
    "keywords": 122,
}


def test_every_known_document_is_found(general: Documents) -> None:
    missing = {path for path, one in KNOWN.items() if path not in general and not one["damaged"]}
    assert missing == set()
    assert len(KNOWN) == 122


@pytest.mark.parametrize(("field", "floor"), FLOORS.items())
def test_the_general_readers_reach_their_floor(general: Documents, field: str, floor: int) -> None:
    found = wrong(general, field)
    assert len(KNOWN) - len(found) >= floor, found


@pytest.mark.parametrize(("field", "floor"), {**FLOORS, "groups": 121}.items())
def test_the_profile_reaches_its_floor(profiled: Documents, field: str, floor: int) -> None:
    found = wrong(profiled, field)
    assert len(KNOWN) - len(found) >= floor, found


@pytest.mark.parametrize("read_by", ["general", "profiled"])
def test_exactly_what_the_sources_contradict_is_a_conflict(
    read_by: str, request: pytest.FixtureRequest
) -> None:
    documents = request.getfixturevalue(read_by)
    torn = {
        path: sorted({conflict["field"] for conflict in one["conflicts"]})
        for path, one in documents.items()
        if one["conflicts"]
    }
    assert {conflict["path"] for conflict in TRUTH["conflicts"]} <= set(torn)
    assert torn == {
        "/foren/2009/forum21.html": ["date"],
        "/dateien/2009/protokoll_21.pdf": ["date"],  # listed in the same entry of the overview
        "/sitzungen/2014-09-25/": ["session"],
    }


def test_a_copied_heading_gives_way_to_the_number_others_agree_on(general: Documents) -> None:
    page = general["/sitzungen/2014-09-25/"]
    assert page["sessions"] == [36]
    [conflict] = page["conflicts"]
    assert "the heading's number is taken" in conflict["chosen"]["evidence"]["rule"]
    assert {other["value"] for other in conflict["others"]} == {35}


def test_a_file_under_two_names_is_one_document(general: Documents) -> None:
    twins = {one["path"]: one["duplicate_of"] for one in KNOWN.values() if one["duplicate_of"]}
    assert twins
    for path, original in twins.items():
        assert general[path]["doc_id"] == general[original]["doc_id"]


def test_numbers_that_no_document_bears_are_missing(sample_forum: Archiver) -> None:
    listed = sample_forum("sessions", "--json").json
    assert [one["session"] for one in listed["missing"]] == TRUTH["missing_session_numbers"]


def test_both_ways_of_reading_cite_the_same_documents(
    general: Documents, profiled: Documents
) -> None:
    assert {p: d["doc_id"] for p, d in general.items()} == {
        p: d["doc_id"] for p, d in profiled.items()
    }
