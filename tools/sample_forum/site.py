"""Assemble the whole site: pages, papers, redirects, dates of change. Writes nothing itself.

`_site.json` tells the server what lies where; it is never served:
  not_found  the page sent with status 404
  redirects  path → path, answered with 301
  files      path as served → disk (relative file), type, modified (UTC), template (true: the
             bytes contain BASE_URL_MARK, to be replaced by the server's own address)
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from tools.sample_forum.content import Forum, load
from tools.sample_forum.house_pages import ARCHIVE_PAGES, archive_path, house_pages
from tools.sample_forum.papers import Issue, print_all
from tools.sample_forum.sitting_pages import sitting_page

__all__ = ["BASE_URL_MARK", "Site", "assemble"]

ASSETS = Path(__file__).parent / "assets"
BASE_URL_MARK = "{{base_url}}"  # what the server replaces in templates
LAST_EDIT = date(2016, 11, 28)
OLD_EDIT = date(2012, 1, 10)
REDIRECTS = {
    "/alt/index.htm": archive_path(ARCHIVE_PAGES),
    "/archiv": "/archiv/",
    "/forum28": "/foren/2011/forum-28.html",
    "/sitzungen/2012-01-27/": "/sitzungen/2012-01-26/",
}
TYPES = {
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}


@dataclass(slots=True)
class Site:
    """All that is served, and what it was made from."""

    forum: Forum
    issues: list[Issue]
    payloads: dict[str, bytes] = field(default_factory=dict)  # disk path → bytes
    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # served path → manifest entry
    redirects: dict[str, str] = field(default_factory=dict)

    def add(
        self, path: str, payload: bytes, modified: date, *, disk: str = "", **more: Any
    ) -> None:
        """Put one file under the path it is served at."""
        at = disk or (path + "index.html" if path.endswith("/") else path)
        relative = at.lstrip("/")
        self.payloads[relative] = payload
        entry = {
            "disk": relative,
            "type": TYPES[Path(at).suffix],
            "modified": moment(path, modified),
        }
        self.files[path] = {**entry, **more}

    def served(self, path: str) -> bytes:
        """Return the bytes of a served path."""
        return self.payloads[self.files[path]["disk"]]

    def manifest(self) -> bytes:
        """Return `_site.json`."""
        data = {
            "not_found": "/404.html",
            "redirects": dict(sorted(self.redirects.items())),
            "files": dict(sorted(self.files.items())),
        }
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def moment(path: str, day: date) -> str:
    """Return a believable working hour of that day, always the same for a path.

    >>> moment("/", date(2016, 11, 28))
    '2016-11-28T16:34:38Z'
    """
    dice = sha256(path.encode()).digest()
    at = time(8 + dice[0] % 10, dice[1] % 60, dice[2] % 60)
    return datetime.combine(day, at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def assemble(forum: Forum | None = None) -> Site:
    """Build everything in memory; the same texts give the same bytes."""
    forum = forum or load()
    issues = print_all(forum)
    site = Site(forum, issues, redirects=dict(REDIRECTS))
    sizes = {issue.paper.path: len(issue.printed.payload) for issue in issues}
    for issue in issues:
        paper, payload = issue.paper, issue.printed.payload
        site.add(paper.path, payload, paper.dated, disk=paper.disk)
        if paper.also_at:
            site.add(paper.also_at, payload, paper.dated + timedelta(days=19))
    for sitting in forum.sittings:
        more = {"type": "text/html"} if sitting.charset != "utf-8" else {}
        day = (sitting.also_on or (sitting.on,))[-1] + timedelta(days=13)
        site.add(sitting.path, sitting_page(forum, sitting, sizes), day, **more)
    dates = {page.path: page.modified for page in forum.pages}
    dates |= {each.path: each.on for each in forum.news}
    for path, payload in house_pages(forum, sizes).items():
        site.add(path, payload, dates.get(path, LAST_EDIT))
    site.add("/stil/stil.css", (ASSETS / "stil.css").read_bytes(), OLD_EDIT)
    site.add("/stil/alt.css", (ASSETS / "alt.css").read_bytes(), date(2008, 1, 7))
    site.add("/stil/wappen.svg", (ASSETS / "wappen.svg").read_bytes(), OLD_EDIT)
    site.add("/robots.txt", robots(), OLD_EDIT, template=True)
    site.add("/sitemap.xml", sitemap(site), LAST_EDIT, template=True)
    return site


def robots() -> bytes:
    """Return robots.txt as a template."""
    return (
        "# Bürgerforum Auenfurt\nUser-agent: *\nDisallow: /intern/\n\n"
        f"Sitemap: {BASE_URL_MARK}/sitemap.xml\n"
    ).encode()


def sitemap(site: Site) -> bytes:
    """Return the sitemap as a template: the HTML5 pages only, and one that nothing links."""
    left_out = ("/alt/", "/foren/", "/intern/", "/404.html")
    lines = ['<?xml version="1.0" encoding="UTF-8"?>',
             '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']  # fmt: skip
    for path, entry in sorted(site.files.items()):
        if entry["type"].startswith("text/html") and not path.startswith(left_out):
            day = entry["modified"][:10]
            lines.append(f"<url><loc>{BASE_URL_MARK}{path}</loc><lastmod>{day}</lastmod></url>")
    return ("\n".join([*lines, "</urlset>"]) + "\n").encode()
