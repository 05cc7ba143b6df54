"""The words of the link by which a URL was found, for the metadata record.

Remembers the links of the pages visited last; asks the catalogue for those of others.
"""

from collections import OrderedDict
from collections.abc import Sequence

from archiver.corpus.catalogue import Catalogue
from archiver.corpus.rows import unpack_links
from archiver.model import Link, UrlRecord

_KEPT = 64


class Anchors:
    """Words of links by the page they stand on and the URL they lead to."""

    def __init__(self, catalogue: Catalogue, site: str) -> None:
        self._catalogue = catalogue
        self._site = site
        self._words: OrderedDict[str, dict[str, str]] = OrderedDict()

    def of(self, record: UrlRecord) -> str | None:
        """Return the words of the link that led to a URL, or None."""
        if record.via_key is None:
            return None
        known = self._words.get(record.via_key)
        if known is None:
            row = self._catalogue.row(
                "SELECT l.body FROM url u JOIN capture c ON c.id = u.payload_capture "
                "JOIN links l ON l.capture = c.links_from WHERE u.site = ? AND u.key = ?",
                (self._site, record.via_key),
            )
            known = self.keep(record.via_key, unpack_links(row["body"]) if row else ())
        else:
            self._words.move_to_end(record.via_key)  # more of its links are likely to follow
        return known.get(record.url)

    def keep(self, key: str, links: Sequence[Link]) -> dict[str, str]:
        """Remember the links of a page; return the first words for each target."""
        words: dict[str, str] = {}
        for link in links:
            if link.text:
                words.setdefault(link.url, link.text)
        self._words[key] = words
        self._words.move_to_end(key)
        if len(self._words) > _KEPT:
            self._words.popitem(last=False)
        return words
