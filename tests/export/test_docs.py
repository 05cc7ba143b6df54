"""docs/formats.md says what the code does."""

import dataclasses
from pathlib import Path

from archiver.export import FORMATS
from archiver.export.citation import Citing, Publication, cite
from archiver.export.fields import fields_table
from archiver.export.manifest import Manifest
from archiver.export.record import HitRecord

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def test_the_table_of_fields_is_current() -> None:
    _, _, rest = PAGE.partition("<!-- fields: generated from archiver/export/record.py")
    table, _, _ = rest.partition("\n<!-- /fields -->")
    assert table.partition("-->\n")[2] == fields_table().rstrip("\n"), (
        "paste the output of archiver.export.fields.fields_table() between the marks"
    )


def test_every_format_stands_there_with_its_suffixes() -> None:
    rows = [line.split("|")[1:3] for line in PAGE.splitlines() if line.startswith("| `")]
    shown = {name.strip(" `"): suffixes for name, suffixes in rows}
    for one in FORMATS.values():
        assert shown[one.name].strip() == ", ".join(f"`{suffix}`" for suffix in one.suffixes)


def test_every_key_of_the_manifest_stands_there() -> None:
    manifest = PAGE.partition("## The manifest")[2].partition("## Checking")[0]
    for key in Manifest.__dataclass_fields__:
        assert f"`{key}`" in manifest


def test_the_example_of_the_citation_is_what_is_written(record: HitRecord) -> None:
    citing = Citing(sites={"musterstadt": Publication("Forum Musterstadt")})
    written = cite(dataclasses.replace(record, url="https://…"), citing)
    assert f"```text\n{written}\n```" in PAGE
