"""The German words by which sittings, dates, places and papers are known. Pure: no I/O.

Words only, no decisions: numbers, dates, contexts, topics and roles read from here, so that a
word learnt once counts everywhere. All entries are lower case and compared case-folded.
"""

import re
from functools import lru_cache
from typing import Final

MONTHS: Final[dict[str, int]] = {
    **dict.fromkeys(("januar", "jänner", "jaenner", "jan", "jän"), 1),
    **dict.fromkeys(("februar", "feber", "feb", "febr"), 2),
    **dict.fromkeys(("märz", "maerz", "mrz", "mär"), 3),
    **dict.fromkeys(("april", "apr"), 4),
    "mai": 5,
    **dict.fromkeys(("juni", "juno", "jun"), 6),
    **dict.fromkeys(("juli", "julei", "jul"), 7),
    **dict.fromkeys(("august", "aug"), 8),
    **dict.fromkeys(("september", "septbr", "sept", "sep"), 9),
    **dict.fromkeys(("oktober", "october", "oktbr", "okt", "oct"), 10),
    **dict.fromkeys(("november", "novbr", "nov"), 11),
    **dict.fromkeys(("dezember", "december", "dezbr", "dez", "dec"), 12),
}
WEEKDAYS: Final[dict[str, int]] = {
    **dict.fromkeys(("montag", "mo"), 0),
    **dict.fromkeys(("dienstag", "di"), 1),
    **dict.fromkeys(("mittwoch", "mi"), 2),
    **dict.fromkeys(("donnerstag", "do"), 3),
    **dict.fromkeys(("freitag", "fr"), 4),
    **dict.fromkeys(("samstag", "sonnabend", "sa"), 5),
    **dict.fromkeys(("sonntag", "so"), 6),
}


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def any_of(words: "dict[str, int] | tuple[str, ...] | frozenset[str]") -> str:
    """Return a regular-expression alternation, longest first so that none cuts another short.

    >>> any_of(("sep", "sept"))
    'sept|sep'
    """
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


MONTH: Final = rf"(?:{any_of(MONTHS)})(?![^\W\d_])\.?"
MONTH_STEMS: Final = tuple(sorted({month[:3] for month in MONTHS}))
# What every month begins with: asked first, because a long alternation takes ten times as long.
MONTH_BEGINS: Final = "[{}][{}]".format(
    *("".join(sorted({month[place] for month in MONTHS})) for place in (0, 1))
)
WEEKDAY: Final = rf"(?:{any_of(WEEKDAYS)})(?![^\W\d_])(?:abend|vormittag|nachmittag)?"

# A sitting's nouns, by the end of the (compound) word. CORE nouns take a number on either side
# ("Forum 4", "4. Forum"); LOOSE ones only an ordinal before them ("3. Bürgerabend"), because
# "Dialog 3" or "Ortsbeirat 5" is as often a name.
CORE_ENDINGS: Final = (
    "forum",
    "sitzung",
    "runde",
    "versammlung",
    "treffen",
    "konferenz",
    "werkstatt",
    "kongress",
    "kongreß",
    "plenum",
    "stammtisch",
    "workshop",
    "zusammenkunft",
)
LOOSE_ENDINGS: Final = (
    "tagung",
    "gespräch",
    "gespraech",
    "dialog",
    "veranstaltung",
    "konvent",
    "ratschlag",
    "bürgerabend",
    "buergerabend",
    "themenabend",
    "infoabend",
    "bürgercafé",
    "bürgercafe",
    "stadtteilcafé",
    "spaziergang",
    "besprechung",
    "beratung",
    "quartiersrat",
    "stadtteilrat",
    "bürgerrat",
    "nachbarschaftsrat",
    "kiezrat",
    "klausur",
    "meeting",
    "bürgerinformation",
    "buergerinformation",
    "einwohnerinformation",
    "anwohnerinformation",
    "anliegerinformation",
    "hearing",
    "symposium",
    "kolloquium",
    "podium",
    "infomarkt",
    "ideenmarkt",
    "bürgerfrühstück",
    "bürgertag",
    "klausurtag",
    "fachtag",
    "thementag",
    "stadtsalon",
    "stadtlabor",
    "bürgersalon",
    "planungssalon",
    "bürgeranhörung",
    "einwohneranhörung",
    "ortsbegehung",
    "stadtteilbegehung",
    "quartiersbegehung",
    "kiezbegehung",
    "echoraum",
    "echoräume",
    # of a series by its last part, where what stands before it says who meets
    *(
        f"{who}{noun}"
        for who in ("bürger", "bürgerinnen", "stadtteil", "quartiers", "kiez", "nachbarschafts")
        for noun in ("tisch", "abend", "tag")
    ),
    *("zukunftstag", "planungstag", "beteiligungstag", "dorfabend", "anwohnerabend"),
    "bürgergipfel",
    "stadtgipfel",
)
PLURAL_ENDINGS: Final = (
    "foren",
    "sitzungen",
    "runden",
    "versammlungen",
    "konferenzen",
    "werkstätten",
    "workshops",
    "kongresse",
    "tagungen",
)
# Misspellings and abbreviations met in lists; only of words long enough to be unmistakable.
MISSPELT_ENDINGS: Final = (
    *("sitzug", "sitztung", "stizung", "sizung", "sitzng", "siztung", "versamlung"),
    *("sitzg", "stzg", "versammlg", "bürgervers", "konf"),  # cut short in lists
)

