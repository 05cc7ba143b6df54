"""The completeness ledger: what is missing, dead, unread or contradictory in a workspace."""

from collections.abc import Iterable
from dataclasses import dataclass

from archiver.amounts import counted
from archiver.corpus.decisions import Decisions
from archiver.corpus.links import DeadLink
from archiver.model import Document
from archiver.update.sittings import missing_numbers, sittings
from archiver.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is not as it should be: where, and what."""

    site: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class DeadTarget(Gap):
    """A URL that is not there although pages link to it: the URLs of these pages, each once."""

    linked_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """All gaps by kind. Numbers are of sittings; of links, each dead target stands once."""

    sessions_known: int
    documents: int
    missing_sessions: tuple[Gap, ...]
    sessions_without_files: tuple[Gap, ...]
    dead_links: tuple[DeadTarget, ...]
    not_fetched: tuple[Gap, ...]
    image_only: tuple[Gap, ...]
    unreadable: tuple[Gap, ...]
    conflicts: tuple[Gap, ...]
    withdrawn: int

    def sections(self) -> list[tuple[str, tuple[Gap, ...]]]:
        """Return the kinds of gaps with the words a person reads."""
        return [
            ("numbers without a page", self.missing_sessions),
            ("sittings without a file", self.sessions_without_files),
            ("links to what is gone", self.dead_links),
            ("known but not fetched", self.not_fetched),
            ("scanned, no text", self.image_only),
            ("not readable", self.unreadable),
            ("contradicting sources", self.conflicts),
        ]


def ledger(workspace: Workspace, sites: tuple[str, ...] = ()) -> Ledger:
    """Go through documents and links and write down what is not complete."""
    names = [profile.name for profile in workspace.sites(sites)]
    with workspace.open_corpus(read_only=True) as corpus:
        visible = Decisions.read(corpus.folder).visible(corpus.documents())
        documents = [d for d in visible if d.site in names]
        dead = [target for name in names for target in dead_targets(name, corpus.dead_links(name))]
        refused = [
            Gap(name, row.url, row.reason) for name in names for row in corpus.not_fetched(name)
        ]
        withdrawn = len(corpus.withdrawals())
    rows = sittings(documents)
    return Ledger(
        sessions_known=len(rows),
        documents=len(documents),
        missing_sessions=tuple(
            Gap(name, f"#{number}", "no page and no file bears this number")
            for name in names
            for number in missing_numbers(documents, name)
        ),
        sessions_without_files=tuple(
            Gap(row.site, row.url, f"{'+'.join(f'#{n}' for n in row.sessions) or row.title}")
            for row in rows
            if not row.files
        ),
        dead_links=tuple(dead),
        not_fetched=tuple(refused),
        image_only=tuple(_gap(d, d.reason or "") for d in documents if d.status == "image_only"),
        unreadable=tuple(
            _gap(d, d.reason or d.status) for d in documents if d.status not in ("ok", "image_only")
        ),
        conflicts=tuple(_gap(d, _contest(d)) for d in documents if d.conflicts),
        withdrawn=withdrawn,
    )


def dead_targets(site: str, links: Iterable[DeadLink]) -> list[DeadTarget]:
    """Group dead links by what they lead to: a menu's link stands on every page of a site."""
    pages: dict[str, dict[str, None]] = {}
    reasons: dict[str, str] = {}
    for link in links:
        pages.setdefault(link.to_url, {})[link.from_url] = None
        reasons[link.to_url] = link.reason
    return [
        DeadTarget(site, url, f"{reasons[url]}; {_linked_from(tuple(found))}", tuple(found))
        for url, found in pages.items()
    ]


def _linked_from(pages: tuple[str, ...]) -> str:
    """Say which pages link to something.

    >>> _linked_from(("http://f.example/1", "http://f.example/2"))
    'linked from 2 pages, first http://f.example/1'
    """
    if len(pages) == 1:
        return f"linked from {pages[0]}"
    return f"linked from {counted(len(pages), 'page')}, first {pages[0]}"


def _gap(document: Document, what: str) -> Gap:
    return Gap(document.site, document.urls[0], what)


def _contest(document: Document) -> str:
    return "; ".join(
        f"{conflict.field}: {conflict.chosen.evidence.raw!r} ({conflict.chosen.evidence.place}) "
        "against " + ", ".join(f"{o.evidence.raw!r} ({o.evidence.place})" for o in conflict.others)
        for conflict in document.conflicts
    )
