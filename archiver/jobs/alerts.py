"""What a new generation of the index changed in the hits of the saved searches.

    alerts/NAME.json    what was found at which generation, and the news kept
    alerts/NAME.atom    the same news as a feed
    alerts/.lock        held while they are written

The generation is the key: the same one twice says nothing. Withdrawn documents are never told of,
and are dropped from what was told before.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from archiver.codec import from_json, to_json
from archiver.errors import ArchiverError, CorpusError, QueryError, StorageError
from archiver.export.redaction import mask_text
from archiver.jobs.changes import Alert, Known, without_hidden
from archiver.jobs.changes import compare as compare_hits
from archiver.jobs.feed import atom
from archiver.jobs.holdings import Holdings, open_holdings
from archiver.jobs.lock import locked
from archiver.jobs.saved import saved_searches
from archiver.jobs.whole import write_whole
from archiver.model import Document, Hit
from archiver.search import stream
from archiver.workspace import Workspace

if TYPE_CHECKING:
    from archiver.corpus import Corpus

STATE_FORMAT = 1
_KEPT = 500  # hits told of, the newest; a feed is a window


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What a saved search found last, and the news since it was saved, newest first."""

    feed_id: str
    query: str
    generation: str
    checked_at: datetime
    documents: dict[str, Known]
    news: tuple[Alert, ...] = ()
    format: int = STATE_FORMAT


def raise_alerts(
    workspace: Workspace, names: Sequence[str] = (), *, now: datetime, today: date
) -> tuple[tuple[Alert, ...], list[str]]:
    """Compare each saved search, or the named ones, with its last time; return news and warnings.

    A search seen for the first time, or whose query was changed, is only noted. Raises
    GenerationError, LockedError, StorageError, ConfigError; a query that is wrong is a warning.
    """
    saved = saved_searches(workspace)
    wanted = list(names) or list(saved)
    if not wanted:
        return (), []
    told: list[Alert] = []
    warnings: list[str] = []
    with _locked_folder(workspace), open_holdings(workspace) as holdings:
        if holdings.index.notes:
            # An older index would turn new hits into vanished ones.
            return (), [f"no alerts: {note}" for note in holdings.index.notes]
        for name in wanted:
            try:
                alert = _raise(workspace, holdings, name, saved[name], now=now, today=today)
            except QueryError as error:
                warnings.append(f"saved search {name}: {error}")
                continue
            if alert is not None:
                told.append(alert)
    return tuple(told), warnings


def alerts_of_run(workspace: Workspace, *, now: datetime) -> tuple[tuple[Alert, ...], list[str]]:
    """Return the news after a run; whatever is wrong is a warning, for the run went well."""
    try:
        return raise_alerts(workspace, now=now, today=now.astimezone().date())
    except ArchiverError as error:
        return (), [f"no alerts: {error}"]


def hide_withdrawn(workspace: Workspace, corpus: "Corpus") -> None:
    """Drop what is out of view from everything told before; raises LockedError, StorageError."""
    paths = sorted(workspace.alerts_folder.glob("*.json"))
    if not paths:
        return
    with _locked_folder(workspace):
        for path in paths:
            state = _read(path)
            if state is not None:
                _keep(path, _in_view(state, corpus), state)


def forget_alerts(workspace: Workspace, name: str) -> None:
    """Remove what is kept of a saved search; raises LockedError, StorageError."""
    if workspace.alerts_folder.is_dir():
        with _locked_folder(workspace):
            for suffix in (".json", ".atom"):
                path = workspace.alerts_folder / f"{name}{suffix}"
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:
                    raise StorageError(f"cannot remove {path}: {error.strerror}") from error


def kept_news(workspace: Workspace, name: str) -> tuple[Alert, ...]:
    """Return the news kept of a saved search, newest first."""
    state = _read(workspace.alerts_folder / f"{name}.json")
    return state.news if state is not None else ()


def feed_of(workspace: Workspace, name: str) -> str | None:
    """Return the Atom feed of a saved search, None before it was first compared."""
    state = _read(workspace.alerts_folder / f"{name}.json")
    return None if state is None else _feed(name, state)


def _raise(
    workspace: Workspace,
    holdings: Holdings,
    name: str,
    query: str,
    *,
    now: datetime,
    today: date,
) -> Alert | None:
    path = workspace.alerts_folder / f"{name}.json"
    state = _read(path)
    generation = holdings.index.generation
    if state is not None and (state.query, state.generation) == (query, generation):
        _keep(path, _in_view(state, holdings.corpus), state)
        return None
    found = _found(holdings, query, workspace, today)
    fresh = _State(
        feed_id=state.feed_id if state is not None else str(uuid4()),
        query=query,
        generation=generation,
        checked_at=now,
        documents=found,
    )
    if state is None or state.query != query:
        _keep(path, fresh, state)
        return None
    state = _in_view(state, holdings.corpus)
    new, changed, vanished = compare_hits(state.documents, found, _texts(holdings))
    snippets = _snippets(holdings, query, workspace, today, {*new, *changed})
    alert = Alert(
        name=name,
        query=query,
        generation=generation,
        previous=state.generation,
        at=now,
        hits=sum(len(known.pages) for known in found.values()),
        new=tuple(found[doc].hit(doc, page, snippets) for doc, page in new),
        changed=tuple(found[doc].hit(doc, page, snippets) for doc, page in changed),
        vanished=tuple(state.documents[doc].hit(doc, page, {}) for doc, page in vanished),
    )
    news = (alert, *state.news) if alert.says_something else state.news
    _keep(path, replace(fresh, news=_newest(news)), None)
    return alert if alert.says_something else None


