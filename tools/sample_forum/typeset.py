"""Set blocks into PDF pages with reportlab, and remember which words stand on which page.

The same blocks give the same bytes: invariant document ids, dates from the paper itself.
"""

# mypy: disable-error-code="import-untyped,misc,no-any-return"
# reportlab and pyphen ship no type information.

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pyphen
import reportlab
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, A5
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import TimeStamp
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus.tableofcontents import TableOfContents

from tools.sample_forum.stories import Block

__all__ = ["Look", "Printed", "looks", "typeset"]

FONTS = Path(reportlab.__file__).parent / "fonts"
INK = HexColor("#1d3b4a")
OWNER_PASSWORD = "geschaeftsstelle"
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")
FIGURES = 1000  # added to page numbers of the body on their way through reportlab's contents


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of paper looks: page size and sizes in points."""

    page: tuple[float, float] = A4
    margin: float = 62
    columns: int = 1
    size: float = 10.5
    font: str = "Helvetica"
    bold: str = "Helvetica-Bold"
    hyphenate: bool = False
    letterhead: bool = False
    running: bool = True
    outline: bool = False


@dataclass(slots=True)
class Printed:
    """A finished PDF: its bytes, page count, and (page, paragraph) for whole paragraphs."""

    payload: bytes
    pages: int
    said: list[tuple[int, str]] = field(default_factory=list)
    front: int = 0  # pages numbered i, ii, …

    def labels(self) -> list[str]:
        """Return the printed page labels."""
        return [
            ROMAN[page - 1] if page <= self.front else str(page - self.front)
            for page in range(1, self.pages + 1)
        ]


looks: dict[str, Look] = {
    "letter": Look(letterhead=True),
    "block": Look(letterhead=True, hyphenate=True, size=11, font="Times-Roman", bold="Times-Bold"),
    "columns": Look(columns=2, hyphenate=True, outline=True, size=12, margin=72),
    "vera": Look(columns=2, hyphenate=True, outline=True, size=10, margin=64,
                 font="Vera", bold="VeraBd"),
    "book": Look(hyphenate=True, outline=True, size=13, margin=92,
                 font="Times-Roman", bold="Times-Bold"),
    "brochure": Look(page=A5, hyphenate=True, outline=True, size=10.5, margin=53,
                     font="Times-Roman", bold="Times-Bold"),
    "invitation": Look(letterhead=True, running=False, size=11),
    "agenda": Look(running=False, size=12),
    "press": Look(letterhead=True, running=False, font="Times-Roman", bold="Times-Bold", size=11.5),
}  # fmt: skip


@cache
def german() -> Callable[[str], Any]:
    """Return the hyphenator reportlab calls with a word; four letters stay on either side."""
    return pyphen.Pyphen(lang="de_DE", left=3, right=3).iterate


@cache
def embedded_fonts() -> None:
    """Register the TrueType fonts that reportlab ships."""
    for name in ("Vera", "VeraBd"):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"{name}.ttf"))


def stamped(dated: date, encrypt: Any = None) -> Callable[..., Canvas]:
    """Return a canvas maker whose documents bear the paper's own date."""

    def make(*args: Any, **more: Any) -> Canvas:
        more.update(invariant=1, pageCompression=1)
        if encrypt is not None:
            more["encrypt"] = encrypt
        canvas = Canvas(*args, **more)
        stamp = TimeStamp(1)
        stamp.YMDhms = stamp.lt = (dated.year, dated.month, dated.day, 9, 30, 0)
        canvas._doc._timeStamp = stamp  # noqa: SLF001 - reportlab knows only "now" and 2000
        return canvas

    return make


class TownMap(Flowable):
    """A small drawn map of the invented town."""

    def __init__(self, width: float) -> None:
        super().__init__()
        self.width, self.height = width, width * 0.62

    def draw(self) -> None:
        c, w, h = self.canv, self.width, self.height
        c.saveState()
        c.setFillColor(HexColor("#eef2e6"))
        c.rect(0, 0, w, h, stroke=0, fill=1)
        c.setStrokeColor(HexColor("#8fb7cf"))
        c.setLineWidth(w / 32)
        c.bezier(0, h * 0.25, w * 0.3, h * 0.05, w * 0.55, h * 0.62, w, h * 0.45)
        c.setStrokeColor(Color(0.55, 0.55, 0.55))
        c.setLineWidth(1.4)
        c.ellipse(w * 0.33, h * 0.38, w * 0.58, h * 0.72)
        c.line(w * 0.45, h * 0.72, w * 0.5, h)
        c.line(w * 0.58, h * 0.56, w, h * 0.78)
        c.line(w * 0.33, h * 0.5, 0, h * 0.66)
        c.setDash(4, 2)
        c.line(0, h * 0.86, w, h * 0.9)
        c.setDash()
        c.setFillColor(INK)
        c.setFont("Helvetica", w / 40)
        for x, y, name in (
            (0.41, 0.54, "Altstadt"), (0.62, 0.93, "Bahnhof"), (0.12, 0.73, "Nordstadt"),
            (0.72, 0.28, "Mühlenvorstadt"), (0.1, 0.08, "Lerchenberg"), (0.86, 0.5, "Marbe"),
            (0.84, 0.83, "Wessendorf"), (0.6, 0.62, "Tuchfabrik"),
        ):  # fmt: skip
            c.drawString(w * x, h * y, name)
        c.restoreState()


