"""First drafts of a site's documents: what is read of each by itself, and what counts of it.

Pure: no I/O.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from archiver.model import Evidence, Kind, Place, Reading
from archiver.sites.apply import file_role, page_kind
from archiver.sites.kinds import guess_kind
from archiver.sites.profile import SiteProfile
from archiver.sites.readers import PLACE_TRUST, Clue, read_clues, resolve
from archiver.update.chosen import Chosen, key_of
from archiver.update.drafts import Draft
from archiver.update.entries import Entries, linked_groups, menu_words, words_outside
from archiver.update.groups import Group
from archiver.update.remembered import Remembered
from archiver.update.stamps import told_as_published
from archiver.urls import file_name_of, url_key

_GUESSED_KIND_TRUST = 0.7


class Drafting:
    """Reads the documents of one site, each by itself but for the words of the links to it.

    `corrections` are what a person has settled, by doc_id; `extractor` is the key under which the
    texts are kept.
    """

    def __init__(
        self,
        profile: SiteProfile,
        groups: Sequence[Group],
        *,
        extractor: str,
        today: date,
        corrections: Mapping[str, Sequence[Reading]],
        memory: Remembered,
        chosen: Chosen,
    ) -> None:
        self._profile = profile
        self._today = today
        self._corrections = corrections
        self._memory = memory
        self._chosen = chosen
        self._shared = key_of(profile, today.year, extractor).hex()
        self._menus = menu_words(groups)
        self._kinds = {group.doc_id: self._kind_of(group) for group in groups}
        kinds = {doc_id: cast("Kind", told.value) for doc_id, told in self._kinds.items()}
        self._entries = Entries(groups, kinds, memory.words)
        self._said: dict[tuple[str, Place], tuple[Reading, ...]] = {}

    def draft(self, group: Group) -> Draft:
        """Return a document's draft; what is read of it is read when it is first asked for."""
        told = self._kinds[group.doc_id]
        kind = cast("Kind", told.value)
        clues = [*_own_clues(group), *self._entries.clues(group)]
        names = words_outside(group, self._menus) if kind == "session" else ()
        extraction = group.extraction
        parts = (
            self._shared,
            told,
            self._corrections.get(group.doc_id, ()),
            group.primary.payload_digest,
            extraction if extraction.status == "failed" else None,  # perhaps of this run alone
            clues,
            _role_words(group) if self._profile.roles else (),
            names,
        )
        key = key_of(parts)

        def readings() -> list[Reading]:
            return self._readings(group, kind, clues, names)

        choice = self._chosen.own(group.doc_id, key, lambda: resolve(readings(), kind=kind))
        return Draft(group, kind, key=key, readings=readings, resolved=choice)

    def _readings(
        self, group: Group, kind: Kind, clues: Sequence[Clue], names: Sequence[str]
    ) -> list[Reading]:
        """Return all that is read of a document and counts; `names` are the words of its links."""
        found = [self._kinds[group.doc_id], *self._corrections.get(group.doc_id, ())]
        found += [one for one in group.extraction.readings if one.field != "kind"]
        found += dict.fromkeys(self._read(clues))
        found += _roles(self._profile, group)
        found += linked_groups(names)
        found = [reading for reading in found if _counts(reading, kind)]
        return told_as_published(found, group.extraction.published_on)

    def _read(self, clues: Sequence[Clue]) -> Iterator[Reading]:
        """Yield what clues say, each by itself: none of these needs the one before it."""
        for clue in clues:
            key = (clue.text, clue.place)
            if key not in self._said:  # links say the same words again and again
                self._said[key] = self._read_bare(Clue(*key))
            for one in self._said[key]:
                if clue.url is None:
                    yield one
                else:
                    yield replace(one, evidence=replace(one.evidence, url=clue.url))

    def _read_bare(self, clue: Clue) -> tuple[Reading, ...]:
        profile = self._profile
        return self._memory.readings(
            clue,
            (self._today.year, profile.first_year, profile.title),
            lambda: read_clues(
                [clue],
                today=self._today,
                first_year=profile.first_year,
                series=(profile.title,) if profile.title else (),
            ),
        )

    def _kind_of(self, group: Group) -> Reading:
        """Return what kind of document it is: as settled, as the profile says, as it looks."""
        corrected = self._corrections.get(group.doc_id, ())
        by_hand = [one for one in corrected if one.field == "kind"]
        if by_hand:
            return by_hand[0]
        if not group.is_web_page:
            evidence = Evidence("media type", group.extraction.media_type, "meta")
            return Reading("kind", "file", evidence, _GUESSED_KIND_TRUST)
        url = group.primary.url
        ruled = page_kind(url, group.extraction.readings, self._profile)
        if ruled is not None:
            return ruled
        extraction = group.extraction
        clues = [Clue(extraction.title or "", "title")]
        clues += [Clue(heading, "heading") for heading in extraction.headings]
        texts, below = [link.text for link in group.outbound], extraction.readings
        framing = [text for text in dict.fromkeys(texts) if text in self._menus]
        teasers = _teasers(group)
        around = [
            (link.text, link.context) for link in group.outbound if link.text not in self._menus
        ]
        entries = [entry for entry in dict.fromkeys(around) if entry[0] != entry[1]]
        kind, evidence = self._memory.kind(
            (clues, texts, url, below, framing, teasers, entries),
            lambda: guess_kind(
                clues,
                texts,
                url=url,
                below=below,
                menus=framing,
                linked_headings=teasers,
                entries=entries,
            ),
        )
        return Reading("kind", kind, evidence, _GUESSED_KIND_TRUST)


def _own_clues(group: Group) -> list[Clue]:
    clues = []
    for source in group.sources:
        clues.append(Clue(source.url, "url"))
        name = file_name_of(source.url)
        if name and not group.is_web_page:
            clues.append(Clue(name, "file_name"))
    return clues


def _role_words(group: Group) -> list[tuple[str, str | None]]:
    """Return the words in which a profile's patterns look for roles, with the page they are on."""
    words: list[tuple[str, str | None]] = [
        (link.text, link.from_url) for link in group.inbound if link.text
    ]
    words += [(file_name_of(source.url), None) for source in group.sources]
    return list(dict.fromkeys(words))


def _roles(profile: SiteProfile, group: Group) -> list[Reading]:
    """Return the roles a profile's patterns find in link texts and file names."""
    found = []
    for text, url in _role_words(group) if profile.roles else ():
        role = file_role(text, profile)
        if role is not None:
            evidence = Evidence(f"roles.{role[0]}", role[1], "profile", url)
            found.append(Reading("role", role[0], evidence, PLACE_TRUST["profile"]))
    return found


def _counts(reading: Reading, kind: Kind) -> bool:
    """Tell whether a reading may say something of a document of this kind.

    An entry around a link names other papers, too, so it tells no role. Only sittings, files and
    topic pages have a topic, and a topic page is its title.
    """
    place = reading.evidence.place
    if place in ("correction", "profile"):
        return True
    if reading.field == "role":
        return place != "list_entry"
    if reading.field == "topic":
        if kind == "topic":
            return place in ("title", "heading")
        return kind in ("session", "file")
    return True


def _teasers(group: Group) -> list[str]:
    """Return the headings of a page that lead to another page, and so name that one."""
    own = {url_key(source.url) for source in group.sources}
    led = {link.text for link in group.outbound if url_key(link.to_url) not in own}
    return [heading for heading in dict.fromkeys(group.extraction.headings) if heading in led]