def _found(holdings: Holdings, query: str, workspace: Workspace, today: date) -> dict[str, Known]:
    pages: dict[str, dict[int, str | None]] = {}
    documents: dict[str, Document] = {}
    for document, hit in _stream(holdings, query, workspace, today, with_snippets=False):
        if _is_hidden(holdings.corpus, document.captures[0]):
            continue
        documents[document.doc_id] = document
        pages.setdefault(document.doc_id, {})[hit.page_number] = hit.page_label
    return {
        doc_id: Known.of(documents[doc_id], pages[doc_id])
        for doc_id in sorted(documents, key=lambda one: (documents[one].held_on or date.max, one))
    }


def _snippets(
    holdings: Holdings,
    query: str,
    workspace: Workspace,
    today: date,
    wanted: set[tuple[str, int]],
) -> dict[tuple[str, int], tuple[str, str]]:
    """Return hit id and masked snippet of the wanted pages; personal data does not go out."""
    found: dict[tuple[str, int], tuple[str, str]] = {}
    if not wanted:
        return found
    for document, hit in _stream(holdings, query, workspace, today, with_snippets=True):
        place = (document.doc_id, hit.page_number)
        if place in wanted:
            text = " ".join(hit.snippets[0].text.split()) if hit.snippets else ""
            found[place] = hit.hit_id, mask_text(text)
            if len(found) == len(wanted):
                break
    return found


def _stream(
    holdings: Holdings, query: str, workspace: Workspace, today: date, *, with_snippets: bool
) -> Iterator[tuple[Document, Hit]]:
    return stream(
        holdings.index,
        query,
        read_page=holdings.read_page,
        today=today,
        sort="date",
        saved=saved_searches(workspace),
        with_snippets=with_snippets,
    )


def _texts(holdings: Holdings) -> Callable[[Known, int], str | None]:
    """Return what reads a page's words as they were, None when they are no longer kept."""

    def read(known: Known, page: int) -> str | None:
        try:
            text = holdings.texts.page_text(known.payload, known.extractor, page).text
        except CorpusError:
            return None
        return " ".join(text.split())

    return read


def _is_hidden(corpus: "Corpus", capture_id: str) -> bool:
    try:
        return corpus.withdrawal_of(capture_id) is not None
    except CorpusError:
        return True  # what the archive does not hold is not told of


def _in_view(state: _State, corpus: "Corpus") -> _State:
    """Return the state without what was taken out of view."""

    def is_hidden(capture_id: str) -> bool:
        return _is_hidden(corpus, capture_id)

    return replace(
        state,
        documents={d: k for d, k in state.documents.items() if not is_hidden(k.capture_id)},
        news=without_hidden(state.news, is_hidden),
    )


def _newest(news: Sequence[Alert]) -> tuple[Alert, ...]:
    kept: list[Alert] = []
    count = 0
    for alert in news:
        count += len(alert.told)
        if kept and count > _KEPT:
            break
        kept.append(alert)
    return tuple(kept)


def _feed(name: str, state: _State) -> str:
    hits = [(alert, kind, hit) for alert in state.news for kind, hit in alert.told][:_KEPT]
    return atom(
        feed_id=state.feed_id,
        title=f"{name}: {state.query}",
        updated_at=state.news[0].at if state.news else state.checked_at,
        entries=hits,
    )


# -- files


def _read(path: Path) -> _State | None:
    """Read a state; one of another format or damaged is begun anew."""
    try:
        state = from_json(path.read_bytes(), _State)
    except FileNotFoundError:
        return None
    except ValueError:
        return None
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error
    return state if state.format == STATE_FORMAT else None


def _keep(path: Path, state: _State, before: _State | None) -> None:
    """Write state and feed where they differ from what is there."""
    if state != before:
        write_whole(path, to_json(state))
    feed = path.with_suffix(".atom")
    text = _feed(path.stem, state).encode()
    with suppress(OSError):  # one that is not there or cannot be read is written
        if feed.read_bytes() == text:
            return
    write_whole(feed, text)


@contextmanager
def _locked_folder(workspace: Workspace) -> Iterator[None]:
    with locked(workspace.alerts_folder / ".lock", command="archiver saved alerts"):
        yield