class Pairs(Flowable):
    """Labels in one column, values in the other: all labels are drawn before any value."""

    def __init__(self, pairs: list[tuple[str, str]], look: Look) -> None:
        super().__init__()
        self.pairs, self.look = pairs, look
        self.width, self.height = 400.0, len(pairs) * 17.0 + 12

    def draw(self) -> None:
        for column, font in ((0, self.look.bold), (1, self.look.font)):
            text = self.canv.beginText(column * 110, self.height - 14)
            text.setFont(font, self.look.size, leading=17)
            for pair in self.pairs:
                text.textLine(pair[column])
            self.canv.drawText(text)


class Book(BaseDocTemplate):
    """Pages with running lines, page labels, outline, and the memory of what stands where."""

    def __init__(self, target: BytesIO, look: Look, running: str, total: int, **more: Any) -> None:
        width, height = look.page
        super().__init__(target, pagesize=look.page, **more)
        self.look, self.running, self.total = look, running, total
        self.front: int | None = None
        self.said: list[tuple[int, str]] = []
        self.keys = 0
        gap = 20
        body = (width - 2 * look.margin - gap * (look.columns - 1)) / look.columns
        top = height - look.margin - (40 if look.letterhead else 0)

        def frames(upper: float) -> list[Frame]:
            return [
                Frame(look.margin + n * (body + gap), look.margin, body, upper - look.margin,
                      0, 0, 0, 0)
                for n in range(look.columns)
            ]  # fmt: skip

        self.addPageTemplates([
            PageTemplate("first", frames(top), onPage=self.first, autoNextPageTemplate="later"),
            PageTemplate("later", frames(height - look.margin - 12), onPage=self.later),
            PageTemplate("body", frames(height - look.margin - 12), onPage=self.begin_body,
                         autoNextPageTemplate="later"),
        ])  # fmt: skip

    def beforeDocument(self) -> None:  # noqa: N802 - reportlab's name
        self.front, self.said, self.keys = None, [], 0

    def label(self, page: int) -> str:
        """Return the printed page label."""
        if self.front is None:
            return ROMAN[page - 1] if self.total < 0 else str(page)
        return str(page - self.front)

    def first(self, canvas: Canvas, _: Any) -> None:
        width, height = self.look.page
        if self.look.letterhead:
            canvas.setFillColor(INK)
            canvas.setFont(self.look.bold, 15)
            canvas.drawString(self.look.margin, height - 52, "Bürgerforum Auenfurt")
            canvas.setFont(self.look.font, 8.5)
            line = "Geschäftsstelle im Rathaus · Markt 1 · 00471 Auenfurt"
            canvas.drawString(self.look.margin, height - 66, line)
            canvas.line(self.look.margin, height - 72, width - self.look.margin, height - 72)
        if self.total < 0:  # front matter in Roman figures
            canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
        else:
            self.footer(canvas)

    def later(self, canvas: Canvas, _: Any) -> None:
        if self.look.running:
            width, height = self.look.page
            canvas.setFillColor(INK)
            canvas.setFont(self.look.font, 8.5)
            canvas.drawString(self.look.margin, height - self.look.margin + 14, self.running)
            canvas.setLineWidth(0.4)
            y = height - self.look.margin + 8
            canvas.line(self.look.margin, y, width - self.look.margin, y)
        self.footer(canvas)

    def begin_body(self, canvas: Canvas, doc: Any) -> None:
        self.front = self.page - 1
        canvas.addPageLabel(self.front, style="ARABIC", start=1)
        self.later(canvas, doc)

    def footer(self, canvas: Canvas) -> None:
        if not self.look.running:
            return
        width, _ = self.look.page
        canvas.setFillColor(INK)
        canvas.setFont(self.look.font, 8.5)
        text = f"Seite {self.page} von {self.total}" if self.total > 0 else self.label(self.page)
        canvas.drawCentredString(width / 2, self.look.margin - 26, text)

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's name
        if hasattr(flowable, "whole"):
            self.said.append((self.page, flowable.whole))
        level = getattr(flowable, "level", None)
        if level is None or not self.look.outline:
            return
        self.keys += 1
        key = f"k{self.keys}"
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(flowable.heading, key, level, closed=level == 0)
        number = self.page if self.front is None else self.page - self.front + FIGURES
        self.notify("TOCEntry", (level, flowable.heading, number, key))


