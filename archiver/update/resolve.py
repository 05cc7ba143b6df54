"""Documents from what each payload says, what links say, and what URLs say. Pure: no I/O.

Web pages come first, because a linked file inherits session, date and topic from the page of the
sitting that links it, unless it says otherwise itself. A date without a year takes it from the
sittings with the next numbers, so those that are sure come before those that are not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from archiver.model import Document, Evidence, InboundLink, Kind, Place, Reading
from archiver.sites.apply import file_role, page_kind
from archiver.sites.kinds import guess_kind
from archiver.sites.profile import SiteProfile
from archiver.sites.readers import PLACE_TRUST, Clue, read_clues, resolve
from archiver.sites.roles import clean_title
from archiver.update.chosen import Chosen, key_of
from archiver.update.drafts import Draft
from archiver.update.entries import Entries, linked_groups, menu_words, words_outside
from archiver.update.groups import Group
from archiver.update.inherited import with_inherited
from archiver.update.outline import near_duplicates
from archiver.update.remembered import Remembered
from archiver.update.sequence import complete_years, settle_numbers
from archiver.update.stamps import told_as_published
from archiver.urls import file_name_of, url_key

_GUESSED_KIND_TRUST = 0.7
_BARE_TITLE_CHARS = 24  # a link's text up to this length ("Protokoll", "hier") names no document


def resolve_site(
    profile: SiteProfile,
    groups: Sequence[Group],
    *,
    extractor: str,
    today: date,
    corrections: Mapping[str, Sequence[Reading]] | None = None,
    memory: Remembered | None = None,
    chosen: Chosen | None = None,
) -> list[Document]:
    """Resolve all documents of one site; in the order of `groups`.

    `extractor` is the key under which the texts are kept, `corrections` what a person has
    settled, by doc_id. `memory` knows what words say; without one they are all read. `chosen`
    knows what was chosen for documents before.
    """
    memory = memory or Remembered()
    chosen = chosen or Chosen(profile.name)
    around = (today.year, profile.first_year, profile.title)
    series = tuple(name for name in (profile.title,) if name)
    memo: dict[tuple[str, Place], tuple[Reading, ...]] = {}

    def read(clues: Sequence[Clue]) -> Iterator[Reading]:
        # Links say the same words again and again; none of these clues needs the one before it.
        for clue in clues:
            key = (clue.text, clue.place)
            if key not in memo:
                bare = Clue(*key)
                memo[key] = memory.readings(
                    bare,
                    around,
                    lambda bare=bare: read_clues(  # type: ignore[misc]  # bound at once
                        [bare], today=today, first_year=profile.first_year, series=series
                    ),
                )
            if clue.url is None:
                yield from memo[key]
                continue
            for one in memo[key]:
                yield replace(one, evidence=replace(one.evidence, url=clue.url))

    settled = corrections or {}
    menus = menu_words(groups)
    told = {
        g.doc_id: _kind_of(profile, g, settled.get(g.doc_id, ()), memory, menus) for g in groups
    }
    kinds = {doc_id: cast("Kind", reading.value) for doc_id, reading in told.items()}
    entries = Entries(groups, kinds, memory.words)
    shared = key_of(profile, today.year, extractor)

    def first(group: Group) -> Draft:
        kind, own = kinds[group.doc_id], settled.get(group.doc_id, ())
        clues = [*_own_clues(group), *entries.clues(group)]
        names = words_outside(group, menus) if kind == "session" else ()

        def readings() -> list[Reading]:
            found = [told[group.doc_id], *own]
            found += [one for one in group.extraction.readings if one.field != "kind"]
            found += dict.fromkeys(read(clues))
            found += _roles(profile, group)
            found += linked_groups(names)
            found = [reading for reading in found if _counts(reading, kind)]
            return told_as_published(found, group.extraction.published_on)

        words = _role_words(group) if profile.roles else ()
        extraction = group.extraction
        parts = (
            shared.hex(),
            told[group.doc_id],
            own,
            group.primary.payload_digest,
            extraction if extraction.status == "failed" else None,  # perhaps of this run alone
            clues,
            words,
            names,
        )
        key = key_of(parts)
        choice = chosen.own(group.doc_id, key, lambda: resolve(readings(), kind=kind))
        return Draft(group, kind, key=key, readings=readings, resolved=choice)

    drafts = {group.doc_id: first(group) for group in groups}
    owner = {source.url: g.doc_id for g in groups for source in g.sources}
    files: dict[str, list[Draft]] = defaultdict(list)
    linking = {d.group.doc_id: _parents(d.group, drafts, owner) for d in _files(drafts)}
    parents = {
        doc_id: found or _parents_of_files(drafts[doc_id].group, linking, owner)
        for doc_id, found in linking.items()
    }
    for doc_id, found in parents.items():
        for parent in found:
            files[parent.group.doc_id].append(drafts[doc_id])
    settle_numbers(drafts, files)
    complete_years({name: d for name, d in drafts.items() if d.kind != "file"})  # files inherit it
    for draft in _files(drafts):
        if found := parents[draft.group.doc_id]:
            drafts[draft.group.doc_id] = with_inherited(draft, found, chosen)
    complete_years(drafts)
    outlines = {g.doc_id: g.extraction.outline for g in groups if g.extraction.outline}
    related = near_duplicates(outlines)
    return [
        _document(
            drafts[g.doc_id],
            parents=parents.get(g.doc_id, ()),
            related=related.get(g.doc_id, ()),
            extractor=extractor,
        )
        for g in groups
    ]


def _files(drafts: Mapping[str, Draft]) -> list[Draft]:
    return [draft for draft in drafts.values() if draft.kind == "file"]


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


def _kind_of(
    profile: SiteProfile,
    group: Group,
    corrected: Sequence[Reading],
    memory: Remembered,
    menus: frozenset[str],
) -> Reading:
    """Return what kind of document it is: as settled, as the profile says, as it looks."""
    by_hand = [one for one in corrected if one.field == "kind"]
    if by_hand:
        return by_hand[0]
    if not group.is_web_page:
        evidence = Evidence("media type", group.extraction.media_type, "meta")
        return Reading("kind", "file", evidence, _GUESSED_KIND_TRUST)
    url = group.primary.url
    ruled = page_kind(url, group.extraction.readings, profile)
    if ruled is not None:
        return ruled
    extraction = group.extraction
    clues = [Clue(extraction.title or "", "title")]
    clues += [Clue(heading, "heading") for heading in extraction.headings]
    texts, below = [link.text for link in group.outbound], extraction.readings
    framing = [text for text in dict.fromkeys(texts) if text in menus]
    teasers = _teasers(group)
    around = [(link.text, link.context) for link in group.outbound if link.text not in menus]
    entries = [entry for entry in dict.fromkeys(around) if entry[0] != entry[1]]
    kind, evidence = memory.kind(
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


def _teasers(group: Group) -> list[str]:
    """Return the headings of a page that lead to another page, and so name that one."""
    own = {url_key(source.url) for source in group.sources}
    led = {link.text for link in group.outbound if url_key(link.to_url) not in own}
    return [heading for heading in dict.fromkeys(group.extraction.headings) if heading in led]


def _parents(group: Group, drafts: Mapping[str, Draft], owner: Mapping[str, str]) -> list[Draft]:
    ids = dict.fromkeys(owner.get(link.from_url) for link in group.inbound)
    found = [drafts[doc_id] for doc_id in ids if doc_id is not None]
    return [draft for draft in found if draft.kind == "session"]


def _parents_of_files(
    group: Group, linking: Mapping[str, list[Draft]], owner: Mapping[str, str]
) -> list[Draft]:
    """Return the sittings whose files link a file that no page of a sitting links: its annexes."""
    ids = dict.fromkeys(owner.get(link.from_url) for link in group.inbound)
    found = [draft for origin in ids if origin is not None for draft in linking.get(origin, ())]
    return list({draft.group.doc_id: draft for draft in found}.values())


def _document(
    draft: Draft, *, parents: Sequence[Draft], related: tuple[str, ...], extractor: str
) -> Document:
    group, resolved, extraction = draft.group, draft.resolved, draft.group.extraction
    primary = group.primary
    return Document(
        doc_id=group.doc_id,
        site=primary.site,
        kind=draft.kind,
        title=_title(draft),
        urls=tuple(source.url for source in group.sources),
        captures=tuple(source.capture_id for source in group.sources),
        captured_at=primary.captured_at,
        media_type=extraction.media_type,
        payload_digest=primary.payload_digest,
        http_status=primary.status,
        role=resolved.role if draft.kind == "file" else None,
        sessions=resolved.sessions,
        held_on=resolved.held_on,
        held_until=resolved.held_until,
        date_precision=resolved.date_precision,
        topics=resolved.topics,
        groups=resolved.groups,
        keywords=resolved.keywords,
        special=resolved.special,
        language=extraction.language or "de",
        published_on=resolved.published_on or extraction.published_on,
        parents=tuple(parent.group.doc_id for parent in parents),
        page_count=extraction.outline.page_count if extraction.outline else 0,
        status=extraction.status,
        reason=extraction.reason,
        extractor=extractor,
        readings=resolved.readings,
        conflicts=resolved.conflicts,
        warnings=extraction.warnings,
        attachments=extraction.attachments,
        related=related,
        also_on=resolved.also_on,
    )


def _title(draft: Draft) -> str:
    """Return a title a person would know the document by.

    A page has its heading. A file is named by the link to it, unless that is one bare word; then
    by its own title, then by its name.
    """
    group, extraction = draft.group, draft.group.extraction
    by_hand = any(
        r.field == "title" and r.evidence.place == "correction" for r in draft.resolved.readings
    )
    if draft.kind != "file" or by_hand:
        return draft.resolved.title or extraction.title or group.primary.url
    said = _link_title(group.inbound)
    if said and len(said) > _BARE_TITLE_CHARS:
        return said
    name = file_name_of(group.primary.url)
    own = extraction.title or ""
    if own and not _is_file_name(own):
        return own
    return said or name or group.primary.url


def _link_title(links: Iterable[InboundLink]) -> str:
    titles = Counter(title for link in links if (title := clean_title(link.text)))
    if not titles:
        return ""
    return max(titles, key=lambda title: (titles[title] > 1, len(title), title))


def _is_file_name(title: str) -> bool:
    """Tell whether a PDF's title is only what its maker's program left there."""
    lowered = title.lower()
    endings = (".doc", ".docx", ".pdf", ".indd", ".odt", ".ppt", ".pptx", ".qxd", ".tex")
    is_bare = "_" in title and " " not in title  # "Vorlage_Doku"
    left = ("microsoft ", "untitled", "unbenannt", "powerpoint")
    return is_bare or lowered.endswith(endings) or lowered.startswith(left)
