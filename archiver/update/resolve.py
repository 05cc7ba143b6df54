"""Documents from what each payload says, what links say, and what URLs say. Pure: no I/O.

Web pages come first, because a linked file inherits session, date and topic from the page of the
sitting that links it, unless it says otherwise itself. A date without a year takes it from the
sittings with the next numbers, so those that are sure come before those that are not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from archiver.model import Document, InboundLink, Reading
from archiver.sites.profile import SiteProfile
from archiver.sites.roles import clean_title
from archiver.update.chosen import Chosen
from archiver.update.drafting import Drafting
from archiver.update.drafts import Draft
from archiver.update.groups import Group
from archiver.update.inherited import with_inherited
from archiver.update.outline import near_duplicates
from archiver.update.remembered import Remembered
from archiver.update.sequence import complete_years, settle_numbers
from archiver.urls import file_name_of

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
    chosen = chosen or Chosen(profile.name)
    drafting = Drafting(
        profile,
        groups,
        extractor=extractor,
        today=today,
        corrections=corrections or {},
        memory=memory or Remembered(),
        chosen=chosen,
    )
    drafts = {group.doc_id: drafting.draft(group) for group in groups}
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
