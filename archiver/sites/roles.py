"""Read the role of a file (minutes, invitation, …) from its words, and clean its title.

Works on link text, file name, title and first page alike. Pure: no I/O.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from archiver.model import Place, Role
from archiver.sites.vocabulary import MONTH, WEEKDAY, sitting_kind
from archiver.sites.wording import extension_of, file_words, folded, is_path, places_of

_DOCUMENTATION = (
    r"(?:foto|bild|ergebnis|tagungs|veranstaltungs|gesamt|kurz|abschluss|werkstatt|forums)?"
    r"-?dokumentation(?:en)?|foto-?protokolle?|doku|fotodoku|tagungsband|dokumentationsband"
)
_MINUTES = (
    r"(?:ergebnis|kurz|sitzungs|wort|verlaufs|beschluss|festlegungs|gesprächs|forums|verhandlungs|"
    r"inhalts|versammlungs|simultan|gedächtnis|gruppen|tisch|plenums|diskussions|werkstatt|workshop|stichwort|runden|beirats)?-?"
    r"(?:protokoll(?:e|entwurf|auszug)?|niederschrift(?:en|entwurf|auszug)?)|verhandlungsschrift(?:en)?|"
    r"(?:ergebnis|sitzungs|gesprächs|besprechungs)vermerke?|"
    r"mitschrift(?:en)?|prot\.|(?-i:Prot|PROT)(?=\s+[\dA-ZÄÖÜ])"
)
_SLIDES = (
    r"(?:power-?point-?)?(?:präsentation(?:en)?|praesentation(?:en)?)|(?:vortrags|präsentations)?"
    r"folien(?:satz)?|(?:impuls|einführungs|fach|kurz|gast)?-?vortrag|vorträge|powerpoint"
)
_PRESS = (
    r"presse(?:mitteilung|information|info|bericht|artikel|meldung|erklärung|schau|stimmen|echo|text)"
    r"(?:en)?|medien(?:information|mitteilung|meldung|bericht|info|echo)(?:en)?|zeitungsartikel|zeitungsbericht|(?-i:PM)(?=\s)"
)
_REPORT = (
    r"(?:abschluss|kurz|ergebnis|sach|sachstands|zwischen|jahres|tätigkeits|rechenschafts|"
    r"erfahrungs|forums|sitzungs|werkstatt|evaluations|monitoring|projekt|end|schluss|umsetzungs|status|"
    r"fortschritts|quartals|halbjahres)?-?berichte?|report|rückblick|rueckblick|nachlese|"
    r"zusammenfassung|kurzfassung|auswertung"
)
_ATTACHMENT = (
    r"anlagen?(?:\s?\d+)?|anhang|anhänge|teilnehmer(?:innen)?liste|anwesenheitsliste|beilage"
)
_INVITATION = r"einladung(?:en|sschreiben|sflyer|stext|skarte)?|einladungs-?\w{4,12}"
_AGENDA = (
    r"tagesordnung(?:en)?|agenda(?![_-]?21)|programmablauf|ablaufplan|programmzettel|(?-i:TO)(?=\s+\d)|"
    r"traktandenliste|traktanden"
)
_POSTER = r"(?:veranstaltungs)?plakate?|aushang|flyer|poster|handzettel|faltblatt|postkarte"
# In this order, because a word may fit two: "Fotoprotokoll" is a documentation.
ROLE_WORDS: tuple[tuple[Role, str], ...] = (
    ("press", _PRESS),
    ("documentation", _DOCUMENTATION),
    ("attachment", _ATTACHMENT),
    ("minutes", _MINUTES),
    ("invitation", _INVITATION),
    ("agenda", _AGENDA),
    ("slides", _SLIDES),
    ("poster", _POSTER),
    ("report", _REPORT),
)
ROLE_PATTERN = "|".join(words for _, words in ROLE_WORDS)
# One of these stands in every role's word, in one run of letters and hyphens with its beginning.
_KERNELS = tuple(
    str.split(
        """
        doku prot tagungsband schrift sentation folien vortr powerpoint presse medien zeitungs pm
        bericht report ckblick nachlese fassung auswertung anlage anh liste beilage einladung
        tagesordnung traktanden agenda vermerk to programm ablaufplan plakat aushang flyer poster
        handzettel faltblatt postkarte
        """
    )
)
_ROLE = re.compile(
    r"(?<![^\W_])(?:"
    + "|".join(f"(?P<{role}>{words})" for role, words in ROLE_WORDS)
    + r")(?![^\W\d_]|-(?!nr\b|nummer\b)[^\W\d_])",
    re.IGNORECASE,
)
_AGENDA_WORD = re.compile(
    r"^\W*(?:das\s+)?programm(?:\s*$|\s+(?:zum|zur|des|der|am|vom|für)\b)", re.IGNORECASE
)
_REPORT_PHRASE = re.compile(
    r"^\W*(?:(?:kurz\s+)?(?:bericht(?:e|et)?|aktuelles|neues|notiert|notizen|nachrichten|"
    r"informationen)\s+)?(?:aus|(?<=bericht )von|(?<=bericht )vom|(?<=bericht )über)\s+"
    r"(?:(?:der|dem|den|die|das)\s+)?(?:\d{1,3}\.\s+)?(?P<noun>[^\W\d_][\w-]+)",
    re.IGNORECASE,
)
_APPROVAL = re.compile(
    r"\b(?:genehmig|bestätig|verabschied|annahme|kontroll|abstimm|vorstell|beschluss|einwend|änderung)\w*"
    r"\s+(?:\w+\s+){0,3}$|\b(?:der|des|dem|im|zum|zur|aus dem|aus der|laut|gemäß|siehe|s\.)\s+$",
    re.IGNORECASE,
)
_APPROVED = re.compile(
    r"\b(?:wird|wurde|werden|wurden|ist|sind|lag|liegt)\b[^.]{0,80}", re.IGNORECASE
)
_NEXT_LINE = re.compile(r"\n(?=[^a-zäöüß])")  # a line that does not go on a sentence
# "Rückblick auf das Hochwasser 2002": a subject; one at a sitting or a year is a report
_LOOKED_BACK_AT = re.compile(
    r"\s+auf\s+(?:das|den|die)\s+(?!(?:Jahr|Vorjahr|Fest|Stadtfest|Veranstaltung)\b)(?P<noun>[A-ZÄÖÜ][\w-]+)"
    r"(?:\s+(?:von\s|im\sJahr\s)?(?:19|20)\d\d)\W*$"
)
_MADE = re.compile(r"\s+(?:gefertigt|erstellt|geführt|versandt|verlesen|verfasst)\b", re.IGNORECASE)
_APPROVED_LAST = re.compile(r"\b(?:genehmigt|bestätigt|angenommen)\W*$", re.IGNORECASE)
_ARTICLE = re.compile(
    r"^\W*(?:(?:die|das|der|den|zur|zum|hier|betreff|betr|betrifft|dokument|dokumentart|dateityp|"
    r"download|pdf|(?:nicht-?)?öffentliche[nrs]?|vorläufige[nrs]?|"
    r"genehmigte[nrs]?)\W+){0,3}$",
    re.IGNORECASE,
)
# "genehmigtes Protokoll", "die bestätigte Niederschrift": the paper itself
_STATE_BEFORE = re.compile(
    r"\b(?:die |das )?(?:un)?(?:genehmigt|bestätigt|verabschiedet|gebilligt|korrigiert|geändert|"
    r"vorläufig)e[rs]?\s+$",
    re.IGNORECASE,
)
# "11.06.2014 Niederschrift", "Mi, 3. Mai 2011: Protokoll": in front of the paper stands its date.
_DATE_LEAD = re.compile(
    rf"\W*(?:{WEEKDAY}\W*)?\d{{1,2}}\.\s?(?:\d{{1,2}}\.|{MONTH})\s?(?:\d{{4}}|\d\d)\W*",
    re.IGNORECASE,
)
# "… 9. Sitzung 21.03.2012 Niederschrift": a row of a table, its last column the paper
_ROW = re.compile(
    r"(?:Sitzung|Forum|Treffen|Runde)\b[^.\n]{0,40}\d{1,2}\.\d{1,2}\.(?:\d{4}|\d\d)\s+$"
)
_PLURAL = re.compile(r"(?:protokolle|niederschriften|dokumentationen|einladungen)$", re.IGNORECASE)
_YEARS_PROGRAMME = re.compile(r"^\W*(?:19|20)\d\d|^[ -]?\d{2}\b(?!\.)(?!_)")
_SLIDE_EXTENSIONS = frozenset({"ppt", "pptx", "odp"})

_SIZE = (
    r"(?:ca\.?\s*|etwa\s*)?\d{1,5}(?:[.,]\d{1,3})*\s*(?:[kKMG]i?B(?:ytes?)?|[Bb]ytes?|"
    r"Kbyte|MByte)\b"
)
_TYPE = (
    r"(?:barrierefreie[sr]?\s+)?(?:Adobe[ -])?(?:pdf|PDF|Pdf|doc|docx|DOC|Word|odt|xls|xlsx|"
    r"ppt|pptx|jpg|JPG|zip)"
    r"(?:[ -]?(?:Dokument|Datei|File|file|Download|Format|Version))?"
)
_WORD_BEFORE = (
    r"(?:Download|Größe|Dateigröße|Datei|nicht barrierefrei|extern|öffnet in neuem Fenster)"
)
_TRAILER = re.compile(
    rf"\s*(?:[(\[]\s*(?:(?:{_TYPE}|{_SIZE}|{_WORD_BEFORE}|\d+\s+Seiten?)(?:\s*[,;:|/–-]\s*|\s+)?){{1,6}}[)\]]"
    rf"|[,;|–-]\s*(?:{_TYPE})?\s*[,;|–-]?\s*{_SIZE}|\s+(?:{_TYPE}\s*,?\s*)?{_SIZE}"
    rf"|\s+[-–]\s+{_TYPE}|\s+(?:als|im)\s+{_TYPE}|\s+(?-i:PDF)|\s*\.(?:pdf|docx?|pptx?|html?))\s*\.?\s*$"
)
_TRAILER_ENDS = (
    *(")", "]", "B", "yte", "ytes", "pdf", "PDF", "Pdf", "doc", "docx", "DOC", "Word", "odt"),
    *("xls", "xlsx", "ppt", "pptx", "jpg", "JPG", "zip", "Dokument", "Datei", "ile", "Download"),
    *("Format", "Version", ".html", ".htm"),
)
_LEADER = re.compile(rf"^\s*(?:Download|Herunterladen|{_TYPE}|[»›>→↓•*-])\s*[:»›>-]\s*")


def clean_title(text: str) -> str:
    """Strip size, type and arrows from a link's text.

    >>> clean_title("die Dokumentation zum 28. Forum (PDF-File, ca. 4,2 MB)")
    'die Dokumentation zum 28. Forum'
    >>> clean_title("Grüne Höfe (pdf-Datei 9,7 MB)"), clean_title("Lageplan, 477 KB")
    ('Grüne Höfe', 'Lageplan')
    """
    return _LEADER.sub("", without_trailer(text)).strip()


def without_trailer(text: str) -> str:
    """Strip size and type from a text's end; what stays keeps its offsets.

    >>> without_trailer("Download: Lageplan [PDF, 477 KB]")
    'Download: Lageplan'
    """
    before = None
    while before != text and _may_end_in_trailer(text[:4000]):
        before, text = text, _TRAILER.sub("", text[:4000])
    return text[:4000].rstrip()


def _may_end_in_trailer(text: str) -> bool:
    """Tell in no time what the pattern would take long to deny."""
    return text.rstrip().removesuffix(".").rstrip().endswith(_TRAILER_ENDS)


def role_words(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield what `pattern.finditer(text)` does, for a pattern that begins with a role's word.

    Only runs of letters and hyphens that hold a part of such a word are looked at.

    >>> [match[0] for match in role_words(_ROLE, "Foto-Dokumentation, Protokoll; Protokollant")]
    ['Foto-Dokumentation', 'Protokoll']
    """
    lowered = folded(text)
    if len(lowered) != len(text):  # a letter whose small form is two characters
        yield from pattern.finditer(text)
        return
    tried = 0
    for kernel in sorted(chain.from_iterable(places_of(word, lowered) for word in _KERNELS)):
        start = kernel
        while start > tried and (text[start - 1].isalnum() or text[start - 1] == "-"):
            start -= 1
        for place in range(max(start, tried), kernel + 1):
            if place >= tried and not (place and text[place - 1].isalnum()):
                match = pattern.match(text, place)
                if match is not None:
                    yield match
                    tried = match.end()
        tried = max(tried, kernel + 1)


