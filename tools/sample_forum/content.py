"""Read the invented texts (content/*.toml) into nouns; knows nothing of HTML or PDF."""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

__all__ = ["Forum", "Group", "News", "Page", "Paper", "Sitting", "Topic", "load", "paragraphs"]

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True)
class Paper:
    """One PDF: where it is served, how the page names it, how it is typeset."""

    role: str
    path: str
    link: str
    style: str
    dated: date
    head: str = ""
    note: str = ""  # words after the link, outside the <a>
    previous: str = ""  # what the minutes say of the sitting before
    font: str = ""
    defect: str = ""  # truncated | password | empty-password
    disk: str = ""  # path on disk, where the served path cannot be one everywhere
    also_at: str = ""  # a second name of the same bytes
    numberless: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting with its page; `number` is what a careful person would say."""

    number: tuple[int, ...]
    on: date
    path: str
    era: str  # alt | mitte | neu: the site's three looks
    heading: str
    entry: str  # the overview's words
    topic: str
    place: str
    lead: str
    points: str
    results: tuple[str, ...]
    subline: str = ""
    topic_label: str = ""
    until: date | None = None
    also_on: tuple[date, ...] = ()
    groups: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()
    dead_links: tuple[tuple[str, str], ...] = ()
    special: str = ""
    charset: str = "utf-8"
    decomposed: bool = False
    year_missing: bool = False
    number_from: str = "page"  # page | overview | none
    page_says_number: tuple[int, ...] = ()
    entry_says_on: date | None = None
    conflict: str = ""
    present: int = 0  # people on the list, where the text says it


@dataclass(frozen=True, slots=True)
class Page:
    path: str
    title: str
    modified: date
    body: str


@dataclass(frozen=True, slots=True)
class News:
    path: str
    on: date
    title: str
    body: str
    unlinked: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    path: str
    head: str
    meets: str
    body: str


@dataclass(frozen=True, slots=True)
class Topic:
    path: str
    title: str
    match: tuple[str, ...]
    intro: str
    moved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forum:
    """Everything there is to say."""

    sittings: tuple[Sitting, ...]
    pages: tuple[Page, ...]
    news: tuple[News, ...]
    groups: tuple[Group, ...]
    topics: tuple[Topic, ...]
    stock: dict[str, list[str]] = field(default_factory=dict)
    book: tuple[dict[str, Any], ...] = ()
    report: dict[str, str] = field(default_factory=dict)
    cycling: dict[str, Any] = field(default_factory=dict)
    slides: dict[str, list[list[Any]]] = field(default_factory=dict)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)


def paragraphs(text: str) -> list[str]:
    """Split a text at its blank lines.

    >>> paragraphs(" Eins. \\n\\nZwei. ")
    ['Eins.', 'Zwei.']
    """
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def load(folder: Path = CONTENT) -> Forum:
    """Return the forum written down in `folder`, sittings by date."""
    sittings = [
        sitting(raw)
        for path in sorted(folder.glob("sittings-*.toml"))
        for raw in tomllib.loads(path.read_text("utf-8"))["sitting"]
    ]
    house = tomllib.loads((folder / "house.toml").read_text("utf-8"))
    return Forum(
        sittings=tuple(sorted(sittings, key=lambda each: each.on)),
        pages=tuple(Page(**raw) for raw in house["page"]),
        news=tuple(News(**raw) for raw in house["news"]),
        groups=tuple(Group(**raw) for raw in house["group"]),
        topics=tuple(
            Topic(**{**raw, "match": tuple(raw["match"]), "moved": tuple(raw.get("moved", ()))})
            for raw in house["topic"]
        ),
        stock=house["stock"],
        book=tuple(house["book"]),
        report=house["report"],
        cycling=house["cycling"],
        slides=house["slides"],
        tables=house["tables"],
    )


def sitting(raw: dict[str, Any]) -> Sitting:
    """Turn one TOML table into a Sitting."""
    papers = tuple(Paper(**each) for each in raw.pop("paper", ()))
    dead = tuple((each["path"], each["text"]) for each in raw.pop("dead_link", ()))
    lists = {key: tuple(value) for key, value in raw.items() if isinstance(value, list)}
    return Sitting(**{**raw, **lists}, papers=papers, dead_links=dead)
