"""Compile the list of German words that compounds are split by from simplemma's dictionary.

    python tools/compile_lexicon.py archiver/analysis/german-words.txt.xz

Taken are words that German builds compounds with, in their inflected forms: nouns that occur as
parts of at least a few other nouns, and what stands only before another part ("schul-",
"wohn-"). Words that can be split into taken words are left out, for their parts are there. Small
tables add what the dictionary lacks. Run by hand; the result is part of the repository and changes
only with ANALYSIS_VERSION.
"""

import lzma
import sys
from collections import Counter, defaultdict
from pathlib import Path

from archiver.analysis.compounds import split
from archiver.analysis.folding import fold

HEADER = """\
# German words that compounds are made of, folded, sorted; a hyphen: only before or after a part.
# Compiled by tools/compile_lexicon.py from the German dictionary of simplemma {version},
# Copyright (c) 2021-2026 Adrien Barbaresi and contributors, MIT License.
"""
LINKS = ("", "s", "es", "n", "en", "e", "er")
# How many compounds a word of this length must occur in to be believed: short ones are traps.
PRODUCTIVE = {1: 10**6, 2: 10**6, 3: 30, 4: 15, 5: 6, 6: 3}
FIRST_PRODUCTIVE = {4: 20, 5: 12, 6: 6}
# Suffixes, misread beginnings ("Haupt-s-trasse"), and names of places that end in -burg.
NO_PARTS = frozenset(
    """alls amen anden asse atzung bens burg chen cher ecks ehen eids elke ellen eller ende enden
    ente eren erin erls este ester gene genes gere haft hafte haftem haften hafter haftes heit
    iker innen ions isch ische ischem ischen ischer isches isen ismus ists keit lein ling
    lung lungen ment ness nung rinne rinnen rung samt schaft sech send sende stag ster tand
    tein tender tion trasse verb wied""".split()  # noqa: SIM905 - a table of words
)
# What is a part of words, but not of their meaning: prepositions, adverbs, prefixes.
NO_MEANING = frozenset(
    """abwaerts allein anti aufwaerts auswaerts bisher dabei dafuer daher dahin dahinter daneben
    darunter darueber davon davor durch eich einander einwaerts empor entgegen entlang erst fort
    gegen heran herab herauf heraus herbei herein herueber herum herunter hervor hier hierher hin
    hinab hinauf hinaus hindurch hinein hint hinter hinterher hinueber hinunter hinzu inter kron
    laengs mitt mittels nach neben nicht nied nieder nunmehr ober rueck sofort trans ueber
    ueberein umher unter unterwegs voll vorbei voraus vorder vorueber weiter wett wider wieder
    zurecht zurueck zusammen zuvor zwei drei zehn elf zwoelf fuenf sechs sieben acht
    neun""".split()  # noqa: SIM905 - a table of words
)

# Parts that the dictionary lacks: nouns that it takes for forms of others or does not know …
NOUNS = frozenset(
    """abendkasse erbbau gehweg gehwege gehwegen gehwegs hallenbad liste listen niederschrift
    niederschriften radweg radwege radwegen radwegs schulden staedtebau""".split()  # noqa: SIM905
)
# … persons, named by an adjective, with their endings …
PERSONS = frozenset(
    """abgeordnete angehoerige angestellte arbeitslose auszubildende beauftragte behinderte
    beschaeftigte erwachsene gefluechtete kranke obdachlose studierende verordnete
    vorgesetzte""".split()  # noqa: SIM905
)
# … and beginnings that are no words, or prepositions that say something.
FIRSTS = frozenset("agrar mikro raeum thermo zwischen".split())  # noqa: SIM905
# Words of three letters are traps, but towns build many words with these.
SHORT_FIRSTS = ("bau", "bus", "rad")
SHORT_LASTS = ("amt", "bad", "bau", "bus", "rad", "rat", "weg")
FORMS_OF_SHORT = frozenset(
    """aemter aemtern amtes bades baeder baedern bauten raeder raedern raete raeten rades rates
    wege wegen weges""".split()  # noqa: SIM905
)
# What looks like a compound: no one who looks for a mountain wants Heidelberg.
WHOLE = frozenset(
    """ansbach arnsberg augsburg bamberg bayreuth bielefeld bingen bochum bottrop brandenburg
    braunschweig bremerhaven coburg cottbus darmstadt delmenhorst dessau dortmund duesseldorf
    duisburg eichstaett eisenach eisenberg erlangen eschweiler esslingen flensburg frankfurt
    frechen freiberg freiburg freising friedberg fuerstenwalde gelsenkirchen giessen goerlitz
    goettingen greifswald guenzburg guetersloh hagen halberstadt hameln hannover heidelberg
    heidenheim heilbronn herford hildesheim homburg ingolstadt iserlohn kaiserslautern karlsruhe
    kempten koblenz konstanz krefeld landshut leipzig leverkusen limburg lippstadt ludwigsburg
    ludwigshafen lueneburg magdeburg mannheim marburg merseburg minden moderat moers mosbach
    muehlhausen naumburg neubrandenburg neumuenster neuruppin neustadt nordhausen nuernberg
    oberhausen offenbach offenburg oldenburg oranienburg osnabrueck paderborn passau pforzheim
    pirmasens plauen potsdam quedlinburg ratingen ravensburg recklinghausen regensburg
    remscheid reutlingen rosenheim rostock ruesselsheim saalfeld saarbruecken salzgitter
    sangerhausen schwaebisch schweinfurt siegen sindelfingen solingen sonneberg starnberg
    stendal stralsund straubing stuttgart tuebingen velbert viersen waiblingen weimar weissenfels
    wernigerode wiesbaden wismar witten wittenberg wolfenbuettel wolfsburg worms wuerzburg
    wuppertal zweibruecken""".split()  # noqa: SIM905
)


