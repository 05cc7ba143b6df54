"""German: Snowball stems, mended where Snowball misses a plural or joins what is not one word.

Everything works on folded words (see `folding`). Changing anything here changes terms: raise
ANALYSIS_VERSION. Pure: no I/O.
"""

from functools import cache
from typing import Any

STOP_WORDS = frozenset(
    """aber alle allem allen aller alles als also am an and andere anderen ans auch auf aus
    bei beim bin bis bist da dabei dadurch dafuer daher damit danach dann daran darauf daraus das
    dass davon dazu dein dem den denn der deren des dessen deshalb die dies diese diesem diesen
    dieser dieses doch dort du durch ein eine einem einen einer eines einige er es etwa etwas euch
    fuer gegen habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren
    ihrer im in ins ist ja jede jedem jeden jeder jedes jedoch kann kein keine keinem keinen
    keiner koennen konnte man mehr mein mich mir mit muss nach nicht noch nun nur ob oder ohne
    schon sehr sein seine seinem seinen seiner selbst sich sie sind so sodass solche sollen
    sollte sondern sowie ueber um und uns unser unsere unter vom von vor waehrend wann war waren
    warum was weil welche welchem welchen welcher welches wem wen wenn wer werde werden wessen
    wie wieder will wir wird wo wohin worden wurde wurden zu zum zur zwischen""".split()  # noqa: SIM905 - a table
)
"""Words left out of ranking and of queries in whole sentences, folded; never out of phrases."""

# Irregular forms, matched at the end of a word so that compounds follow ("Bürgerforen").
_IRREGULAR_ENDINGS = {
    "foren": "forum",
    "themen": "thema",
    "themata": "thema",
    "schemata": "schema",
    "zentren": "zentrum",
    "museen": "museum",
    "firmen": "firma",
    "risiken": "risiko",
    "praktika": "praktikum",
    "lexika": "lexikon",
    "stadien": "stadion",
    "prinzipien": "prinzip",
    "materialien": "material",
    "organismen": "organismus",
    "mechanismen": "mechanismus",
    "rhythmen": "rhythmus",
    "kommata": "komma",
    "indizes": "index",
    "indices": "index",
    "kataloge": "katalog",
    "atlanten": "atlas",
    "turnusse": "turnus",
    "busse": "bus",
    "bussen": "bus",
    "saele": "saal",
    "saelen": "saal",
    "bauten": "bau",
    "konten": "konto",
    "globen": "globus",
    "praxen": "praxis",
    "cafes": "cafe",
    "komitees": "komitee",
    "jurys": "jury",
    "cities": "city",
    "communities": "community",
    "hobbies": "hobby",
    "parties": "party",
}
_ENDING_LENGTHS = sorted({len(ending) for ending in _IRREGULAR_ENDINGS}, reverse=True)
_LAST_LETTERS = frozenset(ending[-3:] for ending in _IRREGULAR_ENDINGS)
# Terms of whole words: irregular forms too short or too common as an ending to be matched inside
# longer words, and words whose ending Snowball takes for one (Bauer is not Bau).
_WORDS = {
    "alben": "album",
    "dramen": "drama",
    "villen": "villa",
    "viren": "virus",
    "visa": "visum",
    "boni": "bonus",
    "radien": "radius",
    "bauer": "bauer",
    "bauern": "bauer",
    "baeuerin": "bauer",
    "baeuerinnen": "bauer",
    "lehrer": "lehrer",
    "lehrern": "lehrer",
    "lehrers": "lehrer",
    "lehrerin": "lehrer",
    "lehrerinnen": "lehrer",
    "lehre": "lehre",
    "lehren": "lehre",
}
# Surnames that end like a comparative and would meet another word: Müller is not Müll.
_SURNAMES = (
    *("becker", "berger", "huber", "koehler", "kraemer", "kramer", "krueger", "moeller", "mueller"),
    *("reuter", "richter", "sauer", "weber"),
)
_WORDS |= {name + ending: name for name in _SURNAMES for ending in ("", "s")}
# Plurals and genitives in s after a vowel, which Snowball keeps: Autos, Kitas, Handys. Not these:
_KEEPS_S = (
    *("los", "gas", "glas", "gras", "aas", "was", "das", "oos", "chaos", "kosmos", "atlas"),
    *("ethos", "pathos", "gros", "mas", "ias", "olas", "eos", "dos"),
)

