"""Say what a careful person would label on every page and paper: tests/data/sample_truth.json.

It is told by the texts the site was made from, never read back from the made files: the words
under `contains` are those the typesetter put whole on that page.
"""

import json
import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from tools.sample_forum.content import Sitting, paragraphs
from tools.sample_forum.papers import Issue
from tools.sample_forum.site import BASE_URL_MARK, Site

__all__ = ["phrase", "truth"]

PLAIN_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]+")
OVERVIEWS = "/archiv/"


def phrase(text: str, width: int = 5) -> str | None:
    """Choose consecutive plain words around the longest one, or None.

    >>> phrase("Ein Güterverkehrskonzept soll klären, wie die Tuchfabrik beliefert werden kann.")
    'Ein Güterverkehrskonzept soll'
    >>> phrase("1.000 Euro.")
    """
    runs: list[list[str]] = [[]]
    for word in text.split():
        if PLAIN_WORD.fullmatch(word):
            runs[-1].append(word)
        else:
            runs.append([])
    runs = [run for run in runs if len(run) >= 3]
    if not runs:
        return None
    run = max(runs, key=lambda words: max(map(len, words)))
    middle = max(range(len(run)), key=lambda index: len(run[index]))
    first = max(0, min(middle - width // 2, len(run) - width))
    return " ".join(run[first : first + width])


def truth(site: Site) -> bytes:
    """Return the labels as JSON."""
    walk = Walk(site)
    documents = [sitting_label(each) for each in site.forum.sittings]
    for issue in site.issues:
        documents.append(paper_label(issue, issue.paper.path))
        if issue.paper.also_at:
            documents.append(paper_label(issue, issue.paper.also_at, of=issue.paper.path))
    known = {each["path"] for each in documents}
    documents += [
        house_label(site, path)
        for path, entry in site.files.items()
        if path not in known and entry["type"].startswith("text/html") and path != "/404.html"
    ]
    for each in documents:
        each["disk"] = site.files[each["path"]]["disk"]
        each["reachable"] = each["path"] in walk.found
    data = {
        "seeds": ["/"],
        "documents": sorted(documents, key=lambda each: str(each["path"])),
        "missing_session_numbers": [13],
        "conflicts": [
            {"path": each["path"], "words": each["conflict"]}
            for each in documents
            if each["conflict"]
        ],
        "redirects": {path: to for path, to in site.redirects.items() if path in walk.redirected},
        "not_found": sorted(walk.missing),
        "robots_excluded": sorted(walk.excluded),
        "sitemap_only": sorted(walk.sitemap_only),
        "expected_totals": walk.totals(),
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def label(path: str, kind: str, **fields: Any) -> dict[str, Any]:
    """Return one document's label with every key present."""
    empty: dict[str, Any] = {
        "path": path, "kind": kind, "role": None, "sessions": [], "sessions_from": None,
        "special": None, "held_on": None, "held_until": None, "also_on": [], "topic": None,
        "groups": [], "keywords": [], "published": None, "pages": None, "labels": None,
        "image_only": False, "encrypted": None, "damaged": False, "duplicate_of": None,
        "contains": [], "conflict": None,
    }  # fmt: skip
    return {**empty, **fields}


def of_sitting(sitting: Sitting) -> dict[str, Any]:
    """Return what a sitting's page and papers have in common."""
    return {
        "sessions": list(sitting.number),
        "special": sitting.special or None,
        "held_on": iso(sitting.on),
        "held_until": iso(sitting.until),
        "also_on": [iso(day) for day in sitting.also_on],
        "topic": sitting.topic,
        "groups": list(sitting.groups),
        "keywords": list(sitting.keywords),
    }


def sitting_label(sitting: Sitting) -> dict[str, Any]:
    texts = paragraphs(sitting.lead) + paragraphs(sitting.points) + list(sitting.results)
    return label(
        sitting.path,
        "session",
        **of_sitting(sitting),
        sessions_from=sitting.number_from if sitting.number else None,
        contains=[{"page": None, "text": words} for words in choose(texts)],
        conflict=sitting.conflict or None,
    )


def paper_label(issue: Issue, path: str, of: str | None = None) -> dict[str, Any]:
    paper, printed = issue.paper, issue.printed
    common = of_sitting(issue.sitting) if issue.sitting else {"topic": paper.head}
    if paper.numberless:
        common["sessions_from"] = "link"
    damaged = paper.defect == "truncated"
    contains = [{"page": page, "text": words} for page, words in paper_phrases(issue)]
    return label(
        path,
        "file",
        **common,
        role=paper.role,
        published=iso(paper.dated) if paper.style not in {"slides", "poster", "table"} else None,
        pages=None if damaged else printed.pages,
        labels=printed.labels() if printed.front else None,
        image_only=paper.style == "scan",
        encrypted=paper.defect if paper.defect.endswith("password") else None,
        damaged=damaged,
        duplicate_of=of,
        contains=contains,
    )


def paper_phrases(issue: Issue) -> list[tuple[int, str]]:
    """Return up to three phrases with their pages: from the first, the middle and the last."""
    said = issue.printed.said
    found = [(page, words) for page, text in said if (words := phrase(text))]
    pages = sorted({page for page, _ in found})
    chosen: dict[tuple[int, str], None] = {}
    for page in dict.fromkeys([*pages[:1], *pages[len(pages) // 2 :][:1], *pages[-1:]]):
        chosen[page, choose([text for at, text in said if at == page], 1)[0]] = None
    for each in found:  # short papers: more from the same page
        if len(chosen) < 3:
            chosen.setdefault(each)
    return sorted(chosen)


def house_label(site: Site, path: str) -> dict[str, Any]:
    forum = site.forum
    topic = next((each for each in forum.topics if each.path == path), None)
    if topic:
        words = phrase(topic.intro)
        return label(
            path, "topic", topic=topic.title, keywords=list(topic.match),
            contains=[{"page": None, "text": words}] if words else [],
        )  # fmt: skip
    if path.startswith(OVERVIEWS):
        return label(path, "overview")
    news = next((each for each in forum.news if each.path == path), None)
    page = next((each for each in forum.pages if each.path == path), None)
    group = next((each for each in forum.groups if each.path == path), None)
    body = (news or page or group).body if (news or page or group) else ""  # type: ignore[union-attr]
    return label(
        path,
        "other",
        groups=[group.name] if group else [],
        published=iso(news.on) if news else None,
        contains=[{"page": None, "text": words} for words in choose(paragraphs(body), 2)],
    )


def choose(texts: list[str], count: int = 3) -> list[str]:
    """Return up to `count` different phrases, those with the longest words first."""
    found = {words: None for text in texts if (words := phrase(text))}
    ranked = sorted(found, key=lambda words: -max(map(len, words.split())))
    return ranked[:count]


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


class Walk:
    """Follow every link from the start page and the sitemap, as an obedient crawler would."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.found: set[str] = set()
        self.redirected: set[str] = set()
        self.missing: set[str] = set()
        self.excluded: set[str] = set()
        linked = self.follow({"/"})
        listed = re.findall(
            re.escape(BASE_URL_MARK) + r"([^<]+)", site.served("/sitemap.xml").decode()
        )
        self.sitemap_only = set(listed) - linked
        self.follow(set(listed))

    def follow(self, queue: set[str]) -> set[str]:
        """Visit all that can be reached from `queue`; return the pages found so far."""
        queue = set(queue)
        while queue:
            path = queue.pop()
            if path in self.found | self.redirected | self.missing | self.excluded:
                continue
            if path.startswith("/intern/"):
                self.excluded.add(path)
            elif path in self.site.redirects:
                self.redirected.add(path)
                queue.add(self.site.redirects[path])
            elif path not in self.site.files:
                self.missing.add(path)
            else:
                self.found.add(path)
                if self.site.files[path]["type"].startswith("text/html"):
                    queue |= links(path, self.site.served(path).decode("utf-8", "replace"))
        return set(self.found)

    def totals(self) -> dict[str, int]:
        kinds = Counter(self.site.files[path]["type"].partition(";")[0] for path in self.found)
        return {
            "pages": kinds["text/html"],
            "pdfs": kinds["application/pdf"],
            "pdf_payloads": len(
                {
                    self.site.served(path)
                    for path in self.found
                    if self.site.files[path]["type"] == "application/pdf"
                }
            ),
            "assets": kinds["text/css"] + kinds["image/svg+xml"],
            "redirects": len(self.redirected),
            "not_found": len(self.missing),
            "robots_excluded": len(self.excluded),
            "sitemap_only": len(self.sitemap_only),
            "sessions_numbered": sum(bool(each.number) for each in self.site.forum.sittings),
            "session_pages": len(self.site.forum.sittings),
        }


class Links(HTMLParser):
    """Collect every href and src."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.targets += [value for name, value in attrs if name in {"href", "src"} and value]


def links(path: str, text: str) -> set[str]:
    """Return the site's own paths that a page links, unquoted, without fragments."""
    parser = Links()
    parser.feed(text)
    joined = (urlsplit(urljoin(f"http://site{path}", target)) for target in parser.targets)
    return {unquote(each.path) for each in joined if each.netloc == "site"}
