"""Our CDXJ lines are cdxj-indexer's, but for what docs/interoperability.md names."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from archiver.corpus.cdxj import surt
from tests.interop.conftest import Archived
from tests.interop.environments import Ran, environment

pytestmark = pytest.mark.interop

Line = tuple[str, str, dict[str, Any]]


def lines_of(text: str) -> dict[tuple[str, str], Line]:
    """Return CDXJ lines by file and offset."""
    found: dict[tuple[str, str], Line] = {}
    for line in text.splitlines():
        key, moment, fields = line.split(" ", 2)
        told = json.loads(fields)
        found[told["filename"], told["offset"]] = (key, moment, told)
    return found


def theirs(*warc_files: Path) -> Ran:
    ran = environment("cdxj-indexer")("cdxj-indexer", "--sort", *warc_files)
    assert ran.code == 0, ran.err
    return ran


def test_every_line_is_the_same_and_in_the_same_order(archived: Archived, tmp_path: Path) -> None:
    archived.archiver("corpus", "export", str(tmp_path / "index.cdxj"))
    ours = (tmp_path / "index.cdxj").read_text()
    others = theirs(*archived.warc_files).out
    assert lines_of(ours) == lines_of(others)
    assert len(lines_of(ours)) == len(archived.captures)
    order = [line.split(" ", 2)[:2] for line in ours.splitlines()]
    assert order == sorted(order)
    assert order == [line.split(" ", 2)[:2] for line in others.splitlines()]


def test_the_index_in_a_package_is_the_one_they_would_make(
    archived: Archived, tmp_path: Path
) -> None:
    import gzip
    import zipfile

    archived.archiver("corpus", "export", str(tmp_path / "forum.wacz"))
    with zipfile.ZipFile(tmp_path / "forum.wacz") as package:
        ours = gzip.decompress(package.read("indexes/index.cdx.gz")).decode()
        (tmp_path / "data.warc.gz").write_bytes(package.read("archive/data.warc.gz"))
    assert lines_of(ours) == lines_of(theirs(tmp_path / "data.warc.gz").out)


SESSION = "0123456789abcdef" * 2
HOSTS = [
    "forum.example",
    "www.Forum.example",
    "bürger.example",
    "127.0.0.1",
    "[::1]",
    "u:p@a.example.",
]
PIECES = [
    "a", "B", "/", "//", "/./", "/../", "%20", "%2F", "%2541", "ä", "%C3%84", "%E4", ";", "=", "&",
    "&", "?", "+", "~", "(", "[", "1", "10", "#", "%", "@", ":", "\\", " ", "index.aspx",
    f"sid={SESSION}", f"jsessionid={SESSION}", f"PHPSESSID={SESSION.upper()}", "cfid=1&cftoken=2",
]  # fmt: skip


def odd_urls(count: int) -> list[str]:
    dice = random.Random(28)

    def some() -> str:
        return "".join(dice.choices(PIECES, k=dice.randrange(8)))

    return [
        f"{dice.choice(['http', 'https'])}://{dice.choice(HOSTS)}"
        f"{dice.choice(['', ':80', ':443', ':8080'])}/{some()}{dice.choice(['', '?' + some()])}"
        for _ in range(count)
    ]


def test_keys_of_odd_urls_are_the_same(tmp_path: Path) -> None:
    urls = odd_urls(5000)
    (tmp_path / "urls.json").write_text(json.dumps(urls))
    listed = str(tmp_path / "urls.json")
    code = (
        f"import json, surt; print(json.dumps([surt.surt(u) for u in json.load(open({listed!r}))]))"
    )
    ran = environment("cdxj-indexer")("python", "-c", code)
    assert ran.code == 0, ran.err
    others = dict(zip(urls, json.loads(ran.out), strict=True))
    assert {url: surt(url) for url in urls} == others
