"""Report, workbook and packages, read back by other readers: lxml, openpyxl, zipfile, bagit."""

import csv
import dataclasses
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import bagit
import lxml.html
import openpyxl
import pytest

from archiver.errors import ExportError
from archiver.export import write
from archiver.export.charts import draw_bars, draw_matrix
from archiver.export.citation import Citing
from archiver.export.fields import FULL
from archiver.export.manifest import Manifest, Provenance
from archiver.export.packages import encode_bag, encode_texts
from archiver.export.record import HitRecord
from archiver.export.report import encode_html
from archiver.export.spreadsheet import encode_xlsx
from tests.export.held import Held

HARD = "=1+1 \"Zitat\" <b onclick='x'>& Ümläut 🌳\nneue Zeile\ttab"


@pytest.fixture
def hard(record: HitRecord, held: Held) -> HitRecord:
    return held.cited(
        dataclasses.replace(record, title=HARD, match=HARD, url="javascript:alert(1)", query=HARD)
    )


def html(records: list[HitRecord]) -> bytes:
    return b"".join(encode_html(records, Citing()))


class TestReport:
    def test_shows_the_quote_as_it_is_and_runs_nothing(self, hard: HitRecord) -> None:
        page = lxml.html.fromstring(html([hard]))
        assert page.xpath("string(//mark)") == HARD
        assert page.xpath("//b") == page.xpath("//script") == page.xpath("//a") == []
        assert page.xpath("//@onclick") == []

    def test_links_web_addresses_to_the_page(self, record: HitRecord) -> None:
        page = lxml.html.fromstring(html([record]))
        assert page.xpath("//a/@href") == ["https://forum.example/pdf/gespraech28.pdf#page=9"]
        [policy] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none'; style-src 'sha256-")

    def test_has_one_article_a_hit_and_says_how_many(self, record: HitRecord) -> None:
        page = lxml.html.fromstring(html([record, record, record]))
        assert len(page.xpath("//article")) == 3
        assert page.xpath("string(//footer)").strip() == "3 Fundstellen."

    def test_without_hits_says_so(self) -> None:
        assert lxml.html.fromstring(html([])).xpath("string(//h1)") == "Keine Fundstellen"


class TestWorkbook:
    def read(self, records: list[HitRecord], fields: tuple[str, ...]) -> list[tuple[object, ...]]:
        content = b"".join(encode_xlsx(records, fields))
        sheet = openpyxl.load_workbook(io.BytesIO(content))["hits"]
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        return list(sheet.values)

    def test_every_row_comes_back(self, record: HitRecord, hard: HitRecord) -> None:
        fields = ("hit_id", "page", "score", "title", "session", "warc_digest")
        assert self.read([record, hard], fields) == [
            fields,
            (record.hit_id, 9, 7.25, "Dokumentation Stadtgespräch #28", "28", None),
            (record.hit_id, 9, 7.25, HARD, "28", None),
        ]

    def test_a_text_too_long_for_a_cell_is_an_error(self, record: HitRecord) -> None:
        long = dataclasses.replace(record, match="ä" * 32_768)
        with pytest.raises(ExportError, match="match is longer than the 32,767 characters"):
            b"".join(encode_xlsx([long], ("match",)))

    def test_the_same_hits_give_the_same_bytes(self, record: HitRecord) -> None:
        first, second = (b"".join(encode_xlsx([record], FULL)) for _ in range(2))
        assert first == second


