"""Read the topic of a sitting from its title, heading or list entry; groups and keywords too.

The topic is a literal part of the (tidied) text: what is left when number, date, place, role,
size and the series' own name are taken away. Pure: no I/O.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archiver.model import Place
from archiver.sites.numbers import find_sitting_words
from archiver.sites.roles import ROLE_WORDS, clean_title, find_role
from archiver.sites.spotted import SpottedDate, SpottedNumber
from archiver.sites.vocabulary import GENERIC, PLACE_ENDINGS, WEEKDAY, ordinal_of, sitting_kind
from archiver.sites.wording import COVER, cover_codes, without_extension

MAX_TOPIC_CHARS = 200

_QUOTED = re.compile(
    r"„(?P<a>[^„“”\n]{2,200})[“”\"]|\"(?P<b>[^\"\n]{2,200})\"|“(?P<c>[^“”\n]{2,200})”"
    r"|»(?P<d>[^«»\n]{2,200})«|«(?P<e>[^«»\n]{2,200})»|‚(?P<f>[^‚‘’\n]{3,200})[‘’]"
)
_LABEL = re.compile(
    r"\b(?:Haupt|Schwerpunkt|Diskussions)?(?:-?[Tt]hemen|-?[Tt]hema|Thema|Themen|THEMA|THEMEN)(?:schwerpunkte?)?"
    r"(?: (?:des Abends|der Sitzung|des Forums|war|waren|ist|sind))?\s*(?::|–|-(?=\s))\s*(?P<colon>\S.*)"
    r"|\b(?:Schwerpunkte?|Schwerpunktthema|Motto|Titel|Gegenstand|Inhalt)\s*:\s*(?P<other>\S.*)"
    r"|\b(?:zum|unter dem|mit dem|das|Zum|Unter dem|Mit dem)\s+(?:Thema|Motto|Titel|Schwerpunkt|Schwerpunktthema)\s*:?\s+(?P<phrase>\S.*)"
)
_PHRASE_END = re.compile(
    r"\s+(?:am|vom|um|im|in der|in den|fand|findet|trafen|statt|wurde|wird|stattgefunden|lädt|laden|tagte|ein)\b.*$|[.!?](?:\s.*)?$"
)
_COLON_END = re.compile(
    r"\s+[|//]\s+.*$|\s+[–-]\s+(?:Ort|Zeit|Beginn|Wann|Wo)\b.*$|\s+(?:Ort|Zeit|Beginn|Wann|Wo|Termin|Referent\w*)\s*:.*$"
)
_PLACE_BEFORE_QUOTE = re.compile(
    r"(?:\b(?:im|beim|vom|Gasthaus|Gasthof|Gaststätte|Café|Restaurant|Hotel|Saal|Haus|Schule|Grundschule|Kita|"
    r"Vereinsheim|Bürgerhaus|Zentrum|Begegnungsstätte|Treffpunkt|Club|Klub|Kneipe|Lokal|Aula|Halle|"
    r"Gebäude|Projekt|Programm|Zeitung|Verein|Initiative|e\.V\.|Förderprogramm)|\b(?:in|an|bei|auf) (?:der|dem|den))\s*$"
)
_GROUP_WORD = r"(?:Arbeitsgruppen?|Arbeitskreise?|Projektgruppen?|Themengruppen?|AGs?|AKs?|Unterarbeitsgruppe)"
_GROUP = re.compile(
    r"\b(?P<name>(?:Arbeitsgruppe|Arbeitskreis|Projektgruppe|Themengruppe|AG|AK|Unterarbeitsgruppe)"
    r"\s+(?:\d{1,2}\s*[:–-]?\s+)?(?:[„\"»](?P<quoted>[^“”\"«\n]{2,60})[“”\"«]"
    r"|[A-ZÄÖÜ][\w/-]*(?:(?:,\s|\s(?:und|&|im|in|für|am)\s|\s)[A-ZÄÖÜ][\w/-]*){0,4}))"
)
_GROUP_LIST = re.compile(
    rf"(?:^|\n)\W*{_GROUP_WORD}\s*:?\s*(?P<items>(?:\n\s*[-–•*·]\s*[^\n]{{2,80}}){{1,20}}|(?<=:\s)[^\n]{{3,300}})"
)
_KEYWORDS = re.compile(
    r"^\s*(?:keywords?|schlagwörter|schlagworte|stichwörter|stichworte|tags?)\s*[:=]\s*(?P<items>.+)",
    re.IGNORECASE | re.DOTALL,
)

_DELIMITER = re.compile(
    r"\s*(?:\n|\||»|›|::|//|·|•|;)\s*|\s*[:,]\s+|\s*:$|,(?=[A-ZÄÖÜ])|\s+[–-]+\s+|\s*–\s*(?=[A-ZÄÖÜ„])|(?<="
    + COVER
    + r")\s*[-–:,.)]+\s*|\s*[(]\s*(?="
    + COVER
    + r")"
)
_ITEMS = re.compile(r"(?:^|\s)\d{1,2}[.)]\s+\S")
_PAPER_NUMBER = re.compile(rf"^[\s{COVER}]+(?=\S)|^(?:Top|TOP|Punkt)\s+\d+(?:\.\d+)*\s*[:.)-]?\s*")
_AGENDA_ITEM = re.compile(
    r"^\W*(?:zu\s+)?(?:TOP|Tagesordnungspunkt|Punkt|Frage|Anlage|Seite|Abb\.|Tab\.)\s*\d",
    re.IGNORECASE,
)
_DATE_LEAD = re.compile(
    rf"(?:(?:^|\s)(?:am|vom|den|dem|der|zum|im|in|{WEEKDAY})\.?,?)+\s*$", re.IGNORECASE
)
_TIME_TAIL = re.compile(
    r"^[\s,.]*(?:(?:um|ab|von|gegen|ca\.|bis|Beginn:?)\s*)*" + COVER + r"+(?:\s*Uhr)?"
)
_ISSUE = re.compile(r"\b\d{1,3}\s*[/-]\s*(?:19|20)\d\d\b|\b(?:Nr|Ausgabe|Heft)\b\.?\s*\d")
_PLACE_LEAD = re.compile(
    r"^(?:im|in|am|an|bei|beim|auf|um|ab|von|vom|gegen|ort|wo|beginn|zeit|uhr|treffpunkt|raum|saal)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"^(?:\W*(?:abgesagt|entfällt|fällt aus|ausgefallen|verschoben|neu|aktuell|wichtig|hinweis|"
    r"konstituierend\w*|öffentlich\w*|nicht-?öffentlich\w*|entwurf|final|korrektur|stand|version|neuer termin|"
    r"einladung zum|einladung zur|teil \d|ohne teilnehmerliste)\b\W*)+$",
    re.IGNORECASE,
)
_TOPIC_AFTER_SITTING = re.compile(
    r"^\s+(?:zum|zur|zu|über|rund um)\s+(?P<topic>(?!(?:Thema|Protokoll|Niederschrift)\b)[^\n,;:|]{3,})"
)
_TITLE_WITH_TOPIC = re.compile(
    r"^\s+(?:zum|zur|zu|über|rund um|für)\s+(?:[^\W\d_]+\s+)?[^\W\d_]{4,}"
)
_ROLES = re.compile(
    r"(?<![^\W_])(?:" + "|".join(words for _, words in ROLE_WORDS) + r")(?![^\W\d_])", re.IGNORECASE
)
_FILLER = frozenset(
    ["der", "die", "das", "des", "dem", "den", "ein", "eine", "einer", "eines", "zum", "zur", "zu", "von", "vom", "am", "im", "in", "an", "aus", "auf", "über", "und", "mit", "für", "beim", "bei", "ab", "um", "bis", "fand", "findet", "statt", "war", "ist", "wird", "wurde", "sich", "unser", "unsere", "unserer", "unseren", "unserem", "unseres", "seine", "seiner", "ihre", "uhr", "nr", "top", "teil", "seite", "pdf", "thema", "datum", "termin", "ort", "zeit", "sitzung", "nächste", "nächster", "letzte", "letztes", "neue", "neuer", "alle", "alles", "hier", "download", "öffentliche", "öffentlichen", "ordentliche", "konstituierende", "erste", "zweite", "dritte", "vierte", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"]
)


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """A topic as literal text, with the rule that found it and how sure that is (0 to 1)."""

    text: str
    rule: str
    strength: float


def find_topic(
    text: str,
    place: Place = "title",
    *,
    dates: Sequence[SpottedDate] = (),
    numbers: Sequence[SpottedNumber] = (),
    series: Sequence[str] = (),
) -> FoundTopic | None:
    """Find the topic a wording names, or None.

    `dates` and `numbers` are those spotted in the same text. `series` are names to take away
    (the forum's own). In running text only a label ("Thema: …") or quotation marks behind a
    sitting's word name a topic; elsewhere also what stands behind a delimiter, or a title alone.

    >>> find_topic("3. Bürgerforum zum Thema „Mehr Grün“").text
    'Mehr Grün'
    >>> find_topic("Freie Flächen (pdf-Datei 9,7 MB)", "link_text").text
    'Freie Flächen'
    >>> find_topic("12. Sitzung des Beirates Nord") is None
    True
    """
    if place in ("url", "meta") or len(text) > 2_000:
        return None
    if place == "file_name":
        text = without_extension(text)
        if "_" in text or " " not in text:
            return None
    labelled = _labelled(text, dates)
    if labelled is not None:
        return labelled if labelled.text else None
    quoted = _quoted(text, place, numbers)
    if quoted is not None or place == "text":
        return quoted
    return _remaining(text, place, dates, numbers, series)


def _labelled(text: str, dates: Sequence[SpottedDate]) -> FoundTopic | None:
    """Read `Thema: …`; an empty text when the label holds the sitting's own name."""
    match = _LABEL.search(text)
    if match is None:
        return None
    name = next(key for key in ("colon", "other", "phrase") if match[key])
    value, start = match[name], match.start(name)
    quote = _QUOTED.match(value)
    if quote:
        value = next(group for group in quote.groups() if group)
        return FoundTopic(_trim(value), "quoted after a topic's label", 0.95)
    for spotted in dates:
        if spotted.start >= start:
            value = value[: max(0, spotted.start - start)]
            value = _DATE_LEAD.sub("", value)
            break
    value = (_PHRASE_END if name == "phrase" else _COLON_END).sub("", value)
    value = _trim(value)
    only_name = re.match(r"(?:\d{1,3}\.|#?\d{1,3}|[IVX]+\.)\s", value) or _is_series(value)
    if only_name and find_sitting_words(value):
        return FoundTopic("", "label with the sitting's name", 0.0)
    if not _means_something(value) or len(value) > MAX_TOPIC_CHARS:
        return None
    return FoundTopic(value, "topic's label", 0.9)


def _quoted(text: str, place: Place, numbers: Sequence[SpottedNumber]) -> FoundTopic | None:
    for match in _QUOTED.finditer(text):
        before = text[max(0, match.start() - 120) : match.start()]
        value = _trim(next(group for group in match.groups() if group))
        if _PLACE_BEFORE_QUOTE.search(before) or re.search(rf"\b{_GROUP_WORD}\s*$", before):
            continue
        if (
            not _means_something(value)
            or sitting_kind(value.rpartition(" ")[2])
            or _is_generic(value)
        ):
            continue
        has_sitting = bool(find_sitting_words(before)) or bool(numbers)
        if place == "text" and not has_sitting:
            continue
        return FoundTopic(value, "in quotation marks", 0.85 if has_sitting else 0.6)
    return None


def _remaining(
    text: str,
    place: Place,
    dates: Sequence[SpottedDate],
    numbers: Sequence[SpottedNumber],
    series: Sequence[str],
) -> FoundTopic | None:
    """Take number, date, role, place and series away and see what is left."""
    text = clean_title(text)
    covered = cover_codes(text)
    if _AGENDA_ITEM.match(text) or len(_ITEMS.findall(text)) > 1 or _is_generic(text):
        return None
    if _ISSUE.search(text) and not numbers:
        return None
    days = [
        one
        for one in dates
        if one.span.precision == "day" or one.start == 0 or one.span.precision == "month"
    ]
    words = find_sitting_words(text)
    if (
        numbers
        or any(one.span.precision == "day" for one in dates)
        or (words and _DELIMITER.search(text))
    ):
        return _segment(text, covered, dates if numbers else days, numbers, series)
    if words:
        last = words[-1]
        if (
            place in ("title", "heading", "link_text", "list_entry")
            and _TITLE_WITH_TOPIC.match(text[last.end :])
            and len(text) <= MAX_TOPIC_CHARS
        ):
            return FoundTopic(_trim(text), "title alone", 0.5)
        return None
    return _alone(text, covered, place, days, series)


def _segment(
    text: str,
    covered: str,
    dates: Sequence[SpottedDate],
    numbers: Sequence[SpottedNumber],
    series: Sequence[str],
) -> FoundTopic | None:
    marks = [(one.start, one.end, "date") for one in dates if one.end <= len(covered)]
    marks += [(one.start, one.end, "number") for one in numbers if one.end <= len(covered)]
    for start, end, kind in marks:
        if kind == "date":
            lead = _DATE_LEAD.search(covered[max(0, start - 24) : start])
            start = start - len(lead[0]) if lead else start
        covered = covered[:start] + COVER * (end - start) + covered[end:]
    for match in list(_ROLES.finditer(covered)):
        if match.start() == 0 or re.search(
            r"(?:[–:|,(/·-]|^(?:die|das|der))\s*$", covered[: match.start()]
        ):
            covered = covered[: match.start()] + COVER * len(match[0]) + covered[match.end() :]
    after_number = [end for _, end, kind in marks if kind == "number"]
    if after_number:
        phrase = _TOPIC_AFTER_SITTING.match(covered[max(after_number) :].split(COVER)[0])
        if phrase and not re.match(r"\W*(?:Protokoll|Einladung)", covered):
            value = re.sub(r"\s+(?:am|vom|um|im|in)\s*$", "", phrase["topic"])
            if _means_something(value) and not _is_place(value, after_time=True):
                return FoundTopic(_trim(value), "after the sitting's word", 0.6)
    best: FoundTopic | None = None
    at, before_is_mark = 0, False
    segments = []
    for match in [*_DELIMITER.finditer(covered), None]:
        stop = match.start() if match else len(covered)
        segments.append((at, stop, match[0].strip() if match else ""))
        at = match.end() if match else stop
    seen_mark = seen_time = False
    for position, (start, stop, _) in enumerate(segments):
        raw = covered[start:stop]
        has_mark = COVER in raw
        previous = segments[position - 1][2] if position else ""
        value = _outside_marks(raw)
        is_own = not has_mark or (
            raw.strip().startswith(COVER) and previous == "" and position == 0 and False
        )
        if has_mark:
            seen_mark, before_is_mark = True, True
            seen_time = seen_time or (bool(re.search(r"\d|" + COVER, raw)) and bool(dates))
            continue
        literal = _trim(text[start:stop] if stop <= len(text) else value)
        if not is_own or not _means_something(literal) or len(literal) > MAX_TOPIC_CHARS:
            continue
        if _is_series(literal, series) or _is_generic(literal) or _STATUS.match(literal):
            continue
        if find_role(literal, "link_text") and len(literal.split()) <= 3:
            continue
        after_comma = previous in (",", "") or previous.startswith("\n")
        if _is_place(literal, after_time=seen_time and after_comma):
            continue
        if re.match(r"(?:Antrag|Anfrage|Vorlage|Beschluss|Antwort)\b", literal) and position == 0:
            continue
        strength = 0.75 if seen_mark or before_is_mark else 0.6
        if best is None or strength > best.strength:
            literal = _join_following(text, covered, segments, position, literal)
            best = FoundTopic(literal, "beside number or date", strength)
        if strength >= 0.75:
            break
    return best


def _join_following(
    text: str, covered: str, segments: Sequence[tuple[int, int, str]], position: int, literal: str
) -> str:
    """Take commas and dashes inside a topic along: "Wohnen, Arbeit und Verkehr"."""
    start, stop, delimiter = segments[position]
    while delimiter in (",", "–", "-", ":") and position + 1 < len(segments):
        position += 1
        _, next_stop, next_delimiter = segments[position]
        raw = covered[segments[position][0] : next_stop]
        if (
            COVER in raw
            or _is_place(raw.strip(), after_time=delimiter == ",")
            or _PLACE_LEAD.match(raw.strip())
        ):
            break
        if _is_series(raw.strip()) or not raw.strip() or _is_generic(raw.strip()):
            break
        if _ROLES.fullmatch(raw.strip()):
            break
        stop, delimiter = next_stop, next_delimiter
    joined = _trim(text[start:stop])
    return joined if len(joined) <= MAX_TOPIC_CHARS else literal


def _alone(
    text: str, covered: str, place: Place, dates: Sequence[SpottedDate], series: Sequence[str]
) -> FoundTopic | None:
    """Read a title that names nothing but its subject."""
    start = 0
    lead = _PAPER_NUMBER.match(covered)
    if lead:
        start = lead.end()
    if dates and dates[0].start <= start and dates[0].end < len(text):
        start = dates[0].end
    value = text[start:]
    role = find_role(value, "link_text")
    if role is not None:
        at = value.find(role[1]) + len(role[1])
        rest = value[at:].strip()
        rest = re.sub(r"^(?:(?:zum|zur|zu|über|von|vom|des|der|für|und)\s+|[-–:,\s]+)+", "", rest)
        if rest.startswith("(") or find_role(rest, "link_text"):
            return None
        value = rest
    value = _trim(value)
    if not _means_something(value) or len(value) > MAX_TOPIC_CHARS or _is_generic(value):
        return None
    if _is_series(value, series) or COVER in covered[start:].strip() or _STATUS.match(value):
        return None
    if re.fullmatch(r"[A-ZÄÖÜ.]{1,5}\W*", value) or value.endswith(":") or _is_label_form(value):
        return None
    if re.match(r"\W*(?:Agenda|Lokale Agenda)\s+\d", value) or re.search(
        r"\d\s*-\s*\d{4}\b", value
    ):
        return None
    return FoundTopic(value, "title alone", 0.45 if place != "file_name" else 0.35)


def _outside_marks(raw: str) -> str:
    return raw.replace(COVER, " ").strip()


def _trim(value: str) -> str:
    """Take quotation marks, brackets, bullets and hanging punctuation off both ends."""
    value = re.sub(r"\s*(?:[:–-]\s*)?(?:…|\.\.\.)\s*$", "", value.strip())
    value = value.strip(' \n\t–-,;:|/•·*›»«„“”"' + COVER)
    value = value.rstrip(".") if not re.search(r"\b\w{1,4}\.$|\.\.$", value) else value
    if value.endswith(")") and "(" not in value:
        value = value[:-1]
    if value.startswith("(") and (
        ")" not in value or (value.endswith(")") and value.count("(") == 1)
    ):
        value = value.strip("()")
    return value.strip()


def _is_generic(value: str) -> bool:
    return value.strip(' .:!–-…()„“"').lower() in GENERIC


def _is_label_form(value: str) -> bool:
    return (
        re.match(r"[\w ]{2,20}:\s*…?", value) is not None and "…" in value and value.count(":") > 1
    )


def _means_something(value: str) -> bool:
    words = re.findall(r"[^\W\d_]{3,}", value)
    return any(word.lower() not in _FILLER and ordinal_of(word) is None for word in words)


def _is_series(value: str, series: Sequence[str] = ()) -> bool:
    """Tell whether a phrase is only the name of a body or series: "Bürgerforum Auenfurt"."""
    lowered = value.lower().strip(" .:")
    if any(lowered == name.lower().strip() for name in series if name):
        return True
    words = re.findall(r"[^\W\d_][\w-]*", value)
    at = next((i for i, word in enumerate(words) if sitting_kind(word)), None)
    if at is None:
        return (
            re.match(
                r"(?:Stadt|Gemeinde|Landeshauptstadt|Bezirksamt|Landkreis|Ortsteil|Stadtteil)\s+[A-ZÄÖÜ][\w-]+(?:\s[A-ZÄÖÜ][\w-]+)?$",
                value,
            )
            is not None
        )
    if at > 2 or len(words) > at + 7:
        return False
    return not _TITLE_WITH_TOPIC.match(value[value.find(words[at]) + len(words[at]) :])


def _is_place(value: str, *, after_time: bool) -> bool:
    words = re.findall(r"[^\W_][\w.-]*", value.lower())
    if not words:
        return False
    names_place = [word.rstrip(".,").endswith(tuple(PLACE_ENDINGS)) for word in words]
    leads = (
        re.match(r"(?:im|in|am|an|bei|beim|auf|um|ab|ort|wo|treffpunkt|raum|saal)\b", words[0])
        and value[0].islower()
    )
    if leads or re.match(r"(?:Ort|Wo|Treffpunkt|Raum|Uhrzeit|Beginn|Zeit)\b", value):
        return True
    if re.match(r"(?:Im|In|Am|Beim?|Auf)\s", value) and any(names_place):
        return True
    if not after_time:
        return False
    plain = not any(
        word in ("der", "des", "für", "und", "zu", "zur", "zum", "von", "mit") for word in words
    )
    if (
        plain
        and len(words) <= 4
        and (
            names_place[-1]
            or names_place[0]
            or re.search(r"str\.|straße \d|platz \d|\b\d{5}\b", value.lower())
        )
    ):
        return True
    return (
        any(names_place) and re.match(r"\w+ (?:der|des|„|\")", value) is not None and names_place[0]
    )


def find_groups(text: str) -> tuple[str, ...]:
    """Find working groups named in a text.

    >>> find_groups("Bericht der AG Verkehr und der Arbeitsgruppe „Junges Wohnen“")
    ('AG Verkehr', 'Arbeitsgruppe Junges Wohnen')
    >>> find_groups("Arbeitsgruppen:\\n- Verkehr\\n- Kultur")
    ('Verkehr', 'Kultur')
    """
    found: list[str] = []
    for match in _GROUP.finditer(text):
        name = match["name"]
        found.append(re.sub(r"\s*[„“”\"»«]", " ", name).strip() if match["quoted"] else name)
    for match in _GROUP_LIST.finditer(text):
        found += split_items(match["items"])
    return tuple(dict.fromkeys(name for name in found if 2 <= len(name) <= 80))


def find_keywords(text: str) -> tuple[str, ...]:
    """Split a list of keywords, with or without its label.

    >>> find_keywords("keywords: Verkehr, Grün ; Verkehr")
    ('Verkehr', 'Grün')
    """
    match = _KEYWORDS.match(text)
    return tuple(dict.fromkeys(split_items(match["items"] if match else text)))


def split_items(text: str) -> list[str]:
    """Split a list at bullets, line ends, commas and semicolons.

    >>> split_items("\\n- Verkehr\\n- Kultur, Sport")
    ['Verkehr', 'Kultur', 'Sport']
    """
    items = (part.strip(' \t-–•*·#"„“.') for part in re.split(r"[\n,;|]|\s[•·]\s", text))
    return [item for item in items if 2 <= len(item) <= 80 and re.search(r"[^\W\d_]", item)]
