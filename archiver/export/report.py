"""A static HTML page of hits, to be sent and printed. Pure: no I/O, no script, nothing loaded.

Everything from documents is escaped; a Content-Security-Policy forbids all but the page's own
style; only http(s) addresses become links.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC

from archiver.amounts import counted
from archiver.export.charts import xml_text
from archiver.export.citation import Citing, cite, date_in_german, page_in_german, session_in_german
from archiver.export.record import HitRecord
from archiver.urls import is_web_url

__all__ = ["encode_html"]

_STYLE = (
    "body{font:16px/1.5 serif;max-width:46em;margin:2em auto;padding:0 1em}"
    "article{border-top:1px solid #999;padding:.5em 0;break-inside:avoid}"
    "h2{font-size:1.05em;margin:.2em 0}mark{background:#fd8}"
    "small,footer{color:#444;overflow-wrap:anywhere}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"
)


def encode_html(records: Iterable[HitRecord], citing: Citing) -> Iterator[bytes]:
    """Write one article a hit: sitting, quote, link, citation, digest (UTF-8)."""
    count = 0
    for count, record in enumerate(records, start=1):
        if count == 1:
            yield _head(record).encode()
        yield _article(record, citing).encode()
    if not count:
        yield _head(None).encode()
    places = counted(count, "Fundstelle", "Fundstellen")
    yield f"<footer><p>{places}.</p></footer>\n</body>\n</html>\n".encode()


def _head(record: HitRecord | None) -> str:
    title = "Keine Fundstellen" if record is None else f"Fundstellen: {record.query}"
    about = ""
    if record is not None:
        made = f"{record.exported_at.astimezone(UTC):%d.%m.%Y, %H:%M} UTC"
        about = (
            f"<p><small>Verstanden als {xml_text(record.normalised)} · Stand des Index "
            f"{xml_text(record.generation)} · erstellt am {made}</small></p>\n"
        )
    return (
        '<!DOCTYPE html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{xml_text(_POLICY)}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{xml_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{xml_text(title)}</h1>\n{about}"
    )


def _article(record: HitRecord, citing: Citing) -> str:
    what = ", ".join(
        filter(
            None,
            (
                session_in_german(record.session),
                date_in_german(record.held_on),
                "; ".join(record.topics),
            ),
        )
    )
    place = ", ".join(filter(None, (record.title, page_in_german(record))))
    shown = xml_text(place)
    if is_web_url(record.url):
        has_pages = record.media == "application/pdf" and record.attachment is None
        page = f"#page={record.page}" if has_pages else ""
        shown = f'<a href="{xml_text(record.url + page)}" rel="noreferrer">{shown}</a>'
    return (
        f'<article id="{xml_text(record.hit_id)}">\n<h2>{xml_text(what)}</h2>\n<p>{shown}</p>\n'
        f"<blockquote>{xml_text(record.snippet_left)}<mark>{xml_text(record.match)}</mark>"
        f"{xml_text(record.snippet_right)}</blockquote>\n"
        f"<p><small>{xml_text(cite(record, citing))}</small></p>\n"
        f"<p><small>{xml_text(record.hit_id)} · {xml_text(record.warc_file)}"
        f"@{record.warc_offset} · sha256:{xml_text(record.payload_sha256 or '–')}</small></p>\n"
        "</article>\n"
    )
