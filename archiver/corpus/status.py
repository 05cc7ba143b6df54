"""What a corpus holds, in numbers. Only counts."""

from dataclasses import dataclass
from datetime import datetime

from archiver.corpus.catalogue import Catalogue
from archiver.corpus.folder import Layout
from archiver.corpus.warc import parse_warc_date
from archiver.errors import CorpusError


@dataclass(frozen=True, slots=True)
class LastCrawl:
    """The crawl begun last."""

    crawl_id: str
    site: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class CorpusStatus:
    """Counts of a corpus. `warc_bytes` as on disk; `damaged` lists "file at offset: what"."""

    sites: tuple[str, ...]
    urls_by_state: dict[str, int]
    captures: int
    captures_by_kind: dict[str, int]
    captures_by_status: dict[str, int]
    documents_by_kind: dict[str, int]
    versions: int
    warc_files: int
    warc_bytes: int
    oldest_capture_at: datetime | None
    newest_capture_at: datetime | None
    last_crawl: LastCrawl | None
    damaged: tuple[str, ...]


def status_of(catalogue: Catalogue, layout: Layout) -> CorpusStatus:
    """Count what the catalogue and the folder hold."""
    by_kind = _counts(catalogue, "SELECT kind, count(*) FROM capture GROUP BY kind ORDER BY kind")
    span = catalogue.row(
        "SELECT min(captured_at) AS oldest, max(captured_at) AS newest FROM capture"
    )
    assert span is not None
    sizes = [
        path.stat().st_size
        for name in layout.warc_names()
        if (path := layout.warc_file(name)).exists()
    ]
    return CorpusStatus(
        sites=tuple(r["site"] for r in catalogue.rows("SELECT DISTINCT site FROM url ORDER BY 1")),
        urls_by_state=_counts(
            catalogue, "SELECT state, count(*) FROM url GROUP BY state ORDER BY state"
        ),
        captures=sum(by_kind.values()),
        captures_by_kind=by_kind,
        captures_by_status=_counts(
            catalogue,
            "SELECT coalesce(status, 'none'), count(*) FROM capture GROUP BY 1 ORDER BY 1",
        ),
        documents_by_kind=_counts(
            catalogue, "SELECT kind, count(*) FROM document GROUP BY kind ORDER BY kind"
        ),
        versions=_count(catalogue, "SELECT count(*) FROM version"),
        warc_files=len(sizes),
        warc_bytes=sum(sizes),
        oldest_capture_at=_moment(span["oldest"]),
        newest_capture_at=_moment(span["newest"]),
        last_crawl=_last_crawl(catalogue),
        damaged=tuple(
            f"{row['file']} at {row['offset']}: {row['what']}"
            for row in catalogue.rows("SELECT file, offset, what FROM damage ORDER BY file, offset")
        ),
    )


def _counts(catalogue: Catalogue, sql: str) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in catalogue.rows(sql)}


def _count(catalogue: Catalogue, sql: str) -> int:
    row = catalogue.row(sql)
    if row is None:
        raise CorpusError(f"no answer to: {sql}")
    return int(row[0])


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_warc_date(text)


def _last_crawl(catalogue: Catalogue) -> LastCrawl | None:
    row = catalogue.row("SELECT * FROM crawl ORDER BY id DESC LIMIT 1")
    if row is None:
        return None
    return LastCrawl(
        crawl_id=row["crawl_id"],
        site=row["site"],
        state=row["state"],
        started_at=parse_warc_date(row["started_at"]),
        finished_at=_moment(row["finished_at"]),
        reason=row["reason"],
    )