def page_label(number: int) -> str:
    """Write a page number in the table of contents.

    >>> page_label(2), page_label(FIGURES + 2)
    ('ii', '2')
    """
    return str(number - FIGURES) if number > FIGURES else ROMAN[number - 1]


def styles(look: Look) -> dict[str, ParagraphStyle]:
    """Return the paragraph styles of a look."""
    more: dict[str, Any] = {"hyphenationLang": german()} if look.hyphenate else {}
    align = TA_JUSTIFY if look.hyphenate else TA_LEFT
    p = ParagraphStyle("p", fontName=look.font, fontSize=look.size, leading=look.size * 1.36,
                       spaceAfter=look.size * 0.6, alignment=align, **more)  # fmt: skip
    plain = ParagraphStyle("plain", p, hyphenationLang="", alignment=TA_LEFT)
    return {
        "p": p,
        "li": ParagraphStyle("li", p, leftIndent=14, bulletIndent=3, spaceAfter=look.size * 0.35),
        "title": ParagraphStyle("title", plain, fontName=look.bold, fontSize=look.size * 1.7,
                                leading=look.size * 2.1, textColor=INK, spaceAfter=8),
        "subtitle": ParagraphStyle("subtitle", plain, fontSize=look.size * 1.12,
                                   leading=look.size * 1.5, spaceAfter=6),
        "h1": ParagraphStyle("h1", plain, fontName=look.bold, fontSize=look.size * 1.22,
                             leading=look.size * 1.6, textColor=INK, spaceBefore=10,
                             spaceAfter=5, keepWithNext=1),
        "h2": ParagraphStyle("h2", plain, fontName=look.bold, leading=look.size * 1.4,
                             spaceBefore=6, spaceAfter=3, keepWithNext=1),
        "small": ParagraphStyle("small", plain, fontSize=look.size * 0.85, spaceBefore=10),
        "date": ParagraphStyle("date", plain, alignment=TA_RIGHT, spaceAfter=14),
        "centre": ParagraphStyle("centre", plain, alignment=TA_CENTER),
    }  # fmt: skip


def flowables(blocks: list[Block], look: Look) -> list[Any]:
    """Turn blocks into reportlab's flowables."""
    style = styles(look)
    flow: list[Any] = []
    pairs: list[tuple[str, str]] = []
    for block in blocks:
        if block.kind == "pair":
            label, _, value = block.text.partition("|")
            pairs.append((label, value))
            continue
        if pairs:
            flow.append(Pairs(pairs, look))
            pairs = []
        if block.kind == "break":
            flow.append(PageBreak())
        elif block.kind == "body":
            flow += [NextPageTemplate("body"), PageBreak()]
        elif block.kind == "map":
            flow += [Spacer(0, 14), TownMap(look.page[0] - 2 * look.margin), Spacer(0, 14)]
        elif block.kind == "contents":
            toc = TableOfContents(dotsMinLevel=0, formatter=page_label)
            toc.levelStyles = [ParagraphStyle(f"t{n}", style["p"], hyphenationLang="",
                               alignment=TA_LEFT, leftIndent=12 * n, spaceAfter=2)
                               for n in (0, 1)]  # fmt: skip
            flow += [PageBreak(), Paragraph("Inhalt", style["h1"]), toc]
        else:
            paragraph = Paragraph(
                block.text, style[block.kind], bulletText="•" if block.kind == "li" else None
            )
            if block.kind in {"p", "li"}:
                paragraph.whole = block.text
            if block.kind in {"h1", "h2"}:
                paragraph.level, paragraph.heading = int(block.kind[1]) - 1, block.text
            flow.append(paragraph)
    return flow


def typeset(
    blocks: list[Block],
    style: str,
    *,
    running: str,
    title: str,
    dated: date,
    password: str | None = None,
) -> Printed:
    """Return the PDF of `blocks` in the look named `style`.

    A `password` (also the empty one) encrypts the file with RC4, 128 bits, which every reader
    knows and which needs no random numbers.
    """
    embedded_fonts()
    look = looks[style]
    fronted = any(block.kind == "contents" for block in blocks)
    total = -1 if fronted else 1
    while True:
        encrypt = None
        if password is not None:
            encrypt = StandardEncryption(password, OWNER_PASSWORD, strength=128)
        target = BytesIO()
        doc = Book(
            target, look, running, total, title=title, author="Bürgerforum Auenfurt",
            creator="Textverarbeitung", encrypt=encrypt, lang="de-DE",
        )  # fmt: skip
        build = doc.multiBuild if fronted else doc.build
        build(flowables(blocks, look), canvasmaker=stamped(dated))
        if fronted or doc.page == total:
            return Printed(target.getvalue(), doc.page, doc.said, doc.front or 0)
        total = doc.page
