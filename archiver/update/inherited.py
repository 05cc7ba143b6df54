"""What a file has from the pages of the sittings that link it. Pure: no I/O."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from archiver.model import Reading
from archiver.sites.resolving import Resolved, resolve
from archiver.update.chosen import Chosen, key_of
from archiver.update.drafts import Draft

_INHERITED_TRUST = 0.5
_HANDED_DOWN = ("session", "date", "topic", "group", "keyword", "special")


class _Parent(NamedTuple):
    """The page of a sitting, and what is chosen for it by now: later its year may be completed."""

    url: str
    resolved: Resolved


def with_inherited(draft: Draft, parents: Sequence[Draft], chosen: Chosen) -> Draft:
    """Return a file's draft with what the pages of sittings that link it say of it by now."""
    told = [_Parent(page.group.primary.url, page.resolved) for page in parents]
    key = key_of(draft.key.hex(), [(page.group.primary.url, page.key.hex()) for page in parents])

    def readings() -> list[Reading]:
        return [*draft.readings, *_inherited(draft, told)]

    choice = chosen.whole(draft.group.doc_id, key, lambda: resolve(readings(), kind="file"))
    return Draft(draft.group, "file", key=key, readings=readings, resolved=choice)


def _inherited(draft: Draft, parents: Sequence[_Parent]) -> list[Reading]:
    """Return what the pages of sittings that link a file hand down to it."""
    if len(parents) > 1 and _are_one_sitting(parents):
        parents = [min(parents, key=_is_last_asked)]
    if len(parents) > 1:
        # Linked from several sittings: the one it names itself, or none can be told.
        own = set(draft.resolved.sessions)
        parents = [page for page in parents if own & set(page.resolved.sessions)]
    found = []
    for page in parents:
        for reading in page.resolved.readings:
            if reading.field in _HANDED_DOWN:
                evidence = replace(
                    reading.evidence,
                    place="inherited",
                    rule=f"inherited: {reading.evidence.rule}",
                    url=page.url,
                )
                trust = round(_INHERITED_TRUST * reading.confidence, 3)
                found.append(replace(reading, evidence=evidence, confidence=trust))
    return found


def _are_one_sitting(pages: Sequence[_Parent]) -> bool:
    """Tell whether pages tell of the same sitting, as a page and its print view do."""
    days = {page.resolved.held_on for page in pages} - {None}
    return len({page.resolved.sessions for page in pages}) == 1 and len(days) <= 1


def _is_last_asked(page: _Parent) -> tuple[bool, int, str]:
    """Order pages of one sitting: those with a date first, then by their plainer URL."""
    return page.resolved.held_on is None, len(page.url), page.url
