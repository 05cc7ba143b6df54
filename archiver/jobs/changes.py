"""The difference between two lists of found pages. Pure: no I/O."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeAlias

from archiver.amounts import counted
from archiver.model import Document

Kind = Literal["new", "changed", "vanished"]
PagePlace: TypeAlias = tuple[str, int]
"""Document id and page number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertHit:
    """One page told of. `hit_id` is None for what vanished; personal data is masked."""

    hit_id: str | None
    doc_id: str
    capture_id: str
    sessions: tuple[int, ...]
    held_on: date | None
    title: str
    url: str
    page: int
    page_label: str | None
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """News of one saved search between two generations; `hits` counts all it finds now."""

    name: str
    query: str
    generation: str
    previous: str
    at: datetime
    hits: int
    new: tuple[AlertHit, ...] = ()
    changed: tuple[AlertHit, ...] = ()
    vanished: tuple[AlertHit, ...] = ()
    new_count: int = -1
    changed_count: int = -1
    vanished_count: int = -1

    def __post_init__(self) -> None:
        for kind in ("new", "changed", "vanished"):
            if getattr(self, f"{kind}_count") < 0:
                object.__setattr__(self, f"{kind}_count", len(getattr(self, kind)))

    @property
    def told(self) -> tuple[tuple[Kind, AlertHit], ...]:
        """All pages told of, each with what happened to it."""
        return (
            *(("new", hit) for hit in self.new),
            *(("changed", hit) for hit in self.changed),
            *(("vanished", hit) for hit in self.vanished),
        )

    @property
    def says_something(self) -> bool:
        """Whether anything is new, changed or vanished."""
        return bool(self.new or self.changed or self.vanished)

    def counted(self) -> "Alert":
        """Return the alert without its pages: what a run's record keeps for good."""
        return replace(self, new=(), changed=(), vanished=())

    def line(self) -> str:
        """Return the alert in one line."""
        return (
            f"{self.name}: {self.new_count:,} new, {self.changed_count:,} changed, "
            f"{self.vanished_count:,} vanished; {counted(self.hits, 'page')} now"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A found document: enough to compare it, and to name it when it is gone.

    `pages` maps the numbers of the found pages to their printed labels; those behind `own_pages`
    are of files inside the file.
    """

    capture_id: str
    payload: str
    extractor: str
    sessions: tuple[int, ...]
    held_on: date | None
    title: str
    url: str
    is_pdf: bool
    pages: dict[int, str | None]
    own_pages: int | None = None

    @classmethod
    def of(cls, document: Document, pages: Mapping[int, str | None]) -> "Known":
        """Return what is kept of a document."""
        from archiver.export.redaction import mask_text  # here: a crawl shows no titles

        return cls(
            capture_id=document.captures[0],
            payload=document.payload_digest,
            extractor=document.extractor,
            sessions=document.sessions,
            held_on=document.held_on,
            title=mask_text(document.title),
            url=document.urls[0],
            is_pdf=document.media_type == "application/pdf",
            pages=dict(sorted(pages.items())),
            own_pages=document.own_page_count if document.attachments else None,
        )

    def hit(
        self, doc_id: str, page: int, snippets: Mapping[PagePlace, tuple[str, str]]
    ) -> AlertHit:
        """Return one of its pages as it is told of."""
        hit_id, snippet = snippets.get((doc_id, page), (None, ""))
        has_fragment = self.is_pdf and (self.own_pages is None or page <= self.own_pages)
        return AlertHit(
            hit_id=hit_id,
            doc_id=doc_id,
            capture_id=self.capture_id,
            sessions=self.sessions,
            held_on=self.held_on,
            title=self.title,
            url=f"{self.url}#page={page}" if has_fragment else self.url,
            page=page,
            page_label=self.pages.get(page),
            snippet=snippet,
        )


def compare(
    before: Mapping[str, Known],
    now: Mapping[str, Known],
    read: Callable[[Known, int], str | None],
) -> tuple[list[PagePlace], list[PagePlace], list[PagePlace]]:
    """Return the pages that are new, changed and vanished, in the order of the documents.

    A page is changed when other bytes were archived and its words differ; `read` returns a page's
    words, None when they are no longer kept. A page whose words only moved within their document
    is not told of.
    """
    new: list[PagePlace] = []
    changed: list[PagePlace] = []
    vanished: list[PagePlace] = []
    for doc_id, known in now.items():
        old = before.get(doc_id)
        if old is None:
            new += [(doc_id, page) for page in known.pages]
            continue
        came = [page for page in known.pages if page not in old.pages]
        went = [page for page in old.pages if page not in known.pages]
        if old.payload != known.payload:
            came, went = _unmoved(old, known, came, went, read)
            changed += [
                (doc_id, page)
                for page in known.pages
                if page in old.pages and _differs(read(old, page), read(known, page))
            ]
        new += [(doc_id, page) for page in came]
        vanished += [(doc_id, page) for page in went]
    for doc_id, old in before.items():
        if doc_id not in now:
            vanished += [(doc_id, page) for page in old.pages]
    return new, changed, vanished


def without_hidden(news: Sequence[Alert], is_hidden: Callable[[str], bool]) -> tuple[Alert, ...]:
    """Return alerts without the pages of hidden captures, and without alerts that are empty."""
    kept = []
    for alert in news:
        seen = {kind: _seen(getattr(alert, kind), is_hidden) for kind in _KINDS}
        if all(len(hits) == len(getattr(alert, kind)) for kind, hits in seen.items()):
            kept.append(alert)
        elif any(seen.values()):
            counts = {f"{kind}_count": len(hits) for kind, hits in seen.items()}
            kept.append(replace(alert, **seen, **counts))  # type: ignore[arg-type]  # its own fields
    return tuple(kept)


_KINDS: tuple[Kind, ...] = ("new", "changed", "vanished")


def _seen(hits: tuple[AlertHit, ...], is_hidden: Callable[[str], bool]) -> tuple[AlertHit, ...]:
    return tuple(hit for hit in hits if not is_hidden(hit.capture_id))


def _differs(old: str | None, new: str | None) -> bool:
    return old is None or old != new


def _unmoved(
    old: Known,
    now: Known,
    came: list[int],
    went: list[int],
    read: Callable[[Known, int], str | None],
) -> tuple[list[int], list[int]]:
    """Leave out pages that went and came with the same words."""
    left = {page: read(old, page) for page in went} if came else {}
    stays = []
    for page in came:
        words = read(now, page) if left else None
        same = next((p for p, text in left.items() if words and text == words), None)
        if same is None:
            stays.append(page)
        else:
            del left[same]
    return stays, [page for page in went if page in left] if came else went