# Snowball drops umlauts last, so that unlike words meet. Where the stem is the key and the folded
# word begins with the value, the value is the term: güter is not gut, Bürger is not Burg.
_UMLAUT_KEPT = {
    "burg": "buerg",
    "gut": "guet",
    "ford": "foerd",
    "forder": "foerder",
    "forderung": "foerderung",
    "gefordert": "gefoerdert",
    "zahl": "zaehl",
    "gezahlt": "gezaehlt",
    "druck": "drueck",
    "gedruckt": "gedrueckt",
    "schon": "schoen",
    "konnt": "koennt",
    "mocht": "moecht",
    "wurd": "wuerd",
    "hatt": "haett",
    "lauft": "laeuft",
    "fallt": "faellt",
    "tragt": "traegt",
    "schuler": "schueler",
    "schul": "schuel",
    "stuck": "stueck",
    "ruck": "rueck",
    "kuch": "kuech",
    "much": "mueh",
    "muh": "mueh",
    "losung": "loesung",
    "los": "loes",
    "horer": "hoerer",
    "hor": "hoer",
    "acht": "aecht",
    "lauf": "laeuf",
    "bauch": "baeuch",
    "schatz": "schaetz",
    "fuhr": "fuehr",
    "fuhrung": "fuehrung",
    "pragung": "praegung",
    "warm": "waerm",
    "fahr": "faehr",
    "halt": "haelt",
    "last": "laest",
    "erlaut": "erlaeut",
    "gewahr": "gewaehr",
    "wahr": "waehr",
    "bewahr": "bewaehr",
    "spat": "spaet",
    "trag": "traeg",
    "schwul": "schwuel",
    "tot": "toet",
    "dunn": "duenn",
    "dusch": "duesch",
    "grosst": "groesst",
    "munch": "muench",
    "koln": "koeln",
    "lud": "lued",
}


@cache
def _stem_word() -> Any:
    import Stemmer

    return Stemmer.Stemmer("german", 0).stemWord


def stem(folded: str) -> str:
    """Return the stem of a folded word.

    >>> stem("foren"), stem("forum"), stem("ministerien") == stem("ministerium")
    ('forum', 'forum', True)
    >>> stem("autos"), stem("kostenlos"), stem("buergern"), stem("burgen")
    ('auto', 'kostenlos', 'buerg', 'burg')
    """
    whole = _WORDS.get(folded)
    if whole is not None:
        return whole
    word = _regular(folded)
    stemmed: str = _stem_word()(word)
    kept = _UMLAUT_KEPT.get(stemmed)
    return kept if kept is not None and word.startswith(kept) else stemmed


_FAMILY_ENDINGS = (
    *("t", "et", "ung", "bar", "er", "end"),
    *("lich", "keit", "heit", "ig", "los", "frei"),
)
_SHORTEST_BASE = 4


def family(stem: str) -> list[str]:
    """Return stems that words made from the same one may have, most of them of no word.

    Snowball keeps "zahlt" and "Zahlung" apart from "zahlen", and "gezahlt" from all of them.

    >>> [one for one in family("zahlt") if one in ("zahl", "zahlung", "gezahlt", "zahlt")]
    ['zahl', 'zahlung', 'gezahlt']
    """
    if not stem.isalpha() or len(stem) < _SHORTEST_BASE:
        return []
    bases = [stem]
    bases += [stem.removesuffix(end) for end in ("ung", "et", "t") if stem.endswith(end)]
    if stem.startswith("ge") and stem.endswith("t"):
        bases.append(stem[2:-1])
    found = dict.fromkeys(base for base in bases if len(base) >= _SHORTEST_BASE or base == stem)
    for base in list(found):
        found |= dict.fromkeys([*(base + ending for ending in _FAMILY_ENDINGS), f"ge{base}t"])
    return [one for one in found if one != stem]


def _regular(word: str) -> str:
    """Put an irregular form into a regular one."""
    if word[-3:] in _LAST_LETTERS:
        for length in _ENDING_LENGTHS:
            singular = _IRREGULAR_ENDINGS.get(word[-length:])
            if singular is not None:
                return word[:-length] + singular
    if word.endswith(("ium", "iums")) and len(word) > 5:
        return word[: word.rindex("um")]  # Ministerium, Ministerien: both end as "ministeri"
    if len(word) > 4 and word.endswith(("as", "os", "ys")) and not word.endswith(_KEEPS_S):
        return word[:-1]
    return word
