"""Whole small sites, cut from how they are built today: pages, files and links read together.

A site is a folder of pages (HTML), files (lines of a PDF) and expected.json, which says for each
URL what must be read there without a profile; what it leaves out must be empty.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from archiver.codec import to_json
from archiver.extract import extract, read_links
from archiver.model import InboundLink
from tests.extract.samples import column, pdf
from tests.update.forum import HOST, Forum

GOLDEN = Path(__file__).parent / "golden"
FIELDS = ("kind", "role", "sessions", "held_on", "published_on", "topics", "special", "conflicts")
CASES = [
    pytest.param(site, case, id=f"{site.name}{case['url']}")
    for site in sorted(GOLDEN.iterdir())
    for case in json.loads((site / "expected.json").read_text("utf-8"))
]


def archived(site: Path) -> Forum:
    """Extract a site's pages and files and put them into a forum with all their links."""
    forum = Forum()
    for case in json.loads((site / "expected.json").read_text("utf-8")):
        said = (site / case["file"]).read_text("utf-8")
        is_page = case["file"].endswith(".html")
        payload = said.encode() if is_page else pdf(column(*said.splitlines(), step=40))
        media_type = "text/html" if is_page else "application/pdf"
        forum.put(case["url"], extract(payload, media_type=media_type), payload=said)
        for link in read_links(payload, media_type, HOST + case["url"]).links:
            found = InboundLink(
                HOST + case["url"], link.url, link.text, link.context, link.position
            )
            forum.links.append(found)
    return forum


@pytest.mark.parametrize(("site", "case"), CASES)
def test_a_document_of_a_golden_site_reads_as_expected(site: Path, case: dict[str, Any]) -> None:
    document = archived(site).document(case["url"])
    read = {field: json.loads(to_json(getattr(document, field))) for field in FIELDS}
    nothing: dict[str, Any] = {"sessions": [], "topics": [], "conflicts": []}
    assert read == {field: case.get(field, nothing.get(field)) for field in FIELDS}
