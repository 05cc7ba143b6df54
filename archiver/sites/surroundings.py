"""The words around a number or date that tell whose it is: named patterns, no decisions.

Read by contexts.py, each within the sentence or line of the place. Pure: no I/O.
"""

import re

from archiver.sites.vocabulary import WEEKDAY

BOUNDARY = re.compile(
    r"(?=[\s;•|])(?:\n|(?<=[a-zäöüß)\d][.!?])\s+(?=[A-ZÄÖÜ„\"•])(?<!\bNr\.\s)(?<!\bgez\.\s)(?<!\bvgl\.\s)(?<!\blt\.\s)(?<!bzw\.\s)(?<!\bStr\.\s)(?<!\bca\.\s)(?<!\bDr\.\s)(?<!\d\.\s)"
    r"(?<!Aug\.\s)(?<!Sept\.\s)(?<!Okt\.\s)(?<!Nov\.\s)(?<!Dez\.\s)(?<!Jan\.\s)(?<!Feb\.\s)"
    r"|\s*[;•|]\s*|(?<=\d{4}\.)\s+(?=[A-ZÄÖÜ]))"
)
MINUTES = r"(?:\w*protokoll|\w*niederschrift|mitschrift|reinschrift)\w{0,4}"
# "genehmigtes Protokoll", "bestätigte Niederschrift": how the paper is, not what was done
STATE = (
    r"(?:genehmigt|bestätigt|verabschiedet|gebilligt|beschlossen|korrigiert|geändert)(?:e[nrs]?)"
)
STATE_AFTER = re.compile(
    r"\s*[(\[,;–-]\s*(?:noch\s+)?(?:nicht\s+|un)?(?:genehmigt|bestätigt|angenommen|gebilligt|beschlossen)\W*$",
    re.IGNORECASE,
)
APPROVAL = re.compile(
    rf"\b(?!{STATE}\s+{MINUTES})(?:genehmig|bestätig|verabschied|annahme|billig|feststell|kontroll|abstimm|anmerkung|einwend|"
    rf"einwänd|änderung|ergänzung|korrektur|beschlussfass|beschluss|abnahme|anerkenn|kenntnisnahme|zustimm|"
    rf"verständig|durchsicht)"
    rf"\w*\b[^.\n]{{0,60}}?\b{MINUTES}\b"
    r"|\b(?:protokoll|niederschrift)s?(?:kontrolle|genehmigung|bestätigung|abnahme|annahme)",
    re.IGNORECASE,
)
# "Genehmigung des Protokolls Nr. 4": the number's own words name the minutes
OF_MINUTES = re.compile(r"\bde[rs]\s+$")
MINUTES_BEFORE = re.compile(rf"\b{MINUTES}\b", re.IGNORECASE)
APPROVED_AFTER = re.compile(
    r"\b(?:genehmigt|bestätigt|angenommen|verabschiedet|gebilligt|beschlossen|abgestimmt|"
    r"zur kenntnis genommen|keine (?:einw[äe]nd|änderung|anmerkung|ergänzung)\w*|einwände|"
    r"genehmigen|bestätigen|zugestimmt|anerkannt|(?:zu|zur) genehmigung|lag(?:en)? vor|liegt vor|"
    r"ohne (?:änderung|einw[äe]nd)\w*)",
    re.IGNORECASE,
)
EARLIER = re.compile(
    r"\b(?<!und )(?<!und bislang )(?<!und bisher )(?<!und vorerst )(?<!und zugleich )"
    r"(?:letzte|vorige|vergangene|vorherige|vorangegangene|vorausgegangene|zurückliegende|"
    r"vorhergehende|frühere|vorletzte|damalige)[nrsm]?\s+(?:\(?\d{1,3}\.\)?\s+)?(?:[^\W\d_]+\s+){0,2}?"
    r"(?P<noun>[^\W\d_][\w-]+)",
    re.IGNORECASE,
)
LATER = re.compile(
    r"\b(?:nächste|kommende|darauffolgende|folgende|übernächste)[nrsm]?,?\s+"
    r"(?:\(?\d{1,3}\.\)?\s+)?(?:[^\W\d_]+\s+){0,2}?"
    r"(?P<noun>[^\W\d_][\w-]+)|\b(?P<other>folgetermin|nächster termin|weitere termine)",
    re.IGNORECASE,
)
# "5. März 2014 nächste Runde": in lists of dates the day comes first
LATER_AFTER = re.compile(
    r"[\s:,(–-]{0,3}(?:(?:um\s+)?\d{1,2}[.:]?\d{0,2}\s+Uhr\W{0,3})?(?:(?:ist|findet)\s+)?(?:die|das|der)?\s*"
    r"(?:nächste|kommende|übernächste)[nrs]?\s+(?P<noun>[^\W\d_][\w-]+)"
    # not "Rückblick 2011, nächstes Treffen am 3. Mai": that one's day follows
    rf"(?!\W+(?:(?:am|ist|findet|vom|den|{WEEKDAY})\W+)*\d)",
    re.IGNORECASE,
)
# "Über das Ergebnis hatte der Bauausschuss am 3. Mai beraten": a decision of others
DECIDED_AFTER = re.compile(
    r"\s*(?:(?:darüber|dazu|bereits|einstimmig|mehrheitlich|erneut)\s+)?"
    r"(?:vor)?(?:beraten|beschlossen|verabschiedet|gebilligt|zugestimmt|befasst|abgelehnt)\b",
    re.IGNORECASE,
)
# "Geschäftsordnung der Beiräte" and below it "vom 14. September 2011": the rules' own date
VERSION_LEAD = re.compile(
    r"\s(?:in der (?:geänderten |aktuellen )?fassung (?:vom|der)|vom|v\.|beschlossen am)\s*$",
    re.IGNORECASE,
)
SINCE = re.compile(
    r"\bwie (?:schon |bereits )?(?:beim|im|vom|zum|zur)\s+(?:[^\W\d_]+\s+){0,2}$|"
    r"\b(?:seit|gegenüber|wie (?:schon |bereits )?(?:in|auf|bei)|bereits (?:in|auf|bei)|"
    r"schon (?:in|auf|bei)|"
    r"bezug\s?nehmend auf|(?:mit|unter) bezug auf|in ergänzung zu|anknüpfend an|anschließend an|"
    r"(?:knüpft|schließt|knüpfen|schließen)(?: sich)? an|"
    r"(?:baut|bauen|aufbauend) auf|nach|vor|im anschluss an|im nachgang (?:zu|der)|"
    r"(?:beschluss|beschlüsse|ergebnisse?|auftrag|aufträge|anfragen?) (?:aus|von|auf))\s+"
    r"(?:der|dem|den|unserer|unserem|seiner|das|die)\s+(?:[^\W\d_]+\s+){0,2}$",
    re.IGNORECASE,
)
OUTCOME = re.compile(r"\W*(?:die )?(?:\w*ergebnisse?|beschlüsse) (?:aus|von) \w+ ", re.IGNORECASE)
# "1. Protokoll der Sitzung vom 8. Dezember": an item of the agenda, so the sitting before
ITEM_OF_MINUTES = re.compile(
    r"^\W*(?:(?:Traktanden|Tagesordnung)\s*:?\s*)?(?:zu\s+)?(?:TOP\s*|Punkt\s*)?(?:Ö\s*)?"
    r"\d{1,2}(?:\.\d{1,2})*[.):]{0,2}\s+(?:der |das )?"
    rf"{MINUTES}\b",
    re.IGNORECASE,
)
CITED = re.compile(
    r"\b(?:siehe|s\.|vgl\.|laut|lt\.|gemäß|entsprechend)\s+(?:\w+\s+){0,2}"
    r"(?:einladung|tagesordnung|anlage|bericht|präsentation|aushang)\s+(?:vom|v\.)\s*$",
    re.IGNORECASE,
)
STAMPED = re.compile(
    r"(?:erstellt|aktualisiert|geändert|veröffentlicht|letzte änderung|zuletzt geändert|stand|"
    r"hochgeladen)"
    r"\s*(?:am|:)?\s*$",
    re.IGNORECASE,
)
SIGNED = re.compile(r"[ .]*(?:/\s?\w{1,4})?[ .]*")  # "3. Februar 2005/ST": who typed the letter
WAY_TO = re.compile(
    r"\W*(?:Zurück zu|Weiter zu|Zu|Nächste[rs]?|Vorige[rs]?)(?:[mr]\b|\b):?\s+"
    r"\d{1,3}\.\s+[^\W\d_][\w-]+\W*"
)
REFERRED = re.compile(
    r"\b(?:vgl\.|siehe|laut|lt\.|gemäß|entsprechend)\s+(?:\w+\s+){0,2}(?:protokoll|niederschrift)\b",
    re.IGNORECASE,
)
LAW = re.compile(r"\b[A-ZÄÖÜ][a-zäöü]+(?:[A-ZÄÖÜ][a-zäöü]*)*[A-ZÄÖÜ]{1,3}\s+(?:vom|v\.)\s*$")
REVIEW = re.compile(
    r"\b(?:rückblick (?:auf|zu)|nachtrag zu|nachbereitung|fortsetzung|bericht (?:von|aus|über))\s+"
    r"(?:der|dem|den|das|die|des)?\s*(?P<noun>(?:[^\W\d_]+\s+){0,2})$",
    re.IGNORECASE,
)
PUBLISHED_BEFORE = re.compile(
    r"(?:\b(?:erschienen|erscheint|veröffentlicht|veröffentlichung|stand|aktualisiert|aktualisierung|geändert|"
    r"änderung|bearbeitet|erstellt|erstellung|eingestellt|hochgeladen|gepostet|geschrieben|verfasst|"
    r"aufgestellt|gefertigt|angefertigt|ausgefertigt|gez\.|"
    r"datum (?:des|der) (?:schreibens|protokolls|berichts|niederschrift|neuigkeit|nachricht|"
    r"meldung|mitteilung|veröffentlichung|bekanntmachung|ausfertigung|ausgabe|aktualisierung|beitrags|artikels|"
    r"eintrags|erstellung|änderung)|verschickt|übersandt|zugesandt|zugestellt|abgeschickt|ausgehängt|"
    r"heute ist|gedruckt|druck|druckdatum|"
    r"ausdruck|ausgedruckt|abgerufen|abruf|zugriff|datenstand|druckstand|"
    r"erfasst|freigabe|freigegeben|eingegangen|\w*eingang|poststempel|wiedervorlage|foto|genehmigt|"
    r"unterzeichnet|unterschrieben|gegengezeichnet|redaktionsschluss|versendet|versandt|versand|publiziert|"
    r"(?:beitrag|meldung|artikel|nachricht|eintrag|news|pressemitteilung|presseinformation|"
    r"medieninformation|medienmitteilung|mitteilung)|upload|ausfertigung)\b[^.\n]{0,22}|\bgez\.[^.\n]{0,30}|©|\(c\))\s*$",
    re.IGNORECASE,
)
PUBLISHED_AFTER = re.compile(
    r"[^\n]{0,40}?\b(?:erschienen|veröffentlicht|online gestellt|hochgeladen|eingestellt|"
    r"aktualisiert|versandt|verschickt|versendet|übersandt|zugesandt|zugestellt)\b"
    r"|\s*(?:\||//|–|-)?\s*(?:von|by|verfasst von|geschrieben von)\s+(?:admin|redaktion)\b",
    re.IGNORECASE,
)
LETTER_DATE = re.compile(r"(?:^|\s)Datum\.?\s*$")
TOWN_LINE = re.compile(
    r"[A-ZÄÖÜ][\w.()/-]{2,}(?:[ -][A-ZÄÖÜa-z(][\w.()/-]{1,}){0,2},?\s*(?P<article>den|im|am|"
    r"d\.)?\s*"
)
# "Telefon: 24-318 Auenfurt, den": lines of a letter's head that layout has joined
TOWN_TAIL = re.compile(r"\s(?P<town>[A-ZÄÖÜ][\w-]{2,}), den\s*$")
OPEN_END = re.compile(
    r"\b(?:bis(?: zum| einschließlich| spätestens)?|spätestens(?: am| bis| zum)?|ab(?: dem)?|"
    r"seit(?: dem)?|"
    r"nach dem|vor dem|\w*frist(?: ist| endet)?(?: am| bis)?|"
    r"\w*schluss(?: ist| war)?:?(?: am| der)?|"
    r"gültig (?:ab|bis)|in kraft(?: getreten| tritt)?(?: am| ab)?|gilt (?:ab|seit)|zum|"
    r"\w*frist:?|stichtag:?|abgabe:?|"
    r"bis ende|bis anfang|bis mitte|ab ende|ab mitte|"
    r"ab anfang)\s*(?:%WD%\.?,?\s*(?:den|dem)?\s*)?$".replace("%WD%", f"(?:{WEEKDAY})"),
    re.IGNORECASE,
)
INVITING = re.compile(
    r"\b(?:einladung|lädt|laden|eingeladen|protokoll|dokumentation|bericht)\b", re.IGNORECASE
)
PAPER = re.compile(
    r"\b(?:\w*(?:antrag|anfrage|vorlage|drucksache|beschluss|gesetz|verordnung|satzung|fassung|erlass|"
    r"urteil|bescheid|ordnung(?<!tagesordnung)|schreiben|brief|vertrag|richtlinie|gutachten|rechnung|bekanntmachung|stellungnahme|"
    r"artikel|amtsblatt|mitteilung|zeitung|konzept|antwort|entwurf|petition|auftrag|angebot)|e-?mail|mail)"
    r"(?:s|es|e|en|n)?\b(?P<between>[^;\n]{0,60}?)\b(?:vom|v\.|am|aus dem jahr|von|der|des)?\s*$",
    re.IGNORECASE,
)
EVENT = re.compile(
    r"\b(?:\w*wahl(?:en|termin|tag)?|\w*fest(?:es|s)?|\w*ausstellung|\w*eröffnung|einweihung|spatenstich|"
    r"baubeginn|\w*pause|inkrafttreten|geltungsbeginn|aushang|ausgehängt|\w*fertig|abgeschlossen|wirksamkeit|hochwasser|flut|unwetter|sturm|"
    r"brand|großbrand|krieg\w*|unfall|einsturz|wende|mauerfall|wiedervereinigung|\w*arbeiten|\w*sperrung|exkursion|messe|\w*markt|konzert|umfrage|befragung|auslegung|"
    r"\w*entscheid|aktionstag|feiertag|\w*ferien|bewerbung\w*|geburtstag|gründung|gegründet|geboren|"
    r"gestorben|eröffnet|eingeweiht|in kraft|\w*wettbewerb|lesung|theater\w*|flohmarkt|"
    r"frühjahrsputz|"
    r"vorberaten|eingereicht|beantragt|unterzeichnet|seminar|lehrgang|führung|rundgang|wanderung|premiere|jubiläum|einwohnerzahl|"
    r"fertigstellung|abriss|bauzeit|laufzeit|förderzeitraum|zeitraum|projektlaufzeit)\b",
    re.IGNORECASE,
)


