"""Draw the papers that are not running text: slides, a poster, tables, a scanned page."""

# mypy: disable-error-code="import-untyped"
# reportlab and pyphen ship no type information.

import time
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.pdfencrypt import StandardEncryption

from tools.sample_forum.stories import Block
from tools.sample_forum.typeset import FONTS, INK, OWNER_PASSWORD, Printed, stamped

__all__ = ["poster", "scan", "slides", "table"]

SCAN_DPI = 200


def slides(deck: list[list[Any]], *, title: str, footer: str, dated: date) -> Printed:
    """Return landscape slides: a bar with the title, bullets, a footer with the number."""
    target = BytesIO()
    width, height = landscape(A4)
    canvas = stamped(dated)(target, pagesize=(width, height))
    canvas.setTitle(title)
    canvas.setAuthor("Bürgerforum Auenfurt")
    said: list[tuple[int, str]] = []
    for number, (heading, bullets) in enumerate(deck, start=1):
        canvas.setFillColor(INK)
        canvas.rect(0, height - 96, width, 96, stroke=0, fill=1)
        canvas.setFillColor(white)
        canvas.setFont("Helvetica-Bold", 30)
        canvas.drawString(52, height - 62, heading)
        y = height - 170
        for bullet in bullets:
            canvas.setFillColor(HexColor("#c8642c"))
            canvas.rect(56, y + 3, 10, 10, stroke=0, fill=1)
            canvas.setFillColor(HexColor("#222222"))
            canvas.setFont("Helvetica", 22)
            canvas.drawString(84, y, bullet)
            said.append((number, bullet))
            y -= 52
        canvas.setFont("Helvetica", 11)
        canvas.setFillColor(HexColor("#666666"))
        canvas.drawString(52, 26, footer)
        canvas.drawRightString(width - 52, 26, f"Folie {number} von {len(deck)}")
        canvas.bookmarkPage(f"s{number}")
        canvas.addOutlineEntry(heading, f"s{number}", 0)
        canvas.showPage()
    canvas.save()
    return Printed(target.getvalue(), len(deck), said)


def poster(lines: list[tuple[str, float]], *, title: str, dated: date) -> Printed:
    """Return one large page; each line with its size in points."""
    target = BytesIO()
    canvas = stamped(dated)(target, pagesize=A4)
    canvas.setTitle(title)
    width, height = A4
    canvas.setFillColor(HexColor("#f4e7d3"))
    canvas.rect(0, 0, width, height, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#c8642c"))
    for n in range(9):  # the weaving mill's saw-tooth roof
        x = 40 + n * 57
        path = canvas.beginPath()
        path.moveTo(x, 90)
        path.lineTo(x, 190)
        path.lineTo(x + 57, 130)
        path.lineTo(x + 57, 90)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)
    canvas.setFillColor(INK)
    y = height - 120
    for text, size in lines:
        canvas.setFont("Helvetica-Bold", size)
        canvas.drawCentredString(width / 2, y, text)
        y -= size * 1.7
    canvas.showPage()
    canvas.save()
    return Printed(target.getvalue(), 1, [(1, text) for text, _ in lines])


def table(rows: list[list[str]], *, title: str, dated: date, password: str | None) -> Printed:
    """Return one page with a ruled table; a password encrypts it."""
    target = BytesIO()
    encrypt = None
    if password is not None:
        encrypt = StandardEncryption(password, OWNER_PASSWORD, strength=128)
    canvas = stamped(dated, encrypt)(target, pagesize=A4)
    canvas.setTitle(title)
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(62, 760, title)
    step = 470 / len(rows[0])
    first = 40 if len(rows[0][0]) < 4 else step + 60
    rest = (470 - first) / (len(rows[0]) - 1)
    y = 720.0
    for index, row in enumerate(rows):
        canvas.setFont("Helvetica-Bold" if index == 0 else "Helvetica", 9)
        x = 62.0
        for column, cell in enumerate(row):
            canvas.drawString(x + 3, y + 5, cell)
            x += first if column == 0 else rest
        canvas.setLineWidth(0.4)
        canvas.line(62, y, 532, y)
        y -= 20
    canvas.showPage()
    canvas.save()
    return Printed(target.getvalue(), 1, [(1, row[0]) for row in rows[1:] if len(row[0]) > 3])


def scan(blocks: list[Block], *, title: str, dated: date) -> Printed:
    """Return pages that are only pictures: typed text, slightly askew, with dust, one bit deep.

    `said` holds what a person reads on the picture; there is no text layer.
    """
    regular = font("Vera.ttf", 11.5)
    bold = font("VeraBd.ttf", 12.5)
    width, height = (int(side / 72 * SCAN_DPI) for side in A4)
    margin, bottom = int(width * 0.11), int(height * 0.92)
    sheets: list[Image.Image] = []
    said: list[tuple[int, str]] = []
    pen, y = new_sheet(sheets, width, height), int(height * 0.08)
    for block in blocks:
        face = bold if block.kind in {"title", "h1"} else regular
        text = f"- {block.text}" if block.kind == "li" else block.text
        wrapped = wrap(text, face, width - 2 * margin)
        if y + len(wrapped) * 50 > bottom:
            pen, y = new_sheet(sheets, width, height), int(height * 0.08)
        if block.kind == "h1":
            y += 16
        for line in wrapped:
            x = width - margin - int(face.getlength(line)) if block.kind == "date" else margin
            pen.text((x, y), line, font=face, fill=0)
            y += 48
        y += 26
        if block.kind in {"p", "li"}:
            said.append((len(sheets), block.text))
    dice = Random(6)
    finished = []
    for sheet in sheets:
        sheet = sheet.rotate(dice.uniform(-0.5, 0.5), Image.Resampling.BICUBIC, fillcolor=255)
        dust = ImageDraw.Draw(sheet)
        for _ in range(120):
            x, y = dice.randrange(width), dice.randrange(height)
            dust.ellipse((x, y, x + dice.choice((1, 1, 2)), y + 1), fill=0)
        finished.append(sheet.point(lambda level: 255 if level > 150 else 0).convert("1"))
    target = BytesIO()
    moment = time.struct_time((dated.year, dated.month, dated.day, 10, 12, 0, 0, 1, 0))
    finished[0].save(
        target, "PDF", save_all=True, append_images=finished[1:], resolution=SCAN_DPI,
        title=title, producer="Kopierer Rathaus", creationDate=moment, modDate=moment,
    )  # fmt: skip
    return Printed(target.getvalue(), len(finished), said)


def font(name: str, points: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        str(Path(FONTS) / name), points / 72 * SCAN_DPI, layout_engine=ImageFont.Layout.BASIC
    )


def new_sheet(sheets: list[Image.Image], width: int, height: int) -> ImageDraw.ImageDraw:
    sheets.append(Image.new("L", (width, height), 255))
    return ImageDraw.Draw(sheets[-1])


def wrap(text: str, face: ImageFont.FreeTypeFont, room: int) -> list[str]:
    """Break a text into lines no wider than `room` pixels."""
    done, line = [], ""
    for word in text.split():
        trial = f"{line} {word}".strip()
        if line and face.getlength(trial) > room:
            done.append(line)
            line = word
        else:
            line = trial
    return [*done, line]
