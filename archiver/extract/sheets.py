"""Text of XLSX workbooks: every sheet a page, every row a line, cells parted by tabs. Pure.

Office Open XML, ECMA-376, part 1, 18. What is read is what the cells hold as of the last
calculation; dates, which are stored as counted days, are written as people write them.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from archiver.extract.packed import related, xml_of

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# The 30th, because counted days know a 29 February 1900 that never was.
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_EPOCH_1904 = datetime(1904, 1, 1, tzinfo=UTC)
_MAX_SHEETS = 500
_MAX_COLUMNS = 200
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOT_DATES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DATE_LETTERS = re.compile("[dyDYhH]|[mM]{2,}")
_LETTERS = re.compile("[A-Z]+")


class Sheet(NamedTuple):
    """A sheet's name and its rows as lines."""

    name: str
    text: str


class _Styles(NamedTuple):
    """Which cell styles show dates, and the day from which days are counted."""

    dates: frozenset[int]
    epoch: datetime


def read_sheets(archive: zipfile.ZipFile) -> Iterator[Sheet]:
    """Yield the sheets in the order of the workbook; hidden ones, too."""
    book = xml_of(archive, "xl/workbook.xml")
    targets = related(archive, "xl/workbook.xml")
    shared = _shared_strings(archive)
    properties = book.find(f"{_S}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    styles = _Styles(_date_styles(archive), _EPOCH_1904 if is_1904 else _EPOCH)
    for entry in list(book.iter(f"{_S}sheet"))[:_MAX_SHEETS]:
        target = targets.get(entry.get(f"{_R}id"))
        if target is not None and target.startswith("xl/worksheets/"):
            rows = _rows(xml_of(archive, target), shared, styles)
            yield Sheet(entry.get("name") or "", "\n".join(row for row in rows if row))


def _rows(root: Any, shared: Sequence[str], styles: _Styles) -> Iterator[str]:
    for row in root.iter(f"{_S}row"):
        cells: list[str] = []
        for cell in row.iter(f"{_S}c"):
            place = _column(cell.get("r") or "", len(cells))
            if place >= _MAX_COLUMNS:
                break
            cells += [""] * (place - len(cells))
            cells.append(" ".join(_text(cell, shared, styles).split()))
        yield "\t".join(cells).rstrip("\t")


def _column(reference: str, following: int) -> int:
    """Return a cell's column from 0 on ("C7" is 2); the next one where the cell does not say."""
    letters = _LETTERS.match(reference)
    if letters is None:
        return following
    number = 0
    for letter in letters[0][:4]:
        number = number * 26 + ord(letter) - 64
    return max(following, number - 1)


def _text(cell: Any, shared: Sequence[str], styles: _Styles) -> str:
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        return "".join(element.text or "" for element in cell.iter(f"{_S}t"))
    value = cell.findtext(f"{_S}v") or ""
    if kind == "s":
        place = int(value) if value.isdecimal() else -1
        return shared[place] if 0 <= place < len(shared) else ""
    style = cell.get("s") or "0"
    if kind == "n" and style.isdecimal() and int(style) in styles.dates:
        return _moment(value, styles.epoch)
    return value


def _moment(value: str, epoch: datetime) -> str:
    """Write counted days as a date, as a time of day, or as both."""
    try:
        days = float(value)
        at = epoch + timedelta(seconds=round(days * 86_400))
    except (ValueError, OverflowError):
        return value
    parts = [f"{at.day}.{at.month}.{at.year}"] if days >= 1 else []
    if days < 1 or days % 1:
        parts.append(f"{at.hour:02}:{at.minute:02}")
    return " ".join(parts)


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    found = []
    for entry in xml_of(archive, "xl/sharedStrings.xml").iter(f"{_S}si"):
        # What stands in rPh says how a word is spoken.
        words = (t for t in entry.iter(f"{_S}t") if t.getparent().tag != f"{_S}rPh")
        found.append("".join(word.text or "" for word in words))
    return found


def _date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """Return the numbers of the cell styles that show dates or times."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    root = xml_of(archive, "xl/styles.xml")
    own = {
        one.get("numFmtId"): _NOT_DATES.sub("", one.get("formatCode") or "")
        for one in root.iter(f"{_S}numFmt")
    }
    formats = root.find(f"{_S}cellXfs")
    found = set()
    for number, style in enumerate(formats if formats is not None else ()):
        name = style.get("numFmtId") or "0"
        is_built_in = name.isdecimal() and int(name) in _DATE_FORMATS
        if is_built_in or (name in own and _DATE_LETTERS.search(own[name])):
            found.add(number)
    return frozenset(found)
