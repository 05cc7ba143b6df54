"""What a workspace holds and how its last run went, for `archiver status`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archiver.amounts import counted, size
from archiver.errors import GenerationError
from archiver.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WorkspaceStatus:
    """Counts of corpus and index. `index` says why there is none to search, else "ok"."""

    workspace: str
    sites: tuple[str, ...]
    urls: dict[str, int]
    captures: int
    documents: int
    documents_by_kind: dict[str, int]
    versions: int
    warc_files: int
    warc_bytes: int
    oldest_capture_at: datetime | None
    newest_capture_at: datetime | None
    index: str
    generation: str | None
    indexed_pages: int
    damaged: tuple[str, ...]
    last_run: dict[str, Any] | None

    def lines(self, moment: Callable[[datetime], str]) -> list[str]:
        """Return the status as a person reads it; `moment` shows an instant."""
        urls = ", ".join(f"{count:,} {state}" for state, count in self.urls.items()) or "none"
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in self.documents_by_kind.items())
        held = f"{counted(self.captures, 'capture')} in {counted(self.warc_files, 'WARC file')}"
        pages = counted(self.indexed_pages, "page")
        of_index = f": generation {(self.generation or '')[:12]}, {pages}"
        lines = [
            f"workspace  {self.workspace}",
            f"sites      {', '.join(self.sites) or 'none'}",
            f"URLs       {urls}",
            f"captures   {held}, {size(self.warc_bytes)}{self._span()}",
            f"documents  {self.documents:,} ({kinds or 'none'})",
            f"versions   {self.versions:,}",
            f"index      {self.index}{of_index if self.generation else ''}",
        ]
        lines += [f"damaged    {what}" for what in self.damaged]
        if self.last_run is None:
            lines.append("last run   none yet")
        else:
            run = self.last_run
            lines.append(
                f"last run   {run.get('command')} at {_shown(run.get('started_at'), moment)}, "
                f"exit code {run.get('exit_code')}"
            )
            lines += [f"           {remark}" for remark in _remarks(run)]
        return lines

    def _span(self) -> str:
        oldest, newest = self.oldest_capture_at, self.newest_capture_at
        if oldest is None or newest is None:
            return ""
        first, last = f"{oldest:%Y-%m-%d}", f"{newest:%Y-%m-%d}"
        return f", {first}" if first == last else f", {first} to {last}"


def _remarks(run: Mapping[str, Any]) -> Iterator[str]:
    """Say what was left undone: by the run, by each crawl, and what it warned of."""
    if run.get("error"):
        yield str(run["error"])
    for crawl in run.get("crawls", ()):
        if crawl.get("reason"):
            yield f"{crawl['site']}: {crawl['state']}: {crawl['reason']}"
    yield from run.get("warnings", ())


def _shown(started_at: object, moment: Callable[[datetime], str]) -> str:
    try:
        return moment(datetime.fromisoformat(str(started_at)))
    except ValueError:
        return "an unknown time"


def workspace_status(workspace: Workspace) -> WorkspaceStatus:
    """Count what the workspace holds; a missing or damaged index is part of the answer."""
    with workspace.open_corpus(read_only=True) as corpus:
        held = corpus.status()
        runs = corpus.runs(limit=1)
    generation, pages, index = None, 0, "ok"
    try:
        with workspace.open_index() as opened:
            generation, pages = opened.generation, opened.coverage.pages
    except GenerationError as error:
        index = str(error)
    return WorkspaceStatus(
        workspace=str(workspace.root),
        sites=tuple(workspace.profiles),
        urls=held.urls_by_state,
        captures=held.captures,
        documents=sum(held.documents_by_kind.values()),
        documents_by_kind=held.documents_by_kind,
        versions=held.versions,
        warc_files=held.warc_files,
        warc_bytes=held.warc_bytes,
        oldest_capture_at=held.oldest_capture_at,
        newest_capture_at=held.newest_capture_at,
        index=index,
        generation=generation,
        indexed_pages=pages,
        damaged=held.damaged,
        last_run=runs[0] if runs else None,
    )
