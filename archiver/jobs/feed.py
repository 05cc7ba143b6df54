"""News of a saved search as an Atom feed (RFC 4287). Pure: no I/O."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid5

from archiver.jobs.changes import Alert, AlertHit, Kind

_ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot say at all, and what would turn a reader's lines around.
_UNSAFE = re.compile(
    "[^\t\n\r\u0020-\u200d\u2010-\u2027\u202f-\u2065\u2070-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


def atom(
    *,
    feed_id: str,
    title: str,
    updated_at: datetime,
    entries: Iterable[tuple[Alert, Kind, AlertHit]],
) -> str:
    """Return the feed as XML; ids stay the same as long as the entries do."""
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "id", f"urn:uuid:{feed_id}")
    _add(feed, "title", title)
    _add(feed, "updated", _instant(updated_at))
    _add(_add(feed, "author", None), "name", "forum-archiver")
    for alert, kind, hit in entries:
        entry = _add(feed, "entry", None)
        seen = f"{alert.generation}/{kind}/{hit.doc_id}/{hit.page}"
        _add(entry, "id", f"urn:uuid:{uuid5(UUID(feed_id), seen)}")
        _add(entry, "title", f"{kind}: {headline(hit)}")
        _add(entry, "updated", _instant(alert.at))
        _add(entry, "link", None, rel="alternate", href=hit.url)
        _add(entry, "category", None, term=kind)
        _add(entry, "summary", hit.snippet or headline(hit))
    ET.indent(feed)
    body = ET.tostring(feed, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def headline(hit: AlertHit) -> str:
    """Return session, date, title and page of a hit in one line."""
    parts = ["#" + "+".join(map(str, hit.sessions))] if hit.sessions else []
    if hit.held_on is not None:
        parts.append(f"{hit.held_on:%d.%m.%Y}")
    title = " ".join(hit.title.split())
    page = f", {hit.page_label}" if hit.page_label else ""  # of a file inside the file
    page = f", p. {hit.page_label or hit.page}" if "#page=" in hit.url else page
    return " · ".join([*parts, f"{title}{page}"])


def _add(parent: ET.Element, name: str, text: str | None, **attributes: str) -> ET.Element:
    safe = {key: _UNSAFE.sub("\ufffd", value) for key, value in attributes.items()}
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}", safe)
    if text is not None:
        child.text = _UNSAFE.sub("\ufffd", text)
    return child


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
