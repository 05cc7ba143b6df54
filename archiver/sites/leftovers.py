"""Find a topic as what is left of a wording when number, date, role and place are taken away.

Works on titles, headings, list entries, link texts and the lines around a sitting's line.
Pure: no I/O.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archiver.model import Place
from archiver.sites.phrases import (
    is_generic,
    is_place,
    is_prose,
    is_room,
    is_series,
    is_status,
    means_something,
    names_event,
    tells,
    trim,
    without_roles,
)
from archiver.sites.roles import ROLE_PATTERN, find_role, role_words
from archiver.sites.spotted import FoundTopic, SpottedDate, SpottedNumber
from archiver.sites.vocabulary import WEEKDAY
from archiver.sites.wording import COVER, cover

MAX_TOPIC_CHARS = 200
_NUMBER = "\x1b"  # covers a number's phrase; unlike a date's, a name may follow it directly

_DELIMITER = re.compile(
    r"(?=[\s|»›:/·•;,–().-])(?:"
    r"\s*(?:\n|\||»|›|::|//|·|•|;)\s*|\s*[:,]\s+|\s*:$|,(?=[A-ZÄÖÜ„])|\s+[–-]+\s+|\s*–\s*(?=[A-ZÄÖÜ„])"
    rf"|(?<=[{COVER}{_NUMBER}])\s*[-–:,.)]+\s*|\s*[(]\s*(?=[{COVER}{_NUMBER}])"
    rf"|(?<={COVER})\)?\s+(?=[A-ZÄÖÜ„\"][^\W\d_A-Z])|(?<=[a-zäöüß]{{3}})\.\s+(?=[A-ZÄÖÜ{COVER}{_NUMBER}]))"
)
_DATE_LEAD = re.compile(
    rf"(?:(?:^|\s)(?:am|vom|den|dem|der|zum|im|in|{WEEKDAY})\.?,?)+\s*$", re.IGNORECASE
)
_AFTER_SITTING = re.compile(
    r"^\s+(?:zum|zur|zu|über|rund um)\s+"
    r"(?P<topic>(?!(?:Thema|Protokoll|Niederschrift)\b)[^\n,;:|]{3,})"
)
_ROLES = re.compile(rf"(?<![^\W_])(?:{ROLE_PATTERN})(?![^\W\d_])", re.IGNORECASE)
_ROLE_LEAD = re.compile(r"(?:[–:|,(/·-]|^(?:die|das|der))\s*$")
_GROUP = re.compile(r"(?:AG|AK|Arbeitsgruppen?|Arbeitskreise?|Projektgruppe)\b")
_PERSON = re.compile(
    r"(?:(?:Moderation|Leitung|Protokoll)(?: durch)?:? )?"
    r"(?:Frau|Herrn?|Dr\.(?:-Ing\.)?|Prof\.|Dipl\.-?\s?[A-Z][\w.]*|M\.\s?A\.|M\.\s?Sc\.)"
    r"(?: (?:Dr\.|Prof\.|[A-ZÄÖÜ][\w.-]+)){1,3}"
)
_PLACE_LABEL = re.compile(
    r"(?:(?:Sitzungs|Tagungs|Versammlungs)?[Oo]rt|Wo|Im|In|Treffpunkt|Raum|"
    r"Ort und Zeit|Veranstaltungsort|Adresse|Referent\w*)",
    re.IGNORECASE,
)
_FORM_LABEL = re.compile(
    r"(?:Anwesend\w*|Teilnehm\w*|Entschuldigt|Gäste|Moderation|Leitung|Vorsitz\w*|Schriftf\w+|"
    r"Protokoll\w*|Beginn|Ende|Dauer|Zeit|Uhrzeit)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:Uhr|\bh|\d{1,2}[.:]\d\d)\W*$")
_HOUR = re.compile(r"\b\d{1,2}(?:[.:]\d\d)?\s?(?:Uhr|h)\b|\s\d{1,2}:\d\d\b")
# "Ausschuss für Bau, Umwelt und Verkehr": commas inside a body's name part nothing
_NAME_OF_FIELDS = re.compile(
    r"(?i:ausschuss|beirat|kommission)(?:e?s)? (?:für|f\.) [A-ZÄÖÜ][\w -]*(?:, [A-ZÄÖÜ][\w -]*)+?"
    r" (?:und|sowie|u\.|&) [\w-]+"
)
_NEXT_LABEL = re.compile(
    r"(?:Referent|Moderat|Leitung|Gäste?\b|Gast\b|Vortragende|Eintritt|Ort\b|Beginn|Treffpunkt|Anmeldung)"
)
_HANGING = re.compile(
    r"\s(?:zu[mr]?|de[rsmn]|die|das|und|oder|für|von|vom|mit|im|am|in|an|auf|über|bei|beim|ein|"
    r"eine[rsmn]?)$"
)
# "am 3. Mai ging es um Spielplätze"
_ABOUT = re.compile(
    r"^\s*(?:(?:ging|geht) es|(?:drehte|dreht) sich)"
    r"(?: (?:diesmal|dieses Mal|wieder|alles|vor allem|rund|auch))*\s(?:um|über)\s"
    r"(?:(?:das|die) (?:Thema|Themen|Frage) )?"
    r"|\s+(?:im Mittelpunkt|auf der Tagesordnung|auf dem Programm)\W*$"
)
_SENTENCE_END = re.compile(r"[^\W\d_]{3}[.!?] (?=[A-ZÄÖÜ„])| [·|] ")
_CUT_OFF = re.compile(r"(?<=[^\W\d_]) ?(?:…|\.\.\.|\[)")
_PAPER = re.compile(r"(?:Antrag|Anfrage|Vorlage|Beschluss|Antwort)\b")


@dataclass(frozen=True, slots=True)
class _Segment:
    """A stretch between delimiters: offsets, the delimiter behind it, and its line's number."""

    start: int
    end: int
    delimiter: str
    line: int