def may_hold_role(text: str) -> bool:
    """Tell whether a part of a role's word stands in a text at all."""
    lowered = folded(text)
    return any(word in lowered for word in _KERNELS)


@lru_cache(maxsize=64)
def find_role(text: str, place: Place = "link_text") -> tuple[Role, str] | None:
    """Read the role a wording names, with its raw words; None when it names none.

    The word must head the wording, or stand behind a delimiter or alone; minutes that are
    approved, or mentioned in the genitive, are not what the file is.

    >>> find_role("Ergebnisprotokoll der 4. Bürgerrunde")
    ('minutes', 'Ergebnisprotokoll')
    >>> find_role("Genehmigung des Protokolls über die Sitzung") is None
    True
    >>> find_role("Plakat 5. Runde.pdf", "file_name")
    ('poster', 'Plakat')
    """
    words = file_words(text) if is_path(place) else without_trailer(text)
    for match in role_words(_ROLE, words):
        before, after = words[: match.start()], words[match.end() :]
        role = next(name for name, _ in ROLE_WORDS if match[name])
        if is_path(place) and not _APPROVAL.search(before[-60:]):
            return role, match[0]
        if not _names_the_file(role, before, after, match[0], place):
            continue
        return role, match[0]
    agenda = _AGENDA_WORD.search(words)
    if agenda and place != "text":
        return "agenda", agenda[0].strip()
    report = _REPORT_PHRASE.search(words)
    if report and place not in ("text", "first_lines") and _is_body(report["noun"]):
        return "report", report[0].strip()
    if place in ("file_name", "url") and extension_of(text) in _SLIDE_EXTENSIONS:
        return "slides", extension_of(text)
    return None


