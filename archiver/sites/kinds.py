"""Guess the kind of a web page without a profile: session, overview, topic or other.

Judged by the page's own words, its URL and the texts of its links. Pure: no I/O.
"""

import re
from collections.abc import Container, Sequence
from urllib.parse import urlsplit

from archiver.model import Evidence, Kind, Place, Reading
from archiver.sites.readers import Clue, read_clues, read_words
from archiver.sites.roles import find_role
from archiver.sites.sittings import find_sitting_words
from archiver.sites.wording import tidy, url_segments, without_extension

_SURE = 0.72  # confidence of first lines that name the sitting outside running text
MANY_LINKS = 3  # links to different sittings make a page an overview

_OVERVIEW_WORDS = re.compile(
    r"\b(?:archiv\w*|übersicht|uebersicht|chronik|alle (?:sitzungen|foren|termine)|"
    r"(?:bisherige|vergangene|frühere|letzte) (?:sitzungen|foren|treffen|veranstaltungen|"
    r"runden|termine)|"
    r"\w*(?:sitzungen|foren|runden|versammlungen|protokolle|niederschriften|dokumentationen|"
    r"veranstaltungen|konferenzen|werkstätten)|sitzungskalender|sitzungsarchiv|"
    r"seite \d+ von \d+)\b",
    re.IGNORECASE,
)
_TOPIC_WORDS = re.compile(
    r"^(?:thema|themenseite|themenfeld|handlungsfeld)\b|\bzu diesem thema\b|\bzum thema gehören\b",
    re.IGNORECASE,
)
_TOPIC_FOLDER = re.compile(r"^(?:themen?|topics?|handlungsfelder|themenfelder)$", re.IGNORECASE)
_OTHER_WORDS = re.compile(
    r"^(?:startseite|home|willkommen|herzlich willkommen|impressum|kontakt|datenschutz\w*|sitemap|"
    r"über uns|wer wir sind|login|suche|presse|links|mitmachen|satzung|geschäftsordnung|"
    r"aktuelles|news|nachrichten|stichworte|schlagwörter|arbeits(?:gruppen?|kreise?)|AGs?|AKs?|themen)\b",
    re.IGNORECASE,
)
_NEWS_FOLDER = re.compile(
    r"^(?:aktuelles?|news|nachrichten|meldungen|presse|blog|pressemitteilungen)$", re.IGNORECASE
)
_DOWNLOAD = re.compile(r"\W*(?:download|herunterladen|(?:als )?pdf(?:-datei)?)\W*", re.IGNORECASE)
_INDEX = re.compile(r"^(?:index|default|start|home|seite-?\d+|page-?\d+)?$", re.IGNORECASE)


