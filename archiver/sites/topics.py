"""Read the topic of a sitting from its title, heading, list entry, link text or first lines.

The topic is a literal part of the (tidied) text: behind a label, in quotation marks, what is
left beside number and date, or a title alone. Pure: no I/O.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from archiver.model import Place
from archiver.sites.leftovers import MAX_TOPIC_CHARS, find_leftover
from archiver.sites.phrases import (
    is_generic,
    is_place,
    is_prose,
    is_series,
    is_status,
    means_something,
    names_content,
    trim,
    without_roles,
)
from archiver.sites.roles import clean_title, find_role, without_trailer
from archiver.sites.sittings import find_sitting_words
from archiver.sites.spotted import FoundTopic, SpottedDate, SpottedNumber
from archiver.sites.vocabulary import ALSO_SUBJECTS, WEEKDAY
from archiver.sites.wording import COVER, cover, cover_codes, without_extension

_QUOTED = re.compile(
    r"„(?P<a>[^„“”\n]{2,200})[“”\"]|\"(?P<b>[^\"\n]{2,200})\"|“(?P<c>[^“”\n]{2,200})”"
    r"|»(?P<d>[^«»\n]{2,200})«|«(?P<e>[^«»\n]{2,200})»|‚(?P<f>[^‚‘’\n]{3,200})[‘’]"
)
_LABEL = re.compile(
    r"\b(?:Haupt-?|Schwerpunkt-?|Diskussions-?|Top-?)?(?:[Tt]hema|[Tt]hemen|THEMA|THEMEN)"
    r"(?:schwerpunkte?)?(?:(?: [^\W\d_]+){0,3}?\s*:|\s*–|\s*-(?=\s))\s*(?P<colon>\S.*)"
    r"|\b(?:Schwerpunkte?|Motto|Titel|Gegenstand|Inhalt|Betreff|Betrifft)"
    r"(?: (?:der|des|dieser|dieses) [^\W\d_]+)?\s*:\s*(?P<other>\S.*)"
    r"|\b(?:[Zz]um|[Uu]nter dem|[Mm]it dem|[Dd]em)\s+(?:Thema|Motto|Titel|Schwerpunkt|"
    r"Schwerpunktthema)"
    r"\s*:?\s+(?P<phrase>[„\"»“A-ZÄÖÜ\d].*)"
    # "28. Forum, Thema Lärm"
    r"|[,;|(–] ?Thema\s+(?P<behind>[„\"»“A-ZÄÖÜ\d].*)"
    # "Im Mittelpunkt stand das Thema Lärm"
    r"|(?:[Mm]ittelpunkt|Fokus|Zentrum|Vordergrund|ging|geht|widmete|beschäftig|befass|diskutier)[^.\n]{0,60}?"
    r"\b(?:das|dem|um das)\s(?:Schwerpunkt|Haupt)?[Tt]hema\s+(?P<focus>[„\"»“A-ZÄÖÜ\d].*)"
    # "alles drehte sich um das Thema „Lärm“"
    r"|\b(?:das|beim|als|unser)\s(?:Schwerpunkt|Haupt)?[Tt]hema\s+(?P<quoted>[„\"»“].*)"
)
_PHRASE_END = re.compile(
    r"\s+(?:am|vom|um|im(?!\s(?:Alter|Wandel|Quartier|Stadtteil|Dialog|Alltag|Vergleich|Winter|Sommer|"
    r"Umbruch|öffentlichen|ländlichen)\b)|in der|in den|fand|findet|trafen|statt|wurde|wird|"
    r"stattgefunden|lädt|laden|"
    r"tagte|ein)\b.*$|(?<=[^\W\d_]{3})\.(?:\s.*)?$|(?<=[!?])\s.*$"
)
_COLON_END = re.compile(
    r"\s+(?:\||//|·)\s+.*$|\s+[–-]\s+(?:Ort|Zeit|Beginn|Wann|Wo)\b.*$"
    r"|\s+(?:Ort|Zeit|Beginn|Wann|Wo|Termin|Referent\w*)\s*:.*$"
)
_DATE_LEAD = re.compile(
    rf"(?:(?:^|\s)(?:am|vom|den|dem|der|zum|im|in|{WEEKDAY})\.?,?)+\s*$", re.IGNORECASE
)
_PLACE_BEFORE_QUOTE = re.compile(
    r"(?:\b(?:im|beim|vom|Gasthaus|Gasthof|Gaststätte|Café|Restaurant|Hotel|Saal|Haus|Schule|"
    r"Grundschule|Kita|Vereinsheim|Bürgerhaus|Zentrum|Begegnungsstätte|Treffpunkt|\w*[Tt]reff|Club|Klub|Kneipe|"
    r"Lokal|Aula|Halle|Gebäude|Projekt|Programm|Zeitung|Verein|Initiative|e\.V\.|Förderprogramm|"
    r"Arbeitsgruppe|Arbeitskreis|Steuerungsgruppe|Lenkungsgruppe|Lenkungskreis|Netzwerk|Bündnis|"
    r"Arbeitsgemeinschaft|Stiftung|Bürgerverein|Projektgruppe|Themengruppe|AG|AK|Marke|Kürzel)"
    r"|\b(?:in|an|bei|auf) (?:der|dem|den)(?: [A-ZÄÖÜ]\w+)?)\s*$"
)
_ITEMS = re.compile(r"(?:^|\s)\d{1,2}[.)]\s+\S")
_PAPER_NUMBER = re.compile(rf"^[\s{COVER}]+(?=\S)")
_AGENDA_ITEM = re.compile(
    r"^\W*(?:zu\s+)?(?:TOP|Tagesordnungspunkt|Punkt|Frage|Anlage|Seite|Abb\.|Tab\.)\s*\d",
    re.IGNORECASE,
)
# "TOP 5 Sanierung des Freibades", "Anlage 1: Lageplan": the item's number, then what it is.
_EXTRACT_LEAD = re.compile(
    r"^(?:Auszug|Betreff|So war(?:[’']?s| es)|Rückblick|Rückschau|Nachlese|Nachgelesen)\s*[-–:|]\s+"
)
_ITEM_LEAD = re.compile(
    r"^\W*(?:zu\s+)?(?:TOP|Tagesordnungspunkt|Punkt(?=\s\d{1,2}:)|Anlage|(?-i:[ÖN](?=\s?\d)))\s*(?:Ö\s*)?"
    r"\d{1,2}(?:\.\d{1,2}){0,2}\s*[.:)–-]?\s+(?=[^\W\d_]{2})",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    r"^(?:von|durch)\s+(?:(?:Frau|Herrn?|Dr\.|Prof\.|Dipl\.-Ing\.)\s*){1,3}"
    r"(?:[^:\n]{2,40}:|(?:[A-ZÄÖÜ][\w.-]+\s){1,3}(?:zu[mr]?|über))\s+(?=\S)"
)
_ISSUE = re.compile(r"\b\d{1,3}\s*[/-]\s*(?:19|20)\d\d\b|\b(?:Nr|Ausgabe|Heft)\b\.?\s*\d")
_ROLE_LINK = re.compile(r"^(?:(?:zum|zur|zu|über|von|vom|des|der|für|und)\s+|[-–:,\s]+)+")
_YEARS_TAIL = re.compile(r"\s+(?:19|20)\d\d(?:\s?[/–-]\s?(?:19|20)?\d\d)?$")
_YEAR_TAIL = re.compile(r"\s*\((?:19|20)\d\d\)$")
_SPECIAL_LEAD = re.compile(
    r"(?:Sonder|Außerordentliche[nrs]? )\w+ (?:zum|zur|zu|über|wegen)(?: de[rmns]| das| die)? "
    r"(?P<topic>[A-ZÄÖÜ„].{2,})"
)
# "Thementisch 4: Nahversorgung": one of several parts of an evening, so only where it is alone
_PART_LABEL = re.compile(
    r"(?:^|\n)\W*(?:(?:[Dd]er|[Dd]ie|[Dd]as)\s[^\W\d_]+t[en]n?\s(?=\w+\s*:))?"
    r"(?:(?:Arbeits|Klein|Gesprächs|Diskussions|Themen)gruppe|AG|Arbeitskreis|Handlungsfeld|"
    r"(?:Themen|Diskussions|Gesprächs)(?:tisch|block|feld|insel|raum|komplex|bereich|tafel|station)|"
    r"Tisch|Station|Block)"
    r"(?:\s(?:\d{1,2}|[A-H]|[IVX]{1,4}))?\s*(?::|\s–)\s+(?P<topic>\S[^\n:]{2,120})"
)
# "Pressemitteilung 112/2016 vom 1. Juli 2016: …", "Beschlussvorlage 0812/2015 – …": what follows
# a paper's kind, number and day is its subject
_PAPER_HEAD = re.compile(
    r"\W*(?:\w*vorlage|Drucksache|Antrag|Anfrage|Mitteilung|Bekanntmachung|Rundschreiben|"
    r"(?:Presse|Medien)(?:mitteilung|information|info|meldung|erklärung))"
    r"(?:\s*-?\s?(?:Nr|Nummer)\b\.?)?\s*:?\s?"
    rf"(?:[A-ZÄÖÜ]{{0,5}}[-/ ]?\d[\w./-]*(?:-\w+)?)?(?:[\s,/(]*(?:vom|v\.|am)?\s*[{COVER}]+\)?)?"
    r"\s*(?::|–|\||\n|-(?=\s))\s*(?=[„\"]?[^\W\d_])",
    re.IGNORECASE,
)
_FORM = re.compile(r"[\w ]{2,20}:\s*…?")


def find_topic(
    text: str,
    place: Place = "title",
    *,
    dates: Sequence[SpottedDate] = (),
    numbers: Sequence[SpottedNumber] = (),
    series: Sequence[str] = (),
    of_others: Sequence[SpottedDate] = (),
) -> FoundTopic | None:
    """Find the topic a wording names, or None.

    `dates` and `numbers` are those spotted in the same text; `of_others` are the dates among them
    that are not the sitting's. `series` are names to take away
    (the forum's own). In running text only a label ("Thema: …") or quotation marks behind a
    sitting's word name a topic; elsewhere also what stands behind a delimiter, or a title alone.

    >>> find_topic("3. Bürgerforum zum Thema „Mehr Grün“").text
    'Mehr Grün'
    >>> find_topic("Freie Flächen (pdf-Datei 9,7 MB)", "link_text").text
    'Freie Flächen'
    >>> find_topic("12. Sitzung des Beirates Nord") is None
    True
    """
    if place in ("url", "meta") or len(text) > 4_000:
        return None
    if place == "file_name":
        text = without_extension(text)
        if "_" in text or " " not in text:
            return None
    labelled = _labelled(text, dates)
    if labelled is not None:
        return labelled if labelled.text else None
    part = _part(text) if place != "heading" and not numbers else None
    if part is not None:
        return part
    quoted = _quoted(text, place, numbers)
    if quoted is not None or place == "text":
        return quoted
    found = _remaining(text, place, dates, numbers, series, of_others)
    special = _SPECIAL_LEAD.match(found.text) if found else None
    return replace(found, text=special["topic"]) if found and special else found


def _labelled(text: str, dates: Sequence[SpottedDate]) -> FoundTopic | None:
    """Read `Thema: …`; an empty text when the label holds the sitting's own name."""
    match = _LABEL.search(text)
    if match is None:
        return None
    name = next(key for key in _LABEL.groupindex if match[key])
    value, start = match[name], match.start(name)
    quote = _QUOTED.match(value)
    if quote:
        value = next(group for group in quote.groups() if group)
        return FoundTopic(trim(value), "quoted after a topic's label", 0.95)
    for spotted in dates:
        if spotted.start >= start and spotted.span.precision == "day":
            value = _DATE_LEAD.sub("", value[: max(0, spotted.start - start)])
            break
    value = trim((_PHRASE_END if name in ("phrase", "focus") else _COLON_END).sub("", value))
    only_name = re.match(r"(?:\d{1,3}\.|#?\d{1,3}|[IVX]+\.)\s", value) or is_series(value)
    if only_name and find_sitting_words(value):
        return FoundTopic("", "label with the sitting's name", 0.0)
    if not means_something(value) or len(value) > MAX_TOPIC_CHARS or _is_menu_word(value):
        return None
    return FoundTopic(value, "topic's label", 0.9)


def _is_menu_word(value: str) -> bool:
    """Tell whether what a label or quotation marks name is a menu word and no subject besides."""
    return is_generic(value) and value.lower() not in ALSO_SUBJECTS


def _part(text: str) -> FoundTopic | None:
    """Read the subject of a group, table or block where the text has only this one."""
    parts = list(_PART_LABEL.finditer(text))
    value = trim(parts[0]["topic"]) if len(parts) == 1 else ""
    if not means_something(value) or is_generic(value) or is_prose(value):
        return None
    return FoundTopic(value, "part's label", 0.4)


def _quoted(text: str, place: Place, numbers: Sequence[SpottedNumber]) -> FoundTopic | None:
    for match in _QUOTED.finditer(text):
        before = text[max(0, match.start() - 120) : match.start()]
        value = trim(next(group for group in match.groups() if group))
        if _PLACE_BEFORE_QUOTE.search(before) or is_series(value):
            continue
        if not means_something(value) or _is_menu_word(value):
            continue
        line = before.rpartition("\n")[2]
        has_sitting = bool(find_sitting_words(line))
        if place in ("text", "first_lines") and not has_sitting:
            continue
        has_sitting = has_sitting or bool(numbers)
        return FoundTopic(value, "in quotation marks", 0.85 if has_sitting else 0.6)
    return None


def _remaining(
    text: str,
    place: Place,
    dates: Sequence[SpottedDate],
    numbers: Sequence[SpottedNumber],
    series: Sequence[str],
    of_others: Sequence[SpottedDate],
) -> FoundTopic | None:
    """Take number, date, role, place and series away and see what is left."""
    text = without_trailer(text)  # offsets stay
    covered = cover_codes(text)
    dates = [one for one in dates if one.end <= len(text)]
    numbers = [one for one in numbers if one.end <= len(text)]
    if place != "first_lines" and not numbers:
        head = _PAPER_HEAD.match(cover(text, tuple((one.start, one.end) for one in dates)))
        if head:
            rest = text[head.end() :].partition("\n")[0]
            return _alone(rest, cover_codes(rest), place, (), series)
    item = _ITEM_LEAD.match(text)
    if item and not numbers and place in ("heading", "link_text", "list_entry"):
        return _alone(text[item.end() :], covered[item.end() :], place, (), series)
    if _AGENDA_ITEM.match(text) or is_generic(text):
        return None
    if place != "first_lines" and len(_ITEMS.findall(text)) > 1 and not numbers:
        return None
    spans = tuple((one.start, one.end) for one in dates if one.span.precision == "month")
    if _ISSUE.search(cover(text, spans)) and not numbers:
        return None
    days = [
        one
        for one in dates
        if one.span.precision in ("day", "month")
        or (one.start == 0 and one.rule == "year")
        or (one.rule == "years" and numbers)
    ]
    words = find_sitting_words(text)
    is_first_lines = place == "first_lines"
    if (
        numbers
        or any(one.span.precision == "day" for one in dates)
        or (words and not is_first_lines and re.search(r"[:|,(]| [–-] ", text))
    ):
        of_number = [one for one in dates if one.rule == "year"] if numbers else []
        marks = [*days, *(one for one in of_number if one not in days and _is_beside(one, numbers))]
        return find_leftover(
            text,
            covered,
            place,
            dates=marks,
            numbers=numbers,
            series=series,
            of_others=of_others,
        )
    if is_first_lines:
        return None
    if words:
        after = text[words[-1].end :]
        if names_content(after) and len(text) <= MAX_TOPIC_CHARS and not is_prose(text):
            return FoundTopic(trim(text), "title alone", 0.5)
        if is_series(text, series) or len(text) > MAX_TOPIC_CHARS or is_prose(text):
            return None
    return _alone(text, covered, place, days, series)


def _is_beside(date: SpottedDate, numbers: Sequence[SpottedNumber]) -> bool:
    """Tell whether a year stands directly behind a number's phrase: `6. Sitzung 2014`."""
    return any(0 <= date.start - number.end <= 3 for number in numbers)


def _alone(
    text: str, covered: str, place: Place, dates: Sequence[SpottedDate], series: Sequence[str]
) -> FoundTopic | None:
    """Read a title that names nothing but its subject."""
    lead = _PAPER_NUMBER.match(covered)
    start = lead.end() if lead else 0
    if dates and dates[0].start <= start and dates[0].end < len(text):
        start = dates[0].end
    value = _EXTRACT_LEAD.sub("", clean_title(text[start:]))
    role = find_role(value, "link_text")
    if role is not None:
        at = value.find(role[1]) + len(role[1])
        rest = _SPEAKER.sub("", value[at:].strip())
        if re.match(r"\W*(?:19|20)\d\d\s+de[rs]\s", rest):
            return None  # "Jahresbericht 2017 des …": whose report, not about what
        rest = _ROLE_LINK.sub("", rest)
        if re.match(r"(?:hat|ist|wird|wurde|steht|liegt|kann|finden|folgt)\b", rest):
            return None
        if rest.startswith("(") or find_role(rest, "link_text"):
            return None
        if is_series(_YEARS_TAIL.sub("", rest), series):
            return None  # "Tätigkeitsbericht des Seniorenbeirats 2012–2014"
        value = rest
    value = without_roles(trim(_YEAR_TAIL.sub("", value.strip())))
    if not means_something(value) or len(value) > MAX_TOPIC_CHARS or is_generic(value):
        return None
    if is_series(value, series) or COVER in covered[start:].strip() or is_status(value):
        return None
    if re.fullmatch(r"[A-ZÄÖÜ.]{1,5}\W*", value) or value.endswith(":"):
        return None
    if re.match(r"\W*(?:Lokale )?Agenda\s+\d", value) or is_place(value, after_time=False):
        return None
    if _FORM.match(value) and "…" in value and value.count(":") > 1:
        return None
    return FoundTopic(value, "title alone", 0.45 if place != "file_name" else 0.35)
