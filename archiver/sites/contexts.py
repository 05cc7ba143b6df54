"""Tell whose a number or date is: this sitting's, another one's, a publication's, something else's.

Judges by the words of the same sentence or line around the place. Pure: no I/O.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from archiver.model import About, DateSpan, Place
from archiver.sites.paths import POST_DATE
from archiver.sites.spotted import SpottedDate
from archiver.sites.vocabulary import PLACE_ENDINGS, SITTING_WORD, WEEKDAY, sitting_kind

PERIOD_DAYS = 14  # a range longer than this is a period (display of plans, holidays), no sitting

_BOUNDARY = re.compile(
    r"(?=[\s;•|])(?:\n|(?<=[a-zäöüß)\d][.!?])\s+(?=[A-ZÄÖÜ„\"•])(?<!\bNr\.\s)(?<!\bgez\.\s)(?<!\bvgl\.\s)(?<!\blt\.\s)(?<!bzw\.\s)(?<!\bStr\.\s)(?<!\bca\.\s)(?<!\bDr\.\s)(?<!\d\.\s)"
    r"(?<!Aug\.\s)(?<!Sept\.\s)(?<!Okt\.\s)(?<!Nov\.\s)(?<!Dez\.\s)(?<!Jan\.\s)(?<!Feb\.\s)"
    r"|\s*[;•|]\s*|(?<=\d{4}\.)\s+(?=[A-ZÄÖÜ]))"
)
_MINUTES = r"(?:\w*protokoll|\w*niederschrift|mitschrift|reinschrift)\w{0,4}"
# "genehmigtes Protokoll", "bestätigte Niederschrift": how the paper is, not what was done
_STATE = (
    r"(?:genehmigt|bestätigt|verabschiedet|gebilligt|beschlossen|korrigiert|geändert)(?:e[nrs]?)"
)
_STATE_AFTER = re.compile(
    r"\s*[(\[,;–-]\s*(?:noch\s+)?(?:nicht\s+|un)?(?:genehmigt|bestätigt|angenommen|gebilligt|beschlossen)\W*$",
    re.IGNORECASE,
)
_APPROVAL = re.compile(
    rf"\b(?!{_STATE}\s+{_MINUTES})(?:genehmig|bestätig|verabschied|annahme|billig|feststell|kontroll|abstimm|anmerkung|einwend|"
    rf"einwänd|änderung|ergänzung|korrektur|beschlussfass|beschluss|abnahme|anerkenn|kenntnisnahme|zustimm|"
    rf"verständig|durchsicht)"
    rf"\w*\b[^.\n]{{0,60}}?\b{_MINUTES}\b"
    r"|\b(?:protokoll|niederschrift)s?(?:kontrolle|genehmigung|bestätigung|abnahme|annahme)",
    re.IGNORECASE,
)
_MINUTES_BEFORE = re.compile(rf"\b{_MINUTES}\b", re.IGNORECASE)
_APPROVED_AFTER = re.compile(
    r"\b(?:genehmigt|bestätigt|angenommen|verabschiedet|gebilligt|beschlossen|abgestimmt|"
    r"zur kenntnis genommen|keine (?:einw[äe]nd|änderung|anmerkung|ergänzung)\w*|einwände|"
    r"genehmigen|bestätigen|zugestimmt|anerkannt|(?:zu|zur) genehmigung|lag(?:en)? vor|liegt vor|"
    r"ohne (?:änderung|einw[äe]nd)\w*)",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?<!und )(?<!und bislang )(?<!und bisher )(?<!und vorerst )(?<!und zugleich )"
    r"(?:letzte|vorige|vergangene|vorherige|vorangegangene|vorausgegangene|zurückliegende|"
    r"vorhergehende|frühere|vorletzte|damalige)[nrsm]?\s+(?:\(?\d{1,3}\.\)?\s+)?(?:[^\W\d_]+\s+){0,2}?"
    r"(?P<noun>[^\W\d_][\w-]+)",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:nächste|kommende|darauffolgende|folgende|übernächste)[nrsm]?\s+(?:[^\W\d_]+\s+){0,2}?"
    r"(?P<noun>[^\W\d_][\w-]+)|\b(?P<other>folgetermin|nächster termin|weitere termine)",
    re.IGNORECASE,
)
# "5. März 2014 nächste Runde": in lists of dates the day comes first
_LATER_AFTER = re.compile(
    r"[\s:,(–-]{0,3}(?:(?:um\s+)?\d{1,2}[.:]?\d{0,2}\s+Uhr\W{0,3})?(?:(?:ist|findet)\s+)?(?:die|das|der)?\s*"
    r"(?:nächste|kommende|übernächste)[nrs]?\s+(?P<noun>[^\W\d_][\w-]+)"
    # not "Rückblick 2011, nächstes Treffen am 3. Mai": that one's day follows
    rf"(?!\W+(?:(?:am|ist|findet|vom|den|{WEEKDAY})\W+)*\d)",
    re.IGNORECASE,
)
# "Über das Ergebnis hatte der Bauausschuss am 3. Mai beraten": a decision of others
_DECIDED_AFTER = re.compile(
    r"\s*(?:(?:darüber|dazu|bereits|einstimmig|mehrheitlich|erneut)\s+)?"
    r"(?:vor)?(?:beraten|beschlossen|verabschiedet|gebilligt|zugestimmt|befasst|abgelehnt)\b",
    re.IGNORECASE,
)
# "Geschäftsordnung der Beiräte" and below it "vom 14. September 2011": the rules' own date
_VERSION_LEAD = re.compile(
    r"\s(?:in der (?:geänderten |aktuellen )?fassung (?:vom|der)|vom|v\.|beschlossen am)\s*$",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"\bwie (?:schon |bereits )?(?:beim|im|vom|zum|zur)\s+(?:[^\W\d_]+\s+){0,2}$|"
    r"\b(?:seit|gegenüber|wie (?:schon |bereits )?(?:in|auf|bei)|bereits (?:in|auf|bei)|"
    r"schon (?:in|auf|bei)|"
    r"anknüpfend an|anschließend an|(?:knüpft|schließt|knüpfen|schließen)(?: sich)? an|"
    r"(?:baut|bauen|aufbauend) auf|nach|vor|im anschluss an|im nachgang (?:zu|der)|"
    r"(?:beschluss|beschlüsse|ergebnisse?|auftrag|aufträge|anfragen?) (?:aus|von|auf))\s+"
    r"(?:der|dem|den|unserer|unserem|seiner|das|die)\s+(?:[^\W\d_]+\s+){0,2}$",
    re.IGNORECASE,
)
_OUTCOME = re.compile(r"\W*(?:die )?(?:\w*ergebnisse?|beschlüsse) (?:aus|von) \w+ ", re.IGNORECASE)
# "1. Protokoll der Sitzung vom 8. Dezember": an item of the agenda, so the sitting before
_ITEM_OF_MINUTES = re.compile(
    r"^\W*(?:(?:Traktanden|Tagesordnung)\s*:?\s*)?(?:TOP\s*|Punkt\s*)?(?:Ö\s*)?"
    r"\d{1,2}(?:\.\d{1,2})*[.):]?\s+(?:der |das )?"
    rf"{_MINUTES}\b",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"\b(?:siehe|s\.|vgl\.|laut|lt\.|gemäß|entsprechend)\s+(?:\w+\s+){0,2}"
    r"(?:einladung|tagesordnung|anlage|bericht|präsentation|aushang)\s+(?:vom|v\.)\s*$",
    re.IGNORECASE,
)
_STAMPED = re.compile(
    r"(?:erstellt|aktualisiert|geändert|veröffentlicht|letzte änderung|zuletzt geändert|stand|"
    r"hochgeladen)"
    r"\s*(?:am|:)?\s*$",
    re.IGNORECASE,
)
SIGNED = re.compile(r"[ .]*(?:/\s?\w{1,4})?[ .]*")  # "3. Februar 2005/ST": who typed the letter
_WAY_TO = re.compile(
    r"\W*(?:Zurück zu|Weiter zu|Zu|Nächste[rs]?|Vorige[rs]?)(?:[mr]\b|\b):?\s+"
    r"\d{1,3}\.\s+[^\W\d_][\w-]+\W*"
)
_REFERRED = re.compile(
    r"\b(?:vgl\.|siehe|laut|lt\.|gemäß|entsprechend)\s+(?:\w+\s+){0,2}(?:protokoll|niederschrift)\b",
    re.IGNORECASE,
)
_LAW = re.compile(r"\b[A-ZÄÖÜ][a-zäöü]+(?:[A-ZÄÖÜ][a-zäöü]*)*[A-ZÄÖÜ]{1,3}\s+(?:vom|v\.)\s*$")
_REVIEW = re.compile(
    r"\b(?:rückblick (?:auf|zu)|nachtrag zu|nachbereitung|fortsetzung|bericht (?:von|aus|über))\s+"
    r"(?:der|dem|den|das|die|des)?\s*(?:[^\W\d_]+\s+){0,2}$",
    re.IGNORECASE,
)
_PUBLISHED_BEFORE = re.compile(
    r"(?:\b(?:erschienen|erscheint|veröffentlicht|veröffentlichung|stand|aktualisiert|aktualisierung|geändert|"
    r"änderung|bearbeitet|erstellt|erstellung|eingestellt|hochgeladen|gepostet|geschrieben|verfasst|"
    r"aufgestellt|gefertigt|angefertigt|ausgefertigt|gez\.|"
    r"datum des (?:schreibens|protokolls|berichts)|"
    r"gedruckt|druck|druckdatum|ausdruck|ausgedruckt|abgerufen|abruf|zugriff|datenstand|druckstand|"
    r"erfasst|freigabe|freigegeben|eingegangen|eingang|poststempel|redaktionsschluss|versendet|versandt|versand|publiziert|"
    r"(?:beitrag|meldung|artikel|nachricht|eintrag|news|pressemitteilung|presseinformation|"
    r"medieninformation|mitteilung)|upload|ausfertigung)\b[^.\n]{0,22}|\bgez\.[^.\n]{0,30}|©|\(c\))\s*$",
    re.IGNORECASE,
)
_PUBLISHED_AFTER = re.compile(
    r"[^\n]{0,40}?\b(?:erschienen|veröffentlicht|online gestellt|hochgeladen|eingestellt|"
    r"aktualisiert|versandt|verschickt|versendet|übersandt|zugesandt|zugestellt)\b"
    r"|\s*(?:\||//|–|-)?\s*(?:von|by|verfasst von|geschrieben von)\s+(?:admin|redaktion)\b",
    re.IGNORECASE,
)
_LETTER_DATE = re.compile(r"(?:^|\s)Datum\.?\s*$")
_TOWN_LINE = re.compile(
    r"[A-ZÄÖÜ][\w.()/-]{2,}(?:[ -][A-ZÄÖÜa-z(][\w.()/-]{1,}){0,2},?\s*(?P<article>den|im|am|"
    r"d\.)?\s*"
)
_OPEN_END = re.compile(
    r"\b(?:bis(?: zum| einschließlich| spätestens)?|spätestens(?: am| bis| zum)?|ab(?: dem)?|"
    r"seit(?: dem)?|"
    r"nach dem|vor dem|frist(?: ist| endet)?(?: am| bis)?|\w*schluss(?: ist| war)?:?(?: am| der)?|"
    r"gültig (?:ab|bis)|in kraft(?: getreten| tritt)?(?: am| ab)?|gilt (?:ab|seit)|zum|"
    r"frist:?|bis ende|bis anfang|bis mitte|ab ende|ab mitte|"
    r"ab anfang)\s*(?:%WD%\.?,?\s*(?:den|dem)?\s*)?$".replace("%WD%", f"(?:{WEEKDAY})"),
    re.IGNORECASE,
)
_INVITING = re.compile(
    r"\b(?:einladung|lädt|laden|eingeladen|protokoll|dokumentation|bericht)\b", re.IGNORECASE
)
_PAPER = re.compile(
    r"\b(?:\w*(?:antrag|anfrage|vorlage|drucksache|beschluss|gesetz|verordnung|satzung|fassung|erlass|"
    r"urteil|bescheid|ordnung(?<!tagesordnung)|schreiben|brief|vertrag|richtlinie|gutachten|rechnung|bekanntmachung|stellungnahme|"
    r"artikel|amtsblatt|mitteilung|zeitung|konzept|antwort|entwurf|petition|auftrag|angebot)|e-?mail|mail)"
    r"(?:s|es|e|en|n)?\b(?P<between>[^;\n]{0,60}?)\b(?:vom|v\.|am|aus dem jahr|von|der|des)?\s*$",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b(?:\w*wahl(?:en|termin|tag)?|\w*fest(?:es|s)?|\w*ausstellung|\w*eröffnung|einweihung|spatenstich|"
    r"baubeginn|\w*pause|inkrafttreten|geltungsbeginn|wirksamkeit|hochwasser|flut|unwetter|sturm|"
    r"brand|großbrand|krieg\w*|unfall|einsturz|wende|mauerfall|wiedervereinigung|\w*arbeiten|\w*sperrung|exkursion|messe|\w*markt|konzert|umfrage|befragung|auslegung|"
    r"\w*entscheid|aktionstag|feiertag|\w*ferien|bewerbung\w*|geburtstag|gründung|gegründet|geboren|"
    r"gestorben|eröffnet|eingeweiht|in kraft|\w*wettbewerb|lesung|theater\w*|flohmarkt|"
    r"frühjahrsputz|"
    r"vorberaten|eingereicht|beantragt|unterzeichnet|seminar|lehrgang|führung|rundgang|wanderung|premiere|jubiläum|einwohnerzahl|"
    r"fertigstellung|abriss|bauzeit|laufzeit|förderzeitraum|zeitraum|projektlaufzeit)\b",
    re.IGNORECASE,
)


# "nach dem Umbau im August 2002"; after a break the sittings begin again
_AFTERMATH = re.compile(
    r"\b(?:nach|seit|vor|infolge|wegen) (?:dem|der|den|des) (?:[a-zäöüß]+ ){0,2}"
    r"(?P<noun>[A-ZÄÖÜ][\w-]+)(?<!pause)(?<!ferien)(?<!urlaub) "
    r"(?:im|vom|von|Anfang|Mitte|Ende)?\s*$"
)
# In running text a workshop is another event; a title or heading that names one names the sitting.
_WORKSHOP = re.compile(
    r"\b(?:(?!bürger|stadtteil|kiez|zukunfts|planungs|quartiers|orts|einwohner|beteiligungs)"
    r"\w{3,}werkstatt|workshops?)\b",
    re.IGNORECASE,
)


def _boundaries(text: str) -> tuple[list[int], list[int]]:
    starts, ends = [0], []
    for match in _BOUNDARY.finditer(text):
        ends.append(match.start())
        starts.append(match.end())
    return starts, [*ends, len(text)]


@dataclass(frozen=True, slots=True)
class Contexts:
    """The sentences and lines of one clue, to be asked about places in it."""

    text: str
    place: Place
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str, place: Place) -> "Contexts":
        """Divide a text (lines joined) into sentences."""
        starts, ends = _boundaries(text)
        return cls(text, place, tuple(starts), tuple(ends))

    def around(self, start: int, end: int) -> tuple[str, str]:
        """Return the words of the same sentence before and after a place, 160 and 120 at most."""
        at = max(0, bisect_right(self.starts, start) - 1)
        first, last = self.starts[at], self.ends[at]
        return (
            self.text[max(first, start - 160) : start],
            self.text[end : min(max(last, end), end + 120)],
        )

    def of_number(self, start: int, end: int) -> About:
        """Tell whose session number it is.

        >>> text = "Genehmigung der Niederschrift über die 20. Sitzung"
        >>> Contexts.of(text, "text").of_number(39, len(text))
        'previous'
        """
        before, after = self.around(start, end)
        return "previous" if self._is_anothers(before, after, start, end) else "sitting"

    def of_date(self, spotted: SpottedDate, *, has_number: bool = False) -> About:
        """Tell whose date it is; `has_number` when a session number stands in the same sentence.

        >>> text = "Protokoll (erschienen am 26.02.2008)"
        >>> Contexts.of(text, "link_text").of_date(
        ...     SpottedDate(26, 36, DateSpan(__import__("datetime").date(2008, 2, 26)), "day"))
        'published'
        """
        start, end = spotted.start, spotted.end
        before, after = self.around(start, end)
        if spotted.rule == POST_DATE:
            return "published"
        if self._is_anothers(before, after, start, end):
            return "previous"
        # Only the words since the last sitting's word can turn a date away from it.
        near, has_sitting = _since_sitting(before, in_text=self.place == "text")
        if _PUBLISHED_BEFORE.search(near[-60:]) or self._is_letter_head(spotted, near, after):
            return "published"
        if _PUBLISHED_AFTER.match(after) and not has_sitting:
            return "published"
        line_start = self.text.rfind("\n", 0, start) + 1
        if line_start == start and _STAMPED.match(
            self.text[:start].rstrip("\n").rpartition("\n")[2]
        ):
            return "published"  # a form: the label in its line, the day in the next
        if _CITED.search(before):
            return "other"
        open_end = _OPEN_END.search(before[-60:])
        if open_end and not (open_end[0].lower().startswith("zum") and _INVITING.search(before)):
            return "other"
        if _is_period(spotted.span):
            return "other"
        if spotted.rule == "months without a year" and not (has_sitting or has_number):
            return "other"  # "April bis Oktober geöffnet"
        paper = _PAPER.search(near)
        if _LAW.search(before) or (paper and not _has_sitting(paper["between"])):
            return "other"
        if self._is_version(start):
            return "other"
        if (
            self.place in ("text", "first_lines")
            and not has_sitting
            and _DECIDED_AFTER.match(after)
        ):
            return "other"
        if spotted.span.precision == "year":
            return self._of_year(spotted, before, after, has_number=has_number)
        aftermath = _AFTERMATH.search(before) if spotted.span.precision != "day" else None
        if aftermath and not sitting_kind(aftermath["noun"]) and not has_number:
            return "other"
        event = _EVENT.search(near + " . " + after[:40])
        if self.place == "text" and event is None:
            event = _WORKSHOP.search(near + " . " + after[:40])
        if not has_sitting and not has_number and event:
            return "sitting" if _has_sitting(after[:60]) else "other"
        return "sitting"

    def _of_year(self, spotted: SpottedDate, before: str, after: str, *, has_number: bool) -> About:
        """Judge a bare year: it dates a sitting beside its name or in front of a list's entry."""
        if spotted.rule != "year":
            return "other"
        if _ends_in_sitting(before) and (has_number or self._is_name(before)):
            return "sitting"
        if has_number and re.search(r"\d\s*/\s*$", before):
            return "sitting"
        leads = not self.text[: spotted.start].strip()
        is_entry = self.place in ("list_entry", "link_text") and leads and after.strip(" :–-")
        if is_entry and (_has_sitting(after) or not _EVENT.search(after)):
            return "sitting"
        return "other"

    def _is_version(self, start: int) -> bool:
        """Tell whether the date is that of rules whose name stands in the lines right above."""
        head = self.text[max(0, start - 300) : start]
        lead = _VERSION_LEAD.search(head)
        if lead is None:
            return False
        for line in reversed(head[: lead.start()].strip().split("\n")[-2:]):
            if _has_sitting(line) or re.search(r"\d", line):
                return False
            if _RULES.match(line):
                return True
        return False

    def _is_name(self, before: str) -> bool:
        """Tell whether `Stadtteilkonferenz 2015` names a sitting here, not a magazine."""
        return self.place in _NAMING and not _ISSUE.search(before)

    def _is_anothers(self, before: str, after: str, start: int, end: int) -> bool:
        wide = self.text[max(0, start - 160) : start]
        approval = _APPROVAL.search(before) or (
            "\n" in wide[-90:] and _APPROVAL_LINE.search(wide[-90:].replace("\n", " "))
        )
        if approval:
            return True
        if _REFERRED.search(before):
            return True
        if self.place in ("text", "first_lines") and _ITEM_OF_MINUTES.match(
            before + self.text[start:end]
        ):
            return True
        is_paper = self.place != "text" and _STATE_AFTER.match(after)
        is_minutes = _MINUTES_BEFORE.search(before + self.text[start:end]) and not is_paper
        if is_minutes and _APPROVED_AFTER.search(after):
            return True
        line = self.text[self.text.rfind("\n", 0, start) + 1 :].partition("\n")[0]
        if self.place == "first_lines" and _WAY_TO.fullmatch(line):
            return True  # "Zum 21. Forum": a link to the neighbour
        earlier = list(_EARLIER.finditer(before + self.text[start:end]))
        if (
            earlier
            and sitting_kind(earlier[-1]["noun"])
            and not _has_sitting((before + self.text[start:end])[earlier[-1].end() :])
        ):
            return True
        if self.place in ("text", "first_lines", "list_entry", "meta"):
            for later in _LATER.finditer(before):
                noun = later["noun"] or ""
                if later["other"] or sitting_kind(noun) or noun.lower().startswith("termin"):
                    return True
            later_after = _LATER_AFTER.match(after)
            if later_after:
                noun = later_after["noun"]
                if sitting_kind(noun) or noun.lower().startswith("termin"):
                    return True
            if _REVIEW.search(before):
                return True
        since = _SINCE.search(before)
        if since is None or self.place in ("url", "file_name"):
            return False
        if self.place in _NAMING and _OUTCOME.fullmatch(before):
            return False  # "Ergebnisse aus der 13. Sitzung" names a paper of that sitting
        return _has_sitting(since[0] + self.text[start:end])

    def _is_letter_head(self, spotted: SpottedDate, before: str, after: str) -> bool:
        """Recognise `Datum 12.02.2008` and `Auenfurt, den 3. März 2009`."""
        if spotted.weekday is not None or spotted.span.precision != "day":
            return False
        if re.search(
            r"(?:^|\n)(?:(?:protokoll|niederschrift) )?vom:\s*$",
            self.text[: spotted.start][-22:],
            re.IGNORECASE,
        ):
            return True
        if _LETTER_DATE.search(before) and "\x1a" not in after and "Uhr" not in after:
            return True
        line_start = self.text.rfind("\n", 0, spotted.start) + 1
        line_end = self.text.find("\n", spotted.end)
        lead = self.text[line_start : spotted.start]
        rest = self.text[spotted.end : line_end if line_end >= 0 else len(self.text)]
        has_sender = lead.count(",") > 1  # "Ortsrat Nord, Auenfurt, den 3. März 2009"
        line = lead[lead.rfind(",", 0, lead.rfind(",")) + 1 :].lstrip() if has_sender else lead
        town = _TOWN_LINE.fullmatch(line)
        if town is None or not SIGNED.fullmatch(rest) or _has_sitting(lead) or "," not in lead:
            return False
        is_town = not line.partition(",")[0].lower().endswith(PLACE_ENDINGS)
        if town["article"] in ("den", "d."):
            return is_town or not has_sender
        if has_sender:
            return False
        if town["article"] == "am":  # "Wien, am 12. Jänner 2017", as letters in Austria begin
            return (
                is_town and self.place in ("first_lines", "text") and " " not in lead.strip()[:-4]
            )
        return self.place in ("first_lines", "text")


