"""The fields a query may name, their German and English names, and the values they take.

Names and values are compared folded by case only. Pure: no I/O.
"""

from typing import Literal, TypeAlias

FieldKind: TypeAlias = Literal["text", "value", "number", "date", "saved"]

FIELDS: dict[str, tuple[FieldKind, tuple[str, ...]]] = {
    "session": ("number", ("sitzung", "forum", "sitting")),
    "date": ("date", ("datum",)),
    "topic": ("text", ("thema",)),
    "title": ("text", ("titel",)),
    "group": ("text", ("gruppe", "arbeitsgruppe")),
    "keyword": ("text", ("stichwort", "schlagwort")),
    "kind": ("value", ("art",)),
    "role": ("value", ("rolle",)),
    "type": ("value", ("typ",)),
    "site": ("value", ("website",)),
    "lang": ("value", ("sprache", "language")),
    "page": ("number", ("seite",)),
    "captured": ("date", ("erfasst", "abgerufen")),
    "url": ("value", ("adresse",)),
    "has": ("value", ("hat",)),
    "query": ("saved", ("suche",)),
}
"""Canonical name → kind of field and its other names."""

_CANONICAL = {other: name for name, (_, others) in FIELDS.items() for other in (name, *others)}

VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "kind": {
        "session": ("sitzung", "forum", "sitting"),
        "overview": ("übersicht", "uebersicht"),
        "topic": ("thema",),
        "file": ("datei",),
        "other": ("andere", "sonstiges"),
    },
    "role": {
        "documentation": ("dokumentation", "doku"),
        "minutes": ("protokoll", "niederschrift"),
        "invitation": ("einladung",),
        "agenda": ("tagesordnung",),
        "slides": ("folien", "präsentation", "presentation"),
        "report": ("bericht",),
        "attachment": ("anlage", "anhang"),
        "poster": ("plakat",),
        "press": ("presse", "pressemitteilung"),
    },
    "type": {
        "html": ("htm", "web"),
        "pdf": (),
        "office": (
            *("word", "excel", "powerpoint", "doc", "docx", "xls", "xlsx", "ppt", "pptx"),
            *("odt", "ods", "odp", "rtf"),
        ),
        "text": ("txt",),
    },
    "lang": {
        "de": ("deutsch", "german"),
        "en": ("englisch", "english"),
    },
    "has": {
        "conflict": ("konflikt", "widerspruch"),
        "ocr": (),
        "session": ("sitzung", "forum"),
        "date": ("datum",),
        "topic": ("thema",),
    },
}
"""Fields with a closed list of values: stored value → its other names."""


def canonical(name: str) -> str | None:
    """Return a field's own name for any of its names, else None.

    >>> canonical("Forum"), canonical("foo")
    ('session', None)
    """
    return _CANONICAL.get(name.casefold())


def nearest_field(name: str) -> str | None:
    """Return the field name most like a mistyped one, in the language it was typed.

    >>> nearest_field("sizung"), nearest_field("zzz")
    ('sitzung', None)
    """
    return _nearest(name, list(_CANONICAL))


def stored_value(field: str, typed: str) -> str | None:
    """Return the stored form of a value of a closed field, else None.

    Any two-letter code is a language.

    >>> stored_value("role", "Protokoll"), stored_value("kind", "quatsch")
    ('minutes', None)
    """
    wanted = typed.casefold()
    for value, others in VALUES[field].items():
        if wanted == value or wanted in others:
            return value
    if field == "lang" and len(wanted) == 2 and wanted.isascii() and wanted.isalpha():
        return wanted
    return None


def nearest_value(field: str, typed: str) -> str | None:
    """Return the value of a closed field most like a mistyped one.

    >>> nearest_value("role", "protokol")
    'protokoll'
    """
    names = [name for value, others in VALUES[field].items() for name in (value, *others)]
    return _nearest(typed, names)


def field_with(typed: str) -> str | None:
    """Return the field with a closed list that has a value, if there is only one.

    >>> field_with("Protokoll"), field_with("Thema")
    ('role', None)
    """
    having = [field for field in VALUES if field != "lang" and stored_value(field, typed)]
    return having[0] if len(having) == 1 else None


def _nearest(typed: str, names: list[str]) -> str | None:
    import difflib  # for errors only

    near = difflib.get_close_matches(typed.casefold(), names, n=1, cutoff=0.6)
    return near[0] if near else None