# Words that end like a sitting and are none: parts of one, bodies, media, chance endings.
_NO_SITTING: Final = re.compile(
    r"(?:diskussions|frage|vorstellungs|abschluss|feedback|blitzlicht|murmel|ge?sprächs?fr|"
    r"kennenlern|redner|wort|start)runden?$|(?<!dialo)grunden?$|verordnetenversammlung(?:en)?$|"
    r"(?:bundes|national|landes|kirmes|menschen|voll)versammlung(?:en)?$|"
    r"(?:internet|web|diskussions)-?forum$|(?:presse|telefon|video)-?konferenz(?:en)?$|"
    r"(?:presse|telefon|selbst|interview|einzel|beratungs|bewerbungs|vor)-?gesprächs?$|^(?:nach|vor|buch)besprechung$|"
    r"^besitzung(?:en)?$|(?:kfz|auto|fahrrad|schreib|behinderten|lehr)-?werkstatt$|^zutreffen$|"
    r"^(?:be|ein|über|an|auf|ab|zu)treffen$|(?:rechts|schuldner|energie|erst|bau)beratung$"
)


_DIGITS_INSIDE: Final = (
    rf"\d{{2,4}}(?=-[^\W\d_]{{0,30}}(?i:{any_of(CORE_ENDINGS + LOOSE_ENDINGS)})(?![^\W\d_]))"
)
# A word that may name a sitting: "Kiez-Treffen", "QR-Sitzung", "Bürger*innenrat",
# "Agenda-21-Forum"; and the one name of two words.
SITTING_WORD: Final = re.compile(
    r"(?i:runde[nrms]?)\s(?i:tisch)(?i:e?s)?(?![^\W\d_])"
    r"|[^\W\d_]{1,60}(?:[*:]innen[^\W\d_]{2,40})?(?:-(?:[^\W\d_]{2,40}|"
    rf"{_DIGITS_INSIDE})){{0,4}}"
)
_TABLE: Final = re.compile(r"runde[nrms]?\stisch(?:e?s)?$")
_GENDER: Final = re.compile(r"[*:]innen")


@lru_cache(maxsize=16_384)
def sitting_kind(word: str) -> str | None:
    """Tell how a word names a sitting: "core", "loose", "plural", or None when it does not.

    >>> sitting_kind("Bürgerforum"), sitting_kind("Quartierstatssitzung"), sitting_kind("Grunde")
    ('core', 'core', None)
    >>> sitting_kind("Runden Tisches"), sitting_kind("Bürger*innenrates"), sitting_kind("Tisch")
    ('core', 'loose', None)
    >>> sitting_kind("Sitzungen"), sitting_kind("Bürgerdialog"), sitting_kind("Forums")
    ('plural', 'loose', 'core')
    """
    lowered = _GENDER.sub("", word.lower())
    if len(lowered) < 3 or _NO_SITTING.search(lowered):
        return None
    if _TABLE.match(lowered):
        return "core"
    bare = lowered[:-2] if lowered.endswith(("kongresses",)) else lowered
    for form in (bare, bare.removesuffix("s"), bare.removesuffix("es")):
        if form.endswith(CORE_ENDINGS + MISSPELT_ENDINGS):
            # "Online-Forum 3" may be a board's name, "3. Online-Forum" is a sitting
            return "loose" if form.startswith("online") and form.endswith("forum") else "core"
        if form.endswith(LOOSE_ENDINGS):
            return "loose"
    return "plural" if lowered.endswith(PLURAL_ENDINGS) else None


# Places people meet at, by the end of the word.
PLACE_ENDINGS: Final = _listed(
    """
    halle saal haus raum räume schule gymnasium kirche zentrum aula heim gasthof gaststätte
    café cafe restaurant straße strasse str. vhs volkshochschule treff pavillon mensa kita
    museum bibliothek bücherei foyer kapelle scheune hotel kneipe stube universität hochschule
    theater studio lounge zimmer etage werkhof remise schloss online videokonferenz zoom
    """
)

