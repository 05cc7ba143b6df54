"""Judge a phrase: whether it means something, is a place, a series' name, a menu word, prose.

The small judgements by which topics.py and leftovers.py know a topic from what stands around
it. Pure: no I/O.
"""

import re
from collections.abc import Sequence

from archiver.sites.figures import ordinal_of
from archiver.sites.roles import ROLE_PATTERN, may_hold_role
from archiver.sites.vocabulary import FILLERS, GENERIC, PLACE_ENDINGS, SITTING_WORD, sitting_kind
from archiver.sites.wording import COVER

_TRAILING_ROLES = re.compile(
    rf"(?:\s+(?:[·|,/&–-]\s*|und\s+)?(?:{ROLE_PATTERN})(?![^\W\d_]))+\s*$", re.IGNORECASE
)
_GENERIC_LEAD = re.compile(
    r"^(?:aus (?:der|dem)|zum (?:herunterladen|nachlesen|download|seitenanfang|inhalt)|mehr zu|"
    r"zurück zu|weiter zu|sitzungen zu|hier geht|nach oben|seite \d|alle |genehmigung (?:der|"
    r"des)|sehr geehrte|datum (?:der|des) |"
    r"aktuelles aus |neues aus |kurz notiert|aktueller stand\b|"
    r"(?:(?:[ivx]+|\d{1,2})\.\s*(?:und|bis|/|–|-)\s*)?(?:[ivx]+|\d{1,2})\.\s*(?:wahlperiode|legislatur|amts(?:zeit|periode|dauer)|ratsperiode|"
    r"sitzungsperiode)|"
    r"\d{1,4}\s(?:seiten?|blatt|blätter|folien|bilder|fotos|minuten|stunden|teilnehm\w*|anlagen?|"
    r"anhänge|personen|gäste|besucher\w*|dateien|dokumente|downloads)\W*$|bestätigung (?:der|des)|"
    r"begrüßung (?:und|der|durch)|eröffnung (?:und|der)|(?:anfragen|mitteilungen) und |"
    r"(?:einwohner|bürger)?fragestunde|"
    r"(?:wird|werden) (?:noch |rechtzeitig |später |in kürze ){0,2}(?:bekannt ?gegeben|mitgeteilt|"
    r"veröffentlicht|festgelegt)\W*$|(?:noch )?(?:offen|unbekannt|nicht bekannt)\W*$|"
    r"(?:steht|stehen) noch (?:nicht fest|aus)\W*$|(?:folgt|folgen)(?: noch)?\W*$|n\.\s?n\.?$|tba$|"
    r"feststellung (?:der|des)|letzte änderung|stand\b|so geht|so können sie|"
    r"an (?:die|den|das|alle) )",
    re.IGNORECASE,
)
# what scanners, cameras and content systems call their files
_FILE_CODE = re.compile(
    r"(?:(?:\d{6,8}\s)?(?:doc|dok|dokument|document|datei|file|scan|img|image|dsc|download|upload|"
    r"pdf|unbenannt|print|output|attachment|item)[\s_-]*\(?[\d._-]*\d|\d{5,}[\s\d_.-]*)"
    r"(?:\s?\(?\d{1,2}\)?)?(?:\.[a-z]{3,4})?"
)
_ITEM_NUMBER = re.compile(r"^\d{1,2}(?:\.\d{1,2})*[.)]?\s+")
_STATUS = re.compile(
    r"(?:\W*(?:abgesagt|absage|entfällt|fällt aus|ausgefallen|ausgebucht|verschoben|verlegt|"
    r"verschiebung|verlegung|neu|aktuell|wichtig|achtung|bitte beachten|jubiläum\w*|premiere|"
    r"auftakt|erinnerung|(?:wichtiger |termin|veranstaltungs)?hinweis|veranstaltungstipp|vorschau|"
    r"(?:vor)?ankündigung|save the date|eilmeldung|termin(?:änderung|verschiebung|verlegung)|"
    r"neue uhrzeit|neuer ort|heute|morgen|demnächst|"
    r"konstituierend\w*|öffentlich\w*|nicht-?öffentlich\w*|entwurf|final|korrektur|stand|version|"
    r"(?:\d{1,2}\.\s)?(?:korrigierte|überarbeitete|geänderte|aktualisierte|ergänzte|berichtigte|neue|"
    r"endgültige|vorläufige) (?:fassung|version)|"
    r"neuer termin|einladung zum|einladung zur|teil \d|ohne teilnehmerliste|mit anlagen?|"
    r"spezial|spezialausgabe|online|digital|hybrid|vorläufig\w*|(?:noch )?(?:nicht |un)?"
    r"(?:genehmigt|bestätigt|beschlossen|verabschiedet|korrigiert|gebilligt)\w*)\b\W*)+",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:(?:(?:Große )?(?:Kreis|Hanse|Universitäts|Landeshaupt|Bundes|Freie |Freie und Hanse)?"
    r"[Ss]tadt|"
    r"(?:Markt|Orts|Verbands|Samt|Einheits|Einwohner|Kirch|Politische |Stadt|Wahl)?[Gg]emeinde|"
    r"Verwaltungsgemeinschaft|Kanton|Amt|Region|Kreis|Freistaat|Land|Bezirksamt|Landkreis|Ortsteil|"
    r"Stadtteil|Stadtbezirk|Markt|Bezirk|Ortschaft|Quartier|Kreisverwaltung)"
    r"\s+[A-ZÄÖÜ][\w-]+(?:\s[A-ZÄÖÜ][\w-]+)?"
    r"(?:\s(?:am|an der|bei|im|ob|in der|auf der|vor der|a\.\s?d\.)\s[A-ZÄÖÜ][\w-]+)?[\s\d.–-]*$)"
    r"|(?:STADT|GEMEINDE|LANDKREIS|KREIS|MARKT|KANTON|BEZIRK) [A-ZÄÖÜ-]{3,}(?: [A-ZÄÖÜ-]{3,})?$"
)
_OFFICE = re.compile(
    r"(?:Der |Die )?(?:\w*[Bb]ürgermeister(?:in)?|Ortsvorsteher(?:in)?|Vorsitzende[rn]?|Magistrat|"
    r"Gemeindevorstand|Geschäftsstelle|Quartiersmanagement|Quartiersbüro|Stadtteilbüro|Stadtteilmanagement|Dezernat|Fachbereich|Fachdienst|Sachgebiet|Referat|Stabsstelle|"
    r"[A-ZÄÖÜ]\w*amt|Amt|Büro|Ortsverwaltung|Verwaltungsstelle|Stadtverwaltung|Gemeindeverwaltung|Stadtplanung|Stadtkanzlei)"
    r"(?: (?:der|des|für|[A-ZÄÖÜ\d])[\w/ -]{0,40})?(?:in)?$"
)
_ABBREVIATED = re.compile(
    r"(?:SBB|SBR|OBR|OR|QR|BV|BVV|BZV|BZR|GR|SVV|BA|STR)(?:[ -][A-ZÄÖÜ][\w-]+){1,2}$"
)
_OF_BODY = r"(?: (?:des |der |von |beim )?[A-ZÄÖÜ\d][\w-]*){0,3}"
_FIELDS = (  # "für Schule und Sport", "f. Bau, Umwelt und Verkehr"
    r"(?: (?:für|f\.|zur|zum) [^,:|–\n]{3,50}(?:, [A-ZÄÖÜ][\w -]{2,30}){0,3}"
    r"(?:,? (?:und|sowie|u\.|&) [\w -]{3,40})?)?"
)
_COMMITTEE = re.compile(
    r"(?:(?:Der|Die|Das|Des)\s+)?(?:Lenkungs|Steuerungs)(?:kreis|gruppe|runde)"
    r"(?: [A-ZÄÖÜ][\w-]*){0,3}$|"
    r"(?:echo|begleit|resonanz|spur|kern|redaktions|koordinierungs|planungs)(?:gruppe|kreis)$|"
    r"(?:stadt|bezirks|kreis|gemeinde)(?:verordneten|vertreter)versammlung$|"
    r"(?:(?:Der|Die|Das|Des|[IVX]+\.|\d{1,2}\.)\s+)?"
    r"(?:[A-ZÄÖÜ]\w*-(?:, [A-ZÄÖÜ]\w*-)* (?:und|u\.|&) )?"
    r"(?:[\w-]*(?:beirat|(?<!vor)(?<!b)(?<!t)rat|ausschuss|vertretung|kommission|vorstand|parlament|gremium|"
    r"kuratorium|magistrat)|(?:Kreis|Land|Gemeinde|Städte|Regional)tag|Senat|Jury)"
    rf"(?:e?s)?{_FIELDS}{_OF_BODY}$",
    re.IGNORECASE,
)
_CONTENT_AFTER = re.compile(r"^\s+(?:zum|zur|zu|über|rund um|für)\s+(?:[^\W\d_]+\s+)?[^\W\d_]{4,}")
_ADJECTIVE = re.compile(r"[^\W\d_]+(?:er|e|en|es)$")
_CIRCLE = re.compile(
    r"(?:bürger|stadt|kiez|quartier|orts|nachbarschaft|einwohner|beirats|rats|gemeinde|forums|dorf|"
    r"mitglieder|plenar|ausschuss|bezirks|sonder|vorstands|anwohner|jahres|auftakt|zukunfts)",
    re.IGNORECASE,
)
_ROOM = re.compile(
    r"(?:(?:Gro(?:ß|ss)er?|Kleiner?) )?[A-ZÄÖÜ][^\W\d_]*(?:-[^\W\d_]+)*"
    r"(?:saal|haus|halle|raum|heim|schule|zentrum|aula|gasthof|stube|zimmer|foyer|treff|kirche|café)"
    r"(?: [A-ZÄÖÜ][\w-]+)?|Aula|Saal|Foyer|Rathaus|(?:Raum|Saal|Zimmer) \w{1,5}"
)
_STREET = re.compile(
    r"(?:Am|An der|An den|Im|Auf dem|Auf der|In der|Zum|Zur|Unter den|Hinter dem) "
    r"[A-ZÄÖÜ][\w-]+ \d{1,3}\s?[a-z]?"
    r"|[A-ZÄÖÜ][\w-]*(?:straße|strasse|str\.|platz|weg|allee|gasse|ufer|damm) \d{1,3}\s?[a-z]?"
)
_ADDRESS = re.compile(r"str\.|straße \d|platz \d|weg \d|allee \d|\b\d{5}\b|(?:raum|zimmer) \d")
_SENTENCE_WORDS = re.compile(
    r"\b(?:ist|sind|war|waren|wird|werden|wurde|wurden|hat|haben|hatte|kam|kamen|stellte|schlug|"
    r"sagte|fand|findet|steht|stehen|soll|sollen|kann|können|muss|müssen|gibt|gab|begrüßt|begrüßte|bat|wir|sich|"
    r"lädt|laden|bittet|möchte|trafen|tagte|beriet|dankt|dankte|eröffnet|eröffnete|liegt|geht)\b"
)


_ABBREVIATED_END = re.compile(
    r"\.\.$|\b(?:\w|[a-zäöü]{2,4}|\w*[Ss]tr|Nr|Pl|St|Dr|Co|Jh|Abs|Art|Mio|Mrd|Hbf|Bhf|Tel|Kfz|Lkw|Pkw|Std)\.$"
)


def trim(value: str) -> str:
    """Take quotation marks, bullets and hanging punctuation off both ends.

    >>> trim(' – „Grüne Höfe“: …')
    'Grüne Höfe'
    >>> trim("Wohnen (Teil 1)"), trim("(Wohnen)"), trim("Wer zahlt?")
    ('Wohnen (Teil 1)', 'Wohnen', 'Wer zahlt?')
    """
    value = re.sub(r"\s*(?:[:–-]\s*)?(?:…|\.\.\.)\s*$", "", value.strip())
    value = value.strip(' \n\t–-,;:|/•·*›»«„“”"' + COVER)
    if "(" in value[1:] and ")" not in value:
        value = value[: value.index("(", 1)].rstrip()  # "Lärm (Rathaus": cut inside its brackets
    if not _ABBREVIATED_END.search(value):
        value = value.rstrip(".")
    if value.endswith(")") and "(" not in value:
        value = value[:-1]
    if value.startswith("(") and (
        ")" not in value or (value.endswith(")") and value.count("(") == 1)
    ):
        value = value.strip("()")
    return value.strip(" ,;:|·")


def without_roles(value: str) -> str:
    """Drop the names of papers that a list's entry ends with.

    >>> without_roles("Lärm am Bahnhof Protokoll · Einladung")
    'Lärm am Bahnhof'
    """
    shorter = _TRAILING_ROLES.sub("", value) if may_hold_role(value) else value
    return shorter if means_something(shorter) else value


def means_something(value: str) -> bool:
    """Tell whether a phrase has a word that could be a subject.

    >>> means_something("Verkehr"), means_something("am Montag um 19 Uhr"), means_something("12")
    (True, False, False)
    """
    words = re.findall(r"[^\W\d_]{3,}", value)
    return any(word.lower() not in FILLERS and ordinal_of(word) is None for word in words)


def is_generic(value: str) -> bool:
    """Tell whether a phrase is a menu word or a section's heading found on any site.

    >>> is_generic("Impressum"), is_generic("Aus der Diskussion"), is_generic("Radwege")
    (True, True, False)
    >>> is_generic("doc_1203"), is_generic("scan 0012 (1)"), is_generic("Dokument der Angst 3")
    (True, True, False)
    """
    bare = value.strip(' .:!–-…()„“"›»→').lower()
    if _FILE_CODE.fullmatch(bare):
        return True
    for form in (bare, _ITEM_NUMBER.sub("", bare)):
        if form in GENERIC or _GENERIC_LEAD.match(form) is not None:
            return True
    words = re.split(r"[\s/,&]+", bare)
    return 1 < len(words) < 6 and all(word in GENERIC for word in words)  # a menu on one line


def is_status(value: str) -> bool:
    """Tell whether a phrase only says how the sitting or paper is: public, cancelled, draft.

    >>> is_status("ABGESAGT"), is_status("Entwurf"), is_status("Neubau")
    (True, True, False)
    """
    return _STATUS.fullmatch(value) is not None


def names_content(after: str) -> bool:
    """Tell whether the words after a sitting's word tell its subject: " zur Zukunft des …".

    >>> names_content(" zur Zukunft der Brücke"), names_content(" des Ortsteils Nord")
    (True, False)
    """
    return _CONTENT_AFTER.match(after) is not None


def is_series(value: str, series: Sequence[str] = ()) -> bool:
    """Tell whether a phrase is only the name of a body or series.

    >>> is_series("Bürgerforum Auenfurt"), is_series("Sitzung des Beirates Nord")
    (True, True)
    >>> is_series("Zwanzig Jahre Bürgerforum"), is_series("Stadt Auenfurt")
    (False, True)
    """
    bare = value.lower().strip(" .:")
    if any(bare == name.lower().strip() for name in series if name):
        return True
    words = [match[0] for match in SITTING_WORD.finditer(value)]
    at = next((i for i, word in enumerate(words) if sitting_kind(word)), None)
    if at is None:
        return any(p.match(value) for p in (_BODY, _COMMITTEE, _OFFICE, _ABBREVIATED))
    if at > 3 or len(words) > at + 8:
        return False
    lead = (word for word in words[:at])
    if not all(
        word.lower() in FILLERS or _ADJECTIVE.match(word) or is_generic(word) for word in lead
    ) or any(word.endswith("Jahre") or word.lower() == "jahre" for word in words[:at]):
        return False
    return not names_content(value[value.find(words[at]) + len(words[at]) :])


def names_event(value: str) -> bool:
    """Tell whether one word names a sitting by its subject rather than by its circle.

    >>> names_event("Haushaltswerkstatt"), names_event("Bürgerwerkstatt"), names_event("Sitzung")
    (True, False, False)
    """
    if not re.fullmatch(r"[^\W\d_]+", value) or sitting_kind(value) != "core":
        return False
    return len(value) > 12 and not _CIRCLE.match(value)


def is_place(value: str, *, after_time: bool) -> bool:
    """Tell whether a phrase names where people met; `after_time` when date or clock precede it.

    >>> is_place("im Rathaus", after_time=False), is_place("Stadthalle", after_time=True)
    (True, True)
    >>> is_place("Umbau der Stadthalle", after_time=True), is_place("Dorfladen", after_time=True)
    (False, False)
    """
    words = re.findall(r"[^\W_][\w.-]*", value.lower())
    if not words:
        return False
    if re.match(r"(?:im|in|am|an|bei|beim|auf|um|ab)\b", value) or re.match(
        r"(?:Ort|Wo|Treffpunkt|Raum|Uhrzeit|Beginn|Zeit|Saal)\b(?!\w)", value
    ):
        return True
    if _STREET.fullmatch(value):
        return True
    names = [word.rstrip(".,").endswith(PLACE_ENDINGS) for word in words]
    if re.match(r"(?:Im|In|Am|Beim?|Auf)\s", value) and any(names):
        return True
    if not after_time:
        return False
    linked = any(
        word in ("der", "des", "für", "und", "zu", "zur", "zum", "von", "mit", "ohne", "statt")
        for word in words
    )
    if not linked and len(words) <= 4:
        return names[-1] or names[0] or _ADDRESS.search(value.lower()) is not None
    return names[0] and re.match(r"[\w-]+ (?:der|des|„|\")", value) is not None


def is_room(value: str) -> bool:
    """Tell whether one word names a house or room to meet in; asked of words behind an hour.

    >>> is_room("Feuerwehrgerätehaus"), is_room("Ratssaal"), is_room("Dorfladen")
    (True, True, False)
    """
    return _ROOM.fullmatch(value) is not None


def tells(line: str) -> bool:
    """Tell whether a stretch is a whole sentence by its verb.

    >>> tells("Den Plan und das Protokoll können Sie hier herunterladen"), tells("Plan für alle")
    (True, False)
    """
    return len(line.split()) > 4 and _SENTENCE_WORDS.search(line) is not None


def is_prose(line: str) -> bool:
    """Tell whether a line is running text rather than a heading.

    >>> is_prose("Der Vorsitzende begrüßt die Gäste."), is_prose("Wer zahlt den Umbau?")
    (True, False)
    """
    line = line.strip()
    if len(line) > 110 or line.endswith((",", ";")):
        return True
    ends = line.endswith(".") and len(line.split()) > 4
    return ends or (not line.endswith("?") and _SENTENCE_WORDS.search(line) is not None)