def guess_kind(
    clues: Sequence[Clue],
    link_texts: Sequence[str] = (),
    *,
    url: str | None = None,
    below: Sequence[Reading] = (),
    menus: Container[str] = (),
    linked_headings: Container[str] = (),
    entries: Sequence[tuple[str, str]] = (),
) -> tuple[Kind, Evidence]:
    """Guess what kind of page it is, with the words that tell it.

    `clues` are the page's own (title, headings, first lines, URL); `link_texts` the texts of
    the links in its main content. A page whose title or heading names one sitting is its page; a
    page that links several sittings is an overview, or a topic page when it says so. `below` is
    what its first lines say: pages without headings name their sitting there, or in a form.
    `menus` are the texts of links that stand on most pages of the site; they make no page an
    overview by themselves. `linked_headings` are headings that lead to another page and name that
    one: teasers, posts of a month. `entries` are links outside the menus with the words around
    them: lists of papers call each "PDF" and say beside it whose they are.

    >>> guess_kind([Clue("12. Sitzung am 3. Mai 2011", "heading")])[0]
    'session'
    >>> guess_kind([Clue("Archiv", "title")], ["1. Forum", "2. Forum", "3. Forum"])[0]
    'overview'
    """
    url = url or next((clue.text for clue in clues if clue.place == "url"), None)
    segments = url_segments(url or "")
    names = [tidy(clue.text) for clue in clues if clue.place in ("title", "heading")]
    first = next((clue for clue in clues if clue.place in ("heading", "title")), None)
    linked = _sittings_linked(link_texts)
    listed_here = _sittings_linked([text for text in link_texts if text not in menus])
    papers = sum(find_role(text, "link_text") is not None for text in link_texts)
    is_other = any(_OTHER_WORDS.match(name) for name in names[:2]) or _is_root(url)
    in_topics = any(_TOPIC_FOLDER.match(segment) for segment in segments[1:])
    own = _own_sitting(clues, linked_headings, is_frame=is_other)
    if own is None or not _names_sitting(first):
        listed = _sittings_listed(clues)
        teasers = _sittings_listed([clue for clue in clues if clue.text in linked_headings])
        is_framed = any(_OTHER_WORDS.match(name) for name in names[:2])
        is_archive = listed >= 2 and any(_OVERVIEW_WORDS.search(name) for name in names[:1])
        if (listed >= MANY_LINKS or teasers >= 2 or is_archive) and not is_framed:
            words = f"{listed} headings of sittings"
            return "overview", _evidence("headings of several sittings", words, "heading", url)
    if own is None and not is_other and listed_here < MANY_LINKS:
        has_paper = any(_is_paper(text) for text in link_texts)
        own = _sitting_below(below, names, has_paper=has_paper)
    if in_topics and not _INDEX.match(without_extension(segments[0]).lower()):
        return "topic", _evidence("folder of topics", segments[0], "url", url)
    for name in names:
        if _TOPIC_WORDS.search(name) and own is None:
            return "topic", _evidence("topic's heading", name, "heading", url)
    is_news = any(_NEWS_FOLDER.match(segment) for segment in segments[1:])
    if own is not None and not is_news and (listed_here < MANY_LINKS or own.field == "session"):
        return "session", own.evidence
    for name in names[:3]:
        found = _OVERVIEW_WORDS.search(name)
        is_list = linked >= 1 or papers >= MANY_LINKS
        if found and (is_list or _sittings_of_entries(entries) >= MANY_LINKS):
            return "overview", _evidence("overview's heading and links", name, "heading", url)
    listed = 0 if is_news else _sittings_of_entries(entries, of_papers=True)
    if listed >= MANY_LINKS and own is None:
        words = f"papers of {listed} sittings"
        return "overview", _evidence("entries of several sittings", words, "list_entry", url)
    if listed_here >= MANY_LINKS and not is_other:
        words = f"{listed_here} links to sittings"
        return "overview", _evidence("links to several sittings", words, "link_text", url)
    if linked >= 2 and segments and _OVERVIEW_WORDS.search(segments[0].replace("-", " ")):
        return "overview", _evidence("overview's URL and links", segments[0], "url", url)
    words = first.text if first is not None else url or ""
    return "other", _evidence("names no sitting", words[:160], "title", url)


def _evidence(rule: str, raw: str, place: Place, url: str | None) -> Evidence:
    return Evidence(rule, raw[:160], place, url)


def _is_root(url: str | None) -> bool:
    if url is None:
        return False
    parts = urlsplit(url)  # "/index.php?id=47" is any page
    return not parts.query and parts.path.strip("/") in ("", "index.html", "index.php")


def _sittings_linked(link_texts: Sequence[str]) -> int:
    """Count the different sittings that links name by number, or by a sitting's word and date."""
    named: set[object] = set()
    for text in dict.fromkeys(link_texts):
        readings = [r for r in read_words(text, "link_text") if r.about == "sitting"]
        numbers = [r.value for r in readings if r.field == "session"]
        dates = [r.value for r in readings if r.field == "date" and _is_day(r)]
        if numbers:
            named.add(("number", *numbers))
        elif dates and find_sitting_words(text):
            named.add(("date", *dates))
    return len(named)