# Headings and menu words that say nothing of a sitting's subject.
GENERIC: Final = frozenset(
    (
        "herzlich willkommen",
        "über uns",
        "wir über uns",
        "teilnehmerinnen und teilnehmer",
        "nächste termine",
        "nächster termin",
        "weitere termine",
        "weitere informationen",
        "zum seitenanfang",
        "nach oben",
        "frühere sitzungen",
        "vergangene sitzungen",
        "alle sitzungen",
        "bisherige sitzungen",
        "bisherige foren",
        "punkte der aussprache",
        "forum aktuell",
        "bisherige treffen",
        "öffentlicher teil",
        "nichtöffentlicher teil",
        "öffentliche sitzung",
        "zur tagesordnung",
        "zum protokoll",
        "zur startseite",
        "hier klicken",
        "hier geht es weiter",
        "leichte sprache",
        "rechtliche hinweise",
        "allgemeine informationen",
        "bezeichnung",
        "sitzungsdienst",
        "sitzungsdetails",
        "sitzungskalender",
        "ratsinformation",
        "ratsinformationssystem",
        "bürgerinformation",
        "bürgerinformationssystem",
        "allris",
        "session",
        "status",
        "betreff",
        "vorsitz",
        "leitung",
        "protokollführung",
        "protokollant",
        "moderation",
        "raum",
        "adresse",
        "anwesend",
        "entschuldigt",
        "verteiler",
        "seite",
        "autor",
        "zum inhalt springen",
        "ort wird noch bekannt gegeben",
        "seite drucken",
        "als pdf",
        "in leichter sprache",
        "weiter zur übersicht",
        "ort und zeit",
        "laufende nummer",
        "öffentlicher sitzungsteil",
        "kopie",
        "druckversion",
        "druckansicht",
        "ni öff",
        "ni öffentlich",
    )
) | frozenset(
    _listed(
        """
        startseite home homepage start willkommen impressum kontakt datenschutz archiv
        übersicht datenschutzerklärung überblick aktuelles aktuell neuigkeiten news termine
        termin kalender suche suchen navigation menü sitemap inhalt inhaltsverzeichnis
        downloads download dateien dokumente unterlagen materialien links mehr weiterlesen
        weiter zurück drucken newsletter mitmachen presse galerie fotos bilder bildergalerie
        video login anmelden anmeldung registrieren begrüßung eröffnung einführung ablauf
        programm tagesordnung ergebnisse ergebnis beschlüsse teilnehmer teilnehmende anwesende
        anwesenheit anwesenheitsliste gäste verschiedenes sonstiges ausblick rückblick
        diskussion zusammenfassung fazit einleitung vorwort anhang anlagen anlage
        ansprechpartner öffnungszeiten barrierefreiheit veranstaltungen veranstaltung sitzungen
        foren protokolle dokumentationen einladungen themen thema arbeitsgruppen arbeitskreise
        schlagwörter schlagworte stichworte tags kategorien kommentare kommentar ort zeit datum
        uhrzeit beginn ende informationen hauptnavigation seitenleiste fußzeile top seite
        programmpunkte gremium chronik jahresarchiv dokumentation protokoll einladung
        empfehlungen aussprache wortmeldungen hier tag dauer sitzung sitzungsnummer sitzungstermin
        sitzungsunterlagen sitzungsort sitzungsraum sitzungsbeginn sitzungsende sitzungsdauer
        sitzungsdatum
        sitzungstag schriftführer schriftführung schriftführerin vorsitzender vorsitzende
        aktenzeichen bearbeiter bearbeiterin telefon wahlperiode amtszeit legislaturperiode
        bekanntmachung anlass gremien anhörung beschlussfassung vorberatung kenntnisnahme
        druckversion druckansicht druckfassung einzelansicht listenansicht monatsansicht
        detailansicht detail details gebärdensprache vorlesen teilen merken weiterempfehlen
        favoriten abonnieren schließen öffnen anzeigen ausblenden einblenden kontrast
        schriftgröße rss feed feedback herunterladen downloaden ansehen anschauen lesen nachlesen
        anfahrt wegbeschreibung handout rückmeldebogen fragebogen anmeldeformular satzung
        entscheidung beratungsfolge beschlussart erledigt vorlage stellungnahme niederschrift
        """
    )
)

# Menu words that are a subject, too, where a label or quotation marks say so.
ALSO_SUBJECTS: Final = frozenset(
    ("barrierefreiheit", "datenschutz", "leichte sprache", "mitmachen")
)

# Words that alone are no subject.
FILLERS: Final = frozenset(
    _listed(
        """
        der die das des dem den ein eine einer eines zum zur zu von vom am im in an aus auf
        über und mit für beim bei ab um bis fand findet statt war ist wird wurde sich unser
        unsere unserer unseren unserem unseres seine seiner ihre uhr nr top teil seite pdf
        thema datum termin ort zeit sitzung nächste nächster letzte letztes neue neuer alle
        alles hier download öffentliche öffentlichen ordentliche konstituierende erste zweite
        dritte vierte montag dienstag mittwoch donnerstag freitag samstag sonntag ca etwa circa
        beginn ende januar februar märz maerz april mai juni juli august september oktober november
        dezember
        """
    )
)