class TestTexts:
    def test_each_hit_has_its_page_and_its_row(
        self, record: HitRecord, hard: HitRecord, held: Held
    ) -> None:
        content = b"".join(encode_texts([record, hard], held))
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            assert package.testzip() is None
            assert package.namelist() == [
                "texts/000001-c0ffee-p9-62.txt",
                "texts/000002-c0ffee-p9-62.txt",
                "metadata.csv",
            ]
            assert package.read("texts/000001-c0ffee-p9-62.txt").decode() == held.text
            table = io.StringIO(package.read("metadata.csv").decode(), newline="")
        rows = list(csv.DictReader(table))
        assert [row["file"] for row in rows] == package.namelist()[:2]
        assert rows[1]["title"] == HARD

    def test_masks_what_the_record_masks(self, build: Callable[..., HitRecord], held: Held) -> None:
        content = b"".join(encode_texts([build(redact=("email", "phone"))], held))
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            text = package.read(package.namelist()[0]).decode()
        assert text.endswith("Tel. [Telefon], [E-Mail].")

    def test_a_page_that_is_not_held_is_an_error(self, record: HitRecord) -> None:
        class Empty(Held):
            def page_text(self, capture_id: str, page: int) -> str | None:
                return None

        with pytest.raises(ExportError, match="the text of its page is not held"):
            b"".join(encode_texts([record], Empty("")))


class TestBag:
    def write(self, records: list[HitRecord], folder: Path, held: Held) -> bagit.Bag:
        content = b"".join(encode_bag(records, Citing(), held))
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            package.extractall(folder)
        return bagit.Bag(str(folder / "bag"))

    def test_is_valid_to_another_reader(
        self, record: HitRecord, web_record: HitRecord, held: Held, tmp_path: Path
    ) -> None:
        hits = [held.cited(record), held.cited(record), held.cited(web_record)]
        bag = self.write(hits, tmp_path, held)
        bag.validate()
        digest = hits[0].payload_sha256
        assert sorted(bag.payload_files()) == [
            "data/citations.txt",
            f"data/files/{digest}.html",
            f"data/files/{digest}.pdf",
            "data/hits.jsonl",
        ]
        assert (tmp_path / f"bag/data/files/{digest}.pdf").read_bytes() == held.payload
        assert len((tmp_path / "bag/data/hits.jsonl").read_text().splitlines()) == 3
        assert bag.info["Bagging-Date"] == "2026-11-22"

    def test_a_file_that_changed_is_an_error(self, record: HitRecord, held: Held) -> None:
        with pytest.raises(ExportError, match="is not held as it was archived"):
            b"".join(encode_bag([record], Citing(), held))

    def test_masked_hits_are_refused(self, build: Callable[..., HitRecord], held: Held) -> None:
        with pytest.raises(ExportError, match="cannot be masked"):
            b"".join(encode_bag([build(redact=("email",))], Citing(), held))


@pytest.mark.parametrize("name", ["xlsx", "html", "texts", "bag"])
def test_written_twice_the_files_are_the_same(
    tmp_path: Path, record: HitRecord, provenance: Provenance, held: Held, name: str
) -> None:
    def once(folder: str) -> Manifest:
        target = tmp_path / folder / "hits"
        target.parent.mkdir()
        return write(
            [held.cited(record)],
            target,
            expected=1,
            provenance=provenance,
            format=name,
            archive=held,
        )

    assert once("a") == once("b")


class TestCharts:
    def test_bars_hold_every_number_as_text(self) -> None:
        chart = draw_bars([("2011", 3), ("<2012>", 0)], title=HARD)
        root = ET.fromstring(chart)
        titles = [node.text for node in root.iter("{http://www.w3.org/2000/svg}title")]
        assert titles == [HARD, "2011: 3", "<2012>: 0"]

    def test_the_matrix_has_both_halves(self) -> None:
        root = ET.fromstring(draw_matrix([("Grün", "Wege & Plätze", 4)], title="t"))
        titles = [node.text for node in root.iter("{http://www.w3.org/2000/svg}title")]
        assert titles == ["t", "Grün × Wege & Plätze: 4", "Wege & Plätze × Grün: 4"]

    def test_what_xml_cannot_hold_is_replaced(self) -> None:
        ET.fromstring(draw_bars([("a\x00\x1b\udc80b", 1)], title="\x0b"))
