"""Tagged PDF files: headings marked in the structure give sections where bookmarks are missing."""

import random

import pytest

from archiver.extract import ExtractSettings, Sandbox, Task, extract
from tests.extract.samples import assembled

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def tagged(
    *pages: list[tuple[str, str]],
    role_map: str = "",
    outline: bool = False,
    cyclic: bool = False,
) -> bytes:
    """Write a tagged PDF of (structure type, text) lines, all in the same size."""
    count = len(pages)
    objects: list[bytes] = [b""] * (6 + 2 * count)
    elements: list[bytes] = []
    by_page: list[list[int]] = []
    first_element = len(objects) + 1
    for number, lines in enumerate(pages):
        content, ids = [], []
        for mark, (kind, text) in enumerate(lines):
            y = 700 - 20 * mark
            words = text.encode("cp1252")
            content.append(
                b"/%s << /MCID %d >> BDC BT /F1 12 Tf 72 %d Td (%s) Tj ET EMC"
                % (kind.encode(), mark, y, words)
            )
            ids.append(first_element + len(elements))
            kids = b"[%d 5 0 R]" % mark if cyclic else b"%d" % mark
            elements.append(
                b"<< /Type /StructElem /S /%s /P 5 0 R /Pg %d 0 R /K %s >>"
                % (kind.encode(), 7 + 2 * number, kids)
            )
        by_page.append(ids)
        stream = b"\n".join(content)
        objects[6 + 2 * number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/StructParents %d /Resources << /Font << /F1 3 0 R >> >> >>"
            % (8 + 2 * number, number)
        )
        objects[7 + 2 * number] = b"<< /Length %d >>\nstream\n%s\nendstream" % (
            len(stream),
            stream,
        )
    bookmarks = b"/Outlines %d 0 R" % (first_element + len(elements)) if outline else b""
    objects[0] = (
        b"<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R %s >>"
        % bookmarks
    )
    kids_of_pages = b" ".join(b"%d 0 R" % (7 + 2 * number) for number in range(count))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids_of_pages)
    objects[2], objects[3] = FONT, b"<< >>"
    everything = b" ".join(b"%d 0 R" % one for ids in by_page for one in ids)
    loop = b" 5 0 R" if cyclic else b""
    objects[4] = b"<< /Type /StructElem /S /Document /P 6 0 R /K [%s%s] >>" % (everything, loop)
    parents = b" ".join(
        b"%d [%s]" % (number, b" ".join(b"%d 0 R" % one for one in ids))
        for number, ids in enumerate(by_page)
    )
    objects[5] = (
        b"<< /Type /StructTreeRoot /K 5 0 R /ParentTree << /Nums [%s] >> /RoleMap << %s >> >>"
        % (parents, role_map.encode())
    )
    objects += elements
    if outline:
        at = len(objects) + 1
        objects.append(b"<< /Type /Outlines /First %d 0 R /Last %d 0 R >>" % (at + 1, at + 1))
        objects.append(b"<< /Title (Lesezeichen) /Parent %d 0 R /Dest [7 0 R /Fit] >>" % at)
    return assembled(objects)


PAGES = (
    [("H1", "Begr\xfc\xdfung"), ("P", "Die Runde beginnt.")],
    [("P", "Es geht weiter.")],
    [("P", "Noch ein Wort."), ("H2", "Wege am Ufer"), ("P", "Viel Kies.")],
)


def headings(data: bytes) -> list[str | None]:
    return [page.heading for page in extract(data).pages]


def test_marked_headings_give_the_sections() -> None:
    assert headings(tagged(*PAGES)) == ["Begrüßung", "Begrüßung", "Wege am Ufer"]


def test_bookmarks_come_before_marked_headings() -> None:
    assert headings(tagged(*PAGES, outline=True)) == ["Lesezeichen"] * 3


def test_roles_of_the_makers_program_are_understood() -> None:
    pages = [[("Ueberschrift", "Haushalt"), ("Absatz", "Es fehlt Geld.")]]
    assert headings(tagged(*pages, role_map="/Ueberschrift /H1 /Absatz /P")) == ["Haushalt"]


def test_a_structure_that_holds_itself_is_read_and_ends() -> None:
    with Sandbox(ExtractSettings(cpu_s=10, wall_s=10)) as pool:
        found = pool.extract(Task(tagged(*PAGES, cyclic=True)))
    assert found.status == "ok"
    assert [page.text for page in found.pages][1] == "Es geht weiter."


@pytest.mark.parametrize("seed", range(4))
def test_broken_structures_cost_no_text_and_never_hang(seed: int) -> None:
    data, dice = tagged(*PAGES, cyclic=bool(seed % 2)), random.Random(seed)
    with Sandbox(ExtractSettings(memory_mb=512, cpu_s=10, wall_s=10)) as pool:
        for _ in range(25):
            references = [place for place in range(len(data)) if data[place : place + 4] == b" 0 R"]
            broken = bytearray(data)
            for place in dice.sample(references, 3):
                broken[place - 1] = dice.choice(b"0123456789")
            found = pool.extract(Task(bytes(broken), "application/pdf"))
            assert found.status == "ok" or found.reason
            assert not (found.reason or "").startswith(("timeout", "memory"))


def test_headings_far_apart_in_a_long_structure_are_all_found() -> None:
    pages = [[("P", "Ein Wort."), ("H2", f"Punkt {n}"), *[("P", "Kies.")] * 25] for n in range(12)]
    assert headings(tagged(*pages)) == [f"Punkt {n}" for n in range(12)]


def test_a_structure_too_large_to_look_through_leaves_the_sections_to_the_sizes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("archiver.extract.pdfium_tree._MAX_PLACES", 5)
    assert headings(tagged(*PAGES)) == [None, None, None]