def find_leftover(
    text: str,
    covered: str,
    place: Place,
    *,
    dates: Sequence[SpottedDate],
    numbers: Sequence[SpottedNumber],
    series: Sequence[str],
    of_others: Sequence[SpottedDate] = (),
) -> FoundTopic | None:
    """Return the first segment that can be a topic: before, between or after the marks.

    `covered` is the text with clock times and codes covered. In the first lines of a file only
    the lines next to one with the sitting's number or date are looked at, and no running text;
    `of_others` are dates of something else, such as the last change or the letter head.
    """
    covered = _cover_marks(covered, dates, numbers)
    covered = _NAME_OF_FIELDS.sub(lambda match: match[0].replace(",", " "), covered)
    phrase = _after_number(covered, text)
    if phrase is not None and not (place == "first_lines" and is_prose(text)):
        return phrase
    segments = list(_segments(covered))
    marked = {
        s.line for s in segments if re.search(rf"[{COVER}{_NUMBER}]", covered[s.start : s.end])
    }
    if place == "first_lines":
        marked -= {number for number, line in enumerate(text.split("\n")) if is_prose(line)}
        own = {one.start for one in dates} | {one.start for one in numbers}
        own -= {one.start for one in of_others}
        marked &= {text.count("\n", 0, start) for start in own}
    has_number_before = has_date_before = False
    best: FoundTopic | None = None
    for position, segment in enumerate(segments):
        raw = covered[segment.start : segment.end]
        if _NUMBER in raw or COVER in raw:
            has_number_before = has_number_before or _NUMBER in raw
            has_date_before = has_date_before or COVER in raw
            continue
        if place == "first_lines" and not _is_beside(segment, marked, text):
            continue
        if place == "list_entry" and raw.lstrip().startswith("…"):
            continue  # the rest of a sentence that was cut
        if place == "list_entry" and tells(_sentence_of(text, segment)):
            continue
        previous = segments[position - 1].delimiter if position else ""
        after_time = has_date_before and previous in (",", "", "\n", ".")
        is_cut = _CUT_OFF.search(text, segment.start, segment.end + 5) is not None
        if place == "list_entry" and is_cut:
            continue  # a teaser's words stop within the topic
        literal = trim(_ABOUT.sub("", text[segment.start : segment.end]))
        if not _can_be_topic(literal, series, has_number=bool(numbers)) or is_place(
            literal, after_time=after_time
        ):
            continue
        if place == "first_lines" and (
            _is_town(segments, position, covered, literal)
            or text[segment.end : segment.end + 2] in (":\n", ":")
        ):
            continue  # a town before a letter's date, a form's label
        before = text[segments[position - 1].start : segments[position - 1].end] if position else ""
        if _PLACE_LABEL.fullmatch(before.strip(" :")) or (is_prose(literal) and place != "title"):
            continue
        if previous != ":" and is_room(literal) and _HOUR.search(text[: segment.start]):
            continue  # "14. Mai, 19 Uhr – Ratssaal": where they meet
        if previous == ":" and _FORM_LABEL.fullmatch(before.strip()):
            continue
        if _PAPER.match(literal) and position == 0:
            continue
        is_behind = has_number_before or has_date_before
        strength = 0.75 if has_number_before else 0.7 if is_behind else 0.6
        if previous in (",", "·", "|", "\n", "") and _CLOCK.search(before):
            strength = 0.4  # behind the hour stands the place as a rule
        if best is None or strength > best.strength:
            whole = without_roles(_with_following(text, covered, segments, position))
            whole = trim(_ABOUT.sub("", whole))
            best = FoundTopic(whole, "beside number or date", strength)
        if is_behind and strength > 0.4:
            break
    return best


