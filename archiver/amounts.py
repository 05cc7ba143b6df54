"""Amounts as a person reads them: numbers with their nouns, bytes. Pure: no I/O."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, in the singular where there is one of it.

    >>> counted(1, "URL"), counted(1200, "new version"), counted(0, "page")
    ('1 URL', '1,200 new versions', '0 pages')
    >>> counted(1, "Fundstelle", "Fundstellen"), counted(2, "Fundstelle", "Fundstellen")
    ('1 Fundstelle', '2 Fundstellen')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def size(count: int) -> str:
    """Return bytes as a person reads them.

    >>> size(999), size(4_200_000)
    ('999 B', '4.2 MB')
    """
    amount, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"