def _sittings_listed(clues: Sequence[Clue]) -> int:
    """Count the different numbers of sittings that headings name."""
    numbers: set[object] = set()
    for clue in clues:
        if clue.place == "heading":
            said = read_words(clue.text, "heading")
            numbers.update(r.value for r in said if r.field == "session" and r.about == "sitting")
    return len(numbers)


def _sittings_of_entries(entries: Sequence[tuple[str, str]], *, of_papers: bool = False) -> int:
    """Count the different sittings that a list's entries name, by number or else by day.

    `of_papers` counts only those whose link names a paper or what it is saved as.
    """
    named: set[object] = set()
    for text, context in dict.fromkeys(entries):
        if context == text or (of_papers and not _names_file(text)):
            continue
        readings = [r for r in read_words(context, "list_entry") if r.about == "sitting"]
        numbers = {r.value for r in readings if r.field == "session"}
        days = {str(r.value) for r in readings if r.field == "date" and _is_day(r)}
        if 0 < len(numbers or days) <= 2:
            named.add(frozenset(numbers or days))
    return len(named)


def _names_file(text: str) -> bool:
    return _DOWNLOAD.fullmatch(text) is not None or find_role(text, "link_text") is not None


def _names_sitting(clue: Clue | None) -> bool:
    if clue is None:
        return False
    said = read_words(clue.text, clue.place)
    return any(r.field == "session" and r.about == "sitting" for r in said)


def _is_day(reading: Reading) -> bool:
    return getattr(reading.value, "precision", "") == "day"


def _is_paper(text: str) -> bool:
    """Tell whether a link leads to what a sitting's page hands out."""
    role = find_role(text, "link_text")
    if role is not None:
        return role[0] in ("minutes", "documentation", "invitation", "agenda", "poster")
    return _DOWNLOAD.fullmatch(text) is not None


def _sitting_below(
    below: Sequence[Reading], names: Sequence[str], *, has_paper: bool
) -> Reading | None:
    """Return the reading by which a page's first lines name one sitting, or None.

    A line of its own names number and day; or a form gives the day, and the title says that it is
    a sitting's. Where a paper is handed out, or the title names a sitting without its number, a
    sentence is enough that names number and day, and no other sitting's: so posts tell of one.
    """
    told = [r for r in below if r.about == "sitting" and r.evidence.place == "first_lines"]
    sessions = [r for r in told if r.field == "session" and r.confidence >= _SURE]
    days = [r for r in told if r.field == "date" and _is_day(r)]
    if sessions and days and len({r.value for r in sessions}) <= 2:
        return sessions[0]
    words = [word for name in names[:2] for word in find_sitting_words(name)]
    is_titled = any(word.kind == "core" for word in words)
    prose = [r for r in told if r.field == "session"]
    is_one = len({r.value for r in prose}) == 1 and len({str(r.value) for r in days}) == 1
    if is_one and (has_paper or is_titled):
        return prose[0]
    sure = [r for r in days if r.confidence >= _SURE]
    return sure[0] if is_titled and len({str(r.value) for r in sure}) == 1 else None


def _own_sitting(
    clues: Sequence[Clue], linked_headings: Container[str], *, is_frame: bool
) -> Reading | None:
    """Return the reading by which title or first heading names one sitting, or None.

    The second heading does, too, but not below "Welcome" (`is_frame`), and none that leads to
    another page.
    """
    headings = [clue for clue in clues if clue.place == "heading"][: 1 if is_frame else 2]
    titles = [clue for clue in clues if clue.place == "title"][:1]
    own = [clue for clue in headings if clue.text not in linked_headings]
    for clue in (*own[:1], *titles, *own[1:]):
        readings = [r for r in read_clues([clue]) if r.about == "sitting"]
        for reading in readings:
            if reading.field == "session":
                return reading
        words = find_sitting_words(tidy(clue.text))
        dated = [r for r in readings if r.field == "date" and _is_day(r)]
        if dated and any(word.kind != "plural" for word in words):
            return dated[0]
        special = [r for r in readings if r.field == "special"]
        if special and words:
            return special[0]
    return None
