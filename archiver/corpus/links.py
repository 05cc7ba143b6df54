"""The links between live pages, told by the catalogue: what leads to what, and what leads nowhere.

Reads the catalogue only.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from archiver.corpus.catalogue import Catalogue
from archiver.corpus.rows import unpack_links
from archiver.corpus.states import Live
from archiver.model import InboundLink, Link
from archiver.urls import is_web_url, safe_url, url_key


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A link whose target is not there: the page it stands on, its words, what was answered.

    `status` is None when no answer came at all.
    """

    from_url: str
    to_url: str
    text: str
    status: int | None
    reason: str


def inbound_links(catalogue: Catalogue, live: Iterable[Live]) -> list[InboundLink]:
    """List the links of the newest captures of all live pages, grouped by target.

    `to_url` is the target as the catalogue writes it (the same string as in Source.url and
    Source.aliases), found through its key, so that spellings fall together; for a target
    never met, its key. `from_url` is the page's Source.url.
    """
    finder = _TargetFinder(catalogue)
    found = [
        InboundLink(page.url, target, link.text, link.context, link.position)
        for page, link in _links(catalogue, live)
        if (target := finder.find(page.site, link.url)) is not None
    ]
    found.sort(key=lambda link: link.to_url)
    return found


def dead_links(catalogue: Catalogue, live: Callable[[], Iterable[Live]]) -> list[DeadLink]:
    """List the links of live pages whose target answered with an error or not at all.

    `live` gives the pages; it is asked only when anything is dead.
    """
    dead = {
        (row["site"], row["url"]): row
        for row in catalogue.stream(
            "SELECT site, url, state, last_status, (SELECT e.detail FROM event e "
            " WHERE e.site = url.site AND e.key = url.key ORDER BY e.id DESC LIMIT 1) AS why "
            "FROM url WHERE state IN ('dead', 'gone') OR last_status >= 400"
        )
    }
    finder = _TargetFinder(catalogue)
    found = []
    for page, link in _links(catalogue, live()) if dead else ():
        target = finder.find(page.site, link.url)
        row = dead.get((page.site, target or ""))
        if row is None or target is None:
            continue
        status = row["last_status"]
        reason = f"HTTP {status}" if status else row["why"] or "no answer"
        found.append(DeadLink(page.url, target, link.text, status, reason))
    return found


def _links(catalogue: Catalogue, live: Iterable[Live]) -> Iterator[tuple[Live, Link]]:
    for page in live:
        if page.links_from is None or page.redirect_to is not None:
            continue
        row = catalogue.row("SELECT body FROM links WHERE capture = ?", (page.links_from,))
        if row is not None:
            for link in unpack_links(row["body"]):
                yield page, link


class _TargetFinder:
    """Finds the catalogue's spelling of a link's target; remembers what it found."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._found: dict[tuple[str, str], str | None] = {}

    def find(self, site: str, url: str) -> str | None:
        """Return the target, or None when the link leads to no web page."""
        known = self._found.get((site, url), "")
        if known == "":
            known = self._found[site, url] = self._search(site, url)
        return known

    def _search(self, site: str, url: str) -> str | None:
        if not is_web_url(url):
            return None
        try:
            sent, key = safe_url(url), url_key(url)
        except ValueError:
            return None
        row = self._catalogue.row(
            "SELECT u.url FROM url_form f JOIN url u ON u.id = f.url_id "
            "WHERE f.site = :site AND f.form = :sent "
            "UNION ALL SELECT url FROM url WHERE site = :site AND key IN (:sent, :key) LIMIT 1",
            {"site": site, "sent": sent, "key": key},
        )
        return key if row is None else str(row["url"])
