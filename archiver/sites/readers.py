"""Read everything clues say of a sitting: number, date, topic, role, special kind.

The general readers: they work on any German site without a profile. `read_clues` collects what
is said, each with its evidence; `resolve` (resolving.py) chooses among it. Pure: no I/O.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from archiver.model import About, DateSpan, Evidence, FieldName, Place, Reading
from archiver.sites.contexts import Contexts
from archiver.sites.dates import find_dates
from archiver.sites.days import judge_numbers, judge_together, number_beside
from archiver.sites.dayslines import is_days_line
from archiver.sites.groups import find_groups, find_keywords
from archiver.sites.numbers import find_numbers
from archiver.sites.phrases import is_prose
from archiver.sites.resolving import Resolved, resolve
from archiver.sites.roles import find_role
from archiver.sites.sittings import find_sitting_words
from archiver.sites.slips import mend_slips
from archiver.sites.spotted import UNDER_TITLE, FoundTopic, SpottedDate, SpottedNumber
from archiver.sites.topics import find_topic
from archiver.sites.wording import (
    folded,
    join_lines,
    name_as_words,
    pair_columns,
    tidy,
    url_segments,
)

__all__ = ["Clue", "Resolved", "read_clues", "read_words", "resolve"]

# How far a place is trusted; a reading's confidence is this times the strength of its wording.
PLACE_TRUST: dict[Place, float] = {
    "correction": 1.0,
    "profile": 0.98,
    "heading": 0.92,
    "title": 0.9,
    "first_lines": 0.82,
    "list_entry": 0.78,
    "link_text": 0.76,
    "file_name": 0.66,
    "url": 0.6,
    "meta": 0.55,
    "inherited": 0.5,
    "text": 0.4,
    "neighbour": 0.3,
}
_DATE_STRENGTH = {"day": 0.95, "month": 0.7, "quarter": 0.6, "half": 0.6, "year": 0.5}
_PUBLISHED_ROLES = ("report", "press")  # papers of their own date, not of a sitting's
LEADING_LINES = 4
_LEADING_CHARS = 2_000
SNIPPET_CHARS = 160  # of raw words kept as evidence

_CONSTITUTING = re.compile(r"\bkonstituier\w*", re.IGNORECASE)
_SPECIAL = re.compile(
    r"\b(?:sonder-?(?=\w*(?:sitzung|forum|runde|treffen|versammlung|termin))\w+|"
    r"außerordentliche[nrs]?\s+(?=\w*(?:sitzung|forum|runde|treffen|versammlung))\w+|"
    r"\w*(?:forum|runde)\s+(?:spezial|special|extra)\b)",
    re.IGNORECASE,
)
_SPECIAL_WORDS = ("sonder", "außerordentliche", "spezial", "special", "extra")
_CANCELLED = re.compile(
    r"\b(?=[afek])(?:abgesagt|(?:fällt|fallen|fiel|fielen)\s+(?:[^\s.;:,]+\s+){0,5}?"
    r"aus(?=\s*(?:[.,;!)]|$|\n|und\b|weil\b|da\b))|entfällt|"
    r"entfiel|ausgefallen|absage(?=\s+de[rs]\b)|entfallen(?=\s*(?:[.!;)]|$))|"
    r"ausfallen(?=\s*(?:[.!;)]|$))|"
    r"(?:fand|fanden|kann|können)\s+(?:leider\s+)?nicht\s+statt(?:finden)?|findet\s+(?:leider\s+)?nicht\s+statt)",
    re.IGNORECASE,
)


_ITEM_ROLES = ("report", "slides", "attachment")  # words that head items of an agenda, too


@dataclass(frozen=True, slots=True)
class Clue:
    """Words that may say something of a sitting, and the place they stand at.

    `text` may have several lines: give the first lines of a file as one clue, because number and
    date are often split over lines. For place "url" it is the URL, for "file_name" the decoded
    name. `url` names the page when it is not the document's own; `page` the 1-based PDF page.
    A clue of place "meta" is read for keywords when it begins with "keywords:".
    """

    text: str
    place: Place
    url: str | None = None
    page: int | None = None


def read_clues(
    clues: Sequence[Clue],
    *,
    today: date | None = None,
    first_year: int | None = None,
    series: Sequence[str] = (),
) -> tuple[Reading, ...]:
    """Read everything the clues say, in the order of the clues.

    `today` settles the century of two-digit years. `first_year` is the year of the series'
    first sitting: earlier dates are about something else. `series` are names of the series
    (the site's own), which are no topics. Headings and titles keep their order, because the
    line under a sitting's heading is its topic.

    >>> for reading in read_clues([Clue("28. Forum am 14.10.2011: Grüne Höfe", "heading")]):
    ...     print(reading.field, reading.value, reading.about)
    session 28 sitting
    date DateSpan(start=datetime.date(2011, 10, 14), end=None, precision='day') sitting
    topic Grüne Höfe sitting
    """
    readings: list[Reading] = []
    awaiting: Place | None = None  # place of a heading that named a sitting without a topic
    leading = _leading_lines(clues)
    for clue in clues:
        parts = _parts_of(clue)
        for part in parts:
            said = _Said.of(part, today=today, first_year=first_year, series=series)
            here = list(said.readings(awaiting, leading))
            readings += here
            awaiting = said.awaits_topic(awaiting, here)
    return tuple(dict.fromkeys(readings))


@lru_cache(maxsize=65_536)
def read_words(text: str, place: Place) -> tuple[Reading, ...]:
    """Read words that stand alone; links repeat theirs, so what was read is remembered.

    >>> [(one.field, one.value) for one in read_words("28. Forum", "link_text")]
    [('session', 28)]
    """
    return read_clues([Clue(text, place)])


def _leading_lines(clues: Sequence[Clue]) -> frozenset[str]:
    """Return the first four lines of the first lines, folded, up to a sentence.

    Empty when there are none.
    """
    lines: list[str] = []
    for clue in clues:
        if clue.place == "first_lines" and len(lines) < LEADING_LINES:
            lines += tidy(clue.text).split("\n")
    for at, line in enumerate(lines[:LEADING_LINES]):
        if at and is_prose(line):
            lines = lines[:at]
            break
    return frozenset(line.strip(" .:").casefold() for line in lines[:LEADING_LINES])


def _parts_of(clue: Clue) -> Iterator[Clue]:
    """Divide a URL into its segments (the last two name the page); tidy everything else."""
    if clue.place != "url":
        text = join_lines(pair_columns(mend_slips(tidy(clue.text))))
        if clue.place in ("link_text", "title", "meta", "list_entry"):
            text = name_as_words(text)
        yield replace(clue, text=text)
        return
    segments = url_segments(clue.text)
    for segment in segments[:2]:
        yield replace(clue, text=segment)
    if len(segments) > 1 and re.search(r"/(?:19|20)\d\d/", clue.text):
        yield replace(clue, text="/" + "/".join(reversed(segments[1:])) + "/")


def _leading_text(text: str) -> str:
    """Return the lines in which a file's topic may stand; long paragraphs are none of them."""
    if len(text) <= _LEADING_CHARS:
        return text
    return text[: text.rfind("\n", 0, _LEADING_CHARS) + 1] or text[:_LEADING_CHARS]


def _is_stamp(text: str, date: SpottedDate) -> bool:
    """Tell whether a date stands alone in its line, or behind its author's name and a comma."""
    line_end = text.find("\n", date.end)
    before = text[text.rfind("\n", 0, date.start) + 1 : date.start].strip()
    rest = text[date.end : line_end if line_end >= 0 else len(text)].strip(" .")
    return not rest and (not before or before.endswith(",")) and date.span.precision == "day"


@dataclass(frozen=True, slots=True)
class _Said:
    """One clue with everything spotted in it."""

    clue: Clue
    contexts: Contexts
    numbers: tuple[tuple[SpottedNumber, About], ...]
    dates: tuple[tuple[SpottedDate, About], ...]
    topic: FoundTopic | None

    @classmethod
    def of(
        cls, clue: Clue, *, today: date | None, first_year: int | None, series: Sequence[str]
    ) -> "_Said":
        text, place = clue.text, clue.place
        contexts = Contexts.of(text, place)
        spotted = find_dates(text, place, today=today)
        alone: list[tuple[SpottedNumber, About]] = [
            (one, contexts.of_number(one.start, one.end))
            for one in find_numbers(text, place, dates=spotted)
        ]
        numbers = tuple(judge_numbers(alone, contexts))
        dates: list[tuple[SpottedDate, About]] = []
        role = find_role(text, place)
        is_press = role is not None and role[0] == "press"
        is_paper = role is not None and role[0] in _PUBLISHED_ROLES and place == "first_lines"
        for one in spotted:
            before, after = contexts.around(one.start, one.end)
            reach = (one.start - len(before), one.end + len(after))
            near = [about for number, about in numbers if reach[0] <= number.start < reach[1]]
            beside = number_beside(one, numbers, text)
            near = [beside[1]] if beside else near
            about = contexts.of_date(one, has_number="sitting" in near)
            if about == "sitting" and near and set(near) == {"previous"} and place != "url":
                about = "previous"  # "seit der ersten Sitzung am 3. Mai"
            if about == "other" and one.rule == "year" and near and set(near) == {"previous"}:
                about = "previous"  # "seit der ersten Sitzung im Jahr 2009"
            if about == "sitting" and is_press and not near:
                about = "published"  # a press release bears the day it was sent
            if about == "sitting" and is_paper and not near and _is_stamp(text, one):
                about = "published"  # a report bears its own date
            if about == "sitting" and first_year and 4 < one.span.start.year < first_year:
                about = "other"
            dates.append((one, about))
        dates = judge_together(dates, numbers, contexts)
        own = [one for one, about in numbers if about == "sitting"]
        topic = None
        if not numbers or own:
            leading = _leading_text(text) if place == "first_lines" else text
            topic = find_topic(
                leading,
                place,
                dates=[one for one in spotted if one.end <= len(leading)],
                numbers=[one for one in own if one.end <= len(leading)],
                series=series,
                of_others=[one for one, about in dates if about != "sitting"],
            )
        return cls(clue, contexts, numbers, tuple(dates), topic)

    def readings(self, awaiting: Place | None, leading: frozenset[str]) -> Iterator[Reading]:
        """Yield what the clue says, each with its evidence."""
        own_numbers = [one for one, about in self.numbers if about == "sitting"]
        own_dates = [one for one, about in self.dates if about == "sitting"]
        for number, about in self.numbers:
            with_date = 0.03 if own_dates else 0.0
            yield self._reading(
                "session",
                number.number,
                number.rule,
                (number.start, number.end),
                (number.strength + with_date) * self._trust_in_line(number.start, number.rule),
                about,
            )
        for spotted, about in self.dates:
            strength = _DATE_STRENGTH[spotted.span.precision] + (0.04 if own_numbers else 0.0)
            if about == "sitting" and self.clue.place in ("text", "first_lines"):
                before, after = self.contexts.around(spotted.start, spotted.end)
                is_field = is_days_line(self.clue.text, self.clue.place, spotted, before)
                if not own_numbers and not is_field and not find_sitting_words(f"{before} {after}"):
                    strength *= 0.7
            span = (spotted.start, spotted.end)
            strength *= self._trust_in_line(spotted.start, spotted.rule)
            yield self._reading("date", spotted.span, spotted.rule, span, strength, about)
            if about == "sitting" and self._is_under_title(spotted):
                yield self._reading("published", spotted.span, UNDER_TITLE, span, 0.6, "published")
            if about == "published":
                yield self._reading("published", spotted.span, spotted.rule, span, 0.8, about)
        if self.topic is not None:
            yield from self._topic(awaiting, leading)
        yield from self._others()

    def _topic(self, awaiting: Place | None, leading: frozenset[str]) -> Iterator[Reading]:
        assert self.topic is not None
        rule, strength = self.topic.rule, self.topic.strength
        if rule == "title alone" and awaiting is not None and self.clue.place == "heading":
            # Only the line right under it: farther down stand a page's sections.
            is_under = not leading or self.topic.text.casefold() in leading
            rule, strength = ("heading under the sitting's", 0.8) if is_under else (rule, 0.2)
        elif rule == "title alone" and self.clue.place == "heading" and leading:
            strength = strength if self.topic.text.casefold() in leading else 0.2
        yield self._reading("topic", self.topic.text, rule, None, strength, raw=self.topic.text)

    def _is_under_title(self, spotted: SpottedDate) -> bool:
        """Tell whether a day has one of the first lines to itself, as news have their stamp."""
        if self.clue.place != "first_lines" or self.clue.text.count("\n", 0, spotted.start) > 2:
            return False
        return not self.numbers and _is_stamp(self.clue.text, spotted)

    def _trust_in_line(self, start: int, rule: str) -> float:
        """Trust running text among the first lines less than a line that only names the sitting."""
        if self.clue.place != "first_lines":
            return 1.0
        text = self.clue.text
        end = text.find("\n", start)
        line = text[text.rfind("\n", 0, start) + 1 : end if end >= 0 else len(text)]
        if not is_prose(line):
            return 1.0
        return 0.6 if rule.startswith("spelled") else 0.75

    def _others(self) -> Iterator[Reading]:
        text, place = self.clue.text, self.clue.place
        role = find_role(text, place)
        lines = text.split("\n") if place == "text" else ()
        in_prose = role is not None and any(role[1] in one and is_prose(one) for one in lines)
        if role is not None and not in_prose:
            strength = 0.65 if self._heads_item(*role) else 0.9
            yield self._reading("role", role[0], "role's word", None, strength, raw=role[1])
        for special, pattern in (
            ("cancelled", _CANCELLED),
            ("constituting", _CONSTITUTING),
            ("special", _SPECIAL),
        ):
            if special == "special" and not any(word in folded(text) for word in _SPECIAL_WORDS):
                continue
            match = pattern.search(text)
            if match and self._is_about_sitting(match):
                about = self.contexts.of_number(match.start(), match.end())
                yield self._reading("special", special, "special wording", match.span(), 0.9, about)
        if place == "meta":
            if re.match(r"\s*keywords?\s*[:=]", text, re.IGNORECASE):
                for word in find_keywords(text):
                    yield self._reading("keyword", word, "meta keywords", None, 0.9, raw=word)
        elif place not in ("url", "file_name", "text"):
            for group in find_groups(text, alone=place == "first_lines"):
                yield self._reading("group", group, "working group", None, 0.8, raw=group)

    def _heads_item(self, role: str, word: str) -> bool:
        """Tell whether a role's word heads an item below the lines that name the sitting.

        "Bericht aus der Verwaltung" says what was heard; the file is what its link calls it.
        """
        text, place = self.clue.text, self.clue.text.find(word)
        own = [one.start for one, about in self.numbers if about == "sitting"]
        if self.clue.place != "first_lines" or role not in _ITEM_ROLES or not own:
            return False
        start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
        line = text[start : end if end >= 0 else len(text)]
        said = [*own, *(one.start for one, _ in self.dates)]
        is_named = any(start <= at < start + len(line) for at in said)
        return min(own) < start and not is_named and len(line.strip(" :")) > len(word)

    def _is_about_sitting(self, match: re.Match[str]) -> bool:
        """In running text the sitting's word must stand in the same sentence."""
        before, after = self.contexts.around(match.start(), match.end())
        if find_sitting_words(before + match[0] + after):
            return True
        return self.clue.place in ("title", "heading", "link_text", "list_entry")

    def _reading(
        self,
        field: FieldName,
        value: int | str | DateSpan,
        rule: str,
        span: tuple[int, int] | None,
        strength: float,
        about: About = "sitting",
        *,
        raw: str | None = None,
    ) -> Reading:
        words = raw if raw is not None else self.clue.text[span[0] : span[1]] if span else ""
        evidence = Evidence(
            rule,
            words.replace("\n", " ")[:SNIPPET_CHARS],
            self.clue.place,
            self.clue.url,
            self.clue.page,
        )
        confidence = round(min(1.0, PLACE_TRUST[self.clue.place] * min(1.0, strength)), 3)
        return Reading(field, value, evidence, confidence, about)

    def awaits_topic(self, awaiting: Place | None, here: Sequence[Reading]) -> Place | None:
        """Tell whether the next heading may be this sitting's topic."""
        if self.clue.place not in ("title", "heading"):
            return awaiting if self.clue.place in ("meta", "url", "file_name") else None
        has_topic = any(one.field == "topic" for one in here)
        names_sitting = any(one.field == "session" and one.about == "sitting" for one in here)
        if names_sitting and not has_topic:
            return self.clue.place
        only_date = any(one.field == "date" for one in here) and not has_topic
        return awaiting if only_date else None
