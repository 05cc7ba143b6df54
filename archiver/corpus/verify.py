"""Compare the WARC files with themselves and with the catalogue; name all that is wrong.

Only reads. Goes on after damage, so that one run names everything.
"""

import sqlite3
from collections.abc import Iterator

from archiver.corpus.answers import ANSWERS
from archiver.corpus.catalogue import Catalogue
from archiver.corpus.conformance import Finding, Judge, finding_of
from archiver.corpus.folder import Layout
from archiver.corpus.reader import Broken, read_records
from archiver.corpus.warcfile import file_digest


def verify(layout: Layout, catalogue: Catalogue, *, deep: bool = False) -> Iterator[Finding]:
    """Yield what is wrong: file, offset, what.

    Every closed file is compared with its SHA-256; only where that differs its records are read,
    to name the damaged ones. `deep` reads every record of every file: gzip members, heads,
    lengths, digests, and whether the catalogue's captures stand where it says. A file still being
    written is only compared with its committed size.
    """
    for what in catalogue.check():
        yield Finding(layout.catalogue.name, 0, what)
    for row in catalogue.rows("SELECT file, offset, what FROM damage ORDER BY file, offset"):
        yield Finding(row["file"], row["offset"], row["what"])
    known = set()
    for row in catalogue.rows("SELECT * FROM warc_file ORDER BY name"):
        name = str(row["name"])
        known.add(name)
        path = layout.warc_file(name)
        try:
            size = path.stat().st_size
            if row["state"] == "open":
                if size < row["committed_size"]:
                    yield _shorter(name, size, row["committed_size"])
                continue
            is_whole = file_digest(path) == row["sha256"]
            if is_whole and not deep:
                continue
            findings = list(_judge_against_catalogue(layout, catalogue, row))
            yield from findings
            if size < row["committed_size"] and not is_whole:
                yield _shorter(name, size, row["committed_size"])
            elif not is_whole and not findings:
                yield Finding(name, 0, "the file is not as it was closed: its SHA-256 differs")
        except FileNotFoundError:
            yield Finding(name, 0, "the file is missing")
        except OSError as error:
            yield Finding(name, 0, f"the file cannot be read: {error.strerror}")
    for name in layout.warc_names():
        if name not in known:
            yield Finding(name, 0, "the catalogue does not know this file")


def _shorter(name: str, size: int, committed: int) -> Finding:
    return Finding(name, size, f"the file ends here, but {committed} bytes were committed")


def _judge_against_catalogue(
    layout: Layout, catalogue: Catalogue, file: sqlite3.Row
) -> Iterator[Finding]:
    name = str(file["name"])
    captures = {
        int(row["offset"]): row
        for row in catalogue.rows(
            "SELECT offset, capture_id, record_id FROM capture WHERE warc = ?", (file["id"],)
        )
    }
    judging = Judge()
    lost: list[Broken] = []
    for item in read_records(layout.warc_file(name)):
        if isinstance(item, Broken):
            lost.append(item)
            ids = [
                row["capture_id"] for at, row in captures.items() if item.offset <= at < item.end
            ]
            harm = f"; lost captures: {', '.join(ids)}" if ids else ""
            yield Finding(name, item.offset, f"{item.what} (bytes up to {item.end}){harm}")
            continue
        remarks = judging.record(item)
        if file["kind"] == "crawl":  # what others wrote oddly was said when it was imported
            for remark in remarks:
                yield finding_of(name, item, remark)
        row = captures.pop(item.offset, None)
        if row is None and item.head.kind in ANSWERS:
            yield Finding(name, item.offset, "the catalogue does not know this record")
        elif row is not None and row["record_id"] != item.head.record_id:
            yield Finding(
                name, item.offset, f"not the record of capture {row['capture_id']} stands here"
            )
    for at, row in sorted(captures.items()):
        if not any(stretch.offset <= at < stretch.end for stretch in lost):
            yield Finding(
                name, at, f"no record begins here, but capture {row['capture_id']} should"
            )