_APPROVAL_LINE = re.compile(
    rf"\b(?:genehmig|bestätig|verabschied)\w*\s+(?:der|des)\s+{_MINUTES}\s+(?:\w+\s+){{0,4}}"
    r"(?:\d{1,3}\.\s+)?(?:\w+\s+){0,4}(?:am|vom)?\s*$",
    re.IGNORECASE,
)
_RULES = re.compile(
    r"\s*\w*(?:ordnung(?<!tagesordnung)|satzung|richtlinien?|leitlinien|statut|vereinbarung)\b",
    re.IGNORECASE,
)
_NAMING: tuple[Place, ...] = ("title", "heading", "list_entry", "link_text")
_ISSUE = re.compile(r"\b(?:\w*(?:ausgabe|magazin|zeitung|blatt)|Heft|Jahrgang)\b", re.IGNORECASE)


def _has_sitting(words: str) -> bool:
    return any(sitting_kind(match[0]) for match in SITTING_WORD.finditer(words))


def _since_sitting(before: str, *, in_text: bool) -> tuple[str, bool]:
    """Return the words after the last sitting's word, and whether there was one."""
    last = None
    for match in SITTING_WORD.finditer(before):
        if sitting_kind(match[0]) in ("core", "loose") and not (
            in_text and _WORKSHOP.fullmatch(match[0])
        ):
            last = match
    return (before, False) if last is None else (before[last.end() :], True)


def _ends_in_sitting(before: str) -> bool:
    words = SITTING_WORD.findall(before.rstrip(" ,(/–-")[-60:])
    last = words[-1] if words else ""
    return sitting_kind(last) in ("core", "loose") and before.rstrip(" ,(/–-").endswith(last)


def _is_period(span: DateSpan) -> bool:
    return (
        span.precision == "day"
        and span.end is not None
        and span.end > span.start
        and (span.end - span.start).days > PERIOD_DAYS
    )
