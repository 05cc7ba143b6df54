"""A small forum of words alone: pages and files as extraction leaves them, with links between."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from archiver.model import Document, Extraction, InboundLink, Page, Reading, Source
from archiver.sites.profile import SiteProfile
from archiver.sites.readers import Clue, read_clues
from archiver.update.groups import Group, group_sources
from archiver.update.outline import with_outline
from archiver.update.resolve import resolve_site

SITE = "lindental"
HOST = "http://lindental.example"
START = datetime(2026, 5, 4, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
HTML, PDF = "text/html", "application/pdf"


def digest(payload: str) -> str:
    return "sha256:" + sha256(payload.encode()).hexdigest()


def source(path: str, payload: str = "", *, at: int = 0, media_type: str = HTML) -> Source:
    """A live URL; `at` counts the minutes until it was first captured."""
    return Source(
        site=SITE,
        url=HOST + path,
        final_url=HOST + path,
        capture_id=f"capture{path}",
        captured_at=START + timedelta(minutes=at),
        status=200,
        media_type=media_type,
        payload_digest=digest(payload or path),
        payload_size=len(payload),
        first_captured_at=START + timedelta(minutes=at),
    )


def page(title: str, *headings: str, text: str = "") -> Extraction:
    """A web page: its title, headings and text, read as extraction reads them."""
    lines = "\n".join([*headings, text] if text else headings)
    clues = [Clue(title, "title"), *(Clue(heading, "heading") for heading in headings)]
    clues.append(Clue(lines, "first_lines"))
    return Extraction(
        "ok",
        HTML,
        "html 1",
        title=title,
        pages=(Page(1, lines),),
        readings=read_clues([clue for clue in clues if clue.text]),
        headings=headings,
    )


def pdf(*pages: str, title: str | None = None) -> Extraction:
    """A PDF of these pages, of which the first is read."""
    readings = read_clues([Clue(pages[0], "first_lines", page=1)]) if pages else ()
    return Extraction(
        "ok" if pages else "image_only",
        PDF,
        "pdfium 1",
        title=title,
        pages=tuple(Page(number, text) for number, text in enumerate(pages, 1)),
        readings=readings,
    )


def link(from_path: str, to_path: str, text: str, context: str = "") -> InboundLink:
    return InboundLink(HOST + from_path, HOST + to_path, text, context or text, 0)


@dataclass
class Forum:
    """What is archived of one site, and what is made of it."""

    profile: SiteProfile = field(default_factory=lambda: SiteProfile(name=SITE))
    sources: list[Source] = field(default_factory=list)
    extractions: dict[str, Extraction] = field(default_factory=dict)
    links: list[InboundLink] = field(default_factory=list)

    def put(self, path: str, extraction: Extraction, *, payload: str = "", at: int = 0) -> Source:
        one = source(path, payload, at=at, media_type=extraction.media_type)
        self.sources.append(one)
        self.extractions[one.payload_digest] = with_outline(extraction)
        return one

    def link(self, from_path: str, to_path: str, text: str, context: str = "") -> None:
        self.links.append(link(from_path, to_path, text, context))

    def groups(self) -> list[Group]:
        heads = {name: replace(one, pages=()) for name, one in self.extractions.items()}
        return group_sources(self.sources, heads, self.links)

    def documents(
        self, corrections: Mapping[str, Sequence[Reading]] | None = None
    ) -> list[Document]:
        return resolve_site(
            self.profile, self.groups(), extractor="1-k", today=TODAY, corrections=corrections
        )

    def document(self, path: str) -> Document:
        return next(one for one in self.documents() if HOST + path in one.urls)


def values(readings: Iterable[Reading], name: str) -> list[object]:
    return [one.value for one in readings if one.field == name]
