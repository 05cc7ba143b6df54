"""Find working groups named in a text, and split lists of keywords. Pure: no I/O."""

import re

_GROUP_WORDS = r"(?:Arbeitsgruppen?|Arbeitskreise?|Projektgruppen?|Themengruppen?|AGs?|AKs?)"
_GROUP = re.compile(
    r"\b(?P<name>(?:Arbeitsgruppe|Arbeitskreis|Projektgruppe|Themengruppe|AG|AK|Unterarbeitsgruppe)"
    r" +(?:\d{1,2} *[:–-]? +)?(?:[„\"»](?P<quoted>[^“”\"«\n]{2,60})[“”\"«]"
    r"|[A-ZÄÖÜ][\w/-]*(?:(?:, | (?:und|&|im|in|für) | )(?!AG\b|AK\b|Arbeits)[A-ZÄÖÜ][\w/-]*){0,3}))"
)
_GROUP_LIST = re.compile(
    rf"(?:^|\n)[^\w\n]*{_GROUP_WORDS}[ ]*:?[ ]*"
    r"(?P<items>(?:\n\s*[-–•*·]\s*[^\n]{2,80}){1,20}|(?<=:\s)[^\n]{3,300})"
)
_KEYWORDS = re.compile(
    r"^\s*(?:keywords?|schlagwörter|schlagworte|stichwörter|stichworte|tags?)\s*[:=]\s*(?P<items>.+)",
    re.IGNORECASE | re.DOTALL,
)


def find_groups(text: str, *, alone: bool = False) -> tuple[str, ...]:
    """Find working groups named in a text.

    With `alone` only those that have a line or a labelled list to themselves: the minutes of a
    sitting mention many groups that it was not about.

    >>> find_groups("Bericht der AG Verkehr und der Arbeitsgruppe „Junges Wohnen“")
    ('AG Verkehr', 'Arbeitsgruppe Junges Wohnen')
    >>> find_groups("Arbeitsgruppen:\\n- Verkehr\\n- Kultur")
    ('Verkehr', 'Kultur')
    >>> find_groups("TOP 2: Bericht der AG Verkehr\\nAG Grün", alone=True)
    ('AG Grün',)
    """
    found: list[str] = []
    for match in _GROUP.finditer(text):
        line_end = text.find("\n", match.end())
        rest = text[match.end() : line_end if line_end >= 0 else len(text)]
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if alone and (rest.strip(" .,;") or before.strip(" -–•*·")):
            continue
        name = match["name"]
        found.append(re.sub(r" *[„“”\"»«]", " ", name).strip() if match["quoted"] else name)
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