def _is_body(noun: str) -> bool:
    """Tell whether a noun is a sitting's, or a body's that meets: "Aus dem Ortschaftsrat"."""
    bare = noun.lower().removesuffix("es").removesuffix("s")
    return sitting_kind(noun) is not None or bare.endswith(("rat", "ausschuss", "vertretung"))


def _names_the_file(role: Role, before: str, after: str, word: str, place: Place) -> bool:
    if role == "agenda" and word.lower() == "agenda" and _YEARS_PROGRAMME.match(after):
        return False  # "Agenda 21", "Agenda 2030": a programme of work
    looked_back_at = _LOOKED_BACK_AT.match(after) if word.lower() == "rückblick" else None
    if looked_back_at and place != "text" and not _is_body(looked_back_at["noun"]):
        return False
    if role == "press" and word == "PM":
        return re.fullmatch(r"\s*\d*\s*", before) is not None
    if (
        role in ("minutes", "documentation")
        and (_APPROVED.search(_NEXT_LINE.split(after[:120], maxsplit=1)[0]) or _MADE.match(after))
        and place != "link_text"
    ):
        return False
    head = _STATE_BEFORE.sub("", before.rpartition("\n")[2])
    if place in ("heading", "title") and _PLURAL.match(word):
        return False  # "Protokolle 2014" heads a list
    if place == "text" and _APPROVED_LAST.search(after):
        return False
    if (
        place in ("list_entry", "heading", "title")
        and head.strip()
        and _names_others(role, before + after, is_entry=place == "list_entry")
    ):
        return False  # "24. Sitzung (Protokoll, Einladung)" is an entry, not a paper
    if place != "text" and _DATE_LEAD.fullmatch(head):
        return True
    is_numbered = re.fullmatch(r"\W*\d{1,4}[.)]?\s+", head) is not None
    if place == "text" and _ROW.search(head) and not after.strip():
        return True
    if place == "text" and (is_numbered or _names_others(role, after, is_entry=True)):
        return False  # an item of the agenda; a sentence about papers
    if _ARTICLE.match(head) or is_numbered:
        return not (place == "text" and role in ("report", "slides", "attachment"))
    if _APPROVAL.search(head[-60:]) or place in ("text", "first_lines"):
        return False
    # behind a delimiter, or at the very end: "28. Forum – Dokumentation", "Forum 4 Protokoll"
    return re.search(r"[–:|,(/·»-]\s*$", head) is not None or not re.search(r"\w{3,}", after)


def _names_others(role: Role, words: str, *, is_entry: bool) -> bool:
    """Tell whether other papers stand beside a paper's name; outside entries parted by commas."""
    for match in role_words(_ROLE, words):
        is_parted = words[: match.start()].rstrip().endswith((",", "/", "|", "("))
        if (is_parted or is_entry) and not match[role]:
            return True
    return False
