"""What a document was over time: its versions, and what changed between two of them."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from archiver.corpus import Corpus
from archiver.corpus.decisions import Decisions
from archiver.errors import UsageError
from archiver.extract import Sandbox, Task, extractor_key
from archiver.model import Capture, Document, Version
from archiver.model.documents import current_id
from archiver.urls import is_web_url, url_key
from archiver.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Visit:
    """One capture of a URL, as its history shows it."""

    captured_at: datetime
    status: int | None
    kind: str
    capture_id: str
    payload_digest: str | None


@dataclass(frozen=True, slots=True)
class History:
    """A document's versions (contents) and the visits to its URL (captures), oldest first."""

    document: Document | None
    versions: tuple[Version, ...]
    visits: tuple[Visit, ...]


def history(workspace: Workspace, name: str) -> History:
    """Return the history of a URL, or of the first URL of the document with an id.

    Raises UsageError when it was never captured, or erased.
    """
    with workspace.open_corpus(read_only=True) as corpus:
        document = _document(corpus, name)
        url = document.urls[0] if document is not None and not is_web_url(name) else name
        visits = [
            Visit(c.captured_at, c.status, c.kind, c.capture_id, c.payload_digest)
            for c in corpus.captures(url=url)
        ]
        if not visits:
            erased = corpus.erasure_of(url)
            if erased is not None:
                raise UsageError(f"{url} was {erased.words}")
            raise UsageError(f"{url} was never captured", remedy="archiver documents lists all")
        versions = _versions(corpus, document) if document else []
    return History(document, tuple(versions), tuple(visits))


def diff(workspace: Workspace, url: str, first: int | None, second: int | None) -> Iterator[str]:
    """Yield the lines of a unified diff between two versions' texts (default: the last two).

    `url` may be the document's id. Raises UsageError for an unknown URL, id or version, or when
    there is only one version.
    """
    with workspace.open_corpus(read_only=True) as corpus:
        document = _document(corpus, url)
        versions = {v.number: v for v in _versions(corpus, document)} if document else {}
        if document is None or not versions:
            raise UsageError(f"{url} is no document here", remedy="archiver documents lists all")
        if first is None and len(versions) < 2:
            raise UsageError(f"{url} has one version only, so there is nothing to compare")
        numbers = sorted(versions)
        old = versions.get(first if first is not None else numbers[-2])
        new = versions.get(second if second is not None else numbers[-1])
        if old is None or new is None:
            known = ", ".join(map(str, numbers))
            raise UsageError(f"{url} has only version{'s' * (len(numbers) > 1)} {known}")
        before = _lines(workspace, corpus, document, old)
        after = _lines(workspace, corpus, document, new)
    yield from difflib.unified_diff(before, after, _label(old), _label(new), lineterm="")


def _label(version: Version) -> str:
    return f"version {version.number}, {version.captured_at:%Y-%m-%d %H:%M} UTC"


def _document(corpus: Corpus, name: str) -> Document | None:
    """Return the document with a URL or an id, if it may be shown; a version's id is its own."""
    decisions = Decisions.read(corpus.folder)
    if not is_web_url(name):
        document = corpus.document(current_id(name))
        return None if document is None or decisions.hide(document) else document
    wanted = url_key(name)
    visible = decisions.visible(corpus.documents())
    return next((d for d in visible if wanted in map(url_key, d.urls)), None)


def _versions(corpus: Corpus, document: Document) -> list[Version]:
    """Return a document's versions that may be shown."""
    return [
        version
        for version in corpus.versions(document.doc_id)
        if corpus.withdrawal_of(version.capture_id) is None
    ]


def _lines(workspace: Workspace, corpus: Corpus, document: Document, version: Version) -> list[str]:
    profile = workspace.sites((document.site,))[0]
    settings = workspace.settings.extract
    extraction = corpus.extraction(version.payload_digest, extractor_key(profile, settings))
    if extraction is None:
        capture: Capture = corpus.capture(version.capture_id)
        with corpus.read_payload(capture.capture_id) as payload, Sandbox(settings) as sandbox:
            extraction = sandbox.extract(
                Task(
                    payload.read(),
                    media_type=capture.media_type,
                    charset=capture.charset,
                    url=capture.url,
                    profile=profile,
                )
            )
    return [line for page in extraction.pages for line in page.text.splitlines()]
