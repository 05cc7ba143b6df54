"""Erases for good: says what would go, then takes it out of corpus, texts and index."""

from dataclasses import dataclass

from archiver.corpus import Corpus
from archiver.corpus.condemned import Doomed, ErasureTarget
from archiver.jobs.lock import locked
from archiver.urls import is_web_url
from archiver.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Fate:
    """What an erasure would take, or took: captures by URL (others than asked for, too)."""

    captures: int
    urls: tuple[str, ...]
    payloads: tuple[str, ...]
    titles: tuple[str, ...]


def fate(workspace: Workspace, what: str) -> Fate:
    """Say what erasing a URL, a payload (sha256:…) or a capture would take; change nothing.

    Raises CorpusError when nothing of it is archived.
    """
    with workspace.open_corpus(read_only=True) as corpus:
        return _fate(corpus, corpus.examine(*_target(what)))


def erase(workspace: Workspace, what: str, *, reason: str, ticket: str | None) -> Fate:
    """Erase a URL, a payload or a capture's content for good; return what was taken.

    The caller brings the index up to date in the same breath; killed in between, the next update
    does. Raises CorpusError, LockedError, StorageError.
    """
    with (
        locked(workspace.lock_path, command="archiver erase"),
        workspace.open_corpus() as corpus,
    ):
        doomed = corpus.examine(*_target(what))
        taken = _fate(corpus, doomed)
        corpus.erase(doomed, reason=reason, ticket=ticket)
    return taken


def _target(what: str) -> tuple[ErasureTarget, str]:
    """Tell what words name.

    >>> _target("http://forum.example/a"), _target("SHA256:AB"), _target("9f2c6e1a7b3d4c55")
    (('url', 'http://forum.example/a'), ('payload', 'sha256:ab'), ('capture', '9f2c6e1a7b3d4c55'))
    """
    if is_web_url(what):
        return "url", what
    if what.lower().startswith("sha256:"):
        return "payload", what.lower()
    return "capture", what


def _fate(corpus: Corpus, doomed: Doomed) -> Fate:
    ids = {capture.capture_id for capture in doomed.captures}
    titles = [d.title for d in corpus.documents() if ids.intersection(d.captures)]
    return Fate(
        captures=len(doomed.captures),
        urls=tuple(dict.fromkeys(capture.url for capture in doomed.captures)),
        payloads=doomed.payloads,
        titles=tuple(titles),
    )