# a season that is all a line says, or that stands directly behind a sitting's word
SEASON = re.compile(
    r"(?:(?:im|Im|in|In|vom|Vom|zum|Zum)\s)?(?:(?:(?:Früh|Spät|Hoch)?(?:jahr|sommer|herbst)|"
    r"Frühjahr|Frühling|Sommer|Herbst|Winter)\s)(?:(?:19|20)\d\d|[´’‘'`]\d\d)[\s.:]*"
)
# "Protokoll der 10. Sitzung; genehmigt in der 11. Sitzung am …"
APPROVED_IN = re.compile(
    r"\b(?:genehmigt|bestätigt|verabschiedet|angenommen)\s+(?:in|auf|bei|während)\s+"
    r"(?:der|dem|ihrer|seiner|unserer)\s+(?:[^.;\n]{0,12}[^\W\d_]+\s+(?:am|vom)\s+)?$",
    re.IGNORECASE,
)
# "auf die Ergebnisse der 5. Sitzung Bezug genommen"
REFERRED_BEFORE = re.compile(
    r"\b(?:auf|an) (?:die |den |das )?[^\W\d_]+ (?:aus )?(?:der|des|dem) $", re.IGNORECASE
)
REFERRED_AFTER = re.compile(
    r"[^.;\n]{0,40}?\b(?:Bezug (?:genommen|nehmen|nimmt)|verwiesen|verweist|zurückgegriffen|"
    r"angeknüpft|erinnert)\b"
)
# approved, told behind the sitting's own words
APPROVED_LATER = re.compile(
    r"[^\n]{0,60}[,;(–]\s*(?:genehmigt|bestätigt|verabschiedet|angenommen)\s+(?:in|auf|bei)\s+"
    r"(?:der|dem)\s+\d",
    re.IGNORECASE,
)
# "Einladung vom 30.09.2011 zur Sitzung am 14.10.2011": the letter's day, then the sitting's
LETTER_OF = re.compile(
    r"\b(?:einladung|ladung|einladungsschreiben)\s+(?:vom|v\.)\s*$", re.IGNORECASE
)
LETTER_TO = re.compile(
    r"\s+zu[rm]\s+[^;\n]{3,60}?\b(?:am|vom|auf den)\s+(?:\w+,\s(?:de[mn]\s)?)?\d"
)
# "Rathaus geschlossen: 28.12. – 3.1.", "vom 29. Dezember bis 2. Januar geschlossen"
CLOSED_BEFORE = re.compile(
    r"\b(?:geschlossen|nicht besetzt|unbesetzt|betriebsferien|urlaub)\b[\s:,(–-]*"
    r"(?:vom|von|am)?\s*$",
    re.IGNORECASE,
)
CLOSED_AFTER = re.compile(r"\s*(?:geschlossen|nicht besetzt|unbesetzt)\b", re.IGNORECASE)
# "gemäß Satzung vom 1. Januar tagt der Beirat am …": the verb begins what meets
MEETS = re.compile(r"\b(?:tagt|tagte|trifft sich|traf sich)\b")
# "nach dem Umbau im August 2002"; after a break the sittings begin again
AFTERMATH = re.compile(
    r"\b(?:nach|seit|vor|infolge|wegen) (?:dem|der|den|des) (?:[a-zäöüß]+ ){0,2}"
    r"(?P<noun>[A-ZÄÖÜ][\w-]+)(?<!pause)(?<!ferien)(?<!urlaub) "
    r"(?:im|vom|von|Anfang|Mitte|Ende)?\s*$"
)
# In running text a workshop is another event; a title or heading that names one names the sitting.
WORKSHOP = re.compile(
    r"\b(?:(?!bürger|stadtteil|kiez|zukunfts|planungs|quartiers|orts|einwohner|beteiligungs)"
    r"\w{3,}werkstatt|workshops?)\b",
    re.IGNORECASE,
)
APPROVAL_LINE = re.compile(
    rf"\b(?:genehmig|bestätig|verabschied)\w*\s+(?:der|des)\s+{MINUTES}\s+(?:\w+\s+){{0,4}}"
    r"(?:\d{1,3}\.\s+)?(?:\w+\s+){0,4}(?:am|vom)?\s*$",
    re.IGNORECASE,
)
RULES = re.compile(
    r"\s*\w*(?:ordnung(?<!tagesordnung)|satzung|richtlinien?|leitlinien|statut|vereinbarung)\b",
    re.IGNORECASE,
)
ISSUE = re.compile(r"\b(?:\w*(?:ausgabe|magazin|zeitung|blatt)|Heft|Jahrgang)\b", re.IGNORECASE)
