"""Set two columns as old TeX files do: an umlaut is a dieresis and a letter, drawn apart."""

# mypy: disable-error-code="import-untyped"
# reportlab and pyphen ship no type information.

from datetime import date
from io import BytesIO

import pyphen
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth

from tools.sample_forum.stories import Block
from tools.sample_forum.typeset import Printed, stamped

__all__ = ["accented", "tex"]

BASES = dict(zip("äöüÄÖÜ", "aouAOU", strict=True))
DIERESIS = "\u00a8"
ESCAPES = {"(": r"\(", ")": r"\)", "\\": r"\\"}


def accented(text: str, font: str) -> str:
    r"""Return the PDF array for one line: kerns in thousandths bring the dieresis over its base.

    >>> accented("für", "Times-Roman")
    '[(f) -83.5 (\\250) 416.5 (ur)] TJ'
    """
    parts: list[str] = []
    run = ""
    for char in text:
        base = BASES.get(char)
        if base is None:
            run += ESCAPES.get(char, char if char < "\x7f" else octal(char))
            continue
        accent = stringWidth(DIERESIS, font, 1000)
        shift = (stringWidth(base, font, 1000) - accent) / 2
        if run:
            parts.append(f"({run})")
        parts.append(f"{-shift:g} (\\250) {shift + accent:g}")
        run = base
    if run:
        parts.append(f"({run})")
    return "[" + " ".join(parts) + "] TJ"


def octal(char: str) -> str:
    """Escape a character in the fonts' WinAnsi encoding."""
    return f"\\{char.encode('cp1252')[0]:03o}"


def width(text: str, font: str, size: float) -> float:
    return float(stringWidth("".join(BASES.get(char, char) for char in text), font, size))


def lines(text: str, font: str, size: float, room: float) -> list[str]:
    """Break a paragraph greedily, hyphenating the word that does not fit."""
    hyphens = pyphen.Pyphen(lang="de_DE", left=3, right=3)
    done: list[str] = []
    line = ""
    for word in text.split():
        trial = f"{line} {word}".strip()
        if width(trial, font, size) <= room:
            line = trial
            continue
        for head, tail in hyphens.iterate(word) if word.isalpha() else ():
            broken = f"{line} {head}-".strip()
            if width(broken, font, size) <= room:
                done.append(broken)
                line = tail
                break
        else:
            done.append(line)
            line = word
    return [*done, line]


def tex(blocks: list[Block], *, title: str, dated: date) -> Printed:
    """Return the PDF of `blocks`; two columns, 12.5 points on 15.6."""
    target = BytesIO()
    canvas = stamped(dated)(target, pagesize=A4)
    canvas.setTitle(title)
    canvas.setAuthor("Bürgerforum Auenfurt")
    room, left, top, bottom, gap = 204.0, 84.0, 740.0, 120.0, 20.0
    column, y, page = 0, top, 1
    said: list[tuple[int, str]] = []

    def put(text: str, font: str, size: float) -> None:
        pen = canvas.beginText(left + column * (room + gap), y)
        pen.setFont(font, size)
        pen._code.append(accented(text, font))  # noqa: SLF001 - reportlab has no TJ of its own
        canvas.drawText(pen)

    def foot() -> None:
        canvas.setFont("Times-Roman", 10)
        canvas.drawCentredString(A4[0] / 2, 48, str(page))

    for block in blocks:
        font, size, before = {
            "title": ("Times-Bold", 18.0, 0.0),
            "subtitle": ("Times-Italic", 11.0, 2.0),
            "h1": ("Times-Bold", 14.0, 12.0),
            "h2": ("Times-Bold", 10.5, 6.0),
            "small": ("Times-Italic", 9.0, 8.0),
        }.get(block.kind, ("Times-Roman", 12.5, 4.0))
        text = f"– {block.text}" if block.kind == "li" else block.text
        y -= before
        start = (page, column)
        for line in lines(text, font, size, room):
            if y < bottom:
                column, y = column + 1, top
                if column == 2:
                    foot()
                    canvas.showPage()
                    column, page = 0, page + 1
            put(line, font, size)
            y -= size * 1.25
        if start == (page, column) and block.kind == "p":
            said.append((page, block.text))
    foot()
    canvas.showPage()
    canvas.save()
    return Printed(target.getvalue(), page, said)