def _sentence_of(text: str, segment: _Segment) -> str:
    """Return the sentence of an entry that holds a segment."""
    begins = [match.end() for match in _SENTENCE_END.finditer(text, 0, segment.start)]
    ends = _SENTENCE_END.search(text, segment.end)
    return text[begins[-1] if begins else 0 : ends.start() if ends else len(text)]


def _cover_marks(
    covered: str, dates: Sequence[SpottedDate], numbers: Sequence[SpottedNumber]
) -> str:
    spans = []
    for one in dates:
        lead = _DATE_LEAD.search(covered[max(0, one.start - 24) : one.start])
        spans.append((one.start - len(lead[0]) if lead else one.start, min(one.end, len(covered))))
    covered = cover(covered, tuple(spans))
    for number in numbers:
        end = min(number.end, len(covered))
        covered = covered[: number.start] + _NUMBER * (end - number.start) + covered[end:]
    for match in list(role_words(_ROLES, covered)):
        begins = match.start() == 0 or covered[match.start() - 1] == "\n"
        if begins or _ROLE_LEAD.search(covered[max(0, match.start() - 8) : match.start()]):
            covered = covered[: match.start()] + _NUMBER * len(match[0]) + covered[match.end() :]
    return covered


def _after_number(covered: str, text: str) -> FoundTopic | None:
    """Read `3. Forum zur Zukunft der Brücke`."""
    at = covered.rfind(_NUMBER)
    if at < 0 or _ROLES.match(text):
        return None
    phrase = _AFTER_SITTING.match(covered[at + 1 :].split(COVER, maxsplit=1)[0])
    if phrase is None:
        return None
    value = trim(re.sub(r"\s+(?:am|vom|um|im|in)\s*$", "", phrase["topic"]))
    if not _can_be_topic(value, ()) or is_place(value, after_time=True):
        return None
    return FoundTopic(value, "after the sitting's word", 0.6)


def _segments(covered: str) -> Iterator[_Segment]:
    at, line = 0, 0
    for match in _DELIMITER.finditer(covered):
        yield _Segment(
            at, match.start(), match[0].strip(" ") if "\n" not in match[0] else "\n", line
        )
        line += "\n" in match[0]
        at = match.end()
    yield _Segment(at, len(covered), "", line)


def _is_beside(segment: _Segment, marked: set[int], text: str) -> bool:
    lines = text.split("\n")
    line = lines[segment.line] if segment.line < len(lines) else ""
    return bool({segment.line, segment.line - 1, segment.line + 1} & marked) and not is_prose(line)


def _is_town(segments: Sequence[_Segment], position: int, covered: str, literal: str) -> bool:
    """Tell whether a word before a letter's date is the town: `Auenfurt, 3. Mai 2011`."""
    if position + 1 >= len(segments) or len(literal.split()) > 2:
        return False
    following = segments[position + 1]
    is_date = covered[following.start : following.end].lstrip().startswith(COVER)
    return segments[position].delimiter == "," and is_date


def _can_be_topic(literal: str, series: Sequence[str], *, has_number: bool = False) -> bool:
    if _HANGING.search(literal):
        return False  # "Vorschlag zur", cut off where the agenda's word begins
    if not means_something(literal) or not 3 <= len(literal) <= MAX_TOPIC_CHARS:
        return False
    if is_series(literal, series) or is_generic(literal) or is_status(literal):
        return has_number and names_event(literal)
    if _GROUP.match(literal) or _PERSON.fullmatch(literal):
        return False
    return not (find_role(literal, "link_text") and len(literal.split()) <= 3)


def _with_following(text: str, covered: str, segments: Sequence[_Segment], position: int) -> str:
    """Take commas and dashes inside a topic along: "Wohnen, Arbeit und Verkehr"."""
    first = segments[position]
    literal = trim(text[first.start : first.end])
    stop, delimiter = first.end, first.delimiter
    for segment in segments[position + 1 :]:
        raw = covered[segment.start : segment.end]
        bare = raw.strip()
        if delimiter not in (",", "–", "-", ":") or not bare or _NUMBER in raw or COVER in raw:
            break
        is_after_mark = COVER in covered[: first.start]
        if (
            is_place(bare, after_time=delimiter == "," and is_after_mark)
            or is_series(bare)
            or is_generic(bare)
        ):
            break
        if bare[0].isupper() and delimiter == "–" and is_status(bare):
            break
        if _NEXT_LABEL.match(bare):
            break
        stop, delimiter = segment.end, segment.delimiter
    joined = trim(text[first.start : stop])
    return joined if len(joined) <= MAX_TOPIC_CHARS else literal