def main(target: Path) -> None:
    import simplemma
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    words = compile_lexicon(dict(DefaultDictionaryFactory().get_dictionary("de").items()))
    text = HEADER.format(version=simplemma.__version__) + "\n".join(words) + "\n"
    target.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(words)} words, {len(text.encode())} bytes, packed {target.stat().st_size}")


def compile_lexicon(dictionary: dict[str, str]) -> list[str]:
    """Return the folded words of the lexicon from inflected form → lemma, sorted."""
    nouns = collect_nouns(dictionary)
    counts = count_parts(set(nouns))
    for noun in NOUNS:
        nouns[noun].add(noun)
        counts[noun] = max(counts[noun], 10)
    for person in PERSONS:
        nouns[person] = {person, f"{person}n", f"{person}r"}
        counts[person] = max(counts[person], 10)
    strength: dict[str, int] = {}  # taken form → how many compounds its lemma occurs in
    for lemma in sorted(nouns, key=lambda word: (len(word), word)):
        count = counts[lemma]
        if lemma in NO_PARTS or lemma in NO_MEANING or count < PRODUCTIVE.get(len(lemma), 1):
            continue
        parts = split(lemma, strength)
        if parts and min(strength[part] for part in parts) >= count:
            continue  # a compound; what is more productive than its seeming parts is none
        for form in nouns[lemma] - NO_PARTS - NO_MEANING:
            if len(form) >= 4:
                strength[form] = max(count, strength.get(form, 0))
    taken = set(strength)
    shorts = {f"{first}-" for first in SHORT_FIRSTS} | {f"-{last}" for last in SHORT_LASTS}
    shorts |= {f"-{form}" for form in FORMS_OF_SHORT}
    taken |= FORMS_OF_SHORT
    taken |= {word for word in WHOLE if split(word, taken | shorts)}
    firsts = collect_firsts(dictionary, nouns)
    found = count_firsts(firsts, set(nouns))
    before = {
        f"{first}-"
        for first, count in found.items()
        if count >= FIRST_PRODUCTIVE.get(len(first), 5)
        and first not in taken
        and first not in NO_MEANING
        and first not in NO_PARTS
        and not split(first, taken)
    }
    return sorted(taken | before | shorts | {f"{first}-" for first in FIRSTS})


def collect_nouns(dictionary: dict[str, str]) -> dict[str, set[str]]:
    """Return the folded forms of each folded noun, without nominalised adjectives."""

    def is_adjective(word: str) -> bool:
        return word + "es" in dictionary and word + "em" in dictionary

    nouns: dict[str, set[str]] = defaultdict(set)
    for form, lemma in dictionary.items():
        if not (form[:1].isupper() and lemma[:1].isupper() and (form + lemma).isalpha()):
            continue
        if not form[1:].islower():
            continue
        low = lemma.lower()
        if low in dictionary and (
            low.endswith(("ere", "ste")) or (low[-1] == "e" and is_adjective(low[:-1]))
        ):
            continue
        nouns[fold(lemma)].add(fold(form))
    for noun, forms in nouns.items():
        if noun.endswith("e"):  # "Halle" is given as a form of "Hall" alone
            forms.add(noun)
    return nouns


def count_parts(nouns: set[str]) -> Counter[str]:
    """Count for each noun the nouns that begin or end with it, the rest being a noun too."""
    counts: Counter[str] = Counter()
    for noun in nouns:
        for cut in range(4, len(noun) - 2):
            last = noun[cut:]
            if last not in nouns:
                continue
            for link in LINKS:
                first = noun[: cut - len(link)]
                if noun[:cut].endswith(link) and len(first) >= 3 and first in nouns:
                    counts[first] += 1
                    counts[last] += 1
                    break
    return counts


def collect_firsts(dictionary: dict[str, str], nouns: dict[str, set[str]]) -> set[str]:
    """Return what may stand only before another part: stems of verbs, adjectives, Schul(e)."""
    firsts: set[str] = set()
    for lemma in set(dictionary.values()):
        word = fold(lemma)
        if not word.isalpha():
            continue
        if lemma[0].islower():
            if word.endswith(("eln", "ern")) and len(word) >= 6:
                firsts.add(word[:-1])  # fördern: "foerder-"
            else:
                firsts.add(word[:-2] if word.endswith("en") and len(word) >= 6 else word)
        elif word.endswith("e") and word in nouns:
            firsts.add(word[:-1])
    return {first for first in firsts if len(first) >= 4}


def count_firsts(firsts: set[str], nouns: set[str]) -> Counter[str]:
    """Count for each of `firsts` the nouns that begin with it, the rest being a noun."""
    counts: Counter[str] = Counter()
    for noun in nouns:
        for cut in range(4, len(noun) - 3):
            if noun[:cut] in firsts and noun[cut:] in nouns:
                counts[noun[:cut]] += 1
    return counts


if __name__ == "__main__":
    main(Path(sys.argv[1]))
