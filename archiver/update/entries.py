"""What stands around a link and belongs to its target: an overview's entry, a table's row.

The words around a link are the best witness of what it leads to – where they are its own. In
"27. Forum | 29. Forum" they are not, in a menu and in running text they are not, and in
"6. Forum, 3. Mai: Schulwege. Protokoll, Einladung" the names of the papers are no topic.
Pure: no I/O.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from archiver.model import Evidence, InboundLink, Kind, Place, Reading
from archiver.sites.groups import find_groups
from archiver.sites.phrases import is_generic
from archiver.sites.readers import Clue, read_words
from archiver.sites.roles import find_role
from archiver.update.groups import Group

ReadWords = Callable[[str, Place], Sequence[Reading]]
"""Reads words that stand alone, as `read_words` does."""

_MOST_CLUES = 40  # the words of so many links are enough to know what a document is
_LINKED_TRUST = 0.6
_LISTING: frozenset[Kind] = frozenset(("overview", "session", "topic"))
_NAME = "\x1f"  # stands for a paper's name that is taken out
_SIZE = r"(?:\s*[(\[][^()\[\]]{0,30}(?:\d\s?[kKMG]i?B|PDF|pdf|Seiten?|Bytes?)[^()\[\]]{0,20}[)\]])?"
# the names with what parts them and the brackets they stand in; "(Nachholtermin)" stays whole
_LEFT_OVER = re.compile(
    rf"[\s,;:·•/|–-]*[(\[]?\s*{_NAME}{_SIZE}[\s,;·•/|–{_NAME}-]*(?:{_SIZE}[\s{_NAME}]*)[)\]]?\s*"
)
_HANGING = re.compile(r"\s*[|,;·•/(\[–-]+\s*$|^\s*[|,;·•/)\]–-]+\s*")
# "Vorheriger Beitrag: 17. Runde": the way to it, then what it is called
_WAY = re.compile(
    r"^\W*(?:vorherige[rs]?|vorige[rs]?|nächste[rs]?|ältere[rs]?|neuere[rs]?)\s+"
    r"(?:beitrag|artikel|eintrag|meldung|post|seite)\b\W*",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[ \t\xa0]{2,}")


@dataclass(frozen=True, slots=True)
class _Companion:
    """A link that stands in the same surroundings: its words and where it leads."""

    text: str
    target: str


class Entries:
    """Tells of every link what its surroundings say of its target."""

    def __init__(
        self, groups: Sequence[Group], kinds: Mapping[str, Kind], read: ReadWords = read_words
    ) -> None:
        self._kinds = kinds
        self._read = read
        self._owner = {source.url: g.doc_id for g in groups for source in g.sources}
        self._companions: dict[tuple[str, str], list[_Companion]] = defaultdict(list)
        for group in groups:
            for link in group.inbound:
                companion = _Companion(link.text, group.doc_id)
                self._companions[link.from_url, link.context].append(companion)

    def clues(self, group: Group) -> list[Clue]:
        """Return the words of the links that lead to a document, each wording once.

        A menu repeats the same words on every page. A page that lists nothing (news, contact)
        mentions papers in sentences; there only the link's own words count.
        """
        clues: dict[tuple[str, str], Clue] = {}
        for link in group.inbound:
            words = _WAY.sub("", link.text)
            if words:
                clue = Clue(words, "link_text", link.from_url)
                clues.setdefault(("link_text", words), clue)
            entry = self._entry(link, group)
            if entry:
                clues.setdefault(("entry", entry), Clue(entry, "list_entry", link.from_url))
            if len(clues) >= _MOST_CLUES:
                break
        return list(clues.values())

    def _entry(self, link: InboundLink, group: Group) -> str:
        if not link.context or link.context == link.text:
            return ""
        if self._kinds.get(self._owner.get(link.from_url, "")) not in _LISTING:
            return ""
        companions = self._companions[link.from_url, link.context]
        sittings = {c.target for c in companions if self._kinds.get(c.target) == "session"}
        if len(sittings - {group.doc_id}) > (0 if group.doc_id in sittings else 1):
            return ""
        entry = without_names(link.context, [c.text for c in companions], self._read)
        named = {
            r.value for r in self._read(entry, "list_entry")
            if r.field == "session" and r.about == "sitting"
        }  # fmt: skip
        return entry if len(named) <= 2 else ""


def menu_words(groups: Iterable[Group]) -> frozenset[str]:
    """Return the words of links that stand on most pages: menus, which say nothing of any page."""
    pages = [group for group in groups if group.is_web_page]
    held = Counter(text for page in pages for text in {link.text for link in page.outbound})
    return frozenset(text for text, count in held.items() if 2 * count > max(len(pages), 4))


def words_outside(group: Group, menus: Container[str]) -> tuple[str, ...]:
    """Return the words of a page's links outside its menus, each once."""
    return tuple(dict.fromkeys(link.text for link in group.outbound if link.text not in menus))


def linked_groups(words: Iterable[str]) -> list[Reading]:
    """Return the working groups that a page links by their names; `words` are those of its links.

    >>> [one.value for one in linked_groups(["AG Verkehr", "Mehr von der AG Verkehr"])]
    ['AG Verkehr']
    """
    return [
        Reading(
            "group", name, Evidence("link to a working group", name, "link_text"), _LINKED_TRUST
        )
        for name in words
        if find_groups(name) == (name,)
    ]


def without_names(context: str, link_texts: Iterable[str], read: ReadWords = read_words) -> str:
    """Take out of an entry the links that only name papers.

    >>> without_names("6. Forum: Schulwege. Protokoll (PDF) | Einladung", ["Protokoll (PDF)",
    ...               "Einladung", "6. Forum"])
    '6. Forum: Schulwege.'
    >>> without_names("7. Forum (digital) – Folien (2 MB), 3. Mai", ["Folien"])
    '7. Forum (digital) | 3. Mai'
    """
    for text in sorted(set(link_texts), key=len, reverse=True):
        says_nothing = find_role(text, "link_text") is not None or is_generic(text)
        if text and says_nothing and not _names_sitting(text, read):
            context = context.replace(text, _NAME)
    parted = _HANGING.sub("", _LEFT_OVER.sub(" | ", context))
    return _BLANKS.sub(" ", parted).strip()


def _names_sitting(text: str, read: ReadWords) -> bool:
    return any(r.field in ("session", "date") for r in read(text, "link_text"))
