"""The sample forum through the real stages, and what is read from it beside what it says.

The bundled site is served on loopback, crawled, extracted and indexed in a workspace of its own,
once with its profile and once with the general readers alone. Every document is then compared with
tests/data/sample_truth.json, field by field.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from archiver.demo.server import SITE, SampleServer
from archiver.jobs.run import run_crawl, run_index
from archiver.model import Document, Extraction
from archiver.update.sittings import missing_numbers
from archiver.workspace import Workspace, create_workspace
from bench.floors import Found, Measure, digest_of

SECTION = "metadata"
TRUTH = Path(__file__).parent.parent / "tests" / "data" / "sample_truth.json"
NAME = "sample-forum"
READINGS = {"profile": NAME, "general readers": None}
"""How the forum is read → its profile."""


@dataclass(frozen=True, slots=True)
class Forum:
    """The sample forum, archived and indexed: its workspace, its documents by each of their paths.

    `truth` has a label for each document that a crawl can reach, by its path; a file that stands
    at two places is labelled once.
    """

    reading: str
    workspace: Workspace
    documents: dict[str, Document]
    texts: dict[str, Extraction]
    truth: dict[str, dict[str, Any]]
    missing_sessions: tuple[int, ...]

    @property
    def data(self) -> str:
        """The name of this data set in the table."""
        return f"sample forum, {self.reading}"


def labels() -> dict[str, Any]:
    """Return all that is known about the sample forum."""
    known: dict[str, Any] = json.loads(TRUTH.read_text("utf-8"))
    return known


def digest() -> str:
    """Return the digest of the sample forum and its labels."""
    return digest_of(SITE, TRUTH)


def path_of(url: str) -> str:
    """Return a URL's path as the labels write it.

    >>> path_of("http://127.0.0.1:8000/dateien/B%C3%BCrger.pdf")
    '/dateien/Bürger.pdf'
    """
    return unquote(urlsplit(url).path)


@contextmanager
def archived(folder: Path, reading: str) -> Iterator[Forum]:
    """Crawl and index the sample forum below `folder`."""
    with SampleServer() as server:
        workspace = create_workspace(
            folder,
            seed=f"{server.base_url}/",
            name=NAME,
            profile=READINGS[reading],
            allow=(server.address,),
            delay=0,
        )
        run_crawl(workspace, tell=_silent)
        run_index(workspace, tell=_silent)
    with workspace.open_corpus(read_only=True) as corpus:
        documents = list(corpus.documents())
    by_path = {path_of(url): document for document in documents for url in document.urls}
    with workspace.open_texts() as texts:
        read = {
            path: extraction
            for path, document in by_path.items()
            if (extraction := texts.extraction(document.payload_digest, document.extractor))
        }
    truth = {
        label["path"]: label
        for label in labels()["documents"]
        if label["reachable"] and not label["duplicate_of"]
    }
    missing = missing_numbers(documents, NAME)
    yield Forum(reading, workspace, by_path, read, truth, missing)


def _silent(done: int, total: int, what: str) -> None:
    """Show no progress."""


Values = Callable[[dict[str, Any], Document], tuple[Any, Any]]
"""A label and a document → what is expected and what was read."""

FIELDS: dict[str, Values] = {
    "kind": lambda label, document: (label["kind"], document.kind),
    "role of files": lambda label, document: (label["role"], document.role),
    "sessions": lambda label, document: (label["sessions"], sorted(document.sessions)),
    "date of the sitting": lambda label, document: (
        (label["held_on"], label["held_until"]),
        (_iso(document.held_on), _iso(document.held_until)),
    ),
    "topic": lambda label, document: (
        [label["topic"]] if label["topic"] else [],
        list(document.topics),
    ),
    "groups": lambda label, document: (sorted(label["groups"]), sorted(document.groups)),
    "keywords": lambda label, document: (sorted(label["keywords"]), sorted(document.keywords)),
    "special": lambda label, document: (label["special"], document.special),
    # Pages without a label may still bear a stamp of their last change.
    "published, where labelled": lambda label, document: (
        label["published"],
        _iso(document.published_on),
    ),
}


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def measure(forum: Forum) -> Iterator[Found]:
    """Yield the share of documents with the right value in each field, and of conflicts kept."""
    yield _documents(forum)
    pairs = [(forum.truth[path], forum.documents[path]) for path in sorted(_both(forum))]
    for field, values in FIELDS.items():
        judged = [
            (label["path"], *values(label, document))
            for label, document in pairs
            if _counts(field, label)
        ]
        wrong = [(path, expected, read) for path, expected, read in judged if expected != read]
        yield _measure(forum, field, len(judged), wrong)
    yield from _conflicts(forum, pairs)
    expected = tuple(labels()["missing_session_numbers"])
    gaps = [("numbers", expected, forum.missing_sessions)]
    yield _measure(forum, "missing numbers", 1, gaps if expected != forum.missing_sessions else [])


def _counts(field: str, label: dict[str, Any]) -> bool:
    if field == "role of files":
        return bool(label["kind"] == "file")
    return field != "published, where labelled" or label["published"] is not None


def _documents(forum: Forum) -> Measure:
    """Measure that every document is there once, and nothing else."""
    found = {document.doc_id for document in forum.documents.values()}
    expected = {forum.documents[path].doc_id for path in _both(forum)}
    wrong: list[tuple[str, Any, Any]] = [
        (path, "a document", "none") for path in sorted(set(forum.truth) - set(forum.documents))
    ]
    wrong += [
        (path, "no document", document.title)
        for path, document in sorted(forum.documents.items())
        if document.doc_id not in expected
    ]
    return _measure(forum, "documents", len(found) + len(set(forum.truth) - _both(forum)), wrong)


def _both(forum: Forum) -> set[str]:
    return set(forum.truth) & set(forum.documents)


def _conflicts(forum: Forum, pairs: Sequence[tuple[dict[str, Any], Document]]) -> Iterator[Measure]:
    """Measure that labelled contradictions are kept, and none is seen where there is none.

    The files of a sitting about which sources disagree may show it, too.
    """
    labelled = [(label, document) for label, document in pairs if label["conflict"]]
    unseen = [
        (label["path"], label["conflict"], "no conflict")
        for label, document in labelled
        if not document.conflicts
    ]
    yield _measure(forum, "conflicts kept", len(labelled), unseen)
    touched = {number for label, _ in labelled for number in label["sessions"]}
    others = [
        (label, document) for label, document in pairs if not touched & set(label["sessions"])
    ]
    false = [
        (label["path"], "no conflict", "; ".join(map(_told, document.conflicts)))
        for label, document in others
        if document.conflicts
    ]
    yield _measure(forum, "no false conflict", len(others), false)


def _told(conflict: Any) -> str:
    words = [conflict.chosen, *conflict.others]
    return f"{conflict.field}: " + " | ".join(
        f"{one.value} ({one.evidence.place} {one.evidence.raw!r})" for one in words
    )


def _measure(forum: Forum, what: str, count: int, wrong: Sequence[tuple[str, Any, Any]]) -> Measure:
    return Measure(
        SECTION,
        forum.data,
        what,
        1 - len(wrong) / max(1, count),
        digest(),
        failures=tuple(f"{path}: expected {say(e)}, read {say(r)}" for path, e, r in wrong),
    )


def say(value: Any) -> str:
    """Return a value as a failure names it.

    >>> say(["Verkehr"]), say(None), say(("2011-10-14", None))
    ('Verkehr', 'nothing', '2011-10-14')
    """
    if isinstance(value, list | tuple):
        return ", ".join(map(str, filter(None, value))) or "nothing"
    return "nothing" if value is None else str(value)
